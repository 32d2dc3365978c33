"""An answer in the words of its reader, for a page: languages, types, fields and licences by their names."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.cards.asked import is_fix
from api.cards.shapes import Json, is_list, is_object
from api.cards.words import worded
from api.schema.names import camel
from graph.model.vocabulary import packs
from graph.story.wording import language_name

_LANGUAGES = frozenset({"locale", "locales", "missingLocales"})
_TYPES = frozenset({"kind", "type", "label"})
#: Where a value and its label stand side by side, the value is for machines.
_COUNTED = {"value", "label"}


def in_words(answer: Json, lang: str, types: Mapping[str, str]) -> Json:
    """The same answer; `types` is what types of the model are called."""
    return _Plain(lang, types).of(answer)


class _Plain:
    """One reader's words."""

    def __init__(self, lang: str, types: Mapping[str, str]) -> None:
        self._lang, self._types = lang, types

    def of(self, value: Json, key: str = "") -> Json:
        if is_list(value):
            return [self.of(one, key) for one in value]
        if is_object(value):
            # What names a repair is sent as it is.
            return value if is_fix(value) else self._object(value)
        return self._leaf(value, key) if isinstance(value, str) else value

    def _object(self, value: Mapping[str, Json]) -> dict[str, Any]:
        told = {name: self.of(one, name) for name, one in value.items()}
        if value.get("field") == "locale" and is_list(value.get("values")):
            counts = zip(value["values"], told["values"], strict=True)
            told["values"] = [{**one, "label": language_name(count["value"], self._lang)} for count, one in counts]
        if told.keys() >= _COUNTED and isinstance(value["value"], str):
            del told["value"]
        return told

    def _leaf(self, value: str, key: str) -> str:
        if key in _LANGUAGES:
            return language_name(value, self._lang)
        if key in _TYPES:
            return self._types.get(value, value)
        if key == "field":
            return worded(camel(value), self._lang)
        return _licences(self._lang).get(value, value) if key == "licence" else value


@cache
def _licences(lang: str) -> Mapping[str, str]:
    """What licences are called, by their addresses."""
    return {
        term.uri: term.label.get(lang) or term.label["en"]
        for pack in packs().values()
        for term in pack.terms.values()
        if term.uri
    }
