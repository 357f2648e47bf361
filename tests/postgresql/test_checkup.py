"""What ``check`` finds on a server, beside what it finds on either engine."""

import pytest

from flaskr.findings import State
from flaskr.postgresql import checkup

GOOD = {"version": "15.4", "major": 15, "encoding": "UTF8", "is_replica": False}


class Answers:
    """A connection whose queries have these rows, one after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def execute(self, *args):
        self.rows = self.answers.pop(0)
        return self

    def fetchall(self):
        return self.rows

    def fetchone(self):
        return self.rows[0] if self.rows else None


def check(app):
    return app.test_cli_runner().invoke(args=["check"])


def test_a_database_without_tables_is_told(unready):
    result = check(unready)
    assert result.exit_code == 1
    assert "There is no database yet." in result.output


@pytest.mark.parametrize(
    ("version", "told"), [(5, "older version"), (9999, "newer version")]
)
def test_another_schema_is_told(app, execute, version, told):
    execute(app, f"UPDATE schema_version SET version = {version}")
    result = check(app)
    assert result.exit_code == 1
    assert told in result.output


@pytest.mark.parametrize(
    ("answer", "state", "advice"),
    [
        ({}, State.OK, ""),
        ({"encoding": "LATIN1"}, State.WRONG, "database of UTF8"),
        ({"is_replica": True}, State.WRONG, "Name the primary"),
        ({"major": 9, "version": "9.6"}, State.WARNING, "Upgrade the server"),
    ],
)
def test_servers_that_are_not_right_are_told(answer, state, advice):
    [found] = checkup.check_server(Answers([{**GOOD, **answer}], []))
    assert found.state is state
    assert advice in (found.advice or "")


def test_replicas_that_are_behind_are_told():
    rows = [{"name": "near", "lag": 1}, {"name": "far", "lag": 3600}]
    _, near, far = checkup.check_server(Answers([GOOD], rows))
    assert (near.state, far.state) == (State.OK, State.WARNING)
    assert far.found == "The replica far is 3,600 seconds behind."


def test_indexes_that_are_not_valid_are_told():
    wrong, _ = checkup.check_structure(Answers([{"name": "post_created"}], []))
    assert wrong.state is State.WRONG
    assert wrong.advice == "Run: REINDEX INDEX post_created"


def test_pages_with_wrong_checksums_are_told():
    wrong, _ = checkup.check_structure(Answers([], [{"number": 2}]))
    assert wrong.state is State.WRONG
    assert "2 pages with wrong checksums" in wrong.found


def test_a_server_in_order_is_told_so():
    fine, rest = checkup.check_structure(Answers([], [{"number": 0}]))
    assert (fine.state, rest.state) == (State.OK, State.UNKNOWN)


def test_what_only_files_have_is_left_alone():
    """Their size here, a copy of them, and parts that are made anew alone."""
    assert checkup.measure("postgresql://server/blog") is None
    assert checkup.keep_copy("postgresql://server/blog") == ""
    assert not checkup.can_make("index", "post_created")
    assert checkup.repair_schema(Answers(), [("index", "post_created", "")]) is None


def test_what_fails_sends_to_the_log_of_the_server():
    assert "its log" in checkup.advise(OSError())
