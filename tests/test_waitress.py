"""Waitress, as the manual has it: no client holds it up for the others."""

import errno
import io
import json
import os
import platform
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
from contextlib import closing
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from flask import request
from flask import Response
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.task import ThreadedTaskDispatcher
from werkzeug.wsgi import wrap_file

from flaskr import create_app
from flaskr.db import transaction
from flaskr.web import channel
from flaskr.web.slowest import close_slowest
from flaskr.web.slowest import limit_total
from flaskr.web.turns import Turns
from flaskr.web.waitress import count_connections

from .browsers import serve
from .children import child
from .children import end
from .children import FAULTS
from .children import IS_LONG
from .children import LIMIT
from .children import long
from .conftest import cookie
from .conftest import log_in
from .conftest import wait_until
from .conftest import write
from .databases import SERVER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the aim is Linux")

# In the short form, what bodies may take together is a quarter of that, to be sent.
MAX_UNREAD = channel.MAX_UNREAD // (1 if IS_LONG else 4)
OTHER_MEMORY = 45_000_000

# Far more than the system keeps of it for a connection.
FILE_SIZE = 20_000_000

# Seconds: far less than clients that read nothing would cost, which is minutes.
SOON = 30


@pytest.fixture(scope="module")
def served(tmp_path_factory, empty_database, databases):
    """A blog with a post and a large image, served with the plain command: its port,
    its process, and the cookie of a session."""
    folder = tmp_path_factory.mktemp("served")
    database = databases.name(folder / "flaskr.sqlite")
    databases.write(empty_database, database)
    (folder / "secret_key").write_text("x" * 40)
    app = create_app({"TESTING": True, "DATABASE": database, "SECRET_KEY": "x" * 40})
    client = log_in(app, "alice")
    write(client, "A title", "word " * 20)
    session = cookie(client)

    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO image (id, hash, extension, width, height, size)"
            " VALUES (1, ?, 'png', 4000, 4000, 24000000)",
            ("a" * 40,),
        )
        db.execute(
            "INSERT INTO image_file (image_id, width, content) VALUES (1, 4000, ?)",
            (os.urandom(24_000_000),),
        )

    app.extensions["flaskr.db"].shutdown()
    (folder / "served.py").write_text(
        "from flaskr import Flask, create_app\n"
        "from flaskr.web import channel\n"
        f"channel.MAX_UNREAD = {MAX_UNREAD}\n"
        f"Flask.auto_find_instance_path = lambda app: {str(folder)!r}\n"
    )

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]

    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{number}"]

    with child(
        [*command, "--call", "served:create_app"],
        cwd=folder,
        env={
            **os.environ,
            "FLASKR_DATABASE": database,
            "PYTHONWARNINGS": "ignore",
            **FAULTS,
        },
    ) as process:
        wait_for_port(number)
        yield SimpleNamespace(
            port=number, process=process, session=session, database=database
        )
        end(process, signal.SIGTERM)


@pytest.fixture(scope="module")
def port(served):
    return served.port


def wait_for_port(port):
    until = time.monotonic() + LIMIT

    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.skipif(bool(SERVER), reason="a server has its own files")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whatever_ends_the_server_leaves_one_file(tmp_path, empty_database, how):
    database = tmp_path / "flaskr.sqlite"
    database.write_bytes(empty_database)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}"]

    with child(
        [*command, "--call", "flaskr:create_app"],
        env={**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path), **FAULTS},
        # Whoever runs the tests may have it ignored.
        preexec_fn=lambda: signal.signal(how, signal.SIG_DFL),
    ) as process:
        wait_for_port(port)
        urlopen(f"http://127.0.0.1:{port}/", timeout=LIMIT).close()
        assert Path(f"{database}-wal").exists()
        end(process, how)
        assert process.returncode == 0

    assert not Path(f"{database}-wal").exists()


IMAGE = f"/image/{'a' * 40}-4000x4000.png"


def ask(path="/", *headers, method="GET"):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
    return "\r\n".join(lines).encode()


def connect(port, buffer=None):
    client = socket.socket()
    client.settimeout(LIMIT)

    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)

    client.connect(("127.0.0.1", port))
    return client


def port_of(url):
    return int(url.rpartition(":")[2])


