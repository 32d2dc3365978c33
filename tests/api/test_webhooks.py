"""Webhooks: told by the log to a real receiver that fails at times, signed, in order, and as their role sees it."""

import base64
import hashlib
import hmac
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from api.cli.main import cli
from api.delivering import Delivery, delivering
from api.roles import Role
from api.settings import Settings
from api.webhooks import DELAYS, Webhooks, is_open
from api.wiring import opened
from graph.errors import InvalidValue, UnknownName
from graph.store.batch import Batch, Put
from tests.neo4j_server import forget, settings_on_neo4j

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}


class Receiver:
    """A program that is told of changes; it answers with the statuses that wait, and else that all is well."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.came = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                self.send_header("content-length", "0")
                if status == 302:
                    self.send_header("location", "/elsewhere")
                self.end_headers()
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.came.set()

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def told(self) -> list[list[str]]:
        return [[one["id"] for one in orjson.loads(body)["data"]["changes"]] for _, body in self.got]


class Clock:
    now = datetime(2027, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def house(request, home):
    settings = Settings(home=home, webhook_private=True)
    if request.param == "neo4j":
        forget()
        settings = settings_on_neo4j(home, webhook_private=True)
    with opened(settings) as house:
        yield house


@pytest.fixture
def delivery(house):
    delivery = Delivery(house)
    delivery.hooks = Webhooks(house.store, Clock())
    return delivery


def write(house, *names: str, **values) -> Any:
    puts = tuple(Put(f"theme:{name}", "Theme", {"name": name, **LIVE, **values}) for name in names)
    return house.store.write(Batch(puts)).seq


def test_a_hook_is_told_in_order_of_what_its_role_sees_and_can_tell_that_it_is_from_us(house, delivery, receiver):
    write(house, "before")
    public = delivery.hooks.add(receiver.url, Role.PUBLIC, private=True)
    write(house, "one", "two")
    write(house, "secret", marking="INTERNAL")

    assert delivery.step()
    assert not delivery.step()

    [(headers, body)] = receiver.got
    assert receiver.told == [["theme:one", "theme:two"]]
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = base64.b64decode(public.secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert orjson.loads(body)["data"]["changes"][0]["actor"] is None
    [now] = delivery.hooks.all()
    assert (now.place, now.failures) == (4, 0)

    write(house, "hidden", marking="INTERNAL")
    assert delivery.step()
    assert (len(receiver.got), delivery.hooks.all()[0].place) == (1, 5)


def test_what_fails_is_sent_again_as_it_was_later_and_later_and_then_is_a_dead_letter_to_replay(
    house, delivery, receiver
):
    hook = delivery.hooks.add(receiver.url, Role.PUBLIC, private=True)
    write(house, "one")
    receiver.answers = [500, 302, *[503] * (len(DELAYS) - 1)]
    assert not delivery.step()
    write(house, "two")
    for delay in DELAYS:
        assert not delivery.step()
        Clock.now += timedelta(seconds=delay + 1)
        delivery.step()

    assert len({headers["webhook-id"] for headers, _ in receiver.got[: len(DELAYS) + 1]}) == 1
    assert receiver.told[: len(DELAYS) + 1] == [["theme:one"]] * (len(DELAYS) + 1)
    [dead] = delivery.hooks.dead()
    assert (dead.hook, dead.after, dead.until, dead.reason) == (hook.id, 0, 1, "It answered 503.")
    delivery.step()
    assert receiver.told[-1] == ["theme:two"]

    assert delivery.hooks.replay(hook.id) == 0
    while delivery.step():
        pass
    assert receiver.told[-1] == ["theme:one", "theme:two"]
    assert delivery.hooks.dead() == []
    with pytest.raises(InvalidValue, match="nothing that it was not told"):
        delivery.hooks.replay(hook.id)


def test_a_hook_goes_on_after_a_new_start_and_one_that_is_gone_is_stopped(house, receiver):
    hook = Webhooks(house.store).add(receiver.url, Role.PUBLIC, private=True)
    write(house, "one")
    with delivering(house, 0.02):
        assert receiver.came.wait(20)
    receiver.came.clear()
    write(house, "two")
    receiver.answers = [410]
    with delivering(house, 0.02):
        assert receiver.came.wait(20)

    assert receiver.told == [["theme:one"], ["theme:two"]]
    [now] = Webhooks(house.store).all()
    assert (now.id, now.place, now.stopped) == (hook.id, 1, "It answered 410.")


def test_two_processes_tell_a_hook_once(house, delivery, receiver):
    other = Delivery(house)
    other.hooks = delivery.hooks
    hook = delivery.hooks.add(receiver.url, Role.PUBLIC, private=True)
    write(house, "one")

    assert delivery.hooks.claim(hook, 1) is not None
    assert not other.step()
    assert receiver.got == []


def test_private_networks_are_refused_where_they_are_connected_to(house, receiver):
    delivery = Delivery(type(house)(Settings(home=house.settings.home), house.store, house.index, house.follower))
    delivery.hooks.add(receiver.url.replace("127.0.0.1", "localhost"), Role.PUBLIC, private=True)
    write(house, "one")

    assert not delivery.step()
    assert (receiver.got, delivery.hooks.all()[0].failures) == ([], 1)
    with pytest.raises(InvalidValue, match="no address to send to"):
        delivery.hooks.add(receiver.url, Role.PUBLIC)
    shut = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fe80::1%eth0", "fd00::1", "0.0.0.0",
            "::ffff:10.0.0.1", "100.64.0.1", "224.0.0.1")  # fmt: skip
    assert [one for one in shut if is_open(one)] == []
    assert is_open("93.184.216.34")
    for host in ("10.0.0.8", "[::1]", "localhost", "printer.local", "[::ffff:192.168.1.1]"):
        with pytest.raises(InvalidValue, match=r"on a private network.*DUTA_WEBHOOK_PRIVATE"):
            delivery.hooks.add(f"https://{host}/hook", Role.PUBLIC)
    assert delivery.hooks.add("https://93.184.216.34/hook", Role.PUBLIC).url == "https://93.184.216.34/hook"


def test_the_command_adds_lists_replays_and_removes(home, monkeypatch):
    def duta(*given: str) -> str:
        told = CliRunner().invoke(cli, ["webhook", *given])
        assert told.exit_code == 0, told.output
        return told.output

    secret = duta("add", "https://example.org/hook", "--role", "partner", "--type", "Theme").splitlines()[-1]
    [line] = duta("list").splitlines()
    id = line.split()[0]

    assert secret.startswith("whsec_")
    assert line == f"{id}  https://example.org/hook  as PARTNER of Theme, told up to change 0"
    assert duta("replay", id, "--after", "0") == "It is told what comes after change 0.\n"
    assert duta("remove", id) == "It is told nothing any more.\n"
    assert duta("list") == ""
    assert CliRunner().invoke(cli, ["webhook", "add", "http://10.0.0.1/"]).exit_code == 1
    with opened(Settings(home=home)) as house, pytest.raises(UnknownName):
        Webhooks(house.store).remove("nobody")
