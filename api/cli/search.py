"""`duta search`: words in, entities out, with the reason; and how good the order is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.table import Table
from rich.text import Text

from api.cli.main import Failure, settings
from api.cli.terminal import out, progress, say, table
from api.counting import GRAPH_FACETS, searched
from api.doors.viewers import Perspective, viewer_of
from api.labels import labels
from api.narrowing import Narrowing, Usable, narrowed
from api.narrowing import usable as usable_only
from api.roles import Role
from api.wiring import House, opened
from graph.model import MODEL
from graph.model.enums import UsePurpose
from graph.search.evaluate import Figures, Judged, figures, figures_by, ndcg
from graph.search.index import FACETS, Hit, Hits, Query, Sort
from graph.search.judged import JudgedSet, answers, judged_documents, read_judged, write_judged
from graph.store.select import Viewer

#: What an evaluation leaves out to see what it is worth: whether entities are linked, whether labels are indexed.
_WAYS: Mapping[str, tuple[bool, bool]] = {
    "words alone": (False, False),
    "entities linked": (True, False),
    "labels too, as served": (True, True),
}


class _Searching(click.Group):
    """`find` may be left out, as it is what is mostly meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Searching)
def search() -> None:
    """Search, in any language: `duta search TEXT` is `duta search find TEXT`."""


@search.command()
@click.argument("text")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this type; may be given more than once.")
@click.option("--country", "countries", multiple=True, metavar="ID", help="Only of this country, as country:kr.")
@click.option("--theme", "themes", multiple=True, metavar="ID", help="Only about this theme or one below it.")
@click.option("--mission", "missions", multiple=True, metavar="ID", help="Only what this mission keeps, runs or tells.")
@click.option("--campaign", "campaigns", multiple=True, metavar="ID", help="Only what this campaign uses or places.")
@click.option("--picture/--no-picture", default=None, help="Only assets with a picture, or all but these.")
@click.option("--usable", metavar="CODE", help="Only what the rights let be used in this territory, as VN.")
@click.option(
    "--purpose",
    type=click.Choice([str(one) for one in UsePurpose], case_sensitive=False),
    help="What for it must be usable there.",
)
@click.option(
    "--sort",
    type=click.Choice([str(one) for one in Sort]),
    default=Sort.RELEVANCE.value,
    show_default=True,
    help="What comes first.",
)
@click.option("--first", type=click.IntRange(1, 200), default=10, show_default=True, help="How many to show.")
@click.option("--locale", help="The language in which to show names, before DUTA_LOCALE.")
@click.option("--public", is_flag=True, help="Only what everyone may see; without it, drafts and internal matters too.")
@click.option("--facets/--no-facets", default=True, help="Counts by type, country, mission and the like below.")
def find(
    text: str,
    types: tuple[str, ...],
    countries: tuple[str, ...],
    themes: tuple[str, ...],
    missions: tuple[str, ...],
    campaigns: tuple[str, ...],
    picture: bool | None,
    usable: str | None,
    purpose: str | None,
    sort: str,
    first: int,
    locale: str | None,
    public: bool,
    facets: bool,
) -> None:
    """Find what fits TEXT, in any language."""
    if purpose and not usable:
        raise click.UsageError("--purpose says what for something is usable; say where with --usable.")
    chosen = settings(locale=locale)
    given = {"type": tuple(MODEL.type(name).name for name in types), "country": countries, "theme": themes}
    filters = {name: frozenset(values) for name, values in given.items() if values}
    viewer = viewer_of(Role.PUBLIC) if public else viewer_of(Role.PLANNER, Perspective.DRAFT)
    counted = (*FACETS, *GRAPH_FACETS) if facets else ()
    query = Query(text, viewer, filters, locale=chosen.locale, first=first, facets=counted, sort=Sort(sort))
    with opened(chosen) as house:
        with progress("Updating the search index") as step:
            house.follower.follow(step)
        query = narrowed(house.store, query, Narrowing(missions, campaigns, picture))
        if usable:
            query = usable_only(house, house.store, query, Usable(usable, purpose))
        _print(house, viewer, searched(house, house.store, query), chosen.locale)


