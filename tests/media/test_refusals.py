"""Files that are refused, each by its name, and that nobody else is harmed by them."""

import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from media import jail
from media.errors import Reason, Refused
from media.examining import examine
from media.limits import Limits
from tests.media.drawing import behind_head, draw, encode, file_of, gif_of, scan_bomb, segment

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def refusal(data: bytes, **limits: int) -> Refused:
    """Why a file is refused; what is decided before decoding needs no process of its own to be tested."""
    with pytest.raises(Refused) as refused:
        examine(data, Limits(**limits))
    return refused.value


def jailed(data: bytes, **limits: int) -> Refused:
    with file_of(data) as file, pytest.raises(Refused) as refused:
        jail.examine(file, Limits(**limits))
    return refused.value


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head announces this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("index.html", "hello")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"hello", Reason.NOT_A_PICTURE),
        (SVG, Reason.FORMAT_REFUSED),
        (b"\xef\xbb\xbf <svg onload='alert(1)'/>", Reason.FORMAT_REFUSED),
        (b"<!DOCTYPE html><title>a picture.jpg</title>", Reason.FORMAT_REFUSED),
        (b"%PDF-1.7", Reason.FORMAT_REFUSED),
        (b"8BPS\0\1", Reason.FORMAT_REFUSED),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", Reason.FORMAT_REFUSED),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Reason.FORMAT_REFUSED),
        (encode(draw(), "BMP"), Reason.FORMAT_REFUSED),
        (encode(draw())[:2000], Reason.BROKEN),
        (encode(draw(), "PNG")[:-40], Reason.BROKEN),
        (b"\xff\xd8\xff\xe0" + bytes(100), Reason.BROKEN),
        (huge_png(60_000, 60_000), Reason.TOO_MANY_PIXELS),
        (huge_png(8_000, 6_300), Reason.TOO_MANY_PIXELS),
        (scan_bomb(400), Reason.TOO_MANY_SCANS),
        (gif_of(301), Reason.TOO_MANY_FRAMES),
        (behind_head(encode(draw()), segment(0xE1, bytes(65_000)) * 70), Reason.TOO_MUCH_METADATA),
        (encode(draw(), "GIF", comment=b"<script>alert(1)</script>"), Reason.POLYGLOT),
        (encode(draw()) + b"<html><body>hello</body></html>", Reason.POLYGLOT),
        (encode(draw()) + zipped(), Reason.POLYGLOT),
        (behind_head(encode(draw()), segment(0xFE, b"%PDF-1.4\n1 0 obj")), Reason.POLYGLOT),
        (behind_head(encode(draw()), segment(0xE1, b"<?php system($_GET[0]); ?>")), Reason.POLYGLOT),
    ],
)
def test_a_file_is_refused_by_its_name(data, reason):
    refused = refusal(data)

    assert refused.reason == reason
    assert str(refused).endswith(".")


def test_a_refusal_comes_out_of_the_process_as_it_was_made():
    refused = jailed(scan_bomb(400))

    assert refused.reason == Reason.TOO_MANY_SCANS
    assert str(refused) == "The JPEG has 410 scans; 100 are allowed. Save it anew, not progressive."


def test_an_animated_giant_is_refused_by_frames_times_pixels():
    frames = [Image.new("RGB", (400, 300), (at * 60, 0, 0)) for at in range(4)]
    for format in ("GIF", "WEBP", "TIFF", "AVIF"):
        data = encode(frames[0], format, save_all=True, append_images=frames[1:])
        assert refusal(data, frame_pixels=400_000).reason == Reason.TOO_MANY_FRAMES


def test_a_decoder_that_takes_too_much_memory_is_a_refusal():
    data = encode(Image.new("RGB", (6000, 6000)), "PNG", compress_level=1)

    assert jailed(data, memory=150 << 20).reason == Reason.TOO_MUCH_MEMORY


def test_a_decoder_that_takes_too_long_is_killed():
    # Several seconds of work on a fast machine, too.
    data = scan_bomb(9000, size=1200)

    assert jailed(data, scans=10_000, seconds=0).reason == Reason.TOO_SLOW
    assert jailed(data, scans=10_000, cpu_seconds=1).reason == Reason.TOO_SLOW
