"""Sending a mail by SMTP: encrypted but to this machine, as plain text, with an address that stops further ones."""

import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from api.settings import LOOPBACK, Settings
from graph.errors import InvalidValue

_SECONDS: Final = 15
_PORTS: Final = {"smtp": 587, "smtps": 465}
_LONGEST: Final = 254
#: Addresses in headers stand as they are: what is folded is encoded, and no mail program reads a link from that.
_POLICY: Final = SMTP.clone(max_line_length=998)
#: From here on a server says no for good.
_PERMANENT: Final = 500


class MailRefusedError(Exception):
    """A mail that was not taken; `for_good` where the address is no such one."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent: `id` is the same where it is sent again, `stop` the page that stops further ones."""

    id: str
    to: str
    subject: str
    text: str
    stop: str
    lang: str
    at: int


def checked_address(given: str) -> str:
    """A mail address as people write it; raises InvalidValue where it is none."""
    address = given.strip()
    name, at, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not any(one in address for one in ' ,;:<>()[]"\\')
    if not (plain and name and at and "." in host.strip(".") and len(address) <= _LONGEST and "@" not in name):
        raise InvalidValue("This is no mail address.", path="address", cure="Write it as name@example.org.")
    return address


class Post:
    """The server that mails are given to, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.smtp_url or "")
        self._implicit, self._host = parts.scheme == "smtps", parts.hostname or ""
        self._port = parts.port or _PORTS.get(parts.scheme, 0)
        self._user = unquote(parts.username or "")
        self._password = settings.smtp_secret
        self._sender = settings.mail_from or self._user

    def send(self, mail: Mail) -> None:
        """Give a mail to the server; raises MailRefusedError."""
        try:
            message = self._message(mail)
            with self._connected() as server:
                server.send_message(message, parseaddr(self._sender)[1], [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise MailRefusedError(f"The server answered {code}.", for_good=code >= _PERMANENT) from None
        except smtplib.SMTPResponseException as error:
            # What it said may name accounts; its number is enough to find it in its own log.
            raise MailRefusedError(f"The server answered {error.smtp_code}.") from None
        except (smtplib.SMTPException, OSError, MessageError) as error:
            raise MailRefusedError(f"The server was not reached: {type(error).__name__}.") from None

    @contextmanager
    def _connected(self) -> Generator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self._implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        with server:
            server.ehlo_or_helo_if_needed()
            if not self._implicit and (self._host not in LOOPBACK or server.has_extn("starttls")):
                # A server without it is refused: neither the password nor the text goes in the clear.
                server.starttls(context=context)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
            yield server

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(_POLICY)
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(mail.at / 1000, UTC))
        message["Message-ID"] = f"<{mail.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = mail.lang
        message.set_content(mail.text)
        return message
