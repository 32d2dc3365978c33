"""The algebra as SQL: a statement whose only value is the answer as JSON, kept by shape."""

from graph.model import Model
from graph.store.binding import Binding
from graph.store.cache import WeightedCache
from graph.store.cells import Cells
from graph.store.questions import Compiled
from graph.store.select import Select, Viewer
from graph.store.shapes import BESIDE, KEPT_CHARACTERS, Shaped
from graph.store.sqlite.cells import counted
from graph.store.sqlite.compiler import Compiler
from graph.store.sqlite.walks import walked
from graph.store.walks import Walk


def compile_question(model: Model, viewer: Viewer, question: Compiled | Shaped) -> tuple[str, dict[str, object]]:
    """The statement that answers a question, and its parameters."""
    shaped = Shaped.of(question)
    text, binding = _compiled(model, shaped)
    return text, binding.parameters(viewer, shaped.values)


_KEPT: WeightedCache[tuple[Model, Shaped], tuple[str, Binding]] = WeightedCache(KEPT_CHARACTERS)


def _compiled(model: Model, shaped: Shaped) -> tuple[str, Binding]:
    found = _KEPT.get((model, shaped))
    if found is None:
        binding = Binding(":")
        # As bytes, which go out as they are: text would be decoded here only to be encoded again.
        found = f"SELECT CAST({_expression(Compiler(model, binding), shaped.template())} AS BLOB)", binding
        _KEPT.put((model, shaped), found, len(found[0]) + BESIDE)
    return found


def _expression(compiler: Compiler, question: Compiled) -> str:
    match question:
        case Select():
            return compiler.answer(question, None)
        case Walk():
            return walked(compiler, question)
        case Cells():
            return counted(compiler, question)
