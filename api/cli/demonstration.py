"""The demonstration: its records, its pictures and its plan, loaded into a home of its own."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from hashlib import file_digest
from importlib.resources import files
from pathlib import Path
from typing import cast

from api.cli.main import Failure
from api.cli.terminal import note, progress
from api.doors.viewers import viewer_of
from api.roles import Role
from api.settings import DEMO_MARKER
from api.wiring import House, make_home
from graph.asking import Asking
from graph.model.kinds import Locale
from graph.store.batch import ActorKind, Batch, To
from graph.store.select import Shape, by_ids
from graph.store.visibility import SYSTEM
from graph.story.plan.keeping import SaveStoryPlanGiven, planned
from graph.story.plan.question import StoryQuestion, StoryWindow
from graph.story.rows import ids_of
from ingest.opening import open_records
from ingest.pipeline import Options, run
from media.storage import Storage, open_storage

_ACTOR, _REASON, _LATER = "duta demo", "The demonstration", "The Embassy of Korea enters its campaign"
_MARKER_TEXT = "This is the home of Duta's demonstration: callers on this machine are planners. See docs/commands.md.\n"
#: The plan that is kept in it, and what was known when it was made.
PLAN = "storyplan:slow-table-hanoi"
_NAME, _NAMES = "Slow table in Hanoi, first draft", {"id": "Meja lambat di Hanoi, rancangan pertama"}
_QUESTION = StoryQuestion(
    goal="goal:known-for-culture",
    audience="audience:vn-home-cooks",
    window=StoryWindow(date(2026, 12, 7), date(2026, 12, 20)),
    locale=Locale("vi"),
    campaign="campaign:slow-table-hanoi",
    avoid_repeats_days=10,
)


def load_demo(house: House) -> None:
    """Load the demonstration where the home is empty, mark the home as its own and bring the index up to date."""
    marker = house.settings.home / DEMO_MARKER
    empty = house.store.head().seq == 0
    if not empty and not marker.is_file():
        raise Failure(
            f"{house.settings.home} holds something else. Name an empty folder for the demonstration in DUTA_HOME."
        )
    make_home(house.settings.home)
    marker.write_text(_MARKER_TEXT, encoding="utf-8")
    if empty:
        # The plan is of the day before the rest became known, so that something has changed since.
        _load(house, _demo("records", ".jsonl"), _REASON)
        keep_plan(house)
        _load(house, _demo("later", ".jsonl"), _LATER)
    else:
        _load(house, demo_files(), _REASON)
        # A home of an earlier version has none.
        keep_plan(house)
    keep_pictures(open_storage(house.settings.media))
    with progress("Building the search index") as step:
        house.follower.follow(step)


def _load(house: House, paths: Iterable[Path], reason: str) -> None:
    with progress("Loading the demonstration") as step:
        options = Options("demonstration", actor=_ACTOR, reason=reason, progress=step)
        report = run(open_records([*paths]), house.store, options)
    for refused in report.refused:
        note(f"duta: {refused}")


def keep_plan(house: House) -> None:
    """Plan a story as a planner would and keep it, where that was not done before."""
    there = house.store.ask(SYSTEM, {"plan": by_ids("StoryPlan", (PLAN,), Shape((("id", "id"),)))})["plan"]
    if ids_of(there):
        return
    asking = Asking(house.store, viewer_of(Role.PLANNER), "en")
    put, _ = planned(asking, SaveStoryPlanGiven(_NAME, _QUESTION))
    values = {**put.values, "names": _NAMES, "sample": True}
    kept = replace(put, id=PLAN, values=values, links={"keeper": (To("mission:kbri-hanoi"),)})
    house.store.write(Batch((kept,), _ACTOR, ActorKind.SYSTEM, "A plan is kept", whole=True))


def keep_pictures(storage: Storage) -> None:
    """Keep the bytes of the demonstration's pictures; its records tell of them by their digests."""
    for path in _demo("pictures", ".webp"):
        with path.open("rb") as file:
            storage.keep_original(file, file_digest(file, "sha256").hexdigest())


def demo_files() -> list[Path]:
    """The demonstration's records, in their order: what became known later stands at the end."""
    return [*_demo("records", ".jsonl"), *_demo("later", ".jsonl")]


def _demo(folder: str, suffix: str) -> list[Path]:
    found = cast("Path", files("ingest").joinpath("demo", folder))
    return sorted(Path(str(entry)) for entry in found.iterdir() if entry.name.endswith(suffix))
