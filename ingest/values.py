"""Values of a mapping, compiled once per file into closures: cells in, trimmed text out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from typing import TypeAlias, cast

from graph.model.nearest import nearest
from graph.sentence import sentence
from graph.store.ids import slug
from ingest import mapping as toml
from ingest.dates import Order
from ingest.errors import MappingError
from ingest.fields import CellError
from ingest.identity import wikidata_id, wikidata_url

Cells: TypeAlias = Mapping[str, object]
Text: TypeAlias = str | list[str] | None
Getter: TypeAlias = Callable[[Cells], Text]
Test: TypeAlias = Callable[[Cells], bool]
Transform: TypeAlias = Callable[[str], str | None]


@dataclass(frozen=True)
class Scope:
    """What values may refer to: the columns under our names, the value tables, the orders of date columns."""

    where: str
    getters: Mapping[str, Getter]
    shown: Mapping[str, str]
    tables: Mapping[str, "Table"]
    orders: Mapping[str, Order] = field(default_factory=dict[str, Order])

    def getter(self, alias: str, key: str) -> Getter:
        """The reader of a column; raises MappingError for one that [columns] does not name."""
        try:
            return self.getters[alias]
        except KeyError:
            guess = nearest(alias, self.getters)
            cure = sentence('Did you mean "{guess}"?', guess=guess) if guess else sentence("Name it under [columns].")
            raise MappingError(self.where, key, f'There is no column "{alias}" under [columns].', cure) from None

    def table(self, name: str, key: str) -> "Table":
        """A value table; raises MappingError for one that [tables] does not have."""
        try:
            return self.tables[name]
        except KeyError:
            guess = nearest(name, self.tables)
            cure = sentence('Did you mean "{guess}"?', guess=guess) if guess else sentence("Add it under [tables].")
            raise MappingError(self.where, key, f'There is no table "{name}".', cure) from None


class Table:
    """A value table: exact values first, then those with * in their order; without case."""

    def __init__(self, name: str, entries: Mapping[str, str | toml.Refuse]) -> None:
        self.name = name
        self._exact: dict[str, str | toml.Refuse | None] = {
            known.casefold(): entry for known, entry in entries.items() if "*" not in known
        }
        self._patterns = [
            (re.compile(translate(known.casefold())), entry) for known, entry in entries.items() if "*" in known
        ]

    def find(self, value: str) -> str | toml.Refuse | None:
        """What stands for a value, or None; remembered, since columns repeat their values."""
        folded = value.casefold()
        if folded not in self._exact:
            self._exact[folded] = next((entry for pattern, entry in self._patterns if pattern.fullmatch(folded)), None)
        return self._exact[folded]


def compile_value(value: toml.Value, scope: Scope, key: str) -> Getter:
    """A reader of one value: its text, its texts where it splits, or None where the row has none."""
    get = _with_steps(_origin(value, scope, key), value, scope, key)
    if not value.when:
        return get
    test = compile_conditions(value.when, scope, key)
    return lambda cells: get(cells) if test(cells) else None


def columns_of(value: toml.Value) -> list[str]:
    """The columns, under our names, that a value comes from."""
    if value.column is not None:
        return [value.column]
    return [alias for aliases, _ in _placeholders(value.template or "") for alias in aliases]


def shown_column(value: toml.Value, scope: Scope) -> str:
    """What the file calls the columns that a value comes from, for messages."""
    return " + ".join(scope.shown.get(alias, alias) for alias in columns_of(value))


def compile_conditions(conditions: Sequence[toml.Condition], scope: Scope, key: str) -> Test:
    """Whether all that a list of conditions says holds for a row."""
    tests = [test for condition in conditions for test in _tests(condition, scope, key)]
    if len(tests) == 1:
        return tests[0]
    return lambda cells: all(test(cells) for test in tests)


def _tests(condition: toml.Condition, scope: Scope, key: str) -> list[Test]:
    get = scope.getter(condition.column, key)

    def text(cells: Cells) -> str:
        found = get(cells)
        return "" if found is None else found if isinstance(found, str) else ";".join(found)

    tests = list[Test]()
    if condition.is_ is not None:
        wanted = frozenset(one.casefold() for one in condition.is_)
        tests.append(lambda cells: text(cells).casefold() in wanted)
    if condition.is_not is not None:
        unwanted = frozenset(one.casefold() for one in condition.is_not)
        tests.append(lambda cells: text(cells).casefold() not in unwanted)
    if condition.matches is not None:
        pattern = _pattern(condition.matches, scope, key)
        tests.append(lambda cells: pattern.search(text(cells)) is not None)
    if condition.not_matches is not None:
        other = _pattern(condition.not_matches, scope, key)
        tests.append(lambda cells: other.search(text(cells)) is None)
    if condition.blank is not None:
        blank = condition.blank
        tests.append(lambda cells: (not text(cells)) is blank)
    if condition.same_as is not None:
        twin = scope.getter(condition.same_as, key)
        tests.append(lambda cells: bool(text(cells)) and get(cells) == twin(cells))
    if not tests:
        raise MappingError(
            scope.where,
            key,
            f'The condition on "{condition.column}" says nothing.',
            "Say is, matches, blank or same_as.",
        )
    return tests


def _origin(value: toml.Value, scope: Scope, key: str) -> Getter:
    if value.constant is not None:
        constant: Text = (
            [str(one) for one in value.constant] if isinstance(value.constant, list) else _constant(value.constant)
        )
        return lambda _: constant
    if value.template is not None:
        return compile_template(value.template, scope, key)
    return scope.getter(cast("str", value.column), key)


def _constant(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with_steps(get: Getter, value: toml.Value, scope: Scope, key: str) -> Getter:
    column = shown_column(value, scope)
    if value.split is not None:
        get = _splitter(get, value.split)
    if value.extract is not None:
        get = _each(get, _extractor(_pattern(value.extract, scope, key)))
    if value.table is not None:
        get = _each(
            get, _looked_up(scope.table(value.table, key), column, value.default, lenient=value.default is not None)
        )
    elif value.default is not None:
        return lambda cells: get(cells) or value.default
    if value.decimal == ",":
        get = _each(get, lambda text: text.replace(".", "").replace(",", "."))
    return get


def _each(get: Getter, transform: Transform) -> Getter:
    """Apply a transform to the text, or to each of several."""

    def read(cells: Cells) -> Text:
        found = get(cells)
        if found is None or isinstance(found, str):
            return None if found is None else transform(found)
        return [changed for one in found if (changed := transform(one))]

    return read


def _splitter(get: Getter, mark: str) -> Getter:
    def read(cells: Cells) -> Text:
        found = get(cells)
        if isinstance(found, str):
            return [part for raw in found.split(mark) if (part := raw.strip())]
        return found

    return read


def _extractor(pattern: re.Pattern[str]) -> Transform:
    def extract(text: str) -> str | None:
        found = pattern.search(text)
        return None if found is None else found[pattern.groups and 1].strip() or None

    return extract


def _looked_up(table: Table, column: str, default: str | None, *, lenient: bool) -> Transform:
    def look_up(text: str) -> str | None:
        found = table.find(text)
        if isinstance(found, toml.Refuse):
            raise CellError(column, found.refuse)
        if found is None and not lenient:
            raise CellError(
                column,
                sentence('"{text}" is not in the mapping\'s table "{name}".', text=text, name=table.name),
                sentence("Add it there."),
            )
        return (default if found is None else found) or None

    return look_up


_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_OR = re.compile(r"\s+or\s+")


def compile_template(template: str, scope: Scope, key: str) -> Getter:
    """A text with {column|transform} in it; None where a placeholder's columns are all blank."""
    literals = _PLACEHOLDER.split(template)[0::2]
    readers = [_placeholder(aliases, steps, scope, key) for aliases, steps in _placeholders(template)]
    head, rest = literals[0], list(zip(readers, literals[1:], strict=True))
    if len(readers) == 1 and not head and not rest[0][1]:
        return readers[0]

    def fill(cells: Cells) -> Text:
        filled = head
        for read, literal in rest:
            found = read(cells)
            if not found:
                return None
            filled += (found if isinstance(found, str) else " ".join(found)) + literal
        return filled

    return fill


