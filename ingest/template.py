"""Empty tables to be filled in: our columns for a type, and below them what may stand there."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from graph.model import LEVEL, MODEL, End, EntityType, Prop
from graph.model.kinds import BOOLEAN
from ingest.fields import LinkField, NameField, PropField, TextField, field_names, field_of

#: What follows from the rest, or is found in a file; nobody types it.
_FOUND = frozenset({"basis", "basis_rev", "text_state", "names"})
_OF_A_FILE = frozenset(
    {"sha256", "format", "width", "height", "frames", "duration", "bytes", "placeholder", "main_colour",
     "fingerprint", "metadata", "position"}
)  # fmt: skip
_ROWS, _WIDE, _WIDEST, _LIST = 1_000, 18, 42, 255


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what may stand in it, and the words of a vocabulary where there is one."""

    name: str
    hint: str
    words: tuple[str, ...] = ()
    several: bool = False


def columns_of(entity: EntityType, level: int, languages: Sequence[str] = ()) -> list[Column]:
    """The columns of a type for who sees markings up to a level, with those of its texts in some languages."""
    found = [_column(entity, name) for name in fillable(entity, level)]
    worded = ["name"] if "names" in entity.props else list(entity.texts)
    found += [_column(entity, f"{name}@{tag}") for tag in languages for name in worded]
    return found


def fillable(entity: EntityType, level: int) -> list[str]:
    """The names of ours that somebody fills in, without languages."""
    hidden = _FOUND | (_OF_A_FILE if entity.name == "Media" else frozenset[str]())
    names = [name for name in field_names(entity) if name not in hidden and name not in ("id", "type")]
    props = entity.props
    seen = [name for name in names if name not in props or LEVEL[props[name].marking] <= level]
    kernel = [name for name in seen if name in MODEL.any.props or name in MODEL.any.forward]
    return ["type", "id", *(name for name in seen if name not in kernel), *kernel]


def as_csv(entity: EntityType, columns: Sequence[Column]) -> bytes:
    """An empty table, with the mark that spreadsheets want."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.name for column in columns])
    writer.writerow([_hint(entity, column) for column in columns])
    return written.getvalue().encode("utf-8-sig")


def as_workbook(entity: EntityType, columns: Sequence[Column]) -> bytes:
    """The same as a workbook, in whose cells words are chosen from their vocabulary."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new one has a sheet
    sheet.title = entity.name
    sheet.append([column.name for column in columns])
    sheet.append([_hint(entity, column) for column in columns])
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        head, hint = sheet.cell(1, place), sheet.cell(2, place)
        head.font = Font(bold=True)
        hint.font, hint.fill = Font(italic=True, color="FF5D534C"), PatternFill("solid", fgColor="FFF3EBE0")
        hint.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = _WIDEST if column.name in entity.texts else _WIDE
        listed = f'"{",".join(column.words)}"'
        if column.words and not column.several and len(listed) <= _LIST:
            # Its types are open.
            chosen: Any = DataValidation("list", formula1=listed, allow_blank=True, showErrorMessage=False)
            chosen.add(f"{letter}3:{letter}{_ROWS}")
            sheet.add_data_validation(chosen)
    sheet.freeze_panes = "A3"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _hint(entity: EntityType, column: Column) -> str:
    # The first cell tells the row apart from those that are filled in.
    return f"# {entity.name}. This row says how to fill in the others; it may stay." if column.name == "type" else (
        column.hint
    )  # fmt: skip


def _column(entity: EntityType, name: str) -> Column:
    if name == "type":
        return Column(name, "", (entity.name,))
    if name == "id":
        return Column(name, f"Leave it blank, and it is made from the name; else as {entity.prefix}:a-slug.")
    match field_of(entity, name):
        case PropField(prop):
            words = _words(prop)
            return Column(name, " ".join(_told(prop, words)), words, prop.many)
        case TextField(prop, tag):
            return Column(name, f"{prop.doc} In the language {tag}.")
        case NameField(tag):
            return Column(name, f"The name in the language {tag}.")
        case LinkField(end):
            return Column(name, " ".join(_linked(end)), (), end.many)


def _words(prop: Prop) -> tuple[str, ...]:
    return ("true", "false") if prop.kind is BOOLEAN else tuple(one.value for one in prop.vocabulary or ())


def _told(prop: Prop, words: Sequence[str]) -> Iterator[str]:
    yield prop.doc
    if prop.required:
        yield "Needed before a review."
    if words:
        yield f"{'Some' if prop.many else 'One'} of: {', '.join(words)}."
    if prop.many:
        yield "Several with ; between them."


def _linked(end: End) -> Iterator[str]:
    yield end.doc
    yield f"An id or a name: {', '.join(end.targets[:5])}."
    if end.link.at_least:
        yield "Needed before a review."
    if end.many:
        yield "Several with ; between them."
    if end.link.props:
        yield f"With | may follow: {', '.join(end.link.props)}, as |{next(iter(end.link.props))}=..."
