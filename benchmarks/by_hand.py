"""The questions of planning as one would write them by hand in SQL and in Cypher: the rows that the answer needs.

What neither can say is a few lines of Python. What each tells of the answer can be compared with the answer's own; that
is less than the answer says, which has sentences, reasons and what would mend things besides.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson

import agenda_by_hand
import judged_by_hand
import plan_by_hand
import rights_by_hand
import spread_by_hand
from graph.model.enums import Rung
from graph.story.agenda.collisions import TOLD
from graph.story.house.trace import TraceStepKind
from texts import Row, Rows, Text, listed

COUNTRY, FIRST, LAST = "country:c3", "2026-12-01", "2026-12-31"
_SEEN = rights_by_hand.SEEN
_REACHING = f"l_reaches r JOIN n_channel c ON c.nid = r.src WHERE r.dst = a.nid AND {_SEEN.format('c')}"
#: The audiences of the country.
_HEARS = Text(
    f"""SELECT a.nid FROM node k JOIN l_lives_in l ON l.dst = k.nid JOIN n_audience a ON a.nid = l.src
  WHERE k.id = $country AND {_SEEN.format("a")}""",
    f"""MATCH (:Entity {{id: $country}})<-[:LIVES_IN]-(a:Audience) WHERE {_SEEN.format("a")}""",
)

PRESENCE_GAPS = Text(
    f"""
SELECT id, channels, missing, share FROM (
  SELECT a.id, a.size,
    (SELECT json_group_array(c.id ORDER BY c.id) FROM {_REACHING}) AS channels,
    (SELECT json_group_array(j.value) FROM json_each(a.locales) j WHERE NOT EXISTS (
      SELECT 1 FROM {_REACHING} AND (c.locale = j.value OR j.value LIKE c.locale || '-%'))) AS missing,
    (SELECT max(r.share) / 1000.0 FROM {_REACHING}) AS share
  FROM node k JOIN l_lives_in l ON l.dst = k.nid JOIN n_audience a ON a.nid = l.src
  WHERE k.id = $country AND {_SEEN.format("a")})
WHERE channels = '[]' OR missing <> '[]' ORDER BY channels <> '[]', size DESC, id LIMIT 500
""",
    f"""
{_HEARS.cypher}
OPTIONAL MATCH (a)<-[r:REACHES]-(c:Channel) WHERE {_SEEN.format("c")}
WITH a, r, c ORDER BY c.id
WITH a, collect(c.id) AS channels, collect(c.locale) AS spoken, max(r.share) / 1000.0 AS share
WITH a, channels, share,
  [one IN a.locales WHERE none(each IN spoken WHERE one = each OR one STARTS WITH each + '-')] AS missing
WHERE channels = [] OR missing <> []
WITH * ORDER BY channels <> [], a.size IS NULL, a.size DESC, a.id LIMIT 500
RETURN collect([a.id, channels, missing, share])
""",
)

HOUSE = Text(
    f"""
SELECT m.id, m.text, m.locked,
  (SELECT json_group_array(id) FROM (SELECT a.id FROM l_expresses e JOIN n_asset a ON a.nid = e.src
   WHERE e.dst = m.nid AND {_SEEN.format("a")} ORDER BY a.id LIMIT 200)),
  (SELECT json_group_array(json_object('id', p.id, 'until', p.valid_until) ORDER BY p.id) FROM l_proves v
   JOIN n_proof p ON p.nid = v.src WHERE v.dst = m.nid AND {_SEEN.format("p")}),
  (SELECT json_group_array(json_object('id', a.id, 'kind', a.kind) ORDER BY a.id) FROM l_for_audience f
   JOIN n_audience a ON a.nid = f.dst WHERE f.src = m.nid AND {_SEEN.format("a")}),
  (SELECT json_group_array(v.id ORDER BY v.id) FROM l_variant_of o JOIN n_message v ON v.nid = o.src
   WHERE o.dst = m.nid AND {_SEEN.format("v")})
