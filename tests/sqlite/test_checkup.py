"""``check`` reads any file as it is, and says in a sentence what is wrong with it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

import pytest

from flaskr.sqlite import checkup
from flaskr.sqlite import files

from ..conftest import rows
from ..test_checkup import blog as blog
from ..test_checkup import check
from ..test_checkup import close_files
from ..test_checkup import find
from ..test_checkup import in_shell
from ..test_checkup import run


def change(statement):
    """Break a database with a statement."""

    def change(path):
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)

    return change


def overwrite(position, content):
    """Break a database by writing into its file."""

    def overwrite(path):
        with open(path, "r+b") as file:
            file.seek(position)
            file.write(content)

    return overwrite


def replace_file(content):
    """Have another file instead of a database."""
    return lambda path: Path(path).write_bytes(content)


def make_folder(path):
    os.unlink(path)
    os.mkdir(path)


def make_other(path):
    os.unlink(path)
    change("CREATE TABLE recipe (id)")(path)


# What is done to the file, and what is said of it.
FILES = {
    "missing": (os.unlink, "There is no database yet."),
    "empty": (replace_file(b""), "There is no database yet."),
    "no database": (replace_file(b"text " * 2000), "file is not a database"),
    "short": (lambda path: os.truncate(path, 40_000), "malformed"),
    "very short": (lambda path: os.truncate(path, 50), "malformed"),
    "head": (overwrite(0, b"\xff" * 100), "not a database"),
    "garbage": (overwrite(4096 * 3, os.urandom(4096 * 60)), "malformed"),
    "folder": (make_folder, "is a folder"),
    "another program's": (make_other, "another program’s database"),
    "older": (change("PRAGMA user_version = 7"), "older version"),
    "newer": (change("PRAGMA user_version = 7000"), "newer version"),
    "no table": (change("DROP TABLE post_like"), "post_like"),
    "no rate limits": (change("DROP TABLE rate_limit"), "older version"),
    "no column": (change("ALTER TABLE comment DROP COLUMN moderated"), "moderated"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_broken_is_told_in_a_sentence(blog, case):
    path = blog.config["DATABASE"]
    damage, sentence = FILES[case]
    damage(path)
    before = list_files(path)
    checks = check(blog, status=1)
    assert sentence in " ".join(each["found"] for each in checks)
    assert all(each["do"] for each in checks if each["state"] == "wrong")
    # Those of the machine, at least, went on.
    assert "open files" in {each["name"] for each in checks}
    assert list_files(path) == before
    assert "Traceback" not in run(blog, "--repair").output


def list_files(path):
    """What is in the folder of a database, with the contents of its files."""
    return {
        file.name: file.read_bytes() if file.is_file() else None
        for file in Path(path).parent.iterdir()
        # The index of a log is no one's.
        if file.suffix != ".sqlite-shm"
    }


def test_looking_leaves_all_files_as_they_are(blog):
    before = list_files(blog.config["DATABASE"])
    check(blog)
    assert list_files(blog.config["DATABASE"]) == before
    assert not os.path.exists(f"{blog.config['DATABASE']}-shm")


def test_the_log_of_another_database_is_not_moved_into_this_one(blog, tmp_path):
    path, other = blog.config["DATABASE"], tmp_path / "other.sqlite"
    shutil.copy(path, other)

    with closing(sqlite3.connect(other)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE post SET body = 'Another blog.'")
        db.commit()
        shutil.copy(f"{other}-wal", f"{path}-wal")

    os.chmod(f"{path}-wal", 0o600)
    before = list_files(path)
    check(blog)
    assert list_files(path) == before


def test_what_a_killed_server_left_in_its_log_is_read(blog):
    path = blog.config["DATABASE"]
    script = (
        "import os, sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1])\n"
        "db.execute('PRAGMA wal_autocheckpoint = 0')\n"
        "db.execute('UPDATE post_count SET likes = 7 WHERE post_id = 1')\n"
        "db.commit()\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, path], timeout=20, check=True)
    before = list_files(path)
    assert before["flaskr.sqlite-wal"]
    assert find(check(blog), "counters") == ["Counted wrongly: 1. post 1."]
    assert list_files(path) == before


def test_checks_run_beside_a_server_that_writes(blog, alice):
    # The pool has its files open.
    alice.post("/1/like")
    assert os.path.exists(f"{blog.config['DATABASE']}-wal")
    blog_again = blog
    assert not find(check(blog_again), "counters")
    alice.post("/2/like")
    assert rows(blog, "SELECT count(*) AS number FROM post_like") == [{"number": 4}]


@contextmanager
def locked(path):
    """Have another program keep a database for itself."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("UPDATE post SET title = title")
        yield


