"""Who sees what, by the rules alone: random graphs full of secret words, slow rules, and a look at what doors answer.

Every text of every node of a random graph holds a word of its own, and so does every id. `Look` is one viewer at one
moment: what it is told through a door may hold no word of what it does not see, and what a door counts or lists has
to be what the rules of DESIGN (who sees what) say. The rules are written here from that text and not from the code.

To add a door, write a function in a file of tests/security/doors/ (a new file is found by itself):

    @door
    def the_feed(look: Look) -> None:
        told = look.told(feed_of(look.world.house, look.viewer))
        assert ids_of(told) == [thing.id for thing in look.seen("Asset")]

`look.ask(text, **variables)` asks GraphQL, and `look.told(bytes)` takes the answer of any other door; both fail where a
word shows that is out of sight (what was sent may come back). `look.dice` is the random of this look: draw from it what
to ask, so that a seed repeats the whole. The rules are `look.seen(type)`, `look.sees(thing)`, `look.shown(thing, name)`
for a property, `look.linked(thing, end)`, `look.uses(thing)` and `look.label(thing)`. `@door(searches=True)` is for
doors that need the index, which not every graph has.
"""

import base64
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, cast, overload

import orjson

from api.doors.viewers import Perspective, viewer_of, writer_of
from api.plan import Caller, Executor, Request
from api.roles import Role
from api.wiring import House
from graph.model import ANY, LEVEL, MODEL, End, EntityType, Link, Prop
from graph.model.kinds import (
    BIG,
    BOOLEAN,
    CODE,
    DATE,
    DAYS,
    EDTF,
    FLOAT,
    INSTANT,
    INTEGER,
    JSON,
    LATITUDE,
    LOCALE,
    LONGITUDE,
    NAME,
    NAMES,
    PARTIAL_DATE,
    RULES,
    SHARE,
    SHARES,
    STRING,
    TEXT,
    URL,
    Kind,
)
from graph.model.moves import NEVER_PUBLISHED
from graph.store.batch import Batch, Put, Removal, To, Which
from graph.store.select import Select, Shape
from graph.store.visibility import SYSTEM

T0 = datetime(2026, 3, 1, tzinfo=UTC)
#: Moments at which things begin, end and are looked at; a millisecond counts.
MOMENTS = [T0 + one for one in (timedelta(), timedelta(milliseconds=1), timedelta(days=1), timedelta(days=2))]
STATES = ("DRAFT", "IN_REVIEW", "APPROVED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "RETIRED")
MARKINGS = ("PUBLIC", "PUBLIC", "PUBLIC", "PARTNER", "INTERNAL", "RESTRICTED")
#: The words of all nodes that are no secret, so that searches find several.
COMMON = ("batik", "kimchi")

_LETTERS = "bcdfghjkmpqrtvwx"
_SECRET = re.compile(r"zq[bcdfghjkmpqrtvwx]{8}", re.IGNORECASE)
_CURSOR = re.compile(r"[A-Za-z0-9_-]{16,}")
#: Types that most graphs have; the others are drawn now and then.
_OFTEN = ("Asset", "Asset", "Asset", "Theme", "Theme", "Country", "Translation", "Translation", "Translation",
          "Campaign", "Audience", "Source", "Person", "Mission", "ReviewNote", "ProposedEdit", "Media")  # fmt: skip

#: Types of a graph to plan with.
_PLANNED = ("Asset", "Asset", "Asset", "Audience", "Audience", "Theme", "Theme", "Message", "Message", "Narrative",
            "Goal", "Campaign", "Campaign", "Placement", "Placement", "Channel", "Country", "Mission", "Observance",
            "Proof", "RightsGrant", "Consent", "Person", "Media", "Source", "Translation", "Organisation")  # fmt: skip


@dataclass(eq=False)
class Thing:
    """A node as it was written, in outside form; `words` are the secret words of its properties."""

    id: str
    type: str
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)

    @property
    def entity(self) -> EntityType:
        return MODEL.types[self.type]

    @property
    def put(self) -> Put:
        links = {name: tuple(To(to, props) for to, props in targets.items()) for name, targets in self.links.items()}
        return Put(self.id, self.type, self.values, links)


