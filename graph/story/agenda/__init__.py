"""What happens when and what comes first: calendars, collisions, audiences nobody reaches, and priorities."""

from graph.story.agenda.agenda import AGENDA
from graph.story.agenda.calendar import CALENDAR
from graph.story.agenda.collisions import COLLISIONS
from graph.story.agenda.presence import PRESENCE_GAPS

__all__ = ["AGENDA", "CALENDAR", "COLLISIONS", "PRESENCE_GAPS"]