def test_a_database_that_another_program_has_locked_is_told(blog, monkeypatch):
    monkeypatch.setattr(checkup, "TIMEOUT", 0.1)

    with locked(blog.config["DATABASE"]):
        (found,) = find(check(blog), "database")
        assert "database is locked" in found


def test_a_log_of_a_file_that_lost_its_name_is_told(blog, monkeypatch):
    monkeypatch.setattr(checkup, "is_of_another", lambda files: True)
    path = blog.config["DATABASE"]
    Path(f"{path}-wal").touch()
    Path(f"{path}-shm").touch()
    (found,) = find(check(blog), "database")
    assert "still uses the log of another file" in found


def test_a_database_on_a_disk_that_is_read_only_is_read(blog, monkeypatch):
    monkeypatch.setattr(checkup, "is_on_read_only_disk", lambda path: True)
    monkeypatch.setattr(files, "is_on_read_only_disk", lambda path: True)
    check(blog, status=0)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DROP INDEX post_created", "index post_created"),
        ("DROP TRIGGER post_version", "trigger post_version"),
        ("DROP VIEW authorship", "view authorship"),
        ("DROP TABLE search_queue", "table search_queue"),
        ("DROP TABLE search_word", "table search_word"),
    ],
)
def test_a_part_of_the_schema_that_is_missing_is_made(blog, statement, found):
    in_shell(blog, statement)
    assert find(check(blog), "schema") == [f"Missing or changed: {found}."]
    check(blog, "--repair", status=0)
    check(blog, status=0)


def test_a_trigger_of_somebody_else_is_told(blog):
    in_shell(
        blog,
        "CREATE TRIGGER other AFTER INSERT ON post BEGIN DELETE FROM comment; END",
    )
    assert find(check(blog, status=0), "schema") == ["Not Flaskr's: trigger other."]


def test_a_trigger_that_does_something_else_is_made_anew(blog):
    in_shell(
        blog,
        "DROP TRIGGER post_version",
        "CREATE TRIGGER post_version AFTER UPDATE ON post BEGIN SELECT 1; END",
    )
    assert find(check(blog), "schema") == ["Missing or changed: trigger post_version."]
    check(blog, "--repair", status=0)


def damage_index(blog):
    """Have an index lack rows."""
    with closing(sqlite3.connect(blog.config["DATABASE"])) as db:
        db.execute("PRAGMA writable_schema = ON")
        sql = "SELECT sql FROM sqlite_schema WHERE name = 'comment_parent'"
        (index,) = db.execute(sql).fetchone()
        hide = "UPDATE sqlite_schema SET sql = ? WHERE name = 'comment_parent'"
        db.execute(hide, (f"{index} WHERE id < 0",))
        db.commit()

    in_shell(blog, "REINDEX comment_parent")

    with closing(sqlite3.connect(blog.config["DATABASE"])) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(hide, (index,))
        db.commit()


def test_an_index_that_lacks_rows_is_made_anew(blog):
    damage_index(blog)
    (found,) = find(check(blog), "integrity")
    assert "comment_parent" in found
    check(blog, "--repair", status=0)


def test_a_damaged_search_is_made_anew(blog):
    in_shell(blog, "UPDATE search_data SET block = x'00' WHERE id > 100")
    (found,) = find(check(blog), "search")
    assert "damaged" in found
    check(blog, "--repair", status=0)
    assert "Title 1" in blog.test_client().get("/search?q=tea").text


@pytest.mark.parametrize(
    "table", ["search_data", "search_docsize", "search_config", "search"]
)
def test_a_search_without_its_tables_is_made_anew(blog, table):
    in_shell(blog, f"DROP TABLE {table}")
    assert find(check(blog, status=1), "search")
    check(blog, "--repair", status=0)
    assert "Title 1" in blog.test_client().get("/search?q=tea").text


def test_a_folder_that_can_not_be_entered_is_told(blog, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checkup, "os", FakeOs(refuse))
    assert "Permission denied" in find(check(blog, status=1), "database")[0]


class FakeOs:
    """The module, with another ``stat``."""

    def __init__(self, stat):
        self.stat = stat

    def __getattr__(self, name):
        return getattr(os, name)


