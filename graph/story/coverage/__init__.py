"""Coverage: what can be said to whom, cell by cell, what is missing, and the cheapest way to fill it."""

from graph.story.coverage.asking import COVERAGE
from graph.story.coverage.rules import cells
from graph.story.coverage.values import Coverage, CoverageGate, CoverageGiven, CoverageState

__all__ = ["COVERAGE", "Coverage", "CoverageGate", "CoverageGiven", "CoverageState", "cells"]
