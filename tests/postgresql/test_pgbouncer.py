"""PgBouncer between the blog and its server, which gives each transaction another
connection."""

import os
import shutil
import subprocess
import tempfile
import threading
from urllib.parse import quote

import pytest

from flaskr import create_app
from flaskr.db import get_pool

from ..children import child
from ..conftest import log_in
from ..conftest import rows
from ..conftest import titles
from ..conftest import wait_until
from ..conftest import write
from ..databases import SERVER

psycopg = pytest.importorskip("psycopg")

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = pytest.mark.skipif(
    PGBOUNCER is None and not os.environ.get("CI"),
    reason="needs PgBouncer: apt-get install pgbouncer",
)

CONFIG = """
[databases]
* = host={host} port={port}
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = trust
auth_file = {folder}/users
"""


@pytest.fixture
def bouncer():
    """The URL of a PgBouncer in front of the server, without a database."""
    server = psycopg.conninfo.conninfo_to_dict(SERVER)
    # Others than the user of the tests can't look into theirs.
    folder = tempfile.mkdtemp(prefix="bouncer")
    # As root, it refuses to run.
    user = "postgres" if os.getuid() == 0 else None

    with open(f"{folder}/config.ini", "w") as file:
        file.write(
            CONFIG.format(
                folder=folder, host=server["host"], port=server.get("port", 5432)
            )
        )

    with open(f"{folder}/users", "w") as file:
        file.write(f'"{server["user"]}" ""\n')

    if user:
        for name in (folder, f"{folder}/config.ini", f"{folder}/users"):
            shutil.chown(name, user)

    command = [PGBOUNCER, "-q", f"{folder}/config.ini"]

    with child(command, user=user, stderr=subprocess.DEVNULL):
        wait_until(lambda: os.path.exists(f"{folder}/.s.PGSQL.6432"))
        yield f"postgresql://{server['user']}@{quote(folder, safe='')}:6432"

    shutil.rmtree(folder)


def test_a_blog_behind_pgbouncer_is_read_and_written(
    instance, databases, bouncer, monkeypatch
):
    name = databases.make_empty().rpartition("/")[2]
    app = create_app({"DATABASE": f"{bouncer}/{name}", "TESTING": True})
    runner = app.test_cli_runner()
    assert runner.invoke(args=["init-db"]).output == "Initialized the database.\n"
    clients = [log_in(app, f"writer {number}") for number in range(4)]
    threads = [threading.Thread(target=write_many, args=[c]) for c in clients]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()

    assert len(rows(app, "SELECT id FROM post")) == 40
    assert len(titles(app.test_client().get("/"))) == 10
    get_pool(app).shutdown()
    databases.drop(f"{SERVER}/{name}")


def write_many(client):
    for number in range(10):
        title = f"Post {number}"
        write(client, title)
        assert title in client.get("/").text
        assert client.get(f"/search?q={number}").status_code == 200
