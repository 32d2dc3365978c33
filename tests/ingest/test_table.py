"""Tables: delimiters decided over quoted cells, ragged and broken rows refused one by one."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import NoDelimiter, SourceEmpty
from ingest.records import Rejected
from ingest.sources.rows import Row
from ingest.sources.table import open_table


def cells(table):
    return [dict(row.cells) for row in table.rows() if isinstance(row, Row)]


def refusals(table):
    return [str(row) for row in table.rows() if isinstance(row, Rejected)]


@pytest.mark.parametrize(("delimiter", "named"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_the_delimiter_is_the_one_that_splits_all_rows_alike(file, delimiter, named):
    rows = [["id", "name", "note"], ["1", "Nasi, goreng; enak | sedap", "a"], ["2", "Rendang, pedas, lezat", "b; c"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)

    table = open_table(file("foods.csv", out.getvalue()))

    assert table.notes[1] == f"delimiter: {named}, because 2 of 2 rows have the 3 cells of the header"
    assert [list(row.values()) for row in cells(table)] == rows[1:]


def test_a_long_table_says_that_its_first_rows_decided(file):
    table = open_table(file("long.csv", "id,name\n" + "1,Batik\n" * 1000))

    assert table.notes[1] == "delimiter: comma, because 398 of the first 398 rows have the 2 cells of the header"


def test_known_columns_decide_where_two_delimiters_split_alike(file):
    path = file("two.csv", "title;themes,extra\na;b,c\n")

    assert open_table(path, known=["title", "themes,extra"]).columns == ("title", "themes,extra")
    assert open_table(path, known=["title;themes", "extra"]).columns == ("title;themes", "extra")


def test_a_delimiter_behind_the_header_alone_and_behind_every_row_is_no_column(file):
    assert cells(open_table(file("a.csv", "a;b;\n1;2\n"))) == [{"a": "1", "b": "2"}]
    assert cells(open_table(file("b.csv", "a;b\n1;2;\n3;4;\n"))) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_a_header_is_read_without_padding_and_invisible_marks(file):
    table = open_table(file("a.csv", "\ufeff a ,\ufeffb, c\xa0\n1, 2 ,3\n"))

    assert table.columns == ("a", "b", "c")
    assert cells(table) == [{"a": "1", "b": " 2 ", "c": "3"}]


def test_columns_of_one_name_are_told_apart_and_named(file):
    table = open_table(file("a.csv", "name,note,note,,note\n1,2,3,4,5\n"))

    assert table.columns == ("name", "note", "note.1", "column 4", "note.2")
    assert table.repeated == ("note",)


def test_a_ragged_row_is_refused_with_its_line_and_the_rest_is_read(file):
    table = open_table(file("a.csv", 'a,b\n1,"two\nlines"\n1,2,3\n4\n\n5,6\n'))

    assert [str(row["a"]) for row in cells(table)] == ["1", "5"]
    assert refusals(table) == [
        "a.csv:4: 3 cells where the header names 2 columns. Quote the cells that hold a delimiter or a line break.",
        "a.csv:5: 1 cell where the header names 2 columns. Quote the cells that hold a delimiter or a line break.",
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only(file):
    body = "".join(f"{n},row\n" for n in range(3000))
    table = open_table(file("a.csv", f'a,b\n0,"open\n{body}'))

    assert len(cells(table)) == 3000
    assert refusals(table) == [
        "a.csv:2: a quote opens and does not close as it should. Double every quote inside a quoted cell."
    ]


def test_a_quoted_cell_may_have_spaces_around_it(file):
    assert cells(open_table(file("a.csv", 'a, "b" ,c\n1, "x, y" ,3\n'))) == [{"a": "1", "b": "x, y", "c": "3"}]


def test_excels_separator_line_is_obeyed_and_lines_still_count(file):
    table = open_table(file("a.csv", "sep=|\na|b\n1|2\n1\n"))

    assert cells(table) == [{"a": "1", "b": "2"}]
    assert table.notes[1] == "delimiter: bar, because its first line says so"
    assert refusals(table)[0].startswith("a.csv:4: 1 cell")


def test_one_known_column_needs_no_delimiter(file):
    assert cells(open_table(file("a.csv", "title\nKimjang, the making\n"), known=["title"])) == [
        {"title": "Kimjang, the making"}
    ]


def test_prose_is_no_table(file):
    with pytest.raises(NoDelimiter, match="No comma, semicolon, tab or bar splits its lines alike"):
        open_table(file("a.txt", "This is a text\nand another line\n"), known=["title"])


def test_a_table_of_blank_cells_has_no_header(file):
    with pytest.raises(SourceEmpty, match="The table has no header"):
        open_table(file("a.csv", ";;\n;;\n"), delimiter=";")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=3, max_size=3),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, rows, delimiter, quoting, end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["one", "two", "three"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(out.getvalue().encode())

    table = open_table(path, known=["one", "two", "three"])

    assert [list(row.values()) for row in cells(table)] == [row for row in rows if any(row)]
    assert refusals(table) == []
