"""What the pages of a table are told, in words for their templates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from babel.numbers import format_decimal

from api.cards.words import worded
from api.desk.differences import pieces
from api.desk.fields import choices_of
from api.desk.importing import Importing, Opened, text_of
from api.desk.looking import Cell, Look, Seen, Status
from api.desk.picking import Picker
from api.doors.desk import Seat, at, edit_path, moment, number
from api.doors.edit_view import ids_of, told_of
from api.doors.languages import LANGUAGES, helped
from api.doors.telling import Told
from api.doors.telling import told as in_words
from api.labels import Label
from api.schema.names import camel
from api.sheets import SUFFIXES, How, Sheet
from graph.errors import InvalidValue
from graph.model import EntityType
from graph.model.kinds import locale
from graph.story.wording import language_name
from ingest.dates import Order
from ingest.sources.mended import cells_of
from ingest.sources.rows import Row
from ingest.template import fillable

#: The names of cells in a form are the line and the place of the column.
CELL, FIELD = "c.", "f."
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]*")
#: Languages that a column may be in, beside those that its name says.
TAGS = ("en", "id", "ja", "ko", "vi", "zh")
_PAGE, _LEAST, _CELLS, _MOST_THINGS, _MOST_CONFLICTS = 25, 5, 500, 6, 50
_SHOWS = ("all", "mend", *(str(one) for one in Status))
_LONGEST_CELL = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """Which rows of a table are shown, and the pages of them; `row` is one to be mended though nothing is wrong."""

    show: str
    page: int
    pages: int
    rows: Sequence[Seen]
    row: int = 0

    @staticmethod
    def of(asked: Mapping[str, str], look: Look) -> "Shown":
        """What an address asks for; at first what is to be mended, where something is."""
        show, mends = asked.get("show", ""), any(row.to_mend for row in look.rows)
        if show not in _SHOWS or (show == "mend" and not mends):
            show = "mend" if mends else "all"
        rows = [row for row in look.rows if show == "all" or (row.to_mend if show == "mend" else row.status == show)]
        # A page of a wide table has fewer rows, so that it weighs no more.
        each = max(_LEAST, min(_PAGE, _CELLS // max(1, len(look.columns))))
        pages = max(1, ceil(len(rows) / each))
        page = max(1, min(number(asked.get("page", "")) or 1, pages))
        row = number(asked.get("row", "")) or 0
        return Shown(show, page, pages, rows[(page - 1) * each : page * each], row)


def path(sheet: Sheet) -> str:
    return f"/import/{sheet.token}"


def tags(text: str) -> list[str]:
    """The languages that somebody named, in canonical form; what is none is left out."""
    found: dict[str, None] = {}
    for one in re.split(r"[\s,;]+", text[:200]):
        try:
            found |= {locale(one): None} if one else {}
        except InvalidValue:
            continue
    return list(found)


def names(importing: Importing) -> dict[str, dict[str, str]]:
    """What the pages call our fields, in each of their languages, by type."""
    return {
        one.name: {worded(camel(name), lang): name for lang in LANGUAGES for name in fillable(one, importing.level)}
        for one in importing.types()
    }


def fields_of(importing: Importing, type: str) -> list[str]:
    """The names that a column may be said to be."""
    entity = next((one for one in importing.types() if one.name == type), None)
    if entity is None:
        return []
    localised = ["name"] if "names" in entity.props else list(entity.texts)
    translations = ["translations"] if entity.texts else []
    return [*fillable(entity, importing.level), *translations, *(f"{one}@{tag}" for one in localised for tag in TAGS)]


def field_name(name: str, lang: str) -> str:
    base, _, tag = name.partition("@")
    return f"{worded(camel(base), lang)} ({language_name(tag, lang)})" if tag else worded(camel(base), lang)


def beginning(
    seat: Seat, importing: Importing, sheets: Sequence[Sheet], most_bytes: int, problem: Told | None
) -> dict[str, Any]:
    """The variables of the page that one begins at."""
    told = seat.told["sheet"]
    return {
        "title": told["title"],
        "action": at("/import", seat.lang),
        "problem": problem,
        "suffixes": ",".join(SUFFIXES),
        "limits": told["limits"].format(
            rows=format_decimal(importing.most_rows, locale=seat.lang),
            size=format_decimal(most_bytes / 1_000_000, locale=seat.lang, format="#,##0.#"),
        ),
        "sheets": [
            {
                "name": one.name,
                "url": at(path(one), seat.lang),
                "at": moment(datetime.fromtimestamp(one.brought, UTC).isoformat(), seat.lang),
                "state": told["states"]["undone" if one.undone else "done" if one.outcome is not None else "open"],
            }
            for one in sheets
        ],
        "types": [{"name": one.name, "text": seat.told["one"][one.name]} for one in importing.types()],
    }


def columns(
    seat: Seat, importing: Importing, sheet: Sheet, opened: Opened, how: How, problem: Told | None
) -> dict[str, Any]:
    """The variables of the page on which columns are said to be fields."""
    entity = importing.model.types[how.type or "Asset"]
    known = fields_of(importing, entity.name)
    extra = [name for name in how.fields.values() if name not in known]
    options = [
        {"value": name, "text": field_name(name, seat.lang), "must": _must(entity, name)} for name in [*known, *extra]
    ]
    return {
        "title": seat.told["sheet"]["columns"]["title"].format(name=sheet.name),
        "action": at(path(sheet), seat.lang),
        "problem": problem,
        "back": at(path(sheet), seat.lang) if sheet.how is not None else "",
        "type": entity.name,
        "help": helped(entity.doc, seat.lang),
        "types": [{"name": one.name, "text": seat.told["one"][one.name]} for one in importing.types()],
        "mappings": [
            {"name": name, "about": about, "chosen": name == how.mapping} for name, about in opened.fitting.items()
        ],
        "mapping": how.mapping,
        "options": options,
        "keys": [
            {
                "name": f"{FIELD}{place}",
                "text": key,
                "samples": [_short(one) for one in opened.samples(key)],
                "chosen": how.fields.get(key, ""),
            }
            for place, key in enumerate(opened.keys)
        ],
        "orders": [{"value": str(one), "chosen": how.order == one} for one in Order],
        "source": how.source,
        "notes": [in_words(one, seat.lang) for one in opened.rows.notes],
        "rows": format_decimal(len(opened.rows.found), locale=seat.lang),
    }


def table(
    seat: Seat, importing: Importing, sheet: Sheet, how: How, look: Look, shown: Shown, problem: Told | None
) -> dict[str, Any]:
    """The variables of the page of a dry run."""
    counts = look.counts
    to_bring = counts[Status.NEW] + counts[Status.CHANGED] + counts[Status.PROPOSED]
    return {
        **_common(seat, importing, sheet, look, shown, how),
        "problem": problem,
        "done": False,
        "mends": any(row.to_mend or row.line == shown.row for row in shown.rows),
        "keeps": any(cell.kept for row in look.rows for cell in row.cells),
        "brings": to_bring,
        "bring": seat.told["sheet"]["bring"].format(count=format_decimal(to_bring, locale=seat.lang)),
        "stays": counts[Status.REFUSED],
        "reasons": importing.wants_reasons,
        "columns_url": at(f"{path(sheet)}?step=columns", seat.lang),
        "undo": None,
        "undone": "",
    }


def done(
    seat: Seat,
    importing: Importing,
    sheet: Sheet,
    asked: Mapping[str, str],
    taken: Mapping[str, Any] | None,
    problem: Told | None,
) -> dict[str, Any]:
    """The variables of the page of what was brought in; `taken` is what taking it back would do."""
    look = Look.of(sheet.outcome or {})
    shown = Shown.of({"show": "all", **asked}, look)
    return {
        **_common(seat, importing, sheet, look, shown, sheet.how or How()),
        "problem": problem,
        "done": True,
        "mends": False,
        "keeps": False,
        "brings": 0,
        "stays": look.counts[Status.REFUSED],
        "reasons": importing.wants_reasons,
        "undone": sheet.undone,
        "undo": _undo(seat, taken) if taken is not None else None,
        "undo_url": at(f"{path(sheet)}?undo=1", seat.lang),
    }


def mends(opened: Opened, sent: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The cells that a form says anew, by line and column."""
    found: dict[str, dict[str, str]] = {}
    rows = {row.line: cells_of(row, opened.keys) for row in opened.rows.found}
    for name, text in sent.items():
        line, _, place = name.removeprefix(CELL).partition(".")
        if not (line.isdecimal() and place.isdecimal()) or int(place) >= len(opened.keys) or int(line) not in rows:
            continue
        column, plain = opened.keys[int(place)], text.replace("\r\n", "\n")[:_LONGEST_CELL]
        if text_of(rows[int(line)].get(column)) != plain:
            found.setdefault(line, {})[column] = plain
    # A row that does not fit the header is taken as it is sent, once somebody has put it right.
    for row in opened.rows.found:
        line = str(row.line)
        if line in found and not isinstance(row, Row):
            found[line] = {**{key: text_of(one) for key, one in rows[row.line].items()}, **found[line]}
    return found