def read_answer(client):
    """The status line, the headers, and the body, of one answer."""
    file = client.makefile("rb")
    status = file.readline().decode().strip()
    headers = {}

    while line := file.readline().strip():
        name, _, value = line.decode("latin-1").partition(": ")
        headers[name] = value

    body = file.read(int(headers.get("Content-Length", 0)))
    return status, headers, body


def get_soon(port, path="/"):
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=SOON) as response:
        return response.read()


def test_four_hundred_idle_connections_are_all_answered(port):
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(port)) for _ in range(400)]

        for _ in range(2):
            for client in clients:
                client.sendall(ask("/hello"))
                assert read_answer(client)[0] == "HTTP/1.1 200 OK"

        assert b"A title" in get_soon(port)


@long
def test_more_connections_than_there_may_be_leave_room_for_others(port):
    with ExitStack() as stack:
        for number in range(1200):
            client = stack.enter_context(connect(port))

            # Half of them have begun with a request, and do not go on.
            if number % 2:
                client.sendall(b"GET / HTTP/1.1\r\nHost: local")

            if number % 100 == 99:
                assert b"A title" in get_soon(port)

        assert b"A title" in get_soon(port)


@long
@pytest.mark.parametrize(
    "part",
    [
        b"GET / HTTP/1.1\r\nX",
        b"POST /create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nx",
    ],
)
def test_requests_that_are_never_whole_lock_nobody_out(port, part):
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(port)) for _ in range(1000)]

        for client in clients:
            # Those before have been closed.
            with suppress(OSError):
                client.sendall(part)

        for _ in range(20):
            assert b"A title" in get_soon(port)

            for client in clients[::10]:
                with suppress(OSError):
                    client.sendall(b"x")


def test_a_request_without_a_body_waits_for_none(port):
    with closing(connect(port)) as client:
        client.sendall(ask("/hello", "Expect: 100-continue"))
        assert read_answer(client)[0] == "HTTP/1.1 200 OK"
        client.sendall(
            ask("/x", "Expect: 100-continue", "Content-Length: 30000000", method="POST")
        )
        assert read_answer(client)[0] == "HTTP/1.1 413 Request Entity Too Large"


def test_a_client_that_waits_is_told_to_go_on(port):
    with closing(connect(port)) as client:
        client.sendall(
            ask("/x", "Expect: 100-continue", "Content-Length: 3", method="POST")
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"a=b")
        assert read_answer(client)[0] == "HTTP/1.1 404 NOT FOUND"


@pytest.mark.parametrize(
    ("path", "times"), [(IMAGE, 20), ("/", 200), (IMAGE, 1)][: 3 if IS_LONG else 1]
)
def test_clients_that_read_nothing_hold_up_nobody(port, served, path, times):
    session = f"Cookie: flaskr_session={served.session}"

    with ExitStack() as stack:
        for _ in range(12):
            client = stack.enter_context(connect(port, buffer=4096))
            client.sendall(ask(path, session) * times)

        for _ in range(5):
            assert b"A title" in get_soon(port)

        # What waits for them has a bound.
        assert find_memory(served.process.pid) < 600_000_000


