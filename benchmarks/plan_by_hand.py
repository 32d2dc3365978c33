"""A plan by hand: what may stand in the story, what each is worth, the beats, and what they hang on.

It is put together as docs/planning.md tells it, with the tables of the settings. What the generated graph has none of
(proofs, variants, parts of narratives, notes on countries, links with a code) is not looked at.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from math import prod
from typing import Any, TypeAlias

from graph.story.settings import StorySettings, by_name
from rights_by_hand import SEEN, SHOW, Grants, rights_of
from texts import Ask, Text, listed

#: The messages that narratives tell for the goal, and the audience that they are for.
_TOLD = Text(
    f"""told(nid, id, narrative) AS (SELECT m.nid, m.id, n.id FROM n_goal z JOIN l_serves s ON s.dst = z.nid
  JOIN n_narrative n ON n.nid = s.src JOIN l_part_of l ON l.dst = n.nid JOIN n_message m ON m.nid = l.src
  WHERE z.id = 'goal:g1' AND {SEEN.format("n")} AND {SEEN.format("m")}),
whom(nid) AS (SELECT nid FROM n_audience WHERE id = 'audience:a3')""",
    f"""MATCH (:Entity {{id: 'goal:g1'}})<-[:SERVES]-(n:Narrative)<-[:PART_OF]-(m:Message)
WHERE {SEEN.format("n")} AND {SEEN.format("m")}""",
)
MESSAGES = Text(
    f"""
WITH {_TOLD.sql} SELECT t.id, t.narrative, (SELECT min(f.dst <> (SELECT nid FROM whom)) FROM l_for_audience f
  WHERE f.src = t.nid) FROM told t
""",
    f"""
{_TOLD.cypher} WITH n, m, [(m)-[:FOR_AUDIENCE]->(f) | f.id] AS whom
RETURN collect([m.id, n.id, CASE whom WHEN [] THEN null ELSE NOT 'audience:a3' IN whom END])
""",
)
INTERESTS = Text(
    """
SELECT t.id, i.weight FROM n_audience u JOIN l_interested_in i ON i.src = u.nid JOIN n_theme t ON t.nid = i.dst
WHERE u.id = 'audience:a3'
""",
    "MATCH (:Entity {id: 'audience:a3'})-[i:INTERESTED_IN]->(t:Theme) RETURN collect([t.id, i.weight])",
)
#: The assets that a way leads to, the heaviest first, with all that decides on them.
CANDIDATES = Text(
    f"""
WITH {_TOLD.sql},
speaking(nid) AS MATERIALIZED (SELECT DISTINCT e.src FROM told t JOIN l_expresses e ON e.dst = t.nid),
liked(nid, w) AS (SELECT b.src, sum(coalesce(i.weight, 1000) * coalesce(b.weight, 1000)) FROM whom
  JOIN l_interested_in i ON i.src = whom.nid JOIN l_about b ON b.dst = i.dst WHERE b.src IN speaking GROUP BY b.src),
meant(nid, w) AS (SELECT e.src, 1000000 * count(*) FROM whom JOIN l_for_audience f ON f.dst = whom.nid
  JOIN told t ON t.nid = f.src JOIN l_expresses e ON e.dst = t.nid GROUP BY e.src),
best AS (SELECT a.nid, a.id, max(x.w) AS w FROM (SELECT * FROM liked UNION ALL SELECT * FROM meant) x
  JOIN n_asset a ON a.nid = x.nid WHERE {SEEN.format("a")} GROUP BY a.nid ORDER BY w DESC, a.id LIMIT 120)
SELECT a.id, a.title, a.state, a.marking, a.embargo_until, a.expires_at, a.review_by, a.locale, a.text_state, a.kind,
  a.tone, a.year,
  (SELECT json_group_array(json_array(t.id, b.weight)) FROM l_about b JOIN n_theme t ON t.nid = b.dst
   WHERE b.src = a.nid AND {SEEN.format("t")}),
  (SELECT json_group_array(m.id) FROM l_expresses e JOIN n_message m ON m.nid = e.dst WHERE e.src = a.nid),
  (SELECT json_group_array(json_array(substr(p.at, 1, 10), p.paid, c.platform)) FROM l_of o
   JOIN n_placement p ON p.nid = o.src JOIN l_on q ON q.src = p.nid JOIN l_reaches r ON r.src = q.dst
   JOIN n_channel c ON c.nid = q.dst WHERE o.dst = a.nid AND r.dst = (SELECT nid FROM whom) AND {SEEN.format("p")}),
  (SELECT min(c.title || ' until ' || c.ends) FROM l_uses u JOIN l_targets g ON g.src = u.src
   JOIN n_campaign c ON c.nid = u.src WHERE u.dst = a.nid AND g.dst = (SELECT nid FROM whom)
   AND c.starts <= $last AND c.ends >= $first AND {SEEN.format("c")}),
  {rights_of("a").sql}
