"""Pictures of answers as values: graphs with their places, months with their days, boards of beats, and words."""

from datetime import date
from itertools import pairwise

import pytest
from graphql import GraphQLEnumType, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit
from hypothesis import given
from hypothesis import strategies as st

from api.cards.blocks import block
from api.cards.boards import Board, Months
from api.cards.card import shipped
from api.cards.drawing import HEIGHT, WIDTH, Dot, Drawing, Line, drawn
from api.cards.words import worded
from api.schema import build_contract
from graph.model import MODEL


def step(id, field=None):
    return {"entity": {"id": id, "label": id.upper()}, "field": field}


def test_ways_are_drawn_once_each_thing_and_told_in_words_too():
    ways = [
        {"steps": [step("a"), step("b", "x"), step("d", "y")]},
        {"steps": [step("a"), step("c", "x"), step("d", "z")]},
    ]
    found = block("Ways", ways)
    assert isinstance(found, Drawing)
    assert [(dot.id, dot.layer) for dot in found.dots] == [("a", 0), ("b", 1), ("c", 1), ("d", 2)]
    assert [(line.start, line.end, line.name) for line in found.lines] == [
        ("a", "b", "x"), ("b", "d", "y"), ("a", "c", "x"), ("c", "d", "z"),
    ]  # fmt: skip
    assert found.told.kind == "group"


def test_the_tree_of_a_post_is_drawn_by_its_channels_with_the_people_reached():
    def row(id, repeats, hop, people):
        return {
            "placement": {"id": id},
            "repeats": repeats and {"id": repeats},
            "channel": {"id": "channel:c", "name": "C"},
            "hop": hop,
            "reach": {"people": people},
        }

    found = block("Posts", [row("p", None, 0, 1200), row("q", "p", 1, None)])
    assert isinstance(found, Drawing)
    assert [(dot.key, dot.lines, dot.note) for dot in found.dots] == [("p", ("C",), "1,200"), ("q", ("C",), "")]
    assert [(line.start, line.end) for line in found.lines] == [("p", "q")]


dots = st.lists(st.integers(0, 3), min_size=1, max_size=12)
ends = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


@given(dots, ends)
def test_nothing_in_a_drawing_overlaps_or_sticks_out(layers, links):
    things = [Dot(str(number), "", ("x",), "", layer) for number, layer in enumerate(layers)]
    found = drawn("t", things, [Line(str(one), str(other), "") for one, other in links])
    assert len(found.dots) == len(things)
    for dot in found.dots:
        assert 0 <= dot.x <= found.width - WIDTH
        assert 0 <= dot.y <= found.height - HEIGHT
    for layer in range(4):
        column = sorted(dot.y for dot in found.dots if dot.layer == layer)
        assert all(lower - upper >= HEIGHT for upper, lower in pairwise(column))


def entry(title, starts, ends, **more):
    return {"kind": "EVENT", "title": title, "starts": starts, "ends": ends, "estimated": False, **more}


def test_a_calendar_is_months_with_what_begins_or_goes_on_in_each():
    found = block("Entries", [entry("A", "2026-11-30", "2026-12-02"), entry("B", "2027-02-06", "2027-02-06")])
    assert isinstance(found, Months)
    assert [month.first for month in found.months] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 2, 1)]
    days = {
        day.date: [(one.title, one.until, one.goes_on) for one in day.entries]
        for month in found.months
        for week in month.weeks
        for day in week
        if day.entries
    }
    assert days == {
        date(2026, 11, 30): [("A", date(2026, 12, 2), False)],
        date(2026, 12, 1): [("A", date(2026, 12, 2), True)],
        date(2027, 2, 6): [("B", None, False)],
    }
    assert all(len(week) == 7 for month in found.months for week in month.weeks)


def test_a_place_of_a_story_that_nothing_takes_stands_empty_on_the_board():
    def beat(position, role):
        return {"position": position, "role": role, "asset": {"id": f"asset:{position}", "title": str(position)}}

    found = block("Beats", [beat(1, "HOOK"), beat(2, "CONTEXT"), beat(4, "CALL")], "id")
    assert isinstance(found, Board)
    assert [(one.position, one.title, one.id) for one in found.panels] == [
        (1, "1", "asset:1"), (2, "2", "asset:2"), (3, "Kosong", ""), (4, "4", "asset:4"),
    ]  # fmt: skip


def test_beats_are_a_board_in_the_language_of_the_page():
    picture = {"alt": "Jar", "renditions": [{"files": [{"url": "/m"}]}]}
    beat = {
        "position": 1,
        "role": "HOOK",
        "score": 0.5,
        "asset": {"id": "asset:a", "title": "A", "media": {"nodes": [picture]}},
        "because": {"sentence": "Because."},
        "checks": {"rights": {"verdict": "ALLOWED", "until": None}},
    }
    found = block("Beats", [beat], "id")
    assert isinstance(found, Board)
    [panel] = found.panels
    assert (panel.role, panel.picture, panel.alt) == ("Pemikat", "/m", "Jar")
    assert panel.facts == (("Nilai", "0,50"), ("Hak", "Boleh"))


#: Types, of which the pages have words of their own.
_SAME = ("EntityType",)
#: The same word in both languages.
_ALIKE = {
    "platform", "status", "media", "agenda", "label", "id", "X", "FACEBOOK", "INSTAGRAM", "LINKEDIN", "TIKTOK",
    "YOUTUBE", "AUDIO", "VIDEO", "RADIO", "STUDIO", "MUSEUM", "FESTIVAL", "EMBARGO", "DIASPORA", "INTERNAL", "MEDIA",
    "LABEL",
}  # fmt: skip


class Names(Visitor):
    """The names that an operation selects, and the words of the vocabularies among them."""

    def __init__(self, told: TypeInfo) -> None:
        super().__init__()
        self.told, self.names = told, set[str]()

    def enter_field(self, node, *_):
        self.names.add((node.alias or node.name).value)
        kind = get_named_type(self.told.get_type())
        if isinstance(kind, GraphQLEnumType) and kind.name not in _SAME:
            self.names.update(kind.values)


def test_every_name_and_word_that_a_shipped_card_shows_is_told_in_indonesian():
    contract = build_contract(MODEL)
    shown = set[str]()
    for card in shipped():
        told = TypeInfo(contract.core)
        names = Names(told)
        visit(parse(card.query), TypeInfoVisitor(told, names))
        shown |= names.names
    assert {name for name in shown - _ALIKE if worded(name, "id") == worded(name, "de")} == set()


@pytest.mark.parametrize(
    ("name", "lang", "told"), [("totalCount", "id", "Jumlah"), ("totalCount", "en", "Total count")]
)
def test_names_are_told_in_the_language_of_the_page(name, lang, told):
    assert worded(name, lang) == told
