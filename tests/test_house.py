"""The rules of the house, where a short test can check them."""

import ast
import re
from pathlib import Path

import pytest

FLASKR = Path(__file__).parent.parent / "flaskr"
MODULES = sorted(FLASKR.glob("*.py"))
ENGINE = (
    "db.py",
    "sqlite.py",
    "sqlite_commit_counter.py",
    "sqlite_connection.py",
    "sqlite_files.py",
    "sqlite_generation.py",
    "sqlite_pool.py",
    "sqlite_search.py",
)
STATEMENT = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN)\b")
OF_THE_REQUEST = {"request", "session", "flash", "abort"}


def functions(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def strings(node):
    return [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


def has_sql(node):
    return any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr.startswith("execute")
        for n in ast.walk(node)
    )


def is_view(node):
    return any(
        re.search(r"\b(route|get|post)\(", ast.unparse(decorator))
        for decorator in node.decorator_list
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_sql_and_the_request_never_meet_in_one_function(path):
    for function in functions(path):
        if has_sql(function):
            names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
            assert not names & OF_THE_REQUEST, function.name
            assert not is_view(function), function.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_only_the_engines_know_which_database_runs(path):
    text = path.read_text("utf-8")

    if path.name not in ENGINE:
        # The type of a row is the standard library's.
        assert not re.search(r"sqlite3\.(?!Row\b)|PRAGMA|AUTOINCREMENT", text)
        assert not re.search(r"lastrowid|OR IGNORE|GROUP_CONCAT|\bdatetime\(", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_sql_is_portable(path):
    for text in strings(ast.parse(path.read_text("utf-8"))):
        if STATEMENT.match(text) and path.name not in ENGINE:
            assert "%" not in text
            assert not re.search(r"\b(FROM|JOIN|INTO|UPDATE) user\b", text), text

    assert not re.search(r"with (connection|db|get_db\(\)):", path.read_text("utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_and_functions_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300

    for function in functions(path):
        assert function.end_lineno - function.lineno < 40, function.name


def test_templates_are_short():
    for path in FLASKR.glob("templates/**/*.html"):
        assert len(path.read_text("utf-8").splitlines()) <= 80, path.name
