"""What callers are told where the place of pictures fails: its own sentence names folders, buckets and hosts."""

from logging import getLogger
from typing import NamedTuple

from media.errors import StorageFailed

log = getLogger("duta.media")
_UNAVAILABLE, _NO_ROOM = 503, 507


class Failing(NamedTuple):
    """The code, the HTTP status, and a sentence for anybody."""

    code: str
    status: int
    told: str


_AWAY = Failing("STORAGE_UNAVAILABLE", _UNAVAILABLE, "The place of pictures does not answer. Try again in a moment.")
_FULL = Failing("STORAGE_FULL", _NO_ROOM, "There is no room left for pictures. Try again once there is.")


def failing(error: StorageFailed) -> Failing:
    """What is told of it; who keeps the installation finds all of it in the log."""
    log.error("%s", error)
    return _FULL if error.full else _AWAY
