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
from graph.store.neo4j.naming import Decode, listed
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
    groups = _grouped([(name, Shaped.of(one)) for name, one in questions.items()])
    text, binding, decode = _compiled(model, groups)
    values = [value for group in groups for _, one in group for value in one.values]
    return Statement(text, binding.parameters(viewer, values), decode)


_Group: TypeAlias = tuple[tuple[str, Shaped], ...]
_KEPT: WeightedCache[tuple[Model, tuple[_Group, ...]], tuple[str, Binding, Decode]] = WeightedCache(KEPT_CHARACTERS)


def _grouped(shaped: Sequence[tuple[str, Shaped]]) -> tuple[_Group, ...]:
    """Walks that differ in their values alone stand together, so that Neo4j plans them once, however many they are."""
    groups: dict[object, list[tuple[str, Shaped]]] = {}
    for name, one in shaped:
        walk = one.question if isinstance(one.question, Walk) else None
        groups.setdefault((one, walk.limit, walk.ways) if walk else name, []).append((name, one))
    return tuple(map(tuple, groups.values()))


def _compiled(model: Model, groups: tuple[_Group, ...]) -> tuple[str, Binding, Decode]:
    found = _KEPT.get((model, groups))
    if found is None:
        compiler, columns, before = Compiler(model, Binding("$")), Columns(), 0
        for group in groups:
            name, one = group[0]
            if len(group) == 1:
                columns.put(name, _answer(compiler, one.template(before)))
            else:
                _add_several(compiler, columns, group, before)
            before += len(group) * len(one.values)
        apart = {group[0][0]: [name for name, _ in group] for group in groups if len(group) > 1}
        found = f"{columns.calls}RETURN {columns.text}", compiler.binding, _each_by_name(columns.decoder, apart)
        _KEPT.put((model, groups), found, len(found[0]) + BESIDE)
    return found


def _add_several(compiler: Compiler, columns: Columns, group: _Group, before: int) -> None:
    """Answer questions of one shape by one text, which is the same for any number of them; a list, in their order."""
    name, one = group[0]
    answer, answers = compiler.binding.name("a"), compiler.binding.name("a")
    with compiler.binding.for_each(len(group), len(one.values)) as each:
        said = _answer(compiler, one.template(before))
    columns.call(
        f"CALL () {{ UNWIND ${each.variable} AS {each.variable} {said.calls}"
        f"WITH {each.variable}.place AS place, {said.text} AS {answer} ORDER BY place"
        f" RETURN collect({answer}) AS {answers} }}"
    )
    columns.add(name, answers, listed(said.read, backward=False))


def _each_by_name(decode: Decode, apart: Mapping[str, Sequence[str]]) -> Decode:
    """Lists of answers, which stand under the first of their names, as one under each."""
    if not apart:
        return decode

    def decoded(value: object) -> object:
        found = cast("dict[str, object]", decode(value))
        for first, names in apart.items():
            found |= zip(names, cast("list[object]", found[first]), strict=True)
        return found

    return decoded


def _answer(compiler: Compiler, question: Compiled) -> Columns:
    match question:
        case Select():
            return compiler.answer(question)
        case Walk():
            return walked(compiler, question)
        case Cells():
            return counted(compiler, question)
