"""What somebody has at hand: drafts they wrote of, what came back, requests, and what ends soon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from api.desk.saving import Saved, Saving, save
from api.plan import Caller, Executor, Request, Writer
from graph.model.enums import RequestState

#: How many entries of the log are looked through, and how many rows of each kind are shown.
_ENTRIES, MOST, _MOST_READ = 100, 30, 12
_WROTE = """
query Wrote($actor: String!, $first: Int!) {
  changes(before: "", where: { actor: $actor }, first: $first) {
    nodes { at entity { id rev label type state ... on Translation { locale } } }
  }
}"""
_NOTES = "query Notes($id: ID!) { it: review(id: $id) { notes { note kind at } } }"
_PROPOSALS = """
query Proposals {
  proposals(first: 50) { nodes { id authors at reason stale entity { id label type } notes { note at } } }
}"""
_REQUESTS = """
query Requests($where: RequestWhere!, $first: Int!) {
  requests(where: $where, first: $first, order: [{ field: DUE }]) {
    nodes {
      id rev state due name template addressee { id label } about(first: 5) { nodes { id label } }
    }
  }
}"""
_ENDS = """
query Ends($mission: ID, $first: Int!) {
  maintenanceQueue(mission: $mission, first: $first) { entity { id label type } kind due reason toDo }
}"""
_ASK = """
mutation Ask($asset: ID!, $use: RightsUseInput!, $key: String) {
  it: openRequest(asset: $asset, use: $use, idempotencyKey: $key) { requests { id } errors { path code message } }
}"""
_FIX = """
mutation AskFix($fix: AskedFixInput!, $due: Date, $key: String) {
  it: openFixRequest(fix: $fix, due: $due, idempotencyKey: $key) { opened repeated errors { path code message } }
}"""
_KEEPERS = """
query Keepers { missions(first: 100, order: [{ field: LABEL }]) { nodes { id label } }
  organisations(first: 100, order: [{ field: LABEL }]) { nodes { id label } } }"""
_OPEN = {"or": [{"answered": {"eq": "OPEN"}}, {"answered": {"isNull": True}}]}
ANSWERS = (RequestState.DONE.value, RequestState.REFUSED.value)


@dataclass(frozen=True, slots=True)
class Mine:
    """What is at hand, as the API tells it; `back` has the notes on drafts that came back, by id."""

    drafts: Sequence[Mapping[str, Any]]
    back: Mapping[str, Sequence[Mapping[str, Any]]]
    proposals: Sequence[Mapping[str, Any]]
    requests: Sequence[Mapping[str, Any]]
    ends: Sequence[Mapping[str, Any]]
    keepers: Sequence[Mapping[str, Any]]
    #: Whether there may be drafts beside those.
    more: bool = False


def mine(executor: Executor, caller: Caller, writer: Writer, of: str) -> Mine:
    """What somebody has at hand; requests and what ends of a mission or organisation, or all. Raises Refused."""

    def ask(query: str, **given: object) -> dict[str, Any]:
        return executor.data(Request(query, None, given, only_queries=True), caller)

    wrote = ask(_WROTE, actor=writer.name, first=_ENTRIES)["changes"]["nodes"]
    things: dict[str, Mapping[str, Any]] = {}
    for one in wrote:
        if one["entity"] and one["entity"]["state"] in ("DRAFT", "IN_REVIEW", "APPROVED"):
            things.setdefault(one["entity"]["id"], {**one["entity"], "at": one["at"]})
    own = [one for one in things.values() if one["type"] not in ("Request", "ReviewNote", "ProposedEdit")]
    drafts = own[:MOST]
    read = [one["id"] for one in drafts if one["state"] == "DRAFT"][:_MOST_READ]
    notes = {id: _notes(ask(_NOTES, id=id)["it"]) for id in read}
    asked: dict[str, object] = {**_OPEN, **({"addressee": {"some": {"id": {"eq": of}}}} if of else {})}
    keepers = ask(_KEEPERS)
    return Mine(
        drafts,
        {id: told for id, told in notes.items() if told},
        [one for one in ask(_PROPOSALS)["proposals"]["nodes"] if writer.name in one["authors"] and one["entity"]],
        ask(_REQUESTS, where=asked, first=MOST)["requests"]["nodes"],
        ends_of(executor, caller, of),
        [*keepers["missions"]["nodes"], *keepers["organisations"]["nodes"]],
        len(own) > MOST or len(wrote) == _ENTRIES,
    )


def ends_of(executor: Executor, caller: Caller, of: str) -> list[Mapping[str, Any]]:
    """What has to be looked after soon, of a mission or organisation, or all; Refused where there is none such."""
    given = {"mission": of or None, "first": MOST}
    found = executor.data(Request(_ENDS, None, given, only_queries=True), caller)["maintenanceQueue"]
    return [one for one in found if one["entity"]]


def _notes(review: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    return review["notes"] if review else ()


def answer(executor: Executor, caller: Caller, id: str, rev: int, answered: str, reason: str) -> Saved:
    """Answer a request, with a sentence for the log; raises Refused."""
    entity = executor.store.model.types["Request"]
    return save(executor, caller, entity, id, Saving({"answered": answered}, rev, reason, ""))


def ask_for(executor: Executor, caller: Caller, asset: str, use: Mapping[str, object], key: str) -> Saved:
    """Open a request to each who can allow a use of an asset, once for a key; raises Refused."""
    told = executor.data(Request(_ASK, None, {"asset": asset, "use": use, "key": key or None}), caller)["it"]
    return Saved(asset, tuple((one["path"], one["code"], one["message"]) for one in told["errors"]))


def ask_fix(executor: Executor, caller: Caller, fix: str, due: str, key: str) -> tuple[int, list[str]]:
    """Ask for a repair, named in JSON, by a day: how many requests were written, and what is wrong; raises Refused."""
    try:
        named = orjson.loads(fix)
    except orjson.JSONDecodeError:
        named = None
    told = executor.data(Request(_FIX, None, {"fix": named, "due": due or None, "key": key or None}), caller)["it"]
    return told["opened"] + told["repeated"], [one["message"] for one in told["errors"]]
