"""How good the order is: nDCG@10 and recall over judged queries."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_CUT = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the grade of each relevant document, 2 for right and 1 for related."""

    id: str
    text: str
    kind: str
    grades: Mapping[str, int]
    traps: frozenset[str] = frozenset()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over queries; `missed` are those with nothing relevant among the first ten."""

    queries: int
    ndcg: float
    recall: float
    missed: tuple[str, ...]
    trapped: tuple[str, ...]


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """nDCG@10 with gains of 2 ** grade - 1 (Järvelin and Kekäläinen 2002, as trec_eval's exponential variant)."""
    ideal = _dcg(sorted(grades.values(), reverse=True))
    return _dcg([grades.get(id, 0) for id in found]) / ideal if ideal else 0.0


def recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the documents of the highest grade that are among the first ten."""
    top = {id for id, grade in grades.items() if grade == max(grades.values())}
    return len(top & set(found[:_CUT])) / len(top) if top else 0.0


def figures(answers: Iterable[tuple[Judged, Sequence[str]]]) -> Figures:
    """The means over some queries and what each found, best first."""
    asked = list(answers)
    count = len(asked) or 1
    return Figures(
        len(asked),
        sum(ndcg(found, judged.grades) for judged, found in asked) / count,
        sum(recall(found, judged.grades) for judged, found in asked) / count,
        tuple(judged.id for judged, found in asked if not any(id in judged.grades for id in found[:_CUT])),
        tuple(judged.id for judged, found in asked if _trapped(judged, found)),
    )


def figures_by(answers: Iterable[tuple[Judged, Sequence[str]]], group: Callable[[Judged], str]) -> dict[str, Figures]:
    """The figures of each group of queries, as of each kind."""
    groups: dict[str, list[tuple[Judged, Sequence[str]]]] = {}
    for judged, found in answers:
        groups.setdefault(group(judged), []).append((judged, found))
    return {name: figures(each) for name, each in sorted(groups.items())}


def _trapped(judged: Judged, found: Sequence[str]) -> bool:
    """Whether a trap stands above every right document."""
    first = next((id for id in found if id in judged.grades or id in judged.traps), None)
    return first in judged.traps


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum(float(2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:_CUT]))
