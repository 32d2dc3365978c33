"""Things in a card's answer by their names in the reader's language."""

from typing import Any

from api.cards.calling import called, labelled

ANSWER: Any = {
    "facets": [
        {"field": "theme", "values": [{"value": "theme:food", "label": "Makanan"}, {"value": "id", "label": "id"}]}
    ],
    "coverage": {
        "rows": [{"row": {"key": "message:m", "label": "Pelan"}, "column": {"key": "vi", "label": "vi"}}],
        "assets": {"nodes": [{"id": "asset:a", "label": "Rendang, masakan yang sabar"}, {"id": "asset:b"}]},
    },
}


def test_labels_are_found_by_the_id_the_key_or_the_value_beside_them():
    assert list(labelled(ANSWER)) == ["theme:food", "message:m", "asset:a"]


def test_only_labels_that_a_name_is_known_for_are_replaced():
    told = called(ANSWER, {"asset:a": "Rendang, food that takes its time", "asset:b": "No label was asked for"})

    assert told["coverage"]["assets"]["nodes"] == [
        {"id": "asset:a", "label": "Rendang, food that takes its time"},
        {"id": "asset:b"},
    ]
    assert told["coverage"]["rows"] == ANSWER["coverage"]["rows"]
