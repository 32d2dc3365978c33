"""The organisation's sign-on: signed tokens of its OpenID Connect provider, and the role that they give."""

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError, SecurityWarning

from api.published_keys import Key, PublishedKeys
from api.roles import Role

#: With a key that only the provider has; never one that both know, and never none.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
_LEEWAY, _LONGEST_NAME = 30, 100
_TYPES = (None, "jwt", "at+jwt", "application/at+jwt")
_ROLES = list(Role)

# An older name of Ed25519 that providers still send.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)


class BadToken(Exception):
    """A token that is not good, with a sentence for who sent it."""


class NoRole(Exception):
    """A good token that gives no role here."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed on, by the provider's id for them, and as what; `name` is what people call them.

    `email` is an address that the provider says it has verified.
    """

    subject: str
    role: Role
    name: str = ""
    email: str = ""


class SignOn:
    """Tells who has signed on. Calls may come from any thread.

    `claim` is where a token names its roles, with dots between levels; `roles` says what they are here, and where
    it is empty they are named as ours.
    """

    def __init__(
        self,
        keys: PublishedKeys,
        issuer: str,
        audience: str,
        *,
        claim: str = "roles",
        roles: Mapping[str, Role] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys, self._claim = keys, claim
        self._roles = roles or {role.value: role for role in Role if role is not Role.PUBLIC}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def person(self, token: str, *, nonce: str | None = None) -> Person:
        """Who a token is of; with `nonce` one that was made for this sign-on. Raises BadToken, NoRole, ProviderDown."""
        try:
            found = jwt.decode(token, self._key, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            raise BadToken("This token is signed by a key that the sign-on's provider does not publish.") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise BadToken(
                "This is neither a key of Duta's, which begins with duta_, nor a token of the sign-on's provider."
            ) from None
        try:
            self._claims.validate(found.claims)
        except ExpiredTokenError:
            raise BadToken("This token has expired. Sign on again.") from None
        except ClaimError as error:
            raise BadToken(f'The claim "{error.claim}" of this token is not one for this installation.') from None
        if nonce is not None and found.claims.get("nonce") != nonce:
            raise BadToken("This token was made for another sign-on. Sign on again.")
        return Person(str(found.claims["sub"]), self._role(found.claims), _name(found.claims), _email(found.claims))

    def _key(self, signed: Any) -> Key:
        """The provider's key for a token's header, which nobody has checked yet."""
        header: Mapping[str, Any] = signed.headers()
        type_, id = header.get("typ"), header.get("kid")
        if header.get("alg") not in ALGORITHMS or not isinstance(id, str | None):
            raise ValueError("no algorithm of ours")
        if (type_.lower() if isinstance(type_, str) else type_) not in _TYPES:
            raise ValueError("no token of who signed on")
        key = self._keys.key(id)
        if key is None:
            raise InvalidKeyIdError
        return key

    def _role(self, claims: Mapping[str, Any]) -> Role:
        given = [self._roles[name] for name in names_in(claims, self._claim) if name in self._roles]
        if not given:
            raise NoRole(f'The sign-on gives no role here in its claim "{self._claim}". Ask for one.')
        return max(given, key=_ROLES.index)


def _name(claims: Mapping[str, Any]) -> str:
    """What a person is called: the first of the usual claims that says something."""
    told = (claims.get(name) for name in ("name", "preferred_username", "email"))
    return next((one.strip()[:_LONGEST_NAME] for one in told if isinstance(one, str) and one.strip()), "")


def _email(claims: Mapping[str, Any]) -> str:
    given = claims.get("email")
    return given.strip() if isinstance(given, str) and claims.get("email_verified") is True else ""


def names_in(claims: Mapping[str, Any], path: str) -> list[str]:
    """The words of a claim: a list of them, or a text with spaces between; the claim's name may hold dots itself."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = cast("Mapping[str, Any]", found).get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return found.split()
    listed = cast("list[object]", found) if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, str)]
