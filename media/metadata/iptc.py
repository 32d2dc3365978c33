"""IPTC-IIM: the records of the press, in JPEG and TIFF."""

from collections.abc import Mapping
from typing import cast

from PIL import Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

from media.metadata.said import Value
from media.metadata.values import day_of, text_of, texts_of

_CHARSET, _UTF8 = (1, 90), b"\x1b%G"
_ONE = {
    "title": 5,
    "headline": 105,
    "description": 120,
    "credit": 110,
    "source": 115,
    "copyright": 116,
    "instructions": 40,
    "expires": 37,
    "created": 55,
}
_MANY = {"keywords": 25, "creators": 80}
#: From the narrowest to the widest: sublocation, city, province, country.
_PLACE = (92, 90, 95, 101)


def read_iptc(image: Image.Image) -> dict[str, Value]:
    """The fields that IPTC-IIM has."""
    records = IptcImagePlugin.getiptcinfo(cast("ImageFile", image)) or {}
    utf8 = records.get(_CHARSET) == _UTF8
    found: dict[str, Value] = {name: "; ".join(_texts(records, tag, utf8=utf8)) for name, tag in _ONE.items()}
    found |= {name: _texts(records, tag, utf8=utf8) for name, tag in _MANY.items()}
    found["expires"], found["created"] = day_of(str(found["expires"])), day_of(str(found["created"]))
    place = ", ".join(text for tag in _PLACE for text in _texts(records, tag, utf8=utf8))
    found["places"] = [place] if place else []
    return {name: value for name, value in found.items() if value}


def _texts(records: Mapping[tuple[int, int], bytes | list[bytes]], tag: int, *, utf8: bool) -> list[str]:
    raw = records.get((2, tag), [])
    return texts_of([text_of(one, utf8=utf8) for one in (raw if isinstance(raw, list) else [raw])])
