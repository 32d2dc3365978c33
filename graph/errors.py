"""What can go wrong when the graph is asked or told something.

GraphError
+ InvalidValue
+ UnknownName
+ UnknownId
+ StaleWrite
+ StoreUnavailable
  + WriteUnknown
+ StoreOutdated
+ StoreNotEmpty
+ ArchiveBroken
+ AnswerTooLarge
+ IndexUnusable
"""

from graph.sentence import together


class GraphError(Exception):
    """Something the graph refuses or cannot do, with a sentence for the person who asked."""


class InvalidValue(GraphError):
    """A value that its property cannot hold."""

    def __init__(self, reason: str, *, path: str = "", cure: str = "") -> None:
        self.reason, self.path, self.cure = reason, path, cure
        self.told = together(f"{path}:" if path else "", reason, cure)
        super().__init__(self.told)

    def within(self, path: str) -> "InvalidValue":
        """The same refusal, told of a larger thing that has the value at this path."""
        return InvalidValue(self.reason, path=path + self.path, cure=self.cure)


class UnknownName(GraphError):
    """A type, property or link that the model does not declare."""

    def __init__(self, what: str, name: str, *, nearest: str | None = None) -> None:
        self.what, self.name, self.nearest = what, name, nearest
        hint = f'; did you mean "{nearest}"?' if nearest else "."
        super().__init__(f'There is no {what} "{name}"{hint}')


class UnknownId(GraphError):
    """An id that no node bears."""

    def __init__(self, id: str, *, nearest: str | None = None) -> None:
        self.id, self.nearest = id, nearest
        hint = f'; did you mean "{nearest}"?' if nearest else "."
        super().__init__(f'There is nothing with the id "{id}"{hint}')


class StaleWrite(GraphError):
    """An edit of a revision that is no longer the newest."""

    def __init__(self, id: str, *, read: int, now: int) -> None:
        self.id, self.read, self.now = id, read, now
        super().__init__(f'"{id}" was read at revision {read} and is at {now} now; read it again and repeat the edit.')


class StoreUnavailable(GraphError):
    """The store does not answer, refuses the password or cannot be opened."""


class WriteUnknown(StoreUnavailable):
    """The store went away in the middle of a commit, and whether something was written is not known."""


class StoreOutdated(GraphError):
    """The store was written by another schema, and the way over is more than adding."""


class StoreNotEmpty(GraphError):
    """A store that is to be filled and holds something."""


class ArchiveBroken(GraphError):
    """A backup that was cut off or changed, or that this version cannot hold."""


class AnswerTooLarge(GraphError):
    """A question whose answer has more bytes than a store puts together."""


class IndexUnusable(GraphError):
    """The search index cannot be opened as it is; it has to be rebuilt."""
