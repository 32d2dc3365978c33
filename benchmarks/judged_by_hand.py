"""Coverage by hand: what each cell lacks, what mends it, of whom that is asked, all in words; and what came of a goal.

Only the repairs that the generated graph leads to are told; others are looked for, and refused where they are there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from graph.story.audiences import plannable
from graph.story.settings import AudiencePolicy
from rights_by_hand import SEEN, SHOW, Grants, keeper_of, rights_of, title_of
from texts import Ask, Key, Text, listed

_MOST, _MOST_ASSETS = 12, 5000
#: One more than are told, so that what is cut off is known.
_ROWS = Text(
    f"""
SELECT m.id, {title_of("m").sql.replace("x.title", "x.text")},
  EXISTS (SELECT 1 FROM l_proves v JOIN n_proof p ON p.nid = v.src WHERE v.dst = m.nid AND {SEEN.format("p")}
    AND (p.valid_until IS NULL OR p.valid_until >= $today)),
  EXISTS (SELECT 1 FROM l_proves WHERE dst = m.nid),
  coalesce({keeper_of("m").sql}, (SELECT {keeper_of("n").sql} FROM l_part_of l JOIN n_narrative n ON n.nid = l.dst
    WHERE l.src = m.nid AND {SEEN.format("n")}))
FROM n_message m WHERE {SEEN.format("m")} ORDER BY m.id LIMIT 13
""",
    f"""
MATCH (m:Message) WHERE {SEEN.format("m")} WITH m ORDER BY m.id LIMIT 13
RETURN collect([m.id, {title_of("m").cypher.replace("x.title", "x.text")},
  EXISTS {{ (m)<-[:PROVES]-(p:Proof) WHERE {SEEN.format("p")} AND (p.valid_until IS NULL OR p.valid_until >= $today) }},
  EXISTS {{ (m)<-[:PROVES]-() }},
  coalesce({keeper_of("m").cypher},
    head([(m)-[:PART_OF]->(n:Narrative) WHERE {SEEN.format("n")} | {keeper_of("n").cypher}]))])
""",
)
_TOLD_BY = Text(
    f"""
WITH told AS MATERIALIZED (SELECT nid, id FROM n_message m WHERE {SEEN.format("m")} ORDER BY m.id LIMIT 12),
few AS MATERIALIZED (SELECT DISTINCT a.nid FROM told m JOIN l_expresses e ON e.dst = m.nid JOIN n_asset a
  ON a.nid = e.src WHERE {SEEN.format("a")} ORDER BY a.id LIMIT 5001)
SELECT m.id, a.id, a.locale, coalesce(a.text_state, a.state), a.title, a.summary, a.review_by, a.expires_at,
  (SELECT json_group_array(b.dst) FROM l_about b JOIN n_theme t ON t.nid = b.dst
   WHERE b.src = a.nid AND {SEEN.format("t")}),
  (SELECT json_group_array(e.dst) FROM l_expresses e JOIN n_message o ON o.nid = e.dst
   WHERE e.src = a.nid AND {SEEN.format("o")}),
  (SELECT json_group_array(x.locale) FROM l_translates t JOIN n_translation x ON x.nid = t.src WHERE t.dst = a.nid
   AND x.state IN ('APPROVED', 'PUBLISHED') AND x.form IN ('FULL', 'SHORT') AND {SEEN.format("x")}),
  {rights_of("a").sql}
FROM told m JOIN l_expresses e ON e.dst = m.nid JOIN n_asset a ON a.nid = e.src WHERE a.nid IN few ORDER BY m.id, a.id
""",
    f"""
MATCH (m:Message) WHERE {SEEN.format("m")} WITH m ORDER BY m.id LIMIT 12
MATCH (m)<-[:EXPRESSES]-(a:Asset) WHERE {SEEN.format("a")}
WITH a, collect(m.id) AS told ORDER BY a.id LIMIT 5001
UNWIND told AS message
RETURN collect([message, a.id, a.locale, coalesce(a.text_state, a.state), a.title, a.summary, a.review_by, a.expires_at,
  [(a)-[:ABOUT]->(t:Theme) WHERE {SEEN.format("t")} | t.id],
  [(a)-[:EXPRESSES]->(o:Message) WHERE {SEEN.format("o")} | o.id],
  [(a)<-[:TRANSLATES]-(x:Translation) WHERE x.state IN ['APPROVED', 'PUBLISHED'] AND x.form IN ['FULL', 'SHORT']
   AND {SEEN.format("x")} | x.locale],
  {rights_of("a").cypher}])
