"""What a plan lacks: places that nothing takes, and rows of the graph, ranked by what the story would gain."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.story.plan.answer import Missing, MissingRow, ToFill
from graph.story.plan.candidates import BeatRole, Candidate
from graph.story.plan.draft import Draft
from graph.story.plan.reading import Names
from graph.story.plan.telling import reason, say
from graph.story.plan.ways import Claim
from graph.story.rights.wording import channels_in_words
from graph.story.rows import rows_of
from graph.story.settings import by_name

_MOST_ROWS, _DECIMALS = 20, 3
_PLAIN = ("=", "+", "-", "@", "\t", "\r")


def missing(draft: Draft) -> tuple[Missing, ...]:
    """What stands in the way of the whole plan, then every place that is empty."""
    return (*_whole(draft), *(_place(slot, draft, draft.all) for slot in draft.empty))


def _whole(draft: Draft) -> Iterator[Missing]:
    names, asked = draft.scales.names, draft.scales.asked
    audience, goal = names[asked.audience], names[asked.goal]
    of_goal, of_audience = draft.frame.goal or {}, draft.frame.audience or {}
    if not rows_of(of_goal["narratives"]):
        yield Missing(None, say(names, "missing_narratives", goal=goal), asked.goal)
    elif not draft.messages:
        yield Missing(None, say(names, "missing_messages", goal=goal), asked.goal)
    if not rows_of(of_audience["interests"]):
        yield Missing(None, say(names, "missing_interests", audience=audience), asked.audience)
    channels, platforms = rows_of(of_audience["channels"]), {one.value for one in asked.channels}
    if platforms and not any(row["platform"] in platforms for row in channels):
        why = say(names, "missing_channel", platforms=channels_in_words(names.language, platforms), audience=audience)
        nearest = max(channels, key=lambda row: (row["share"] or 0.0, row["id"]), default=None)
        yield Missing(None, why, nearest["id"] if nearest else None)
    if draft.weighed and not any(one.standing.shown for one in draft.weighed.values()):
        yield Missing(None, say(names, "missing_placements", audience=audience), None)


def _place(slot: BeatRole, draft: Draft, found: Sequence[Candidate]) -> Missing:
    """Why nothing takes a place: the best that a gate stops, else the best that would repeat something."""
    chosen, names = draft.chosen, draft.scales.names
    fitting = [
        one
        for one in found
        if one.role is slot and chosen.narrative in (None, one.way.narrative) and chosen.expects(one)
    ]
    for one in fitting:
        stopped = draft.weighed[one.asset].hindrances
        if stopped and chosen.takes(one):
            why = say(names, "missing_gate", reason=reason(stopped[0], names))
            return Missing(slot, why, one.asset)
    for one in fitting:
        beat = chosen.repeats(one)
        if beat is not None and beat.asset != one.asset:
            why = say(names, "missing_repeats", asset=names[one.asset], theme=names[one.way.theme])
            return Missing(slot, why, one.asset)
    if not draft.weighed:
        return Missing(slot, say(names, "missing_none"), None)
    if slot is BeatRole.PROOF:
        return Missing(slot, say(names, "missing_proof", day=draft.scales.use.first), chosen.narrative)
    return Missing(slot, say(names, "missing_slot"), None)


def to_fill(draft: Draft) -> ToFill:
    """The rows whose lack costs most, and a table of them to fill and import."""
    found = [*_confidences(draft), *_interests(draft), *_messages(draft), *_proofs(draft), *_records(draft)]
    ranked = sorted(found, key=lambda row: (-row.gain, row.field, row.entity or "", row.to or ""))[:_MOST_ROWS]
    return ToFill(tuple(ranked), table(ranked, draft.scales.names))


def _confidences(draft: Draft) -> Iterator[MissingRow]:
    """Interests that are used and only assumed: what each would bring if it were certain."""
    unstated, gains = _unstated(draft), dict[str, float]()
    for one in draft.beats:
        for edge in one.way.to_asset:
            if edge.type == "INTERESTED_IN" and edge.confidence is None and unstated:
                gains[edge.end] = gains.get(edge.end, 0.0) + (one.score + one.fatigue) * (1 / unstated - 1)
    why = say(draft.scales.names, "row_confidence")
    for theme, gain in gains.items():
        yield MissingRow(draft.scales.asked.audience, "interests.confidence", theme, _share(gain, draft), why)


def _interests(draft: Draft) -> Iterator[MissingRow]:
    """Themes that assets of the goal are about and of which the audience is not known to care."""
    if not draft.empty or draft.reached is None:
        return
    names, interests = draft.scales.names, rows_of((draft.frame.audience or {})["interests"])
    known = {row["id"] for row in interests} | {below["id"] for row in interests for below in rows_of(row["narrower"])}
    for row in draft.reached.themes:
        if row["id"] not in known:
            gain = _share(min(1.0, row["@weight"]) * _unstated(draft), draft)
            yield MissingRow(
                draft.scales.asked.audience, "interests", names.note(row), gain, say(names, "row_interests")
            )


def _messages(draft: Draft) -> Iterator[MissingRow]:
    """Assets that the audience would care for and that say nothing for the goal."""
    if not draft.empty or draft.reached is None:
        return
    for row in draft.reached.unlinked:
        [best] = row["@ways"]
        sure = 1.0 if best["links"][0].get("confidence") else _unstated(draft)
        why = say(draft.scales.names, "row_messages")
        yield MissingRow(draft.scales.names.note(row), "messages", None, _share(best["weight"] * sure, draft), why)


def _proofs(draft: Draft) -> Iterator[MissingRow]:
    """Messages of the story that no asset proves."""
    if BeatRole.PROOF not in draft.empty:
        return
    proven = {way.message for one in draft.weighed.values() for way in one.ways if way.claim is Claim.PROVES}
    for message in sorted({one.way.message for one in draft.beats} - proven):
        gain = _share(_unstated(draft), draft)
        yield MissingRow(message, "proofs", None, gain, say(draft.scales.names, "row_proofs"))


def _records(draft: Draft) -> Iterator[MissingRow]:
    """What a check could not be made without, though it changes no score as things stand."""
    names, audience = draft.scales.names, draft.scales.asked.audience
    if (draft.frame.audience or {})["size"] is None:
        yield MissingRow(audience, "size", None, 0.0, say(names, "row_size"))
    for one in draft.beats:
        if not draft.weighed[one.asset].standing.shown:
            yield MissingRow(one.asset, "placements", None, 0.0, say(names, "row_placements"))


def _unstated(draft: Draft) -> float:
    """What an interest counts of which nobody says how sure it is."""
    return by_name(draft.scales.settings.confidence.unstated).get("INTERESTED_IN", 1.0)


def _share(gain: float, draft: Draft) -> float:
    return round(gain / len(draft.slots), _DECIMALS)


#: The type that bears a row's link, its column, and the cell for what it leads to.
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "interests": ("interests", "{to}|weight="),
    "interests.confidence": ("interests", "{to}|confidence="),
    "messages": ("messages", ""),
    "size": ("size", ""),
}


def table(found: Sequence[MissingRow], names: Names) -> str:
    """Rows as CSV in the columns of an import, one line for each thing, safe to open in a spreadsheet.

    Above each stands a line for people, which an import passes over: what its ids are called, and why it is wanted.
    """
    lines: dict[str, dict[str, Any]] = {}
    hints: dict[str, tuple[str, dict[str, list[str]]]] = {}
    for number, row in enumerate(found):
        id = row.entity or ""
        if row.field == "proofs":
            key = f"{number}"
            lines[key] = {"type": "Proof", "id": "", "messages": id}
        elif row.field == "placements":
            key = f"{number}"
            lines[key] = {"type": "Placement", "id": "", "of": id}
        else:
            key, (column, cell) = id, _COLUMNS[row.field]
            line = lines.setdefault(id, {"type": id.split(":", 1)[0].title(), "id": id})
            told = cell.format(to=row.to)
            line[column] = ";".join(part for part in (line.get(column), told) if part)
        meant = hints.setdefault(key, (names[id], {}))[1].setdefault(row.why, [])
        meant += [names[row.to]] if row.to else []
    columns = [
        "type",
        "id",
        "interests",
        "messages",
        "size",
        "title",
        "locale",
        "kind",
        "of",
        "at",
        "status",
        "channel",
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for key, line in lines.items():
        writer.writerow({"type": _hint(*hints[key])})
        writer.writerow({name: _plain(value) for name, value in line.items()})
    return out.getvalue()


def _hint(name: str, reasons: Mapping[str, Sequence[str]]) -> str:
    """A line for people: what the next one is about, and each reason with what it stands for."""
    told = (f"{why} ({'; '.join(of)})" if of else why for why, of in reasons.items())
    return f"# {name} · {' '.join(told)}"


def _plain(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_PLAIN) else value
