import re
import shlex
import sqlite3
from contextlib import closing

import pytest

from flaskr.postgresql import copying
from flaskr.postgresql.schema import migrate
from flaskr.sqlite import schema

from ..conftest import log_in
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
from ..databases import SERVER

PAGES = ("/", "/1", "/tags", "/feed.json", "/comments/feed.json", "/author/bob")


@pytest.fixture(scope="session")
def filled(databases):
    """A blog with some of everything, to be copied: a database."""
    url = databases.make()
    fill(open_blog(url))
    close_blogs()
    yield databases.read(url)
    databases.drop(url)


@pytest.fixture
def make(databases):
    """Make a database: empty, or as another one."""
    made = []

    def make(content="template0"):
        made.append(databases.name())
        databases.create(made[-1], content)
        return made[-1]

    yield make

    for url in made:
        databases.drop(url)


@pytest.fixture
def blog(instance, make, filled):
    yield open_blog(make(filled))
    close_blogs()


@pytest.fixture
def source(blog):
    return blog.config["DATABASE"]


@pytest.fixture
def target(make):
    return make()


@pytest.fixture
def file(blog, source, tmp_path):
    """The same blog in a file."""
    path = str(tmp_path / "blog.sqlite")
    copy_well(blog, source, path)
    return path


@pytest.fixture
def shell(databases):
    """Run a statement in a database, with all that it gives."""
    import psycopg

    def shell(url, statement):
        with psycopg.connect(url) as db:
            cursor = db.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return shell


@pytest.fixture
def is_empty(shell):
    """Whether a database has no table."""
    return lambda url: shell(url, "SELECT 1 FROM pg_class WHERE relname = 'post'") == []


def test_a_blog_moves_to_a_file_and_back(blog, source, file, target):
    assert read_all(open_blog(file)) == read_all(blog)
    assert all(read_all(blog).values())

    result = copy(blog, file, target)
    assert result.exit_code == 0
    assert result.stderr == ""
    name = target.rpartition("/")[2]
    assert result.stdout.endswith(f"/{name}. Counts and checksums match.\n")
    assert read_all(open_blog(target)) == read_all(blog)


def test_a_blog_moves_to_another_server(blog, source, target):
    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_pages_of_a_copy_are_the_same(blog, file, target):
    copied = [open_blog(file), copy_well(blog, file, target)]

    for path in (
        "/",
        "/1",
        "/tags",
        "/feed.json",
        "/comments/feed.json",
        "/author/bob",
    ):
        page = blog.test_client().get(path)

        for there in copied:
            assert there.test_client().get(path).data == page.data, path


def test_posts_of_a_copy_are_found(blog, file, target):
    for there in (open_blog(file), copy_well(blog, file, target)):
        assert rows(there, "SELECT * FROM search_queue") == []
        assert "Title 2" in there.test_client().get("/search?q=面包").text


def test_a_copy_gives_no_id_that_was_once_given(blog, file, target):
    for there in (open_blog(file), copy_well(blog, file, target)):
        assert write(log_in(there, "alice"), "new") == 5


def test_a_sequence_that_lags_behind_gives_no_id_twice(blog, source, target, shell):
    shell(source, "ALTER TABLE post ALTER COLUMN id RESTART WITH 2")
    there = copy_well(blog, source, target)

    assert write(log_in(there, "alice"), "new") == 4


def test_a_copy_counts_what_comes_next(blog, file, target):
    for there in (open_blog(file), copy_well(blog, file, target)):
        query = "SELECT comments FROM post_count WHERE post_id = 1"
        (before,) = rows(there, query)
        log_in(there, "bob").post("/1/comment", data={"comment": "Next."})

        assert rows(there, query) == [{"comments": before["comments"] + 1}]


def test_a_copy_has_all_triggers_switched_on(blog, file, target, shell):
    copy_well(blog, file, target)

    assert shell(target, "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'") == []
    assert shell(target, "SELECT count(*) > 50 FROM pg_trigger") == [(True,)]


def test_a_database_that_init_db_has_made_is_empty(blog, source, target):
    migrate(target)
    there = open_blog(target)
    there.test_client().post("/auth/login", data={"username": "a", "password": "b"})

    assert read_all(copy_well(blog, source, target)) == read_all(blog)


def test_a_second_copy_finds_all_there(blog, file, target, shell):
    there = copy_well(blog, file, target)
    shell(target, "INSERT INTO search_queue VALUES (1)")
    result = copy(blog, file, target)

    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing to do: ")
    assert rows(there, "SELECT * FROM search_queue") == []


