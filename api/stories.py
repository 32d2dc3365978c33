"""What an asset's public faces tell: its page, its embed and its oEmbed answer all read it here, by two questions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from api.labels import labels
from api.plan.locales import Chosen, chain_of, choose, in_chain
from graph.history.versions import Version, Versions
from graph.model import LEVEL
from graph.store.moved import moved_to
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Not, Or, Order, Rel, Select, Shape, Viewer, by_ids
from graph.store.visibility import LIVE, NEVER, RETIRED, SYSTEM, Visibility, visibility_of

PREFIX = "asset:"
_ID_FORM = re.compile("asset:[a-z0-9._-]{1,200}")
TEXTS = ("title", "summary", "body")
_MOST = 50
_MOST_LANGUAGES = 200
_TOLD = ("state", "marking", "embargo_until", "expires_at")
_PROPS = (
    "id", "kind", *TEXTS, "locale", "text_state", "keywords", "date", "url", "sample", *_TOLD, "created_at",
    "updated_at",
)  # fmt: skip
_ID = Shape((("id", "id"),))
_LINKED = ("themes", "countries", "makers", "related", "part_of", "derived_from")


class Standing(StrEnum):
    """How something that is not told stands to a caller: gone is what everybody could see once."""

    UNKNOWN = "UNKNOWN"
    GONE = "GONE"


@dataclass(frozen=True, slots=True)
class Linked:
    """Something that a story leads to."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who answers for a story, and how to reach them."""

    name: str
    website: str = ""
    email: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that a story rests on."""

    title: str
    url: str
    publisher: str
    licence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A Media of a story as its reader may be told of it."""

    id: str
    alt: Chosen
    caption: Chosen
    credit: str


@dataclass(frozen=True, slots=True)
class Story:
    """An asset in one reader's language. `languages` are those in which there is a title.

    `worded_at` is when it or a text of it was last written; `corrected`, for words of the past, the day they changed.
    """

    id: str
    kind: str
    title: Chosen
    summary: Chosen
    body: Chosen
    languages: tuple[str, ...]
    linked: Mapping[str, tuple[Linked, ...]]
    keeper: Keeper | None
    sources: tuple[Cited, ...]
    media: tuple[Shown, ...]
    keywords: tuple[str, ...]
    date: str
    url: str
    sample: bool
    created_at: str
    updated_at: str
    worded_at: str
    visibility: Visibility
    corrected: str = ""

    @property
    def slug(self) -> str:
        return self.id.removeprefix(PREFIX)

    def is_public(self, now: int) -> bool:
        """Whether everybody may see it."""
        return self.visibility.seen_by(everybody(now))


def everybody(now: int, territories: frozenset[str] = frozenset()) -> Viewer:
    """What the public sees."""
    return Viewer(LEVEL["PUBLIC"], -1, -1, now, territories)


def read_story(store: GraphStore, viewer: Viewer, id: str, locale: str) -> Story | None:
    """The story, where the viewer sees it and there is a title to tell."""
    if not _ID_FORM.fullmatch(id):
        return None
    chain = chain_of(locale)
    answer = store.ask(viewer, {"story": by_ids("Asset", (id,), _shape(chain), limit=1)})["story"]
    rows = cast("Sequence[Mapping[str, Any]]", answer["rows"])
    if not rows:
        return None
    row = rows[0]
    languages = _languages(row)
    texts = {prop: choose(prop, row, row["texts"]["rows"], (*chain, *languages)) for prop in TEXTS}
    if texts["title"].text is None:
        return None
    found = {name: [one["id"] for one in row[name]["rows"]] for name in _LINKED}
    keepers = row["keeper"]["rows"]
    ids = (*(one for name in _LINKED for one in found[name]), *(one["id"] for one in keepers))
    named = labels(store, viewer, ids, locale)
    linked = {name: tuple(Linked(one, named[one].text) for one in found[name] if one in named) for name in _LINKED}
    return Story(
        id=row["id"],
        kind=row["kind"],
        title=texts["title"],
        summary=texts["summary"],
        body=texts["body"],
        languages=languages,
        linked=linked,
        keeper=next((_keeper(one, named[one["id"]].text) for one in keepers if one["id"] in named), None),
        sources=tuple(_cited(row["sources"]["rows"], chain)),
        media=tuple(_shown(one, chain) for one in row["media"]["rows"]),
        keywords=tuple(row["keywords"] or ()),
        date=row["date"] or "",
        url=row["url"] or "",
        sample=bool(row["sample"]),
        created_at=str(row["created_at"] or ""),
        updated_at=str(row["updated_at"] or ""),
        worded_at=max(str(one["updated_at"] or "") for one in (row, *row["texts"]["rows"])),
        visibility=visibility_of(row),
    )


def led(store: GraphStore, viewer: Viewer, id: str, locale: str) -> Story | None:
    """The story to which an id leads that it bore once, or what was merged into it, where the viewer sees it."""
    to = moved_to(store, (id,)).get(id) if _ID_FORM.fullmatch(id) else None
    return read_story(store, viewer, to, locale) if to is not None else None


