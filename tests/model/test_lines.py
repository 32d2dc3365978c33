"""Lines looked at many at once: what is found as it stands is what each would be made by itself."""

from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.kinds import are_lines, line

ids = st.from_regex(r"[a-z]{1,5}:[a-z0-9._-]{1,8}", fullmatch=True)


@given(st.lists(ids | st.text(max_size=4) | st.none() | st.integers(), max_size=5))
@example(["asset:a", ""])
@example(["asset:a", " b"])
@example(["asset:a", "b\x00"])
@example(["asset:a", "é"])
def test_what_are_lines_stays_as_it_is(values):
    if are_lines(values):
        assert [line(value) for value in values] == values


@given(st.lists(ids, max_size=5))
def test_ids_are_lines(values):
    assert are_lines(values)
