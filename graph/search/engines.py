"""The engines there are, by the name that a setting gives."""

from importlib.util import find_spec
from pathlib import Path

from graph.errors import UnknownName
from graph.search.index import EngineMissing, IndexFolder
from graph.search.index_folder import MakeEngine, TokenIndexFolder
from graph.search.segments import Engine, Meta

ENGINES = ("whoosh", "tantivy")


def open_index(folder: Path, engine: str = "whoosh") -> IndexFolder:
    """The indexes in a folder, kept by an engine; nothing is opened or made before it is asked.

    Raises EngineMissing where the engine's library is not installed.
    """
    makers: dict[str, MakeEngine] = {"whoosh": _whoosh, "tantivy": _tantivy}
    if engine not in makers:
        raise UnknownName("search engine", engine, nearest=ENGINES[0])
    if find_spec(engine) is None:
        raise EngineMissing(
            f"The search engine {engine} is not installed. Install Duta as duta[{engine}], or set DUTA_SEARCH_ENGINE "
            f"to {ENGINES[0]}."
        )
    return TokenIndexFolder(folder / engine, makers[engine])


def _whoosh(folder: Path, begin: Meta | None) -> Engine:
    from graph.search.whoosh_engine import WhooshEngine

    return WhooshEngine(folder, begin=begin)


def _tantivy(folder: Path, begin: Meta | None) -> Engine:
    from graph.search.tantivy_engine import TantivyEngine

    return TantivyEngine(folder, begin=begin)
