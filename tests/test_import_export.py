"""``flask --app flaskr import`` of what ``export`` wrote: an equal blog."""

import pytest

from flaskr.data.export_tables import KEPT
from flaskr.data.export_tables import MADE

from .copies import fill
from .copies import open_blog
from .copies import read_all
from .copies import TABLES
from .generated import generate
from .test_export import export_well

# Without what an export leaves, but what is made of it anew; renderings wait for a hook
# where nobody has seen a text yet.
COMPARED = ({*KEPT, *MADE} & {*TABLES}) - {"post_rendering", "comment_rendering"}


def import_into(app, path, *options):
    """What the command says."""
    return app.test_cli_runner().invoke(args=["import", *options, str(path)])


def import_well(app, path, *options):
    result = import_into(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output


def refuse(app, path, *options):
    """The sentence with which it is refused, with nothing changed."""
    before = read_all(app)
    result = import_into(app, path, *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    assert read_all(app) == before
    return result.stderr


def read_compared(app, has_passwords=True):
    """What two equal blogs have in common."""
    found = {
        table: set(rows) for table, rows in read_all(app).items() if table in COMPARED
    }
    # One that was counted down to nothing, or never up, is the same.
    found["post_count"] -= {row for row in found["post_count"] if row[1:] == (0, 0)}

    if not has_passwords:
        place = list(TABLES["user"]).index("password")
        found["user"] = {(*u[:place], *u[place + 1 :]) for u in found["user"]}

    return found


@pytest.fixture
def other(databases, folder):
    """Another blog, which is empty."""
    database = databases.make()
    yield open_blog(database)
    databases.drop(database)


@pytest.mark.parametrize("name", ["blog", "blog.zip"])
def test_an_imported_blog_has_every_row(app, other, folder, name):
    fill(app)
    export_well(app, folder / name, "--with-passwords")
    told = import_well(other, folder / name)
    assert "Imported 3 posts, 4 comments, 3 people, 1 image from" in told
    assert read_compared(other) == read_compared(app)


@pytest.mark.parametrize("seed", range(10))
def test_any_blog_comes_back_as_it_was(app, other, folder, seed):
    generate(app, seed)
    other.config["TIMEZONE"] = app.config["TIMEZONE"]
    before = read_compared(app)
    export_well(app, folder / "a.zip", "--with-passwords")
    import_well(other, folder / "a.zip")
    assert read_compared(other) == before
    # And so is its export, to the byte.
    export_well(other, folder / "b.zip", "--with-passwords")
    assert (folder / "b.zip").read_bytes() == (folder / "a.zip").read_bytes()
    told = import_well(other, folder / "a.zip")
    assert "0 rows new" in told and "changed since" not in told
    assert read_compared(other) == before
