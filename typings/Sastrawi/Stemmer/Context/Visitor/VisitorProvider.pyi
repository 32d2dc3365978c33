from typing import Any

class VisitorProvider:
    suffix_visitors: list[Any]
    prefix_visitors: list[Any]
