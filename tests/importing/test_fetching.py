"""``flask --app flaskr import --fetch``: images from the web, of public addresses."""

import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer

import pytest

from flaskr.importing import fetching
from flaskr.importing.fetching import Fetcher
from flaskr.importing.fetching import is_public
from flaskr.importing.fetching import NotFetched

from ..children import LIMIT
from .archives import item
from .archives import write_wxr
from .test_import import picture
from .test_wordpress import find_names
from .test_wordpress import read_posts


class Handler(BaseHTTPRequestHandler):
    """Answers by the path; asked is what it was asked for."""

    def do_GET(self):
        self.server.asked.append(self.path)
        name = self.path.partition("?")[0]
        status, headers, content = self.server.answers.get(name, (404, {}, b""))
        self.send_response(status)

        for key, value in headers.items():
            self.send_header(key, value)

        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def web(monkeypatch):
    """A server that counts as public; its answers are by path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers, server.asked = {}, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


def refuse_to_fetch(url, fetcher=None):
    with pytest.raises(NotFetched) as error:
        (fetcher or Fetcher(1000)).fetch(url)

    return str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "ff02::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.1", "240.0.0.1"),
        *("fec0::1", "192.88.99.1"),
    ],
)
def test_private_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "8.8.8.8"])
def test_others_are(address):
    assert is_public(address)


def test_a_file_is_fetched(web):
    web.answers["/a b.png"[:2]] = (200, {}, b"content")
    assert Fetcher(1000).fetch(f"{web.url}/a?x=1#y") == b"content"
    assert web.asked == ["/a?x=1"]


def test_characters_of_an_address_are_escaped(web):
    web.answers["/%E4%BD%A0%20a%20b"] = (200, {}, b"content")
    assert Fetcher(1000).fetch(f"{web.url}/你%20a b") == b"content"


def test_a_private_address_is_not_asked(web, monkeypatch):
    monkeypatch.setattr(fetching, "is_public", is_public)
    assert refuse_to_fetch(f"{web.url}/a") == "its host is in a private network"
    assert refuse_to_fetch("http://localhost/a") == "its host is in a private network"
    assert web.asked == []


def test_a_name_that_leads_to_a_private_address_too_is_not_asked(web, monkeypatch):
    found = [(2, 1, 6, "", ("127.0.0.1", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    assert "private network" in refuse_to_fetch("http://blog.test/")


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(web, monkeypatch):
    web.answers["/a"] = (200, {}, b"content")
    answers = [[(2, 1, 6, "", ("127.0.0.1", 80))]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: answers.pop())
    connected = []
    real = socket.socket(socket.AF_INET)
    real.connect(("127.0.0.1", web.server_port))

    def connect(address, timeout):
        connected.append(address)
        return real

    monkeypatch.setattr(socket, "create_connection", connect)
    url = f"http://blog.test:{web.server_port}/a"
    assert Fetcher(1000).fetch(url) == b"content"
    assert connected == [("127.0.0.1", web.server_port)]


def test_where_it_leads_is_looked_at_again(web, monkeypatch):
    web.answers["/a"] = (301, {"Location": "/b"}, b"")
    web.answers["/b"] = (302, {"Location": "http://10.0.0.1/c"}, b"")
    assert refuse_to_fetch(f"{web.url}/a") == "its host is in a private network"
    assert web.asked == ["/a", "/b"]


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://x.example/", "//", "http://["]
)
def test_an_answer_leads_to_the_web_only(web, place):
    web.answers["/a"] = (301, {"Location": place}, b"")
    assert refuse_to_fetch(f"{web.url}/a") in (
        "its address is not one of the web",
        "it leads on too often",
    )


def test_a_circle_ends(web):
    web.answers["/a"] = (301, {"Location": "/a"}, b"")
    assert refuse_to_fetch(f"{web.url}/a") == "it leads on too often"
    assert len(web.asked) == fetching.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://",
        "x",
        "http://x:0/",
        "http://x:99999/",
        "http://[/",
    ],
)
def test_nothing_but_the_web_is_fetched(url):
    assert refuse_to_fetch(url) == "its address is not one of the web"


def test_a_name_that_is_none_is_not_asked():
    url = f"http://{'x' * 70}.example/"
    assert refuse_to_fetch(url) == "its address is not one of the web"


def test_a_file_has_a_bound(web):
    web.answers["/a"] = (200, {}, b"x" * 1001)
    assert refuse_to_fetch(f"{web.url}/a") == "it has more than 0 MB"


def test_a_file_takes_no_longer_than_a_minute(web, monkeypatch):
    web.answers["/a"] = (200, {}, b"x" * 10)
    monkeypatch.setattr(fetching, "MAX_TIME", -1)
    fetcher = Fetcher(1000)
    said = [refuse_to_fetch(f"{web.url}/a", fetcher) for _ in range(4)]
    assert set(said[:3]) == {"its host did not answer (TimeoutError)"}
    assert said[3] == "its host did not answer"


def test_a_host_that_says_nothing_is_not_waited_for(web, monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT", LIMIT)
    monkeypatch.setattr(fetching, "MAX_TIME", 0.3)

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        assert refuse_to_fetch(url) == "its host did not answer (TimeoutError)"


@contextmanager
def answering(content, waits):
    """The address of a server that sends something, and then nothing or the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()

            with connection:
                connection.recv(65_536)
                connection.sendall(content)
                # Until the other end is closed.
                while waits and connection.recv(65_536):
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a"
        thread.join(LIMIT)