@search.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--each", is_flag=True, help="Every query with what it found first, the worst above.")
def evaluate(file: Path, each: bool) -> None:
    """Measure the order of the answers to the judged queries of FILE.

    FILE is JSON: `docs`, `entities` and `queries` with the grade of each relevant document, as docs/search.md says.
    They are written into a temporary home, and every query is asked as the API asks it, by the public.
    """
    said = read_judged(file)
    shown = table("queries", "count", "nDCG@10", "recall", "missed", "trapped", right=("count", "nDCG@10", "recall"))
    asked: list[tuple[Judged, Sequence[str]]] = []
    for way, (linked, labels_too) in _WAYS.items():
        asked = _asked(said, linked=linked, labels_too=labels_too)
        shown.add_row(*_figures(way, figures(asked)))
    groups: Mapping[str, Callable[[Judged], str]] = {"kind": lambda j: j.kind, "language": lambda j: j.language}
    for what, group in groups.items():
        shown.add_section()
        for name, found in figures_by(asked, group).items():
            if name:
                shown.add_row(*_figures(f"{what} {name}", found))
    out().print(shown)
    if each:
        out().print(_each(asked))


def _asked(said: JudgedSet, *, linked: bool, labels_too: bool) -> list[tuple[Judged, Sequence[str]]]:
    with TemporaryDirectory(prefix="duta-eval-") as home, opened(settings(home=Path(home), neo4j_uri="")) as house:
        write_judged(said, house.store)
        kept = judged_documents(house.store, linked=linked, labels=labels_too)
        house.index.rebuild(kept, applied_seq=house.store.head().seq)
        return answers(house.search, viewer_of(Role.PUBLIC), said.judged)


def _figures(name: str, found: Figures) -> tuple[str, ...]:
    told = (f"{found.ndcg:.3f}", f"{found.recall:.3f}", " ".join(found.missed), " ".join(found.trapped))
    return (name, str(found.queries), *told)


def _each(asked: Sequence[tuple[Judged, Sequence[str]]]) -> Table:
    shown = table("nDCG@10", "id", "query", "found first", right=("nDCG@10",))
    for score, judged, found in sorted(
        ((ndcg(found, judged.grades), judged, found) for judged, found in asked), key=lambda row: (row[0], row[1].id)
    ):
        first = " ".join(f"{id}:{judged.grades.get(id, '-')}" for id in found[:10])
        shown.add_row(f"{score:.3f}", judged.id, Text(judged.text), first)
    return shown


def _print(house: House, viewer: Viewer, hits: Hits, locale: str) -> None:
    if not hits.total:
        raise Failure("Nothing found. Check the spelling, use fewer words, or take a filter away.")
    ids = [hit.id for hit in hits.hits] + [why.via for hit in hits.hits for why in hit.why if why.via]
    ids += [value for counts in hits.facets.values() for value, _ in counts if ":" in value]
    named = labels(house.store, viewer, ids, locale)
    shown = table("score", "id", "name", "found by", right=("score",))
    for hit in hits.hits:
        if hit.id in named:
            why = ", ".join(dict.fromkeys(_why(hit, {id: label.text for id, label in named.items()})))
            shown.add_row(str(hit.score), hit.id, Text(named[hit.id].text), Text(why))
    out().print(shown)
    say(f"{len(hits.hits)} of {hits.total}")
    for facet, counts in hits.facets.items():
        if counts:
            told = ", ".join(f"{named[value].text if value in named else value} {count}" for value, count in counts[:8])
            say(f"{facet}: {told}")


def _why(hit: Hit, named: dict[str, str]) -> list[str]:
    return [
        f"{why.match.value} {why.field}{f' of {named.get(why.via, why.via)}' if why.via else ''}: {' '.join(why.words)}"
        for why in hit.why
    ]
