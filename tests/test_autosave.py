"""What is typed is not lost, whatever ends first: the tab, the network, the server, the
session. In a browser, with its own copies and those of the server."""

import itertools
import json
import random
import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error
from playwright.sync_api import expect

from .browsers import axe_violations
from .browsers import expect_message
from .browsers import fill_in_login
from .browsers import fill_in_post
from .browsers import forbid_storage
from .browsers import make_blog
from .browsers import needs_chromium
from .browsers import press
from .browsers import register
from .children import long
from .conftest import rows
from .conftest import wait_until
from .editor.actions import leaving_asks
from .test_back_button import Blog
from .test_back_button import end_newest_session

pytestmark = needs_chromium

numbers = itertools.count()


@pytest.fixture(scope="module")
def blog(databases):
    app = make_blog(databases.make())
    app.config |= dict.fromkeys(
        ["REGISTRATIONS_PER_ADDRESS", "POSTS_PER_ADDRESS"], 1000
    )
    blog = Blog(app)
    blog.start()
    yield blog
    blog.stop()


@pytest.fixture(scope="module")
def visitors(blog):
    return {"writer": {"base_url": blog.url, "java_script_enabled": True}}


@pytest.fixture
def page(blog, open_browser):
    """The editor, of somebody who has just come and typed nothing."""
    page = open_browser("writer")
    register(page, f"writer {next(numbers)}")
    open_editor(page)
    return page


def open_editor(page, path="/create"):
    page.goto(path)
    # What the page does once it is there.
    page.wait_for_load_state()
    page.wait_for_timeout(200)


def kept(page):
    """The texts that the browser keeps."""
    copies = page.evaluate("() => Object.values(localStorage)")
    return [" ".join(json.loads(copy)["texts"].values()).strip() for copy in copies]


def saved(blog):
    """The texts that the server keeps."""
    found = rows(
        blog.app,
        "SELECT body FROM working_copy"
        ' WHERE user_id = (SELECT max(id) FROM "user") ORDER BY saved',
    )
    return [row["body"] for row in found]


def text_of(page):
    return page.get_by_label("Text")


def state(page):
    """What is said of where the text is."""
    return page.locator(".kept")


def choices(page):
    return page.locator(".choices")


