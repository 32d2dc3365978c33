"""What a desk warns of: rights that run out, texts that are missing, and campaigns of headquarters to adapt."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from graph.story.desk.answer import DeskAdaptation, DeskRunningOut, DeskText
from graph.story.desk.reading import Desk, Whom
from graph.story.plan.reading import Row
from graph.story.rows import ids_of, rows_of
from graph.story.wording import Languages

#: So many days before they end, rights are told of.
WARNED = 60
#: How much of a campaign has to suit an audience: the mean weight of what its assets are about, 0 to 1.
LEAST_FIT = 0.25
_MOST = 20


def campaigns_of(desk: Desk, whom: Whom) -> list[Row]:
    """The campaigns for an audience, the next first; what begins long after the window waits."""
    until = (desk.last + timedelta(WARNED)).isoformat()
    found = [desk.campaigns[id] for id in whom.campaigns if id in desk.campaigns]
    return sorted((row for row in found if row["starts"] <= until), key=lambda row: (row["starts"], row["id"]))


def running_out(desk: Desk) -> tuple[DeskRunningOut, ...]:
    """Assets of campaigns that may not be shown in the country of their audience, or not to the campaign's end."""
    shown: dict[tuple[str, str, str | None], dict[str, date]] = {}
    for whom in desk.audiences:
        for campaign in campaigns_of(desk, whom):
            id, ends = str(campaign["id"]), date.fromisoformat(campaign["ends"])
            for asset in ids_of(campaign["ASSET"]):
                if asset in desk.assets:
                    shown.setdefault((asset, whom.country, whom.territory), {})[id] = ends
    found = [one for key, campaigns in shown.items() if (one := _running_out(desk, *key, campaigns))]
    return tuple(sorted(found, key=lambda one: (one.until or date.min, one.asset or "", one.country or ""))[:_MOST])


def _running_out(
    desk: Desk, asset: str, country: str, territory: str | None, campaigns: dict[str, date]
) -> DeskRunningOut | None:
    verdict = desk.verdict(asset, territory)
    until = verdict.valid_until if verdict.allowed else None
    if verdict.allowed and until is None:
        return None
    longest = max(campaigns.values())
    if until is not None and until >= longest and until > desk.first + timedelta(WARNED):
        return None
    ids = tuple(sorted(campaigns, key=lambda one: (-campaigns[one].toordinal(), one)))
    values = {"asset": desk.names[asset], "country": desk.names[country], "campaign": desk.names[ids[0]]}
    if until is None:
        reasons = " ".join(reason.sentence for reason in verdict.reasons[:1])
        sentence = desk.say(f"rights_{verdict.verdict}", reasons=reasons, **values)
    else:
        sentence = desk.say("ends_before" if until < longest else "ends_soon", until=until, ends=longest, **values)
    return DeskRunningOut(asset, verdict.verdict, until, ids, country, sentence.strip())


def missing_texts(desk: Desk) -> tuple[DeskText, ...]:
    """Texts in the first language of an audience that assets of its campaigns lack, the next campaign first."""
    needed: dict[tuple[str, str], tuple[Whom, list[Row]]] = {}
    for whom in desk.audiences:
        for campaign in campaigns_of(desk, whom) if whom.locales else ():
            for asset in ids_of(campaign["ASSET"]):
                if asset in desk.assets:
                    needed.setdefault((asset, whom.locales[0]), (whom, []))[1].append(campaign)
    found = [one for (asset, _), (whom, rows) in needed.items() if (one := _missing(desk, asset, whom, rows))]
    ordered = sorted(found, key=lambda one: (one[0], one[1].words, one[1].asset or ""))
    return tuple(text for _, text in ordered[:_MOST])


