"""`duta media`: pictures taken in from this machine, and renditions made ahead."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

import click

from api.cli.main import settings
from api.cli.terminal import note, progress, say
from api.making import make_missing
from api.plan.wanted import Writer
from api.studios import studio_of, uploads_of
from api.uploading import Told, Uploaded, Uploads
from api.wiring import House, opened
from graph.store.select import And, Cmp, Order, Select, Shape
from graph.store.visibility import SYSTEM
from media.errors import Reason, Refused
from media.profiles import RenditionProfile

_REFUSED = 1
_PIECE, _PAGE = 1 << 20, 200
_WRITER = Writer("duta media", SYSTEM, publishes=True)


@click.group("media")
def media() -> None:
    """Take pictures in, and make their renditions."""


@media.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--alt", default="", help="What they show, for those who do not see it.")
@click.option("--credit", default="", help="The credit line, before what the files say.")
@click.option("--caption", default="", help="What stands below them.")
@click.option("--locale", default="", help="The language of these texts, as a BCP 47 tag.")
@click.pass_context
def add(ctx: click.Context, files: tuple[Path, ...], alt: str, credit: str, caption: str, locale: str) -> None:
    """Take FILES in as drafts, with what they say of themselves.

    Said of each is its id, what looks like it, on what its metadata differ, and what is needed before it can be
    published. Exit code 1 where a file was refused; the others are taken all the same.
    """
    refused = 0
    with opened(settings()) as house:
        uploads = uploads_of(house, studio_of(house.settings))
        with progress("Looking into pictures") as step:
            for done, path in enumerate(files, start=1):
                try:
                    _tell(path, _added(house, uploads, path, Told(path.name, alt, credit, caption, locale)))
                except Refused as error:
                    refused += 1
                    note(f"{path}: {error.reason}: {error}")
                step(done)
        house.follower.follow()
    if refused:
        ctx.exit(_REFUSED)


@media.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice([one.value for one in RenditionProfile], case_sensitive=False),
    help="What they are wanted for; may be given more than once. Without it RESPONSIVE and SOCIAL.",
)
def render(ids: tuple[str, ...], profiles: tuple[str, ...]) -> None:
    """Make the renditions that are not there yet, of the pictures with these IDs, or of all that everybody sees.

    A server makes them too when they are first asked for, and ahead of that when a picture is published.
    """
    chosen = tuple(RenditionProfile(one) for one in profiles) or (RenditionProfile.RESPONSIVE, RenditionProfile.SOCIAL)
    made = 0
    with opened(settings()) as house, progress("Making renditions") as step:
        studio = studio_of(house.settings)
        for page in [ids] if ids else _public(house):
            for id in page:
                made += make_missing(house.store, studio, (id,), chosen)
                step(made)
    say(f"{made} renditions made.")


def _added(house: House, uploads: Uploads, path: Path, told: Told) -> Uploaded:
    with path.open("rb") as file:
        size, digest = _digest(file, house.settings.media_bytes)
        return uploads.take(file, digest, size, told, _WRITER)


def _digest(file: IO[bytes], most: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        size += len(piece)
        if size > most:
            raise Refused(
                Reason.TOO_MANY_BYTES, "The file has more than {most} bytes, which DUTA_MEDIA_BYTES allows.", most=most
            )
        digest.update(piece)
    return size, digest.hexdigest()


def _tell(path: Path, one: Uploaded) -> None:
    found = one.examined
    there = "" if one.new else ", which was there already"
    say(f"{path}: {one.id}{there}: {found.format}, {found.width} x {found.height}")
    for alike in one.duplicates:
        say(f"  looks like {alike.id}, {alike.label} ({alike.distance} of 64 bits differ)")
    for problem in cast("list[str]", found.said["problems"]):
        say(f"  {problem}")
    for asked in one.asked:
        say(f"  {asked.field}: {asked.message}")


def _public(house: House) -> Iterator[Sequence[str]]:
    """The ids of pictures that are published for everybody, a page at a time."""
    where = And((Cmp("state", "eq", "PUBLISHED"), Cmp("marking", "eq", "PUBLIC"), Cmp("sha256", "isNull", False)))
    after: tuple[Any, ...] | None = None
    while True:
        question = Select("Media", Shape((("id", "id"),)), where, (Order("id"),), after, limit=_PAGE, keys=True)
        rows = cast("Sequence[dict[str, Any]]", house.store.ask(SYSTEM, {"media": question})["media"]["rows"])
        yield [str(row["id"]) for row in rows]
        if len(rows) < _PAGE:
            return
        after = tuple(rows[-1]["@key"])
