"""Links by which somebody outside reads one version of a draft and leaves notes, until they end or it is changed."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import orjson

from graph.asking import Asking, Of, Question, said
from graph.errors import InvalidValue
from graph.model import ANY, LEVEL
from graph.model.enums import NoteKind
from graph.model.moves import NEVER_PUBLISHED
from graph.review.moving import Acting, ReviewError, noted
from graph.store.batch import ActorKind, Batch, Change, Which
from graph.store.ids import check_id
from graph.store.operational import Entries, Entry
from graph.store.port import GraphStore
from graph.store.select import Shape, by_ids
from graph.store.visibility import SYSTEM

AnyId = Annotated[str, Of(ANY)]
PATH = "/review/"
_COLLECTION, _KEY = "secrets", "review"
_MOST_DAYS, _LONGEST, _SIGNATURE, _END = 30, 2_000, 32, 2**53


@dataclass(frozen=True, slots=True)
class ToLink:
    """Which draft somebody outside may read."""

    id: AnyId = said("The id, as asset:kimjang.")
    days: int = said(f"How long the link holds, 1 to {_MOST_DAYS} days.", 7)


@dataclass(frozen=True, slots=True)
class ReviewerLink:
    """A link to one version of a draft."""

    url: str | None = said("The address. Whoever has it reads this version and leaves notes, and nothing else.")
    until: datetime | None = said("Until when it holds, while nobody changes the draft.")
    errors: tuple[ReviewError, ...] = said("Why there is none.")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A version of a draft as its reviewer outside reads it: what it says, by property."""

    id: str
    label: str
    locale: str
    until: datetime
    texts: Mapping[str, str]


def reviewer_link(acting: Any, given: ToLink) -> ReviewerLink:
    """Make a link for an editor; it is signed, and kept nowhere."""
    asking, writer = cast("Asking", acting), cast("Acting", acting).writer
    if not 1 <= given.days <= _MOST_DAYS:
        raise InvalidValue(f"{given.days} days are asked for; a link holds 1 to {_MOST_DAYS}.", path="days")
    if not writer.publishes:
        return _refused("id", "FORBIDDEN", "Your role shows nothing outside. Ask an editor.")
    shape = Shape((("state", "state"), ("marking", "marking")))
    rows = cast("Any", asking.ask({"it": by_ids(ANY, (given.id,), shape)}, writer.viewer))["it"]["rows"]
    if not rows:
        return _refused("id", "UNKNOWN_ID", f'There is nothing with the id "{given.id}".')
    kind = check_id(asking.store.model, given.id).name
    if LEVEL[rows[0]["marking"]] >= LEVEL["RESTRICTED"] or kind in NEVER_PUBLISHED or rows[0]["state"] == "RETIRED":
        return _refused("id", "FORBIDDEN", "What is RESTRICTED or RETIRED is shown to nobody outside.")
    until = asking.viewer.moment + timedelta(days=given.days)
    told = {"id": given.id, "version": _newest(asking.store, given.id).hash, "by": writer.name,
            "until": int(until.timestamp())}  # fmt: skip
    path = PATH + _signed(asking.store, orjson.dumps(told))
    asking.statements += 2
    return ReviewerLink(f"{(asking.surroundings.public_url or '').rstrip('/')}{path}", until.replace(microsecond=0), ())


def reviewed(store: GraphStore, token: str, now: int) -> Reviewed | None:
    """What a link shows at a moment in epoch milliseconds; nothing where it is not ours, has ended or was overtaken."""
    told = _read(store, token, now)
    if told is None:
        return None
    entity = store.model.by_prefix[told["id"].split(":", 1)[0]]
    shown = [
        name
        for name, prop in entity.own.items()
        if prop.storage.name in ("TEXT", "INTEGER", "LIST") and not LEVEL[prop.marking] and prop.kind.name != "JSON"
    ]
    shape = Shape((("label", "label"), *((name, name) for name in shown)))
    rows = cast("Any", store.ask(SYSTEM, {"it": by_ids(entity.name, (told["id"],), shape)}))["it"]["rows"]
    if not rows:
        return None
    row = rows[0]
    texts = {name: _text(row[name]) for name in shown if row[name] not in (None, "", [])}
    until = datetime.fromtimestamp(told["until"], UTC)
    return Reviewed(told["id"], row["label"], str(row.get("locale") or ""), until, texts)


def leave_note(store: GraphStore, token: str, note: str, now: int) -> bool:
    """Keep what a reviewer outside says; False where the link shows nothing, InvalidValue where the note is none."""
    told = _read(store, token, now)
    if told is None:
        return False
    put, line = noted(note, told["id"], NoteKind.COMMENT, _newest(store, told["id"]).rev)
    actor = f"a reviewer outside, by a link of {told['by']}"
    return not store.write(Batch((put,), actor, ActorKind.PERSON, line, whole=True)).refused


def _read(store: GraphStore, token: str, now: int) -> Mapping[str, Any] | None:
    """What a token says, where it is ours, holds, and the draft is still as it was."""
    body, _, signature = token.partition(".")
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        told = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(signature, _signature(store, told)):
        return None
    said_: dict[str, Any] = orjson.loads(told)
    newest = _entries(store, said_["id"])
    if said_["until"] * 1000 <= now or not newest or newest[0].hash != said_["version"] or newest[0].op == "delete":
        return None
    return said_


def _entries(store: GraphStore, id: str) -> Sequence[Change]:
    return store.changes(_END, 1, Which(ids=(id,)), backward=True)


def _newest(store: GraphStore, id: str) -> Change:
    return _entries(store, id)[0]


def _signed(store: GraphStore, told: bytes) -> str:
    return f"{base64.urlsafe_b64encode(told).decode().rstrip('=')}.{_signature(store, told)}"


def _signature(store: GraphStore, told: bytes) -> str:
    def revision(there: Entries) -> Sequence[Entry]:
        return [there[_KEY] if _KEY in there else Entry(_KEY, {"secret": secrets.token_hex(32)})]

    there = store.entries(_COLLECTION, [_KEY]) or store.revise(_COLLECTION, [_KEY], revision)
    secret = bytes.fromhex(str(there[_KEY].value["secret"]))
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:_SIGNATURE]


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType]


def _refused(path: str, code: str, told: str) -> ReviewerLink:
    return ReviewerLink(None, None, (ReviewError(path, code, told),))


ACTION = Question(
    "reviewer_link",
    "A link for somebody outside, by which one version of a draft is read and notes are left until it ends or the "
    "draft is changed; for editors.",
    ToLink,
    ReviewerLink,
    reviewer_link,
    lambda _given: 3,
)
