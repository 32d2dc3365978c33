"""`duta backup` and `duta restore`: all that an installation holds, in one file."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

import click

from api.cli.main import Failure, settings
from api.cli.terminal import note, progress, say
from api.settings import Settings
from api.wiring import open_store, opened
from graph.model import MODEL
from graph.store.archive import Archive, Made, Manifest, opened_archive, write_archive
from graph.store.port import GraphStore
from graph.store.snapshot import graph_hash, lines
from graph.store.transaction import Step

_PATIENCE_SECONDS = 600
_GRAPH = "graph hash"
#: Where media.storage keeps what nobody can make again.
_ORIGINALS = "orig"


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Write all that this installation holds to a new FILE, while it may serve and be written to.

    The file has the graph as it was at one moment, the whole log, what imports said, keys and other operational data,
    and the originals of pictures. It opens nothing by itself, but is to be kept as safe as the store.
    """
    if path.exists():
        raise Failure(f"{path} is there already. Name another file.")
    chosen = settings()
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    try:
        with closing(open_store(chosen)) as store:
            made = _written(store, part, _originals(chosen))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}. Nothing is left of it.") from None
    finally:
        part.unlink(missing_ok=True)
    _tell(made)


def _written(store: GraphStore, part: Path, folder: Path | None) -> Manifest:
    # Nobody else may read it: it holds what is not public, and hashes of keys.
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    made = Made(version("duta"), at, store.engine)
    with progress("Writing entities") as step, store.snapshot() as snapshot:
        return write_archive(part, MODEL, snapshot, folder, made, step)


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--verify", is_flag=True, help="Read all of it back from the store afterwards, and compare.")
@click.option("--dry-run", is_flag=True, help="Only check the file.")
@click.option("--graph", "expected", metavar="HASH", help="The graph hash that `duta backup` said; another is refused.")
def restore(path: Path, verify: bool, dry_run: bool, expected: str | None) -> None:
    """Bring back what `duta backup` wrote to FILE, into an empty store of either engine.

    The whole file is checked first. What was changed or cut off is refused, by name. Stop servers of this store
    before: nothing else may write to it meanwhile.
    """
    chosen = _patient(settings())
    with opened_archive(path, MODEL) as archive:
        found = archive.manifest
        if expected is not None and found.graph != expected:
            raise Failure(
                f"{path.name} has the graph hash {found.graph}, not {expected}: it is not the backup told of."
            )
        with progress("Checking the backup") as step:
            archive.check(step)
        if dry_run:
            say(f"{path.name} is sound; nothing was written.")
            _tell(found)
            return
        with closing(open_store(chosen, to_fill=True)) as store:
            with progress("Restoring"):
                store.fill(_steps(archive, _originals(chosen)), archive.entries())
            if verify:
                with progress("Reading it back"):
                    _verify(store, found)
    with opened(chosen) as house, progress("Building the search index") as step:
        house.follower.rebuild(step)
    _tell(found)
    if verify:
        say("The store holds what the file does, and its log is sound.")


def _patient(chosen: Settings) -> Settings:
    """Nobody waits for a page meanwhile, and a server that has just been filled has planned nothing yet."""
    return chosen.model_copy(update={"neo4j_seconds": max(chosen.neo4j_seconds, _PATIENCE_SECONDS)})


def _originals(chosen: Settings) -> Path | None:
    """The folder of the pictures' originals; None where they are kept elsewhere."""
    if chosen.media_storage is None:
        return chosen.home / "media" / _ORIGINALS
    if "://" in chosen.media_storage:
        note(f"Pictures are kept at {chosen.media_storage} and are not part of it. Copy them there.")
        return None
    return Path(chosen.media_storage) / _ORIGINALS


def _steps(archive: Archive, folder: Path | None) -> Iterator[Step]:
    """The graph, then the files, before the store says that all is there."""
    yield from archive.steps()
    for name, chunks in archive.files() if folder else ():
        path = Path(folder or "", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as file:
            file.writelines(chunks)
        part.replace(path)


def _verify(store: GraphStore, wanted: Manifest) -> None:
    with store.snapshot() as snapshot:
        found = graph_hash(snapshot.head, lines(MODEL, snapshot.nodes()))
    problems = list(store.verify().problems)
    if found != wanted.graph:
        problems.insert(0, f"Its graph hash is {found}, that of the file {wanted.graph}.")
    if problems:
        raise Failure("\n  ".join(["The store does not hold what the file does.", *problems]))


def _tell(made: Manifest) -> None:
    count = sum(made.entities.values())
    files = sum(name.startswith("files/") for name in made.members)
    say(f"{count} entities, {made.head.seq} changes, {files} files, of {made.made.made_at} from {made.made.engine}")
    say(f"{_GRAPH} {made.graph}")
