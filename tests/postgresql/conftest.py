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
