"""`/find` with facets and pictures: against its bare search and statement, and what a browser gets of each page.

    python benchmarks/bench_find.py [20000]

The page is asked of the application itself, without a socket: two words, twelve hits, facets, and a picture for each
third story. The bare side searches the index with the same words and facets, and reads the hits by one selection.
Ratios are of CPU. Then Chromium opens the pages of the demonstration, each with an empty cache.
"""

import asyncio
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvicorn

from api.cli.demonstration import load_demo
from api.cli.serve import listening
from api.doors.app import make_app
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import House, opened
from generated import WORDS, puts
from graph.search.index import FACETS, Query
from graph.store.batch import Batch, Put, To
from graph.store.select import Follow, Select, Shape, by_ids, shape_of
from measure import both, by_turns, machine, p50
from questions import public

ROUNDS, HITS = 100, 12
PAGES = (
    "/",
    "/find?q=kimchi",
    "/find?type=Mission&view=map",
    "/a/batik",
    "/q/plan-a-story",
    "/mine",
    "/edit/asset:batik",
    "/edit/asset:batik/history",
    "/graph/asset:kimjang",
    "/embed/batik",
    "/import",
    "/review",
)
#: A table that somebody made by hand, of which each fourth row is to be mended.
TABLE = "Judul,Jenis,Tema,Bahasa\n" + "".join(
    f"Sample {one},{'WORK' if one % 4 else 'painting'},Slow food,id\n" for one in range(200)
)
_OPEN = {"state": "PUBLISHED", "marking": "PUBLIC"}


def pictured(assets: int) -> Iterator[Put]:
    """The generated graph, in which each third asset has a picture that may be shown."""
    rules = [{"effect": "permission", "action": ["use"]}]
    yield Put("rightsgrant:all", "RightsGrant", {"title": "All", "locale": "en", "rules": rules, "state": "PUBLISHED"})
    for put in puts(assets):
        if put.type == "Asset" and int(put.id.rpartition("n")[2]) % 3 == 0:
            media = f"media:{put.id.partition(':')[2]}"
            yield Put(media, "Media", _picture(media), {"rights": (To("rightsgrant:all"),)})
            yield Put(put.id, put.type, put.values, {**put.links, "media": (To(media),)})
        else:
            yield put


def _picture(id: str) -> dict[str, object]:
    digest = sha256(id.encode()).hexdigest()
    size = {"format": "WEBP", "width": 1600, "height": 1066, "frames": 1, "bytes": 90_000}
    text = {"alt": "A sample.", "credit": "Sample", "locale": "en", "text_state": "PUBLISHED"}
    return {"kind": "PICTURE", "sha256": digest, **size, **text, **_OPEN}


def load(house: House, assets: int) -> None:
    batch: list[Put] = []
    for put in pictured(assets):
        batch.append(put)
        if len(batch) == 1000:
            _written(house, batch)
    _written(house, batch)
    house.follower.follow()


def _written(house: House, batch: list[Put]) -> None:
    refused = house.store.write(Batch(tuple(batch))).refused
    if refused:
        raise SystemExit(f"{refused[0]}")
    batch.clear()


@contextmanager
def running() -> Generator[asyncio.AbstractEventLoop]:
    """A loop that runs as a server's does: its threads stay from one page to the next, with what they have open."""
    loop, over = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(over.wait(),))
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def asking(app: Any, loop: asyncio.AbstractEventLoop) -> Callable[[str], bytes]:
    """A function that asks the application for a path."""

    async def ask(path: str) -> bytes:
        where, _, query = path.partition("?")
        told: list[dict[str, Any]] = []
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": where, "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "state": {},
            "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await app(scope, receive, send)
        if told[0]["status"] != 200:
            raise SystemExit(f"{path}: {told[0]['status']}")
        return b"".join(one.get("body", b"") for one in told[1:])

    return lambda path: asyncio.run_coroutine_threadsafe(ask(path), loop).result()


def _selection() -> Shape:
    media = Select("Media", shape_of("alt", "credit", "width", "height", "sha256"), limit=1)
    return Shape((("id", "id"), ("label", "label"), ("state", "state")), (("media", Follow("media", media)),))


