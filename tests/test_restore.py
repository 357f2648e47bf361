"""``flask --app flaskr restore``: the blog is again what it was at a backup."""

import os
import re
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta

import pytest

from flaskr.backup import restoring
from flaskr.data import one_time_links
from flaskr.data.roles import Role
from flaskr.db import get_pool
from flaskr.db import transaction

from .children import LIMIT
from .conftest import log_in
from .conftest import rows
from .conftest import write
from .copies import fill
from .copies import open_blog
from .copies import read_all
from .test_backup import back_up_well

# What must not come back with a backup, and what is another one after each.
ENDED = {"session", "public_version", "one_time_link"}


def restore(app, path, *options, answer=None):
    runner = app.test_cli_runner()
    return runner.invoke(args=["restore", *options, str(path)], input=answer)


def restore_well(app, path):
    result = restore(app, path, "--yes")
    assert result.exit_code == 0, result.output
    return result.output


def refuse(app, path, *options, answer=None):
    """The sentence with which it is refused."""
    result = restore(app, path, *options or ["--yes"], answer=answer)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.stderr


def find_kept(told):
    """The file in which is what was there."""
    return re.search(r"What was there is in (\S+)\. ", told)[1]


def without_ended(found):
    return {table: value for table, value in found.items() if table not in ENDED}


def test_everything_is_as_it_was(app, folder):
    fill(app)
    before = without_ended(read_all(app))
    back_up_well(app, folder / "blog.sqlite")
    alice = log_in(app, "alice")
    alice.post("/1/delete")
    alice.post("/2/update", data={"title": "Another", "body": "Text."})
    write(alice, "New")
    restore_well(app, folder / "blog.sqlite")
    assert without_ended(read_all(app)) == before


def test_the_search_finds_what_was_restored_and_nothing_else(app, alice, folder):
    write(alice, "Elephants", "Grey.")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "Giraffes", "Spotted.")
    alice.post("/1/delete")
    client = app.test_client()
    assert "Giraffes" in client.get("/search?q=spotted").text
    restore_well(app, folder / "blog.sqlite")
    assert "Elephants" in client.get("/search?q=grey").text
    assert "Giraffes" not in client.get("/search?q=spotted").text


def test_another_process_shows_it_at_once(app, alice, folder):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "New")
    other = open_blog(app.config["DATABASE"])
    reader = other.test_client()
    assert "New" in reader.get("/").text
    restore_well(app, folder / "blog.sqlite")
    page = reader.get("/").text
    assert "Old" in page
    assert "New" not in page


def test_ids_are_not_given_again(app, alice, folder):
    """What has the address of a post that is gone is another one to readers."""
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    restore_well(app, folder / "blog.sqlite")
    write(log_in(app, "alice"), "Second")
    assert [row["id"] for row in rows(app, "SELECT id FROM post")] == [1, 2]


def test_pages_that_were_kept_before_are_not_shown(app, alice, folder):
    """A public version that was seen with other contents would show them."""
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    client = app.test_client()
    etags = {client.get("/").headers["ETag"]}
    versions = {get_pool(app).version()}

    for number in range(2):
        write(log_in(app, "alice"), f"New {number}")
        restore_well(app, folder / "blog.sqlite")
        versions.add(get_pool(app).version())
        etags.add(client.get("/").headers["ETag"])

    assert len(versions) == 3
    # The page is the same.
    assert len(etags) == 1


def test_all_sessions_end(app, alice, bob, folder):
    back_up_well(app, folder / "blog.sqlite")
    assert alice.get("/account/").status_code == 200
    told = restore_well(app, folder / "blog.sqlite")
    assert "All sessions ended" in told
    assert alice.get("/account/").status_code == 302
    assert bob.get("/account/").status_code == 302
    assert log_in(app, "alice").get("/account/").status_code == 200


def test_links_that_nobody_used_are_revoked(app, client, folder):
    with app.app_context():
        token = one_time_links.invite(Role.OWNER, timedelta(days=1))

    back_up_well(app, folder / "blog.sqlite")

    with app.app_context():
        one_time_links.revoke(one_time_links.find(token)["id"])

    restore_well(app, folder / "blog.sqlite")

    with app.app_context():
        assert one_time_links.find(token) is None


def test_what_was_there_is_kept_as_a_backup(app, alice, folder):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "New")
    before = without_ended(read_all(app))
    kept = find_kept(restore_well(app, folder / "blog.sqlite"))
    assert os.stat(kept).st_mode & 0o777 == 0o600
    restore_well(app, kept)
    assert without_ended(read_all(app)) == before


