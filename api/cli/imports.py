"""`duta import`: records and foreign tables into the graph."""

from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.difference import difference
from api.cli.main import settings
from api.cli.terminal import out, progress, say
from api.wiring import House, opened
from ingest.mapping import Mapping, load, shipped
from ingest.opening import open_mapped, open_records
from ingest.pipeline import Options, Reader, run
from ingest.report import RunReport

_REFUSED = 1


@click.command("import")
@click.argument("files", nargs=-1, required=False, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--mapping", metavar="NAME|PATH", help="How to read a foreign table: a shipped mapping or a TOML file.")
@click.option("--mappings", is_flag=True, help="List the shipped mappings.")
@click.option("--source", help="Who speaks, where the mapping does not say: what it told before is compared.")
@click.option("--type", "type_name", metavar="TYPE", help="The type of records that do not say theirs.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--forget", is_flag=True, help="Retire what this source told before and does not tell now.")
@click.option("--encoding", help="The encoding of the files, where it cannot be told from them.")
@click.option("--delimiter", help="What separates the cells, where it cannot be told from the file.")
@click.option("--show", type=click.IntRange(0, 1000), default=20, show_default=True, help="How many of each to list.")
@click.option("--strict", is_flag=True, help="Exit code 1 where anything was refused.")
@click.pass_context
def import_files(
    ctx: click.Context,
    files: tuple[Path, ...],
    mapping: str | None,
    mappings: bool,
    source: str | None,
    type_name: str | None,
    dry_run: bool,
    forget: bool,
    encoding: str | None,
    delimiter: str | None,
    show: int,
    strict: bool,
) -> None:
    """Bring FILES into the graph and say what changed.

    Without a mapping they are records in Duta's own shape, JSON Lines or CSV. The same input twice changes nothing;
    what a person changed since the last import stays. Good rows are taken, bad ones are listed with their place and
    reason. Exit code 0, or 1 where the files cannot be read, or with --strict where anything was refused.
    """
    if mappings:
        for name, about in shipped().items():
            say(f"{name}: {about}")
        return
    if not files:
        raise click.UsageError("Name at least one FILE.")
    chosen = load(mapping) if mapping else None
    if chosen and type_name:
        raise click.UsageError("A mapping says the types; leave --type out.")
    named = source or (chosen.source if chosen else None)
    if forget and named is None:
        raise click.UsageError("Name who speaks with --source, so that it is clear whose records may be forgotten.")
    readers = _readers(files, chosen, type_name, encoding, delimiter)
    with opened(settings()) as house:
        report = _run(house, readers, named, dry_run=dry_run, forget=forget)
        if not dry_run:
            _follow(house)
    for part in difference(report, show=show):
        out().print(part, markup=False) if isinstance(part, str) else out().print(part)
    if strict and report.refused:
        ctx.exit(_REFUSED)


def _readers(
    files: Sequence[Path], mapping: Mapping | None, type_name: str | None, encoding: str | None, delimiter: str | None
) -> Sequence[Reader]:
    if mapping:
        return open_mapped(files, mapping, encoding=encoding, delimiter=delimiter)
    return open_records(files, type=type_name, encoding=encoding, delimiter=delimiter)


def _run(house: House, readers: Sequence[Reader], named: str | None, *, dry_run: bool, forget: bool) -> RunReport:
    with progress("Comparing rows" if dry_run else "Importing rows") as step:
        options = Options(named or "records", "duta import", "", dry_run=dry_run, forget=forget, progress=step)
        report = run(readers, house.store, options)
    if named is None:
        # Files without a named source need not be all that there is, so nothing of theirs can have vanished.
        report.vanished = []
    return report


def _follow(house: House) -> None:
    """Bring the index up to date, where no other process does."""
    with progress("Updating the search index") as step:
        house.follower.follow(step)
