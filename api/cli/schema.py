"""`duta schema`: what follows from the model, printed."""

from pathlib import Path

import click
import orjson

from api.cli.main import Failure
from api.cli.printed import PRINTED, differing, write
from api.cli.terminal import say
from graph.model import MODEL
from graph.model.json_schema import record_schema

_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--json-schema", metavar="TYPE", help="Print the JSON Schema of records of a type, or of `any`.")
@click.option("--docs", is_flag=True, help="Print docs/data-model.md.")
@click.option("--write", "to", type=_FOLDER, help="Print every file that follows from the code into this project.")
@click.option("--check", "kept", type=_FOLDER, help="Compare those files; exit code 1 where one differs.")
def schema(json_schema: str | None, docs: bool, to: Path | None, kept: Path | None) -> None:
    """Print the GraphQL schema, the data model or a JSON Schema.

    Without options the GraphQL schema is printed, as schema.graphql keeps it.
    """
    if sum(map(bool, (json_schema, docs, to, kept))) > 1:
        raise click.UsageError("Choose one of --json-schema, --docs, --write and --check.")
    if to:
        for name in write(to):
            say(f"printed {name}")
    elif kept:
        _compare(kept)
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
