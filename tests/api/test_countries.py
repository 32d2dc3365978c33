"""The countries that pages offer: asked once until something is written, and never those out of sight."""

from dataclasses import replace

import pytest

from api.doors.countries import Countries
from api.plan import Caller, Executor
from graph.store.batch import Batch, Put
from graph.store.select import Viewer
from tests.api.conftest import Counted

NOW = 1_800_000_000_000
PUBLIC = Viewer(live=0, draft=-1, retired=-1, now=NOW)
PLANNER = Viewer(live=2, draft=2, retired=-1, now=NOW)


@pytest.fixture
def store(any_store):
    written = any_store.write(
        Batch(
            (
                Put("country:id", "Country", {"name": "Indonesia", "alpha2": "ID", "names": {"ko": "인도네시아"}}),
                Put("country:kr", "Country", {"name": "Korea", "alpha2": "KR"}),
                Put("country:xk", "Country", {"name": "Sample", "alpha2": "XK", "marking": "INTERNAL"}),
            )
        )
    )
    assert not written.refused
    return Counted(any_store)


@pytest.fixture
def countries(contract, store):
    return Countries(store, Executor(contract, store))


def test_they_are_those_with_a_code_by_name_in_the_reader_s_language_each_as_far_as_it_is_seen(countries):
    assert countries.of(Caller(PUBLIC, "en")) == (("ID", "Indonesia"), ("KR", "Korea"))
    assert countries.of(Caller(PUBLIC, "ko")) == (("KR", "Korea"), ("ID", "인도네시아"))
    assert countries.of(Caller(PLANNER, "en")) == (("ID", "Indonesia"), ("KR", "Korea"), ("XK", "Sample"))


def test_nothing_is_asked_again_before_something_is_written(countries, store):
    countries.of(Caller(PUBLIC, "en"))
    store.statements.clear()

    countries.of(Caller(replace(PUBLIC, now=NOW + 60_000), "en"))
    assert store.statements == []

    assert not store.store.write(Batch((Put("country:kr", "Country", {"name": "Republic of Korea"}),))).refused
    assert countries.of(Caller(PUBLIC, "en"))[1] == ("KR", "Republic of Korea")


def test_one_that_time_brings_into_sight_is_seen_from_that_moment(countries, store):
    later = Put("country:jp", "Country", {"name": "Japan", "alpha2": "JP", "embargo_until": "2027-01-16T00:00:00Z"})
    assert not store.store.write(Batch((later,))).refused
    before, after = (replace(PUBLIC, now=moment) for moment in (NOW, NOW + 86_400_000))

    assert ("JP", "Japan") not in countries.of(Caller(before, "en"))
    assert ("JP", "Japan") in countries.of(Caller(after, "en"))
