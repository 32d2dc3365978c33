"""`duta serve` and `duta demo`: the doors over HTTP."""

import errno
import gc
import socket
from pathlib import Path

import click
import uvicorn

from api import logs
from api.cli.demonstration import load_demo
from api.cli.main import Failure, settings
from api.cli.terminal import note, out, say
from api.keys import Keys
from api.roles import Role
from api.settings import LOOPBACK, Settings, bracketed, is_home_given
from api.wiring import House, opened

_STOP_SECONDS = 5
#: Connections at once; a further one is told 503.
_CONNECTIONS = 500

host_option = click.option("--host", help="The address to listen on, before DUTA_HOST.")
port_option = click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on, before DUTA_PORT.")


@click.command()
@host_option
@port_option
def serve(host: str | None, port: int | None) -> None:
    """Serve the start page, GraphQL and the explorer.

    Where it listens on this machine only and there is no key yet, one for the administrator is made and shown on the
    terminal, once.
    """
    chosen = settings(host=host, port=port)
    with listening(chosen) as sock, opened(chosen) as house:
        say(f"Duta serves {chosen.home} at {address(chosen, sock)}")
        show_first_key(house)
        say("Stop it with Ctrl+C.")
        answer(house, sock)


@click.command()
@host_option
@port_option
def demo(host: str | None, port: int | None) -> None:
    """Serve the demonstration, from a home of its own.

    The home is DUTA_HOME, or `duta-demo` beside the usual one. The demonstration's records are loaded where it is
    empty; a home that holds anything else is left alone.
    """
    chosen = settings(host=host, port=port)
    if not is_home_given():
        chosen = chosen.model_copy(update={"home": chosen.home.with_name("duta-demo")})
    with listening(chosen) as sock, opened(chosen) as house:
        load_demo(house)
        for line in welcome(address(chosen, sock), chosen.home):
            say(line)
        answer(house, sock)


def show_first_key(house: House) -> None:
    """Make a key for the administrator where there is none yet and nobody but a person at this machine reads it.

    Output that is no terminal may go to a log, where a key must not stand.
    """
    keys = Keys(house.store)
    if house.settings.host not in LOOPBACK or house.settings.is_demonstration or keys.all():
        return
    if not out().is_terminal:
        note("There is no key yet. Make one with `duta key create NAME --role ADMIN`.")
        return
    _, token = keys.create("first key", Role.ADMIN)
    say("There was no key yet, so here is one for the administrator. It is shown this once:")
    say()
    say(f"  {token}")
    say()


def listening(chosen: Settings) -> socket.socket:
    """A socket that listens on the host and port of the settings; a refusal says what to do."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
    except OSError:
        raise Failure(
            f'There is no address "{chosen.host}" to listen on. Set DUTA_HOST to one, such as 127.0.0.1.'
        ) from None
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(where)
        # From here on those who come early wait, where they would be refused.
        sock.listen(_CONNECTIONS)
    except OSError as error:
        sock.close()
        raise Failure(_not_bound(chosen, error)) from None
    return sock


def _not_bound(chosen: Settings, error: OSError) -> str:
    where = f"{bracketed(chosen.host)}:{chosen.port}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {chosen.port} is in use ({where}). Set DUTA_PORT to another, or stop what listens there."
    if error.errno == errno.EACCES:
        return f"Port {chosen.port} is kept for the system. Set DUTA_PORT to one above 1023."
    return f"{where} cannot be listened on: {error.strerror}. Set DUTA_HOST to an address of this machine."


def address(chosen: Settings, sock: socket.socket) -> str:
    """The address to tell people, with the port that was taken."""
    if chosen.public_url:
        return chosen.public_url
    host = "127.0.0.1" if chosen.host in ("0.0.0.0", "::", *LOOPBACK) else chosen.host  # noqa: S104 - read, not bound
    return f"http://{bracketed(host)}:{sock.getsockname()[1]}"


def answer(house: House, sock: socket.socket) -> None:
    """Answer requests until stopped."""
    from api.doors.app import make_app
    from api.doors.protocol import bounded
    from api.plan import Limits

    logs.set_up(house.settings.log_format, house.settings.log_level)
    # Whom a proxy forwards is asked only where it is trusted; a caller behind one is never one on this machine.
    proxies = house.settings.trusted_proxies
    limits = Limits(**dict(house.settings.limits))
    app = make_app(house)
    # What is there before the first request, GraphQL's types above all, stays: else each full collection of garbage
    # goes over all of it, in the middle of some answer.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        http=bounded(limits),
        limit_concurrency=_CONNECTIONS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        server_header=False,
        # The log's own line tells of each request.
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ws_max_size=limits.socket_bytes,
    )
    uvicorn.Server(config).run(sockets=[sock])


def welcome(url: str, home: Path) -> list[str]:
    return [
        f"The demonstration is at {url}",
        "",
        f"  {url}/             the start page: what is in here, and a search box",
        f"  {url}/explorer     questions in GraphQL, with examples to change",
        f"  {url}/graphql      the same for programs, with POST",
        "",
        "Try:",
        f"  open {url}/find?q=kimchi",
        f"  DUTA_HOME={home} duta search batik",
        f"  curl {url}/graphql -H 'content-type: application/json' \\",
        """    -d '{"query": "{ asset(id: \\"asset:batik\\") { title campaigns { nodes { title starts } } } }"}'""",
        "",
        f"Its home is {home}. Stop it with Ctrl+C.",
    ]
