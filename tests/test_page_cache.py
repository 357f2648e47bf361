"""Pages that are kept: never stale, for nobody else, made once."""

import gzip
import re
import subprocess
import sys
import threading
import time

import brotli
import pytest
from werkzeug.test import EnvironBuilder

from flaskr import create_app
from flaskr.db import get_pool
from flaskr.db import init_db
from flaskr.web import one_at_a_time
from flaskr.web import page_cache
from flaskr.web import representations
from flaskr.web import whole_response
from flaskr.web.security import PRIVATE

from .children import child
from .children import IS_LONG
from .children import LIMIT
from .children import read_line
from .conftest import PASSWORD
from .conftest import register
from .conftest import titles
from .conftest import write
from .routes import list_addresses


@pytest.fixture
def made(app):
    """The paths for which Flask has made an answer."""
    paths = []
    cache = app.extensions["flaskr.page_cache"]
    flask = cache.wsgi_app

    def noted(environ, start_response):
        paths.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    cache.wsgi_app = noted
    return paths


COMMENT = "INSERT INTO comment (body, post_id, author_id) VALUES (?, 1, 1)"
ADD = "INSERT INTO post (title, body, author_id) VALUES (?, '', 1)"

# What browsers ask for by themselves is the same for all.
BROWSERS = ("/favicon.ico", "/apple-touch-icon", "/speculation-rules.json")

# Never stale


def test_a_page_is_made_once_until_something_is_committed(app, alice, client, made):
    write(alice, "First")
    made.clear()

    for _ in range(3):
        assert titles(client.get("/")) == ["First"]

    assert made == ["/"]
    write(alice, "Second")
    assert titles(client.get("/")) == ["Second", "First"]


def test_what_another_program_commits_is_shown_at_once(app, alice, client, execute):
    write(alice, "First")

    for number in range(20):
        assert len(titles(client.get("/"))) == min(number + 1, 10)
        execute(app, ADD, f"Post {number}")
        assert titles(client.get("/"))[0] == f"Post {number}"


OTHER = """
import sys
from flaskr import create_app
from flaskr.db import transaction

app = create_app({"TESTING": True, "DATABASE": sys.argv[1]})

for line in sys.stdin:
    if title := line.strip():
        with app.app_context(), transaction() as db:
            db.execute(
                "INSERT INTO post (title, body, author_id) VALUES (?, '', 1)", (title,)
            )
    print(app.test_client().get("/").text.count(f">{line.strip()}</a></h2>"), end=" ")
    print(max(map(int, __import__("re").findall(
        r">Post (\\d+)</a></h2>", app.test_client().get("/").text))), flush=True)
"""


