"""`duta rights`: whether assets may be used in a certain way, and what would unlock them."""

from datetime import UTC, date, datetime

import click
from rich.text import Text

from api.cli.main import Failure, settings
from api.cli.terminal import out, say, table
from api.doors.viewers import Perspective, viewer_of
from api.roles import Role
from api.wiring import opened
from graph.asking import Asking
from graph.model.enums import Modification, UseChannel, UseMedia, UsePurpose
from graph.model.kinds import Locale
from graph.model.kinds import locale as language_tag
from graph.story.rights.asked import RightsUse
from graph.story.rights.question import RightsCheck, RightsCheckGiven, rights_check

_DAY = click.DateTime(["%Y-%m-%d"])


def _choice(vocabulary: type[UseChannel | UsePurpose | UseMedia | Modification]) -> click.Choice[str]:
    return click.Choice([str(one) for one in vocabulary], case_sensitive=False)


@click.group()
def rights() -> None:
    """Ask what may be done with assets."""


@rights.command()
@click.argument("assets", nargs=-1, required=True, metavar="ASSET...")
@click.option("--territory", "territories", multiple=True, help="A country or region, as VN, SEA or 035.")
@click.option("--channel", "channels", multiple=True, type=_choice(UseChannel), metavar="NAME", help="As INSTAGRAM.")
@click.option("--purpose", "purposes", multiple=True, type=_choice(UsePurpose), metavar="NAME", help="As NEWS.")
@click.option("--modify", multiple=True, type=_choice(Modification), metavar="NAME", help="As CROP.")
@click.option("--media", multiple=True, type=_choice(UseMedia), metavar="NAME", help="Only these parts, as TEXT.")
@click.option("--language", "languages", multiple=True, help="In this language, as vi.")
@click.option("--paid", is_flag=True, help="Money is spent to show it to more people.")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="The first day; today without it.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day; the first without it.")
@click.option("--locale", help="The language of the sentences, before DUTA_LOCALE: en or id.")
def check(
    assets: tuple[str, ...],
    territories: tuple[str, ...],
    channels: tuple[str, ...],
    purposes: tuple[str, ...],
    modify: tuple[str, ...],
    media: tuple[str, ...],
    languages: tuple[str, ...],
    paid: bool,
    first: datetime | None,
    last: datetime | None,
    locale: str | None,
) -> None:
    """Say whether each ASSET may be used so; what is left out means any. The exit code is 1 unless all may."""
    chosen = settings(locale=locale)
    use = RightsUse(
        territories,
        tuple(UseChannel[one] for one in channels),
        tuple(UsePurpose[one] for one in purposes),
        paid=paid,
        modify=tuple(Modification[one] for one in modify),
        media=tuple(UseMedia[one] for one in media),
        languages=tuple(Locale(language_tag(one)) for one in languages),
        starts=_date(first) or datetime.now(UTC).date(),
        ends=_date(last),
    )
    with opened(chosen) as house:
        viewer = viewer_of(Role.ADMIN, Perspective.DRAFT)
        found = rights_check(Asking(house.store, viewer, chosen.locale), RightsCheckGiven(assets, use))
    shown = table("asset", "verdict", "until", "why, and what to do")
    for one in found:
        for number, line in enumerate(_lines(one) or [""]):
            head = ("", "", "") if number else (one.id, str(one.verdict), str(one.valid_until or ""))
            shown.add_row(*head, Text(line))
    out().print(shown)
    refused = [one.id for one in found if not one.verdict.startswith("ALLOWED")]
    if refused:
        raise Failure(f"{len(refused)} of {len(found)} may not be used so.")
    say(f"All {len(found)} may be used so." if len(found) > 1 else "It may be used so.")


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _lines(one: RightsCheck) -> list[str]:
    """The reasons, the duties with their days, and what to ask with what that unlocks too."""
    told = [reason.sentence for reason in one.reasons]
    told += [f"+ {duty.text}{f' ({duty.due})' if duty.due else ''}" for duty in one.duties]
    for ask in one.unlock.smallest if one.unlock else ():
        also = f" Unlocks {', '.join(ask.also_unlocks)} too." if ask.also_unlocks else ""
        told.append(f"? {ask.ask}{f' Of {ask.to}.' if ask.to else ''}{also}")
    return told