def standing(store: GraphStore, id: str, now: int) -> Standing:
    """What may be said of a story that is not seen: that it is gone only where everybody could see it before."""
    if not _ID_FORM.fullmatch(id):
        return Standing.UNKNOWN
    rows = store.ask(SYSTEM, {"one": by_ids("Asset", (id,), Shape(tuple((one, one) for one in _TOLD)), limit=1)})
    found = cast("Sequence[Mapping[str, Any]]", rows["one"]["rows"])
    if not found:
        to = moved_to(store, (id,)).get(id)
        return standing(store, to, now) if to is not None else Standing.UNKNOWN
    one = visibility_of(found[0])
    over = one.stage == RETIRED or (one.stage == LIVE and one.live_until <= now)
    if not over or one.level > LEVEL["PUBLIC"]:
        return Standing.UNKNOWN
    ever = Version(0, 0, NEVER, None)
    return Standing.GONE if Versions(store, [id]).ever_seen(everybody(now), id, ever) else Standing.UNKNOWN


def _shape(chain: tuple[str, ...]) -> Shape:
    full = Cmp("form", "eq", "FULL")
    told = Shape(tuple((one, one) for one in ("locale", "state", "updated_at", *TEXTS)))
    named = Shape((("locale", "locale"), ("title", "title")))
    keeper = Select(
        "Entity",
        _ID,
        limit=1,
        cases=(("Mission", Shape((("website", "website"), ("email", "email")))),),
    )
    return Shape(
        tuple((one, one) for one in _PROPS),
        (
            ("texts", Follow("translations", Select("Translation", told, in_chain(chain), limit=_MOST_LANGUAGES))),
            ("languages", Follow("translations", Select("Translation", named, full, limit=_MOST_LANGUAGES))),
            ("keeper", Follow("keeper", keeper)),
            ("sources", Follow("sources", Select("Source", _source(chain), limit=_MOST))),
            ("media", Follow("media", Select("Media", _media(chain), order=(Order("@position"),), limit=_MOST))),
            *((one, Follow(one, Select(_TARGETS.get(one, "Entity"), _ID, limit=_MOST))) for one in _LINKED),
        ),
    )


_TARGETS = {"themes": "Theme", "countries": "Country", "related": "Asset", "part_of": "Asset", "derived_from": "Asset"}


def _source(chain: tuple[str, ...]) -> Shape:
    return _translated(("title",), ("url", "publisher", "licence"), chain)


def _media(chain: tuple[str, ...]) -> Shape:
    return _translated(("alt", "caption"), ("id", "credit"), chain)


def _translated(texts: tuple[str, ...], props: tuple[str, ...], chain: tuple[str, ...]) -> Shape:
    told = Shape(tuple((one, one) for one in ("locale", "state", *texts)))
    own = (*props, *texts, "locale", "state", "text_state")
    follow = Follow("translations", Select("Translation", told, in_chain(chain), limit=_MOST_LANGUAGES))
    return Shape(tuple((one, one) for one in own), (("texts", follow),))


def _languages(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Those in which there is a title, its own first."""
    own = [row["locale"]] if row["title"] else []
    others = sorted(one["locale"] for one in row["languages"]["rows"] if one["title"])
    return tuple(dict.fromkeys([*own, *others]))


def _keeper(row: Mapping[str, Any], name: str) -> Keeper:
    case: Mapping[str, Any] = row.get("@case") or {}
    return Keeper(name, case.get("website") or "", case.get("email") or "", row["id"])


def _cited(rows: Iterable[Mapping[str, Any]], chain: tuple[str, ...]) -> Iterable[Cited]:
    for row in rows:
        title = choose("title", row, row["texts"]["rows"], chain).text
        if title:
            yield Cited(title, row["url"] or "", row["publisher"] or "", row["licence"] or "")


def _shown(row: Mapping[str, Any], chain: tuple[str, ...]) -> Shown:
    alt, caption = (choose(one, row, row["texts"]["rows"], chain) for one in ("alt", "caption"))
    return Shown(row["id"], alt, caption, row["credit"] or "")


def public_assets(store: GraphStore, now: int, after: str = "", limit: int = 50_000) -> list[tuple[str, str]]:
    """Ids of all public assets with when they were changed, by id, those after one.

    Where nothing may be told but the id, as its texts are drafts, there is no page of it either.
    """
    shape = Shape((("id", "id"), ("updated_at", "updated_at")))
    told = Or((Not(Cmp("title", "isNull", True)), Rel("some", "translations", Cmp("form", "eq", "FULL"))))
    select = Select("Asset", shape, told, limit=limit)
    if after:
        select = replace(select, after=(after,))
    rows = cast("Sequence[Mapping[str, Any]]", store.ask(everybody(now), {"all": select})["all"]["rows"])
    return [(row["id"], str(row["updated_at"] or "")) for row in rows]
