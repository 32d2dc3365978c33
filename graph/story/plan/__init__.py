"""A story for an audience: which assets tell it, in which order, and for which reasons."""
