"""What a file holds, counted from its structure before any decoder sees it: frames, scans, bytes of metadata."""

import re
from dataclasses import dataclass

from media.errors import Reason, Refused
from media.formats import Format
from media.limits import Limits


@dataclass(slots=True)
class Counted:
    """What was counted. `end` is where the picture ends, `frames` 0 where only a decoder can tell."""

    frames: int = 0
    scans: int = 0
    metadata: int = 0
    end: int | None = None


def count(data: bytes, format: Format) -> Counted:
    """Walk through a file; a broken one is walked as far as it goes, the decoder says the rest."""
    match format:
        case Format.JPEG:
            return _jpeg(data)
        case Format.PNG:
            return _png(data)
        case Format.GIF:
            return _gif(data)
        case Format.WEBP:
            return _webp(data)
        case Format.TIFF:
            return _tiff(data)
        case Format.AVIF:
            return _avif(data)


def check_counted(found: Counted, limits: Limits) -> None:
    if found.scans > limits.scans:
        raise Refused(
            Reason.TOO_MANY_SCANS,
            "The JPEG has {scans} scans; {most} are allowed. Save it anew, not progressive.",
            scans=found.scans,
            most=limits.scans,
        )
    if found.frames > limits.frames:
        raise Refused(
            Reason.TOO_MANY_FRAMES,
            "The picture has more than {most} frames, which are allowed. Send a video, or one frame.",
            most=limits.frames,
        )
    if found.metadata > limits.metadata_bytes:
        raise Refused(
            Reason.TOO_MUCH_METADATA,
            "The file has {bytes} bytes of metadata; {most} are allowed. Remove some.",
            bytes=found.metadata,
            most=limits.metadata_bytes,
        )


#: In the data of a scan: a marker, which is neither a stuffed byte, a restart nor a filling byte.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SOS, _EOI, _COM = 0xDA, 0xD9, 0xFE
_APP = range(0xE0, 0xF0)
_ALONE = {0x01, *range(0xD0, 0xD9)}


def _jpeg(data: bytes) -> Counted:
    found = Counted(frames=1)
    at = 2
    while (marker := _MARKER.search(data, at)) is not None:
        code, at = data[marker.start() + 1], marker.end()
        if code == _EOI:
            found.end = at
            break
        if code in _ALONE:
            continue
        size = int.from_bytes(data[at : at + 2], "big")
        if code == _SOS:
            found.scans += 1
        elif code in _APP or code == _COM:
            found.metadata += size
        at += max(size, 2)
    return found


_PNG_METADATA = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"caBX"}


def _png(data: bytes) -> Counted:
    found, at = Counted(frames=1), 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind in _PNG_METADATA:
            found.metadata += size
        elif kind == b"acTL":
            found.frames = max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        at += size + 12
        if kind == b"IEND":
            found.end = at
            break
    return found


_GIF_IMAGE, _GIF_EXTENSION, _GIF_END, _GIF_LABELS = 0x2C, 0x21, 0x3B, {0xFE, 0xFF, 0x01}


def _gif(data: bytes) -> Counted:
    found, at = Counted(), 13
    if len(data) > 10 and data[10] & 0x80:  # noqa: PLR2004 - where the header says whether there is a palette
        at += 3 << ((data[10] & 7) + 1)
    while at < len(data):
        kind, start = data[at], at
        if kind == _GIF_IMAGE:
            found.frames += 1
            flags = data[at + 9] if at + 9 < len(data) else 0
            at = _blocks(data, at + 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0))
        elif kind == _GIF_EXTENSION:
            at = _blocks(data, at + 2)
            if data[start + 1 : start + 2] and data[start + 1] in _GIF_LABELS:
                found.metadata += at - start
        else:
            found.end = at + 1 if kind == _GIF_END else None
            break
    return found


def _blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks ends, each with its length in front."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> Counted:
    end = int.from_bytes(data[4:8], "little") + 8
    found, at, still = Counted(end=end), 12, 0
    while at + 8 <= min(end, len(data)):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ANMF":
            found.frames += 1
        elif kind in {b"VP8 ", b"VP8L"}:
            still = 1
        elif kind in {b"EXIF", b"XMP ", b"ICCP"}:
            found.metadata += size
        at += 8 + size + (size & 1)
    found.frames = found.frames or still
    return found


_TIFF_METADATA = {700, 33723, 34377, 34675, 270, 315, 33432, 37724}
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 9: 4, 10: 8, 12: 8}
_MOST_IFDS = 100_000


def _tiff(data: bytes) -> Counted:
    order = "little" if data[:2] == b"II" else "big"
    found = Counted()

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], order)  # type: ignore[arg-type]

    at, seen = number(4, 4), set[int]()
    while 0 < at < len(data) - 2 and at not in seen and found.frames < _MOST_IFDS:
        seen.add(at)
        found.frames += 1
        entries = number(at, 2)
        for entry in range(at + 2, min(at + 2 + 12 * entries, len(data) - 12), 12):
            if number(entry, 2) in _TIFF_METADATA:
                found.metadata += number(entry + 4, 4) * _TIFF_SIZES.get(number(entry + 2, 2), 1)
        at = number(at + 2 + 12 * entries, 4)
    return found


def _avif(data: bytes) -> Counted:
    """The boxes at the top; what is in them is the decoder's."""
    found, at = Counted(), 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"meta":
            found.metadata += size
        if size < 8:  # noqa: PLR2004 - no box is shorter than its head
            break
        at += size
    return found
