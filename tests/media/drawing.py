"""Pictures drawn for the tests, and files that are meant to do harm."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageDraw

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")


def draw(width: int = 240, height: int = 160, mode: str = "RGB") -> Image.Image:
    """A hill under a sun, with an edge of its own at each side."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(image)
    pen.ellipse((width * 0.6, height * 0.1, width * 0.8, height * 0.4), fill=(250, 210, 40))
    pen.polygon([(0, height), (width * 0.4, height * 0.35), (width * 0.9, height)], fill=(20, 90, 50))
    pen.rectangle((0, 0, width * 0.1, height), fill=(180, 30, 30))
    return image.convert(mode)


def encode(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


@contextmanager
def file_of(data: bytes) -> Iterator[IO[bytes]]:
    """An open file with these bytes, as an upload is."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def behind_head(jpeg: bytes, more: bytes) -> bytes:
    """A JPEG with segments put behind its first two bytes."""
    return jpeg[:2] + more + jpeg[2:]


def scan_bomb(scans: int, size: int = 64) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    jpeg = encode(draw(size, size), progressive=True)
    start, end = jpeg.rindex(b"\xff\xda"), jpeg.rindex(b"\xff\xd9")
    return jpeg[:end] + jpeg[start:end] * scans + jpeg[end:]


def gif_of(frames: int, size: tuple[int, int] = (2, 2)) -> bytes:
    pictures = [Image.new("RGB", size, (at % 250, at // 250, 0)) for at in range(frames)]
    return encode(pictures[0], "GIF", save_all=True, append_images=pictures[1:])
