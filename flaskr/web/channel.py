"""A connection of waitress that holds up no thread, and no other connection.

This, :mod:`.parser`, :mod:`.task` and :mod:`.waitress` are the one place that changes
parts of another library: waitress has no setting for what is here, and is what the
manual serves the blog with.
Tried with waitress 3.0.2; https://docs.pylonsproject.org/projects/waitress/.
"""

import io
import socket
import time
import typing as t
from contextlib import suppress

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel

from .parser import EARLY
from .parser import Parser
from .probes import answer_probe
from .slowest import close_slowest
from .slowest import limit_total
from .task import Task
from .turns import asks_for_image
from .turns import find_turns

# Bytes that wait for slow readers, or of requests that are not all there yet: of all
# connections together, in memory and in temporary files.
MAX_UNSENT = 128_000_000
MAX_UNREAD = 256_000_000

# The same of files that the app made, and sends from the disk: one has all that
# somebody wrote, with IMAGE_QUOTA of images, and the line of who takes it may be slow.
MAX_UNSENT_FILES = 1_000_000_000

# Bytes that are sent before they are let go, and of a file before others have a turn:
# whoever takes it as fast as it is sent would hold up all.
PIECE = 1 << 18
TURN = 1 << 20

# Bytes of a request after which those of all are counted again: not for each that
# trickles in.
UNREAD_STEP = 128_000

# The part of the connections beyond which those that do nothing are closed.
FULL = 0.8

# How long a request that is refused before its end is read and thrown away, as nginx
# does it: for seconds after its last byte, for seconds in all, and for bytes. A browser
# that could not send it all would not show the answer.
LINGER = 5
MAX_LINGER = 30
MAX_LINGER_BYTES = 200_000_000


