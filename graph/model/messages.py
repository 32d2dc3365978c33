"""What is to be said, and what proves it: goals, narratives, messages and proofs."""

from datetime import date

from graph.model.declare import Entity, link, prop
from graph.model.enums import Function, HansonGoal, Intent, Marking, ProofKind
from graph.model.kinds import Text


class Goal(Entity, least=Marking.INTERNAL):
    """What communication is meant to achieve."""

    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    hanson_goal: HansonGoal = prop("Which of Hanson's eight goals it is.", facet=True)
    function: Function = prop("What diplomacy uses the digital for here.", facet=True)


class Narrative(Entity, least=Marking.INTERNAL):
    """A story about the country that messages belong to."""

    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    summary: Text = prop("What it tells.", searchable=4, longest=2000)

    part_of = link("PART_OF", "Narrative", back="parts", doc="The larger narrative.", one=True, use=False, acyclic=True)
    goals = link("SERVES", "Goal", back="narratives", doc="What it serves.", searchable=2)


class Message(Entity):
    """One thing the country says."""

    text: Text = prop("What is said.", required=True, searchable=10, orderable=True, longest=2000)
    intent: Intent = prop("What it is meant to change.", facet=True)
    locked: bool = prop("Whether posts may only translate and shorten it.")

    narrative = link(
        "PART_OF", "Narrative", back="messages", doc="The narrative it belongs to.", one=True, searchable=2, use=False
    )
    variant_of = link(
        "VARIANT_OF", "Message", back="variants", doc="The message it says in another way.", one=True, acyclic=True
    )
    audiences = link("FOR_AUDIENCE", "Audience", back="messages", doc="Whom it is for.")
    contradicts = link(
        "CONTRADICTS", "Message", back="contradicted_by", doc="What cannot be said beside it.", use=False
    )


class Proof(Entity):
    """What a message rests on."""

    title: Text = prop("What it is called.", required=True, searchable=10, orderable=True, longest=300)
    kind: ProofKind = prop("What kind of proof it is.", facet=True)
    valid_until: date = prop("Last day it can be used.", orderable=True)

    messages = link("PROVES", "Message", back="proofs", doc="What it proves.", searchable=2)
    shown_by = link("SHOWN_BY", "Asset", back="proofs", doc="Which assets show it.")
