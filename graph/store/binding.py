"""The parameters of one statement, and names that nothing else in it has."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.store.select import Viewer
from graph.store.shapes import Slot


@dataclass(slots=True)
class Binding:
    """Every value a compiler meets becomes a parameter here; `sign` is how the engine's text refers to one.

    What the comparison of visibility refers to by name (`live`, `draft`, `retired`, `now`) comes with each request.
    """

    sign: str
    values: dict[str, object] = field(default_factory=dict[str, object])
    slots: list[tuple[str, Slot]] = field(default_factory=list[tuple[str, Slot]])
    _names: int = 0

    def bind(self, value: object) -> str:
        """How the text refers to a value, or to the slot where one will be."""
        name = f"v{len(self.values) + len(self.slots)}"
        if isinstance(value, Slot):
            self.slots.append((name, value))
        else:
            self.values[name] = value
        return f"{self.sign}{name}"

    def name(self, letter: str) -> str:
        """An alias or variable that no other part of the statement has."""
        self._names += 1
        return f"{letter}{self._names}"

    def parameters(self, viewer: Viewer, values: Sequence[object]) -> dict[str, object]:
        """All parameters of one request; raises InvalidValue where a slot cannot take its value."""
        found: dict[str, object] = {
            "live": viewer.live, "draft": viewer.draft, "retired": viewer.retired, "now": viewer.now, **self.values,
        }  # fmt: skip
        for name, slot in self.slots:
            found[name] = slot.fill(values)
        return found
