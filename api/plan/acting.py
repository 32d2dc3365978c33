"""A request that may write, for actions whose writes mean more than their words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import orjson

from api.plan.wanted import Writer
from api.schema.catalogue import Catalogue
from graph.asking import Asking
from graph.store.batch import Batch, Once, Report

A = TypeVar("A")


@dataclass(slots=True, kw_only=True)
class Acting(Asking):
    """What an action is given: who writes, and the contract's names, beside the store.

    `once` is the key of the action that is being done, and `repeated` whether its write had been made before.
    """

    writer: Writer
    catalogue: Catalogue
    once: Once | None = None
    repeated: bool = False

    def write(self, batch: Batch, told: Callable[[Report], A], *, dry_run: bool = False) -> A:
        """Write a batch and say what came of it; where there is a key, that is kept in the same transaction.

        `told` may be called more than once, so it must do nothing else.
        """
        self.statements += 1
        report = self.store.write(replace(batch, once=self.kept(told)), dry_run=dry_run)
        self.repeated = report.repeated
        return told(report)

    def kept(self, told: Callable[[Report], object]) -> Once | None:
        """The key of the action, with which `told` of the report is kept; None where it has none."""
        return None if self.once is None else replace(self.once, told=_as_json(told))


def _as_json(told: Callable[[Report], object]) -> Callable[[Report], object]:
    def kept(report: Report) -> object:
        return orjson.loads(orjson.dumps(told(report)))

    return kept
