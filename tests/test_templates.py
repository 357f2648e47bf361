"""Templates of the first pages are compiled while the process starts."""

import click
import pytest
from jinja2 import Environment

from flaskr import create_app

from .conftest import CompiledTemplates
from .conftest import log_in
from .conftest import write


@pytest.fixture
def compiled(monkeypatch):
    """The names of templates, as they are compiled."""
    names = []

    def parse(self, source, name, *args, parse=Environment._parse):
        names.append(name)
        return parse(self, source, name, *args)

    monkeypatch.setattr(CompiledTemplates, "compiled", {})
    monkeypatch.setattr(Environment, "_parse", parse)
    return names


def test_nobody_waits_for_the_templates_of_the_first_pages(compiled, installed):
    write(log_in(installed, "alice"), "A title", "A text.")
    CompiledTemplates.compiled.clear()
    app = create_app()
    assert "base.html" in compiled
    compiled.clear()
    client = app.test_client()
    assert "A title" in client.get("/").text
    assert "A text." in client.get("/1-a-title").text
    assert not compiled
    app.extensions["flaskr.db"].shutdown()


def test_a_command_compiles_no_template(compiled, instance):
    with click.Context(click.Command("init-db")):
        create_app()

    assert not compiled
