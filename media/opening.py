"""A file opened as a picture, checked before it is decoded; every exception of a decoder is a refusal."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image

from media.counting import Counted, check_counted, count
from media.errors import MediaError, Reason, Refused
from media.formats import Format, format_of
from media.limits import Limits
from media.polyglots import check_polyglot


@contextmanager
def opened(data: bytes, limits: Limits) -> Generator[tuple[Image.Image, Format]]:
    """The picture, not decoded yet; whatever is raised while it is open comes out as Refused.

    Decoders raise far more than OSError on broken files: SyntaxError, IndexError, struct.error, RuntimeError and so on.
    """
    try:
        format = format_of(data)
        counted = count(data, format)
        check_counted(counted, limits)
        check_polyglot(data, counted)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = limits.pixels
            with Image.open(BytesIO(data), formats=[format]) as image:
                _check_size(image, counted, limits)
                yield image, format
    except MediaError:
        raise
    except MemoryError:
        raise too_much_memory() from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many(limits) from None
    except Exception as error:  # noqa: BLE001 - see above
        raise Refused(
            Reason.BROKEN,
            "The file is damaged and cannot be read ({error}). Save or fetch it anew.",
            error=type(error).__name__,
        ) from None


def too_much_memory() -> Refused:
    return Refused(
        Reason.TOO_MUCH_MEMORY, "Decoding the picture takes more memory than is allowed. Send a smaller one."
    )


def _too_many(limits: Limits) -> Refused:
    return Refused(
        Reason.TOO_MANY_PIXELS,
        "The picture has more than {most} pixels, which are allowed. Send a smaller one.",
        most=limits.pixels,
    )


def _check_size(image: Image.Image, counted: Counted, limits: Limits) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise Refused(Reason.BROKEN, "The picture has no pixels. Save or fetch it anew.")
    if width * height > limits.pixels:
        raise _too_many(limits)
    counted.frames = max(counted.frames, frames_of(image, counted))
    check_counted(counted, limits)
    if counted.frames * width * height > limits.frame_pixels:
        raise Refused(
            Reason.TOO_MANY_FRAMES,
            "The picture's {frames} frames have more than {most} pixels; that is too many. Send a video, or one frame.",
            frames=counted.frames,
            most=limits.frame_pixels,
        )


def frames_of(image: Image.Image, counted: Counted) -> int:
    """How many frames there are: as counted, or as a decoder tells that need not read them for it."""
    return counted.frames or int(getattr(image, "n_frames", 1))
