"""What waitress needs from the process that it serves Flaskr in."""

import ctypes
import logging
import select
import signal
import sys
import threading
from contextlib import suppress

from flask import Flask

# Each connection takes a descriptor, and one or two more for what is not in memory.
MAX_CONNECTIONS = 1000
WANTED_DESCRIPTORS = 4096

# Descriptors for all else: the database, its temporary files, standard streams.
OTHER_DESCRIPTORS = 200

# Of glibc's <malloc.h>: from which size on blocks are the system's. Others ignore it.
M_MMAP_THRESHOLD = -3


def init_app(app: Flask) -> None:
    """Keep waitress quick with many connections, and its log readable. Its command
    imports it before it calls ``create_app``; what its flags say stays."""
    # Seconds. With Python's 0.005, the one thread that has all the connections
    # waits too long for its turn among those that make pages: 32 connections got
    # 1,086 answers a second from /hello, and get 2,989.
    sys.setswitchinterval(0.001)

    # A line for each request that waits for a thread is thousands a second when
    # the blog is busy. A level that the operator has set stays.
    queue = logging.getLogger("waitress.queue")

    if queue.level == logging.NOTSET:
        queue.setLevel(logging.ERROR)

    if "waitress" in sys.modules:
        adjust(app)
        give_memory_back()
        end_in_order()


def adjust(app: Flask) -> None:
    """Change the defaults of waitress, which are read when a server is made."""
    # Another server's process does without.
    from waitress.adjustments import Adjustments
    from waitress.server import BaseWSGIServer

    from .channel import Channel

    BaseWSGIServer.channel_class = Channel
    # select() knows 1,024 descriptors at most.
    Adjustments.asyncore_use_poll = hasattr(select, "poll")
    Adjustments.connection_limit = count_connections()
    # From this size on it is refused, by its header or while it comes.
    Adjustments.max_request_header_size = 65_536
    Adjustments.max_request_body_size = app.config["MAX_CONTENT_LENGTH"] + 1
    # An answer waits for its reader in a buffer, and not in a thread: channel.py has
    # the limit.
    Adjustments.outbuf_high_watermark = sys.maxsize

    if app.config["TRUSTED_PROXIES"]:
        # web/proxies.py decides which proxy is believed.
        Adjustments.clear_untrusted_proxy_headers = False


def give_memory_back() -> None:
    """Have the C library take large blocks from the system, and give them back. By
    itself it begins to keep them: after some hundred large images that nobody read, the
    process had 890 MB, of which 57 were in use."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 128 * 1024)


def list_ends() -> list[signal.Signals]:
    """The signals that end a server, of those that this system has: SIGTERM is what
    systemd and containers send, the others come when a terminal is closed."""
    names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    return [signal.Signals[name] for name in names if hasattr(signal, name)]


def end_in_order() -> None:
    """Have other signals end the server as SIGINT does: they would kill it, or as
    process 1 do nothing. A second Ctrl-C would interrupt the end. Who has set another
    handler keeps it, and so does nohup."""
    if threading.current_thread() is threading.main_thread():
        for number in list_ends():
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, exit_once)


def exit_once(number: int, frame: object) -> None:
    """Unwind the main thread, which runs the exit hooks; once, so that another signal
    does not interrupt them.

    :raise SystemExit: always
    """
    for end in list_ends():
        signal.signal(end, signal.SIG_IGN)

    raise SystemExit(0)


def count_connections() -> int:
    """How many connections this process may have, after asking for more."""
    try:
        import resource
    except ImportError:  # pragma: no cover  # Windows
        return 100

    most, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)

    if resource.RLIM_INFINITY not in (most, allowed) and most < WANTED_DESCRIPTORS:
        more = min(allowed, WANTED_DESCRIPTORS)

        # A system may not let us.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, allowed))
            most = more

    if most == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS

    return max(100, min(MAX_CONNECTIONS, (most - OTHER_DESCRIPTORS) * 4 // 5))
