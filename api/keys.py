"""Keys: made and shown once, kept as hashes, known again, revoked."""

import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from api.roles import Role
from graph.errors import GraphError, InvalidValue, UnknownName
from graph.model.nearest import nearest
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore

PREFIX = "duta_"
#: Who holds a key, as the log names them: this and the key's id.
ACTOR = "key:"
#: A revoked key is refused by every server after so many seconds at the latest.
FRESH_SECONDS = 3

_COLLECTION = "keys"
_TOKEN = re.compile(r"duta_([0-9a-f]{12})_([0-9a-f]{64})")
_SECRET_BYTES, _ID_BYTES = 32, 6
_MOST_KNOWN = 10_000
_NAME = 120
_LETTERS = 2
_MOST_ORIGINS = 20
#: What no secret hashes to; compared where there is no such key, so that both cases do the same.
_NO_HASH = "0" * 64
#: In CLDR's list beside the codes of ISO 3166-1.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key. Moments are in UTC; `budget` is objects a minute, None the installation's own.

    `territories` are ISO 3166-1 alpha-2 codes, and `origins` the web origins whose pages may use it. `replaces` says
    whether its embeds may show another story in place of one that may not be shown.
    """

    id: str
    name: str
    role: Role
    hash: str = field(repr=False)
    created: datetime
    territories: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    budget: int | None = None
    expires: datetime | None = None
    revoked: datetime | None = None
    used: datetime | None = None
    replaces: bool = False

    def refusal(self, now: datetime) -> str | None:
        """Why it is not good any more, for whoever holds it; None where it is."""
        if self.revoked is not None:
            return f"The key {PREFIX}{self.id} was revoked on {self.revoked:%Y-%m-%d}. Ask for a new one."
        if self.expires is not None and self.expires <= now:
            return f"The key {PREFIX}{self.id} expired at {_iso(self.expires)}. Ask for a new one."
        return None


class BadKey(Exception):
    """A token that opens nothing, with a sentence for who sent it."""


#: The same for a key that never was and for a wrong secret.
UNKNOWN = "This key is not known here. Check that it is whole and from this installation, or ask for a new one."


def _now() -> datetime:
    return datetime.now(UTC)


class Keys:
    """The keys of an installation. Calls may come from any thread.

    A good token is remembered for a few seconds by its hash; a bad one is looked up in the store each time,
    so that the time an answer takes does not tell whether there is a key of that id.
    """

    def __init__(self, store: GraphStore, *, clock: Callable[[], datetime] = _now) -> None:
        self.store, self._clock = store, clock
        self._known: OrderedDict[str, tuple[Key, datetime]] = OrderedDict()
        self._used: dict[str, datetime] = {}
        self._lock = Lock()

    def create(
        self,
        name: str,
        role: Role,
        *,
        territories: Iterable[str] = (),
        origins: Iterable[str] = (),
        budget: int | None = None,
        expires: datetime | None = None,
        replaces: bool = False,
    ) -> tuple[Key, str]:
        """A new key and its token, which nobody can tell again; raises InvalidValue."""
        now = self._clock()
        if expires is not None and expires <= now:
            raise InvalidValue(f"It would have expired at {_iso(expires)} already.", cure="Name a later day.")
        if role is Role.PUBLIC:
            raise InvalidValue("The public needs no key.", cure="Name another role.")
        id, secret = secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES)
        key = Key(
            id,
            _name(name),
            role,
            _hashed(secret),
            now,
            tuple(dict.fromkeys(map(territory, territories))),
            tuple(dict.fromkeys(map(origin, origins))),
            budget,
            expires,
            replaces=replaces,
        )
        if len(key.origins) > _MOST_ORIGINS:
            raise InvalidValue(f"{len(key.origins)} origins are given; {_MOST_ORIGINS} are allowed.")
        self.store.revise(_COLLECTION, [id], lambda _: [_entry(key)])
        return key, f"{PREFIX}{id}_{secret}"

    def all(self) -> list[Key]:
        """Every key there ever was, the oldest first."""
        found: list[Key] = []
        while page := self.store.listed(_COLLECTION, after=found[-1].id if found else ""):
            found += map(_key, page)
        return sorted(found, key=lambda key: (key.created, key.id))

    def revoke(self, id: str) -> Key:
        """Refuse a key from now on; it stays in the list. Raises UnknownName."""
        bare = id.strip().removeprefix(PREFIX).split("_")[0]
        now = self._clock()

        def end(there: Entries) -> list[Entry]:
            return [_entry(replace(key, revoked=key.revoked or now)) for key in map(_key, there.values())]

        done = self.store.revise(_COLLECTION, [bare or "-"], end)
        if not done:
            raise UnknownName("key", id, nearest=nearest(bare, [key.id for key in self.all()]))
        with self._lock:
            self._known.clear()
        return _key(done[bare])

    def key_of(self, token: str) -> Key:
        """The key of a token that is good at this moment; raises BadKey or StoreUnavailable."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise BadKey("A key is duta_, 12 characters, _ and 64 more. This is none, or it is cut off.")
        now = self._clock()
        key = self._looked_up(found[1], found[2], now)
        refusal = key.refusal(now)
        if refusal is not None:
            raise BadKey(refusal)
        with self._lock:
            self._used[key.id] = now
        return key

    def _looked_up(self, id: str, secret: str, now: datetime) -> Key:
        hashed = _hashed(secret)
        with self._lock:
            known, read = self._known.get(hashed, (None, now))
        if known is not None and known.id == id and abs((now - read).total_seconds()) < FRESH_SECONDS:
            return known
        there = self.store.entries(_COLLECTION, [id])
        key = _key(there[id]) if id in there else None
        if not hmac.compare_digest(key.hash if key else _NO_HASH, hashed) or key is None:
            raise BadKey(UNKNOWN)
        with self._lock:
            self._known[hashed] = (key, now)
            self._known.move_to_end(hashed)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return key

    def named(self, id: str) -> Key | None:
        """The key of an id, good or not; None where there is none."""
        there = self.store.entries(_COLLECTION, [id])
        return _key(there[id]) if id in there else None

    def names(self, actors: Iterable[str]) -> dict[str, str]:
        """What the holders of keys are called, of those who are named as the log names them, asked at once."""
        ids = {actor.removeprefix(ACTOR): actor for actor in actors if actor.startswith(ACTOR)}
        there = self.store.entries(_COLLECTION, list(ids)) if ids else {}
        return {actor: _key(there[id]).name for id, actor in ids.items() if id in there}

    def note_used(self) -> None:
        """Write down when keys were last used, all in one transaction; what could not be written is kept for later."""
        with self._lock:
            used, self._used = self._used, {}
        if not used:
            return
        try:
            self.store.revise(
                _COLLECTION,
                list(used),
                lambda there: [_entry(replace(key, used=used[key.id])) for key in map(_key, there.values())],
            )
        except GraphError:
            with self._lock:
                self._used = used | self._used
            raise


