"""The operations that partners rely on: each has to stay valid, and to be answered on the demonstration.

`partners/` holds theirs, with variables and with what has to be found under some paths of the answer. Those that Duta
ships are here by their ids, since a partner asks by the id: they are never changed.
"""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from api.cards import card
from api.doors.manifests import digest_of
from api.doors.trusted import shipped
from api.plan import Limits
from api.plan.document import Documents
from api.schema import build_contract
from graph.model import MODEL

#: For each shipped operation its id, variables, and what is found under which path.
SHIPPED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "asset-card.graphql": (
        "857c6eddbf821619691137bda20a56f9556f81085442f8d9b0675e36f62227f3",
        {"id": "asset:kimjang", "locale": "ko"},
        {"asset.titleText.locale": "ko"},
    ),
    "asset-page.graphql": (
        "77fd51e1874313e85961249caab9960e2cdfb49fde391fd07dc7aa98d34048d5",
        {"id": "asset:tempe", "locale": "en"},
        {"asset.titleText.text": "Tempe, beans woven by a fungus"},
    ),
    "assets-feed.graphql": (
        "238de13f5464837805feb29f7e408d35b609f5083ebde69ac3f3a6c4009683af",
        {"locale": "en", "first": 2},
        {"assets.pageInfo.hasNextPage": True},
    ),
    "assets-of-a-theme.graphql": (
        "73a7adee1b818a73cb7f868c4a1589ad23ca6059d5b09c41fd199422e213e9a4",
        {"theme": "theme:slow-food", "first": 3},
        {"theme.assets.pageInfo.hasNextPage": True},
    ),
    "campaign-board.graphql": (
        "a801fc7a177db0c906dbe43f0009b802aaa7fd9c4c5899aee1c3a6a41a65e109",
        {"locale": "en", "first": 3},
        {"campaigns.pageInfo.hasNextPage": True},
    ),
    "events-to-come.graphql": (
        "00d10a417ce21b137e9cbae29724c585e4c58203cca0e27ac1f78f235483eb10",
        {"from": "2020-01-01"},
        {"events.nodes.0.id": "event:digital-diplomacy-2025"},
    ),
    "missions-in-a-country.graphql": (
        "fa39a78c7ed24fa775274b61ac2f86a59d5fa52ee9eccec82afc0ffc7f4b682e",
        {"from": "ID", "in": "VN"},
        {"missions.nodes.0.kind": "EMBASSY"},
    ),
    "search.graphql": (
        "72068b99539b8e3d41d820e7ae30b66e2603587389a272deb081fc7b5e4b14f1",
        {"text": "batik", "types": ["Asset"], "locale": "en"},
        {"search.facets.0.values.0.count": 3},
    ),
}
PARTNERS = sorted((Path(__file__).parent / "partners").glob("*.graphql"))


@pytest.fixture(scope="module")
def ask(demonstration_app):
    """Ask the demonstration as the public does."""
    with TestClient(demonstration_app, base_url="http://duta.example.org", client=("192.0.2.7", 1)) as client:
        yield lambda **body: client.post("/graphql", json=body).json()


def at(answer: Any, path: str) -> object:
    """What stands under a dotted path."""
    for step in path.split("."):
        answer = answer[int(step) if step.isdigit() else step]
    return answer


def test_the_shipped_operations_are_those_promised():
    assert {one.where: one.id for one in shipped()} == {name: id for name, (id, *_) in SHIPPED.items()}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_operation_is_answered_by_its_id(ask, name):
    id, variables, finds = SHIPPED[name]
    answer = ask(documentId=f"sha256:{id}", variables=variables)

    assert "errors" not in answer
    assert {path: at(answer["data"], path) for path in finds} == finds


@pytest.mark.parametrize("path", PARTNERS, ids=lambda path: path.stem)
def test_an_operation_of_a_partner_is_answered(ask, path):
    text = path.read_text("utf-8")
    head = dict(re.findall(r"^# (variables|finds): (.+)$", text, re.MULTILINE))
    finds = orjson.loads(head["finds"])
    answer = ask(query=text, variables=orjson.loads(head["variables"]))

    assert "errors" not in answer
    assert {path: at(answer["data"], path) for path in finds} == finds


def test_every_operation_kept_here_fits_the_contract():
    documents = Documents(build_contract(MODEL), Limits())
    texts = [
        *(one.query for one in card.shipped()),
        *(one.text for one in shipped()),
        *(p.read_text("utf-8") for p in PARTNERS),
    ]
    for text in texts:
        documents.check(text)

    assert len({digest_of(text) for text in texts}) == len(texts) >= 22
