"""What a table of coverage is made of, read from the store in two questions, and one more for rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.territories import countries_in, territory
from graph.store.select import Cmp, Filter, Follow, Order, Rel, Select, both, shape_of
from graph.story.audiences import plannable, refuse_forbidden
from graph.story.coverage.rules import Candidate, Column, Row
from graph.story.coverage.values import CoverageColumns, CoverageFilter, CoverageGiven, CoverageRows
from graph.story.naming import Named, asked_for, refuse_unknown
from graph.story.plan.fetching import titles
from graph.story.plan.texts import in_language
from graph.story.rows import Rows, rows_of
from graph.story.settings import AudiencePolicy
from graph.story.wording import language_of

#: The most assets a table is made of; they are taken in the order of their ids.
MOST_ASSETS = 5_000
_READY = ("APPROVED", "PUBLISHED")
_TITLED = shape_of("id", "label", "locale", translations=titles("title"))
_OF_MESSAGES = (CoverageRows.MESSAGE, CoverageRows.NARRATIVE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, columns and candidates; `cut` says which of them there were more of.

    `left_out` is how many audiences may not be planned for.
    """

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    candidates: Mapping[str, Candidate]
    cut: frozenset[str]
    left_out: int


def table(asking: Asking, given: CoverageGiven, on: date) -> Table:
    """The table without its cells."""
    named = _named(given)
    asked = {"rows": _rows_question(given), "columns": _columns_question(given), **asked_for(named)}
    answers: Any = asking.ask(asked)
    refuse_unknown(named, answers)
    found, there = list(answers["rows"]["rows"]), list(answers["columns"]["rows"])
    cut = {name for name, of in (("rows", found), ("columns", there)) if len(of) > given.most}
    planned = _planned(given, there)
    language = language_of(asking.locale)
    heads = _heads(given.rows, found, language)
    columns = _columns(given, planned, language)
    cut |= {name for name, of in (("rows", heads), ("columns", columns)) if len(of) > given.most}
    heads = heads[: given.most]
    assets = _assets(asking, given, heads, columns[: given.most])
    if len(assets) > MOST_ASSETS:
        cut.add("assets")
    day = on.isoformat()
    candidates = {str(row["id"]): _candidate(row, day) for row in assets[:MOST_ASSETS]}
    rows = tuple(_row(given.rows, head, candidates, on) for head in heads)
    return Table(rows, tuple(columns[: given.most]), candidates, frozenset(cut), len(there) - len(planned))


def _planned(given: CoverageGiven, there: Rows) -> Rows:
    """The columns that may be planned for; raises InvalidValue for one that is named and may not."""
    if given.columns is CoverageColumns.COUNTRY:
        return there
    policy = AudiencePolicy()
    if given.filter.audiences:
        for row in there:
            refuse_forbidden(row, policy, "filter.audiences")
    return plannable(there, policy)


def _named(given: CoverageGiven) -> Named:
    """The ids that a filter names."""
    only = given.filter
    return {
        ("filter.narrative", "Narrative"): [only.narrative] if only.narrative else [],
        ("filter.campaign", "Campaign"): [only.campaign] if only.campaign else [],
        ("filter.rows", ANY): only.rows,
        ("filter.audiences", "Audience"): only.audiences,
        ("filter.countries", "Country"): only.countries,
    }


@dataclass(frozen=True, slots=True)
class _Head:
    """What a row stands for: its key, and the messages or themes by which assets belong to it."""

    key: str
    label: str
    entity: str | None
    of: Sequence[Mapping[str, Any]]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(str(one["id"]) for one in self.of)


