"""The house keeps its habits: light to enter, open at every door, one direction of imports."""

import ast
import doctest
import importlib.metadata
import inspect
import pydoc
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from os import environ
from pathlib import Path
from types import ModuleType

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import uat
import uat.testing

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("figures/*.md")]
READMES = ["README.md", "README.ja.md"]
PROOFS = ["docs/proof.md", "docs/proof.ja.md"]
PUBLIC: list[str] = vars(uat)["__all__"]
HEAVY = {"flint", "matplotlib", "rich", "scipy.optimize", "scipy.special", "threadpoolctl", "typer"}


def fresh_python(code: str) -> str:
    """Run `code` in a new process that nothing measures, and give what it prints."""
    calm = {name: value for name, value in environ.items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=calm
    ).stdout


def code_blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def written_files() -> Iterator[Path]:
    hidden = re.compile(r"\.(?!ci$)|build$|__pycache__$")
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if path.is_file() and not any(hidden.match(part) for part in inside.parts):
            yield path


@pytest.mark.slow
@pytest.mark.parametrize(
    "first_use", ["uat", "uat.Network", "uat.logistic", "uat.Target", "uat.approximate"]
)
def test_entering_loads_nothing_heavy(first_use: str) -> None:
    loaded = fresh_python(f"import sys, uat; {first_use}; print(*sys.modules, sep='\\n')").split()
    assert "uat" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_entering_loads_one_file_and_the_standard_library() -> None:
    code = "import sys; before = {*sys.modules}; import uat; print(*{*sys.modules} - before)"
    loaded = fresh_python(code).split()
    assert [name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names] == [
        "uat"
    ]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there(name: str) -> None:
    assert name in dir(uat)
    assert getattr(uat, name) is getattr(uat, name)
    assert getattr(uat, name).__doc__


def test_no_public_name_is_also_a_file() -> None:
    rooms = {path.stem for path in (ROOT / "uat").iterdir()}
    assert rooms & set(PUBLIC) == {"examples"}


def test_type_checkers_see_the_public_names_and_no_others() -> None:
    tree = ast.parse((ROOT / "uat" / "__init__.pyi").read_text("utf-8"))
    *imports, version = tree.body
    names = [alias for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert all(alias.asname == alias.name for alias in names)
    assert sorted(alias.name for alias in names) == sorted(PUBLIC)
    assert isinstance(version, ast.AnnAssign)


def test_a_misspelt_name_is_told_its_neighbour() -> None:
    with pytest.raises(AttributeError, match="'approxmate'; did you mean 'approximate'"):
        getattr(uat, "approxmate")  # noqa: B009 (a type checker refuses the plain spelling)


def test_the_version_stands_in_one_place() -> None:
    assert importlib.metadata.version(PROJECT["project"]["name"]) == uat.__version__


@pytest.mark.slow
def test_imports_go_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize(
    "part", ["__init__.pyi", "py.typed", "plotting/fonts/OFL.txt", "page/web/index.html"]
)
def test_the_package_carries_what_is_not_code(part: str) -> None:
    assert (files("uat") / part).is_file()


def test_the_map_shows_every_room() -> None:
    house_map = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for path in (ROOT / "uat").iterdir():
        if path.suffix == ".py" and path.name != "__init__.py":
            assert f"`{path.name}`" in house_map
        elif (path / "__init__.py").exists():
            assert f"`{path.name}/`" in house_map


def test_the_tests_have_the_folders_of_the_package() -> None:
    def folders(root: str) -> set[str]:
        return {
            file.parent.relative_to(ROOT / root).as_posix() for file in ROOT.glob(f"{root}/**/*.py")
        }

    beside = {"benchmarks", "counterexamples", "oracles", "properties"}
    assert folders("tests") == folders("uat") | beside


def test_both_readmes_have_the_same_code_and_two_commands() -> None:
    english, japanese = READMES
    for language in ["pycon", "sh", "math"]:
        assert code_blocks(english, language) == code_blocks(japanese, language)
    commands = [block for block in code_blocks(english, "sh") if "venv" in block]
    assert [block.count("\n") for block in commands] == [1, 1]


@pytest.mark.slow
def test_every_file_named_in_a_text_exists() -> None:
    inside = {f"/{path.relative_to(ROOT).as_posix()}" for path in written_files()}
    inside |= {f"{folder.as_posix()}/" for path in inside for folder in Path(path).parents}
    named = re.compile(r"`([\w./-]+(?:\.(?:md|py|pyi|toml)|/))`")
    missing = []
    for text in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("uat/**/*.py")]:
        for name in named.findall(text.read_text("utf-8")):
            near = (text.parent / name, ROOT / name, ROOT / "uat" / name)
            if not any(path.exists() for path in near):
                found = [path for path in inside if path.endswith(f"/{name}")]
                missing += [(text.name, name, found)] if len(found) != 1 else []
    assert missing == []


def test_both_proofs_have_the_same_code_and_formulas() -> None:
    english, japanese = PROOFS
    for language in ["pycon", "math"]:
        assert code_blocks(english, language) == code_blocks(japanese, language) != []


# The Japanese pages have the same examples, as is tested above.
@pytest.mark.slow
@pytest.mark.parametrize("document", [READMES[0], PROOFS[0]])
def test_the_examples_of_a_page_run(document: str) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    code = "\n".join(code_blocks(document, "pycon"))
    result = runner.run(doctest.DocTestParser().get_doctest(code, {}, document, document, 0))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("document", sorted(p.relative_to(ROOT).as_posix() for p in PAGES))
def test_no_link_leads_nowhere(document: str) -> None:
    path = ROOT / document
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert "://" in link or (path.parent / link).exists(), link


@pytest.mark.slow
def test_no_file_knows_the_machine_it_was_written_on() -> None:
    machine = re.compile(rb"/(?:work|tmp|root|home|Users)/")
    assert [path for path in written_files() if machine.search(path.read_bytes())] == []


def test_every_dependency_has_one_exact_version_for_ci() -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    pins = [re.fullmatch(r"([\w.-]+)==[\w.!+]+", line) for line in lines if line[0] != "#"]
    assert all(pins)
    pinned = [canonicalize_name(pin[1]) for pin in pins if pin]
    assert len(pinned) == len(set(pinned))
    groups = PROJECT["dependency-groups"]
    wanted = [
        *PROJECT["build-system"]["requires"],
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["test"],
        *(line for group in groups.values() for line in group if isinstance(line, str)),
    ]
    assert {canonicalize_name(Requirement(line).name) for line in wanted} <= set(pinned)


def test_the_group_and_the_extra_of_the_tests_are_one_list() -> None:
    extra = PROJECT["project"]["optional-dependencies"]["test"]
    assert extra == PROJECT["dependency-groups"]["test"]


@pytest.mark.parametrize("name", [name for name in PUBLIC if callable(getattr(uat, name))])
def test_help_shows_short_types_and_no_comments_of_others(name: str) -> None:
    thing = getattr(uat, name)
    if not isinstance(thing, type) or not issubclass(thing, Exception):
        assert len(str(inspect.signature(thing))) < 400
    assert "_dataclass_" not in pydoc.render_doc(thing)


@pytest.mark.parametrize("room", [uat.examples, uat.testing], ids=["examples", "testing"])
def test_a_room_lists_its_public_names_alone(room: ModuleType) -> None:
    assert dir(room) == sorted(vars(room)["__all__"])
