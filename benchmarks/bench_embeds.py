"""A server with pictures: what uploads cost those who ask meanwhile, and what an embed costs beside a plain file.

    python benchmarks/bench_embeds.py [uploads]

One `duta serve` holds the demonstration. A page of GraphQL is asked for again and again, first alone and then while
eight clients upload pictures of two megapixels, no two alike. Then an embed, the same where the reader has it already
(304), and a file of the server's own take turns on one connection. All is by the clock on the wall, as a reader feels
it.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from api.cli.demonstration import load_demo
from api.keys import Keys
from api.roles import Role
from api.settings import Settings
from api.wiring import opened
from measure import machine, p50, p95, row, side_by_side

PORT, CLIENTS, QUIET, ROUNDS = 8797, 8, 400, 400
SIZE = (1600, 1200)
EMBED, FILE = "/embed/tempe?lang=en", "/static/story.css"
PAGE = json.dumps(
    {"query": "{ assets(first: 50) { nodes { id title kind summary themes(first: 5) { nodes { id name } } } } }"}
)


def picture(number: int) -> bytes:
    dice = np.random.default_rng(number)
    cells = Image.fromarray(dice.integers(0, 255, (30, 40, 3), np.uint8))
    out = BytesIO()
    cells.resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


@contextmanager
def served(home: Path) -> Generator[None]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    settings = {"DUTA_HOME": str(home), "DUTA_PORT": str(PORT), "DUTA_BUDGET_PER_ADDRESS": "0"}
    command = [sys.executable, "-m", "api.cli", "serve"]
    with subprocess.Popen(
        command, env={**outside, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while True:
                try:
                    _asked("GET", "/readyz")
                    break
                except OSError:
                    if process.poll() is not None:
                        sys.exit("duta serve ended.")
                    time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGTERM)


def _asked(method: str, path: str, body: bytes | str = "", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    return answer


def asking(method: str, path: str, body: str = "", status: int = 200, **headers: str) -> Callable[[], None]:
    """A function that asks for the same on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask() -> None:
        connection.request(method, path, body, told)
        answer = connection.getresponse()
        answer.read()
        if answer.status != status:
            raise RuntimeError(f"{path}: {answer.status}")

    return ask


def times_of(ask: Callable[[], None], goes_on: Callable[[], bool]) -> list[float]:
    found: list[float] = []
    while goes_on():
        begun = time.perf_counter()
        ask()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def uploading(token: str, pictures: list[bytes], statuses: list[int]) -> None:
    while pictures:
        data = pictures.pop()
        answer = _asked(
            "POST", "/media?alt=Noise&credit=Sample", data, content_type="image/jpeg", authorization=f"Bearer {token}"
        )
        statuses.append(answer.status)


def uploads(token: str, count: int) -> None:
    pictures, statuses = [picture(number) for number in range(count)], list[int]()
    page = asking("POST", "/graphql", PAGE, content_type="application/json")
    left = iter(range(QUIET + 50))
    quiet = times_of(page, lambda: next(left, None) is not None)[50:]
    clients = [threading.Thread(target=uploading, args=(token, pictures, statuses)) for _ in range(CLIENTS)]
    begun = time.perf_counter()
    for one in clients:
        one.start()
    busy = times_of(page, lambda: any(one.is_alive() for one in clients))
    took = time.perf_counter() - begun
    taken = sum(status == 201 for status in statuses)
    print(row("page, nobody uploads", quiet))
    print(row(f"page, {CLIENTS} clients upload", busy))
    print(f"{taken} of {count} uploads taken, {taken / took:.1f} a second; {len(busy)} pages meanwhile")
    print(f"p95 of a page {p95(busy) / p95(quiet):.2f} times its quiet value, wanted at most 2")
    print(f"p50 of a page {p50(busy) / p50(quiet):.2f} times its quiet value")


def embeds() -> None:
    tag = _asked("GET", EMBED).headers["etag"]
    found = side_by_side(
        {
            "embed": asking("GET", EMBED),
            "embed, not changed": asking("GET", EMBED, status=304, if_none_match=tag),
            "a file": asking("GET", FILE),
        },
        rounds=ROUNDS,
    )
    for name, times in found.items():
        print(f"{row(name, times)}   {p50(times) / p50(found['a file']):.2f} times the file")


def main(count: int) -> None:
    print(machine("pillow", "starlette", "uvicorn", "apsw"))
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with opened(Settings(home=home)) as house:
            load_demo(house)
            token = Keys(house.store).create("Uploads", Role.CREATOR)[1]
        with served(home):
            embeds()
            uploads(token, count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
