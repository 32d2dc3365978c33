"""Refusals and what is missing, told in the language of a page: each sentence is declared once and known in all."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from api.doors.edit_view import told_of
from api.doors.languages import LANGUAGES
from api.doors.telling import told
from graph.sentence import parts_of, sentence, together
from graph.story.wording import Languages, say

ROOT = Path(__file__).parents[2]
OTHERS = [one for one in LANGUAGES if one != "en"]


def _templates() -> Iterator[str]:
    """Every template in the code; one that is made up as the code runs could not be known."""
    for room in ("api", "graph", "ingest", "media"):
        for path in (ROOT / room).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence":
                    template = ast.literal_eval(node.args[0])
                    assert isinstance(template, str), path
                    yield template
                elif isinstance(node, ast.Call) and _refuses_a_picture(node):
                    template = ast.literal_eval(node.args[1])
                    assert isinstance(template, str), path
                    yield template


def _refuses_a_picture(node: ast.Call) -> bool:
    """Whether it is media.errors.Refused being made: a reason by its name, and a sentence."""
    match node:
        case ast.Call(func=ast.Name("Refused" | "NotTaken"), args=[ast.Attribute(value=ast.Name("Reason")), *_]):
            return True
        case _:
            return False


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_sentence_is_known_in_every_language_and_has_no_places_of_its_own(lang):
    known = tomllib.loads((ROOT / "api" / "doors" / "sentences" / f"{lang}.toml").read_text("utf-8"))
    templates = set(_templates())

    assert templates - known.keys() == set()
    assert known.keys() - templates == set()
    assert {one for one in templates if not _places(known[one]) <= _places(one)} == set()


def test_a_sentence_is_told_in_a_language_with_what_things_are_called_there():
    said = together(
        sentence('There is no {type:word} with the {by:word} "{value}".', type="Theme", by="name", value="Batik {x}"),
        sentence("Import the {type:word} first, or correct the cell.", type="Theme"),
    )

    assert said == 'There is no Theme with the name "Batik {x}". Import the Theme first, or correct the cell.'
    assert told(said, "en") == (said, "")
    assert told(said, "id").lang == ""
    assert told(said, "id").text == (
        "Tidak ada tema dengan nama “Batik {x}”. Masukkan tema itu dahulu, atau perbaiki selnya."
    )
    assert told([list(part) for part in parts_of(said)], "id") == told(said, "id")


def test_what_is_nobodys_sentence_is_shown_as_what_it_is_english():
    assert told("The mapping leaves it out.", "id") == ("The mapping leaves it out.", "en")
    assert told(together("colour:", sentence("Shorten it.")), "id") == ("colour: Persingkatlah.", "")


def test_differences_and_sentences_of_a_queue_say_no_codes():
    assert told_of({"before": False, "after": ["IN_REVIEW"]}, {}, "id") == ("Tidak", "Ditinjau")
    assert say("graph.review", "id", "languages", label="Rendang", locales=Languages(("ko", "vi"))) == (
        "“Rendang” belum ada dalam bahasa Korea, Vietnam, yang dibaca khalayak perwakilannya."
    )
