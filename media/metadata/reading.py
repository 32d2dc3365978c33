"""Reading what a picture says of itself; what cannot be read is told and does not refuse the picture."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from PIL import Image

from media.errors import Refused
from media.metadata.exif import read_exif, read_position
from media.metadata.iptc import read_iptc
from media.metadata.said import Said, Value, merged
from media.metadata.xmp import Unreadable, read_xmp


def read(image: Image.Image) -> Said:
    """What an open picture says; some formats keep it behind the pixels, so it is loaded first."""
    problems: list[str] = []

    def tried(standard: str, reads: Callable[[], Mapping[str, Value]]) -> Mapping[str, Value]:
        try:
            return reads()
        except Refused:
            raise
        except Unreadable as error:
            problems.append(str(error))
        except Exception:  # noqa: BLE001 - broken records raise anything
            problems.append(f"The {standard} is damaged and was not read.")
        return {}

    told = {
        "XMP": tried("XMP", lambda: _xmp(image)),
        "IPTC": tried("IPTC-IIM", lambda: read_iptc(image)),
        "EXIF": tried("EXIF", lambda: read_exif(image)),
    }
    position = None
    with suppress(Exception):
        position = read_position(image)
    values, conflicts = merged(told)
    return Said(values, conflicts, position, list(dict.fromkeys(problems)))


def _xmp(image: Image.Image) -> Mapping[str, Value]:
    packet = image.info.get("xmp")
    if not packet:
        return {}
    return read_xmp(packet.encode() if isinstance(packet, str) else bytes(packet))
