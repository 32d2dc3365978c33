"""The start page and the explorer in a real browser: they work, and load from here only."""

import socket
import threading
import time
from urllib.parse import urlencode

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,1000",
    "--lang=en",
)


@pytest.fixture(scope="module")
def url(demonstration_app):
    with socket.create_server(("127.0.0.1", 0)) as sock:
        server = uvicorn.Server(uvicorn.Config(demonstration_app, proxy_headers=False, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def browser(tmp_path):
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


def soon(driver, condition, seconds=60):
    return WebDriverWait(driver, seconds).until(condition)


def complaints(driver) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]


def loaded(driver):
    return driver.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")


def narrow(driver, width: int, *, dark: bool = False) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def test_the_search_box_answers_on_the_page(browser, url):
    browser.get(f"{url}/?lang=en")
    browser.find_element(By.ID, "q").send_keys("한식", Keys.ENTER)

    told = soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, "[role=status]"))
    assert "things found for “한식”." in told.text
    assert browser.find_elements(By.CSS_SELECTOR, ".hits mark")
    assert complaints(browser) == []
    assert [address for address in loaded(browser) if not address.startswith(url)] == []


def test_a_count_opens_in_the_explorer_and_runs(browser, url):
    browser.get(f"{url}/?lang=en")
    browser.find_element(By.CSS_SELECTOR, ".counts a").click()
    answer = run(browser)

    assert '"totalCount": 22' in answer
    assert "query=" not in browser.current_url


def test_the_explorer_opens_with_the_examples_and_runs_the_first(browser, url):
    browser.get(f"{url}/explorer")
    answer = run(browser)

    assert '"totalCount": 11' in answer
    assert len(browser.find_elements(By.CSS_SELECTOR, ".graphiql-tabs [role=tab], .graphiql-tab")) >= 10
    assert "you see what a planner sees" in browser.find_element(By.ID, "notice").text
    assert complaints(browser) == []
    assert [address for address in loaded(browser) if not address.startswith((url, "data:", "blob:"))] == []


@pytest.mark.parametrize(
    "path",
    ["/?lang=en", "/find?q=kimchi&lang=id&place=FR", "/find?q=zzzqqq&lang=en", "/find?type=Mission&view=map&lang=en"],
)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(browser, url, path, width):
    browser.get(url + path)
    narrow(browser, width)

    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


