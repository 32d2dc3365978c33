"""Which piece of a file a request asks for, by RFC 9110."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece: where it begins, how long it is, and whether it is less than the whole."""

    start: int
    length: int
    partial: bool

    def headers(self, size: int) -> dict[str, str]:
        end = self.start + self.length - 1
        return {"Content-Range": f"bytes {self.start}-{end}/{size}"} if self.partial else {}


def span_of(headers: Mapping[str, str], size: int, tag: str) -> Span | None:
    """The piece asked for: the whole where none, several or a malformed one is; None where there is nothing in it."""
    whole = Span(0, size, False)
    asked = _RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or headers.get("if-range", tag) != tag:
        return whole
    first, last = asked.groups()
    if not first and not last:
        return whole
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end or start >= size:
        # The other way round is malformed and not out of reach.
        return whole if first and last and int(first) > int(last) else None
    return Span(start, end - start + 1, True)
