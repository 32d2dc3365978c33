"""Keeping what a form says: the operations of the API, asked as anybody asks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.plan import Caller, Executor, Request
from graph.model import EntityType
from graph.sentence import together

_READ = "{ entity { id rev } errors { path code message } proposal repeated }"
UPDATE = """
mutation Save(
  $id: ID!, $rev: Int!, $input: %(type)sInput!, $propose: Boolean, $reason: String, $key: String
) {
  it: update%(type)s(id: $id, rev: $rev, input: $input, propose: $propose, reason: $reason, idempotencyKey: $key)
  %(read)s
}"""
CREATE = """mutation Make($input: %(type)sInput!, $reason: String, $key: String) {
  it: create%(type)s(input: $input, reason: $reason, idempotencyKey: $key) %(read)s
}"""
MOVE = """mutation Move($id: ID!, $rev: Int!, $reason: String, $preview: Boolean) {
  it: %(verb)s(id: $id, rev: $rev, reason: $reason, preview: $preview) {
    entity { id rev state } errors { path code message } missing { check message of { id label } }
  }
}"""
STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: the thing's id and what is wrong, by path; a proposal where it waits as one."""

    id: str = ""
    errors: tuple[tuple[str, str, str], ...] = ()
    proposal: str = ""

    @property
    def stale(self) -> bool:
        return any(code == STALE for _, code, _ in self.errors)

    def problem(self, name: str) -> str:
        """What is wrong with a field."""
        return together(*(told for path, _, told in self.errors if path.removeprefix("input.").split(".")[0] == name))

    def others(self, names: set[str]) -> list[str]:
        """What is wrong with none of these fields."""
        return [told for path, _, told in self.errors if path.removeprefix("input.").split(".")[0] not in names]


@dataclass(frozen=True, slots=True)
class Saving:
    """One write of a form: the values, at which revision, why, and a key that stands for it when it comes twice."""

    input: Mapping[str, object]
    rev: int
    reason: str
    key: str
    propose: bool = False


def save(executor: Executor, caller: Caller, entity: EntityType, id: str, saving: Saving) -> Saved:
    """Write a form, as a new thing where it has no id; raises Refused."""
    names = {"type": entity.name, "read": _READ}
    given: dict[str, object] = {"input": saving.input, "reason": saving.reason or None, "key": saving.key or None}
    if id:
        given |= {"id": id, "rev": saving.rev, "propose": saving.propose}
    told = executor.data(Request((UPDATE if id else CREATE) % names, None, given), caller)["it"]
    errors = tuple((one["path"], one["code"], one["message"]) for one in told["errors"])
    written = told["entity"]["id"] if told["entity"] else id
    return Saved(written, errors, told["proposal"] or "")


def move(
    executor: Executor, caller: Caller, verb: str, id: str, rev: int, reason: str = "", *, preview: bool = False
) -> Mapping[str, Any]:
    """Move a thing on its way to the public, or with `preview` say what stands in the way; raises Refused."""
    given = {"id": id, "rev": rev, "reason": reason or None, "preview": preview}
    found: Mapping[str, Any] = executor.data(Request(MOVE % {"verb": verb}, None, given), caller)["it"]
    return found
