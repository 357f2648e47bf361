"""Readers may have what a replica has; who writes or is logged in, has the primary."""

import time

import pytest

from flaskr import create_app
from flaskr.db import get_pool
from flaskr.db import init_db
from flaskr.errors import DatabaseUnavailable

from ..conftest import log_in
from ..conftest import titles
from ..conftest import write

pytest.importorskip("psycopg")

from flaskr.postgresql import replica as replica_module  # noqa: E402
from flaskr.postgresql.replica import Place  # noqa: E402

from .clusters import frozen  # noqa: E402
from .clusters import look_again  # noqa: E402
from .clusters import paused  # noqa: E402
from .clusters import wait_until_close  # noqa: E402

BOTH = ["New", "Old"]


@pytest.fixture
def name(cluster):
    """A database that has a blog, on both servers of a cluster."""
    name = cluster.make_database()
    app = create_app({"DATABASE": cluster.url(cluster.primary, name), "TESTING": True})

    with app.app_context():
        init_db()

    write(log_in(app, "bob"), "Old")
    get_pool(app).shutdown()
    cluster.follow(cluster.replicas["replica"])
    return name


@pytest.fixture
def create(cluster, name):
    """A function that makes an app for that blog, which reads from a replica."""
    made = []

    def create(replica, **config):
        database = cluster.url(cluster.primary, name)
        config = {"DATABASE": database, "DATABASE_REPLICA": replica, **config}
        app = create_app({**config, "TESTING": True, "SECRET_KEY": "any"})
        made.append(app)
        return app

    yield create

    for app in made:
        get_pool(app).shutdown()


@pytest.fixture
def replicated(cluster, name, create):
    """An app whose replica has one post, and does not show another one."""
    replica = cluster.replicas["replica"]
    app = create(cluster.url(replica, name))
    wait_until_close(app)
    # As long as nobody looks again.
    get_pool(app).replica.check_at = float("inf")

    with paused(replica):
        write(log_in(app, "carol"), "New")
        yield app


def test_readers_get_what_the_replica_has(replicated):
    client = replicated.test_client()

    for _ in range(2):
        assert titles(client.get("/")) == ["Old"]

    assert titles(client.get("/?x")) == ["Old"]


def test_who_is_logged_in_gets_what_was_just_written(replicated):
    client = log_in(replicated, "dora")
    assert titles(client.get("/")) == BOTH
    write(client, "Newest")
    assert titles(client.get("/")) == ["Newest", *BOTH]


def test_a_search_that_indexes_goes_on_with_the_primary(replicated):
    client = replicated.test_client()
    assert "New" in client.get("/search?q=new").text


def test_a_replica_that_is_behind_is_left(replicated, caplog):
    client = replicated.test_client()
    look_again(replicated)
    assert titles(client.get("/")) == BOTH
    # That is no fault of the operator's.
    assert caplog.text == ""


def test_a_replica_is_left_while_nobody_knows_how_old_it_is(replicated, monkeypatch):
    def find_place():
        raise DatabaseUnavailable("the server does not answer")

    monkeypatch.setattr(get_pool(replicated), "find_place", find_place)
    look_again(replicated)
    assert titles(replicated.test_client().get("/")) == BOTH


def test_a_replica_has_a_second_to_follow(replicated, monkeypatch):
    pool = get_pool(replicated)
    positions = {}

    def place(is_replica):
        return Place(is_replica, positions[is_replica], "blog", "1")

    monkeypatch.setattr(pool, "find_place", lambda: place(False))
    monkeypatch.setattr(pool.replica.pool, "find_place", lambda: place(True))
    found = []
    look_again(replicated)

    # Where each of them is, and how long after the last time that was asked.
    for written, replayed, later in (
        (10, 10, 1.5),
        (20, 10, 1.5),
        (30, 20, 1.5),
        (40, 29, 1.5),
        (50, 49, 5),
        (50, 50, 5),
    ):
        positions.update({False: written, True: replayed})
        pool.replica.check_at = -float("inf")
        pool.replica.asked_at -= later
        found.append(pool.replica.is_close())

    assert found == [True, True, True, False, False, True]


def test_others_have_the_primary_while_one_looks(replicated):
    client = replicated.test_client()

    with get_pool(replicated).replica.lock:
        assert titles(client.get("/")) == BOTH

    assert titles(client.get("/")) == ["Old"]


def test_one_reader_waits_for_a_silent_replica_and_then_none_for_longer_and_longer(
    create, silent, caplog
):
    app = create(silent.url)
    replica = get_pool(app).replica
    pauses = []

    for number in range(3):
        for query in ("?a", "?b"):
            assert titles(app.test_client().get(f"/{query}{number}")) == ["Old"]
            assert silent.count() == number + 1

        assert replica.check_at > time.monotonic()
        pauses.append(replica.pause)
        replica.check_at = 0
        replica.pool.silent_until = 0

    assert pauses == [2, 4, 8]
    assert len(caplog.records) == 1
    assert "serves all readers: The database is not av" in caplog.text


def test_a_replica_that_freezes_is_left_and_read_again(
    cluster, create, name, monkeypatch, caplog
):
    replica = cluster.replicas["replica"]
    app = create(cluster.url(replica, name))
    client = app.test_client()
    client.get("/")
    monkeypatch.setattr("flaskr.postgresql.connection.Connection.timeout", 1.1)

    with frozen(replica):
        look_again(app)
        assert titles(client.get("/?1")) == ["Old"]
        assert not get_pool(app).replica.was_close
        assert "did not answer" in caplog.text

    get_pool(app).replica.pool.silent_until = 0
    wait_until_close(app)
    assert titles(client.get("/?2")) == ["Old"]
    assert caplog.messages[1:] == ["DATABASE_REPLICA is used again."]