BLOCKS = """
import os, sys
from flaskr.web import waitress

if sys.argv[1] == "given":
    waitress.give_memory_back()

small = []

for _ in range(3):
    large = []

    for _ in range(300):
        large.append(bytearray(300_000))
        small.append(bytearray(2_000))

    del large

print(int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others give it back")
def test_memory_of_large_answers_is_given_back():
    kept, given = (
        int(subprocess.check_output([sys.executable, "-c", BLOCKS, how], timeout=LIMIT))
        for how in ("kept", "given")
    )
    assert given < kept - 50_000_000


def test_a_page_goes_past_images_that_many_ask_for_at_once(port):
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(port)) for _ in range(60)]

        for client in clients:
            client.sendall(ask(IMAGE))

        assert b"A title" in get_soon(port)
        # Descriptors beyond the 1,024 that select() knows.
        ready = select.poll()

        for client in clients:
            ready.register(client, select.POLLIN)

        assert len(ready.poll(0)) < 30


@long
@pytest.mark.parametrize("times", [1, 3])
def test_images_that_many_ask_for_at_once_are_all_sent(port, times):
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(port)) for _ in range(4)]

        for client in clients:
            client.sendall(ask(IMAGE, "Range: bytes=0-9") * times)
            client.sendall(ask("/nothing", "Connection: close"))

        for client in clients:
            answers = client.makefile("rb").read()
            assert answers.count(b"HTTP/1.1 206 PARTIAL CONTENT") == times
            assert answers.count(b"HTTP/1.1 404 NOT FOUND") == 1


def test_a_turn_that_a_connection_lacks_is_not_passed_on():
    served = []
    turns = Turns(served.append)
    assert turns.take("a")
    assert not turns.take("b")
    assert not turns.take("c")
    # Its next request may be at work before the end of the one before.
    assert turns.take("a")
    turns.pass_on("b")
    assert not served
    turns.pass_on("a")
    assert served == ["b"]
    assert turns.take("b")
    turns.pass_on("a")
    turns.pass_on("b")
    assert served == ["b", "c"]
    turns.pass_on("c")
    assert turns.take("d")


@pytest.fixture
def sender():
    """This process's side of a connection, and the other one."""
    server = SimpleNamespace(
        task_dispatcher=ThreadedTaskDispatcher(),
        active_channels={},
        pull_trigger=lambda: None,
    )
    ours, theirs = socket.socketpair()
    theirs.settimeout(LIMIT)

    with closing(theirs):
        sender = channel.Channel(server, ours, "", Adjustments(), map={})
        yield sender, theirs
        sender.handle_close()


def test_a_reader_who_left_ends_the_turn(sender):
    ours, _ = sender
    request = channel.Parser(ours.adj)
    request.received(ask(IMAGE))
    ours.requests = [request]
    other = object()
    assert ours.image_turns.take(ours)
    assert not ours.image_turns.take(other)
    ours.connected = False
    ours.service()
    assert ours.image_turns.holder is other
    assert list(ours.server.task_dispatcher.queue) == [other]
    ours.connected = True


def test_what_was_sent_of_an_image_takes_no_memory(sender):
    ours, theirs = sender
    tracemalloc.start()
    ours.write_soon(bytes(12_000_000))

    while ours.total_outbufs_len > 1_000_000:
        theirs.recv(1 << 20)
        ours.handle_write()

    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 2_000_000


def test_the_head_of_a_file_is_sent_before_it(sender):
    ours, theirs = sender
    file = ReadOnlyFileBasedBuffer(io.BytesIO(b"body"))
    file.prepare()
    ours.head = b"head "
    ours.write_soon(file)

    with theirs.makefile("rb") as answer:
        assert answer.read(9) == b"head body"

    assert not ours.head


def send_file(file=None):
    file = file or tempfile.TemporaryFile()
    file.truncate(FILE_SIZE)
    # Others may not have it, so it is not kept.
    body = wrap_file(request.environ, file)
    headers = {"Content-Length": str(FILE_SIZE), "Cache-Control": "no-store"}
    return Response(body, headers=headers, direct_passthrough=True)


def test_a_file_of_the_disk_may_be_longer_than_what_is_in_memory(app, monkeypatch):
    app.add_url_rule("/file", "file", send_file)
    monkeypatch.setattr(channel, "MAX_UNSENT", 1_000_000)

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/file", "Authorization: me"))
        assert get_soon(port_of(url), "/hello") == b"Hello, World!"
        assert len(read_answer(client)[2]) == FILE_SIZE


def test_files_of_the_disk_that_nobody_reads_have_a_bound(app, monkeypatch):
    monkeypatch.setattr(channel, "MAX_UNSENT_FILES", FILE_SIZE)

    with ExitStack() as stack:
        # The end of the server closes no file.
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        left = list(files)
        app.add_url_rule("/file", "file", lambda: send_file(left.pop()))
        url = stack.enter_context(serve(app))
        clients = [
            stack.enter_context(connect(port_of(url), buffer=2048)) for _ in range(2)
        ]

        for client in clients:
            client.sendall(ask("/file", "Authorization: me"))
            assert client.recv(1)

        wait_until(lambda: any(map(is_closed, clients)))
        assert not all(map(is_closed, clients))


