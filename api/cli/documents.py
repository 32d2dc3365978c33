"""`duta documents`: the operations that are registered, and whether they fit the contract."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from api.cli.main import Failure, settings
from api.cli.terminal import note, out, say, table
from api.doors.manifests import Document, Unusable
from api.doors.trusted import read_file, registered, shipped
from api.plan import Limits
from api.plan.document import Documents
from api.plan.errors import Refused
from api.schema import build_contract
from graph.model import MODEL

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def documents() -> None:
    """Registered operations: those shipped, and those in DUTA_TRUSTED_DOCUMENTS."""


@documents.command("list")
def list_documents() -> None:
    """List the registered operations with the id by which each is asked."""
    shown = table("documentId", "file")
    for one in [*shipped(), *registered(settings().documents)]:
        if isinstance(one, Document):
            shown.add_row(f"sha256:{one.id}", one.where)
        else:
            note(f"duta: {one}")
    out().print(shown)


@documents.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=_FILES)
def check(paths: tuple[Path, ...]) -> None:
    """Say whether operations are sound and fit the contract.

    FILE is a GraphQL document or a manifest that a partner hands over; without any the registered ones are checked.
    Exit code 1 where one cannot be answered.
    """
    found = [one for path in paths for one in read_file(path)] if paths else [*_registered()]
    problems = list(_problems(found))
    for problem in problems:
        say(f"{problem}")
    if problems:
        raise Failure(f"{len(problems)} of {len(found)} operations cannot be answered.")
    say(f"{len(found)} operations are sound.")


def _registered() -> Iterator[Document | Unusable]:
    yield from shipped()
    yield from registered(settings().documents)


def _problems(found: Iterable[Document | Unusable]) -> Iterator[Unusable]:
    contract = Documents(build_contract(MODEL), Limits())
    for one in found:
        if isinstance(one, Unusable):
            yield one
            continue
        try:
            contract.check(one.text)
        except Refused as error:
            yield Unusable(f"{one.where}: sha256:{one.id}", str(error))
