"""Coverage: each cell against the rules told again slowly, each repair tried, and the table on both engines."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.asking import Asking
from graph.errors import InvalidValue
from graph.model import MODEL
from graph.model.kinds import Locale
from graph.store.batch import Batch, Put, To
from graph.store.select import Viewer
from graph.store.sqlite import open_sqlite
from graph.story.coverage import CoverageGate, CoverageGiven, CoverageState, cells
from graph.story.coverage.asking import coverage
from graph.story.coverage.rules import Candidate, Column, Row, spoken
from graph.story.coverage.values import (
    CoverageAction,
    CoverageColumns,
    CoverageFilter,
    CoveragePolicy,
    CoverageRequire,
    CoverageRows,
)

NOW = 1_800_000_000_000
PLANNER = Viewer(live=2, draft=2, retired=-1, now=NOW)
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)

names = st.sampled_from("abc").map(str)
some = st.frozensets(names, max_size=3)
locales = st.frozensets(st.sampled_from(["en", "id", "pt", "pt-BR"]), max_size=3)


@st.composite
def tables(draw):
    candidates = {
        f"asset:{n}": Candidate(
            f"asset:{n}",
            draw(some),
            draw(some),
            draw(locales),
            "word " * draw(st.integers(0, 300)),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 4)))
    }
    assets = tuple(candidates)
    rows = [
        Row(f"r{n}", "", None, of, own, proven)
        for n in range(2)
        for of in [draw(st.lists(st.sampled_from(assets), unique=True).map(tuple)) if assets else ()]
        for own in [draw(some)]
        for proven in [draw(st.none() | some)]
    ]  # fmt: skip
    columns = [
        Column(
            f"c{n}", "", None, tuple(sorted(draw(locales))), draw(st.none() | st.just("VN")),
            draw(st.none() | some), draw(st.none() | some),
        )
        for n in range(2)
    ]  # fmt: skip
    require = CoverageRequire(*(draw(st.booleans()) for _ in range(5)))
    allowed = draw(st.frozensets(st.tuples(st.sampled_from(assets or ("",)), st.sampled_from([None, "VN"]))))
    return candidates, rows, columns, require, allowed


def passes(one: Candidate, row: Row, column: Column, require: CoverageRequire, allowed) -> bool:
    """The rules as docs/planning.md tells them."""
    everyone = column.interests is None and column.messages is None
    wanted = any(theme in (column.interests or ()) for theme in one.themes)
    told = any(message in (column.messages or ()) for message in one.messages)
    heard = any(text == locale or locale.startswith(f"{text}-") for text in one.locales for locale in column.locales)
    heard = heard if column.locales else bool(one.locales)
    proven = row.proven is None or any(message in row.proven for message in one.messages)
    return (
        (everyone or wanted or told or not require.audience)
        and (heard or not require.locale)
        and ((one.id, column.territory) in allowed or not require.rights)
        and (proven or not require.proof)
        and (one.fresh or not require.fresh)
    )


class Judge:
    """What may be published where, by pairs of asset and territory; without them anything. Each judgement is noted."""

    def __init__(self, allowed: AbstractSet[tuple[str, str | None]] | None = None) -> None:
        self.allowed = allowed
        self.judged: list[str] = []

    def __call__(self, asset: str, territory: str | None) -> bool:
        self.judged.append(asset)
        return self.allowed is None or (asset, territory) in self.allowed

    def like(self, asset: str) -> str:
        where = [str(territory) for id, territory in self.allowed or () if id == asset]
        return " ".join(sorted(where))


@given(tables())
def test_a_cell_holds_what_passes_every_gate_and_says_where_the_others_end(table):
    candidates, rows, columns, require, allowed = table
    for cell in cells(rows, columns, candidates, require, Judge(allowed), CoveragePolicy()):
        expected = [id for id in cell.row.assets if passes(candidates[id], cell.row, cell.column, require, allowed)]
        assert list(cell.passing) == expected
        assert sum(cell.failing.values()) == len(cell.row.assets) - len(expected)
        assert (cell.first_failed is None) == bool(expected)
        states = {0: CoverageState.EMPTY, 1: CoverageState.THIN}
        assert cell.state is states.get(len(expected), CoverageState.COVERED)
        assert bool(cell.fixes) == (cell.state is not CoverageState.COVERED)


@given(tables())
def test_every_repair_adds_an_asset_to_its_cell(table):
    candidates, rows, columns, require, allowed = table
    for cell in cells(rows, columns, candidates, require, Judge(allowed), CoveragePolicy()):
        for fix in cell.fixes:
            mended, row, rights = dict(candidates), cell.row, set(allowed)
            match fix.action:
                case CoverageAction.TRANSLATE:
                    mended[fix.asset] = replace(mended[fix.asset], locales=mended[fix.asset].locales | {fix.target})
                case CoverageAction.EXTEND_RIGHTS:
                    rights.add((fix.asset, cell.column.territory))
                case CoverageAction.REFRESH:
                    mended[fix.asset] = replace(mended[fix.asset], fresh=True)
                case CoverageAction.FIND_PROOF:
                    row = replace(row, proven=(row.proven or frozenset()) | {fix.message or ""})
                case CoverageAction.CREATE:
                    continue
            [after] = cells([row], [cell.column], mended, require, Judge(rights), CoveragePolicy())
            assert len(after.passing) > len(cell.passing)


def test_what_is_for_other_people_is_not_judged():
    candidates = {
        f"asset:{theme}{n}": Candidate(f"asset:{theme}{n}", frozenset(theme), frozenset(), frozenset(["en"]), "", True)
        for theme in "abc"
        for n in range(4)
    }
    row = Row("r", "", None, tuple(candidates))
    columns = [Column(f"c{one}", "", None, ("en",), None, frozenset(one), frozenset()) for one in "ab"]
    judge = Judge()

    found = list(cells([row], columns, candidates, CoverageRequire(), judge, CoveragePolicy()))

    assert judge.judged == ["asset:a0", "asset:b0"], "what is alike is judged once"
    assert [(len(cell.passing), dict(cell.failing)) for cell in found] == [(4, {CoverageGate.AUDIENCE: 8})] * 2


def test_a_repair_that_lets_several_assets_into_a_cell_stands_there_once():
    told = frozenset(["message:a"])
    candidates = {
        f"asset:{n}": Candidate(f"asset:{n}", told, told, frozenset(["en"]), "", fresh=True) for n in range(3)
    }
    row = Row("r", "", None, tuple(candidates), told, frozenset())
    column = Column("c", "", None, ("en",), None)

    [cell] = cells([row], [column], candidates, CoverageRequire(), Judge(), CoveragePolicy())

    assert (dict(cell.failing), [(fix.action, fix.message) for fix in cell.fixes]) == (
        {CoverageGate.PROOF: 3},
        [(CoverageAction.FIND_PROOF, "message:a")],
    )


def test_a_wider_language_serves_a_narrower_one_and_never_the_other_way():
    assert spoken(frozenset(["pt"]), ("pt-BR",)) == "pt"
    assert spoken(frozenset(["pt-BR"]), ("pt",)) is None
    assert spoken(frozenset(["en", "id"]), ("vi", "id")) == "id"


LIVE = {"state": "PUBLISHED", "marking": "PUBLIC"}
INSIDE = {"state": "PUBLISHED", "marking": "INTERNAL"}
FREE = {"licence": "https://creativecommons.org/publicdomain/zero/1.0/", "title": "Free", "locale": "en", **INSIDE}
PUTS = (
    Put("country:vn", "Country", {"name": "Vietnam", "alpha2": "VN", "languages": {"vi": 0.9}}),
    Put("country:fr", "Country", {"name": "France", "alpha2": "FR", "languages": {"fr": 0.9}}),
    Put("theme:food", "Theme", {"name": "Food", "brand_dimensions": ["EXPORTS"]}),
    Put("narrative:n", "Narrative", {"title": "N", "locale": "en", **INSIDE}),
    Put("message:m", "Message", {"text": "We cook", "locale": "en", **LIVE}, {"narrative": (To("narrative:n"),)}),
    Put("message:bare", "Message", {"text": "We rest", "locale": "en", **LIVE}),
    Put("proof:p", "Proof", {"title": "P", "locale": "en", **LIVE}, {"messages": (To("message:m"),)}),
    Put("rightsgrant:free", "RightsGrant", FREE),
    Put(
        "audience:cooks",
        "Audience",
        {"name": "Cooks", "kind": "FOREIGN_PUBLIC", "locales": ["vi"], **INSIDE},
        {"country": (To("country:vn"),), "interests": (To("theme:food"),)},
    ),
    Put(
        "audience:idle",
        "Audience",
        {"name": "Idle", "kind": "FOREIGN_PUBLIC", "locales": ["fr"], **INSIDE},
        {"country": (To("country:fr"),)},
    ),
    Put(
        "asset:a",
        "Asset",
        {"title": "A dish", "summary": "word " * 250, "kind": "WORK", "locale": "en", **LIVE},
        {"themes": (To("theme:food"),), "messages": (To("message:m"),), "rights": (To("rightsgrant:free"),)},
    ),
    Put(
        "asset:secret",
        "Asset",
        {"title": "Secret", "kind": "WORK", "locale": "vi", "state": "PUBLISHED", "marking": "RESTRICTED"},
        {"themes": (To("theme:food"),), "messages": (To("message:m"),), "rights": (To("rightsgrant:free"),)},
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_sqlite(tmp_path_factory.mktemp("coverage") / "graph.db", MODEL)
    assert opened.write(Batch(PUTS)).refused == ()
    yield opened
    opened.close()


def asked(store, rows, columns, viewer=PLANNER, locale=None, **more):
    asking = Asking(store, viewer, locale)
    found = coverage(asking, CoverageGiven(rows, columns, **more))
    assert asking.statements <= 4
    return found


def test_messages_against_audiences_name_the_gate_and_the_cheapest_repair(store):
    found = asked(store, CoverageRows.MESSAGE, CoverageColumns.AUDIENCE)
    told = {(cell.row.key, cell.column.key): cell for cell in found.cells}
    cell = told["message:m", "audience:cooks"]
    assert (cell.state, cell.first_failed) == (CoverageState.EMPTY, CoverageGate.LOCALE)
    fix = cell.cheapest_fix
    assert (fix.action, fix.asset, fix.target, fix.effort) == (CoverageAction.TRANSLATE, "asset:a", "vi", 2.52)
    assert fix.sentence == "Put “A dish” into Vietnamese."
    assert told["message:bare", "audience:cooks"].first_failed is CoverageGate.ASSET
    assert found.notes == ("Nothing fits Idle: no interest of theirs and no message for them is known (1).",)
    assert "asset:secret" not in repr(found)


def test_the_other_rows_and_columns_count_the_same_assets(store):
    loose = CoverageRequire(locale=False)
    narrative = asked(store, CoverageRows.NARRATIVE, CoverageColumns.COUNTRY, require=loose)
    assert [(one.key, one.label) for one in narrative.rows] == [("narrative:n", "N")]
    assert [cell.depth for cell in narrative.cells] == [1, 1]
    brand = asked(store, CoverageRows.BRAND_DIMENSION, CoverageColumns.LOCALE)
    assert [(one.key, one.entity) for one in brand.rows] == [("EXPORTS", None)]
    assert [one.key for one in brand.columns] == ["fr", "vi"]
    theme = asked(
        store, CoverageRows.THEME, CoverageColumns.LOCALE, filter=CoverageFilter(locales=(Locale("en"),)), locale="id"
    )
    assert [(cell.state, cell.depth) for cell in theme.cells] == [(CoverageState.THIN, 1)]
    assert theme.cells[0].cheapest_fix.sentence.startswith("Tidak ada lagi yang mendekati")


def test_a_region_narrows_the_columns_and_an_unknown_one_is_refused(store):
    region = CoverageFilter(region="ASEAN")
    assert [one.key for one in asked(store, CoverageRows.MESSAGE, CoverageColumns.AUDIENCE, filter=region).columns] == [
        "audience:cooks"
    ]
    with pytest.raises(InvalidValue, match=r"filter\.region"):
        asked(store, CoverageRows.MESSAGE, CoverageColumns.AUDIENCE, filter=CoverageFilter(region="Atlantis"))


def test_who_sees_nothing_gets_an_honest_empty_table(store):
    found = asked(store, CoverageRows.NARRATIVE, CoverageColumns.AUDIENCE, PUBLIC)
    assert (found.rows, found.columns, found.cells) == ((), (), ())
    assert len(found.notes) == 2
