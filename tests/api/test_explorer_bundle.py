"""The explorer is served whole by us: pinned when built, alone with us when run."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

EXPLORER = Path(__file__).parents[2] / "api" / "doors" / "explorer"
STATIC = EXPLORER / "static"
WORKERS = ("editor.worker.js", "graphql.worker.js", "json.worker.js")

built = pytest.mark.skipif(
    not (STATIC / "main.js").exists(),
    reason="the explorer has not been built: npm ci && node build.mjs",
)


class Loads(HTMLParser):
    """Collects the addresses a page loads from, and the scripts that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses += [values[name] or "" for name in ("src", "href") if name in values]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in values) else []
        self.inline += [name for name in values if name.startswith("on") or name == "style"]


@pytest.fixture(scope="module")
def page() -> Loads:
    return Loads((EXPLORER / "index.html").read_text())


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EXPLORER / name).read_text())
    return content


def test_every_package_of_the_explorer_is_pinned_to_one_version() -> None:
    package = read("package.json")
    wanted = package["dependencies"] | package["devDependencies"]

    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_is_of_the_pinned_versions() -> None:
    package = read("package.json")
    locked = read("package-lock.json")["packages"]
    wanted = package["dependencies"] | package["devDependencies"]

    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_lock_names_no_registry_and_holds_a_hash_for_every_package() -> None:
    packages = read("package-lock.json")["packages"]
    del packages[""]
    hashes = {entry["integrity"].partition("-")[0] for entry in packages.values()}
    for entry in packages.values():
        # Where its authors ask for money; npm fetches nothing from there.
        entry.pop("funding", None)

    assert hashes == {"sha512"}
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    assert re.findall(r"\w+://[^\"]+", json.dumps(packages)) == []


def test_npm_is_told_no_registry() -> None:
    options = (EXPLORER / ".npmrc").read_text().split()

    assert "omit-lockfile-registry-resolved=true" in options
    assert [option for option in options if "registry=" in option or "//" in option] == []


def test_the_page_loads_nothing_from_another_host(page: Loads) -> None:
    assert page.addresses == ["data:,", "/explorer/static/main.css", "/explorer/static/main.js"]


def test_the_page_has_no_script_or_style_of_its_own(page: Loads) -> None:
    assert page.inline == []


@built
def test_everything_the_page_and_the_bundle_load_has_been_built(page: Loads) -> None:
    files = {path.name for path in STATIC.iterdir()}
    from_page = {Path(address).name for address in page.addresses if address.startswith("/")}
    from_styles = {Path(address).name for address in linked("main.css")}

    # The land is for the map of /find, and built along with the rest.
    assert from_page | from_styles | {*WORKERS, "LICENSES.txt", "land.svg"} == files


@built
def test_the_styles_load_nothing_from_another_host() -> None:
    assert [address for address in linked("main.css") if urlsplit(address).netloc] == []
    assert "@import" not in (STATIC / "main.css").read_text()


@built
@pytest.mark.parametrize("name", ["main.js", *WORKERS])
def test_a_script_opens_no_address_of_another_host(name: str) -> None:
    callers = "fetch|import|importScripts|Worker|SharedWorker|WebSocket|EventSource|URL"
    calls = rf"\b(?:{callers})\(\s*[\"'`](?:https?:|wss?:)?//[^\"'`]*"

    assert re.findall(calls, (STATIC / name).read_text()) == []


@built
@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_is_a_plain_file_beside_the_bundle(worker: str) -> None:
    assert f'"{worker}"' in (STATIC / "main.js").read_text()


@built
def test_the_notices_name_every_pinned_package_that_is_bundled() -> None:
    notices = (STATIC / "LICENSES.txt").read_text()
    wanted = read("package.json")["dependencies"]

    assert [name for name, version in wanted.items() if f"\n{name} {version} (" not in notices] == []


def linked(name: str) -> list[str]:
    """Addresses in the url() of a style sheet, but for those that carry their own bytes."""
    addresses = re.findall(r"url\(\s*[\"']?([^)\"']+)", (STATIC / name).read_text())
    return [address for address in addresses if not address.startswith(("data:", "#"))]
