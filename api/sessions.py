"""Sessions: somebody signs in at a page once, with a key or at the organisation's own page, and is known there."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from api.keys import Key, Keys
from api.roles import Role
from api.sign_on import Person
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

    It is as good as the key it began with: where that is revoked or has expired, the session is over. Who signed on
    elsewhere has the role that was given then.
    """

    def __init__(
        self, store: GraphStore, keys: Keys, lasting: Lasting, *, clock: Callable[[], datetime] = _now
    ) -> None:
        self._store, self._keys, self.lasting, self._clock = store, keys, lasting, clock

    def begin(self, who: Key | Person) -> str:
        """A new session for the holder of a key or for who has signed on; answers its token."""
        now, token = self._clock(), secrets.token_urlsafe(_BYTES)
        name = _hashed(token)
        value = {**_told(who), "began": now.isoformat(), "used": now.isoformat()}
        entry = Entry(name, value, milliseconds(min(now + self.lasting.idle, now + self.lasting.longest)))
        self._store.revise(_COLLECTION, [name], lambda _: [entry])
        return token

    def holder(self, token: str) -> Key | Person | None:
        """Whose session it is at this moment; None where there is none, or none any more. Raises StoreUnavailable."""
        name, now = _hashed(token), self._clock()
        entry = self._store.entries(_COLLECTION, [name]).get(name)
        if entry is None:
            return None
        kept: Any = entry.value
        ends = datetime.fromisoformat(kept["began"]) + self.lasting.longest
        used = datetime.fromisoformat(kept["used"])
        if min(ends, used + self.lasting.idle) <= now or (who := self._who(kept, now)) is None:
            return None
        if now - used > _NOTED:
            self._note(name, now, ends)
        return who

    def _who(self, kept: Any, now: datetime) -> Key | Person | None:
        if "key" not in kept:
            return Person(kept["person"], Role(kept["role"]), kept["name"], kept.get("email", ""))
        key = self._keys.named(kept["key"])
        return key if key is not None and key.refusal(now) is None else None

    def end(self, token: str) -> None:
        """Nobody is known by this token any more."""
        name = _hashed(token)
        self._store.revise(_COLLECTION, [name], lambda there: [*there])

    def _note(self, name: str, now: datetime, ends: datetime) -> None:
        until = milliseconds(min(now + self.lasting.idle, ends))

        def used(there: Entries) -> list[Entry]:
            return [Entry(one.key, {**one.value, "used": now.isoformat()}, until) for one in there.values()]

        self._store.revise(_COLLECTION, [name], used)


def _told(who: Key | Person) -> dict[str, str]:
    if isinstance(who, Key):
        return {"key": who.id}
    return {"person": who.subject, "role": who.role.value, "name": who.name, "email": who.email}


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
