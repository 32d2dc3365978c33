"""`/import`: a table brought in by who writes: its columns said, a dry run looked at, cells mended, applied, undone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.desk.form import Sent, last
from api.desk.importing import Importing, Opened, check_how, twice
from api.doors import sheet_view as view
from api.doors.callers import Callers
from api.doors.desk import DESK_HEADERS, Seat, at, go, nothing, seat_of, seated
from api.doors.errors import plain
from api.doors.forms import FormRefused, check_own, own_fields, own_upload
from api.doors.languages import language_of
from api.doors.returning import returned
from api.doors.telling import Told
from api.doors.telling import told as in_words
from api.plan import Executor
from api.plan.errors import Refused
from api.sheets import How, Sheet, Sheets
from api.wiring import House
from graph.errors import InvalidValue
from graph.sentence import parts_of, sentence
from graph.store.ids import slug
from ingest.dates import Order
from ingest.errors import SourceError, UndecidedDates
from ingest.sheet import Said, as_mapping
from ingest.template import as_csv, as_workbook, columns_of

PATH = "/import"
_LONGEST, _MOST = 4_000_000, 6_000
_BAD, _TOO_LARGE, _MOST_TAGS, _LONGEST_SOURCE = 422, 413, 12, 60
#: What a row counts for in a budget when it is looked at, and when it is brought in.
_LOOKED, _BROUGHT = 1, 10
_TABLES = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
}


class SheetDoor:
    """Takes tables, and shows what becomes of them."""

    def __init__(self, house: House, executor: Executor, callers: Callers) -> None:
        self._house, self._executor, self._callers = house, executor, callers
        settings = house.settings
        self._most = settings.sheet_bytes
        self._sheets = Sheets(settings.sheets, settings.sheet_bytes, settings.sheet_days)

    async def begin(self, request: Request) -> Response:
        """The tables that one has here, and a form for another."""
        return await self._seated(request, self._begin)

    async def bring(self, request: Request) -> Response:
        try:
            check_own(request)
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, Response):
                return seat
            too_many = sentence("The table has more than {most} bytes, which are allowed.", most=self._most)
            try:
                form = await own_upload(request, self._most, too_many)
            except FormRefused as error:
                if error.status != _TOO_LARGE:
                    raise
                return await run_in_threadpool(self._begin, seat, in_words(too_many, seat.lang), _TOO_LARGE)
            try:
                sent = form.get("file")
                if not isinstance(sent, UploadFile) or not sent.filename:
                    return await run_in_threadpool(self._begin, seat, Told(seat.told["sheet"]["no_file"]))
                return await anyio.to_thread.run_sync(partial(self._bring, seat, sent))
            finally:
                await form.close()
        except Refused as error:
            return plain(error)

    async def template(self, request: Request) -> Response:
        """An empty table of a type."""
        return await self._seated(request, partial(self._template, request))

    async def read(self, request: Request) -> Response:
        return await self._seated(request, partial(self._read, request))

    async def _seated(self, request: Request, answer: Callable[[Seat], Response]) -> Response:
        return await seated(request, self._house, self._executor, self._callers, answer)

    async def write(self, request: Request) -> Response:
        try:
            sent = await own_fields(request, _LONGEST, _MOST)
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, RedirectResponse):
                return await self._away(request, sent)
            if "do" not in sent:
                # Sent on by who signed on elsewhere after their session had ended: what was typed is kept.
                sent = {**sent, "do": [_kept(sent)]}
            return seat if isinstance(seat, Response) else await run_in_threadpool(self._write, request, seat, sent)
        except Refused as error:
            return plain(error)

    async def _away(self, request: Request, sent: Sent) -> Response:
        async def back() -> Response:
            """What was typed is kept; what is more than that waits for another press."""
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, Response):
                return seat
            return await run_in_threadpool(self._write, request, seat, {**sent, "do": [_kept(sent)]})

        lang = language_of(request, self._house.settings.locale)
        return await returned(request, self._callers, sent, at(request.url.path, lang), lang, back)

    def _begin(self, seat: Seat, problem: Told | None = None, status: int = _BAD) -> Response:
        page = view.beginning(seat, self._importing(seat), self._sheets.all(seat.writer.name), self._most, problem)
        return seat.page("import.html", page, PATH, status if problem else 200)

    def _bring(self, seat: Seat, sent: UploadFile) -> Response:
        importing = self._importing(seat)
        sheet = None
        try:
            sheet = self._sheets.take(seat.writer.name, sent.filename or "", sent.file)
            opened = importing.open(sheet)
        except (InvalidValue, SourceError) as error:
            if sheet is not None:
                self._sheets.drop(sheet)
            return self._begin(seat, in_words(error.told, seat.lang))
        guessed = importing.guess(opened, view.names(importing))
        if "type" in guessed.fields.values() and len(guessed.fields) == len(opened.keys):
            # A table of ours, whose columns say themselves what they are.
            self._sheets.revise(sheet, how=guessed)
        return go(view.path(sheet), seat.lang)

    def _template(self, request: Request, seat: Seat) -> Response:
        asked = request.query_params
        entity = next((one for one in self._importing(seat).types() if one.name == asked.get("type")), None)
        kind = asked.get("format", "csv")
        if entity is None or kind not in _TABLES:
            return nothing(seat.lang)
        tags = view.tags(asked.get("languages", ""))[:_MOST_TAGS]
        media_type, made = _TABLES[kind]
        table = made(entity, columns_of(entity, seat.writer.viewer.live, tags))
        name = f"{entity.prefix}.{kind}"
        headers = {**DESK_HEADERS, "Content-Disposition": f"attachment; filename={name}"}
        return Response(table, media_type=media_type, headers=headers)

    def _read(self, request: Request, seat: Seat) -> Response:
        sheet = self._sheets.open(seat.writer.name, request.path_params["token"])
        if sheet is None:
            return nothing(seat.lang)
        asked = request.query_params
        if asked.get("format") == "toml" and sheet.how is not None and sheet.how.fields:
            return self._mapping(seat, sheet, sheet.how)
        if sheet.outcome is not None:
            return self._done(request, seat, sheet)
        if sheet.how is None or asked.get("step") == "columns":
            return self._columns(seat, sheet)
        return self._look(request, seat, sheet, sheet.how)

    def _mapping(self, seat: Seat, sheet: Sheet, how: How) -> Response:
        """What was said of the columns, for `duta import --mapping`."""
        said = Said(how.type, how.fields, Order(how.order) if how.order else None)
        text = as_mapping(said, how.source or self._importing(seat).source(), sheet.name)
        name = f"{slug(sheet.name.rpartition('.')[0]) or 'sheet'}.toml"
        headers = {**DESK_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type="application/toml", headers=headers)

    def _write(self, request: Request, seat: Seat, sent: Sent) -> Response:
        sheet = self._sheets.open(seat.writer.name, request.path_params["token"])
        if sheet is None:
            return nothing(seat.lang)
        if last(sent, "do") == "drop":
            self._sheets.drop(sheet)
            return go(PATH, seat.lang)
        # What is sent twice, or to what is done with, is answered by what is there.
        answer = self._decided(request, seat, sheet, sent) if sheet.outcome is None else None
        answer = answer or (self._afterwards(request, seat, sheet, sent) if sheet.outcome is not None else None)
        return answer or go(view.path(sheet), seat.lang)

    def _decided(self, request: Request, seat: Seat, sheet: Sheet, sent: Sent) -> Response | None:
        """The answer to a form about a table that is yet to be brought in."""
        match last(sent, "do"):
            case "columns" | "type":
                return self._said(seat, sheet, sent)
            case "mend":
                return self._mend(request, seat, sheet, sent)
            case "over" if sheet.how is not None:
                self._sheets.revise(sheet, how=replace(sheet.how, source=""))
                return None
            case "apply" if sheet.how is not None:
                return self._apply(request, seat, self._mended(seat, sheet, sent), sheet.how, last(sent, "reason"))
            case _:
                return None

    def _afterwards(self, request: Request, seat: Seat, sheet: Sheet, sent: Sent) -> Response | None:
        """The answer to a form about a table that was brought in."""
        match last(sent, "do"):
            case "undo" | "rest":
                return self._undo(request, seat, sheet, sent)
            case "again":
                self._sheets.revise(sheet, outcome=None, import_id="", undone="")
            case _:
                pass
        return None

    def _columns(self, seat: Seat, sheet: Sheet, how: How | None = None, problem: Told | None = None) -> Response:
        importing = self._importing(seat)
        try:
            opened = importing.open(sheet)
        except SourceError as error:
            return self._begin(seat, in_words(error.told, seat.lang))
        how = how or sheet.how or importing.guess(opened, view.names(importing))
        page = view.columns(seat, importing, sheet, opened, how, problem)
        return seat.page("import_columns.html", page, f"{view.path(sheet)}?step=columns", _BAD if problem else 200)

    def _said(self, seat: Seat, sheet: Sheet, sent: Sent) -> Response:
        importing = self._importing(seat)
        try:
            opened = importing.open(sheet)
        except SourceError as error:
            return self._begin(seat, in_words(error.told, seat.lang))
        if last(sent, "do") == "type" and last(sent, "type") != last(sent, "was"):
            return self._columns(seat, sheet, importing.guess(opened, view.names(importing), last(sent, "type")))
        how = check_how(importing, opened, _how(importing, opened, sent))
        double = twice(how.fields)
        if double or not (how.mapping or how.fields):
            told = seat.told["sheet"]["columns"]
            names = ", ".join(view.field_name(name, seat.lang) for name in double)
            problem = Told(told["double"].format(names=names) if double else told["no_columns"])
            return self._columns(seat, sheet, how, problem)
        try:
            importing.look(sheet, how)
        except UndecidedDates as error:
            # The cure of a mapping is not that of the page, whose form asks for the order itself.
            parts = [*parts_of(error.reason), seat.told["sheet"]["columns"]["undecided"]]
            return self._columns(seat, sheet, how, in_words(parts, seat.lang))
        except SourceError as error:
            return self._columns(seat, sheet, how, in_words(error.told, seat.lang))
        self._sheets.revise(sheet, how=how)
        return go(view.path(sheet), seat.lang)

    def _look(self, request: Request, seat: Seat, sheet: Sheet, how: How, problem: Told | None = None) -> Response:
        importing = self._importing(seat)
        try:
            look = importing.look(sheet, how)
        except SourceError as error:
            return self._columns(seat, sheet, how, in_words(error.told, seat.lang))
        seat.known.spend(len(look.rows) * _LOOKED)
        shown = view.Shown.of(request.query_params, look)
        page = view.table(seat, importing, sheet, how, look, shown, problem)
        return seat.page("import_sheet.html", page, view.path(sheet), _BAD if problem else 200)

    def _done(self, request: Request, seat: Seat, sheet: Sheet, problem: Told | None = None) -> Response:
        importing = self._importing(seat)
        may = not sheet.undone and importing.may_undo(sheet)
        taken = importing.undo(sheet, preview=True) if may and "undo" in request.query_params else None
        page = view.done(seat, importing, sheet, request.query_params, taken, problem) | {"undoes": may}
        return seat.page("import_sheet.html", page, view.path(sheet), _BAD if problem else 200)

    def _mend(self, request: Request, seat: Seat, sheet: Sheet, sent: Sent) -> Response:
        self._mended(seat, sheet, sent)
        more = {name: value for name in ("show", "page") if (value := request.query_params.get(name, ""))}
        return go(view.path(sheet), seat.lang, **more)

    def _mended(self, seat: Seat, sheet: Sheet, sent: Sent) -> Sheet:
        """The table with the cells that were sent laid over it, where they say something else."""
        cells = {name: value[-1] for name, value in sent.items() if name.startswith(view.CELL)}
        if not cells:
            return sheet
        mends = view.mends(self._importing(seat).open(sheet), cells)
        return self._sheets.mend(sheet, mends) if mends else sheet

    def _apply(self, request: Request, seat: Seat, sheet: Sheet, how: How, reason: str) -> Response:
        importing = self._importing(seat)
        try:
            look = importing.look(sheet, how)
            seat.known.spend(len(look.rows) * _BROUGHT)
            brought = importing.apply(sheet, how, reason)
        except (InvalidValue, SourceError) as error:
            return self._look(request, seat, sheet, how, in_words(error.told, seat.lang))
        if brought.outcome is None:
            return self._look(request, seat, brought, how, Told(seat.told["sheet"]["busy"]))
        return go(view.path(sheet), seat.lang)

    def _undo(self, request: Request, seat: Seat, sheet: Sheet, sent: Sent) -> Response:
        rest = last(sent, "do") == "rest"
        told = self._importing(seat).undo(sheet, preview=False, rest=rest, reason=last(sent, "reason"))
        errors = cast("Sequence[Mapping[str, str]]", told["errors"])
        if errors:
            parts = [part for one in errors for part in parts_of(one["message"])]
            return self._done(request, seat, sheet, in_words(parts, seat.lang))
        return go(view.path(sheet), seat.lang)

    def _importing(self, seat: Seat) -> Importing:
        return Importing(self._executor, seat.caller, seat.writer, self._sheets, self._house.settings.sheet_rows)


def _kept(sent: Sent) -> str:
    """What keeps what a form holds, and does nothing more."""
    return "columns" if "type" in sent else "mend"


def _how(importing: Importing, opened: Opened, sent: Sent) -> How:
    """What a form says of the columns of a table."""
    order, source = last(sent, "order"), last(sent, "source")[:_LONGEST_SOURCE]
    fields = {key: name for place, key in enumerate(opened.keys) if (name := last(sent, f"{view.FIELD}{place}"))}
    known = view.fields_of(importing, last(sent, "type"))
    return How(
        last(sent, "mapping"),
        last(sent, "type"),
        {key: name for key, name in fields.items() if name in known},
        order if order in set(Order) else "",
        source if not source or view.SOURCE.fullmatch(source) else importing.source(),
    )


def routes(house: House, executor: Executor, callers: Callers) -> list[BaseRoute]:
    door = SheetDoor(house, executor, callers)
    taken = partial(Route, methods=["POST"])
    return [
        Route(PATH, door.begin),
        taken(PATH, door.bring),
        Route(f"{PATH}/template", door.template),
        Route(f"{PATH}/{{token}}", door.read),
        taken(f"{PATH}/{{token}}", door.write),
    ]
