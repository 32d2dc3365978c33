"""A mission's desk: all that its people have to know today, in one answer.

answer      what stands on a desk
fetching    what is asked of the store: four questions, whatever the number of audiences and campaigns
reading     the rows as values, with texts, rights and fatigue of each asset
best        the next assets for an audience
matters     what runs out, what is to be translated, and which campaigns of headquarters to adapt
desk        the question
"""

from graph.story.desk.desk import DESK

__all__ = ["DESK"]
