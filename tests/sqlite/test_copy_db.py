import os
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from flaskr.sqlite import schema

from ..conftest import failing
from ..conftest import log_in
from ..conftest import make_tutorial_database
from ..conftest import rows
from ..conftest import write
from ..copies import close_blogs
from ..copies import copy
from ..copies import copy_killed
from ..copies import copy_well
from ..copies import execute
from ..copies import fill
from ..copies import open_blog
from ..copies import read_all
from ..copies import refuse
from .test_init_db import read_schema


@pytest.fixture(scope="session")
def filled(databases, tmp_path_factory):
    """A blog with some of everything, to be copied: a file."""
    path = databases.make()
    fill(open_blog(path))
    close_blogs()
    return path


@pytest.fixture
def source(filled, tmp_path):
    return shutil.copy(filled, str(tmp_path / "source.sqlite"))


@pytest.fixture
def target(tmp_path):
    return str(tmp_path / "target.sqlite")


@pytest.fixture
def blog(instance, source):
    yield open_blog(source)
    close_blogs()


def is_empty(path):
    """Whether there refers to a missing ours in a database, nor any table."""
    return (
        not os.path.exists(path) or execute(path, "SELECT * FROM sqlite_schema") == []
    )


def test_a_copy_has_every_row(blog, source, target):
    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert result.stdout.startswith("Copied ")
    assert result.stdout.endswith(f"{target}. Counts and checksums match.\n")
    assert result.stderr == ""

    there = open_blog(target)
    assert read_all(there) == read_all(blog)
    assert all(read_all(there).values())
    assert os.stat(target).st_mode & 0o777 == 0o600
    assert execute(target, "PRAGMA journal_mode") == [("wal",)]


def test_pages_of_a_copy_are_the_same(blog, source, target):
    there = copy_well(blog, source, target)

    for path in (
        "/",
        "/1",
        "/tags",
        "/feed.json",
        "/comments/feed.json",
        "/author/bob",
    ):
        page = there.test_client().get(path)
        assert page.data == blog.test_client().get(path).data, path


def test_posts_of_a_copy_are_found(blog, source, target):
    there = copy_well(blog, source, target)

    assert rows(there, "SELECT * FROM search_queue") == []
    assert "Title 2" in there.test_client().get("/search?q=面包").text


def test_a_copy_gives_no_id_that_was_once_given(blog, source, target):
    there = copy_well(blog, source, target)

    assert write(log_in(there, "alice"), "new") == 5


def test_a_sequence_that_lags_behind_gives_no_id_twice(blog, source, target):
    execute(source, "DELETE FROM sqlite_sequence WHERE name = 'post'")
    execute(source, "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'comment'")
    copy_well(blog, source, target)

    found = dict(execute(target, "SELECT name, seq FROM sqlite_sequence"))
    assert (found["post"], found["comment"]) == (3, 5)


def test_a_copy_has_the_schema_of_a_new_database(blog, source, target, tmp_path):
    new = str(tmp_path / "new.sqlite")
    schema.migrate(new)
    copy_well(blog, source, target)

    assert read_schema(target) == read_schema(new)


def test_a_copy_counts_what_comes_next(blog, source, target):
    there = copy_well(blog, source, target)
    before = rows(there, "SELECT * FROM post_count WHERE post_id = 1")[0]
    log_in(there, "bob").post("/1/comment", data={"comment": "Next."})

    (after,) = rows(there, "SELECT * FROM post_count WHERE post_id = 1")
    assert after["comments"] == before["comments"] + 1


def test_the_source_is_left_as_it_was(blog, source, target):
    with closing(sqlite3.connect(source)) as db:
        before = list(db.iterdump())

    copy_well(blog, source, target)

    with closing(sqlite3.connect(source)) as db:
        assert list(db.iterdump()) == before


def test_a_database_that_init_db_has_made_is_empty(blog, source, target):
    schema.migrate(target)
    there = open_blog(target)
    # Somebody has guessed a password already.
    there.test_client().post("/auth/login", data={"username": "a", "password": "b"})

    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_an_empty_blog_is_copied(blog, tmp_path, target):
    new = str(tmp_path / "new.sqlite")
    schema.migrate(new)
    there = copy_well(blog, new, target)

    assert read_all(there)["blog"] == read_all(open_blog(new))["blog"]


