"""`duta index`: the search index, which may be deleted at any time."""

import click

from api.cli.main import Failure, settings
from api.cli.terminal import progress, say
from api.wiring import opened
from graph.search.verifying import differences

_LISTED = 20


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command()
def status() -> None:
    """Say how far the index is behind the graph; exit code 1 where it cannot be used."""
    with opened(settings()) as house:
        found = house.follower.status()
        if found.problem:
            raise Failure(found.problem)
        say(f"graph at change {found.graph_seq}, index at {found.applied_seq}: {found.lag} behind")
        say(f"{found.documents} documents of {found.entities} entities")
        say(house.index.hindrance() or "This process may write it.")


@index.command()
def verify() -> None:
    """Compare every document of the index with the graph and name what differs; exit code 1 where something does."""
    with opened(settings()) as house:
        status = house.follower.status()
        if status.problem:
            raise Failure(status.problem)
        with progress("Comparing the search index with the graph") as step:
            found = list(differences(house.store, house.index, step))
    if found:
        listed = "\n".join(f"  {one.id} ({one.locale}) {one.what}" for one in found[:_LISTED])
        raise Failure(f"{len(found)} documents differ; rebuild the index with `duta index rebuild`.\n{listed}")
    say(f"{status.documents} documents are as the graph says, {status.lag} changes behind")


@index.command()
def rebuild() -> None:
    """Build the index anew from the graph, beside the one in use, and put it in its place."""
    with opened(settings()) as house:
        with progress("Building the search index") as step:
            house.follower.rebuild(step)
            while house.follower.step():
                pass
        found = house.follower.status()
        say(f"{found.documents} documents of {found.entities} entities, {found.lag} changes behind")
