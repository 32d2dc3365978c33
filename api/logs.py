"""The log: one line for each record, as text or JSON, with the id of the request it belongs to."""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from time import time
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


#: What formatters of others may ask a record for, and ours does not tell.
_UNTOLD: Mapping[str, object] = {
    **dict.fromkeys(("args", "exc_info", "exc_text", "stack_info")),
    **dict.fromkeys(("pathname", "filename", "module"), "duta"),
    **dict.fromkeys(("funcName", "processName", "threadName", "taskName"), ""),
    **dict.fromkeys(("lineno", "thread", "process"), 0),
    "relativeCreated": 0.0,
}


class Line(logging.LogRecord):
    """A record without what logging finds out of code, thread and process, none of which the log tells.

    Finding it out takes as long as writing the line.
    """

    def __init__(self, name: str, level: int, message: str, fields: Mapping[str, object]) -> None:
        self.__dict__.update(_UNTOLD)
        self.name, self.levelno, self.levelname = name, level, logging.getLevelName(level)
        self.msg, self.fields = message, fields
        self.created = time()
        self.msecs = self.created % 1 * 1000


def _at(record: logging.LogRecord) -> str:
    seconds, parts = divmod(int(record.created * 1000), 1000)
    return f"{_second(seconds)}.{parts:03}Z"


@lru_cache(maxsize=8)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What the line carries beside its message: `extra={"fields": {...}}` and the request's id."""
    given = cast("Mapping[str, object]", getattr(record, "fields", {}))
    return ({"id": id} if (id := REQUEST_ID.get()) else {}) | {
        name: value for name, value in given.items() if value is not None
    }


def _shown(value: object) -> str:
    text = str(value)
    if type(value) is int or type(value) is float:
        return text
    return text if _PLAIN.fullmatch(text) else orjson.dumps(_sound(text)).decode()


def _sound(value: object) -> object:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _one_line(text: str) -> str:
    return " ".join(text.split())
