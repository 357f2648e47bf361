"""Templates are compiled once for many processes, where these may keep them."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from flaskr import create_app

from .conftest import create_ready_app


@pytest.fixture(autouse=True)
def compiled(tmp_path, monkeypatch):
    """The folder of compiled templates."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    templates = Path(create_app({"TESTING": True}).root_path, "templates")
    return Path(f"{tmp_path}/compiled{templates}")


@pytest.fixture
def parsed(monkeypatch):
    """The templates that are compiled from here on."""
    names = []

    def parse(self, source, name, *args, parse=Environment._parse):
        names.append(name)
        return parse(self, source, name, *args)

    monkeypatch.setattr(Environment, "_parse", parse)
    return names


@pytest.fixture
def read_index(empty_database, instance):
    """A function that reads the first page of a new process."""

    def read_index():
        app = create_ready_app(empty_database, {"TESTING": True})
        app.jinja_env.bytecode_cache = app.jinja_options["bytecode_cache"]
        answer = app.test_client().get("/")
        app.extensions["flaskr.db"].shutdown()
        assert answer.status_code == 200
        return answer.data

    return read_index


def test_the_next_process_compiles_nothing(read_index, parsed):
    page = read_index()
    assert "base.html" in parsed
    parsed.clear()
    assert read_index() == page
    assert not parsed


def test_a_template_that_changed_is_compiled(read_index, parsed, monkeypatch):
    read_index()
    parsed.clear()
    loader = "flask.templating.DispatchingJinjaLoader.get_source"

    def get_source(self, environment, template):
        path = Path(create_app({"TESTING": True}).root_path, "templates", template)
        return path.read_text("utf-8") + "<!-- new -->", str(path), lambda: True

    monkeypatch.setattr(loader, get_source)
    assert b"<!-- new -->" in read_index()
    assert "base.html" in parsed


def test_another_jinja_uses_nothing_of_this_one(read_index, parsed, monkeypatch):
    read_index()
    parsed.clear()
    monkeypatch.setattr("flaskr.web.template_cache.version", lambda name: "99")
    read_index()
    assert "base.html" in parsed


@pytest.mark.parametrize("damage", [b"", b"\0" * 999, "half", "folder"])
def test_damaged_files_are_made_anew(read_index, compiled, damage):
    page = read_index()
    assert len(files := list(compiled.iterdir())) > 3

    for file in files:
        content = file.read_bytes()
        file.unlink()

        if damage == "folder":
            file.mkdir()
        else:
            file.write_bytes(
                content[: len(content) // 2] if damage == "half" else damage
            )

    assert read_index() == page


def test_a_process_that_may_not_write_compiles_for_itself(read_index, compiled):
    compiled.parent.mkdir(parents=True)
    compiled.write_text("in the way")
    read_index()
    assert compiled.read_text() == "in the way"


def test_nothing_is_written_when_python_may_not(read_index, compiled, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    read_index()
    assert not compiled.exists()