def test_a_replica_that_is_gone_is_done_without(replicated):
    client = replicated.test_client()
    replica = get_pool(replicated).replica.pool
    replica.shutdown()
    replica.database = "postgresql://127.0.0.1:1/blog"
    assert titles(client.get("/?x")) == BOTH
    look_again(replicated)
    assert titles(client.get("/")) == BOTH


def test_a_child_of_a_fork_asks_for_itself(replicated, monkeypatch):
    pool = get_pool(replicated)
    before = pool.replica
    pool.shutdown()
    monkeypatch.setattr(pool, "pid", 0)
    pool.find_reader()
    assert pool.replica is not before


def refuse(app, caplog, why):
    """Two readers get all from the primary, and the log says why, once."""
    client = app.test_client()

    for query in ("a", "b"):
        look_again(app)
        assert titles(client.get(f"/?{query}")) == ["Old"]

    assert not get_pool(app).replica.is_close()
    assert len(caplog.records) == 1
    assert "DATABASE_REPLICA is not used, and DATABASE serves" in caplog.text
    assert why in caplog.text


def test_another_database_of_the_same_server_is_no_replica(cluster, create, caplog):
    other = cluster.url(cluster.primary, cluster.make_database())

    with create(other, DATABASE=other).app_context():
        init_db()

    refuse(create(other), caplog, "it accepts writes")


def test_another_database_of_the_replica_is_none_of_this_one(cluster, create, caplog):
    name = cluster.make_database()
    other = cluster.url(cluster.primary, name)

    with create(other, DATABASE=other).app_context():
        init_db()

    replica = cluster.replicas["replica"]
    cluster.follow(replica)
    refuse(create(cluster.url(replica, name)), caplog, f"it has the database {name}")


def test_a_replica_of_another_server_is_none_of_this_one(
    cluster, create, name, caplog, monkeypatch
):
    app = create(cluster.url(cluster.replicas["replica"], name))
    pool = get_pool(app)
    place = pool.find_place()._replace(cluster="1")
    monkeypatch.setattr(pool, "find_place", lambda: place)
    refuse(app, caplog, "it is a replica of another server")


def test_a_database_without_tables_is_no_replica(cluster, create, caplog):
    name = cluster.make_database()
    cluster.follow(cluster.replicas["replica"])
    app = create(cluster.url(cluster.replicas["replica"], name))
    refuse(app, caplog, "There is no database yet.")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://flaskr:wr0ng@127.0.0.1:{port}/{name}", "password authentic"),
        ("postgresql://flaskr:{password}@127.0.0.1:{port}/x", '"x" does not exist'),
        ("postgresql://flaskr:{password}@127.0.0.1:1/{name}", "refused"),
    ],
)
def test_a_replica_that_lets_nobody_in_is_in_the_log(
    cluster, create, name, caplog, url, why
):
    replica = cluster.replicas["replica"]
    url = url.format(port=replica.port, password=replica.password, name=name)
    refuse(create(url), caplog, why)
    assert "wr0ng" not in caplog.text


def test_a_server_that_does_not_say_where_it_is_is_no_replica(
    cluster, create, name, caplog, monkeypatch
):
    monkeypatch.setattr(replica_module, "PLACE", "SELECT nonsense")
    app = create(cluster.url(cluster.replicas["replica"], name))
    refuse(app, caplog, '"nonsense" does not exist')


def test_a_user_who_may_not_ask_for_the_cluster_has_a_replica(
    cluster, create, name, caplog
):
    replica = cluster.replicas["replica"]
    revoke(cluster, name)
    app = create(cluster.url(replica, name))

    for query in ("a", "b"):
        wait_until_close(app)
        assert titles(app.test_client().get(f"/?{query}")) == ["Old"]

    assert get_pool(app).find_place().cluster is None
    assert caplog.text == ""


def revoke(cluster, name):
    import psycopg

    with psycopg.connect(cluster.url(cluster.primary, name, "postgres")) as db:
        db.execute("REVOKE EXECUTE ON FUNCTION pg_control_system FROM PUBLIC")

    cluster.follow(cluster.replicas["replica"])


@pytest.fixture
def spare(cluster, name):
    """A replica that may be promoted."""
    yield cluster.make_replica("spare")
    cluster.remove_replica("spare")


def test_a_replica_that_was_promoted_is_none_any_more(
    cluster, create, name, spare, caplog
):
    app = create(cluster.url(spare, name))
    wait_until_close(app)
    assert titles(app.test_client().get("/")) == ["Old"]
    spare.promote()
    refuse(app, caplog, "it accepts writes")

    # What it wrote on its own, it does not lose by following again.
    for _ in range(3):
        spare.execute("SELECT pg_switch_wal()")

    spare.end()
    (spare.data / "standby.signal").touch()
    spare.start()
    caplog.clear()
    refuse(app, caplog, "it has data that DATABASE lacks")


@pytest.mark.parametrize(
    "url", ["/a/file", "postgresql://host:s3cret", "mysql://host/x", 7]
)
def test_a_replica_without_sense_is_a_sentence(app, url):
    with pytest.raises(SystemExit) as refused:
        create_app({"DATABASE": app.config["DATABASE"], "DATABASE_REPLICA": url})

    assert "DATABASE_REPLICA" in str(refused.value)
    assert "s3cret" not in str(refused.value)
