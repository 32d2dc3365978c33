"""What entities are called in a reader's language, many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graph.model import ANY, EntityType, Model
from graph.model.locales import wider
from graph.store.port import GraphStore
from graph.store.select import And, Cmp, Follow, Select, Shape, Viewer, by_ids
from graph.story.wording import language_of, unnamed

#: In which language a thing is called whose own text is out of sight, where there is none in the reader's.
_OTHERWISE = "en"
_BASE = Shape(props=(("id", "id"), ("label", "label"), ("sample", "sample"), ("state", "state")))


@dataclass(frozen=True, slots=True)
class Label:
    """What an entity is called, and what a reader should know beside it."""

    id: str
    type: str
    text: str
    sample: bool
    state: str


def labels(store: GraphStore, viewer: Viewer, ids: Iterable[str], locale: str) -> dict[str, Label]:
    """The label of each id that the viewer sees, in the locale where there is one, asked at once."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    prefixes = {id.partition(":")[0] for id in wanted}
    # Only of the types that are there: the statement is the shorter, and there are few kinds of it.
    types = (entity for entity in store.model.types.values() if entity.prefix in prefixes)
    cases = tuple((entity.name, shape) for entity in types if (shape := _shape(entity, locale)))
    select = by_ids(ANY, wanted, _BASE, cases=cases, limit=len(wanted))
    rows = store.ask(viewer, {"labels": select})["labels"]["rows"]
    found = (_label(store.model, row, locale) for row in cast("list[dict[str, Any]]", rows))
    return {label.id: label for label in found}


def _shape(entity: EntityType, locale: str) -> Shape | None:
    if entity.name == "Placement":
        # It has no name of its own: the day, and what was posted, tell it from others.
        cases = tuple((name, _texts(text, locale)) for name, text in (("Asset", "title"), ("Message", "text")))
        posted = Select(ANY, Shape(props=(("id", "id"), ("label", "label"))), limit=1, cases=cases)
        return Shape(props=(("at", "at"),), links=(("of", Follow("of", posted)),))
    if entity.name == "Measurement":
        read = Select("Indicator", Shape(props=(("label", "label"), ("names", "names"))), limit=1)
        return Shape(props=(("at", "at"), ("value", "value")), links=(("of", Follow("indicator", read)),))
    if "names" in entity.own:
        return Shape(props=(("names", "names"),))
    if entity.label_from in entity.texts:
        return _texts(str(entity.label_from), locale)
    return None


def _texts(prop: str, locale: str) -> Shape:
    there = And((Cmp("locale", "in", (*wider(locale), _OTHERWISE)), Cmp("form", "eq", "FULL")))
    texts = Select("Translation", Shape(props=(("locale", "locale"), ("text", prop))), there, limit=4)
    return Shape(links=(("said", Follow("translations", texts)),), props=(("locale", "locale"),))


def _label(model: Model, row: Mapping[str, Any], locale: str) -> Label:
    type_name = model.by_prefix[str(row["id"]).partition(":")[0]].name
    return Label(str(row["id"]), type_name, _text(row, locale), bool(row["sample"]), str(row["state"]))


def _text(row: Mapping[str, Any], locale: str) -> str:
    """Its name or title in the locale, or as it stands in its own language."""
    case: Mapping[str, Any] = row.get("@case") or {}
    if "at" in case:
        of = [_text({"@case": one, **one}, locale) for one in case["of"]["rows"]]
        read = [f"{case['value']:g}"] if case.get("value") is not None else []
        return " · ".join([str(case["at"])[:10], *of, *read])
    label = str(row["label"])
    if case.get("locale") in wider(locale) and label != row.get("id"):
        return label
    translations = cast("Iterable[Mapping[str, str | None]]", (case.get("said") or {"rows": ()})["rows"])
    said = {str(each["locale"]): each["text"] for each in translations if each["text"]}
    named: dict[str, str | None] = {**(case.get("names") or {}), **said}
    found = next((named[each] for each in wider(locale) if each in named), None)
    if found or label != row.get("id"):
        return found or label
    # Its own text is a draft.
    return named.get(_OTHERWISE) or unnamed(label, language_of(locale))
