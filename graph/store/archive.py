"""A backup: one ZIP file with the records, the log, what imports said, operational data, files and a manifest.

A member is read by its name and never unpacked to the disk under it. Everything is checked before anything is used:
each member against the manifest, each record against the model, the chain of the log, and the hash of the graph.
"""

import hashlib
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import orjson

from graph.errors import ArchiveBroken, GraphError, InvalidValue
from graph.model import Model
from graph.store.batch import Change
from graph.store.chain import Chain, entry_in, line_of
from graph.store.operational import Entry
from graph.store.snapshot import Snapshot, creations, entries_logged, lines, links, node_of, remembered, sealed
from graph.store.transaction import Head, Node, Said, Step

T = TypeVar("T")
Progress = Callable[[int], None]

FORMAT = 1
MANIFEST = "manifest.json"
RECORDS, LOG, SAID, OPERATIONAL = "records.jsonl", "log.jsonl", "said.jsonl", "operational.jsonl"
_PARTS = (RECORDS, LOG, SAID, OPERATIONAL)
_CHUNK = 1 << 20
_LONGEST_LINE, _LONGEST_MANIFEST = 64 << 20, 64 << 20
#: Files are called by a path of plain names, so that none leads out of the folder they are put into.
_FILE = re.compile(r"files/([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")

