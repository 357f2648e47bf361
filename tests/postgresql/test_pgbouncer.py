"""PgBouncer between the blog and its server, which gives each transaction another
connection."""

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from flaskr import create_app
from flaskr.db import get_pool
from flaskr.db import init_db

from ..children import child
from ..conftest import log_in
from ..conftest import rows
from ..conftest import titles
from ..conftest import wait_until
from ..conftest import write
from ..databases import SERVER

psycopg = pytest.importorskip("psycopg")

from flaskr.postgresql.schema import LATEST  # noqa: E402

from .clusters import wait_until_close  # noqa: E402
from .test_rehearsal import make_older  # noqa: E402

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = pytest.mark.skipif(
    PGBOUNCER is None and not os.environ.get("CI"),
    reason="needs PgBouncer: apt-get install pgbouncer",
)

CONFIG = """
[databases]
{databases}
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = trust
auth_file = {folder}/users
"""


@contextmanager
def open_bouncer(databases, user):
    """The URL of a PgBouncer in front of some databases, without one of them."""
    # Others than the user of the tests can't look into theirs.
    folder = tempfile.mkdtemp(prefix="bouncer")
    # As root, it refuses to run.
    owner = "postgres" if os.getuid() == 0 else None

    with open(f"{folder}/config.ini", "w") as file:
        file.write(CONFIG.format(folder=folder, databases=databases))

    with open(f"{folder}/users", "w") as file:
        file.write(f'"{user}" ""\n')

    if owner:
        for name in (folder, f"{folder}/config.ini", f"{folder}/users"):
            shutil.chown(name, owner)

    command = [PGBOUNCER, "-q", f"{folder}/config.ini"]

    with child(command, user=owner, stderr=subprocess.DEVNULL):
        wait_until(lambda: os.path.exists(f"{folder}/.s.PGSQL.6432"))
        yield f"postgresql://{user}@{quote(folder, safe='')}:6432"

    shutil.rmtree(folder)


@pytest.fixture
def bouncer():
    """The URL of a PgBouncer in front of the server, without a database."""
    server = psycopg.conninfo.conninfo_to_dict(SERVER)
    place = f"host={server['host']} port={server.get('port', 5432)}"

    with open_bouncer(f"* = {place}", server["user"]) as url:
        yield url


def test_a_blog_behind_pgbouncer_is_read_and_written(
    instance, databases, bouncer, monkeypatch
):
    name = databases.make_empty().rpartition("/")[2]
    app = create_app({"DATABASE": f"{bouncer}/{name}", "TESTING": True})
    runner = app.test_cli_runner()
    assert runner.invoke(args=["init-db"]).output == "Initialized the database.\n"
    clients = {name: log_in(app, name) for name in ("ada", "bob", "cem", "dan")}
    threads = [threading.Thread(target=write_many, args=c) for c in clients.items()]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()

    assert len(rows(app, "SELECT id FROM post")) == 40
    assert len(titles(app.test_client().get("/"))) == 10
    get_pool(app).shutdown()
    databases.drop(f"{SERVER}/{name}")


def test_an_upgrade_behind_pgbouncer_is_not_rehearsed_and_says_so(
    instance, databases, bouncer
):
    address = databases.make_empty()
    make_older(create_app({"DATABASE": address}), LATEST - 1)
    name = address.rpartition("/")[2]
    app = create_app({"DATABASE": f"{bouncer}/{name}", "TESTING": True})
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert "The upgrade is not rehearsed: a copy can't be reached" in result.stderr
    assert result.stdout == "Upgraded the database.\n"
    get_pool(app).shutdown()
    databases.drop(address)


def write_many(name, client):
    for number in range(10):
        title = f"Post {number}"
        write(client, title)
        # The others may have written more than the first page has.
        assert title in titles(client.get(f"/author/{name}"))
        assert client.get(f"/search?q={number}").status_code == 200


def test_a_replica_behind_pgbouncer_is_told_from_another_server(instance, cluster):
    replica = cluster.replicas["replica"]
    name = cluster.make_database()
    login = f"user=flaskr password={cluster.primary.password} host=127.0.0.1"
    lines = [
        f"{alias} = {login} port={server.port} dbname={name}"
        for alias, server in (("blog", cluster.primary), ("copy", replica))
    ]

    with open_bouncer("\n".join(lines), "flaskr") as url:
        app = create_app({"DATABASE": f"{url}/blog", "TESTING": True})

        with app.app_context():
            init_db()

        cluster.follow(replica)
        get_pool(app).shutdown()

        for other in ("copy", "blog"):
            config = {"DATABASE": f"{url}/blog", "DATABASE_REPLICA": f"{url}/{other}"}
            app = create_app({**config, "TESTING": True})
            assert app.test_client().get("/").status_code == 200

            if other == "copy":
                wait_until_close(app)
            else:
                assert not get_pool(app).replica.was_close

            get_pool(app).shutdown()
