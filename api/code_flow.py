"""Signing on at the provider's own page: the authorization code flow of OpenID Connect Core 1.0 (3.1), with PKCE."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from logging import getLogger
from threading import Lock
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import orjson

from api.published_keys import ProviderDown, address_in, description_of, read_json
from api.sign_on import BadToken, Person, SignOn

log = getLogger("duta.sign_on")

_SCOPE = "openid profile email"
_BYTES = 32
_AGAIN = "This sign-on was not begun in this browser, or too long ago. Begin it again."


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider calls Duta, and what proves that it is; an empty `secret` where PKCE alone does."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes to sign on, and what it keeps until it is back, out of reach of scripts."""

    url: str
    kept: str


@dataclass(frozen=True, slots=True)
class _Provider:
    authorize: str
    exchange: str
    basic: bool


class CodeFlow:
    """Sends people to the provider and learns who they are when they are back. Calls may come from any thread.

    Nothing is remembered here between the two: what binds them is kept by the browser that began.
    """

    def __init__(self, sign_on: SignOn, issuer: str, client: Client) -> None:
        self._sign_on, self._issuer, self._client = sign_on, issuer, client
        self._lock = Lock()
        self._described: _Provider | None = None

    def begin(self, back: str, after: str) -> Begun:
        """A sign-on that comes back to the address `back` and then goes on to `after`; raises ProviderDown."""
        state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": back,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        authorize = self._provider().authorize
        url = f"{authorize}{'&' if '?' in authorize else '?'}{urlencode(asked)}"
        return Begun(url, _packed({"state": state, "nonce": nonce, "verifier": verifier, "after": after}))

    def finish(self, kept: str, told: Mapping[str, str], back: str) -> tuple[Person, str]:
        """Who has come back with what the provider `told`, and what to go on to.

        Raises BadToken, NoRole or ProviderDown.
        """
        begun = _unpacked(kept)
        if not secrets.compare_digest(begun["state"].encode(), told.get("state", "").encode()):
            raise BadToken(_AGAIN)
        if "code" not in told:
            raise BadToken(f"The provider did not sign you on: {told.get('error', 'it says nothing')[:100]}.")
        form = {
            "grant_type": "authorization_code",
            "code": told["code"],
            "redirect_uri": back,
            "code_verifier": begun["verifier"],
        }
        return self._sign_on.person(self._exchanged(form), nonce=begun["nonce"]), begun["after"]

    def _exchanged(self, form: dict[str, str]) -> str:
        """The token that tells who signed on, in exchange for a code."""
        provider, client = self._provider(), self._client
        auth = None
        if client.secret and provider.basic:
            auth = httpx.BasicAuth(quote_plus(client.id), quote_plus(client.secret))
        else:
            form |= {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
        try:
            found = read_json(provider.exchange, form, auth).get("id_token")
        except httpx.HTTPError as error:
            raise self._down(error) from None
        except ValueError as error:
            log.warning("%s does not exchange a code: %s", self._issuer, error)
            raise BadToken("The provider did not confirm this sign-on. Begin it again.") from None
        if not isinstance(found, str):
            log.warning("%s answers a code with no id_token", self._issuer)
            raise BadToken("The provider did not say who signed on. Tell who runs this installation.")
        return found

    def _provider(self) -> _Provider:
        """The provider's addresses, looked up once."""
        with self._lock:
            if self._described is None:
                try:
                    told = description_of(self._issuer)
                    authorize = address_in(told, "authorization_endpoint", self._issuer)
                    exchange = address_in(told, "token_endpoint", self._issuer)
                except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                    raise self._down(error) from None
                ways = told.get("token_endpoint_auth_methods_supported")
                self._described = _Provider(authorize, exchange, not ways or "client_secret_basic" in ways)
            return self._described

    def _down(self, error: Exception) -> ProviderDown:
        log.warning("Nobody can sign on at %s: %s", self._issuer, str(error) or type(error).__name__)
        return ProviderDown()


def _packed(kept: Mapping[str, str]) -> str:
    return urlsafe_b64encode(orjson.dumps(kept)).decode()


def _unpacked(kept: str) -> dict[str, str]:
    """What the browser kept; raises BadToken where that is not what it was given."""
    try:
        found: Any = orjson.loads(urlsafe_b64decode(kept))
        return {name: str(found[name]) for name in ("state", "nonce", "verifier", "after")}
    except (ValueError, KeyError, TypeError):
        raise BadToken(_AGAIN) from None