#: What the library raises on a file that is damaged, encrypted, or packed in a way that it does not know.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of a member: how many lines it has, or 1 for a file, its bytes and their SHA-256."""

    count: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Made:
    """How an archive was made: by which version, when, and from which engine."""

    duta: str
    made_at: str
    engine: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `graph` is the hash of its graph, `head` where its log ends."""

    made: Made
    graph: str
    head: Head
    entities: Mapping[str, int]
    members: Mapping[str, Member]
    format: int = FORMAT


@dataclass(slots=True)
class _Writing:
    """Writes lines to a member and counts them."""

    file: IO[bytes]
    digest: Any = field(default_factory=hashlib.sha256)
    count: int = 0
    size: int = 0

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)

    def member(self, count: int | None = None) -> Member:
        return Member(self.count if count is None else count, self.size, self.digest.hexdigest())


def write_archive(
    path: Path, model: Model, snapshot: Snapshot, files: Path | None, made: Made, progress: Progress
) -> Manifest:
    """Write a snapshot and the files of a folder to an archive."""
    members: dict[str, Member] = {}
    entities: dict[str, int] = {}

    def counted(found: Iterator[tuple[str, Node]]) -> Iterator[tuple[str, Node]]:
        for done, (id, node) in enumerate(found, start=1):
            entities[node.type] = entities.get(node.type, 0) + 1
            progress(done)
            yield id, node

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        parts = {
            RECORDS: lines(model, counted(snapshot.nodes())),
            LOG: map(line_of, snapshot.log()),
            SAID: (_line([source, id, asdict(said)]) for source, id, said in snapshot.said()),
            OPERATIONAL: (_line([name, asdict(entry)]) for name, entry in snapshot.entries()),
        }
        for name, found in parts.items():
            members[name] = _write_lines(archive, name, found)
        for name, file in _files_in(files):
            members[name] = _write_file(archive, name, file)
        graph = sealed(members[RECORDS].sha256, snapshot.head)
        manifest = Manifest(made, graph, snapshot.head, entities, members)
        archive.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return manifest


def _write_lines(archive: zipfile.ZipFile, name: str, found: Iterable[bytes]) -> Member:
    with archive.open(name, "w", force_zip64=True) as file:
        writing = _Writing(file)
        for line in found:
            writing.write(line)
            writing.count += 1
    return writing.member()


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as file:
        writing = _Writing(file)
        while chunk := source.read(_CHUNK):
            writing.write(chunk)
    return writing.member(1)


def _files_in(folder: Path | None) -> Iterator[tuple[str, Path]]:
    """The files of a folder under the names of their members; links are left out, as they may lead anywhere."""
    for path in sorted(folder.rglob("*")) if folder and folder.is_dir() else ():
        name = f"files/{path.relative_to(folder).as_posix()}" if folder else ""
        if path.is_file() and not path.is_symlink() and _FILE.fullmatch(name):
            yield name, path


def _line(told: object) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


@contextmanager
def opened_archive(path: Path, model: Model) -> Generator["Archive"]:
    """An archive to be read; raises ArchiveBroken where it is none or was cut off."""
    try:
        file = zipfile.ZipFile(path)
    except PermissionError as error:
        raise ArchiveBroken(f"{path.name} cannot be read: {error.strerror}.") from None
    except _UNREADABLE:
        raise ArchiveBroken(f"{path.name} is no backup, or was cut off. Take another one.") from None
    with file:
        yield Archive(file, path.name, model)


class Archive:
    """An archive that is open. What it raises is ArchiveBroken."""

    def __init__(self, file: zipfile.ZipFile, name: str, model: Model) -> None:
        self._file, self._name, self._model = file, name, model
        self.manifest = self._read_manifest()
        self._check_names()

    def check(self, progress: Progress) -> None:
        """Read everything and compare it with the manifest and the model."""
        for name, member in self.manifest.members.items():
            self._check_member(name, member)
        chain = Chain()
        for change in self.log():
            chain.read(change)
        if chain.problems:
            raise self._broken(LOG, chain.problems[0])
        head = self.manifest.head
        if (chain.seq, chain.hash) != (head.seq, head.hash):
            raise self._broken(LOG, f"It ends at entry {chain.seq} and not as the manifest says, at {head.seq}.")
        if sealed(self.manifest.members[RECORDS].sha256, head) != self.manifest.graph:
            raise self._broken(MANIFEST, "The hash of the graph is not that of these records and this log.")
        for done, _ in enumerate(self.nodes(), start=1):
            progress(done)
        for part in (self.said(), self.entries()):
            for _ in part:
                pass

    def steps(self) -> Iterator[Step]:
        """What fills a store with the graph and its log."""
        yield from creations(self._model, self.nodes())
        yield from links(self._model, self.nodes())
        yield from entries_logged(self.log())
        yield from remembered(self.said())

    def nodes(self) -> Iterator[tuple[str, Node]]:
        yield from self._read(RECORDS, lambda told: node_of(self._model, told))

    def log(self) -> Iterator[Change]:
        yield from self._read(LOG, entry_in)

    def said(self) -> Iterator[tuple[str, str, Said]]:
        yield from self._read(SAID, _said)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        yield from self._read(OPERATIONAL, _entry)

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The files by their path in the folder, each in chunks."""
        for name in self.manifest.members:
            if name not in _PARTS:
                yield name.removeprefix("files/"), self._chunks(name)

    def _read_manifest(self) -> Manifest:
        try:
            if self._file.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
                raise self._broken(MANIFEST, "It is too long.")
            told = orjson.loads(self._file.read(MANIFEST))
            if told["format"] != FORMAT:
                reason = f'It has the format "{told["format"]}", this version reads {FORMAT}.'
                raise self._broken(MANIFEST, reason)
            return _manifest(told)
        except KeyError:
            raise self._broken(MANIFEST, "It is missing, or says too little.") from None
        except (*_UNREADABLE, TypeError, AttributeError):
            raise self._broken(MANIFEST, "It cannot be read.") from None

    def _check_names(self) -> None:
        there, told = self._file.namelist(), self.manifest.members
        if doubled := [name for name, count in Counter(there).items() if count > 1]:
            raise self._broken(doubled[0], "It is there twice.")
        if strange := {*there} - {*told, MANIFEST}:
            raise self._broken(min(strange), "The manifest does not name it.")
        if lost := {*told, *_PARTS} - {*there}:
            raise self._broken(min(lost), "It is missing.")
        for name in told:
            if name not in _PARTS and not _FILE.fullmatch(name):
                raise self._broken(name, "It is no name of a member.")

    def _check_member(self, name: str, member: Member) -> None:
        digest, size, count = hashlib.sha256(), 0, 0
        for chunk in self._chunks(name):
            digest.update(chunk)
            size += len(chunk)
            count += chunk.count(b"\n")
            if size > member.bytes:
                raise self._broken(name, f"It is longer than the {member.bytes} bytes that the manifest tells of.")
        if size != member.bytes:
            raise self._broken(name, f"It has {size} bytes, the manifest tells of {member.bytes}.")
        if digest.hexdigest() != member.sha256:
            raise self._broken(name, "Its SHA-256 is not the manifest's: it was changed.")
        if name in _PARTS and count != member.count:
            raise self._broken(name, f"It has {count} lines, the manifest tells of {member.count}.")

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._readable(name) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _read(self, name: str, made: Callable[[Any], T]) -> Iterator[T]:
        with self._readable(name) as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), start=1):
                try:
                    yield made(orjson.loads(line))
                except (GraphError, ValueError, TypeError, AttributeError, KeyError) as error:
                    raise self._broken(f"{name}:{number}", str(error)) from None

    @contextmanager
    def _readable(self, name: str) -> Generator[IO[bytes]]:
        try:
            with self._file.open(name) as file:
                yield file
        except _UNREADABLE as error:
            raise self._broken(name, f"It cannot be read: {error}.") from None

    def _broken(self, name: str, reason: str) -> ArchiveBroken:
        return ArchiveBroken(f"{self._name}: {name[:200]}: {reason}")


def _manifest(told: Any) -> Manifest:
    """The manifest of what was read; raises KeyError or ValueError where it is none."""
    head, made = told["head"], told["made"]
    members: dict[str, Member] = {}
    for name, one in told["members"].items():
        members[str(name)] = Member(int(one["count"]), int(one["bytes"]), str(one["sha256"]))
    entities = {str(name): int(count) for name, count in told["entities"].items()}
    by = Made(str(made["duta"]), str(made["made_at"]), str(made["engine"]))
    return Manifest(by, str(told["graph"]), Head(int(head["seq"]), str(head["hash"])), entities, members)


def _said(told: Any) -> tuple[str, str, Said]:
    source, id, said = told
    if not (isinstance(source, str) and isinstance(id, str)):
        raise InvalidValue("It is nothing that an import said.")
    return source, id, Said(**cast("dict[str, Any]", said))


def _entry(told: Any) -> tuple[str, Entry]:
    collection, entry = told
    return str(collection), Entry(**cast("dict[str, Any]", entry))