def test_two_processes_never_show_a_stale_page(app, alice, client, execute):
    write(alice, "Post 0")
    command = [sys.executable, "-c", OTHER, app.config["DATABASE"]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

    with child(command, bufsize=1, **pipes) as other:
        for number in range(1, 201 if IS_LONG else 31):
            if number % 2:
                other.stdin.write(f"Post {number}\n")
                assert read_line(other).split()[1] == str(number)
            else:
                execute(app, ADD, f"Post {number}")
                other.stdin.write("\n")
                assert read_line(other).split()[1] == str(number)

            assert titles(client.get("/"))[0] == f"Post {number}"

        other.stdin.close()
        other.wait(LIMIT)


def test_a_page_says_with_expires_how_long_it_is_good(app, client, monkeypatch):
    now = time.time()
    numbers = iter(range(9))

    @app.get("/soon")
    def soon():
        return str(next(numbers)), {"Expires": http_date(now + 60)}

    assert [client.get("/soon").text for _ in range(2)] == ["0", "0"]
    monkeypatch.setattr(time, "time", lambda: now + 59)
    assert client.get("/soon").text == "0"
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert client.get("/soon").text == "1"


def http_date(timestamp):
    from werkzeug.http import http_date

    return http_date(timestamp)


def test_pages_are_not_kept_while_templates_are_edited(instance, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app({"SECRET_KEY": "x" * 40})

    with app.app_context():
        init_db()

    numbers = iter(range(9))
    app.add_url_rule("/number", "number", lambda: str(next(numbers)))
    assert [app.test_client().get("/number").text for _ in range(2)] == ["0", "1"]
    assert "ETag" not in app.test_client().get("/").headers


# For nobody else


def test_pages_that_somebody_with_a_session_gets_are_not_kept(app, alice):
    write(alice)

    for _, path in list_addresses(app, "GET"):
        for method in ("GET", "HEAD"):
            response = alice.open(path, method=method, buffered=True)
            assert "public" not in response.headers.get("Cache-Control", "") or (
                path.startswith(("/static/", "/image/", *BROWSERS))
            )

    assert not app.extensions["flaskr.page_cache"].pages.slots


def test_no_kept_page_sets_a_cookie_or_names_a_person(app, alice):
    write(alice)

    for _, path in list_addresses(app, "GET"):
        app.test_client().get(path, buffered=True)

    pages = [
        slot.page for slot in app.extensions["flaskr.page_cache"].pages.slots.values()
    ]
    assert len(pages) > 15

    for page in pages:
        assert b"Log Out" not in page.body
        assert "Set-Cookie" not in dict(page.headers)


def test_each_reader_gets_their_own_page(app, alice, client):
    write(alice)
    assert "Log In" in client.get("/").text
    assert "Log Out" in alice.get("/").text
    assert "Log In" in client.get("/").text
    alice.post("/auth/logout")
    assert "Log Out" not in alice.get("/").text


def test_a_message_for_one_person_is_shown_to_nobody_else(app, client):
    app.test_client().get("/auth/login")
    assert register(app, "carol").location == "/auth/login"
    other = app.test_client()
    other.post("/auth/register", data={"username": "dave", "password": PASSWORD})
    assert "Welcome, dave" in other.get("/auth/login", follow_redirects=True).text
    assert "Welcome" not in client.get("/auth/login").text
    assert "Welcome" not in client.get("/").text


@pytest.mark.parametrize(
    "different",
    [
        {"headers": {"Accept-Language": "zh"}},
        {"headers": {"Host": "other.example"}},
        {"query_string": {"q": "x"}},
        {"base_url": "https://localhost/"},
        {"environ_overrides": {"SCRIPT_NAME": "/blog"}},
    ],
    ids=repr,
)
def test_what_a_page_depends_on_tells_pages_apart(client, made, different):
    client.get("/search")
    client.get("/search", **different)
    assert made == ["/search"] * 2


def test_the_language_that_was_chosen_tells_pages_apart(client, made):
    assert "Log In" in client.get("/").text
    client.set_cookie("flaskr_language", "zh-Hans")
    assert "登录" in client.get("/").text


def test_cookies_of_other_programs_tell_no_pages_apart(client, made):
    client.get("/")
    client.set_cookie("_ga", "GA1.1.1234")
    client.get("/")
    assert made == ["/"]


def test_what_somebody_asks_for_is_in_no_part_of_another_page(
    app, alice, client, execute
):
    write(alice)

    for number in range(60):
        execute(app, COMMENT, f"Comment {number}")

    assert "evil" in client.get("/1-a-title?q=evil").text
    assert "evil" not in client.get("/1-a-title").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic YTpi"},
        {"Cookie": "x=" + "y" * 5000},
        {"Cookie": "flaskr_session=nonsense"},
    ],
    ids=["authorization", "much", "session"],
)
def test_a_page_that_may_be_for_one_person_is_not_kept(app, headers):
    response = app.test_client(use_cookies=False).get("/", headers=headers)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert not app.extensions["flaskr.page_cache"].pages.slots


def test_refusals_and_images_are_not_kept(app, alice, client):
    from .test_images import address_in
    from .test_images import upload

    image = address_in(upload(alice))

    for path in ("/nope", "/1/update", "/auth/logout", image):
        client.get(path)
        client.head(path)

    assert not app.extensions["flaskr.page_cache"].pages.slots
    etag = client.get(image).headers["ETag"]
    assert client.get(image, headers={"If-None-Match": etag}).status_code == 304


def test_a_page_that_says_no_store_is_not_kept(app, client):
    numbers = iter(range(9))
    headers = {"Cache-Control": "no-store"}
    app.add_url_rule("/number", "number", lambda: (str(next(numbers)), headers))
    assert [client.get("/number").text for _ in range(2)] == ["0", "1"]


# Made once


def crowd(app, path, number):
    """The answers that many get who ask at once."""
    answers = []
    start = threading.Barrier(number)

    def ask():
        start.wait(LIMIT)
        answers.append(app.test_client().get(path))

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(number)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    return answers


