"""A small graph in a real store, the contract of the model, and ways to ask."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from api.doors.app import make_app
from api.doors.callers import Known
from api.doors.graphql import GraphQLDoor
from api.keys import Keys
from api.plan import Caller, Executor, Outcome, Request
from api.roles import Role
from api.schema import Contract, build_contract
from api.settings import Settings
from api.wiring import open_store
from graph.model import MODEL
from graph.store.batch import Batch, Put, To
from graph.store.port import GraphStore
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from tests.api.desk_pages import Person
from tests.neo4j_server import empty, settings_on_neo4j

NOW = 1_800_000_000_000
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)
PLANNER = Viewer(live=2, draft=2, retired=-1, now=NOW)

LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}

PUTS = (
    Put(
        "country:id",
        "Country",
        {
            "name": "Indonesia",
            "alpha2": "ID",
            "names": {"ko": "인도네시아", "id": "Indonesia"},
            "population": 281_000_000,
        },
    ),
    Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR", "languages": {"ko": 0.99, "en": 0.125}}),
    Put("theme:food", "Theme", {"name": "Food"}),
    Put(
        "theme:slow-food",
        "Theme",
        {"name": "Slow food", "names": {"id": "Makanan lambat"}},
        {"broader": (To("theme:food"),)},
    ),
    Put("theme:craft", "Theme", {"name": "Living craft", "brand_dimensions": ["CULTURE_HERITAGE", "EXPORTS"]}),
    Put("source:secret", "Source", {"title": "A cable", "locale": "en", "marking": "INTERNAL", "state": "PUBLISHED"}),
    Put("source:book", "Source", {"title": "A book", "locale": "en", **LIVE}),
    Put(
        "asset:kimjang",
        "Asset",
        {"title": "Kimjang", "kind": "WORK", "locale": "en", "year": 2013, "keywords": ["kimchi", "winter"], **LIVE},
        {
            "themes": (
                To("theme:slow-food", {"weight": 0.9, "since": "2013", "confidence": "A1", "evidence": "source:book"}),
                To("theme:craft", {"weight": 0.3, "evidence": "source:secret"}),
            ),
            "countries": (To("country:kr", {"role": "ORIGIN"}),),
            "sources": (To("source:book"),),
        },
    ),
    Put(
        "asset:batik",
        "Asset",
        {
            "title": "Batik tulis",
            "summary": "Malam di atas kain.",
            "kind": "TEXT",
            "locale": "id",
            "year": 2009,
            **LIVE,
        },
        {"themes": (To("theme:craft", {"weight": 0.8}),), "countries": (To("country:id", {"role": "ORIGIN"}),)},
    ),
    Put("asset:pencak", "Asset", {"title": "Pencak silat", "kind": "VIDEO", "locale": "id", **LIVE}),
    Put(
        "asset:wayang",
        "Asset",
        {"title": "Wayang kulit", "kind": "WORK", "locale": "id", "year": 2003, "text_state": "DRAFT", **LIVE},
    ),
    Put(
        "asset:tempe",
        "Asset",
        {"title": "Tempe", "kind": "WORK", "locale": "id", "state": "PUBLISHED", "marking": "INTERNAL"},
    ),
    Put(
        "asset:angklung",
        "Asset",
        {"title": "Angklung", "kind": "AUDIO", "locale": "id", "state": "DRAFT", "marking": "INTERNAL"},
    ),
    Put(
        "translation:batik.en",
        "Translation",
        {"locale": "en", "title": "Hand-drawn batik", "state": "PUBLISHED"},
        {"translates": (To("asset:batik"),)},
    ),
    Put(
        "translation:batik.vi",
        "Translation",
        {"locale": "vi", "title": "Batik vẽ tay", "state": "DRAFT"},
        {"translates": (To("asset:batik"),)},
    ),
    Put(
        "translation:batik.pt",
        "Translation",
        {"locale": "pt", "title": "Batique", "state": "PUBLISHED"},
        {"translates": (To("asset:batik"),)},
    ),
    Put(
        "mission:seoul",
        "Mission",
        {"name": "Embassy in Seoul", "kind": "EMBASSY"},
        {"sent_by": (To("country:id"),), "hosted_by": (To("country:kr"),)},
    ),
    Put(
        "audience:gourmets",
        "Audience",
        {"name": "Gourmets", "kind": "FOREIGN_PUBLIC", "state": "PUBLISHED"},
        {"country": (To("country:kr"),)},
    ),
    Put(
        "campaign:craft-week",
        "Campaign",
        {
            "title": "Craft week",
            "locale": "en",
            "starts": "2026-10-01",
            "ends": "2026-10-07",
            "budget_band": "SMALL",
            **LIVE,
        },
        {
            "missions": (To("mission:seoul", {"role": "LEAD"}),),
            "assets": (To("asset:batik"), To("asset:kimjang")),
            "audiences": (To("audience:gourmets"),),
        },
    ),
)


@dataclass
class Counted:
    """A store that notes every statement it is asked for."""

    store: GraphStore
    statements: list[object] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def ask(self, viewer: Viewer, questions: Any) -> Any:
        self.statements.append(questions)
        return self.store.ask(viewer, questions)

    def ask_json(self, viewer: Viewer, questions: Any) -> bytes:
        self.statements.append(questions)
        return self.store.ask_json(viewer, questions)


@pytest.fixture
def anyio_backend() -> str:
    """The loop of the server."""
    return "asyncio"


@pytest.fixture(scope="session")
def contract() -> Contract:
    return build_contract(MODEL)


@pytest.fixture(scope="session")
def small_store(tmp_path_factory) -> Iterator[GraphStore]:
    """The small graph; not to be written to."""
    store = open_sqlite(tmp_path_factory.mktemp("small") / "graph.sqlite", MODEL)
    report = store.write(Batch(PUTS))
    assert not report.refused
    yield store
    store.close()


@pytest.fixture
def counted(small_store) -> Counted:
    return Counted(small_store)


@pytest.fixture
def executor(contract, counted) -> Executor:
    return Executor(contract, counted)


@pytest.fixture
def outcome(executor) -> Callable[..., Outcome]:
    """The outcome of a question, asked by the public unless said otherwise."""

    def ask(text: str, viewer: Viewer = PUBLIC, locale: str | None = None, **variables: object) -> Outcome:
        found: Outcome = executor.execute(Request(text, None, variables), Caller(viewer, locale))
        return found

    return ask


@pytest.fixture
def ask(outcome) -> Callable[..., Any]:
    """The data of a question that must be answered without an error."""

    def ask(text: str, viewer: Viewer = PUBLIC, locale: str | None = None, **variables: object) -> Any:
        found = outcome(text, viewer, locale, **variables)
        assert [error.message for error in found.errors] == []
        return found.data

    return ask


@pytest.fixture(scope="session")
def small_puts() -> tuple[Put, ...]:
    return PUTS


@pytest.fixture
def public() -> Viewer:
    return PUBLIC


@pytest.fixture
def planner() -> Viewer:
    return PLANNER


@pytest.fixture
def role() -> dict[str, str]:
    """What the caller of `http` is; a test may change it."""
    return {"is": "PUBLIC"}


@pytest.fixture
def known(role) -> Callable[[HTTPConnection], Awaitable[Known]]:
    """Says who calls."""

    async def known(_: HTTPConnection) -> Known:
        return Known(Role(role["is"]))

    return known


@pytest.fixture
def http(executor, known) -> TestClient:
    """The endpoint over HTTP."""
    return TestClient(GraphQLDoor(executor, known), raise_server_exceptions=False)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def any_store(request, home):
    """An empty store of either engine, to be written to."""
    settings = Settings(home=home)
    if request.param == "neo4j":
        settings = settings_on_neo4j(home)
        empty()
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(house):
    """The doors of the house that a module opened."""
    return make_app(house)


@pytest.fixture(scope="module")
def keys(house):
    return Keys(house.store)


@pytest.fixture
def sari(app, keys):
    """A creator at its desk."""
    return Person(app, keys, "Sari", Role.CREATOR)


@pytest.fixture
def eko(app, keys):
    """An editor at its desk."""
    return Person(app, keys, "Eko", Role.EDITOR)


@pytest.fixture
def provider():
    """A provider of OpenID Connect on loopback."""
    # Imported when it is needed, as making its keys takes a moment.
    from tests.api.provider import Provider

    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()
