"""Sentences that know what they are made of, so that a page can tell them in its reader's language.

Each is written once, in English, where it is told: `sentence("{value} is not a date.", value="soon")`. It is a text as
any other. Beside that it keeps its template, by which api/doors/sentences has it in other languages, and its values. A
place in a template may say how pages word what stands there: `{type:word}` is a name of the model, `{types:words}` are
several, `{types:or}` several of which one is meant.
"""

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, TypeAlias

#: A sentence without its values, and those; or a text that is nobody's sentence.
Part: TypeAlias = str | tuple[str, Mapping[str, object]] | list[Any]
Word: TypeAlias = Callable[[str], str]

_WORDED = re.compile(r":(?:words?|or)\}")


class Sentence(str):
    """One or more sentences; `parts` are what they are made of, as JSON holds them."""

    __slots__ = ("parts",)
    parts: tuple[Part, ...]


def sentence(template: str, /, **values: object) -> Sentence:
    """A sentence made of a template and its values, which are texts, numbers or lists of texts."""
    told: dict[str, Any] = {
        name: value if isinstance(value, int | list) else str(value) for name, value in values.items()
    }
    # Refusals are caught by the thousand where it is tried what a text is, so that plain ones are made the fast way.
    found = Sentence(fill(template, told) if _WORDED.search(template) else template.format(**told))
    found.parts = ((template, told),)
    return found


def together(*texts: str) -> Sentence:
    """Several texts, one after the other; empty ones are left out."""
    there = [text for text in texts if text]
    found = Sentence(" ".join(there))
    found.parts = tuple(part for text in there for part in parts_of(text))
    return found


def parts_of(text: str) -> tuple[Part, ...]:
    """What a text is made of; a text that knows nothing of itself is one part."""
    return text.parts if isinstance(text, Sentence) else (text,)


def fill(template: str, values: Mapping[str, object], word: Word = str, either: str = "or") -> str:
    """A template with its values: `word` is how a name of the model is called, `either` is the word between choices."""
    return _Filling(word, either).vformat(template, (), values)


class _Filling(Formatter):
    def __init__(self, word: Word, either: str) -> None:
        self._word, self._either = word, either

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec:
            case "word":
                return self._word(str(value))
            case "words":
                return ", ".join(map(self._word, value))
            case "or":
                return f" {self._either} ".join(map(self._word, value))
            case _:
                return str(super().format_field(value, format_spec))
