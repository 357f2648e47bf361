"""Other processes that tests start, which end with them."""

import os
import signal
import subprocess
import threading
from contextlib import contextmanager

import pytest

# Seconds that anything may take.
LIMIT = 60

# Whether to take the time for the long form of what a short one tries, too: in CI.
IS_LONG = bool(os.environ.get("CI"))

# Environment of a program that says where it is when it is aborted.
FAULTS = {"PYTHONFAULTHANDLER": "1"}

long = pytest.mark.skipif(not IS_LONG, reason="takes long: runs with CI set")


@contextmanager
def child(command, **options):
    """Start a program; it is killed at the end, if it has not ended until then."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait(LIMIT)


def end(process, how):
    """End a program with a signal. One that does not end is killed, and says first
    where its threads are, if ``PYTHONFAULTHANDLER`` is set for it."""
    process.send_signal(how)

    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait(LIMIT)
        raise


def read_line(process):
    """The next line that a program prints. If none comes, it is killed."""
    timer = threading.Timer(LIMIT, process.kill)
    timer.start()

    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()

    assert line, "it has ended"
    return line


def status_of(pid):
    """The status with which a fork of this process ends. If it does not, it is
    killed."""
    timer = threading.Timer(LIMIT, os.kill, [pid, signal.SIGKILL])
    timer.start()

    try:
        return os.waitpid(pid, 0)[1]
    finally:
        timer.cancel()
