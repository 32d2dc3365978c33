"""`duta check` and `duta stats`: whether a home is sound, and what is in it."""

from collections.abc import Iterator
from typing import cast

import click

from api.cli.main import Failure, settings
from api.cli.terminal import out, progress, say, table
from api.wiring import opened
from graph.model import EntityType, Model, Prop
from graph.store.port import GraphStore
from graph.store.select import And, Answer, Cmp, Filter, Not, Rel, Select, Shape
from graph.store.visibility import SYSTEM

_LISTED = 20


@click.command()
@click.option("--defects/--no-defects", default=True, help="Also look for what is missing before a draft can be shown.")
def check(defects: bool) -> None:
    """Verify the log, the nodes and the links, and say what is missing in drafts.

    Exit code 1 where the log or the graph is damaged; drafts with gaps are listed and are no failure.
    """
    with opened(settings()) as house:
        with progress("Reading the log"):
            verdict = house.store.verify()
        strange = list(strays(house.store))
        found = list(gaps(house.store)) if defects else []
        status = house.follower.status()
    say(f"{verdict.changes} changes read; the log is {'sound' if verdict.sound else 'damaged'}")
    say(f"search index: {status.problem or f'{status.lag} changes behind'}")
    for total, sentence in found:
        say(f"{total:>6}  {sentence}")
    problems = [*verdict.problems, *strange]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:_LISTED])
        raise Failure(f"{len(problems)} problems; restore a backup.\n{listed}")


@click.command()
def stats() -> None:
    """Count nodes by type and links by stored type."""
    with opened(settings()) as house:
        found = house.store.stats()
    nodes, links = table("type", "nodes", right=("nodes",)), table("link", "links", right=("links",))
    for name, count in sorted(found.nodes.items()):
        if count:
            nodes.add_row(name, str(count))
    for name, count in sorted(found.links.items()):
        if count:
            links.add_row(name, str(count))
    out().print(nodes)
    say()
    out().print(links)
    say()
    say(f"{sum(found.nodes.values())} nodes, {sum(found.links.values())} links, {found.seq} changes, in {found.engine}")


def gaps(store: GraphStore) -> Iterator[tuple[int, str]]:
    """How many drafts lack what they need before they can be shown, by type and field."""
    questions = dict(_questions(store.model))
    answers = store.ask(SYSTEM, questions) if questions else {}
    for name, answer in answers.items():
        total, ids = cast("int", answer["total"]), _ids(answer)
        if total:
            type_name, field = name.split(".")
            yield total, f"{type_name} without {field}: {', '.join(ids)}{' …' if total > len(ids) else ''}"


def _questions(model: Model) -> Iterator[tuple[str, Select]]:
    for entity in model.types.values():
        for field, where in _lacking(entity):
            yield f"{entity.name}.{field}", Select(entity.name, Shape((("id", "id"),)), where, limit=3, total=True)


def strays(store: GraphStore) -> Iterator[str]:
    """What holds a value that its vocabulary does not have, which only somebody past Duta can have written."""
    questions = {
        f"{entity.name}.{name}": Select(entity.name, Shape((("id", "id"),)), _stray(prop), limit=3, total=True)
        for entity in store.model.types.values()
        for name, prop in entity.props.items()
        if prop.vocabulary and not prop.many
    }
    for name, answer in store.ask(SYSTEM, questions).items():
        total, ids = cast("int", answer["total"]), _ids(answer)
        if total:
            shown = f"{', '.join(ids)}{' …' if total > len(ids) else ''}"
            yield f"{total} of {name} have a value that is none of its vocabulary: {shown}."


def _stray(prop: Prop) -> Filter:
    members = tuple(member.value for member in prop.vocabulary or ())
    return And((Cmp(prop.name, "isNull", value=False), Not(Cmp(prop.name, "in", members))))


def _lacking(entity: EntityType) -> Iterator[tuple[str, Filter]]:
    for name, prop in entity.props.items():
        if prop.required:
            yield name, Cmp(name, "isNull", value=True)
    for name, end in entity.forward.items():
        if end.link.at_least:
            yield name, Rel("none", name)


def _ids(answer: Answer) -> list[str]:
    rows = cast("list[dict[str, object]]", answer["rows"])
    return [str(row["id"]) for row in rows]