def test_a_database_with_other_rows_is_refused(blog, file, target, shell):
    there = copy_well(blog, file, target)
    shell(target, "UPDATE post SET title = 'other' WHERE id = 1")
    before = read_all(there)

    assert "is not empty" in refuse(blog, file, target)
    assert read_all(there) == before


def test_a_database_is_not_copied_into_itself(blog, source):
    name = source.rpartition("/")[2]
    other = f"postgresql://postgres:secret@/{name}?host=/tmp/pg&port=5433"
    assert "FROM and TO are the same" in refuse(blog, source, source)

    if SERVER.endswith("@%2Ftmp%2Fpg:5433"):
        assert "FROM and TO are the same" in refuse(blog, source, other)


def test_a_source_without_tables_is_refused(blog, target, make, is_empty):
    assert "There is no database yet. (PostgreSQL " in refuse(blog, make(), target)
    assert is_empty(target)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("version", "word"), [(3, "older"), (99, "newer")])
def test_an_older_or_newer_database_is_refused(
    blog, source, target, shell, which, version, word
):
    migrate(target)
    shell((source, target)[which], f"UPDATE schema_version SET version = {version}")

    assert f"The database is from a{'n' * (version == 3)} {word}" in (
        refuse(blog, source, target)
    )


@pytest.mark.parametrize("which", [0, 1])
def test_the_database_of_another_program_is_refused(blog, source, make, shell, which):
    others = make()
    shell(others, "CREATE TABLE recipe (id int)")
    databases = (others, source) if which == 0 else (source, others)

    assert "another program" in refuse(blog, *databases)


def test_a_database_that_is_missing_is_named(blog, source):
    sentence = refuse(blog, source, f"{SERVER}/flaskr_test_missing")
    assert 'database "flaskr_test_missing" does not exist' in sentence


@pytest.mark.parametrize("which", [0, 1])
def test_a_server_that_is_away_is_named_without_the_password(blog, source, which):
    away = "postgresql://me:secret@127.0.0.1:1/flaskr"
    sentence = refuse(blog, *((away, source) if which == 0 else (source, away)))

    assert "The database is not available: " in sentence
    assert "(PostgreSQL 127.0.0.1:1/flaskr)" in sentence
    assert "secret" not in sentence


def test_a_url_that_makes_no_sense_is_refused_without_the_password(blog, source):
    sentence = refuse(blog, source, "postgresql://me:secret@[host/flaskr")

    assert "TO is not a URL that PostgreSQL understands." in sentence
    assert "secret" not in sentence


def test_what_is_not_flaskrs_is_not_copied_and_named(blog, source, target, shell):
    shell(source, "CREATE TABLE recipe (id int); ALTER TABLE post ADD mood jsonb")
    result = copy(blog, source, target)

    assert result.exit_code == 0
    assert (
        "Not copied, since it is not part of Flaskr: post.mood, recipe."
        in result.stderr
    )
    assert shell(target, "SELECT to_regclass('recipe')") == [(None,)]


def test_a_reference_of_the_operators_own_is_no_reason_to_refuse(blog, file, target):
    execute(file, "ALTER TABLE post ADD COLUMN place INTEGER REFERENCES place (id)")
    execute(file, "UPDATE post SET place = 7")
    result = copy(blog, file, target)

    assert result.exit_code == 0
    assert result.stderr == "Not copied, since it is not part of Flaskr: post.place.\n"


def test_nul_is_copied_as_the_engine_writes_it(blog, file, target):
    execute(file, "UPDATE post SET title = 'a' || char(0) || 'b' WHERE id = 2")
    result = copy(blog, file, target)

    assert result.exit_code == 0
    assert result.stderr == (
        "NUL became \ufffd, since PostgreSQL can't store it in text: post 2.\n"
    )
    assert {"title": "a\ufffdb"} in rows(open_blog(target), "SELECT title FROM post")


def test_bytes_that_are_no_utf_8_are_copied_as_the_blog_shows_them(blog, file, target):
    execute(file, "UPDATE post SET body = CAST(x'636166e9' AS TEXT) WHERE id = 3")
    result = copy(blog, file, target)

    assert result.exit_code == 0
    assert "as the blog shows them: post 3." in result.stderr
    assert {"body": "caf\ufffd"} in rows(open_blog(target), "SELECT body FROM post")


