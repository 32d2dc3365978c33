"""What changed between two texts, word by word, and in how many sentences."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeAlias, cast

import orjson

from graph.model import EntityType

Piece: TypeAlias = tuple[str, str]
"""A piece of a text: `same`, `gone` or `new`, and its words."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_SENTENCES = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
#: Texts of more words are compared line by line, which takes no time.
_MOST_WORDS = 4_000


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts as one, in pieces."""
    old, new = _tokens(before), _tokens(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [(told, text) for told, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text]
    return found


def is_default(entity: EntityType, part: Mapping[str, Any]) -> bool:
    """Whether a difference only says what everything of its type says until somebody says something else."""
    prop = entity.props.get(part["path"])
    if prop is None or prop.default is None or part["before"] is not None:
        return False
    return bool(part["after"] == prop.default)


def sentences(before: str, after: str) -> int:
    """In how many sentences of the text after it says something else than before, those that are gone included."""
    old, new = ([one.strip() for one in _SENTENCES.findall(text) if one.strip()] for text in (before, after))
    matched = SequenceMatcher(None, old, new, autojunk=False)
    return sum(max(b - a, d - c) for kind, a, b, c, d in matched.get_opcodes() if kind != "equal")


def told(value: object) -> str:
    """A value of the log as a text to compare."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list():
            return ", ".join(map(told, cast("Sequence[object]", value)))
        case dict():
            return "\n".join(_entry(name, one) for name, one in cast("Mapping[str, Any]", value).items())
        case _:
            return orjson.dumps(value).decode()


def _entry(name: str, value: object) -> str:
    inner = told(value).replace("\n", ", ")
    return f"{name}: {inner}" if inner else name


def _tokens(text: str) -> list[str]:
    return _WORDS.findall(text)