def measure(size: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Settings(home=Path(folder), budget_per_address=0)) as house,
        running() as loop,
    ):
        load(house, size)
        dice, viewer = random.Random(3), public()
        ask = asking(make_app(house), loop)
        pairs = [" ".join(dice.sample(WORDS, 2)) for _ in range(ROUNDS + 10)]
        # Who looks the same words up a moment later finds them in memory: one begins at the other's end.
        turns = {"page": iter(pairs), "bare": iter(pairs[::-1])}
        shape = _selection()

        def bare() -> object:
            hits = house.index.search(Query(next(turns["bare"]), viewer, first=HITS, facets=FACETS))
            ids = tuple(hit.id for hit in hits.hits)
            return house.store.ask(viewer, {"hits": by_ids("Asset", ids, shape, limit=HITS)})

        def page() -> object:
            return ask(f"/find?lang=en&type=Asset&q={next(turns['page']).replace(' ', '+')}")

        length = len(ask("/find?lang=en&q=silk+river"))
        took = by_turns({"page": page, "bare": bare}, rounds=ROUNDS)
        print(f"\n{size} assets, a third with pictures; the page has {length} bytes")
        for name, spent in took.items():
            print(both(name, spent))
        one, other = ([each.cpu for each in took[name]] for name in ("page", "bare"))
        print(f"page against its bare search and statement: {p50(one) / p50(other):.2f} times the CPU")


def browse() -> None:
    """What Chromium gets of the demonstration's pages: bytes over the wire, requests, and when it first paints."""
    from selenium import webdriver

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "demo", port=0)
        with listening(settings) as sock, opened(settings) as house:
            load_demo(house)
            server = uvicorn.Server(uvicorn.Config(make_app(house), log_level="error", lifespan="on"))
            thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{sock.getsockname()[1]}"
            options = webdriver.ChromeOptions()
            for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"):
                options.add_argument(flag)
            driver: Any = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
            print("\n| Page | requests | HTML | all but pictures | pictures | first paint |\n|---|---|---|---|---|---|")
            sign_in(driver, url, Keys(house.store).create("Bench", Role.EDITOR)[1])
            table = brought(driver, url, Path(folder))
            for name, path in (*((one, one) for one in PAGES), ("/import, a table of 200 rows", table)):
                driver.execute_cdp_cmd("Network.clearBrowserCache", {})
                driver.get("about:blank")
                driver.get(url + path)
                # What is painted is told a moment later.
                time.sleep(1)
                print(_row(name, json.loads(driver.execute_script(_TOLD))))
            driver.quit()
            server.should_exit = True
            thread.join(10)


def sign_in(driver: Any, url: str, key: str) -> None:
    driver.get(f"{url}/sign-in?lang=en")
    driver.find_element("id", "key").send_keys(key)
    pressed(driver, "form.door button")


def brought(driver: Any, url: str, folder: Path) -> str:
    """A table sent and its columns said; answers the path at which it is looked at."""
    (folder / "table.csv").write_text(TABLE, "utf-8")
    driver.get(f"{url}/import?lang=en")
    driver.find_element("id", "file").send_keys(str(folder / "table.csv"))
    pressed(driver, "form:has(#file) button")
    pressed(driver, "form#columns button[value=columns]")
    return str(driver.current_url).removeprefix(url)


def pressed(driver: Any, button: str) -> None:
    """Press a button that sends its form, and wait for the page that follows."""
    from selenium.webdriver.support.ui import WebDriverWait

    before = driver.find_element("tag name", "html")
    driver.execute_script("arguments[0].click()", driver.find_element("css selector", button))
    WebDriverWait(driver, 60).until(lambda one: one.find_element("tag name", "html") != before)


_TOLD = """
const [page] = performance.getEntriesByType("navigation"), parts = performance.getEntriesByType("resource");
const sum = (some) => some.reduce((all, one) => all + one.transferSize, 0);
const images = parts.filter((one) => one.initiatorType === "img");
return JSON.stringify({
  requests: parts.length + 1, html: page.transferSize, images: sum(images),
  rest: page.transferSize + sum(parts) - sum(images),
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
});
"""


def _row(path: str, told: dict[str, float]) -> str:
    kilo = [f"{told[name] / 1000:.1f} kB" for name in ("html", "rest", "images")]
    return f"| `{path}` | {told['requests']:.0f} | {' | '.join(kilo)} | {told['paint']:.0f} ms |"


if __name__ == "__main__":
    print(machine("apsw", "whoosh", "jinja2"))
    for number in sys.argv[1:] or ["20000"]:
        measure(int(number))
    browse()
