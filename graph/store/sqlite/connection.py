"""What is used of apsw's connections, typed: its own stubs leave the bindings unknown."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Protocol


class Cursor(Protocol):
    """The rows of a statement."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...

    def fetchone(self) -> tuple[Any, ...] | None: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Connection(Protocol):
    """One thread's connection; entered, it is a transaction or a savepoint in one."""

    @property
    def in_transaction(self) -> bool: ...

    def execute(self, statements: str, bindings: Any = None) -> Cursor: ...

    def executemany(self, statements: str, sequenceofbindings: Iterable[Any]) -> Cursor: ...

    def close(self) -> None: ...

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None: ...
