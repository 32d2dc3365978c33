"""The start page with its search box."""

from api.doors import pages
from api.doors.callers import Known
from api.doors.languages import LANGUAGES
from graph.model import ANY, MODEL
from tests.security.doors.graphql import a_word
from tests.security.sight import COMMON, Look, door


@door(searches=True)
def start_page(look: Look) -> None:
    word = look.dice.choice(["", *COMMON, a_word(look, ANY), *(sorted(look.hidden)[:1])])
    chosen = look.dice.choice([{}, {}, {"type": look.dice.choice(["Asset", "Theme"])}])
    asked = pages.Asked(word, chosen, None, look.dice.choice(list(LANGUAGES)))
    house = look.world.house
    found = pages.find(house, look.viewer, asked)
    page = pages.templates.get_template("start.html").render(pages.view(house, Known(look.role), asked, found))
    look.told(page.encode(), [word, chosen])
    expected = {name: len(look.seen(name)) for name in MODEL.types}
    assert found.counts == {name: count for name, count in expected.items() if count}
