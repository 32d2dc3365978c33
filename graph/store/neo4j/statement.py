"""The algebra as Cypher: one statement that answers all questions, kept by shape, and what reads its only record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.model import Model
from graph.store.binding import Binding
from graph.store.cache import WeightedCache
from graph.store.cells import Cells
from graph.store.neo4j.cells import counted
from graph.store.neo4j.compiler import Compiler
from graph.store.neo4j.decoding import Columns
from graph.store.neo4j.naming import Decode
from graph.store.neo4j.walks import walked
from graph.store.questions import Compiled
from graph.store.select import Answer, Select, Viewer
from graph.store.shapes import BESIDE, KEPT_CHARACTERS, Shaped
from graph.store.walks import Walk


@dataclass(frozen=True, slots=True)
class Statement:
    """Text and parameters, and the decoder of the record; the text follows from the questions' shape alone."""

    text: str
    parameters: dict[str, object]
    decode: Decode

    def answers(self, record: Sequence[object]) -> dict[str, Answer]:
        return cast("dict[str, Answer]", self.decode(record[0]))


def compile_questions(model: Model, viewer: Viewer, questions: Mapping[str, Compiled | Shaped]) -> Statement:
    """The statement that answers all questions in one snapshot."""
    shaped = tuple([(name, Shaped.of(one)) for name, one in questions.items()])
    text, binding, decode = _compiled(model, shaped)
    values = [value for _, one in shaped for value in one.values]
    return Statement(text, binding.parameters(viewer, values), decode)


_Shapes: TypeAlias = tuple[tuple[str, Shaped], ...]
_KEPT: WeightedCache[tuple[Model, _Shapes], tuple[str, Binding, Decode]] = WeightedCache(KEPT_CHARACTERS)


def _compiled(model: Model, shaped: _Shapes) -> tuple[str, Binding, Decode]:
    found = _KEPT.get((model, shaped))
    if found is None:
        compiler, columns, before = Compiler(model, Binding("$")), Columns(), 0
        for name, one in shaped:
            columns.put(name, _answer(compiler, one.template(before)))
            before += len(one.values)
        found = f"{columns.calls}RETURN {columns.text}", compiler.binding, columns.decoder
        _KEPT.put((model, shaped), found, len(found[0]) + BESIDE)
    return found


def _answer(compiler: Compiler, question: Compiled) -> Columns:
    match question:
        case Select():
            return compiler.answer(question)
        case Walk():
            return walked(compiler, question)
        case Cells():
            return counted(compiler, question)
