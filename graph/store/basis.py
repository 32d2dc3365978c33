"""What a translation was made from: a digest of the source texts, so that anyone can tell whether it is stale."""

import hashlib
from collections.abc import Mapping

import orjson

from graph.model import EntityType


def basis_of(entity: EntityType, values: Mapping[str, object]) -> str:
    """SHA-256 over the language and all texts of a source; another one means that the source says something else."""
    texts = [values.get(name) or "" for name in entity.texts]
    return hashlib.sha256(orjson.dumps([values.get("locale"), *texts])).hexdigest()
