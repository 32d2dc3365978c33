"""Values for the calculation made of rows, each as far as the one who asks may know of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import Any, TypeAlias

import orjson

from graph.errors import InvalidValue
from graph.model.rules import Constraint, Rule, read_rules
from graph.model.vocabulary import packs
from graph.store.select import Viewer
from graph.store.visibility import visibility_of
from graph.story.rights.licences import Licence, licence
from graph.story.rights.material import Material, Origin, Part, Thing, Why
from graph.story.rows import ids_of, one_of, rows_of

#: The links to what something was made from, and to what it is part of.
ORIGINALS, WHOLE = "originals", "whole"
#: From when on a grant or a consent counts.
_COUNT = ("APPROVED", "PUBLISHED")
_MINOR = (
    Rule("prohibition", ("commercialize",)),
    Rule("prohibition", ("use",), (Constraint("paid", "eq", (True,)),)),
)


Row: TypeAlias = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Reading:
    """Makes values of rows; a grant that stands by many assets becomes one.

    `works` are the rows of all assets that are read, and of what they were made from and are part of; `grants` those
    of the grants which they stand under, of which they have the ids alone.
    """

    viewer: Viewer
    works: Mapping[str, Row] = field(default_factory=dict[str, Row])
    grants: Mapping[str, Row] = field(default_factory=dict[str, Row])
    origins: dict[str, Origin] = field(default_factory=dict[str, Origin])
    #: The origins of each holder, by the ids of the grants.
    _cleared: dict[tuple[str, ...], Sequence[tuple[Origin, ...]]] = field(
        default_factory=dict[tuple[str, ...], Sequence[tuple[Origin, ...]]]
    )

    def sees(self, row: Row) -> bool:
        return visibility_of(row).seen_by(self.viewer)

    def asset(self, row: Row) -> Material:
        """With all that the works are cleared by which it was made from, and what larger works forbid."""
        things = self._own(row)
        if not (rows_of(row[ORIGINALS]) or rows_of(row[WHOLE])):
            return self._material(row, things)
        things += self._wholes(row)
        for id in self._upwards(row, ORIGINALS):
            work = self.works.get(id)
            if work is None:
                things.append(Thing(Part.ITSELF, id, id, (), seen=False, original=True))
            else:
                things += [replace(one, original=True) for one in (*self._own(work), *self._wholes(work))]
        return self._material(row, things)

    def _material(self, row: Row, things: Iterable[Thing]) -> Material:
        id, label, keeper = str(row["id"]), str(row["label"]), self._id_of(row["keeper"])
        return Material(id, label, tuple(things), keeper, str(row["locale"] or ""))

    def under_grants(self, row: Row, label: str = "", keeper: str = "") -> Material:
        """An asset that stands under grants alone, of a row that has nothing but these."""
        id = str(row["id"])
        things = [Thing(Part.ITSELF, id, label, origins) for origins in self._by_holder(row) or ((),)]
        return Material(id, label, tuple(things), keeper)

    def _wholes(self, row: Row) -> Iterator[Thing]:
        """The larger works: what their grants forbid binds their parts, and what they leave open does not."""
        for id in self._upwards(row, WHOLE):
            work = self.works.get(id)
            if work is None:
                continue
            own = ids_of(row["rights"])
            origins = [self._grant(one) for one in _counting(self._rights(work)) if one["id"] not in own]
            if origins:
                yield self._thing(Part.WHOLE, work, origins, "")

    def _upwards(self, row: Row, link: str) -> Iterator[str]:
        """What a link leads to from a work, and from there, each once."""
        found = {str(row["id"])}
        waiting = [row]
        while waiting:
            for id in ids_of(waiting.pop(0)[link]):
                if id not in found:
                    found.add(id)
                    yield id
                    waiting += [self.works[id]] if id in self.works else []

    def _own(self, row: Row) -> list[Thing]:
        things = self._itself(row, Part.ITSELF)
        if media := rows_of(row["media"]):
            media = [one for one in media if _shown_with(one, row)]
        people = rows_of(row["depicts"])
        if media or people:
            consents = rows_of(row["consents"])
            beside = [one for each in media for one in rows_of(each["consents"])]
            things += [self._person(one, [*consents, *beside]) for one in people]
            for each in media:
                things += self._recording(each, consents)
        if sources := rows_of(row["sources"]):
            things += self._sources(sources)
        return things

    def media(self, row: Row) -> Material:
        return self._material(row, self._recording(row, [], Part.ITSELF))

    def _itself(self, row: Row, part: Part) -> list[Thing]:
        """A thing for each holder, who all have to allow it; the grants of one holder add up."""
        kind, seen = str(row.get("kind") or ""), self.sees(row)
        id, label, locale = str(row["id"]), str(row["label"]), str(row["locale"] or "")
        return [Thing(part, id, label, origins, kind, seen, locale=locale) for origins in self._by_holder(row) or ((),)]

    def _by_holder(self, row: Row) -> Sequence[tuple[Origin, ...]]:
        """The grants of each holder; many things stand under the same, for which they are put together once."""
        ids = ids_of(row["rights"])
        if ids not in self._cleared:
            found: dict[str, list[Origin]] = {}
            for one in _counting(self._rights(row)):
                found.setdefault(_id(one_of(one["holder"])) or str(one["id"]), []).append(self._grant(one))
            self._cleared[ids] = tuple(map(tuple, found.values()))
        return self._cleared[ids]

    def _rights(self, row: Row) -> list[Row]:
        return [self.grants.get(one["id"], one) for one in rows_of(row["rights"])]

    def _thing(self, part: Part, row: Row, origins: Iterable[Origin], kind: str) -> Thing:
        id, label, locale = str(row["id"]), str(row["label"]), str(row.get("locale") or "")
        return Thing(part, id, label, tuple(origins), kind, self.sees(row), locale=locale)

    def _recording(self, row: Row, consents: list[dict[str, Any]], part: Part = Part.MEDIA) -> Iterator[Thing]:
        kind = str(row["kind"] or "")
        yield from self._itself(row, part)
        for person in rows_of(row["depicts"]):
            yield self._person(person, [*rows_of(row["consents"]), *consents], kind)
        yield from self._sources(rows_of(row["sources"]), kind)

    def _person(self, row: Row, consents: list[dict[str, Any]], kind: str = "") -> Thing:
        id = str(row["id"])
        own = {
            str(one["id"]): one for one in consents if one["state"] != "RETIRED" and id == _id(one_of(one["person"]))
        }
        return self._thing(Part.PERSON, row, [self._consent(one) for one in own.values()], kind)

    def _sources(self, rows: Iterable[Row], kind: str = "") -> Iterator[Thing]:
        for one in rows:
            known = licence(str(one["licence"])) if one["licence"] and one["state"] != "RETIRED" else None
            if known:
                origin = self._once(one, partial(self._licensed, known=known))
                id, title, locale = origin.id, origin.title, origin.locale
                yield Thing(Part.SOURCE, id, title, (origin,), kind, origin.seen, locale=locale)

    def _licensed(self, row: Row, known: Licence) -> Origin:
        return self._origin(row, ((rule, Why.LICENCE) for rule in known.rules), terms=known.name)

    def _grant(self, row: Row) -> Origin:
        return self._once(row, self._grant_of)

    def _grant_of(self, row: Row) -> Origin:
        rules, broken = _read(row["rules"])
        known = licence(str(row["licence"])) if row["licence"] else None
        own = [(rule, Why.WRITTEN) for rule in rules]
        by_licence = [(rule, Why.LICENCE) for rule in known.rules] if known else []
        return self._origin(
            row,
            [*own, *by_licence],
            first=_day(row["valid_from"]),
            last=_day(row["valid_until"]),
            terms=known.name if known else "",
            said=_said(known) if known and not known.rules else "",
            holder=self._id_of(row["holder"]),
            broken=broken,
        )

    def _consent(self, row: Row) -> Origin:
        return self._once(row, self._consent_of)

    def _consent_of(self, row: Row) -> Origin:
        """A minor's consent allows nothing commercial or paid; a withdrawn one, in any state, nothing from that day."""
        rules, broken = _read(row["rules"])
        told = [(rule, Why.WRITTEN) for rule in rules]
        if row["minor"]:
            told += [(rule, Why.MINOR) for rule in _MINOR]
        if row["withdrawn_at"]:
            since = Constraint("dateTime", "gteq", (str(row["withdrawn_at"])[:10],))
            told.append((Rule("prohibition", ("use",), (since,)), Why.WITHDRAWN))
        return self._origin(row, told, holder=self._id_of(row["person"]), broken=broken)

    def _once(self, row: Row, read: Callable[[Mapping[str, Any]], Origin]) -> Origin:
        """What stands by many things is read once."""
        id = str(row["id"])
        if id not in self.origins:
            self.origins[id] = read(row)
        return self.origins[id]

    def _origin(self, row: Row, rules: Iterable[tuple[Rule, Why]], **more: Any) -> Origin:
        counts, seen = _counts(row), self.sees(row)
        id, label, locale = str(row["id"]), str(row["label"]), str(row["locale"] or "")
        return Origin(id, label, tuple(rules) if counts else (), counts=counts, seen=seen, locale=locale, **more)

    def _id_of(self, answer: Any) -> str:
        """The id of the one thing linked to, if the viewer sees it."""
        row = one_of(answer)
        return str(row["id"]) if row and self.sees(row) else ""


