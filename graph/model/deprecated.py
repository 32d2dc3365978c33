"""What is going to go: since when that is told, until when it stays, and what to use instead."""

from dataclasses import dataclass
from datetime import date

#: How long what partners use stays after they were told, at the least.
NOTICE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A promise to whoever still uses it. `instead` is a sentence, such as "Use `title`."; raises ValueError."""

    instead: str
    since: date
    until: date

    def __post_init__(self) -> None:
        if (self.until - self.since).days < NOTICE_DAYS:
            raise ValueError(
                f"From {self.since} to {self.until} are {(self.until - self.since).days} days; "
                f"{NOTICE_DAYS} are the least. Set a later `until`."
            )

    @property
    def reason(self) -> str:
        """As the contract and the pages say it."""
        return f"{self.instead} Deprecated since {self.since}. Gone after {self.until}."
