from collections.abc import Sequence
from typing import Protocol

class Reading(Protocol):
    def disambiguate(self, word: str) -> str | None: ...

class AbstractDisambiguatePrefixRule:
    disambiguators: Sequence[Reading]
