"""What `/find` asks the API, and what it is told: hits as they will look, and what may be done with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from api.doors import find_map
from api.doors.countries import Place
from api.doors.find_map import Drawn, drawn
from api.labels import Label, labels
from api.plan import Caller, Executor
from api.plan import Request as Operation
from api.plan.errors import Code, Refused
from graph.model import MODEL
from graph.model.enums import UsePurpose
from graph.store.port import GraphStore

PATH = "/find"
#: By what it is narrowed down, as the address names it.
FACETS = ("type", "theme", "country", "mission", "campaign", "locale", "year", "picture")
#: Of these, what the index counts by itself.
COUNTED = ("type", "theme", "country", "locale", "year")
SORTS = ("RELEVANCE", "DATE", "FRESHNESS", "USE")
#: Of these, the ones whose values are ids of things.
THINGS = ("theme", "country", "mission", "campaign")
_NUMBERS, _FLAGS = ("year",), ("picture",)
_DIGITS, _LONGEST, _HITS = 4, 300, 12
#: Whether a value in the address is one; what is none is left out.
_READ: Mapping[str, Callable[[str], bool]] = {
    "type": MODEL.types.__contains__,
    "year": lambda one: one.isdecimal() and len(one) <= _DIGITS,
    "picture": lambda one: one in (_YES, "false"),
}
#: How many values of a facet are shown.
MOST_VALUES = 8
_YES: Final = "true"
_MAP = "map"

FIND = """
query Find(
  $text: String!, $where: SearchWhere, $sort: SearchSort, $after: String, $locale: Locale, $first: Int!
  $by: [SearchFacetField!]!
) {
  search(text: $text, where: $where, sort: $sort, after: $after, locale: $locale, first: $first) {
    totalCount
    didYouMean
    pageInfo { hasNextPage endCursor }
    facets(by: $by, limit: 8) { field values { value count } }
    edges {
      locale
      snippet { text highlights { start end } }
      why { match via }
      node {
        id
        type
        state
        sample
        usedIn(first: 0) { kind count }
        ... on Asset {
          summary
          media(first: 1) { nodes { alt credit renditions(profile: SQUARE) { mediaType files { url width height } } } }
        }
      }
    }
  }
}
"""
_COUNT = """
query Count($text: String!, $where: SearchWhere, $sort: SearchSort, $locale: Locale) {
  search(text: $text, where: $where, sort: $sort, locale: $locale, first: 0) { totalCount }
}
"""
RIGHTS = """
query Rights($assets: [ID!]!, $use: RightsUseInput!) {
  rightsCheck(assets: $assets, use: $use) {
    id
    verdict
    validUntil
    duties { text due }
    reasons { sentence }
    unlock { smallest { ask } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: words, filters by their names, the use it is for, and from where on."""

    text: str
    lang: str
    chosen: Mapping[str, str]
    sort: str
    territory: str
    purpose: str
    only_usable: bool
    after: str
    on_map: bool = False
    drafts: bool = False

    @staticmethod
    def of(given: Mapping[str, str], lang: str) -> "Asked":
        """What the parameters of an address ask, without what is none."""
        chosen = {name: given[name] for name in FACETS if 0 < len(given.get(name, "")) <= _LONGEST}
        purpose, sort = given.get("purpose", ""), given.get("sort", "")
        return Asked(
            text=given.get("q", "").strip(),
            lang=lang,
            chosen={name: one for name, one in chosen.items() if _READ.get(name, bool)(one)},
            sort=sort if sort in SORTS else SORTS[0],
            territory=given.get("place", "")[:_LONGEST].strip().upper(),
            purpose=purpose if purpose in list(UsePurpose) else "",
            only_usable=given.get("usable") == _YES,
            after=given.get("after", "")[:_LONGEST],
            on_map=given.get("view") == _MAP,
            drafts=given.get("drafts") == _YES,
        )

    @property
    def for_a_use(self) -> bool:
        """Whether it is asked what may be done with what is found."""
        return bool(self.territory or self.purpose)

    def where(self) -> dict[str, object]:
        """The filters as the API takes them."""
        where: dict[str, object] = {}
        for name, value in self.chosen.items():
            where[name] = value == _YES if name in _FLAGS else [int(value) if name in _NUMBERS else value]
        if self.only_usable and self.territory:
            where["usable"] = {"territory": self.territory, **({"purpose": self.purpose} if self.purpose else {})}
        return where

    def variables(self) -> dict[str, object]:
        """What is asked, as the API's search takes it."""
        return {"text": self.text, "where": self.where(), "sort": self.sort, "locale": self.lang}

    def facets(self) -> list[str]:
        """What is counted by: what the index counts and is not chosen yet."""
        return [name.upper() for name in COUNTED if name not in self.chosen]

    def use(self) -> dict[str, object]:
        """The use that is asked for, as the API takes it."""
        return {
            **({"territories": [self.territory]} if self.territory else {}),
            **({"purposes": [self.purpose]} if self.purpose else {}),
        }

    @property
    def kept(self) -> str:
        """What is asked, by which one search is told from others, in whichever language and from its first page."""
        return urlencode(self._given(self.chosen))

    def url(self, chosen: Mapping[str, str] | None = None, **more: str) -> str:
        """The same question with other filters, from its first page."""
        view = _MAP if self.on_map else ""
        given = {"lang": self.lang, **self._given(self.chosen if chosen is None else chosen), "view": view, **more}
        return f"{PATH}?{urlencode({name: value for name, value in given.items() if value})}"

    def _given(self, chosen: Mapping[str, str]) -> dict[str, str]:
        given = {
            "q": self.text,
            **chosen,
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "place": self.territory,
            "purpose": self.purpose,
            "usable": _YES if self.only_usable else "",
            "drafts": _YES if self.drafts else "",
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Found:
    """What the API said: the countries to choose from, a page of hits, and the rights of its assets by id.

    `map` says what is where, if that was asked; `drafts` is how many more fit that are not published. `labels` are what
    the things on the page are called in the reader's language. A refused question found nothing.
    """

    countries: Sequence[Place]
    search: Mapping[str, Any] | None = None
    map: Drawn | None = None
    labels: Mapping[str, Label] = field(default_factory=dict[str, Label])
    rights: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    drafts: int = 0
    refused: Refused | None = None


def find(store: GraphStore, executor: Executor, countries: Sequence[Place], caller: Caller, asked: Asked) -> Found:
    """Ask the API what the page shows beside the countries; Refused where the caller's budget is spent."""
    # On a map no hit is shown as it will look, so none is read: what is told there are the count and the facets.
    variables = asked.variables() | {"first": 0 if asked.on_map else _HITS, "by": asked.facets()}
    if asked.after:
        variables["after"] = asked.after
    try:
        there = _there(executor, caller, asked) if asked.on_map else None
        at = drawn(edge["node"] for edge in there["edges"]) if there else None
        # With a type that is on maps the same was asked already.
        same = there is not None and "type" in asked.chosen
        search = (
            there | {"edges": ()} if there is not None and same else _ask(executor, caller, FIND, variables)["search"]
        )
        assets = [edge["node"]["id"] for edge in search["edges"] if edge["node"]["type"] == "Asset"]
        wanted = {"assets": assets, "use": asked.use()} if asked.for_a_use and assets else None
        told = _ask(executor, caller, RIGHTS, wanted)["rightsCheck"] if wanted else ()
    except Refused as error:
        if error.code is Code.BUDGET_SPENT:
            raise
        return Found(countries, refused=error)
    named = labels(store, caller.viewer, _named(search, asked, at), asked.lang)
    return Found(countries, search, at, named, {one["id"]: one for one in told})


def drafts_of(executor: Executor, drafting: Caller, asked: Asked, found: int) -> int:
    """How many more somebody finds who sees drafts; none where that cannot be asked."""
    try:
        total: int = _ask(executor, drafting, _COUNT, asked.variables())["search"]["totalCount"]
    except Refused as error:
        if error.code is Code.BUDGET_SPENT:
            raise
        return 0
    return max(0, total - found)


def _there(executor: Executor, caller: Caller, asked: Asked) -> dict[str, Any]:
    """What is found at places; of every type that is somewhere, where none is chosen."""
    variables = asked.variables() | {"by": asked.facets()}
    if "type" not in asked.chosen:
        variables |= {"where": {**asked.where(), "type": list(find_map.TYPES)}, "by": ()}
    found: dict[str, Any] = _ask(executor, caller, find_map.FOUND, variables)["search"]
    return found


def _named(search: Mapping[str, Any], asked: Asked, at: Drawn | None) -> Iterator[str]:
    """Every id whose label the page shows."""
    for spot in at.spots if at else ():
        yield from (*spot.places, *spot.things)
    for edge in search["edges"]:
        yield edge["node"]["id"]
        yield from (one["via"] for one in edge["why"] if one["via"])
    for facet in search["facets"]:
        if facet["field"] in THINGS:
            yield from (one["value"] for one in facet["values"][:MOST_VALUES])
    yield from (value for name, value in asked.chosen.items() if name in THINGS)


def _ask(executor: Executor, caller: Caller, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
    """The data of an answer; Refused where it is none or has an error."""
    return executor.data(Operation(query, None, variables, only_queries=True), caller)
