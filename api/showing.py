"""What of a story may be shown at this moment: decided by its rights, its pictures' and by advisories in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from api.clearance import clearances
from api.crediting import credit_line
from api.originals import named_before
from api.pictures import Picture, Rendition, read_made, read_pictures, renditions
from api.stories import Shown, Story
from graph.model import LEVEL
from graph.model.enums import Severity, UseChannel, UseMedia, UsePurpose
from graph.store.port import GraphStore
from graph.store.select import Cmp, Follow, Select, Shape, Viewer
from graph.store.visibility import SYSTEM, visibility_of
from graph.story.rights import RightsVerdict, Use, Verdict, verdicts
from media.formats import Format
from media.profiles import RenditionProfile

_GRAVE = (Severity.EXTREME, Severity.SEVERE)
_MOST = 1_000
_NOTHING_KNOWN = Verdict(RightsVerdict.UNKNOWN)
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that may be shown, in the profiles that may be used, each with its renditions."""

    shown: Shown
    picture: Picture
    profiles: Mapping[RenditionProfile, Sequence[Rendition]]

    def jpegs(self, profile: RenditionProfile) -> list[Rendition]:
        """What everything reads, narrow before wide."""
        return [one for one in self.profiles.get(profile, ()) if one.plan.format is Format.JPEG]


@dataclass(frozen=True, slots=True)
class Showing:
    """Whether the story may be shown whole; `everywhere`, whether that is so for whoever asks from wherever.

    `until` is the moment, in epoch milliseconds, to which that is known. `paused` is by an advisory. `credit` is what
    has to stand beside it: what the rights ask for, its pictures and makers, those of what it was made from, or who
    keeps it.
    """

    verdict: Verdict
    everywhere: bool
    until: int
    paused: bool
    images: tuple[Image, ...]
    credit: str = ""

    @property
    def whole(self) -> bool:
        return self.verdict.allowed and not self.paused


def use_of(channel: UseChannel) -> Use:
    """A story on a channel, for culture: its text and its pictures as they are."""
    return Use(
        channels=frozenset({channel}),
        purposes=frozenset({UsePurpose.CULTURE}),
        media=frozenset({UseMedia.TEXT, UseMedia.PICTURE}),
    )


def showing(
    store: GraphStore,
    viewer: Viewer,
    story: Story,
    channel: UseChannel,
    profiles: Sequence[RenditionProfile],
    locale: str,
) -> Showing:
    """What of a story the viewer's readers may be shown on a channel; pictures in these profiles."""
    today = viewer.today
    use = use_of(channel)
    verdict = verdicts(store, viewer, [story.id], use, today, locale).get(story.id, _NOTHING_KNOWN)
    everywhere = not viewer.territories or viewer.live >= LEVEL["INTERNAL"]
    if not everywhere:
        bare = replace(viewer, territories=frozenset[str]())
        everywhere = verdicts(store, bare, [story.id], use, today).get(story.id, _NOTHING_KNOWN).allowed
    ends = [(viewer.now // _DAY + 1) * _DAY, story.visibility.live_until]
    images, same = _images(store, viewer, story, profiles)
    # Advisories are about what is brought before people, not about what they come here to read.
    paused, only_here = _paused(store, viewer, story, today) if channel is UseChannel.EMBED else (False, False)
    before = named_before(store, viewer, (one.id for one in story.linked["derived_from"]), locale)
    named = [*(one.shown.credit for one in images), *(one.label for one in story.linked["makers"]), *before]
    asked = (one.credit for one in verdict.duties if one.credit)
    credit = credit_line(asked, named, story.keeper.name if story.keeper else "")
    return Showing(verdict, everywhere and same and not only_here, min(ends), paused, images, credit)


def _images(
    store: GraphStore, viewer: Viewer, story: Story, profiles: Sequence[RenditionProfile]
) -> tuple[tuple[Image, ...], bool]:
    pictures = read_pictures(store, [one.id for one in story.media])
    if not pictures:
        return (), True
    cleared = {profile: clearances(store, viewer, pictures, profile) for profile in profiles}
    same = viewer.live < LEVEL["INTERNAL"] and all(
        one.everywhere or not viewer.territories for found in cleared.values() for one in found.values()
    )
    made = read_made(store, pictures.values())
    images: list[Image] = []
    for shown in story.media:
        picture = pictures.get(shown.id)
        if picture is None:
            continue
        there = made.get(picture.recipe, {})
        may = [one for one in profiles if (found := cleared[one].get(shown.id)) is not None and found.allowed]
        if may:
            # Its own rights may ask for other words than whoever uploaded it wrote.
            credited = replace(shown, credit=picture.notice.credit)
            images.append(Image(credited, picture, {one: renditions(picture, one, there) for one in may}))
    return tuple(images), same


def _paused(store: GraphStore, viewer: Viewer, story: Story, today: date) -> tuple[bool, bool]:
    """Whether a grave advisory holds for a country of the story or for where it is read; whether others see otherwise.

    Nothing is told of the advisory itself, which may be internal.
    """
    countries = {one.id for one in story.linked["countries"]}
    shape = Shape(
        tuple((one, one) for one in ("starts", "ends", "state", "marking", "embargo_until", "expires_at")),
        (("countries", Follow("countries", Select("Country", Shape((("id", "id"), ("code", "alpha2"))), limit=300))),),
    )
    grave = Select("Advisory", shape, Cmp("severity", "in", _GRAVE), limit=_MOST)
    rows = cast("Sequence[Mapping[str, Any]]", store.ask(SYSTEM, {"grave": grave})["grave"]["rows"])
    live = replace(SYSTEM, draft=-1, retired=-1, now=viewer.now)
    day = today.isoformat()
    holding = [
        row["countries"]["rows"]
        for row in rows
        if str(row["starts"] or day) <= day <= str(row["ends"] or day) and visibility_of(row).seen_by(live)
    ]
    if any(one["id"] in countries for named in holding for one in named):
        return True, False
    return any(one["code"] in viewer.territories for named in holding for one in named), bool(holding)
