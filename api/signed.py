"""Signed addresses: who may fetch a picture without showing a key, and until when.

An address says until when it holds, what its holder sees and where it publishes, and a signature over all of it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from graph.store.select import Viewer

HOUR = 3_600
_STEP = 900
_COLLECTION, _KEY = "secrets", "media"
_SIGNATURE, _LONGEST = 32, 2_000
_LEVELS = range(-1, 4)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a good signature stands for."""

    viewer: Viewer
    until: int


class Signer:
    """Signs paths and checks what was signed, with a secret that the installation's processes share."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def query(self, path: str, viewer: Viewer, seconds: int = HOUR) -> str:
        """What is put behind a path; the same for a quarter of an hour, so that a browser keeps the picture."""
        until = (viewer.now // 1000 + seconds) // _STEP * _STEP + _STEP
        told = {
            "until": str(until),
            "sees": f"{viewer.live}.{viewer.draft}",
            "in": ".".join(sorted(viewer.territories)),
        }
        return f"?{urlencode({**told, 'sig': self._signature(path, told)})}"

    def check(self, path: str, given: Mapping[str, str], now: int) -> Signed | None:
        """What a query stands for at a moment in epoch milliseconds; None where it is not ours or has run out."""
        told = {name: given.get(name, "") for name in ("until", "sees", "in")}
        shown = given.get("sig", "")
        if any(len(value) > _LONGEST for value in told.values()) or not shown.isascii():
            return None
        if not hmac.compare_digest(shown, self._signature(path, told)):
            return None
        # What was signed is well-formed, as nobody else signs.
        until, (live, _, draft) = int(told["until"]), told["sees"].partition(".")
        if until * 1000 <= now or int(live) not in _LEVELS or int(draft) not in _LEVELS:
            return None
        territories = frozenset(one for one in told["in"].split(".") if one)
        return Signed(Viewer(int(live), int(draft), -1, now, territories), until)

    def _signature(self, path: str, told: Mapping[str, str]) -> str:
        text = "\n".join((path, *(f"{name}={value}" for name, value in sorted(told.items()))))
        return hmac.new(self._secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_SIGNATURE]


def signer_of(store: GraphStore) -> Signer:
    """The signer of an installation; its secret is made when it is first wanted."""

    def revision(there: Entries) -> Sequence[Entry]:
        return [there[_KEY] if _KEY in there else Entry(_KEY, {"secret": secrets.token_hex(32)})]

    entry = store.revise(_COLLECTION, [_KEY], revision)[_KEY]
    return Signer(bytes.fromhex(str(entry.value["secret"])))
