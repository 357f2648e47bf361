import gc
import json

import pytest

from ..conftest import rows


@pytest.fixture
def take(app, tmp_path):
    """Import a file: ``take(path, *options)`` gives what is said, and the report."""

    def take(path, *options):
        file = tmp_path / "report.json"
        file.unlink(missing_ok=True)
        args = ["import", str(path), "--report", str(file), *options]
        result = app.test_cli_runner().invoke(args=args)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout, json.loads(file.read_text("utf-8"))

    return take


@pytest.fixture
def no_garbage():
    """Nothing to collect: in the depth of a text, Python has no room for that."""
    gc.collect()


@pytest.fixture
def refuse(app):
    """The sentence with which a file is refused; nothing is written then."""

    def refuse(path, *options):
        before = count_all(app)
        result = app.test_cli_runner().invoke(args=["import", str(path), *options])
        assert result.exit_code in (1, 2), result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert not result.stdout
        assert count_all(app) == before
        return result.stderr

    return refuse


def count_all(app):
    """How many rows an import may add there are."""
    tables = ("post", "comment", '"user"', "imported_text", "old_address", "image")
    return [rows(app, f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in tables]
