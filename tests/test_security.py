"""Headers, cookies, keys, host names and proxies."""

import errno
import os
import re
import secrets
import threading
import time
from functools import lru_cache

import pytest
from flask import request

from flaskr import create_app
from flaskr.db import init_db
from flaskr.web import security
from flaskr.web.session_cookie import MAX_COOKIE

from .children import LIMIT
from .conftest import cookie
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def site(instance):
    """An app that knows its address."""
    app = create_app({"TESTING": True, "SITE_URL": "https://blog.example/"})

    with app.app_context():
        init_db()

    return app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
        ("GET", "/hello", 200),
        ("GET", "/static/style.css", 200),
        ("GET", "/static/missing.css", 404),
        ("GET", "/create", 302),
        ("GET", "/auth/login", 200),
        ("POST", "/auth/login", 401),
        ("GET", "/?older=x", 400),
        ("GET", "/nope", 404),
        ("PUT", "/create", 405),
        ("GET", "/auth//login", 308),
    ],
)
def test_every_response_has_the_security_headers(client, method, path, status):
    response = client.open(path, method=method, buffered=True)

    assert response.status_code == status
    assert HEADERS.items() <= dict(response.headers).items()
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy

    for directive in (
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "style-src 'self'",
    ):
        assert directive in policy


def test_a_304_has_the_security_headers_too(client):
    path = "/static/style.css"
    etag = client.get(path, buffered=True).headers["ETag"]
    response = client.get(path, headers={"If-None-Match": etag}, buffered=True)

    assert response.status_code == 304
    assert HEADERS.items() <= dict(response.headers).items()


def test_a_view_may_set_a_stricter_header(app, client):
    @app.get("/strict")
    def strict():
        return "", {"Content-Security-Policy": "sandbox"}

    assert client.get("/strict").headers.getlist("Content-Security-Policy") == [
        "sandbox"
    ]


def test_no_page_has_inline_script_or_style(app, alice):
    for path in ("/", "/create", "/account/", "/account/close", "/nope"):
        page = alice.get(path).text
        # Data for search engines is no script.
        assert not re.search(r"<script(?! src=| type=\"application/ld\+json\")", page)
        assert "<style" not in page
        assert " style=" not in page
        assert " on" + "click" not in page


def test_readers_get_no_cookie(client):
    for path in ("/", "/auth/login", "/auth/register", "/nope", "/static/style.css"):
        assert "Set-Cookie" not in client.get(path, buffered=True).headers


def test_pages_differ_by_cookie_and_are_asked_for_again(client, alice):
    assert "Cookie" in client.get("/").vary
    assert client.get("/").headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in alice.get("/").vary
    assert alice.get("/").headers["Cache-Control"] == "private, no-cache"
    assert alice.get("/nope").headers["Cache-Control"] == "private, no-cache"


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(app, client):
    register(app, "alice")
    response = client.post(
        "/auth/login", data={"username": "alice", "password": PASSWORD}
    )
    (value,) = (
        line
        for line in response.headers.getlist("Set-Cookie")
        if line.startswith("flaskr_session=")
    )
    # By the browser's clock: with one that was set back, the server's end may be over.
    assert "; Max-Age=2592000" in value
    assert "; HttpOnly" in value
    assert "; SameSite=Lax" in value
    assert "Secure" not in value
    assert "Domain" not in value
    # It is sent once, not with each page.
    assert "Set-Cookie" not in client.get("/").headers


def test_cookies_over_https_are_secure_and_the_browser_remembers(site):
    client = site.test_client()
    base_url = "https://blog.example"
    data = {"username": "alice", "password": PASSWORD}
    client.post("/auth/register", data=data, base_url=base_url)
    response = client.post("/auth/login", data=data, base_url=base_url)
    cookies = response.headers.getlist("Set-Cookie")

    assert len(cookies) == 2
    assert all("; Secure" in value for value in cookies)
    assert any(v.startswith("__Host-flaskr=") and "Path=/;" in v for v in cookies)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["evil.example", "blog.example.evil", "localhost"])
def test_other_host_names_are_refused_with_a_page(site, host):
    response = site.test_client().get("/", headers={"Host": host})

    assert response.status_code == 400
    assert "Flaskr</a>" in response.text
    assert HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize("url", ["HTTPS://Blog.Example", "https://blog.example/"])
