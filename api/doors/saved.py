"""Saved searches: whoever is known keeps a search, and is told next time what is new among what it finds, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from babel.dates import format_datetime

from api.cards.watching import News, Noted, Watch, Watches, news, noted
from api.doors.find_view import value_text
from api.doors.finding import THINGS, Asked
from api.doors.languages import words
from api.labels import Label, labels
from api.plan import Caller, Executor, Request
from graph.asking import Asking
from graph.store.port import GraphStore

#: Apart from the watches of cards, which a page of searches need not read.
_SLUG, _COLLECTION = "find", "searches"
#: The first hits are remembered, by what is the same in whichever language the page is read.
_FOUND = """
query Saved($text: String!, $where: SearchWhere, $sort: SearchSort) {
  search(text: $text, where: $where, sort: $sort, first: 100) { edges { node { id label } } }
}
"""


class SavedSearches:
    """The saved searches of one person, by the name that the log knows them by."""

    def __init__(self, store: GraphStore, executor: Executor, caller: Caller, person: str) -> None:
        self._store, self._executor, self._caller, self._person = store, executor, caller, person
        self._watches = Watches(store, _COLLECTION)

    def look(self, asked: Asked) -> None:
        """Save a search, or say that what it finds was seen; Refused where it cannot be asked."""
        self._watches.look(self._person, _SLUG, asked.kept, self.found(asked))

    def forget(self, asked: Asked) -> None:
        """Save a search no longer."""
        self._watches.forget(self._person, _SLUG, asked.kept)

    def view(self, asked: Asked) -> dict[str, Any]:
        """What the page shows: the searches there are, and of the one that is asked what is new; Refused as asked."""
        there = self._watches.all(self._person)
        this = next((one for one in there if one.query == asked.kept), None)
        return {
            "at": format_datetime(this.at, locale=asked.lang) if this else "",
            "news": self._news(this, asked) if this else (),
            "action": asked.url(),
            "searches": [*self._listed(there, asked)],
        }

    def all(self, lang: str) -> list[tuple[Asked, Watch]]:
        """All of them, as they are asked in a language."""
        there = self._watches.all(self._person)
        return [(Asked.of(dict(parse_qsl(one.query)), lang), one) for one in there]

    def in_words(self, asked: Asked) -> str:
        """A search as the page lists it."""
        [told] = self._worded([asked], asked)
        return str(told["text"])

    def found(self, asked: Asked) -> dict[str, Noted]:
        """What a search finds now; Refused where it cannot be asked."""
        told = self._executor.data(Request(_FOUND, None, asked.variables(), only_queries=True), self._caller)
        return noted({"found": [edge["node"] for edge in told["search"]["edges"]]})

    def _news(self, watch: Watch, asked: Asked) -> list[dict[str, Any]]:
        found = news(watch, self.found(asked), Asking(self._store, self._caller.viewer, asked.lang))
        named = labels(self._store, self._caller.viewer, (id for one in found for id in one.ids), asked.lang)
        return [self._told(one, named) for one in found]

    def _told(self, one: News, named: Mapping[str, Label]) -> dict[str, Any]:
        id = one.ids[0] if one.ids else ""
        return {
            "kind": one.kind,
            "text": named[id].text if id in named else one.title,
            "url": f"/q/anything-by-its-id?id={id}" if id in named else "",
            "why": [(each.kind.lower(), each.at) for each in one.why],
        }

    def _listed(self, there: list[Watch], asked: Asked) -> Iterator[dict[str, Any]]:
        """Each search in words, the latest first."""
        return self._worded(
            [Asked.of(dict(parse_qsl(one.query)), asked.lang) for one in sorted(there, key=_age)], asked
        )

    def _worded(self, searches: Sequence[Asked], asked: Asked) -> Iterator[dict[str, Any]]:
        told = words(asked.lang)
        ids = (value for one in searches for name, value in one.chosen.items() if name in THINGS)
        named = labels(self._store, self._caller.viewer, ids, asked.lang)
        for one in searches:
            values = [value_text(told, asked.lang, name, value, named) for name, value in one.chosen.items()]
            use = [one.territory, told["purposes"][one.purpose.lower()] if one.purpose else ""]
            parts = [f"“{one.text}”" if one.text else "", *values, *use]
            text = " · ".join(part for part in parts if part) or told["find"]["everything"]
            yield {"text": text, "url": one.url(), "here": one.kept == asked.kept}


def _age(watch: Watch) -> float:
    return -watch.at.timestamp()
