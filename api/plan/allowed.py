"""What a writer may write: nothing it would not see, and nothing public that two have not seen."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from api.plan.wanted import NotWritten, Write, WriteError, Writer
from api.schema.mutations import CREATE, RESTORE, RETIRE
from api.schema.names import camel
from graph.model import LEVEL, EntityType
from graph.model.moves import Policy
from graph.sentence import sentence, together
from graph.store.batch import Put
from graph.store.operands import EVIDENCE

#: What who may not publish writes, and brings it to.
_OWN_STATES = frozenset({"DRAFT", "IN_REVIEW"})
_REVIEWED = frozenset({"APPROVED", "PUBLISHED"})
#: What an edit of something public may change without a second look: it says nothing new.
_UNREVIEWED = frozenset({"state", "review_by"})
_CURE = sentence("Ask an editor.")
_MOST_ERRORS = 20


class Allowed:
    """What one writer may write, where the rules of the house are these; each check raises NotWritten."""

    def __init__(self, writer: Writer, policy: Policy) -> None:
        self._writer, self._policy = writer, policy

    def values(self, entity: EntityType, put: Put) -> None:
        """Nobody writes what it would not see."""
        errors = [
            WriteError(
                f"input.{camel(name)}",
                "FORBIDDEN",
                together(sentence("Your role does not see {field:word}.", field=camel(name)), _CURE),
            )
            for name in put.values
            if name in entity.props and LEVEL[entity.props[name].marking] > self._writer.viewer.live
        ]
        errors += [
            WriteError(f"input.{name}", "BAD_VALUE", sentence("It always has one. Name another, or leave it out."))
            for name in ("state", "marking")
            if name in put.values and put.values[name] is None
        ]
        marking = put.values.get("marking")
        if marking is not None and LEVEL.get(str(marking), 0) > self._writer.viewer.draft:
            told = together(sentence("Your role would not see what is {marking:word}.", marking=marking), _CURE)
            errors.append(WriteError("input.marking", "FORBIDDEN", told))
        if errors:
            raise NotWritten(errors, put.id if put.rev else None)

    def rights(self, put: Put, current: Mapping[str, Any] | None, write: Write) -> None:
        """Who does not publish writes drafts, and hands them to review."""
        if write.propose:
            self.proposal(put, current)
            return
        if self._writer.publishes:
            self._reviewed(put, current)
            return
        if write.verb != CREATE and current is not None and current["state"] not in _OWN_STATES:
            told = sentence(
                "It is {state:word}; your role changes what is DRAFT or IN_REVIEW. Send it with propose.",
                state=current["state"],
            )
            raise NotWritten([WriteError("id", "FORBIDDEN", told)], put.id)
        errors = [
            WriteError(
                "" if write.verb in (RETIRE, RESTORE) else f"input.{camel(name)}",
                "FORBIDDEN",
                sentence(
                    "Your role brings nothing to {state:word}. Hand it in as IN_REVIEW, an editor does the rest.",
                    state=put.values[name],
                ),
            )
            for name in ("state", "text_state")
            if put.values.get(name) is not None and put.values[name] not in _OWN_STATES
        ]
        if errors:
            raise NotWritten(errors, put.id if put.rev else None)

    def _reviewed(self, put: Put, current: Mapping[str, Any] | None) -> None:
        """What needs four eyes is neither brought to the public by an edit nor changed there, which two never saw."""
        if not self._policy.four_eyes or self._writer.administers:
            return
        now = current["state"] if current is not None else None
        to, shown = put.values.get("state"), put.id if put.rev else None
        if to in _REVIEWED and to != now:
            told = sentence(
                "An edit brings nothing to {state:word}. Hand it in with submitForReview; then approve and publish it.",
                state=to,
            )
            raise NotWritten([WriteError("input.state", "FORBIDDEN", told)], shown)
        if put.values.get("text_state") in _REVIEWED and now != "PUBLISHED":
            told = sentence(
                "An edit brings no text to the public. Leave textState out: the text is reviewed with the thing."
            )
            raise NotWritten([WriteError("input.textState", "FORBIDDEN", told)], shown)
        says = put.links or put.edits or put.values.keys() - _UNREVIEWED
        if now == "PUBLISHED" and to in (None, now) and says:
            told = sentence(
                "It is published, and what two have not seen is not. Send the edit with propose, for another to decide."
            )
            raise NotWritten([WriteError("id", "FORBIDDEN", told)], shown)

    def proposal(self, put: Put, current: Mapping[str, Any] | None) -> None:
        """A proposal is for what is not changed directly, and changes what that says."""
        if current is not None and current["state"] not in _REVIEWED:
            cure = (
                sentence("Restore it first.")
                if current["state"] == "RETIRED"
                else sentence("Send the edit without propose.")
            )
            told = together(
                sentence(
                    "It is {state:word}, and edits of what is PUBLISHED or APPROVED are proposed.",
                    state=current["state"],
                ),
                cure,
            )
            raise NotWritten([WriteError("propose", "BAD_VALUE", told)], put.id)
        if "state" in put.values:
            told = sentence("A proposal changes what a thing says. Where it stands is moved by itself.")
            raise NotWritten([WriteError("input.state", "BAD_VALUE", told)], put.id)


def check_targets(put: Put, there: AbstractSet[str]) -> None:
    """What the writer does not see is as if it was not there."""
    errors: list[WriteError] = []
    puts = [*put.links.items(), *((name, edit.put) for name, edit in put.edits.items())]
    for name, targets in puts:
        for to in targets:
            path = f"input.{camel(name)}"
            if to.id not in there and to.id != put.id:
                errors.append(
                    WriteError(path, "UNKNOWN_ID", sentence('There is nothing with the id "{id}".', id=to.id))
                )
            evidence = to.props.get(EVIDENCE)
            if evidence and evidence not in there:
                told = sentence('There is nothing with the id "{id}".', id=evidence)
                errors.append(WriteError(f"{path}.evidence", "UNKNOWN_ID", told))
    if errors:
        raise NotWritten(errors[:_MOST_ERRORS], put.id if put.rev else None)


def check_current(write: Write, current: Mapping[str, Any] | None) -> None:
    """Whether it is there for the writer, at the revision that was read, and can be retired or restored."""
    id = str(write.id)
    if current is None:
        raise NotWritten([WriteError("id", "UNKNOWN_ID", sentence('There is nothing with the id "{id}".', id=id))])
    if current["rev"] != write.rev and write.key is None:
        told = sentence(
            "It was read at revision {read} and is at {now} now. Read it again and repeat the edit.",
            read=write.rev,
            now=current["rev"],
        )
        raise NotWritten([WriteError("rev", "STALE", told)], id)
    if write.verb == RESTORE and current["state"] != "RETIRED" and write.key is None:
        raise NotWritten(
            [WriteError("id", "BAD_VALUE", sentence("It is {state:word} and not RETIRED.", state=current["state"]))], id
        )
