"""How a post spreads, by hand: the posts with whom each reaches and on what that rests, bridges, and where it stalls.

What the generated graph has none of, readings of posts, is looked for and refused where it is there.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rights_by_hand import SEEN
from texts import Ask, Key, Text, listed

_DEEPEST = 4


def _reached(channel: str) -> Text:
    """Whom a channel reaches, and how many of them."""
    return Text(
        f"""(SELECT json_group_array(json_array(u.id, u.name, u.size, r.share) ORDER BY u.id) FROM l_reaches r
  JOIN n_audience u ON u.nid = r.dst WHERE r.src = {channel}.nid AND {SEEN.format("u")})""",
        f"""COLLECT {{ MATCH ({channel})-[r:REACHES]->(u:Audience) WHERE {SEEN.format("u")}
    RETURN [u.id, u.name, u.size, r.share] ORDER BY u.id }}""",
    )


SPREAD = Text(
    f"""
WITH RECURSIVE down(nid, hop, repeats) AS (SELECT p.nid, 0, NULL FROM n_placement p
    WHERE p.id = $placement AND {SEEN.format("p")}
  UNION ALL SELECT p.nid, hop + 1, down.nid FROM down JOIN l_repost_of r ON r.dst = down.nid
    JOIN n_placement p ON p.nid = r.src
    WHERE hop < {_DEEPEST} AND p.status IN ('LIVE', 'PLANNED') AND {SEEN.format("p")})
SELECT p.nid, p.id, d.repeats, d.hop, p.at, p.status, p.locale, c.id, c.name,
  (SELECT w.id FROM l_owned_by b JOIN node w ON w.nid = b.dst WHERE b.src = c.nid AND {SEEN.format("w")}),
  {_reached("c").sql},
  (SELECT json_group_array(json_array(x.id, x.name, x.locale, m.agreement, m.since, m.until, {_reached("x").sql})
     ORDER BY x.id) FROM l_amplifies m JOIN n_channel x ON x.nid = m.src WHERE m.dst = c.nid AND {SEEN.format("x")}),
  (SELECT json_group_array(l) FROM (SELECT a.locale AS l FROM l_of o JOIN n_asset a ON a.nid = o.dst
     WHERE o.src = p.nid AND a.text_state = 'PUBLISHED' UNION SELECT t.locale FROM l_of o JOIN l_translates s
     ON s.dst = o.dst JOIN n_translation t ON t.nid = s.src WHERE o.src = p.nid AND t.state = 'PUBLISHED')),
  EXISTS (SELECT 1 FROM l_measures m WHERE m.dst = p.nid)
FROM down d JOIN n_placement p ON p.nid = d.nid LEFT JOIN l_on o ON o.src = p.nid
LEFT JOIN n_channel c ON c.nid = o.dst AND {SEEN.format("c")} ORDER BY d.hop, p.at, p.id
""",
    f"""
MATCH way = (s:Entity {{id: $placement}})<-[:REPOST_OF*0..{_DEEPEST}]-(p:Placement)
WHERE all(one IN nodes(way) WHERE {SEEN.format("one")})
  AND all(one IN tail(nodes(way)) WHERE one.status IN ['LIVE', 'PLANNED'])
OPTIONAL MATCH (p)-[:ON]->(c:Channel) WHERE {SEEN.format("c")}
WITH * ORDER BY length(way), p.at, p.id
RETURN collect([p.id, p.id, nodes(way)[-2].id, length(way), p.at, p.status, p.locale, c.id, c.name,
  head([(c)-[:OWNED_BY]->(w:Entity) WHERE {SEEN.format("w")} | w.id]),
  {_reached("c").cypher},
  COLLECT {{ MATCH (c)<-[m:AMPLIFIES]-(x:Channel) WHERE {SEEN.format("x")}
    RETURN [x.id, x.name, x.locale, m.agreement, m.since, m.until, {_reached("x").cypher}] ORDER BY x.id }},
  COLLECT {{ MATCH (p)-[:OF]->(a:Asset) WHERE a.text_state = 'PUBLISHED' RETURN a.locale AS locale
    UNION MATCH (p)-[:OF]->()<-[:TRANSLATES]-(t:Translation) WHERE t.state = 'PUBLISHED' RETURN t.locale AS locale }},
  EXISTS {{ (p)<-[:MEASURES]-() }}])
""",
)


def spread(ask: Ask, placement: str, today: date) -> Mapping[str, Any]:
    """The posts, each with whom it reaches anew; the channels that brought somebody; and those that could have."""
    rows = [(*row[:10], *map(listed, row[10:13]), row[13]) for row in ask(SPREAD, placement=placement)]
    when = {row[0]: datetime.fromisoformat(row[4]) for row in rows}
    ids = {row[0]: row[1] for row in rows}
    seen, fresh = set[str](), dict[Key, list[str]]()
    for row in sorted(rows, key=lambda row: (row[4], row[3], row[1])):
        fresh[row[0]] = [one[0] for one in row[10] if one[0] not in seen]
        seen.update(fresh[row[0]])
    posts: list[tuple[Any, ...]] = []
    for key, id, repeats, hop, _, status, locale, channel, _, owner, reached, _, _, measured in rows:
        if measured:
            raise NotImplementedError("What was measured is not told by hand.")
        days = (when[key] - when[repeats]).days if repeats else None
        whom = [one[0] for one in reached]
        posts.append(
            (id, ids.get(repeats), channel, owner, hop, when[key], status, days, locale, *_people(reached), whom)
        )
    bridges = [(post[2], fresh[row[0]]) for row, post in zip(rows, posts, strict=True) if row[3] and fresh[row[0]]]
    return {
        "posts": [(*post, fresh[row[0]]) for row, post in zip(rows, posts, strict=True)],
        "bridges": bridges,
        "stalls": _stalls(rows, seen, today.isoformat()),
    }


def _people(reached: Sequence[tuple[str, str, int | None, int | None]]) -> tuple[int | None, str]:
    parts = [(name, size, share / 1000) for _, name, size, share in reached if size and share is not None]
    if not parts:
        return None, "The channel says of nobody how many it reaches."
    told = ", ".join(f"{share * 100:g} % of “{name}” ({size:,})" for name, size, share in parts)
    return round(sum(size * share for _, size, share in parts)), f"The channel says: {told}."


def _stalls(rows: Sequence[tuple[Any, ...]], seen: set[str], today: str) -> list[tuple[Any, ...]]:
    live = {row[7] for row in rows if row[5] == "LIVE"}
    planned = {row[7] for row in rows} - live
    found: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        spoken = {str(one).split("-")[0] for one in (*row[12], row[6]) if one}
        for id, name, locale, agreement, since, until, reached in row[11]:
            holds = agreement and (not since or since <= today) and (not until or today[: len(until)] <= until)
            if id in live or id in found or not holds:
                continue
            lacks = locale and locale.split("-")[0] not in spoken
            why = "PLANNED" if id in planned else "LANGUAGE" if lacks else "NOT_TAKEN"
            told = f"“{name}” has agreed to it ({agreement}): {why}, {locale}."
            fresh = [one[0] for one in listed(reached) if one[0] not in seen]
            found[id] = id, row[1], agreement, why, fresh, told
    return list(found.values())
