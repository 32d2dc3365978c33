"""A value as it is typed into a field, and what was typed as a value again."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from api.desk.fields import Control, control_of
from graph.errors import InvalidValue
from graph.model import Prop
from graph.model.kinds import BIG, BOOLEAN, INTEGER, NAMES
from graph.sentence import sentence

_DIGITS = 12
_MINUTES = "%Y-%m-%dT%H:%M"


def spelled(prop: Prop, value: object, zone: ZoneInfo) -> str:
    """A value in outside form as it stands in its field; nothing is an empty text."""
    if value is None or value == []:
        return ""
    match control_of(prop):
        case Control.CHOICES | Control.LINES:
            return "\n".join(map(str, cast("Sequence[object]", value)))
        case Control.LOCALISED:
            return "\n".join(f"{locale}: {one}" for locale, one in cast("Mapping[str, object]", value).items())
        case Control.JSON:
            return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        case Control.MOMENT:
            return datetime.fromisoformat(str(value)).astimezone(zone).strftime(_MINUTES)
        case _:
            return str(value).lower() if prop.kind is BOOLEAN else plain(str(value))


def typed(prop: Prop, text: str, zone: ZoneInfo) -> object:
    """What was typed as the contract takes it; None where it is empty. Raises InvalidValue."""
    told = text if control_of(prop) is Control.TEXT else text.strip()
    if not told.strip():
        return [] if prop.many or control_of(prop) is Control.LOCALISED else None
    value = _value(prop, told, zone)
    prop.check(value)
    if control_of(prop) is Control.LOCALISED:
        name = "name" if prop.kind is NAMES else "share"
        return [{"locale": locale, name: one} for locale, one in cast("Mapping[str, object]", value).items()]
    return value


def plain(text: str) -> str:
    """A text with the line ends that browsers agree on."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def digest(text: str) -> str:
    """What stands for a text, to tell whether it is still the same."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _value(prop: Prop, text: str, zone: ZoneInfo) -> Any:
    match control_of(prop):
        case Control.CHOICES | Control.LINES:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Control.LOCALISED:
            return dict(_localised(prop, line) for line in text.splitlines() if line.strip())
        case Control.JSON:
            return _json(text)
        case Control.NUMBER:
            return _number(prop, text)
        case Control.MOMENT:
            return _moment(text, zone)
        case _:
            return text == "true" if prop.kind is BOOLEAN else text


def _localised(prop: Prop, line: str) -> tuple[str, object]:
    locale, colon, told = line.partition(":")
    if not colon:
        raise InvalidValue(
            sentence('"{line}" names no language.', line=line[:60]), cure=sentence("Write lines as `ko: 김치`.")
        )
    return locale.strip(), told.strip() if prop.kind is NAMES else _decimal(told.strip())


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidValue(sentence("It is no JSON: {error}.", error=error)) from None


def _number(prop: Prop, text: str) -> object:
    if prop.kind not in (INTEGER, BIG):
        return _decimal(text)
    try:
        return int(text)
    except ValueError:
        raise InvalidValue(sentence('"{text}" is no whole number.', text=text[:60])) from None


def _decimal(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InvalidValue(sentence('"{text}" is no number.', text=text[:60])) from None


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue(
            sentence('"{text}" is no day and time.', text=text[:60]), cure=sentence("Write it as 2026-11-28T09:00.")
        ) from None
    local = at if at.tzinfo else at.replace(tzinfo=zone)
    return local.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
