"""`duta key`: keys for programs and people, made, listed and revoked."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from rich.text import Text

from api.cli.main import settings
from api.cli.terminal import note, out, say, table
from api.keys import FRESH_SECONDS, PREFIX, Key, Keys
from api.roles import Role
from api.wiring import open_store

ROLES = [role.value for role in Role if role is not Role.PUBLIC]


@click.group("key")
def key() -> None:
    """Make, list and revoke keys."""


@key.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES, case_sensitive=False), required=True, help="What its holder may see.")
@click.option(
    "--territory",
    "territories",
    multiple=True,
    metavar="CODE",
    help="Where its holder publishes, as an ISO 3166-1 code such as VN; may be given more than once.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="A site whose pages may use it, such as https://www.example.org; may be given more than once.",
)
@click.option(
    "--budget", type=click.IntRange(1), metavar="OBJECTS", help="Objects a minute, before DUTA_BUDGET_PER_KEY."
)
@click.option(
    "--replace", "replaces", is_flag=True, help="Embeds may show another story in place of one that may not be shown."
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day it opens, in UTC.")
@click.option("--days", type=click.IntRange(1, 36_500), help="How many days it opens, from now on.")
def create(
    name: str,
    role: str,
    territories: tuple[str, ...],
    origins: tuple[str, ...],
    budget: int | None,
    replaces: bool,
    expires: datetime | None,
    days: int | None,
) -> None:
    """Make a key called NAME and show it, once.

    The key alone goes to standard output; only its hash is kept, so nobody can show it again.
    """
    if expires is not None and days is not None:
        raise click.UsageError("Give --expires or --days, not both.")
    end = _end_of(expires) if expires else datetime.now(UTC) + timedelta(days=days) if days else None
    with _keys() as keys:
        made, token = keys.create(
            name,
            Role(role.upper()),
            territories=territories,
            origins=origins,
            budget=budget,
            expires=end,
            replaces=replaces,
        )
    note(f'The key {PREFIX}{made.id} "{made.name}" is {made.role}, {_until(made)}. It is shown this once:')
    say(token)
    note("Send it as a header: Authorization: Bearer duta_...")


@key.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were revoked or have expired.")
def list_keys(everything: bool) -> None:
    """List the keys that open, none of their secrets."""
    now = datetime.now(UTC)
    with _keys() as keys:
        found = keys.all()
    shown = [one for one in found if everything or one.refusal(now) is None]
    if shown:
        rows = table("id", "name", "role", "territories", "origins", "budget", "until", "last used", right=("budget",))
        for one in shown:
            rows.add_row(
                f"{PREFIX}{one.id}",
                Text(one.name),
                one.role.value,
                " ".join(one.territories),
                Text(" ".join(one.origins)),
                str(one.budget or ""),
                _state(one, now),
                f"{one.used:%Y-%m-%d %H:%M}" if one.used else "never",
            )
        out().print(rows)
    say(f"{len(shown)} key{'' if len(shown) == 1 else 's'}")
    if len(found) > len(shown):
        note(f"{len(found) - len(shown)} more were revoked or have expired; --all shows them.")


@key.command()
@click.argument("id")
def revoke(id: str) -> None:
    """Refuse the key ID from now on, in every server within a few seconds."""
    with _keys() as keys:
        ended = keys.revoke(id)
    say(f'The key {PREFIX}{ended.id} "{ended.name}" is revoked; servers refuse it within {FRESH_SECONDS} seconds.')


@contextmanager
def _keys() -> Generator[Keys]:
    store = open_store(settings())
    try:
        yield Keys(store)
    finally:
        store.close()


def _end_of(day: datetime) -> datetime:
    """The moment after a day is over."""
    return day.replace(tzinfo=UTC) + timedelta(days=1)


def _until(made: Key) -> str:
    return f"until {made.expires:%Y-%m-%d %H:%M} UTC" if made.expires else "until it is revoked"


def _state(one: Key, now: datetime) -> str:
    if one.revoked:
        return f"revoked {one.revoked:%Y-%m-%d}"
    if one.expires is None:
        return ""
    return f"{'expired ' if one.expires <= now else ''}{one.expires:%Y-%m-%d %H:%M}"
