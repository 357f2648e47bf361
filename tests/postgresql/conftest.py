import os
import socket
from pathlib import Path

import pytest

from ..databases import SERVER
from .engines import open_apps
from .rows import fill


def pytest_collection_modifyitems(items):
    if not SERVER:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                reason = "FLASKR_TEST_POSTGRESQL names no server"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def connections(tmp_path_factory, databases):
    """Connections to the same blog on both engines, SQLite's first."""
    with open_apps(tmp_path_factory.mktemp("engines"), databases) as apps:
        pools = [app.extensions["flaskr.db"] for app in apps.values()]
        connections = [pool.acquire() for pool in pools]

        for connection in connections:
            fill(connection)

        yield connections

        for pool, connection in zip(pools, connections, strict=True):
            pool.release(connection)


@pytest.fixture(scope="session")
def cluster():
    """A primary and its replica, servers of this run's own."""
    from .clusters import IS_INSTALLED
    from .clusters import open_cluster

    if not IS_INSTALLED and not os.environ.get("CI"):
        pytest.skip("needs PostgreSQL: apt-get install postgresql")

    with open_cluster() as cluster:
        yield cluster


class Silent:
    """A server that never answers; the URL of a database there."""

    def __init__(self, listener):
        self.listener = listener
        self.accepted = []
        port = listener.getsockname()[1]
        self.url = f"postgresql://flaskr@127.0.0.1:{port}/blog?connect_timeout=2"

    def count(self):
        """How many connections it has got."""
        try:
            while True:
                self.accepted.append(self.listener.accept()[0])
        except BlockingIOError:
            return len(self.accepted)


@pytest.fixture
def silent():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        listener.setblocking(False)
        made = Silent(listener)
        yield made

        for connection in made.accepted:
            connection.close()


@pytest.fixture(autouse=True)
def owned(monkeypatch):
    """Blogs here say nothing of the owner that they do not have."""
    monkeypatch.setattr("flaskr.data.roles.has_owner", lambda: True)
