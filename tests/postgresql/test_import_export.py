"""An export of one engine is an equal blog on the other, and back."""

import pytest

from flaskr.db import transaction

from ..copies import fill
from ..copies import open_blog
from ..databases import Files
from ..generated import generate
from ..test_export import export_well
from ..test_import_export import import_into
from ..test_import_export import import_well
from ..test_import_export import read_compared


@pytest.fixture
def file(folder):
    """A blog of SQLite's, which is empty."""
    return open_blog(Files(folder).make())


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_blog_moves_to_the_other_engine_and_back(app, other, file, folder, seed):
    if seed is None:
        fill(app)
    else:
        generate(app, seed)

    for blog in (file, other):
        blog.config["TIMEZONE"] = app.config["TIMEZONE"]

    before = read_compared(app)
    export_well(app, folder / "a.zip", "--with-passwords")
    import_well(file, folder / "a.zip")
    assert read_compared(file) == before
    export_well(file, folder / "b.zip", "--with-passwords")
    import_well(other, folder / "b.zip")
    assert read_compared(other) == before
    assert "0 rows new" in import_well(other, folder / "a.zip")


def test_what_postgresql_can_t_hold_is_told(other, file, folder):
    blog = file.test_client()
    blog.post("/auth/register", data={"username": "alice", "password": "a" * 20})

    with file.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET joined = CAST('x' AS BLOB)")

    export_well(file, folder / "a.zip")
    result = import_into(other, folder / "a.zip")
    assert result.exit_code == 1
    assert "can't hold all of it: " in result.stderr
