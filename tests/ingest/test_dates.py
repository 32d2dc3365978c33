"""Dates: the order decided per column with its evidence, and every exactness kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import DateError, Decided, Order, Undecided, decide, parse_date, parse_edtf

DMY, MDY = Order.DMY, Order.MDY


@pytest.mark.parametrize(
    ("values", "order", "because"),
    [
        (["03/04/2021", "14/04/2021", "31-12-2020"], DMY, "day first: 2 rows have a first part above 12"),
        (["03/04/2021", "12/16/1918"], MDY, "month first: 1 row has a second part above 12"),
        (["2021-04-03", "4 March 2021", ""], None, "no date has its day or month first"),
    ],
)
def test_a_part_above_twelve_decides_for_the_whole_column(values, order, because):
    assert decide(values) == Decided(order, because)


@pytest.mark.parametrize(
    ("values", "because"),
    [
        (["03/04/2021", "05.06.2021"], "none of 2 dates such as 03/04/2021 has a part above 12."),
        (["13/04/2021", "04/13/2021"], "rows with a first part above 12: 1; with a second part above 12: 1."),
    ],
)
def test_a_column_without_evidence_or_against_itself_is_undecided(values, because):
    assert decide(values) == Undecided(because)


@pytest.mark.parametrize(
    ("raw", "order", "day"),
    [
        ("2021-03-04", None, "2021-03-04"),
        ("2021/3/4", None, "2021-03-04"),
        ("2021. 3. 4.", None, "2021-03-04"),
        ("20210304", None, "2021-03-04"),
        ("2021년 3월 4일", None, "2021-03-04"),
        ("2021年3月4日", None, "2021-03-04"),
        ("4 March 2021", None, "2021-03-04"),
        ("March 4th, 2021", None, "2021-03-04"),
        ("17 Agustus 1945", None, "1945-08-17"),
        ("1 Mei 2026", None, "2026-05-01"),
        ("1947-01-01T00:00:00Z", None, "1947-01-01"),
        ("03/04/2021", DMY, "2021-04-03"),
        ("03/04/2021", MDY, "2021-03-04"),
        ("3.4.2021", DMY, "2021-04-03"),
    ],
)
def test_a_day_is_read_in_its_many_forms(raw, order, day):
    assert parse_date(raw, order) == day


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("03/04/2021", '"03/04/2021" can be read day first and month first.'),
        ("2021-02-30", '"2021-02-30" is no day of the calendar.'),
        ("someday", '"someday" is not a day that can be read.'),
        ("2021", '"2021" is not a day that can be read.'),
    ],
)
def test_a_day_that_cannot_be_read_says_why(raw, why):
    with pytest.raises(DateError) as caught:
        parse_date(raw)
    assert str(caught.value) == why


def test_two_digits_of_a_year_need_a_pivot():
    with pytest.raises(DateError, match="no pivot says which century"):
        parse_date("14/04/21", DMY)
    assert parse_date("14/04/50", DMY, pivot=1950) == "1950-04-14"
    assert parse_date("14/04/49", DMY, pivot=1950) == "2049-04-14"


@pytest.mark.parametrize(
    ("raw", "edtf"),
    [
        ("1973", "1973"),
        ("July 1940", "1940-07"),
        ("2021년 3월", "2021-03"),
        ("1976-1978", "1976/1978"),
        ("c. 1990", "1990~"),
        ("sekitar 1990", "1990~"),
        ("1990s", "199X"),
        ("20th century", "19XX"),
        ("abad ke-9", "08XX"),
        ("15세기", "14XX"),
        ("5th-7th century", "04XX/06XX"),
        ("2021-03-04", "2021-03-04"),
        ("no date", None),
    ],
)
def test_an_inexact_date_keeps_its_exactness(raw, edtf):
    assert parse_edtf(raw) == edtf


def test_a_remark_is_not_made_a_date():
    with pytest.raises(DateError, match='"1977, re-edited 1979" is not a date that can be read'):
        parse_edtf("1977, re-edited 1979")


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)), st.sampled_from(["/", ".", "-"]))
def test_a_day_written_in_either_order_comes_back(day, mark):
    assert parse_date(f"{day.day:02}{mark}{day.month}{mark}{day.year}", DMY) == day.isoformat()
    assert parse_date(f"{day.month}{mark}{day.day:02}{mark}{day.year}", MDY) == day.isoformat()
    assert parse_edtf(day.isoformat()) == day.isoformat()


@given(st.lists(st.dates(date(1000, 1, 1), date(9999, 12, 31))))
def test_evidence_never_decides_for_the_wrong_order(days):
    decided = decide([f"{day.day}/{day.month}/{day.year}" for day in days])

    if any(day.day > 12 for day in days):
        assert isinstance(decided, Decided)
        assert decided.order is DMY
    else:
        assert not isinstance(decided, Decided) or decided.order is None
