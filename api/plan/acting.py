"""A request that may write, for actions whose writes mean more than their words."""

from dataclasses import dataclass

from api.plan.writes import Writer
from api.schema.catalogue import Catalogue
from graph.asking import Asking


@dataclass(slots=True, kw_only=True)
class Acting(Asking):
    """What an action is given: who writes, and the contract's names, beside the store."""

    writer: Writer
    catalogue: Catalogue
