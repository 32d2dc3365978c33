"""How a document becomes tokens of one flat space, and bytes to read it back from."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import orjson

from graph.search.chain import Level, words_of
from graph.search.forms import beginnings, forms_of_text
from graph.search.index import Document, Field, Role
from graph.search.segments import Entry
from graph.search.weights import TIERS, tier_of
from graph.store.visibility import Visibility

# A field's text beyond this is not searched; the model's longest body is shorter in any usual case.
_LONGEST_TEXT = 100_000
# What is no longer may be a label, which many documents have in common.
_LONGEST_LABEL = 80

_ROLES = {str(role): role for role in Role}
_BEFORE = {(level, tier): f"{level.value}{tier}" for level in Level for tier in TIERS}


class Whole(StrEnum):
    """Streams of whole names, beside the levels of words."""

    NAME = "n"
    ALIAS = "a"
    STEM = "t"
    SOUND = "w"
    LINK = "l"
    BEGINNING = "b"


def word_token(level: Level, tier: int, text: str) -> str:
    return _BEFORE[level, tier] + text


def whole_token(stream: Whole, text: str) -> str:
    return f"{stream.value}{text}"


def link_token(tier: int, id: str) -> str:
    return f"{Whole.LINK.value}{tier}{id}"


def entry_of(document: Document) -> Entry:
    """The document for the engine."""
    tokens: dict[str, None] = {}
    for field in document.fields:
        tokens.update(dict.fromkeys(field_tokens(field)))
        if field.role is not Role.TEXT:
            tokens.update(dict.fromkeys(_name_tokens(field.text, field.role)))
    tokens.update((link_token(tier_of(weight), id), None) for id, weight, _ in document.links)
    return Entry(document.id, tuple(tokens), to_bytes(document))


def field_tokens(field: Field) -> Sequence[str]:
    """The words of a field, each once."""
    told = field.text, field.locale, tier_of(field.weight)
    return _label_tokens(*told) if len(field.text) <= _LONGEST_LABEL else _word_tokens(*told)


@lru_cache(maxsize=16384)
def _label_tokens(text: str, locale: str | None, tier: int) -> Sequence[str]:
    return tuple(_word_tokens(text, locale, tier))


def _word_tokens(text: str, locale: str | None, tier: int) -> Sequence[str]:
    return [_BEFORE[level, tier] + word for level, word in words_of(text[:_LONGEST_TEXT], locale)]


@lru_cache(maxsize=8192)
def _name_tokens(text: str, role: Role) -> Sequence[str]:
    return tuple(_each_name_token(text, role))


def _each_name_token(text: str, role: Role) -> Iterator[str]:
    forms = forms_of_text(text)
    if forms is None:
        return
    yield whole_token(Whole.NAME if role is Role.NAME else Whole.ALIAS, forms.exact)
    if role is Role.NAME:
        yield from (whole_token(Whole.BEGINNING, begun) for begun in beginnings(text))
    yield from (whole_token(Whole.STEM, stem) for stem in (forms.exact, *forms.stems))
    yield from (whole_token(Whole.SOUND, key) for key in forms.keys)


def to_bytes(document: Document) -> bytes:
    seen = document.visibility
    return orjson.dumps(
        {
            "id": document.id,
            "locale": document.locale,
            "type": document.type,
            "visibility": [seen.stage, seen.level, seen.live_from, seen.live_until],
            "fields": [[f.name, clean(f.text), f.weight, f.locale, f.role] for f in document.fields],
            "links": document.links,
            "facets": document.facets,
            "updated": document.updated,
            "day": document.day,
        }
    )


def from_bytes(stored: bytes) -> Document:
    said = orjson.loads(stored)
    return Document(
        said["id"],
        said["locale"],
        said["type"],
        Visibility(*said["visibility"]),
        _fields(said["fields"]),
        tuple(map(tuple, said["links"])),
        {name: tuple(values) for name, values in said["facets"].items()},
        said["updated"],
        said["day"],
    )


class ShownField(NamedTuple):
    """A field as it is kept; a tuple is made sooner than a Field, and a page has many."""

    name: str
    text: str
    weight: int
    locale: str | None
    role: str


class Shown(NamedTuple):
    """A document as far as a hit shows it: without facets and days, and with nothing said of who sees it."""

    id: str
    locale: str
    type: str
    fields: Sequence[ShownField]
    links: Sequence[tuple[str, int, str]]


def shown_from_bytes(stored: bytes) -> Shown:
    said = orjson.loads(stored)
    fields = list(map(ShownField._make, said["fields"]))
    return Shown(said["id"], said["locale"], said["type"], fields, said["links"])


def _fields(said: Iterable[tuple[str, str, int, str | None, str]]) -> tuple[Field, ...]:
    return tuple([Field(name, text, weight, locale, _ROLES[role]) for name, text, weight, locale, role in said])


def clean(text: str) -> str:
    """The text with lone surrogates replaced, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def names_of(document: Document) -> Iterable[Field]:
    return (field for field in document.fields if field.role is not Role.TEXT)
