"""A kit becomes an archive: texts, pictures, a signature, and a page that shows nothing beyond its last day."""

import zipfile
from io import BytesIO
from typing import Any

from babel.dates import format_date

from api.doors.languages import words
from api.doors.pages import templates
from api.doors.public import hash_of, static_text
from api.kits import PROFILE, Item, Kit, manifest, sign
from api.making import rendition_bytes
from graph.store.port import GraphStore
from media.studio import Studio

_WIDEST = 1280
#: The same for every archive, so that the same kit is the same bytes but for its signature.
_DATE = (1980, 1, 1, 0, 0, 0)


def pack(store: GraphStore, studio: Studio, kit: Kit, lang: str) -> bytes:
    """The archive; raises media.errors.MediaError where a picture cannot be made."""
    files: dict[str, bytes] = {}
    views: list[dict[str, Any]] = []
    for number, item in enumerate(kit.items, start=1):
        name = f"{number:03}-{item.story.slug}"
        picture = _picture(store, studio, item)
        if picture is not None:
            files[f"pictures/{name}.jpg"] = picture
        files[f"texts/{name}.txt"] = _text(item).encode()
        views.append(_view(item, f"pictures/{name}.jpg" if picture is not None else "", lang))
    style, script = static_text("kit.css"), static_text("kit.js")
    files["index.html"] = (
        templates.get_template("kit.html")
        .render(
            words=words(lang),
            lang=lang,
            title=kit.title,
            made=kit.made.isoformat(),
            items=views,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
        .encode()
    )
    told = manifest(kit, files)
    return _zipped({"kit.json": told, "kit.jws": sign(store, told), **files})


def unpacked(data: bytes, most: int = 1 << 30) -> dict[str, bytes]:
    """The files of an archive; raises ValueError where it is none, or larger than `most` bytes in all."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(one.file_size for one in entries) > most:
                raise ValueError("The archive is larger than a kit is.")
            return {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"It is no archive that can be read: {error}") from None


def _policy(style: str, script: str) -> str:
    """Nothing but what is in the archive, which is opened as a file."""
    return f"default-src 'none'; img-src 'self' file:; style-src {hash_of(style)}; script-src {hash_of(script)}"


def _picture(store: GraphStore, studio: Studio, item: Item) -> bytes | None:
    image = item.image
    found = [one for one in image.jpegs(PROFILE) if one.width <= _WIDEST] if image else []
    return rendition_bytes(store, studio, image.picture, PROFILE, found[-1].plan) if image and found else None


def _text(item: Item) -> str:
    """A story as plain text, with its credit and what has to be done."""
    one = item.story
    parts = [one.title.text, one.summary.text, one.body.text, item.shown.credit]
    parts += [*(duty.text for duty in item.shown.verdict.duties), item.until.isoformat()]
    return "\n\n".join(part for part in parts if part) + "\n"


def _view(item: Item, picture: str, lang: str) -> dict[str, Any]:
    story, image = item.story, item.image
    return {
        "title": story.title.text,
        "summary": story.summary.text or "",
        "paragraphs": [one for one in (story.body.text or "").split("\n\n") if one.strip()],
        "lang": story.title.locale or "",
        "credit": item.shown.credit,
        "until": item.until.isoformat(),
        "day": format_date(item.until, "long", locale=lang),
        "picture": picture,
        "alt": (image.shown.alt.text or "") if image else "",
    }


def _zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".jpg") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
