"""What a caller may be to Duta."""

from enum import StrEnum


class Role(StrEnum):
    """From the one that sees least to the one that sees most."""

    PUBLIC = "PUBLIC"
    PARTNER = "PARTNER"
    CREATOR = "CREATOR"
    PLANNER = "PLANNER"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"
