"""A field that people don't see and the time that a form took are signals, and refuse
nothing."""

import re

import pytest
from flask import g

from flaskr.web import spam_signals
from flaskr.web.spam_signals import find_signals
from flaskr.web.spam_signals import HIDDEN_FIELD
from flaskr.web.spam_signals import TOO_FAST

from .conftest import fields_of
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write


@pytest.fixture
def time(monkeypatch):
    """The time of forms, which only passes when it is told to."""

    class Time:
        now = 1_000_000_000.0

        def time(self):
            return self.now

    time = Time()
    monkeypatch.setattr(spam_signals, "time", time)
    return time


def shown_in(page):
    return re.search('name="shown" value="(.*?)"', page)[1]


def signals(app, **data):
    with app.test_request_context("/", method="POST", data=data):
        g.user = None
        return find_signals()


@pytest.mark.parametrize("path", ["/auth/register", "/1", "/1/comment", "/1/comment?x"])
def test_forms_have_a_field_that_people_do_not_see(client, alice, path):
    write(alice)
    browser = client if "register" in path else alice
    page = browser.get(path, follow_redirects=True).text
    field = re.search('<p class="decoy" hidden>.*?</p>', page, re.S)[0]
    assert 'name="subject"' in field
    assert 'autocomplete="off"' in field
    assert 'tabindex="-1"' in field
    assert "style=" not in field


def test_a_form_that_was_filled_in_by_a_program_shows_it(app, client, time):
    form = {"shown": shown_in(client.get("/auth/register").text)}
    assert signals(app, **form) == [TOO_FAST]
    assert signals(app, **form, subject="Buy") == [HIDDEN_FIELD, TOO_FAST]
    time.now += 3
    assert signals(app, **form, subject=" ") == []
    # Of a server whose clock is ahead.
    time.now -= 10
    assert signals(app, **form) == []
    assert all(str(text) for text in spam_signals.DESCRIPTIONS.values())


@pytest.mark.parametrize("shown", [{}, {"shown": ""}, {"shown": "1"}, {"shown": "\0é"}])
def test_who_sends_no_such_fields_shows_nothing(app, shown):
    assert signals(app, **shown, username="eve") == []


def test_another_signature_is_none(app):
    with app.app_context():
        signed = spam_signals.get_serializer().dumps("soon")

    assert signals(app, shown=signed) == []


def test_a_form_that_comes_again_was_shown_before(client, time):
    shown = shown_in(client.get("/auth/register").text)
    time.now += 5
    data = {"username": "", "password": PASSWORD, "shown": shown}
    answer = client.post("/auth/register", data=data)
    assert answer.status_code == 422
    assert shown_in(answer.text) == shown


def test_each_reader_gets_a_form_of_their_own(client, time):
    first = shown_in(client.get("/auth/register").text)
    time.now += 5
    assert shown_in(client.get("/auth/register").text) != first


def test_signals_refuse_nothing(app, client, alice):
    page = client.get("/auth/register").text
    data = {"username": "eve", "password": PASSWORD, "subject": "Buy"}
    answer = client.post("/auth/register", data={**data, "shown": shown_in(page)})
    assert answer.location == "/auth/login"
    write(alice)
    form = fields_of(alice.get("/1/comment").text, "/1/comment?send")
    alice.post("/1/comment", data={**form, "comment": "Hello", "subject": "Buy"})
    assert len(rows(app, "SELECT 1 FROM comment")) == 1