def _placeholders(template: str) -> list[tuple[list[str], list[str]]]:
    """The columns, best first, and the transforms of each placeholder."""
    found = list[tuple[list[str], list[str]]]()
    for inner in _PLACEHOLDER.findall(template):
        columns, *steps = (part.strip() for part in inner.split("|"))
        found.append((_OR.split(columns), steps))
    return found


def _placeholder(aliases: list[str], steps: list[str], scope: Scope, key: str) -> Getter:
    getters = [scope.getter(alias, key) for alias in aliases]
    get = getters[0] if len(getters) == 1 else _first(getters)
    for step in steps:
        get = _each(get, _transform(step, scope, key, scope.shown.get(aliases[0], aliases[0])))
    return get


def _first(getters: Sequence[Getter]) -> Getter:
    def read(cells: Cells) -> Text:
        return next((found for getter in getters if (found := getter(cells))), None)

    return read


_TRANSFORMS: Mapping[str, Transform] = {
    "slug": lambda text: slug(text) or None,
    "qid": wikidata_id,
    "wikidata": wikidata_url,
    "lower": str.lower,
    "upper": str.upper,
    "capital": lambda text: text[:1].upper() + text[1:],
}


def _transform(step: str, scope: Scope, key: str, column: str) -> Transform:
    name, _, argument = step.partition(":")
    if name == "pad" and argument.isdigit():
        return lambda text: text.zfill(int(argument))
    if name == "table" and argument:
        return _looked_up(scope.table(argument, key), column, None, lenient=True)
    if step in _TRANSFORMS:
        return _TRANSFORMS[step]
    guess = nearest(name, [*_TRANSFORMS, "pad", "table"])
    cure = (
        sentence('Did you mean "{guess}"?', guess=guess)
        if guess
        else sentence("There are {transforms}, pad:3 and table:name.", transforms=", ".join(_TRANSFORMS))
    )
    raise MappingError(scope.where, key, f'There is no transform "{step}".', cure)


def _pattern(regex: str, scope: Scope, key: str) -> re.Pattern[str]:
    try:
        return re.compile(regex, re.IGNORECASE)
    except re.error as error:
        raise MappingError(scope.where, key, f'"{regex}" is not a regular expression: {error}.') from None
