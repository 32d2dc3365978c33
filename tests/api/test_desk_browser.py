"""The desk played through in a real browser, as people do it: two of them, with the script, and without a barrier."""

import shutil
import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys as Keyboard
from selenium.webdriver.support.ui import Select

from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from graph.store.batch import Batch, Put
from tests.api.test_cards_browser import AXE, BROKEN
from tests.api.test_embeds import CC_BY
from tests.api.test_mail import Server
from tests.api.test_pages_browser import FLAGS, complaints, loaded, narrow, soon
from tests.media.drawing import draw, encode

pytestmark = pytest.mark.browser
VI = "translation:asset.kimjang.vi"


@pytest.fixture(scope="module")
def post():
    """Where mail is taken in."""
    server = Server()
    yield server
    server.controller.stop()


@pytest.fixture(scope="module")
def door():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock


@pytest.fixture(scope="module")
def house(demonstration_home, tmp_path_factory, post, door):
    """The demonstration in a home that may be written to, where nobody is known for being here."""
    home = tmp_path_factory.mktemp("played") / "home"
    shutil.copytree(demonstration_home, home)
    (home / "demo").unlink()
    smtp = f"smtp://127.0.0.1:{post.port}"
    with opened(
        Settings(home=home, public_url=address(door), smtp_url=smtp, mail_from="duta@example.org")
    ) as opened_house:
        yield opened_house


