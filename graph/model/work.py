"""What people leave while they work: plans, questions, requests and notes."""

from datetime import date

from graph.model.declare import ANY, Entity, link, prop
from graph.model.enums import Marking, NoteKind, ProposalDecision, RequestState
from graph.model.kinds import Big, Code, Json, Name, Names


class StoryPlan(Entity, least=Marking.INTERNAL):
    """A plan of beats for one audience, kept with the state of the graph it was made on."""

    name: Name = prop("What it is called.", required=True, searchable=8, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=8, filterable=False)
    question: Json = prop("What was asked.", filterable=False)
    answer: Json = prop("What was answered.", filterable=False)
    made_at_seq: Big = prop("The log's sequence it was made on.")


class QuestionCard(Entity, least=Marking.PARTNER):
    """A saved question with a form for its variables."""

    name: Name = prop("What it is called.", required=True, searchable=8, orderable=True, longest=200)
    names: Names = prop("Its name in other languages, by locale.", searchable=8, filterable=False)
    slug: Code = prop("The end of its address.", longest=100)
    document: str = prop("The GraphQL operation.", filterable=False, longest=50_000)
    variables: Json = prop("Its variables with their defaults.", filterable=False)


class Request(Entity, least=Marking.INTERNAL):
    """Something asked of somebody, with a day by which it is due."""

    name: Name = prop("What is asked.", required=True, searchable=8, orderable=True, longest=300)
    names: Names = prop("What is asked, in other languages, by locale.", searchable=8, filterable=False)
    due: date = prop("The day it is due.", orderable=True)
    answered: RequestState = prop("Whether it is answered.", facet=True)
    template: str = prop("The text to send.", filterable=False, longest=10_000)
    fix: Code = prop(
        "What repair it asks for, as a digest, so that the same is not asked twice while it is open.", longest=64
    )

    addressee = link(
        "ASKED_OF", "Mission | Organisation | Person", back="requests", doc="Of whom it is asked.", one=True, use=False
    )
    about = link("ASKED_ABOUT", ANY, back="asked_in", doc="What it is about.", use=False)


class ReviewNote(Entity, least=Marking.RESTRICTED):
    """What a reviewer says about a draft."""

    name: Name = prop("What it says, in a line.", required=True, searchable=4, orderable=True, longest=300)
    names: Names = prop("The line in other languages, by locale.", searchable=4, filterable=False)
    note: str = prop("The note.", filterable=False, longest=10_000)
    kind: NoteKind = prop("What it asks for.", facet=True)
    on_rev: int = prop("The revision it is about.")

    about = link("NOTED_ON", ANY, back="review_notes", doc="What it is about.", one=True, use=False)


class ProposedEdit(Entity, least=Marking.RESTRICTED):
    """An edit of something published, kept until somebody decides on it. Read it with `proposal`."""

    name: Name = prop("What it is for, in a line.", required=True, searchable=4, orderable=True, longest=300)
    names: Names = prop("The line in other languages, by locale.", searchable=4, filterable=False)
    patch: Json = prop("The properties and links it sets, as the log tells them.", filterable=False)
    reverse: Json = prop("What was there when it was made, as the log tells it.", filterable=False)
    on_rev: int = prop("The revision it was made on.")
    on_seq: Big = prop("The number of the log's entry it was made on.")
    on_version: Code = prop("The hash of that entry.", longest=64)
    decision: ProposalDecision = prop("What came of it.", default="OPEN", facet=True)

    changes = link("PROPOSED_FOR", ANY, back="proposed_edits", doc="What it changes.", one=True, use=False)