FROM n_narrative n JOIN l_part_of l ON l.dst = n.nid JOIN n_message m ON m.nid = l.src
WHERE n.id = 'narrative:n1' AND {_SEEN.format("n")} AND {_SEEN.format("m")} ORDER BY m.id
""",
    f"""
MATCH (n:Entity {{id: 'narrative:n1'}})<-[:PART_OF]-(m:Message) WHERE {_SEEN.format("n")} AND {_SEEN.format("m")}
WITH m ORDER BY m.id
RETURN collect([m.id, m.text, m.locked,
  COLLECT {{ MATCH (m)<-[:EXPRESSES]-(a:Asset) WHERE {_SEEN.format("a")} RETURN a.id ORDER BY a.id LIMIT 200 }},
  COLLECT {{ MATCH (m)<-[:PROVES]-(p:Proof) WHERE {_SEEN.format("p")}
    RETURN {{id: p.id, until: p.valid_until}} ORDER BY p.id }},
  COLLECT {{ MATCH (m)-[:FOR_AUDIENCE]->(a:Audience) WHERE {_SEEN.format("a")}
    RETURN {{id: a.id, kind: a.kind}} ORDER BY a.id }},
  COLLECT {{ MATCH (m)<-[:VARIANT_OF]-(v:Message) WHERE {_SEEN.format("v")} RETURN v.id ORDER BY v.id }}])
""",
)

TRACE = Text(
    f"""
WITH told AS (SELECT n.nid, n.id FROM n_goal g JOIN l_serves s ON s.dst = g.nid JOIN n_narrative n ON n.nid = s.src
  WHERE g.id = 'goal:g1' AND {_SEEN.format("n")}),
said AS (SELECT m.nid, m.id FROM told JOIN l_part_of l ON l.dst = told.nid JOIN n_message m ON m.nid = l.src
  WHERE {_SEEN.format("m")}),
run AS (SELECT c.nid, c.id FROM n_campaign c WHERE {_SEEN.format("c")} AND c.nid IN (
  SELECT t.src FROM l_tells t JOIN said ON said.nid = t.dst UNION SELECT t.src FROM l_tells t JOIN told ON
  told.nid = t.dst UNION SELECT s.src FROM n_goal g JOIN l_serves s ON s.dst = g.nid WHERE g.id = 'goal:g1')),
posted AS (SELECT p.nid, p.id FROM n_placement p WHERE {_SEEN.format("p")} AND p.nid IN (
  SELECT o.src FROM l_of o JOIN said ON said.nid = o.dst
  UNION SELECT f.src FROM l_for_campaign f JOIN run ON run.nid = f.dst))
SELECT 'NARRATIVES', id FROM told UNION ALL SELECT 'MESSAGES', id FROM said UNION ALL SELECT 'CAMPAIGNS', id FROM run
UNION ALL SELECT 'PLACEMENTS', id FROM posted ORDER BY 1, 2
""",
    f"""
MATCH (g:Entity {{id: 'goal:g1'}})
WITH g, COLLECT {{ MATCH (g)<-[:SERVES]-(n:Narrative) WHERE {_SEEN.format("n")} RETURN n }} AS told
WITH g, told, COLLECT {{
  UNWIND told AS n MATCH (n)<-[:PART_OF]-(m:Message) WHERE {_SEEN.format("m")} RETURN m }} AS said
WITH told, said, COLLECT {{
  UNWIND told + said AS one MATCH (one)<-[:TELLS]-(c:Campaign) WHERE {_SEEN.format("c")} RETURN c
  UNION MATCH (g)<-[:SERVES]-(c:Campaign) WHERE {_SEEN.format("c")} RETURN c }} AS run
WITH told, said, run, COLLECT {{
  UNWIND said AS m MATCH (m)<-[:OF]-(p:Placement) WHERE {_SEEN.format("p")} RETURN p
  UNION UNWIND run AS c MATCH (c)<-[:FOR_CAMPAIGN]-(p:Placement) WHERE {_SEEN.format("p")} RETURN p }} AS posted
