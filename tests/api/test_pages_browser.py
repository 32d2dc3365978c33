"""The start page and the explorer in a real browser: they work, and load from here only."""

import socket
import threading
import time

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

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


def soon(driver, condition, seconds=30):
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


def test_a_hit_opens_in_the_explorer_and_runs(browser, url):
    browser.get(f"{url}/?q=batik&lang=en")
    browser.find_element(By.CSS_SELECTOR, ".hits a").click()
    answer = run(browser)

    assert '"title": "' in answer
    assert "query=" not in browser.current_url


def test_the_explorer_opens_with_the_examples_and_runs_the_first(browser, url):
    browser.get(f"{url}/explorer")
    answer = run(browser)

    assert '"totalCount": 11' in answer
    assert len(browser.find_elements(By.CSS_SELECTOR, ".graphiql-tabs [role=tab], .graphiql-tab")) >= 10
    assert "you see what a planner sees" in browser.find_element(By.ID, "notice").text
    assert complaints(browser) == []
    assert [address for address in loaded(browser) if not address.startswith((url, "data:", "blob:"))] == []


@pytest.mark.parametrize("path", ["/?lang=en", "/?q=kimchi&lang=id", "/?q=zzzqqq&lang=en"])
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
  for (; node; node = node.parentElement) {
    const color = bare(getComputedStyle(node).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
  return [255, 255, 255];
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
    browser.get(f"{url}/?q=kimchi&lang=en&type=Asset")
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
    browser.get(f"{url}/?q=kimchi&lang=en")
    narrow(browser, 360)
    small = browser.execute_script(
        "return [...document.querySelectorAll('button, .chip, .button, .counts a, .bar nav a, summary')]"
        ".filter((node) => node.getClientRects().length)"
        ".filter((node) => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; })"
        ".map((node) => node.outerHTML)"
    )

    assert small == []


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