def test_two_hundred_readers_of_a_cold_page_have_it_made_once(app, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_WAIT", LIMIT)
    times = []

    @app.get("/slow")
    def slow():
        times.append(1)
        time.sleep(0.2)
        return "slow"

    answers = crowd(app, "/slow", 200)
    assert [answer.text for answer in answers] == ["slow"] * 200
    assert len(times) == 1


def test_two_requests_that_see_a_change_at_once_start_again_together(app, client, made):
    client.get("/")
    cache_ = app.extensions["flaskr.page_cache"]

    class Late:
        """The lock of one who comes second."""

        def __enter__(self):
            cache_.pages = page_cache.Pages(1_000_000, get_pool(app).version(), ("en",))
            cache_.pages.slots.update(kept)

        def __exit__(self, *args):
            pass

    kept = cache_.pages.slots
    cache_.pages = page_cache.Pages(1_000_000, "before")
    cache_.lock = Late()
    client.get("/")
    assert made == ["/"]


def test_a_crowd_gets_an_answer_that_is_not_kept(app):
    answers = crowd(app, "/nope", 20)
    assert [answer.status_code for answer in answers] == [404] * 20
    assert not app.extensions["flaskr.page_cache"].pages.slots


def test_nobody_waits_for_a_page_that_takes_long(app):
    began, go_on = threading.Event(), threading.Event()

    @app.get("/slow")
    def slow():
        began.set()
        go_on.wait(10)
        return "slow"

    thread = threading.Thread(target=app.test_client().get, args=["/slow"], daemon=True)
    thread.start()
    began.wait(10)
    assert app.test_client().get("/").status_code == 200
    go_on.set()
    thread.join(LIMIT)
    assert not thread.is_alive()


def test_a_page_that_a_database_holds_up_is_waited_for_so_long(app, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_WAIT", 0.1)
    began, go_on = threading.Event(), threading.Event()
    times = []

    @app.get("/slow")
    def slow():
        times.append(1)

        if len(times) == 1:
            began.set()
            go_on.wait(10)

        return "slow"

    thread = threading.Thread(target=app.test_client().get, args=["/slow"], daemon=True)
    thread.start()
    began.wait(10)
    assert app.test_client().get("/slow").text == "slow"
    go_on.set()
    thread.join(LIMIT)
    assert not thread.is_alive()
    app.test_client().get("/slow")
    # The first one's is kept.
    assert len(times) == 2


def begun(app, path):
    """An answer of which a server has sent the beginning."""
    body = app.wsgi_app(EnvironBuilder(path=path).get_environ(), lambda *args: None)
    next(body)
    return body


@pytest.mark.parametrize("end", [list, lambda body: body.close()])
def test_pages_are_made_and_sent_one_after_the_other(app, monkeypatch, end):
    monkeypatch.setattr(one_at_a_time, "MAX_WAIT", 10)
    first = begun(app, "/")
    lock = app.extensions["flaskr.page_cache"].one_at_a_time.lock
    second = threading.Thread(target=lambda: list(begun(app, "/search")), daemon=True)
    second.start()
    second.join(0.1)
    assert second.is_alive()
    end(first)
    second.join(10)
    assert not second.is_alive()
    assert (
        app.extensions["flaskr.page_cache"].one_at_a_time.lock is lock
        and not lock.locked()
    )


def test_a_page_that_nobody_reads_on_keeps_others_waiting_once(app, monkeypatch):
    unread = []
    thread = threading.Thread(
        target=lambda: unread.append(begun(app, "/")), daemon=True
    )
    thread.start()
    thread.join(LIMIT)
    assert not thread.is_alive()
    monkeypatch.setattr(one_at_a_time, "MAX_WAIT", 0.01)
    list(begun(app, "/search"))
    monkeypatch.setattr(one_at_a_time, "MAX_WAIT", 1000)
    thread = threading.Thread(
        target=lambda: list(begun(app, "/auth/login")), daemon=True
    )
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    unread[0].close()
    list(begun(app, "/auth/register"))


def test_a_thread_does_not_wait_for_its_own_last_page(app, monkeypatch):
    monkeypatch.setattr(one_at_a_time, "MAX_WAIT", 1000)
    unread = [begun(app, path) for path in ("/", "/search", "/auth/login")]
    assert len(unread) == 3

    # Nor for the next one, once an older one is closed.
    unread[0].close()
    unread.append(begun(app, "/tags"))
    assert len(unread) == 4


def test_a_page_that_raises_ends_its_turn(app, client):
    @app.get("/broken")
    def broken():
        raise ZeroDivisionError

    for headers in ({}, {"Cookie": "flaskr_session=x"}):
        with pytest.raises(ZeroDivisionError):
            client.get("/broken", headers=headers)

        assert not app.extensions["flaskr.page_cache"].one_at_a_time.lock.locked()


def test_a_writer_waits_for_no_page(app, alice, monkeypatch):
    unread = []
    thread = threading.Thread(
        target=lambda: unread.append(begun(app, "/")), daemon=True
    )
    thread.start()
    thread.join(LIMIT)
    assert not thread.is_alive()
    monkeypatch.setattr(one_at_a_time, "MAX_WAIT", 1000)
    data = {"title": "Written", "body": ""}
    assert alice.post("/create", data=data).status_code == 302
    assert app.extensions["flaskr.page_cache"].one_at_a_time.lock.locked()


def test_an_answer_that_a_server_gives_up_is_closed(app):
    closed = []

    @app.get("/long")
    def long():
        response = app.response_class("long")
        response.call_on_close(lambda: closed.append(1))
        return response

    builder = EnvironBuilder(path="/long", headers={"Authorization": "x"})
    body = app.wsgi_app(builder.get_environ(), lambda *args: None)
    assert next(body) == b"long" and not closed
    body.close()
    assert closed


def test_a_page_that_breaks_is_tried_again(app, client):
    app.testing = False
    answers = [ZeroDivisionError, "good"]

    @app.get("/broken")
    def broken():
        answer = answers.pop(0)
        return answer if isinstance(answer, str) else 1 / 0

    assert client.get("/broken").status_code == 500
    assert client.get("/broken").text == "good"


def test_the_memory_for_pages_is_bounded(instance):
    app = create_app({"TESTING": True, "CACHE_SIZE": 1_000_000})

    with app.app_context():
        init_db()

    client = app.test_client()
    most = 0

    for number in range(300):
        client.get(f"/search?x={number}")
        pages = app.extensions["flaskr.page_cache"].pages
        kept = sum(len(slot.page.body) for slot in pages.slots.values())
        assert kept <= pages.size <= 650_000
        most = max(most, pages.size)

    assert most > 500_000
    assert app.extensions["flaskr.fragments"].size <= 250_000


def test_the_memory_for_parts_of_pages_is_bounded(instance):
    app = create_app({"TESTING": True, "CACHE_SIZE": 40_000})

    with app.app_context():
        init_db()

    for number in range(30):
        app.test_client().get(f"/search?x={number}")
        assert app.extensions["flaskr.fragments"].size <= 10_000


def test_a_change_to_one_post_leaves_the_others_as_they_were(
    app, alice, client, monkeypatch
):
    for number in range(3):
        write(alice, f"Post {number}", f"Body {number}")

    client.get("/")
    read = []
    facts = app.jinja_env.filters["facts"]
    monkeypatch.setitem(
        app.jinja_env.filters,
        "facts",
        lambda post: read.append(post["title"]) or facts(post),
    )
    app.jinja_env.cache.clear()
    write(alice, "Post 3", "Body 3")
    client.get("/")
    # The second one is no longer the first, which is shown larger.
    assert read == ["Post 3", "Post 2"]


# As HTTP has it

DECODE = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": representations.zstd.decompress,
    None: bytes,
}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("zstd", "zstd"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"),
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("br;q=0", None),
        ("ünsinn;;q=x", None),
    ],
)
def test_a_page_comes_in_the_best_encoding(client, alice, accepted, encoding):
    write(alice, body="words " * 500)
    plain = client.get("/")
    response = client.get("/", headers={"Accept-Encoding": accepted})

    assert response.headers.get("Content-Encoding") == encoding
    assert DECODE[encoding](response.data) == plain.data
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert (len(response.data) < len(plain.data)) == bool(encoding)
    assert "Accept-Encoding" in response.vary
    assert (response.get_etag() == plain.get_etag()) == (not encoding)


