"""An answer as tables, facts and lists: its shape decides, so that any question can be looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from api.cards.asked import addressees, as_sent, due, is_request
from api.cards.boards import Board, Months, board_of, months_of
from api.cards.drawing import Drawing, drawing_of
from api.cards.shapes import Json, is_connection, is_list, is_object, items
from api.cards.words import figure, when, worded

#: What stands for a thing, best first.
_NAMES = ("title", "label", "name", "text", "sentence", "handle", "alpha2", "id")
_SILENT = ("__typename", "id", "type", "cursor")
_PAGES = ("pageInfo",)
#: Told only where it is so.
_EXCEPTIONS = ("cut",)
#: From how many columns on rows are told one below the other.
_WIDE = 8
_WORD = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A value in words; `id` is that of the thing it stands for, empty where it is none.

    `ask` names a repair that can be asked for, as it is sent, and `due` the day by which it would be due.
    """

    text: str
    id: str = ""
    ask: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same fields; a cell holds what is told of its value."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[Told, ...], ...], ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what is told of their values, and more blocks below. `id` is that of the thing it is about."""

    title: str
    facts: tuple[tuple[str, tuple[Told, ...]], ...]
    blocks: tuple["Block", ...] = ()
    id: str = ""
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of the same kind, one for each thing of a list; `small` where each is short."""

    title: str
    blocks: tuple["Block", ...]
    small: bool
    kind: str = "group"


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of cells, each with a word for its state, its number, and what is told of it below.

    `level` is 0 for the worst state and 2 for the best.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple["HeatCell | None", ...]], ...]
    kind: str = "heat"


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a heat table."""

    state: str
    level: int
    depth: str
    told: str
    things: tuple[Told, ...]
    asks: tuple[Told, ...] = ()


Block: TypeAlias = Table | Facts | Group | Heat | Months | Board | Drawing

_LEVELS = {"EMPTY": 0, "MISSING": 0, "THIN": 1, "DRAFT": 1, "STALE": 1, "COVERED": 2, "CURRENT": 2}


def blocks(data: Mapping[str, Json], lang: str = "en") -> tuple[Block, ...]:
    """The blocks of an answer in a language, one for each of its root fields."""
    return tuple(block(worded(key, lang), value, lang) for key, value in data.items() if not key.startswith("__"))


def block(title: str, value: Json, lang: str = "en") -> Block:
    """A value as a block."""
    if is_connection(value):
        total = value.get("totalCount")
        rest = {key: one for key, one in value.items() if key not in ("nodes", "edges", "totalCount", *_PAGES)}
        listed = _list(title if total is None else f"{title}: {total}", items(value), lang)
        return Facts("", *_facts(rest, lang, (listed,))) if rest else listed
    if is_list(value):
        return _list(title, value, lang)
    if is_object(value):
        facts, inner = _facts(value, lang)
        own = tuple(one for one in facts if [part.text for part in one[1]] != [title])
        return Facts(title, own, inner, str(value.get("id") or ""))
    return Facts(title, (("", told(value, lang)),))


def _list(title: str, values: Sequence[Json], lang: str) -> Block:
    rows = [one for one in values if is_object(one)]
    if rows and all({"row", "column", "state"} <= one.keys() for one in rows):
        return _heat(title, rows, lang)
    if len(rows) == len(values) and (found := months_of(title, rows) or board_of(title, rows, lang)):
        return found
    if not rows or len(rows) != len(values):
        return Facts(title, (("", tuple(one for value in values for one in told(value, lang))),))
    drawing = drawing_of(title, rows, lang)
    listed = _listed(title, rows, lang)
    return replace(drawing, told=listed) if drawing else listed


def _listed(title: str, rows: Sequence[Mapping[str, Json]], lang: str) -> "Table | Group":
    columns = [key for key in dict.fromkeys(key for row in rows for key in row) if _is_column(rows, key)]
    if len(columns) < _WIDE and all(is_short(row.get(key)) for row in rows for key in columns):
        cells = tuple(tuple(_cell(row, key, columns, lang) for key in columns) for row in rows)
        return Table(title, tuple(worded(key, lang) for key in columns), cells)
    each = tuple(block(headline(row, lang), row, lang) for row in rows)
    return Group(title, each, small=all(isinstance(one, Facts) and not one.blocks for one in each))


def _heat(title: str, values: Sequence[Mapping[str, Json]], lang: str) -> Heat:
    """Cells with a row and a column as the table they are."""
    heads: dict[str, dict[str, str]] = {"row": {}, "column": {}}
    placed: dict[tuple[str, str], HeatCell] = {}
    for one in values:
        keys = {side: _head(one[side]) for side in heads}
        for side, (key, label) in keys.items():
            heads[side].setdefault(key, label)
        placed[keys["row"][0], keys["column"][0]] = _heat_cell(one, lang)
    rows = tuple(
        (label, tuple(placed.get((row, column)) for column in heads["column"])) for row, label in heads["row"].items()
    )
    return Heat(title, tuple(heads["column"].values()), rows)


