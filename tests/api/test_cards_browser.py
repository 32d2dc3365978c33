"""Question cards in a real browser: pictures of their answers, no barrier that axe finds, and nothing too wide."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from api.cards.card import shipped
from tests.api.test_pages_browser import browser, complaints, loaded, narrow, url

__all__ = ["browser", "url"]

AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
SLUGS = [card.slug for card in shipped()]
BROKEN = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then((found) => done(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(" ")}`)));
"""

pytestmark = pytest.mark.browser


@pytest.mark.clients
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_barrier_on_any_card(browser, url, dark):
    source, found = AXE.read_text("utf-8"), dict[str, list[str]]()
    for slug in SLUGS:
        browser.get(f"{url}/q/{slug}?lang=id")
        narrow(browser, 1280, dark=dark)
        browser.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
        broken = browser.execute_async_script(BROKEN)
        if broken:
            found[slug] = broken
    assert found == {}
    assert complaints(browser) == []


@pytest.mark.parametrize("width", [320, 768])
def test_no_card_is_wider_than_the_window(browser, url, width):
    wide = []
    for slug in SLUGS:
        browser.get(f"{url}/q/{slug}?lang=en")
        narrow(browser, width)
        if browser.execute_script("return document.documentElement.scrollWidth") > width:
            wide.append(slug)
    assert wide == []
    assert [address for address in loaded(browser) if not address.startswith(url)] == []


def test_answers_are_drawn_as_what_they_are(browser, url):
    browser.get(f"{url}/q/how-a-post-spreads?lang=en")
    drawn = browser.find_element(By.CSS_SELECTOR, "figure.drawing svg")
    assert "The same is told in words below." in drawn.get_attribute("aria-label")
    assert len(drawn.find_elements(By.CSS_SELECTOR, "rect.dot")) == 4
    assert len(drawn.find_elements(By.CSS_SELECTOR, "path.link")) == 3

    browser.get(f"{url}/q/calendar-of-a-country?lang=id")
    assert "November 2026" in [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".month caption")]

    browser.get(f"{url}/q/plan-a-story?lang=id")
    roles = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".panel .role")]
    assert roles[:2] == ["1 Pemikat", "2 Konteks"]


def test_a_card_prints_on_pages_without_its_form(browser, url):
    browser.get(f"{url}/q/plan-a-story?lang=en")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [
        name for name in ("form", "take", "more", "watch") if browser.find_element(By.CLASS_NAME, name).is_displayed()
    ]
    assert shown == []
    assert browser.find_element(By.CSS_SELECTOR, ".panel").is_displayed()


def test_no_card_is_wider_than_a_sheet_of_a4(browser, url):
    within_margins = 680  # 180 mm at 96 dots an inch
    wide = {}
    for slug in SLUGS:
        browser.get(f"{url}/q/{slug}?lang=id")
        narrow(browser, within_margins)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        width = browser.execute_script("return document.documentElement.scrollWidth")
        if width > within_margins:
            wide[slug] = width
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert wide == {}
