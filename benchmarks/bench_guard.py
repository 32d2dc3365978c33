"""The guard: its share of reading a document, and its time on hostile documents of growing length.

    python benchmarks/bench_guard.py

Growth is measured with every limit out of the way, so that the guard walks the whole document. The exponent is the
slope of a line through the logarithms: 1 is linear, 2 quadratic. The figure is written to docs/figures/guard.svg.
Times are of the process, the least of several rounds.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
from api.doors.examples import examples
from graphql import parse, validate

from api.plan import Limits
from api.plan.document import Documents
from api.plan.errors import Refused
from api.plan.guard import guard
from api.plan.limits import limit_names
from api.schema import build_contract
from graph.model import MODEL
from measure import machine
from plot import Points, log_log, write

LENGTHS = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000)
#: graphql-core's own validation is not measured beyond this: it takes seconds there.
VALIDATED = 16_000
ROUNDS = 5
FIGURE = Path(__file__).parent.parent / "docs" / "figures" / "guard.svg"
UNBOUNDED = replace(Limits(), **dict.fromkeys(limit_names(), 1 << 10_000))


def repeated(piece: str, length: int, begin: str = "{ ", end: str = " }") -> str:
    """As many numbered pieces as the length holds."""
    found, size = list[str](), len(begin) + len(end)
    while size < length:
        found.append(piece.replace("#", str(len(found))))
        size += len(found[-1]) + 1
    return begin + " ".join(found) + end


def doubled(length: int) -> str:
    """Fragments that each spread the next one twice: 2 ** n fields written out."""
    one = "fragment f# on Theme { a: broader { ...f~ } b: broader { ...f~ } }"
    levels = max(2, length // (len(one) + 6))
    parts = [one.replace("#", str(level)).replace("~", str(level + 1)) for level in range(levels)]
    return f'{{ theme(id: "a") {{ ...f0 }} }} {" ".join(parts)} fragment f{levels} on Theme {{ id }}'


KINDS: dict[str, Callable[[int], str]] = {
    "aliases": lambda length: repeated("a#: countries { totalCount }", length),
    "copies of a field": lambda length: repeated("assets { nodes { id themes { nodes { id } } } }", length),
    "directives": lambda length: repeated("@include(if: true)", length, "{ __typename ", " }"),
    "variables": lambda length: repeated("$v#: Int", length, "query (", ") { __typename }"),
    "operations": lambda length: repeated("query q# { __typename }", length, "", ""),
    "spreads": lambda length: repeated("...f", length, "fragment f on Query { __typename } { "),
    "doubled fragments": doubled,
    "nested fields": lambda length: repeated('a#: theme(id: "a") { ' + "broader { " * 14 + "id" + " }" * 15, length),
}


def least(task: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds of the process, the least of the rounds."""
    found = list[float]()
    for _ in range(rounds):
        begun = time.process_time()
        task()
        found.append((time.process_time() - begun) * 1000)
    return min(found)


def exponent(points: Points) -> float:
    xs, ys = zip(*((log(x), log(y)) for x, y in points), strict=True)
    return float(np.polyfit(xs, ys, 1)[0])


def share(schema: object) -> None:
    """The guard against parsing and validating, on what people ask."""
    texts = [one.query for one in examples()]
    documents = [parse(text) for text in texts]
    parsing = least(lambda: [parse(text) for text in texts], 30)
    guarding = least(lambda: [guard(document, Limits()) for document in documents], 30)
    validating = least(lambda: [validate(schema, document) for document in documents], 30)  # type: ignore[arg-type]
    print(f"the {len(texts)} example questions: parse {parsing:.2f} ms, guard {guarding:.2f} ms, ", end="")
    print(f"validate {validating:.2f} ms: the guard adds {guarding / (parsing + validating):.1%}")


def refusing(documents: Documents, text: str) -> str:
    """What the door says to a text, in how long."""

    def read() -> str:
        try:
            documents.check(text)
        except Refused as error:
            return error.code
        return "answered"

    return f"{least(read):6.1f} ms {read()}"


def main() -> None:
    sys.setrecursionlimit(50_000)
    print(machine("graphql-core"))
    contract = build_contract(MODEL)
    share(contract.core)
    print(f"\n{'':<20} {'guard':>22} {'without it: validate':>24}   with every limit, 60,000 characters")
    lines, dashed = dict[str, Points](), list[str]()
    for name, kind in KINDS.items():
        guarded, validated = list[tuple[float, float]](), list[tuple[float, float]]()
        for length in LENGTHS:
            text = kind(length)
            document = parse(text)
            guarded.append((len(text), least(lambda document=document: guard(document, UNBOUNDED))))
            if length <= VALIDATED:
                checked = least(lambda document=document: validate(contract.core, document), 1)
                validated.append((len(text), checked))
        lines[name] = guarded
        if exponent(validated) > 1.3:
            dashed.append(f"{name}, validation")
            lines[dashed[-1]] = validated
        told = refusing(Documents(contract, Limits()), kind(59_000))
        print(
            f"{name:<20} {guarded[-1][1]:>8.1f} ms  n^{exponent(guarded):4.2f}"
            f" {validated[-1][1]:>12.1f} ms  n^{exponent(validated):4.2f}   {told}"
        )
    write(FIGURE, log_log("The guard's time on hostile documents", "characters", "milliseconds", lines, dashed))


if __name__ == "__main__":
    main()
