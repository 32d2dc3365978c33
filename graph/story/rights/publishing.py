"""Whether some right lets a thing be published at all, and if not, what stands against it."""

from collections.abc import Mapping
from datetime import date

from graph.model.enums import UseChannel, UsePurpose
from graph.story.rights.boxes import TooIntricate, covered, meets, space_of
from graph.story.rights.check import Checking
from graph.story.rights.judging import speaks
from graph.story.rights.material import Material, Part, Thing
from graph.story.rights.use import Use
from graph.story.rights.verdict import YES

#: What publishing is: to show it on a website for the sake of culture, somewhere.
PUBLICATION = Use(channels=frozenset({UseChannel.WEBSITE}), purposes=frozenset({UsePurpose.CULTURE}))
_CLEARED = frozenset({Part.ITSELF, Part.MEDIA})


def unpublishable(material: Material, today: date, locale: str = "en") -> Mapping[str, str]:
    """The things of an asset or a recording that nothing lets be published, each with the reason in a sentence.

    A right that holds in some countries is enough, since where it does not hold its bytes are not given. People it
    shows, sources it cites and what it was made from bind its uses and not that it is there.
    """
    checking = Checking(PUBLICATION, today, locale)
    found: dict[str, str] = {}
    for thing in material.things:
        if thing.part in _CLEARED and not thing.original and not somewhere(thing, today):
            alone = checking.verdict(Material(material.id, material.label, (thing,), material.keeper))
            if alone.verdict not in YES:
                found[thing.id] = " ".join(dict.fromkeys(reason.sentence for reason in alone.reasons))
    return found


def somewhere(thing: Thing, today: date) -> bool:
    """Whether rules permit every action of publishing for some part of it, and do not forbid all of it."""
    window = PUBLICATION.on(today)
    space = space_of(PUBLICATION, window, thing.kind, thing.origins)
    if not all(space.box):
        return True
    rules = [(origin, rule) for origin in thing.origins for rule, _ in origin.rules]
    for action in PUBLICATION.required():
        asked = space.action(action)
        said = [(origin, rule) for origin, rule in rules if speaks(rule, action)]
        permits = [space.rule(origin, rule) for origin, rule in said if rule.effect == "permission"]
        prohibits = [space.rule(origin, rule) for origin, rule in said if rule.effect == "prohibition"]
        try:
            forbidden = bool(prohibits) and covered(asked, prohibits)
        except TooIntricate:
            forbidden = True
        if forbidden or not any(meets(box, asked) for box in permits):
            return False
    return True
