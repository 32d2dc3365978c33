"""The questions that are measured, as selections."""

import time

from graph.model import ANY, USED_IN
from graph.store.select import And, Cmp, Facet, Follow, Form, Order, Rel, Select, Shape, Viewer

PROPS = tuple((name, name) for name in ("id", "title", "kind", "year", "summary", "url", "locale", "updated_at"))


def _list(field: str, entity: str, name: str, limit: int = 6) -> tuple[str, Follow]:
    return field, Follow(field, Select(entity, Shape((("id", "id"), (name, name))), limit=limit))


PAGE = Select(
    "Asset",
    Shape(PROPS, (_list("themes", "Theme", "name"), _list("campaigns", "Campaign", "title"))),
    order=(Order("title"),),
    limit=51,
    keys=True,
)
_NODES = Form((("nodes", "rows"),))


def _sent(name: str, entity: str, prop: str) -> tuple[str, Follow]:
    return name, Follow(name, Select(entity, Shape((("id", "id"), (prop, prop))), limit=5, form=_NODES))


#: The same page as GraphQL's door asks for it: the answer is the response.
SENT = Select(
    "Asset",
    Shape(
        (*PROPS[:-1], ("updatedAt", "updated_at")),
        (_sent("themes", "Theme", "name"), _sent("campaigns", "Campaign", "title")),
    ),
    order=(Order("title"),),
    limit=50,
    form=_NODES,
)
FILTERED = Select(
    "Asset",
    Shape(PROPS),
    where=And((Rel("some", "themes", Cmp("id", "eq", "theme:t3")), Cmp("year", "gte", 1950))),
    order=(Order("title"),),
    limit=51,
)
FACETS = Select(
    "Asset",
    where=Rel("some", "themes", Cmp("id", "eq", "theme:t3")),
    rows=False,
    total=True,
    facets=tuple(Facet(by, by) for by in ("kind", "year", "themes", "countries")),
)
_AUDIENCES = Follow(
    "audiences",
    Select(
        "Audience",
        Shape(
            (("name", "name"),),
            (("country", Follow("country", Select("Country", Shape((("name", "name"),)), limit=1))),),
        ),
        limit=5,
    ),
)
THREE_LEVELS = Select(
    "Asset",
    Shape(
        (("id", "id"),),
        (
            (
                "campaigns",
                Follow(
                    "campaigns",
                    Select(
                        "Campaign",
                        Shape((("title", "title"),), (_list("missions", "Entity", "label"), ("audiences", _AUDIENCES))),
                        limit=5,
                    ),
                ),
            ),
        ),
    ),
    order=(Order("title"),),
    limit=51,
)
WHERE_USED = Select(
    "Asset",
    Shape((("id", "id"),), (("used", Follow("campaigns", Select("Campaign", rows=False, total=True))),)),
    order=(Order("title"),),
    limit=51,
)
DETAIL = Select("Asset", PAGE.shape, Cmp("id", "eq", "asset:n7"), limit=1)

USED_IN_KINDS = Select(
    "Theme",
    Shape(
        (("id", "id"),),
        (("used", Follow(USED_IN, Select(ANY, rows=False, facets=(Facet("type", "type", 40),)))),),
    ),
    Cmp("id", "eq", "theme:t3"),
    limit=1,
)

QUESTIONS = {
    "page of 50, 8 properties, 2 lists": PAGE,
    "page with a filter through a link": FILTERED,
    "total and four facets behind that filter": FACETS,
    "three levels": THREE_LEVELS,
    "where 50 assets are used": WHERE_USED,
    "what uses a theme that a twelfth bears, by kind": USED_IN_KINDS,
    "one asset with its lists": DETAIL,
}


def viewer() -> Viewer:
    """A planner, now."""
    return Viewer(live=2, draft=-1, retired=-1, now=int(time.time() * 1000))


def public() -> Viewer:
    """Anybody, now."""
    return Viewer(live=0, draft=-1, retired=-1, now=int(time.time() * 1000))
