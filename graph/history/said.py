"""What a statement record tells: the words, where they stood, what bore them out, and where they were posted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from graph.asking import Of, said
from graph.history.changes import LoggedChange
from graph.model import ANY
from graph.model.enums import Marking, PlacementStatus, ProofKind, Reliability, State, TranslationForm
from graph.model.model import TRANSLATION

AnyId = Annotated[str, Of(ANY)]
#: How many translations, proofs and sources are told, how many posts, and how many entries of the log.
MOST, POSTS, ENTRIES = 50, 100, 20


@dataclass(frozen=True, slots=True)
class SaidText:
    """A text as it was."""

    path: str = said("Which text, as title.")
    text: str = said("The words.")


@dataclass(frozen=True, slots=True)
class SaidSource:
    """A source as it was described."""

    id: str = said("Its id.")
    entity: Annotated[str, Of("Source")] | None = said("It as it is now.")
    title: str | None = said("What it is called.")
    url: str | None = said("Where it is.")
    publisher: str | None = said("Who published it.")
    licence: str | None = said("Its licence.")
    retrieved_at: date | None = said("The day it was read.")
    hash: str | None = said("Digest of what was read.")
    reliability: Reliability | None = said("How reliable it is, by the Admiralty code.")
    confidence: str | None = said("How sure it was that it bears this out, by the Admiralty code.")


@dataclass(frozen=True, slots=True)
class SaidProof:
    """A proof as it was."""

    id: str = said("Its id.")
    entity: Annotated[str, Of("Proof")] | None = said("It as it is now.")
    title: str | None = said("What it said.")
    kind: ProofKind | None = said("What kind of proof it was.")
    valid_until: date | None = said("The last day on which it could be used.")
    held: bool = said("Whether it could still be used at that moment.")
    sources: tuple[SaidSource, ...] = said("What it rested on.")


@dataclass(frozen=True, slots=True)
class SaidElsewhere:
    """A translation as it was."""

    id: str = said("Its id.")
    entity: Annotated[str, Of(TRANSLATION)] | None = said("It as it is now.")
    locale: str = said("The language.")
    form: TranslationForm = said("How much of the source it carried.")
    state: State = said("Where it stood.")
    public: bool = said("Whether the public saw it.")
    texts: tuple[SaidText, ...] = said("Its words.")


@dataclass(frozen=True, slots=True)
class SaidPost:
    """A post until then."""

    id: str = said("Its id.")
    entity: Annotated[str, Of("Placement")] | None = said("It as it is now.")
    at: datetime = said("When it went out.")
    until: datetime | None = said("When it ended, or was to end.")
    status: PlacementStatus = said("Whether it was out.")
    url: str | None = said("Where it was to be seen.")
    locale: str | None = said("The language it was in.")
    text_as_posted: str | None = said("The text as it was posted.")
    posted_rev: int | None = said("The revision of what was posted.")
    channel: str | None = said("What it was posted on, by name.")
    campaign: str | None = said("The campaign it belonged to, by name.")


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """What was said at a moment, on what evidence, as far as you could see it then and see it now."""

    id: str = said("The id that was asked for.")
    entity: AnyId | None = said("It as it is now.")
    of: AnyId | None = said("What a translation translates, whose proofs, sources and posts are told; else null.")
    at: datetime = said("The moment.")
    seq: int = said("The last entry of the log by then.")
    hash: str = said("Its hash, which `duta log verify --at SEQ --hash HASH` proves.")
    rev: int = said("The revision that it had.")
    since: datetime = said("Since when it had that.")
    state: State = said("Where it stood.")
    marking: Marking = said("How far it could be shown.")
    public: bool = said("Whether the public saw it.")
    locale: str | None = said("The language of its own texts.")
    texts: tuple[SaidText, ...] = said("Its words.")
    translations: tuple[SaidElsewhere, ...] = said(f"How it was said elsewhere, the first {MOST} by language.")
    proofs: tuple[SaidProof, ...] = said(
        f"What proved it, or the messages that it expresses, each with its sources; the first {MOST}."
    )
    sources: tuple[SaidSource, ...] = said(f"What it rested on itself, the first {MOST}.")
    posts: tuple[SaidPost, ...] = said(f"Where it was placed until then, the last {POSTS}, the newest first.")
    entries: tuple[LoggedChange, ...] = said(
        f"What the log says of it until then, the newest {ENTRIES}: who wrote, approved and published it, and why."
    )
