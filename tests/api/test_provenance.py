"""Where pictures come from, at the doors: told to who uploads, shown on a page of the story, signed when they leave."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.pictures import read_pictures
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from media.errors import StorageFailed
from media.profiles import RenditionProfile, plans
from media.provenance import Provenance
from media.signing import open_anchors
from media.storage import storage_in_memory
from media.studio import Studio
from tests.media.certificates import certified
from tests.media.drawing import draw, encode, file_of
from tests.media.test_provenance import by_a_camera

pytestmark = pytest.mark.c2pa
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "text_state": "PUBLISHED", "locale": "en"}
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def house(tmp_path_factory, own):
    named = {"c2pa_key": own.key, "c2pa_certificate": own.certificate, "c2pa_anchors": own.anchors}
    with opened(Settings(home=tmp_path_factory.mktemp("home"), **named)) as house:
        yield house


@pytest.fixture(scope="module")
def http(house):
    client = TestClient(make_app(house), base_url="http://127.0.0.1", client=("192.0.2.7", 1))
    key = Keys(house.store).create("an editor", Role.EDITOR)[1]

    def ask(method: str, path: str, *, known: bool = False, **more: Any) -> Any:
        headers = {**more.pop("headers", {}), **({"authorization": f"Bearer {key}"} if known else {})}
        return client.request(method, path, headers=headers, follow_redirects=False, **more)

    return ask


@pytest.fixture(scope="module")
def told(http, house, own, tmp_path_factory):
    """What was answered to uploads: from a camera that is vouched for, changed since, and without a signature."""
    signed = by_a_camera(encode(draw(1400, 900)), own)
    tampered = bytearray(by_a_camera(encode(draw(1300, 900)), own))
    tampered[-100] ^= 1
    found: dict[str, Any] = {}
    for name, data in (("signed", signed), ("tampered", bytes(tampered)), ("plain", encode(draw(300, 200)))):
        path, kind = f"/media?name={name}.jpg&alt=A%20hill&credit=Contoh&locale=en", {"content-type": "image/jpeg"}
        found[name] = http("POST", path, known=True, content=data, headers=kind).json()
    rights = {"rights": (To("rightsgrant:open"),)}
    links = {**rights, "media": tuple(To(one["id"], {"position": at}) for at, one in enumerate(found.values()))}
    grant = {"title": "open", "state": "APPROVED", "locale": "en", "licence": CC_BY}
    puts = (
        Put("rightsgrant:open", "RightsGrant", grant),
        *(Put(one["id"], "Media", LIVE, rights) for one in found.values()),
        Put("asset:hill", "Asset", {"title": "A hill", "kind": "PHOTO", **LIVE}, links),
        Put("asset:draft", "Asset", {"title": "Hidden", "kind": "PHOTO", "locale": "en"}, links),
    )
    assert not house.store.write(Batch(puts)).refused
    return found


def test_who_uploads_is_told_what_the_manifest_says_and_whether_it_holds(told):
    assert told["signed"]["provenance"] == {
        "state": "TRUSTED",
        "signer": "Sample desk, Sample",
        "madeWith": "Sample camera 2",
        "actions": ["created"],
        "madeFrom": [],
        "problems": [],
    }
    assert told["tampered"]["provenance"]["state"] == "INVALID"
    assert told["plain"]["provenance"]["state"] == "NONE"


def test_the_story_has_a_page_that_says_where_its_pictures_come_from(http, told):
    page = http("GET", "/a/hill/provenance?lang=en")

    assert page.status_code == 200
    for sentence in (
        "Signed, and not changed since.",
        "Changed since it was signed, or the signature is damaged.",
        "No signature.",
        "assertion.dataHash.mismatch",
        "Sample camera 2",
        "Large pictures from here are signed by us",
    ):
        assert sentence in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "/a/hill/provenance?lang=en" in http("GET", "/a/hill?lang=en").text
    assert "Tanpa tanda tangan." in http("GET", "/a/hill/provenance?lang=id").text


def test_of_what_a_reader_does_not_see_there_is_no_such_page(http, told):
    for slug in ("draft", "none", "..%2f", "hill%00"):
        assert http("GET", f"/a/{slug}/provenance").status_code == 404


def test_what_is_given_out_is_signed_and_the_original_stays_as_it_came(http, house, told, own, tmp_path):
    reader = Studio(storage_in_memory(), tmp_path, anchors=open_anchors(own.anchors))
    id = told["signed"]["id"]
    picture = read_pictures(house.store, [id])[id]
    [plan] = [one for one in plans(picture.source, RenditionProfile.RESPONSIVE) if one.file == "w1400.webp"]
    given = http("GET", picture.path(plan))
    copy = http("GET", f"/media/{id.removeprefix('media:')}/signed", known=True)
    with file_of(given.content) as file, file_of(copy.content) as other:
        found, whole = reader.provenance(file, "WEBP"), reader.provenance(other, "JPEG")

    assert (found.state, found.made_from) == (Provenance.TRUSTED, (id,))
    assert (whole.state, whole.actions) == (Provenance.TRUSTED, ("opened", "redacted", "published"))
    assert http("GET", f"/media/{id.removeprefix('media:')}/signed").status_code == 403
    assert len(http("GET", f"/media/{id.removeprefix('media:')}/original", known=True).content) == picture.size


def test_an_installation_with_half_a_key_does_not_start(tmp_path, own):
    with (
        opened(Settings(home=tmp_path / "home", c2pa_key=own.key)) as house,
        pytest.raises(StorageFailed, match="one of them is not named"),
    ):
        make_app(house)
