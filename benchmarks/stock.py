"""The same page by stock Strawberry: a resolver per field and a DataLoader per list, over the same data.

    STOCK_SQLITE=graph.sqlite3 uvicorn stock:app

What the Strawberry documentation shows: async resolvers, `strawberry.dataloader.DataLoader`, `strawberry.asgi.GraphQL`.
One statement reads the page, one each list; rows per parent are cut in the statement.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import apsw
import orjson
import strawberry
from neo4j import AsyncGraphDatabase
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

Rows = list[Mapping[str, Any]]
PUBLISHED = "{0}.vis_stage = 2 AND {0}.vis_level <= 0"
COLUMNS = ("id", "title", "kind", "year", "summary", "url", "locale", "updated_at")


class Sqlite:
    """Reads by SQL, in the event loop as the documentation's examples do."""

    def __init__(self, path: str) -> None:
        self.connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)

    async def page(self, first: int) -> Rows:
        names = ", ".join(COLUMNS)
        text = f"SELECT {names} FROM n_asset a WHERE {PUBLISHED.format('a')} ORDER BY title__sort, id LIMIT ?"
        return [dict(zip(COLUMNS, row, strict=True)) for row in self.connection.execute(text, (first,))]

    async def linked(self, ids: Sequence[str], link: str, name: str, first: int) -> Mapping[str, Rows]:
        table, near, far, target = {
            "themes": ("l_about", "src", "dst", "n_theme"),
            "campaigns": ("l_uses", "dst", "src", "n_campaign"),
        }[link]
        text = (
            f"SELECT parent, id, shown FROM (SELECT p.id AS parent, t.id AS id, t.{name} AS shown,"
            f" row_number() OVER (PARTITION BY p.id ORDER BY t.id) AS n FROM json_each(?) j"
            f" JOIN node p ON p.id = j.value JOIN {table} l ON l.{near} = p.nid JOIN {target} t ON t.nid = l.{far}"
            f" WHERE {PUBLISHED.format('t')}) WHERE n <= ?"
        )
        found: dict[str, Rows] = {}
        for parent, id, shown in self.connection.execute(text, (orjson.dumps(ids).decode(), first)):
            found.setdefault(parent, []).append({"id": id, name: shown})
        return found


class Neo4j:
    """Reads by Cypher through the asynchronous driver."""

    def __init__(self, uri: str, user: str, password: str) -> None:
        self.driver = AsyncGraphDatabase.driver(uri, auth=(user, password))

    async def _read(self, text: str, **parameters: Any) -> Rows:
        async with self.driver.session() as session:
            return await (await session.run(text, parameters)).data()

    async def page(self, first: int) -> Rows:
        names = ", ".join(f"a.{name} AS {name}" for name in COLUMNS)
        where = f"{PUBLISHED.format('a')} AND a.title__sort IS NOT NULL AND a.id IS NOT NULL"
        return await self._read(
            f"MATCH (a:Asset) WHERE {where} RETURN {names} ORDER BY a.title__sort, a.id LIMIT $first", first=first
        )

    async def linked(self, ids: Sequence[str], link: str, name: str, first: int) -> Mapping[str, Rows]:
        step = {"themes": "(p)-[:ABOUT]->(t:Theme)", "campaigns": "(p)<-[:USES]-(t:Campaign)"}[link]
        rows = await self._read(
            f"MATCH (p:Entity) WHERE p.id IN $ids MATCH {step} WHERE {PUBLISHED.format('t')}"
            f" WITH p, t ORDER BY t.id WITH p, collect({{id: t.id, {name}: t.{name}}})[..$first] AS found"
            " RETURN p.id AS id, found",
            ids=list(ids),
            first=first,
        )
        return {row["id"]: row["found"] for row in rows}


def loader(data: Sqlite | Neo4j, link: str, name: str) -> DataLoader[tuple[str, int], Rows]:
    """A DataLoader of one list; its keys are the parent and how many are wanted."""

    async def load(keys: list[tuple[str, int]]) -> list[Rows]:
        found = await data.linked([id for id, _ in keys], link, name, keys[0][1])
        return [found.get(id, []) for id, _ in keys]

    return DataLoader(load_fn=load)


@strawberry.type
class Theme:
    id: strawberry.ID
    name: str


@strawberry.type
class Campaign:
    id: strawberry.ID
    title: str


@strawberry.type
class Asset:
    id: strawberry.ID
    title: str | None
    kind: str | None
    year: int | None
    summary: str | None
    url: str | None
    locale: str | None
    updated_at: str

    @strawberry.field
    async def themes(self, info: strawberry.Info, first: int = 20) -> list[Theme]:
        return [Theme(**row) for row in await info.context["themes"].load((str(self.id), first))]

    @strawberry.field
    async def campaigns(self, info: strawberry.Info, first: int = 20) -> list[Campaign]:
        return [Campaign(**row) for row in await info.context["campaigns"].load((str(self.id), first))]


@strawberry.type
class Query:
    @strawberry.field
    async def assets(self, info: strawberry.Info, first: int = 20) -> list[Asset]:
        return [Asset(**row) for row in await info.context["data"].page(first)]


def make(data: Callable[[], Sqlite | Neo4j]) -> GraphQL[Any, Any]:
    """The application; its data is opened by the first request, in the loop that serves."""
    opened: list[Sqlite | Neo4j] = []

    class Stock(GraphQL[Any, Any]):
        async def get_context(self, *_: Any, **__: Any) -> Any:
            if not opened:
                opened.append(data())
            one = opened[0]
            return {
                "data": one,
                "themes": loader(one, "themes", "name"),
                "campaigns": loader(one, "campaigns", "title"),
            }

    return Stock(strawberry.Schema(Query))


def _data() -> Sqlite | Neo4j:
    if path := os.environ.get("STOCK_SQLITE"):
        return Sqlite(path)
    return Neo4j(*(os.environ[f"DUTA_TEST_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD")))


app = make(_data)
