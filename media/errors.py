"""What can go wrong with bytes of pictures.

MediaError
+ Refused
+ StorageFailed
+ Busy
"""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "EMPTY"
    NOT_A_PICTURE = "NOT_A_PICTURE"
    FORMAT_REFUSED = "FORMAT_REFUSED"
    POLYGLOT = "POLYGLOT"
    BROKEN = "BROKEN"
    TOO_MANY_BYTES = "TOO_MANY_BYTES"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_MANY_FRAMES = "TOO_MANY_FRAMES"
    TOO_MANY_SCANS = "TOO_MANY_SCANS"
    TOO_MUCH_METADATA = "TOO_MUCH_METADATA"
    TOO_MUCH_MEMORY = "TOO_MUCH_MEMORY"
    TOO_SLOW = "TOO_SLOW"
    CRASHED = "CRASHED"
    WRONG_CHECKSUM = "WRONG_CHECKSUM"
    INCOMPLETE = "INCOMPLETE"


class MediaError(Exception):
    """Something that this room refuses or cannot do, with a sentence for the person who asked."""


class Refused(MediaError):
    """A file that is not taken: why, and a sentence with places and what stands in them.

    The sentence is written once, so that a page can tell it in its reader's language.
    """

    def __init__(self, reason: Reason, template: str, /, **values: int | str) -> None:
        self.reason, self.template, self.values = reason, template, values
        super().__init__(template.format(**values))

    @property
    def told(self) -> tuple[str, Mapping[str, int | str]]:
        """What its sentence is made of."""
        return self.template, self.values


class StorageFailed(MediaError):
    """The storage cannot be read or written; `full` where there is no room left."""

    def __init__(self, message: str, *, full: bool = False) -> None:
        self.full = full
        super().__init__(message)


class Busy(MediaError):
    """So many pictures are worked on that this one has to wait."""
