"""Every kind of question a store answers."""

from typing import TypeAlias

from graph.store.cells import Cells
from graph.store.select import Select
from graph.store.walks import Walk
from graph.store.ways import Paths

Compiled: TypeAlias = Select | Walk | Cells
"""What is one statement; Paths are several."""

Question: TypeAlias = Compiled | Paths
