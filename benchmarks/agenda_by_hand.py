"""An agenda by hand: what each priority gets of the posts, in numbers and in words, and what is not as they say."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from rights_by_hand import SEEN, title_of
from texts import Ask, Key, Text, listed

#: The narratives that count for each priority, with the steps down to each, and the posts with what each tells.
_COUNTS = Text(
    f"""
WITH RECURSIVE part(priority, nid, steps) AS (SELECT q.nid, i.dst, 0 FROM n_priority q JOIN l_prioritises i
    ON i.src = q.nid JOIN n_narrative n ON n.nid = i.dst WHERE {SEEN.format("q")} AND {SEEN.format("n")}
  UNION SELECT p.priority, l.src, steps + 1 FROM part p JOIN l_part_of l ON l.dst = p.nid
    JOIN n_narrative n ON n.nid = l.src WHERE steps < 3 AND {SEEN.format("n")})
SELECT q.id, {title_of("q").sql}, q.rank, q."from", q.until, q.planned_share,
  (SELECT n.id FROM part o JOIN n_narrative n ON n.nid = o.nid WHERE o.priority = q.nid AND o.steps = 0),
  (SELECT json_group_array(json_array(p.nid, p.steps)) FROM part p WHERE p.priority = q.nid)
FROM n_priority q WHERE coalesce(q."from" <= $last, 1) AND coalesce(q.until >= $first, 1) AND {SEEN.format("q")}
ORDER BY q.rank IS NULL, q.rank, q.id LIMIT 51
""",
    f"""
MATCH (q:Priority) WHERE coalesce(q.from <= $last, true) AND coalesce(q.until >= $first, true) AND {SEEN.format("q")}
WITH q ORDER BY q.rank IS NULL, q.rank, q.id LIMIT 51
RETURN collect([q.id, {title_of("q").cypher}, q.rank, q.from, q.until, q.planned_share,
  head([(q)-[:PRIORITISES]->(n:Narrative) WHERE {SEEN.format("n")} | n.id]),
  [part = (q)-[:PRIORITISES]->(:Narrative)<-[:PART_OF*0..3]-(o:Narrative)
   WHERE all(n IN tail(nodes(part)) WHERE n:Narrative AND {SEEN.format("n")}) | [o.id, length(part) - 1]]])
""",
)
_POSTS = Text(
    f"""
SELECT substr(p.at, 1, 10), p.status,
  (SELECT json_group_array(n.nid) FROM l_of o JOIN n_asset a ON a.nid = o.dst JOIN l_expresses e ON e.src = a.nid
     JOIN n_message m ON m.nid = e.dst JOIN l_part_of l ON l.src = m.nid JOIN n_narrative n ON n.nid = l.dst
   WHERE o.src = p.nid AND {SEEN.format("a")} AND {SEEN.format("m")} AND {SEEN.format("n")}),
  (SELECT json_group_array(n.nid) FROM l_of o JOIN n_message m ON m.nid = o.dst JOIN l_part_of l ON l.src = m.nid
     JOIN n_narrative n ON n.nid = l.dst WHERE o.src = p.nid AND {SEEN.format("m")} AND {SEEN.format("n")}),
  (SELECT json_group_array(n.nid) FROM l_for_campaign f JOIN n_campaign c ON c.nid = f.dst JOIN l_tells t
     ON t.src = c.nid LEFT JOIN n_message m ON m.nid = t.dst AND {SEEN.format("m")} LEFT JOIN l_part_of l
     ON l.src = m.nid JOIN n_narrative n ON n.nid = coalesce(l.dst, t.dst)
   WHERE f.src = p.nid AND {SEEN.format("c")} AND {SEEN.format("n")})
FROM n_placement p WHERE p.at BETWEEN $first AND $last || 'T~' AND p.status IN ('PLANNED', 'LIVE')
  AND {SEEN.format("p")} ORDER BY p.at, p.id LIMIT 5001
""",
    f"""
MATCH (p:Placement) WHERE $first <= p.at <= $last + 'T~' AND p.id IS NOT NULL AND p.status IN ['PLANNED', 'LIVE']
  AND {SEEN.format("p")}
WITH p ORDER BY p.at, p.id LIMIT 5001
RETURN collect([left(p.at, 10), p.status,
  [(p)-[:OF]->(a:Asset)-[:EXPRESSES]->(m:Message)-[:PART_OF]->(n:Narrative)
   WHERE {SEEN.format("a")} AND {SEEN.format("m")} AND {SEEN.format("n")} | n.id],
  [(p)-[:OF]->(m:Message)-[:PART_OF]->(n:Narrative) WHERE {SEEN.format("m")} AND {SEEN.format("n")} | n.id],
  [(p)-[:FOR_CAMPAIGN]->(c:Campaign)-[:TELLS]->(n:Narrative) WHERE {SEEN.format("c")} AND {SEEN.format("n")} | n.id] +
  [(p)-[:FOR_CAMPAIGN]->(c:Campaign)-[:TELLS]->(m:Message)-[:PART_OF]->(n:Narrative)
   WHERE {SEEN.format("c")} AND {SEEN.format("m")} AND {SEEN.format("n")} | n.id]])