UNWIND [['NARRATIVES', told], ['MESSAGES', said], ['CAMPAIGNS', run], ['PLACEMENTS', posted]] AS step
UNWIND step[1] AS one
WITH step[0] AS step, one.id AS id ORDER BY step, id
RETURN collect([step, id])
""",
)

CALENDAR = Text(
    f"""
WITH hears(nid) AS ({_HEARS.sql})
SELECT c.starts AS starts, c.ends AS ends, 'CAMPAIGN' AS kind, c.id AS id, c.title FROM n_campaign c
WHERE c.nid IN (SELECT t.src FROM l_targets t JOIN hears ON hears.nid = t.dst) AND c.starts <= $last
  AND c.ends >= $first AND {_SEEN.format("c")}
UNION ALL
SELECT substr(p.at, 1, 10), substr(p.at, 1, 10), 'PLACEMENT', p.id, a.title FROM n_placement p
JOIN l_of o ON o.src = p.nid JOIN n_asset a ON a.nid = o.dst AND {_SEEN.format("a")}
WHERE p.nid IN (SELECT o.src FROM l_on o JOIN l_reaches r ON r.src = o.dst JOIN hears ON hears.nid = r.dst)
  AND p.at BETWEEN $first AND $last || 'T~' AND p.status IN ('PLANNED', 'LIVE') AND {_SEEN.format("p")}
UNION ALL
SELECT e.starts, e.ends, 'EVENT', e.id, e.title FROM n_event e JOIN l_at h ON h.src = e.nid
JOIN l_located_in l ON l.src = h.dst JOIN node k ON k.nid = l.dst WHERE k.id = $country AND {_SEEN.format("e")}
ORDER BY starts, ends, kind, id
""",
    f"""
CALL () {{
  {_HEARS.cypher} MATCH (a)<-[:TARGETS]-(c:Campaign)
  WHERE c.starts <= $last AND c.ends >= $first AND {_SEEN.format("c")}
  RETURN DISTINCT c.starts AS starts, c.ends AS ends, 'CAMPAIGN' AS kind, c.id AS id, c.title AS title
  UNION ALL
  {_HEARS.cypher} MATCH (a)<-[:REACHES]-()<-[:ON]-(p:Placement)
  WHERE $first <= p.at <= $last + 'T~' AND p.status IN ['PLANNED', 'LIVE'] AND {_SEEN.format("p")}
  WITH DISTINCT p MATCH (p)-[:OF]->(a:Asset) WHERE {_SEEN.format("a")}
  RETURN left(p.at, 10) AS starts, left(p.at, 10) AS ends, 'PLACEMENT' AS kind, p.id AS id, a.title AS title
  UNION ALL
  MATCH (:Entity {{id: $country}})<-[:LOCATED_IN]-()<-[:AT]-(e:Event) WHERE {_SEEN.format("e")}
  RETURN e.starts AS starts, e.ends AS ends, 'EVENT' AS kind, e.id AS id, e.title AS title
}}
WITH * ORDER BY starts, ends, kind, id
RETURN collect([starts, ends, kind, id, title])
""",
)

RUNS = Text(
    f"""
WITH hears(nid) AS ({_HEARS.sql})
SELECT c.id, c.starts, c.ends,
  (SELECT json_group_array(t.dst) FROM l_targets t JOIN hears ON hears.nid = t.dst WHERE t.src = c.nid),
  (SELECT json_group_array(u.dst) FROM l_uses u JOIN n_asset a ON a.nid = u.dst
   WHERE u.src = c.nid AND {_SEEN.format("a")}),
  (SELECT json_group_array(t.dst) FROM l_through t WHERE t.src = c.nid),
  (SELECT json_group_array(m.id ORDER BY m.id) FROM l_run_by r JOIN node m ON m.nid = r.dst
   WHERE r.src = c.nid AND r.role = 'LEAD')
FROM n_campaign c WHERE c.nid IN (SELECT t.src FROM l_targets t JOIN hears ON hears.nid = t.dst)
  AND c.starts <= '2027-12-31' AND c.ends >= '2025-12-01' AND {_SEEN.format("c")} ORDER BY c.starts, c.id LIMIT 400