def test_each_encoding_of_a_page_is_made_once(app, client, monkeypatch):
    times = []
    encode = representations.ENCODERS["br"]
    monkeypatch.setitem(
        representations.ENCODERS, "br", lambda body: times.append(1) or encode(body)
    )

    for _ in range(3):
        client.get("/", headers={"Accept-Encoding": "br"})

    assert len(times) == 1


def test_an_answer_of_a_few_words_is_not_encoded(client):
    response = client.get("/hello", headers={"Accept-Encoding": "br, gzip"})
    assert response.data == b"Hello, World!"
    assert "Content-Encoding" not in response.headers


def test_a_browser_that_has_a_page_is_told_so(client, alice):
    write(alice)

    for encoding in ("", "br"):
        asked = {"Accept-Encoding": encoding}
        first = client.get("/", headers=asked)
        etag = first.headers["ETag"]
        assert re.fullmatch(r'"[0-9a-f]{32}(-br)?"', etag)

        # nginx, too, weakens the ETag of what it compresses.
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            for method in ("GET", "HEAD"):
                answer = client.open(
                    "/", method=method, headers={**asked, "If-None-Match": known}
                )
                assert (answer.status_code, answer.data) == (304, b"")
                assert answer.headers["ETag"] == etag
                assert answer.headers["Vary"] == first.headers["Vary"]
                assert answer.headers["Cache-Control"] == "public, no-cache"
                assert "Content-Length" not in answer.headers

        for unknown in ('"other"', "nonsense", '"'):
            answer = client.get("/", headers={**asked, "If-None-Match": unknown})
            assert answer.status_code == 200

    write(alice)
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 200


