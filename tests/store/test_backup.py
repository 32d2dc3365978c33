"""Backups: one moment of a store in one file, brought back into either engine, and refused where it was touched."""

import hashlib
import threading
import zipfile
from datetime import UTC, datetime

import orjson
import pytest

from graph.errors import ArchiveBroken, StoreNotEmpty, StoreUnavailable
from graph.model import MODEL
from graph.store.archive import Made, opened_archive, write_archive
from graph.store.batch import ActorKind, Batch, Move, Put, Removal, To
from graph.store.moved import moved_to
from graph.store.operational import Entry, milliseconds
from graph.store.select import Viewer
from graph.store.snapshot import graph_hash, lines
from graph.store.sqlite import open_sqlite

MADE = Made("0", "2026-01-01T00:00:00Z", "any")
LATER = milliseconds(datetime(2026, 2, 1, tzinfo=UTC))
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=milliseconds(datetime(2026, 1, 1, tzinfo=UTC)))


def save(store, path, files=None):
    with store.snapshot() as snapshot:
        return write_archive(path, MODEL, snapshot, files, MADE, lambda _: None)


def bring(store, path):
    with opened_archive(path, MODEL) as archive:
        archive.check(lambda _: None)
        store.fill(archive.steps(), archive.entries())


def hash_of(store):
    with store.snapshot() as snapshot:
        return graph_hash(snapshot.head, lines(MODEL, snapshot.nodes()))


@pytest.fixture
def other(tmp_path, clock):
    store = open_sqlite(tmp_path / "other.db", MODEL, clock=clock)
    yield store
    store.close()


@pytest.fixture
def full(graph, made):
    """A graph with something of everything that is kept."""
    live = {"state": "PUBLISHED", "marking": "PUBLIC"}
    graph.put("theme:t", name="T", names={"ko": "티", "ar": "\u200fتي"}, brand_dimensions=["EXPORTS"])
    graph.put("country:kr", name="Korea", alpha2="KR", languages={"ko": 0.99}, population=51_000_000)
    graph.put("place:p", name="P", state="DRAFT", lat=-6.25, lon=106.0)
    sheet = [
        made("asset:a", title="Kimjang 🥬", locale="en", kind="WORK", year=2013, themes=[("theme:t", {"weight": 0.6})],
             countries=[("country:kr", {"role": "ORIGIN", "since": "2013"})], expires_at="2026-03-01T00:00Z", **live),
        made("translation:a.ko", translates="asset:a", locale="ko", title="김장", state="PUBLISHED"),
        made("asset:gone", title="Gone", locale="en"),
    ]  # fmt: skip
    graph.store.write(Batch(tuple(sheet), "sheet", ActorKind.IMPORT, "", "s", "import-1"))
    graph.put("asset:a", tone="JOY")
    graph.store.write(Batch(removals=(Removal("asset:gone"),)))
    graph.store.revise("key", ["k", "old"], lambda _: [Entry("k", {"role": "ADMIN"}), Entry("old", {}, LATER)])
    return graph


def test_ids_that_lead_elsewhere_do_so_where_they_are_brought(full, other, tmp_path):
    full.store.write(Batch(moves=(Move("theme:t", "theme:u"),)))
    save(full.store, tmp_path / "b.zip")

    bring(other, tmp_path / "b.zip")

    assert hash_of(other) == hash_of(full.store)
    assert moved_to(other, ["theme:t"]) == {"theme:t": "theme:u"}


def test_what_is_brought_back_is_the_same_and_goes_on(full, other, tmp_path, made, clock):
    manifest = save(full.store, tmp_path / "b.zip")
    before, nodes = full.holds(), full.store.stats().nodes

    bring(other, tmp_path / "b.zip")

    again = type(full)(other)
    assert hash_of(other) == hash_of(full.store) == manifest.graph
    assert (again.holds(), other.stats().nodes, other.stats().hash) == (before, nodes, full.store.stats().hash)
    assert other.verify().problems == ()
    assert again.one("asset:a", "rev", "created_at", "label") == full.one("asset:a", "rev", "created_at", "label")
    assert again.ids("Asset", viewer=PUBLIC) == full.ids("Asset", viewer=PUBLIC) == ["a"]
    assert again.ids("Translation", viewer=PUBLIC) == ["a.ko"]
    assert other.listed("key") == full.store.listed("key")
    # What the import said is known: a person's word stays, and what it unsays goes.
    sheet = made("asset:a", tone="CALM", year=2014, themes=[])
    report = other.write(Batch((sheet,), "sheet", ActorKind.IMPORT, "", "s", "import-2"))
    assert [one.path for one in report.kept] == ["tone"]
    assert report.changes[0].patch["set"] == {"year": 2014}
    assert again.undo("batch-9").refused == ()
    assert again.undo("import-1").refused != ()
    assert other.verify().problems == ()
    clock.pass_(days=60)
    assert again.ids("Asset", viewer=Viewer(0, -1, -1, milliseconds(clock()))) == []
    assert [one.key for one in other.listed("key")] == ["k"]


