"""Reading the log: all of it or a part, forwards or backwards."""

import pytest

from graph.store.batch import ActorKind, Batch, Which


@pytest.fixture
def written(graph, made):
    graph.write(made("theme:t", name="T"), made("asset:a", title="A", locale="en"))
    graph.store.write(Batch((made("asset:a", year=2000),), "sheet", ActorKind.IMPORT, "", "s", "import-1"))
    graph.put("theme:t", name="U")
    return graph


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Which(), [1, 2, 3, 4]),
        (Which(ids=("asset:a",)), [2, 3]),
        (Which(ids=("theme:t", "asset:a")), [1, 2, 3, 4]),
        (Which(ids=()), []),
        (Which(type="Theme"), [1, 4]),
        (Which(actor="sheet"), [3]),
        (Which(batch="batch-1"), [1, 2]),
        (Which(import_id="import-1"), [3]),
        (Which(seq=2), [2]),
        (Which(ids=("theme:t",), until=3), [1]),
        (Which(ids=("asset:a",), actor="nobody"), []),
    ],
)
def test_a_part_of_the_log_is_read_both_ways(written, which, found):
    read = written.store.changes

    assert [one.seq for one in read(0, which=which)] == found
    assert [one.seq for one in read(5, which=which, backward=True)] == found[::-1]
    assert [one.seq for one in read(2, which=which)] == [seq for seq in found if seq > 2]
    assert [one.seq for one in read(3, 1, which, backward=True)] == [seq for seq in found if seq < 3][-1:]
