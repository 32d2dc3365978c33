"""`/edit/{id}/picture`: a picture for a thing, with what it shows, whom to credit, and what matters most in it."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import IO

import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.desk.editing import Editing
from api.desk.picturing import FIELD, Picture, Pictured, add_picture
from api.desk.thing import Thing
from api.doors.callers import Callers
from api.doors.desk import DESK_HEADERS, Seat, at, edit_path, nothing, seat_of
from api.doors.errors import plain
from api.doors.forms import check_own, own_upload
from api.doors.storing import failing
from api.doors.telling import Told as Shown
from api.doors.telling import told as in_words
from api.doors.uploads import STATUS, UNAVAILABLE, too_many
from api.plan import Executor
from api.plan.errors import Refused
from api.uploading import Told, Uploads
from api.wiring import House
from graph.errors import GraphError, InvalidValue, StoreUnavailable
from graph.sentence import parts_of, sentence
from media.errors import Busy, MediaError, StorageFailed
from media.errors import Refused as NotTaken
from media.studio import Studio

_TEXTS = ("alt", "credit", "caption", "locale")
_CHUNK = 1 << 18
_BAD, _HUNDRED = 422, 100
#: The picture is shown before it is sent, from where it was chosen.
_POLICY = DESK_HEADERS["Content-Security-Policy"].replace("img-src 'self'", "img-src 'self' blob:")


class PictureDoor:
    """Shows the form of a picture, and takes it."""

    def __init__(
        self, house: House, executor: Executor, callers: Callers, studio: Studio, uploads: Uploads, most: int
    ) -> None:
        self._house, self._executor, self._callers = house, executor, callers
        self._studio, self._uploads, self._most = studio, uploads, most

    async def read(self, request: Request) -> Response:
        try:
            seat = await seat_of(request, self._house, self._executor, self._callers)
        except Refused as error:
            return plain(error)
        if isinstance(seat, Response):
            return seat
        thing = await run_in_threadpool(self._thing, seat, request)
        return nothing(seat.lang) if thing is None else _page(seat, thing, {})

    async def write(self, request: Request) -> Response:
        try:
            check_own(request)
            seat = await seat_of(request, self._house, self._executor, self._callers)
            if isinstance(seat, Response):
                return seat
            thing = await run_in_threadpool(self._thing, seat, request)
            if thing is None:
                return nothing(seat.lang)
            return await self._take(request, seat, thing)
        except Refused as error:
            return plain(error)

    async def _take(self, request: Request, seat: Seat, thing: Thing) -> Response:
        larger = sentence(
            "The file has more than {most} bytes, which are allowed. Send a smaller one.", most=self._most
        )
        form = await own_upload(request, self._most, larger)
        sent = form.get("file")
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        try:
            if not isinstance(sent, UploadFile) or not sent.filename:
                return _page(seat, thing, said, Shown(seat.told["picture"]["no_file"]), _BAD)
            work = partial(self._pictured, seat, thing, sent.file, sent.filename, said)
            done = await anyio.to_thread.run_sync(work)
        except StoreUnavailable:
            raise
        except (MediaError, GraphError) as error:
            told, status = _refusal(seat, error)
            return _page(seat, thing, said, told, status)
        finally:
            await form.close()
        return _done(seat, thing, done)

    def _pictured(self, seat: Seat, thing: Thing, sent: IO[bytes], name: str, said: Mapping[str, str]) -> Pictured:
        with self._studio.file() as file:
            digest, size = hashlib.sha256(), 0
            while chunk := sent.read(_CHUNK):
                digest.update(chunk)
                size += file.write(chunk)
            if size > self._most:
                raise too_many(self._most)
            file.flush()
            told = Told(name, **{one: said.get(one, "")[:2_000] for one in _TEXTS})
            picture = Picture(file, digest.hexdigest(), size, told, _focal(said))
            return add_picture(self._executor, seat.caller, seat.writer, self._uploads, thing, picture)

    def _thing(self, seat: Seat, request: Request) -> Thing | None:
        editing = Editing(self._executor, self._house, seat.caller, seat.writer)
        thing = editing.thing(request.path_params["id"])
        return thing if thing is not None and FIELD in thing.entity.forward else None


def _refusal(seat: Seat, error: MediaError | GraphError) -> tuple[Shown, int]:
    """What is wrong with a picture, with what is said of it, or here, in the reader's language, and its status."""
    match error:
        case NotTaken():
            return in_words([error.told], seat.lang), STATUS.get(error.reason, _BAD)
        case StorageFailed():
            code, status, _ = failing(error)
            return Shown(seat.told["picture"][code]), status
        case Busy():
            return Shown(seat.told["picture"]["busy"]), UNAVAILABLE
        case InvalidValue():
            return in_words(error.told, seat.lang), _BAD
        case _:
            return in_words(str(error), seat.lang), _BAD


def routes(house: House, executor: Executor, callers: Callers, studio: Studio, uploads: Uploads) -> list[BaseRoute]:
    door = PictureDoor(house, executor, callers, studio, uploads, house.settings.media_bytes)
    path = "/edit/{id}/picture"
    return [Route(path, door.read), Route(path, door.write, methods=["POST"])]


def _focal(said: Mapping[str, str]) -> dict[str, float]:
    """The focal point in shares, from hundredths; what is none is refused."""
    found: dict[str, float] = {}
    for name in ("focalX", "focalY"):
        text = said.get(name, "").replace(",", ".")
        try:
            share = float(text) / _HUNDRED if text else None
        except ValueError:
            share = -1.0
        if share is not None and not 0 <= share <= 1:
            wrong = sentence('"{text}" is no number from 0 to 100.', text=text[:20])
            raise InvalidValue(wrong, cure=sentence("Write where the focal point is."))
        if share is not None:
            found[name] = share
    return found


def _page(
    seat: Seat, thing: Thing, said: Mapping[str, str], problem: Shown | None = None, status: int = 200
) -> Response:
    path = f"{edit_path(thing.id)}/picture"
    view = {
        "title": f"{seat.told['picture']['title']}: {thing.label}",
        "back": at(edit_path(thing.id), seat.lang),
        "action": at(path, seat.lang),
        "said": {name: said.get(name, "") for name in (*_TEXTS, "focalX", "focalY")},
        "problem": problem,
        "done": None,
    }
    response = seat.page("edit_picture.html", view, path, status)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _done(seat: Seat, thing: Thing, done: Pictured) -> Response:
    told, path = seat.told["picture"], f"{edit_path(thing.id)}/picture"
    problems = [part for _, _, one in done.saved.errors for part in parts_of(one)]
    sentence = told["proposed" if done.saved.proposal else "linked" if done.new else "there"]
    view = {
        "title": f"{told['title']}: {thing.label}",
        "back": at(edit_path(thing.id), seat.lang),
        "problem": in_words(problems, seat.lang) if problems else None,
        "done": {
            "told": told["not_linked"] if problems else sentence,
            "url": at(edit_path(done.id), seat.lang),
            "alike": [{"label": label, "url": at(edit_path(id), seat.lang)} for id, label in done.alike],
        },
    }
    return seat.page("edit_picture.html", view, path, _BAD if problems else 200)