def territory(code: str) -> str:
    """An ISO 3166-1 alpha-2 code in its canonical form; raises InvalidValue."""
    found = code.strip().upper()
    if found not in _countries():
        by_name = {name.lower(): one for one, name in _countries().items()}
        near = by_name.get(nearest(code.strip(), by_name) or "")
        hint = f"{near} is {_countries()[near]}." if near else "Use two letters, such as VN or KR."
        raise InvalidValue(f'"{code[:60]}" is no code of ISO 3166-1.', path="territory", cure=hint)
    return found


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names = Locale("en").territories
    codes = {code for code in map(str, names) if len(code) == _LETTERS and code.isalpha()} - _NO_COUNTRY
    return {code: str(names[code]) for code in sorted(codes)}


_DEFAULT_PORTS = {"https": 443, "http": 80}
_HERE = ("localhost", "127.0.0.1", "::1")


def origin(text: str) -> str:
    """A web origin as a browser sends it; raises InvalidValue."""
    given = text.strip()
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_origin(given, "it is no address") from None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise _no_origin(given, "it does not start with https:// and a host")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise _no_origin(given, "it holds more than a host and a port")
    if "*" in host or not host.isascii() or not re.fullmatch(r"[a-z0-9.:-]+", host):
        raise _no_origin(given, "its host is no name in ASCII; a star is none either")
    if parts.scheme == "http" and host not in _HERE:
        raise _no_origin(given, "without https anybody on the way could read the key")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != _DEFAULT_PORTS[parts.scheme] else "")


def _no_origin(given: str, reason: str) -> InvalidValue:
    return InvalidValue(
        f'"{given[:100]}" is no web origin: {reason}.', path="origin", cure="Write it as https://www.example.org."
    )


def _name(text: str) -> str:
    found = " ".join(text.split())
    if not found or len(found) > _NAME or not found.isprintable():
        raise InvalidValue(
            f"A key's name has 1 to {_NAME} characters.", path="name", cure="Say who will use it, and what for."
        )
    return found


def _hashed(secret: str) -> str:
    """A secret of 256 random bits needs no slow hash."""
    return sha256(secret.encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_MOMENTS = ("created", "expires", "revoked", "used")


def _entry(key: Key) -> Entry:
    moments: dict[str, object] = {
        name: moment.isoformat() for name in _MOMENTS if (moment := getattr(key, name)) is not None
    }
    value = {
        "name": key.name,
        "role": key.role.value,
        "hash": key.hash,
        "territories": list(key.territories),
        "origins": list(key.origins),
        "budget": key.budget,
        **({"replaces": True} if key.replaces else {}),
    }
    return Entry(key.id, value | moments)


def _key(entry: Entry) -> Key:
    kept: Any = entry.value
    moments = {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if name in kept}
    return Key(
        entry.key,
        kept["name"],
        Role(kept["role"]),
        kept["hash"],
        moments["created"],
        tuple(kept["territories"]),
        tuple(kept["origins"]),
        kept["budget"],
        moments.get("expires"),
        moments.get("revoked"),
        moments.get("used"),
        kept.get("replaces", False),
    )
