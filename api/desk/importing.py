"""Bringing a table in at the desk: read as somebody says, looked at, mended, applied and taken back."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from api.desk.looking import Look, looked
from api.plan import Caller, Executor, Request, Writer
from api.plan.acting import Acting
from api.plan.errors import Code, refused
from api.plan.writes import NO_REASON, Writing
from api.screening import Screened
from api.sheets import How, Sheet, Sheets
from graph.errors import InvalidValue
from graph.history.undo import may_take_back
from graph.model import EntityType
from graph.model.moves import WRITTEN_BY_ACTIONS
from graph.sentence import sentence
from graph.store.ids import slug
from ingest.columns import find_columns
from ingest.dates import Order
from ingest.errors import SourceError
from ingest.mapping import Mapping as Mapped
from ingest.mapping import load_shipped
from ingest.opening import fitting, open_source
from ingest.pipeline import Options, Reader, new_import_id, run
from ingest.plan import compile_plan
from ingest.records import Rejected
from ingest.report import RunReport
from ingest.sheet import Said, keys_of, likely, open_sheet, recognised
from ingest.sources.mended import Mended
from ingest.sources.rows import Row

_SHOWN = 100_000
_LONGEST_REASON = 500
_UNDO = """mutation Undo($part: String!, $preview: Boolean, $rest: Boolean, $reason: String) {
  it: undo(part: $part, preview: $preview, rest: $rest, reason: $reason) {
    batch count unchanged conflicts { id path message entity { label } } errors { code message }
  }
}"""


@dataclass(frozen=True)
class Rows:
    """A table, read once, of no more rows than are allowed."""

    name: str
    columns: Sequence[str]
    notes: Sequence[str]
    found: Sequence[Row | Rejected]

    def rows(self) -> Iterator[Row | Rejected]:
        return iter(self.found)


@dataclass(frozen=True, slots=True)
class Opened:
    """A table with its columns, and the shipped mappings that fit it."""

    rows: Rows
    keys: Sequence[str]
    fitting: Mapping[str, str]

    @property
    def found(self) -> Sequence[Row | Rejected]:
        return self.rows.found

    def samples(self, column: str, most: int = 3) -> list[str]:
        """Some of what stands in a column."""
        texts = (text_of(row.cells.get(column, "")) for row in self.rows.found if isinstance(row, Row))
        return list(islice(dict.fromkeys(text for text in texts if text and not text.startswith("#")), most))


class Importing:
    """One writer with a table."""

    def __init__(self, executor: Executor, caller: Caller, writer: Writer, sheets: Sheets, most_rows: int) -> None:
        self._executor, self._caller, self._writer = executor, caller, writer
        self._sheets, self.most_rows = sheets, most_rows
        self._policy = executor.surroundings.review
        self.store, self.model = executor.store, executor.store.model

    @property
    def level(self) -> int:
        """Up to which marking the writer sees properties."""
        return self._writer.viewer.live

    @property
    def wants_reasons(self) -> bool:
        return self._policy.reasons

    def types(self) -> list[EntityType]:
        """What may be brought in: all that is written by an edit."""
        return [one for one in self.model.types.values() if one.name not in WRITTEN_BY_ACTIONS]

    def open(self, sheet: Sheet) -> Opened:
        """The table as it came, with what was mended of it; raises SourceError."""
        source = open_source(sheet.path, self.most_rows + 1)
        found = list(islice(source.rows(), self.most_rows + 1))
        if len(found) > self.most_rows:
            told = sentence("It has more than {most} rows, which are allowed.", most=self.most_rows)
            cure = sentence("Split it, or have it brought in with `duta import`.")
            raise SourceError(source.name, told, cure)
        keys = keys_of(source)
        whole = Rows(source.name, source.columns, source.notes, tuple(found))
        mends = {int(line): dict(cells) for line, cells in sheet.mends.items()}
        mended = Rows(source.name, source.columns, source.notes, tuple(Mended(whole, mends).rows()))
        return Opened(mended, keys, {name: one.about for name, one in fitting(source).items()})

    def guess(self, opened: Opened, also: Mapping[str, Mapping[str, str]], type: str = "") -> How:
        """How a table seems to be meant; `also` are further names of our fields, by type."""
        name = type if type in {one.name for one in self.types()} else likely(opened.rows, opened.keys)
        fields = recognised(opened.keys, self.model.types[name], also.get(name, {}))
        return How(type=name, fields=fields, source=self.source())

    def source(self) -> str:
        """Who speaks where nobody else is named: the tables of this person."""
        return f"sheet.{slug(self._writer.name) or hashlib.sha256(self._writer.name.encode()).hexdigest()[:12]}"

    def look(self, sheet: Sheet, how: How) -> Look:
        """What a table would change, found out by a dry run; raises SourceError."""
        key = self._key(sheet, how)
        kept = self._sheets.remembered(sheet, key)
        if kept is not None:
            return Look.of(kept)
        look = self._run(sheet, how, dry=True)
        self._sheets.remember(sheet, key, look.told())
        return look

    def apply(self, sheet: Sheet, how: How, reason: str) -> Sheet:
        """Bring a table in, once however often it is asked; raises SourceError, or InvalidValue for the reason."""
        if self._policy.reasons and not reason.strip():
            raise InvalidValue(NO_REASON)
        if len(reason) > _LONGEST_REASON:
            told = sentence("It has {count} characters; {most} are allowed.", count=len(reason), most=_LONGEST_REASON)
            raise InvalidValue(told)
        with self._sheets.claimed(sheet) as alone:
            now = self._sheets.open(self._writer.name, sheet.token)
            if not alone or now is None or now.outcome is not None:
                return now or sheet
            # Noted before, so that what is interrupted goes on as the same import.
            now = self._sheets.revise(now, import_id=now.import_id or new_import_id())
            look = self._run(now, how, dry=False, reason=reason)
            return self._sheets.revise(now, outcome=look.told(), undone="")

    def may_undo(self, sheet: Sheet) -> bool:
        """Whether the import of a table is for this writer to take back."""
        if self._writer.publishes:
            return True
        acting = Acting(
            store=self.store,
            viewer=self._writer.viewer,
            writer=self._writer,
            catalogue=self._executor.contract.catalogue,
        )
        return may_take_back(acting, sheet.import_id)

    def undo(self, sheet: Sheet, *, preview: bool, rest: bool = False, reason: str = "") -> Mapping[str, Any]:
        """Take the import of a table back, or say what that would do; raises Refused."""
        given = {"part": sheet.import_id, "preview": preview, "rest": rest, "reason": reason or None}
        told: Mapping[str, Any] = self._executor.data(Request(_UNDO, None, given), self._caller)["it"]
        if told["batch"]:
            self._sheets.revise(sheet, undone=told["batch"])
        return told

    def _run(self, sheet: Sheet, how: How, *, dry: bool, reason: str = "") -> Look:
        opened = self.open(sheet)
        store, catalogue = self.store, self._executor.contract.catalogue
        screened = Screened(store, catalogue, self._writer, self._policy)
        options = Options(how.source, self._writer.name, reason, dry_run=dry,
                          import_id=sheet.import_id, shown=_SHOWN)  # fmt: skip
        reader, columns = self._reader(opened, how)
        report: RunReport = run([reader], screened, options)
        parts = Writing(store, catalogue, self._writer, self._policy).changes(
            [*(one for one in report.changes if one.op == "update"), *screened.proposed]
        )
        proposed = frozenset(one.id for one in screened.proposed)
        return looked(opened, columns, how.fields, report, list(parts), proposed, screened.waiting)

    def _reader(self, opened: Opened, how: How) -> tuple[Reader, list[str]]:
        """What reads a table, and the columns that it reads."""
        if how.mapping:
            mapping = self._allowed(load_shipped(how.mapping))
            used = find_columns(mapping, opened.rows).values()
            return compile_plan(mapping, opened.rows), [one for one in opened.keys if one in set(used)]
        known = {column: name for column, name in how.fields.items() if column in opened.keys}
        order = Order(how.order) if how.order else None
        return open_sheet(opened.rows, Said(how.type, known, order)), [one for one in opened.keys if one in known]

    def _allowed(self, mapping: Mapped) -> Mapped:
        """A mapping as this writer may use it: who may not publish brings in drafts."""
        if self._writer.administers or (self._writer.publishes and not self._policy.four_eyes):
            return mapping
        entities = [one.model_copy(update={"state": None}) for one in mapping.entities]
        return mapping.model_copy(update={"entities": entities})

    def _key(self, sheet: Sheet, how: How) -> str:
        """What the answer of a dry run rests on."""
        writer = (self._writer.name, self._writer.publishes, self._writer.administers, self._writer.viewer.draft)
        told = (how, sheet.mends, writer, self.store.head().seq, self.most_rows)
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def text_of(value: object) -> str:
    """A cell as it is shown and mended: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()


def check_how(importing: Importing, opened: Opened, how: How) -> How:
    """What was said of a table, where all of it makes sense; raises Refused."""
    if how.mapping:
        if how.mapping not in opened.fitting:
            raise refused(Code.BAD_REQUEST, "This mapping does not fit the table.")
        return How(mapping=how.mapping, source=load_shipped(how.mapping).source)
    if how.type not in {one.name for one in importing.types()}:
        raise refused(Code.BAD_REQUEST, "There is no such type to bring in.")
    return how


def twice(fields: Mapping[str, str]) -> list[str]:
    """Our fields that several columns were said to be."""
    return [name for name, count in Counter(fields.values()).items() if count > 1]
