"""What somebody is told by mail: what came back, what is asked, what ends soon, and what is new in what they watch.

A mail goes over wires of others: it names things that the house sees and no stricter ones, and repeats no note.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qs, urlencode

from api.cards.calling import in_language
from api.cards.card import card_of
from api.cards.choosing import Reader
from api.cards.form import fill
from api.cards.watching import Noted, Watch, Watches, news, noted
from api.desk.mine import ends_of
from api.doors.desk import at, edit_path
from api.doors.languages import words
from api.doors.saved import SavedSearches
from api.doors.viewers import writer_of
from api.labels import labels
from api.mail.people import Wish
from api.plan import Caller, Executor, Request
from api.plan.errors import Refused
from api.wiring import House
from graph.asking import Asking
from graph.model import ANY, LEVEL
from graph.store.batch import Change, Which
from graph.store.select import Follow, Select, Shape, Viewer, by_ids, shape_of
from graph.store.visibility import SYSTEM

_MOST, _PAGE = 20, 500
_INTERNAL = LEVEL["INTERNAL"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a mail, and under it lines with their addresses."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell; `ends` are the keys of what ends that is told of now."""

    sections: Sequence[Section]
    ends: Sequence[str] = ()


class News:
    """What there is to tell one person, of the log after one entry and up to another."""

    def __init__(self, house: House, executor: Executor, wish: Wish, after: int, until: int) -> None:
        self._house, self._executor, self._wish = house, executor, wish
        self._after, self._until = after, until
        self._told = words(wish.lang)["mail"]
        viewer = _mailable(wish)
        self._viewer, self._caller = viewer, Caller(viewer, wish.lang)
        # Searches and cards are watched as they are read: without drafts.
        self._reading = replace(viewer, draft=-1)
        self._reader = Caller(self._reading, wish.lang)

    def told(self, *, with_ends: bool) -> Told:
        """All of it; what ends only where that is wanted."""
        ends, keys = self._ends() if with_ends else ((), ())
        found = [
            Section(self._told["back"], self._things(self._noted())),
            Section(self._told["requests"], self._things(self._asked())),
            Section(self._told["ends"], ends),
            *self._watched(),
        ]
        return Told([one for one in found if one.lines], keys)

    def _noted(self) -> list[str]:
        """What somebody else left a note on, of what this person wrote of."""
        about = Follow("about", Select(ANY, shape_of("id"), limit=1))
        rows = self._rows(SYSTEM, "ReviewNote", shape_of("id", about=about))
        ids = dict.fromkeys(str(one["id"]) for row in rows for one in row["about"]["rows"])
        mine = self._wish.person
        return [id for id in ids if self._house.store.changes(0, 1, Which(ids=(id,), actor=mine))]

    def _asked(self) -> list[str]:
        """Requests that were written or changed, to those whose requests this person looks after."""
        to, of = Follow("addressee", Select(ANY, shape_of("id"), limit=1)), self._wish.of
        rows = self._rows(self._viewer, "Request", shape_of("id", "answered", addressee=to))
        still = (row for row in rows if row["answered"] in (None, "OPEN"))
        return [str(row["id"]) for row in still if not of or any(one["id"] == of for one in row["addressee"]["rows"])]

    def _ends(self) -> tuple[list[tuple[str, str]], list[str]]:
        """What ends soon and was not told of yet."""
        found: list[tuple[str, str]] = []
        keys: list[str] = []
        for one in ends_of(self._executor, self._caller, self._wish.of):
            key = f"{one['entity']['id']}|{one['kind']}|{one['due']}"
            if one["due"] and key not in self._wish.ends and len(keys) < _MOST:
                keys.append(key)
                found.append((f"{one['entity']['label']}: {one['reason']}", self._page(one["entity"]["id"])))
        return found, keys

    def _watched(self) -> Iterator[Section]:
        """News of saved searches and of watched cards."""
        store, person, lang = self._house.store, self._wish.person, self._wish.lang
        published, whole = (SavedSearches(store, self._executor, one, person) for one in (self._reader, self._caller))
        for asked, watch in published.all(lang):
            saved = whole if asked.drafts else published
            yield self._section(
                saved.in_words(asked), asked.url(), watch, lambda saved=saved, asked=asked: saved.found(asked)
            )
        for watch in Watches(store).all(person):
            card = card_of(store, self._reading, watch.slug)
            if card is not None:
                address = f"/q/{card.slug}?{urlencode({'lang': lang})}&{watch.query}"
                yield self._section(card.title(lang), address, watch, partial(self._answer, watch))

    def _section(self, title: str, address: str, watch: Watch, find: Any) -> Section:
        try:
            now: Mapping[str, Noted] = find()
        except Refused:
            return Section(title, ())
        found = news(watch, now, Asking(self._house.store, self._reading, self._wish.lang))
        # Once each: what made it new lies in the part of the log that this mail is about.
        fresh = [one for one in found if any(self._after < why.seq <= self._until for why in one.why)]
        return Section(
            self._told["watched"].format(title=title),
            [(one.title, f"{self._house.settings.url}{address}") for one in fresh[:_MOST]],
        )

    def _answer(self, watch: Watch) -> Mapping[str, Noted]:
        """The answer of a watched card as it is now."""
        store, lang = self._house.store, self._wish.lang
        card = card_of(store, self._reading, watch.slug)
        if card is None:
            return {}
        filled = fill(
            self._executor.contract,
            card,
            parse_qs(watch.query, keep_blank_values=True),
            Reader(store, self._reading, self._house, lang, words(lang)),
        )
        if not filled.sound:
            return {}
        asked, then = Request(card.query, None, filled.variables, only_queries=True), watch.lang or lang
        data = self._executor.data(asked, Caller(self._reading, then))
        return noted(in_language(data, store, self._reading, then), then)

    def _changed(self, type_name: str) -> tuple[str, ...]:
        """What of a type others wrote in this part of the log."""
        found: dict[str, None] = {}
        place = self._after
        while page := self._house.store.changes(place, _PAGE, Which(type=type_name, until=self._until)):
            found |= dict.fromkeys(one.id for one in page if self._by_another(one))
            place = page[-1].seq
            if len(page) < _PAGE:
                break
        return tuple(found)[:_PAGE]

    def _by_another(self, change: Change) -> bool:
        return change.op != "delete" and change.actor != self._wish.person

    def _things(self, ids: Iterable[str]) -> list[tuple[str, str]]:
        named = labels(self._house.store, self._viewer, ids, self._wish.lang)
        return [(one.text, self._page(id)) for id, one in named.items()][:_MOST]

    def _page(self, id: str) -> str:
        return f"{self._house.settings.url}{at(edit_path(id), self._wish.lang)}"

    def _rows(self, viewer: Viewer, type_name: str, shape: Shape) -> Sequence[Mapping[str, Any]]:
        """What of a type others wrote in this part of the log, as a viewer sees it."""
        ids = self._changed(type_name)
        if not ids:
            return ()
        answer = self._house.store.ask(viewer, {"found": by_ids(type_name, ids, shape, limit=len(ids))})["found"]
        return cast("Sequence[Mapping[str, Any]]", answer["rows"])


def _mailable(wish: Wish) -> Viewer:
    """What a mail to somebody may name: what they see, and nothing that is stricter than the house's own."""
    writer = writer_of(wish.role, wish.person)
    if writer is None:
        raise ValueError("Nobody but who writes is told by mail.")
    seen = writer.viewer
    return replace(seen, live=min(seen.live, _INTERNAL), draft=min(seen.draft, _INTERNAL), retired=-1)
