"""What is still missing before a thing may be published, by name."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from graph.asking import Asking
from graph.model import Model
from graph.store.select import Follow, Select, Shape, by_ids


class Check(StrEnum):
    """What publishing demands."""

    REQUIRED = "REQUIRED"
    RIGHTS = "RIGHTS"
    ALT_TEXT = "ALT_TEXT"


_RIGHTS = Follow("rights", Select("RightsGrant", Shape((("state", "state"),))))
_MEDIA = Shape((("id", "id"), ("kind", "kind"), ("alt", "alt"), ("state", "state")), (("rights", _RIGHTS),))
_SHAPES: Mapping[str, Shape] = {
    "Media": _MEDIA,
    "Asset": Shape((("id", "id"),), (("rights", _RIGHTS), ("media", Follow("media", Select("Media", _MEDIA))))),
}


def lacking(asking: Asking, model: Model, type_name: str, id: str) -> list[tuple[Check, str, str]]:
    """What is missing, each with the id of what lacks it and a sentence: rights and alt texts of assets and media."""
    shape = _SHAPES.get(type_name)
    if shape is None:
        return []
    question = by_ids(model.type(type_name).name, (id,), shape, limit=1)
    rows = cast("Any", asking.ask({"it": question}, asking.everything)["it"]["rows"])
    return [found for row in rows for found in _missing(type_name, row)]


def _missing(type_name: str, row: Mapping[str, Any]) -> Iterator[tuple[Check, str, str]]:
    if type_name == "Media":
        yield from _of_media(row)
        return
    if not _cleared(row["rights"]["rows"]):
        yield Check.RIGHTS, row["id"], "Nothing says under which rights it may be shown. Link it to a rights grant."
    for media in row["media"]["rows"]:
        if media["state"] != "RETIRED":
            yield from _of_media(media)


def _of_media(row: Mapping[str, Any]) -> Iterator[tuple[Check, str, str]]:
    if not _cleared(row["rights"]["rows"]):
        yield Check.RIGHTS, row["id"], "Nothing says under which rights it may be shown. Link it to a rights grant."
    if row["kind"] == "PICTURE" and not row["alt"]:
        yield Check.ALT_TEXT, row["id"], "The picture has no text for those who do not see it. Write its alt."


def _cleared(grants: Sequence[Mapping[str, Any]]) -> bool:
    return any(grant["state"] != "RETIRED" for grant in grants)
