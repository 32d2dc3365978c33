"""`duta search`: words in, entities out, with the reason."""

import click
from rich.text import Text

from api.cli.main import Failure, settings
from api.cli.terminal import out, progress, say, table
from api.doors.viewers import Perspective, viewer_of
from api.labels import labels
from api.roles import Role
from api.wiring import House, opened
from graph.model import MODEL
from graph.search.index import FACETS, Hit, Hits, Query
from graph.store.select import Viewer


@click.command()
@click.argument("text")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this type; may be given more than once.")
@click.option("--country", "countries", multiple=True, metavar="ID", help="Only of this country, as country:kr.")
@click.option("--theme", "themes", multiple=True, metavar="ID", help="Only about this theme, as theme:slow-food.")
@click.option("--first", type=click.IntRange(1, 200), default=10, show_default=True, help="How many to show.")
@click.option("--locale", help="The language in which to show names, before DUTA_LOCALE.")
@click.option("--public", is_flag=True, help="Only what everyone may see; without it, drafts and internal matters too.")
@click.option("--facets/--no-facets", default=True, help="Counts by type, country and the like below.")
def search(
    text: str,
    types: tuple[str, ...],
    countries: tuple[str, ...],
    themes: tuple[str, ...],
    first: int,
    locale: str | None,
    public: bool,
    facets: bool,
) -> None:
    """Find what fits TEXT, in any language."""
    chosen = settings(locale=locale)
    given = {"type": tuple(MODEL.type(name).name for name in types), "country": countries, "theme": themes}
    filters = {name: frozenset(values) for name, values in given.items() if values}
    viewer = viewer_of(Role.PUBLIC) if public else viewer_of(Role.PLANNER, Perspective.DRAFT)
    with opened(chosen) as house:
        with progress("Updating the search index") as step:
            house.follower.follow(step)
        query = Query(text, viewer, filters, locale=chosen.locale, first=first, facets=FACETS if facets else ())
        hits = house.search(query)
        _print(house, viewer, hits, chosen.locale)


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
