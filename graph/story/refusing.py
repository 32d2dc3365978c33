"""Refusals that many questions have in common, each told by what its sentence is made of."""

from datetime import date

from graph.errors import InvalidValue
from graph.sentence import sentence


def unknown(kind: str, id: str, path: str, *, cure: str = "") -> InvalidValue:
    """An id of nothing that is there, as far as the caller may see; `kind` is what it should be, in a word."""
    return InvalidValue(sentence('There is no {kind:word} with the id "{id}".', kind=kind, id=id), path=path, cure=cure)


def backwards(first: date, last: date, path: str, *, cure: str = "") -> InvalidValue:
    """Days that end before they start."""
    return InvalidValue(
        sentence("It ends on {last}, before it starts on {first}.", first=first, last=last), path=path, cure=cure
    )


def too_long(most: int, path: str, cure: str) -> InvalidValue:
    """More days than are looked at."""
    return InvalidValue(sentence("It is longer than {most} days.", most=most), path=path, cure=cure)


def outside(value: float, least: float, most: float, path: str, *, cure: str = "") -> InvalidValue:
    """A number that is not within its bounds."""
    told = sentence("{value} is not from {least} to {most}.", value=f"{value:g}", least=f"{least:g}", most=f"{most:g}")
    return InvalidValue(told, path=path, cure=cure)
