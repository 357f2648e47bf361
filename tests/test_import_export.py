"""``flask --app flaskr import`` of what ``export`` wrote: an equal blog."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from flaskr.data.export_tables import KEPT
from flaskr.data.export_tables import MADE
from flaskr.db import transaction

from .children import LIMIT
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .copies import close_blogs
from .copies import fill
from .copies import open_blog
from .copies import read_all
from .copies import TABLES
from .generated import generate
from .importing.archives import item
from .importing.archives import write_wxr
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


def test_a_second_import_changes_nothing(app, other, folder):
    fill(app)
    export_well(app, folder / "blog.zip")
    import_well(other, folder / "blog.zip")
    before = read_all(other)
    told = import_well(other, folder / "blog.zip")
    assert "Nothing to do" in told and "0 rows new, 63 already there" in told
    assert read_all(other) == before
    # Nor does one into the blog that it is of.
    assert "0 rows new" in import_well(app, folder / "blog.zip")


def test_what_people_changed_since_stays(app, other, folder):
    fill(app)
    export_well(app, folder / "blog")
    import_well(other, folder / "blog")
    other.test_cli_runner().invoke(args=["user", "rename", "bob", "Bert", "--yes"])
    told = import_well(other, folder / "blog")
    assert "0 rows new, 63 already there, 1 of which people have changed." in told
    assert {"username": "Bert"} in rows(other, 'SELECT username FROM "user"')


def test_what_people_deleted_since_does_not_come_back(app, other, folder, execute):
    fill(app)
    export_well(app, folder / "blog")
    import_well(other, folder / "blog")
    execute(other, "DELETE FROM comment WHERE id = 3")
    told = refuse(other, folder / "blog")
    assert "1 rows of the export are not in it, or no more: comments 3." in told


def test_another_blog_is_left_as_it_is(app, alice, other, folder):
    write(alice)
    write(log_in(other, "carol"), "Hers")
    export_well(app, folder / "blog")
    told = refuse(other, folder / "blog")
    assert "has another blog in it. Nothing is ever overwritten" in told
    assert "import into a new database" in told


def test_a_rehearsal_changes_nothing(app, other, folder):
    fill(app)
    export_well(app, folder / "blog")
    before = read_all(other)
    told = import_well(other, folder / "blog", "--dry-run")
    assert told.startswith("Would import 3 posts") and "Nothing was changed." in told
    assert read_all(other) == before
    import_well(other, folder / "blog")
    told = import_well(other, folder / "blog", "--dry-run")
    assert told.startswith("Nothing to do") and "63 already there" in told


def test_the_imported_blog_works(app, other, folder):
    fill(app)
    client = other.test_client()
    assert "Title 1" not in client.get("/").text
    export_well(app, folder / "blog", "--with-passwords")
    import_well(other, folder / "blog")
    assert "Title 1" in client.get("/").text
    assert "Title 2" in client.get("/search?q=面包").text
    image = re.search(r'src="(/image/[^"]*)"', client.get("/1-title-1").text)[1]
    assert client.get(image).data == app.test_client().get(image).data
    # No id is given twice, not even that of what is gone.
    assert write(log_in(other, "alice"), "New") == 5


def test_nobody_logs_in_without_a_new_password(app, other, folder):
    fill(app)
    export_well(app, folder / "blog")
    told = import_well(other, folder / "blog")
    assert "nobody of 3 can log in until they get a link" in told
    assert "flask --app flaskr reset-password NAME" in told

    for password in ("", PASSWORD):
        data = {"username": "alice", "password": password}
        assert other.test_client().post("/auth/login", data=data).status_code != 302

    made = other.test_cli_runner().invoke(args=["reset-password", "alice"])
    assert made.exit_code == 0
    # And their passwords stay after another import.
    with other.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET password = 'new'")

    assert "0 rows new" in import_well(other, folder / "blog")


def test_other_titles_texts_and_times_are_taken(app, alice, other, folder):
    write(alice, "Old", "Text.")
    export_well(app, folder / "blog")
    [path] = (folder / "blog/posts").iterdir()
    text = re.sub("date: .*", "date: 2001-02-03T04:05:06+01:00", path.read_text())
    path.write_text(text.replace('"Old"', '"New"').replace("Text.", "Words.\n"))
    import_well(other, folder / "blog")
    [post] = rows(other, "SELECT title, body, created FROM post")
    assert post == {
        **{"title": "New", "body": "Words.\n"},
        "created": "2001-02-03 03:05:06",
    }


def test_what_can_t_be_read_is_taken_as_it_is(app, alice, other, folder):
    write(alice, "First", "One.")
    alice.post("/1/update", data={"title": "Second", "body": "Two."})

    with app.app_context(), transaction() as db:
        db.execute("UPDATE revision SET base = 77 WHERE version = 2")
        db.execute("UPDATE revision SET content = ? WHERE version = 1", (b"damaged",))
        # And so is an image without a file.
        db.execute(
            "INSERT INTO image (hash, extension, width, height, size)"
            " VALUES ('0123456789ab', '?', 1, 1, 1)"
        )

    export_well(app, folder / "blog", "--with-passwords")
    import_well(other, folder / "blog")
    assert read_compared(other) == read_compared(app)


# What ends an import of one process in the middle, with rows written.
KILLED = """
import os, signal, sys
from flaskr import create_app
from flaskr.export import putting

