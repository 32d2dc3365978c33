"""Texts and days as they stand in files, made whole: other people's encodings, paddings and forms."""

import re
import unicodedata
from datetime import date

LONGEST, MOST = 5_000, 100
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_of(raw: object, *, utf8: bool = False) -> str:
    """A text, from bytes of UTF-8 or else of Windows-1252; trimmed, without controls, not too long."""
    text = _decoded(raw, utf8=utf8) if isinstance(raw, bytes) else raw if isinstance(raw, str) else ""
    # Half a surrogate pair cannot be stored.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()[:LONGEST]


def _decoded(raw: bytes, *, utf8: bool) -> str:
    raw = raw.rstrip(b"\0")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if utf8 else "cp1252", "replace")


def latin_read_as_utf8(text: str) -> str:
    """A text whose bytes of UTF-8 were taken for Latin-1, as libraries take EXIF, put right."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def texts_of(raw: list[str]) -> list[str]:
    """Each once, none empty, not too many."""
    return list(dict.fromkeys(one for one in raw if one))[:MOST]


_DAY = re.compile(r"(\d{4})[-:]?(\d{2})[-:]?(\d{2})")


def day_of(raw: str) -> str:
    """The day with which a moment begins, as YYYY-MM-DD; empty where it is none."""
    found = _DAY.match(raw.strip())
    if not found:
        return ""
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""