def run_remedies(sentence, path):
    """Run the lines of a sentence as somebody does who believes them."""
    match = re.search("^sqlite3 (.*) <<'END'\n(.*)^END$", sentence, re.M | re.S)
    assert shlex.split(match[1]) == [path]

    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(match[2])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "UPDATE post SET author_id = 99 WHERE id = 2",
            "post 2: author_id refers to",
        ),
        (
            "UPDATE comment SET removed_by = 99 WHERE id = 1",
            "comment 1: removed_by",
        ),
        (
            "UPDATE post_count SET likes = 'x' WHERE post_id = 1",
            "likes should be",
        ),
        ("UPDATE post SET body = x'61' WHERE id = 2", "post 2: body should be text"),
        ("UPDATE post SET created = 1500000000 WHERE id = 2", "created should be text"),
        ("UPDATE image_file SET content = 'a'", "image_file 1: content should be blob"),
        (
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT value, 1, '' FROM json_each('[7, 8, 9, 10, 11, 12, 13, 14, 15, 16,"
            " 17]')",
            " and more: post_id refers to a missing post.",
        ),
    ],
)
def test_rows_that_only_sqlite_can_hold_are_named_with_a_remedy(
    blog, file, target, is_empty, change, sentence
):
    execute(file, change)
    refused = refuse(blog, file, target)

    assert sentence in refused
    assert is_empty(target)

    run_remedies(refused, file)
    copied, kept = read_all(copy_well(blog, file, target)), read_all(open_blog(file))

    # What a remedy changed is rendered anew, in the copy.
    for rows_by_table in copied, kept:
        del rows_by_table["post_rendering"]

    assert copied == kept


def test_the_remedies_of_several_tables_are_all_listed(blog, file, target):
    execute(file, "UPDATE post SET author_id = 99 WHERE id = 2")
    execute(file, "UPDATE post_like SET user_id = 99")
    refused = refuse(blog, file, target)

    assert "post 2: " in refused
    assert "post_like 1: " in refused
    run_remedies(refused, file)
    copy_well(blog, file, target)


def test_two_names_that_would_be_one_end_a_copy_with_a_sentence(
    blog, file, target, is_empty
):
    for number, name in enumerate(("a' || char(0) || '", "a\ufffd")):
        execute(
            file,
            "INSERT INTO user (username, name_key, password)"
            f" VALUES ('{name}', 'key{number}', 'hash{number}')",
        )

    sentence = refuse(blog, file, target)
    assert (
        'duplicate key value violates unique constraint "user_username_key"' in sentence
    )
    assert "COPY user, line 5" in sentence
    assert "hash" not in sentence
    assert is_empty(target)


def test_an_error_of_the_client_is_explained_by_its_text():
    assert copying.explain(copying.psycopg.DataError("not\nthis")) == "not this"


def test_a_copy_waits_for_no_lock_without_a_limit(blog, source, target, monkeypatch):
    import psycopg

    migrate(target)
    limits = copying.NO_LIMITS.replace(f"{copying.LOCK_TIMEOUT}s", "10ms")
    monkeypatch.setattr(copying, "NO_LIMITS", limits)

    with psycopg.connect(target) as db:
        db.execute("SELECT wait_to_write()")
        sentence = refuse(blog, source, target)

    assert "canceling statement due to lock timeout" in sentence


def test_a_copy_that_is_killed_is_run_again(blog, file, target, tmp_path):
    copy_killed(file, target, "postgresql", "finish", tmp_path)
    assert read_all(copy_well(blog, file, target)) == read_all(open_blog(file))


def test_a_copy_that_is_interrupted_leaves_nothing(
    blog, file, target, is_empty, monkeypatch
):
    def interrupt(rows):
        yield from list(rows)[:1]
        raise KeyboardInterrupt

    def interrupted(connection, table, columns, rows, write_rows=copying.write_rows):
        write_rows(connection, table, columns, interrupt(rows))

    with monkeypatch.context() as patch:
        patch.setattr(copying, "write_rows", interrupted)
        assert "Interrupted. PostgreSQL " in refuse(blog, file, target)

    assert is_empty(target)
    copy_well(blog, file, target)


def test_a_source_whose_connection_breaks_is_named(blog, source, tmp_path, shell):
    path = tmp_path / "target.sqlite"
    schema.migrate(str(path))

    def broken(*args, read_rows=copying.read_rows):
        shell(
            f"{SERVER}/postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{source.rpartition('/')[2]}'",
        )
        return read_rows(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "read_rows", broken)
        sentence = refuse(blog, source, path)

    assert "terminating connection" in sentence
    assert source.rpartition("/")[2] in sentence

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM user").fetchone() == (0,)
