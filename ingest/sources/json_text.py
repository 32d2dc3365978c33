"""JSON from a file's text, with the line and column of what is wrong."""

import json
from pathlib import Path

import orjson

from graph.sentence import sentence
from ingest.errors import BrokenJson
from ingest.text import Encoding, lines


def parse_line(text: str) -> object:
    """A JSON value; raises json.JSONDecodeError with its position, which orjson's own error lacks for some faults."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        try:
            json.loads(text)
        except json.JSONDecodeError as precise:
            raise precise from None
        except RecursionError:
            pass  # It is what orjson's error says, too.
        raise error from None


def parse_file(path: Path, encoding: Encoding) -> object:
    """The one JSON value of a file; raises BrokenJson."""
    text = "".join(lines(path, encoding))
    try:
        return parse_line(text)
    except json.JSONDecodeError as error:
        raise broken(path.name, text, error) from None


def broken(name: str, text: str, error: json.JSONDecodeError) -> BrokenJson:
    """What a fault in a file's JSON means: a file cut off at its end, or a fault in its midst."""
    if is_cut_off(text, error):
        reason, cure = (
            sentence("The JSON ends before its brackets are closed: the file is cut off."),
            sentence("Export or download it again."),
        )
    else:
        reason, cure = (
            sentence("This is not JSON: {error} (column {column}).", error=error.msg.lower(), column=error.colno),
            sentence("Correct the file there."),
        )
    return BrokenJson(f"{name}:{error.lineno}", reason, cure, line=error.lineno, column=error.colno)


def is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    """Whether parsing failed only because the text ends too early."""
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
