"""`duta log`: the log read, exported with a receipt, and verified, here or far from any store."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import click
import orjson

from api.cli.difference import change_told, listed
from api.cli.main import Failure, settings
from api.cli.terminal import Step, note, progress, say
from api.wiring import open_store, opened
from graph.errors import InvalidValue, UnknownName
from graph.store.batch import EVERY, Change, Which
from graph.store.chain import Chain, entry_in, line_of
from graph.store.log import part_of
from graph.store.port import GraphStore

_PAGE = 1_000
_BEYOND = 2**53
_HASH = re.compile(r"[0-9a-f]{64}")
#: An entry is a batch's part for one entity; a line longer than this is none of ours.
_LONGEST_LINE = 64_000_000


@click.group()
def log() -> None:
    """Read the log, export it with a receipt, and verify its chain of hashes."""


@log.command()
@click.argument("part", metavar="[SEQ|BATCH|IMPORT|ID]", required=False)
@click.option("--show", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many entries to list.")
def show(part: str | None, show: int) -> None:
    """Show the newest entries of the log, or those of an entry's number, a batch, an import or an entity."""
    with opened(settings()) as house:
        found = house.store.changes(_BEYOND, show, _which(part) if part else EVERY, backward=True)
    if part and not found:
        raise UnknownName("part of the log", part)
    for change in found:
        imported = f" {change.import_id}" if change.import_id else ""
        reason = f": {change.reason}" if change.reason else ""
        say(f"{change.seq}  {change.at}  {change.actor_kind} {change.actor}  {change.batch}{imported}{reason}")
        for line in listed([change_told(change)], 1, 1):
            say(line)
        say(f"  revision {change.rev}, hash {change.hash}")


@log.command()
@click.option("--after", type=click.IntRange(0), default=0, show_default=True, help="Only what comes after this entry.")
@click.option("--digests", is_flag=True, help="Leave out what was changed; the chain can be verified all the same.")
def export(after: int, digests: bool) -> None:
    """Write the log as JSON lines to standard output, with a receipt as its last line.

    Whoever has the file can verify it with `duta log verify --file FILE`, and needs neither this store nor this
    machine.
    """
    store = open_store(settings())
    try:
        chain = _begun(store, after)
        click.echo(orjson.dumps({"after": {"seq": chain.seq, "hash": chain.hash}}))
        with progress("Writing the log") as step:
            for change in entries(store, after):
                chain.read(change)
                click.echo(line_of(change, patches=not digests), nl=False)
                step(change.seq - after)
    finally:
        store.close()
    if chain.problems:
        raise Failure("\n".join(["The log is damaged; there is no receipt.", *chain.problems]))
    click.echo(_receipt(chain))
    note(f"{chain.seq - after} entries; the last is {chain.seq}, its hash {chain.hash}")


