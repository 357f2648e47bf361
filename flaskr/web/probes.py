"""Whether the process is alive, told while all threads of waitress are busy, too: a
database that is slow would have it killed."""

import threading
import typing as t
from contextlib import suppress

PATH = "/healthz"


def answer_probe(channel: t.Any) -> None:
    """Have another thread serve a connection of waitress that asks for it, unless one
    is free. There is one such thread at a time."""
    with suppress(IndexError):
        # Another thread may have taken it meanwhile.
        request = channel.requests[0]

        if request.error or request.path != channel.adj.url_prefix + PATH:
            return

        dispatcher = channel.server.task_dispatcher
        # Only the thread that has the connections comes here.
        turn = vars(dispatcher).setdefault("probe_turn", threading.Lock())

        if turn.acquire(blocking=False):
            if take_out(dispatcher, channel):
                threading.Thread(
                    target=serve, args=(dispatcher, channel, turn), daemon=True
                ).start()
            else:
                turn.release()


def take_out(dispatcher: t.Any, channel: object) -> bool:
    """Whether a connection would have waited for a thread, and now does not."""
    with dispatcher.lock:
        busy = dispatcher.active_count + dispatcher.stop_count
        queue = dispatcher.queue
        waits = channel in queue and len(queue) > len(dispatcher.threads) - busy

        if waits:
            queue.remove(channel)

    return waits


def serve(dispatcher: t.Any, channel: t.Any, turn: threading.Lock) -> None:
    """Serve it as a thread of waitress does."""
    try:
        channel.service()
    except BaseException:
        dispatcher.logger.exception("Exception when servicing %r", channel)
    finally:
        turn.release()