def _missing(desk: Desk, asset: str, whom: Whom, campaigns: list[Row]) -> tuple[tuple[bool, str], DeskText] | None:
    """The text that is missing, and its place: those that nobody there can read come first, then the next campaign."""
    asked, row = whom.locales[0], desk.assets[asset]
    only = desk.text(asset, Whom(whom.id, whom.country, whom.territory, (asked,), {}, frozenset()))
    if only.locale is not None:
        return None
    instead, pending = desk.text(asset, whom).locale, only.pending is not None
    ids = tuple(dict.fromkeys(str(one["id"]) for one in campaigns))
    words = len(f"{row['title'] or ''} {row['summary'] or ''} {row['body'] or ''}".split())
    starts = date.fromisoformat(campaigns[0]["starts"])
    state = "none" if row["title"] is None else "pending" if pending else "instead" if instead else "missing"
    sentence = desk.say(
        f"text_{state}",
        asset=desk.names[asset],
        locale=Languages([asked]),
        instead=Languages([instead] if instead else []),
        words=words,
        campaign=desk.names[ids[0]],
        when=desk.say("by", day=starts) if starts > desk.first else desk.say("runs"),
    )
    text = DeskText(asset, asked, instead, pending, words, ids, sentence)
    return (instead is not None, str(campaigns[0]["starts"])), text


def to_adapt(desk: Desk, mission: str, led: Iterable[str]) -> tuple[DeskAdaptation, ...]:
    """Campaigns of headquarters that show what an audience cares for, and that the mission has not adapted yet."""
    found: list[DeskAdaptation] = []
    for id in dict.fromkeys(led):
        campaign = desk.campaigns.get(id)
        if campaign is None or _is_adapted(campaign, mission):
            continue
        suits = [(_suits(desk, campaign, whom), whom) for whom in desk.audiences]
        suit, whom = min(suits, key=lambda one: (-_fit(one[0]), one[1].id), default=(dict[str, float](), None))
        if whom is not None and _fit(suit) >= LEAST_FIT:
            found.append(_adaptation(desk, mission, campaign, whom, suit))
    return tuple(sorted(found, key=lambda one: (-one.fit, one.campaign or ""))[:_MOST])


def _is_adapted(campaign: Row, mission: str) -> bool:
    return any(
        one["id"] == mission
        for adaptation in rows_of(campaign["adaptations"])
        for one in rows_of(adaptation["missions"])
    )


def _suits(desk: Desk, campaign: Row, whom: Whom) -> dict[str, float]:
    """Each asset of a campaign with the weight of the strongest interest of an audience that it is about."""
    return {
        asset: max((whom.interests.get(theme, 0.0) for theme in desk.about.get(asset, ())), default=0.0)
        for asset in ids_of(campaign["ASSET"])
        if asset in desk.assets
    }


def _fit(suit: Mapping[str, float]) -> float:
    return sum(suit.values()) / len(suit) if suit else 0.0


def _adaptation(desk: Desk, mission: str, campaign: Row, whom: Whom, suit: Mapping[str, float]) -> DeskAdaptation:
    id = str(campaign["id"])
    strongest = sorted((asset for asset in suit if suit[asset]), key=lambda asset: (-suit[asset], asset))
    shown = {theme for asset in strongest for theme in desk.about.get(asset, ())}
    themes = tuple(sorted(shown & whom.interests.keys(), key=lambda one: (-whom.interests[one], one)))
    allowed = [asset for asset in strongest if desk.verdict(asset, whom.territory).allowed]
    ready = tuple(asset for asset in allowed if desk.text(asset, whom).locale is not None)
    rest = tuple(asset for asset in allowed if asset not in ready)
    sentence = desk.say(
        "adapt", campaign=desk.names[id], audience=desk.names[whom.id], themes=desk.listed(themes),
        count=len(strongest), all=len(suit), ready=len(ready), rest=len(rest),
        ends=date.fromisoformat(campaign["ends"]),
    )  # fmt: skip
    partner = mission in ids_of(campaign["missions"])
    return DeskAdaptation(id, round(_fit(suit), 3), partner, whom.id, themes, ready, rest, sentence)


def wanted_assets(desk: Desk, led: Iterable[str]) -> Iterator[str]:
    """The assets of the campaigns for the audiences, then of those that may be adapted, each once."""
    rows = [row for whom in desk.audiences for row in campaigns_of(desk, whom)]
    shown = (asset for row in rows for asset in ids_of(row["ASSET"]))
    yield from dict.fromkeys((*shown, *assets_of(desk, led)))


def assets_of(desk: Desk, campaigns: Iterable[str]) -> Iterator[str]:
    """The assets of some campaigns."""
    return (asset for id in campaigns if id in desk.campaigns for asset in ids_of(desk.campaigns[id]["ASSET"]))
