"""Webhooks: who is told of changes at which address, how far they have been told, and what could not be told.

How far a hook is stands in the store, so that nothing is lost at a new start, and what is sent is read from the log
when it is sent: as the hook's role sees it at that moment.
"""

import ipaddress
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from api.roles import Role
from graph.errors import InvalidValue, UnknownName
from graph.history.questions import end_of
from graph.model.nearest import nearest
from graph.store.operational import Entries, Entry, milliseconds
from graph.store.port import GraphStore

_LONGEST_URL = 2_000
#: How long whoever sends has a hook for itself, in milliseconds.
_LEASE = 60_000
#: Seconds until the next attempt, as Standard Webhooks advises; after the last what is sent is a dead letter.
DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000)


@dataclass(frozen=True, slots=True)
class Hook:
    """One address and how far it was told: up to the entry `place`, and with `until` what is being tried.

    `due` is when the next attempt is, in epoch milliseconds. A hook that is `stopped`, with the reason, is told
    nothing.
    """

    id: str
    url: str
    role: Role
    secret: str
    place: int
    type: str = ""
    until: int = 0
    failures: int = 0
    due: int = 0
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Dead:
    """Entries of the log, after one and up to another, that a hook could not be told, and why."""

    hook: str
    after: int
    until: int
    reason: str

    @property
    def key(self) -> str:
        return f"{self.hook}.{self.after:016}"


def _now() -> datetime:
    return datetime.now(UTC)


class Webhooks:
    """The hooks of one installation. Calls may come from any thread and process.

    What is told by mail is kept alike, in a collection of its own.
    """

    def __init__(self, store: GraphStore, clock: Callable[[], datetime] = _now, *, collection: str = "webhook") -> None:
        self._store, self._clock = store, clock
        self._hooks, self._dead = f"{collection}s", f"{collection}-dead"

    @property
    def now(self) -> int:
        """Epoch milliseconds."""
        return milliseconds(self._clock())

    def add(self, url: str, role: Role, *, type_name: str = "", private: bool = False) -> Hook:
        """A new hook, which is told of what happens from now on; raises InvalidValue."""
        check_url(url, private=private)
        if type_name:
            self._store.model.type(type_name)
        secret = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
        hook = Hook(secrets.token_hex(6), url, role, secret, end_of(self._store), type_name)
        self.keep(hook)
        return hook

    def keep(self, hook: Hook) -> None:
        """Have this hook, in place of one of its id."""
        self._store.revise(self._hooks, [hook.id], lambda _: [_entry(hook)])

    def named(self, id: str) -> Hook | None:
        """The hook of an id; None where there is none."""
        found = self._store.entries(self._hooks, [id or "-"])
        return _hook(found[id]) if id in found else None

    def all(self) -> list[Hook]:
        return [_hook(one) for one in self._store.listed(self._hooks)]

    def remove(self, id: str) -> None:
        """Forget a hook and what it could not be told; raises UnknownName."""
        self._known(id)
        self._store.revise(self._hooks, [id], lambda _: [id])
        keys = [one.key for one in self.dead(id)]
        if keys:
            self._store.revise(self._dead, keys, list)

    def dead(self, id: str = "") -> list[Dead]:
        """What could not be told, of one hook or of all."""
        found = [Dead(**cast("Any", one.value)) for one in self._store.listed(self._dead)]
        return [one for one in found if id in ("", one.hook)]

    def replay(self, id: str, place: int | None = None) -> int:
        """Tell a hook again what it could not be told, or all after an entry of the log; from which on.

        It goes on from there and is told what it knows once more, under the numbers that it knows. Raises UnknownName
        or InvalidValue.
        """
        hook, dead = self._known(id), self.dead(id)
        if place is None:
            if not dead and not hook.stopped:
                raise InvalidValue("There is nothing that it was not told.", path=id, cure="Name an entry of the log.")
            place = min([one.after for one in dead], default=hook.place)
        start = min(place, end_of(self._store))
        self._change(id, lambda one: replace(one, place=start, until=0, failures=0, due=0, stopped=""))
        if dead:
            self._store.revise(self._dead, [one.key for one in dead], list)
        return start

    def claim(self, hook: Hook, until: int) -> Hook | None:
        """Have a hook for a while, to tell it up to an entry; None where somebody else has it, or it has gone on."""
        now = self.now
        taken: list[Hook] = []

        def take(there: Entries) -> list[Entry]:
            taken.clear()
            free = (one for one in map(_hook, there.values()) if one.due <= now and not one.stopped)
            taken.extend(
                replace(one, until=one.until or until, due=now + _LEASE) for one in free if one.place == hook.place
            )
            return [_entry(one) for one in taken]

        self._store.revise(self._hooks, [hook.id], take)
        return taken[0] if taken else None

    def told(self, hook: Hook) -> None:
        """A hook was told what it was claimed for."""
        place = hook.until
        self._change(hook.id, lambda one: replace(one, place=place, until=0, failures=0, due=0), at=hook.place)

    def failed(self, hook: Hook, reason: str, *, for_good: bool = False) -> None:
        """A hook was not told; it is tried again later, and what was tried too often is a dead letter."""
        failures, now = hook.failures + 1, self.now
        if for_good:
            self._change(hook.id, lambda one: replace(one, until=0, failures=0, due=0, stopped=reason), at=hook.place)
        elif failures <= len(DELAYS):
            due = now + DELAYS[failures - 1] * 1000
            self._change(hook.id, lambda one: replace(one, failures=failures, due=due), at=hook.place)
        else:
            dead = Dead(hook.id, hook.place, hook.until, reason)
            self._store.revise(self._dead, [dead.key], lambda _: [Entry(dead.key, asdict(dead))])
            self.told(hook)

    def skip(self, hook: Hook, place: int) -> None:
        """Go on over entries of which a hook is told nothing."""
        self._change(hook.id, lambda one: replace(one, place=place, until=0, failures=0), at=hook.place)

    def _change(self, id: str, change: Callable[[Hook], Hook], at: int | None = None) -> None:
        def changed(there: Entries) -> list[Entry]:
            return [_entry(change(one)) for one in map(_hook, there.values()) if at in (None, one.place)]

        self._store.revise(self._hooks, [id], changed)

    def _known(self, id: str) -> Hook:
        found = self.named(id)
        if found is None:
            raise UnknownName("webhook", id, nearest=nearest(id, [one.id for one in self.all()]))
        return found


def is_open(address: str) -> bool:
    """Whether an address is one of the open internet."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if inner is not None:
            return is_open(str(inner))
    return one.is_global and not one.is_multicast


def check_url(url: str, *, private: bool) -> None:
    """Refuse what is no address to send to, or says that it is on a private network.

    Whether a name leads to one is seen when it is sent to, as it may lead elsewhere by then.
    """
    parts = urlsplit(url)
    wanted = ("https", "http") if private else ("https",)
    if parts.scheme not in wanted or not parts.hostname or parts.username or len(url) > _LONGEST_URL:
        raise InvalidValue(f'"{url[:100]}" is no address to send to.', cure="Write it as https://example.org/hook.")
    if not private and _is_private(parts.hostname):
        raise InvalidValue(
            f'"{url[:100]}" is on a private network, where nothing is sent to.',
            cure="Name an address of the open internet, or set DUTA_WEBHOOK_PRIVATE=true.",
        )


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_open(host)
    except ValueError:
        return False


def _entry(hook: Hook) -> Entry:
    return Entry(hook.id, asdict(hook))


def _hook(entry: Entry) -> Hook:
    value: dict[str, Any] = {**entry.value}
    value["role"] = Role(value["role"])
    return Hook(**value)
