"""Mail to people, by a real server: once each, in their language, nothing out of their sight, stopped by one click."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.doors.graphql import executor_of
from api.keys import Keys
from api.mail.rounds import PATH, Rounds
from api.mail.sending import Mail, MailRefusedError, Post, checked_address
from api.roles import Role
from api.settings import BrokenSettings, Settings, read_settings
from api.webhooks import DELAYS, Webhooks
from api.wiring import opened
from graph.errors import InvalidValue
from graph.store.batch import Batch, Put, To
from tests.api.desk_pages import Person, told
from tests.neo4j_server import empty, settings_on_neo4j

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")
LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}


class Server:
    """A mail server that keeps what it is given, and answers with what waits in place of taking it."""

    def __init__(self, **given: Any) -> None:
        self.got: list[EmailMessage] = []
        self.answers: list[str] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.encrypted: list[bool] = []
        self.raw: list[bytes] = []
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, authenticator=self._login, **given)
        self.controller.start()

    def _login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"sesame")

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.encrypted.append(session.ssl is not None)
        self.raw.append(envelope.content)
        self.got.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def server():
    server = Server()
    yield server
    server.controller.stop()


@pytest.fixture
def house(home, server):
    settings = Settings(
        home=home,
        smtp_url=f"smtp://127.0.0.1:{server.port}",
        mail_from="Duta <duta@example.org>",
        public_url="https://duta.example",
    )
    with opened(settings) as house:
        puts = (
            Put("asset:tempe", "Asset", {"title": "Tempe", "kind": "WORK", "locale": "id", "marking": "INTERNAL"}),
            Put("asset:hidden", "Asset", {"title": "Rahasia", "kind": "WORK", "locale": "id", "marking": "RESTRICTED"}),
            Put("mission:seoul", "Mission", {"name": "Embassy in Seoul", "kind": "EMBASSY", **LIVE}),
        )
        assert not house.store.write(Batch(puts)).refused
        yield house


@pytest.fixture
def keys(house):
    return Keys(house.store)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rounds(house, keys, clock):
    rounds = Rounds(house, executor_of(house), keys)
    rounds.people.hooks = Webhooks(house.store, clock, collection="mail")
    rounds.people._clock = clock
    return rounds


@pytest.fixture
def app(house):
    return make_app(house)


@pytest.fixture
def sari(app, keys):
    return Person(app, keys, "Sari", Role.CREATOR)


def written(house, *puts: Put, actor: str = "duta") -> None:
    assert not house.store.write(Batch(puts, actor=actor)).refused


def note(about: str, name: str) -> Put:
    values = {"name": name, "note": "A secret sentence.", "kind": "CHANGE"}
    return Put(f"reviewnote:{name}", "ReviewNote", values, {"about": (To(about),)})


def confirmed(server, sari, lang: str = "en") -> str:
    """Ask for mails at the desk and follow the link of the first; answers its path."""
    answer = sari.send(f"/mine?lang={lang}", {"do": "MAIL", "address": "sari@example.org"})
    assert answer.status_code == 303, told(answer)
    [first] = server.got
    path = re.search(r"https://duta\.example(/mail/\S+)", first.get_content())[1]  # type: ignore[index]
    assert sari.browser.get(path).status_code == 200
    assert "Mails from Duta go" in told(sari.browser.post(path, data={"do": "confirm"})) or lang == "id"
    server.got.clear()
    return path


def test_who_asked_for_it_is_told_what_came_back_once_and_no_note_is_repeated(house, server, sari, rounds):
    written(house, Put("asset:tempe", "Asset", {"summary": "Soya."}), actor=f"key:{sari.key.id}")
    confirmed(server, sari)
    assert rounds.step() == 0

    written(house, note("asset:tempe", "first"), note("mission:seoul", "of-another-s"))
    assert rounds.step() == 1
    assert rounds.step() == 0

    [mail] = server.got
    text = mail.get_content()
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "sari@example.org",
        "Duta <duta@example.org>",
        "Duta: something for you",
    )
    assert mail.get_content_type() == "text/plain"
    assert "Came back with notes\n- Tempe\n  https://duta.example/edit/asset:tempe?lang=en" in text.replace("\r", "")
    assert "secret" not in text
    assert "Seoul" not in text


@pytest.mark.neo4j
def test_on_neo4j_an_address_is_confirmed_told_once_and_forgotten(home, server, clock):
    empty()
    mailing = {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "duta@example.org"}
    with opened(settings_on_neo4j(home, public_url="https://duta.example", **mailing)) as house:
        tempe = {"title": "Tempe", "kind": "WORK", "locale": "id", "marking": "INTERNAL"}
        keys = Keys(house.store)
        sari, rounds = Person(make_app(house), keys, "Sari", Role.CREATOR), Rounds(house, executor_of(house), keys)
        rounds.people.hooks = Webhooks(house.store, clock, collection="mail")
        written(house, Put("asset:tempe", "Asset", tempe), actor=f"key:{sari.key.id}")
        path = confirmed(server, sari)
        assert rounds.step() == 0

        written(house, note("asset:tempe", "first"))
        assert (rounds.step(), rounds.step()) == (1, 0)
        [mail] = server.got
        assert "- Tempe\n  https://duta.example/edit/asset:tempe?lang=en" in mail.get_content().replace("\r", "")

        assert sari.browser.post(path, data={"do": "stop"}).status_code == 200
        written(house, note("asset:tempe", "second"))
        assert rounds.step() == 0
        assert rounds.people.of(f"key:{sari.key.id}") is None


def test_what_somebody_does_not_see_or_is_stricter_than_the_house_s_own_is_in_no_mail(house, app, keys, server, rounds):
    eko = Person(app, keys, "Eko", Role.EDITOR)
    written(house, Put("asset:hidden", "Asset", {"summary": "Soya."}), actor=f"key:{eko.key.id}")
    confirmed(server, eko)

    written(house, note("asset:hidden", "first"))

    assert rounds.step() == 0
    assert server.got == []


def test_requests_come_to_those_who_look_after_them_in_their_language(house, server, sari, rounds):
    answer = sari.send("/mine?lang=id&of=mission:seoul", {"do": "MAIL", "address": "sari@example.org"})
    assert answer.status_code == 303
    path = re.search(r"https://duta\.example(/mail/\S+)", server.got.pop().get_content())[1]  # type: ignore[index]
    assert "apakah alamat ini milik Anda" not in path
    sari.browser.post(path, data={"do": "confirm"})

    here = {"addressee": (To("mission:seoul"),)}
    written(house, Put("request:mine", "Request", {"name": "May we print it?"}, here))
    written(house, Put("request:other", "Request", {"name": "Another matter"}))
    assert rounds.step() == 1

    [mail] = server.got
    assert mail["Subject"] == "Duta: ada sesuatu untuk Anda"
    assert "Diminta\n- May we print it?" in mail.get_content().replace("\r", "")
    assert "Another matter" not in mail.get_content()


def test_a_saved_search_tells_what_is_new_in_it_once(house, server, sari, rounds):
    house.follower.follow()
    saved = sari.send("/find?lang=en&q=rendang", {"do": "look"})
    assert saved.status_code == 303
    confirmed(server, sari)

    written(house, Put("asset:rendang", "Asset", {"title": "Rendang", "kind": "WORK", "locale": "id", **LIVE}))
    house.follower.follow()
    assert rounds.step() == 1
    assert rounds.step() == 0

    [mail] = server.got
    text = mail.get_content().replace("\r", "")
    assert "New in ““rendang””" in text or "New in “rendang”" in text
    assert "- Rendang\n  https://duta.example/find?lang=en&q=rendang" in text


def test_what_ends_soon_is_told_on_the_day_it_comes_near_and_not_again(house, server, sari, rounds, clock):
    confirmed(server, sari)
    soon = (clock.now + timedelta(days=20)).date()
    values = {"title": "Angklung", "kind": "WORK", "locale": "id", "review_by": f"{soon}T00:00:00Z", **LIVE}
    written(house, Put("asset:angklung", "Asset", values))
    assert rounds.step() == 1
    clock.now += timedelta(days=1)
    assert rounds.step() == 0

    [mail] = server.got
    assert "To be looked after soon\n- Angklung: " in mail.get_content().replace("\r", "")


def test_a_mail_that_is_not_taken_comes_later_under_the_same_id_and_one_that_cannot_be_is_given_up(
    house, server, sari, rounds, clock
):
    written(house, Put("asset:tempe", "Asset", {"summary": "Soya."}), actor=f"key:{sari.key.id}")
    confirmed(server, sari)
    written(house, note("asset:tempe", "first"))

    server.answers = ["451 Later"]
    assert rounds.step() == 0
    assert rounds.step() == 0
    assert server.got == []
    clock.now += timedelta(seconds=DELAYS[0] + 1)
    assert rounds.step() == 1
    [mail] = server.got
    assert mail["Message-ID"].startswith("<duta.")

    written(house, note("asset:tempe", "second"))
    server.answers = ["550 No such person"]
    assert rounds.step() == 0
    clock.now += timedelta(days=2)
    assert rounds.step() == 0
    assert "were not taken" in told(sari.get("/mine?lang=en"))


def test_one_click_stops_mails_and_forgets_the_address_and_no_visit_does(house, server, sari, rounds):
    written(house, Put("asset:tempe", "Asset", {"summary": "Soya."}), actor=f"key:{sari.key.id}")
    confirmed(server, sari)
    written(house, note("asset:tempe", "first"))
    rounds.step()
    [mail] = server.got
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.search(rb"^List-Unsubscribe: <https://duta\.example/mail/[!-~]+>\r$", server.raw[-1], re.MULTILINE)
    path = mail["List-Unsubscribe"].removeprefix("<https://duta.example").removesuffix(">")
    stranger = TestClient(sari.browser.app, base_url="https://duta.example", client=("192.0.2.251", 50000))

    assert stranger.get(path).status_code == 200
    assert rounds.people.of(f"key:{sari.key.id}") is not None
    assert stranger.get(f"{path}x").status_code == 410
    assert stranger.post(f"{PATH}nothing", data={"do": "confirm"}).status_code == 410

    assert stranger.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert rounds.people.of(f"key:{sari.key.id}") is None
    written(house, note("asset:tempe", "second"))
    assert rounds.step() == 0


def test_nobody_is_mailed_before_they_said_the_address_is_theirs_or_after_their_key_ended(
    house, keys, server, sari, rounds
):
    me = f"key:{sari.key.id}"
    written(house, Put("asset:tempe", "Asset", {"summary": "Soya."}), actor=me)
    assert sari.send("/mine?lang=en", {"do": "MAIL", "address": "sari@example.org"}).status_code == 303
    written(house, note("asset:tempe", "first"))
    assert rounds.step() == 0
    assert "Follow the link" in told(sari.get("/mine?lang=en"))

    wish = rounds.people.of(me)
    rounds.people.confirm(wish)
    keys.revoke(sari.key.id)
    assert rounds.step() == 0
    assert len(server.got) == 1


def test_an_address_that_the_sign_on_verified_needs_no_confirming_and_ends_with_a_month_of_absence(rounds, clock):
    rounds.people.want("sign-on:ana", Role.EDITOR, "ana@example.org", "en", "", confirmed=True)
    wish = rounds.people.of("sign-on:ana")
    assert wish.confirmed
    assert rounds.people.role_of(wish) is Role.EDITOR
    clock.now += timedelta(days=31)
    assert rounds.people.role_of(wish) is None


@pytest.mark.parametrize(
    "given", ["", "sari", "a@b", "a b@example.org", "a@example.org\nBcc: x@example.org", "<a@b.org>"]
)
def test_what_is_no_address_is_refused(server, sari, given):
    with pytest.raises(InvalidValue):
        checked_address(given)
    answer = sari.send("/mine?lang=en", {"do": "MAIL", "address": given})
    assert answer.status_code == 422
    assert "This is no mail address." in told(answer)
    assert server.got == []


def at_localhost(folder: Path) -> Path:
    """A certificate of this machine that nobody else vouches for, with its key."""
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    found = folder / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    found.write_bytes(private + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return found


def test_mail_goes_encrypted_and_with_the_password_or_not_at_all(home, tmp_path, monkeypatch):
    root = at_localhost(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(root)
    server = Server(tls_context=context, require_starttls=True, auth_required=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(root))
    secret = tmp_path / "password"
    secret.write_text("sesame\n")
    given: dict[str, Any] = {"smtp_url": f"smtp://duta%40example.org@localhost:{server.port}"}
    mail = Mail("duta.1", "ana@example.org", "Hello", "Text.\n", "https://duta.example/mail/x", "en", 0)
    try:
        Post(Settings(home=home, smtp_password_file=secret, **given)).send(mail)
        assert server.encrypted == [True]
        assert server.logins == [(b"duta@example.org", b"sesame")]
        with pytest.raises(
            MailRefusedError, match=r"^The server (answered 535|was not reached: SMTPServerDisconnected)\.$"
        ):
            Post(Settings(home=home, smtp_password=SecretStr("wrong"), **given)).send(mail)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(MailRefusedError, match="SSLCertVerificationError"):
            Post(Settings(home=home, smtp_password=SecretStr("sesame"), **given)).send(mail)
    finally:
        server.controller.stop()
    assert len(server.got) == 1


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(BrokenSettings) as caught:
        read_settings(smtp_url="smtp://duta:sesame@mail.example.org")
    assert "DUTA_SMTP_PASSWORD" in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_without_a_server_nothing_of_mail_is_there(home):
    with opened(Settings(home=home, public_url="https://duta.example")) as house:
        sari = Person(make_app(house), Keys(house.store), "Sari", Role.CREATOR)
        assert "Mails to me" not in told(sari.get("/mine?lang=en"))
        assert sari.get("/mail/x").status_code == 404
