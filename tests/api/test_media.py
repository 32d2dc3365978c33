"""Pictures at the doors: taken in from those who write, given to those who may see them, and nothing left behind."""

import base64
import hashlib
import random
import resource
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from obstore.store import S3Store
from PIL import Image
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.fingerprints import Fingerprints
from api.keys import Keys
from api.pictures import read_pictures
from api.plan.wanted import Writer
from api.roles import Role
from api.settings import Settings
from api.signed import signer_of
from api.uploading import Told, Uploads
from api.wiring import opened
from graph.errors import WriteUnknown
from graph.store.batch import Batch, Put, To
from graph.store.select import Shape, Viewer, by_ids
from graph.store.visibility import SYSTEM
from media.errors import StorageFailed
from media.examining import examine
from media.limits import Limits
from media.profiles import RenditionProfile, plans
from media.storage import Storage
from media.studio import Studio
from tests.media.drawing import draw, encode, file_of, scan_bomb

JPEG = {"content-type": "image/jpeg"}
_ONCE: Any = {
    "region": "sample",
    "access_key_id": "sample",
    "secret_access_key": "sample",
    "retry_config": {"max_retries": 0, "retry_timeout": timedelta(seconds=2)},
}
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "text_state": "PUBLISHED"}


def grant(name: str, **values: Any) -> Put:
    return Put(f"rightsgrant:{name}", "RightsGrant", {"title": name, "state": "APPROVED", "locale": "en", **values})


def permission(*constraints: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"effect": "permission", "action": ["display", "distribute"], "constraints": list(constraints)}]


ONLY_KOREA = {"left": "spatial", "operator": "eq", "right": "KR"}
ONLY_ONLINE = {"left": "deliveryChannel", "operator": "eq", "right": "WEBSITE"}
GRANTS = (
    grant("open", licence=CC_BY),
    grant("korea", rules=permission(ONLY_KOREA)),
    grant("online", rules=permission(ONLY_ONLINE)),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("media"), media_bytes=2_000_000, territory_header="CF-IPCountry")
    with opened(settings) as house:
        assert not house.store.write(Batch(GRANTS)).refused
        yield house


@pytest.fixture(scope="module")
def app(house):
    return make_app(house)


@pytest.fixture(scope="module")
def keys(house):
    made = Keys(house.store)
    territories = {Role.PARTNER: ("KR",)}
    return {
        role: made.create(role, role, territories=territories.get(role, ()))[1] for role in Role if role != "PUBLIC"
    }


@pytest.fixture
def http(app, keys):
    """Ask as somebody with a key of a role, or as the public, from elsewhere."""
    client = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 1))

    def ask(method: str, path: str, role: str = "PUBLIC", **more: Any) -> Any:
        headers = dict(more.pop("headers", {}))
        if role != "PUBLIC":
            headers["authorization"] = f"Bearer {keys[Role(role)]}"
        return client.request(method, path, headers=headers, follow_redirects=False, **more)

    return ask


def different(seed: int) -> bytes:
    """A picture unlike those of other tests, the same each time."""
    cells = Image.frombytes("RGB", (12, 9), random.Random(seed).randbytes(12 * 9 * 3))
    return encode(cells.resize((400, 300), Image.Resampling.BICUBIC), quality=80)


def originals(house) -> set[str]:
    return {path.name for path in Path(house.settings.media, "orig").rglob("*") if path.is_file()}


def row(house, id: str, *names: str) -> dict[str, Any]:
    shape = Shape(tuple((name, name) for name in names))
    (found,) = house.store.ask(SYSTEM, {"it": by_ids("Media", (id,), shape, limit=1)})["it"]["rows"]
    return dict(found)


@pytest.fixture
def published(http, house):
    """A picture that everybody may see, and its id."""

    def publish(seed: int, *, grant: str | None = "open", **values: Any) -> str:
        id: str = http(
            "POST", f"/media?alt=Noise&credit=Contoh&name={seed}", "CREATOR", content=different(seed), headers=JPEG
        ).json()["id"]
        rights = (To(f"rightsgrant:{grant}"),) if grant else ()
        assert not house.store.write(Batch((Put(id, "Media", {**LIVE, **values}, {"rights": rights}),))).refused
        return id

    return publish


def path_of(house, id: str, profile: RenditionProfile = RenditionProfile.RESPONSIVE, file: str = "w320.jpg") -> str:
    picture = read_pictures(house.store, [id])[id]
    return next(picture.path(plan) for plan in plans(picture.source, profile) if plan.file == file)


