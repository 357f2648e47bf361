"""The page on personal data: it names every table, and what it says to do works."""

import re
from pathlib import Path

import pytest

from .conftest import rows
from .copies import fill
from .copies import TABLES
from .test_erasure import find_rows_of
from .test_erasure import PERSON
from .test_one_time_links import run

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/PERSONAL-DATA.rst"
TWIN = ROOT / "docs/PERSONAL-DATA.zh-Hans.rst"

SQL = re.compile(r"^\.\. code-block:: sql\n\n((?: {4}.*\n)+)", re.MULTILINE)
COMMAND = re.compile(r"^ {4}\$ (.*)$", re.MULTILINE)
IN_SHELL = re.compile(r'sqlite3 \S+ "(.*)"')

# What an engine has for itself, beside Flaskr's tables.
PARTS = re.compile(
    "search_(config|content|data|docsize|idx|word)|sqlite_sequence|schema_version"
)
# Columns that say something of people, beside those that name a user.
PERSONAL = {"address", "user_agent", "token_hash", "username", "digest", "reason"}


def read_terms():
    """What each entry of the list says, by the tables that it is about."""
    entries = re.findall(
        r"^((?:``\w+``(?:, )?)+)\n((?: {4}.*\n)+)", PAGE.read_text("utf-8"), re.M
    )
    return {
        table: text for terms, text in entries for table in re.findall(r"\w+", terms)
    }


def read_sql(page=PAGE):
    blocks = SQL.findall(page.read_text("utf-8"))
    return [[line.strip() for line in block.splitlines()] for block in blocks]


def test_the_page_names_every_table(app, databases):
    tables = {
        table for table in databases.list_tables(app) if not PARTS.fullmatch(table)
    }
    named = set(read_terms())
    assert tables - named == set()
    # Of either engine.
    assert named - tables <= {"search", "search_token", "search_size"}


def test_of_each_table_that_refers_to_people_it_says_what_is_kept(app, databases):
    entries = read_terms()

    for table, columns in TABLES.items():
        is_personal = PERSONAL & {*columns} or any(
            PERSON.fullmatch(name) for name in columns
        )

        if is_personal:
            assert "Nothing of people" not in entries[table], table


def test_the_page_is_linked_from_both_readmes():
    assert "docs/PERSONAL-DATA.rst" in (ROOT / "README.rst").read_text("utf-8")
    text = (ROOT / "docs/README.zh-Hans.rst").read_text("utf-8")
    assert "PERSONAL-DATA.zh-Hans.rst" in text


def test_to_ask_for_ones_data_misses_no_table(app):
    """Of any table that refers to people, something is asked."""
    asked = " ".join(read_sql()[0])

    for table, columns in TABLES.items():
        for name in columns:
            if re.fullmatch(r"(user|author|person)_id|made_by|used_by", name):
                # Made of what else is asked for.
                if table not in ("name_skeleton", "image_use", "picture_file"):
                    assert re.search(rf"(FROM|JOIN) {table}\b", asked), table


@pytest.fixture
def filled(app):
    fill(app)
    app.test_cli_runner().invoke(args=["user", "rename", "alice", "Al", "--yes"])
    app.test_cli_runner().invoke(args=["user", "rename", "Al", "alice", "--yes"])
    return app


def test_what_is_kept_of_somebody_can_be_looked_up(filled):
    found = {line: rows(filled, line.rstrip(";")) for line in read_sql()[0]}
    assert found.popitem()[1] == []
    filled_tables = [line for line, some in found.items() if some]
    assert found[read_sql()[0][0]][0]["id"] == 1
    assert len(filled_tables) > len(found) // 2


def test_all_that_is_kept_of_somebody_can_be_deleted(filled, execute):
    [correct, *erase] = COMMAND.findall(PAGE.read_text("utf-8"))[1:]
    run_line(filled, execute, correct)

    for block in read_sql()[1:]:
        for statement in block:
            execute(filled, statement.rstrip(";"))

    assert rows(filled, "SELECT 1 FROM binned_post WHERE author_id = 1") == []
    names = rows(filled, "SELECT name FROM former_name WHERE user_id IS NULL")
    assert {name["name"] for name in names} == {None}
    assert rows(filled, "SELECT 1 FROM former_name WHERE user_id = 1") == []

    for line in erase:
        run_line(filled, execute, line)

    assert find_rows_of(filled, 1) == {}


def run_line(app, execute, line):
    """Do what a line of the page does in a terminal."""
    if found := IN_SHELL.fullmatch(line):
        execute(app, found[1])
    else:
        assert line.startswith("flask --app flaskr ")
        result = run(app, *line.split()[3:])
        assert result.exit_code == 0, result.output


def test_cookies_are_those_that_the_page_names(app, alice, client):
    text = PAGE.read_text("utf-8")
    client.post("/language", data={"language": "zh-Hans"})
    alice.post("/auth/login", data={"username": "alice", "password": "x"})
    names = {key[2] for key in (*client._cookies, *alice._cookies)}
    assert "flaskr_session" in names
    assert all(f"``{name}``" in text for name in names), names
    assert app.test_client().get("/").headers.get("Set-Cookie") is None
