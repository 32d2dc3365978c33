"""What an import did, or would do, in words for the terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from rich.console import RenderableType

from api.cli.terminal import table
from graph.store.batch import Change, Kept
from ingest.report import RunReport

_LONG = 60
_READERS = {
    "PUBLIC": "everyone",
    "PARTNER": "partners and the house",
    "INTERNAL": "the house",
    "RESTRICTED": "editors only",
}


def difference(report: RunReport, *, show: int) -> Iterator[RenderableType]:
    """The whole account: how the files were read, what changed, who sees it, and what was not taken."""
    yield from (f"Read: {sentence}." for sentence in dict.fromkeys(report.notes))
    yield _summary(report)
    if report.changed:
        yield _counts(report)
        yield from listed([change_told(change) for change in report.changes], sum(report.changed.values()), show)
    if report.links:
        yield f"Links set: {', '.join(f'{name} {count}' for name, count in report.links.most_common())}."
    if report.seen:
        yield "Who sees what is new:"
        yield from (f"  {count:>6}  {_seen_by(*key)}" for key, count in report.seen.most_common())
    yield from _left_out(report, show)


def _summary(report: RunReport) -> str:
    changes = sum(report.changed.values())
    parts = [
        f"{report.rows} rows read",
        f"{report.records} records",
        f"{changes} {'changes to make' if report.dry_run else 'changes made'}",
        f"{report.unchanged} unchanged",
        _refused(report.refused_rows, "row"),
    ]
    if report.refused_cells:
        parts.append(_refused(report.refused_cells, "cell"))
    if report.skipped:
        parts.append(f"{sum(report.skipped.values())} left out by the mapping")
    head = "Dry run, nothing is written" if report.dry_run else f"Import {report.import_id}"
    return f'{head}; source "{report.source}": {", ".join(parts)}.'


def _refused(count: int, what: str) -> str:
    return f"{count} {what if count == 1 else f'{what}s'} refused"


def _counts(report: RunReport) -> RenderableType:
    shown = table("Type", "new", "changed", right=("new", "changed"))
    for name in sorted({name for name, _ in report.changed}):
        shown.add_row(name, str(report.changed[name, "create"]), str(report.changed[name, "update"]))
    return shown


def change_told(change: Change) -> str:
    """One change as a line."""
    values = cast("Mapping[str, Any]", change.patch.get("set") or {})
    before = cast("Mapping[str, Any]", change.reverse.get("set") or {})
    links = cast("Mapping[str, Any]", change.patch.get("links") or {})
    if change.op == "delete":
        return f"- {change.id}"
    if change.op == "create":
        named = next((values[name] for name in ("name", "title", "text", "locale") if values.get(name)), "")
        return f"+ {change.id}  {_short(named)}".rstrip()
    told = [f"{name}: {_short(before.get(name))} → {_short(value)}" for name, value in values.items()]
    told += [f"{name}: {_moved(moved)}" for name, moved in links.items()]
    return f"~ {change.id}  {'; '.join(told)}"


def _moved(moved: Mapping[str, Any]) -> str:
    return " ".join(
        [*(f"+{target}" for target in moved.get("put", ())), *(f"-{target}" for target in moved.get("drop", ()))]
    )


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _seen_by(state: str, marking: str) -> str:
    if state == "PUBLISHED":
        return f"{state} and {marking}: {_READERS.get(marking, marking)}"
    if state == "RETIRED":
        return f"{state} and {marking}: nobody any more, but editors"
    return f"{state} and {marking}: nobody outside before it is published; drafts are seen by {_READERS['INTERNAL']}"


def _left_out(report: RunReport, show: int) -> Iterator[str]:
    for reason, count in report.skipped.most_common():
        yield f"Left out {count}: {reason}"
    if report.refused:
        yield f"Refused {len(report.refused)}, the rest was taken:"
        yield from listed([f"{refused}" for refused in report.refused], len(report.refused), show)
    if report.repeated:
        yield f"Repeated in the files, taken once: {len(report.repeated)}."
        yield from listed([f"{repeated}" for repeated in report.repeated], len(report.repeated), show)
    if report.kept:
        yield f"Kept {len(report.kept)}, because a person changed them since:"
        yield from listed([_kept(kept) for kept in report.kept], len(report.kept), show)
    if report.vanished:
        retired = f"; {report.forgotten} retired" if report.forgotten else "; --forget retires them"
        yield f"Vanished {len(report.vanished)}: this source told of them before and does not now{retired}."
        yield from listed(report.vanished, len(report.vanished), show)


def _kept(kept: Kept) -> str:
    return f"{kept.where}: {kept.id} {kept.path} stays {_short(kept.ours)}; the file says {_short(kept.theirs)}"


def listed(lines: Iterable[str], total: int, show: int) -> Iterator[str]:
    """The first lines, and how many more there are."""
    shown = list(lines)[:show]
    yield from (f"  {line}" for line in shown)
    if total > len(shown):
        yield f"  and {total - len(shown)} more; --show {min(total, 1000)} shows them."