def test_the_case_of_the_site_url_does_not_matter(instance, url):
    app = create_app({"TESTING": True, "SITE_URL": url})

    assert app.config["SESSION_COOKIE_SECURE"] is True
    response = app.test_client().get("/hello", base_url="https://blog.example")
    assert "Strict-Transport-Security" in response.headers


def test_a_site_without_a_name_is_served(instance):
    app = create_app({"TESTING": True, "SITE_URL": "http://[fd00::7]:8080"})
    response = app.test_client().get("/hello", headers={"Host": "[fd00::7]:8080"})

    assert response.status_code == 200


def test_the_name_of_the_site_is_welcome_on_every_port(site):
    for host in ("blog.example", "blog.example:8080"):
        assert site.test_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "blog.example",
        "https://",
        "ftp://blog.example",
        "https://a b",
        "",
    ],
)
def test_a_site_url_that_is_none_is_refused_at_the_start(instance, url):
    with pytest.raises(SystemExit, match="SITE_URL"):
        create_app({"TESTING": True, "SITE_URL": url})


# The secret key


def forge(app, key):
    """The cookie that somebody who knows the key would make."""
    from flask.sessions import SecureCookieSessionInterface

    other = create_app({"TESTING": True, "SECRET_KEY": key})
    serializer = SecureCookieSessionInterface().get_signing_serializer(other)
    return serializer.dumps({"user_id": 1, "token": "x", "next": "/create"})


@pytest.mark.parametrize(
    "configured", ["", "SECRET_KEY = 'dev'\n", "SECRET_KEY=b'dev'"]
)
def test_the_tutorials_key_is_worth_nothing_when_installed(instance, configured):
    instance.mkdir()
    (instance / "config.py").write_text(configured)
    app = create_app()

    assert app.secret_key not in ("dev", b"dev", None)
    client = app.test_client()
    client.set_cookie("flaskr_session", forge(app, "dev"))

    with client.session_transaction() as session:
        assert not session


def test_a_key_is_made_once_and_for_its_owner(instance):
    first = create_app().secret_key

    assert create_app().secret_key == first
    assert len(first) == 64
    assert os.stat(instance / "secret_key").st_mode & 0o777 == 0o600


def test_the_key_of_config_py_comes_first(instance):
    instance.mkdir()
    (instance / "config.py").write_text("SECRET_KEY = 'of the operator, long'\n")

    assert create_app().secret_key == "of the operator, long"
    assert not (instance / "secret_key").exists()


def test_two_processes_that_start_at_once_have_one_key(instance):
    instance.mkdir()
    (instance / "secret_key").touch()
    keys = []
    thread = threading.Thread(
        target=lambda: keys.append(create_app().secret_key), daemon=True
    )
    thread.start()
    time.sleep(0.05)
    (instance / "secret_key").write_text("k" * 64)
    thread.join(LIMIT)
    assert not thread.is_alive()

    assert keys == ["k" * 64]


