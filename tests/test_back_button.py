"""The Back button leads to the form with its text, in a browser: from the browser's own
error page while the server is down, and from what became of the form."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from flaskr.db import transaction

from .browsers import cookies_of
from .browsers import expect_message
from .browsers import fill_in_login
from .browsers import fill_in_post
from .browsers import log_in
from .browsers import make_blog
from .browsers import NAME
from .browsers import needs_chromium
from .browsers import register
from .browsers import serve
from .conftest import rows

pytestmark = needs_chromium

with_and_without_scripts = pytest.mark.parametrize("scripts", [False, True])


class Blog:
    """A blog whose server can be stopped and started again at the same address."""

    def __init__(self, app):
        self.app = app
        self.stack = ExitStack()
        self.port = 0

    def start(self):
        self.url = self.stack.enter_context(serve(self.app, port=self.port))
        self.port = int(self.url.rpartition(":")[2])

    def stop(self):
        self.stack.close()


@pytest.fixture(scope="module")
def blog(databases):
    app = make_blog(databases.make())
    # One person writes the comments of all tests.
    app.config["COMMENTS_PER_PERSON"] = 1000
    blog = Blog(app)
    blog.start()
    yield blog
    blog.stop()


@pytest.fixture(scope="module")
def visitors(browser, blog):
    state = cookies_of(browser, blog.url)
    return {"writer": {"base_url": blog.url, "storage_state": state}}


@pytest.fixture
def page(open_browser, scripts):
    return open_browser("writer", java_script_enabled=scripts)


def press(page, button):
    buttons = page.get_by_role("main").get_by_role("button", name=button, exact=True)
    buttons.click()


def press_in_vain_and_go_back(page, button):
    """Send a form to a server that is down, and come back from the error page."""

    def is_error(frame):
        return frame.url.startswith("chrome-error:")

    with page.expect_event("framenavigated", is_error):
        press(page, button)

    # The browser learns of what was typed a moment after the page has gone.
    page.wait_for_timeout(1000)
    page.go_back()


def end_newest_session(blog):
    with blog.app.app_context(), transaction() as db:
        db.execute("DELETE FROM session WHERE id = (SELECT max(id) FROM session)")


def publish(page, title, body="Words."):
    page.goto("/create")
    fill_in_post(page, title, body)
    press(page, "Publish")
    expect_message(page, "Published.")
    return int(re.search(r"/(\d+)-", page.url)[1])


def comment(page, id, text="A comment."):
    page.goto(f"/{id}")
    page.get_by_label("Your comment").fill(text)
    press(page, "Comment")
    expect(page.locator(".comment")).to_contain_text(text)
    return int(page.url.rpartition("-")[2])


# The form of each kind of text: its page, the field and the button.
FORMS = {
    "new": ("/create", "Text", "Publish"),
    "edit": ("/{post}/update", "Text", "Publish changes"),
    "comment": ("/{post}", "Your comment", "Comment"),
    "comment alone": ("/{post}/comment", "Your comment", "Comment"),
    "reply": ("/comment/{comment}/reply", "Your comment", "Comment"),
    "comment again": ("/comment/{comment}/update", "Your comment", "Save"),
    "profile": ("/account/about", "About you", "Save"),
}


@with_and_without_scripts
@pytest.mark.parametrize("kind", FORMS)
def test_back_finds_the_text_when_the_server_did_not_answer(blog, page, kind):
    path, label, button = FORMS[kind]
    post = publish(page, f"Before {kind}")
    page.goto(path.format(post=post, comment=comment(page, post)))

    if kind == "new":
        page.get_by_label("Title").fill("While it restarts")

    text = f"Typed for {kind}: 写作."
    page.get_by_label(label).fill(text)
    opened = page.url
    blog.stop()

    press_in_vain_and_go_back(page, button)
    assert page.url == opened
    expect(page.get_by_label(label)).to_have_value(text)
    blog.start()
    press(page, button)
    expect(page.get_by_text(text)).to_be_visible()


@with_and_without_scripts
def test_back_finds_the_text_after_a_message(blog, page, scripts):
    """A message changes the cookie when it is shown."""
    page.context.clear_cookies()
    page.goto("/create")
    page.get_by_role("main").get_by_role("link", name="Register").click()
    page.get_by_label("Username").fill(f"new {scripts}")
    page.get_by_label("Password").fill("three random words")
    press(page, "Register")
    expect_message(page, "Welcome")
    fill_in_post(page, "After a message", "Typed.")
    blog.stop()

    press_in_vain_and_go_back(page, "Publish")
    expect(page.get_by_label("Text")).to_have_value("Typed.")
    blog.start()
    press(page, "Publish")
    expect_message(page, "Published.")


@with_and_without_scripts
def test_back_finds_a_text_that_was_refused(blog, page):
    page.goto("/create")
    fill_in_post(page, " ", "Typed.")
    press(page, "Publish")
    expect_message(page, "Title is required.")
    fill_in_post(page, "Now with a title", "Typed again.")
    blog.stop()
    press_in_vain_and_go_back(page, "Publish")
    expect(page.get_by_label("Text")).to_have_value("Typed again.")
    blog.start()
    press(page, "Publish")
    expect_message(page, "Published.")


@with_and_without_scripts
def test_back_and_again_corrects_the_post(blog, page):
    id = publish(page, "Once", "A sentense.")
    page.go_back()
    expect(page.get_by_label("Text")).to_have_value("A sentense.")
    page.get_by_label("Text").fill("A sentence.")
    press(page, "Publish")
    expect_message(page, "The post you already published was updated")
    assert f"/{id}-once" in page.url
    # Another one is another one.
    assert publish(page, "Once", "A sentence.") != id


@with_and_without_scripts
def test_back_and_again_corrects_the_comment(blog, page):
    post = publish(page, "Commented")
    comment(page, post, "My coment.")
    page.go_back()
    expect(page.get_by_label("Your comment")).to_have_value("My coment.")
    page.get_by_label("Your comment").fill("My comment.")
    press(page, "Comment")
    expect(page.locator(".comment")).to_have_count(1)
    expect(page.locator(".comment")).to_contain_text("My comment.")
    # The form on that page is a new one.
    page.get_by_label("Your comment").fill("Quite another.")
    press(page, "Comment")
    expect(page.locator(".comment")).to_have_count(2)


@with_and_without_scripts
def test_a_double_click_publishes_one_post(blog, page, scripts):
    page.goto("/create")
    fill_in_post(page, f"Doubled {scripts}", "x")
    button = page.get_by_role("main").get_by_role("button", name="Publish")
    button.dblclick()
    expect_message(page, "Published.")
    title = f"Doubled {scripts}"
    assert len(rows(blog.app, "SELECT id FROM post WHERE title = ?", title)) == 1


@with_and_without_scripts
def test_a_text_sent_after_the_session_ended_is_one_click_away(blog, page):
    page.context.clear_cookies()
    log_in(page)
    page.goto("/create")
    text = "春眠不觉晓，处处闻啼鸟。" * 300
    fill_in_post(page, "Ended", text)
    end_newest_session(blog)
    press(page, "Publish")
    expect_message(page, "Log in to continue. What you wrote has been kept.")
    assert "春眠" not in page.content()

    # The server restarts meanwhile.
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill("three random words")
    blog.stop()

    press_in_vain_and_go_back(page, "Log In")
    blog.start()
    fill_in_login(page)
    expect(page.get_by_label("Text")).to_have_value(text)
    press(page, "Publish")
    expect_message(page, "Published.")


@with_and_without_scripts
def test_somebody_else_at_the_computer_does_not_get_the_text(blog, page, scripts):
    name = f"eve {scripts}"
    page.goto("/create")
    fill_in_post(page, "Ended", "Secret words")
    page.context.clear_cookies()
    other = page.context.new_page()
    # Not closed while it is on its way: Playwright would wait for that for ever.
    register(other, name)
    expect_message(other, "Welcome")
    press(page, "Publish")
    expect(page.get_by_role("heading", level=1)).to_have_text("From another account")
    assert "Secret" not in page.content()
    fill_in_login(page)
    expect(page.get_by_label("Text")).to_have_value("Secret words")
