"""Writers over HTTP who remember what was acknowledged, and what has to be true of an installation afterwards."""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import httpx

from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.search.verifying import differences
from graph.store.batch import Batch, Put
from graph.store.port import GraphStore
from graph.store.select import Shape, by_ids
from graph.store.visibility import SYSTEM

SHARED = "theme:shared"
CREATE = """mutation($id: ID!, $input: ThemeInput!) {
  createTheme(id: $id, input: $input) { entity { id } errors { code message } } }"""
READ = '{ theme(id: "theme:shared") { rev } }'
UPDATE = """mutation($rev: Int!, $input: ThemeInput!) {
  updateTheme(id: "theme:shared", rev: $rev, input: $input) { entity { rev } errors { code message } } }"""
#: What a writer may be told beside success: that somebody was quicker, or that the store is away or went meanwhile.
EXPECTED = {"STALE", "STORE_UNAVAILABLE", "WRITE_UNKNOWN"}


@dataclass
class Told:
    """What writers were told: ids made, updates by the revision they came to, and codes of refusals."""

    made: list[str] = field(default_factory=list)
    updated: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        return len(self.made) + len(self.updated)


def prepared(settings: Settings) -> str:
    """The token of an editor of a new installation, in which all writers share one theme."""
    with opened(settings) as house:
        house.store.write(Batch((Put(SHARED, "Theme", {"name": "Shared"}),)))
        house.follower.follow()
        return Keys(house.store).create("writer", Role.ADMIN)[1]


@contextmanager
def writing(url: str, token: str, told: Told, writers: int = 6, *, name: str = "w") -> Generator[None]:
    """Writers that go on until the block ends; half make themes, half change the shared one."""
    stopped = threading.Event()
    threads = [
        threading.Thread(target=_maker if number % 2 else _changer, args=(url, token, f"{name}{number}", told, stopped))
        for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)


def _maker(url: str, token: str, name: str, told: Told, stopped: threading.Event) -> None:
    for number, client in zip(count(), _while(url, token, stopped), strict=False):
        id = f"theme:{name}-{number}"
        answer = _ask(client, CREATE, {"id": id, "input": {"name": id}}, told)
        if answer is not None and not _refused(answer["createTheme"], told):
            with told.lock:
                told.made.append(id)


def _changer(url: str, token: str, name: str, told: Told, stopped: threading.Event) -> None:
    for number, client in zip(count(), _while(url, token, stopped), strict=False):
        read = _ask(client, READ, {}, told)
        if read is None:
            continue
        said = f"{name} {number}"
        answer = _ask(client, UPDATE, {"rev": read["theme"]["rev"], "input": {"name": said}}, told)
        if answer is not None and not _refused(answer["updateTheme"], told):
            with told.lock:
                rev = answer["updateTheme"]["entity"]["rev"]
                # What is read back may be the next one's, so the revision written is the one after that read.
                written = read["theme"]["rev"] + 1
                assert rev >= written
                if written in told.updated:
                    told.twice.append(written)
                told.updated[written] = said


def _while(url: str, token: str, stopped: threading.Event) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {token}", "duta-perspective": "DRAFT"}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        while not stopped.is_set():
            yield client


def _ask(client: httpx.Client, query: str, variables: dict[str, Any], told: Told) -> dict[str, Any] | None:
    """The data; None where the server is gone or refuses by a code that was to be expected."""
    try:
        answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    except (httpx.TransportError, ValueError):
        return None
    if "errors" in answer:
        codes = {one["extensions"]["code"] for one in answer["errors"]}
        assert codes <= EXPECTED, answer
        with told.lock:
            told.refused += codes
        return None
    return cast("dict[str, Any]", answer["data"])


def _refused(result: dict[str, Any], told: Told) -> bool:
    codes = [one["code"] for one in result["errors"]]
    assert set(codes) <= EXPECTED, result
    with told.lock:
        told.refused += codes
    return bool(codes)


def check_nothing_lost(settings: Settings, told: Told) -> int:
    """Everything acknowledged is there, nothing is half there, and the index says the same; the log's last entry."""
    with opened(settings) as house:
        assert house.store.verify().problems == ()
        _check_made(house.store, told)
        _check_updated(house.store, told)
        house.follower.follow()
        status = house.follower.status()
        assert (status.problem, status.lag) == ("", 0)
        assert list(differences(house.store, house.index)) == []
        return status.graph_seq


def _check_made(store: GraphStore, told: Told) -> None:
    shape = Shape((("id", "id"), ("name", "name")))
    pages = [tuple(told.made[at : at + 100]) for at in range(0, len(told.made), 100)]
    found: list[Any] = [
        store.ask(SYSTEM, {"it": by_ids("Theme", page, shape, limit=100)})["it"]["rows"] for page in pages
    ]
    assert {row["id"]: row["name"] for rows in found for row in rows} == {id: id for id in told.made}


def _check_updated(store: GraphStore, told: Told) -> None:
    """Each acknowledged update made the revision after the one that was read, and no other did."""
    assert told.twice == []
    if not told.updated:
        return
    log: dict[int, str] = {}
    after = 0
    while page := store.changes(after, 1000):
        log |= {one.rev: cast("Any", one.patch["set"]).get("name") for one in page if one.id == SHARED}
        after = page[-1].seq
    assert {rev: log.get(rev) for rev in told.updated} == told.updated
    assert sorted(log) == list(range(1, len(log) + 1))
    shape = Shape((("rev", "rev"), ("name", "name")))
    rows: Any = store.ask(SYSTEM, {"it": by_ids("Theme", (SHARED,), shape, limit=1)})["it"]["rows"]
    [now] = rows
    assert (now["rev"], now["name"]) == (len(log), log[len(log)])
