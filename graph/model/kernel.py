"""The kernel: what every entity has."""

from datetime import datetime

from graph.model.declare import Entity, link, prop
from graph.model.enums import Marking, State
from graph.model.kinds import Id, Url


class Kernel(Entity):
    """Anything Duta knows about."""

    id: Id = prop("The entity's id: its type, a colon and a slug.", orderable=True, derived=True)
    label: str = prop(
        "A short label for paths and lists, derived from its name, title or text.", orderable=True, derived=True
    )
    aliases: list[str] = prop("Other names, in any script.", searchable=8, longest=300)
    same_as: list[Url] = prop("The same thing elsewhere, Wikidata first.", longest=2000)
    former_ids: list[Id] = prop(
        "Ids that it bore, or what was merged into it did; they lead here.", derived=True, searchable=2
    )
    state: State = prop("Where it stands on its way to the public.", facet=True)
    marking: Marking = prop("How far it may be shown.", facet=True)
    embargo_until: datetime | None = prop("Nothing of it is public before this moment.", orderable=True)
    expires_at: datetime | None = prop("Nothing of it is public from this moment on.", orderable=True)
    review_by: datetime | None = prop("When somebody should look at it again.", orderable=True)
    sample: bool = prop("Invented for the demonstration, and shown as such.", default=False)
    rev: int = prop("The revision: how often it was changed.", derived=True)
    created_at: datetime = prop("When it was created.", orderable=True, derived=True)
    updated_at: datetime = prop("When it was last changed.", orderable=True, derived=True)

    keeper = link(
        "KEPT_BY", "Mission | Organisation", back="keeps", doc="Who keeps it and answers for it.", one=True, use=False
    )
    sources = link("CITES", "Source", back="cited_by", doc="What it rests on.")