""",
)
_HEARD_BY = Text(
    f"""
SELECT u.id, u.label, u.names, u.size, u.locales,
  (SELECT json_group_array(i.dst) FROM l_interested_in i JOIN n_theme t ON t.nid = i.dst
   WHERE i.src = u.nid AND {SEEN.format("t")}),
  (SELECT json_group_array(f.src) FROM l_for_audience f JOIN n_message m ON m.nid = f.src
   WHERE f.dst = u.nid AND {SEEN.format("m")}),
  (SELECT k.alpha2 FROM l_lives_in l JOIN n_country k ON k.nid = l.dst WHERE l.src = u.nid AND {SEEN.format("k")})
FROM n_audience u WHERE {SEEN.format("u")} ORDER BY u.id LIMIT 13
""",
    f"""
MATCH (u:Audience) WHERE {SEEN.format("u")} WITH u ORDER BY u.id LIMIT 13
RETURN collect([u.id, u.label, u.names, u.size, u.locales,
  [(u)-[:INTERESTED_IN]->(t:Theme) WHERE {SEEN.format("t")} | t.id],
  [(u)<-[:FOR_AUDIENCE]-(m:Message) WHERE {SEEN.format("m")} | m.id],
  head([(u)-[:LIVES_IN]->(k:Country) WHERE {SEEN.format("k")} | k.alpha2])])
""",
)
#: What is measured of a goal's campaigns and posts, by the steps that the trace has found.
MEASURED = Text(
    """
SELECT 'INDICATORS', c.id, i.id, b.baseline, b.target, NULL, NULL FROM json_each($campaigns) j
  JOIN n_campaign c ON c.id = j.value JOIN l_measured_by b ON b.src = c.nid JOIN n_indicator i ON i.nid = b.dst
UNION ALL
SELECT 'MEASUREMENTS', n.id, (SELECT i.id FROM l_of o JOIN n_indicator i ON i.nid = o.dst WHERE o.src = m.nid), m.value,
  m.at, m.rung, m.id FROM json_each($measured) j JOIN node n ON n.id = j.value JOIN l_measures l ON l.dst = n.nid
  JOIN n_measurement m ON m.nid = l.src ORDER BY 5
""",
    """
