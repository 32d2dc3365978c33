"""The formats that are taken, known by their bytes, and those that are refused by name."""

import re
from enum import StrEnum

from media.errors import Reason, Refused


class Format(StrEnum):
    """A format that is taken, by the name that Pillow has for it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    AVIF = "AVIF"
    GIF = "GIF"
    TIFF = "TIFF"

    @property
    def mime(self) -> str:
        return f"image/{self.lower()}"


TAKEN = "JPEG, PNG, WebP, AVIF, GIF, TIFF"

#: Formats that are known and refused: how they begin, and what they are called.
_REFUSED = (
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "PostScript"),
    (re.compile(rb"8BPS"), "PSD (Photoshop)"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"\x00\x00\x01\x00"), "ICO"),
    (re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51"), "JPEG 2000"),
    (re.compile(rb"\x00\x00\x00\x0cJXL |\xff\x0a"), "JPEG XL"),
    (re.compile(rb"PK\x03\x04|PK\x05\x06"), "ZIP"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb".{4}ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "MP4"),
    (re.compile(rb"\x1aE\xdf\xa3"), "Matroska"),
)
_TEXT = re.compile(rb"[\xef\xbb\xbf\s]*<")
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HEAD = 4096


def format_of(data: bytes) -> Format:
    """The format of a file by how it begins; raises Refused."""
    if not data:
        raise Refused(Reason.EMPTY, "The file is empty. Send the picture's bytes.")
    head = data[:_HEAD]
    found = _taken(head)
    if found:
        return found
    if _TEXT.match(head):
        raise Refused(
            Reason.FORMAT_REFUSED,
            "The file is of the format {what}, which may hold scripts. Taken are {taken}.",
            what="SVG" if _SVG.search(head) else "HTML/XML",
            taken=TAKEN,
        )
    for begins, what in _REFUSED:
        if begins.match(head):
            raise Refused(
                Reason.FORMAT_REFUSED, "The file is of the format {what}. Taken are {taken}.", what=what, taken=TAKEN
            )
    raise Refused(Reason.NOT_A_PICTURE, "The file is no picture that is known here. Taken are {taken}.", taken=TAKEN)


_BEGINNINGS = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
)


def _taken(head: bytes) -> Format | None:
    for begins, format in _BEGINNINGS:
        if head.startswith(begins):
            return format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp":
        brands = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
        return Format.AVIF if b"avif" in brands or b"avis" in brands else None
    return None
