"""The guard: how much a document asks for, measured in one walk before anything else looks at it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.plan.errors import Code, Refused, refused
from api.plan.limits import Limits

_TRANSPARENT = {"edges", "node", "nodes"}
_INTROSPECTION = {"__schema", "__type"}
_SEARCHES = ("search", "suggest")
#: An alias can repeat a long text in every object.
_ALIAS_WEIGHT = 10
_TYPE_LISTS = {"fields", "inputFields", "interfaces", "possibleTypes"}


@dataclass(frozen=True, slots=True)
class _Size:
    """What a selection comes to, fragments written out; `lists` is how deep lists of introspection nest.

    `width` is the most that one object below is asked for, and `own` what is asked of the object itself.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    introspection: int = 0
    lists: int = 0
    schema_lists: int = 0
    searches: int = 0
    own: int = 0
    width: int = 0

    def beside(self, other: "_Size") -> "_Size":
        return _Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.introspection + other.introspection,
            max(self.lists, other.lists),
            max(self.schema_lists, other.schema_lists),
            self.searches + other.searches,
            self.own + other.own,
            max(self.width, other.width),
        )


@dataclass(slots=True)
class _Walk:
    """One walk over a document. A fragment is measured once, however often it is spread."""

    limits: Limits
    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, _Size] = field(default_factory=dict[str, _Size])
    open: set[str] = field(default_factory=set[str])
    directives: int = 0
    spreads: int = 0
    repeats: int = 0

    def selection(self, chosen: SelectionSetNode | None) -> _Size:
        size = _Size()
        if chosen is None:
            return size
        keys: Counter[str] = Counter()
        for one in chosen.selections:
            self.directives += len(one.directives or ())
            if isinstance(one, FieldNode):
                keys[one.alias.value if one.alias else one.name.value] += 1
                size = size.beside(self.field(one))
            elif isinstance(one, InlineFragmentNode):
                size = size.beside(self.selection(one.selection_set))
            elif isinstance(one, FragmentSpreadNode):
                self.spreads += 1
                size = size.beside(self.fragment(one.name.value))
        self.repeats += sum(keys.values()) - len(keys)
        return size

    def field(self, node: FieldNode) -> _Size:
        inner, name = self.selection(node.selection_set), node.name.value
        if node.alias:
            _check(len(node.alias.value), self.limits.alias_characters, "An alias has", "characters", node)
        introspects = name in _INTROSPECTION
        lists = inner.lists + (name in _TYPE_LISTS)
        return _Size(
            0 if introspects else inner.depth + (name not in _TRANSPARENT),
            1 + inner.fields,
            int(node.alias is not None) + inner.aliases,
            inner.introspection + (1 + inner.aliases if introspects else 0),
            lists,
            max(inner.schema_lists, lists if name == "__schema" else 0),
            inner.searches + (name in _SEARCHES),
            _ALIAS_WEIGHT if node.alias else 1,
            0 if introspects else max(inner.width, inner.own),
        )

    def fragment(self, name: str) -> _Size:
        """A fragment's size; a cycle counts nothing here and is refused by validation."""
        if name in self.known:
            return self.known[name]
        definition = self.fragments.get(name)
        if definition is None or name in self.open:
            return _Size()
        self.open.add(name)
        self.known[name] = self.selection(definition.selection_set)
        self.open.discard(name)
        return self.known[name]


def guard(document: DocumentNode, limits: Limits) -> dict[str, int]:
    """Refuse a document that asks for too much; its time grows with the document's length and no faster.

    The answer is the width of each operation by name: how many fields the widest object is asked for.
    """
    definitions = document.definitions
    _check(len(definitions), limits.definitions, "The document has", "definitions")
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    walk, widths = _Walk(limits, fragments), dict[str, int]()
    try:
        for name in fragments:
            walk.fragment(name)
        for operation in _operations(document):
            walk.directives += len(operation.directives or ())
            variables = operation.variable_definitions or ()
            _check(len(variables), limits.variables, "The operation declares", "variables", operation)
            walk.directives += sum(len(one.directives or ()) for one in variables)
            size = walk.selection(operation.selection_set)
            _check_size(size, limits, operation)
            widths[operation.name.value if operation.name else ""] = size.width
    except RecursionError:
        raise refused(Code.LIMIT_EXCEEDED, "The document is nested too deeply.") from None
    _check(walk.directives, limits.directives, "The document has", "directives")
    _check(walk.repeats, limits.repeats, "The document repeats response keys", "times")
    _check(walk.spreads, limits.spreads, "The document has", "fragment spreads")
    return widths


def _operations(document: DocumentNode) -> Iterator[OperationDefinitionNode]:
    return (one for one in document.definitions if isinstance(one, OperationDefinitionNode))


def _check_size(size: _Size, limits: Limits, operation: Node) -> None:
    _check(size.depth, limits.depth, "The operation nests its fields", "levels deep", operation)
    _check(size.fields, limits.fields, "The operation selects", "fields", operation)
    _check(size.aliases, limits.aliases, "The operation has", "aliases", operation)
    _check(size.searches, limits.searches, "The operation has", "searches", operation)
    _check(size.introspection, limits.introspection_aliases, "Introspection has", "root fields and aliases", operation)
    _check(size.schema_lists, 1, "Below __schema", "lists of fields or types stand in each other", operation)
    _check(size.lists, 2, "Introspection nests", "lists of fields or types in each other", operation)


def _check(count: int, most: int, what: str, of: str, *nodes: Node) -> None:
    if count > most:
        raise _too_much(f"{what} {count} {of}; {most} are allowed.", nodes)


def _too_much(message: str, nodes: tuple[Node, ...]) -> Refused:
    return refused(Code.LIMIT_EXCEEDED, f"{message} Ask for less, or in several requests.", *nodes)
