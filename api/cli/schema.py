"""`duta schema`: what follows from the model, printed, and what was promised of it, checked."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from api.cli.main import Failure
from api.cli.printed import PRINTED, differing, write
from api.cli.terminal import say
from api.schema import build_contract
from api.schema.printing import printed
from api.schema.promises import (
    RELEASED,
    Difference,
    Differences,
    deprecations,
    differences,
    named_in,
    released_version,
    snapshot,
)
from graph.model import MODEL
from graph.model.json_schema import record_schema

_LISTED = 20
_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--json-schema", metavar="TYPE", help="Print the JSON Schema of records of a type, or of `any`.")
@click.option("--docs", is_flag=True, help="Print docs/data-model.md.")
@click.option("--write", "to", type=_FOLDER, help="Print every file that follows from the code into this project.")
@click.option(
    "--check",
    "kept",
    type=_FOLDER,
    help="Compare those files, and the contract with the released one; exit code 1 where a file differs or a "
    "promise is broken.",
)
@click.option("--release", "promised", type=_FOLDER, help="Keep the contract of this project as its version's.")
def schema(json_schema: str | None, docs: bool, to: Path | None, kept: Path | None, promised: Path | None) -> None:
    """Print the GraphQL schema, the data model or a JSON Schema.

    Without options the GraphQL schema is printed, as schema.graphql keeps it. Promises are told in docs/contract.md.
    """
    if sum(map(bool, (json_schema, docs, to, kept, promised))) > 1:
        raise click.UsageError("Choose one of --json-schema, --docs, --write, --check and --release.")
    if to:
        for name in write(to):
            say(f"printed {name}")
    elif kept:
        _compare(kept)
        _keep_promises(kept)
    elif promised:
        _release(promised)
    elif json_schema:
        told = record_schema(MODEL, None if json_schema == "any" else json_schema)
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(PRINTED["docs/data-model.md" if docs else "schema.graphql"](), nl=False)


def _compare(project: Path) -> None:
    found = list(differing(project))
    if found:
        raise Failure(f"{', '.join(found)}: not what the code says. Run `make schema` and review the difference.")
    say(f"{', '.join(PRINTED)}: as the code says")


def _release(project: Path) -> None:
    """Write the snapshot, unless what was released before is broken."""
    _keep_promises(project)
    told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    version = str(told["project"]["version"])
    (project / RELEASED).write_text(snapshot(printed(build_contract(MODEL)), version), encoding="utf-8")
    say(f"{RELEASED} is the contract of {version}")


def _keep_promises(project: Path) -> None:
    """Tell how the contract differs from the released one; fail where a promise is broken."""
    contract = build_contract(MODEL).core
    problems = [f"{one.coordinate}: {one.problem}" for one in deprecations(contract) if one.problem]
    for one in deprecations(contract):
        if one.until and one.until < datetime.now(UTC).date():
            say(f"{one.coordinate}: its last day was {one.until}; it may be removed, and named in CHANGELOG.md.")
    snapped = project / RELEASED
    if snapped.is_file():
        text = snapped.read_text("utf-8")
        try:
            version = released_version(text)
        except ValueError as error:
            raise Failure(str(error)) from None
        found = differences(text, contract)
        changelog = project / "CHANGELOG.md"
        named = named_in(changelog.read_text("utf-8") if changelog.is_file() else "", version)
        for line in _told(found, version):
            say(line)
        problems += [f"{one.told}" for one in found.breaking if one.coordinate not in named]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise Failure(
            f"Promises to partners are broken: {len(problems)}. Mend it, or name it in CHANGELOG.md as "
            f"docs/contract.md says.\n{listed}"
        )


def _told(found: Differences, version: str) -> Iterator[str]:
    yield from _listed(f"that break operations written for {version}", found.breaking)
    yield from _listed(f"that may surprise clients written for {version}", found.dangerous)


def _listed(what: str, found: tuple[Difference, ...]) -> Iterator[str]:
    yield f"Changes {what}: {len(found)}"
    yield from (f"  {one.told}" for one in found[:_LISTED])
    if len(found) > _LISTED:
        yield f"  and {len(found) - _LISTED} more"