CALL () {
  UNWIND $campaigns AS id MATCH (:Entity {id: id})-[b:MEASURED_BY]->(i:Indicator)
  RETURN 'INDICATORS' AS step, id, i.id AS indicator, b.baseline AS value, b.target AS at, null AS rung, null AS read
  UNION ALL
  UNWIND $measured AS id MATCH (:Entity {id: id})<-[:MEASURES]-(m:Measurement)
  RETURN 'MEASUREMENTS' AS step, id, head([(m)-[:OF]->(i:Indicator) | i.id]) AS indicator, m.value AS value,
    m.at AS at, m.rung AS rung, m.id AS read
}
WITH * ORDER BY at
RETURN collect([step, id, indicator, value, at, rung, read])
""",
)
_GATES = ("ASSET", "AUDIENCE", "LOCALE", "RIGHTS", "PROOF", "FRESH")
_EFFORT = {"TRANSLATE": 0.5, "EXTEND_RIGHTS": 2.0, "REFRESH": 1.0, "FIND_PROOF": 4.0, "CREATE": 16.0}
_DUE = timedelta(28)
_WORDS = {
    "en": {
        "FIND_PROOF": "Find a proof for “{0}”.",
        "CREATE": "Nothing more comes near: make something for “{0}” and “{1}”.",
        "letter": (
            "We say “{0}”, and no proof of it is on file. Please name one: a figure, a study, a place or a work that "
            "shows it, with its source and the day to which it holds."
        ),
        "cell": "It adds an asset to 1 cell that is not covered.",
        "cells": "It adds an asset to {0} cells that are not covered.",
        "rows": "There are more rows than 12; only the first by id are shown.",
        "columns": "There are more columns than 12; only the first by id are shown.",
        "assets": "There are more assets than 5000; only the first by id are reckoned with.",
    },
    "id": {
        "FIND_PROOF": "Carilah bukti untuk “{0}”.",
        "CREATE": "Tidak ada lagi yang mendekati: buatlah sesuatu untuk “{0}” dan “{1}”.",
        "letter": (
            "Kami menyatakan “{0}”, tetapi belum ada bukti tercatat. Mohon sebutkan satu: angka, kajian, tempat, atau "
            "karya yang memperlihatkannya, beserta sumber dan hari berlakunya."
        ),
        "cell": "Menambah satu aset di 1 sel yang belum tercakup.",
        "cells": "Menambah satu aset di {0} sel yang belum tercakup.",
        "rows": "Baris lebih dari 12; hanya yang pertama menurut id yang ditampilkan.",
        "columns": "Kolom lebih dari 12; hanya yang pertama menurut id yang ditampilkan.",
        "assets": "Aset lebih dari 5000; hanya yang pertama menurut id yang dihitung.",
    },
}
#: What would let an asset in: what to do, to which asset or for which message, and for what.
_Fix: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Asset:
    id: str
    themes: frozenset[Key]
    messages: frozenset[Key]
    locales: frozenset[str]
    text: str
    allowed: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Audience:
    id: str
    label: str
    locales: frozenset[str]
    themes: frozenset[Key]
    messages: frozenset[Key]
    code: str


@dataclass(frozen=True, slots=True)
class _Cell:
    passing: list[str]
    failing: dict[str, int]
    fixes: set[_Fix]


def coverage(ask: Ask, today: date, language: str = "en") -> Mapping[str, Any]:
    """Every cell with its repair, how many there are of each state, what gains most, and what was cut off."""
    grants, words, rows = Grants(ask), _WORDS[language], ask(_ROWS, today=today.isoformat())
    assets: dict[str, list[_Asset]] = {row[0]: [] for row in rows[:_MOST]}
    made: dict[str, _Asset] = {}
    for message, *row in ask(_TOLD_BY):
        if row[0] not in made:
            made[row[0]] = _asset(row, grants, today.isoformat())
        assets[message].append(made[row[0]])
    if cut := len(made) > _MOST_ASSETS:
        last = max(made)
        assets = {message: [one for one in of if one.id != last] for message, of in assets.items()}
    heard, more = _audiences(ask(_HEARD_BY), language)
    cells = {
        (row[0], one.id): _cell(row[0], one, assets[row[0]], proven=bool(row[2]))
        for row in rows[:_MOST]
        for one in heard
    }
    gained = Counter(fix for cell in cells.values() for fix in cell.fixes)
    cost = {
        fix: max(0.5, round(len(made[fix[1]].text.split()) / 100, 2)) if fix[0] == "TRANSLATE" else _EFFORT[fix[0]]
        for fix in gained
    }
    best = sorted(gained, key=lambda fix: (-gained[fix] / cost[fix], fix))[:5]
    cheapest = {
        key: min(cell.fixes, key=lambda fix: (cost[fix], -gained[fix], fix), default=None)
        for key, cell in cells.items()
    }
    labels = {row[0]: row for row in rows} | {one.id: (one.id, one.label) for one in heard}
    told = {fix: _told(fix, cost[fix], gained[fix], labels, today, words) for fix in {*best, *cheapest.values()} if fix}
    notes = [words[name] for name, true in (("rows", len(rows) > _MOST), ("columns", more), ("assets", cut)) if true]
    states = [_state(cell) for cell in cells.values()]
    return {
        "cells": {key: _shown(cell, told.get(cheapest[key])) for key, cell in cells.items()},
        "totals": tuple(states.count(one) for one in ("COVERED", "THIN", "EMPTY")),
        "best": [told[fix] for fix in best],
        "notes": notes,
    }


def _audiences(rows: Sequence[Sequence[Any]], language: str) -> tuple[list[_Audience], bool]:
    """The audiences, and whether there are more; those that may not be planned for, and silent ones, are not told."""
    told = [(*row[:2], listed(row[2]) or {}, *row[3:]) for row in rows]
    named = [{"label": label, "names": names, "size": size} for _, label, names, size, *_ in told]
    found = [
        _Audience(
            id, names.get(language, label), *(frozenset(listed(one)) for one in (locales, themes, messages)), code
        )
        for id, label, names, _, locales, themes, messages, code in told[:_MOST]
    ]
    if len(plannable(named, AudiencePolicy())) < len(named) or not all(one.themes or one.messages for one in found):
        raise NotImplementedError("Only audiences that something can fit are told by hand.")
    return found, len(rows) > _MOST


def _asset(row: Sequence[Any], grants: Grants, today: str) -> _Asset:
    id, locale, state, title, summary, review, expires, themes, told, texts, under, more = row
    locales = {*listed(texts), *([locale] if state in ("APPROVED", "PUBLISHED") else [])}
    fresh = all(day is None or day[:10] > today for day in (review, expires))
    themes, told = frozenset(listed(themes)), frozenset(listed(told))
    text = f"{title or ''} {summary or ''}"
    return _Asset(id, themes, told, frozenset(locales), text, grants.allow(under, more, SHOW), fresh)


def _cell(message: str, audience: _Audience, assets: Sequence[_Asset], *, proven: bool) -> _Cell:
    passing, failing, fixes = list[str](), Counter[str](), set[_Fix]()
    for one in assets:
        if audience.themes.isdisjoint(one.themes) and audience.messages.isdisjoint(one.messages):
            failing["AUDIENCE"] += 1
            continue
        speaks = one.locales & audience.locales
        failed = [] if speaks else [("LOCALE", "TRANSLATE", one.id, min(audience.locales, default=""))]
        failed += [] if one.allowed else [("RIGHTS", "EXTEND_RIGHTS", one.id, audience.code)]
        failed += [] if proven else [("PROOF", "FIND_PROOF", message, "")]
        failed += [] if one.fresh else [("FRESH", "REFRESH", one.id, "")]
        if not failed:
            passing.append(one.id)
            continue
        failing[failed[0][0]] += 1
        if len(failed) == 1:
            fixes.add(failed[0][1:])
    if len(passing) > 1:
        return _Cell(passing, dict(failing), set())
    return _Cell(passing, dict(failing), fixes or {("CREATE", "", f"{message}|{audience.id}")})


def _state(cell: _Cell) -> str:
    return "COVERED" if len(cell.passing) > 1 else "THIN" if cell.passing else "EMPTY"


def _shown(cell: _Cell, fix: object) -> tuple[object, ...]:
    last = None if cell.passing else max(cell.failing, key=_GATES.index, default="ASSET")
    return _state(cell), len(cell.passing), cell.passing[:10], last, cell.failing, fix


def _told(
    fix: _Fix, cost: float, gained: int, labels: Mapping[str, Sequence[Any]], today: date, words: Mapping[str, str]
) -> tuple[object, ...]:
    """A repair with its sentence, and with what has to be asked of whom."""
    action, about, target = fix
    if action == "CREATE":
        row, column = (labels[id][1] for id in target.split("|"))
        return action, None, "", cost, gained, words[action].format(row, column), None
    if action != "FIND_PROOF" or labels[about][3]:
        raise NotImplementedError("Only a message without any proof is asked about by hand.")
    sentence, letter = (words[one].format(labels[about][1]) for one in ("FIND_PROOF", "letter"))
    gain = words["cell" if gained == 1 else "cells"].format(gained)
    request = (sentence, labels[about][4], [about], letter), today + _DUE, gain
    return action, about, target, cost, gained, sentence, request


def said(it: Any) -> Mapping[str, Any]:
    """The same of the answer."""
    return {
        "cells": {
            (one.row.key, one.column.key): (
                *(str(one.state), one.depth, list(one.assets), one.first_failed and str(one.first_failed)),
                *({str(each.gate): each.count for each in one.missing}, one.cheapest_fix and _fix(one.cheapest_fix)),
            )
            for one in it.cells
        },
        "totals": (it.totals.covered, it.totals.thin, it.totals.empty),
        "best": [_fix(one) for one in it.top_fixes],
        "notes": list(it.notes),
    }


def _fix(one: Any) -> tuple[object, ...]:
    request = None
    if one.request:
        [ask] = one.request.asks
        request = (ask.ask, ask.to, list(ask.about), ask.template), one.request.due, one.request.unlocks
    about = one.asset or one.message
    return str(one.action), about, one.target, one.effort, one.unlocks, one.sentence, request
