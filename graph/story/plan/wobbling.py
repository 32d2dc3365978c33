"""What a story hangs on: it is chosen again with every weight a fifth higher and lower."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

from graph.story.plan.answer import BeatChange, Robustness, Wobble
from graph.story.plan.candidates import BeatRole, candidates
from graph.story.plan.choosing import Chosen, choose
from graph.story.plan.ways import Edge, Way
from graph.story.plan.weighing import Weighed
from graph.story.settings import StorySettings, StoryWeights

_FIFTH = (0.8, 1.2)


def robustness(
    chosen: Chosen, free: Mapping[str, Weighed], slots: Sequence[BeatRole], settings: StorySettings
) -> Robustness:
    """After which changes of one weight by a fifth another asset stands somewhere."""
    if chosen.narrative is None:
        return Robustness(0, 0, ())
    wobbles: list[Wobble] = []
    tried = 0
    for weight, theme, by, moved, changed in _moved(free, settings):
        tried += 1
        told = {id: one.told for id, one in free.items()}
        other = choose(candidates(told, moved, changed), slots, changed)
        changes = tuple(_changes(chosen, other))
        if changes:
            wobbles.append(Wobble(weight, theme, by, changes))
    return Robustness(tried, tried - len(wobbles), tuple(wobbles))


def _moved(
    free: Mapping[str, Weighed], settings: StorySettings
) -> Iterator[tuple[str, str | None, float, Mapping[str, Sequence[Way]], StorySettings]]:
    """Each weight of the settings, and each interest of the audience, a fifth lower and a fifth higher."""
    ways = {id: one.ways for id, one in free.items()}
    for one in fields(StoryWeights):
        value = getattr(settings.weights, one.name)
        for by in _FIFTH:
            if value:
                weights = replace(settings.weights, **{one.name: value * by})
                yield one.name, None, by, ways, replace(settings, weights=weights)
    edges = [edge for of in ways.values() for way in of for edge in way.to_asset if edge.type == "INTERESTED_IN"]
    for theme in sorted({edge.end for edge in edges}):
        for by in _FIFTH:
            yield (
                "interest",
                theme,
                by,
                {id: [_with(way, theme, by) for way in of] for id, of in ways.items()},
                settings,
            )


def _with(way: Way, theme: str, by: float) -> Way:
    """A way with the interest in a theme so much stronger, at most 1."""
    if not any(_is(edge, theme) for edge in way.to_asset):
        return way
    return replace(way, to_asset=tuple(_times(edge, by) if _is(edge, theme) else edge for edge in way.to_asset))


def _is(edge: Edge, theme: str) -> bool:
    return edge.type == "INTERESTED_IN" and edge.end == theme


def _times(edge: Edge, by: float) -> Edge:
    return replace(edge, weight=min(1.0, (1.0 if edge.weight is None else edge.weight) * by))


def _changes(before: Chosen, after: Chosen) -> Iterator[BeatChange]:
    for position, (old, new) in enumerate(zip(before.beats, after.beats, strict=True), 1):
        was, now = old.asset if old else None, new.asset if new else None
        if was != now:
            yield BeatChange(position, was, now)
