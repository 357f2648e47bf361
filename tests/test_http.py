"""HTTP's small print, where caches, browsers and readers of feeds look at it."""

import re

import pytest

from .conftest import cookie
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import write
from .test_images import upload


@pytest.fixture
def image(alice):
    return re.search(r"\((.*)\)", upload(alice))[1]


def test_what_is_kept_has_no_date_of_its_own(client, alice):
    write(alice)

    for path in ("/static/style.css", "/", "/feed.atom", "/robots.txt"):
        # The server has the date of now.
        for _ in range(2):
            assert "Date" not in client.get(path).headers, path


@pytest.mark.parametrize("who", ["client", "alice"])
def test_a_range_is_for_get_only(request, image, who):
    reader = request.getfixturevalue(who)

    for asked in ("bytes=0-1", "bytes=99999999-"):
        response = reader.head(image, headers={"Range": asked})
        assert response.status_code == 200
        assert "Content-Range" not in response.headers


@pytest.mark.parametrize(
    "unit", ["foo=1-2", "lines=1-2", "seconds=0-", "bytes=0-1,3-4"]
)
@pytest.mark.parametrize("who", ["client", "alice"])
def test_a_range_in_an_unknown_unit_is_ignored(request, image, unit, who):
    reader = request.getfixturevalue(who)

    for path in (image, "/static/style.css", "/"):
        response = reader.get(path, headers={"Range": unit})
        assert response.status_code == 200, path
        assert len(response.data) == int(response.headers["Content-Length"])


@pytest.mark.parametrize("who", ["client", "alice"])
def test_a_range_of_bytes_is_sent(request, image, who):
    reader = request.getfixturevalue(who)
    whole = reader.get(image).data
    response = reader.get(image, headers={"Range": "Bytes=2-5"})
    assert (response.status_code, response.data) == (206, whole[2:6])


@pytest.mark.parametrize("who", ["client", "alice"])
def test_a_range_that_is_not_there_is_a_416(request, image, who):
    reader = request.getfixturevalue(who)
    response = reader.get(image, headers={"Range": "bytes=99999999-"})
    assert response.status_code == 416
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_401_says_how_to_log_in_and_has_no_browser_ask(client):
    response = client.post("/auth/login")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Cookie realm="Flaskr"'


@pytest.mark.parametrize("format", ["atom", "rss", "json"])
def test_a_feed_with_nothing_in_it_is_not_of_1970(app, alice, client, format):
    assert "1970" not in client.get(f"/feed.{format}").text
    assert "1970" not in client.get(f"/comments/feed.{format}").text
    write(alice)
    feed = client.get(f"/1/comments/feed.{format}")
    assert "1970" not in feed.text

    if format == "atom":
        created = rows(app, "SELECT created FROM post")[0]["created"]
        assert f"<updated>{created.replace(' ', 'T')}Z</updated>" in feed.text


def test_no_page_asks_for_a_prefetch(app, alice, client):
    for number in range(3):
        write(alice, f"T{number}")

    app.config["PAGE_SIZE"] = 1

    for path in ("/", "/2-t1"):
        head = client.get(path).text.partition("</head>")[0]
        assert not re.search(r"<link[^>]*rel=.?(next|prefetch|preload)", head)
        assert '<a rel="next"' in client.get(path).text


KNOWN = {"name": "flaskr_known_browser", "path": "/auth/login"}


def find_known(client):
    return client.get_cookie(KNOWN["name"], path=KNOWN["path"]).value


def attempt(client, known, password="wrong words"):
    client.set_cookie(KNOWN["name"], known, path=KNOWN["path"])
    return client.post("/auth/login", data={"username": "alice", "password": password})


def test_a_new_password_ends_the_browsers_that_knew_the_old_one(app):
    register(app, "alice")
    first, second = log_in(app, "alice"), log_in(app, "alice")
    old = find_known(first)
    data = {"password": PASSWORD, "new_password": "new words here"}
    assert second.post("/account/password", data=data).location == "/account/"
    assert find_known(second) != old

    # Strangers have used up all attempts.
    for number in range(20):
        app.test_client().post(
            "/auth/login",
            data={"username": "alice", "password": "wrong words"},
            environ_overrides={"REMOTE_ADDR": f"10.0.{number}.1"},
        )

    stranger = app.test_client()
    assert attempt(stranger, old, "new words here").status_code == 429
    assert attempt(stranger, find_known(second), "new words here").location == "/"
    assert cookie(first)
