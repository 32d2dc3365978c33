"""The parameters of one statement, and names that nothing else in it has."""

from dataclasses import dataclass, field

from graph.store.select import Viewer


@dataclass(slots=True)
class Binding:
    """Every value a compiler meets becomes a parameter here; `sign` is how the engine's text refers to one."""

    sign: str
    values: dict[str, object] = field(default_factory=dict[str, object])
    _names: int = 0

    @staticmethod
    def of(viewer: Viewer, sign: str) -> "Binding":
        """A binding that holds what the comparison of visibility refers to by name."""
        values = {"live": viewer.live, "draft": viewer.draft, "retired": viewer.retired, "now": viewer.now}
        return Binding(sign, dict[str, object](values))

    def bind(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"{self.sign}{name}"

    def name(self, letter: str) -> str:
        """An alias or variable that no other part of the statement has."""
        self._names += 1
        return f"{letter}{self._names}"