""",
    f"""
{_HEARS.cypher} MATCH (a)<-[:TARGETS]-(c:Campaign)
WHERE c.starts <= '2027-12-31' AND c.ends >= '2025-12-01' AND {_SEEN.format("c")}
WITH c, collect(a.id) AS heard ORDER BY c.starts, c.id LIMIT 400
RETURN collect([c.id, c.starts, c.ends, heard,
  [(c)-[:USES]->(a:Asset) WHERE {_SEEN.format("a")} | a.id],
  [(c)-[:THROUGH]->(t) | t.id],
  COLLECT {{ MATCH (c)-[r:RUN_BY]->(m) WHERE r.role = 'LEAD' RETURN m.id ORDER BY m.id }}])
""",
)

ROUTES = Text(
    f"""
WITH RECURSIVE goes(nid, path, hops) AS (
  SELECT c.nid, '"' || c.id || '"', 0 FROM node m JOIN l_owned_by o ON o.dst = m.nid JOIN n_channel c ON c.nid = o.src
  WHERE m.id = 'mission:m3' AND {_SEEN.format("c")}
  UNION ALL
  SELECT c.nid, g.path || ',"' || c.id || '"', g.hops + 1 FROM goes g JOIN l_amplifies a ON a.dst = g.nid
  JOIN n_channel c ON c.nid = a.src WHERE g.hops < 3 AND a.agreement <> '' AND instr(g.path, '"' || c.id || '"') = 0
    AND {_SEEN.format("c")})
SELECT '[' || g.path || ']' FROM goes g JOIN l_reaches r ON r.src = g.nid JOIN node a ON a.nid = r.dst
WHERE a.id = 'audience:a9' ORDER BY g.hops, g.path
""",
    f"""
MATCH (:Entity {{id: 'mission:m3'}})<-[:OWNED_BY]-(o:Channel)
MATCH path = (o)<-[:AMPLIFIES*0..3]-(c:Channel)
WHERE all(one IN relationships(path) WHERE one.agreement <> '')
  AND all(one IN nodes(path) WHERE one:Channel AND {_SEEN.format("one")})
  AND EXISTS {{ (c)-[:REACHES]->(:Entity {{id: 'audience:a9'}}) }}
WITH [one IN nodes(path) | one.id] AS path
WHERE all(one IN path WHERE single(other IN path WHERE other = one))
WITH path ORDER BY size(path), path
RETURN collect([path])
""",
)

#: How many posts of a channel another one carried on in a year, and how many there were, for each hop of some routes.
#: A plus keeps SQLite from an index: here it would begin with every live post, and below with every published asset.
CARRIED = Text(
    f"""
SELECT h.of, h.by, count(*), sum(EXISTS (SELECT 1 FROM l_repost_of r JOIN l_on q ON q.src = r.src
  WHERE r.dst = p.nid AND q.dst = b.nid))
FROM (SELECT value ->> 0 AS of, value ->> 1 AS by FROM json_each($hops)) h JOIN node f ON f.id = h.of
JOIN node b ON b.id = h.by JOIN l_on o ON o.dst = f.nid JOIN n_placement p ON p.nid = o.src
WHERE +p.status = 'LIVE' AND p.at BETWEEN $since AND $today AND {_SEEN.format("p")} GROUP BY h.of, h.by
""",
    f"""
UNWIND $hops AS hop
MATCH (b:Entity {{id: hop[1]}}) MATCH (:Entity {{id: hop[0]}})<-[:ON]-(p:Placement)
WHERE p.status = 'LIVE' AND $since <= p.at <= $today AND {_SEEN.format("p")}
WITH hop, count(*) AS posts, sum(CASE WHEN EXISTS {{ (p)<-[:REPOST_OF]-()-[:ON]->(b) }} THEN 1 ELSE 0 END) AS carried
RETURN collect([hop[0], hop[1], posts, carried])
""",
)

_AUDIENCES = Text(f"SELECT id FROM n_audience WHERE nid IN ({_HEARS.sql})", f"{_HEARS.cypher} RETURN collect([a.id])")
#: The best assets for each audience of a mission's country, by the best way to each.
NEXT = Text(
    f"""
