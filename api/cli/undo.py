"""`duta undo`: a part of the log taken back."""

from collections.abc import Iterator

import click

from api.cli.difference import change_told, listed
from api.cli.main import Failure, settings
from api.cli.terminal import progress, say
from api.wiring import opened
from graph.store.batch import ActorKind, Batch, Report


@click.command()
@click.argument("part", metavar="IMPORT|BATCH|SEQ")
@click.option("--dry-run", is_flag=True, help="Only say what would change, and what is in the way.")
@click.option("--rest", is_flag=True, help="Take back what nothing is in the way of, where something is.")
@click.option("--reason", default="", help="Why, for the log.")
@click.option("--show", type=click.IntRange(0, 1000), default=20, show_default=True, help="How many of each to list.")
@click.pass_context
def undo(ctx: click.Context, part: str, dry_run: bool, rest: bool, reason: str, show: int) -> None:
    """Take back an import, a batch, or one entry of the log by its number.

    What was changed is as it was before; what was created is deleted, unless something was changed in it or links to
    it since. Such conflicts are named, and then nothing is taken back but with --rest. An undo is in the log like any
    change and can be undone itself. Exit code 1 where something was in the way.
    """
    with opened(settings()) as house:
        whole = not (dry_run or rest)
        batch = Batch(actor="duta undo", actor_kind=ActorKind.PERSON, reason=reason, undo=part, whole=whole)
        report = house.store.write(batch, dry_run=dry_run)
        if not dry_run:
            with progress("Updating the search index") as step:
                house.follower.follow(step)
    for line in _told(part, report, show, dry_run=dry_run):
        say(line)
    if not dry_run and report.refused:
        if not report.changes:
            raise Failure("Nothing was taken back. Clear what is in the way, or take back the rest with --rest.")
        ctx.exit(1)


def _told(part: str, report: Report, show: int, *, dry_run: bool) -> Iterator[str]:
    changes, conflicts = len(report.changes), len(report.refused)
    head = f"Dry run, nothing is written; undo of {part}" if dry_run else f"Undo of {part}"
    batch = f" as {report.changes[0].batch}" if report.changes and not dry_run else ""
    yield (
        f"{head}: {changes} {'changes to make' if dry_run else 'changes made'}{batch}, "
        f"{report.unchanged} as before already, {conflicts} in the way."
    )
    yield from listed([change_told(change) for change in report.changes], changes, show)
    if conflicts:
        yield "In the way:"
        yield from listed([f"{one.id}: {one.reason}" for one in report.refused], conflicts, show)