def crash(page):
    """End the tab, without a word to the page."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=5000)

    page.close()


# In the browser, and on the server


def test_a_text_is_in_the_browser_after_a_pause(page):
    page.clock.install()
    open_editor(page)
    text_of(page).press_sequentially("Some text")
    page.clock.run_for(500)
    assert kept(page) == ["Some text"]
    expect(state(page)).to_have_text("Saving…")


def test_a_text_is_on_the_server_while_somebody_goes_on_typing(blog, page):
    page.clock.install()
    open_editor(page)

    for _ in range(26):
        text_of(page).press("a")
        page.clock.run_for(100)

    wait_until(lambda: saved(blog))
    assert 0 < len(saved(blog)[0]) <= 26


def test_what_the_server_has_is_not_kept_in_the_browser(blog, page):
    fill_in_post(page, "A title", "Some text")
    wait_until(lambda: kept(page))
    expect(state(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    assert saved(blog) == ["Some text"]
    assert kept(page) == []
    assert state(page).get_attribute("aria-live") == "off"


def test_what_is_typed_before_the_page_is_whole_is_kept(blog, page):
    waiting = []
    page.route("**/account/sent", lambda route: waiting.append(route))
    copy = {"texts": {}, "isSent": True, "time": 1000 * time.time()}
    put_into_storage(page, sent=json.dumps(copy))
    page.goto("/create")
    text_of(page).fill("Some text")
    wait_until(lambda: page.wait_for_timeout(50) or waiting)
    waiting.pop().fulfill(json={"arrived": True})
    wait_until(lambda: page.wait_for_timeout(50) or saved(blog) == ["Some text"])


def test_a_text_that_is_taken_back_is_not_kept(page):
    text_of(page).fill("Some text")
    wait_until(lambda: kept(page))
    text_of(page).fill("")
    wait_until(lambda: not kept(page))


def test_a_page_that_is_left_is_kept_at_once(blog, page):
    page.route("**/working-copy", lambda route: route.abort())
    text_of(page).fill("Some text")
    page.goto("/tags")
    assert kept(page) == ["Some text"]


def test_a_page_that_is_left_sends_what_was_not_sent(blog, page):
    text_of(page).fill("Some text")
    page.goto("/tags")
    wait_until(lambda: saved(blog) == ["Some text"])


def test_only_one_request_is_under_way_and_the_newest_text_is_next(blog, page):
    waiting = []
    page.route("**/working-copy", lambda route: waiting.append(route))
    text_of(page).fill("First")
    wait_until(lambda: page.wait_for_timeout(50) or waiting)
    text_of(page).fill("Second")
    page.wait_for_timeout(3000)
    text_of(page).fill("Third")
    assert len(waiting) == 1
    waiting.pop().continue_()
    wait_until(lambda: page.wait_for_timeout(50) or waiting)
    assert kept(page) == ["Third"]
    waiting.pop().continue_()
    expect(state(page)).to_have_text(re.compile("^Saved"))
    assert saved(blog) == ["Third"]


# What ends first


def test_a_text_outlives_its_tab(page):
    page.route("**/working-copy", lambda route: route.abort())
    fill_in_post(page, "A title", "Some text")
    wait_until(lambda: kept(page) == ["A title Some text"])
    context = page.context
    crash(page)
    other = context.new_page()
    open_editor(other)
    expect(text_of(other)).to_have_value("Some text")
    expect(other.get_by_label("Title")).to_have_value("A title")
    expect(choices(other)).to_contain_text("Restored from this browser:")
    assert kept(other) == ["A title Some text"]


def test_a_text_outlives_the_network(blog, page):
    page.context.set_offline(True)
    text_of(page).fill("Some text")
    expect(state(page)).to_have_text("Offline: kept in this browser")
    assert kept(page) == ["Some text"]
    page.context.set_offline(False)
    expect(state(page)).to_have_text(re.compile("^Saved"))
    assert (saved(blog), kept(page)) == (["Some text"], [])


def test_a_text_outlives_the_server(blog, page):
    blog.stop()
    text_of(page).fill("Some text")
    expect(state(page)).to_have_text(
        "Not on the server yet. Kept in this browser.", timeout=10_000
    )
    assert kept(page) == ["Some text"]
    blog.start()
    expect(state(page)).to_have_text(re.compile("^Saved"), timeout=20_000)
    assert (saved(blog), kept(page)) == (["Some text"], [])


def test_a_text_outlives_the_session(blog, page):
    end_newest_session(blog)
    text_of(page).fill("Some text")
    expect(state(page)).to_contain_text("You’re logged out. Kept in this browser.")
    assert kept(page) == ["Some text"]

    with page.expect_popup() as popup:
        state(page).get_by_role("link", name="Log In").click()

    name = rows(blog.app, 'SELECT username FROM "user" ORDER BY id DESC')[0]
    fill_in_login(popup.value, name["username"])
    expect(popup.value.locator(".account")).to_be_visible()
    popup.value.close()
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(state(page)).to_have_text(re.compile("^Saved"))
    assert kept(page) == []


def test_nobody_else_in_the_browser_gets_a_text(page):
    page.context.set_offline(True)
    text_of(page).fill("Secret words")
    wait_until(lambda: kept(page))
    context = page.context
    crash(page)
    context.set_offline(False)
    other = context.new_page()
    cookies = context.cookies()
    context.clear_cookies()
    register(other, f"writer {next(numbers)}")
    open_editor(other)
    expect(text_of(other)).to_have_value("")
    expect(choices(other)).to_have_count(0)
    text_of(other).fill("Hers")
    wait_until(lambda: len(kept(other)) == 2)

    context.clear_cookies()
    context.add_cookies(cookies)
    open_editor(other)
    expect(text_of(other)).to_have_value("Secret words")


@pytest.mark.parametrize("error", ["SecurityError", "QuotaExceededError"])
def test_a_browser_without_storage_breaks_nothing(blog, page, error):
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    forbid_storage(page, error)
    open_editor(page)
    text_of(page).fill("Some text")
    expect(state(page)).to_have_text(re.compile("^Saved"))
    assert saved(blog) == ["Some text"]
    page.context.set_offline(True)
    text_of(page).fill("Some more text")
    expect(state(page)).to_have_text("Offline: not kept anywhere yet")
    page.context.set_offline(False)
    fill_in_post(page, "A title", "Some text")
    press(page, "Publish")
    expect_message(page, "Published.")
    assert not errors


@pytest.mark.parametrize(
    ("status", "answer", "sentence"),
    [
        (413, {"error": "Too long."}, "Not saved: Too long. Kept in this browser."),
        (403, {"error": "Not you."}, "Not saved: Not you. Kept in this browser."),
        (429, {"error": "Wait."}, "Not saved: Wait. Kept in this browser."),
        (502, "<h1>Bad", "Not on the server yet. Kept in this browser."),
        (200, "<h1>Log in", "Not on the server yet. Kept in this browser."),
    ],
)
def test_a_refusal_is_said_and_loses_nothing(page, status, answer, sentence):
    sent = []

    def refuse(route):
        sent.append(route.request)
        body = answer if isinstance(answer, str) else json.dumps(answer)
        route.fulfill(status=status, body=body, headers={"Retry-After": "5"})

    page.route("**/working-copy", refuse)
    text_of(page).fill("Some text")
    expect(state(page)).to_have_text(sentence)
    assert kept(page) == ["Some text"]
    # Not again and again.
    text_of(page).fill("Some more text")
    page.wait_for_timeout(3000)
    assert len(sent) == 1


def log_in_again(blog, page):
    user = rows(blog.app, 'SELECT username FROM "user" ORDER BY id DESC')[0]
    page.goto("/auth/login")
    fill_in_login(page, user["username"])
    expect(page.locator(".account")).to_be_visible()


def start_again(blog, page):
    blog.start()


def connect(blog, page):
    page.context.set_offline(False)


# What ends, and what mends it.
ENDS = {
    "network": (lambda blog, page: page.context.set_offline(True), connect),
    "server": (lambda blog, page: blog.stop(), start_again),
    "session": (lambda blog, page: end_newest_session(blog), log_in_again),
    "nothing else": (lambda blog, page: None, lambda blog, page: None),
}


# Twenty moments in CI.
@pytest.mark.parametrize(
    ("seed", "moments"),
    [(0, 2), *(pytest.param(seed, 10, marks=long) for seed in range(1, 3))],
)
def test_a_text_outlives_its_tab_at_any_moment(blog, page, seed, moments):
    chance = random.Random(seed)
    context = page.context

    for number in range(moments):
        what = chance.choice([*ENDS])
        end, mend = ENDS[what]
        # None ends with a space: no copy is restored for that alone.
        words = [
            f"{n and ' ' or ''}word{number}x{n}" for n in range(chance.randrange(2, 12))
        ]
        moment = chance.randrange(len(words))
        open_editor(page, "/create?new")

        for n, word in enumerate(words):
            if n == moment:
                end(blog, page)

            text_of(page).press_sequentially(word, delay=chance.choice([0, 20, 60]))

        # A pause, which is longer on a busy machine, and up to four seconds.
        page.wait_for_timeout(chance.uniform(1000, 4000))
        crash(page)
        page = context.new_page()
        page.set_default_timeout(5000)
        mend(blog, page)
        open_editor(page)
        expect(text_of(page), f"{number}: {what}").to_have_value("".join(words))


# What is shown when the editor is opened


def lose(page, *texts, path="/create"):
    """Type texts, each in a tab of its own that is lost with the network."""
    context = page.context
    context.set_offline(False)

    for text in texts:
        tab = context.new_page()
        open_editor(tab, path)
        # The one before is shown.
        context.set_offline(True)
        text_of(tab).fill("")
        text_of(tab).fill(text)
        wait_until(lambda tab=tab, text=text: text in " ".join(kept(tab)))
        crash(tab)
        context.set_offline(False)


def test_the_other_text_is_offered_and_so_is_the_first_one_again(page):
    lose(page, "Some text")
    open_editor(page)
    expect(choices(page)).to_contain_text("Restored from this browser")
    choices(page).get_by_role("button").click()
    expect(text_of(page)).to_have_value("")
    expect(choices(page)).not_to_contain_text("Restored")
    assert kept(page) == ["Some text"]
    choices(page).get_by_role("button").press("Enter")
    expect(text_of(page)).to_have_value("Some text")
    expect(choices(page).get_by_role("button")).to_be_focused()


def test_a_text_put_aside_is_offered_and_not_shown(page):
    lose(page, "Some text")
    open_editor(page)
    choices(page).get_by_role("button").click()
    open_editor(page)
    expect(text_of(page)).to_have_value("")
    choices(page).get_by_role("button", name="Use the text from").click()
    expect(text_of(page)).to_have_value("Some text")


def test_the_newest_of_several_texts_is_shown(page):
    tabs = [page, page.context.new_page(), page.context.new_page()]

    for tab in tabs[1:]:
        open_editor(tab)

    page.context.set_offline(True)

    for number, tab in enumerate(tabs):
        text_of(tab).fill(f"Text {number}")
        wait_until(lambda tab=tab, text=f"Text {number}": text in kept(tab))

    other = page.context.new_page()

    for tab in tabs:
        crash(tab)

    other.context.set_offline(False)
    open_editor(other)
    expect(text_of(other)).to_have_value("Text 2")
    expect(choices(other).get_by_role("button")).to_have_count(3)
    choices(other).get_by_role("button").last.click()
    expect(text_of(other)).to_have_value("Text 0")
    assert sorted(kept(other)) == ["Text 0", "Text 1", "Text 2"]


def test_what_was_typed_last_is_discarded_and_comes_back(blog, page):
    publish(page, body="Published.")
    path = edit_path(page)
    open_editor(page, path)
    text_of(page).press_sequentially(" Saved.")
    wait_until(lambda: any(saved(blog)))
    open_editor(page, path)
    text_of(page).press_sequentially(" Typed.")
    typed = text_of(page).input_value()

    page.get_by_role("button", name="Discard").click()
    expect(text_of(page)).to_have_value("Published.")
    assert kept(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(text_of(page)).to_have_value(typed)
    open_editor(page, path)
    expect(text_of(page)).to_have_value(typed)
    expect(page.get_by_text("See all")).to_have_count(0)


def test_two_tabs_never_overwrite_each_other(blog, page):
    other = page.context.new_page()
    open_editor(other)
    text_of(page).fill("One")
    text_of(other).fill("Two")
    wait_until(lambda: sorted(saved(blog)) == ["One", "Two"])
    assert text_of(page).input_value() == "One"


def test_what_the_page_has_is_not_restored(page):
    publish(page, "A post", "As it is")
    path = edit_path(page)
    lose(page, "As it was", path=path)
    open_editor(page, path)
    expect(text_of(page)).to_have_value("As it was")
    press(page, "Publish changes")
    expect_message(page, "Saved.")
    open_editor(page, path)
    expect(choices(page)).to_have_count(0)


def put_into_storage(page, **values):
    """Have the browser keep copies of a new post, as JSON, by their form."""
    page.evaluate(
        """values => {
          const { person } = document.querySelector("#editor").dataset;
          for (const [form, value] of Object.entries(values)) {
            const name = `flaskr /account/sent ${person} /create ${form}`;
            localStorage.setItem(name, value);
          }
        }""",
        values,
    )


def test_what_the_browser_brings_back_is_not_overwritten(page):
    copy = {"texts": {"body": "Older"}, "time": 1000 * time.time()}
    put_into_storage(page, other=json.dumps(copy))
    text_of(page).fill("Typed last")
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url("**/")
    page.go_back()
    page.wait_for_timeout(500)
    expect(text_of(page)).to_have_value("Typed last")


def test_old_copies_go(page):
    lose(page, "Old", "New")
    page.evaluate(
        """() => {
          for (const [name, value] of Object.entries(localStorage)) {
            const copy = JSON.parse(value);
            copy.time -= copy.texts.body === "Old" ? 31 * 86400000 : 29 * 86400000;
            localStorage.setItem(name, JSON.stringify(copy));
          }
        }"""
    )
    open_editor(page)
    assert kept(page) == ["New"]


def test_what_another_program_wrote_there_breaks_nothing(page):
    put_into_storage(page, x="{", y="null", z='{"time": "a"}', t='{"texts": 1}')
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    open_editor(page)
    text_of(page).fill("Some text")
    expect(state(page)).to_have_text(re.compile("^Saved"))
    assert not errors


# What was sent


def publish(page, title="A title", body="Some text"):
    open_editor(page)
    fill_in_post(page, title, body)
    press(page, "Publish")
    expect_message(page, "Published.")


def edit_path(page):
    return f"/{id_of(page)}/update"


def id_of(page):
    return re.search(r":\d+/(\d+)", page.url)[1]


def test_a_text_that_was_sent_is_not_restored(page):
    publish(page)
    wait_until(lambda: kept(page) == [])
    open_editor(page)
    expect(text_of(page)).to_have_value("")
    expect(choices(page)).to_have_count(0)


def send_and_lose(page, button="Publish", is_received=True):
    """Send a form, and lose the tab before there is an answer."""

    def handle(route):
        if is_received:
            route.fetch(max_redirects=0)

        route.abort()

    context = page.context
    page.route(re.compile(r"\?send$"), handle)
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    page.wait_for_timeout(500)
    page.close()
    return context.new_page()


def test_a_text_that_arrived_is_not_restored_though_there_was_no_answer(blog, page):
    fill_in_post(page, "Sent once", "Some text")
    other = send_and_lose(page)
    open_editor(other)
    expect(text_of(other)).to_have_value("")
    assert kept(other) == []
    assert count_posts(blog, "Sent once") == 1


def test_a_text_that_did_not_arrive_is_restored_and_sent_once(blog, page):
    fill_in_post(page, "Sent in vain", "Some text")
    other = send_and_lose(page, is_received=False)
    open_editor(other)
    expect(text_of(other)).to_have_value("Some text")
    press(other, "Publish")
    expect_message(other, "Published.")
    wait_until(lambda: kept(other) == [])
    assert count_posts(blog, "Sent in vain") == 1


def test_a_correction_that_did_not_arrive_is_restored(blog, page):
    publish(page, "Corrected", "A sentense.")
    page.go_back()
    page.wait_for_timeout(300)
    text_of(page).fill("A sentence.")
    other = send_and_lose(page, is_received=False)
    open_editor(other)
    expect(text_of(other)).to_have_value("A sentence.")
    press(other, "Publish")
    expect_message(other, "The post you already published was updated.")
    assert count_posts(blog, "Corrected") == 1


def count_posts(blog, title):
    return len(rows(blog.app, "SELECT id FROM post WHERE title = ?", title))


def test_a_text_that_was_refused_stays_in_its_form(page):
    fill_in_post(page, " ", "Some text")
    press(page, "Publish")
    expect(page.locator(".flash.error")).to_have_text("Title is required.")
    page.wait_for_timeout(300)
    wait_until(lambda: kept(page) or "Saved" in state(page).inner_text())
    expect(choices(page)).to_have_count(0)
    expect(text_of(page)).to_have_value("Some text")


# Other texts, which only the browser keeps


OTHERS = {
    "comment": ("/{id}", "Your comment", "Comment"),
    "comment alone": ("/{id}/comment", "Your comment", "Comment"),
    "reply": ("/comment/{comment}/reply", "Your comment", "Comment"),
    "comment again": ("/comment/{comment}/update", "Your comment", "Save"),
    "profile": ("/account/about", "About you", "Save"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_texts_outlive_their_tab_until_they_are_sent(page, kind):
    path, label, button = OTHERS[kind]
    publish(page, f"For a {kind}")
    id = id_of(page)
    page.get_by_label("Your comment").fill("First.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment")).to_have_count(1)
    path = path.format(id=id, comment=page.url.rpartition("-")[2])

    open_editor(page, path)
    page.get_by_label(label).fill(f"Typed for {kind}")
    expect(state(page)).to_have_text("Kept in this browser.")
    context = page.context
    crash(page)
    page = context.new_page()
    open_editor(page, path)
    expect(page.get_by_label(label)).to_have_value(f"Typed for {kind}")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("main")).to_contain_text(f"Typed for {kind}")
    open_editor(page, path if kind != "comment again" else f"/{id}")
    wait_until(lambda: kept(page) == [])
    expect(choices(page)).to_have_count(0)


# Leaving


def test_leaving_asks_only_if_a_text_is_nowhere_else(page):
    text_of(page).fill("Some text")
    assert not leaving_asks(page)
    page.wait_for_url("**/tags")
    forbid_storage(page)
    open_editor(page)
    page.context.set_offline(True)
    text_of(page).fill("Another text")
    assert leaving_asks(page)


# How it looks


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_what_is_said_fits_and_axe_finds_nothing(open_browser, page, locale):
    lose(page, "Some text")
    state = page.context.storage_state()
    page = open_browser("writer", storage_state=state, locale=locale)
    open_editor(page)
    page.route(
        "**/working-copy",
        lambda route: route.fulfill(status=413, json={"error": "Much too long. " * 6}),
    )
    text_of_any(page).fill("Some text and more")
    expect(page.locator(".bar .kept")).to_contain_text("Much")
    assert not axe_violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def text_of_any(page):
    return page.locator("#body")
