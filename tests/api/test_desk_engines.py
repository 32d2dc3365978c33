"""What the desk reads of a thing and of what is around it is the same on either engine."""

from zoneinfo import ZoneInfo

from api.cards.neighbourhood import neighbourhood, told
from api.desk.thing import read_thing
from api.doors.viewers import writer_of
from graph.model import MODEL
from graph.store.batch import Batch, Put, To

PUTS = (
    Put("theme:slow-food", "Theme", {"name": "Slow food"}),
    Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY", "time_zone": "Asia/Seoul"}),
    Put("source:sealed", "Source", {"title": "A cable", "locale": "en", "marking": "RESTRICTED"}),
    Put("asset:sealed", "Asset", {"title": "Sealed", "kind": "TEXT", "locale": "en", "marking": "RESTRICTED"}),
    Put(
        "asset:tempe",
        "Asset",
        {"title": "Tempe", "kind": "WORK", "locale": "en", "state": "DRAFT", "keywords": ["soy"]},
        {
            "themes": (To("theme:slow-food", {"weight": 0.6, "since": "2013", "evidence": "source:sealed"}),),
            "keeper": (To("mission:seoul"),),
            "related": (To("asset:sealed", {"kind": "SERIES"}),),
        },
    ),
)


def test_a_form_is_read_and_a_neighbourhood_is_drawn_from_what_its_writer_sees(any_store):
    assert not any_store.write(Batch(PUTS, "the test")).refused
    writer = writer_of("CREATOR", "sari")
    assert writer is not None
    thing = read_thing(any_store, writer.viewer, MODEL.types["Asset"], "asset:tempe")
    assert thing is not None

    assert (thing.rev, thing.state, thing.label, thing.zone) == (1, "DRAFT", "Tempe", ZoneInfo("Asia/Seoul"))
    assert (thing.values["keywords"], thing.values["summary"]) == (["soy"], None)
    # What a link rests on, and where it leads, is out of sight where its target is.
    assert thing.links["themes"] == {"theme:slow-food": {"weight": 0.6, "since": "2013"}}
    assert (thing.links["keeper"], thing.links["related"]) == ({"mission:seoul": {}}, {})
    assert read_thing(any_store, writer.viewer, MODEL.types["Asset"], "asset:sealed") is None

    around = neighbourhood(any_store, writer.viewer, "theme:slow-food", "en")
    assert around is not None
    assert [(row["from"], row["link"], row["to"], row["more"]) for row in told(around, "en")] == [
        ("Tempe", "Assets", "Slow food", "Weight: 0.6; 2013–")
    ]
