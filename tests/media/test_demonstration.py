"""The demonstration's pictures are the ones that its records tell of, in what they say and in what is kept."""

from api.cli.demonstration import demo_files
from api.studios import studio_of
from graph.store.select import Select, Shape
from graph.store.visibility import SYSTEM

TOLD = ("format", "width", "height", "frames", "fingerprint")


def test_each_picture_is_kept_and_is_what_its_record_says(demonstration):
    shape = Shape(tuple((one, one) for one in ("id", "sha256", "bytes", "alt", "credit", *TOLD)))
    rows = demonstration.store.ask(SYSTEM, {"all": Select("Media", shape)})["all"]["rows"]
    studio = studio_of(demonstration.settings)

    assert len(rows) == len(list(demo_files()[0].parents[1].glob("pictures/*.webp"))) == 13
    for row in rows:
        with studio.file() as file:
            assert studio.storage.copy_original(row["sha256"], file)
            found = studio.examine(file)
        assert {name: getattr(found, name) for name in TOLD} == {name: row[name] for name in TOLD}
        assert studio.storage.original_size(row["sha256"]) == row["bytes"]
        assert row["alt"]
        assert row["credit"]
