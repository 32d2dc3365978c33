"""How a document becomes tokens of one flat space, and bytes to read it back from."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import orjson

from graph.search.chain import Level, words_of
from graph.search.forms import beginnings, forms_of_text
from graph.search.index import Document, Field, Role
from graph.search.segments import Entry
from graph.search.weights import TIERS, tier_of
from graph.store.visibility import Visibility

# A field's text beyond this is not searched; the model's longest body is shorter in any usual case.
_LONGEST_TEXT = 100_000


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
    tokens = dict.fromkeys(_tokens(document))
    return Entry(document.id, tuple(tokens), to_bytes(document))


def _tokens(document: Document) -> Iterator[str]:
    for field in document.fields:
        yield from field_tokens(field)
        if field.role is not Role.TEXT:
            yield from _name_tokens(field)
    for id, weight, _ in document.links:
        yield link_token(tier_of(weight), id)


def field_tokens(field: Field) -> Iterator[str]:
    tier = tier_of(field.weight)
    words = words_of(field.text[:_LONGEST_TEXT], field.locale)
    return (word_token(level, tier, text) for level, text in words)


def _name_tokens(field: Field) -> Iterator[str]:
    forms = forms_of_text(field.text)
    if forms is None:
        return
    yield whole_token(Whole.NAME if field.role is Role.NAME else Whole.ALIAS, forms.exact)
    if field.role is Role.NAME:
        yield from (whole_token(Whole.BEGINNING, begun) for begun in beginnings(field.text))
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
        tuple([Field(name, text, weight, locale, _ROLES[role]) for name, text, weight, locale, role in said["fields"]]),
        tuple(map(tuple, said["links"])),
        {name: tuple(values) for name, values in said["facets"].items()},
        said["updated"],
        said["day"],
    )


def clean(text: str) -> str:
    """The text with lone surrogates replaced, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def names_of(document: Document) -> Iterable[Field]:
    return (field for field in document.fields if field.role is not Role.TEXT)