SELECT a.id, max(i.weight * b.weight / 1000) AS w, a.title, t.id, g.rules FROM n_audience u
JOIN l_interested_in i ON i.src = u.nid JOIN n_theme t ON t.nid = i.dst JOIN l_about b ON b.dst = t.nid
JOIN n_asset a ON a.nid = b.src LEFT JOIN l_cleared_by y ON y.src = a.nid LEFT JOIN n_rightsgrant g ON g.nid = y.dst
WHERE u.id = $audience AND {_SEEN.format("a")} AND {_SEEN.format("t")} AND +a.locale = 'en'
  AND +a.text_state = 'PUBLISHED' GROUP BY a.nid ORDER BY w DESC, a.id LIMIT 20
""",
    f"""
MATCH (u:Entity {{id: $audience}})-[i:INTERESTED_IN]->(t:Theme) WHERE {_SEEN.format("t")}
MATCH (t)<-[b:ABOUT]-(a:Asset)
WITH u, a, max(i.weight * b.weight / 1000) AS w ORDER BY w DESC, a.id
WHERE a.locale = 'en' AND a.text_state = 'PUBLISHED' AND {_SEEN.format("a")}
WITH u, a, w ORDER BY w DESC, a.id LIMIT 20
RETURN collect([a.id, w, a.title,
  head(COLLECT {{ MATCH (u)-[i:INTERESTED_IN]->(t:Theme)<-[b:ABOUT]-(a) WHERE {_SEEN.format("t")}
    RETURN t.id ORDER BY i.weight * b.weight DESC LIMIT 1 }}),
  head([(a)-[:CLEARED_BY]->(g:RightsGrant) | g.rules])])
""",
)

#: The campaigns for some audiences or run by a mission, and what each shows, with its texts and rules.
SHOWN = Text(
    f"""
WITH hears(nid) AS ({_HEARS.sql}), near(nid) AS (SELECT t.src FROM l_targets t JOIN hears ON hears.nid = t.dst
  UNION SELECT r.src FROM node m JOIN l_run_by r ON r.dst = m.nid WHERE m.id = 'mission:m3'),
used(nid) AS (SELECT DISTINCT a.nid FROM (SELECT c.nid FROM n_campaign c JOIN near ON near.nid = c.nid
    WHERE c.ends >= $first AND {_SEEN.format("c")} ORDER BY c.starts, c.id LIMIT 60) c
  JOIN l_uses u ON u.src = c.nid JOIN n_asset a ON a.nid = u.dst WHERE {_SEEN.format("a")} ORDER BY a.id LIMIT 200)
SELECT a.id, a.title, a.summary, a.locale, a.text_state, g.id, g.rules, g.valid_until,
  (SELECT json_group_array(json_object('locale', x.locale, 'state', x.state, 'title', x.title)) FROM l_translates t
   JOIN n_translation x ON x.nid = t.src WHERE t.dst = a.nid AND {_SEEN.format("x")})
FROM used JOIN n_asset a ON a.nid = used.nid
LEFT JOIN l_cleared_by y ON y.src = a.nid LEFT JOIN n_rightsgrant g ON g.nid = y.dst ORDER BY a.id
""",
    f"""
CALL () {{
  {_HEARS.cypher} MATCH (a)<-[:TARGETS]-(c:Campaign) RETURN c
  UNION MATCH (:Entity {{id: 'mission:m3'}})<-[:RUN_BY]-(c:Campaign) RETURN c
}}
WITH c WHERE c.ends >= $first AND {_SEEN.format("c")} ORDER BY c.starts, c.id LIMIT 60
MATCH (c)-[:USES]->(a:Asset) WHERE {_SEEN.format("a")}
WITH DISTINCT a ORDER BY a.id LIMIT 200
OPTIONAL MATCH (a)-[:CLEARED_BY]->(g:RightsGrant)
WITH a, g ORDER BY a.id
RETURN collect([a.id, a.title, a.summary, a.locale, a.text_state, g.id, g.rules, g.valid_until,
  [(a)<-[:TRANSLATES]-(x:Translation) WHERE {_SEEN.format("x")} |
   {{locale: x.locale, state: x.state, title: x.title}}]])
