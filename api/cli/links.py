"""`duta links`: follows the addresses that things have, and notes those that lead nowhere."""

from datetime import UTC, datetime

import click
import httpcore

from api.cli.main import settings
from api.cli.terminal import progress, say
from api.delivering import FAILURES, PrivateAddressError, pool_of
from api.wiring import open_store
from graph.review.dead import Dead, links_of, note_links

_TIMEOUT = {"connect": 10.0, "read": 10.0, "write": 10.0, "pool": 10.0}
#: What says that something is there, though not for us, or not now.
_THERE = frozenset({401, 403, 405, 407, 429, 451})
_FIRST_ERROR = 400
_NO_SUCH_METHOD, _NOT_IMPLEMENTED = 405, 501


@click.command()
def links() -> None:
    """Follow every address of what is not retired, and note what leads nowhere.

    `maintenanceQueue` lists it as DEAD_LINK until it is followed again or changed. Nothing follows addresses by itself.
    """
    given = settings()
    store, pool = open_store(given), pool_of(given)
    day = datetime.now(UTC).date().isoformat()
    dead: list[Dead] = []
    followed = 0
    try:
        with progress("Following addresses"):
            for id, url in links_of(store):
                try:
                    reason = _followed(pool, url)
                except PrivateAddressError as error:
                    say(f"{id}  {url}  {error}, and is not followed")
                    continue
                followed += 1
                found = [Dead(id, url, reason, day)] if reason else []
                # One at a time, so that what was seen stays where this is broken off.
                note_links(store, found, [] if found else [id])
                dead += found
    finally:
        pool.close()
        store.close()
    for one in dead:
        say(f"{one.id}  {one.url}  {one.reason}")
    say(f"{followed} addresses followed, {len(dead)} lead nowhere")


def _followed(pool: httpcore.ConnectionPool, url: str) -> str:
    """Why an address leads nowhere; empty where it leads somewhere."""
    try:
        status = _status(pool, "HEAD", url)
        if status in (_NO_SUCH_METHOD, _NOT_IMPLEMENTED) or status >= _FIRST_ERROR:
            # Some answer this way to who only asks for the head.
            status = _status(pool, "GET", url)
    except PrivateAddressError:
        raise
    except (*FAILURES, UnicodeError) as error:
        return str(error) or type(error).__name__
    return f"It answered {status}." if status >= _FIRST_ERROR and status not in _THERE else ""


def _status(pool: httpcore.ConnectionPool, method: str, url: str) -> int:
    headers = [("user-agent", "Duta"), ("accept", "*/*")]
    with pool.stream(method, url, headers=headers, extensions={"timeout": _TIMEOUT}) as answer:
        return int(answer.status)