def _common(seat: Seat, importing: Importing, sheet: Sheet, look: Look, shown: Shown, how: How) -> dict[str, Any]:
    told, lang = seat.told["sheet"], seat.lang
    ids = {id for row in shown.rows for id in (*row.things[:_MOST_THINGS], *_linked(row))}
    picker = Picker(importing.store, seat.house, seat.writer.viewer, lang)
    labels = picker.named(sorted({*ids, *look.besides[:_MOST_THINGS]}))
    counts = look.counts
    here = at(path(sheet), lang, show=shown.show, page=str(shown.page))
    return {
        "title": sheet.name,
        "proposes": counts[Status.PROPOSED] > 0,
        "mapping_url": at(path(sheet), lang, format="toml") if how.fields else "",
        "action": here,
        "columns": [{"text": key, "field": field_name(how.fields[key], lang) if key in how.fields else ""}
                    for key in look.columns],
        "rows": [
            {
                **_row(seat, importing, row, look, how, labels),
                "mend": row.to_mend or row.line == shown.row,
                "edit": f"{here}&row={row.line}#r-{row.line}",
            }
            for row in shown.rows
        ],
        "shows": list(_chips(seat, sheet, look, shown)),
        "pages": [
            {"number": one, "url": at(path(sheet), lang, show=shown.show, page=str(one)), "current": one == shown.page}
            for one in range(1, shown.pages + 1)
        ],
        "summary": [
            f"{format_decimal(counts[one], locale=lang)} {told['statuses'][one]}" for one in Status if counts[one]
        ],
        "seen": [told["seen"].format(count=format_decimal(count, locale=lang), state=worded(state, lang),
                                     marking=worded(marking, lang), who=_who(told, state, marking))
                 for state, marking, count in look.seen],
        "besides": [_thing(id, labels, lang) for id in look.besides[:_MOST_THINGS]],
        "notes": [in_words(one, lang) for one in look.notes],
        "skipped": [(format_decimal(count, locale=lang), in_words(reason, lang)) for reason, count in look.skipped],
        "part": sheet.import_id,
    }  # fmt: skip


