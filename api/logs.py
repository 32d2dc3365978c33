"""The log: one line for each record, as text or JSON, with the id of the request it belongs to."""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO, cast

import orjson

from api.settings import LogFormat, LogLevel

#: The id of the request that is being answered here, in threads too.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_PLAIN = re.compile(r"[\w./:;+-]+", re.ASCII)


def set_up(form: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Write the log to standard error, or to a stream. What libraries say is written from warnings on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else TextLines())
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, _number(level)), force=True)
    logging.getLogger("duta").setLevel(_number(level))


def _number(level: LogLevel) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": _at(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        # A lone half of a surrogate pair is no text; the log must not fail on it.
        return orjson.dumps({name: _sound(value) for name, value in told.items()}, default=str).decode()


class TextLines(logging.Formatter):
    """A record as a sentence with `name=value` after it; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        pairs = [f"{name}={_shown(value)}" for name, value in _fields(record).items()]
        line = " ".join([_at(record), record.levelname, record.name, _one_line(record.getMessage()), *pairs])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What the line carries beside its message: `extra={"fields": {...}}` and the request's id."""
    given = cast("Mapping[str, object]", getattr(record, "fields", {}))
    return ({"id": id} if (id := REQUEST_ID.get()) else {}) | {
        name: value for name, value in given.items() if value is not None
    }


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else orjson.dumps(_sound(text)).decode()


def _sound(value: object) -> object:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _one_line(text: str) -> str:
    return " ".join(text.split())
