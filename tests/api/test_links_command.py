"""`duta links`: addresses that lead nowhere are noted, and stand in what has to be looked after."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from api.cli.main import cli
from api.settings import Settings
from api.wiring import open_store
from graph.review.dead import Dead, note_links
from graph.store.batch import Batch, Put, To
from tests.api.desk import Desk

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
QUEUE = """query($mission: ID) { it: maintenanceQueue(kinds: [DEAD_LINK], mission: $mission) {
  entity { id } kind due reason } }"""


@pytest.fixture
def web():
    """A site that has one page, and refuses to say more than that to who asks for the head."""

    class Site(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(405 if self.path == "/there" else 404)

        def do_GET(self) -> None:
            self.answer({"/there": 200, "/members": 403}.get(self.path, 404))

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def source(name: str, url: str, **values: object) -> Put:
    return Put(f"source:{name}", "Source", {"title": name, "locale": "en", "url": url, **LIVE, **values})


def told(desk, role="CREATOR", **more):
    return [(one["entity"]["id"], one["reason"]) for one in desk.ask(QUEUE, role, "sari", **more)["it"]]


def test_addresses_are_followed_and_what_leads_nowhere_is_noted_until_it_leads_somewhere(home, web, contract):
    store = open_store(Settings(home=home))
    puts = [source(name, f"{web}/{name}") for name in ("there", "members", "gone")]
    store.write(
        Batch((*puts, source("retired", f"{web}/gone", state="RETIRED"), source("far", "https://sample.invalid/")))
    )
    run = CliRunner(env={"DUTA_HOME": str(home), "DUTA_WEBHOOK_PRIVATE": "true"})

    found = run.invoke(cli, ["links"])

    assert found.exit_code == 0, found.output
    assert found.output.endswith("4 addresses followed, 2 lead nowhere\n")
    assert f"source:gone  {web}/gone  It answered 404.\n" in found.output
    desk = Desk(store, contract)
    assert [id for id, _ in told(desk)] == ["source:far", "source:gone"]
    store.write(Batch((source("gone", f"{web}/there"),)))
    # Another address than the one that was followed is not known to be dead.
    assert [id for id, _ in told(desk)] == ["source:far"]
    run.invoke(cli, ["links"])
    store.write(Batch((source("gone", f"{web}/gone"),)))
    assert [id for id, _ in told(desk)] == ["source:far"]
    store.close()


def test_addresses_of_this_machine_are_not_followed_unless_settings_allow_it(home, web):
    store = open_store(Settings(home=home))
    store.write(Batch((source("there", f"{web}/there"),)))
    store.close()
    found = CliRunner(env={"DUTA_HOME": str(home)}).invoke(cli, ["links"])
    assert found.output.endswith(
        f"source:there  {web}/there  127.0.0.1 is on a private network, and is not followed\n"
        "0 addresses followed, 0 lead nowhere\n"
    )


def test_dead_links_are_listed_to_who_works_here_and_sees_the_thing(any_store, contract):
    kept = {"keeper": (To("mission:m"),)}
    secret = {"title": "b", "locale": "en", "url": "https://example.org/b", "marking": "RESTRICTED"}
    any_store.write(
        Batch((
            Put("mission:m", "Mission", {"name": "Embassy"}), source("a", "https://example.org/a"),
            Put("source:b", "Source", secret, kept),
        ))
    )  # fmt: skip
    seen = [Dead(f"source:{one}", f"https://example.org/{one}", "It answered 404.", "2026-11-02") for one in "ab"]
    note_links(any_store, seen, ())
    desk = Desk(any_store, contract)

    sentence = "The address of “a”, https://example.org/a, led nowhere on 2 November 2026."
    assert told(desk) == [("source:a", sentence)]
    assert told(desk, "PUBLIC") == []
    assert [id for id, _ in told(desk, "EDITOR", mission="mission:m")] == ["source:b"]
    note_links(any_store, (), ["source:a"])
    assert told(desk) == []