def _heads(kind: CoverageRows, found: Sequence[Any], language: str) -> list[_Head]:
    """The rows without their assets; those of brand dimensions and narratives are put together of several things."""
    match kind:
        case CoverageRows.THEME | CoverageRows.MESSAGE:
            return [_Head(one["id"], in_language(one, language), one["id"], [one]) for one in found]
        case CoverageRows.BRAND_DIMENSION:
            themes: dict[str, list[Any]] = {}
            for one in found:
                for dimension in one["brand_dimensions"]:
                    themes.setdefault(dimension, []).append(one)
            return [_Head(each, each, None, of) for each, of in sorted(themes.items())]
        case CoverageRows.NARRATIVE:
            messages: dict[str, list[Any]] = {}
            labels: dict[str, str] = {}
            for one in found:
                for narrative in one["narrative"]["rows"]:
                    messages.setdefault(narrative["id"], []).append(one)
                    labels[narrative["id"]] = in_language(narrative, language)
            return [_Head(id, labels[id], id, of) for id, of in sorted(messages.items())]


def _row(kind: CoverageRows, head: _Head, candidates: Mapping[str, Candidate], on: date) -> Row:
    """A row with its assets, of messages with those that are proven."""
    own = head.ids
    if kind not in _OF_MESSAGES:
        about = tuple([id for id, one in candidates.items() if not own.isdisjoint(one.themes)])
        return Row(head.key, head.label, head.entity, about)
    proven = frozenset(str(one["id"]) for one in head.of if any(_holds(proof, on) for proof in one["proofs"]["rows"]))
    telling = tuple([id for id, one in candidates.items() if not own.isdisjoint(one.messages)])
    return Row(head.key, head.label, head.entity, telling, own, proven)


def _ids(field: str, entity: str, where: Filter | None = None) -> Follow:
    return Follow(field, Select(entity, shape_of("id"), where))


def _assets(asking: Asking, given: CoverageGiven, heads: Sequence[_Head], columns: Sequence[Column]) -> list[Any]:
    """What belongs to one of the rows, with its links to what rows and columns name: nothing else is read."""
    through = "messages" if given.rows in _OF_MESSAGES else "themes"
    of = frozenset[str]().union(*(head.ids for head in heads))
    if not of:
        return []
    whom = columns if given.require.audience else ()
    named = {
        "themes": frozenset[str]().union(*(one.interests or () for one in whom)),
        "messages": frozenset[str]().union(*(one.messages or () for one in whom)),
    }
    named[through] |= of
    texts = Follow(
        "translations",
        Select(
            "Translation", shape_of("locale"), both(Cmp("state", "in", _READY), Cmp("form", "in", ("FULL", "SHORT")))
        ),
    )
    links = {"themes": "Theme", "messages": "Message"}
    shape = shape_of(
        "id", "locale", "state", "text_state", "title", "summary", "review_by", "expires_at", texts=texts,
        **{name: _ids(name, type, Cmp("id", "in", tuple(sorted(named[name])))) for name, type in links.items()},
    )  # fmt: skip
    where = Rel("some", through, Cmp("id", "in", tuple(sorted(of))))
    question = Select("Asset", shape, where, limit=MOST_ASSETS + 1)
    return rows_of(asking.ask({"assets": question})["assets"])


def _rows_question(given: CoverageGiven) -> Select:
    proofs = Follow("proofs", Select("Proof", shape_of("id", "valid_until")))
    only = _only(given.filter.rows, given.rows)
    match given.rows:
        case CoverageRows.THEME:
            return Select("Theme", shape_of("id", "label", "names"), only, order=(Order("id"),), limit=given.most + 1)
        case CoverageRows.BRAND_DIMENSION:
            return Select("Theme", shape_of("id", "brand_dimensions"), order=(Order("id"),), limit=MOST_ASSETS)
        case _:
            narrative = Follow("narrative", Select("Narrative", _TITLED, limit=1))
            where = both(_narrative(given.filter), only if given.rows is CoverageRows.MESSAGE else None)
            shape = shape_of("id", "label", "locale", translations=titles("text"), proofs=proofs, narrative=narrative)
            most = given.most + 1 if given.rows is CoverageRows.MESSAGE else MOST_ASSETS
            if given.rows is CoverageRows.NARRATIVE and only is not None:
                where = both(where, Rel("some", "narrative", only))
            return Select("Message", shape, where, order=(Order("id"),), limit=most)


