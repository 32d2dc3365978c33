"""What happens when: a country's calendar, campaigns that get in each other's way, and audiences nobody reaches."""

from graph.story.agenda.calendar import CALENDAR
from graph.story.agenda.collisions import COLLISIONS
from graph.story.agenda.presence import PRESENCE_GAPS

__all__ = ["CALENDAR", "COLLISIONS", "PRESENCE_GAPS"]