@pytest.mark.neo4j
def test_from_sqlite_to_neo4j_and_back_the_graph_is_the_same(demonstration, neo, other, tmp_path):
    first = save(demonstration.store, tmp_path / "first.zip")
    bring(neo, tmp_path / "first.zip")
    assert neo.verify().problems == ()
    second = save(neo, tmp_path / "second.zip")
    bring(other, tmp_path / "second.zip")

    assert first.graph == second.graph == hash_of(other)
    assert first.members["log.jsonl"] == second.members["log.jsonl"]
    assert first.members["said.jsonl"] == second.members["said.jsonl"]
    assert other.stats().links == demonstration.store.stats().links


def test_a_write_beside_a_backup_is_in_it_wholly_or_not_at_all(graph, made, tmp_path, other):
    """A writer links ever new pairs, both ways, and changes what it linked before."""
    graph.write(*(made(f"theme:{n:03}", name="T") for n in range(120)))
    ended = threading.Event()

    def write():
        for n in range(10_000):
            if ended.is_set():
                return
            ends = [f"theme:{name}-{n}" for name in ("a", "z")]
            puts = [Put(id, "Theme", {"name": str(n)}) for id in ends]
            puts += [Put(f"theme:{n % 120:03}", "Theme", {"name": str(n)}, {"broader": (To(ends[n % 2]),)})]
            graph.store.write(Batch(tuple(puts), source="s"))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        manifests = [save(graph.store, tmp_path / f"{n}.zip") for n in range(4)]
    finally:
        ended.set()
        thread.join()

    assert manifests[-1].head.seq > manifests[0].head.seq
    for n, manifest in enumerate(manifests):
        with opened_archive(tmp_path / f"{n}.zip", MODEL) as archive:
            archive.check(lambda _: None)
            revisions = {change.id: change.rev for change in archive.log()}
            assert {id: node.values["rev"] for id, node in archive.nodes()} == revisions
            assert len(revisions) == 120 + 2 * ((manifest.head.seq - 120) // 3)
    bring(other, tmp_path / "3.zip")
    assert other.verify().problems == ()


def test_what_holds_something_is_not_filled(full, other, tmp_path, made):
    save(full.store, tmp_path / "b.zip")
    other.revise("key", ["k"], lambda _: [Entry("k", {})])

    with pytest.raises(StoreNotEmpty, match="it holds 1 operational records, such as keys"):
        bring(other, tmp_path / "b.zip")

    before = hash_of(full.store)
    with pytest.raises(StoreNotEmpty, match="it holds 8 changes, 5 entities, 2 operational records"):
        bring(full.store, tmp_path / "b.zip")
    assert hash_of(full.store) == before


def test_what_breaks_off_leaves_nothing_behind(full, store, tmp_path, clock):
    save(full.store, tmp_path / "b.zip")
    with opened_archive(tmp_path / "b.zip", MODEL) as archive:
        steps = [*archive.steps()]

    def breaking():
        yield from steps[:2]
        raise OSError("the power is gone")

    empty = open_sqlite(tmp_path / "empty.db", MODEL, clock=clock)
    with pytest.raises(OSError, match="power"):
        empty.fill(breaking(), ())
    assert (empty.stats().nodes, empty.stats().seq) == ({}, 0)
    empty.fill(steps, ())
    assert hash_of(empty) == hash_of(full.store)
    empty.close()


@pytest.mark.neo4j
def test_a_half_filled_neo4j_is_opened_only_to_be_filled_anew(demonstration, server, neo, tmp_path):
    save(demonstration.store, tmp_path / "b.zip")
    server.run("CREATE (:Meta {id: 'filling'}), (:Entity:Theme {id: 'theme:left'}), (:Change {seq: 1})")
    try:
        with pytest.raises(StoreUnavailable, match="Run `duta restore` again"):
            server.open()
        bring(neo, tmp_path / "b.zip")
        server.open().close()
        assert hash_of(neo) == hash_of(demonstration.store)
    finally:
        server.run("MATCH (m:Meta {id: 'filling'}) DELETE m")


def rewritten(path, change):
    """The archive with its members as `change` makes them, which gets them by name and may take some away."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def swapped(name, old, new):
    def change(members):
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


def forged(name, old, new):
    """Changed so that the manifest agrees with it."""

    def change(members):
        swapped(name, old, new)(members)
        manifest = orjson.loads(members["manifest.json"])
        data = members[name]
        manifest["members"][name] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        if name == "records.jsonl":
            head = manifest["head"]
            told = f"{manifest['members'][name]['sha256']} {head['seq']} {head['hash']}"
            manifest["graph"] = hashlib.sha256(told.encode()).hexdigest()
        members["manifest.json"] = orjson.dumps(manifest)

    return change


def smuggled(members):
    """A file that would lead out of its folder, which the manifest names."""
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"]["files/../../evil"] = {"count": 1, "bytes": 0, "sha256": hashlib.sha256().hexdigest()}
    members |= {"manifest.json": orjson.dumps(manifest), "files/../../evil": b""}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (swapped("records.jsonl", b"Kimjang", b"Kimjong"), "records.jsonl: Its SHA-256 is not the manifest's"),
        (swapped("log.jsonl", b"JOY", b"FUN"), "log.jsonl: Its SHA-256 is not the manifest's"),
        (lambda members: members.pop("said.jsonl"), "said.jsonl: It is missing."),
        (lambda members: members.pop("manifest.json"), "manifest.json: It is missing, or says too little."),
        (lambda members: members.update({"../evil": b""}), "../evil: The manifest does not name it."),
        (lambda members: members.update({"manifest.json": b"[]"}), "manifest.json: It cannot be read."),
        (swapped("manifest.json", b'"format": 1', b'"format": 2'), 'It has the format "2", this version reads 1.'),
        (forged("log.jsonl", b"JOY", b"FUN"), "log.jsonl: Entry 7 of the log does not match its digest."),
        (smuggled, "files/../../evil: It is no name of a member."),
        (forged("records.jsonl", b'"kind":"WORK"', b'"kind":"POEM"'), 'records.jsonl:1: kind: "POEM" is not one of'),
        (forged("records.jsonl", b'"rev":2', b'"rev":0'), "records.jsonl:1: rev: It is no revision."),
        (forged("records.jsonl", b'"year":2013', b'"yeer":2013'), 'records.jsonl:1: .*"yeer"'),
    ],
)
def test_what_was_changed_is_refused_by_name(full, other, tmp_path, change, told):
    save(full.store, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", change)

    with pytest.raises(ArchiveBroken, match=told):
        bring(other, tmp_path / "b.zip")
    assert other.stats().seq == 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_was_cut_off_or_damaged_anywhere_is_refused(full, other, tmp_path):
    save(full.store, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()

    for place in range(0, len(whole), 97):
        (tmp_path / "b.zip").write_bytes(whole[:place])
        with pytest.raises(ArchiveBroken):
            bring(other, tmp_path / "b.zip")
    (tmp_path / "b.zip").write_bytes(whole)
    bring(other, tmp_path / "b.zip")
    assert hash_of(other) == hash_of(full.store)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_bit_that_was_turned_is_refused_or_changes_nothing(full, tmp_path, clock):
    """Some bytes of a ZIP file say nothing, such as the time of a member."""
    save(full.store, tmp_path / "b.zip")
    whole, wanted = bytearray((tmp_path / "b.zip").read_bytes()), hash_of(full.store)

    for number, place in enumerate(range(0, len(whole), 61)):
        whole[place] ^= 1 << number % 8
        (tmp_path / "b.zip").write_bytes(whole)
        whole[place] ^= 1 << number % 8
        try:
            with opened_archive(tmp_path / "b.zip", MODEL) as archive:
                archive.check(lambda _: None)
                found = graph_hash(archive.manifest.head, lines(MODEL, archive.nodes()))
        except ArchiveBroken:
            continue
        assert found == wanted
