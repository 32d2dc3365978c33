"""What the C2PA manifest in a picture says, and whether the picture was changed since it was signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Any


class Provenance(StrEnum):
    """What is known of where a picture comes from."""

    NONE = "NONE"
    TRUSTED = "TRUSTED"
    VALID = "VALID"
    INVALID = "INVALID"
    UNREAD = "UNREAD"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A manifest as it was read. UNREAD is where `c2pa` is not installed, VALID of a signer whom nobody vouches for.

    `actions` are what was done, by the last part of their names; `problems` the codes of what does not hold.
    """

    state: Provenance
    signer: str = ""
    made_with: str = ""
    actions: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @staticmethod
    def of(told: Mapping[str, Any]) -> "Credentials":
        """What was told of as JSON."""
        lists = (tuple(told[name]) for name in ("actions", "made_from", "problems"))
        return Credentials(Provenance(told["state"]), told["signer"], told["made_with"], *lists)


def is_installed() -> bool:
    """Whether manifests can be read and written here."""
    return find_spec("c2pa") is not None
