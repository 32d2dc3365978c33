"""What a picture is: read in a child process, as decoders are what a hostile file attacks."""

import base64
from dataclasses import asdict
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from media.counting import count
from media.examined import Examined
from media.fingerprints import fingerprint
from media.limits import Limits
from media.metadata.reading import read
from media.opening import frames_of, opened
from media.pixels import drafted, flat, has_alpha, orientation_of, seen, upright_size

#: Enough for fingerprint, placeholder and colour; a JPEG is decoded no larger than this needs.
_ENOUGH = 512
_TINY, _TINY_QUALITY = 16, 40
_COLOURS = {"1": "GREY", "L": "GREY", "LA": "GREY", "P": "PALETTE", "PA": "PALETTE", "CMYK": "CMYK", "LAB": "LAB"}


def examine(data: bytes, limits: Limits) -> Examined:
    """Decode a picture and tell what it is; raises Refused."""
    with opened(data, limits) as (image, format):
        width, height = upright_size(image)
        frames = frames_of(image, count(data, format))
        colour, alpha = _COLOURS.get(image.mode, "GREY" if image.mode in {"I", "F"} else "RGB"), has_alpha(image)
        colour = "GREY" if image.mode.startswith("I;16") else colour
        profile, orientation = _profile_name(image), orientation_of(image)
        drafted(image, _ENOUGH, _ENOUGH)
        image.load()
        said = asdict(read(image))
        small = seen(image)
        small.thumbnail((_ENOUGH, _ENOUGH), Image.Resampling.LANCZOS, reducing_gap=3.0)
        on_white = flat(small)
        return Examined(
            str(format), width, height, frames, colour, alpha, profile, orientation,
            fingerprint(on_white), _main_colour(on_white), placeholder(on_white), said,
        )  # fmt: skip


def examined_json(data: bytes, limits: Limits) -> dict[str, Any]:
    """The same as it travels between processes."""
    return asdict(examine(data, limits))


def placeholder(image: Image.Image) -> str:
    """A picture of sixteen pixels as a data URI."""
    tiny = image.copy()
    tiny.thumbnail((_TINY, _TINY), Image.Resampling.LANCZOS)
    out = BytesIO()
    tiny.save(out, "WEBP", quality=_TINY_QUALITY, method=6)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"


def _main_colour(image: Image.Image) -> str:
    """The colour that most of the picture has, as a page may show it before the picture is there."""
    few = image.resize((32, 32), Image.Resampling.BOX).quantize(8, Image.Quantize.MEDIANCUT)
    most = few.histogram().index(max(few.histogram()))
    red, green, blue = (few.getpalette() or [0] * 768)[3 * most : 3 * most + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _profile_name(image: Image.Image) -> str:
    profile = image.info.get("icc_profile")
    if not profile:
        return ""
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile))).strip()[:200]
    except (ImageCms.PyCMSError, OSError, ValueError):
        return ""