FROM best JOIN n_asset a ON a.nid = best.nid ORDER BY best.w DESC, best.id
""",
    f"""
{_TOLD.cypher} WITH collect(m) AS told MATCH (u:Entity {{id: 'audience:a3'}})
WITH told, u, COLLECT {{ UNWIND told AS m MATCH (m)<-[:EXPRESSES]-(a:Asset) RETURN DISTINCT a }} AS speaking
CALL (told, u, speaking) {{
  MATCH (u)-[i:INTERESTED_IN]->()<-[b:ABOUT]-(a:Asset) WHERE a IN speaking
  RETURN a, sum(coalesce(i.weight, 1000) * coalesce(b.weight, 1000)) AS w
  UNION ALL
  MATCH (u)<-[:FOR_AUDIENCE]-(m) WHERE m IN told MATCH (m)<-[:EXPRESSES]-(a:Asset) RETURN a, 1000000 * count(*) AS w
}}
WITH u, a, max(w) AS w ORDER BY w DESC, a.id WHERE {SEEN.format("a")}
WITH u, a, w ORDER BY w DESC, a.id LIMIT 120
RETURN collect([
  a.id, a.title, a.state, a.marking, a.embargo_until, a.expires_at, a.review_by, a.locale, a.text_state, a.kind,
  a.tone, a.year,
  [(a)-[b:ABOUT]->(t:Theme) WHERE {SEEN.format("t")} | [t.id, b.weight]],
  [(a)-[:EXPRESSES]->(m:Message) | m.id],
  [(a)<-[:OF]-(p:Placement)-[:ON]->(c:Channel)-[:REACHES]->(u) WHERE {SEEN.format("p")} |
   [left(p.at, 10), p.paid, c.platform]],
  head(COLLECT {{ MATCH (a)<-[:USES]-(c:Campaign)-[:TARGETS]->(u) WHERE c.starts <= $last AND c.ends >= $first
    AND {SEEN.format("c")} RETURN c.title + ' until ' + c.ends AS told ORDER BY told LIMIT 1 }}),
  {rights_of("a").cypher}])
""",
)
#: The themes of what speaks for the goal, and what the audience would care for that does not speak for it.
_THEMES = Text(
    f"""
WITH {_TOLD.sql}, weighed(nid, w) AS (SELECT b.dst, sum(coalesce(b.weight, 1000)) FROM told
    JOIN l_expresses e ON e.dst = told.nid JOIN n_asset a ON a.nid = e.src JOIN l_about b ON b.src = a.nid
    WHERE {SEEN.format("a")} GROUP BY b.dst)
SELECT t.id FROM weighed JOIN n_theme t ON t.nid = weighed.nid WHERE {SEEN.format("t")} ORDER BY w DESC, t.id LIMIT 20
""",
    f"""
{_TOLD.cypher} MATCH (m)<-[:EXPRESSES]-(a:Asset)-[b:ABOUT]->(t:Theme) WHERE {SEEN.format("a")}
WITH t, sum(coalesce(b.weight, 1000)) AS w WHERE {SEEN.format("t")}
WITH t ORDER BY w DESC, t.id LIMIT 20 RETURN collect([t.id])
""",
)
_UNLINKED = Text(
    f"""
WITH {_TOLD.sql}, speaking(nid) AS MATERIALIZED (SELECT DISTINCT e.src FROM told JOIN l_expresses e
    ON e.dst = told.nid),
  liked(nid, best, w) AS (SELECT b.src, max(coalesce(i.weight, 1000) * coalesce(b.weight, 1000)),
    sum(coalesce(i.weight, 1000) * coalesce(b.weight, 1000)) FROM whom JOIN l_interested_in i ON i.src = whom.nid
    JOIN n_theme t ON t.nid = i.dst JOIN l_about b ON b.dst = t.nid WHERE {SEEN.format("t")} GROUP BY b.src)
