"""The page of a story and its embed in a real browser: nothing complains, nothing is wider than it may be."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from api.doors import component

pytestmark = pytest.mark.browser

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--lang=en")
#: A partner's page as WordPress makes it: a quotation, and the frame in a sandbox without an origin of its own.
PARTNER = """<!doctype html><title>Partner</title><blockquote><a href="{base}/a/borobudur">Borobudur</a></blockquote>
<iframe sandbox="allow-scripts" src="{base}/embed/borobudur?lang=en#?secret=sample" width="400" height="100"></iframe>
<script>addEventListener("message", (e) => {{ (window.told ||= []).push([e.origin, e.data]); }});</script>"""


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


@contextmanager
def partner(page: str):
    """A site elsewhere with one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode() if found else b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


def complaints(driver) -> list[str]:
    """What the console says; an embed has no icon, which is asked for only where it is opened by itself."""
    said = [entry["message"] for entry in driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
    return [one for one in said if "/favicon.ico" not in one]


def narrow(driver, width: int, *, dark: bool) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/a/borobudur?lang=ko", "/embed/borobudur?lang=id", "/embed/borobudur?lite=1"])
def test_a_narrow_window_is_wide_enough_and_nothing_complains(browser, url, path, dark):
    narrow(browser, 320, dark=dark)
    browser.get(url + path)
    found = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.cookie, "
        "performance.getEntriesByType('resource').map((one) => one.name)]"
    )

    assert found[0] <= 320
    assert found[1] == ""
    assert [one for one in found[2] if not one.startswith(url)] == []
    assert complaints(browser) == []


def test_the_component_is_as_high_as_its_story_and_without_it_the_quotation_stays(browser, url):
    code = (
        '<duta-story src="{base}/embed/borobudur?lang=en" height="90"><blockquote><a href="{base}/a/borobudur">'
        'Borobudur</a></blockquote></duta-story><script src="{base}{path}" integrity="{integrity}" '
        'crossorigin="anonymous" async></script>'
    )
    height = "return document.querySelector('iframe')?.getBoundingClientRect().height || 0"
    hidden = "return document.querySelector('blockquote').hidden"
    for integrity, shown in ((component.integrity(), True), (f"sha384-{'A' * 64}", False)):
        told = code.format(base=url, path=component.path(), integrity=integrity)
        with partner(f"<!doctype html><title>Partner</title>{told}") as address:
            browser.get(address)
            if shown:
                WebDriverWait(browser, 60).until(lambda driver: driver.execute_script(height) > 200)
            assert browser.execute_script(hidden) is shown
            assert (browser.execute_script(height) > 0) is shown
            assert browser.get_cookies() == []
            assert ["integrity" in one for one in complaints(browser)] == [True] * (not shown)


def test_a_frame_on_a_partners_page_tells_its_height_as_wordpress_expects(browser, url):
    narrow(browser, 800, dark=False)
    with partner(PARTNER.format(base=url)) as site:
        browser.get(site)
        (first, *_) = WebDriverWait(browser, 60).until(lambda driver: driver.execute_script("return window.told"))
        browser.execute_script(
            "window.told = []; frames[0].postMessage({message: 'ready', secret: 'sample'}, '*');"
            "document.querySelector('iframe').width = 250;"
        )
        again = WebDriverWait(browser, 60).until(lambda driver: driver.execute_script("return window.told"))

    assert first[0] == "null"
    assert (first[1]["message"], first[1]["secret"]) == ("height", "sample")
    assert 100 < first[1]["value"] < 1000
    assert again[-1][1]["value"] >= first[1]["value"]
    assert complaints(browser) == []


def test_the_code_on_the_page_works_where_it_is_pasted(browser, url):
    told = httpx.get(f"{url}/oembed", params={"url": f"{url}/a/borobudur"}).json()
    with partner(f"<!doctype html><title>Partner</title>{told['html']}") as site:
        browser.get(site)
        browser.execute_script("document.querySelector('iframe').loading = 'eager'")
        WebDriverWait(browser, 60).until(lambda driver: driver.execute_script("return frames.length === 1"))
        browser.switch_to.frame(0)
        title = WebDriverWait(browser, 60).until(lambda driver: driver.find_elements("css selector", "h1"))[0].text
        browser.switch_to.default_content()

    assert title == told["title"]
    assert json.dumps(complaints(browser)) == "[]"
