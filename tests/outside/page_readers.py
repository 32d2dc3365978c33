"""Read the public faces of a running Duta as others do: python tests/outside/page_readers.py STORY NODE_MODULES.

extruct reads its metadata, the Nu HTML checker its markup, csp_evaluator its policies, axe-core in Chromium its
accessibility. Install extruct and selenium where you run it, and vnu-jar, csp_evaluator and axe-core with npm in the
folder that is named; Java and Node are needed. They are no part of the project. Leaves with 1 where one of them
complains.
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import extruct
from selenium import webdriver

_AXE = "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then((told) => done(told.violations))"
_CSP = """
const {CspEvaluator} = require('csp_evaluator/dist/evaluator.js');
const {CspParser} = require('csp_evaluator/dist/parser.js');
const found = new CspEvaluator(new CspParser(process.argv[1]).csp).evaluate();
const grave = found.filter((one) => one.severity <= 50);
console.log(JSON.stringify(grave.map((one) => one.directive + ': ' + one.description)));
"""


def page(url: str) -> tuple[str, str]:
    """A page and its policy."""
    with urlopen(url) as answer:
        return answer.read().decode(), answer.headers["content-security-policy"]


def by_extruct(url: str) -> str:
    found = extruct.extract(page(url)[0], base_url=url, syntaxes=["json-ld", "opengraph"])
    work, graph = found["json-ld"][0], dict(found["opengraph"][0]["properties"])
    if work["@type"] != "CreativeWork" or work["name"] != graph["og:title"] or not work["creditText"]:
        raise SystemExit(f"extruct: not what was meant: {work} {graph}")
    return f"extruct: {work['name']!r}, credit {work['creditText']!r}, {len(work.get('image', []))} pictures"


def by_nu(url: str, modules: Path) -> str:
    jar = next(modules.glob("vnu-jar/**/vnu.jar"))
    told = subprocess.run(
        ["java", "-jar", str(jar), "--stdout", "--format", "json", "--exit-zero-always", "-"],
        input=page(url)[0].encode(), capture_output=True, check=True,
    )  # fmt: skip
    wrong = [one for one in json.loads(told.stdout)["messages"] if one["type"] == "error"]
    if wrong:
        raise SystemExit(f"Nu: {wrong}")
    return "Nu: no error"


def by_csp_evaluator(url: str, modules: Path) -> str:
    told = subprocess.run(
        ["node", "-e", _CSP, page(url)[1]],
        cwd=modules.parent, capture_output=True, check=True,
    )  # fmt: skip
    # A server on this machine is asked without TLS, and its policies name it so.
    plain = urlsplit(url).scheme == "http"
    wrong = [one for one in json.loads(told.stdout) if not (plain and "over HTTPS" in one)]
    if wrong:
        raise SystemExit(f"csp_evaluator: {wrong}")
    return "csp_evaluator: no finding above low"


def by_axe(driver: webdriver.Chrome, url: str, modules: Path) -> str:
    # Its script is put in by the debugger, which no policy of a page forbids.
    driver.get(url)
    driver.execute_script((modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    wrong = driver.execute_async_script(_AXE)
    if wrong:
        raise SystemExit(f"axe: {[(one['id'], [node['html'][:200] for node in one['nodes']]) for one in wrong]}")
    return "axe: no violation"


if __name__ == "__main__":
    story, folder = sys.argv[1], Path(sys.argv[2]).absolute()
    base, slug = story.partition("/a/")[0], urlsplit(story).path.rpartition("/")[2]
    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    # Named, so that selenium looks for none in the net.
    browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    lines = [by_extruct(story)]
    faces = (f"embed/{slug}", f"embed/{slug}?lite=1", f"a/{slug}/provenance", "partners")
    for face in (story, *(f"{base}/{one}" for one in faces)):
        checks = (by_nu(face, folder), by_csp_evaluator(face, folder), by_axe(browser, face, folder))
        lines.append(f"{face}: {', '.join(checks)}")
    browser.quit()
    sys.stdout.write("\n".join([*lines, ""]))
