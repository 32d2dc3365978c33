"""What a request is refused with: a code for programs and a sentence for people.

Refused
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from graphql import GraphQLError, Node

_LONGEST = 300


class Code(StrEnum):
    """What stands in `extensions.code`; docs/errors.md says what to do about each."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    TOO_SLOW = "TOO_SLOW"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BUDGET_SPENT = "BUDGET_SPENT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    NOT_REGISTERED = "NOT_REGISTERED"
    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    NO_SUCH_OPERATION = "NO_SUCH_OPERATION"
    NOT_A_QUERY = "NOT_A_QUERY"
    BAD_VARIABLES = "BAD_VARIABLES"
    BAD_ARGUMENT = "BAD_ARGUMENT"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    BAD_VALUE = "BAD_VALUE"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    WRITE_UNKNOWN = "WRITE_UNKNOWN"
    SEARCH_UNAVAILABLE = "SEARCH_UNAVAILABLE"
    SIGN_ON_UNAVAILABLE = "SIGN_ON_UNAVAILABLE"
    INTERNAL = "INTERNAL"


#: Sentences for the world where the graph's own names paths and hosts.
PUBLIC: Mapping[Code, str] = {
    Code.STORE_UNAVAILABLE: "The store does not answer. Try again in a moment.",
    Code.WRITE_UNKNOWN: "The store went away in the middle, and it is not known what of this was written. Read it "
    "before you write it again, or send it again with the idempotencyKey that it had.",
    Code.SEARCH_UNAVAILABLE: "The search index cannot be used at the moment. Ask without search, or try again later.",
}


class Refused(Exception):
    """A request that is not executed; each error bears the code."""

    def __init__(self, code: Code, errors: Sequence[GraphQLError]) -> None:
        self.code, self.errors = code, [coded(error, code) for error in errors]
        super().__init__("; ".join(error.message for error in errors))

    def at(self, node: Node) -> "Refused":
        """The same with a place in the document, where it names none."""
        return Refused(
            self.code,
            [one if one.nodes else GraphQLError(one.message, node, extensions=one.extensions) for one in self.errors],
        )


def refused(code: Code, message: str, *nodes: Node) -> Refused:
    """A refusal with one error; the nodes are the places in the document."""
    return Refused(code, [GraphQLError(message, list(nodes) or None)])


def coded(error: GraphQLError, code: Code) -> GraphQLError:
    """The error with its code, where it has none yet, and without a long piece of the request in its message."""
    if len(error.message) > _LONGEST:
        error.message = f"{error.message[: _LONGEST - 1]}…"
    error.extensions = {"code": code.value, **(error.extensions or {})}
    return error
