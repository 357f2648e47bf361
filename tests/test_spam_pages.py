"""Editors and owners, and whoever runs the blog, try what the spam filter says."""

import html
import re

import pytest

from flaskr.data import spam_filter
from flaskr.data.roles import Role

from .conftest import rows
from .test_roles import give_role
from .test_spam_filter import CHINESE_HAM
from .test_spam_filter import CHINESE_SPAM
from .test_spam_filter import HAM
from .test_spam_filter import learn
from .test_spam_filter import SPAM


@pytest.fixture
def trained(app):
    app.config["BLOCKED_WORDS"] = ("casino", "彩票", "evil.example")

    with app.app_context():
        for text, is_spam in [
            *((SPAM, True), (HAM, False)),
            *((CHINESE_SPAM, True), (CHINESE_HAM, False)),
        ]:
            learn(text, is_spam)

    return app


@pytest.fixture
def editor(trained, alice):
    give_role(trained, "alice", Role.EDITOR)
    return alice


def words_in(page):
    """What a page says of a text, without markup."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())


def test_editors_see_which_words_of_a_text_weigh(editor, trained):
    page = words_in(editor.get("/admin/spam").text)
    assert "So far, 40 texts were decided to be spam, and 40 to be welcome." in page
    assert "Doesn’t look" not in page
    page = editor.post("/admin/spam", data={"text": SPAM.format(1, 1)}).text
    assert "Looks like spam" in page
    assert "<bdi>casino</bdi>" in page
    assert "On the list of blocked words:" in page
    page = words_in(editor.post("/admin/spam", data={"text": "免費彩票"}).text)
    assert "Has a blocked word" in page and "彩票" in page
    page = words_in(editor.post("/admin/spam", data={"text": "<b>Nobody"}).text)
    assert "Doesn’t look like spam" in page
    assert "Spam with a probability of 50%." in page
    assert "No word of it weighs anything yet." in page
    assert "<b>Nobody" in page
    assert rows(trained, "SELECT count(*) AS n FROM spam_decision") == [{"n": 80}]


@pytest.mark.parametrize("text", ["", "\0", "赌" * 200_000, "a\r\nb"])
def test_any_text_can_be_tried(editor, text):
    assert editor.post("/admin/spam", data={"text": text}).status_code == 200


def test_others_may_not(trained, client, alice):
    for method in (client.get, client.post):
        assert method("/admin/spam", data={"text": "x"}).location == "/auth/login"

    assert alice.get("/admin/spam").status_code == 403
    assert alice.post("/admin/spam", data={"text": "x"}).status_code == 403


def test_the_command_line_tries_a_text(trained, runner):
    output = runner.invoke(args=["spam", "test", SPAM.format(1, 1)]).output
    assert output.startswith("spam, with a probability of 1.000\n")
    assert "decided so far: 40 spam, 40 welcome" in output
    assert re.search(r"^\+\d\.\d  casino$", output, re.M)
    assert "blocked: casino" in output
    output = runner.invoke(
        args=["spam", "test", "-"], input="谢谢分享，面包\x1b[2J"
    ).output
    assert output.startswith("not spam, with a probability of 0.0")
    assert "-" in output and "\x1b" not in output


def test_the_number_of_decisions_is_nothing_at_first(app):
    with app.app_context():
        assert spam_filter.count_decisions() == (0, 0)