class Graph:
    """A random graph; the same seed makes the same."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.things: dict[str, Thing] = {}
        self.moved: list[Thing] = []
        types = [*dice.choice((_OFTEN, _OFTEN, _PLANNED)), *dice.sample(sorted(MODEL.types), 3)]
        for name in dice.sample(types, dice.randint(6, len(types))):
            id = f"{MODEL.types[name].prefix}:{self.word()}"
            self.things[id] = Thing(id, name)
        for thing in self.things.values():
            self._fill(thing)

    def word(self) -> str:
        return "zq" + "".join(self.dice.choices(_LETTERS, k=8))

    def move(self) -> list[Thing]:
        """Change where some things stand; what they rest on or carry may follow."""
        self.moved = self.dice.sample(list(self.things.values()), self.dice.randint(0, len(self.things)))
        for thing in self.moved:
            if "text_state" in thing.values and self.dice.random() < 0.5:
                thing.values["text_state"] = "DRAFT" if thing.values["text_state"] in (None, "PUBLISHED") else None
            else:
                self._stand(thing)
        return self.moved

    def _fill(self, thing: Thing) -> None:
        for name, prop in thing.entity.props.items():
            if prop.derived or name in _STANDING or not (prop.vocabulary or prop.kind in {*_PLAIN, *_TOLD}):
                continue
            if prop.required or self.dice.random() < 0.6:
                thing.values[name] = self._value(thing, prop)
        for name, end in thing.entity.forward.items():
            # Some links may not lead back to where they start, so those within a type lead to who was made before.
            others = list(self.things.values()) if thing.type not in end.link.targets else self._before(thing)
            there = [other.id for other in others if end.leads_to(other.type) and other != thing]
            least = min(len(there), end.link.at_least)
            if there and (least or self.dice.random() < 0.5):
                chosen = self.dice.sample(
                    there, self.dice.randint(max(1, least), min(4, len(there)) if end.many else 1)
                )
                thing.links[name] = {to: self._carried(end.link) for to in chosen}
        self._stand(thing)

    def _before(self, thing: Thing) -> list[Thing]:
        made = list(self.things.values())
        return made[: made.index(thing)]

    def _carried(self, link: Link) -> dict[str, Any]:
        sources = [other.id for other in self.things.values() if other.type == "Source"]
        found = {"evidence": self.dice.choice(sources)} if sources and self.dice.random() < 0.4 else {}
        return found | {name: self._value(None, prop) for name, prop in link.props.items() if self.dice.random() < 0.5}

    def _stand(self, thing: Thing) -> None:
        """A random state, marking, beginning and end."""
        dice, entity = self.dice, thing.entity
        lacks = any(len(thing.links.get(name, {})) < least for name, least in entity.at_least.items())
        least = LEVEL[entity.least]
        never = entity.name in NEVER_PUBLISHED
        states = ("DRAFT", "RETIRED") if lacks else ("DRAFT", "IN_REVIEW", "RETIRED") if never else STATES
        thing.values |= {
            "state": dice.choice(states),
            "marking": dice.choice([one for one in MARKINGS if LEVEL[one] >= least] or [entity.least.value]),
            "embargo_until": dice.choice([None] * 5 + [_written(one) for one in MOMENTS]),
            "expires_at": dice.choice([None] * 5 + [_written(one) for one in MOMENTS]),
        }
        if "text_state" in entity.props:
            thing.values["text_state"] = dice.choice([None, None, None, "DRAFT", "PUBLISHED"])

    def _value(self, thing: Thing | None, prop: Prop) -> Any:
        # By a digest bytes are found in a storage.
        one = f"{self.dice.getrandbits(256):064x}" if prop.name == "sha256" else self._one(thing, prop)
        return [one] if prop.many else one

    def _one(self, thing: Thing | None, prop: Prop) -> Any:
        if prop.vocabulary is not None:
            return self.dice.choice(list(prop.vocabulary)).value
        if prop.kind in _PLAIN:
            return self.dice.choice(_PLAIN[prop.kind])
        word = self.word()
        if thing is not None:
            thing.words.setdefault(prop.name, []).append(word)
        if prop.kind is URL:
            return f"https://example.org/{word}"
        if prop.kind in (NAMES, JSON):
            return {"ko": word}
        if prop.kind is RULES:
            effect = self.dice.choice(["permission", "permission", "prohibition"])
            return [{"effect": effect, "action": "use", "clause": word, "text": word}]
        told = word if prop.kind is CODE else f"{word} {self.dice.choice(COMMON)}"
        return told[: prop.longest] if prop.longest else told


#: Kinds that hold secret words; a kind that is not listed stays empty.
_TOLD = {NAME, TEXT, STRING, CODE, URL, NAMES, JSON, RULES}
_STANDING = {"state", "marking", "embargo_until", "expires_at", "text_state"}
_PLAIN: dict[Kind, list[Any]] = {
    LOCALE: ["en", "ko", "id"],
    EDTF: ["2013", "2013-05"],
    DATE: ["2026-01-01", "2026-05-05"],
    DAYS: [[{"date": "2026-03-02", "certainty": "ESTIMATED"}, {"date": "2026-05-05"}]],
    INSTANT: ["2026-01-01T00:00:00Z"],
    PARTIAL_DATE: ["2013", "2013-05"],
    INTEGER: [1, 7, 2013],
    FLOAT: [0.5, 2.0],
    LATITUDE: [-6.2, 37.5],
    LONGITUDE: [106.8, 127.0],
    SHARE: [0.25, 1.0],
    BOOLEAN: [True, False],
    SHARES: [{"ko": 0.5}],
    BIG: [1, 20_000, 3_000_000],
}


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class World:
    """A random graph in a real store. Where it is `indexed` it can be searched; not `fresh`, the index may lag."""

    graph: Graph
    house: House
    executor: Executor
    indexed: bool = False
    fresh: bool = False
    first: dict[str, tuple[str, str]] = field(default_factory=dict)
    """State and marking of each as it was first written, before it was moved in sight."""

    @property
    def things(self) -> dict[str, Thing]:
        return self.graph.things

    def of(self, type_name: str) -> list[Thing]:
        """All of a type in order of their ids; Entity is every type."""
        found = [thing for thing in self.things.values() if type_name in (ANY, thing.type)]
        return sorted(found, key=lambda thing: thing.id)


def filled(house: House, executor: Executor, seed: int, *, indexed: bool) -> World:
    """The world of a seed, in the place of what was in the store before: written, then moved in sight."""
    world = World(Graph(Random(seed)), house, executor, indexed)
    dice, store = world.graph.dice, house.store
    there = store.ask(SYSTEM, {"it": Select(ANY, Shape((("id", "id"),)))})["it"]["rows"]
    puts = [thing.put for thing in world.things.values()]
    dice.shuffle(puts)
    _write(house, Batch(tuple(puts), removals=tuple(Removal(row["id"]) for row in cast("Any", there))))
    early = dice.random() < 0.7
    if indexed and early:
        house.follower.follow()
    world.first = {one.id: (one.values["state"], one.values["marking"]) for one in world.things.values()}
    _propose(world)
    moved = [
        Put(one.id, one.type, {name: one.values[name] for name in _STANDING & one.values.keys()})
        for one in world.graph.move()
    ]
    _write(house, Batch(tuple(moved)))
    world.fresh = not early or dice.random() < 0.5
    if indexed and world.fresh:
        house.follower.follow()
    return world


def _propose(world: World) -> None:
    """Let each proposal be an edit of its thing as it is written, with words of its own and links to anything."""
    dice, puts = world.graph.dice, list[Put]()
    for one in world.of("ProposedEdit"):
        for id in one.links.get("changes", {}):
            thing = world.things[id]
            word, linked = world.graph.word(), dict[str, Any]()
            one.words["patch"] = [word]
            ends = [(name, end) for name, end in thing.entity.forward.items() if end.many]
            for name, end in dice.sample(ends, min(2, len(ends))):
                there = [other.id for other in world.things.values() if end.leads_to(other.type)]
                if there:
                    linked[name] = {"put": {dice.choice(there): {}}, "drop": [dice.choice(there)]}
            [entry] = world.house.store.changes(0, 1, Which(ids=(id,)))
            one.values |= {
                "patch": {"set": {"aliases": [word]}, "links": linked},
                "reverse": {"set": {"aliases": thing.values.get("aliases", [])}},
                "on_seq": entry.seq,
            }
            puts.append(Put(one.id, one.type, {name: one.values[name] for name in ("patch", "reverse", "on_seq")}))
    if puts:
        _write(world.house, Batch(tuple(puts)))


def _write(house: House, batch: Batch) -> None:
    report = house.store.write(batch)
    assert report.refused == (), report.refused


#: The highest marking each role may see of what is live, of what is not, and of what is retired; -1 is nothing.
SEES = {
    Role.PUBLIC: (0, -1, -1),
    Role.PARTNER: (1, -1, -1),
    Role.CREATOR: (2, 2, -1),
    Role.PLANNER: (2, 2, -1),
    Role.EDITOR: (3, 3, 3),
    Role.ADMIN: (3, 3, 3),
}


class Look:
    """One viewer at one moment: the rules, and what it is told through doors."""

    def __init__(self, world: World, dice: Random) -> None:
        self.world, self.dice = world, dice
        self.role = dice.choice(list(SEES))
        drafts = SEES[self.role][1] >= 0 and dice.random() < 0.7
        self.perspective = Perspective.DRAFT if drafts else Perspective.PUBLISHED
        self.now = dice.choice(MOMENTS)
        now = round(self.now.timestamp() * 1000)
        self.viewer = replace(viewer_of(self.role, self.perspective), now=now)
        writer = writer_of(self.role, "key:0")
        self.writer = replace(writer, viewer=replace(writer.viewer, now=now)) if writer else None
        self.locale = dice.choice([None, None, "ko"])
        self.codes = set[str]()
        """With what the last question was refused."""

    def __repr__(self) -> str:
        return f"{self.role} in {self.perspective} at {self.now.isoformat()}"

    # The rules

    def sees(self, thing: Thing, *, drafts: bool | None = None) -> bool:
        """Whether it is in sight; a translation is where what it translates is, too."""
        if drafts is None:
            drafts = self.perspective is Perspective.DRAFT
        live, draft, retired = SEES[self.role] if drafts else (SEES[self.role][0], -1, -1)
        level = LEVEL[thing.values["marking"]]
        if thing.values["state"] == "RETIRED":
            own = level <= retired
        else:
            own = level <= (live if self._is_live(thing) else draft)
        parents = thing.links.get("translates", {}) if thing.type == "Translation" else {}
        return own and all(self.sees(self.world.things[id], drafts=drafts) for id in parents)

    @staticmethod
    def moment(thing: Thing, name: str) -> datetime | None:
        """A moment that a thing names."""
        return datetime.fromisoformat(thing.values[name]) if thing.values.get(name) else None

    def _is_live(self, thing: Thing) -> bool:
        begins, ends = (thing.values.get(name) for name in ("embargo_until", "expires_at"))
        begun = begins is None or datetime.fromisoformat(begins) <= self.now
        return (
            thing.values["state"] == "PUBLISHED" and begun and (ends is None or self.now < datetime.fromisoformat(ends))
        )

    def seen(self, type_name: str = ANY) -> list[Thing]:
        """Everything of a type that is in sight, by id."""
        return [thing for thing in self.world.of(type_name) if self.sees(thing)]

    def is_open(self, thing: Thing) -> bool:
        """Whether the source text is as public as the thing: one that is published may have a text that is not."""
        return thing.values["state"] != "PUBLISHED" or thing.values.get("text_state") in (None, "PUBLISHED")

    def sees_prop(self, thing: Thing, name: str) -> bool:
        """Whether a property of a thing in sight is, too: its own marking, and for a text its own state."""
        prop = thing.entity.props[name]
        if LEVEL[prop.marking] > SEES[self.role][0]:
            return False
        if name not in thing.entity.texts or self.is_open(thing):
            return True
        drafts = SEES[self.role][1] if self.perspective is Perspective.DRAFT else -1
        return LEVEL[thing.values["marking"]] <= drafts

    def shown(self, thing: Thing, name: str) -> Any:
        """The value of a property as far as it is in sight."""
        return thing.values.get(name) if self.sees_prop(thing, name) else None

    def label(self, thing: Thing) -> str:
        """What a thing is called where its own text may not be shown to everyone who sees it: by its id."""
        name = thing.entity.label_from
        text = thing.values.get(name) if name else None
        if text is None or (name in thing.entity.texts and not self.is_open(thing)):
            return thing.id
        return str(text)

    def linked(self, thing: Thing, end: End) -> dict[str, dict[str, Any]]:
        """What is in sight at the other side of a link, by id, with what the link carries as far as that is."""
        if end.forward:
            found = thing.links.get(end.name, {}) if end.link.name == end.name else {}
        else:
            found = {
                other.id: other.links[end.link.name][thing.id]
                for other in self.world.of(end.link.source)
                if thing.id in other.links.get(end.link.name, {})
            }
        return {id: self._carried(props) for id, props in found.items() if self.sees(self.world.things[id])}

    def _carried(self, props: dict[str, Any]) -> dict[str, Any]:
        evidence = props.get("evidence")
        hidden = evidence is not None and not self.sees(self.world.things[evidence])
        return {name: value for name, value in props.items() if not (hidden and name == "evidence")}

    def uses(self, thing: Thing) -> list[Thing]:
        """What is in sight and uses it, each once."""
        ends = [end for end in thing.entity.ends.values() if not end.forward and end.link.use]
        return [self.world.things[id] for id in sorted({id for end in ends for id in self.linked(thing, end)})]

    # What is told

    @cached_property
    def hidden(self) -> set[str]:
        """The secret words that may be told nowhere."""
        found: set[str] = set()
        for thing in self.world.things.values():
            seen = self.sees(thing)
            if not seen:
                found.update(_SECRET.findall(thing.id))
            for name, words in thing.words.items():
                if not (seen and self.sees_prop(thing, name)):
                    found.update(words)
        return found

    def told(self, answer: bytes, sent: object = "", hidden: set[str] | None = None) -> bytes:
        """Check what a door told; what was sent to it may come back."""
        said = {word.lower() for word in _SECRET.findall(answer.decode())}
        for token in _CURSOR.findall(answer.decode()):
            try:
                inside = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode(errors="ignore")
            except ValueError:
                continue
            said.update(word.lower() for word in _SECRET.findall(inside))
        gave = set(_SECRET.findall(orjson.dumps(sent, default=str).decode()))
        leaked = (said & (self.hidden if hidden is None else hidden)) - gave
        assert leaked == set(), f"{self!r} was told of {leaked} in {answer.decode()[:4000]}"
        return answer

    def ask(
        self, text: str, /, *, refused: bool = False, shown: AbstractSet[str] = frozenset(), **variables: object
    ) -> Any:
        """The data of a GraphQL operation; one that may be refused says so. `shown` are words that it may tell."""
        caller = Caller(self.viewer, self.locale, None, self.writer)
        outcome = self.world.executor.execute(Request(text, None, variables), caller)
        body = orjson.dumps({"data": outcome.data, "errors": outcome.formatted_errors()})
        # A write is read back as its writer sees drafts.
        writes = text.startswith("mutation") and self.writer is not None
        self.told(body, [text, variables, sorted(shown)], self.as_writer.hidden if writes else None)
        assert refused or outcome.errors == [], outcome.errors
        self.messages = [error.message for error in outcome.errors]
        self.codes = {str((error.extensions or {}).get("code")) for error in outcome.errors}
        return outcome.data

    @property
    def as_writer(self) -> "Look":
        """What is seen while writing: a writer sees drafts, whatever it looks at otherwise."""
        other = copy(self)
        other.__dict__.pop("hidden", None)
        other.perspective = Perspective.DRAFT
        return other


Door = Callable[[Look], None]


@dataclass(frozen=True)
class Known:
    """A door that is tried, and whether it needs the index."""

    name: str
    open: Door
    searches: bool


DOORS: list[Known] = []


@overload
def door(one: Door) -> Door: ...


@overload
def door(*, searches: bool) -> Callable[[Door], Door]: ...


def door(one: Door | None = None, *, searches: bool = False) -> Any:
    """Add a door to those that are tried on every graph."""

    def add(one: Door) -> Door:
        DOORS.append(Known(one.__name__, one, searches))
        return one

    return add if one is None else add(one)


def doors() -> list[Known]:
    """All doors of tests/security/doors/, in one order."""
    for file in sorted((Path(__file__).parent / "doors").glob("*.py")):
        import_module(f"tests.security.doors.{file.stem}")
    return sorted(DOORS, key=lambda one: one.name)