CONTRAST = """
const bare = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = (node) => {
  if (!node) return [255, 255, 255];
  const [r, g, b, alpha = 1] = bare(getComputedStyle(node).backgroundColor);
  if (alpha === 1) return [r, g, b];
  const below = ground(node.parentElement);
  return [r, g, b].map((v, i) => v * alpha + below[i] * (1 - alpha));
};
const found = [];
for (const node of document.querySelectorAll("body *")) {
  const said = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (!said || !node.getClientRects().length) continue;
  const [a, b] = [light(bare(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) found.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}`);
}
return found;
"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_contrast(browser, url, dark):
    browser.get(f"{url}/find?q=kimchi&lang=en&type=Asset&place=FR")
    narrow(browser, 1280, dark=dark)

    assert browser.execute_script(CONTRAST) == []


def test_everything_can_be_reached_by_keyboard_and_shows_its_focus(browser, url):
    browser.get(f"{url}/?lang=en")
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to content"
    outlines = set()
    for _ in range(12):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        outlines.add(browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle"))

    assert outlines == {"solid"}


def test_targets_are_large_enough_to_touch(browser, url):
    browser.get(f"{url}/find?q=kimchi&lang=en")
    narrow(browser, 360)
    small = browser.execute_script(
        "return [...document.querySelectorAll('button, .chip, .button, .counts a, .bar nav a, summary')]"
        ".filter((node) => node.getClientRects().length)"
        ".filter((node) => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; })"
        ".map((node) => node.outerHTML)"
    )

    assert small == []


QUESTION = "{ assets(first: 100) { nodes { themes(first: 3) { nodes { name } } } } }"
TOO_DEAR = "{ assets(first: 100) { nodes { themes(first: 100) { nodes { assets(first: 9) { nodes { id } } } } } } }"
TOLD_OFF = "Asks for 110,201 of 25,000 objects: shorten its pages"


def ask(browser, url: str, query: str, variables: str = "") -> None:
    """Open a question by its link and wait for its editor."""
    browser.get(f"{url}/explorer#{urlencode({'query': query, 'variables': variables})}")
    soon(browser, lambda driver: driver.find_elements(By.CSS_SELECTOR, ".graphiql-query-editor .view-line span"))


def price(browser) -> str:
    told: str = browser.find_element(By.CSS_SELECTOR, ".cost [role=status]").text
    return told


def test_the_price_stands_there_before_a_question_is_run(browser, url):
    ask(browser, url, QUESTION)
    soon(browser, lambda driver: price(driver) == "Asks for 501 of 25,000 objects")

    type_into(browser, ".graphiql-query-editor", "{ assets(first: 101) { totalCount nodes { id } } }")
    soon(browser, lambda driver: price(driver).startswith("first is 101; 100 are allowed."))
    type_into(browser, ".graphiql-query-editor", "{ assets { nodes { nobody } } }")
    soon(browser, lambda driver: price(driver).startswith("Cannot query field 'nobody' on type 'Asset'."))
    type_into(browser, ".graphiql-query-editor", TOO_DEAR)
    soon(browser, lambda driver: price(driver) == TOLD_OFF)
    assert answered(browser).strip() == ""
    assert complaints(browser) == []


def test_a_question_is_kept_as_a_file_and_opened_again(browser, url, tmp_path):
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
    ask(browser, url, "query Some($n: Int) { assets(first: $n) { totalCount } }", '{\n  "n": 2\n}')
    browser.find_element(By.CSS_SELECTOR, "button[aria-label='Show Keep and share']").click()
    title = soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, ".share input"))
    assert title.get_attribute("value") == "Some"
    title.send_keys(Keys.CONTROL, "a")
    title.send_keys("Some, for “Seoul”")
    named(browser, "Save as a file").click()
    kept = downloads / "some-for-seoul.graphql"
    soon(browser, lambda _driver: kept.exists())

    assert kept.read_text("utf-8") == (
        '# en: Some, for “Seoul”\n# variables: {"n":2}\nquery Some($n: Int) { assets(first: $n) { totalCount } }\n'
    )
    type_into(browser, ".graphiql-query-editor", "{ __typename }")
    browser.find_element(By.CSS_SELECTOR, ".share input[type=file]").send_keys(str(kept))
    soon(browser, lambda driver: "Opened “Some, for “Seoul””." in driver.find_element(By.CSS_SELECTOR, ".share").text)
    assert '"totalCount": ' in run(browser)


def test_a_link_opens_the_same_question_elsewhere_and_no_server_is_told(browser, url):
    ask(browser, url, QUESTION, '{"a": "김치 #1"}')
    browser.find_element(By.CSS_SELECTOR, "button[aria-label='Show Keep and share']").click()
    soon(browser, lambda driver: named(driver, "Copy a link")).click()
    link = soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, ".share input[readonly]"))
    made = link.get_attribute("value")
    assert "#" not in browser.current_url

    browser.get("about:blank")
    browser.get(made)
    soon(browser, lambda driver: price(driver) == "Asks for 501 of 25,000 objects")
    shown = browser.execute_script("return document.querySelector('.graphiql-editor-tool').innerText")
    assert "김치 #1" in shown.replace("\u00a0", " ")
    told = [
        entry["message"] for entry in browser.get_log("performance") if "Network.requestWillBeSent" in entry["message"]
    ]
    assert [one for one in told if "explorer?query" in one] == []


def test_a_key_typed_as_a_header_is_sent_and_kept_nowhere(browser, url):
    ask(browser, url, QUESTION)
    soon(browser, lambda driver: price(driver) == "Asks for 501 of 25,000 objects")
    named(browser, "Headers").click()
    type_into(browser, ".graphiql-editor-tool .graphiql-editor:not(.hidden)", '{"Authorization": "Bearer nonsense"}')
    soon(browser, lambda driver: "objects" not in price(driver))
    browser.find_element(By.CSS_SELECTOR, "button.graphiql-execute-button").click()
    soon(browser, lambda driver: "UNAUTHENTICATED" in answered(driver))
    browser.find_element(By.CSS_SELECTOR, "button[aria-label='Show Keep and share']").click()
    soon(browser, lambda driver: named(driver, "Copy a link")).click()
    soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, ".share input[readonly]"))

    held = "return JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})"
    assert "graphiql:queries" in browser.execute_script(held)
    assert "nonsense" not in browser.execute_script(held)
    assert "nonsense" not in browser.find_element(By.CSS_SELECTOR, ".share input[readonly]").get_attribute("value")


def test_an_example_is_asked_with_the_headers_of_the_tab_in_front(browser, url):
    ask(browser, url, QUESTION)
    soon(browser, lambda driver: price(driver) == "Asks for 501 of 25,000 objects")
    named(browser, "Headers").click()
    type_into(browser, ".graphiql-editor-tool .graphiql-editor:not(.hidden)", '{"Authorization": "Bearer nonsense"}')
    soon(browser, lambda driver: "objects" not in price(driver))
    browser.find_element(By.CSS_SELECTOR, "button[aria-label='Show Examples']").click()
    soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, ".examples button")).click()
    browser.find_element(By.CSS_SELECTOR, "button.graphiql-execute-button").click()

    soon(browser, lambda driver: "UNAUTHENTICATED" in answered(driver))


def test_drafts_are_seen_where_they_are_chosen(browser, url):
    ask(browser, url, "{ assets(where: {state: {eq: DRAFT}}) { totalCount } }")
    assert '"totalCount": 0' in run(browser)
    Select(browser.find_element(By.CSS_SELECTOR, ".cost select")).select_by_visible_text("drafts too")
    browser.find_element(By.CSS_SELECTOR, "button.graphiql-execute-button").click()

    soon(browser, lambda driver: '"totalCount": ' in answered(driver) and '"totalCount": 0' not in answered(driver))


@pytest.mark.parametrize("dark", [False, True])
def test_what_was_added_to_the_explorer_has_contrast_names_and_focus(browser, url, dark):
    narrow(browser, 1280, dark=dark)
    ask(browser, url, TOO_DEAR)
    browser.find_element(By.CSS_SELECTOR, "button[aria-label='Show Keep and share']").click()
    soon(browser, lambda driver: named(driver, "Copy a link")).send_keys(Keys.ENTER)
    soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, ".share input[readonly]"))
    soon(browser, lambda driver: price(driver) == TOLD_OFF)

    for part in (".share", ".cost"):
        assert browser.execute_script(CONTRAST.replace("body *", f"{part} *")) == []
        fields = browser.find_elements(By.CSS_SELECTOR, f"{part} input, {part} select, {part} button")
        assert [field.get_attribute("outerHTML") for field in fields if not field.accessible_name] == []
    reached = set()
    for _ in range(3):
        ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        reached.add(browser.switch_to.active_element.accessible_name)
    assert reached == {"Open a file", "Save as a file", "Title"}


def named(browser, text: str):
    """The button with this text."""
    return browser.find_element(By.XPATH, f"//button[normalize-space()='{text}']")


def type_into(browser, place: str, text: str) -> None:
    """Replace what stands in an editor; pasted, since it closes brackets that are typed."""
    area = browser.find_element(By.CSS_SELECTOR, f"{place} textarea")
    area.send_keys(Keys.CONTROL, "a")
    area.send_keys(Keys.DELETE)
    browser.execute_cdp_cmd("Input.insertText", {"text": text})


def run(browser):
    """Press the button of the explorer and wait for its answer."""
    button = soon(browser, lambda driver: driver.find_element(By.CSS_SELECTOR, "button.graphiql-execute-button"))
    soon(browser, lambda driver: driver.find_elements(By.CSS_SELECTOR, ".graphiql-query-editor .view-line span"))
    button.click()
    soon(browser, lambda driver: '"data"' in answered(driver))
    return answered(browser)


def answered(browser):
    text = browser.execute_script("return document.querySelector('.result-window .view-lines')?.innerText ?? ''")
    return text.replace("\u00a0", " ")
