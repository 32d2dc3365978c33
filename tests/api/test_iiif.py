"""The door of IIIF: who gets what of a picture by the Image API, and what the manifest of a story tells."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put, To
from tests.media.drawing import encode

JPEG = {"content-type": "image/jpeg"}
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC", "text_state": "PUBLISHED"}
ONLY_ONLINE = {"left": "deliveryChannel", "operator": "eq", "right": "WEBSITE"}
RULE = {"effect": "permission", "action": ["display", "distribute"], "constraints": [ONLY_ONLINE]}
CROP = {**RULE, "action": ["display", "distribute", "modify"]}
GRANTS: dict[str, dict[str, Any]] = {"open": {"licence": CC_BY}, "shown": {"rules": [RULE]}, "cut": {"rules": [CROP]}}
SIZE = (2400, 1200)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with opened(Settings(home=tmp_path_factory.mktemp("iiif"), public_url="https://duta.example.org")) as house:
        yield house


@pytest.fixture(scope="module")
def client(house):
    return TestClient(make_app(house), base_url="http://127.0.0.1", client=("192.0.2.7", 1))


@pytest.fixture(scope="module")
def slugs(house, client) -> dict[str, str]:
    """Pictures by what their rights allow, and one that is a draft; the first is in a story."""
    key = Keys(house.store).create("Sari", Role.CREATOR)[1]
    found = {}
    for number, name in enumerate(("open", "shown", "cut", "none", "draft")):
        content = encode(Image.new("RGB", SIZE, (40 * number, 90, 200)).resize(SIZE))
        path = f"/media?alt=Noise&credit=Foto:+Contoh&name={name}"
        told = client.post(path, content=content, headers={**JPEG, "authorization": f"Bearer {key}"}).json()
        found[name] = told["id"].partition(":")[2]
    puts = [
        Put(f"rightsgrant:{name}", "RightsGrant", {"title": name, "state": "APPROVED", "locale": "en", **values})
        for name, values in GRANTS.items()
    ]
    for name, slug in found.items():
        rights = (To(f"rightsgrant:{name}"),) if name in GRANTS else ()
        state = {} if name == "draft" else LIVE
        puts.append(Put(f"media:{slug}", "Media", {"locale": "en", **state}, {"rights": rights}))
    puts.append(
        Put(
            "asset:story",
            "Asset",
            {"title": "A story", "summary": "Of noise.", "locale": "en", "kind": "TEXT", **LIVE},
            {
                "media": (To(f"media:{found['open']}"), To(f"media:{found['draft']}")),
                "rights": (To("rightsgrant:open"),),
            },
        )
    )
    puts.append(
        Put(
            "translation:story",
            "Translation",
            {"locale": "ko", "title": "이야기", "state": "PUBLISHED", "marking": "PUBLIC", "form": "FULL"},
            {"translates": (To("asset:story"),)},
        )
    )
    assert not house.store.write(Batch(tuple(puts))).refused
    return found


def image_of(answer: Any) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(BytesIO(answer.content))


def test_what_is_said_of_a_picture_is_by_its_rights(client, slugs):
    told = client.get(f"/iiif/3/{slugs['open']}/info.json").json()
    narrow = client.get(f"/iiif/3/{slugs['cut']}/info.json").json()

    assert (told["@context"], told["type"], told["profile"]) == (
        "http://iiif.io/api/image/3/context.json", "ImageService3", "level2",
    )  # fmt: skip
    assert told["id"] == f"https://duta.example.org/iiif/3/{slugs['open']}"
    # For print it is given whole; else no larger than any page shows it.
    assert (told["width"], told["height"]) == SIZE
    assert (narrow["width"], narrow["height"]) == (1920, 960)
    assert (told["maxWidth"], told["maxHeight"]) == (1920, 1920)
    assert told["rights"] == CC_BY
    assert "rights" not in narrow
    assert told["sizes"][0] == {"width": 320, "height": 160}
    assert told["tiles"] == [{"width": 512, "scaleFactors": [1, 2, 4, 8]}]


def test_the_address_of_a_picture_leads_to_what_is_said_of_it(client, slugs):
    answer = client.get(f"/iiif/3/{slugs['open']}", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (
        303, f"https://duta.example.org/iiif/3/{slugs['open']}/info.json",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status"), [("open", 200), ("cut", 200), ("shown", 451), ("none", 403), ("draft", 404)]
)
def test_what_not_everybody_may_show_and_cut_is_given_to_nobody_here(house, client, slugs, name, status):
    key = Keys(house.store).create("Eko", Role.ADMIN)[1]
    for headers in ({}, {"authorization": f"Bearer {key}"}):
        for path in ("info.json", "full/320,/0/default.jpg", "0,0,512,512/512,512/0/default.jpg"):
            assert client.get(f"/iiif/3/{slugs[name]}/{path}", headers=headers).status_code == status


def test_a_tile_is_kept_and_whatever_else_somebody_thinks_of_is_not(house, client, slugs):
    def kept() -> int:
        return sum(1 for one in Path(house.settings.media, "r").rglob("iiif-*") if one.is_file())

    before = kept()
    tile = image_of(client.get(f"/iiif/3/{slugs['open']}/512,0,512,512/512,512/0/default.jpg"))
    odd = image_of(client.get(f"/iiif/3/{slugs['open']}/513,0,512,512/500,/!90/gray.png"))

    assert (tile.size, odd.size, odd.format, odd.mode) == ((512, 512), (500, 500), "PNG", "L")
    assert kept() == before + 1
    client.get(f"/iiif/3/{slugs['open']}/512,0,512,512/max/0/color.jpg")
    assert kept() == before + 1


def test_an_answer_names_its_canonical_form_and_is_not_sent_again(client, slugs):
    path = f"/iiif/3/{slugs['open']}"
    answer = client.get(f"{path}/pct:0,0,50,100/600,/0/color.jpg", headers={"origin": "https://viewer.example"})
    again = client.get(f"{path}/0,0,1200,1200/600,600/0/default.jpg", headers={"if-none-match": answer.headers["etag"]})

    links = answer.headers["link"]
    assert f'<https://duta.example.org{path}/0,0,1200,1200/600,600/0/default.jpg>;rel="canonical"' in links
    assert '<http://iiif.io/api/image/3/level2.json>;rel="profile"' in links
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("5000,0,1,1/max/0/default.jpg", 400),
        ("full/max/0/default.tif", 501),
        ("full/max/7/default.jpg", 501),
        ("full/9999,/0/default.jpg", 400),
        ("%2e%2e/max/0/default.jpg", 400),
        ("full/max/0/..%2fpasswd", 404),
        ("full/max/0/default.jpg%00", 400),
    ],
)
def test_a_wrong_request_is_told_what_to_write(client, slugs, path, status):
    answer = client.get(f"/iiif/3/{slugs['open']}/{path}")

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("slug", ["nobody", "..", "%00", "x" * 300, "Hill"])
def test_a_picture_that_is_none_is_not_found(client, slugs, slug):
    assert client.get(f"/iiif/3/{slug}/info.json").status_code in (404, 303)


def test_who_asks_for_linked_data_gets_it_under_its_name(client, slugs):
    linked = client.get(f"/iiif/3/{slugs['open']}/info.json", headers={"accept": "application/ld+json"})
    plain = client.get(f"/iiif/3/{slugs['open']}/info.json", headers={"accept": "*/*"})

    assert linked.headers["content-type"] == ('application/ld+json;profile="http://iiif.io/api/image/3/context.json"')
    assert plain.headers["content-type"] == "application/json"
    assert linked.json() == plain.json()


def test_the_manifest_of_a_story_has_its_words_rights_and_open_pictures(client, slugs):
    told = client.get("/iiif/presentation/3/story/manifest.json").json()

    assert told["id"] == "https://duta.example.org/iiif/presentation/3/story/manifest.json"
    assert told["label"] == {"en": ["A story"], "ko": ["이야기"]}
    assert told["summary"] == {"en": ["Of noise."]}
    assert told["rights"] == CC_BY.replace("https", "http")
    assert told["requiredStatement"]["value"] == {"none": ["Foto: Contoh"]}
    assert told["homepage"][0]["id"] == "https://duta.example.org/a/story"
    (canvas,) = told["items"]
    assert (canvas["width"], canvas["height"], canvas["label"]) == (*SIZE, {"en": ["Noise"]})
    body = canvas["items"][0]["items"][0]["body"]
    assert body["service"] == [
        {"id": f"https://duta.example.org/iiif/3/{slugs['open']}", "type": "ImageService3", "profile": "level2"}
    ]
    found = image_of(client.get(body["id"].removeprefix("https://duta.example.org")))
    assert found.size == (body["width"], body["height"]) == (1920, 960)


def test_there_is_no_manifest_of_what_is_not_there_or_out_of_sight(house, client, slugs):
    assert not house.store.write(
        Batch((Put("asset:draft", "Asset", {"title": "D", "locale": "en", "kind": "TEXT"}),))
    ).refused

    answers = [client.get(f"/iiif/presentation/3/{id}/manifest.json") for id in ("draft", "nobody", "..%00")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