def address(door: socket.socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"


@pytest.fixture(scope="module")
def url(house, door):
    server = uvicorn.Server(uvicorn.Config(make_app(house), proxy_headers=False, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield address(door)
    server.should_exit = True
    thread.join()


@contextmanager
def somebody(house, url, folder, name: str, role: Role):
    """A browser in which somebody has signed in."""
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={folder / name}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        driver.set_page_load_timeout(60)
        driver.get(f"{url}/sign-in?lang=en")
        driver.find_element(By.ID, "key").send_keys(Keys(house.store).create(name, role)[1])
        follow(driver, driver.find_element(By.CSS_SELECTOR, "form.door button"))
        assert driver.find_elements(By.CSS_SELECTOR, "form.account")
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def rina(house, url, tmp_path):
    with somebody(house, url, tmp_path, "Rina", Role.CREATOR) as driver:
        yield driver


@pytest.fixture
def eko(house, url, tmp_path):
    with somebody(house, url, tmp_path, "Eko", Role.EDITOR) as driver:
        yield driver


def body(driver) -> str:
    return str(driver.find_element(By.TAG_NAME, "body").text)


def press(driver, button: str, within: str = "main") -> None:
    """Press a button and wait for the page that answers."""
    for one in driver.find_elements(By.CSS_SELECTOR, f"{within} button"):
        if one.is_displayed() and one.text.split("\n")[0].startswith(button):
            follow(driver, one)
            return
    pytest.fail(f"There is no button {button!r} in {within}.")


def follow(driver, element) -> None:
    """Click what leads to another page, and wait until that is there whole."""
    page = driver.find_element(By.TAG_NAME, "html")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
    arrived(driver, page)


def arrived(driver, before) -> None:
    soon(driver, lambda _: gone(before))
    soon(driver, lambda one: one.execute_script("return document.readyState") == "complete")


def gone(element) -> bool:
    try:
        element.is_enabled()
    except Exception:  # noqa: BLE001 - stale, detached, or a frame that went: it is gone
        return True
    return False


def write(driver, id: str, text: str) -> None:
    field = driver.find_element(By.ID, id)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", field)
    field.clear()
    field.send_keys(text)


def test_a_stale_translation_is_found_mended_approved_by_another_and_public(house, url, rina, eko):
    source = "In late autumn families salt cabbages together. They share out the jars. Nobody makes kimchi for one."
    told = {"summary": source}
    assert not house.store.write(Batch((Put("asset:kimjang", "Asset", told),), "the test")).refused
    house.follower.follow()

    rina.get(f"{url}/find?lang=en&q=gimjang&picture=true")
    Select(rina.find_element(By.NAME, "place")).select_by_value("VN")
    Select(rina.find_element(By.NAME, "purpose")).select_by_value("CULTURE")
    press(rina, "Search", "form.form")
    hit = next(one for one in rina.find_elements(By.CSS_SELECTOR, ".found > li") if "Kimjang" in one.text)
    assert hit.find_element(By.CSS_SELECTOR, ".may").get_attribute("class").startswith("may allowed")
    assert hit.find_element(By.TAG_NAME, "img").get_attribute("src").startswith(f"{url}/media/")
    follow(rina, hit.find_element(By.PARTIAL_LINK_TEXT, "Edit"))

    languages = rina.find_element(By.CSS_SELECTOR, "[aria-labelledby=locales-title]")
    stale = next(one for one in languages.find_elements(By.TAG_NAME, "li") if "Vietnamese" in one.text)
    assert "stale: 3 sentences changed since" in stale.text
    follow(rina, stale.find_element(By.TAG_NAME, "a"))
    assert rina.find_elements(By.CSS_SELECTOR, ".source ins")
    mended = "Cuối thu, các gia đình cùng muối cải thảo. Họ chia nhau từng vại. Không ai muối kim chi cho riêng mình."
    write(rina, "f-summary", mended)
    write(rina, "reason", "The source was shortened")
    press(rina, "Propose the change")
    assert "Your change was handed in." in body(rina)
    assert complaints(rina) == []

    eko.get(f"{url}/a/kimjang?lang=vi")
    assert mended not in body(eko)
    eko.get(f"{url}/review?lang=en")
    row = next(one for one in eko.find_elements(By.CSS_SELECTOR, ".waits > li") if "muối kim chi" in one.text)
    assert "Vietnamese" in row.text
    assert "The source was shortened" in row.text
    assert "Written by Rina" in row.text
    tab_to(eko, f"[id='{row.get_attribute('id')}'] button[value=apply]")
    strike(eko, Keyboard.ENTER)
    assert "it is applied and public now" in body(eko)
    assert complaints(eko) == []

    rina.delete_all_cookies()
    for path in ("/a/kimjang?lang=vi", "/embed/kimjang?lang=vi"):
        rina.get(url + path)
        assert mended in body(rina)


def test_two_people_edit_one_text_and_neither_loses_a_word(url, rina, eko):
    path = f"{url}/edit/asset:kancil-and-tiger?lang=en"
    rina.get(path)
    eko.get(path)
    write(eko, "f-summary", "Eko tells it shortly.")
    press(eko, "Save", ".keep")
    assert "Saved." in body(eko)
    write(rina, "f-summary", "Rina tells it at length.")
    write(rina, "f-keywords", "mouse-deer")
    press(rina, "Save", ".keep")
    assert "Somebody else saved this while you were writing." in body(rina)
    theirs = rina.find_element(By.CSS_SELECTOR, ".theirs")
    assert "Eko" in theirs.find_element(By.TAG_NAME, "del").text
    assert rina.find_element(By.ID, "f-summary").get_attribute("value") == "Rina tells it at length."
    press(rina, "Save", ".keep")
    assert "Saved." in body(rina)
    assert rina.find_element(By.ID, "f-keywords").get_attribute("value") == "mouse-deer"


def test_names_are_offered_as_one_types_and_a_draft_is_kept_by_itself(house, url, rina):
    rina.get(f"{url}/edit/asset:kayu-manis-kerinci?lang=en")
    rina.find_element(By.XPATH, "//summary[contains(., 'belongs with')]").click()
    write(rina, "find-themes", "slow fo")
    offered = soon(
        rina, lambda one: one.find_elements(By.CSS_SELECTOR, "[data-offered] input[value='theme:slow-food']")
    )
    assert "Slow food" in rina.find_element(By.ID, "l-themes").text
    offered[0].click()
    write(rina, "f-summary", "Bark from the slopes of a volcano.")
    soon(rina, lambda one: one.find_element(By.ID, "kept").text == "Kept as a draft.")
    write(rina, "f-keywords", "cinnamon")
    press(rina, "Save", ".keep")
    assert "Saved." in body(rina)
    assert rina.find_element(By.ID, "f-keywords").get_attribute("value") == "cinnamon"
    assert rina.find_element(By.CSS_SELECTOR, "input[name=themes][value='theme:slow-food']").is_selected()
    assert complaints(rina) == []
    assert [one for one in loaded(rina) if not one.startswith(url)] == []


def test_a_picture_with_a_right_that_does_not_let_it_out_is_told_before_it_may_go(house, url, rina, tmp_path):
    over = {"title": "Sample loan of photographs", "locale": "en", "licence": CC_BY, "valid_until": "2024-12-31"}
    told = {"title": "Sample weavers", "kind": "TEXT", "locale": "en"}
    puts = (Put("rightsgrant:sample-loan", "RightsGrant", {**over, "state": "APPROVED"}),
            Put("asset:sample-weavers", "Asset", told))  # fmt: skip
    assert not house.store.write(Batch(puts, "the test")).refused
    house.follower.follow()
    (tmp_path / "loom.jpg").write_bytes(encode(draw(width=643)))

    rina.get(f"{url}/edit/asset:sample-weavers/picture?lang=en")
    rina.find_element(By.ID, "file").send_keys(str(tmp_path / "loom.jpg"))
    write(rina, "alt", "Hands at a loom")
    write(rina, "credit", "Sample photographer")
    press(rina, "Send the picture")
    follow(rina, rina.find_element(By.CSS_SELECTOR, "main a[href*='/edit/media:']"))
    assert "Nothing says under which rights it may be shown." in body(rina)
    rina.find_element(By.XPATH, "//summary[contains(., 'belongs with')]").click()
    write(rina, "find-rights", "sample loan")
    soon(rina, lambda one: one.find_elements(By.CSS_SELECTOR, "[data-offered] input[value='rightsgrant:sample-loan']"))
    rina.find_element(By.CSS_SELECTOR, "input[value='rightsgrant:sample-loan']").click()
    press(rina, "Save", ".keep")
    why = "“Sample loan of photographs” ended on 31 December 2024."
    assert f"No right on file lets it be published. {why}" in body(rina)
    assert complaints(rina) == []


def tab_to(driver, wanted: str) -> None:
    """Go on by the tabulator to what fits a selector; where one is has to be seen."""
    for _ in range(250):
        ActionChains(driver).send_keys(Keyboard.TAB).perform()
        at = driver.switch_to.active_element
        if driver.execute_script("return arguments[0].matches(arguments[1])", at, wanted):
            assert at.value_of_css_property("outline-style") != "none"
            return
    pytest.fail(f"The tabulator does not lead to {wanted}.")


def strike(driver, *keys: str) -> None:
    """Strike keys that lead to another page, and wait for it."""
    page = driver.find_element(By.TAG_NAME, "html")
    ActionChains(driver).send_keys(*keys).perform()
    arrived(driver, page)


def test_somebody_finds_edits_and_hands_in_by_keyboard_alone(house, url, rina):
    told = {"title": "Sample keyboard tale", "kind": "TEXT", "locale": "en", "state": "PUBLISHED", "marking": "PUBLIC"}
    assert not house.store.write(Batch((Put("asset:sample-keys", "Asset", told),), "the test")).refused
    house.follower.follow()
    rina.get(f"{url}/?lang=en")
    tab_to(rina, ".skip")
    tab_to(rina, "nav.desk a[href^='/find']")
    strike(rina, Keyboard.ENTER)
    tab_to(rina, "input[name=q]")
    strike(rina, "sample keyboard tale", Keyboard.ENTER)
    tab_to(rina, ".found a[href*='/edit/asset:sample-keys']")
    strike(rina, Keyboard.ENTER)
    tab_to(rina, "#f-summary")
    ActionChains(rina).send_keys("Told without a mouse.").perform()
    tab_to(rina, ".keep button[value=save]")
    strike(rina, Keyboard.ENTER)
    assert "Your change was handed in." in body(rina)
    assert "Waits to be decided" in body(rina)
    assert complaints(rina) == []


def test_mail_drafts_tables_and_pictures_of_the_graph_are_had_by_keyboard_alone(url, rina, post, tmp_path):
    rina.get(f"{url}/mine?lang=en")
    tab_to(rina, "#address")
    strike(rina, "rina@example.org", Keyboard.ENTER)
    assert rina.find_element(By.ID, "address").get_attribute("value") == "rina@example.org"
    soon(rina, lambda _: post.got)

    rina.get(f"{url}/find?lang=en&q=keroncong")
    tab_to(rina, ".views a[href*='drafts=true']")
    strike(rina, Keyboard.ENTER)
    assert rina.find_elements(By.CSS_SELECTOR, "form input[name=drafts]")

    rina.get(f"{url}/q/coverage-gaps?lang=en")
    tab_to(rina, ".asks button")
    strike(rina, Keyboard.ENTER)
    assert "The request was written, with its letter." in body(rina)
    asked = rina.find_element(By.CSS_SELECTOR, ".waits h3").text
    tab_to(rina, ".answer-form input[name=reason]")
    ActionChains(rina).send_keys("Done, it is told in Vietnamese.").perform()
    tab_to(rina, ".answer-form button[value=DONE]")
    strike(rina, Keyboard.ENTER)
    assert "told=1" in rina.current_url
    assert asked not in body(rina)

    (tmp_path / "kuliner.csv").write_text(SHEET, "utf-8")
    rina.get(f"{url}/import?lang=en")
    tab_to(rina, "#file")
    rina.find_element(By.ID, "file").send_keys(str(tmp_path / "kuliner.csv"))
    tab_to(rina, "#bring button")
    strike(rina, Keyboard.ENTER)
    tab_to(rina, "li[data-key=Cerita] select")
    ActionChains(rina).send_keys("Summary").perform()
    assert rina.find_element(By.CSS_SELECTOR, ".zone[data-value=summary]").text.split("\n") == ["Summary", "Cerita"]
    tab_to(rina, "#columns button[value=columns]")
    strike(rina, Keyboard.ENTER)
    assert "2 new · 3 refused" in body(rina)

    folder = tmp_path / "downloads"
    folder.mkdir()
    rina.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    rina.get(f"{url}/graph/asset:kimjang?lang=en")
    for wanted, ending in (("a[href*='format=csv']", "csv"), ("#png", "png")):
        tab_to(rina, wanted)
        ActionChains(rina).send_keys(Keyboard.ENTER).perform()
        soon(rina, lambda _, ending=ending: [*folder.glob(f"*.{ending}")])
    assert complaints(rina) == []


PAGES = (
    "/edit/asset:kimjang",
    f"/edit/{VI}",
    "/edit/asset:kimjang/picture",
    "/edit/new/Campaign",
    "/edit/asset:kimjang/history",
    "/find?type=Mission&view=map",
    "/mine",
    "/import",
    "/graph/asset:kimjang",
    "/review",
    "/q/coverage-gaps",
    "/q/plan-a-story",
)


@pytest.mark.clients
def test_axe_finds_no_barrier_and_nothing_is_wider_than_a_telephone(url, rina, eko):
    found = dict[str, object]()
    rina.get(f"{url}/edit/asset:batik?lang=en")
    write(rina, "f-summary", "Wax keeps the cloth from the dye, and the hand keeps the line.")
    press(rina, "Propose the change")
    for page in PAGES:
        driver = eko if page == "/review" else rina
        for lang, dark in (("en", False), ("id", True)):
            driver.get(f"{url}{page}{'&' if '?' in page else '?'}lang={lang}")
            found |= barriers(driver, f"{page} {lang}", dark=dark)
        if (weight := driver.execute_script(WEIGHT)) > 150_000:
            found[f"{page} weighs"] = weight
        assert page != "/review" or driver.find_elements(By.CSS_SELECTOR, ".changes del")
        assert not page.startswith("/q/") or driver.find_elements(By.CSS_SELECTOR, ".asks button")
    assert found == {}


#: What a page brings over the wire but pictures, whether it was kept from before or not.
WEIGHT = """
const parts = performance.getEntriesByType("resource").filter((one) => one.initiatorType !== "img");
return [...performance.getEntriesByType("navigation"), ...parts].reduce((all, one) => all + one.encodedBodySize, 0);
"""


def barriers(driver, page: str, *, dark: bool = False, width: int = 320) -> dict[str, object]:
    """What axe finds on a page, and what of it is wider than the window."""
    found = dict[str, object]()
    narrow(driver, width, dark=dark)
    driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    if driver.execute_script("return document.documentElement.scrollWidth") > width:
        found[f"{page} wide"] = driver.execute_script(WIDE)
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    broken = driver.execute_async_script(BROKEN)
    return found | ({page: broken} if broken else {})


SHEET = """Judul,Jenis,Tema,Negara,Tanggal,Bahasa,Cerita
Sate lilit,work,Slow food,ID,17/08/1945,id,Daging cincang pada batang serai.
Gado-gado sample,WORK,Slow food,Indonesia,03/04/2001,id,
Jamu gendong sample,painting,Slow food,ID,,id,
Kolintang sample,WORK,Fast food,ID,,id,
Tenun ikat sample,WORK,Slow food,ID,2000-13-40,id,
"""


def bring(driver, url: str, folder) -> None:
    """Send a table, and say what its last column is by dragging it onto a field."""
    (folder / "kuliner.csv").write_text(SHEET, "utf-8")
    driver.get(f"{url}/import?lang=en")
    driver.find_element(By.ID, "file").send_keys(str(folder / "kuliner.csv"))
    press(driver, "Send the table")
    column = driver.find_element(By.CSS_SELECTOR, ".keys li[data-key=Cerita]")
    assert column.find_element(By.TAG_NAME, "select").get_attribute("value") == ""
    zone = driver.find_element(By.CSS_SELECTOR, ".zone[data-value=summary]")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", column)
    grip = column.find_element(By.CSS_SELECTOR, ".grip")
    ActionChains(driver).click_and_hold(grip).move_to_element(zone).release().perform()
    assert column.find_element(By.TAG_NAME, "select").get_attribute("value") == "summary"
    assert zone.text.split("\n") == ["Summary", "Cerita"]


def test_a_sheet_with_three_bad_rows_is_mended_in_place_brought_in_and_taken_back(url, rina, tmp_path):
    bring(rina, url, tmp_path)
    press(rina, "See what would change")
    assert "2 new · 3 refused" in body(rina)
    bad = [one.text for one in rina.find_elements(By.CSS_SELECTOR, "td.bad")]
    assert ["painting" in bad[0], 'with the name "Fast food"' in bad[1], "no day of the calendar" in bad[2]] == [
        True
    ] * 3
    Select(rina.find_element(By.ID, "c-4-1")).select_by_value("WORK")
    write(rina, "c-5-2", "Slow food")
    write(rina, "c-6-4", "2000-12-04")
    press(rina, "Keep what I mended")
    assert "5 new" in body(rina)
    assert rina.find_elements(By.CSS_SELECTOR, "td.bad") == []
    write(rina, "reason", "The food week")
    press(rina, "Bring in 5")
    assert "Brought in, as import-" in body(rina)
    follow(rina, rina.find_element(By.LINK_TEXT, "Sate lilit"))
    assert rina.find_element(By.ID, "f-summary").get_attribute("value") == "Daging cincang pada batang serai."
    rina.back()
    follow(rina, soon(rina, lambda one: one.find_element(By.LINK_TEXT, "Take it back")))
    assert "This would bring 5 things back" in body(rina)
    press(rina, "Take it back now")
    assert "Taken back, as batch-" in body(rina)
    assert rina.find_elements(By.LINK_TEXT, "Sate lilit") == []
    assert complaints(rina) == []
    assert [one for one in loaded(rina) if not one.startswith(url)] == []


@pytest.mark.clients
def test_axe_finds_no_barrier_in_a_sheet_on_its_way(url, rina, tmp_path):
    found = dict[str, object]()
    bring(rina, url, tmp_path)
    for width, dark in ((320, False), (1280, True)):
        found |= barriers(rina, f"columns {width}", width=width, dark=dark)
    press(rina, "See what would change")
    for width, dark in ((320, False), (320, True), (1280, False), (1280, True)):
        found |= barriers(rina, f"look {width} {dark}", width=width, dark=dark)
    press(rina, "Bring in 2")
    follow(rina, rina.find_element(By.LINK_TEXT, "Take it back"))
    for width, dark in ((320, True), (1280, False)):
        found |= barriers(rina, f"done {width}", width=width, dark=dark)
    press(rina, "Take it back now")
    assert found == {}


WIDE = """
return [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
"""


def test_the_neighbourhood_of_a_thing_is_taken_away_as_a_picture_of_pixels_with_its_words_in_it(url, rina, tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    rina.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    rina.get(f"{url}/graph/asset:kimjang?lang=ko&link=themes")
    svg = rina.find_element(By.CSS_SELECTOR, "figure svg")
    width, height = (int(svg.get_attribute(name)) for name in ("width", "height"))

    rina.find_element(By.ID, "png").click()
    soon(rina, lambda _: [*folder.glob("*.png")])

    with Image.open(folder / "asset-kimjang.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (2 * width, 2 * height))
        dark = [one for one in picture.convert("L").tobytes() if one < 60]
    # Letters are the only dark things in it.
    assert len(dark) > 300
    assert complaints(rina) == []
    assert rina.find_element(By.ID, "png-said").text == ""
