"""How assets stand to the audiences of a mission: texts, rights and what they were shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graph.story import wording
from graph.story.embedded import Embedded, seen_embeds
from graph.story.fatigue import Exposure, Fatigue, fatigue
from graph.story.plan.reading import Names, Row
from graph.story.plan.texts import Fit, fit
from graph.story.posted import Posts
from graph.story.rights import Use, Verdict
from graph.story.rights.check import Checking
from graph.story.rights.materials import Materials
from graph.story.rows import rows_of
from graph.story.settings import StorySettings

_PACKAGE = "graph.story.desk"


@dataclass(frozen=True, slots=True)
class Whom:
    """An audience of the mission: where it lives, what it reads, and what it cares for by weight."""

    id: str
    country: str
    territory: str | None
    locales: tuple[str, ...]
    interests: Mapping[str, float]
    campaigns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What an audience has seen of an asset: how tired it is, when last, and the next day planned in the window."""

    fatigue: Fatigue
    last: date | None
    planned: date | None


@dataclass(slots=True)
class Desk:
    """Everything of one desk that its rules read."""

    first: date
    last: date
    today: date
    names: Names
    settings: StorySettings
    audiences: tuple[Whom, ...] = ()
    campaigns: Mapping[str, Row] = field(default_factory=dict[str, Row])
    assets: Mapping[str, Row] = field(default_factory=dict[str, Row])
    #: The themes of the assets of campaigns that may be adapted.
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    materials: Materials = field(default_factory=lambda: Materials({}))
    posts: Posts = field(default_factory=dict[tuple[str, str], tuple[Exposure, ...]])
    embeds: Mapping[str, Sequence[Embedded]] = field(default_factory=dict[str, Sequence[Embedded]])
    #: The assets of which it is known what an audience was shown.
    looked_at: frozenset[str] = frozenset()
    #: What came of looking at an asset for an audience.
    weighed: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    _judging: dict[object, Checking] = field(default_factory=dict[object, Checking])
    _fits: dict[object, Fit] = field(default_factory=dict[object, Fit])

    def say(self, key: str, **values: Any) -> str:
        """A sentence of desks in the language of the answer."""
        return wording.say(_PACKAGE, self.names.language, key, **values)

    def listed(self, ids: tuple[str, ...], most: int = 3) -> str:
        """Names of things, the first few of them."""
        named = ", ".join(f"“{self.names[id]}”" for id in ids[:most])
        return named if len(ids) <= most else self.say("more", first=named, count=len(ids) - most)

    def text(self, asset: str, whom: Whom) -> Fit:
        """The text that an audience gets of an asset."""
        row = self.assets[asset]
        translations = rows_of(row["translations"])
        # Of what is not translated nothing else is asked, and many have that in common.
        own = asset if translations else (row["title"] is None, row["text_state"], row["locale"])
        key = own, whom.locales
        if key not in self._fits:
            self._fits[key] = fit(row, translations, whom.locales or ("en",), self.settings)
        return self._fits[key]

    def verdict(self, asset: str, territory: str | None) -> Verdict:
        """Whether an asset may be published in a country, for culture and unpaid, on the first day."""
        if territory not in self._judging:
            use = Use(frozenset({territory} if territory else ()), purposes=frozenset({"CULTURE"}), first=self.first)
            self._judging[territory] = Checking(use, self.today, self.names.language)
        return self.materials.standing(asset, self._judging[territory])

    def shown(self, asset: str, whom: Whom) -> Shown:
        """What the audience was shown of an asset, and what is planned for it."""
        on_channels = (one for one in self.embeds.get(asset, ()) if whom.id in one.reaches)
        seen = (*self.posts.get((asset, whom.id), ()), *seen_embeds(on_channels, self.settings.fatigue))
        past = [one.seen_last(self.first) for one in seen if one.day <= self.first]
        ahead = [one.day for one in seen if self.first < one.day <= self.last]
        tired = fatigue(seen, on=self.first, policy=self.settings.fatigue)
        return Shown(tired, max(past, default=None), min(ahead, default=None))
