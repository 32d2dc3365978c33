"""The contract as text, as it stands in schema.graphql."""

from graphql import lexicographic_sort_schema, print_schema

from api.schema.contract import Contract, build_contract
from graph.model import MODEL, Model

_HEADER = "# The contract, printed from the code by `make schema`. Change the model or api/schema, never this file.\n\n"


def printed(contract: Contract) -> str:
    """The contract in the schema definition language, sorted, so that a difference is a change."""
    return _HEADER + print_schema(lexicographic_sort_schema(contract.core)) + "\n"


def print_contract(model: Model = MODEL) -> str:
    """What schema.graphql holds for a model."""
    return printed(build_contract(model))