def test_a_second_copy_finds_all_there(blog, source, target):
    there = copy_well(blog, source, target)
    execute(target, "INSERT INTO search_queue VALUES (1)")
    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing to do: ")
    # What was left of the index when the first one ended is done.
    assert rows(there, "SELECT * FROM search_queue") == []


@pytest.mark.parametrize(
    "change", ["UPDATE post SET title = 'other' WHERE id = 1", "DELETE FROM post_like"]
)
def test_a_database_with_other_rows_is_refused(blog, source, target, change):
    there = copy_well(blog, source, target)
    execute(target, change)
    before = read_all(there)
    sentence = refuse(blog, source, target)

    assert f"{target} is not empty" in sentence
    assert "user 3, " in sentence
    # An empty blog has rows of these, too.
    assert not re.search("rate_limit|public_version|blog 1", sentence)
    assert "Copy into a new database." in sentence
    assert read_all(there) == before


def test_a_database_is_not_copied_into_itself(blog, source, tmp_path):
    link = tmp_path / "link.sqlite"
    link.symlink_to(source)

    assert "FROM and TO are the same" in refuse(blog, source, source)
    assert "FROM and TO are the same" in refuse(blog, link, source)


@pytest.mark.parametrize("content", [None, b""])
def test_a_source_that_is_missing_is_named(blog, tmp_path, target, content):
    missing = tmp_path / "missing.sqlite"

    if content is not None:
        missing.write_bytes(content)

    assert f"There is no database yet. ({missing})" in refuse(blog, missing, target)
    assert missing.exists() == (content is not None)
    assert not os.path.exists(target)


def test_a_source_that_is_older_is_named_with_what_to_run(blog, tmp_path, target):
    old = tmp_path / "old.sqlite"
    make_tutorial_database(old)
    sentence = refuse(blog, old, target)

    assert "The database is from an older version of Flaskr." in sentence
    assert (
        f"({old}) Set DATABASE to it, then run: flask --app flaskr init-db" in sentence
    )


def test_the_own_database_that_is_older_is_named_with_what_to_run(
    instance, tmp_path, target
):
    old = tmp_path / "old.sqlite"
    make_tutorial_database(old)

    assert f"({old}) Run: flask --app flaskr" in refuse(open_blog(old), old, target)
    close_blogs()


def test_a_target_that_is_older_is_not_brought_up_to_date(blog, source, target):
    make_tutorial_database(target)
    before = read_schema(target)

    assert "The database is from an older version of Flaskr." in refuse(
        blog, source, target
    )
    assert read_schema(target) == before


@pytest.mark.parametrize("which", [0, 1])
def test_a_newer_database_is_refused(blog, source, target, which):
    schema.migrate(target)
    execute((source, target)[which], "PRAGMA user_version = 99")

    assert "The database is from a newer version of Flaskr" in refuse(
        blog, source, target
    )


@pytest.mark.parametrize("which", [0, 1])
def test_the_database_of_another_program_is_refused(blog, source, tmp_path, which):
    others = str(tmp_path / "others.sqlite")
    execute(others, "CREATE TABLE recipe (id)")
    databases = (others, source) if which == 0 else (source, others)

    name = ("FROM", "TO")[which]
    sentence = f"another program’s database. {name} should be a different path."
    assert f"{sentence} ({others})" in refuse(blog, *databases)


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_no_database_is_refused(blog, source, tmp_path, which):
    diary = tmp_path / "diary"
    diary.write_text("My diary. " * 1000)
    databases = (diary, source) if which == 0 else (source, diary)

    assert f"file is not a database ({diary})" in refuse(blog, *databases)


