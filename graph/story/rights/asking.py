"""Verdicts for those who ask, each as far as the caller may know."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from graph.errors import InvalidValue
from graph.model import LEVEL
from graph.sentence import sentence
from graph.store.port import GraphStore
from graph.store.select import Viewer
from graph.story.rights.check import Checking, without_origins
from graph.story.rights.fetching import materials
from graph.story.rights.use import Use
from graph.story.rights.verdict import Verdict


def verdicts(
    store: GraphStore, viewer: Viewer, ids: Iterable[str], use: Use, now: date, locale: str = "en"
) -> dict[str, Verdict]:
    """The verdict of each asset or recording that the viewer sees, by one question of the store."""
    found = materials(store, viewer, ids)
    checking = Checking(own_use(viewer, use), now, locale)
    if is_outside(viewer):
        # Who is told no reasons needs none found.
        return {id: without_origins(checking.verdict(one, reasons=False)) for id, one in found.items()}
    return {id: checking.verdict(material) for id, material in found.items()}


def is_outside(viewer: Viewer) -> bool:
    """Whether a caller is told no reasons: the public and partners."""
    return viewer.live < LEVEL["INTERNAL"]


def own_use(viewer: Viewer, use: Use) -> Use:
    """The use with the territories of a partner's key, which bound what it may ask; InvalidValue where it asks more."""
    if not is_outside(viewer) or not viewer.territories:
        return use
    if not use.territories:
        return replace(use, territories=viewer.territories)
    beyond = sorted(use.countries() - viewer.territories)
    if beyond:
        own = ", ".join(sorted(viewer.territories))
        reason = sentence("Your key is for {own}, not for {asked}.", own=own, asked=", ".join(beyond[:8]))
        raise InvalidValue(reason, path="use.territories", cure=sentence("Ask for your own, or leave them out."))
    return use