def test_an_upload_becomes_a_draft_with_what_the_file_says(http, house):
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = "Siti Contoh", "© Contoh".encode()
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 36.0), 3: "E", 4: (106.0, 49.0, 12.0)})
    data = encode(draw(400, 300), exif=exif)
    answer = http(
        "POST", "/media?name=..%2F..%2FHill%20%26%20sun.jpg&locale=id&alt=Bukit", "CREATOR", content=data, headers=JPEG
    )
    told = answer.json()

    digest = hashlib.sha256(data).hexdigest()
    assert answer.status_code == 201
    assert told["id"] == f"media:hill-sun-{digest[:8]}"
    assert (told["new"], told["sha256"], told["format"], told["width"], told["height"]) == (
        True,
        digest,
        "JPEG",
        400,
        300,
    )
    assert told["hasPosition"] is True
    assert "106.82" not in answer.text
    assert told["proposedGrant"] == {"title": "Rights in Hill & sun.jpg", "holder": "© Contoh"}
    assert [one["field"] for one in told["asked"]] == ["rights"]
    kept = row(house, told["id"], "state", "marking", "alt", "locale", "credit", "copyright", "position", "bytes")
    assert kept == {
        "state": "DRAFT",
        "marking": "INTERNAL",
        "alt": "Bukit",
        "locale": "id",
        "credit": "Siti Contoh",
        "copyright": "© Contoh",
        "position": {"lat": -6.21, "lon": 106.82},
        "bytes": len(data),
    }
    assert digest in originals(house)


def test_the_same_bytes_again_are_the_same_picture_and_alike_ones_are_told(http):
    data = different(1)
    first = http("POST", "/media?name=noise.jpg", "CREATOR", content=data, headers=JPEG).json()
    again = http("POST", "/media?name=other.jpg", "EDITOR", content=data, headers=JPEG)
    copy = encode(Image.open(BytesIO(data)).resize((200, 150)), "PNG")
    alike = http("POST", "/media?name=copy.png", "CREATOR", content=copy, headers={"content-type": "image/png"}).json()

    assert (again.status_code, again.json()["new"], again.json()["id"]) == (200, False, first["id"])
    assert [one["id"] for one in alike["duplicates"]] == [first["id"]]
    assert alike["duplicates"][0]["distance"] <= 10
    assert [one["field"] for one in alike["asked"]] == ["alt", "credit", "rights"]


