"""What a story hangs on: it is chosen again with every weight a fifth higher and lower.

What each asset is worth is reckoned once, and of each change only the one factor that it moves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from graph.story.plan.answer import BeatChange, Robustness, Wobble
from graph.story.plan.candidates import FACTORS, BeatRole, Candidate, Rated, interest, powers, rated, score
from graph.story.plan.choosing import Chosen, best_story
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
        other = best_story(field.ranked(weight, theme, by), slots, settings)
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
    edges = {edge for one in field.ones for edge in one.way.to_asset if edge.type == "INTERESTED_IN"}
    for theme in sorted({edge.end for edge in edges}):
        for by in _FIFTH:
            yield "interest", theme, by


@dataclass(frozen=True, slots=True)
class _Field:
    """All that may stand in a story, in the order in which equals come, with each factor as it counts.

    `places` numbers what only the best of takes part.
    """

    settings: StorySettings
    ones: Sequence[Rated]
    raised: Sequence[list[float]]
    places: Sequence[int]

    @classmethod
    def of(cls, free: Mapping[str, Weighed], settings: StorySettings) -> "_Field":
        told, ways = {id: one.told for id, one in free.items()}, {id: one.ways for id, one in free.items()}
        ones = sorted(rated(told, ways, settings), key=lambda one: (one.asset, one.role, *one.way.order))
        numbers: dict[object, int] = {}
        places = [numbers.setdefault(one.place, len(numbers)) for one in ones]
        return cls(settings, ones, [powers(one.values, settings.weights) for one in ones], places)

    def ranked(self, weight: str, theme: str | None, by: float) -> list[tuple[float, Rated]]:
        """What takes part after a change with its score, the best first."""
        scores = self._scores_by_interest(theme, by) if theme else self._scores_by_weight(weight, by)
        best: dict[int, int] = {}
        for index, place in enumerate(self.places):
            there = best.get(place)
            if there is None or scores[index] > scores[there]:
                best[place] = index
        return [
            (scores[index], self.ones[index]) for index in sorted(best.values(), key=lambda one: (-scores[one], one))
        ]

    def _scores_by_weight(self, name: str, by: float) -> list[float]:
        weight = getattr(self.settings.weights, name) * by
        changed = replace(self.settings, weights=replace(self.settings.weights, **{name: weight}))
        raised: Sequence[list[float]] = self.raised
        if name in FACTORS:
            at = FACTORS.index(name)
            raised = [
                _put(each, at, one.values[at] ** weight) for one, each in zip(self.ones, self.raised, strict=True)
            ]
        return [score(each, one.saturation, changed) for one, each in zip(self.ones, raised, strict=True)]

    def _scores_by_interest(self, theme: str, by: float) -> list[float]:
        exponent = self.settings.weights.interest
        found: list[float] = []
        for one, each in zip(self.ones, self.raised, strict=True):
            if any(_is(edge, theme) for edge in one.way.to_asset):
                moved = _interest(one.way, theme, by, self.settings) ** exponent
                found.append(score(_put(each, _INTEREST, moved), one.saturation, self.settings))
            else:
                found.append(score(each, one.saturation, self.settings))
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
