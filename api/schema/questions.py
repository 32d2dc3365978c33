"""All that is computed: root fields, fields of entities, and writes that mean more than their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api import bulk
from api.fixing import OPEN_FIX_REQUEST
from api.kit_question import KIT
from api.renditions import RENDITIONS
from api.requesting import OPEN_REQUEST
from api.schema.names import camel
from api.schema.told import fits
from api.views import EMBED_VIEWS
from graph.asking import Computed, Question, Stream
from graph.history.questions import CHANGES, FOLLOWED, HISTORY
from graph.history.statement import QUESTION as STATEMENT_RECORD
from graph.history.undo import UNDO
from graph.model import Model
from graph.review import (
    deciding,
    links,
    maintenance,
    matrix,
    merging,
    moving,
    pausing,
    proposals,
    queues,
    standing,
    upcoming,
)
from graph.story.agenda import AGENDA, CALENDAR, COLLISIONS, PRESENCE_GAPS
from graph.story.coverage import COVERAGE
from graph.story.desk import DESK
from graph.story.embedded import EMBEDDED_ON
from graph.story.house.house import MESSAGE_HOUSE
from graph.story.house.trace import GOAL_TRACE
from graph.story.plan.comparing import PLAN_DIFF
from graph.story.plan.keeping import SAVE_STORY_PLAN
from graph.story.plan.planning import PLAN_STORY
from graph.story.relaying import PROPAGATION, ROUTES
from graph.story.rights.question import RIGHTS_CHECK
from graph.story.tiredness import FATIGUE
from graph.story.ways import WAYS


@dataclass(frozen=True, eq=False)
class Questions:
    """What is computed. An action's function is given an api.plan.acting.Acting, which may write."""

    roots: tuple[Question[Any], ...] = ()
    fields: tuple[Computed[Any], ...] = ()
    actions: tuple[Question[Any], ...] = ()
    streams: tuple[Stream[Any], ...] = ()

    def of(self, model: Model) -> "Questions":
        """Those whose types a model has."""
        return Questions(
            tuple(one for one in self.roots if fits(one, model)),
            tuple(one for one in self.fields if fits(one, model)),
            tuple(one for one in self.actions if fits(one, model)),
            tuple(one for one in self.streams if fits(one, model)),
        )

    @cached_property
    def by_root(self) -> Mapping[str, Question[Any]]:
        return {camel(one.name): one for one in self.roots}

    @cached_property
    def by_field(self) -> Mapping[tuple[str, str], Computed[Any]]:
        """By the type that declares it, Entity for all of them, and its name in the contract."""
        return {(one.entity, camel(one.name)): one for one in self.fields}

    @cached_property
    def by_action(self) -> Mapping[str, Question[Any]]:
        return {camel(one.name): one for one in self.actions}

    @cached_property
    def by_stream(self) -> Mapping[str, Stream[Any]]:
        return {camel(one.name): one for one in self.streams}


QUESTIONS = Questions(
    roots=(
        AGENDA,
        CALENDAR,
        CHANGES,
        COLLISIONS,
        COVERAGE,
        DESK,
        FATIGUE,
        GOAL_TRACE,
        KIT,
        MESSAGE_HOUSE,
        PLAN_DIFF,
        PLAN_STORY,
        PRESENCE_GAPS,
        PROPAGATION,
        RIGHTS_CHECK,
        ROUTES,
        STATEMENT_RECORD,
        standing.QUESTION,
        *proposals.QUESTIONS,
        *queues.QUESTIONS,
        maintenance.QUESTION,
        *matrix.QUESTIONS,
        upcoming.QUESTION,
        WAYS,
    ),
    fields=(
        HISTORY,
        RENDITIONS,
        EMBED_VIEWS,
        EMBEDDED_ON,
    ),
    actions=(
        OPEN_FIX_REQUEST,
        OPEN_REQUEST,
        SAVE_STORY_PLAN,
        *bulk.ACTIONS,
        UNDO,
        *merging.ACTIONS,
        *moving.ACTIONS,
        links.ACTION,
        pausing.ACTION,
        *deciding.ACTIONS,
    ),
    streams=(FOLLOWED,),
)
