"""Names of properties and links as the contract spells them."""


def camel(name: str) -> str:
    """same_as to sameAs."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
