"""Every kind of question a store answers."""

from typing import TypeAlias

from graph.store.cells import Cells
from graph.store.select import Select
from graph.store.walks import Walk

Question: TypeAlias = Select | Walk | Cells