def _only(ids: Sequence[str], rows: CoverageRows) -> Filter | None:
    if ids and rows is CoverageRows.BRAND_DIMENSION:
        raise InvalidValue("Brand dimensions are no things with ids.", path="filter.rows", cure="Leave it out.")
    return Cmp("id", "in", tuple(ids)) if ids else None


def _narrative(given: CoverageFilter) -> Filter | None:
    return Rel("some", "narrative", Cmp("id", "eq", given.narrative)) if given.narrative else None


def _columns_question(given: CoverageGiven) -> Select:
    """Audiences, from which languages follow too, or countries."""
    where = given.filter
    country = _country(where)
    if given.columns is CoverageColumns.COUNTRY:
        shape = shape_of("id", "label", "names", "alpha2", "languages")
        there = country or Rel("some", "audiences")
        return Select("Country", shape, there, order=(Order("id"),), limit=given.most + 1)
    audiences = both(
        Cmp("id", "in", where.audiences) if where.audiences else None,
        Rel("some", "country", country) if country else None,
        Rel("some", "campaigns", Cmp("id", "eq", where.campaign)) if where.campaign else None,
    )
    shape = shape_of(
        "id", "label", "names", "size", "locales",
        country=Follow("country", Select("Country", shape_of("alpha2"), limit=1)),
        interests=_ids("interests", "Theme"), messages=_ids("messages", "Message"),
    )  # fmt: skip
    most = given.most + 1 if given.columns is CoverageColumns.AUDIENCE else MOST_ASSETS
    return Select("Audience", shape, audiences, order=(Order("id"),), limit=most)


def _country(given: CoverageFilter) -> Filter | None:
    """What a country has to be; InvalidValue where a region is none."""
    codes: tuple[str, ...] | None = None
    if given.region is not None:
        try:
            codes = tuple(sorted(countries_in(territory(given.region))))
        except InvalidValue as error:
            raise InvalidValue(error.reason, path="filter.region", cure=error.cure) from None
    return both(
        Cmp("id", "in", given.countries) if given.countries else None,
        Cmp("alpha2", "in", codes) if codes is not None else None,
    )


def _candidate(row: Mapping[str, Any], on: str) -> Candidate:
    own = row["locale"]
    locales = {one["locale"] for one in row["texts"]["rows"]}
    if own and (row["text_state"] or row["state"]) in _READY:
        locales.add(own)
    review, expires = row["review_by"], row["expires_at"]
    fresh = (not review or review[:10] > on) and (not expires or expires[:10] > on)
    text = f"{row['title'] or ''} {row['summary'] or ''}"
    return Candidate(row["id"], _set(row["themes"]), _set(row["messages"]), frozenset(locales), text, fresh)


def _set(answer: Any) -> frozenset[str]:
    return frozenset([one["id"] for one in answer["rows"]])


def _holds(proof: Mapping[str, Any], on: date) -> bool:
    return proof["valid_until"] is None or str(proof["valid_until"]) >= on.isoformat()


def _columns(given: CoverageGiven, found: Sequence[Any], language: str) -> list[Column]:
    wanted = given.filter.locales
    match given.columns:
        case CoverageColumns.COUNTRY:
            return [
                Column(
                    one["id"], in_language(one, language), one["id"], wanted or _spoken(one["languages"]), one["alpha2"]
                )
                for one in found
            ]
        case CoverageColumns.LOCALE:
            locales = wanted or sorted({locale for one in found for locale in one["locales"]})
            return [Column(locale, locale, None, (locale,), None) for locale in locales]
        case CoverageColumns.AUDIENCE:
            return [
                Column(
                    one["id"],
                    in_language(one, language),
                    one["id"],
                    wanted or tuple(one["locales"]),
                    next((each["alpha2"] for each in one["country"]["rows"]), None),
                    _set(one["interests"]),
                    _set(one["messages"]),
                )
                for one in found
            ]


def _spoken(languages: Mapping[str, float] | None) -> tuple[str, ...]:
    """The languages of a country, the most spoken first."""
    return tuple(sorted(languages or {}, key=lambda one: (-(languages or {})[one], one)))
