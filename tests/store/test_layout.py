"""The row of a node: the short way of a new one leads to what the long way says."""

import pytest

from graph.model import MODEL
from graph.store.layout import blank_row, complete, stored_row
from graph.store.visibility import visibility_of

PUBLISHED = {"state": "PUBLISHED", "marking": "PUBLIC"}


@pytest.mark.parametrize(
    ("type_name", "said"),
    [
        ("Asset", {}),
        ("Asset", {"title": "김장  Kimjang", "summary": "Making kimchi", "locale": "ko", "kind": "WORK"}),
        ("Asset", {"title": "Kimjang", "locale": "ko", "text_state": "DRAFT", **PUBLISHED}),
        ("Asset", {"title": "A" * 200, "keywords": ["kimchi"], "sample": True, **PUBLISHED}),
        ("Country", {"name": "Côte d'Ivoire", "alpha2": "CI"}),
        ("Translation", {"locale": "id", "title": "Kimjang", "expires_at": "2026-01-01T00:00:00.000Z"}),
        *((name, {}) for name in MODEL.types),
    ],
)
def test_a_new_row_is_the_row_of_its_values(type_name: str, said: dict[str, object]):
    entity = MODEL.type(type_name)
    known = {"id": f"{entity.prefix}:one", "rev": 1, "created_at": "now", "updated_at": "now"}
    values = {**entity.blank, **said, **known}
    row = {**blank_row(entity), **said, **known}

    complete(entity, row, visibility_of(row), said)

    assert row == stored_row(entity, values, visibility_of(values))