def before(row: Row) -> Iterator[str]:
    """What a work was made from and what it is part of."""
    yield from ids_of(row[ORIGINALS])
    yield from ids_of(row[WHOLE])


def plainly(row: Row) -> tuple[str, ...] | None:
    """The grants of an asset that stands under nothing else; None where it does."""
    beside = row["media"]["rows"] or row["depicts"]["rows"] or row["sources"]["rows"]
    return None if beside or row[ORIGINALS]["rows"] or row[WHOLE]["rows"] else ids_of(row["rights"])


def _counts(row: Row) -> bool:
    """Whether a grant or consent says anything: not before it is approved, but what was withdrawn stays so."""
    return str(row["state"]) in _COUNT or bool(row.get("withdrawn_at"))


def _counting(rows: Iterable[Row]) -> list[Row]:
    """Those that count; where none does, those that may once they are approved."""
    kept = [row for row in rows if row["state"] != "RETIRED"]
    return [row for row in kept if _counts(row)] or kept


def _shown_with(media: Row, asset: Row) -> bool:
    """A draft picture is not shown with what is out already, so that it cannot stand against it."""
    return media["state"] != "RETIRED" and not (media["state"] == "DRAFT" and asset["state"] == "PUBLISHED")


def _read(value: object) -> tuple[tuple[Rule, ...], bool]:
    """The rules of a row, and whether they are of a time when nobody checked them and cannot be read."""
    return _read_text(orjson.dumps(value)) if value is not None else ((), False)


@lru_cache(maxsize=4096)
def _read_text(value: bytes) -> tuple[tuple[Rule, ...], bool]:
    """The same of JSON, which many grants have in common."""
    try:
        return read_rules(value.decode()), False
    except InvalidValue:
        return (), True


def _said(known: Licence) -> str:
    term = packs()["rightsstatements"].terms.get(known.code)
    return term.definition if term else known.name


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _id(row: Row | None) -> str:
    return str(row["id"]) if row else ""
