"""The keys that a sign-on's provider publishes: fetched when they are needed, and kept for a while."""

import time
from collections.abc import Callable, Iterator, Mapping
from logging import getLogger
from threading import Lock
from typing import Any, TypeAlias, cast

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

log = getLogger("duta.sign_on")

Key: TypeAlias = RSAKey | ECKey | OKPKey

_DISCOVERY = "/.well-known/openid-configuration"
_SECONDS, _BYTES, _MOST, _OK = 5.0, 256_000, 100, 200
#: How long keys are used before they are fetched again, and how long where the provider does not answer.
_FRESH, _STALE = 600.0, 3600.0
#: Between two fetches, whatever is sent to us.
_PAUSE = 10.0


class ProviderDown(Exception):
    """The provider does not answer, or not with what it should."""


class PublishedKeys:
    """The public keys of one issuer by their ids. Calls may come from any thread.

    Without `url` the address of the keys is the one that the issuer's own description names. A key with an id
    that is unknown makes them be fetched again, but no sooner than some seconds after the last time.
    """

    def __init__(self, issuer: str, url: str | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._url, self._clock = issuer, url, clock
        self._lock = Lock()
        self._keys: list[Key] = []
        self._fetched = self._tried = -_STALE
        self._failed = False

    def key(self, id: str | None) -> Key | None:
        """The key with this id, or without one the only key there is; None where there is none. Raises ProviderDown."""
        with self._lock:
            now = self._clock()
            if now - self._fetched >= _FRESH:
                self._fetch(now)
            found = self._found(id)
            if found is None:
                self._fetch(now)
                found = self._found(id)
            if found is None and self._failed:
                raise ProviderDown
            return found

    def _found(self, id: str | None) -> Key | None:
        if id is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.kid == id), None)

    def _fetch(self, now: float) -> None:
        if now - self._tried < _PAUSE:
            return
        self._tried = now
        try:
            self._keys = list(_usable(read_json(self._address())))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self._failed = True
            log.warning("The keys of %s cannot be fetched: %s", self._issuer, str(error) or type(error).__name__)
            if now - self._fetched >= _STALE:
                self._keys = []
        else:
            self._failed, self._fetched = False, now

    def _address(self) -> str:
        if self._url is None:
            # Looked up once: a provider that moves its keys is configured anew.
            self._url = address_in(description_of(self._issuer), "jwks_uri", self._issuer)
        return self._url


def description_of(issuer: str) -> dict[str, Any]:
    """What an issuer tells of itself; raises httpx.HTTPError or ValueError."""
    told = read_json(f"{issuer.rstrip('/')}{_DISCOVERY}")
    if told.get("issuer") != issuer:
        raise ValueError(f'its description is of the issuer "{str(told.get("issuer"))[:200]}"')
    return told


def address_in(description: dict[str, Any], name: str, issuer: str) -> str:
    """An address that an issuer's description names, as safe to call as the issuer's own; raises ValueError."""
    found = description.get(name)
    if not isinstance(found, str) or not found.startswith(_scheme(issuer)):
        raise ValueError(f'its description names no address as "{name}"')
    return found


def read_json(url: str, form: Mapping[str, str] | None = None, auth: httpx.BasicAuth | None = None) -> dict[str, Any]:
    """A JSON object from an address, or in answer to a form, within bounds of size and time.

    Raises httpx.HTTPError or ValueError.
    """
    until, body = time.monotonic() + _SECONDS, bytearray()
    accept = {"Accept": "application/json", "Accept-Encoding": "identity"}
    with (
        httpx.Client(timeout=_SECONDS, follow_redirects=False, auth=auth) as client,
        client.stream("GET" if form is None else "POST", url, headers=accept, data=form) as answer,
    ):
        if answer.status_code != _OK:
            raise ValueError(f"{url} answers {answer.status_code}")
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > _BYTES:
                raise ValueError(f"{url} answers more than {_BYTES} bytes")
            if time.monotonic() > until:
                raise ValueError(f"{url} takes more than {_SECONDS:.0f} seconds")
    found: object = orjson.loads(bytes(body))
    if not isinstance(found, dict):
        raise ValueError(f"{url} answers no JSON object")  # noqa: TRY004 - as whatever else is wrong with it
    return cast("dict[str, Any]", found)


def _usable(told: dict[str, Any]) -> Iterator[Key]:
    """The keys that signatures can be checked by; what is not understood, secret or for something else is left out."""
    listed: Any = told.get("keys")
    if not isinstance(listed, list):
        raise ValueError("the answer holds no list of keys")  # noqa: TRY004 - as whatever else is wrong with it
    for one in cast("list[dict[str, Any]]", listed)[:_MOST]:
        try:
            key = import_key(one) if one.get("use", "sig") == "sig" else None
        except (JoseError, ValueError, TypeError, AttributeError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            yield key


def _scheme(url: str) -> str:
    return f"{url.partition('://')[0]}://"
