"""The GraphQL contract, made from the model."""

from api.schema.contract import Contract, build_contract

__all__ = ["Contract", "build_contract"]