""",
)

STEPS = tuple(TraceStepKind)
RUNGS = tuple(Rung)

Core = Any


class ByHand:
    """One connection, asked as the viewer of the benchmark."""

    def __init__(self, rows: Rows, now: int, assets: tuple[str, ...]) -> None:
        self.rows, self.assets = rows, assets
        self.given = {"now": now, "country": COUNTRY, "first": FIRST, "last": LAST, "language": "en"}
        self.today = datetime.fromtimestamp(now / 1000, UTC).date()

    def _rows(self, text: Text, **more: object) -> list[Row]:
        return self.rows(text, {**self.given, **more})

    def presence_gaps(self) -> Core:
        return [(id, listed(c), listed(m), share) for id, c, m, share in self._rows(PRESENCE_GAPS)]

    def house(self) -> Core:
        """Each message with the assets that say it, what is weakest, and for whom it is; and what the house owes."""
        found: dict[str, tuple[Any, ...]] = {}
        for id, text, locked, assets, proofs, whom, variants in self._rows(HOUSE):
            if listed(proofs) or listed(variants):
                raise NotImplementedError("Proofs and variants are not judged by hand.")
            kinds = {one["kind"] for one in listed(whom)}
            weak = "NO_PROOF", f"Nothing proves “{text}”."
            found[id] = listed(assets), weak, bool(locked), 0.0, "DOMESTIC" in kinds, bool(kinds - {"DOMESTIC"})
        return found, (len(found), sum(not one[4] for one in found.values()))

    def trace(self) -> Core:
        """The steps with what each has, each indicator of a campaign with what was read last, and where it breaks."""
        found: dict[str, list[str]] = defaultdict(list)
        for step, id in self._rows(TRACE):
            found[step].append(id)
        campaigns, placements = found["CAMPAIGNS"], found["PLACEMENTS"]
        rows = self._rows(judged_by_hand.MEASURED, campaigns=campaigns, measured=[*campaigns, *placements])
        last = {(row[1], row[2]): row for row in rows if row[0] == "MEASUREMENTS"}
        rungs = {row[5] for row in last.values() if row[5]}
        for step, campaign, indicator, baseline, target, _, id in rows:
            found[step].append(id or indicator)
            if step == "INDICATORS":
                read = last.get((campaign, indicator))
                found["READINGS"].append(f"{campaign} {indicator} {baseline} {target} {read and read[3]}")
        empty = {step: f"There is nothing at {step}." for step in STEPS if not found.get(step)}
        highest = max(rungs, key=RUNGS.index, default=None)
        return {step: ids for step, ids in found.items() if ids}, next(iter(empty), None), highest, empty

    def calendar(self) -> Core:
        return [row[3] for row in self._rows(CALENDAR)]

    def collisions(self) -> Core:
        """Pairs that share an audience, an asset or a channel, with the day on which the later one could begin."""
        runs = [
            (id, date.fromisoformat(a), date.fromisoformat(b), *(frozenset(listed(one)) for one in takes))
            for id, a, b, *takes in self._rows(RUNS)
        ]
        first, last = date.fromisoformat(FIRST), date.fromisoformat(LAST)
        pairs: list[tuple[Any, ...]] = []
        for number, one in enumerate(runs):
            for other in runs[number + 1 :]:
                start, end = max(one[1], other[1]), min(one[2], other[2])
                shared = any(one[k] & other[k] for k in (3, 4, 5))
                if start <= end and start <= last and end >= first and shared:
                    pairs.append((start, one, other))
        pairs.sort(key=lambda each: (each[0], each[1][0], each[2][0]))
        return [(one[0], other[0], _free(other, one, runs)) for _, one, other in pairs[:TOLD]]

    def agenda(self) -> Core:
        return agenda_by_hand.agenda(self._rows, FIRST, LAST)

    def spread(self) -> Core:
        return spread_by_hand.spread(self._rows, "placement:p3", self.today)

    def routes(self) -> Core:
        """Every route with how likely it is carried on, by what each channel did in the last year."""
        today = self.today
        days = {"since": (today - timedelta(365)).isoformat(), "today": today.isoformat() + "T~"}
        paths = [tuple(listed(path)) for (path,) in self._rows(ROUTES)]
        hops = sorted({pair for path in paths for pair in pairwise(path)})
        counts = {(of, by): (posts, carried) for of, by, posts, carried in self._rows(CARRIED, hops=hops, **days)}
        return {path: [counts.get(pair, (0, 0)) for pair in pairwise(path)] for path in paths}

    def best(self) -> Core:
        """The desk's audiences alone, with the first asset that the rules of its grant permit to show."""
        found: dict[str, list[str]] = {}
        for (audience,) in self._rows(_AUDIENCES):
            rows = self._rows(NEXT, audience=audience)
            found[audience] = [id for id, _, _, _, rules in rows if _permits(rules, {"display", "distribute"})][:3]
        return found

    def desk(self) -> Core:
        """What to show next, what may not be shown or has no text of what campaigns show, and what clashes."""
        best, clashes = self.best(), self.collisions()
        shown = self._rows(SHOWN)
        denied = [row[0] for row in shown if not _permits(row[6], {"display", "distribute"}) or row[7]]
        spoken = {row[0]: {row[3], *(one["locale"] for one in listed(row[8]))} for row in shown}
        return best, denied, [id for id, locales in spoken.items() if "en" not in locales], clashes[:20]

    def plan(self) -> Core:
        return plan_by_hand.plan(self._rows, date.fromisoformat(FIRST), date.fromisoformat(LAST))

    def coverage(self) -> Core:
        return judged_by_hand.coverage(self._rows, self.today)

    def cleared(self) -> Core:
        return rights_by_hand.cleared(self._rows, self.assets, self.today)

    def tasks(self) -> Mapping[str, Callable[[], Core]]:
        """By the question that each is the yardstick of."""
        return {
            "presenceGaps": self.presence_gaps,
            "messageHouse": self.house,
            "goalTrace": self.trace,
            "calendar": self.calendar,
            "collisions": self.collisions,
            "agenda of a month": self.agenda,
            "propagation": self.spread,
            "routes": self.routes,
            "rightsCheck of 50": self.cleared,
            "desk": self.desk,
            "planStory": self.plan,
            "coverage, 12 by 12": self.coverage,
        }


