"""Sessions: somebody with a key signs in at a page once, and is known there until they leave it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from api.keys import Key, Keys
from graph.store.operational import Entries, Entry, milliseconds
from graph.store.port import GraphStore

_COLLECTION = "sessions"
_BYTES = 32
#: A session that is in use is written down no more often than this.
_NOTED = timedelta(minutes=1)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: from its beginning at most, and from when it was last used."""

    longest: timedelta
    idle: timedelta


class Sessions:
    """The sessions of an installation. A session's token is random and kept as its hash.

    It is as good as the key it began with: where that is revoked or has expired, the session is over.
    """

    def __init__(
        self, store: GraphStore, keys: Keys, lasting: Lasting, *, clock: Callable[[], datetime] = _now
    ) -> None:
        self._store, self._keys, self.lasting, self._clock = store, keys, lasting, clock

    def begin(self, key: Key) -> str:
        """A new session for the holder of a key; answers its token."""
        now, token = self._clock(), secrets.token_urlsafe(_BYTES)
        name = _hashed(token)
        value = {"key": key.id, "began": now.isoformat(), "used": now.isoformat()}
        entry = Entry(name, value, milliseconds(min(now + self.lasting.idle, now + self.lasting.longest)))
        self._store.revise(_COLLECTION, [name], lambda _: [entry])
        return token

    def holder(self, token: str) -> Key | None:
        """Whose session it is at this moment; None where there is none, or none any more. Raises StoreUnavailable."""
        name, now = _hashed(token), self._clock()
        entry = self._store.entries(_COLLECTION, [name]).get(name)
        if entry is None:
            return None
        kept: Any = entry.value
        ends = datetime.fromisoformat(kept["began"]) + self.lasting.longest
        used = datetime.fromisoformat(kept["used"])
        key = self._keys.named(kept["key"])
        if key is None or key.refusal(now) is not None or min(ends, used + self.lasting.idle) <= now:
            return None
        if now - used > _NOTED:
            self._note(name, now, ends)
        return key

    def end(self, token: str) -> None:
        """Nobody is known by this token any more."""
        name = _hashed(token)
        self._store.revise(_COLLECTION, [name], lambda there: [*there])

    def _note(self, name: str, now: datetime, ends: datetime) -> None:
        until = milliseconds(min(now + self.lasting.idle, ends))

        def used(there: Entries) -> list[Entry]:
            return [Entry(one.key, {**one.value, "used": now.isoformat()}, until) for one in there.values()]

        self._store.revise(_COLLECTION, [name], used)


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
