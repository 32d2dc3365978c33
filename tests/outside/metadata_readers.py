"""Have exiftool and exiv2 read what renditions carry: python -m tests.outside.metadata_readers.

Both come from the system's packages (libimage-exiftool-perl, exiv2). A picture that bears a position, a thumbnail, a
comment and somebody's name is rendered in every profile and format, and both have to find credit, rights, licence and
the alternative text of each language, in every script, and nothing of the original. Leaves with 1 where one does not.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from media.formats import Format
from media.limits import RENDERING
from media.metadata.notice import Notice
from media.profiles import RenditionProfile, Source, plans
from media.rendering import render
from tests.media.drawing import behind_head, draw, encode, segment

NOTICE = Notice(
    id="media:hill",
    title="Kimjang & <salt>",
    creators=("Siti Ñusta", "김 견본"),
    credit='견본 "Contoh" · Ñusta',
    copyright="© 2026 Contoh 김",
    licence="https://creativecommons.org/licenses/by/4.0/",
    usage_terms="Sebutkan pembuatnya.",
    licensor="Contoh",
    licensor_url="https://contoh.example/?a=1&b=2",
    source_type="digitalCapture",
    alt={
        "en": "A hill.",
        "ko": "해 아래 언덕",
        "ar": "تل تحت الشمس",
        "vi": "Ngọn đồi dưới mặt trời",
        "zh-Hans": "太阳下的山",
    },
)
_SECRET = "Somebodys name"
_SIZE = (1600, 1000)


def original() -> bytes:
    """What a camera writes, and an editor after it."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0110], exif[0x0112] = _SECRET, _SECRET, "A camera", 1
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (6.0, 12.0, 36.0), "E", (106.0, 49.0, 12.0)
    jpeg = encode(draw(*_SIZE), exif=exif, comment=_SECRET.encode(), quality=90)
    return behind_head(
        jpeg, segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x13\x1c\x02\x78\0\x0e" + _SECRET.encode())
    )


def by_exiftool(path: Path) -> dict[str, str]:
    """Every tag with its group, as text."""
    done = subprocess.run(
        ["exiftool", "-j", "-G1", "-a", "-u", "-U", "-charset", "UTF8", str(path)],
        capture_output=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)[0]
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in found.items()
    }


def by_exiv2(path: Path) -> str:
    """All metadata as it prints them."""
    told = ""
    for kind in ("-pe", "-px", "-pi", "-pc"):
        done = subprocess.run(["exiv2", "-q", kind, str(path)], capture_output=True, check=False)
        told += done.stdout.decode("utf-8", "replace")
    return told


def wanted(notice: Notice) -> dict[str, str]:
    """What a file has to bear: in full, or in the brief form of pictures of which every byte counts."""
    found = {
        "credit": notice.credit,
        "copyright": notice.copyright,
        "licence": notice.licence,
        "usage terms": notice.usage_terms,
        "licensor": notice.licensor_url,
        "source type": notice.source_type,
        **{f"creator {at}": name for at, name in enumerate(notice.creators)},
    }
    return {name: text for name, text in found.items() if text}


def complaints(path: Path, notice: Notice) -> list[str]:
    tags, printed = by_exiftool(path), by_exiv2(path)
    told = json.dumps(list(tags.values()), ensure_ascii=False).replace('\\\\\\"', '"').replace('\\"', '"')
    found: list[str] = []
    for name, text in wanted(notice).items():
        if text not in told:
            found.append(f"exiftool does not find {name}: {text!r}")
        if text not in printed:
            found.append(f"exiv2 does not find {name}: {text!r}")
    for tag, text in notice.alt.items():
        # Both write tags of languages in lower case.
        if tags.get(f"XMP-iptcCore:AltTextAccessibility-{tag.lower()}") != text:
            found.append(f"exiftool does not find the alternative text in {tag}")
        if f'lang="{tag.lower()}" {text}' not in printed:
            found.append(f"exiv2 does not find the alternative text in {tag}")
    found += [f"exiftool finds {name}" for name in tags if re.search(r"GPS|Thumbnail|Comment|IPTC|Model$", name)]
    found += [f"exiftool finds what was the original's in {name}" for name, text in tags.items() if _SECRET in text]
    found += [f"exiftool warns: {text}" for name, text in tags.items() if name.endswith((":Warning", ":Error"))]
    if re.search(r"GPS|Thumbnail|A camera", printed) or _SECRET in printed:
        found.append("exiv2 finds what was the original's")
    return found


def main() -> int:
    source = original()
    made = [plan for profile in RenditionProfile for plan in plans(Source(*_SIZE), profile)]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder, "original.jpg")
        before.write_bytes(source)
        if not any("GPS" in name for name in by_exiftool(before)) or _SECRET not in by_exiv2(before):
            raise SystemExit("The readers find nothing in the original, so that what they do not find says nothing.")
        for plan, (_, data) in zip(made, render(source, made, NOTICE, RENDERING), strict=True):
            path = Path(folder, plan.file)
            path.write_bytes(data)
            found = complaints(path, NOTICE.brief(plan.budget) if plan.budget else NOTICE)
            failed += bool(found)
            sys.stdout.writelines(f"{plan.file}: {one}\n" for one in found)
    by_format = ", ".join(f"{sum(plan.format is one for plan in made)} {one}" for one in Format)
    sys.stdout.write(f"{len(made) - failed} of {len(made)} files are read whole by exiftool and exiv2 ({by_format})\n")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
