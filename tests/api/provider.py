"""A provider of OpenID Connect on loopback: it publishes keys, exchanges codes, and answers what a test lets it."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from joserfc.jwk import ECKey, OKPKey, RSAKey

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})


class Provider:
    """An OpenID Connect provider: what it answers and what it was asked."""

    def __init__(self) -> None:
        self.keys: list[Any] = [key.as_dict(private=False) for key in (RSA, EC, ED)]
        self.asked: list[str] = []
        self.forms: list[tuple[str | None, dict[str, str]]] = []
        #: What its description tells besides, and what of it otherwise.
        self.tells: dict[str, object] = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.drips: Callable[[BaseHTTPRequestHandler], None] | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.tell(*provider.answer(self.path))

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.forms.append((self.headers.get("Authorization"), dict(parse_qsl(form))))
                self.tell(*provider.answer(self.path))

            def tell(self, status: int, body: bytes) -> None:
                provider.asked.append(self.path)
                self.send_response(status)
                self.send_header("Location", "/keys")
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    if provider.drips and self.path == "/keys":
                        provider.drips(self)
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "authorization_endpoint": f"{self.issuer}/authorize?tenant=culture",
                "token_endpoint": f"{self.issuer}/token",
                **self.tells,
            }
            return 200, json.dumps(told).encode()
        return 200, json.dumps({"keys": self.keys}).encode()

    @property
    def fetched(self) -> int:
        return self.asked.count("/keys")
