"""A form as it was sent, laid over the thing as it is now: what one changed, what somebody else did, and both's clash.

Beside each field stands a digest of what its reader was shown. What was typed differs from it where the reader changed
something, and what is there now where somebody else did. Nothing else has to be kept between two requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.desk.fields import Field
from api.desk.spelling import digest, plain, spelled, typed
from api.desk.thing import Thing
from api.schema.names import camel
from graph.errors import InvalidValue
from graph.model import Prop

Sent = Mapping[str, Sequence[str]]
WAS, HAD, FIND, CARRIED = "was.", "had.", "find.", "p."


@dataclass(frozen=True, slots=True)
class Carried:
    """What a link carries, in a field of its own."""

    name: str
    prop: Prop
    text: str
    was: str


@dataclass(frozen=True, slots=True)
class Linked:
    """One thing that a field links to, or would; `kept` where it is ticked."""

    id: str
    kept: bool
    there: bool
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it is shown. `theirs` is what somebody else wrote meanwhile, where both changed it."""

    field: Field
    text: str = ""
    was: str = ""
    theirs: str | None = None
    problem: str = ""
    find: str = ""
    linked: tuple[Linked, ...] = ()
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, and the input of the write that it makes; sound where nothing of it is refused."""

    shown: tuple[Shown, ...]
    input: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def sound(self) -> bool:
        return not any(one.problem for one in self.shown)

    @property
    def clashes(self) -> bool:
        return any(one.theirs is not None for one in self.shown)


def fill(fields: Sequence[Field], thing: Thing, sent: Sent, found: Mapping[str, Sequence[str]] | None = None) -> Filled:
    """The form of a thing, with what was sent over it. `found` are things to offer for links, by field."""
    shown: list[Shown] = []
    values: dict[str, object] = {}
    for one in fields:
        if one.is_link:
            laid, value = _links(one, thing, sent, (found or {}).get(one.name, ()))
        else:
            laid, value = _value(one, thing, sent)
        shown.append(laid)
        if value is not _SAME:
            values[one.name] = value
    return Filled(tuple(shown), values)


_SAME = object()


def _value(one: Field, thing: Thing, sent: Sent) -> tuple[Shown, object]:
    prop = one.prop
    now = spelled(prop, thing.values.get(prop.name, prop.default), thing.zone)
    text, theirs, mine = _laid(sent, one.name, now, lines=prop.many)
    if not mine:
        return Shown(one, now, digest(now)), _SAME
    try:
        value, problem = typed(prop, text, thing.zone), ""
    except InvalidValue as error:
        value, problem = _SAME, error.told
    return Shown(one, text, digest(now), theirs, problem, mine=True), value


def _laid(sent: Sent, name: str, now: str, *, lines: bool = False) -> tuple[str, str | None, bool]:
    """What a field holds, what of somebody else's it would overwrite, and whether its reader changed it."""
    if name not in sent:
        return now, None, False
    given = [plain(text) for text in sent[name]]
    text = "\n".join(one for one in given if one) if lines else given[-1]
    was = last(sent, WAS + name) or digest("")
    mine = digest(text) != was and text != now
    theirs = now if mine and digest(now) != was else None
    return text, theirs, mine


def _links(one: Field, thing: Thing, sent: Sent, found: Sequence[str]) -> tuple[Shown, object]:
    there = thing.links.get(one.end.name, {})
    had = set(_all(sent, HAD + one.name))
    was_sent = HAD + one.name in sent or one.name in sent
    ticked = list(dict.fromkeys(_all(sent, one.name)))
    kept = list(there)
    if was_sent:
        gone, added = had - set(ticked), [id for id in ticked if id not in had]
        if not one.end.many and added:
            kept, gone = [], set[str]()
        kept = [id for id in kept if id not in gone] + [id for id in added if id not in kept]
    offered = [id for id in found if id not in kept]
    linked = tuple(
        Linked(id, id in kept, id in there, tuple(_carried(one, id, there.get(id, {}), thing, sent)))
        for id in dict.fromkeys((*there, *kept, *offered))
    )
    find = last(sent, FIND + one.name)
    try:
        value = _edit(one, thing, kept, linked)
        problem = ""
    except InvalidValue as error:
        value, problem = _SAME, error.told
    return Shown(one, find=find, linked=linked, problem=problem, mine=value is not _SAME), value


def _carried(one: Field, id: str, there: Mapping[str, object], thing: Thing, sent: Sent) -> Iterator[Carried]:
    for prop in one.end.link.props.values():
        name = f"{CARRIED}{one.name}.{id}.{prop.name}"
        now = spelled(prop, there.get(prop.name), thing.zone)
        text, _, _ = _laid(sent, name, now)
        yield Carried(name, prop, text, digest(now))


def _edit(one: Field, thing: Thing, kept: Sequence[str], linked: Sequence[Linked]) -> object:
    """The links to put and to take away, as the contract takes them."""
    there = thing.links.get(one.end.name, {})
    puts = [
        {"to": each.id, **_told(each, there.get(each.id, {}), thing)}
        for each in linked
        if each.id in kept and (each.id not in there or any(digest(prop.text) != prop.was for prop in each.carried))
    ]
    gone = [id for id in there if id not in kept]
    if not puts and not gone:
        return _SAME
    if one.end.many:
        return {"put": puts, "remove": gone}
    return puts[-1] if puts else None


def _told(each: Linked, there: Mapping[str, object], thing: Thing) -> dict[str, object]:
    """All that a link carries: what was typed, and what is not shown and stays."""
    own = {one.prop.name for one in each.carried}
    found = {camel(name): value for name, value in there.items() if name not in own}
    for one in each.carried:
        value = typed(one.prop, one.text, thing.zone)
        if value is not None:
            found[camel(one.prop.name)] = value
    return found


def _all(sent: Sent, name: str) -> list[str]:
    return [one for one in sent.get(name, ()) if one]


def last(sent: Sent, name: str) -> str:
    """What a field was sent with, the last time that its name stands in the form."""
    return sent[name][-1].strip() if sent.get(name) else ""
