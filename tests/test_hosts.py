"""Which host a request is for."""

import pytest
from werkzeug.test import create_environ
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response


def ask(client, host, path="/", protocol="HTTP/1.1"):
    """The answer to a request with a Host header, or without."""
    environ = {**create_environ(path), "SERVER_PROTOCOL": protocol, "HTTP_HOST": host}

    if host is None:
        del environ["HTTP_HOST"]

    body, status, headers = run_wsgi_app(client.application.wsgi_app, environ, True)
    return Response(body, status, headers)


BAD = [
    *(None, "", "xn--a", "xn--", "xn--0", "a.xn--a", "xn--a:80", "a b<x>", "a, b"),
    *("a..b", ".", "[", "[]", "[::x]", "[1.2.3.4]", "a:99999", "a:x", "a:1:2", "a@b"),
    *("a/b", "a?b", "a#b", "%41", "a\tb", "a\\b", "ä.example", '"', "a" * 64, "é"),
    *("a." * 150, "<script>", "a\x00", "*", "a'b"),
]


@pytest.mark.parametrize("host", BAD)
def test_what_names_no_host_is_a_400(client, caplog, host):
    for path in ("/", "/feed.atom", "/account/", "/sitemap.xml", "/nothing"):
        response = ask(client, host, path)
        assert response.status_code == 400
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    assert not caplog.records


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "blog.example:8080", "blog.example.", "1.2.3.4"),
        *("[::1]", "[2001:DB8::1]:80", "a_b", "xn--fiqs8s.example", "XN--FIQS8S"),
    ],
)
def test_a_host_of_any_case_is_one_host(client, host):
    assert ask(client, host).status_code == 200
    feed = ask(client, host, "/feed.atom")
    assert feed.status_code == 200
    assert f'href="http://{host.lower()}/' in feed.get_data(as_text=True)


def test_a_port_may_be_empty(client):
    feed = ask(client, "localhost:", "/feed.atom").get_data(as_text=True)
    assert 'href="http://localhost/' in feed


def test_a_program_of_old_needs_no_host(client):
    assert ask(client, None, protocol="HTTP/1.0").status_code == 200
    # And what it gets is nobody else's.
    assert ask(client, None).status_code == 400
    assert ask(client, "").status_code == 400


@pytest.mark.parametrize("host", ["blog.example", "BLOG.Example", "Blog.example:443"])
def test_the_host_of_the_site_is_known_in_any_case(
    create_ready_app, empty_database, host
):
    config = {"TESTING": True, "SITE_URL": "https://Blog.EXAMPLE"}
    app = create_ready_app(empty_database, config)
    assert ask(app.test_client(), host).status_code == 200
    assert ask(app.test_client(), "other.example").status_code == 400
