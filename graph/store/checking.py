"""Checking a put before it is compared: every name declared, every value canonical, every target there."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NoReturn

from graph.errors import GraphError, InvalidValue
from graph.model import LEVEL, LINK_PROPS, EntityType, Model, Prop, shows
from graph.model.moves import NEVER_PUBLISHED
from graph.sentence import sentence, together
from graph.store.batch import Edit, Put, Refused, To
from graph.store.ids import check_id
from graph.store.transaction import Links, Values

_MOST_LINKS = 100_000
_NONE: Mapping[str, tuple[dict[str, Values], tuple[str, ...]]] = {}


@dataclass(slots=True)
class Checked:
    """A put in stored form."""

    put: Put
    entity: EntityType
    values: Values
    links: Links
    edits: Mapping[str, tuple[dict[str, Values], tuple[str, ...]]] = field(
        default_factory=dict[str, tuple[dict[str, Values], tuple[str, ...]]]
    )

    def on(self, links: Links) -> None:
        """Make whole lists of the edits, from the links that are there."""
        for name, (put, drop) in self.edits.items():
            there = links.get(name, {})
            # By id, since an engine reads the links of a node in an order of its own.
            self.links[name] = {to: there[to] for to in sorted(there) if to not in drop} | put


def check(model: Model, put: Put) -> Checked | Refused:
    """A put in stored form, or why it is refused."""
    try:
        entity = model.type(put.type)
        check_id(model, put.id, put.type)
        values = _values(entity, put.values)
        links = {name: _links(model, entity, name, targets) for name, targets in put.links.items()}
        edits = {name: _edit(model, entity, name, edit) for name, edit in put.edits.items()} if put.edits else _NONE
    except InvalidValue as error:
        return Refused(put.id, put.where, error.path, together(error.reason, error.cure))
    except GraphError as error:
        return Refused(put.id, put.where, "", str(error))
    return Checked(put, entity, values, links, edits)


def _values(entity: EntityType, given: Mapping[str, object]) -> Values:
    checks, blank = _checks(entity), entity.blank
    try:
        return {name: blank[name] if value is None else checks[name](value) for name, value in given.items()}
    except (KeyError, InvalidValue):
        return _values_one_by_one(entity, given)


def _values_one_by_one(entity: EntityType, given: Mapping[str, object]) -> Values:
    """The same where something is wrong, so that the refusal says which of them."""
    checks, blank = _checks(entity), entity.blank
    stored: Values = {}
    for name, value in given.items():
        check = checks.get(name) or _refuse(entity, name)
        try:
            stored[name] = blank[name] if value is None else check(value)
        except InvalidValue as error:
            raise error.within(name) from None
    return stored


@lru_cache(maxsize=256)
def _checks(entity: EntityType) -> dict[str, Callable[[object], object]]:
    """What checks each property that can be set."""
    checks: dict[str, Callable[[object], object]] = {
        name: prop.checker for name, prop in entity.props.items() if not prop.derived
    }
    return checks | {"marking": partial(_marking, entity)}


def _refuse(entity: EntityType, name: str) -> NoReturn:
    entity.prop(name)
    raise InvalidValue(sentence("It follows from the rest and cannot be set."), path=name)


def _marking(entity: EntityType, value: object) -> object:
    stored = entity.props["marking"].checker(value)
    if LEVEL[str(stored)] < LEVEL[entity.least]:
        raise InvalidValue(
            sentence("{type:word} is at least {least:word}.", type=entity.name, least=entity.least),
            cure=sentence("Mark it {least:word} or stricter.", least=entity.least),
        )
    return stored


def _links(model: Model, entity: EntityType, name: str, targets: tuple[To, ...]) -> dict[str, Values]:
    end = entity.forward.get(name)
    if end is None:
        entity.end(name)
        raise InvalidValue(sentence("The link is written at its other side."), path=name)
    if len(targets) > 1 and not end.many:
        raise InvalidValue(sentence("There can be one at most, {count} were given.", count=len(targets)), path=name)
    if len(targets) > _MOST_LINKS:
        raise InvalidValue(
            sentence("There are {count} links, {most} are allowed.", count=len(targets), most=_MOST_LINKS), path=name
        )
    link = end.link
    found: dict[str, Values] = {}
    for to in targets:
        if not end.leads_to(check_id(model, to.id).name):
            raise InvalidValue(sentence('"{id}" is no {types:or}.', id=to.id, types=list(link.targets[:5])), path=name)
        found[to.id] = _link_props(link.props, name, to.props) if to.props else {}
    return found


def _edit(model: Model, entity: EntityType, name: str, edit: Edit) -> tuple[dict[str, Values], tuple[str, ...]]:
    put = _links(model, entity, name, edit.put)
    both = put.keys() & set(edit.drop)
    if both:
        raise InvalidValue(
            sentence('"{id}" is to be put and taken away.', id=min(both)),
            path=name,
            cure=sentence("Say one of the two."),
        )
    return put, edit.drop


def _link_props(own: Mapping[str, Prop], name: str, props: Mapping[str, object]) -> Values:
    stored: Values = {}
    for key, value in props.items():
        prop = own.get(key) or LINK_PROPS.get(key)
        if prop is None:
            raise InvalidValue(sentence('A link of "{name}" has no property "{key}".', name=name, key=key), path=name)
        if value is None:
            continue
        try:
            stored[key] = prop.check(value)
        except InvalidValue as error:
            raise InvalidValue(error.reason, path=f"{name}.{error.path}", cure=error.cure) from None
    return stored


def missing_targets(checked: Checked, known: AbstractSet[str], there: Links) -> list[Refused]:
    """The links of a put that lead to nothing; what it is linked to already is there."""
    return [
        Refused(
            put.id,
            put.where,
            name,
            sentence('There is nothing with the id "{id}".', id=target),
            whole=False,
            target=target,
        )
        for put in (checked.put,)
        for name, targets in checked.links.items()
        if not targets.keys() <= known
        for target in sorted(targets.keys() - known - there.get(name, {}).keys())
    ]


def unready(entity: EntityType, values: Mapping[str, object], links: Mapping[str, Mapping[str, object]]) -> str | None:
    """Why it may not stand where it does, as a sentence; None where nothing is missing or it stays a draft."""
    if values["state"] in ("DRAFT", "RETIRED"):
        return None
    if entity.name in NEVER_PUBLISHED and values["state"] in ("APPROVED", "PUBLISHED"):
        return sentence("It is about drafts and is never {state:word}. Leave it a DRAFT.", state=values["state"])
    lacking = [name for name in entity.required if not shows(values.get(name))]
    lacking += [name for name, least in entity.at_least.items() if len(links.get(name, {})) < least]
    if not lacking:
        return None
    return sentence(
        "It cannot be {state:word} without {fields:words}. Add what is missing or leave it a DRAFT.",
        state=values["state"],
        fields=lacking,
    )
