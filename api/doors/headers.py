"""The headers of a request, decoded once: on its way a request has a dozen of them looked up."""

from typing import Any, TypeVar, cast

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

D = TypeVar("D")
_KEY = "duta.headers"


class KnownHeaders(Headers):
    """Headers by name, where Starlette's go through the list for each look-up."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        # Of several of one name the first counts, as with Starlette's.
        self._first = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(self._list)}

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower()]

    def __contains__(self, key: Any) -> bool:
        return key.lower() in self._first

    def get(self, key: str, default: D = None) -> str | D:  # type: ignore[assignment]
        return self._first.get(key.lower(), default)

    def getlist(self, key: str) -> list[str]:
        return super().getlist(key) if key.lower() in self._first else []


def headers_of(scope: Scope) -> KnownHeaders:
    """The headers of a request."""
    found = cast("KnownHeaders | None", scope.get(_KEY))
    if found is None:
        found = scope[_KEY] = KnownHeaders(scope)
    return found


class KnownRequest(Request):
    """A request that looks its headers up in those that were decoded."""

    @property
    def headers(self) -> Headers:
        return headers_of(self.scope)
