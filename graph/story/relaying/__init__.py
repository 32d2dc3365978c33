"""Who carries what on: the tree of a post's reposts, and the ways to an audience over declared agreements.

channels      what both ask of a channel, and how many people it reaches on what basis
propagation   the tree of a post
relays        the ways over agreements, as values
routes        the question for them
"""

from graph.story.relaying.propagation import PROPAGATION
from graph.story.relaying.routes import ROUTES

__all__ = ["PROPAGATION", "ROUTES"]