def end(*args):
    os.kill(os.getpid(), signal.SIGKILL)

putting.find_difference = end
create_app().test_cli_runner().invoke(args=["import", *sys.argv[1:]])
"""


def test_a_killed_import_leaves_the_blog_as_it_was(app, alice, other, folder, instance):
    write(alice)
    export_well(app, folder / "blog")
    before = read_all(other)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder / "blog")],
        env={
            **os.environ,
            "FLASKR_INSTANCE_PATH": str(instance),
            "FLASKR_DATABASE": other.config["DATABASE"],
        },
        capture_output=True,
        timeout=LIMIT,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read_all(other) == before
    import_well(other, folder / "blog")


def test_two_imports_at_once_are_one(app, alice, other, folder):
    write(alice)
    export_well(app, folder / "blog")
    apps = [other, open_blog(other.config["DATABASE"])]
    results = []

    def import_one(app):
        results.append(import_into(app, folder / "blog"))

    threads = [threading.Thread(target=import_one, args=(app,)) for app in apps]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert [result.exit_code for result in results] == [0, 0]
    with other.app_context():
        assert len(rows(other, "SELECT id FROM post")) == 1


def test_a_database_that_is_missing_is_made(app, alice, folder, databases):
    write(alice, "New")
    export_well(app, folder / "blog")
    database = databases.make_empty()
    unready = open_blog(database)
    dry = import_into(unready, folder / "blog", "--dry-run")
    assert dry.exit_code == 1 and not dry.stdout
    assert "There is no database yet (" in dry.stderr
    assert "Without --dry-run, import makes it." in dry.stderr
    assert "run: flask --app flaskr init-db" in dry.stderr
    told = import_well(unready, folder / "blog")
    assert told.startswith("Imported 1 post, 0 comments, 1 person, 0 images from")
    assert "New" in unready.test_client().get("/").text
    close_blogs()
    databases.drop(database)


def test_a_rehearsal_without_a_database_makes_nothing(app, folder, tmp_path):
    export_well(app, folder / "blog")
    unready = open_blog(str(tmp_path / "new" / "blog.sqlite"))
    dry = import_into(unready, folder / "blog", "--dry-run")
    assert dry.exit_code == 1 and "There is no database yet (" in dry.stderr
    assert not (tmp_path / "new").exists()
    close_blogs()


def test_what_came_from_another_blog_is_known_in_the_new_one_too(
    app, other, folder, tmp_path
):
    path = write_wxr(tmp_path / "blog.xml", item(1, "One"), item(2, "Two"))
    assert app.test_cli_runner().invoke(args=["import", str(path)]).exit_code == 0
    export_well(app, folder / "a.zip")
    import_well(other, folder / "a.zip")
    addresses = "SELECT path, post_id FROM old_address ORDER BY path"
    assert rows(other, addresses) == rows(app, addresses) != []
    assert other.test_cli_runner().invoke(args=["import", str(path)]).exit_code == 0
    assert len(rows(other, "SELECT id FROM post")) == 2


def test_an_export_says_all_itself(app, alice, other, folder):
    export_well(app, folder / "a.zip")
    told = refuse(other, folder / "a.zip", "--address", "https://old.example")
    assert "leave out --address" in told