def test_what_would_be_lost_is_said_and_asked(app, alice, bob, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")

    for _ in range(3):
        write(alice)

    alice.post("/1/update", data={"title": "Another", "body": "Text."})
    bob.post("/1/comment", data={"comment": "New."})
    before = read_all(app)
    result = restore(app, folder / "blog.sqlite", answer="n\n")
    assert result.exit_code == 1
    lost = "3 posts, 1 comment and 1 edited post since 2"
    assert f"The blog has what {folder}/blog.sqlite has not: {lost}" in result.stdout
    assert read_all(app) == before
    assert restore(app, folder / "blog.sqlite", answer="y\n").exit_code == 0
    assert len(rows(app, "SELECT * FROM post")) == 1


def test_what_is_older_than_the_backup_is_not_said_to_be_since_then(app, alice, folder):
    """What was imported has the times of another blog."""
    back_up_well(app, folder / "blog.sqlite")
    write(alice)
    write(alice)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = '1969-12-31 23:00:00' WHERE id = 1")
        db.execute("UPDATE post SET created = '2026-11-28 12:04:05' WHERE id = 2")

    told = restore_well(app, folder / "blog.sqlite")
    assert "has not: 2 posts, the newest of 2026-11-28 12:04 UTC." in told


def test_all_of_a_blog_is_not_said_to_be_since_an_empty_backup(app, folder):
    back_up_well(app, folder / "empty.sqlite")

    with app.app_context(), transaction() as db:
        db.execute(
            'INSERT INTO "user" (id, username, password, joined)'
            " VALUES (1, 'alice', 'x', '1970-01-01 00:00:00'), (2, 'bob', 'x', NULL)"
        )

    told = restore_well(app, folder / "empty.sqlite")
    assert "has not: 2 people, the newest of 1970-01-01 00:00 UTC." in told


def test_nothing_is_said_to_be_lost_if_nothing_is(app, alice, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    assert "has not" not in restore_well(app, folder / "blog.sqlite")


def test_without_a_terminal_it_needs_to_be_told_so(app, alice, folder):
    back_up_well(app, folder / "blog.sqlite")
    result = restore(app, folder / "blog.sqlite")
    assert result.exit_code == 1
    assert "Aborted" in result.stderr


@pytest.mark.parametrize("content", [b"", b"Text.", b"SQLite format 3\0" + b"x" * 999])
def test_what_is_no_backup_changes_nothing(app, alice, folder, content):
    write(alice)
    before = read_all(app)
    (folder / "blog.sqlite").write_bytes(content)
    assert "was not changed" in refuse(app, folder / "blog.sqlite")
    assert read_all(app) == before


def damage(content):
    half = len(content) // 2
    return content[:half] + b"\xff" * 20_000 + content[half + 20_000 :]


def truncate(content):
    return content[: len(content) // 2]


@pytest.mark.parametrize("spoil", [damage, truncate])
def test_a_damaged_or_truncated_backup_changes_nothing(app, alice, folder, spoil):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = read_all(app)
    content = (folder / "blog.sqlite").read_bytes()
    (folder / "blog.sqlite").write_bytes(spoil(content))
    assert "was not changed" in refuse(app, folder / "blog.sqlite")
    assert read_all(app) == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("PRAGMA user_version = 9999", "from a newer version of Flaskr"),
        ("DROP TABLE search_text", "Flaskr"),
    ],
)
def test_a_backup_of_another_schema_changes_nothing(
    app, alice, folder, statement, told
):
    back_up_well(app, folder / "blog.sqlite")
    before = read_all(app)

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute(statement)

    found = refuse(app, folder / "blog.sqlite")
    assert told in found
    assert "was not changed" in found
    assert read_all(app) == before


def test_another_programs_database_is_no_backup(app, folder):
    with closing(sqlite3.connect(folder / "other.sqlite")) as db:
        db.execute("CREATE TABLE mine (a)")

    found = refuse(app, folder / "other.sqlite")
    assert "another program" in found


def test_what_is_wrong_is_said_of_the_backup(app, alice, folder):
    (folder / "x.sqlite").write_bytes(b"x" * 1000)
    told = refuse(app, folder / "x.sqlite")
    assert f"{folder / 'x.sqlite'} is no backup: it is no file of SQLite's." in told
    back_up_well(app, folder / "blog.sqlite")
    content = (folder / "blog.sqlite").read_bytes()
    (folder / "cut.sqlite").write_bytes(content[: len(content) // 2])
    assert f"{folder / 'cut.sqlite'} is " in refuse(app, folder / "cut.sqlite")


def test_a_missing_backup_is_told(app, folder):
    assert "No such file or directory" in refuse(app, folder / "nothing.sqlite")
    assert "was not changed" in refuse(app, folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no pipes")
def test_a_pipe_is_no_file(app, folder):
    """Nobody may ever write into it."""
    os.mkfifo(folder / "pipe")
    assert "Save the backup as one first" in refuse(app, folder / "pipe")


def test_what_others_put_into_a_backup_to_run_is_left_out(app, alice, folder):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute('CREATE VIEW "a ""view" AS SELECT * FROM post')
        db.execute(
            "CREATE TRIGGER strange AFTER DELETE ON session BEGIN DELETE FROM post; END"
        )
        db.execute(
            "CREATE TRIGGER endless AFTER INSERT ON post_rendering BEGIN"
            " INSERT INTO post (author_id, title, body) WITH RECURSIVE n (i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 1, i, i FROM n; END"
        )

    result = restore(app, folder / "blog.sqlite", "--yes")
    assert result.exit_code == 0, result.output
    for name in ('view a "view', "trigger strange", "trigger endless"):
        assert name in result.stderr
    assert "Old" in app.test_client().get("/").text
    write(log_in(app, "alice"), "New")
    titles = [row["title"] for row in rows(app, "SELECT title FROM post ORDER BY id")]
    assert titles == ["Old", "New"]


def test_triggers_that_were_changed_are_made_anew(app, alice, folder):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute("DROP TRIGGER public_post_count_added")
        db.execute(
            "CREATE TRIGGER public_post_count_added AFTER INSERT ON post BEGIN"
            " DELETE FROM post; END"
        )

    restore_well(app, folder / "blog.sqlite")
    write(log_in(app, "alice"), "New")
    assert len(rows(app, "SELECT * FROM post")) == 2


def test_a_backup_without_a_table_changes_nothing(app, alice, folder):
    """The blog would open, and miss it at the next warning."""
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = read_all(app)

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute("DROP TABLE dismissed_warning")

    assert "It has no dismissed_warning" in refuse(app, folder / "blog.sqlite")
    assert read_all(app) == before


def test_the_backup_stays_as_it_is(app, alice, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = (folder / "blog.sqlite").read_bytes()
    restore_well(app, folder / "blog.sqlite")
    assert (folder / "blog.sqlite").read_bytes() == before
    assert os.listdir(folder) == ["blog.sqlite"]


def test_a_blog_is_restored_where_there_is_none(app, alice, folder, databases):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    before = without_ended(read_all(app))
    database = databases.make_empty()
    empty = open_blog(database)
    # Nothing is replaced, so nothing is asked.
    result = restore(empty, folder / "blog.sqlite")
    assert result.exit_code == 0, result.output
    assert "What was there" not in result.output
    assert without_ended(read_all(empty)) == before
    write(log_in(empty, "alice"), "New")
    assert "New" in empty.test_client().get("/").text


def test_what_is_acknowledged_meanwhile_is_in_the_blog_or_in_what_was_kept(
    app, alice, folder
):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    other = open_blog(app.config["DATABASE"])
    acknowledged, stop = [], threading.Event()

    def write_on():
        author = log_in(other, "alice")

        for number in range(10_000):
            if stop.is_set():
                return

            response = author.post(
                "/create", data={"title": f"Post {number}", "body": "Text."}
            )

            if response.status_code == 302 and "/auth/login" in response.location:
                author = log_in(other, "alice")
            elif response.status_code == 302:
                acknowledged.append(f"Post {number}")

    writer = threading.Thread(target=write_on)
    writer.start()

    try:
        kept = [find_kept(restore_well(app, folder / "blog.sqlite")) for _ in range(3)]
    finally:
        stop.set()
        writer.join(LIMIT)

    found = {row["title"] for row in rows(app, "SELECT title FROM post")}

    for path in kept:
        with closing(sqlite3.connect(path)) as db:
            found |= {title for (title,) in db.execute("SELECT title FROM post")}

    assert len(acknowledged) > 3
    assert set(acknowledged) <= found


def test_a_full_disk_changes_nothing(app, alice, folder, monkeypatch):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = read_all(app)

    def refuse_room(*args):
        raise OSError("The disk has 0.0 MB free")

    monkeypatch.setattr(restoring, "require_room", refuse_room)
    assert "free" in refuse(app, folder / "blog.sqlite")
    assert read_all(app) == before


def test_what_cannot_be_kept_changes_nothing(app, alice, folder, monkeypatch):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = read_all(app)

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "write_copy", fail)
    assert "No space left on device" in refuse(app, folder / "blog.sqlite")
    assert read_all(app) == before
    write(alice, "Still here")


def test_no_partial_copy_is_left(app, alice, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    kept = find_kept(restore_well(app, folder / "blog.sqlite"))
    assert not [name for name in os.listdir(os.path.dirname(kept)) if "partial" in name]
