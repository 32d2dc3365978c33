"""A page of search results beside the bare query of the engine, suggestions, and what indexing costs, at several sizes.

    python benchmarks/bench_search.py [2000 10000 30000]

The page is two words, 20 hits with reasons and snippets, six facets and the total. The bare query is the engine's own
search for the two words as they are, best 20, without stored fields. Documents are made of words that are as rare as
words are, in three languages; nothing is read from a graph. Ratios are of CPU, which a busy machine changes least.
Memory is that of a second process, which opens the index that the first one built.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph.search.engines import ENGINES, open_index
from graph.search.index import FACETS, Document, Field, Query, Role
from graph.store.select import Viewer
from graph.store.visibility import ALWAYS, LIVE, NEVER, Visibility
from measure import Spent, both, by_turns, machine, p50, p95

ROUNDS = 200
SEEN = Visibility(LIVE, 0, ALWAYS, NEVER)
ANYONE = Viewer(0, -1, -1, 1)
LOCALES = ("en", "id", "ko")
_SYLLABLES = {
    "en": ["ba", "ker", "ton", "al", "mi", "stre", "ing", "ra", "lo", "pen"],
    "id": ["me", "nga", "ba", "tik", "sa", "wah", "pe", "ri", "kan", "du"],
    "ko": ["김", "장", "한", "옥", "문", "화", "바", "다", "소", "리"],
}


def words(locale: str, count: int) -> list[str]:
    """Words of two to four syllables, the same in each run."""
    dice = random.Random(locale)
    return ["".join(dice.choices(_SYLLABLES[locale], k=dice.randint(2, 4))) for _ in range(count)]


class Texts:
    """Texts in which the n-th word is n times as rare as the first."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._words = {locale: words(locale, 8000) for locale in LOCALES}
        self._weights = [1 / rank for rank in range(1, 8001)]

    def text(self, locale: str, length: int) -> str:
        return " ".join(self._dice.choices(self._words[locale], self._weights, k=length))

    def pair(self) -> str:
        """Two words that are neither everywhere nor nowhere."""
        locale = self._dice.choice(LOCALES)
        return " ".join(self._dice.sample(self._words[locale][20:800], 2))


def documents(size: int) -> Iterator[Document]:
    texts, dice = Texts(1), random.Random(2)
    for n in range(size):
        locale = LOCALES[n % len(LOCALES)]
        fields = (
            Field("title", texts.text(locale, 4), 10, locale, Role.NAME),
            Field("summary", texts.text(locale, 30), 4, locale),
            Field("body", texts.text(locale, 60), 2, locale),
        )
        facets = {
            "type": ("Asset",),
            "kind": (dice.choice(["WORK", "PHOTO", "TEXT"]),),
            "country": (f"country:{dice.randint(0, 30)}",),
            "theme": (f"theme:{dice.randint(0, 200)}", f"theme:{dice.randint(0, 200)}"),
            "locale": (locale,),
            "year": (str(dice.randint(1950, 2026)),),
        }
        yield Document(f"asset:{n:06}", locale, "Asset", SEEN, fields, (), facets, n * 86_400_000)


def bare(engine: str, index: Any) -> Callable[[str], object]:
    """The engine's own search for words as they are."""
    kept = index._current()._engine._index
    if engine == "whoosh":
        from whoosh.query import Or, Term

        searcher = kept.searcher()
        return lambda text: searcher.search(
            Or([Term("tokens", f"e{t}{w}") for w in text.split() for t in (0, 3)]), limit=20
        )
    from graph.search.tantivy_engine import SCHEMA
    from graph.search.tantivy_untyped import Query as Asked

    kept.reload()
    searcher = kept.searcher()
    return lambda text: searcher.search(
        Asked.disjunction_max_query(
            [Asked.term_query(SCHEMA, "tokens", f"e{t}{w}", "basic") for w in text.split() for t in (0, 3)]
        ),
        limit=20,
    )


def main(sizes: list[int]) -> None:
    print(machine("whoosh", "tantivy"))
    for size in sizes:
        made = list(documents(size))
        for engine in ENGINES:
            with TemporaryDirectory() as folder:
                measure(engine, Path(folder), size, made)


def measure(engine: str, folder: Path, size: int, made: list[Document]) -> None:
    index = open_index(folder, engine)
    begun = time.process_time()
    index.rebuild(made, applied_seq=1)
    built = time.process_time() - begun
    stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    each = f"{built / size * 1000:.2f} ms each, {stored / 1e6:.0f} MB"
    print(f"\n## {engine}, {size} documents: {built:.1f} s of CPU, {each}")
    begun = time.perf_counter()
    index.search(Query("", ANYONE))
    print(f"first search, which makes the columns: {time.perf_counter() - begun:.1f} s")
    asked, typed, names = Texts(3), random.Random(4), [one.fields[0].text for one in made]
    alone, known = bare(engine, index), dict.fromkeys(names)
    pairs = [asked.pair() for _ in range(ROUNDS + 10)]
    beginnings = [name[: typed.randint(1, 6)] for name in typed.choices(names, k=ROUNDS + 10)]
    turns = {name: iter(pairs) for name in ("page", "bare")} | {
        name: iter(beginnings) for name in ("suggest", "look-up")
    }
    tasks: dict[str, Callable[[], object]] = {
        "bare": lambda: alone(next(turns["bare"])),
        "page": lambda: index.search(Query(next(turns["page"]), ANYONE, first=20, facets=FACETS)),
        "suggest": lambda: index.suggest(next(turns["suggest"]), ANYONE),
        "look-up": lambda: known.get(next(turns["look-up"])),
    }
    took = by_turns(tasks, rounds=ROUNDS)
    for name, spent in took.items():
        print(both(name, spent))
    print(ratio("page against the bare query", took["page"], took["bare"]))
    print(ratio("suggestion against a look-up", took["suggest"], took["look-up"]))
    for count in (1, 100):
        begun = time.process_time()
        index.apply([one.id for one in made[:count]], made[:count], applied_seq=2)
        index.search(Query("", ANYONE))
        print(f"{count} edits, with the search after: {(time.process_time() - begun) * 1000:.0f} ms of CPU")
    index.close()
    command = [sys.executable, "-W", "ignore", __file__, "--opened", engine, str(folder)]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def ratio(name: str, took: list[Spent], against: list[Spent]) -> str:
    one, other = ([each.cpu for each in times] for times in (took, against))
    return f"{name:<44} CPU p50 {p50(one) / p50(other):8.1f} p95 {p95(one) / p95(other):8.1f} times"


def opened(engine: str, folder: Path) -> None:
    """What a process holds that opens an index another one built, and answers from it."""
    before = held()
    begun = time.process_time()
    index, asked = open_index(folder, engine), Texts(5)
    index.search(Query("", ANYONE))
    first = time.process_time() - begun
    for _ in range(200):
        index.search(Query(asked.pair(), ANYONE, first=20, facets=FACETS))
    print(f"a process that opens it: {first:.1f} s of CPU to the first answer, "
          f"{held():.0f} MB after 200 pages, of which {before:.0f} before")  # fmt: skip


def held() -> float:
    """Megabytes of memory that this process holds, as Linux counts them."""
    said = Path("/proc/self/status").read_text(encoding="ascii")
    return int(said.split("VmRSS:")[1].split()[0]) / 1000


if __name__ == "__main__":
    if sys.argv[1:2] == ["--opened"]:
        opened(sys.argv[2], Path(sys.argv[3]))
        sys.exit()
    main([int(size) for size in sys.argv[1:]] or [2_000, 10_000, 30_000])
