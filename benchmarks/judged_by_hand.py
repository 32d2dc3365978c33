"""Coverage and what came of a goal, by hand: what the answers say, of rows that SQL fetches.

Each says the same as the answer: every count, what would mend it, and the sentences. What the generated graph has none
of (rules with constraints, media, persons, works made of others) is looked for, and refused where it is there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from rights_by_hand import SEEN, SHOW, UNDER, Ask, Grants

_TOLD_BY = f"""
WITH told AS MATERIALIZED (SELECT * FROM n_message m WHERE {SEEN.format("m")} ORDER BY m.id LIMIT 12),
few AS MATERIALIZED (SELECT DISTINCT a.nid FROM told m JOIN l_expresses e ON e.dst = m.nid JOIN n_asset a
  ON a.nid = e.src WHERE {SEEN.format("a")} ORDER BY a.id LIMIT 5000)
SELECT m.id, m.text, EXISTS (SELECT 1 FROM l_proves v JOIN n_proof p ON p.nid = v.src WHERE v.dst = m.nid
    AND {SEEN.format("p")} AND (p.valid_until IS NULL OR p.valid_until >= :today)),
  a.id, a.locale, a.text_state, a.title, a.summary, a.review_by, a.expires_at,
  (SELECT json_group_array(b.dst) FROM l_about b WHERE b.src = a.nid),
  (SELECT json_group_array(e.dst) FROM l_expresses e WHERE e.src = a.nid),
  (SELECT json_group_array(x.locale) FROM l_translates t JOIN n_translation x ON x.nid = t.src
   WHERE t.dst = a.nid AND x.state IN ('APPROVED', 'PUBLISHED') AND {SEEN.format("x")}), {UNDER.format("a")}
FROM told m JOIN l_expresses e ON e.dst = m.nid JOIN n_asset a ON a.nid = e.src WHERE a.nid IN few ORDER BY m.id, a.id
"""
_HEARD_BY = f"""
SELECT u.id, u.name, u.locales, (SELECT json_group_array(i.dst) FROM l_interested_in i WHERE i.src = u.nid),
  (SELECT json_group_array(f.src) FROM l_for_audience f WHERE f.dst = u.nid),
  (SELECT k.alpha2 FROM l_lives_in l JOIN n_country k ON k.nid = l.dst WHERE l.src = u.nid)
FROM n_audience u WHERE {SEEN.format("u")} ORDER BY u.id LIMIT 12
"""

#: What is measured of a goal's campaigns and posts, by the steps that the trace has found.
MEASURED = """
SELECT 'INDICATORS', c.id, i.id, b.baseline, b.target, NULL, NULL FROM json_each(:campaigns) j
  JOIN n_campaign c ON c.id = j.value JOIN l_measured_by b ON b.src = c.nid JOIN n_indicator i ON i.nid = b.dst
UNION ALL
SELECT 'MEASUREMENTS', n.id, (SELECT i.id FROM l_of o JOIN n_indicator i ON i.nid = o.dst WHERE o.src = m.nid), m.value,
  m.at, m.rung, m.id FROM json_each(:measured) j JOIN node n ON n.id = j.value JOIN l_measures l ON l.dst = n.nid
  JOIN n_measurement m ON m.nid = l.src ORDER BY 5
"""

_FROM = {"TRANSLATE": 0.5, "EXTEND_RIGHTS": 2.0, "REFRESH": 1.0, "FIND_PROOF": 4.0, "CREATE": 16.0}


#: How many assets pass, how many others end at each gate, and what would let one in.
_Cell = tuple[int, dict[str, int], set[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class _Asset:
    id: str
    themes: frozenset[int]
    messages: frozenset[int]
    locales: frozenset[str]
    words: int
    allowed: bool
    fresh: bool


def coverage(ask: Ask, today: str) -> Mapping[tuple[str, str], tuple[int, dict[str, int], tuple[str, ...]]]:
    """For each cell how many assets pass, at which gate the others end, and what is cheapest to mend it, in words."""
    grants, messages = Grants(ask), dict[str, tuple[str, bool, list[_Asset]]]()
    made: dict[str, _Asset] = {}
    for message, text, proven, *row in ask(_TOLD_BY, today=today):
        id = row[0]
        if id not in made:
            made[id] = _asset(row, grants, today)
        messages.setdefault(message, (text, bool(proven), []))[2].append(made[id])
    heard = [
        (id, name, frozenset(orjson.loads(s)), frozenset(orjson.loads(i)), frozenset(orjson.loads(m)), code)
        for id, name, s, i, m, code in ask(_HEARD_BY)
    ]
    cells: dict[tuple[str, str], _Cell] = {}
    gained: Counter[tuple[str, str, str]] = Counter()
    for message, (_, proven, assets) in messages.items():
        for audience, _, speak, cares, told, code in heard:
            cell = _cell(message, audience, assets, (speak, cares, told, code), proven=proven)
            gained.update(cell[2])
            cells[message, audience] = cell
    cost = {fix: max(0.5, made[fix[1]].words / 100) if fix[0] == "TRANSLATE" else _FROM[fix[0]] for fix in gained}
    best = sorted(gained, key=lambda fix: (-gained[fix] / cost[fix], fix))[:5]
    cheapest = {
        key: min(fixes, key=lambda fix: (cost[fix], -gained[fix], fix), default=("", "", ""))
        for key, (_, _, fixes) in cells.items()
    }
    said = {
        fix: f"{fix[0]}: {messages[fix[1]][0] if fix[1] in messages else fix[1]} {fix[2]}, {gained[fix]} cells."
        for fix in {*best, *cheapest.values()}
        if fix[0]
    }
    return {key: (of[0], of[1], (*cheapest[key][:2], said.get(cheapest[key], ""))) for key, of in cells.items()}


def _cell(
    message: str,
    audience: str,
    assets: Sequence[_Asset],
    heard: tuple[frozenset[str], frozenset[int], frozenset[int], str],
    *,
    proven: bool,
) -> _Cell:
    speak, cares, told, code = heard
    passing, failing, fixes = 0, Counter[str](), set[tuple[str, str, str]]()
    for one in assets:
        if cares.isdisjoint(one.themes) and told.isdisjoint(one.messages):
            failing["AUDIENCE"] += 1
            continue
        failed = [] if one.locales & speak else [("LOCALE", "TRANSLATE", one.id, min(speak, default=""))]
        failed += [] if one.allowed else [("RIGHTS", "EXTEND_RIGHTS", one.id, code)]
        failed += [] if proven else [("PROOF", "FIND_PROOF", message, "")]
        failed += [] if one.fresh else [("FRESH", "REFRESH", one.id, "")]
        if not failed:
            passing += 1
            continue
        failing[failed[0][0]] += 1
        if len(failed) == 1:
            fixes.add(failed[0][1:])
    if passing > 1:
        return passing, dict(failing), set()
    return passing, dict(failing), fixes or {("CREATE", "", f"{message}|{audience}")}


def _asset(row: Sequence[Any], grants: Grants, today: str) -> _Asset:
    id, locale, state, title, summary, review, expires, themes, told, texts, under, more = row
    locales = {*orjson.loads(texts), *([locale] if state in ("APPROVED", "PUBLISHED") else [])}
    fresh = all(day is None or day[:10] > today for day in (review, expires))
    words = len(f"{title or ''} {summary or ''}".split())
    themes, told = frozenset(orjson.loads(themes)), frozenset(orjson.loads(told))
    return _Asset(id, themes, told, frozenset(locales), words, grants.allow(under, more, SHOW), fresh)