def _who(told: Mapping[str, Any], state: str, marking: str) -> str:
    return str(told["who"][marking if state == "PUBLISHED" else "DRAFT"])


def _chips(seat: Seat, sheet: Sheet, look: Look, shown: Shown) -> Iterator[dict[str, Any]]:
    counts, told = look.counts, seat.told["sheet"]
    numbers = {"all": len(look.rows), "mend": sum(row.to_mend for row in look.rows), **counts}
    for one in _SHOWS:
        if numbers.get(one) and one != Status.REFUSED:
            yield {
                "text": told["shows"][one],
                "count": format_decimal(numbers[one], locale=seat.lang),
                "url": at(path(sheet), seat.lang, show=one),
                "current": one == shown.show,
            }


def _row(
    seat: Seat, importing: Importing, row: Seen, look: Look, how: How, labels: Mapping[str, Label]
) -> dict[str, Any]:
    cells = [
        {
            "name": f"{CELL}{row.line}.{look.places[place]}",
            "id": f"c-{row.line}-{place}",
            "text": cell.text,
            "told": [in_words(one, seat.lang) for one in cell.told],
            "kept": [seat.told["sheet"]["kept"].format(value=_short(one)) for one in cell.kept],
            "choices": _choices(seat, importing, how, column, cell),
            "long": "\n" in cell.text or len(cell.text) > 60,  # noqa: PLR2004 - what fits into one line
        }
        for place, (column, cell) in enumerate(zip(look.columns, row.cells, strict=True))
    ]
    return {
        "line": row.line,
        "status": row.status,
        "word": seat.told["sheet"]["statuses"][row.status],
        "cells": cells,
        "told": [in_words(one, seat.lang) for one in row.told],
        "things": [_thing(id, labels, seat.lang) for id in row.things[:_MOST_THINGS]],
        "parts": [
            {"name": worded(str(part["path"]), seat.lang), "pieces": pieces(*told_of(part, labels, seat.lang))}
            for part in row.parts
        ],
    }


def _choices(seat: Seat, importing: Importing, how: How, column: str, cell: Cell) -> list[dict[str, Any]]:
    """The words of a vocabulary, where a cell says none of them and is one of a list."""
    entity = importing.model.types.get(how.type)
    prop = entity.props.get(how.fields.get(column, "")) if entity and not how.mapping else None
    if prop is None or prop.many or prop.vocabulary is None or not cell.told:
        return []
    return [{"value": one, "text": worded(one, seat.lang)} for one in choices_of(prop)]


def _linked(row: Seen) -> Iterator[str]:
    """What the links lead to that change."""
    for part in row.parts:
        yield from ids_of(part)


def _thing(id: str, labels: Mapping[str, Label], lang: str) -> dict[str, str]:
    """A thing that a row is about; one that is not there yet has no page."""
    return {"text": labels[id].text if id in labels else id, "url": at(edit_path(id), lang) if id in labels else ""}


def _undo(seat: Seat, taken: Mapping[str, Any]) -> dict[str, Any]:
    told, lang = seat.told["sheet"], seat.lang
    conflicts = [
        {
            "text": one["entity"]["label"] if one["entity"] else one["id"],
            "url": at(edit_path(one["id"]), lang) if one["entity"] else "",
            "told": in_words(one["message"], lang),
        }
        for one in taken["conflicts"][:_MOST_CONFLICTS]
    ]
    return {
        "told": told["would_undo"].format(count=format_decimal(taken["count"], locale=lang)),
        "conflicts": conflicts,
        "count": taken["count"],
    }


def _must(entity: EntityType, name: str) -> bool:
    if name in entity.props:
        return entity.props[name].required
    return name in entity.forward and bool(entity.forward[name].link.at_least)


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= 60 else f"{one[:59]}…"  # noqa: PLR2004 - a sample, not the text