SELECT a.id, best FROM liked JOIN n_asset a ON a.nid = liked.nid WHERE {SEEN.format("a")} AND a.nid NOT IN speaking
ORDER BY w DESC, a.id LIMIT 20
""",
    f"""
{_TOLD.cypher} WITH collect(m) AS told
MATCH (:Entity {{id: 'audience:a3'}})-[i:INTERESTED_IN]->(t:Theme) WHERE {SEEN.format("t")}
MATCH (t)<-[b:ABOUT]-(a:Asset)
WITH told, a, coalesce(i.weight, 1000) * coalesce(b.weight, 1000) AS w
WITH told, a, max(w) AS best, sum(w) AS w ORDER BY w DESC, a.id
WHERE {SEEN.format("a")} AND NOT EXISTS {{ (a)-[:EXPRESSES]->(m) WHERE m IN told }}
WITH a, best, w ORDER BY w DESC, a.id LIMIT 20
RETURN collect([a.id, best])
""",
)
_SIZE = Text(
    "SELECT size FROM n_audience WHERE id = 'audience:a3'",
    "MATCH (u:Entity {id: 'audience:a3'}) RETURN collect([u.size])",
)
_LACKS = {
    "interests": "Its assets speak for the goal: would the audience care?",
    "interests.confidence": "The interest is assumed; a survey that says it would make it count more.",
    "messages": "The audience cares about it, and it says none of the goal's messages.",
    "proofs": "No asset proves a message of this narrative.",
    "size": "Whether the audience is large enough cannot be checked.",
    "placements": "Say when and where it was shown last.",
}
SLOTS = ("HOOK", "CONTEXT", "PROOF", "CALL")
#: The exponents of the factors, and what a full saturation takes away.
_FACTORS = ("interest", "theme", "confidence", "audience", "narrative", "freshness", "locale", "role")
_SETTINGS = StorySettings()
#: An asset in a role by one way: asset, role, narrative, message, theme, factors, saturation.
Weights: TypeAlias = tuple[tuple[float, ...], float]
_Rated: TypeAlias = tuple[str, str, str, str, str, tuple[float, ...], float]
_Story: TypeAlias = tuple[float, str | None, tuple[str | None, ...], tuple[_Rated, ...]]
#: A row that the graph lacks: of what, which link or property, to what, what the story would gain, and why.
_Lack: TypeAlias = tuple[str, str, str | None, float, str]


_PLAIN: Weights = (tuple(getattr(_SETTINGS.weights, name) for name in _FACTORS), _SETTINGS.tired)


def plan(ask: Ask, first: date, last: date) -> Mapping[str, Any]:
    """The score, the narrative and the assets of the story, what may not be used and why, and what moves the story."""
    messages = {id: (narrative, others) for id, narrative, others in ask(MESSAGES)}
    interests, grants = dict(ask(INTERESTS)), Grants(ask)
    free: list[_Rated] = []
    stopped: dict[str, tuple[str, str]] = {}
    worth: dict[str, float] = {}
    shown: set[str] = set()
    for found in ask(CANDIDATES):
        row = (*found[:12], *map(listed, found[12:15]), *found[15:])
        ways = list(_rated(row, messages, interests, first, last))
        gate = _gate(row, grants, ways, first, last)
        shown |= {row[0]} if row[14] else set()
        if gate is None:
            free += ways
        elif ways:
            stopped[row[0]] = gate
            worth[row[0]] = max(_score(one[5], one[6], _PLAIN) for one in ways)
    free.sort()
    story = _best(free, [_score(one[5], one[6], _PLAIN) for one in free])
    tried = [(name, theme, by, _best(free, scores)[2]) for name, theme, by, scores in _moves(free, interests)]
    moved = [(name, theme, by) for name, theme, by, other in tried if other != story[2]]
    rejected = sorted(stopped, key=lambda one: (-worth[one], one))[:10]
    return {
        "score": round(story[0] / len(SLOTS), 3),
        "narrative": story[1],
        "beats": [(asset, f"It says what “{story[1]}” tells.") for asset in story[2] if asset],
        "rejected": [(id, stopped[id][0], stopped[id][1]) for id in rejected],
        "moved": moved,
        "tried": len(tried),
        "to_fill": _lacks(ask, story, interests, shown),
    }


def _lacks(ask: Ask, story: _Story, interests: Mapping[str, int], shown: set[str]) -> list[_Lack]:
    """The rows of the graph whose lack costs the story most."""
    audience, assumed, beats = "audience:a3", by_name(_SETTINGS.confidence.unstated)["INTERESTED_IN"], story[3]
    sure: dict[str, float] = {}
    for one in beats:
        if one[5][2] < 1:
            kept = _score(one[5], one[6], _PLAIN) + round(_PLAIN[1] * one[6], 6)
            sure[one[4]] = sure.get(one[4], 0.0) + kept * (1 / assumed - 1)
    found = [(audience, "interests.confidence", theme, gain) for theme, gain in sure.items()]
    if None in story[2]:
        found += [(audience, "interests", theme, assumed) for (theme,) in ask(_THEMES) if theme not in interests]
        found += [(id, "messages", None, weight / 1_000_000 * assumed) for id, weight in ask(_UNLINKED)]
    if story[2][SLOTS.index("PROOF")] is None:
        found += [(message, "proofs", None, assumed) for message in {one[3] for one in beats}]
    found += [(audience, "size", None, 0.0) for (size,) in ask(_SIZE) if size is None]
    found += [(one[0], "placements", None, 0.0) for one in beats if one[0] not in shown]
    rows = [(of, field, to, round(gain / len(SLOTS), 3), _LACKS[field]) for of, field, to, gain in found]
    return sorted(rows, key=lambda row: (-row[3], row[1], row[0], row[2] or ""))[:20]


def _rated(
    row: Sequence[Any], messages: Mapping[str, Any], interests: Mapping[str, int], first: date, last: date
) -> list[_Rated]:
    asset, kind, tone, year = row[0], row[9], row[10], row[11]
    themes = {id: 1.0 if weight is None else weight / 1000 for id, weight in row[12]}
    central = min(themes, key=lambda one: (-themes[one], one), default=asset)
    half = by_name(_SETTINGS.ages).get(kind)
    fresh = 2 ** (-max(0, (last - date(year, 12, 31)).days) / half) if half and year else 1.0
    fresh *= _SETTINGS.overdue if row[6] and row[6][:10] <= last.isoformat() else 1.0
    tired, unlisted = min(1.0, _saturation(row[14], first)), _SETTINGS.unlisted
    hook, context, call = by_name(_SETTINGS.hook), by_name(_SETTINGS.context), by_name(_SETTINGS.call)
    fits = {
        "HOOK": hook.get(kind, unlisted) * hook.get(tone or "", unlisted),
        "CONTEXT": context.get(kind, unlisted) * context.get(tone or "", unlisted),
        "CALL": unlisted * call.get(kind, unlisted),
    }
    found: list[_Rated] = []
    for message in row[13]:
        if message not in messages:
            continue
        narrative, others = messages[message]
        whom = by_name(_SETTINGS.message)["ANYBODY" if others is None else "OTHERS" if others else "THIS_AUDIENCE"]
        sure = by_name(_SETTINGS.confidence.unstated)["INTERESTED_IN"]
        ways = [(theme, interests[theme] / 1000, themes[theme], sure) for theme in sorted(themes) if theme in interests]
        if others == 0:
            ways.append((central, _SETTINGS.addressed, 1.0, 1.0))
        for theme, interest, about, confidence in ways:
            along = (interest, about, confidence, whom, 1.0, fresh, 1.0)
            found += [(asset, role, narrative, message, theme, (*along, fit), tired) for role, fit in fits.items()]
    return found


def _saturation(posts: Sequence[tuple[str, object, str]], first: date) -> float:
    policy, found = _SETTINGS.fatigue, 0.0
    for day, paid, platform in posts:
        age = (first - date.fromisoformat(day)).days
        if age >= 0:
            found += policy.weight(platform, paid=bool(paid)) * 2 ** (-age / policy.half_life(platform))
    return round(found / policy.ceiling, 3)


def _gate(
    row: Sequence[Any], grants: Grants, ways: Sequence[_Rated], first: date, last: date
) -> tuple[str, str] | None:
    """The first gate that an asset does not pass, with a sentence."""
    title, since = row[1], (first - timedelta(30)).isoformat()
    shown = max((day for day, *_ in row[14] if since <= day <= last.isoformat()), default=None)
    gates = (
        ("STATE", row[2] != "PUBLISHED", "is not published"),
        ("MARKING", row[3] not in ("PUBLIC", "PARTNER"), "may not be shown"),
        ("EMBARGO", row[4] and row[4][:10] > first.isoformat(), "is under embargo"),
        ("EXPIRED", row[5] and row[5][:10] <= last.isoformat(), "expires"),
        ("LOCALE", row[7] != "en" or row[8] != "PUBLISHED", "has no text in en"),
        ("RIGHTS", not grants.allow(row[16], row[17], SHOW), "may not be used so"),
        ("CLASH", row[15], f"is shown by {row[15]}"),
        ("REPEAT", shown, f"was shown on {shown}"),
        ("FATIGUE", bool(ways) and ways[0][6] >= _SETTINGS.fatigue.rest_from, "has to rest"),
    )
    return next(((name, f"“{title}” {told}.") for name, failed, told in gates if failed), None)


def _score(values: Sequence[float], tired: float, weights: Weights) -> float:
    exponents, fatigue = weights
    return round(max(0.0, prod(map(pow, values, exponents)) - fatigue * tired), 6)


def _best(ones: Sequence[_Rated], scores: Sequence[float]) -> _Story:
    """The best story of all narratives: the best in each role, no asset and no theme twice, by a beam of twelve."""
    best: dict[tuple[str, ...], int] = {}
    for index, one in enumerate(ones):
        place = one[0], one[1], one[2], one[4]
        if scores[index] > 0 and (place not in best or scores[index] > scores[best[place]]):
            best[place] = index
    by_narrative: dict[str, dict[str, list[tuple[float, _Rated]]]] = {}
    for index in sorted(best.values(), key=lambda index: (-scores[index], index)):
        one = ones[index]
        by_narrative.setdefault(one[2], {}).setdefault(one[1], []).append((scores[index], one))
    stories = [_of(name, roles) for name, roles in by_narrative.items()]
    return min(stories, key=lambda it: (-round(it[0], 6), it[1]), default=(0.0, None, (None,) * len(SLOTS), ()))


def _of(narrative: str, roles: Mapping[str, Sequence[tuple[float, _Rated]]]) -> _Story:
    beam: list[tuple[float, tuple[int, ...], tuple[str | None, ...], frozenset[str]]] = [(0.0, (), (), frozenset())]
    for slot in SLOTS:
        longer: list[tuple[float, tuple[int, ...], tuple[str | None, ...], frozenset[str]]] = []
        for total, ranks, assets, used in beam:
            fitting = 0
            for rank, (score, one) in enumerate(roles.get(slot, ())):
                if one[0] in used or one[4] in used:
                    continue
                longer.append((total + score, (*ranks, rank), (*assets, one[0]), used | {one[0], one[4]}))
                fitting += 1
                if fitting == _SETTINGS.choices:
                    break
            longer.append((total, (*ranks, 2**31), (*assets, None), used))
        beam = nsmallest(_SETTINGS.width, longer, key=lambda it: (-round(it[0], 6), it[1]))
    taken = tuple(roles[slot][rank][1] for slot, rank in zip(SLOTS, beam[0][1], strict=True) if rank < 2**31)
    return beam[0][0], narrative, beam[0][2], taken


def _moves(ones: Sequence[_Rated], interests: Mapping[str, int]) -> Any:
    """Each weight and each interest a fifth lower and higher, with the scores after that."""
    exponents, tired = _PLAIN
    for number, name in enumerate((*_FACTORS, "fatigue")):
        for by in (0.8, 1.2):
            moved = tuple(each * by if at == number else each for at, each in enumerate(exponents))
            weights = moved, tired * by if name == "fatigue" else tired
            yield name, None, by, [_score(one[5], one[6], weights) for one in ones]
    led = {one[4] for one in ones if one[5][2] < 1}
    for theme in sorted(led):
        for by in (0.8, 1.2):
            moved = min(1.0, interests[theme] / 1000 * by)
            yield (
                "interest",
                theme,
                by,
                [
                    _score((moved, *one[5][1:]) if one[4] == theme and one[5][2] < 1 else one[5], one[6], _PLAIN)
                    for one in ones
                ],
            )