def test_what_was_cut_off_is_no_file(web, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_TIME", 0.5)

    with answering(b"HTTP/1.1 200 OK\r\n\r\nbegin", waits=True) as url:
        assert refuse_to_fetch(url) == "its host did not answer (TimeoutError)"


def test_a_host_that_hangs_up_did_not_answer(web):
    with answering(b"", waits=False) as url:
        assert "its host did not answer (" in refuse_to_fetch(url)


def test_a_file_that_is_not_there_is_not_fetched(web):
    assert refuse_to_fetch(f"{web.url}/a") == "its host answered 404"


def test_a_host_that_does_not_answer_is_asked_three_times(monkeypatch, free_port):
    monkeypatch.setattr(fetching, "is_public", lambda address: True)
    fetcher = Fetcher(1000)
    url = f"http://127.0.0.1:{free_port}/"
    said = [refuse_to_fetch(url, fetcher) for _ in range(4)]
    assert set(said[:3]) == {"its host did not answer (ConnectionRefusedError)"}
    assert said[3] == "its host did not answer"


def test_certificates_are_checked(web, monkeypatch):
    closed = []
    close = socket.socket.close
    monkeypatch.setattr(
        socket.socket, "close", lambda self: (closed.append(1), close(self))
    )
    url = f"https://127.0.0.1:{web.server_port}/"
    assert "its host did not answer (SSL" in refuse_to_fetch(url)
    assert closed


def test_an_encrypted_connection_is_for_the_host(web, monkeypatch):
    names = []

    class Context:
        def wrap_socket(self, stream, server_hostname):
            names.append(server_hostname)
            return stream

    web.answers["/a"] = (200, {}, b"content")
    monkeypatch.setattr(ssl, "create_default_context", Context)
    url = f"https://127.0.0.1:{web.server_port}/a"
    assert Fetcher(1000).fetch(url) == b"content"
    assert names == ["127.0.0.1"]


def write_post(web, tmp_path, *names):
    images = "".join(f'<p><img src="{web.url}/{name}"></p>' for name in names)
    return write_wxr(tmp_path / "a.xml", item(1, body=images))


def test_images_are_fetched_when_that_is_asked(app, take, web, tmp_path):
    web.answers["/a.png"] = (200, {}, picture())
    web.answers["/b-9x9.png"] = (200, {}, picture("blue"))
    path = write_post(web, tmp_path, "a-30x20.png", "b-9x9.png", "gone.png")
    _, report = take(path, "--fetch")
    text = read_posts(app)[0]["body"]
    assert text.count("(/image/") == 2
    names = find_names(report, "left", "its host answered 404")
    assert names == [f"{web.url}/gone.png"]
    assert web.asked == ["/a.png", "/b.png", "/b-9x9.png", "/gone.png"]


def test_nothing_is_fetched_otherwise(take, web, tmp_path):
    path = write_post(web, tmp_path, "a.png")
    take(path)
    _, report = take(path, "--fetch")
    assert "image" not in report["taken"]
    assert web.asked == []


def test_a_trial_run_fetches_nothing(take, web, tmp_path):
    _, report = take(write_post(web, tmp_path, "a.png"), "--fetch", "--dry-run")
    assert len(find_names(report, "left", "it is fetched when")) == 1
    assert web.asked == []
