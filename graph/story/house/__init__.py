"""The message house: what a narrative says, what proves it, where it is weak, and what came of a goal."""
