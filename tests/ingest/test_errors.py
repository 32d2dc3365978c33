"""The tree of errors in the docstring is the tree in the code."""

import inspect

from ingest import errors
from ingest.errors import SourceError


def test_the_tree_of_errors_is_the_one_that_is_documented():
    _, tree = (errors.__doc__ or "").split("\n\n", 1)
    classes = [
        name for name, found in inspect.getmembers(errors, inspect.isclass) if found.__module__ == errors.__name__
    ]

    documented = [line.strip("+ ") for line in tree.splitlines() if line]
    assert documented[0] == "SourceError"
    assert sorted(documented) == sorted(classes)
    assert all(getattr(errors, name).__base__ is SourceError for name in classes if name != "SourceError")


def test_an_error_says_where_what_and_the_cure():
    error = errors.UndecidedDates("a.csv", "day", "It can be read two ways.", "Say which.")

    assert (error.where, error.column, error.reason, error.cure) == (
        "a.csv",
        "day",
        "It can be read two ways.",
        "Say which.",
    )
    assert str(error) == "a.csv: It can be read two ways. Say which."
