"""Settings: the DUTA_* variables, read here and nowhere else."""

import ipaddress
import re
from collections.abc import Mapping
from enum import StrEnum
from os import environ as process_environment
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import langcodes
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from api.roles import Role
from graph.model.nearest import nearest

PREFIX = "DUTA_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEMO_MARKER = "demo"
_NEO4J_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_LARGEST_LIMIT = 1_000_000_000
_FOR_TESTS = ("DUTA_TEST_", "DUTA_REQUIRE_")


class SearchEngine(StrEnum):
    """Which library keeps the search index."""

    WHOOSH = "whoosh"
    TANTIVY = "tantivy"


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From where on a line is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class TrustedOnly(StrEnum):
    """For whom only registered operations are answered."""

    NOBODY = "nobody"
    PUBLIC = "public"
    EVERYONE = "everyone"


class BrokenSettings(Exception):
    """Settings that cannot be used; `problems` is one sentence for each, with name, value and cure."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path(process_environment.get("XDG_DATA_HOME") or "~/.local/share", "duta"),
        validate_default=True,
        description="The folder that holds the store, the search index and everything else Duta keeps.",
        json_schema_extra={
            "cure": "Name a folder that you may write to.",
            "shown": "`~/.local/share/duta`, by XDG_DATA_HOME",
        },
    )
    country: str = Field(
        default="ID",
        pattern="^[A-Za-z]{2}$",
        description="The home country by its ISO 3166-1 alpha-2 code: whose posts and secrets these are.",
        json_schema_extra={"cure": "Use two letters, such as ID or KR."},
    )
    locale: str = Field(
        default="en",
        description="The language of pages and texts where a reader's own is not known, as a BCP 47 tag.",
        json_schema_extra={"cure": "Use a language tag, such as id or en."},
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address to listen on.",
        json_schema_extra={"cure": "Use 127.0.0.1 for this machine only, or 0.0.0.0 for every network it is in."},
    )
    port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        description="The port to listen on; 0 takes a free one.",
        json_schema_extra={"cure": "Use a whole number from 0 to 65535, such as 8000."},
    )
    public_url: str | None = Field(
        default=None,
        description="The address under which others reach Duta, where that is not its host and port.",
        json_schema_extra={"cure": "Write it as https://duta.example.org."},
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further host names under which requests are answered, separated by commas; "
        "this machine, the host and the public URL's are always among them.",
        json_schema_extra={"cure": "Write names only, such as duta.example.org,www.example.org."},
    )
    neo4j_uri: str | None = Field(
        default=None,
        description="The address of a Neo4j 5 or newer; where it is set, the graph is kept there.",
        json_schema_extra={"cure": "Write it as bolt://127.0.0.1:7687 or neo4j+s://graph.example.org."},
    )
    neo4j_user: str = Field(default="neo4j", description="The user for Neo4j.")
    neo4j_password: SecretStr = Field(default=SecretStr(""), description="The password for Neo4j.")
    neo4j_database: str = Field(default="neo4j", min_length=1, description="The database in Neo4j.")
    neo4j_seconds: int = Field(
        default=20,
        ge=1,
        le=3600,
        description="How many seconds a question may take in Neo4j before it is given up; where the server hangs, "
        "two seconds more.",
        json_schema_extra={"cure": "Use a whole number from 1 to 3600."},
    )
    neo4j_write_seconds: int = Field(
        default=30,
        ge=1,
        le=3600,
        description="How many seconds a write may take in Neo4j before it is given up, waiting for other writers "
        "included; imports, and what is taken back, take as long as they take.",
        json_schema_extra={"cure": "Use a whole number from 1 to 3600."},
    )
    four_eyes: bool = Field(
        default=True,
        description="Whether what somebody wrote has to be approved by somebody else before it is published.",
        json_schema_extra={"cure": "Use true or false."},
    )
    quiet_hours: int = Field(
        default=0,
        ge=0,
        le=24 * 30,
        description="Hours between an approval and the publication, in which an editor may pull it back.",
        json_schema_extra={"cure": "Use a whole number from 0 to 720."},
    )
    reasons: bool = Field(
        default=False,
        description="Whether every write over GraphQL needs a reason for the log.",
        json_schema_extra={"cure": "Use true or false."},
    )
    search_engine: SearchEngine = Field(
        default=SearchEngine.WHOOSH,
        description="What keeps the search index: whoosh, or tantivy, which is quick with more than thirty thousand "
        "assets and wants Duta installed as duta[tantivy]. The index is built anew where it changes.",
        json_schema_extra={"cure": "Use whoosh or tantivy."},
    )
    media_storage: str | None = Field(
        default=None,
        description="Where the bytes of [pictures](media.md) are kept: a folder, or s3://bucket/path with the "
        "credentials that AWS's own variables name; or `media` at home.",
        json_schema_extra={"cure": "Name a folder, or write s3://bucket/path."},
    )
    media_bytes: int = Field(
        default=104_857_600,
        ge=1_000,
        le=2_000_000_000,
        description="How many bytes an uploaded picture may have.",
        json_schema_extra={"cure": "Use a whole number from 1000 to 2000000000, such as 104857600."},
    )
    sheet_bytes: int = Field(
        default=10_000_000,
        ge=1_000,
        le=100_000_000,
        description="How many bytes a table may have that is brought in at [the desk](desk.md#sheets).",
        json_schema_extra={"cure": "Use a whole number from 1000 to 100000000, such as 10000000."},
    )
    sheet_rows: int = Field(
        default=2_000,
        ge=1,
        le=20_000,
        description="How many rows such a table may have; larger ones are for `duta import`.",
        json_schema_extra={"cure": "Use a whole number from 1 to 20000, such as 2000."},
    )
    sheet_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="How many days such a table is kept at home after somebody last worked on it.",
        json_schema_extra={"cure": "Use a whole number from 1 to 365, such as 14."},
    )
    c2pa_key: Path | None = Field(
        default=None,
        description="The private key, as PEM without a password, with which large [pictures](media.md#provenance) that "
        "are given out are signed by C2PA; it wants Duta installed as duta[c2pa].",
        json_schema_extra={"cure": "Name a file of PEM, or leave it out."},
    )
    c2pa_certificate: Path | None = Field(
        default=None,
        description="The certificate of that key, with those above it, as PEM.",
        json_schema_extra={"cure": "Name a file of PEM, or leave it out."},
    )
    c2pa_anchors: Path | None = Field(
        default=None,
        description="The certificates, as PEM, of those who vouch for who signs pictures; without it nobody is vouched "
        "for.",
        json_schema_extra={"cure": "Name a file of PEM, or leave it out."},
    )
    territory_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="The header in which your proxy tells the country of a caller without a key, such as "
        "CF-IPCountry; rights in pictures are decided by it. The proxy has to remove what callers send under it.",
        json_schema_extra={"cure": "Name a header, or leave it out."},
    )
    trusted_documents: Path | None = Field(
        default=None,
        description="The folder of registered operations; or `documents` at home.",
        json_schema_extra={"cure": "Name a folder of GraphQL files and manifests."},
    )
    trusted_only: TrustedOnly = Field(
        default=TrustedOnly.NOBODY,
        description="For whom only registered operations are answered: nobody, public (callers without a role) or "
        "everyone.",
        json_schema_extra={"cure": "Use nobody, public or everyone."},
    )
    cache_seconds: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description="How many seconds caches may keep the public's answers to registered operations.",
        json_schema_extra={"cure": "Use a whole number from 0 to 86400, such as 60."},
    )
    limits: Annotated[tuple[tuple[str, int], ...], NoDecode] = Field(
        default=(),
        description="Limits of a request that are to differ from those in [limits](limits.md), separated by commas.",
        json_schema_extra={"cure": "Write names with whole numbers, such as objects=50000,first=200."},
    )
    log_format: LogFormat = Field(
        default=LogFormat.TEXT,
        description="How the log is written to standard error: text, or json with one object a line.",
        json_schema_extra={"cure": "Use text or json."},
    )
    log_level: LogLevel = Field(
        default=LogLevel.INFO,
        description="From where on the log is written: debug, info, warning or error.",
        json_schema_extra={"cure": "Use debug, info, warning or error."},
    )

    budget_per_address: int = Field(
        default=6_000_000,
        ge=0,
        le=1_000_000_000,
        description="How many objects a caller without a key may ask for each minute, by address; 0 sets no budget.",
        json_schema_extra={"cure": "Use a whole number, such as 6000000."},
    )
    budget_per_key: int = Field(
        default=6_000_000,
        ge=0,
        le=1_000_000_000,
        description="How many objects a key that names no budget, or somebody signed on, may ask for each minute; "
        "0 sets no budget.",
        json_schema_extra={"cure": "Use a whole number, such as 6000000."},
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=720,
        description="How many hours somebody who signed in at the pages stays signed in at most.",
        json_schema_extra={"cure": "Use a whole number from 1 to 720, such as 12."},
    )
    session_idle_minutes: int = Field(
        default=120,
        ge=1,
        le=43_200,
        description="After how many minutes without a page somebody who signed in there is signed out.",
        json_schema_extra={"cure": "Use a whole number from 1 to 43200, such as 120."},
    )
    budget_minutes: int = Field(
        default=2,
        ge=1,
        le=1440,
        description="How many minutes of a budget may be saved up and spent at once.",
        json_schema_extra={"cure": "Use a whole number from 1 to 1440, such as 2."},
    )
    oidc_audience: str | None = Field(
        default=None,
        description="What tokens of the sign-on name as their audience, for this installation to take them.",
        json_schema_extra={"cure": "Use the client id or the audience that the provider has for Duta."},
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The organisation's sign-on: the issuer of an OpenID Connect provider, whose tokens are let in.",
        json_schema_extra={
            "cure": "Write it as the provider does, such as https://login.example.org/realms/duta, and set "
            "DUTA_OIDC_AUDIENCE too."
        },
    )
    oidc_client_id: str | None = Field(
        default=None,
        description="What the provider calls Duta, so that people sign on at its own page; without it they sign in "
        "with a key.",
        json_schema_extra={
            "cure": "Register Duta at the provider, with /sign-in/done of your own address to come back to, and set "
            "DUTA_OIDC_ISSUER too."
        },
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What proves to the provider that Duta asks; without it Duta is a public client, proven by PKCE "
        "alone.",
    )
    oidc_jwks_url: str | None = Field(
        default=None,
        description="Where the provider publishes its keys; or as its own description says.",
        json_schema_extra={"cure": "Write it as https://login.example.org/keys, or leave it out."},
    )
    oidc_role_claim: str = Field(
        default="roles",
        min_length=1,
        description="The claim of a token that names roles, with dots between levels, such as `realm_access.roles`.",
        json_schema_extra={"cure": "Name a claim, such as roles or groups."},
    )
    oidc_roles: Annotated[tuple[tuple[str, Role], ...], NoDecode] = Field(
        default=(),
        description="Which role each name in that claim gives, as pairs separated by commas; without it the names are "
        "the roles'.",
        json_schema_extra={"cure": "Write it as duta-editors=EDITOR,duta-planners=PLANNER."},
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The proxies, as addresses or networks separated by commas, whose word on a caller's address "
        "(X-Forwarded-For) is taken.",
        json_schema_extra={"cure": "Write them as 127.0.0.1,10.0.0.0/8."},
    )
    smtp_url: str | None = Field(
        default=None,
        description="The server that mails to people are given to: smtp:// begins in the clear and goes on encrypted "
        "(STARTTLS), smtps:// is encrypted from the start. Without it nobody is told anything by mail.",
        json_schema_extra={
            "cure": "Write it as smtp://duta%40example.org@mail.example.org:587, and the password in "
            "DUTA_SMTP_PASSWORD or in a file that DUTA_SMTP_PASSWORD_FILE names."
        },
    )
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The password for that server.")
    smtp_password_file: Path | None = Field(
        default=None,
        description="A file that holds this password, where it is not in DUTA_SMTP_PASSWORD.",
        json_schema_extra={"cure": "Name a file that Duta may read."},
    )
    mail_from: str | None = Field(
        default=None,
        description="Whom mails are from; the user of DUTA_SMTP_URL where it is left out.",
        json_schema_extra={"cure": "Write it as duta@example.org or Duta <duta@example.org>."},
    )
    webhook_private: bool = Field(
        default=False,
        description="Whether webhooks may lead to addresses of private networks and of this machine, and to http; "
        "`duta links` follows addresses there only then.",
        json_schema_extra={"cure": "Use true or false."},
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment and nothing else; a file in the current folder must not change an installation."""
        return init_settings, env_settings

    @field_validator("home", mode="before")
    @classmethod
    def _home(cls, value: object) -> Path:
        if not str(value).strip():
            raise ValueError("it is empty")
        return Path(str(value)).expanduser().absolute()

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        return value.upper()

    @field_validator("locale")
    @classmethod
    def _locale(cls, value: str) -> str:
        if not langcodes.tag_is_valid(value):
            raise ValueError("it is no language tag")
        return langcodes.standardize_tag(value)

    @field_validator("log_format", "log_level", "trusted_only", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _allowed_hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(name.strip().lower() for name in value.split(",") if name.strip())
        if any("/" in name or "*" in name for name in names):
            raise ValueError("a host name holds neither a path nor a star")
        return names

    @field_validator("limits", mode="before")
    @classmethod
    def _limits(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        # Imported when it is needed, as `duta --help` must not wait for all that plans questions.
        from api.plan.limits import limit_names

        pairs = [one.partition("=") for one in value.split(",") if one.strip()]
        for name, _, number in pairs:
            if name.strip() not in limit_names():
                near = nearest(name.strip(), limit_names())
                raise ValueError(f"there is no limit {name.strip()}{f'; did you mean {near}' if near else ''}")
            if not number.strip().isdecimal() or not 0 < int(number) <= _LARGEST_LIMIT:
                raise ValueError(f"{name.strip()} is no number from 1 to {_LARGEST_LIMIT}")
        return tuple((name.strip(), int(number)) for name, _, number in pairs)

    @field_validator("oidc_issuer", "oidc_jwks_url")
    @classmethod
    def _oidc_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or not value.strip():
            return None
        parts = urlsplit(value.strip())
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("it is no https address")
        if info.field_name == "oidc_issuer" and not info.data.get("oidc_audience"):
            raise ValueError("without an audience, tokens for other applications would be taken")
        return value.strip()

    @field_validator("oidc_client_id")
    @classmethod
    def _oidc_client_id(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or not value.strip():
            return None
        if not info.data.get("oidc_issuer"):
            raise ValueError("without an issuer there is no page to sign on at")
        return value.strip()

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _oidc_roles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [one.rpartition("=") for one in value.split(",") if one.strip()]
        for name, _, role in pairs:
            if not name.strip() or role.strip().upper() not in set(Role) - {Role.PUBLIC}:
                roles = ", ".join(one for one in Role if one is not Role.PUBLIC)
                raise ValueError(f'"{role.strip()}" is no role; there are {roles}')
        return tuple((name.strip(), Role(role.strip().upper())) for name, _, role in pairs)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _trusted_proxies(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(str(ipaddress.ip_network(part.strip())) for part in value.split(",") if part.strip())

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it is no http or https address")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        parts = urlsplit(value.strip())
        if parts.password:
            raise ValueError("it holds a password, which has a setting of its own")
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("it is no smtp or smtps address")
        return value.strip()

    @field_validator("neo4j_uri")
    @classmethod
    def _neo4j_uri(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        parts = urlsplit(value)
        if parts.scheme not in _NEO4J_SCHEMES or not parts.hostname:
            raise ValueError(f"it does not start with {', '.join(_NEO4J_SCHEMES)} and a host")
        return value

    @field_validator("media_storage")
    @classmethod
    def _media_storage(cls, value: str | None) -> str | None:
        if value and "://" in value and not value.startswith("s3://"):
            raise ValueError("it is neither a folder nor an s3 address")
        return value or None

    @property
    def database(self) -> Path:
        """The file of the embedded store."""
        return self.home / "duta.sqlite3"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.home / "index"

    @property
    def media(self) -> str:
        """The folder or address of the bytes of pictures."""
        return self.media_storage or str(self.home / "media")

    @property
    def incoming(self) -> Path:
        """The folder of what is being uploaded or worked on."""
        return self.home / "incoming"

    @property
    def sheets(self) -> Path:
        """The folder of tables that people bring in at the desk."""
        return self.home / "sheets"

    @property
    def smtp_secret(self) -> str:
        """The password for the mail server, of the file that is named or as it was given."""
        if self.smtp_password_file is None:
            return self.smtp_password.get_secret_value()
        return self.smtp_password_file.read_text("utf-8").strip()

    @property
    def documents(self) -> Path:
        """The folder of registered operations."""
        return self.trusted_documents or self.home / "documents"

    @property
    def is_demonstration(self) -> bool:
        """Whether this is the demonstration's home, where callers on this machine are planners."""
        return (self.home / DEMO_MARKER).is_file()

    @property
    def url(self) -> str:
        """The address that people are told."""
        return self.public_url or f"http://{bracketed(self.host)}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """Every host name under which a request is answered."""
        public = urlsplit(self.public_url or "").hostname
        return frozenset({*LOOPBACK, self.host.lower(), *self.allowed_hosts, *([public] if public else [])})


def read_settings(**given: object) -> Settings:
    """The settings of the environment; raises BrokenSettings. What is given by name goes before."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise BrokenSettings([_sentence(problem) for problem in error.errors()]) from None


def unknown_settings(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each DUTA_* variable that is no setting."""
    known = setting_names()
    names = process_environment if environment is None else environment
    return [
        f"There is no setting {name}{f'; did you mean {near}?' if (near := nearest(name, known)) else '.'}"
        for name in sorted(names)
        if name.startswith(PREFIX) and name not in known and not name.startswith(_FOR_TESTS)
    ]


def setting_names() -> list[str]:
    """Every variable, in the order of their declaration."""
    return [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]


def settings_page() -> str:
    """docs/settings.md."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([_PAGE_HEAD, "| Variable | Default | What it is |", "|---|---|---|", *rows, ""])


_PAGE_HEAD = """# Settings

Duta is set up by environment variables. Each has a default; none is needed to begin.
A value that cannot be used stops Duta with a sentence that names the variable, its value and the cure.
A variable that starts with `DUTA_` and is none of these gets a warning.
This page is printed from `api/settings.py` by `make schema`.
"""


def _default(name: str) -> str:
    shown, value = _extra(name, "shown"), Settings.model_fields[name].default
    return shown or ("" if isinstance(value, SecretStr) or value in (None, ()) else f"`{value}`")


def _extra(name: str, key: str) -> str:
    extra = cast("Mapping[str, str]", Settings.model_fields[name].json_schema_extra or {})
    return extra.get(key, "")


def _sentence(problem: Mapping[str, Any]) -> str:
    """What is wrong with one setting, as name, value and cure."""
    name = str(problem["loc"][0])
    own = str(problem["msg"]).removeprefix("Value error, ") if problem["type"] == "value_error" else ""
    reason = f", which cannot be used{f': {own}' if own else ''}."
    # A password in an address is not repeated.
    given = re.sub(r"(//[^/@:]*):[^@]*@", r"\1:…@", str(problem["input"]))
    return f'{PREFIX}{name.upper()} is "{given}"{reason} {_extra(name, "cure")}'.strip()


def bracketed(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def is_home_given() -> bool:
    """Whether the environment names the home folder."""
    return bool(process_environment.get(f"{PREFIX}HOME"))
