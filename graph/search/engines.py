"""The engines there are, by the name that a setting gives."""

from pathlib import Path

from graph.errors import UnknownName
from graph.search.index import IndexFolder
from graph.search.index_folder import TokenIndexFolder
from graph.search.segments import Engine, Meta

ENGINES = ("whoosh",)


def open_index(folder: Path, engine: str = "whoosh") -> IndexFolder:
    """The indexes in a folder, kept by an engine; nothing is opened or made before it is asked."""
    if engine not in ENGINES:
        raise UnknownName("search engine", engine, nearest=ENGINES[0])
    return TokenIndexFolder(folder / engine, _whoosh)


def _whoosh(folder: Path, begin: Meta | None) -> Engine:
    from graph.search.whoosh_engine import WhooshEngine

    return WhooshEngine(folder, begin=begin)
