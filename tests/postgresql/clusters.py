"""A primary and replicas of it: servers of a test's own, in processes."""

import glob
import itertools
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

from bench.cluster.postgresql import Server
from bench.cluster.processes import find_port
from bench.cluster.processes import list_children
from flaskr.db import get_pool

from ..conftest import wait_until

IS_INSTALLED = bool(glob.glob("/usr/lib/postgresql/*/bin/postgres"))


class Cluster:
    """A primary, and its replicas by name. No commit waits for them."""

    def __init__(self, folder):
        self.folder = folder
        self.names = (f"blog{n}" for n in itertools.count())
        self.primary = Server("primary", folder, find_port())
        self.primary.create()
        # A replica has that from it, and starts without syncing thousands of files.
        self.primary.execute("ALTER SYSTEM SET fsync = off")
        self.primary.execute("SELECT pg_reload_conf()")
        self.replicas = {}

    def make_replica(self, name):
        made = Server(name, self.folder, find_port(), self.primary.password)
        self.replicas[name] = made
        made.copy(self.primary)
        self.primary.set_synchronous("")
        return made

    def remove_replica(self, name):
        self.replicas.pop(name).kill()
        self.primary.execute(f"SELECT pg_drop_replication_slot('{name}')")

    def make_database(self):
        """The name of an empty one, which is flaskr's."""
        name = next(self.names)
        self.primary.execute(f"CREATE DATABASE {name} TEMPLATE template0 OWNER flaskr")
        return name

    def url(self, server, name, user="flaskr"):
        return server.url(name, f"{user}:{server.password}")

    def follow(self, replica):
        """Wait until a replica has what the primary has."""
        ((written,),) = self.primary.execute("SELECT pg_current_wal_lsn()::text")
        wait_until(
            lambda: (
                replica.execute(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")
                == [(True,)]
            ),
            60,
        )

    def end(self):
        for server in (*self.replicas.values(), self.primary):
            server.kill()


@contextmanager
def open_cluster():
    """A primary with one replica, ``replica``."""
    # Others than the user of the tests can't look into theirs.
    folder = Path(tempfile.mkdtemp(prefix="cluster"))
    folder.chmod(0o711)
    cluster = Cluster(folder)

    try:
        cluster.make_replica("replica")
        yield cluster
    finally:
        cluster.end()
        shutil.rmtree(folder)


def look_again(app):
    """Have the next reader look how close the replica is."""
    replica = get_pool(app).replica
    replica.check_at = replica.asked_at = -float("inf")


def wait_until_close(app):
    """Wait until readers may have what the replica has. The primary writes of itself,
    too, and that may come between the questions where the one and the other is."""

    def is_close():
        look_again(app)
        return get_pool(app).replica.is_close()

    wait_until(is_close)


@contextmanager
def frozen(server):
    """Have a server do nothing, with its connections open."""
    stopped = [server.process.pid, *list_children(server.process.pid)]

    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)

    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def paused(replica):
    """Have a replica keep what it gets, and show nothing of it."""
    replica.execute("SELECT pg_wal_replay_pause()")
    state = "SELECT pg_get_wal_replay_pause_state()"
    wait_until(lambda: replica.execute(state) == [("paused",)])

    try:
        yield
    finally:
        replica.execute("SELECT pg_wal_replay_resume()")
