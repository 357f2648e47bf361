"""What a stranger sends is in nobody else's page: of each route, and by each input that
views, templates and hooks read."""

import re
from pathlib import Path

import pytest

from flaskr import create_app

from .conftest import write
from .test_images import upload

FLASKR = Path(__file__).parent.parent / "flaskr"
SOURCE = "".join(
    path.read_text("utf-8")
    for pattern in ("**/*.py", "templates/**/*.*ml")
    for path in sorted(FLASKR.glob(pattern))
)

# All that the code names, and what others have been caught with.
FIELDS = set(re.findall(r"""\b(?:form|files|args)(?:\.get)?[(\[]["'](\w+)""", SOURCE))
FIELDS |= {"username", "password", "title", "body", "tags", "comment", "about", "page"}
HEADERS = set(re.findall(r"""headers(?:\.get)?[(\[]["']([\w-]+)""", SOURCE))
HEADERS |= {
    name.removeprefix("HTTP_").replace("_", "-")
    for name in re.findall(r"\bHTTP_[A-Z_]+", SOURCE)
}
HEADERS |= {
    *("Accept", "Accept-Charset", "Forwarded", "Origin", "Referer", "User-Agent"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix"),
    *("X-Forwarded-Proto", "X-Forwarded-Server", "X-HTTP-Method-Override", "X-Host"),
    *("X-Original-URL", "X-Rewrite-URL", "X-Script-Name", "X-Real-IP", "Via", "From"),
    *("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-CH-UA", "Upgrade-Insecure-Requests"),
    *("Save-Data", "DNT", "Prefer", "Purpose", "X-Requested-With", "Content-Language"),
}

# In the key, or makes a request one person's.
IN_THE_KEY = {"HOST", "ACCEPT-LANGUAGE", "ACCEPT-ENCODING", "AUTHORIZATION", "COOKIE"}
HEADERS = sorted({h for h in HEADERS if h.upper() not in IN_THE_KEY})

EVIL = "eviltext"

# What the routes are asked with.
VALUES = {
    **{"id": 1, "slug": "a-title", "rest": "x", "name": "alice", "year": 2026},
    **{
        "month": 11,
        "number": 1,
        "format": "atom",
        "filename": "style.css",
        "tag": "en",
        "part": 0,
        "version": 1,
        "token": "MQ",
        "form_id": "form",
        "scheme": "light",
        "kind": "post",
    },
}


def find_paths(app):
    """A path of each route that can be read."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in rule.methods:
                values = {name: VALUES[name] for name in rule.arguments}

                if rule.endpoint.startswith("tag") or rule.endpoint == "feeds.tag":
                    values = values and {**values, "name": "python"}

                yield rule.build(values, append_unknown=False)[1]


@pytest.fixture
def blog(app, alice):
    write(alice)
    alice.post("/1/update", data={"title": "A title", "body": "B", "tags": "Python"})
    alice.post("/1/comment", data={"comment": "A comment."})
    image = upload(alice)
    app.image = re.search(r"\((.*)\)", image)[1]
    app.extensions["flaskr.db"].shutdown()
    return app


def make_app(app):
    return create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})


def read(app, path):
    response = app.test_client().get(path, buffered=True)
    moving = ("Date", "Last-Modified", "Expires")
    headers = {k: v for k, v in response.headers.items() if k not in moving}
    # A cookie that is signed has the time in it.
    headers.pop("Set-Cookie", None)
    # So has a form that says when it was shown.
    data = re.sub(rb'name="shown" value="[^"]*"', b"", response.data)

    if data != response.data:
        headers = {k: v for k, v in headers.items() if k != "Content-Length"}

    return response.status_code, headers, data


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ["form", "files", "json", "query in the body"])
def test_what_a_stranger_sends_is_in_nobody_elses_page(blog, method, kind):
    other, poisoned = make_app(blog), make_app(blog)
    data = {field: EVIL for field in FIELDS}
    body = {
        "form": {"data": data},
        "files": {"data": data, "content_type": "multipart/form-data"},
        "json": {"json": data},
        "query in the body": {"data": f"q={EVIL}", "content_type": "text/plain"},
    }[kind]

    for path in {*find_paths(blog), blog.image, "/nothing", "/search?q=title"}:
        sent = poisoned.test_client().open(
            path,
            method=method,
            headers=[(name, EVIL) for name in HEADERS] + [("Cookie", f"evil={EVIL}")],
            environ_overrides={"REMOTE_ADDR": EVIL, "REMOTE_USER": EVIL},
            **body,
        )
        assert EVIL.encode() not in sent.data + str(sent.headers).encode(), path
        assert read(poisoned, path) == read(other, path), path

    other.extensions["flaskr.db"].shutdown()
    poisoned.extensions["flaskr.db"].shutdown()


def test_a_stranger_with_a_session_puts_nothing_into_kept_parts_of_pages(blog):
    other, poisoned = make_app(blog), make_app(blog)
    data = {field: EVIL for field in FIELDS}

    for path in find_paths(blog):
        client = poisoned.test_client()
        client.set_cookie("flaskr_session", EVIL)
        headers = [(name, EVIL) for name in HEADERS]
        client.get(path, data=data, headers=headers, buffered=True)
        assert read(poisoned, path) == read(other, path), path

    other.extensions["flaskr.db"].shutdown()
    poisoned.extensions["flaskr.db"].shutdown()


def test_an_answer_that_is_not_kept_is_made_once(blog, client):
    seen = []
    cache = blog.extensions["flaskr.page_cache"]
    wsgi_app = cache.wsgi_app
    cache.wsgi_app = lambda *args: seen.append(1) or wsgi_app(*args)
    etag = client.get(blog.image).headers["ETag"]
    seen.clear()

    for method, path, headers, status in [
        ("HEAD", "/nothing", {}, 404),
        ("HEAD", blog.image, {}, 200),
        ("GET", blog.image, {"If-None-Match": etag}, 304),
        ("GET", blog.image, {"If-None-Match": '"other"'}, 200),
        ("GET", blog.image, {"Range": "bytes=0-9"}, 206),
        ("GET", blog.image, {"Range": "bytes=99999999-"}, 416),
        ("GET", "/nothing", {"If-None-Match": "*"}, 404),
        ("HEAD", "/1", {}, 301),
    ]:
        response = client.open(path, method=method, headers=headers)
        assert response.status_code == status, (method, path, headers)
        assert (response.data == b"") == (method == "HEAD" or status in (304, 416))
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert len(seen) == 1, (method, path, headers)
        seen.clear()
