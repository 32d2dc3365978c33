"""A GraphQL operation becomes selections of the store, and their answers become its data."""

from api.plan.executor import Caller, Executor, Outcome, Request
from api.plan.limits import Limits
from api.plan.wanted import Writer

__all__ = ["Caller", "Executor", "Limits", "Outcome", "Request", "Writer"]
