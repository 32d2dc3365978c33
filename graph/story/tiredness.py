"""How tired an audience is of an asset, by whose channels it saw it, and what could say the same in its place."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from graph.asking import Asking, Of, Question, said
from graph.model import ANY
from graph.model.enums import Marking, State
from graph.store.cells import Cells
from graph.store.select import And, Cmp, Order, Select, Shape, by_ids, shape_of
from graph.story.audiences import refuse_forbidden
from graph.story.embedded import embedded, embedding, seen_embeds
from graph.story.fatigue import Exposure, Fatigue, FatigueVerdict, fatigue
from graph.story.plan.fetching import to
from graph.story.plan.texts import fit
from graph.story.posted import posted, posts, with_terms
from graph.story.refusing import unknown
from graph.story.rows import ids_of, one_of, rows_of
from graph.story.settings import FatiguePolicy, StorySettings

_LATELY, _BESIDE, _TOLD = 90, 20, 5
_ID = Shape((("id", "id"),))
_TEXTS = shape_of(
    "id", "title", "summary", "body", "locale", "text_state",
    translations=to("translations", "Translation", shape_of("locale", "state", "title", "basis", "origin"), limit=200),
)  # fmt: skip
_SEEN = And((Cmp("state", "eq", State.PUBLISHED), Cmp("marking", "in", (Marking.PUBLIC, Marking.PARTNER))))
AssetId = Annotated[str, Of("Asset")]


@dataclass(frozen=True, slots=True)
class FatigueGiven:
    """Whom, and what it was shown."""

    asset: AssetId = said("What was shown.")
    audience: Annotated[str, Of("Audience")] = said("To whom.")
    on: date | None = said("On which day; today where it is left out.", None)


@dataclass(frozen=True, slots=True)
class ExposureCount:
    """How often something was shown on one channel, in posts and in an embed."""

    channel: Annotated[str, Of("Channel")] | None = said("The channel.")
    owner: Annotated[str, Of(ANY)] | None = said("Whose it is.")
    count: int = said(f"How many posts of the last {_LATELY} days.")
    views: int = said("How often its embed was viewed there in the days that the policy counts.", 0)


@dataclass(frozen=True, slots=True)
class FatigueSubstitute:
    """Another asset that says the same and that the audience need not rest from."""

    asset: AssetId | None = said("The asset.")
    messages: tuple[Annotated[str, Of("Message")], ...] = said("The messages that both express.")
    saturation: float = said("How much of what the audience bears of it has been shown.")
    verdict: FatigueVerdict = said("What that means.")
    locale: str | None = said(
        "The language in which the audience reads it; null where it has no text that they read.", None
    )


@dataclass(frozen=True, slots=True)
class FatigueAnswer:
    """How tired an audience is of an asset, with all that makes the number."""

    on: date = said("The day it is reckoned for.")
    fatigue: Fatigue = said("The sum with its terms, and the next free day.")
    exposures: tuple[ExposureCount, ...] = said(
        f"Posts of the last {_LATELY} days, and views of embeds, by channel, the most first."
    )
    substitutes: tuple[FatigueSubstitute, ...] = said(
        "What could be shown in its place: what the audience can read first, then the freshest. Rights are not looked "
        "at."
    )
    policy: FatiguePolicy = said("What it was reckoned with.")


def tiredness(asking: Asking, given: FatigueGiven) -> FatigueAnswer:
    """The answer, by three questions of the store, and one more where there are embeds.

    Raises InvalidValue for what is not there or may not be asked.
    """
    on, settings = given.on or asking.viewer.today, StorySettings()
    shared, chain = _shared(asking, given, settings)
    policy, ids = settings.fatigue, (given.asset, *shared)
    questions: dict[str, Select | Cells] = {"embedding": embedding((given.audience,)), **posted(ids, (given.audience,))}
    if shared:
        questions["texts"] = by_ids("Asset", tuple(shared), _TEXTS, limit=len(shared))
    answers = asking.ask(questions)
    texts = {
        str(row["id"]): fit(row, rows_of(row["translations"]), chain, settings).locale
        for row in rows_of(answers.get("texts"))
    }
    posts_seen, channels = posts(answers), rows_of(answers["embedding"])
    embeds = embedded(asking, ids, channels, on=on, days=policy.embed_days)
    seen = {id: (*posts_seen.get((id, given.audience), ()), *seen_embeds(embeds.get(id, ()), policy)) for id in ids}
    tired = {id: fatigue(of, on=on, policy=policy) for id, of in seen.items()}
    asked = with_terms(asking, {given.asset: (tired[given.asset], seen[given.asset])}, given.audience, policy, on=on)[
        given.asset
    ]
    owners = {term.channel: term.owner for term in asked.terms}
    counted = tuple(_lately(seen[given.asset], owners, on))
    return FatigueAnswer(on, asked, counted, tuple(_substitutes(shared, tired, texts)), policy)


def _shared(
    asking: Asking, given: FatigueGiven, settings: StorySettings
) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Other published assets by the messages that they express too, and what the audience reads."""
    others = to("assets", "Asset", _ID, where=_SEEN, limit=_BESIDE)
    wanted = shape_of("id", messages=to("messages", "Message", shape_of("id", assets=others), limit=_BESIDE))
    answers = asking.ask(
        {
            "asset": by_ids("Asset", (given.asset,), wanted, order=(Order("id"),)),
            "audience": by_ids("Audience", (given.audience,), shape_of("id", "label", "names", "size", "locales")),
        }
    )
    asset, audience = (one_of(answers[kind]) for kind in ("asset", "audience"))
    if asset is None:
        raise unknown("asset", given.asset, "asset")
    if audience is None:
        raise unknown("audience", given.audience, "audience")
    refuse_forbidden(audience, settings.audience, "audience")
    found: dict[str, list[str]] = {}
    for message in rows_of(asset["messages"]):
        for other in ids_of(message["assets"]):
            if other != given.asset:
                found.setdefault(other, []).append(str(message["id"]))
    beside = {id: tuple(of) for id, of in list(found.items())[:_BESIDE]}
    return beside, tuple(audience["locales"] or ("en",))


