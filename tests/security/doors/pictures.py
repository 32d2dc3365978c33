"""The door to the bytes of pictures: who does not see one gets the answer of one that is not there."""

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import anyio

from api.doors.media import MediaDoor, NotGiven, Wanted
from api.pictures import read_pictures
from api.roles import Role
from media.errors import MediaError
from media.limits import Limits
from media.profiles import RenditionProfile, plans
from media.storage import storage_in_memory
from media.studio import Studio
from tests.security.sight import Look, door

_GONE, _NOT_FOUND = 410, 404


@door
def bytes_of_pictures(look: Look) -> None:
    store, storage = look.world.house.store, storage_in_memory()
    media = MediaDoor(store, cast("Any", None), Studio(storage, Path(), Limits()))
    works = look.role not in (Role.PUBLIC, Role.PARTNER)
    # Who works here is given drafts, too.
    who = look.as_writer if works else look
    viewer = look.writer.viewer if works and look.writer else look.viewer

    def ask(id: str, file: str) -> tuple[int, bytes]:
        try:
            wanted = Wanted(id, file, viewer, works, look.role is Role.PUBLIC, None)
            answer = media._response(wanted, {})
        except NotGiven as error:
            return error.status, error.told.encode()
        except MediaError as error:
            return 503, str(error).encode()
        return answer.status_code, anyio.run(_read, answer)

    pictures = read_pictures(store, [one.id for one in look.world.of("Media")])
    for thing in look.world.of("Media"):
        picture = pictures.get(thing.id)
        files = ["original"]
        if picture is not None:
            # The bytes hold a word of the picture's own, so that nobody else may have them.
            storage.keep_original(BytesIO(thing.id.encode()), picture.sha256)
            plan = look.dice.choice(plans(picture.source, look.dice.choice(list(RenditionProfile))))
            files.append(picture.path(plan).rpartition("/")[2])
        for file in files:
            status, body = ask(thing.id, file)
            who.told(body, hidden=who.hidden)
            if who.sees(thing):
                assert status != 200 or file != "original" or works
            elif status != _GONE:
                assert (status, body) == ask("media:sample-none", file)
            else:
                # An address that was good once, for who sees what is so marked.
                over = look.moment(thing, "expires_at")
                assert thing.values["state"] == "RETIRED" or (over is not None and over <= look.now)


async def _read(answer: Any) -> bytes:
    if not hasattr(answer, "body_iterator"):
        return bytes(answer.body)
    return b"".join([piece async for piece in answer.body_iterator])
