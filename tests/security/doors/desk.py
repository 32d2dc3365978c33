"""The pages of the desk: forms, history, the names they offer, and queues; for who writes, of what it sees."""

from api.cards.export import to_csv
from api.cards.neighbourhood import neighbourhood, told
from api.desk.deciding import Deciding
from api.desk.editing import Editing
from api.desk.mine import mine
from api.desk.past import history
from api.doors import deciding as deciding_page
from api.doors import mine as mine_page
from api.doors import neighbours
from api.doors.callers import Known
from api.doors.desk import Seat, edit_path
from api.doors.edit_view import page, past_page
from api.doors.languages import LANGUAGES
from api.doors.pages import templates
from api.plan.errors import Refused
from graph.model import ANY
from graph.model.moves import WRITTEN_BY_ACTIONS
from tests.security.doors.graphql import a_word
from tests.security.doors.proposals import may_read, words_of
from tests.security.doors.review import notes_on
from tests.security.sight import Look, door


def seat_of(look: Look) -> Seat | None:
    """The desk of who looks, where it writes."""
    if look.writer is None:
        return None
    lang = look.dice.choice(list(LANGUAGES))
    return Seat(look.world.house, look.world.executor, Known(look.role, "key:0"), look.writer, lang)


def editing_of(seat: Seat) -> Editing:
    return Editing(seat.executor, seat.house, seat.caller, seat.writer)


@door
def forms(look: Look) -> None:
    seat = seat_of(look)
    thing = look.dice.choice(list(look.world.things.values()))
    if seat is None:
        return
    editing = editing_of(seat)
    there = editing.thing(thing.id)
    assert (there is not None) == (look.as_writer.sees(thing) and thing.type not in WRITTEN_BY_ACTIONS)
    if there is None:
        return
    # All of it is ticked and typed again, so that what a link carries comes back, too.
    sent = {name: list(targets) for name, targets in there.links.items()}
    hidden, path = look.as_writer.hidden - notes_on(look, thing), edit_path(thing.id)
    for given in ({}, sent):
        answer = seat.page("edit.html", page(seat, editing, editing.open(there, given), path, ""), path)
        look.told(bytes(answer.body), thing.id, hidden)
    entries = history(seat.executor, seat.caller, thing.id)
    answer = seat.page("edit_past.html", past_page(seat, there, entries, editing), path)
    look.told(bytes(answer.body), thing.id, hidden)


@door(searches=True)
def names_to_link_to(look: Look) -> None:
    seat = seat_of(look)
    if seat is not None:
        word = a_word(look, ANY)
        found = editing_of(seat).picker.find(word, look.dice.choice([[ANY], ["Asset"], ["Theme", "Country"]]))
        assert all(look.as_writer.sees(look.world.things[one.id]) for one in found if one.id in look.world.things)
        look.told(repr(found).encode(), word, look.as_writer.hidden)


@door
def queues(look: Look) -> None:
    seat = seat_of(look)
    if seat is None:
        return
    mission = look.dice.choice([None, *look.world.of("Mission")])
    of = mission.id if mission else ""
    try:
        found = mine(seat.executor, seat.caller, seat.writer, of)
    except Refused:
        assert mission
        assert not look.as_writer.sees(mission)
        return
    hidden = look.as_writer.hidden - words_told(look.as_writer)
    answer = seat.page("mine.html", mine_page.view(seat, found, of) | {"mail": None}, "/mine")
    look.told(bytes(answer.body), of, hidden)
    assert all(look.as_writer.sees(look.world.things[one["id"]]) for one in found.requests)
    deciding = Deciding(seat.executor, seat.caller, seat.writer)
    answer = seat.page("decide.html", deciding_page.view(seat, deciding, ""), "/review")
    look.told(bytes(answer.body), "", hidden)
    assert all(look.as_writer.sees(look.world.things[one.row["entity"]["id"]]) for one in deciding.queue().waits)


@door
def neighbourhoods(look: Look) -> None:
    thing = look.dice.choice(list(look.world.things.values()))
    lang = look.dice.choice(list(LANGUAGES))
    around = neighbourhood(look.world.house.store, look.viewer, thing.id, lang, look.world.things)
    assert (around is not None) == look.sees(thing)
    if around is None:
        return
    shown = neighbours.view(Known(look.role), around, around, lang)
    for name in ("neighbours.html", "neighbours.svg.xml"):
        look.told(templates.get_template(name).render(shown).encode(), thing.id)
    look.told(to_csv({"links": list(told(around, lang))}), thing.id)


def words_told(look: Look) -> set[str]:
    """Words of proposals and notes that are told to who sees drafts of what they are about."""
    proposed = (words_of(look, one) for one in look.world.of("ProposedEdit") if may_read(look, one))
    return {word for words in (*proposed, *(notes_on(look, one) for one in look.seen())) for word in words}