def _permits(rules: str | None, needed: set[str]) -> bool:
    """What is wanted may be done where a rule says so, "use" being all but to trade with it."""
    permitted = [rule["action"] for rule in orjson.loads(rules or "[]") if rule["effect"] == "permission"]
    given = {action for one in permitted for action in ([one] if isinstance(one, str) else one)}
    return needed <= (given | {"display", "distribute"} if "use" in given else given)


def _free(mover: tuple[Any, ...], against: tuple[Any, ...], runs: list[tuple[Any, ...]]) -> date | None:
    taken = [run for run in runs if run[0] != mover[0] and any(run[k] & mover[k] for k in (3, 4, 5))]
    start, length = against[2] + timedelta(1), mover[2] - mover[1]
    while start <= mover[1] + timedelta(366):
        ends = [run[2] for run in taken if run[1] <= start + length and run[2] >= start]
        if not ends:
            return start
        start = max(ends) + timedelta(1)
    return None


def _checked(one: Any) -> Core:
    """All that a check of rights says of an asset."""
    told = {"verdict": str(one.verdict), "reasons": [(str(why.effect), why.sentence, why.about) for why in one.reasons]}
    if one.unlock is None:
        return told
    asks = [
        {"ask": ask.ask, "to": ask.to, "about": ask.about, "template": ask.template, "also": list(ask.also_unlocks)}
        for ask in one.unlock.smallest
    ]
    wanted = one.unlock.request
    requests = [
        {"ask": ask.ask, "to": ask.to, "about": list(ask.about), "template": ask.template} for ask in wanted.asks
    ]
    return {**told, "asks": asks, "request": (requests, wanted.due, wanted.unlocks)}


