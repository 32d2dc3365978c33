"""Who is told by mail: at which address, in which language, whose requests and ends, and how far they were told.

How far somebody was told, what is tried again and when it is given up are kept as of a webhook.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from api.keys import Keys
from api.roles import Role
from api.webhooks import Hook, Webhooks
from graph.history.questions import end_of
from graph.store.operational import Entry
from graph.store.port import GraphStore

_WISHES = "mail-wishes"
_KEY = "key:"
#: Who signs on elsewhere may have left; after so long without being seen here they are told nothing.
_SEEN = timedelta(days=30)
_LETTERS, _BYTES, _MOST_TOLD = 24, 24, 500
_SOUND = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: `person` is who they are to the log, `of` whose requests and ends, all where it is blank.

    `seen` is the last day on which they were here. `looked` is the day on which what ends was looked at last, and
    `ends` what of it they were told.
    """

    id: str
    person: str
    address: str
    lang: str
    role: Role
    seen: str
    of: str = ""
    confirmed: bool = False
    looked: str = ""
    ends: tuple[str, ...] = ()


def _now() -> datetime:
    return datetime.now(UTC)


class Recipients:
    """Those who want mail. Calls may come from any thread and process."""

    def __init__(self, store: GraphStore, keys: Keys, clock: Callable[[], datetime] = _now) -> None:
        self.hooks = Webhooks(store, clock, collection="mail")
        self._store, self._keys, self._clock = store, keys, clock

    def of(self, person: str) -> Wish | None:
        return self._wish(_id(person))

    def all(self) -> list[Wish]:
        return [_read(one.value) for one in self._store.listed(_WISHES)]

    def want(self, person: str, role: Role, address: str, lang: str, of: str, *, confirmed: bool) -> Hook:
        """Tell somebody from now on; at a new address, once it is confirmed."""
        id, there = _id(person), self.of(person)
        known = there is not None and there.address == address and there.confirmed
        kept = there.ends if there else ()
        wish = Wish(id, person, address, lang, role, self._day, of, confirmed or known, "", kept)
        self._keep(wish)
        found = self._hook(id) if known else None
        if found is not None and not found.stopped:
            return found
        # The link in a mail holds the secret, so a new address gets a new one.
        hook = Hook(id, f"mailto:{address}", role, secrets.token_urlsafe(_BYTES), end_of(self._store))
        self.hooks.keep(hook)
        return hook

    def seen(self, person: str, role: Role) -> Wish | None:
        """Note that somebody is here, and as what, no more often than once a day."""
        wish = self.of(person)
        if wish is not None and (wish.seen, wish.role) != (self._day, role):
            self._keep(replace(wish, seen=self._day, role=role))
        return wish

    def told_of_ends(self, wish: Wish, ends: Sequence[str]) -> None:
        """What ends was looked at today, and told."""
        self._keep(replace(wish, looked=self._day, ends=(*wish.ends, *ends)[-_MOST_TOLD:]))

    def by_token(self, token: str) -> Wish | None:
        """Whose mail a link was in."""
        id, _, secret = token.partition(".")
        hook = self._hook(id) if _SOUND.fullmatch(id) else None
        return self._wish(id) if hook is not None and compare_digest(hook.secret.encode(), secret.encode()) else None

    def confirm(self, wish: Wish) -> None:
        self._keep(replace(wish, confirmed=True))

    def stop(self, id: str) -> None:
        """Tell somebody nothing any more, and forget their address."""
        self._store.revise(_WISHES, [id], lambda there: [*there])
        if self._hook(id) is not None:
            self.hooks.remove(id)

    def role_of(self, wish: Wish) -> Role | None:
        """What somebody is now; None where their key is good no more, or they were not here for too long."""
        if not wish.person.startswith(_KEY):
            late = date.fromisoformat(wish.seen) + _SEEN < self._clock().date()
            return None if late else wish.role
        key = self._keys.named(wish.person.removeprefix(_KEY))
        return key.role if key is not None and key.refusal(self._clock()) is None else None

    def is_due_for_ends(self, wish: Wish) -> bool:
        return wish.looked != self._day

    @property
    def _day(self) -> str:
        return self._clock().date().isoformat()

    def _hook(self, id: str) -> Hook | None:
        return self.hooks.named(id)

    def _wish(self, id: str) -> Wish | None:
        entry = self._store.entries(_WISHES, [id or "-"]).get(id)
        return _read(entry.value) if entry else None

    def _keep(self, wish: Wish) -> None:
        self._store.revise(_WISHES, [wish.id], lambda _: [Entry(wish.id, asdict(wish))])


def token_of(hook: Hook) -> str:
    """What the link in somebody's mail holds."""
    return f"{hook.id}.{hook.secret}"


def _id(person: str) -> str:
    return sha256(person.encode()).hexdigest()[:_LETTERS]


def _read(value: Any) -> Wish:
    kept: dict[str, Any] = {**value, "role": Role(value["role"]), "ends": tuple(value["ends"])}
    return Wish(**kept)
