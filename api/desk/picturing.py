"""A picture for a thing: taken in by the code of all uploads, given its focal point, and linked as by any edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from api.desk.editing import REVIEWED
from api.desk.saving import Saved, Saving, save
from api.desk.thing import Thing
from api.plan import Caller, Executor, Writer
from api.uploading import Told, Uploads

FIELD = "media"


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that was sent, with its digest and size, and what was said of it; `focal` is in shares of its sides."""

    file: IO[bytes]
    sha256: str
    size: int
    told: Told
    focal: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pictured:
    """What came of it: the Media, whether it was there already, what looks alike, and how it was linked."""

    id: str
    new: bool
    alike: tuple[tuple[str, str], ...]
    saved: Saved


def add_picture(
    executor: Executor, caller: Caller, writer: Writer, uploads: Uploads, thing: Thing, picture: Picture
) -> Pictured:
    """Take a picture in and link a thing to it; raises MediaError, GraphError or Refused."""
    taken = uploads.take(picture.file, picture.sha256, picture.size, picture.told, writer)
    saved = Saved(thing.id)
    if taken.new and picture.focal:
        entity = executor.store.model.types["Media"]
        saved = save(executor, caller, entity, taken.id, Saving(picture.focal, 1, "", ""))
    linked = thing.links.get(FIELD, {})
    if not saved.errors and taken.id not in linked:
        role = {} if linked else {"role": "MAIN"}
        put = {"to": taken.id, "position": len(linked) + 1, **role}
        saving = Saving({FIELD: {"put": [put]}}, thing.rev, "", "", thing.state in REVIEWED)
        saved = save(executor, caller, thing.entity, thing.id, saving)
    alike = tuple((one.id, one.label) for one in taken.duplicates)
    return Pictured(taken.id, taken.new, alike, saved)
