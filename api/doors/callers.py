"""Who calls, and what that lets them see."""

import ipaddress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import HTTPConnection

from api.code_flow import Client, CodeFlow
from api.doors.viewers import Perspective, viewer_of
from api.keys import ACTOR, BadKey, Key, Keys, territory
from api.keys import PREFIX as KEY_PREFIX
from api.plan.budgets import Budgets, Purse
from api.plan.errors import Code, refused
from api.published_keys import ProviderDown, PublishedKeys
from api.roles import Role
from api.sessions import Lasting, Sessions
from api.settings import LOOPBACK, Settings
from api.sign_on import BadToken, NoRole, Person, SignOn
from graph.errors import InvalidValue, StoreUnavailable
from graph.store.select import Viewer

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_THREADS = 4
_LONGEST = 16_000
_IPV6_SITE = 64
_HERE = "here"
#: How often a minute somebody at one address may try to sign in.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """Who calls. `name` is for logs, empty for the public; without `purse` there is no budget.

    `territories` and `origins` are the key's: where its holder publishes, and whose pages may use it. `signed_in` is
    the name of the key with which somebody signed in at a page, or of who signed on; `email` is an address of theirs
    that the sign-on has verified.
    """

    role: Role = Role.PUBLIC
    name: str = ""
    territories: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    purse: Purse | None = None
    signed_in: str = ""
    email: str = ""

    def spend(self, objects: int) -> None:
        """Take what is asked from the budget, where there is one; raises Refused."""
        if self.purse is not None:
            self.purse.spend(objects)

    @property
    def is_here(self) -> bool:
        """Whether the caller is somebody for sitting at the demonstration's machine."""
        return self.name == _HERE

    def viewer(self, perspective: Perspective = Perspective.PUBLISHED) -> Viewer:
        """What the caller sees; refused where it may not take the perspective."""
        return viewer_of(self.role, perspective, self.territories)


class Callers:
    """Tells who calls, for every door that asks the store.

    A caller who shows nothing is the public, but for one on this machine in the demonstration's home. A caller
    who shows a key that is not good is refused and never taken for the public.
    """

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._settings, self.keys = settings, keys
        lasting = Lasting(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))
        self.sessions = Sessions(keys.store, keys, lasting)
        # Asked of the disk once: a home becomes the demonstration's before it is served.
        self._demonstration = settings.is_demonstration
        self._budgets = Budgets(minutes=settings.budget_minutes)
        self._sign_on = sign_on_of(settings)
        #: Where people sign on at the organisation's own page; None where the settings name none.
        self.code_flow = code_flow_of(settings)
        # A provider that is slow to answer holds up only those who sign on.
        self._threads, self._sign_on_threads = CapacityLimiter(_THREADS), CapacityLimiter(_THREADS)

    async def known(self, connection: HTTPConnection) -> Known:
        """The caller; raises Refused."""
        shown = connection.headers.getlist("authorization")
        if not shown:
            return self._unnamed(connection)
        token = _token(shown)
        if token.startswith(KEY_PREFIX) or self._sign_on is None:
            known = await anyio.to_thread.run_sync(self._by_key, token, limiter=self._threads)
        else:
            signed = partial(self._by_sign_on, self._sign_on, token)
            known = await anyio.to_thread.run_sync(signed, limiter=self._sign_on_threads)
        _check_origin(known, connection)
        return known

    async def reader(self, connection: HTTPConnection) -> Known:
        """The caller of a page that is read, who may have signed in there; raises Refused."""
        name, _ = cookie_of(connection)
        token = connection.cookies.get(name, "")
        if not token or "authorization" in connection.headers:
            return await self.known(connection)
        who = await anyio.to_thread.run_sync(self.sessions.holder, token[:_LONGEST], limiter=self._threads)
        if isinstance(who, Key):
            return replace(self._holder(who), signed_in=who.name)
        # Where the settings name no such page any more, nobody is known from it either.
        if who is None or self.code_flow is None:
            return self._unnamed(connection)
        return replace(self._signed_on(who), signed_in=who.name or who.subject, email=who.email)

    def attempted(self, connection: HTTPConnection) -> None:
        """Count somebody who tries to sign in; refused where there were too many from one address."""
        self._budgets.purse(f"sign-in:{site_of(connection)}", _ATTEMPTS).spend(1)

    def signed_in(self, token: str) -> str:
        """Begin a session for the holder of a key; raises BadKey."""
        return self.sessions.begin(self.keys.key_of(token))

    def territories(self, connection: HTTPConnection) -> frozenset[str]:
        """The country that the installation's own proxy says the caller is in; empty where nobody says so."""
        header = self._settings.territory_header
        told = connection.headers.get(header, "").strip().upper() if header else ""
        try:
            return frozenset({territory(told)} if told else ())
        except InvalidValue:
            return frozenset()

    def _unnamed(self, connection: HTTPConnection) -> Known:
        if self._demonstration and is_local(connection):
            return Known(Role.PLANNER, _HERE)
        budget = self._settings.budget_per_address
        return Known(purse=self._purse(f"address:{site_of(connection)}", budget) if budget else None)

    def _by_key(self, token: str) -> Known:
        try:
            key = self.keys.key_of(token)
        except BadKey as error:
            raise refused(Code.UNAUTHENTICATED, str(error)) from None
        except StoreUnavailable:
            raise refused(
                Code.STORE_UNAVAILABLE,
                "The store does not answer, so no key can be checked. Try again in a moment.",
            ) from None
        return self._holder(key)

    def _holder(self, key: Key) -> Known:
        name = f"{ACTOR}{key.id}"
        purse = self._purse(name, key.budget or self._settings.budget_per_key)
        return Known(key.role, name, frozenset(key.territories), frozenset(key.origins), purse)

    def _by_sign_on(self, sign_on: SignOn, token: str) -> Known:
        try:
            person = sign_on.person(token)
        except BadToken as error:
            raise refused(Code.UNAUTHENTICATED, str(error)) from None
        except NoRole as error:
            raise refused(Code.FORBIDDEN, str(error)) from None
        except ProviderDown:
            raise refused(
                Code.SIGN_ON_UNAVAILABLE,
                "The sign-on's provider does not answer, so no token can be checked. Try again in a moment.",
            ) from None
        return self._signed_on(person)

    def _signed_on(self, person: Person) -> Known:
        name = f"sign-on:{person.subject}"
        return Known(person.role, name, purse=self._purse(name, self._settings.budget_per_key))

    def _purse(self, who: str, per_minute: int) -> Purse | None:
        return self._budgets.purse(who, per_minute) if per_minute else None


