"""An executor at which people of several roles write and decide, on either engine."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from api.doors.viewers import Perspective, viewer_of, writer_of
from api.past import Pasts
from api.plan import Caller, Executor, Request
from graph.asking import Surroundings
from graph.model.moves import DEFAULT_POLICY, Policy
from graph.store.port import GraphStore

NO_TIME = timedelta()
ANSWER = "{ entity { id rev state } errors { path code message } missing { check of { id } } }"
STANDING = """query($id: ID!) { review(id: $id) { state authors approvedBy voidedBy publishableFrom missing { check }
  notes { note kind onRev } } }"""


@dataclass
class Desk:
    """An executor at which people of several roles work; `at` stops their clock, `later` moves it."""

    store: GraphStore
    contract: Any
    policy: Policy = DEFAULT_POLICY
    later: timedelta = NO_TIME
    at: datetime | None = None

    def ask(self, text: str, role: str, name: str, **variables: Any) -> Any:
        outcome = self.outcome(text, role, name, **variables)
        assert outcome.errors == []
        return outcome.data

    def outcome(self, text: str, role: str, name: str, **variables: Any) -> Any:
        writer = writer_of(role, name)
        drafts = writer is not None
        viewer = viewer_of(role, Perspective.DRAFT if drafts else Perspective.PUBLISHED)
        stopped = viewer.now if self.at is None else int(self.at.timestamp() * 1000)
        now = stopped + int(self.later.total_seconds() * 1000)
        writer = replace(writer, viewer=replace(writer.viewer, now=now)) if writer else None
        pasts, surroundings = Pasts(self.store), Surroundings(review=self.policy)
        executor = Executor(self.contract, self.store, surroundings=surroundings, pasts=pasts)
        return executor.execute(Request(text, None, variables), Caller(replace(viewer, now=now), None, None, writer))

    def move(self, field: str, id: str, rev: int, role: str = "EDITOR", name: str = "eko", **more: Any) -> Any:
        told = "".join(f", {one}: $more" for one in more)
        kinds = {"note": "String!", "preview": "Boolean"}
        declared = "".join(f", $more: {kinds[one]}" for one in more)
        text = f"mutation($id: ID!, $rev: Int!{declared}) {{ it: {field}(id: $id, rev: $rev{told}) {ANSWER} }}"
        variables = {"id": id, "rev": rev, **({"more": next(iter(more.values()))} if more else {})}
        return self.ask(text, role, name, **variables)["it"]

    def standing(self, id: str, role: str = "CREATOR") -> Any:
        return self.ask(STANDING, role, "somebody", id=id)["review"]

    def edit(self, id: str, rev: int, summary: str, role: str = "CREATOR", name: str = "sari") -> Any:
        text = """mutation($id: ID!, $rev: Int!, $input: AssetInput!) {
          it: updateAsset(id: $id, rev: $rev, input: $input) { entity { rev } errors { code } } }"""
        return self.ask(text, role, name, id=id, rev=rev, input={"summary": summary})["it"]


def codes(told):
    return [error["code"] for error in told["errors"]]