def _head(value: Json) -> tuple[str, str]:
    """What tells a row or a column from others, and what it is called."""
    label = next(iter(told(value)), Told("")).text
    key = value.get("key") or value.get("id") if is_object(value) else None
    return str(key or label), label


def _heat_cell(one: Mapping[str, Json], lang: str) -> HeatCell:
    state = str(one["state"])
    rest = {key: value for key, value in one.items() if key not in ("row", "column", "state", "depth", "cheapestFix")}
    fix = one.get("cheapestFix")
    sentence = str(fix.get("sentence") or "") if is_object(fix) else ""
    things = tuple(each for value in rest.values() if is_list(value) or is_connection(value) for each in told(value))
    named = tuple(each for each in things if each.id)
    gate = next((worded(str(value), lang) for key, value in rest.items() if key == "firstFailed" and value), "")
    return HeatCell(
        worded(state, lang),
        _LEVELS.get(state, 1),
        str(one.get("depth", "")),
        ". ".join(x for x in (gate, sentence) if x),
        named,
        told(fix.get("request"), lang) if is_object(fix) else (),
    )


def _is_column(rows: Sequence[Mapping[str, Json]], key: str) -> bool:
    """Whether a field is told of rows; whom to ask is, where somebody can be asked."""
    if key == "request":
        return any(row.get(key) is not None for row in rows)
    return any(key in row and (key not in _SILENT or _is_all(row, key)) for row in rows)


def _is_all(row: Mapping[str, Json], key: str) -> bool:
    """Whether a silent field is all that there is to tell of a row."""
    return key == "id" and not any(name in row for name in _NAMES[:-1])


def _cell(row: Mapping[str, Json], key: str, columns: Sequence[str], lang: str) -> tuple[Told, ...]:
    """What is told of a value; the first column leads to the thing that the row is about."""
    found = told(row.get(key), lang)
    if key == columns[0] and isinstance(row.get("id"), str) and len(found) == 1 and not found[0].id:
        return (Told(found[0].text, row["id"]),)
    return found


def headline(row: Mapping[str, Json], lang: str = "en") -> str:
    """What a row is about, in a few words."""
    if "position" in row and "role" in row:
        thing = next((shown[0].text for one in row.values() if is_object(one) and (shown := told(one, lang))), "")
        return f"{row['position']}. {plain_text(row['role'], lang)}: {thing}"
    found = next((told(row[name], lang)[0].text for name in _NAMES if row.get(name) is not None), "")
    nested = next((told(one, lang) for one in row.values() if is_object(one) and is_short(one)), ())
    return found or (nested[0].text if nested else "")


def _facts(
    values: Mapping[str, Json], lang: str, more: tuple[Block, ...] = ()
) -> tuple[tuple[tuple[str, tuple[Told, ...]], ...], tuple[Block, ...]]:
    facts = tuple(
        (worded(key, lang), told(one, lang)) for key, one in values.items() if _is_told(key, one) and is_short(one)
    )
    rest = tuple(
        block(worded(key, lang), one, lang)
        for key, one in values.items()
        if key not in _PAGES and not is_short(one) and not is_empty(one)
    )
    return tuple((name, one) for name, one in facts if one), (*rest, *more)


def _is_told(key: str, value: Json) -> bool:
    return key not in _SILENT and (key not in _EXCEPTIONS or bool(value))


def is_short(value: Json) -> bool:
    """Whether a value fits into a cell: a leaf, a thing of which a name is told, or a few of these."""
    if is_connection(value):
        return set(value) <= {"nodes", "edges"} and all(is_short(one) for one in items(value))
    if is_list(value):
        return all(not is_list(one) and is_short(one) for one in value)
    if is_request(value):
        return True
    if is_object(value):
        told_of = [key for key in value if key not in _SILENT]
        return len(told_of) <= 1 and not any(is_object(value[key]) or is_list(value[key]) for key in told_of)
    return True


def is_empty(value: Json) -> bool:
    return value in ([], {}) or (is_connection(value) and not items(value))


def told(value: Json, lang: str = "en") -> tuple[Told, ...]:
    """A short value in words."""
    return tuple(_told(value, lang))


def _told(value: Json, lang: str) -> Iterator[Told]:
    if value is None:
        return
    if is_connection(value):
        value = items(value)
    if is_list(value):
        for one in value:
            yield from _told(one, lang)
    elif is_request(value):
        yield from _told(addressees(value), lang)
        yield Told("", ask=as_sent(value), due=due(value))
    elif is_object(value):
        name = next((value[key] for key in _NAMES if value.get(key) is not None), None)
        rest = next((one for key, one in value.items() if key not in _SILENT), None)
        yield Told(plain_text(rest if name is None else name, lang), str(value.get("id") or ""))
    else:
        yield Told(plain_text(value, lang))


def plain_text(value: Json, lang: str) -> str:
    """A plain value in words."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int | float):
        return figure(value, lang)
    text = str(value)
    return worded(text, lang) if is_word(text) else when(text, lang)


def is_word(text: str) -> bool:
    """Whether a text is a word of a vocabulary; shorter capitals are codes."""
    return text.isupper() and len(text) >= _WORD and text.replace("_", "").isalpha()
