"""Uploads in pieces: gone on with where they broke off, checked piece by piece, and gone where nobody goes on."""

import base64
import hashlib
import os
import random
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.select import Select, Shape
from graph.store.visibility import SYSTEM
from media.partial import KEPT_SECONDS
from tests.media.drawing import draw, encode

TUS = {"tus-resumable": "1.0.0"}
PIECE = {**TUS, "content-type": "application/offset+octet-stream"}
MOST = 2_000_000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("resumable"), media_bytes=MOST, budget_per_address=0)
    with opened(settings) as house:
        yield house


@pytest.fixture(scope="module")
def keys(house):
    made = Keys(house.store)
    return {name: made.create(name, role)[1] for name, role in (("one", Role.CREATOR), ("other", Role.EDITOR))}


@pytest.fixture
def ask(house, keys):
    client = TestClient(make_app(house), base_url="http://127.0.0.1", client=("192.0.2.7", 1))

    def ask(method: str, path: str = "/media/uploads", who: str = "one", **more: Any) -> Any:
        headers = {"authorization": f"Bearer {keys[who]}"} if who else {}
        return client.request(method, path, headers={**headers, **more.pop("headers", TUS)}, **more)

    return ask


def begun(ask, length: int, **told: str) -> str:
    spelled = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
    headers = {**TUS, "upload-length": str(length), **({"upload-metadata": spelled} if told else {})}
    answer = ask("POST", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def send(ask, path: str, at: int, data: bytes, **more: str) -> Any:
    headers = {**PIECE, "upload-offset": str(at), **{name.replace("_", "-"): value for name, value in more.items()}}
    return ask("PATCH", path, headers=headers, content=data)


def parts(house) -> list[str]:
    folder = house.settings.incoming / "parts"
    return sorted(path.suffix for path in folder.iterdir()) if folder.is_dir() else []


def pictures(house) -> int:
    return len(house.store.ask(SYSTEM, {"all": Select("Media", Shape((("id", "id"),)))})["all"]["rows"])


def test_a_picture_comes_in_pieces_and_is_taken_when_it_is_whole(ask, house):
    data = encode(draw(800, 600))
    path = begun(ask, len(data), filename="Bukit é.jpg", alt="A hill", locale="en")
    half = len(data) // 2
    sent = [send(ask, path, 0, data[:half])]
    told = [ask("HEAD", path), ask("GET", path)]
    sent.append(send(ask, path, half, data[half:]))
    result = ask("GET", path).json()

    assert [(one.status_code, one.headers["upload-offset"]) for one in sent] == [
        (204, str(half)),
        (204, str(len(data))),
    ]
    assert (told[0].headers["upload-offset"], told[0].headers["upload-length"]) == (str(half), str(len(data)))
    assert told[1].json() == {"offset": half, "length": len(data)}
    assert sent[1].headers["duta-media"] == result["id"]
    assert result["sha256"] == hashlib.sha256(data).hexdigest()
    assert result["id"].startswith("media:bukit")
    assert ".part" not in parts(house)
    assert send(ask, path, len(data), b"").status_code == 409


def test_whoever_sends_from_elsewhere_than_where_it_broke_off_is_told_so(ask):
    path = begun(ask, 100)

    assert send(ask, path, 0, b"x" * 40).status_code == 204
    for at in (0, 39, 41, 100):
        assert send(ask, path, at, b"y").status_code == 409
    assert send(ask, path, 40, b"x" * 61).status_code == 409
    assert ask("HEAD", path).headers["upload-offset"] == "40"
    assert ask("DELETE", path).status_code == 204
    assert ask("HEAD", path).status_code == 404


def test_a_piece_with_another_checksum_is_taken_back(ask):
    path = begun(ask, 20)
    good = base64.b64encode(hashlib.sha256(b"x" * 10).digest()).decode()

    assert send(ask, path, 0, b"y" * 10, upload_checksum=f"sha256 {good}").status_code == 460
    assert ask("HEAD", path).headers["upload-offset"] == "0"
    assert send(ask, path, 0, b"x" * 10, upload_checksum=f"sha256 {good}").status_code == 204
    assert send(ask, path, 10, b"x", upload_checksum="sha1 abc").status_code == 400


def test_a_file_that_is_no_picture_is_refused_by_name_and_nothing_of_it_stays(ask, house):
    before, there = pictures(house), parts(house)
    data = b"<html><script>alert(1)</script></html>"
    path = begun(ask, len(data))
    answer = send(ask, path, 0, data)

    assert (answer.status_code, answer.json()["code"]) == (415, "FORMAT_REFUSED")
    assert ask("HEAD", path).status_code == 404
    assert (pictures(house), parts(house)) == (before, there)


def test_an_upload_belongs_to_who_began_it_and_the_public_begins_none(ask):
    path = begun(ask, 10)

    assert [ask(method, path, "other").status_code for method in ("HEAD", "GET", "DELETE")] == [404] * 3
    assert ask("POST", who="", headers={**TUS, "upload-length": "10"}).status_code == 401
    assert ask("HEAD", "/media/uploads/..%2f..%2fgraph").status_code == 404
    assert ask("HEAD", path).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"upload-length": "10"}, 412),
        ({**TUS, "upload-length": "-1"}, 400),
        ({**TUS}, 400),
        ({**TUS, "upload-length": str(MOST + 1)}, 413),
        ({**TUS, "upload-length": "9", "upload-metadata": "alt %%"}, 400),
    ],
)
def test_what_the_protocol_forbids_is_refused(ask, headers, status):
    assert ask("POST", headers=headers).status_code == status


def test_nobody_begins_without_end_and_what_nobody_goes_on_with_is_removed(ask, house):
    there = [begun(ask, 10) for _ in range(sum(one == ".json" for one in parts(house)), 60) if _fits(ask)]
    assert ask("POST", headers={**TUS, "upload-length": "10"}).status_code == 429
    old = time.time() - KEPT_SECONDS - 60
    for path in (house.settings.incoming / "parts").iterdir():
        os.utime(path, (old, old))
    fresh = begun(ask, 10)

    assert parts(house) == [".json", ".part"]
    assert ask("HEAD", there[0]).status_code == 404
    assert ask("DELETE", fresh).status_code == 204
    assert parts(house) == []


def _fits(ask) -> bool:
    """Whether one more may be begun; it is taken back."""
    answer = ask("POST", headers={**TUS, "upload-length": "10"})
    if answer.status_code == 201:
        ask("DELETE", str(answer.headers["location"]))
    return bool(answer.status_code == 201)


def test_in_whatever_pieces_a_file_comes_it_is_the_same_file(ask):
    dice = random.Random(8)
    data = encode(draw(300, 200), "PNG")
    path, at = begun(ask, len(data)), 0
    while at < len(data):
        size = dice.randint(1, max(1, len(data) // 4))
        at = int(send(ask, path, at, data[at : at + size]).headers["upload-offset"])

    assert ask("GET", path).json()["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_client_is_told_what_is_understood(ask):
    answer = ask("OPTIONS", who="", headers={})

    assert answer.status_code == 204
    assert answer.headers["tus-extension"] == "creation,checksum,expiration,termination"
    assert answer.headers["tus-max-size"] == str(MOST)
