"""`duta kit`: the cleared stories of a campaign as a signed archive, for places without a net."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.main import Failure, settings
from api.cli.terminal import note, say
from api.doors.languages import LANGUAGES
from api.doors.viewers import Perspective, viewer_of
from api.kits import faults, key_of, kit_of
from api.packing import pack, unpacked
from api.roles import Role
from api.studios import studio_of
from api.wiring import opened
from media.errors import MediaError

_BROKEN = 1


@click.group("kit")
def kit() -> None:
    """Carry a campaign's stories to where there is no net."""


@kit.command()
@click.argument("campaign", metavar="CAMPAIGN")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", help="The language of the texts, before DUTA_LOCALE.")
def export(campaign: str, file: Path, lang: str | None) -> None:
    """Write the kit of CAMPAIGN into FILE: what everybody may be shown of it at events, each with its last day.

    It holds a page that needs no net and shows nothing beyond its last day, texts, pictures, and a signature.
    """
    chosen = settings(locale=lang)
    with opened(chosen) as house:
        found = kit_of(house.store, viewer_of(Role.EDITOR, Perspective.DRAFT), campaign, chosen.locale)
        if found is None:
            raise Failure(f'There is no campaign "{campaign}". Look for it with `duta search`.')
        page = chosen.locale if chosen.locale in LANGUAGES else LANGUAGES[0]
        try:
            data = pack(house.store, studio_of(house.settings), found, page)
        except MediaError as error:
            raise Failure(f"A picture cannot be put in: {error}") from None
    file.write_bytes(data)
    say(f"{len(found.items)} stories are in {file}, {len(data)} bytes.")
    for one in found.left_out:
        note(f"{one} is left out: it may not be shown at events by everybody.")


@kit.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Say whether FILE is a kit as this installation signed it, and what in it has run out. Exit code 1 if not."""
    try:
        files = unpacked(file.read_bytes())
    except ValueError as error:
        raise Failure(f"{file}: {error}") from None
    with opened(settings()) as house:
        found = faults(files, key_of(house.store))
    for one in found:
        note(f"{file}: {one}")
    if found:
        raise click.exceptions.Exit(_BROKEN)
    told = json.loads(files["kit.json"])
    today = datetime.now(UTC).date().isoformat()
    over = [one["id"] for one in told["items"] if one["until"] < today]
    say(f"{file} is as it was signed on {told['made']}: {len(told['items'])} stories, {len(over)} have run out.")
