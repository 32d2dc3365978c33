"""From the bytes of a file to its text: byte-order marks, UTF-8, or a guess with its evidence."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from graph.sentence import sentence, together
from ingest.charset import guess
from ingest.errors import SourceBinary, SourceEmpty, SourceError, SourceMissing, WrongEncoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_MAGIC = (
    (b"\x89PNG", sentence("This is a PNG picture, not a text file.")),
    (b"\xff\xd8\xff", sentence("This is a JPEG picture, not a text file.")),
    (b"GIF8", sentence("This is a GIF picture, not a text file.")),
    (b"%PDF", sentence("This is a PDF document, not a text file.")),
    (b"PK\x03\x04", sentence("This is a ZIP archive, as Excel workbooks are, not a text file.")),
    (b"\xd0\xcf\x11\xe0", sentence("This is an old Office document, not a text file.")),
    (b"\x1f\x8b", sentence("This is a gzip archive, not a text file.")),
    (b"7z\xbc\xaf", sentence("This is a 7z archive, not a text file.")),
    (b"SQLite format 3", sentence("This is an SQLite database, not a text file.")),
    (b"PAR1", sentence("This is a Parquet table, not a text file.")),
)
_AS_TEXT = sentence("Export it as CSV or JSON.")
_NOTHING = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.02
_ZERO_SHARE = 0.05
_MANY_TIMES = 20
_MOSTLY_UTF8 = 4


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are read, by Python's name for the codec, and why."""

    name: str
    because: str

    @property
    def note(self) -> str:
        """How the file is read, and why, for who looks at what came of it."""
        return together(sentence("read as {encoding}, because", encoding=self.name), self.because)


def find_encoding(path: Path, stated: str | None = None) -> Encoding:
    """Decide how a file is encoded; raises a SourceError for what is not there, empty, binary or undecidable."""
    head = _read_head(path)
    if stated is not None:
        return _without_fault(path, Encoding(_known_codec(path, stated), sentence("it was stated")))
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            marked = sentence("the file begins with the byte-order mark of {name}", name=name)
            return _without_fault(path, Encoding(codec, marked))
    wide = _wide_without_mark(head)
    if wide is not None:
        return wide
    _refuse_binary(path, head)
    fault = _first_fault(path, "utf-8")
    if fault is None:
        return Encoding("utf-8", sentence("every byte is valid UTF-8"))
    return _guess_legacy(path, fault)


def open_text(path: Path, encoding: Encoding) -> TextIO:
    """Open a file to read its text with line ends as they are."""
    return path.open(encoding=encoding.name, newline="")


def lines(path: Path, encoding: Encoding) -> Iterator[str]:
    """The lines of a file with their ends; raises WrongEncoding where a byte does not fit."""
    try:
        with open_text(path, encoding) as file:
            yield from file
    except UnicodeError:
        fault = _first_fault(path, encoding.name)
        raise _wrong_encoding(path, encoding.name, fault or (1, 0)) from None


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
    except IsADirectoryError:
        raise SourceMissing(str(path), sentence("This is a folder."), sentence("Name a file in it.")) from None
    except FileNotFoundError:
        raise SourceMissing(
            str(path), sentence("There is no such file."), sentence("Check the name and the folder.")
        ) from None
    except OSError as error:
        raise SourceMissing(
            str(path),
            sentence("The file cannot be read: {error}.", error=error.strerror),
            sentence("Check who may read it."),
        ) from None
    if not head.strip(_NOTHING):
        raise SourceEmpty(path.name, sentence("The file is empty."), sentence("Export it again."))
    return head


def _known_codec(path: Path, stated: str) -> str:
    try:
        name = codecs.lookup(stated).name
        b"".decode(name)
    except LookupError:
        raise SourceError(
            path.name,
            sentence('There is no encoding "{stated}".', stated=stated),
            sentence("Use a name such as utf-8, cp949 or cp1252."),
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _refuse_binary(path: Path, head: bytes) -> None:
    what = next((what for magic, what in _MAGIC if head.startswith(magic)), None)
    if what is not None:
        raise SourceBinary(path.name, what, _AS_TEXT)
    if 0 in head or len(_CONTROLS.findall(head)) > _CONTROL_SHARE * len(head):
        raise SourceBinary(path.name, sentence("It holds zero or control bytes, so it is not text."), _AS_TEXT)


def _wide_without_mark(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: Latin letters, digits and delimiters leave zeros in every second byte."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    least = _ZERO_SHARE * len(head) / 2
    for zeros, others, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > least and zeros > _MANY_TIMES * others and _reads_as(head, codec):
            return Encoding(codec, sentence("there is no byte-order mark, but zeros stand in every second byte"))
    return None


def _reads_as(head: bytes, codec: str) -> bool:
    text = head[: len(head) // 4 * 4].decode(codec, "replace")
    return "\ufffd" not in text[:-1] and not any(char < " " and char not in "\t\r\n" for char in text)


def _first_fault(path: Path, codec: str) -> tuple[int, int] | None:
    """The line and the byte offset of the first byte that a codec does not know, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    offset, line, waiting = 0, 1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                return line + before.count(b"\n"), offset - waiting + error.start
            if not chunk:
                return None
            line += text.count("\n")
            offset += len(chunk)
            waiting = len(decoder.getstate()[0])


def _guess_legacy(path: Path, fault: tuple[int, int]) -> Encoding:
    sample = _high_lines(path)
    if _is_damaged_utf8(sample):
        raise _wrong_encoding(path, "utf-8", fault)
    found = guess(sample)
    if found is None:
        raise _wrong_encoding(path, "utf-8", fault)
    because = together(sentence("it is not UTF-8 (line {line}), and", line=fault[0]), found.because)
    return _without_fault(path, Encoding(found.encoding, because))


def _without_fault(path: Path, encoding: Encoding) -> Encoding:
    """The encoding, if the whole file can be read with it, so that no import breaks off in its midst."""
    fault = _first_fault(path, encoding.name)
    if fault is not None:
        raise _wrong_encoding(path, encoding.name, fault)
    return encoding


def _high_lines(path: Path) -> bytes:
    """The first lines that hold bytes beyond ASCII, up to a bound."""
    found, size = list[bytes](), 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                found.append(line)
                size += len(line)
                if size > _SAMPLE:
                    break
    return b"".join(found)


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether the text is UTF-8 but for a few bytes; other encodings hit valid sequences only now and then."""
    text = sample.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    good = sum(char > "\x7f" for char in text) - faults
    return good >= _MOSTLY_UTF8 * faults


def _wrong_encoding(path: Path, codec: str, fault: tuple[int, int]) -> WrongEncoding:
    line, byte = fault
    with path.open("rb") as file:
        file.seek(byte)
        value = file.read(1)
    reason = (
        sentence("byte 0x{value} at offset {byte} is not {codec}.", value=value.hex(), byte=byte, codec=codec)
        if value
        else sentence("the end of the file at offset {byte} is not {codec}.", byte=byte, codec=codec)
    )
    return WrongEncoding(
        f"{path.name}:{line}",
        reason,
        sentence("Save the file as UTF-8, or name its encoding with --encoding."),
        line=line,
        byte=byte,
    )
