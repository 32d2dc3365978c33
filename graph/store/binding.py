"""The parameters of one statement, and names that nothing else in it has."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from graph.store.select import Viewer
from graph.store.shapes import Slot

Named = list[tuple[str, Slot]]


@dataclass(frozen=True, slots=True)
class Each:
    """A variable that stands for the values of one of several questions, which share a text.

    The values of so many questions stand one after the other, so many for each.
    """

    variable: str
    questions: int
    values: int
    slots: Named

    def rows(self, values: Sequence[object]) -> list[dict[str, object]]:
        """What the variable stands for in turn, with its `place` among them."""
        return [
            {"place": place, **_filled(self.slots, values[place * self.values :])} for place in range(self.questions)
        ]


@dataclass(slots=True)
class Binding:
    """Every value a compiler meets becomes a parameter here; `sign` is how the engine's text refers to one.

    What the comparison of visibility refers to by name (`live`, `draft`, `retired`, `now`) comes with each request.
    """

    sign: str
    values: dict[str, object] = field(default_factory=dict[str, object])
    slots: Named = field(default_factory=Named)
    several: list[Each] = field(default_factory=list[Each])
    _each: Each | None = None
    _bound: int = 0
    _names: int = 0

    def bind(self, value: object, *, alike: bool = False) -> str:
        """How the text refers to a value, or to the slot where one will be.

        `alike` says that all questions that share the text have the same there.
        """
        name = f"v{self._bound}"
        self._bound += 1
        if not isinstance(value, Slot):
            self.values[name] = value
        elif self._each is not None and not alike:
            self._each.slots.append((name, value))
            return f"{self._each.variable}.{name}"
        else:
            self.slots.append((name, value))
        return f"{self.sign}{name}"

    def name(self, letter: str) -> str:
        """An alias or variable that no other part of the statement has."""
        self._names += 1
        return f"{letter}{self._names}"

    @contextmanager
    def for_each(self, questions: int, values: int) -> Generator[Each]:
        """Bind what comes to a variable that stands for the values of each of so many questions.

        Its name is that of the parameter which holds them all.
        """
        each = self._each = Each(self.name("q"), questions, values, [])
        self.several.append(each)
        yield each
        self._each = None

    def within(self, *names: str) -> str:
        """The variables that a subquery takes in: these, and what stands for a question's values."""
        return ", ".join([*names, *([self._each.variable] if self._each else [])])

    def parameters(self, viewer: Viewer, values: Sequence[object]) -> dict[str, object]:
        """All parameters of one request; raises InvalidValue where a slot cannot take its value."""
        found: dict[str, object] = {
            "live": viewer.live, "draft": viewer.draft, "retired": viewer.retired, "now": viewer.now, **self.values,
        }  # fmt: skip
        found |= _filled(self.slots, values)
        for each in self.several:
            found[each.variable] = each.rows(values)
        return found


def _filled(slots: Named, values: Sequence[object]) -> dict[str, object]:
    return {name: slot.fill(values) for name, slot in slots}
