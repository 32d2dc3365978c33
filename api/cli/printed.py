"""The files that are printed from the code: what the contract, the model, the settings and the commands say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from api.cli.main import COMMANDS, cli
from api.doors.errors import errors_page
from api.doors.trusted import documents_page
from api.schema.printing import print_contract
from api.settings import settings_page
from graph.model import MODEL
from graph.model.describe import data_model

_WIDTH = 100
_COMMANDS = """# Commands

Answers go to standard output, everything else to standard error. The exit code is 0, or 1 where something could not
be done, with one sentence that says what and the cure, or 2 where the command was not understood. `duta --debug ...`
adds the traceback. Bars show the progress of what takes longer, on a terminal only.

Several commands and a server may use one home at once; one of them writes the search index, the others read it.

This page is printed from `api/cli/` by `make schema`.
"""


def commands_page() -> str:
    """docs/commands.md."""
    return "\n".join([_COMMANDS, *_explained("duta", cli)])


#: Every printed file, by its path in the project.
PRINTED: Mapping[str, Callable[[], str]] = {
    "schema.graphql": print_contract,
    "docs/data-model.md": lambda: data_model(MODEL),
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "docs/errors.md": errors_page,
    "docs/trusted-documents.md": documents_page,
}


def differing(project: Path) -> Iterator[str]:
    """The printed files of a project that are not what the code says, each with its first line that differs."""
    for name, there, text in _beside(project):
        if there != text:
            yield f"{project / name}:{_first_difference(there, text)}"


def write(project: Path) -> Iterator[str]:
    """Print every file anew; the paths of those that changed."""
    for name, there, text in _beside(project):
        if there != text:
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            yield name


def _beside(project: Path) -> Iterator[tuple[str, str, str]]:
    """The name of each printed file, what it holds in a project, and what the code says."""
    for name, text in PRINTED.items():
        path = project / name
        yield name, path.read_text(encoding="utf-8") if path.is_file() else "", text()


def _explained(name: str, command: click.Command, above: click.Context | None = None) -> Iterator[str]:
    names = command.context_settings.get("help_option_names")
    context = click.Context(command, above, info_name=name, terminal_width=_WIDTH, help_option_names=names)
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for below in COMMANDS if above is None else command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None:
                yield from _explained(below, found, context)


def _first_difference(old: str, new: str) -> int:
    before, after = old.splitlines(), new.splitlines()
    pairs = enumerate(zip(before, after, strict=False), start=1)
    return next((number for number, (one, other) in pairs if one != other), min(len(before), len(after)) + 1)
