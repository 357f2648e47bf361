"""Readers may have what a replica has; who writes or is logged in, has the primary."""

import pytest

from flaskr import create_app
from flaskr.db import get_pool

from ..conftest import PASSWORD
from ..conftest import titles
from ..conftest import write

pytest.importorskip("psycopg")

from flaskr.postgresql import pool as pool_module  # noqa: E402


@pytest.fixture
def replicated(app, alice, databases):
    """An app whose replica has one post, and does not get another. It is a copy on the
    same server, and says of itself that it follows."""
    write(alice, "Old")
    replica = databases.name()
    get_pool(app).shutdown()
    databases.write(databases.read(app.config["DATABASE"]), replica)
    config = {"DATABASE": app.config["DATABASE"], "DATABASE_REPLICA": replica}
    made = create_app({**config, "TESTING": True, "SECRET_KEY": app.secret_key})
    write_new(made)
    yield made
    get_pool(made).shutdown()
    databases.drop(replica)


def write_new(app):
    client = log_in(app)
    write(client, "New")
    return client


def log_in(app):
    client = app.test_client()
    client.post("/auth/register", data={"username": "carol", "password": PASSWORD})
    client.post("/auth/login", data={"username": "carol", "password": PASSWORD})
    return client


def test_readers_get_what_the_replica_has(replicated):
    client = replicated.test_client()

    for _ in range(2):
        assert titles(client.get("/")) == ["Old"]

    assert titles(client.get("/?x")) == ["Old"]


def test_who_is_logged_in_gets_what_was_just_written(replicated):
    client = log_in(replicated)
    assert titles(client.get("/")) == ["New", "Old"]
    write(client, "Newest")
    assert titles(client.get("/")) == ["Newest", "New", "Old"]


def test_a_search_that_indexes_goes_on_with_the_primary(replicated):
    client = replicated.test_client()
    assert "New" in client.get("/search?q=new").text


@pytest.mark.parametrize("behind", ["replica", "primary"])
def test_a_replica_that_is_behind_or_of_nobody_is_left(replicated, monkeypatch, behind):
    pool = get_pool(replicated)
    client = replicated.test_client()
    assert titles(client.get("/")) == ["Old"]
    replica = pool.replica
    monkeypatch.setattr(
        replica.pool if behind == "replica" else pool,
        "find_position",
        lambda: 1 if behind == "replica" else None,
    )
    # Until a second has passed.
    assert titles(client.get("/")) == ["Old"]
    replica.asked_at -= 2
    assert titles(client.get("/")) == ["New", "Old"]


def test_a_replica_has_a_second_to_follow(replicated, monkeypatch):
    pool = get_pool(replicated)
    positions = {"written": 10, "replayed": 10}
    monkeypatch.setattr(pool, "find_position", lambda: positions["written"])
    monkeypatch.setattr(
        pool.replica.pool, "find_position", lambda: positions["replayed"]
    )
    found = []

    # Where each of them is, and how long after the last time that was asked.
    for written, replayed, later in (
        (10, 10, 1.5),
        (20, 10, 1.5),
        (30, 20, 1.5),
        (40, 29, 1.5),
        (50, 49, 5),
        (50, 50, 5),
    ):
        positions.update(written=written, replayed=replayed)
        pool.replica.asked_at -= later
        found.append(pool.replica.is_close())

    assert found == [True, True, True, False, False, True]


def test_a_replica_that_is_gone_is_done_without(replicated, databases, monkeypatch):
    client = replicated.test_client()
    client.get("/")
    databases.drop(replicated.config["DATABASE_REPLICA"])
    assert titles(client.get("/?x")) == ["New", "Old"]
    get_pool(replicated).replica.asked_at -= 2
    assert titles(client.get("/")) == ["New", "Old"]


def test_a_server_that_does_not_say_where_it_is_has_no_position(
    replicated, monkeypatch
):
    monkeypatch.setattr(pool_module, "POSITION", "SELECT nonsense")
    assert get_pool(replicated).find_position() is None


def test_a_child_of_a_fork_asks_for_itself(replicated, monkeypatch):
    pool = get_pool(replicated)
    replicated.test_client().get("/")
    before = pool.replica
    pool.shutdown()
    monkeypatch.setattr(pool, "pid", 0)
    pool.find_reader()
    assert pool.replica is not before


@pytest.mark.parametrize(
    "url", ["/a/file", "postgresql://host:s3cret", "mysql://host/x", 7]
)
def test_a_replica_without_sense_is_a_sentence(app, url):
    with pytest.raises(SystemExit) as refused:
        create_app({"DATABASE": app.config["DATABASE"], "DATABASE_REPLICA": url})

    assert "DATABASE_REPLICA" in str(refused.value)
    assert "s3cret" not in str(refused.value)
