"""The start page, and the page that finds."""

from api.doors import find_view, finding, pages
from api.doors.callers import Known
from api.doors.countries import Countries
from api.doors.languages import LANGUAGES
from api.plan import Caller
from graph.model import ANY, MODEL
from graph.model.enums import UsePurpose
from tests.security.doors.graphql import a_word
from tests.security.sight import COMMON, Look, door


@door
def start_page(look: Look) -> None:
    house, lang = look.world.house, look.dice.choice(list(LANGUAGES))
    counts = pages.count(house, look.viewer)
    page = pages.templates.get_template("start.html").render(pages.view(house, Known(look.role), lang, counts))
    look.told(page.encode())
    expected = {name: len(look.seen(name)) for name in MODEL.types}
    assert counts == {name: count for name, count in expected.items() if count}


@door(searches=True)
def find_page(look: Look) -> None:
    word = look.dice.choice(["", *COMMON, a_word(look, ANY), *(sorted(look.hidden)[:1])])
    asked = finding.Asked(
        text=word,
        lang=look.dice.choice(list(LANGUAGES)),
        chosen=look.dice.choice([{}, {}, {"type": look.dice.choice(["Asset", "Theme"])}]),
        sort=look.dice.choice(finding.SORTS),
        territory=look.dice.choice(["", "FR"]),
        purpose=look.dice.choice(["", UsePurpose.TOURISM.value]),
        only_usable=look.dice.choice([True, False]),
        after="",
    )
    world = look.world
    caller = Caller(look.viewer, asked.lang)
    countries = Countries(world.house.store, world.executor).of(caller)
    found = finding.find(world.house.store, world.executor, countries, caller, asked)
    page = pages.templates.get_template("find.html").render(find_view.view(asked, found, Known(look.role), None))
    look.told(page.encode(), [word, asked.chosen])
