"""Spans of days, and how they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from graph.asking import Of, said
from graph.sentence import sentence
from graph.story.refusing import backwards, too_long

#: The longest span that a question may look at, in days.
LONGEST = 731


@dataclass(frozen=True, slots=True)
class DaysGiven:
    """A country and a span of days."""

    country: Annotated[str, Of("Country")] = said("The country.")
    from_: date = said("The first day.")
    to: date = said("The last day, included.")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from a first to a last one, both included."""

    first: date
    last: date

    def meets(self, other: "Span") -> "Span | None":
        """The days that both have."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None

    def touches(self, other: "Span") -> bool:
        """Whether both have a day."""
        return self.first <= other.last and other.first <= self.last

    def moved(self, to: date) -> "Span":
        """As long, from another day on."""
        return Span(to, to + (self.last - self.first))

    def days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def span_of(given: DaysGiven) -> Span:
    """The span that is asked for; InvalidValue where it makes none."""
    return checked(given.from_, given.to)


def checked(first: date, last: date) -> Span:
    """A span; InvalidValue where it ends before it starts or is too long."""
    if last < first:
        raise backwards(first, last, "to")
    if (last - first).days >= LONGEST:
        raise too_long(LONGEST, "to", sentence("Ask for a part of it."))
    return Span(first, last)