#: What a question's answer says of what its yardstick tells, for comparing.
_ANSWERED: Mapping[str, Callable[[Any], Core]] = {
    "planStory": lambda it: {
        "score": it.score,
        "narrative": it.narrative,
        "beats": [one.asset for one in it.beats],
        "rejected": [(one.asset, str(one.gate)) for one in it.rejected],
        "moved": [(one.weight, one.theme, one.by) for one in it.robustness.wobbles],
        "tried": it.robustness.tried,
        "to_fill": [(one.entity, one.field, one.to, one.gain, one.why) for one in it.to_fill.rows],
    },
    "presenceGaps": lambda it: [(one.audience, list(one.channels), list(one.missing_locales)) for one in it.gaps],
    "messageHouse": lambda it: (
        {
            one.message: (
                list(one.assets),
                str(one.weakest_link.kind),
                one.locked,
                one.strength,
                one.domestic,
                one.foreign,
            )
            for each in it.storeys
            for one in each.messages
        },
        (it.debt.messages_without_proof, it.debt.without_domestic),
    ),
    "goalTrace": lambda it: (
        {str(one.step): list(one.entities) for one in it.steps if one.entities},
        it.breaks_at,
        it.highest_rung,
    ),
    "calendar": lambda it: [one.entity for one in it.entries],
    "collisions": lambda it: [
        (one.one.campaign, one.other.campaign, one.suggestion and one.suggestion.starts) for one in it.collisions
    ],
    "agenda of a month": lambda it: {
        "priorities": [
            (
                *(one.priority, one.rank, one.narrative, one.starts.isoformat(), one.ends.isoformat(), one.planned),
                *(one.actual, one.out, one.ahead, one.total, one.lacks, one.sentence),
            )
            for one in it.priorities
        ],
        "warnings": [(str(one.kind), one.priority, one.other, one.sentence) for one in it.warnings],
        "notes": list(it.notes),
        "posts": (it.placements, it.elsewhere),
    },
    "propagation": lambda it: {
        "posts": [
            (
                *(one.placement, one.repeats, one.channel, one.owner, one.hop, one.at, str(one.status), one.days_after),
                *(one.locale, one.reach.people, list(one.audiences), list(one.new_audiences)),
            )
            for one in it.posts
        ],
        "bridges": [(one.channel, list(one.audiences)) for one in it.bridges],
        "stalls": [(one.channel, one.after, one.agreement, str(one.reason), list(one.audiences)) for one in it.stalls],
    },
    "routes": lambda it: {tuple(hop.channel for hop in route.hops) for route in it.routes},
    "rightsCheck of 50": lambda it: {one.id: _checked(one) for one in it},
    "coverage, 12 by 12": judged_by_hand.said,
}

#: The part of a yardstick's answer that is compared, where that is not all of it.
_TOLD: Mapping[str, Callable[[Any], Core]] = {
    "planStory": lambda it: {
        **it,
        "beats": [asset for asset, _ in it["beats"]],
        "rejected": [(id, gate) for id, gate, _ in it["rejected"]],
    },
    "propagation": lambda it: {
        **it,
        "posts": [(*one[:10], *one[11:]) for one in it["posts"]],
        "stalls": [one[:5] for one in it["stalls"]],
    },
    "messageHouse": lambda it: (
        {id: (assets, kind, *more) for id, (assets, (kind, _), *more) in it[0].items()},
        it[1],
    ),
    "goalTrace": lambda it: it[:3],
    "presenceGaps": lambda it: [row[:3] for row in it],
    "routes": set,
}


def same(name: str, answer: Any, by_hand: Core) -> bool:
    """Whether a question's answer says what its yardstick tells, as far as that can be compared.

    An answer that was cut is not.
    """
    if name not in _ANSWERED or getattr(answer, "cut", False):
        return True
    return bool(_ANSWERED[name](answer) == _TOLD.get(name, lambda it: it)(by_hand))
