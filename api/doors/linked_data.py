"""A story for machines: JSON-LD by schema.org, and what Open Graph and Twitter cards are told."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from api.doors import links
from api.doors.public import Reader
from api.showing import Image, Showing
from api.stories import Story
from media.profiles import RenditionProfile

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
#: What could end the script element that holds it, or begin a comment there; JSON reads the same from the escapes.
_ESCAPES = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def json_ld(story: Story, shown: Showing, reader: Reader, provider: str) -> str:
    """The text of a script element of type application/ld+json."""
    told = _without_gaps(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": reader.page(story),
            "url": reader.page(story, story.title.locale or ""),
            "name": story.title.text,
            "description": story.summary.text,
            "inLanguage": story.title.locale,
            "keywords": ", ".join(story.keywords),
            "dateCreated": story.date if _DAY.fullmatch(story.date) else None,
            "dateModified": story.updated_at,
            "creator": [{"@type": "Thing", "name": one.label} for one in story.linked["makers"]],
            "maintainer": _keeper(story),
            "publisher": _provider(reader, provider),
            "about": [{"@type": "Thing", "name": one.label} for one in story.linked["themes"]],
            "countryOfOrigin": [{"@type": "Country", "name": one.label} for one in story.linked["countries"]],
            "isPartOf": [_work(reader, one.id, one.label) for one in story.linked["part_of"]],
            "isBasedOn": [_work(reader, one.id, one.label) for one in story.linked["derived_from"]],
            "sameAs": story.url,
            "creditText": shown.credit,
            "usageInfo": f"{reader.page(story)}#use",
            "isAccessibleForFree": True,
            "citation": [
                _without_gaps({"@type": "CreativeWork", "name": one.title, "url": one.url, "publisher": one.publisher})
                for one in story.sources
            ],
            "image": [_image(one, reader) for one in shown.images if one.jpegs(RenditionProfile.RESPONSIVE)],
        }
    )
    return orjson.dumps(told).decode().translate(_ESCAPES)


def preview(images: Sequence[Image], base: str) -> dict[str, Any] | None:
    """The picture that networks show with a link: cut for that where this is allowed, else whole."""
    for image in images:
        found = image.jpegs(RenditionProfile.SOCIAL) or [
            one for one in image.jpegs(RenditionProfile.RESPONSIVE) if one.width <= _WIDE
        ]
        if found:
            best = found[-1]
            return {
                "url": f"{base}{best.path}",
                "width": best.width,
                "height": best.height,
                "alt": image.shown.alt.text or "",
            }
    return None


_WIDE = 1280


def _provider(reader: Reader, name: str) -> Mapping[str, Any]:
    logo = {"@type": "ImageObject", "url": f"{reader.base}/static/duta.svg"}
    return {"@type": "Organization", "name": name, "url": f"{reader.base}/", "logo": logo}


def _keeper(story: Story) -> Mapping[str, Any] | None:
    one = story.keeper
    if one is None:
        return None
    return _without_gaps({"@type": "Organization", "name": one.name, "url": one.website, "email": one.email})


def _work(reader: Reader, id: str, label: str) -> Mapping[str, Any]:
    return {"@type": "CreativeWork", "name": label, "url": f"{reader.base}{links.story(id)}"}


def _image(image: Image, reader: Reader) -> Mapping[str, Any]:
    largest, notice = image.jpegs(RenditionProfile.RESPONSIVE)[-1], image.picture.notice
    return _without_gaps(
        {
            "@type": "ImageObject",
            "contentUrl": f"{reader.base}{largest.path}",
            "width": largest.width,
            "height": largest.height,
            "description": image.shown.alt.text,
            "caption": image.shown.caption.text,
            "creditText": image.shown.credit,
            "copyrightNotice": notice.copyright,
            "license": notice.licence,
        }
    )


def _without_gaps(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, "", [], ())}
