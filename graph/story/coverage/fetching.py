"""What a table of coverage is made of, read from the store in one question, and one more for rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model.territories import countries_in, territory
from graph.store.select import Cmp, Filter, Follow, Order, Rel, Select, both, shape_of
from graph.story.coverage.rules import Candidate, Column, Row
from graph.story.coverage.values import CoverageColumns, CoverageFilter, CoverageGiven, CoverageRows

#: The most assets a table is made of; they are taken in the order of their ids.
MOST_ASSETS = 5_000
_READY = ("APPROVED", "PUBLISHED")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, columns and candidates; `cut` says which of them there were more of."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    candidates: Mapping[str, Candidate]
    cut: frozenset[str]


def table(asking: Asking, given: CoverageGiven, on: date) -> Table:
    """The table without its cells."""
    questions = {
        "rows": _rows_question(given),
        "assets": _assets_question(given.rows),
        "columns": _columns_question(given),
    }
    answers: Any = asking.ask(questions)
    named: dict[str, list[Any]] = {name: list(answer["rows"]) for name, answer in answers.items()}
    cut = {name for name, most in (("rows", given.most), ("columns", given.most)) if len(named[name]) > most}
    if len(named["assets"]) > MOST_ASSETS:
        cut.add("assets")
    assets = named["assets"][:MOST_ASSETS]
    candidates = {str(row["id"]): _candidate(row, on) for row in assets}
    rows = _rows(given.rows, named["rows"], candidates, on)
    columns = _columns(given, named["columns"])
    if len(rows) > given.most:
        cut.add("rows")
    if len(columns) > given.most:
        cut.add("columns")
    return Table(tuple(rows[: given.most]), tuple(columns[: given.most]), candidates, frozenset(cut))


def _ids(field: str, entity: str) -> Follow:
    return Follow(field, Select(entity, shape_of("id"), order=(Order("id"),)))


def _assets_question(rows: CoverageRows) -> Select:
    texts = Follow(
        "translations",
        Select(
            "Translation", shape_of("locale"), both(Cmp("state", "in", _READY), Cmp("form", "in", ("FULL", "SHORT")))
        ),
    )
    shape = shape_of(
        "id", "label", "locale", "state", "text_state", "title", "summary", "review_by", "expires_at",
        themes=_ids("themes", "Theme"), messages=_ids("messages", "Message"), texts=texts,
    )  # fmt: skip
    through = "messages" if rows in (CoverageRows.MESSAGE, CoverageRows.NARRATIVE) else "themes"
    return Select("Asset", shape, Rel("some", through), order=(Order("id"),), limit=MOST_ASSETS + 1)


def _rows_question(given: CoverageGiven) -> Select:
    proofs = Follow("proofs", Select("Proof", shape_of("id", "valid_until")))
    only = _only(given.filter.rows, given.rows)
    match given.rows:
        case CoverageRows.THEME:
            return Select("Theme", shape_of("id", "label"), only, order=(Order("id"),), limit=given.most + 1)
        case CoverageRows.BRAND_DIMENSION:
            return Select("Theme", shape_of("id", "brand_dimensions"), order=(Order("id"),), limit=MOST_ASSETS)
        case _:
            narrative = Follow("narrative", Select("Narrative", shape_of("id", "label"), limit=1))
            where = both(_narrative(given.filter), only if given.rows is CoverageRows.MESSAGE else None)
            shape = shape_of("id", "label", proofs=proofs, narrative=narrative)
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
        shape = shape_of("id", "label", "alpha2", "languages")
        there = country or Rel("some", "audiences")
        return Select("Country", shape, there, order=(Order("id"),), limit=given.most + 1)
    audiences = both(
        Cmp("id", "in", where.audiences) if where.audiences else None,
        Rel("some", "country", country) if country else None,
        Rel("some", "campaigns", Cmp("id", "eq", where.campaign)) if where.campaign else None,
    )
    shape = shape_of(
        "id", "label", "locales",
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


def _candidate(row: Mapping[str, Any], on: date) -> Candidate:
    locales = {str(one["locale"]) for one in row["texts"]["rows"]}
    if row["locale"] and (row["text_state"] or row["state"]) in _READY:
        locales.add(str(row["locale"]))
    words = sum(len(str(row[name] or "").split()) for name in ("title", "summary"))
    ends = [str(row[name])[:10] for name in ("review_by", "expires_at") if row[name]]
    fresh = all(end > on.isoformat() for end in ends)
    return Candidate(
        str(row["id"]), str(row["label"]), _set(row["themes"]), _set(row["messages"]), frozenset(locales), words, fresh
    )  # fmt: skip


def _set(answer: Any) -> frozenset[str]:
    return frozenset(str(one["id"]) for one in answer["rows"])


def _rows(kind: CoverageRows, found: Sequence[Any], candidates: Mapping[str, Candidate], on: date) -> list[Row]:
    match kind:
        case CoverageRows.THEME:
            return [Row(one["id"], one["label"], one["id"], _about(candidates, {one["id"]})) for one in found]
        case CoverageRows.BRAND_DIMENSION:
            themes: dict[str, set[str]] = {}
            for one in found:
                for dimension in one["brand_dimensions"]:
                    themes.setdefault(dimension, set()).add(one["id"])
            return [Row(each, each, None, _about(candidates, of)) for each, of in sorted(themes.items())]
        case CoverageRows.MESSAGE:
            return [_telling(one["id"], one["label"], [one], candidates, on) for one in found]
        case CoverageRows.NARRATIVE:
            messages: dict[str, list[Any]] = {}
            labels: dict[str, str] = {}
            for one in found:
                for narrative in one["narrative"]["rows"]:
                    messages.setdefault(narrative["id"], []).append(one)
                    labels[narrative["id"]] = narrative["label"]
            return [_telling(id, labels[id], of, candidates, on) for id, of in sorted(messages.items())]


def _about(candidates: Mapping[str, Candidate], themes: Iterable[str]) -> tuple[str, ...]:
    wanted = frozenset(themes)
    return tuple(id for id, one in candidates.items() if one.themes & wanted)


def _telling(id: str, label: str, messages: Sequence[Any], candidates: Mapping[str, Candidate], on: date) -> Row:
    """The row of one message, or of all messages of a narrative."""
    own = frozenset(str(one["id"]) for one in messages)
    proven = frozenset(str(one["id"]) for one in messages if any(_holds(proof, on) for proof in one["proofs"]["rows"]))
    assets = tuple(each for each, one in candidates.items() if one.messages & own)
    return Row(id, label, id, assets, own, proven)


def _holds(proof: Mapping[str, Any], on: date) -> bool:
    return proof["valid_until"] is None or str(proof["valid_until"]) >= on.isoformat()


def _columns(given: CoverageGiven, found: Sequence[Any]) -> list[Column]:
    wanted = given.filter.locales
    match given.columns:
        case CoverageColumns.COUNTRY:
            return [
                Column(one["id"], one["label"], one["id"], wanted or _spoken(one["languages"]), one["alpha2"])
                for one in found
            ]
        case CoverageColumns.LOCALE:
            locales = wanted or sorted({locale for one in found for locale in one["locales"]})
            return [Column(locale, locale, None, (locale,), None) for locale in locales]
        case CoverageColumns.AUDIENCE:
            return [
                Column(
                    one["id"],
                    one["label"],
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
