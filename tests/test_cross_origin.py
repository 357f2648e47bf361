"""What another site makes a browser send is refused, and nothing else is."""

import pytest

from flaskr import create_app
from flaskr.db import init_db

from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .routes import VALUES

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8080"},
    {"Origin": "http://user@localhost"},
    {"Origin": "http://localhost/"},
    {"Origin": "http://localhost:99999999"},
    {"Origin": "file://"},
    {"Origin": ""},
]

OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://other-name.example"},
    {"Sec-Fetch-Site": "none"},
    # A browser over plain HTTP on a host that is not localhost.
    {"Origin": "http://blog.lan:8080", "Host": "blog.lan:8080"},
    {"Origin": "http://BLOG.lan", "Host": "blog.LAN"},
    {"Origin": "http://192.168.1.7", "Host": "192.168.1.7"},
    {"Origin": "http://[fd00::7]:8080", "Host": "[fd00::7]:8080"},
    # A proxy took HTTPS off.
    {"Origin": "https://blog.example", "Host": "blog.example"},
    {"Origin": "https://blog.example", "Host": "blog.example:443"},
]


def contents(app):
    return [
        rows(app, f"SELECT * FROM {table} ORDER BY 1")
        for table in ('"user"', "post", "session", "rate_limit")
    ]


def unsafe_requests(app):
    """Every unsafe method of every route there is, and of none."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            yield method, rule.build({name: VALUES[name] for name in rule.arguments})[1]

    yield "POST", "/no/such/page"
    yield "DELETE", "/1"


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_every_unsafe_request_of_another_site_is_refused(app, alice, headers):
    write(alice)
    before = contents(app)
    data = {
        "username": "mallory",
        "password": PASSWORD,
        "new_password": "mallory knows it",
        "title": "Spam",
        "body": "Spam",
        "posts": "delete",
    }
    requests = list(unsafe_requests(app))
    assert len(requests) > 10

    for method, path in requests:
        response = alice.open(path, method=method, data=data, headers=headers)
        assert response.status_code == 403, (method, path)
        assert "from another site" in response.text

    assert contents(app) == before


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_our_own_forms_and_other_programs_pass(client, headers):
    data = {"username": "alice", "password": PASSWORD}
    host = headers.get("Host", "localhost")
    response = client.post(
        "/auth/register", data=data, headers=headers, base_url=f"http://{host}"
    )
    assert response.location == "/auth/login"


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_reading_is_allowed_from_everywhere(alice, headers):
    assert alice.get("/", headers=headers).status_code == 200
    assert alice.head("/", headers=headers).status_code == 200


@pytest.fixture
def https_app(instance):
    app = create_app({"TESTING": True, "SITE_URL": "https://blog.example"})

    with app.app_context():
        init_db()

    return app


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://blog.example"}, 302),
        ({"Origin": "https://blog.example:443"}, 302),
        # As an old browser behind a proxy that changes Host sends it.
        ({"Origin": "https://blog.example", "Sec-Fetch-Site": "cross-site"}, 302),
        # Somebody on the way could answer for the same name without HTTPS.
        ({"Origin": "http://blog.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_the_origin_of_site_url_is_ours(https_app, headers, status):
    response = https_app.test_client().post(
        "/auth/register",
        data={"username": "alice", "password": PASSWORD},
        headers=headers,
        base_url="http://blog.example",
    )
    assert response.status_code == status


def test_a_refused_writer_gets_the_text_back(alice):
    response = alice.post(
        "/create",
        data={"title": "T", "body": "What I wrote <b>"},
        headers={"Origin": "https://old-name.example"},
    )
    assert "What I wrote &lt;b&gt;" in response.text
    assert "SITE_URL" in response.text
