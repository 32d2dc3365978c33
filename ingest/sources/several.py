"""Several files of one kind read as one, so that what is decided over all rows is decided over all files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.records import Rejected
from ingest.sources.rows import Row, Source


@dataclass(frozen=True)
class Several:
    """Files with the same columns, one after the other; every row keeps its own file's name."""

    sources: Sequence[Source]

    @property
    def name(self) -> str:
        return f"{self.sources[0].name} and {len(self.sources) - 1} more"

    @property
    def columns(self) -> Sequence[str]:
        return self.sources[0].columns

    @property
    def notes(self) -> Sequence[str]:
        return list(dict.fromkeys(note for source in self.sources for note in source.notes))

    def rows(self) -> Iterator[Row | Rejected]:
        for source in self.sources:
            yield from source.rows()


def together(sources: Sequence[Source]) -> list[Source]:
    """The sources, with neighbours of the same columns made one."""
    groups = list[list[Source]]()
    for source in sources:
        if groups and tuple(groups[-1][0].columns) == tuple(source.columns):
            groups[-1].append(source)
        else:
            groups.append([source])
    return [group[0] if len(group) == 1 else Several(group) for group in groups]