@log.command()
@click.option("--file", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An exported log.")
@click.option("--at", type=click.IntRange(0), metavar="SEQ", help="Only up to this entry.")
@click.option("--hash", "expected", metavar="HASH", help="The hash that the last entry read must have, from a receipt.")
def verify(path: Path | None, at: int | None, expected: str | None) -> None:
    """Verify that the log is gapless and its chain of hashes holds, and say the hash of the last entry read.

    Give that hash, or a receipt, to somebody else: as long as `duta log verify --at SEQ --hash HASH` agrees, nothing
    up to there was changed. Exit code 1 where the chain does not hold or ends otherwise.
    """
    if expected is not None and not _HASH.fullmatch(expected):
        raise click.BadParameter("A hash has 64 digits of 0-9 and a-f.", param_hint="--hash")
    with progress("Reading the log") as step:
        chain = _from_file(path, at, step) if path else _from_store(at, step)
    if chain.problems:
        raise Failure("\n  ".join(["The log is damaged.", *chain.problems]))
    if at is not None and chain.seq < at:
        raise Failure(f"The log ends at {chain.seq}; there is no entry {at}.")
    if expected is not None and chain.hash != expected:
        raise Failure(f"Entry {chain.seq} has the hash {chain.hash}, not {expected}: the log is not the one told of.")
    erased = f"; {chain.erased} without what they changed" if chain.erased else ""
    say(f"The log is sound up to entry {chain.seq}{erased}.")
    say(f"hash {chain.hash}")


def entries(store: GraphStore, after: int, until: int | None = None) -> Iterator[Change]:
    """The log after an entry, page by page."""
    which = Which(until=until)
    while page := store.changes(after, _PAGE, which):
        yield from page
        after = page[-1].seq


def _which(part: str) -> Which:
    if ":" in part:
        return Which(ids=(part,))
    found = part_of(part)
    return Which(**{found.field: found.value})  # type: ignore[arg-type]


def _begun(store: GraphStore, after: int) -> Chain:
    """A chain that goes on after an entry of the store."""
    if not after:
        return Chain()
    found = store.changes(0, 1, Which(seq=after))
    if not found:
        raise UnknownName("entry of the log", str(after))
    return Chain(after, found[0].hash)


def _receipt(chain: Chain) -> bytes:
    again = f"duta log verify --at {chain.seq} --hash {chain.hash}"
    return orjson.dumps({"receipt": {"seq": chain.seq, "hash": chain.hash, "verify": again}})


def _from_store(at: int | None, step: Step) -> Chain:
    store = open_store(settings())
    try:
        chain = Chain()
        for change in entries(store, 0, at):
            chain.read(change)
            step(change.seq)
        return chain
    finally:
        store.close()


def _from_file(path: Path, at: int | None, step: Step) -> Chain:
    """The chain of an exported file, whose first line says what it follows and whose last what it comes to."""
    with path.open("rb") as lines:
        numbered = enumerate(iter(lambda: lines.readline(_LONGEST_LINE), b""), start=1)
        told = (_told(line, f"{path.name}:{number}") for number, line in numbered)
        head: Mapping[str, Any] = next(told, dict[str, Any]())
        if not _is_end(head.get("after")):
            raise Failure(f"{path.name}:1: It is no exported log: there is no line that says what it follows.")
        chain = Chain(head["after"]["seq"], head["after"]["hash"])
        for number, one in enumerate(told, start=2):
            if "receipt" in one:
                _agree(chain, one["receipt"], f"{path.name}:{number}")
                if next(told, None) is not None:
                    raise Failure(f"{path.name}:{number + 1}: There is more after the receipt.")
                return chain
            try:
                change = entry_in(one)
            except InvalidValue as error:
                raise Failure(f"{path.name}:{number}: {error}") from None
            if at is not None and change.seq > at:
                return chain
            chain.read(change)
            step(change.seq)
    if at is not None and chain.seq == at:
        return chain
    raise Failure(f"{path.name}: The receipt is missing. The file was cut off; export it again.")


def _told(line: bytes, where: str) -> Mapping[str, Any]:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Failure(f"{where}: The line is no JSON: {error}.") from None
    if not isinstance(told, dict):
        raise Failure(f"{where}: The line is no JSON object.")
    return cast("Mapping[str, Any]", told)


def _is_end(value: Any) -> bool:
    """Whether a value names an entry and its hash."""
    if not isinstance(value, dict):
        return False
    seq, hash = (cast("Mapping[str, object]", value).get(name) for name in ("seq", "hash"))
    return isinstance(seq, int) and isinstance(hash, str)


def _agree(chain: Chain, receipt: Any, where: str) -> None:
    if not _is_end(receipt):
        raise Failure(f"{where}: It is no receipt.")
    if (receipt["seq"], receipt["hash"]) != (chain.seq, chain.hash):
        raise Failure(f"{where}: The receipt is for entry {receipt['seq']}; the entries before it end otherwise.")
