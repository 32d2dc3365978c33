"""The example questions: GraphQL files whose first comments give their titles and variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from api.doors.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Example:
    """A question with a title in each language of the pages."""

    name: str
    titles: Mapping[str, str]
    query: str
    variables: Mapping[str, object]

    def title(self, language: str) -> str:
        return self.titles[language]


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every example in the order of its file's number."""
    folder = files("api.doors").joinpath("questions")
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".graphql")), key=lambda entry: entry.name
    )
    return tuple(parse(entry.name.removesuffix(".graphql"), entry.read_text("utf-8")) for entry in found)


def parse(name: str, text: str) -> Example:
    """An example from its file: `# en: Title` for each language, `# variables: {...}`, then the operation."""
    head = dict[str, str]()
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("# "):
        key, _, value = lines.pop(0).removeprefix("# ").partition(": ")
        head[key] = value.strip()
    return Example(
        name, {each: head[each] for each in LANGUAGES}, "".join(lines).lstrip(), json.loads(head.get("variables", "{}"))
    )
