"""Which columns of a file a mapping's names mean, and in which order its dates are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from graph.model.nearest import nearest
from graph.sentence import sentence, together
from ingest import mapping as toml
from ingest.dates import Decided, Order, decide
from ingest.errors import MissingColumn, UndecidedDates
from ingest.sources.json_table import reach
from ingest.sources.rows import Row, Source, column_key
from ingest.values import Cells, Getter, Text


def find_columns(mapping: toml.Mapping, source: Source) -> dict[str, str | None]:
    """For each of the mapping's names the file's column, or None for an optional one; raises MissingColumn."""
    by_key = {column_key(column): column for column in reversed(source.columns)}
    found = dict[str, str | None]()
    for alias, column in mapping.columns.items():
        there = [name for name in column.any if name in source.columns] or [
            by_key[column_key(name)] for name in column.any if column_key(name) in by_key
        ]
        if not there and not column.optional:
            raise _missing(alias, column.any, source)
        found[alias] = there[0] if there else None
    return found


def _missing(alias: str, names: Sequence[str], source: Source) -> MissingColumn:
    guesses = [guess for name in names if (guess := nearest(name, source.columns))]
    cure = (
        sentence('Is it "{guess}"? Then add that to "{alias}" under [columns].', guess=guesses[0], alias=alias)
        if guesses
        else sentence("It has {columns}.", columns=_some(source.columns))
    )
    wanted = " or ".join(f'"{name}"' for name in names)
    return MissingColumn(
        source.name, names[0], sentence("The mapping needs a column {wanted}, and there is none.", wanted=wanted), cure
    )


def _some(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:12])
    return f"{shown} and {len(columns) - 12} more" if len(columns) > 12 else shown  # noqa: PLR2004 - a message stays readable


def nothing(_: Cells) -> None:
    """What a column that the file does not have reads."""


def table_getter(column: str | None) -> Getter:
    """A reader of a table's cell, trimmed; None for a blank one."""
    if column is None:
        return nothing
    return lambda cells: str(cells[column]).strip() or None


def json_getter(names: Sequence[str]) -> Getter:
    """A reader of a JSON cell by the first of some dotted paths that leads to something, as text or texts."""
    readers = [reach(name) for name in names]

    def read(cells: Cells) -> Text:
        return next((text for reader in readers if (text := _as_text(reader(cells)))), None)

    return read


def _as_text(value: object) -> Text:
    match value:
        case None | "":
            return None
        case str():
            return value.strip() or None
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return [text for one in cast("list[object]", value) if isinstance(text := _as_text(one), str)] or None
        case _:
            return None


def getters(mapping: toml.Mapping, source: Source) -> tuple[dict[str, Getter], dict[str, str]]:
    """Readers by the mapping's names, and what the file calls each column."""
    if not source.columns:
        return (
            {alias: json_getter(column.any) for alias, column in mapping.columns.items()},
            {alias: column.any[0] for alias, column in mapping.columns.items()},
        )
    found = find_columns(mapping, source)
    return (
        {alias: table_getter(column) for alias, column in found.items()},
        {alias: column or mapping.columns[alias].any[0] for alias, column in found.items()},
    )


def decide_orders(
    source: Source, dates: Mapping[str, Getter], shown: Mapping[str, str]
) -> tuple[dict[str, Order], list[str]]:
    """The order of day and month for each date column, over all rows, and the sentences why; raises UndecidedDates."""
    if not dates:
        return {}, []
    values: dict[str, list[str]] = {alias: [] for alias in dates}
    for row in source.rows():
        if isinstance(row, Row):
            for alias, get in dates.items():
                values[alias].extend(_texts(get(row.cells)))
    orders, notes = dict[str, Order](), list[str]()
    for alias, found in values.items():
        decided = decide(found)
        if not isinstance(decided, Decided):
            raise UndecidedDates(
                source.name,
                shown[alias],
                together(
                    sentence('The dates of "{column}" can be read day first and month first:', column=shown[alias]),
                    decided.because,
                ),
                sentence('Say order = "dmy" or "mdy" for this column in the mapping.'),
            )
        if decided.order is not None:
            orders[alias] = decided.order
            notes.append(together(sentence('dates of "{column}":', column=shown[alias]), decided.because))
    return orders, notes


def _texts(found: Text) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif found:
        yield from found
