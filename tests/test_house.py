"""The rules of the house that no linter knows."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = ("api", "graph", "ingest", "media")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {
    path.relative_to(HOUSE).as_posix(): ast.parse(path.read_bytes(), str(path))
    for room in ROOMS
    for path in sorted((HOUSE / room).rglob("*.py"))
    if "node_modules" not in path.parts
}


def places(offends: Callable[[ast.AST], bool], *, allowed: str) -> list[str]:
    """Where in the rooms a node offends, but for the files whose path begins with `allowed`."""
    return [
        f"{path}:{getattr(node, 'lineno', 0)}"
        for path, tree in MODULES.items()
        if not path.startswith(allowed)
        for node in ast.walk(tree)
        if offends(node)
    ]


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_no_module_is_named_for_nothing() -> None:
    nothing = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

    assert [path for path in MODULES if nothing & set(re.split(r"[/_.]", path))] == []


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
                return True
            case ast.ImportFrom(module="os", names=names):
                return any(name.name in {"environ", "environb", "getenv"} for name in names)
        return False

    assert places(reads, allowed="api/settings.py") == []


def test_only_the_command_line_prints() -> None:
    def prints(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"

    assert places(prints, allowed="api/cli/") == []


def test_only_the_doors_wait() -> None:
    waiting = ast.Await | ast.AsyncFor | ast.AsyncFunctionDef | ast.AsyncWith

    assert places(lambda node: isinstance(node, waiting), allowed="api/") == []


def locked(name: str) -> dict[str, str]:
    """The version that a lock names for each package, by its normalised name."""
    text = (HOUSE / "requirements" / name).read_text("utf-8")
    return {normal(package): version for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}  # type: ignore[index]


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_a_lock_names_exact_versions_by_hash_and_no_host(name: str) -> None:
    text = (HOUSE / "requirements" / name).read_text("utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.lstrip().startswith("#")]

    one = re.compile(r"[\w.-]+==[\w.!+]+( ; [^;]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [line[:60] for line in lines if not one.fullmatch(line)] == []
    assert re.findall(r"\S*://\S*|.*@ .*|--(?!hash=)\S+|\w+\.(?:org|com|io|net)\b", text) == []


def test_the_locks_agree_and_hold_what_the_project_declares() -> None:
    run, dev = locked("run.lock"), locked("dev.lock")

    assert run.items() <= dev.items()
    assert declared(PROJECT["dependencies"]) <= run.keys()
    assert declared(PROJECT["optional-dependencies"]["dev"]) <= dev.keys()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(HOUSE)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.long
def test_a_wheel_holds_the_four_rooms_with_the_demonstration_and_the_built_explorer(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {*ROOMS, f"duta-{PROJECT['version']}.dist-info"}
    for folder in ("api/doors/documents", "api/doors/explorer/static", "graph/model", "graph/search", "ingest/demo"):
        assert set(files(HOUSE / folder)) - set(names) == set()
    assert [name for name in names if "node_modules" in name or name.endswith((".jsx", ".mjs"))] == []


def files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(HOUSE).as_posix()


@pytest.mark.long
def test_an_installed_wheel_brings_the_command_and_the_contract(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    (room,) = home.glob("lib/python*/site-packages")
    # The libraries are borrowed from here: a path in a .pth file brings none of the other .pth files there,
    # so the editable install does not come along.
    (room / "borrowed.pth").write_text("\n".join(p for p in sys.path if p.endswith("site-packages")), "utf-8")
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)

    def run(*command: str | Path) -> str:
        outside = {key: value for key, value in os.environ.items() if not key.startswith(("DUTA_", "PYTHON"))}
        return subprocess.run(
            command, check=True, capture_output=True, encoding="utf-8", cwd=tmp_path, env=outside
        ).stdout

    where = run(python, "-c", "import api, graph, ingest, media; print(api.__file__)")
    assert Path(where.strip()).is_relative_to(home)
    assert run(home / "bin" / "duta", "schema") == (HOUSE / "schema.graphql").read_text("utf-8")
