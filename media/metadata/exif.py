"""EXIF: the fields that say something of content and rights, and where a picture was taken."""

from typing import Any

from PIL import Image

from media.metadata.said import Value
from media.metadata.values import day_of, latin_read_as_utf8, text_of, texts_of

_DESCRIPTION, _ARTIST, _COPYRIGHT, _SOFTWARE, _DATE = 0x010E, 0x013B, 0x8298, 0x0131, 0x0132
_XP_TITLE, _XP_KEYWORDS = 0x9C9B, 0x9C9E
_EXIF_IFD, _GPS_IFD, _TAKEN = 0x8769, 0x8825, 0x9003


def read_exif(image: Image.Image) -> dict[str, Value]:
    """The fields that EXIF has."""
    exif = image.getexif()
    taken = exif.get_ifd(_EXIF_IFD).get(_TAKEN) or exif.get(_DATE)
    found: dict[str, Value] = {
        "title": _wide(exif.get(_XP_TITLE)),
        "description": _text(exif.get(_DESCRIPTION)),
        "keywords": texts_of([one.strip() for one in _wide(exif.get(_XP_KEYWORDS)).split(";")]),
        "creators": texts_of([one.strip() for one in _text(exif.get(_ARTIST)).split(";")]),
        "copyright": _text(exif.get(_COPYRIGHT)),
        "software": _text(exif.get(_SOFTWARE)),
        "created": day_of(_text(taken)),
    }
    return {name: value for name, value in found.items() if value}


def read_position(image: Image.Image) -> dict[str, float] | None:
    """Degrees of WGS 84, and metres above the sea where they are told."""
    gps = image.getexif().get_ifd(_GPS_IFD)
    lat, lon = _degrees(gps.get(2), gps.get(1), "S"), _degrees(gps.get(4), gps.get(3), "W")
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - degrees
        return None
    return {"lat": round(lat, 6), "lon": round(lon, 6)}


def _text(raw: Any) -> str:
    return text_of(latin_read_as_utf8(raw) if isinstance(raw, str) else raw)


def _wide(raw: Any) -> str:
    """The texts of Windows, in UTF-16."""
    data = raw if isinstance(raw, bytes) else bytes(raw) if isinstance(raw, tuple) else b""  # pyright: ignore[reportUnknownArgumentType]
    return text_of(data.decode("utf-16-le", "ignore"))


def _degrees(parts: Any, side: Any, minus: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value != value:  # noqa: PLR0124 - not a number, as a broken fraction is
        return None
    return -value if str(side).upper().startswith(minus) else value
