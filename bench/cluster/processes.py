"""Programs that end with the bench."""

import os
import random
import signal
import socket
import subprocess
import time

# Seconds that anything may take to start, and that a program may take to end.
START_LIMIT = 30
END_LIMIT = 10


def find_port():
    """A port that nobody listens on, and that no connection gets by itself."""
    while True:
        port = random.randint(20_000, 32_000)

        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue

        return port


def wait_until(condition, what, limit=START_LIMIT):
    """Wait until a function returns something true; return that."""
    until = time.monotonic() + limit

    while time.monotonic() < until:
        if found := condition():
            return found

        time.sleep(0.02)

    raise RuntimeError(f"{what}: not within {limit} seconds")


class Program:
    """A program in a process of its own, with a file for what it logs."""

    def __init__(self, name, folder, port):
        self.name = name
        self.folder = folder
        self.port = port
        self.log = folder / f"{name}.log"
        self.process = None

    def run(self, command, **options):
        """Start it. Ctrl-C in the terminal is for the bench, which then ends it."""
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **options
            )

    def listens(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended: {self.log.read_text()[-2000:]}")

        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False

        return True

    def wait(self):
        wait_until(self.listens, f"{self.name} did not start")

    def end(self, how=signal.SIGTERM):
        """End it, and return the seconds that it took; what does not end is killed."""
        began = time.monotonic()

        if self.process and self.process.poll() is None:
            self.process.send_signal(how)

            try:
                self.process.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

        return time.monotonic() - began

    def kill(self):
        """End it, and all that it started, as when the machine is lost."""
        if self.process and self.process.poll() is None:
            children = list_children(self.process.pid)
            self.process.kill()
            self.process.wait()

            for pid in children:
                signal_if_there(pid, signal.SIGKILL)


def list_children(pid):
    """The processes that one has started; where the system does not say it, none."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def signal_if_there(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