def test_a_disk_that_is_full_leaves_no_empty_key(instance, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(security.os, "write", raise_full)

        with pytest.raises(SystemExit, match="No space left"):
            create_app()

    assert create_app().secret_key


def raise_full(*args):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("key", [b"", b"short", b"\xff\xfes\0h\0o\0r\0t\0"])
def test_a_key_file_without_a_key_is_named(instance, monkeypatch, key):
    monkeypatch.setattr(security.time, "sleep", lambda seconds: None)
    instance.mkdir()
    (instance / "secret_key").write_bytes(key)

    with pytest.raises(SystemExit, match="secret_key doesn't have a key"):
        create_app()


def test_tests_need_no_key(instance):
    assert create_app({"TESTING": True}).secret_key == "dev"
    assert not (instance / "secret_key").exists()


# Proxies


def address_seen(app, remote="127.0.0.1", **headers):
    """The address that the blog notes of a login."""
    register(app, "alice")
    app.test_client().post(
        "/auth/login",
        data={"username": "alice", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": remote},
        headers={f"X-Forwarded-{name}": value for name, value in headers.items()},
    )
    return rows(app, "SELECT address FROM session ORDER BY id DESC")[0]["address"]


def with_proxies(*proxies):
    app = create_app({"TESTING": True, "TRUSTED_PROXIES": list(proxies)})

    with app.app_context():
        init_db()

    return app


# As waitress and gunicorn say it.
@pytest.mark.parametrize("remote", ["localhost", ""])
def test_a_proxy_behind_a_socket_has_a_name(instance, remote):
    app = with_proxies("unix")
    assert address_seen(app, remote, For="6.6.6.6") == "6.6.6.6"
    # And nobody else has it.
    assert address_seen(app, "6.6.6.7", For="6.6.6.6") == "6.6.6.7"


@pytest.mark.parametrize("remote", ["localhost", ""])
def test_a_socket_is_not_trusted_unless_named(instance, remote):
    assert address_seen(with_proxies("127.0.0.1"), remote, For="6.6.6.6") == remote


def test_a_proxy_is_not_believed_by_default(app):
    assert address_seen(app, For="6.6.6.6") == "127.0.0.1"


@pytest.mark.parametrize(
    ("remote", "forwarded", "seen"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        # What is left of the last stranger, he may have made up.
        ("127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "6.6.6.6,203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, unknown, 10.1.2.3", "10.1.2.3"),
        ("203.0.113.9", "6.6.6.6", "203.0.113.9"),
        ("", "6.6.6.6", ""),
    ],
)
def test_named_proxies_are_believed(instance, remote, forwarded, seen):
    app = with_proxies("127.0.0.1", "10.0.0.0/8")
    assert address_seen(app, remote, For=forwarded) == seen


@pytest.mark.parametrize(
    ("remote", "proto", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "gopher", "http"),
        ("6.6.6.6", "https", "http"),
    ],
)
def test_named_proxies_tell_the_scheme(instance, remote, proto, scheme):
    app = with_proxies("127.0.0.1")

    @app.get("/scheme")
    def show_scheme():
        from flask import request

        return request.scheme

    response = app.test_client().get(
        "/scheme",
        headers={"X-Forwarded-Proto": proto},
        environ_base={"REMOTE_ADDR": remote},
    )
    assert response.text == scheme


@pytest.mark.parametrize("proxies", ["127.0.0.1", ["localhost"], ["10.0.0.1/8"]])
def test_proxies_that_are_none_are_refused_at_the_start(instance, proxies):
    with pytest.raises(SystemExit, match="TRUSTED_PROXIES"):
        create_app({"TESTING": True, "TRUSTED_PROXIES": proxies})


def test_logged_in_pages_are_not_for_everybody(app):
    alice = log_in(app, "alice")
    assert alice.get("/account/").headers["Cache-Control"] == "no-store"
    assert cookie(alice) is not None


def test_a_signature_is_checked_once_and_what_it_signed_stays_the_cookies(app, alice):
    reads = []
    sessions = app.session_interface
    read = sessions.read
    sessions.read_once = lru_cache(9)(lambda *args: reads.append(1) or read(*args))

    with app.test_request_context(headers={"Cookie": cookie_of(alice)}):
        first = sessions.open_session(app, request)
        first["token"] = "another"
        first.setdefault("_flashes", []).append(("message", "Hello"))
        second = sessions.open_session(app, request)

    assert len(reads) == 1
    assert second["token"] != "another" and "_flashes" not in second


def test_a_cookie_is_worth_nothing_once_its_key_has_gone(app, alice):
    cookie = cookie_of(alice)
    old = app.secret_key

    for key, fallbacks, is_known in [
        (old, None, True),
        ("another key" * 4, None, False),
        ("another key" * 4, [old], True),
        ("another key" * 4, ["a third" * 4], False),
        (old, None, True),
    ]:
        app.config.update(SECRET_KEY=key, SECRET_KEY_FALLBACKS=fallbacks)
        page = app.test_client(use_cookies=False).get("/", headers={"Cookie": cookie})
        assert ('class="user"' in page.text) == is_known, (key, fallbacks)


def test_only_cookies_that_a_browser_takes_are_remembered(app):
    sessions = app.session_interface
    serializer = sessions.get_signing_serializer(app)

    for number in range(3):
        signed = serializer.dumps({"next": str(number) * 9000})
        assert len(signed) <= MAX_COOKIE
        long = serializer.dumps({"next": secrets.token_hex(5000)})
        assert len(long) > MAX_COOKIE

        for value in (signed, long, "x.y.z"):
            app.test_client(use_cookies=False).get(
                "/", headers={"Cookie": f"flaskr_session={value}"}
            )

    assert sessions.read_once.cache_info().currsize == 3


def cookie_of(client):
    cookie = client.get_cookie("flaskr_session")
    return f"flaskr_session={cookie.value}"
