"""Names and texts in the language asked for."""

from collections.abc import Callable
from typing import Any

from graphql.language import FieldNode

from api.plan.leaves import Getter, Plain
from api.plan.locales import Chosen, chain_of, choose, choose_name
from api.plan.needs import Condition, Needs, in_a_language, locale_of
from api.plan.reading import Ask, Reading, subselections
from api.plan.shaping import picker
from api.schema.catalogue import Field

Nodes = tuple[FieldNode, ...]
Bind = Callable[[Ask], Getter]

_NOTHING: dict[str, list[dict[str, Any]]] = {"rows": []}


def name_part(reading: Reading, owner: str, needs: Needs, key: str, nodes: Nodes, field: Field) -> Bind:
    """A label: `names` by locale, else the name itself."""
    prop = field.the_prop.name
    needs.prop(prop)
    if "names" not in reading.contract.catalogue.entries[owner].entity.props:
        needs.as_stored(key, prop)
        return lambda _ask: Plain(prop)
    asked = locale_of(reading.arguments(owner, nodes[0]))
    needs.prop("names", when=in_a_language(asked))
    needs.as_stored(key, prop, lambda ask: not chain_of(asked(ask)))

    def bind(ask: Ask) -> Getter:
        chain = chain_of(asked(ask))
        if not chain:
            return Plain(prop)
        return lambda row: choose_name(row[prop], row["names"], chain)

    return bind


def names_part(reading: Reading, _owner: str, needs: Needs, _key: str, nodes: Nodes, field: Field) -> Bind:
    return _pairs_part(reading, needs, nodes, field, "LocalisedName", "name")


def shares_part(reading: Reading, _owner: str, needs: Needs, _key: str, nodes: Nodes, field: Field) -> Bind:
    return _pairs_part(reading, needs, nodes, field, "LocaleShare", "share")


def _pairs_part(reading: Reading, needs: Needs, nodes: Nodes, field: Field, type_name: str, value_name: str) -> Bind:
    """A map by locale as a list, in order of the locale."""
    prop = field.the_prop.name
    needs.prop(prop)
    pick = picker(reading, type_name, subselections(nodes))

    def get(row: Any) -> object:
        found: dict[str, object] = row[prop] or {}
        return [pick({"locale": locale, value_name: found[locale]}) for locale in sorted(found)]

    return lambda _ask: get


def text_part(reading: Reading, owner: str, needs: Needs, key: str, nodes: Nodes, field: Field) -> Bind:
    """A content text; without a language asked for it is the source's."""
    prop = field.the_prop.name
    asked = locale_of(reading.arguments(owner, nodes[0]))
    needs.prop(prop)
    needs.as_stored(key, prop, lambda ask: not chain_of(asked(ask)))
    chosen = _choosing(needs, prop, asked, nodes[0], when=in_a_language(asked))

    def bind(ask: Ask) -> Getter:
        if not chain_of(asked(ask)):
            return Plain(prop)
        choice = chosen(ask)
        return lambda row: choice(row).text

    return bind


def text_detail_part(reading: Reading, owner: str, needs: Needs, _key: str, nodes: Nodes, field: Field) -> Bind:
    """A content text with its language and how that was chosen."""
    asked = locale_of(reading.arguments(owner, nodes[0]))
    chosen = _choosing(needs, field.the_prop.name, asked, nodes[0])
    pickers = [picker(reading, "LocalisedText", subselections(nodes), checked=checked) for checked in (False, True)]

    def bind(ask: Ask) -> Getter:
        choice, pick = chosen(ask), pickers[ask.checked]

        def get(row: Any) -> object:
            found = choice(row)
            if found.text is None:
                return None
            chain = [{"locale": locale, "state": state} for locale, state in found.chain]
            return pick({"text": found.text, "locale": found.locale, "chain": chain})

        return get

    return bind


def _choosing(
    needs: Needs, prop: str, asked: Callable[[Ask], str | None], node: FieldNode, *, when: Condition | None = None
) -> Callable[[Ask], Callable[[Any], Chosen]]:
    needs.prop(prop, "locale", "text_state", "state", when=when)
    slot = needs.text(prop, asked, node)

    def chosen(ask: Ask) -> Callable[[Any], Chosen]:
        chain = chain_of(asked(ask))
        return lambda row: choose(prop, row, row.get(slot, _NOTHING)["rows"], chain)

    return chosen
