"""What is between the blog and its server, and says strange things."""

import pytest

from flaskr import create_app
from flaskr.db import get_pool

from ..conftest import client_with
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
