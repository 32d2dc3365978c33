"""Operations as partners hand them over: GraphQL files, and the manifests that their tools write."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import cast

import orjson

#: What is read; anything else in a folder is left alone.
SUFFIXES = (".graphql", ".json")
APOLLO = "apollo-persisted-query-manifest"
_SHORT = 2_000
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_CURES = (
    "Let the tool name operations by SHA-256: Relay's persistConfig by `algorithm`, GraphQL Code Generator's "
    "persistedDocuments by `hashAlgorithm`."
)


@dataclass(frozen=True, slots=True)
class Document:
    """An operation's text with the SHA-256 by which it is asked, and where it was found."""

    id: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """What cannot be registered: where it stands and why, with the cure."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def read(name: str, raw: bytes) -> Iterator[Document | Unusable]:
    """The operations of one file, by the kind that its name tells."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        yield Unusable(name, "The file is not UTF-8. Save it in UTF-8.")
        return
    if not name.endswith(".json"):
        yield Document(digest_of(text), text, name)
        return
    try:
        listed = _listed(orjson.loads(text))
    except (orjson.JSONDecodeError, TypeError, KeyError):
        yield Unusable(
            name,
            "This is no manifest that is known: neither an object from ids to texts, as Relay and GraphQL Code "
            f"Generator write it, nor one of the format {APOLLO}.",
        )
        return
    for id, body in listed:
        yield _checked(name, id, body)


def id_of(given: str) -> str | None:
    """The SHA-256 in a document id, with or without its prefix; None where it is none."""
    found = _ID.fullmatch(given)
    return found[1] if found else None


def digest_of(text: str) -> str:
    """The id of a document: SHA-256 of its text in UTF-8, in lower-case hexadecimal."""
    return _short_digest(text) if len(text) <= _SHORT else _digest(text)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


#: Most requests bring a text that came before.
_short_digest = lru_cache(maxsize=1024)(_digest)


def _listed(manifest: object) -> list[tuple[str, str]]:
    """Pairs of an id and a text; raises TypeError or KeyError where it is no manifest."""
    told = _object(manifest)
    if told.get("format") == APOLLO:
        operations = told["operations"]
        if not isinstance(operations, list):
            raise TypeError
        pairs = [(one["id"], one["body"]) for one in map(_object, cast("list[object]", operations))]
    else:
        pairs = list(told.items())
    if not all(isinstance(part, str) for pair in pairs for part in pair):
        raise TypeError
    return cast("list[tuple[str, str]]", pairs)


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return cast("Mapping[str, object]", value)


def _checked(name: str, given: str, text: str) -> Document | Unusable:
    where, id = f"{name}: {given[:80]}", id_of(given)
    if id is None:
        return Unusable(where, f"The id is no SHA-256 in lower-case hexadecimal. {_CURES}")
    if id != digest_of(text):
        return Unusable(
            where, "The id is not the SHA-256 of the text. Write the manifest anew, and change no text in it."
        )
    return Document(id, text, name)
