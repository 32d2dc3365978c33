"""What a story hangs on: it is chosen again with every weight a fifth higher and lower.

What each asset is worth is reckoned once, and of each change only the one factor that it moves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from graph.story.plan.answer import BeatChange, Robustness, Wobble
from graph.story.plan.candidates import FACTORS, BeatRole, Candidate, Rated, interest, powers, rated, score
from graph.story.plan.choosing import Chosen, Ranked, at_most, best_of, placed
from graph.story.plan.choosing import Told as Story
from graph.story.plan.ways import Edge, Way
from graph.story.plan.weighing import Weighed
from graph.story.settings import StorySettings, StoryWeights

_FIFTH = (0.8, 1.2)
_INTEREST = FACTORS.index("interest")


def robustness(
    chosen: Chosen, free: Mapping[str, Weighed], slots: Sequence[BeatRole], settings: StorySettings
) -> Robustness:
    """After which changes of one weight by a fifth another asset stands somewhere."""
    if chosen.narrative is None:
        return Robustness(0, 0, ())
    field = _Field.of(free, settings)
    moves = [*_weights(settings), *_interests(field)]
    wobbles: list[Wobble] = []
    for weight, theme, by in moves:
        other = field.best(weight, theme, by, slots)
        changes = tuple(_changes(chosen.beats, other.beats))
        if changes:
            wobbles.append(Wobble(weight, theme, by, changes))
    return Robustness(len(moves), len(moves) - len(wobbles), tuple(wobbles))


def _weights(settings: StorySettings) -> Iterator[tuple[str, str | None, float]]:
    """Each weight of the settings that counts, a fifth lower and a fifth higher."""
    for one in fields(StoryWeights):
        for by in _FIFTH if getattr(settings.weights, one.name) else ():
            yield one.name, None, by


def _interests(field: "_Field") -> Iterator[tuple[str, str | None, float]]:
    """Each interest of the audience that leads to something, a fifth lower and a fifth higher."""
    for theme in sorted(field.led_by):
        for by in _FIFTH:
            yield "interest", theme, by


@dataclass(frozen=True, slots=True)
class _Field:
    """All that may stand in a story, in the order in which equals come, with each factor as it counts.

    What scores by the same is of one kind, and is reckoned once: `kinds` numbers them, `raised` has their factors and
    `saturated` how tired the audience is. `groups` are the places in `ones` by narrative and role, `led_by` those by
    the theme in which an interest leads there.
    """

    settings: StorySettings
    ones: Sequence[Rated]
    kinds: Sequence[int]
    values: Sequence[tuple[float, ...]]
    saturated: Sequence[float]
    raised: Sequence[list[float]]
    scores: Sequence[float]
    groups: Mapping[str, Mapping[BeatRole, Sequence[int]]]
    led_by: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, free: Mapping[str, Weighed], settings: StorySettings) -> "_Field":
        told, ways = {id: one.told for id, one in free.items()}, {id: one.ways for id, one in free.items()}
        ones = sorted(rated(told, ways, settings), key=lambda one: (one.asset, one.role, *one.way.order))
        numbers: dict[tuple[tuple[float, ...], float], int] = {}
        kinds = [numbers.setdefault((one.values, one.saturation), len(numbers)) for one in ones]
        groups: dict[str, dict[BeatRole, list[int]]] = {}
        led_by: dict[str, list[int]] = {}
        for index, one in enumerate(ones):
            groups.setdefault(one.way.narrative, {}).setdefault(one.role, []).append(index)
            for theme in {edge.end for edge in one.way.to_asset if edge.type == "INTERESTED_IN"}:
                led_by.setdefault(theme, []).append(index)
        raised = [powers(values, settings.weights) for values, _ in numbers]
        saturated = [tired for _, tired in numbers]
        scores = [score(each, tired, settings) for each, tired in zip(raised, saturated, strict=True)]
        return cls(settings, ones, kinds, [values for values, _ in numbers], saturated, raised, scores, groups, led_by)

    def best(self, weight: str, theme: str | None, by: float, slots: Sequence[BeatRole]) -> Story[Rated]:
        """The best story after a change."""
        scores = self._scores_by_interest(theme, by) if theme else self._scores_by_weight(weight, by)
        most: dict[str, float] = {}
        for narrative, roles in self.groups.items():
            highest = {role: max([scores[index] for index in of]) for role, of in roles.items()}
            if counting := {role: score for role, score in highest.items() if score > 0}:
                most[narrative] = at_most(counting, slots)

        def in_order(narrative: str) -> dict[BeatRole, list[Ranked[Rated]]]:
            return {role: self._in_order(of, scores) for role, of in self.groups[narrative].items()}

        return best_of(most, in_order, slots, self.settings)

    def _in_order(self, of: Sequence[int], scores: Sequence[float]) -> list[Ranked[Rated]]:
        """What scores anything, the best first; of an asset the best way for each theme."""
        best: dict[object, int] = {}
        for index in of:
            one, value = self.ones[index], scores[index]
            there = best.setdefault((one.asset, one.way.theme), index)
            if value > scores[there]:
                best[one.asset, one.way.theme] = index
        ordered = sorted([(-scores[index], index) for index in best.values() if scores[index] > 0])
        return [placed(rank, -less, self.ones[index]) for rank, (less, index) in enumerate(ordered)]

    def _scores_by_weight(self, name: str, by: float) -> list[float]:
        weight = getattr(self.settings.weights, name) * by
        changed = replace(self.settings, weights=replace(self.settings.weights, **{name: weight}))
        raised: Sequence[list[float]] = self.raised
        if name in FACTORS:
            at = FACTORS.index(name)
            raised = [_put(each, at, values[at] ** weight) for values, each in zip(self.values, raised, strict=True)]
        scores = [score(each, tired, changed) for each, tired in zip(raised, self.saturated, strict=True)]
        return [scores[kind] for kind in self.kinds]

    def _scores_by_interest(self, theme: str, by: float) -> list[float]:
        exponent = self.settings.weights.interest
        found = [self.scores[kind] for kind in self.kinds]
        for index in self.led_by[theme]:
            one, raised = self.ones[index], self.raised[self.kinds[index]]
            moved = _interest(one.way, theme, by, self.settings) ** exponent
            found[index] = score(_put(raised, _INTEREST, moved), one.saturation, self.settings)
        return found


def _put(values: list[float], at: int, value: float) -> list[float]:
    return [*values[:at], value, *values[at + 1 :]]


def _interest(way: Way, theme: str, by: float, settings: StorySettings) -> float:
    """The factor of a way's interest, with that in a theme so much stronger, at most 1."""

    def weight(edge: Edge) -> float | None:
        return min(1.0, (1.0 if edge.weight is None else edge.weight) * by) if _is(edge, theme) else edge.weight

    return interest(way, settings, weight)


def _is(edge: Edge, theme: str) -> bool:
    return edge.type == "INTERESTED_IN" and edge.end == theme


def _changes(before: Sequence[Candidate | None], after: Sequence[Rated | None]) -> Iterator[BeatChange]:
    for position, (old, new) in enumerate(zip(before, after, strict=True), 1):
        was, now = old.asset if old else None, new.asset if new else None
        if was != now:
            yield BeatChange(position, was, now)
