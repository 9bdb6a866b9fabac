"""What no linter knows: sizes, names, clocks, glossary, machine paths. The house's own tidy."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shuangjian"
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
FUNCTION_LINES_MOST = 70
MODULE_LINES_MOST = 600
DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "stuff"}
CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localtime"),
    ("time", "time"),
    ("datetime", "utcnow"),
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def long_functions(tree: ast.AST) -> list[str]:
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MOST
    ]


def clock_reads(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCK_CALLS
        # why: ``localtime(at)`` converts a moment, ``localtime()`` reads the clock.
        and not (node.func.attr == "localtime" and node.args)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MODULE_LINES_MOST, "split by noun"
    assert long_functions(ast.parse(text)) == []


def test_the_size_check_can_fail():
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES_MOST))
    assert long_functions(ast.parse(f"def f():\n{body}\n")) == ["f (71)"]


def test_no_drawers():
    assert [p for p in MODULES if p.stem in DRAWERS or p.parent.name in DRAWERS] == []


def test_only_edges_read_the_clock():
    found = {
        str(path.relative_to(SOURCE)): clock_reads(tree_of(path))
        for path in MODULES
        if "edges" not in path.relative_to(SOURCE).parts[:1]
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_clock_check_can_fail():
    assert clock_reads(ast.parse("from datetime import date\nx = date.today()")) == [2]


def glossary() -> list[dict[str, str]]:
    return tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))["term"]


def test_glossary_entries_are_whole_and_unique():
    fields = {"term_zh", "identifier", "definition_zh", "definition_en", "source"}
    terms = glossary()
    for term in terms:
        assert fields <= set(term) <= fields | {"not_to_be_called"}, term
        assert all(str(term[name]).strip() for name in fields), term
    identifiers = [term["identifier"] for term in terms]
    assert len(identifiers) == len(set(identifiers))


def model_and_enum_names() -> dict[str, Path]:
    names = {}
    for path in MODULES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base) in {"models.Model", "models.TextChoices"} for base in node.bases
            ):
                names[node.name] = path
    return names


def test_every_model_and_choice_is_in_the_glossary():
    known = {term["identifier"] for term in glossary()}
    assert sorted(name for name in model_and_enum_names() if name not in known) == []


def test_words_not_to_be_used_are_not_used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    banned = [word for term in glossary() for word in term.get("not_to_be_called", [])]
    assert [word for word in banned if re.search(rf"\b{re.escape(word)}\b", text)] == []


def test_public_functions_below_the_edges_have_docstrings_with_a_chinese_term_somewhere():
    for path in MODULES:
        module = ast.get_docstring(tree_of(path)) or ""
        if path.name in {"__init__.py", "apps.py"}:
            continue
        assert re.search(r"[\u4e00-\u9fff]", module) or module.count(" ") > 4, path


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_path_of_a_machine_and_no_private_host():
    # why: written in two parts, so that this file does not find itself.
    marks = ["/wor" + "k/", "/ro" + "ot/", "file" + "://"]
    found = []
    for path in tracked():
        if (
            path.suffix in {".csv", ".png", ".lock", ".svg", ".xlsx", ".otf", ".ttf"}
            or not path.exists()
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {mark}" for mark in marks if mark in text]
    assert found == []


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r'^    "[a-z].*[><=]', line):
            assert lines[number - 1].strip().startswith("#"), line


def test_every_variable_of_the_environment_is_documented():
    from shuangjian.edges.config.env import VARIABLES

    text = (ROOT / "docs" / "operating" / "settings.md").read_text(encoding="utf-8")
    assert [each.name for each in VARIABLES if f"`{each.name}`" not in text] == []
