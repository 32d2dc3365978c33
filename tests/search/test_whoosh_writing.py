"""Segments of Whoosh are written by our own way, which must be byte for byte what Whoosh writes."""

import random

import pytest
from whoosh.analysis import SpaceSeparatedTokenizer  # type: ignore[import-untyped]
from whoosh.codec.whoosh3 import W3Codec  # type: ignore[import-untyped]
from whoosh.fields import ID, STORED, Schema  # type: ignore[import-untyped]
from whoosh.filedb.compound import CompoundStorage  # type: ignore[import-untyped]
from whoosh.filedb.filestore import FileStorage  # type: ignore[import-untyped]

from graph.search import whoosh_writing
from graph.search.segments import Entry
from graph.search.whoosh_writing import add_entry, prepared

BLOCK = 16
WORDS = [f"e0word{n}" for n in range(60)] + ["g1김치", "l0theme:batik"]


def entries(count):
    dice = random.Random(3)
    for n in range(count):
        yield Entry(f"a:{n // 2}", tuple(dice.sample(WORDS, dice.randint(1, 20))), b"%d kept" % n)


def committed(folder, write):
    """The files within the segments of an index that is written in some commits, which Whoosh merges."""
    folder.mkdir()
    index = FileStorage(str(folder), supports_mmap=False).create_index(
        Schema(key=ID(), tokens=ID(analyzer=SpaceSeparatedTokenizer()), stored=STORED())
    )
    for count in (9 * BLOCK + 5, 1, 2, 1, 2, 1, 1):
        writer = index.writer(codec=W3Codec(blocklimit=BLOCK, compression=0))
        write(writer, entries(count))
        writer.commit()
    return [files_of(path) for path in sorted(folder.glob("*.seg"), key=lambda path: path.stat().st_size)]


def files_of(segment):
    with FileStorage(str(segment.parent), supports_mmap=False).open_file(segment.name) as file:
        inside = CompoundStorage(file, use_mmap=False)
        return {name.partition(".")[2]: inside.open_file(name).read() for name in inside.list()}


def ours(folder):
    def write(writer, some):
        prepared(writer, folder)
        for entry in some:
            add_entry(writer, entry)

    return write


def whooshs(writer, some):
    for entry in some:
        writer.add_document(key=entry.key, tokens=" ".join(entry.tokens), stored=entry.stored)
    fields = writer.fieldwriter
    add = fields.add_postings
    # Without lengths, of which there are none and which take it a fifth of its time.
    fields.add_postings = lambda schema, _lengths, items: add(schema, None, items)


@pytest.mark.parametrize("most", [whoosh_writing._MOST_BYTES, 8_000])
def test_a_segment_is_what_whoosh_writes_also_of_more_than_memory_holds(tmp_path, monkeypatch, most):
    monkeypatch.setattr(whoosh_writing, "_MOST_BYTES", most)
    monkeypatch.setattr(whoosh_writing, "BLOCK", BLOCK)

    written = committed(tmp_path / "ours", ours(tmp_path))

    assert written == committed(tmp_path / "whooshs", whooshs)
    assert len(written) < 7
    assert not [path for path in tmp_path.iterdir() if path.is_file()]
