"""What can be asked for where an answer names a repair: of whom, and what names it for openFixRequest."""

from typing import Any

import orjson

from api.cards.shapes import Json, is_list, is_object


def is_request(value: Json) -> bool:
    """Whether a value is what has to be asked for a repair, with all that names it."""
    return is_object(value) and is_fix(value.get("fix"))


def is_fix(value: Json) -> bool:
    """Whether a value names a repair; it is for machines to send, and not for people to read."""
    return is_object(value) and {"kind", "asset", "use"} <= value.keys()


def addressees(value: Json) -> list[Json]:
    """Of whom is asked, as far as the reader may know."""
    asks = value.get("asks")
    found = [one["to"] for one in asks if is_object(one) and one.get("to")] if is_list(asks) else []
    return [one for place, one in enumerate(found) if one not in found[:place]]


def due(value: Json) -> str:
    """The day by which it is due, where the answer tells one."""
    return str(value.get("due") or "")


def as_sent(value: Json) -> str:
    """What names the repair of a request, as JSON of the argument."""
    return orjson.dumps(_sent(value["fix"])).decode()


def _sent(value: Json) -> Any:
    if is_list(value):
        return [_sent(one) for one in value]
    if not is_object(value):
        return value
    if value.keys() == {"id"}:
        return value["id"]
    return {key: _sent(one) for key, one in value.items() if one is not None}
