"""What is between the blog and its server, and says strange things."""

import pytest

from flaskr import create_app
from flaskr.db import get_pool

from ..conftest import client_with
from ..conftest import PASSWORD
from ..conftest import rows
from ..conftest import write
from ..test_errors import is_our_page
from .relay import fatal
from .relay import message
from .relay import open_relay

VERSION = b"schema_version"
TEXT = {"title": "A title", "body": "hours of work"}

# As PgBouncer sends it when its server process ends during a query.
LOST_TWICE = fatal("57P01", "terminating connection") + fatal("08P01", "server crashed")

# Of no length that could be, of no kind that there is, and no answer at all.
STRANGE = {
    "two errors": LOST_TWICE,
    "too long": b"D\xff\xff\xff\xff",
    "unknown": message(b"?", b""),
    "cut off": message(b"T", b"\0\x09"),
    "nothing": b"",
}


@pytest.fixture
def relay():
    with open_relay() as relay:
        yield relay


@pytest.fixture
def relayed(app, relay):
    """An app with the same database, which it reaches through a relay."""
    relayed = create_app(
        {"TESTING": True, "DATABASE": relay.url(app.config["DATABASE"])}
    )
    yield relayed
    get_pool(relayed).shutdown()


@pytest.fixture
def writer(relayed, alice, request):
    """The browser of Alice there."""
    return client_with(relayed, request.node.cookies["alice"])


def answer_once(relay, answer, *parts):
    """Have the relay answer the next message that has some parts."""

    def once(message):
        if not answered and all(part in message for part in parts):
            answered.append(message)
            return answer

    answered = []
    relay.answer = once
    return answered


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("path", ["/", "/auth/login", "/nope"])
def test_a_server_that_is_lost_while_it_is_asked_is_asked_again(
    relay, relayed, answer, path
):
    client = relayed.test_client()
    expected = client.get(path).status_code
    answered = answer_once(relay, answer, VERSION)
    assert client.get(path).status_code == expected
    assert answered


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_a_server_that_is_always_lost_is_a_503(relay, relayed, answer, caplog):
    relay.answer = lambda message: answer if VERSION in message else None
    assert is_our_page(relayed.test_client().get("/"), 503)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("statement", [b"INSERT INTO post", b"wait_to_write"])
def test_a_strange_answer_to_a_writer_is_a_503_with_the_text(
    app, relay, writer, answer, statement
):
    answered = answer_once(relay, answer, statement)
    response = writer.post("/create", data=TEXT)
    assert answered
    assert is_our_page(response, 503)
    assert "hours of work" in response.text
    assert rows(app, "SELECT id FROM post") == []
    write(writer)


def cut_after_commit(relay, number=1):
    """Have a connection end before what a request asks after it saved something for so
    many times."""

    def cut(message):
        if b"COMMIT\0" in message:
            commits.append(message)
        elif len(commits) == number:
            commits.append(None)
            return b""

    commits = []
    relay.answer = cut
    return commits


@pytest.mark.parametrize(
    ("path", "place"),
    [("/1/comment", "/comment/2"), ("/comment/1/reply", "/comment/2")]
    + [("/comment/1/update", "/comment/1")],
)
def test_a_comment_that_is_saved_is_led_to_when_the_server_is_lost(
    app, relay, writer, path, place
):
    write(writer)
    writer.post("/1/comment", data={"comment": "The first"})
    commits = cut_after_commit(relay)
    assert writer.post(path, data={"comment": "It is there"}).location == place
    assert commits[-1] is None
    assert len(rows(app, "SELECT id FROM comment WHERE body = 'It is there'")) == 1
    assert writer.get(place).location.startswith("/1-a-title#comment")


@pytest.mark.parametrize("number", range(1, 7))
def test_a_password_is_changed_with_a_new_session_or_not_at_all(
    app, relay, writer, number
):
    cut_after_commit(relay, number)
    response = writer.post(
        "/account/password",
        data={"password": PASSWORD, "new_password": "four more random words"},
    )
    relay.answer = lambda message: None
    is_changed = response.status_code == 302
    assert is_changed or is_our_page(response, 503)
    # Whoever changed it, or did not, is logged in.
    assert writer.get("/account/").status_code == 200
    right, wrong = PASSWORD, "four more random words"

    if is_changed:
        right, wrong = wrong, right

    for password, status in ((right, 302), (wrong, 422)):
        data = {"username": "alice", "password": password}
        assert app.test_client().post("/auth/login", data=data).status_code == status


def test_an_account_that_is_closed_is_said_to_be(app, relay, writer):
    # The password is checked in several.
    for number in range(1, 7):
        cut_after_commit(relay, number)
        response = writer.post(
            "/account/close", data={"posts": "keep", "password": PASSWORD}
        )
        is_closed = not rows(app, """SELECT id FROM "user" WHERE username = 'alice'""")
        assert is_closed == (response.location == "/")

        if is_closed:
            break

    assert is_closed