def test_only_those_who_write_upload(http):
    for role, status in (("PUBLIC", 401), ("PARTNER", 403)):
        answer = http("POST", "/media", role, content=different(2), headers=JPEG)
        assert (answer.status_code, "uploads nothing" in answer.json()["message"]) == (status, True)


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"", JPEG, 400, "EMPTY"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"content-type": "image/svg+xml"}, 415, "FORMAT_REFUSED"),
        (b"<!doctype html><script>alert(1)</script>", JPEG, 415, "FORMAT_REFUSED"),
        (different(3) + b"<script>alert(1)</script>", JPEG, 415, "POLYGLOT"),
        (different(3)[:3000], JPEG, 422, "BROKEN"),
        (scan_bomb(300), JPEG, 422, "TOO_MANY_SCANS"),
        (bytes(2_000_001), JPEG, 413, "TOO_MANY_BYTES"),
        (different(3), {"content-type": "multipart/form-data; boundary=x"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (different(3), {"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (different(3), {**JPEG, "content-encoding": "gzip"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            different(3),
            {**JPEG, "content-digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"},
            400,
            "WRONG_CHECKSUM",
        ),
        (different(3), {**JPEG, "content-digest": "sha-256=:no:"}, 400, "BAD_REQUEST"),
    ],
)
def test_a_bad_upload_is_refused_by_its_name_and_leaves_nothing(http, house, content, headers, status, code):
    before, seq = originals(house), house.store.stats().seq
    answer = http("POST", "/media", "CREATOR", content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (originals(house), house.store.stats().seq) == (before, seq)
    assert list(house.settings.incoming.iterdir()) == []


def test_a_right_checksum_is_taken(http):
    data = different(4)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()

    assert (
        http(
            "POST", "/media", "CREATOR", content=data, headers={**JPEG, "content-digest": f"sha-256=:{digest}:"}
        ).status_code
        == 201
    )


async def test_a_client_that_stops_half_way_leaves_nothing(app, keys, house):
    before, sent = originals(house), []
    scope = {
        "type": "http", "method": "POST", "path": "/media", "raw_path": b"/media", "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80), "client": ("192.0.2.7", 1),
        "headers": [
            (b"host", b"127.0.0.1"), (b"content-type", b"image/jpeg"), (b"content-length", b"100000"),
            (b"authorization", f"Bearer {keys[Role.CREATOR]}".encode()),
        ],
    }  # fmt: skip
    messages = iter(
        [{"type": "http.request", "body": different(5)[:2000], "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)

    assert sent[0]["status"] == 400
    assert originals(house) == before
    assert list(house.settings.incoming.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(http, house):
    before = originals(house)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        answer = http("POST", "/media", "CREATOR", content=different(6), headers=JPEG)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert (answer.status_code, answer.json()["code"]) == (507, "STORAGE_FULL")
    assert originals(house) == before


def test_what_the_graph_refuses_is_not_kept_either(http, house):
    before = originals(house)
    answer = http("POST", "/media?alt=a%00b", "CREATOR", content=different(7), headers=JPEG)

    assert (answer.status_code, answer.json()["code"]) == (422, "BAD_VALUE")
    assert originals(house) == before


def test_what_may_have_been_written_keeps_its_bytes_and_is_sent_again(http, house, monkeypatch):
    write, before = type(house.store).write, originals(house)

    def lost_at_the_commit(store: Any, batch: Batch, *, dry_run: bool = False) -> Any:
        write(store, batch, dry_run=dry_run)
        raise WriteUnknown("neo4j://secret went away while it committed.")

    with monkeypatch.context() as lost:
        lost.setattr(type(house.store), "write", lost_at_the_commit)
        answer = http("POST", "/media", "CREATOR", content=different(1717), headers=JPEG)
    assert (answer.status_code, answer.json()["code"]) == (503, "WRITE_UNKNOWN")
    assert "secret" not in answer.text
    assert len(originals(house)) == len(before) + 1
    again = http("POST", "/media", "CREATOR", content=different(1717), headers=JPEG)
    assert (again.status_code, again.json()["new"]) == (200, False)


def test_a_draft_is_shown_to_those_who_work_on_it_and_to_nobody_else(http, house):
    id = http("POST", "/media", "CREATOR", content=different(8), headers=JPEG).json()["id"]
    path = path_of(house, id)

    assert [http("GET", path, role).status_code for role in ("PUBLIC", "PARTNER", "CREATOR")] == [404, 404, 200]
    assert http("GET", path).text == "There is no such picture.\n"
    assert http("GET", path, "CREATOR").headers["cache-control"] == "private, no-cache"


def test_a_public_picture_is_given_with_our_notice_and_may_be_kept(http, house, published):
    path = path_of(house, published(9))
    answer = http("GET", path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "public, max-age=86400, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    found = examine(answer.content, Limits())
    assert (found.width, found.height) == (320, 240)
    assert found.said["values"]["credit"] == "Contoh"
    assert found.said["values"]["alt"] == {"x-default": "Noise", "en": "Noise"}
    assert http("GET", path.replace("w320", "kb5")).status_code == 200
    assert http("GET", path.replace(".jpg", ".webp")).headers["content-type"] == "image/webp"
    assert http("GET", path.replace("w320", "w321")).status_code == 404


def test_what_a_caller_has_is_not_sent_again_and_a_piece_is_sent_alone(http, house, published):
    path = path_of(house, published(10))
    whole = http("GET", path)
    tag, size = whole.headers["etag"], len(whole.content)

    assert http("GET", path, headers={"if-none-match": tag}).status_code == 304
    assert http("HEAD", path).headers["content-length"] == str(size)
    piece = http("GET", path, headers={"range": "bytes=10-19"})
    assert (piece.status_code, piece.content) == (206, whole.content[10:20])
    assert piece.headers["content-range"] == f"bytes 10-19/{size}"
    assert http("GET", path, headers={"range": "bytes=-5"}).content == whole.content[-5:]
    assert http("GET", path, headers={"range": f"bytes={size}-"}).status_code == 416
    assert http("GET", path, headers={"range": "bytes=10-19", "if-range": '"other"'}).status_code == 200
    assert http("GET", path, headers={"range": "bytes=9-2"}).status_code == 200


def test_an_address_never_answers_other_bytes_so_a_changed_credit_moves_it(http, house, published):
    id = published(11)
    path = path_of(house, id)
    house.store.write(Batch((Put(id, "Media", {"credit": "Somebody else"}),)))
    moved = http("GET", path)

    assert (moved.status_code, moved.headers["location"]) == (302, path_of(house, id))
    assert moved.headers["location"] != path
    assert moved.headers["cache-control"] == "no-store"
    assert examine(http("GET", moved.headers["location"]).content, Limits()).said["values"]["credit"] == "Somebody else"


def test_what_was_withdrawn_is_gone_and_what_was_never_shown_does_not_exist(http, house, published):
    id = published(12)
    path, good = path_of(house, id), {"embargo_until": None, "expires_at": None, **LIVE}
    for values, status in (
        ({}, 200),
        ({"state": "RETIRED"}, 410),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 410),
        ({"embargo_until": "2990-01-01T00:00:00Z"}, 404),
        ({"marking": "INTERNAL"}, 404),
        ({"marking": "INTERNAL", "state": "RETIRED"}, 404),
        ({"state": "DRAFT"}, 404),
    ):
        assert not house.store.write(Batch((Put(id, "Media", {**good, **values}),))).refused
        # Its renditions stay in the storage: who may have them is asked first.
        assert http("GET", path).status_code == status, values
        assert http("GET", path.replace("w320-", "w320-0")).status_code == 404


def test_how_long_caches_keep_a_picture_ends_with_it(http, house, published):
    ends = datetime.now(UTC) + timedelta(seconds=600)
    age = http("GET", path_of(house, published(13, expires_at=ends.isoformat()))).headers["cache-control"]

    assert 500 < int(age.partition("max-age=")[2].partition(",")[0]) <= 600


def test_originals_are_for_those_who_work_with_them(http, house, published):
    data, id = different(14), published(14)
    path = f"/media/{id.removeprefix('media:')}/original"

    assert [http("GET", path, role).status_code for role in ("PUBLIC", "PARTNER")] == [403, 403]
    answer = http("GET", path, "CREATOR")
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    assert http("GET", path, "CREATOR", headers={"range": "bytes=5-9"}).content == data[5:10]
    assert http("GET", "/media/nothing/original", "CREATOR").status_code == 404


def test_a_signed_address_opens_one_picture_until_it_runs_out(http, house, published):
    id, other = (published(seed, marking="PARTNER") for seed in (15, 16))
    path, signer = path_of(house, id), signer_of(house.store)
    now = int(time.time() * 1000)
    partner = Viewer(1, -1, -1, now, frozenset({"KR"}))
    query = signer.query(path, partner)

    assert http("GET", path).status_code == 404
    answer = http("GET", path + query)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, max-age=900"
    assert http("GET", path_of(house, other) + query).status_code == 403
    assert http("GET", path + query.replace("sees=1", "sees=3")).status_code == 403
    assert http("GET", path + query.replace("in=KR", "in=ID")).status_code == 403
    assert http("GET", path + signer.query(path, replace(partner, now=now - 9_000_000))).status_code == 403
    checked = signer.check(path, dict(part.split("=") for part in query[1:].split("&")), now)
    assert checked is not None
    assert checked.viewer == partner


def test_what_no_right_covers_is_given_to_nobody_outside(http, house, published):
    path = path_of(house, published(17, grant=None))

    assert [http("GET", path, role).status_code for role in ("PUBLIC", "PARTNER", "CREATOR")] == [403, 403, 200]
    assert http("GET", path).text == "The rights in this picture are not cleared.\n"


def test_a_right_for_one_country_shows_it_there_alone_and_no_cache_shows_it_elsewhere(http, house, published):
    path = path_of(house, published(18, grant="korea"))

    assert [http("GET", path, role).status_code for role in ("PUBLIC", "PARTNER")] == [451, 200]
    assert http("GET", path, headers={"cf-ipcountry": "JP"}).status_code == 451
    assert http("GET", path, headers={"cf-ipcountry": "nonsense"}).status_code == 451
    there = http("GET", path, headers={"cf-ipcountry": "KR"})
    assert (there.status_code, there.headers["cache-control"]) == (200, "private, no-cache")
    signer, now = signer_of(house.store), int(time.time() * 1000)
    for territory, status in (("KR", 200), ("JP", 451)):
        query = signer.query(path, Viewer(1, -1, -1, now, frozenset({territory})))
        assert http("GET", path + query).status_code == status


def test_a_cut_and_a_print_size_need_rights_of_their_own(http, house, published):
    open, online = published(19), published(20, grant="online")
    for id, statuses in ((open, [200, 200, 200]), (online, [200, 451, 451])):
        paths = (
            path_of(house, id),
            path_of(house, id, RenditionProfile.SQUARE, "square300.jpg"),
            path_of(house, id, RenditionProfile.PRINT, "print.jpg"),
        )
        assert [http("GET", path).status_code for path in paths] == statuses


def test_caches_keep_a_picture_no_longer_than_its_right_holds(http, house, published):
    for _ in range(2):
        now = datetime.now(UTC)
        last = now.date()
        assert not house.store.write(Batch((grant("short", licence=CC_BY, valid_until=last.isoformat()),))).refused
        age = http("GET", path_of(house, published(21, grant="short"))).headers["cache-control"]
        # Where midnight passed in between, the right is over, and the new day's is asked for.
        if datetime.now(UTC).date() == last:
            break

    midnight = datetime.fromisoformat(f"{last}T00:00Z") + timedelta(days=1)
    left = (midnight - now).total_seconds()
    assert left - 60 < int(age.partition("max-age=")[2].partition(",")[0]) <= left


@pytest.mark.parametrize("slug", ["..", "%2e%2e%2f%2e%2e%2fetc", "a%00b", "x" * 300, "Hill", "%F0%9F%92%A9"])
@pytest.mark.parametrize("file", ["original", "..%2foriginal", "w320-0123456789abcdef.jpg", "passwd"])
def test_names_that_are_none_lead_nowhere(http, slug, file):
    assert http("GET", f"/media/{slug}/{file}", "CREATOR").status_code == 404


def test_a_storage_that_fails_is_told_and_the_picture_is_not_written(house):
    # Nobody listens there, as where S3 is down.
    storage = Storage(
        S3Store("none", endpoint="http://127.0.0.1:9", client_options={"allow_http": True}, **_ONCE), "s3"
    )
    studio = Studio(storage, house.settings.incoming)
    uploads = Uploads(house.store, studio, Fingerprints(house.store), "en")
    before, data = house.store.stats().seq, different(22)
    with file_of(data) as file, pytest.raises(StorageFailed):
        uploads.take(file, hashlib.sha256(data).hexdigest(), len(data), Told(), Writer("tester", SYSTEM, True))

    assert house.store.stats().seq == before


def test_where_pictures_are_kept_is_told_to_nobody_when_it_fails(http, house, published, caplog):
    path = path_of(house, published(25))
    place = Path(house.settings.media)
    aside = place.rename(place.with_name("aside"))
    place.write_bytes(b"no folder")
    try:
        answers = [http("GET", path), http("POST", "/media?alt=Noise", "CREATOR", content=different(26), headers=JPEG)]
    finally:
        place.unlink()
        aside.rename(place)

    assert [one.status_code for one in answers] == [503, 503]
    assert [one for one in answers if str(house.settings.home) in one.text] == []
    assert str(place) in caplog.text
    assert http("GET", path).status_code == 200


def test_graphql_tells_the_renditions_of_a_purpose_with_addresses_that_answer(http, house, published):
    open, korea = published(23), published(24, grant="korea")
    question = """query ($ids: [ID!]!, $profile: RenditionProfile) { found: mediaItems(where: {id: {in: $ids}}) {
        nodes { id renditions(profile: $profile) { mediaType srcset files { url width height bytes } } } } }"""

    def asked(role: str = "PUBLIC", profile: str = "RESPONSIVE") -> dict[str, Any]:
        body = {"query": question, "variables": {"ids": [open, korea], "profile": profile}}
        answer = http("POST", "/graphql", role, json=body).json()
        return {one["id"]: one["renditions"] for one in answer["data"]["found"]["nodes"]}

    webp, jpeg = asked()[open]
    assert [webp["mediaType"], jpeg["mediaType"]] == ["image/webp", "image/jpeg"]
    path = jpeg["files"][0]["url"]
    assert path.endswith(path_of(house, open))
    assert jpeg["srcset"] == f"{path} 320w, {jpeg['files'][1]['url']} 400w"
    assert (jpeg["files"][0]["width"], jpeg["files"][0]["height"], jpeg["files"][0]["bytes"]) == (320, 240, None)

    size = len(http("GET", path_of(house, open)).content)
    assert asked()[open][1]["files"][0]["bytes"] == size
    # Cleared for Korea alone: nothing for whoever may be anywhere, a signed address for a partner there.
    assert asked()[korea] == []
    url, *_ = [one["url"] for one in asked("PARTNER", "KB_20")[korea][1]["files"]]
    assert "sig=" in url
    assert http("GET", url[url.index("/media/") :]).status_code == 200
    assert [one["mediaType"] for one in asked("PUBLIC", "SOCIAL")[open]] == ["image/jpeg"]