""",
)
_WORDS = {
    "en": {
        "on_plan": "“{0}” was to get {1} % of the posts and gets {2} %: {3} of {4}.",
        "no_plan": "“{0}” gets {2} % of the posts, {3} of {4}; how many it was to get is not said.",
        "INVERTED": "“{0}” (rank {1}) gets {2} of {3} posts, less than “{4}” (rank {5}) with {6}.",
        "BEHIND": "“{0}” was to get {1} % of the posts and gets {2} %; {3} more would do.",
        "SILENT": "Nothing is posted or planned for “{0}”.",
        "UNBOUND": "“{0}” puts no narrative first, so nothing can count for it.",
        "elsewhere": "{0} of {1} posts tell none of the priorities.",
        "oversold": "The planned shares add up to {0} %, more than there is.",
    },
    "id": {
        "on_plan": "“{0}” direncanakan mendapat {1} % unggahan dan mendapat {2} %: {3} dari {4}.",
        "no_plan": "“{0}” mendapat {2} % unggahan, {3} dari {4}; berapa yang direncanakan tidak disebut.",
        "INVERTED": "“{0}” (urutan {1}) mendapat {2} dari {3} unggahan, kurang dari “{4}” (urutan {5}) dengan {6}.",
        "BEHIND": "“{0}” direncanakan mendapat {1} % unggahan dan mendapat {2} %; kurang {3} lagi.",
        "SILENT": "Tidak ada unggahan, tayang atau terencana, untuk “{0}”.",
        "UNBOUND": "“{0}” tidak mengutamakan narasi apa pun, sehingga tidak ada yang dapat dihitung.",
        "elsewhere": "{0} dari {1} unggahan tidak menyampaikan prioritas mana pun.",
        "oversold": "Bagian yang direncanakan berjumlah {0} %, lebih dari yang ada.",
    },
}
_KINDS = ("INVERTED", "SILENT", "BEHIND", "UNBOUND")


def agenda(ask: Ask, first: str, last: str, language: str = "en") -> Mapping[str, Any]:
    """What each priority gets, what is not as they say, what is missing, and how many posts tell none of them."""
    words, wanted = _WORDS[language], [_wanted(row, first, last) for row in ask(_COUNTS)[:50]]
    got = {one["id"]: [0, 0, 0] for one in wanted}
    posts, elsewhere = ask(_POSTS), 0
    for day, status, of_asset, of_message, of_campaign in posts[:5000]:
        told = listed(of_asset) or listed(of_message) or listed(of_campaign)
        near: list[tuple[int, int, str]] = []
        for number, one in enumerate(wanted):
            if one["starts"] <= day <= one["ends"]:
                got[one["id"]][2] += 1
                near += [(one["counts"][each], number, one["id"]) for each in told if each in one["counts"]]
        if near:
            got[min(near)[2]][status != "LIVE"] += 1
        else:
            elsewhere += 1
    for one in wanted:
        _reckon(one, *got[one["id"]], words)
    notes = [words["elsewhere"].format(elsewhere, len(posts))] if elsewhere and wanted else []
    planned = sum(one["planned"] or 0.0 for one in wanted)
    notes += [words["oversold"].format(round(planned * 100))] if planned > 1 else []
    told_of = (
        "id",
        "rank",
        "narrative",
        "starts",
        "ends",
        "planned",
        "actual",
        "out",
        "ahead",
        "total",
        "lacks",
        "said",
    )
    return {
        "priorities": [tuple(one[name] for name in told_of) for one in wanted],
        "warnings": sorted(_warned(wanted, words), key=lambda one: _KINDS.index(one[0])),
        "notes": notes,
        "posts": (len(posts[:5000]), elsewhere),
    }


def _wanted(row: Sequence[Any], first: str, last: str) -> dict[str, Any]:
    id, title, rank, starts, ends, planned, narrative, counts = row
    # Where a narrative is reached by several ways the shortest counts.
    steps: dict[Key, int] = {}
    for key, step in listed(counts):
        steps[key] = min(step, steps.get(key, step))
    days = {"starts": max(starts or first, first), "ends": min(ends or last, last)}
    share = None if planned is None else planned / 1000
    return {"id": id, "title": title, "rank": rank, **days, "planned": share, "narrative": narrative, "counts": steps}


def _reckon(one: dict[str, Any], out: int, ahead: int, total: int, words: Mapping[str, str]) -> None:
    """Put in what a priority gets of the posts of its days."""
    got, planned = out + ahead, one["planned"]
    actual = got / total if total else 0.0
    lacks = max(0, ceil((planned * total - got) / (1 - planned))) if planned and planned < 1 else 0
    said = words["no_plan" if planned is None else "on_plan"].format(
        one["title"], round((planned or 0.0) * 100), round(actual * 100), got, total
    )
    one |= {"actual": round(actual, 3), "out": out, "ahead": ahead, "total": total, "lacks": lacks, "said": said}


def _warned(wanted: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[tuple[str, str, str | None, str]]:
    found: list[tuple[str, str, str | None, str]] = []
    for one in wanted:
        got, title = one["out"] + one["ahead"], one["title"]
        lower = [
            (each["actual"], -each["rank"], each)
            for each in wanted
            if each["rank"] is not None and one["rank"] is not None and each["rank"] > one["rank"]
            and each["actual"] > one["actual"] and each["starts"] <= one["ends"] and each["ends"] >= one["starts"]
        ]  # fmt: skip
        if one["narrative"] is None:
            found.append(("UNBOUND", one["id"], None, words["UNBOUND"].format(title)))
            continue
        if not got and one["total"]:
            found.append(("SILENT", one["id"], None, words["SILENT"].format(title)))
        elif one["planned"] is not None and one["actual"] < one["planned"] - 0.05:
            shares = round(one["planned"] * 100), round(one["actual"] * 100), one["lacks"]
            found.append(("BEHIND", one["id"], None, words["BEHIND"].format(title, *shares)))
        if lower:
            *_, most = max(lower, key=lambda each: each[:2])
            said = words["INVERTED"].format(
                title, one["rank"], got, one["total"], most["title"], most["rank"], most["out"] + most["ahead"]
            )
            found.append(("INVERTED", one["id"], most["id"], said))
    return found
