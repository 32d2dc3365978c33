"""`duta webhook`: addresses that are told of changes, made, listed, told again and removed."""

from collections.abc import Generator
from contextlib import contextmanager

import click

from api.cli.main import settings
from api.cli.terminal import note, say
from api.roles import Role
from api.webhooks import Webhooks
from api.wiring import open_store

ROLES = [role.value for role in Role]


@click.group("webhook")
def webhook() -> None:
    """Tell other programs of changes, by signed messages to their addresses."""


@webhook.command()
@click.argument("url")
@click.option(
    "--role",
    type=click.Choice(ROLES, case_sensitive=False),
    default=Role.PUBLIC.value,
    show_default=True,
    help="As whom it is told: what that role sees.",
)
@click.option("--type", "type_name", metavar="TYPE", default="", help="Only of entities of this type, as Asset.")
def add(url: str, role: str, type_name: str) -> None:
    """Tell URL of what happens from now on, and show the secret that signs it, once."""
    with _webhooks() as hooks:
        made = hooks.add(url, Role(role.upper()), type_name=type_name, private=settings().webhook_private)
    note(f"Webhook {made.id} is told as {made.role}. Its secret is shown this once:")
    say(made.secret)


@webhook.command("list")
def list_webhooks() -> None:
    """List the webhooks, how far each is, and what could not be told."""
    with _webhooks() as hooks:
        for one in hooks.all():
            what = f" of {one.type}" if one.type else ""
            tried = f", {one.failures} attempts failed" if one.failures else ""
            stopped = f", stopped: {one.stopped}" if one.stopped else ""
            say(f"{one.id}  {one.url}  as {one.role}{what}, told up to change {one.place}{tried}{stopped}")
            for dead in hooks.dead(one.id):
                say(f"  not told: changes {dead.after + 1} to {dead.until}. {dead.reason}")


@webhook.command()
@click.argument("id")
@click.option("--after", type=click.IntRange(0), metavar="SEQ", help="From after this entry of the log.")
def replay(id: str, after: int | None) -> None:
    """Tell the webhook ID again what it could not be told, and go on from there."""
    with _webhooks() as hooks:
        say(f"It is told what comes after change {hooks.replay(id, after)}.")


@webhook.command()
@click.argument("id")
def remove(id: str) -> None:
    """Tell the webhook ID nothing any more."""
    with _webhooks() as hooks:
        hooks.remove(id)
    say("It is told nothing any more.")


@contextmanager
def _webhooks() -> Generator[Webhooks]:
    store = open_store(settings())
    try:
        yield Webhooks(store)
    finally:
        store.close()
