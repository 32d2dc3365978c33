"""Grants, consents, recordings and people by their names in the reader's language, on both engines."""

import pytest

from graph.model.enums import UsePurpose
from graph.store.batch import Batch, Put, To
from graph.story.rights.asked import RightsUse
from graph.story.rights.question import RIGHTS_CHECK

OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
SECRET = {"state": "PUBLISHED", "marking": "RESTRICTED"}
TEXT = {"locale": "id", "text_state": "PUBLISHED"}
RULES = [
    {
        "effect": "permission",
        "action": ["use"],
        "constraints": [{"left": "spatial", "operator": "eq", "right": "ID"}],
    }
]


def translated(id: str, of: str, **said: str) -> Put:
    return Put(f"translation:{id}", "Translation", {"locale": "en", **said, **OPEN}, {"translates": (To(of),)})


PUTS = (
    Put("organisation:o", "Organisation", {"name": "Own desk", "kind": "AGENCY", **OPEN}),
    Put(
        "rightsgrant:g",
        "RightsGrant",
        {"title": "Perjanjian bahari", "rules": RULES, **TEXT, **INSIDE},
        {"holder": (To("organisation:o"),)},
    ),
    Put("rightsgrant:s", "RightsGrant", {"title": "Rahasia", "rules": RULES, **TEXT, **SECRET}),
    Put("asset:x", "Asset", {"title": "Perahu", "kind": "WORK", **TEXT, **OPEN}, {"rights": (To("rightsgrant:g"),)}),
    Put("asset:y", "Asset", {"title": "Lagu", "kind": "WORK", **TEXT, **OPEN}, {"rights": (To("rightsgrant:s"),)}),
    translated("g", "rightsgrant:g", title="Agreement on the sea"),
    translated("s", "rightsgrant:s", title="A secret"),
    translated("x", "asset:x", title="Boat"),
)


@pytest.fixture
def cleared(store, ask):
    assert store.write(Batch(PUTS)).refused == ()

    def cleared(asset: str, territory: str, locale: str):
        (found,) = ask(
            RIGHTS_CHECK, locale=locale, assets=(asset,), use=RightsUse((territory,), purposes=(UsePurpose.NEWS,))
        )
        return found

    return cleared


def test_a_reason_and_what_to_ask_name_a_grant_in_the_language_of_the_reader(cleared):
    assert [one.sentence for one in cleared("asset:x", "ID", "en").reasons] == ["“Agreement on the sea” allows it."]
    assert [one.sentence for one in cleared("asset:x", "ID", "id").reasons] == ["“Perjanjian bahari” mengizinkannya."]
    (unlock,) = cleared("asset:x", "FR", "en").unlock.smallest
    assert unlock.ask.startswith("Ask to extend “Agreement on the sea”: ")
    assert "“Boat”" in unlock.template
    assert (unlock.to, unlock.about) == ("organisation:o", "rightsgrant:g")


def test_a_grant_out_of_sight_has_no_name_in_any_language(cleared):
    for locale in ("en", "id"):
        denied = cleared("asset:y", "FR", locale)
        told = str(denied)
        assert "A secret" not in told
        assert "Rahasia" not in told
        assert denied.verdict == "DENIED"