def test_words_that_can_not_be_read_are_indexed_anew(blog):
    in_shell(blog, "UPDATE search_text SET words = 'text' WHERE post_id = 1")
    assert "other words" in " ".join(find(check(blog), "search"))
    check(blog, "--repair", status=0)


# Rows of others that refer to nothing: what is removed, and what refers no more.
DANGLING = {
    "like": "INSERT INTO post_like (post_id, user_id) VALUES (77, 1)",
    "session": (
        "INSERT INTO session (token_hash, user_id, address, user_agent)"
        " VALUES ('x', 77, '', '')"
    ),
    "draft link": (
        "INSERT INTO one_time_link (token_hash, post_id, expires)"
        " VALUES ('x', 77, '2999-01-01')"
    ),
}


@pytest.mark.parametrize("case", DANGLING)
def test_rows_that_refer_to_nothing_go_when_somebody_says_so(blog, case):
    path = blog.config["DATABASE"]
    in_shell(blog, DANGLING[case])
    found = find(check(blog), "references")
    assert "refers to a missing" in found[0]
    # Nobody is asked, and nobody said so.
    result = run(blog, "--repair")
    assert result.exit_code == 1
    assert "To remove these rows, add --yes." in result.output
    assert find(check(blog), "references")[-1:] == found[-1:]
    result = run(blog, "--repair", "--yes")
    assert result.exit_code == 0, result.output
    assert "references: repaired." in result.output
    (copy,) = Path(path).parent.glob("flaskr.sqlite.before-repair-*")
    assert not copy.stat().st_mode & 0o077
    check(blog, status=0)


def test_what_can_be_made_anew_goes_without_a_question(blog):
    in_shell(
        blog,
        "INSERT INTO post_rendering (post_id, version, html, facts)"
        " VALUES (77, '', '', '')",
    )
    assert find(check(blog, status=1), "references")
    check(blog, "--repair", status=0)


def test_a_person_at_a_terminal_is_asked(blog, monkeypatch):
    monkeypatch.setattr("flaskr.views.checkup.is_terminal", lambda: True)
    in_shell(blog, DANGLING["like"])
    result = run(blog, "--repair", input="n\n")
    assert result.exit_code == 1
    assert "Remove these rows" in result.output
    assert run(blog, "--repair", input="y\n").exit_code == 0


def test_what_refers_to_a_person_who_is_gone_may_refer_to_nobody(blog):
    in_shell(blog, "UPDATE comment SET removed_by = 77 WHERE id = 1")
    assert find(check(blog), "references")
    check(blog, "--repair", status=0)
    assert rows(blog, "SELECT removed_by FROM comment WHERE id = 1") == [
        {"removed_by": None}
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE post SET author_id = 77 WHERE id = 1",
        "UPDATE comment SET author_id = 77 WHERE id = 1",
        "UPDATE comment SET post_id = 77 WHERE id = 1",
        "UPDATE comment SET parent_id = 77 WHERE id = 1",
    ],
)
def test_what_somebody_wrote_is_never_removed(blog, statement):
    in_shell(blog, statement)
    texts = rows(blog, "SELECT id, body FROM post UNION SELECT id, body FROM comment")
    close_files(blog)
    assert find(check(blog), "references")
    checks = check(blog, "--repair", "--yes", status=1)
    assert find(checks, "references")
    assert texts == rows(
        blog, "SELECT id, body FROM post UNION SELECT id, body FROM comment"
    )


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE post SET title = x'ff' WHERE id = 1", "title should be text"),
        ("UPDATE image SET width = 'wide'", "width should be integer"),
        ("UPDATE post SET created = 7 WHERE id = 1", "created should be text"),
        ("UPDATE post SET body = CAST(x'61ff' AS TEXT) WHERE id = 1", "Not UTF-8: 1"),
        ("UPDATE tag SET name = 'a' || char(0)", "Not a name: 1. tag.name 1."),
    ],
)
def test_values_that_only_sqlite_can_hold_are_found(blog, statement, sentence):
    in_shell(blog, statement)
    assert sentence in " ".join(find(check(blog, status=1), "values"))
    check(blog, "--repair", "--yes", status=1)


def test_a_repair_that_fails_is_told(blog):
    in_shell(blog, "UPDATE post_count SET likes = 7", "DROP TABLE post_like")
    result = run(blog, "--repair")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "post_like" in result.output


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 51, 2), "warning"), ((3, 51, 3), "ok"), ((3, 44, 6), "ok")],
)
def test_the_bug_of_a_version_of_sqlite_is_told(monkeypatch, version, state):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert checkup.find_version().state == state
