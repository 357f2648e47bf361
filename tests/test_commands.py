"""What all commands have in common."""

import click
import pytest

from flaskr import create_app

# Flask's own.
OTHERS = {"routes", "run", "shell"}


def list_commands(commands, *path):
    """The paths of commands, of groups and of what is in them."""
    for name, command in commands.items():
        if name not in OTHERS:
            yield (*path, name)

            if isinstance(command, click.Group):
                yield from list_commands(command.commands, *path, name)


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    app = create_app({"TESTING": True, "DATABASE": str(tmp_path_factory.mktemp("d"))})
    return app, list(list_commands(app.cli.commands))


def test_the_help_of_each_command_has_an_example_of_it(named):
    app, paths = named
    assert ("user", "suspend") in paths and ("check",) in paths

    for path in paths:
        shown = app.test_cli_runner().invoke(args=[*path, "--help"]).output
        # Lines break at spaces, and must not break within a name.
        words = " ".join(shown.split())
        assert f"flask --app flaskr {' '.join(path)}" in words, path