def test_a_folder_that_is_missing_is_named(blog, source, tmp_path):
    sentence = refuse(blog, source, tmp_path / "no" / "target.sqlite")
    assert "No such file or directory" in sentence
    assert "no/target.sqlite" in sentence


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "target.sqlite",
            "TO should be the absolute path of a file, or a postgresql://… URL",
        ),
        ("mysql://user:secret@host/name", "TO begins with mysql://; it should be"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(blog, source, address, sentence):
    assert sentence in refuse(blog, source, address)
    assert "secret" not in refuse(blog, source, address)


def test_what_is_not_flaskrs_is_not_copied_and_named(blog, source, target):
    execute(source, "CREATE TABLE recipe (id, name)")
    execute(source, "ALTER TABLE post ADD COLUMN mood TEXT")
    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert (
        "Not copied, since it is not part of Flaskr: post.mood, recipe."
        in result.stderr
    )
    assert "mood" not in str(read_schema(target))
    assert "recipe" not in str(read_schema(target))


def test_a_source_that_lacks_a_column_is_refused(blog, source, target):
    execute(source, "ALTER TABLE blog DROP COLUMN discussed")
    sentence = refuse(blog, source, target)

    assert f"no such column: source.discussed ({source})" in sentence
    assert is_empty(target)


def test_a_source_that_lacks_a_table_is_refused(blog, source, target):
    execute(source, "DROP TABLE post_like")

    assert f"no such table: post_like ({source})" in refuse(blog, source, target)
    assert is_empty(target)


def test_bytes_that_are_no_utf_8_are_copied_as_the_blog_shows_them(
    blog, source, target
):
    for number in range(100, 112):
        execute(
            source,
            "INSERT INTO post (id, author_id, title, body)"
            " VALUES (?, 1, CAST(? AS TEXT), 'b')",
            number,
            b"caf\xe9",
        )

    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert "Bytes that are not UTF-8 became \ufffd" in result.stderr
    assert "as the blog shows them: post 100, post 101, " in result.stderr
    assert "post 109 and 2 more." in result.stderr
    assert execute(target, "SELECT title FROM post WHERE id = 100") == [("caf\ufffd",)]


def test_rows_that_only_sqlite_can_hold_are_copied(blog, source, target):
    execute(source, "UPDATE post SET author_id = 99, body = x'ff00' WHERE id = 1")
    execute(source, "UPDATE post SET title = 'a' || char(0) || 'b' WHERE id = 2")
    there = copy_well(blog, source, target)

    assert read_all(there) == read_all(blog)


def test_a_source_on_a_read_only_disk_is_copied(blog, source, target, monkeypatch):
    monkeypatch.setattr("flaskr.sqlite.copying.is_on_read_only_disk", lambda path: True)
    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_a_copy_that_is_killed_leaves_nothing_and_is_run_again(
    blog, source, target, tmp_path
):
    copy_killed(source, target, "sqlite", "finish", tmp_path)
    assert is_empty(target)
    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_a_copy_that_is_interrupted_leaves_nothing(blog, source, target, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.sqlite.copying.finish", interrupt)
        sentence = refuse(blog, source, target)

    assert sentence == (
        f"Error: Interrupted. {target} was not changed. Run this command again.\n"
    )
    assert is_empty(target)
    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_a_copy_whose_search_is_interrupted_is_complete(blog, source, target):
    def interrupt():
        raise KeyboardInterrupt

    hooks = blog.extensions["flaskr.after_migration"]
    before, hooks[:] = list(hooks), [interrupt]
    result = copy(blog, source, target)
    hooks[:] = before

    assert result.exit_code == 1
    assert "Copied" in result.stdout
    assert "All rows were copied" in result.stderr
    assert read_all(open_blog(target)) == read_all(blog)
    # The app has its own database again.
    assert blog.config["DATABASE"] == source
    assert copy(blog, source, target).exit_code == 0


def test_a_full_disk_ends_a_copy_with_a_sentence(blog, source, target, monkeypatch):
    fail = failing(sqlite3.SQLITE_FULL)
    monkeypatch.setattr("flaskr.sqlite.copying.write_rows", fail)

    assert f"the disk ({target})" in refuse(blog, source, target)
    assert is_empty(target)


def test_rows_that_come_out_otherwise_are_not_left(blog, source, target, monkeypatch):
    from flaskr.sqlite import copying

    def lose(connection, table, columns, rows, write_rows=copying.write_rows):
        write_rows(connection, table, columns, list(rows)[: table != "tag"])

    monkeypatch.setattr(copying, "write_rows", lose)
    sentence = refuse(blog, source, target)

    assert f"in {target} differs from what was read from {source}" in sentence
    assert is_empty(target)


def test_a_terminal_is_told_how_far_a_copy_is(blog, source, target, monkeypatch):
    monkeypatch.setattr(
        "click.testing._NamedTextIOWrapper.isatty", lambda stream: True, raising=False
    )
    monkeypatch.setattr("flaskr.copy_db.progress.INTERVAL", -1)
    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert "Reading post: 3 of 3 " in result.stderr
    assert "Comparing post: 3 of 3 " in result.stderr
    assert "Indexing posts for the search" in result.stderr
    assert len(result.stdout.splitlines()) == 1
