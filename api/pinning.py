"""Wording as it was approved: a story's texts as they stood at a moment, as far as they may be told now and then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from api.plan.locales import Chosen, chain_of, choose
from api.stories import TEXTS, Story
from graph.errors import InvalidValue
from graph.history.versions import Versions
from graph.model.kinds import instant
from graph.store.batch import Change, Which
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Shape, Viewer, by_ids

_PAGE, _DIGITS, _MOST_LANGUAGES = 500, 16, 200
_KEPT = ("locale", "state", "text_state", *TEXTS)


def pinned(store: GraphStore, viewer: Viewer, story: Story, pin: str, locale: str) -> Story:
    """The story in the words it had at a moment or at an entry of the log, with the day on which they were corrected.

    Languages in which it is no longer told, and words that the viewer could not see then, are left out; where nothing
    is left, or the pin is none, the story is as it is now.
    """
    told = _moment(pin)
    if told is None:
        return story
    ids = _told_now(store, viewer, story.id)
    entries = _entries(store, ids)
    rows = _rows(store, viewer, {id: [one for one in of if _by(one, told)] for id, of in entries.items()})
    source = rows.pop(story.id, {})
    chain = (*chain_of(locale), *story.languages)
    texts = {prop: choose(prop, source, rows.values(), chain) for prop in TEXTS}
    if texts["title"].text is None:
        return story
    now: Mapping[str, Chosen] = {prop: getattr(story, prop) for prop in TEXTS}
    changed = any(texts[prop].text != now[prop].text for prop in TEXTS)
    after = [one for of in entries.values() for one in of if not _by(one, told) and _words(one)]
    first = min((one.at for one in after), default="") if changed else ""
    return replace(story, title=texts["title"], summary=texts["summary"], body=texts["body"], corrected=first[:10])


def _moment(pin: str) -> int | str | None:
    """An entry's number or a moment, as `Duta-As-Of` takes them; None where it is neither."""
    if pin.isascii() and pin.isdecimal() and len(pin) < _DIGITS:
        return int(pin)
    try:
        return instant(pin) if pin else None
    except InvalidValue:
        return None


def _by(entry: Change, told: int | str) -> bool:
    return entry.seq <= told if isinstance(told, int) else entry.at <= told


def _words(entry: Change) -> bool:
    return any(name in _changed(entry) for name in TEXTS)


def _changed(entry: Change) -> Mapping[str, Any]:
    """The properties that an entry set; none where its patch was erased."""
    return cast("Mapping[str, Any]", entry.patch.get("set", {}))


def _told_now(store: GraphStore, viewer: Viewer, id: str) -> tuple[str, ...]:
    """What holds the texts that the viewer sees now: the story itself, and its translations."""
    full = Select("Translation", Shape((("id", "id"),)), Cmp("form", "eq", "FULL"), limit=_MOST_LANGUAGES)
    shape = Shape((("title", "title"),), (("texts", Follow("translations", full)),))
    rows = cast("Sequence[Any]", store.ask(viewer, {"it": by_ids("Asset", (id,), shape, limit=1)})["it"]["rows"])
    if not rows:
        return ()
    others = tuple(str(one["id"]) for one in rows[0]["texts"]["rows"])
    return (id, *others) if rows[0]["title"] is not None else others


def _entries(store: GraphStore, ids: tuple[str, ...]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {id: [] for id in ids}
    after = 0
    while ids:
        page = store.changes(after, _PAGE, Which(ids=ids))
        for one in page:
            found[one.id].append(one)
        if len(page) < _PAGE:
            break
        after = page[-1].seq
    return found


def _rows(store: GraphStore, viewer: Viewer, entries: Mapping[str, Sequence[Change]]) -> dict[str, dict[str, Any]]:
    """The texts that entries left, where the viewer could see them; what was erased is not told."""
    versions = Versions(store, [id for id, of in entries.items() if of])
    rows: dict[str, dict[str, Any]] = {}
    for id, of in entries.items():
        left, _ = versions.at(id, of[-1].seq) if of else (None, None)
        if left is None or not left.is_open or not versions.seen(viewer, left):
            continue
        row: dict[str, Any] = dict.fromkeys(_KEPT)
        for one in of:
            row |= {name: value for name, value in _changed(one).items() if name in _KEPT}
        rows[id] = row
    return rows
