"""The glossary: words of the field that mean the same, in any language, as data in `glossary.json`."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from graph.search.forms import Forms, forms_of_text


@cache
def concepts() -> Mapping[str, tuple[str, ...]]:
    """Every name of each concept, in all languages, each once."""
    said = json.loads((files("graph.search") / "glossary.json").read_text(encoding="utf-8"))
    found = cast("Mapping[str, Mapping[str, Sequence[str]]]", said["concepts"])
    return MappingProxyType(
        {
            concept: tuple(dict.fromkeys(name for names in by_language.values() for name in names))
            for concept, by_language in found.items()
        }
    )


def concepts_named(forms: Forms) -> tuple[str, ...]:
    """The concepts that a name is one of, however it is spaced and inflected."""
    named = _by_form()
    return tuple(dict.fromkeys(concept for form in (forms.exact, *forms.stems) for concept in named.get(form, ())))


@cache
def _by_form() -> Mapping[str, tuple[str, ...]]:
    """The concepts by the forms of their names; a stem counts only where it is no name of another."""
    exact: dict[str, dict[str, None]] = {}
    stems: dict[str, dict[str, None]] = {}
    for concept, names in concepts().items():
        for forms in filter(None, map(forms_of_text, names)):
            exact.setdefault(forms.exact, {})[concept] = None
            for stem in forms.stems:
                stems.setdefault(stem, {})[concept] = None
    return {form: tuple(found) for form, found in {**stems, **exact}.items()}
