"""Names in GraphQL, from the model's."""

from graph.model.names import camel

__all__ = ["camel", "constant", "pascal", "plural", "singular", "words"]

#: Plurals that the rules below would get wrong.
PLURALS = {"Person": "people", "Media": "mediaItems"}


def pascal(name: str) -> str:
    """shown_by to ShownBy."""
    cased = camel(name)
    return cased[:1].upper() + cased[1:]


def constant(name: str) -> str:
    """created_at to CREATED_AT."""
    return name.upper()


def singular(type_name: str) -> str:
    """The root field of one: RightsGrant to rightsGrant."""
    return type_name[:1].lower() + type_name[1:]


def plural(type_name: str) -> str:
    """The root field of all: Country to countries."""
    if type_name in PLURALS:
        return PLURALS[type_name]
    one = singular(type_name)
    if one.endswith("y") and one[-2] not in "aeiou":
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith(("s", "x", "ch", "sh")) else f"{one}s"


def words(type_name: str) -> str:
    """A type's name inside a sentence: RightsGrant to rights grant."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type_name).strip()
