"""The command `duta` and how it fails: one sentence on standard error, exit code 1, no traceback."""

import importlib
import sys
import traceback
from typing import Any

import click

from api.cli.terminal import note
from api.settings import BrokenSettings, Settings, read_settings, unknown_settings
from graph.errors import GraphError
from ingest.errors import SourceError
from media.errors import MediaError

#: Where each command stands. They are imported when called, so that a short one starts quickly.
COMMANDS = {
    "backup": "api.cli.backup:backup",
    "check": "api.cli.check:check",
    "demo": "api.cli.serve:demo",
    "documents": "api.cli.documents:documents",
    "export": "api.cli.export:export",
    "import": "api.cli.imports:import_files",
    "index": "api.cli.index:index",
    "key": "api.cli.keys:key",
    "kit": "api.cli.kit:kit",
    "links": "api.cli.links:links",
    "log": "api.cli.log:log",
    "media": "api.cli.media:media",
    "restore": "api.cli.backup:restore",
    "rights": "api.cli.rights:rights",
    "schema": "api.cli.schema:schema",
    "search": "api.cli.search:search",
    "serve": "api.cli.serve:serve",
    "stats": "api.cli.check:stats",
    "undo": "api.cli.undo:undo",
    "webhook": "api.cli.webhook:webhook",
}


class Failure(click.ClickException):
    """A refusal that the person at the terminal can do something about."""

    def show(self, file: Any = None) -> None:
        note(f"duta: {self.message}")


class Commands(click.Group):
    """The group of all commands, which turns what they raise into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (GraphError, SourceError, MediaError, BrokenSettings) as error:
            _trace(ctx)
            raise Failure(str(error)) from None
        except BrokenPipeError:
            # The reader of our output has gone, as `| head` does.
            sys.stderr.close()
            return None
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 - it becomes a sentence, and --debug shows it whole
            _trace(ctx)
            told = f"{type(error).__name__}: {error}".rstrip(": ")
            raise Failure(
                f"Something unexpected happened ({told}). Run it again as `duta --debug ...` for the details."
            ) from None


def _trace(ctx: click.Context) -> None:
    if ctx.params.get("debug"):
        traceback.print_exc()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
@click.version_option(package_name="duta", prog_name="duta")
def cli(debug: bool) -> None:  # noqa: ARG001 - read from the context where something fails
    """A content knowledge base for nation branding.

    Settings are environment variables, DUTA_HOME first; see docs/settings.md.
    """
    for sentence in unknown_settings():
        note(f"duta: {sentence}")


def settings(**given: object) -> Settings:
    """The settings of this run; what is given on the command line goes before the environment."""
    return read_settings(**{name: value for name, value in given.items() if value is not None})


def main() -> None:
    """Run the command and leave."""
    cli(prog_name="duta")
