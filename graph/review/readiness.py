"""What is still missing before a thing may be published, by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, cast

from graph.asking import Asking
from graph.model import Model, shows
from graph.sentence import sentence
from graph.store.batch import Put
from graph.store.select import Follow, Select, Shape, by_ids
from graph.story.rights import credits_asked
from graph.story.rights.fetching import materials
from graph.story.rights.publishing import unpublishable


class Check(StrEnum):
    """What publishing demands."""

    REQUIRED = "REQUIRED"
    RIGHTS = "RIGHTS"
    ALT_TEXT = "ALT_TEXT"
    CREDIT = "CREDIT"


#: What a picture says by itself, and what misses it.
_SAID = {"alt": Check.ALT_TEXT, "credit": Check.CREDIT}
_RIGHTS = Follow("rights", Select("RightsGrant", Shape((("id", "id"), ("state", "state"), ("rules", "rules")))))
_TOLD = ("id", "kind", "alt", "credit", "state")
_MEDIA = Shape(tuple((one, one) for one in _TOLD), (("rights", _RIGHTS),))
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
    uncleared = _uncleared(asking, id)
    return [found for row in rows for found in _missing(type_name, row, uncleared)]


def lacking_with(asking: Asking, model: Model, type_name: str, id: str, put: Put) -> list[tuple[Check, str, str]]:
    """What would be missing of what is published once an edit is made: of what it adds, and for what it takes away."""
    found: list[tuple[Check, str, str]] = []
    for to in put.edits["media"].put if "media" in put.edits else ():
        found += lacking(asking, model, "Media", to.id)
    for name, check in _SAID.items():
        if type_name == "Media" and name in put.values and not shows(put.values[name]):
            found += [one for one in _as_it_is(asking, model, type_name, id, said={name: None}) if one[0] is check]
    rights = put.edits.get("rights")
    if type_name in _SHAPES and rights is not None and rights.drop and not rights.put:
        found += [
            one for one in _as_it_is(asking, model, type_name, id, without=rights.drop) if one[:2] == (Check.RIGHTS, id)
        ]
    return found


def _as_it_is(
    asking: Asking,
    model: Model,
    type_name: str,
    id: str,
    *,
    without: Sequence[str] = (),
    said: Mapping[str, object] | None = None,
) -> list[tuple[Check, str, str]]:
    """What is missing of a thing as it is but for some values and without some rights."""
    question = by_ids(model.type(type_name).name, (id,), _SHAPES[type_name], limit=1)
    rows = cast("Any", asking.ask({"it": question}, asking.everything)["it"]["rows"])
    uncleared = _uncleared(asking, id, without)
    return [
        found
        for row in rows
        for kept in ([one for one in row["rights"]["rows"] if one["id"] not in without],)
        for found in _missing(type_name, {**row, **(said or {}), "rights": {"rows": kept}}, uncleared)
    ]


def _uncleared(asking: Asking, id: str, without: Sequence[str] = ()) -> Mapping[str, str]:
    """What of a thing no right lets be published, by the rules of its grants but for some of them, with the reason."""
    asking.statements += 1
    material = materials(asking.store, asking.everything, (id,), told=asking.viewer).get(id)
    if material is None:
        return {}
    if without:
        kept = ((one, tuple(each for each in one.origins if each.id not in without)) for one in material.things)
        material = replace(material, things=tuple(replace(one, origins=origins) for one, origins in kept))
    return unpublishable(material, asking.viewer.today, asking.locale or "en")


def _missing(type_name: str, row: Mapping[str, Any], uncleared: Mapping[str, str]) -> Iterator[tuple[Check, str, str]]:
    if type_name == "Media":
        yield from _of_media(row, uncleared)
        return
    if row["id"] in uncleared:
        yield Check.RIGHTS, row["id"], _told(row, uncleared)
    for media in row["media"]["rows"]:
        if media["state"] != "RETIRED":
            yield from _of_media(media, uncleared)


def _of_media(row: Mapping[str, Any], uncleared: Mapping[str, str]) -> Iterator[tuple[Check, str, str]]:
    if row["id"] in uncleared:
        yield Check.RIGHTS, row["id"], _told(row, uncleared)
    if row["kind"] == "PICTURE" and not shows(row["alt"]):
        yield Check.ALT_TEXT, row["id"], sentence("The picture has no text for those who do not see it. Write its alt.")
    if row["kind"] == "PICTURE" and not shows(row["credit"]) and not credits_asked(row["rights"]["rows"]):
        yield (
            Check.CREDIT,
            row["id"],
            sentence("Nobody is credited for the picture. Write its credit, or a right that words it."),
        )


def _told(row: Mapping[str, Any], uncleared: Mapping[str, str]) -> str:
    """Why it may not be shown: there is no grant, or what those that are linked say."""
    if all(grant["state"] == "RETIRED" for grant in row["rights"]["rows"]):
        return sentence("Nothing says under which rights it may be shown. Link it to a rights grant.")
    return sentence("No right on file lets it be published. {why}", why=uncleared[row["id"]])
