"""Browsers of people who signed in at the pages, and the forms that they fill in there."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import count

from starlette.testclient import TestClient

from api.keys import Keys
from api.roles import Role

_ADDRESSES = count(1)
SAME = {"sec-fetch-site": "same-origin"}


class Form(HTMLParser):
    """The fields of the form with an id, as a browser would send them untouched; `sends` are its buttons."""

    def __init__(self, text: str, id: str = "edit") -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.id, self._in, self._text, self._select = id, False, "", ""
        self.sends: list[tuple[str, str]] = []
        self.action = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self.id:
            self._in, self.action = True, given["action"]
        if not self._in:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "textarea":
            self._text = name
            self.fields.append((name, ""))
        elif tag == "select":
            self._select = name
            self.fields.append((name, ""))
        elif tag == "option" and self._select and ("selected" in given or not self._chosen):
            self.fields[-1] = (self._select, value)
            self._chosen = True
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, value))
        elif tag == "button":
            self.sends.append((name, value))

    _chosen = False

    def handle_endtag(self, tag):
        if tag == "form":
            self._in = False
        if tag == "textarea":
            self._text = ""
            # The first line end after the tag is not of the text.
            name, text = self.fields[-1] if self._in and self.fields else ("", "")
            if text.startswith("\n"):
                self.fields[-1] = (name, text[1:])
        if tag == "select":
            self._select, self._chosen = "", False

    def handle_data(self, data):
        if self._text:
            name, text = self.fields[-1]
            self.fields[-1] = (name, text + data)

    def filled(self, **changed: str | list[str]) -> dict[str, list[str]]:
        """What is sent where some fields are filled in otherwise; a dot in a name is written as two underscores."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        for name, values in changed.items():
            found[name.replace("__", ".")] = [values] if isinstance(values, str) else values
        return found


class Person:
    """Somebody with a key who signed in, at a browser of their own."""

    def __init__(self, app, keys: Keys, name: str, role: Role) -> None:
        # Each at an address of their own: from one, one may not sign in too often.
        at = f"192.0.2.{next(_ADDRESSES) % 250}"
        self.browser = TestClient(app, base_url="https://duta.example", client=(at, 50000))
        self.key, self.token = keys.create(name, role)
        self.sign_in()

    def sign_in(self) -> None:
        answer = self.browser.post("/sign-in", data={"key": self.token}, headers=SAME, follow_redirects=False)
        assert answer.status_code == 303

    def get(self, path: str):
        return self.browser.get(path, follow_redirects=False)

    def form(self, path: str, id: str = "edit") -> Form:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return Form(answer.text, id)

    def send(self, path: str, given, headers=SAME):
        return self.browser.post(path, data=given, headers=headers, follow_redirects=False)

    def save(self, path: str, do: str = "save", **changed: str | list[str]):
        """Open a form, fill some of it in and press a button."""
        return self.send(path, self.form(path).filled(do=do, **changed))


def asked(person, text, **variables):
    """What the API answers somebody, drafts in sight."""
    body = {"query": text, "variables": variables}
    headers = {"authorization": f"Bearer {person.token}", "duta-perspective": "DRAFT"}
    return person.browser.post("/graphql", json=body, headers=headers).json()["data"]


def told(answer) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
