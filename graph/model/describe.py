"""The model as a page for people: every type with its properties and links, and every vocabulary."""

from collections.abc import Iterable
from enum import StrEnum

from graph.model.declare import ANY, End, Marking, Prop
from graph.model.kernel import Kernel
from graph.model.model import LINK_PROPS, EntityType, Model

_HEAD = """# Data model

Every entity has the kernel's properties and links, and those of its type.
A link has a field at both sides: the one named first is written, the one named back is read.
*Required* binds when a thing leaves DRAFT. *Searched* gives the weight in the search index, 10 for names.
Each link means that its source uses its target, as `usedIn` tells, but for those marked *no use*.
Text fields marked *translated* stand in the language `locale` says; their other languages are Translations.
This page is printed from the declarations in `graph/model/` by `make schema`.
"""

_MOST_TARGETS = 6


def data_model(model: Model) -> str:
    """docs/data-model.md."""
    kernel = [End(name, link, forward=True) for name, link in Kernel.declared_links.items()]
    parts = [
        _HEAD,
        "\n".join(
            ["## Types", "", "| Type | Id | What it is |", "|---|---|---|", *map(_summary, model.types.values()), ""]
        ),
        "\n".join(
            ["## Kernel", "", Kernel.__doc__ or "", "", *_props(model.any.props.values()), *_links(model, kernel)]
        ),
        *(_type(model, entity) for entity in model.types.values()),
        "\n".join(["## Properties of any link", "", *_props(LINK_PROPS.values())]),
        "\n".join(["## Vocabularies", "", *(line for each in vocabularies(model) for line in _vocabulary(each))]),
    ]
    return "\n".join(parts).rstrip() + "\n"


def vocabularies(model: Model) -> list[type[StrEnum]]:
    """Every closed vocabulary that some property uses, by name."""
    props = [prop for entity in [model.any, *model.types.values()] for prop in entity.props.values()]
    props += [prop for carried in model.stored_links.values() for prop in carried.values()]
    return sorted({prop.vocabulary for prop in props if prop.vocabulary}, key=lambda vocabulary: vocabulary.__name__)


def _summary(entity: EntityType) -> str:
    return f"| [{entity.name}](#{entity.name.lower()}) | `{entity.prefix}:` | {entity.doc} |"


def _type(model: Model, entity: EntityType) -> str:
    starts = f"A new one is {entity.default_state} and {entity.default_marking}"
    least = f", and never less than {entity.least}." if entity.least is not Marking.PUBLIC else "."
    forward = [end for name, end in entity.forward.items() if name not in Kernel.declared_links]
    back = [end for end in entity.ends.values() if not end.forward and end.name not in model.any.ends]
    return "\n".join(
        [
            f"## {entity.name}",
            "",
            f"{entity.doc} {starts}{least}",
            "",
            *_props(entity.own.values()),
            *_links(model, forward),
            *_backs(back),
        ]
    )


def _props(props: Iterable[Prop]) -> list[str]:
    rows = [f"| `{prop.name}` | {_kind(prop)} | {prop.doc} | {_notes(prop)} |" for prop in props]
    return ["| Property | Kind | What it is | |", "|---|---|---|---|", *rows, ""]


def _kind(prop: Prop) -> str:
    name = f"[{prop.vocabulary.__name__}](#{prop.vocabulary.__name__.lower()})" if prop.vocabulary else prop.kind.name
    return f"list of {name}" if prop.many else name


def _notes(prop: Prop) -> str:
    return ", ".join(
        note
        for note, holds in (
            ("derived", prop.derived),
            ("required", prop.required),
            ("translated", prop.localised),
            (f"searched {prop.searchable}", prop.searchable),
            ("facet", prop.facet),
            ("orderable", prop.orderable),
            ("no filter", not prop.filterable),
            (f"at most {prop.longest:,} characters", prop.longest),
            (f"seen by {prop.marking} and above", prop.marking is not Marking.PUBLIC),
            (
                f"`{str(prop.default).lower() if isinstance(prop.default, bool) else prop.default}` at first",
                prop.default is not None,
            ),
            (prop.deprecated.reason if prop.deprecated else "", prop.deprecated),
        )
        if holds
    )


def _links(model: Model, ends: Iterable[End]) -> list[str]:
    rows = [
        f"| `{end.name}` | {_targets(model, end)} | `{end.link.stored}` | {end.link.doc} | {_link_notes(end)} "
        f"| `{end.link.back}` |"
        for end in ends
    ]
    if not rows:
        return []
    return ["| Link | To | Stored as | What it is | | Back |", "|---|---|---|---|---|---|", *rows, ""]


def _targets(model: Model, end: End) -> str:
    """The types it leads to; a long list is told by what is left out, or by what they share."""
    named = set(end.targets)
    out = [name for name in model.types if name not in named]
    if end.targets == (ANY,) or not out:
        told = "any entity"
    elif len(end.targets) <= _MOST_TARGETS:
        told = " or ".join(end.targets)
    elif named == {entity.name for entity in model.types.values() if entity.texts}:
        told = "any entity with texts"
    else:
        told = f"any entity but {', '.join(out)}"
    return told


def _link_notes(end: End) -> str:
    carried = ", ".join(f"`{prop.name}` ({_kind(prop)}): {prop.doc}" for prop in end.link.props.values())
    notes = [
        note
        for note, holds in (
            ("at most one", not end.many),
            (f"at least {end.link.at_least}", end.link.at_least),
            (f"its label searched {end.link.searchable}", end.link.searchable),
            ("facet", end.link.facet),
            (end.link.deprecated.reason if end.link.deprecated else "", end.link.deprecated),
            ("no use", not end.link.use),
            ("never in a circle", end.link.acyclic),
        )
        if holds
    ]
    return "; ".join([*([", ".join(notes)] if notes else []), *([f"carries {carried}"] if carried else [])])


def _backs(ends: Iterable[End]) -> list[str]:
    told = [f"`{end.name}` ({end.link.source}.{end.link.name})" for end in ends]
    return [f"Read from the other side: {', '.join(told)}.", ""] if told else []


def _vocabulary(vocabulary: type[StrEnum]) -> list[str]:
    return [
        f"### {vocabulary.__name__}",
        "",
        vocabulary.__doc__ or "",
        "",
        ", ".join(f"`{member.value}`" for member in vocabulary),
        "",
    ]
