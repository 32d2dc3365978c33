"""What a card is: a question with titles and the values its variables have at first."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from graph.model import ANY
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Viewer, shape_of

#: The languages that a shipped card has a title in.
LANGUAGES = ("en", "id")

_NUMBER = re.compile(r"\d+-")
_KEEPER = Follow("keeper", Select(ANY, shape_of("id"), limit=1))
_KEPT = Select(
    "QuestionCard",
    shape_of("name", "names", "slug", "document", "variables", "marking", keeper=_KEEPER),
    limit=1,
)


@dataclass(frozen=True, slots=True)
class Card:
    """A question. `slug` is the end of its address; titles are by language, "" holds the one for all others.

    One that is kept in the graph is marked, and may have a `keeper`.
    """

    slug: str
    titles: Mapping[str, str]
    query: str
    variables: Mapping[str, object]
    marking: str = ""
    keeper: str = ""

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles.get("") or self.titles["en"]


@lru_cache(maxsize=1)
def shipped() -> tuple[Card, ...]:
    """Every card that comes with Duta, in the order of their files' numbers."""
    folder = files("api.cards").joinpath("questions")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".graphql")), key=lambda one: one.name)
    return tuple(read(one.name.removesuffix(".graphql"), one.read_text("utf-8")) for one in found)


def read(name: str, text: str) -> Card:
    """A card from its file: `# en: Title` for each language, `# variables: {...}`, then the operation."""
    head = dict[str, str]()
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("# "):
        key, _, value = lines.pop(0).removeprefix("# ").partition(": ")
        head[key] = value.strip()
    titles = {each: head[each] for each in LANGUAGES}
    return Card(
        _NUMBER.sub("", name, count=1), titles, "".join(lines).lstrip(), json.loads(head.get("variables", "{}"))
    )


def card_of(store: GraphStore, viewer: Viewer, slug: str) -> Card | None:
    """The card with this slug: a shipped one, or one kept in the graph that the viewer sees."""
    found = next((one for one in shipped() if one.slug == slug), None)
    return found or _kept(store, viewer, slug)


def _kept(store: GraphStore, viewer: Viewer, slug: str) -> Card | None:
    answer = store.ask(viewer, {"card": replace(_KEPT, where=Cmp("slug", "eq", slug))})["card"]
    rows = cast("Sequence[Mapping[str, Any]]", answer["rows"])
    if not rows or not rows[0]["document"]:
        return None
    row = rows[0]
    variables: Any = row["variables"]
    keeper = next((str(one["id"]) for one in row["keeper"]["rows"]), "")
    titles: dict[str, str] = {"": row["name"], **(row["names"] or {})}
    return Card(slug, titles, row["document"], dict(variables or {}), str(row["marking"]), keeper)
