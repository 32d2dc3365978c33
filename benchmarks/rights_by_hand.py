"""Rights by hand: whether assets may be used, why not, whom to ask for what, and what else that would make usable.

It says what the answer says, word for word. What the generated graph has none of (rules with constraints, licences,
days, media, persons, works made of others, grants that are secret) is looked for, and refused where it is there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from babel.dates import format_date

from texts import Ask, Key, Text, listed

#: The same in both languages: SQLite knows `$now` too.
SEEN = "{0}.vis_stage = 2 AND {0}.vis_level <= 2 AND {0}.vis_from <= $now AND $now < {0}.vis_until"


def title_of(one: str) -> Text:
    """What something with a title is called in the language of the answer."""
    return Text(
        f"""CASE WHEN {one}.locale = $language THEN {one}.label ELSE coalesce((SELECT x.title FROM l_translates t
  JOIN n_translation x ON x.nid = t.src WHERE t.dst = {one}.nid AND x.locale = $language AND {SEEN.format("x")}
  ORDER BY x.id), {one}.label) END""",
        f"""CASE WHEN {one}.locale = $language THEN {one}.label ELSE coalesce(head(COLLECT {{
  MATCH ({one})<-[:TRANSLATES]-(x:Translation) WHERE x.locale = $language AND {SEEN.format("x")}
  RETURN x.title ORDER BY x.id }}), {one}.label) END""",
    )


def keeper_of(one: str) -> Text:
    """Who keeps something, as far as that is seen."""
    return Text(
        f"""(SELECT w.id FROM l_kept_by o JOIN node w ON w.nid = o.dst WHERE o.src = {one}.nid
  AND {SEEN.format("w")})""",
        f"""head([({one})-[:KEPT_BY]->(w:Entity) WHERE {SEEN.format("w")} | w.id])""",
    )


def rights_of(one: str) -> Text:
    """What an asset stands under: the keys of its grants, and whether there is more than grants."""
    return Text(
        f"""(SELECT json_group_array(y.dst) FROM l_cleared_by y WHERE y.src = {one}.nid),
  EXISTS (SELECT 1 FROM l_has_media WHERE src = {one}.nid) OR EXISTS (SELECT 1 FROM l_depicts WHERE src = {one}.nid)
  OR EXISTS (SELECT 1 FROM l_cites WHERE src = {one}.nid) OR EXISTS (SELECT 1 FROM l_derived_from WHERE src = {one}.nid)
  OR EXISTS (SELECT 1 FROM l_part_of WHERE src = {one}.nid)""",
        f"""[({one})-[:CLEARED_BY]->(y) | y.id],
  EXISTS {{ ({one})-[:HAS_MEDIA|DEPICTS|CITES|DERIVED_FROM|PART_OF]->() }}""",
    )


_GRANTS = Text(
    f"""
SELECT g.nid, g.id, {title_of("g").sql}, g.rules, coalesce(g.licence, g.valid_from, g.valid_until), {SEEN.format("g")},
  (SELECT h.id FROM l_held_by b JOIN node h ON h.nid = b.dst WHERE b.src = g.nid AND {SEEN.format("h")})
FROM n_rightsgrant g WHERE g.state IN ('APPROVED', 'PUBLISHED')
""",
    f"""
MATCH (g:RightsGrant) WHERE g.state IN ['APPROVED', 'PUBLISHED']
RETURN collect([g.id, g.id, {title_of("g").cypher}, g.rules, coalesce(g.licence, g.valid_from, g.valid_until),
  {SEEN.format("g")}, head([(g)-[:HELD_BY]->(h:Entity) WHERE {SEEN.format("h")} | h.id])])
""",
)
_CHECKED = Text(
    f"""
SELECT a.id, {title_of("a").sql}, {keeper_of("a").sql}, {rights_of("a").sql} FROM n_asset a
WHERE a.id IN (SELECT value FROM json_each($assets)) AND {SEEN.format("a")}
""",
    f"""
UNWIND $assets AS id MATCH (a:Entity {{id: id}}) WHERE a:Asset AND {SEEN.format("a")}
RETURN collect([a.id, {title_of("a").cypher}, {keeper_of("a").cypher}, {rights_of("a").cypher}])
""",
)
#: The first assets under each of some grants.
_BESIDE = Text(
    f"""
SELECT j.value, a.id, {rights_of("a").sql} FROM json_each($grants) j JOIN n_asset a ON a.nid IN (
  SELECT b.nid FROM l_cleared_by y JOIN n_asset b ON b.nid = y.src WHERE y.dst = j.value AND {SEEN.format("b")}
  ORDER BY b.id LIMIT 50) ORDER BY a.id
""",
    f"""
UNWIND $grants AS grant CALL (grant) {{
  MATCH (:Entity {{id: grant}})<-[:CLEARED_BY]-(a:Asset)
  WITH a ORDER BY a.id WHERE {SEEN.format("a")} RETURN a ORDER BY a.id LIMIT 50 }}
