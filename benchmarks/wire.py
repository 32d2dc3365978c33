"""Servers as processes of their own, asked over one connection that stays open, and what they spend."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from measure import p50


@contextmanager
def serving(
    command: list[str], environment: Mapping[str, str], first: Callable[[], bytes]
) -> Iterator[tuple[int, float]]:
    """The process id of a server, and seconds from its start to its first answer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUTA_")}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=kept | environment,
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                first()
                break
            except ConnectionError:
                if process.poll() is not None:
                    sys.exit(f"{' '.join(command)} ended with {process.returncode}.")
                time.sleep(0.02)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def posted(path: str, body: object, headers: Mapping[str, str]) -> bytes:
    """A request with JSON as it goes over the wire, in one piece as a browser sends it."""
    sent = json.dumps(body)
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers, "Content-Length": len(sent)}
    lines = [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", sent]).encode()


def asking(port: int, raw: bytes) -> Callable[[], bytes]:
    """A function that sends a request on one connection that stays open, and answers the body.

    It raises ConnectionError where nobody listens, and RuntimeError for an answer that is not whole and well.
    """
    held: list[socket.socket] = []

    def once() -> bytes:
        if not held:
            held.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        held[0].sendall(raw)
        gathered = bytearray()
        while not is_whole(gathered):
            gathered += some(held[0])
        return bytes(gathered)

    def ask() -> bytes:
        try:
            found = once()
        except ConnectionError:
            # The others' turn took longer than a server keeps a connection that is idle.
            held.clear()
            found = once()
        head, _, answer = found.partition(b"\r\n\r\n")
        if b" 200 " not in head[:20] or b'"errors"' in answer:
            raise RuntimeError(found[:500])
        return answer

    return ask


def some(connection: socket.socket) -> bytes:
    """What has come, which is not nothing."""
    found = connection.recv(1 << 17)
    if not found:
        raise ConnectionError("The server closed the connection.")
    return found


def is_whole(answer: bytearray) -> bool:
    """Whether all of a response has come, whose length its head says."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = next(line for line in bytes(answer[:end]).lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(answer) - end - 4 >= int(length.partition(b":")[2])


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def cpu(pid: int) -> float:
    """Milliseconds of CPU that a process has used, by its own clock."""
    return time.clock_gettime((~pid << 3) | 2) * 1000


def settle(port: int, most: float = 1800) -> None:
    """Wait until the server's index has caught up, so that only pages are measured."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/readyz")
        lag = json.loads(connection.getresponse().read()).get("lag")
        if lag == 0:
            return
        print(f"\rthe index is {lag} changes behind ", end="", file=sys.stderr)
        time.sleep(1)
    sys.exit("The index did not catch up.")


@dataclass
class Turns:
    """What one way of asking took: milliseconds of each page and of each turn's CPU, a page."""

    ask: Callable[[], object]
    pid: int = field(default_factory=os.getpid)
    wall: list[float] = field(default_factory=list[float])
    worked: list[float] = field(default_factory=list[float])

    def turn(self, pages: int) -> None:
        before = cpu(self.pid)
        for _ in range(pages):
            begun = time.perf_counter()
            self.ask()
            self.wall.append((time.perf_counter() - begun) * 1000)
        self.worked.append((cpu(self.pid) - before) / pages)

    @property
    def busy(self) -> float:
        """CPU of a page, in the middle turn: others on the machine may spoil some."""
        return p50(self.worked)

    def clear(self) -> None:
        self.wall.clear()
        self.worked.clear()
