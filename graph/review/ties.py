"""What is tied to a place, a theme or a campaign: the things themselves, by a few questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from graph.asking import Asking, Of, said
from graph.errors import InvalidValue
from graph.model import ANY
from graph.model.enums import Told
from graph.sentence import sentence
from graph.store.select import And, Cmp, Filter, Not, Or, Order, Rel, Select, Viewer, shape_of
from graph.story.refusing import unknown
from graph.story.rows import ids_of

#: So many places, themes or campaigns within what is named, and assets tied to them, are looked at.
MOST = 2_000
#: So many steps of narrower themes and of parts of places are gone down.
_DEEP = 4


@dataclass(frozen=True, slots=True)
class TiedWhere:
    """What things are tied to: one of these."""

    place: Annotated[str, Of(ANY)] | None = said("A country, or a place with all that is part of it.", None)
    theme: Annotated[str, Of("Theme")] | None = said("A theme with its narrower ones.", None)
    campaign: Annotated[str, Of("Campaign")] | None = said("A campaign with its adaptations.", None)


class Named(Protocol):
    """Whatever names a place, a theme or a campaign."""

    @property
    def place(self) -> str | None: ...

    @property
    def theme(self) -> str | None: ...

    @property
    def campaign(self) -> str | None: ...


class TieKind(Told):
    """How a thing is tied."""

    ITSELF = "ITSELF", "It is what was named, or a part or an adaptation of that."
    ABOUT = "ABOUT", "It is about it, shows it, or comes from there."
    THERE = "THERE", "It takes place or is made there."
    PART = "PART", "It is a part of something tied, or was made from it."
    AIMED = "AIMED", "It is for audiences that live there and for no others, or is posted where only they see it."
    USED = "USED", "The campaign uses or says it."
    SHOWN = "SHOWN", "It is a picture that only tied assets show."
    POSTED = "POSTED", "It is a post of something tied, or of the campaign."
    RESTS = "RESTS", "It is a right, a proof or a text of something tied, or concerns the country."


@dataclass(frozen=True, slots=True)
class Tied:
    """What is tied to what was named: each thing with how, in the order of types and ids."""

    named: str
    things: Mapping[str, TieKind]


_OF_ASSETS = {"place": TieKind.ABOUT, "theme": TieKind.ABOUT, "campaign": TieKind.USED}


def tied_to(asking: Asking, named: Named, viewer: Viewer | None = None) -> Tied | None:
    """What is tied to the one thing that is named, as far as it is seen, by a few questions.

    None where nothing is named. Raises InvalidValue.
    """
    given = [(kind, id) for kind in ("place", "theme", "campaign") if (id := getattr(named, kind)) is not None]
    if not given:
        return None
    if len(given) > 1:
        told = " and ".join(kind for kind, _ in given)
        raise InvalidValue(f"{told} are given.", path="where", cure="Give one, and ask for the others by themselves.")
    [(kind, id)] = given
    within = tuple(_ids(asking, _within(kind, id), viewer))
    if id not in within:
        raise unknown(kind, id, f"where.{kind}", cure=sentence("Look for its id."))
    here = Cmp("id", "in", within)
    about: Mapping[str, Filter] = {
        "place": Or((Rel("some", "countries", here), Rel("some", "depicts", here))),
        "theme": Rel("some", "themes", here),
        "campaign": Rel("some", "campaigns", here),
    }
    ties = dict.fromkeys(_ids(asking, {"Asset": _list("Asset", about[kind])}, viewer), _OF_ASSETS[kind])
    ties |= _parts(asking, tuple(ties), viewer)
    assets = tuple(ties)
    rest = _rest(kind, here, assets)
    others = _ids(asking, {name: _list(name.partition("_")[0], where) for name, (_, where) in rest.items()}, viewer)
    return Tied(id, ties | {id: rest[name][0] for id, name in others.items()})


def _parts(asking: Asking, assets: tuple[str, ...], viewer: Viewer | None) -> dict[str, TieKind]:
    """What is part of some assets or was made from them, a few steps down."""
    found: dict[str, TieKind] = {}
    near = assets
    for _ in range(_DEEP):
        if not near:
            break
        of = Cmp("id", "in", near)
        made = _ids(
            asking, {"Asset": _list("Asset", Or((Rel("some", "part_of", of), Rel("some", "derived_from", of))))}, viewer
        )
        near = tuple(id for id in made if id not in found and id not in assets)
        found |= dict.fromkeys(near, TieKind.PART)
    return found


def _rest(kind: str, here: Filter, assets: tuple[str, ...]) -> Mapping[str, tuple[TieKind, Filter]]:
    """What else is tied, by its type and more: to what is named, or to the assets that are."""
    tied = Cmp("id", "in", assets)
    shown, posts = Rel("some", "assets", tied), Rel("some", "of", tied)
    found: dict[str, tuple[TieKind, Filter]] = {
        "Media": (TieKind.SHOWN, shown),
        "Placement": (TieKind.POSTED, posts),
        "RightsGrant": (TieKind.RESTS, Rel("some", "covers_assets", tied)),
        "Proof": (TieKind.RESTS, Rel("some", "shown_by", tied)),
        "Translation": (TieKind.RESTS, Rel("some", "translates", tied)),
    }
    if kind == "place":
        found |= {name: (TieKind.THERE, Rel("some", "place", here)) for name in ("Event", "Product")}
        found["Media_of_it"] = TieKind.ABOUT, Rel("some", "depicts", here)
        found["Advisory"] = TieKind.RESTS, Rel("some", "countries", here)
        lives = Rel("some", "country", here)
        aimed = _only("audiences", lives)
        found |= dict.fromkeys(("Campaign", "Message"), (TieKind.AIMED, aimed))
        there = Or((Rel("some", "campaign", aimed), Rel("some", "channel", _only("reaches", lives))))
        found["Placement_there"] = TieKind.AIMED, And((there, Not(posts)))
    if kind == "campaign":
        found["Campaign"] = TieKind.ITSELF, here
        found["Message"] = TieKind.USED, Rel("some", "campaigns", here)
        found["Placement"] = TieKind.POSTED, Or((posts, Rel("some", "campaign", here)))
    return found


def _only(field: str, where: Filter) -> Filter:
    """There is something at the other side of a link, and all of it fits."""
    return And((Rel("some", field, where), Rel("every", field, where)))


def _within(kind: str, id: str) -> dict[str, Select]:
    """What is named and all that is within it."""
    it = Cmp("id", "eq", id)
    if kind == "theme":
        return {"Theme": _list("Theme", Or((it, *_down("broader", it))))}
    if kind == "campaign":
        return {"Campaign": _list("Campaign", Or((it, *_down("adapts", it))))}
    there = Or((it, Rel("some", "country", it)))
    return {"Place": _list("Place", Or((there, *_down("part_of", there)))), "Country": _list("Country", it)}


def _down(field: str, it: Filter) -> Iterable[Filter]:
    """Whatever comes to it in one step of a link, in two, and so on."""
    found = it
    for _ in range(_DEEP):
        found = Rel("some", field, found)
        yield found


def _list(entity: str, where: Filter) -> Select:
    return Select(entity, shape_of("id"), where, (Order("id"),), limit=MOST + 1)


def _ids(asking: Asking, questions: Mapping[str, Select], viewer: Viewer | None) -> dict[str, str]:
    """What is found, each id with the name of the question that found it."""
    found = {id: name for name, answer in asking.ask(questions, viewer).items() for id in ids_of(answer)}
    if len(found) > MOST:
        raise InvalidValue(f"More than {MOST:,} things are tied to it.", path="where", cure="Name something smaller.")
    return found