class Channel(HTTPChannel):  # type: ignore[misc]
    """Waitress's, in which a request waits until the answer before it was read, without
    a thread; a few that pipelined requests and read nothing held all threads."""

    task_class = Task
    parser_class = Parser
    will_close: bool
    lingers_until: float
    lingers_until_at_most: float
    turn_left = TURN
    # Of an answer, until the first of its bytes is there.
    head = b""
    is_parked = False
    is_lingering = False
    is_sending_file = False
    was_refused_early = False

    def __init__(self, server: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(server, *args, **kwargs)
        # When it last began to wait for the other side: for a request, or to read.
        self.waits_since = time.monotonic()
        self.image_turns = find_turns(server.task_dispatcher)
        channels = server.active_channels

        if len(channels) > FULL * self.adj.connection_limit:
            close_slowest(c for c in channels.values() if c is not self)

    def is_waiting(self) -> bool:
        """Whether it waits for the other side: to send a request, or to read."""
        waits = not self.requests or self.total_outbufs_len
        return bool(waits and not self.will_close)

    def give_up(self) -> None:
        """Have the loop close it."""
        self.will_close = True
        self.server.pull_trigger()

    def count_unread(self) -> int:
        """The bytes of bodies that are there: of a request which is not all there, and
        of those that wait for a thread."""
        bodies = [r.body_rcv for r in [self.request, *self.requests] if r is not None]
        return sum(len(body) for body in bodies if body is not None)

    def service(self) -> None:
        """As waitress's, once what it has answered before is sent, and images one after
        the other."""
        with self.outbuf_lock:
            waits = self.is_parked = bool(self.total_outbufs_len and self.connected)

        if waits:
            self.image_turns.pass_on(self)
            return

        self.is_sending_file = False

        if asks_for_image(self.requests[0]):
            if not self.image_turns.take(self):
                return

            try:
                super().service()
            finally:
                self.image_turns.pass_on(self)
        else:
            super().service()

        self.waits_since = time.monotonic()

        if self.total_outbufs_len:
            self.limit_unsent()
            self.server.pull_trigger()

    def limit_unsent(self) -> None:
        """Have what waits for slow readers, as this does, stay within its bound."""
        is_file = self.is_sending_file
        limit_total(
            self.server.active_channels.values(),
            lambda c: c.total_outbufs_len if c.is_sending_file == is_file else 0,
            MAX_UNSENT_FILES if is_file else MAX_UNSENT,
        )

    def send_head(self) -> None:
        """Send the head of an answer, if nothing of the answer was sent."""
        if self.head:
            head, self.head = self.head, b""
            super().write_soon(head)

    def write_soon(self, data: t.Any) -> int:
        """As waitress's, with the head before it; waitress would copy what is long to a
        temporary file: half of the time that an image of 12 MB takes. A piece that is
        sent is let go."""
        is_bytes = isinstance(data, bytes)

        if is_bytes and len(data) <= self.adj.outbuf_overflow:
            if data:
                data, self.head = self.head + data, b""

            written: int = super().write_soon(data)
            return written

        self.send_head()

        if not is_bytes:
            self.is_sending_file = True
            written = super().write_soon(data)
            return written

        for start in range(0, len(data), PIECE):
            piece = ReadOnlyFileBasedBuffer(io.BytesIO(data[start : start + PIECE]))
            piece.prepare()
            super().write_soon(piece)

        return len(data)

    def handle_write(self) -> None:
        """As waitress's; then go on with what waited for it."""
        before = self.total_outbufs_len
        self.turn_left = TURN
        super().handle_write()

        with self.outbuf_lock:
            if self.total_outbufs_len < before:
                self.waits_since = time.monotonic()

            goes_on = self.is_parked and not self.total_outbufs_len

            if goes_on:
                self.is_parked = False

        if goes_on:
            self.server.add_task(self)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """As waitress's, and no more of a file than one turn has."""
        if not self.is_sending_file:
            sent: int = super().send(data, do_close)
        elif sent := self.turn_left and super().send(data[: self.turn_left], do_close):
            self.turn_left -= sent

        return sent

    def received(self, data: bytes) -> bool:
        """As waitress's, within the bounds."""
        if self.request is None:
            self.waits_since = time.monotonic()

        before = self.count_unread() // UNREAD_STEP
        found: bool = super().received(data)
        answer_probe(self)

        if any(isinstance(r.error, EARLY) for r in self.requests):
            self.was_refused_early = True
        elif self.count_unread() // UNREAD_STEP > before:
            channels = self.server.active_channels.values()
            limit_total(
                channels, Channel.count_unread, MAX_UNREAD, lambda c: bool(c.requests)
            )

        return found

    def send_continue(self) -> None:
        """As waitress's, but for a request that has no body, or is refused already: it
        would wait for one."""
        if self.request.body_rcv is None or self.request.error:
            self.request.expect_continue = False
        else:
            super().send_continue()

    def readable(self) -> bool:
        """As waitress's, which asks each connection for each request of any; and close
        whoever reads nothing, which waitress would not before it could write."""
        if not self.total_outbufs_len:
            may_read: bool = super().readable()
            return may_read

        if self.will_close or self.has_timed_out():
            self.handle_close()
            # The loop goes on to ask what is closed whether it is writable.
            self.will_close = self.close_when_flushed = False

        return False

    def has_timed_out(self) -> bool:
        """Whether nothing was sent or read for long: waitress closes those only that
        wait for a request."""
        return bool(time.time() - self.last_activity > self.adj.channel_timeout)

    def handle_close(self) -> None:
        """As waitress's; after a request that was refused early, when its sender has
        listened: closing with bytes unread would take the answer back."""
        if not (self.was_refused_early and self.connected):
            super().handle_close()
            return

        self.was_refused_early = False
        self.__class__ = Lingering
        self.lingers_until = time.monotonic() + LINGER
        self.lingers_until_at_most = time.monotonic() + MAX_LINGER

        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)


class Lingering(Channel):
    """A connection whose sender listens to the last answer; what it sends is thrown
    away."""

    lingered = 0
    is_lingering = True

    def is_waiting(self) -> bool:
        """Always."""
        return True

    def give_up(self) -> None:
        """Have the loop close it."""
        self.lingers_until = 0
        self.server.pull_trigger()

    def readable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """When it is to be closed."""
        return time.monotonic() > min(self.lingers_until, self.lingers_until_at_most)

    def handle_read(self) -> None:
        """Throw away what was sent."""
        data = b""

        with suppress(OSError):
            data = self.recv(1 << 16)

        self.lingered += len(data)

        if not data or self.lingered > MAX_LINGER_BYTES or self.writable():
            self.handle_close()

        self.lingers_until = time.monotonic() + LINGER

    def handle_write(self) -> None:
        """The time is over."""
        self.handle_close()
