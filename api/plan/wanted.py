"""What is wanted to be written, by whom, and what came of it or why it was not made."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from graph.errors import InvalidValue
from graph.model import EntityType
from graph.model.kinds import STRING
from graph.store.batch import Change, Once, Put, Refused
from graph.store.select import Viewer

_KEPT_MS = 24 * 60 * 60 * 1000
_LONGEST_REASON, _LONGEST_KEY = 500, 200


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the name for the log, what it sees of drafts, and whether it may touch what is public.

    Who `administers` may do without the review, which the log shows. Who `plans` may keep plans of stories.
    """

    name: str
    viewer: Viewer
    publishes: bool
    administers: bool = False
    plans: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One field of a mutation: what to do with which entity. `entity` is its type, or Entity where its id says it.

    `sent` is what the caller said, where the id and the values are made of that and may be others tomorrow.
    """

    verb: str
    entity: str
    id: str | None
    rev: int | None
    values: Mapping[str, Any]
    preview: bool = False
    reason: str = ""
    key: str | None = None
    propose: bool = False
    sent: object = None

    @property
    def digest(self) -> str:
        """What stands for all that is asked, so that a key cannot stand for two writes."""
        said = self.values if self.sent is None else self.sent
        id = self.id if self.sent is None else None
        told = (self.verb, self.entity, id, self.rev, said, self.reason, self.propose)
        return hashlib.sha256(orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class WriteError:
    """Why a write was not made."""

    path: str
    code: str
    message: str


class NotWritten(Exception):
    """A write that is not made, with the entity to show beside the errors."""

    def __init__(self, errors: list[WriteError], shown: str | None = None) -> None:
        self.errors, self.shown = errors, shown
        super().__init__("; ".join(one.message for one in errors))


@dataclass(slots=True)
class Written:
    """What came of a write; `id` is None where there is nothing to show."""

    id: str | None = None
    errors: list[WriteError] = field(default_factory=list[WriteError])
    changes: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    repeated: bool = False
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """What came of several writes in one batch; each error with the place of its write, None where it is about all."""

    batch: str | None = None
    ids: tuple[str, ...] = ()
    changes: tuple[dict[str, object], ...] = ()
    errors: tuple[tuple[int | None, WriteError], ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """What proposals would change, what could not be proposed, and the ids of what is proposed already."""

    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]
    waiting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write as the store takes it, and what the writer sees of what it names."""

    put: Put
    entity: EntityType
    there: Mapping[str, Mapping[str, Any]]


def once_of(writer: Writer, key: str, digest: str) -> Once:
    """What a key stands for, which is each writer's own, for a day."""
    name = hashlib.sha256(f"{writer.name}\n{key}".encode()).hexdigest()
    return Once(name, digest, writer.viewer.now + _KEPT_MS)


def keyed(key: str) -> str:
    """An idempotency key that can be one; raises NotWritten."""
    return _text("idempotencyKey", key, _LONGEST_KEY)


def reason_of(write: Write) -> str:
    """Why something is written, as it goes to the log; raises NotWritten."""
    return _text("reason", write.reason, _LONGEST_REASON) if write.reason else ""


def _text(path: str, text: str, most: int) -> str:
    """A short text that is a key or goes to the log."""
    try:
        STRING.check(text)
    except InvalidValue as error:
        raise NotWritten([WriteError(path, "BAD_VALUE", str(error))]) from None
    if len(text) > most:
        raise NotWritten([WriteError(path, "BAD_VALUE", f"It has {len(text)} characters; {most} are allowed.")])
    return text