def test_two_blogs_of_the_same_posts_have_the_same_etags(app, alice, client):
    write(alice)
    other = create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})
    etags = {c.get("/").headers["ETag"] for c in (client, other.test_client())}
    assert len(etags) == 1


@pytest.mark.parametrize("cold", [True, False])
@pytest.mark.parametrize("path", ["/", "/nope", "/feed.atom", "/static/style.css"])
def test_head_has_the_headers_of_get(app, client, path, cold):
    if not cold:
        client.get(path, buffered=True)

    head = client.head(path, buffered=True)
    get = client.get(path, buffered=True)
    assert head.data == b""
    assert head.status == get.status
    assert dict(head.headers) == dict(get.headers)


def test_a_request_for_a_part_of_a_page_gets_the_whole(client):
    whole = client.get("/")
    response = client.get("/", headers={"Range": "bytes=0-3"})
    assert (response.status_code, response.data) == (200, whole.data)


def test_a_proxy_may_hold_pages_for_a_while(instance):
    app = create_app({"TESTING": True, "SHARED_MAX_AGE": 30})

    with app.app_context():
        init_db()

    client = app.test_client()
    assert client.get("/").headers["Cache-Control"] == "public, max-age=0, s-maxage=30"
    assert client.get("/nope").headers["Cache-Control"] == "private, no-cache"


def test_the_index_of_ten_posts_is_light(app, alice, client):
    text = " ".join(f"word{number}" for number in range(2000))

    for number in range(10):
        write(alice, f"Post {number}", text[number * 500 :])

    asked = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=asked)
    # Not every browser asks for an icon.
    files = set(
        re.findall(r'(?:href|src)="(/static/[^"]*\.(?:css|svg))"', client.get("/").text)
    )
    weight = len(page.data)

    for file in files:
        weight += len(client.get(file, headers=asked, buffered=True).data)

    assert len(files) == 3
    assert weight < 30_000


def test_readers_need_two_stylesheets_and_one_script(app, alice, client):
    write(alice)

    for _, path in list_addresses(app, "GET"):
        for reader in (alice, client):
            response = reader.get(path, buffered=True)
            page = response.text if response.mimetype == "text/html" else ""

            if "<html" in page and response.status_code == 200:
                # One has the colors of this blog, the other all else; those who have
                # an account, or make one, get theirs besides, and those who write.
                is_reader = reader is client and not path.startswith("/auth/")
                count = page.count('rel="stylesheet"')
                assert 2 <= count <= (2 if is_reader else 4), path
                assert page.count("<script src") <= (1 if is_reader else 2), path


# What a page costs


def selects(statements):
    # When a post is due, and what owners have set, is asked once for each version.
    found = [s for s in statements if re.match("SELECT (?!min.due)", s)]
    return [s for s in found if "site_setting" not in s]


def test_the_index_takes_one_query_and_one_for_the_header(
    app, alice, client, statements
):
    for number in range(30):
        write(alice, f"Post {number}")

    for reader, number in ((client, 2), (alice, 3)):
        statements.clear()
        reader.get("/")
        assert len(selects(statements)) == number


def test_a_post_and_a_tag_and_a_feed_take_a_few_queries(app, alice, client, statements):
    alice.post("/create", data={"title": "T", "body": "b", "tags": "x, y, z"})

    for path, number in (("/1-t", 5), ("/tag/x", 2), ("/feed.atom", 3)):
        statements.clear()
        assert client.get(path).status_code == 200
        assert len(selects(statements)) == number, statements


def test_a_kept_page_takes_no_query_at_all(app, client, statements):
    client.get("/")
    statements.clear()
    client.get("/")
    assert not statements


def test_is_cacheable_tells_which_answers_may_be_kept():
    headers = [("Content-Type", "text/html"), ("Cache-Control", PRIVATE)]
    page = whole_response.WholeResponse("200 OK", headers, b"")
    assert page.is_cacheable()
    assert not page._replace(status="404 NOT FOUND").is_cacheable()

    for header in (
        ("Set-Cookie", "a=b"),
        ("Cache-Control", "no-store"),
        ("Cache-Control", "private, max-age=60"),
        ("Content-Type", "image/png"),
    ):
        other = page._replace(headers=[*page.headers, header])
        assert not other.is_cacheable()
