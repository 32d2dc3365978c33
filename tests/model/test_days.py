"""The days of an observance: what is kept of them, and what is refused with its place."""

import pytest

from graph.errors import InvalidValue
from graph.model import MODEL
from graph.model.days import Day, days_of

DATES = MODEL.types["Observance"].props["dates"].kind


def test_days_are_kept_in_one_spelling():
    said = '[{"date": "2026-08-17", "country": "id", "year": "2026", "certainty": "CONFIRMED"}, {"date": "2027-02-06"}]'

    assert DATES.check(said) == (
        '[{"certainty":"CONFIRMED","country":"ID","date":"2026-08-17","year":2026},{"date":"2027-02-06"}]'
    )
    assert DATES.check([]) == "[]"


@pytest.mark.parametrize(
    ("given", "path", "reason"),
    [
        ({"date": "2026-08-17"}, "", "The dates are no list."),
        ("17 August", "", "The dates are not JSON."),
        (["2026-08-17"], "[0]", "A date is an object."),
        ([{"date": "2026-08-17"}, {"country": "ID"}], "[1]", "A date says no day."),
        ([{"date": "17.08.2026"}], "[0]", '"17.08.2026" is not a date.'),
        ([{"date": "2026-08-17", "country": "Indonesia"}], "[0].country", "A country is told by its two letters."),
        ([{"date": "2026-08-17", "certainty": "perhaps"}], "[0].certainty", "A date is CONFIRMED or ESTIMATED."),
        ([{"date": "2026-08-17", "day": 1}], "[0]", 'A date has no "day".'),
        ([{"date": "2026-08-17"}] * 2_001, "", "There are 2001 dates, 2000 are allowed."),
    ],
)
def test_what_is_no_day_is_refused_with_its_place(given, path, reason):
    with pytest.raises(InvalidValue) as refused:
        DATES.check(given)

    assert (refused.value.path or "", refused.value.reason) == (path, reason)


def test_what_an_older_home_kept_is_read_as_far_as_it_is_a_day():
    kept = [{"date": "2026-08-17", "country": "ID"}, "2026-08-18", {"date": "soon"}, None]

    assert [(one.date.isoformat(), one.country) for one in days_of(kept)] == [("2026-08-17", "ID")]
    assert list(days_of(None)) == list(days_of("2026")) == list[Day]()