def cookie_of(connection: HTTPConnection) -> tuple[str, bool]:
    """The name of the cookie of a session, and whether it is for https alone, as it is wherever that is spoken."""
    secure = connection.url.scheme == "https"
    return ("__Host-duta" if secure else "duta"), secure


def sign_on_of(settings: Settings) -> SignOn | None:
    """What checks tokens of the provider that the settings name; None where they name none."""
    audience = settings.oidc_audience
    return _sign_on(settings, settings.oidc_issuer, audience) if settings.oidc_issuer and audience else None


def code_flow_of(settings: Settings) -> CodeFlow | None:
    """What lets people sign on at the provider's own page; None where the settings do not name Duta as its client."""
    issuer, client = settings.oidc_issuer, settings.oidc_client_id
    if issuer is None or client is None:
        return None
    # What the provider tells of who signed on names the client as its audience, not the API.
    secret = settings.oidc_client_secret.get_secret_value()
    return CodeFlow(_sign_on(settings, issuer, client), issuer, Client(client, secret))


def _sign_on(settings: Settings, issuer: str, audience: str) -> SignOn:
    keys = PublishedKeys(issuer, settings.oidc_jwks_url)
    return SignOn(keys, issuer, audience, claim=settings.oidc_role_claim, roles=dict(settings.oidc_roles))


def _token(shown: list[str]) -> str:
    if len(shown) > 1:
        raise refused(Code.UNAUTHENTICATED, "There are several Authorization headers. Send one.")
    scheme, _, token = shown[0].strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii() or len(token) > _LONGEST:
        raise refused(Code.UNAUTHENTICATED, "The Authorization header holds no key. Send it as `Bearer duta_...`.")
    return token


def _check_origin(known: Known, connection: HTTPConnection) -> None:
    """A key that names origins is not for other sites' pages; our own pages may use any."""
    origin = connection.headers.get("origin")
    if not known.origins or origin is None or origin in known.origins or is_own(origin, connection):
        return
    raise refused(
        Code.FORBIDDEN,
        f"This key is not for pages of {origin[:100]}. Use it on one of its own, or ask for another key.",
    )


def is_own(origin: str, connection: HTTPConnection) -> bool:
    """Whether an Origin header names the address that the request was sent to."""
    return origin.partition("://")[2].lower() == connection.headers.get("host", "").lower()


def is_local(connection: HTTPConnection) -> bool:
    """Whether a caller is on this machine and means it.

    The name asked for has to be this machine's too: a page elsewhere whose name was pointed here (DNS
    rebinding) asks under its own. What came through a proxy is not from this machine, and what a page of
    another site sends is not meant by who sits at it.
    """
    origin = connection.headers.get("origin")
    if origin is not None and not is_own(origin, connection):
        return False
    return calls_from_here(connection) and host_name(connection.headers.get("host", "")) in LOOPBACK


def site_of(connection: HTTPConnection) -> str:
    """The address that a budget belongs to; of IPv6 the first 64 bits, which one site has to itself."""
    try:
        address = _address(connection)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return str(address)


def host_name(header: str) -> str:
    """The name in a Host header, without its port and in lower case; empty where it is malformed."""
    value = header.strip().lower()
    if value.startswith("["):
        name, closed, rest = value[1:].partition("]")
        return name if closed and _is_port(rest) else ""
    name, colon, port = value.partition(":")
    return name.rstrip(".") if _is_port(colon + port) else ""


def _is_port(rest: str) -> bool:
    return not rest or (rest.startswith(":") and rest[1:].isdigit())


def calls_from_here(connection: HTTPConnection) -> bool:
    """Whether the caller is on this machine and came through no proxy."""
    if any(name in connection.headers for name in _FORWARDING):
        return False
    try:
        return _address(connection).is_loopback
    except ValueError:
        return False


def _address(connection: HTTPConnection) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The caller's address, as IPv4 where it is one; raises ValueError where there is none."""
    return _parsed(connection.client.host if connection.client else "")


@lru_cache(maxsize=1024)
def _parsed(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