def test_who_reads_a_file_quickly_holds_up_nobody(app, monkeypatch):
    app.add_url_rule("/file", "file", send_file)
    monkeypatch.setattr(channel, "TURN", 100_000)
    handle_write, sent = channel.Channel.handle_write, []

    def note(self):
        before = self.total_outbufs_len
        handle_write(self)
        sent.append(before - self.total_outbufs_len)

    monkeypatch.setattr(channel.Channel, "handle_write", note)

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/file", "Authorization: me"))
        assert len(read_answer(client)[2]) == FILE_SIZE

    assert max(sent) == 100_000


def find_memory(pid):
    """Bytes of memory, and of temporary files that are open."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    files = 0

    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if "(deleted)" in os.readlink(descriptor):
                files += os.stat(descriptor).st_size
        except OSError:
            pass

    return pages * os.sysconf("SC_PAGE_SIZE") + files


def test_what_was_pipelined_is_answered_in_order(port):
    with closing(connect(port)) as client:
        client.sendall(ask("/hello") + ask(IMAGE) + ask("/nothing") + ask("/hello"))
        file = client.makefile("rb")
        found = []

        for _ in range(4):
            found.append(file.readline().split()[1])
            length = 0

            while line := file.readline().strip():
                if line.lower().startswith(b"content-length"):
                    length = int(line.split()[1])

            assert len(file.read(length)) == length

    assert found == [b"200", b"200", b"404", b"200"]


@long
def test_an_image_is_whole_for_a_slow_reader(port):
    with closing(connect(port, buffer=4096)) as client:
        client.sendall(ask(IMAGE))
        time.sleep(0.5)
        status, headers, body = read_answer(client)

    assert status == "HTTP/1.1 200 OK"
    assert len(body) == 24_000_000


def test_the_connection_of_a_304_is_kept(port):
    with closing(connect(port)) as client:
        client.sendall(ask("/"))
        etag = read_answer(client)[1]["Etag"]

        for _ in range(3):
            client.sendall(ask("/", f"If-None-Match: {etag}"))
            status, headers, _ = read_answer(client)
            assert status == "HTTP/1.1 304 NOT MODIFIED"
            assert "Connection" not in headers

        client.sendall(ask("/", "Connection: close", f"If-None-Match: {etag}"))
        assert read_answer(client)[1]["Connection"] == "close"
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/bytes", "GET", b"hello"),
        ("/bytes", "HEAD", b""),
        ("/nothing", "GET", b""),
        ("/pieces", "GET", b"5\r\nhello\r\n"),
    ],
)
def test_the_head_of_an_answer_is_sent_with_its_body(app, path, method, expected):
    app.add_url_rule("/bytes", "bytes", lambda: "hello")
    app.add_url_rule("/nothing", "nothing", lambda: ("", 204))
    app.add_url_rule("/pieces", "pieces", lambda: iter(["hello"]))

    with serve(app) as url:
        for _ in range(10):
            with closing(connect(port_of(url))) as client:
                client.sendall(ask(path, "Cookie: flaskr_session=x", method=method))
                head, _, body = client.recv(100_000).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 20")
                assert body.startswith(expected)


def test_an_answer_that_fails_is_not_begun_by_another_one(app, caplog):
    def fail():
        raise RuntimeError("half of it")
        yield ""

    app.add_url_rule("/fails", "fails", lambda: fail())

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/fails") + ask("/hello"))
        status, headers, body = read_answer(client)
        assert status == "HTTP/1.1 500 Internal Server Error"
        assert b"unexpected internal server error" in body
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    "header", ["Content-Length: 300000000", "Transfer-Encoding: chunked"]
)
def test_a_body_that_is_too_large_is_refused_while_it_comes(port, served, header):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    before = find_memory(served.process.pid)

    with closing(connect(port)) as client:
        client.sendall(ask("/create", header, method="POST"))

        # A browser sends all before it reads.
        for _ in range(500):
            client.sendall(chunk)

        if "chunked" in header:
            client.sendall(b"0\r\n\r\n")

        assert read_answer(client)[0] == "HTTP/1.1 413 Request Entity Too Large"

    assert find_memory(served.process.pid) < before + 60_000_000


def test_bodies_that_never_end_have_a_bound_together(port, served):
    # Images that tests before this one asked for have had their turn then.
    get_soon(port, IMAGE)
    before = find_memory(served.process.pid)

    with ExitStack() as stack:
        for _ in range(16 if IS_LONG else 6):
            client = stack.enter_context(connect(port))
            client.sendall(ask("/create", "Content-Length: 25000000", method="POST"))

            try:
                client.sendall(b"x" * 24_000_000)
            except OSError:
                # It was the slowest.
                pass

        assert find_memory(served.process.pid) < before + MAX_UNREAD + OTHER_MEMORY
        assert b"A title" in get_soon(port)


def is_closed(client):
    """Whether what is sent is refused."""
    try:
        client.sendall(b"x")
    except OSError:
        return True

    return False


def send_slowly(client, seconds, pause):
    """Send a byte now and then, until that is refused. Return how long it was not."""
    start = time.monotonic()

    with suppress(OSError):
        while time.monotonic() < start + seconds:
            client.sendall(b"x")
            time.sleep(pause)

    return time.monotonic() - start


def test_a_sender_who_stays_is_not_listened_to_for_long(app, monkeypatch):
    monkeypatch.setattr("flaskr.web.channel.LINGER", 0.1)

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/create", "Content-Length: 300000000", method="POST"))
        assert read_answer(client)[0] == "HTTP/1.1 413 Request Entity Too Large"
        # The end, though this side says no more.
        assert client.recv(1) == b""
        assert send_slowly(client, seconds=20, pause=0.5) < 10


def test_a_sender_of_too_much_is_listened_to_as_long_as_it_sends(app, monkeypatch):
    monkeypatch.setattr("flaskr.web.channel.LINGER", 1)
    monkeypatch.setattr("flaskr.web.channel.MAX_LINGER", 4)

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/create", "Content-Length: 300000000", method="POST"))
        assert read_answer(client)[0] == "HTTP/1.1 413 Request Entity Too Large"
        # Longer than a pause may be, and not for ever.
        assert 2 < send_slowly(client, seconds=20, pause=0.1) < 15


def test_senders_of_too_much_make_room(app):
    with serve(app, connection_limit=20) as url, ExitStack() as stack:
        for _ in range(40):
            client = stack.enter_context(connect(port_of(url)))
            client.sendall(ask("/create", "Content-Length: 300000000", method="POST"))
            status = read_answer(client)[0]
            assert status == "HTTP/1.1 413 Request Entity Too Large"
            # It stays, and may go on to send.
            client.sendall(b"x")

        assert get_soon(port_of(url), "/hello") == b"Hello, World!"


def fake_channel(**attributes):
    defaults = {"will_close": False, "request": None, "is_waiting": lambda: True}
    defaults |= {"requests": [], "is_lingering": False}
    fake = SimpleNamespace(**{**defaults, **attributes})
    fake.give_up = lambda: setattr(fake, "will_close", True)
    return fake


def test_the_connection_that_has_waited_longest_makes_room():
    channels = [fake_channel(waits_since=n, request="a part") for n in (2, 1)]
    channels += [fake_channel(waits_since=n) for n in (4, 3)]
    channels.append(fake_channel(waits_since=0, is_waiting=lambda: False))
    close_slowest(channels)
    assert [c.will_close for c in channels] == [False, True, False, False, False]
    channels.append(fake_channel(waits_since=5, is_lingering=True))
    close_slowest(channels)
    assert [c.will_close for c in channels[2:]] == [False, False, False, True]
    channels.pop()
    close_slowest([channels[-1]])
    assert not channels[-1].will_close


def test_connections_that_read_nothing_make_room(app):
    # What the system itself keeps of it for a connection is less.
    app.add_url_rule("/long", "long", lambda: "x" * 4_000_000)

    with serve(app, connection_limit=20) as url, ExitStack() as stack:
        for _ in range(25):
            client = stack.enter_context(connect(port_of(url), buffer=2048))
            # Those before may have been closed.
            client.sendall(ask("/long") * 2)
            assert get_soon(port_of(url), "/hello") == b"Hello, World!"


@long
def test_a_connection_that_reads_nothing_times_out(app):
    app.add_url_rule("/long", "long", lambda: "x" * 4_000_000)

    with serve(app, channel_timeout=1) as url:
        with closing(connect(port_of(url), buffer=2048)) as client:
            client.sendall(ask("/long") * 2)
            wait_until(lambda: is_closed(client))


@pytest.mark.parametrize(
    "request_",
    [
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"a" * 9000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX:" + b"a" * 9000,
    ],
)
def test_what_is_no_request_is_a_400(app, caplog, request_):
    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(request_)
        assert read_answer(client)[0].endswith(" 400 Bad Request")

    assert not caplog.records


class FileOnFullDisk(io.BytesIO):
    def write(self, data):
        if self.tell() + len(data) > 2_000_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return super().write(data)

    def close(self):
        super().close()
        # What is in a buffer does not fit either.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_body_that_the_disk_has_no_room_for_is_answered(app, monkeypatch, caplog):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda mode: FileOnFullDisk())

    with serve(app) as url, closing(connect(port_of(url))) as client:
        client.sendall(ask("/create", f"Content-Length: {FILE_SIZE}", method="POST"))
        # All of it, as browsers do before they show an answer.
        client.sendall(bytes(FILE_SIZE))
        assert read_answer(client)[0] == "HTTP/1.1 503 Service Unavailable"

    [record] = caplog.records
    assert "No space left on device" in record.message and not record.exc_info


def test_the_slowest_connections_are_closed_beyond_the_limit():
    channels = [fake_channel(waits_since=n, size=10) for n in (3, 1, 2)]
    limit_total(channels, lambda c: c.size, 15)
    assert [c.will_close for c in channels] == [False, True, True]
    # By itself, one may be longer.
    limit_total(channels, lambda c: c.size, 5)
    assert [c.will_close for c in channels] == [False, True, True]


def test_who_sent_a_whole_request_is_closed_last():
    channels = [fake_channel(waits_since=n, size=10) for n in (2, 1)]
    channels[1].requests = ["a request"]
    limit_total(channels, lambda c: c.size, 15, lambda c: bool(c.requests))
    assert [c.will_close for c in channels] == [True, False]


@long
def test_bodies_that_wait_for_a_thread_have_a_bound(port, served, databases):
    body = b"title=A+title&body=&more=" + b"x" * 1_900_000
    headers = [f"Cookie: flaskr_session={served.session}"]
    headers += ["Content-Type: application/x-www-form-urlencoded"]
    headers += [f"Content-Length: {len(body)}"]
    before = most = find_memory(served.process.pid)

    with ExitStack() as stack:
        # Writers wait, and keep the threads.
        unlock = stack.enter_context(ExitStack())
        unlock.enter_context(databases.lock_writers(served.database))

        for _ in range(200 if IS_LONG else 80):
            client = stack.enter_context(connect(port))

            # Those that were too many have been closed.
            with suppress(OSError):
                client.sendall(ask("/create", *headers, method="POST") + body)

        # It reads them all meanwhile.
        for _ in range(10):
            time.sleep(0.05)
            most = max(most, find_memory(served.process.pid))

        assert most < before + MAX_UNREAD + OTHER_MEMORY
        unlock.close()
        assert b"A title" in get_soon(port)


@pytest.mark.parametrize(
    ("limits", "connections"),
    [
        ((256, 256), 100),
        ((1024, 1024), 659),
        ((1024, 524_288), 1000),
        ((2048, resource.RLIM_INFINITY), 1000),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 1000),
    ],
)
def test_as_many_connections_as_descriptors_allow(monkeypatch, limits, connections):
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda *args: None)
    assert count_connections() == connections


def test_flags_of_the_command_count(instance, installed):
    done = subprocess.run(
        [sys.executable, "-c", FLAGS],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    assert json.loads(done.stdout) == [7, True, 26_000_001]


FLAGS = """
import json, waitress
from flaskr import create_app
server = waitress.create_server(
    create_app({"TESTING": True}), connection_limit=7, listen="127.0.0.1:0"
)
found = ["connection_limit", "asyncore_use_poll", "max_request_body_size"]
print(json.dumps([getattr(server.adj, name) for name in found]))
"""


def test_another_server_gets_no_waitress():
    code = "import sys; from flaskr import create_app; create_app({'TESTING': True});"
    code += "print('waitress' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT
    )
    assert done.stdout == "False\n"
