"""PostgreSQL servers of the bench: a primary, and its replica."""

import glob
import os
import re
import secrets
import shutil
import signal
import subprocess
import time

import psycopg

from .processes import list_children
from .processes import Program
from .processes import signal_if_there
from .processes import wait_until

# It refuses to run as root.
USER = (
    {"user": "postgres", "group": "postgres", "extra_groups": []}
    if os.geteuid() == 0
    else {}
)

# The rest is as PostgreSQL has it: fsync is on. A replica that lost its primary asks
# again after five seconds, unless told otherwise, and until then writers wait for it.
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
wal_retrieve_retry_interval = '1s'
unix_socket_directories = '{folder}'
"""


def find_binaries():
    """The folder of the newest version that Debian has installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")

    if not found:
        raise SystemExit("PostgreSQL is missing: apt install postgresql")

    newest = max(found, key=lambda path: int(re.findall(r"\d+", path)[0]))
    return os.path.dirname(newest)


class Server(Program):
    """A server, whose superuser and whose user ``flaskr`` have one password."""

    def __init__(self, name, folder, port, password=None):
        super().__init__(name, folder, port)
        self.password = password or secrets.token_hex()
        self.data = folder / name
        self.binaries = find_binaries()
        self.data.mkdir(mode=0o700)

        if USER:
            shutil.chown(self.data, "postgres", "postgres")

    def tool(self, name, *arguments):
        done = subprocess.run(
            [f"{self.binaries}/{name}", *map(str, arguments)],
            cwd=self.data,
            env={**os.environ, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            **USER,
        )

        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr}")

    def create(self):
        """Make an empty server, and start it."""
        file = self.folder / "password"
        file.write_text(self.password)

        if USER:
            shutil.chown(file, "postgres", "postgres")

        self.tool(
            *("initdb", "-U", "postgres", "-A", "scram-sha-256", "--pwfile", file),
            *("--encoding=UTF8", "--locale=C", "--no-sync", self.data),
        )
        self.configure()
        self.start()
        # No statement may have parameters here.
        self.execute(f"CREATE USER flaskr PASSWORD '{self.password}'")
        self.execute("CREATE DATABASE flaskr OWNER flaskr")

    def copy(self, primary):
        """Make a replica of another server, and start it. The primary then waits with
        each commit until it is on the replica's disk, too."""
        self.tool(
            *("pg_basebackup", "-D", self.data, "-R", "-C", "-S", self.name),
            *("-c", "fast", "--no-sync"),
            *("-d", f"{primary.url('postgres')}?application_name={self.name}"),
        )
        self.configure()
        self.start()
        primary.wait_for(self)

    def configure(self):
        with open(self.data / "postgresql.conf", "a") as file:
            file.write(SETTINGS.format(port=self.port, folder=self.data))

    def start(self):
        self.run([f"{self.binaries}/postgres", "-D", self.data], **USER)
        wait_until(self.answers, f"{self.name} did not start")

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended: {self.log.read_text()[-2000:]}")

        try:
            return bool(self.execute("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def url(self, database, user="postgres"):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql):
        """Run a statement as the superuser; return the rows, if it has any."""
        with psycopg.connect(
            self.url("flaskr" if "post" in sql else "postgres"),
            password=self.password,
            connect_timeout=5,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def wait_for(self, replica):
        """Have each commit wait for a replica, once that has all there is."""
        wait_until(lambda: self.state_of(replica), "the replica does not follow")
        self.set_synchronous(replica.name)
        wait_until(lambda: self.state_of(replica) == "sync", "it is not synchronous")

    def state_of(self, replica):
        found = self.execute(
            "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
            f" AND application_name = '{replica.name}'"
        )
        return found[0][0] if found else ""

    def set_synchronous(self, names):
        self.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.execute("SELECT pg_reload_conf()")

    def restart(self):
        """As ``pg_ctl restart -m immediate``: no time for anything, then recovery."""
        self.end(signal.SIGQUIT)
        self.start()

    def freeze(self, seconds):
        """Have it do nothing for some time, with its connections open."""
        stopped = [self.process.pid]

        try:
            os.kill(stopped[0], signal.SIGSTOP)

            for pid in list_children(stopped[0]):
                stopped.append(pid)
                signal_if_there(pid, signal.SIGSTOP)

            time.sleep(seconds)
        finally:
            for pid in reversed(stopped):
                signal_if_there(pid, signal.SIGCONT)

    def promote(self):
        self.tool("pg_ctl", "promote", "-w", "-D", self.data)

    def end(self, how=signal.SIGQUIT):
        return super().end(how)
