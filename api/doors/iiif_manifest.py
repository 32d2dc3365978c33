"""A story as a manifest of the IIIF Presentation API 3.0: a canvas for each picture that everybody may have."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from api.doors.public import Reader
from api.pictures import Picture
from api.showing import Image, Showing, showing
from api.stories import Story, read_story
from graph.model.enums import UseChannel
from graph.store.port import GraphStore
from media.iiif import Offered
from media.profiles import RenditionProfile

_CONTEXT = "http://iiif.io/api/presentation/3/context.json"
#: Whose rights a manifest may name by their address, which there begins with http.
_RIGHTS = ("https://creativecommons.org/", "https://rightsstatements.org/")
_MOST_LANGUAGES = 12
_THUMBNAIL = 480

#: From a base and pictures to the image services of those that have one, by id: the address, and what it offers.
Services: TypeAlias = Callable[[str, Iterable[Picture]], Mapping[str, tuple[str, Offered]]]


def manifest(store: GraphStore, reader: Reader, id: str, address: str, services: Services) -> dict[str, Any] | None:
    """The manifest of a story; None where there is none, or nothing to look at in it."""
    story = read_story(store, reader.viewer, id, reader.locale)
    if story is None:
        return None
    shown = showing(store, reader.viewer, story, UseChannel.WEBSITE, (RenditionProfile.RESPONSIVE,), reader.lang)
    images = [one for one in shown.images if one.jpegs(RenditionProfile.RESPONSIVE)]
    if not shown.whole or not images:
        return None
    there = services(reader.base, (one.picture for one in images))
    folder = address.removesuffix("/manifest.json")
    canvases = [
        _canvas(image, f"{folder}/canvas/{number}", reader, there.get(image.shown.id))
        for number, image in enumerate(images, 1)
    ]
    told = [story, *_others(store, reader, story)]
    titles = {one.title.locale or "none": [one.title.text] for one in told}
    summaries = {one.summary.locale or "none": [one.summary.text] for one in told if one.summary.text}
    return {
        "@context": _CONTEXT,
        "id": address,
        "type": "Manifest",
        "label": titles,
        **({"summary": summaries} if summaries else {}),
        **_credited(shown),
        **_rights(images[0]),
        "homepage": [
            {"id": reader.page(story), "type": "Text", "label": {story.title.locale or "none": [story.title.text]},
             "format": "text/html"}
        ],
        "thumbnail": canvases[0]["thumbnail"],
        "items": canvases,
    }  # fmt: skip


def _others(store: GraphStore, reader: Reader, story: Story) -> Iterator[Story]:
    for locale in story.languages[:_MOST_LANGUAGES]:
        if locale != story.title.locale:
            one = read_story(store, reader.viewer, story.id, locale)
            if one is not None and one.title.locale == locale:
                yield one


def _credited(shown: Showing) -> dict[str, Any]:
    if not shown.credit:
        return {}
    return {"requiredStatement": {"label": {"en": ["Credit"], "id": ["Kredit"]}, "value": {"none": [shown.credit]}}}


def _rights(image: Image) -> dict[str, Any]:
    licence = image.picture.notice.licence
    return {"rights": licence.replace("https://", "http://", 1)} if licence.startswith(_RIGHTS) else {}


def _canvas(image: Image, address: str, reader: Reader, service: tuple[str, Offered] | None) -> dict[str, Any]:
    files = image.jpegs(RenditionProfile.RESPONSIVE)
    largest, alt = files[-1], image.shown.alt
    small = next((one for one in files if one.width >= _THUMBNAIL), largest)
    width, height = largest.width, largest.height
    body: dict[str, Any] = {
        "id": f"{reader.base}{largest.path}", "type": "Image", "format": "image/jpeg", "width": width, "height": height,
    }  # fmt: skip
    if service is not None:
        at, offered = service
        width, height = offered.width, offered.height
        body |= {
            "id": f"{at}/full/max/0/default.jpg",
            **dict(zip(("width", "height"), offered.fit(width, height), strict=True)),
            "service": [{"id": at, "type": "ImageService3", "profile": "level2"}],
        }
    label: Mapping[str, Any] = {"label": {alt.locale or "none": [alt.text]}} if alt.text else {}
    return {
        "id": address,
        "type": "Canvas",
        **label,
        **_rights(image),
        "width": width,
        "height": height,
        "thumbnail": [
            {"id": f"{reader.base}{small.path}", "type": "Image", "format": "image/jpeg", "width": small.width,
             "height": small.height}
        ],
        "items": [
            {
                "id": f"{address}/page",
                "type": "AnnotationPage",
                "items": [
                    {"id": f"{address}/painting", "type": "Annotation", "motivation": "painting", "target": address,
                     "body": body}
                ],
            }
        ],
    }  # fmt: skip
