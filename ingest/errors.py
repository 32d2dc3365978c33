"""What can be wrong with a whole file or a mapping; a single bad record is a `Rejected`, not an exception.

SourceError
+ SourceMissing
+ SourceEmpty
+ SourceBinary
+ WrongEncoding
+ BrokenJson
+ NoDelimiter
+ UnknownColumn
+ MissingColumn
+ UndecidedDates
+ MappingError
"""

from graph.sentence import Sentence, together


class SourceError(Exception):
    """A file that cannot be read as what it should be: what is wrong, where, and the cure."""

    def __init__(self, where: str, reason: str, cure: str = "") -> None:
        self.where, self.reason, self.cure = where, reason, cure
        super().__init__(self.told)

    @property
    def told(self) -> Sentence:
        """All of it, for whoever tells it in another language."""
        return together(f"{self.where}:", self.reason, self.cure)


class SourceMissing(SourceError):
    """There is no such file, or it may not be read."""


class SourceEmpty(SourceError):
    """The file holds nothing."""


class SourceBinary(SourceError):
    """The file is not text."""


class WrongEncoding(SourceError):
    """Bytes that the encoding does not know; `line` counts from 1, `byte` from 0 in the file."""

    def __init__(self, where: str, reason: str, cure: str, *, line: int, byte: int) -> None:
        self.line, self.byte = line, byte
        super().__init__(where, reason, cure)


class BrokenJson(SourceError):
    """JSON that ends too early or is none; `line` and `column` count from 1."""

    def __init__(self, where: str, reason: str, cure: str, *, line: int, column: int) -> None:
        self.line, self.column = line, column
        super().__init__(where, reason, cure)


class NoDelimiter(SourceError):
    """A table whose cells no delimiter separates consistently."""


class UnknownColumn(SourceError):
    """A column that is no property and no link of its type."""

    def __init__(self, where: str, column: str, reason: str, cure: str) -> None:
        self.column = column
        super().__init__(where, reason, cure)


class MissingColumn(SourceError):
    """A column that the mapping needs and the table does not have."""

    def __init__(self, where: str, column: str, reason: str, cure: str) -> None:
        self.column = column
        super().__init__(where, reason, cure)


class UndecidedDates(SourceError):
    """A column of dates that can be read day first and month first, or mixes both."""

    def __init__(self, where: str, column: str, reason: str, cure: str) -> None:
        self.column = column
        super().__init__(where, reason, cure)


class MappingError(SourceError):
    """A mapping that says something we cannot do; `key` is its dotted place in the TOML."""

    def __init__(self, where: str, key: str, reason: str, cure: str = "") -> None:
        self.key = key
        super().__init__(where, together(f"{key}:" if key else "", reason), cure)