WITH grant, a ORDER BY a.id
RETURN collect([grant, a.id, {rights_of("a").cypher}])
""",
)

SHOW = frozenset({"display", "distribute"})
_SELL = SHOW | {"commercialize"}
_WORDS = {
    "en": {
        "sell": "Nothing on file allows to commercialize it.",
        "what": "display, distribute, commercialize in Indonesia, without paid reach, from {first} on, until {last}",
        "ask": "Ask to extend “{grant}”: {what}.",
        "letter": (
            "We would like to use “{asset}”: {what}. Our agreement “{grant}” does not reach so far. May we extend it "
            "to this, and on which terms?"
        ),
        "gain": "“{asset}” may then be used so.",
    },
    "id": {
        "sell": "Tidak ada hak tercatat yang mengizinkan: mengomersialkan.",
        "what": (
            "menampilkan, mendistribusikan, mengomersialkan di Indonesia, tanpa tayangan berbayar, mulai {first}, "
            "sampai {last}"
        ),
        "ask": "Minta perluasan “{grant}”: {what}.",
        "letter": (
            "Kami ingin memakai “{asset}”: {what}. Perjanjian kita “{grant}” belum mencakupnya. Dapatkah diperluas, "
            "dan dengan syarat apa?"
        ),
        "gain": "“{asset}” lalu boleh dipakai demikian.",
    },
}
#: For how long a right is asked for, and by when the request is due.
_YEAR, _DUE = timedelta(365), timedelta(14)


class Grants:
    """The grants, each read once, and what assets may be used for that stand under some of them."""

    def __init__(self, ask: Ask) -> None:
        #: The id of each, what it is called, what it permits, and who holds it.
        self.there: dict[Key, tuple[str, str, frozenset[str], str | None]] = {}
        for key, id, title, rules, more, seen, holder in ask(_GRANTS):
            if more or not seen:
                raise NotImplementedError("Only rules without days that everybody may know of are judged by hand.")
            self.there[key] = id, title, _permitted(orjson.loads(rules or "[]")), holder
        self._known: dict[tuple[object, frozenset[str], Key | None], bool] = {}

    def allow(self, under: Any, more: int, needed: frozenset[str], extended: Key | None = None) -> bool:
        """Whether each of the grants permits it, or would, if one of them were extended."""
        if more:
            raise NotImplementedError("More than grants is not judged by hand.")
        key = (under if isinstance(under, str) else tuple(under)), needed, extended
        if key not in self._known:
            grants = [one for one in listed(under) if one in self.there]
            self._known[key] = bool(grants) and all(one == extended or needed <= self.there[one][2] for one in grants)
        return self._known[key]


def _permitted(rules: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """What is permitted, "use" being all but to trade with it."""
    found: set[str] = set()
    for rule in rules:
        if rule["effect"] != "permission" or rule.get("constraints"):
            raise NotImplementedError("Only what is permitted everywhere is judged by hand.")
        actions = rule["action"]
        found |= {actions} if isinstance(actions, str) else set(actions)
    return frozenset(found | SHOW if "use" in found else found)


def cleared(ask: Ask, assets: Sequence[str], today: date, language: str = "en") -> Mapping[str, Mapping[str, Any]]:
    """For each asset whether it may be used, why not, what to ask of whom, and what else that would make usable."""
    grants, words = Grants(ask), _WORDS[language]
    judged = [(*row, grants.allow(row[3], row[4], _SELL)) for row in ask(_CHECKED, assets=assets)]
    wanted = sorted({key for *_, under, _, fine in judged if not fine for key in listed(under)})
    usable: dict[Key, list[str]] = defaultdict(list)
    for key, id, under, more in ask(_BESIDE, grants=wanted):
        if not grants.allow(under, more, _SELL) and grants.allow(under, more, _SELL, key):
            usable[key].append(id)
    day, later = (format_date(one, "d MMMM y", locale=language) for one in (today, today + _YEAR))
    now, longer = (words["what"].format(first=day, last=last) for last in (day, later))
    found: dict[str, Mapping[str, Any]] = {}
    for id, title, keeper, under, _, fine in judged:
        if fine:
            found[id] = {"verdict": "ALLOWED", "reasons": []}
            continue
        asks: list[Mapping[str, Any]] = []
        requests: list[Mapping[str, Any]] = []
        for key in listed(under):
            grant, called, _, holder = grants.there[key]
            to = holder or keeper
            # For the day of the use, and, as a request would ask it, for a year.
            (text, letter), (lasting, template) = (
                tuple(words[one].format(grant=called, what=what, asset=title) for one in ("ask", "letter"))
                for what in (now, longer)
            )
            also = [other for other in usable[key] if other != id]
            asks.append({"ask": text, "to": to, "about": grant, "template": letter, "also": also})
            requests.append({"ask": lasting, "to": to, "about": [id, grant], "template": template})
        found[id] = {
            "verdict": "DENIED",
            "reasons": [("NOT_COVERED", words["sell"], id)],
            "asks": asks,
            "request": (requests, today + _DUE, words["gain"].format(asset=title)),
        }
    return found