def _lately(seen: Iterable[Exposure], owners: Mapping[str | None, str | None], on: date) -> Iterable[ExposureCount]:
    since = on - timedelta(_LATELY)
    posts, views = Counter[str | None](), Counter[str | None]()
    for one in seen:
        if one.views is not None:
            views[one.channel] += one.views
        elif one.day <= on and one.seen_last(on) > since:
            posts[one.channel] += one.count
    ordered = sorted({*posts, *views}, key=lambda where: (-posts[where], -views[where], where or ""))
    return (ExposureCount(where, owners.get(where), posts[where], views[where]) for where in ordered)


def _substitutes(
    shared: Mapping[str, Sequence[str]], tired: Mapping[str, Fatigue], texts: Mapping[str, str | None]
) -> list[FatigueSubstitute]:
    found = [
        FatigueSubstitute(id, tuple(messages), tired[id].saturation, tired[id].verdict, texts.get(id))
        for id, messages in shared.items()
        if id in tired and tired[id].verdict is not FatigueVerdict.REST
    ]
    return sorted(found, key=lambda one: (one.locale is None, one.saturation, -len(one.messages), one.asset or ""))[
        :_TOLD
    ]


def _size(_given: Any) -> int:
    """The terms of the latest posts, and what stands beside them; the price counts it for each thing of a term."""
    return FatiguePolicy().latest + 60


FATIGUE = Question(
    "fatigue",
    "How tired an audience is of an asset: every post and embed that counts, the next free day, and what says the "
    "same.",
    FatigueGiven,
    FatigueAnswer,
    tiredness,
    _size,
)
