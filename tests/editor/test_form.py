"""What the script makes of the forms to write in, and that nothing of it is missing
or in the way without it."""

import time

import pytest
from playwright.sync_api import expect
from werkzeug.test import run_wsgi_app

from ..browsers import axe_violations
from ..browsers import expect_heading
from ..browsers import expect_message
from ..browsers import fill_in_post
from ..browsers import forbid_storage
from ..browsers import make_blog
from ..browsers import needs_chromium
from ..browsers import press
from ..browsers import serve_writer
from ..conftest import wait_until
from .actions import leaving_asks
from .actions import put
from .actions import SHIFTS
from .actions import state

pytestmark = needs_chromium


def count_posts(page):
    """The forms that are sent from here on; the server takes its time."""
    sent = []

    def handle(route):
        if route.request.method == "POST" and route.request.is_navigation_request():
            sent.append(route.request)
            page.wait_for_timeout(200)

        route.continue_()

    page.route("**/create*", handle)
    return sent


def keep_nothing(page):
    """Have a text be in the page alone: neither in the browser nor on the server."""
    forbid_storage(page)
    page.route("**/working-copy", lambda route: route.abort())
    page.reload()


# The toolbar


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("Bold", "a ⟦word⟧ here", "a **⟦word⟧** here"),
        ("Bold", "a **⟦word⟧** here", "a ⟦word⟧ here"),
        ("Bold", "a ⟦**word**⟧ here", "a ⟦word⟧ here"),
        ("Bold", "a ⟦word ⟧here", "a **⟦word⟧** here"),
        ("Bold", "a wo⟦rd here", "a **wo⟦rd** here"),
        ("Bold", "a **wo⟦rd** here", "a wo⟦rd here"),
        ("Bold", "⟦", "**⟦**"),
        ("Bold", "**⟦**", "⟦"),
        ("Bold", "*⟦both⟧*", "***⟦both⟧***"),
        ("Bold", "🎉 ⟦面包⟧", "🎉 **⟦面包⟧**"),
        ("Italic", "**⟦both⟧**", "***⟦both⟧***"),
        ("Italic", "***⟦both⟧***", "**⟦both⟧**"),
        ("Italic", "我喜欢面⟦包。", "我喜欢*面⟦包*。"),
        ("Link", "a ⟦word⟧", "a [word](⟦https://⟧)"),
        ("Link", "⟦", "[⟦](https://)"),
        ("Link", "⟦https://a.example/(b)⟧", "[⟦](<https://a.example/(b)>)"),
        ("Bulleted list", "one⟦", "- one⟦"),
        ("Bulleted list", "- one⟦", "one⟦"),
        ("Bulleted list", "⟦", "- ⟦"),
        ("Bulleted list", "0\n⟦one\n\n- two⟧\n3", "0\n⟦- one\n\n- two⟧\n3"),
        ("Bulleted list", "⟦- one\n- two\n⟧3", "⟦one\ntwo⟧\n3"),
        ("Code", "a ⟦word⟧", "a `⟦word⟧`"),
        ("Code", "a `⟦word⟧`", "a ⟦word⟧"),
        ("Code", "0\n⟦a\nb⟧\n3", "0\n⟦```\na\nb\n```⟧\n3"),
        ("Code", "⟦```py\na\nb\n```⟧", "⟦a\nb⟧"),
        ("Code", "⟦a\n```⟧", "⟦````\na\n```\n````⟧"),
    ],
)
def test_a_button_marks_what_is_selected_and_undo_takes_it_back(
    desk, desk_text, button, before, after
):
    put(desk_text, before)
    desk.get_by_role("toolbar").get_by_role("button", name=button).click()
    assert state(desk_text) == after
    expect(desk_text).to_be_focused()

    desk.keyboard.press("Control+z")
    assert desk_text.input_value() == before.replace("⟦", "").replace("⟧", "")


@pytest.mark.parametrize(
    ("key", "after"), [("b", "**a**"), ("i", "*a*"), ("k", "[a](https://)")]
)
def test_keys_that_people_know_mark_what_is_selected(desk, desk_text, key, after):
    put(desk_text, "⟦a⟧")
    desk.keyboard.press(f"Control+{key}")
    assert desk_text.input_value() == after

    button = desk.locator(f"[aria-keyshortcuts='Control+{key.upper()}']")
    assert f"(Ctrl+{key.upper()})" in button.get_attribute("title")


def test_control_and_enter_publish(page, text):
    fill_in_post(page, "Sent by keys", "Some text")
    text.press("Control+Enter")
    expect_message(page, "Published.")


@pytest.mark.parametrize("label", ["Title", "Tags"])
def test_control_and_enter_publish_from_any_field(page, label):
    fill_in_post(page, f"Sent from {label}", "Some text")
    page.get_by_label(label, exact=True).press("Control+Enter")
    expect_message(page, "Published.")


def test_arrow_keys_move_within_the_toolbar(desk):
    desk.get_by_label("Title").focus()
    desk.keyboard.press("Shift+Tab")

    for key, name in (
        ("ArrowRight", "Bold"),
        ("End", "Find and replace"),
        ("ArrowRight", "Heading"),
        ("ArrowLeft", "Find and replace"),
        ("ArrowLeft", "Image"),
        ("Home", "Heading"),
        ("ArrowRight", "Bold"),
    ):
        desk.keyboard.press(key)
        expect(desk.get_by_role("button", name=name)).to_be_focused()

    desk.keyboard.press("Tab")
    expect(desk.get_by_label("Title")).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    expect(desk.get_by_role("button", name="Bold")).to_be_focused()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one⟦", "- one\n- ⟦"),
        ("- o⟦ne", "- o\n- ⟦ne"),
        ("  * one⟦", "  * one\n  * ⟦"),
        ("9. one⟦", "9. one\n10. ⟦"),
        ("- [x] one⟦", "- [x] one\n- [ ] ⟦"),
        ("- one\n- ⟦", "- one\n\n⟦"),
        ("- ⟦one⟧", "- \n⟦"),
        ("-one⟦", "-one\n⟦"),
        ("one⟦", "one\n⟦"),
        ("```\n- one⟦", "```\n- one\n⟦"),
    ],
)
def test_enter_goes_on_with_a_list(desk, desk_text, before, after):
    put(desk_text, before)
    desk.keyboard.press("Enter")
    assert state(desk_text) == after


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}])
def test_an_input_method_keeps_its_keys(desk_text, how):
    put(desk_text, "- 面包⟦")
    goes_on = desk_text.evaluate(
        """(field, how) => ["Enter", "b"].every(key => field.dispatchEvent(
          new KeyboardEvent("keydown",
            {key, ctrlKey: key === "b", bubbles: true, cancelable: true, ...how})))""",
        how,
    )
    assert goes_on
    assert desk_text.input_value() == "- 面包"


# The count


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("Title", "🎉" * 179, ""),
        ("Title", "🎉" * 195, "Characters left: 5"),
        ("Title", "🎉" * 205, "Characters over the limit: 5"),
        ("Text", "包" * 59_999, ""),
        ("Text", "包" * 66_600, "Space left: 0.2 kB"),
        ("Text", "包" * 66_700, "Over the limit by 0.1 kB"),
    ],
)
def test_a_count_is_shown_near_the_limit(desk, field, value, sentence):
    field = desk.get_by_label(field)
    field.evaluate(
        """(field, value) => {
          field.value = value;
          field.dispatchEvent(new InputEvent("input", {bubbles: true}));
        }""",
        value,
    )
    desk.wait_for_timeout(600)
    note = desk.locator(f"#{field.get_attribute('id')}-count")
    expect(note).to_have_text(sentence)
    expect(note).to_have_role("status")
    is_over = "ver the limit" in sentence
    expect(field).to_have_attribute("aria-invalid", str(is_over).lower())
    assert note.get_attribute("id") in field.get_attribute("aria-describedby")


def test_a_text_that_is_too_long_is_still_sent(page):
    fill_in_post(page, "M" * 201, "Some text")
    press(page, "Publish")
    expect_message(page, "Shorten it to 200 at most")
    expect(page.locator("#title-count")).to_have_text("Characters over the limit: 1")


def test_the_page_about_oneself_has_a_toolbar_and_a_count(page):
    page.goto("/account/about")
    page.locator("#about").fill("a" * 1000)
    expect(page.locator("#about-count")).to_have_text("Characters left: 0")
    expect(page.get_by_role("toolbar").get_by_role("button")).to_have_count(10)


# Leaving and sending


def test_leaving_the_editor_asks_only_if_there_is_something_to_lose(page, text):
    keep_nothing(page)
    assert not leaving_asks(page)
    expect_heading(page, "Tags")

    page.goto("/create?new")
    text.fill("Some text")
    assert leaving_asks(page)
    text.fill("")
    assert not leaving_asks(page)


def test_a_text_that_came_back_is_not_saved_yet(page, text):
    keep_nothing(page)
    fill_in_post(page, " ", "Some text")
    press(page, "Publish")
    expect_message(page, "Title is required.")
    assert leaving_asks(page)


def test_publishing_does_not_ask_and_going_back_does(page):
    asked = []

    def leave(dialog):
        asked.append(dialog.type)
        dialog.accept()

    forbid_storage(page)
    page.reload()
    page.on("dialog", leave)
    fill_in_post(page, "Published", "Some text")
    page.get_by_label("Tags").fill("bread, Rome")
    press(page, "Publish")
    expect_message(page, "Published.")
    page.remove_listener("dialog", leave)
    assert not asked

    page.go_back()
    expect_heading(page, "New Post")
    assert page.get_by_label("Title").input_value() == "Published"
    assert page.get_by_label("Text").input_value() == "Some text"
    assert page.get_by_label("Tags").input_value() == "bread, Rome"
    assert leaving_asks(page)
    fill_in_post(page, "Published again", "Some text")
    press(page, "Publish")
    expect_message(page, "The post you already published was updated.")


def test_a_double_click_sends_a_post_once(page):
    sent = count_posts(page)
    fill_in_post(page, "Once", "Some text")
    page.get_by_role("button", name="Publish").dblclick()
    expect_message(page, "Published.")
    assert len(sent) == 1


def test_a_post_that_was_refused_can_be_sent_again(page):
    fill_in_post(page, " ", "Some text")
    press(page, "Publish")
    expect_message(page, "Title is required.")
    page.get_by_label("Title").fill("Again")
    press(page, "Publish")
    expect_message(page, "Published.")


# Taking part


@pytest.fixture
def post(page, text):
    """The page of a long post, with scripts."""
    fill_in_post(page, "A post", "Words.\n\n" * 200)
    press(page, "Publish")
    expect_heading(page, "A post")
    return page


def test_a_like_changes_its_button_alone(post):
    button = post.get_by_role("button", name="Like")
    button.click()
    expect(post.get_by_text("1 person likes this")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    assert "#" not in post.url and post.evaluate("scrollY") > 1000

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(post.get_by_text("1 person likes this")).to_have_count(0)


def test_a_like_after_logging_out_leads_to_the_login(post):
    post.context.clear_cookies()
    post.get_by_role("button", name="Like").click()
    expect_heading(post, "Log In")


def test_a_like_without_scripts_leads_back_to_its_button(post, open_browser):
    page = open_browser("writer")
    page.goto(post.url)
    page.get_by_role("button", name="Like").click()
    expect(page.get_by_role("button", name="Like")).to_be_in_viewport()
    expect(page.get_by_text("1 person likes this")).to_be_visible()


def test_a_comment_is_not_left_behind_unasked(post):
    keep_nothing(post)
    field = post.get_by_label("Your comment")
    field.fill("a word")
    field.press("Control+b")
    expect(field).to_have_value("a **word**")
    assert leaving_asks(post)
    post.get_by_role("button", name="Comment", exact=True).dblclick()
    expect(post.locator(".comment .body strong")).to_have_text("word")
    expect(post.get_by_role("heading", name="1 comment", exact=True)).to_be_visible()
    assert not leaving_asks(post)


def test_a_comment_is_previewed_in_its_page_once_that_was_asked_for(post):
    field = post.get_by_label("Your comment")
    field.fill("Some *words*")
    post.wait_for_timeout(600)
    expect(post.locator("#preview")).to_be_hidden()
    url = post.url
    post.get_by_role("button", name="Preview").click()
    expect(post.locator("#preview em")).to_have_text("words")
    field.fill("Some **more**")
    expect(post.locator("#preview strong")).to_have_text("more")
    assert post.url == url
    field.fill("")
    expect(post.locator("#preview")).to_be_hidden()


# The whole page


def test_axe_finds_nothing_in_the_editor_in_use(page, text):
    fill_in_post(page, "M" * 201, "Some text")
    expect(page.locator("#title-count")).not_to_be_empty()
    assert axe_violations(page) == {}

    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_buttons_are_large_enough_for_fingers(open_browser):
    page = open_browser(
        "writer",
        java_script_enabled=True,
        has_touch=True,
        is_mobile=True,
        viewport={"width": 320, "height": 640},
    )
    page.goto("/create")

    for button in page.get_by_role("toolbar").get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44

    # One row, that scrolls.
    assert page.get_by_role("toolbar").bounding_box()["height"] < 60
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("size", ["100%", "200%"])
@pytest.mark.parametrize("width", [320, 480, 1280])
def test_the_bar_never_covers_the_toolbar(page, text, width, size):
    page.set_viewport_size({"width": width, "height": 640})
    page.evaluate("size => document.documentElement.style.fontSize = size", size)
    text.fill("A line\n" * 200)
    page.evaluate("scrollTo(0, 800)")

    toolbar = page.get_by_role("toolbar")
    at_top = """element => {
      const { left, top } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + 20, top + 1));
    }"""
    wait_until(lambda: toolbar.evaluate(at_top))
    assert toolbar.bounding_box()["y"] >= 0


def test_an_editor_without_scripts_has_nothing_that_does_nothing(open_browser):
    page = open_browser("writer")
    page.goto("/create")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.locator(".bar, form").get_by_role("status")).to_have_count(0)
    expect(page.locator("main button[type=button]:visible")).to_have_count(0)

    page.get_by_text("Add an image").click()
    expect(page.get_by_role("button", name="Insert")).to_be_visible()


def test_enter_in_the_tags_publishes_and_uploads_nothing(open_browser):
    for scripts in (False, True):
        page = open_browser("writer", java_script_enabled=scripts)
        page.goto("/create")
        fill_in_post(page, "By Enter", "Some text")
        page.get_by_label("Tags").press("Enter")
        expect_message(page, "Published.")


def test_enter_in_the_title_leads_on_to_the_text(page, text):
    title = page.get_by_label("Title")
    title.fill("A title")
    title.press("Enter")
    expect(text).to_be_focused()
    expect(title).to_have_value("A title")


def test_a_title_typed_in_lines_is_one_line_without_scripts(open_browser):
    page = open_browser("writer")
    page.goto("/create")
    fill_in_post(page, "In two\nlines", "Some text")
    press(page, "Publish")
    expect_heading(page, "In two lines")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", ""),
        ("One", "1 word"),
        ("**Don’t** stop at 3.5", "4 words"),
        ("用 Python 写的 parser", "5 words"),
        ('[一](https://a.b/c-d)二 ![三](/image/0.png "四")', "4 words"),
        ("> 1. one[^1]\n\n[^1]: 2 more", "3 words"),
    ],
)
def test_words_are_counted(desk, desk_text, body, sentence):
    desk_text.fill(body)
    expect(desk.locator("#words")).to_have_text(sentence)


def test_no_field_scrolls_within_the_page(page, text):
    for field in (page.get_by_label("Title"), text):
        field.fill("Many words. " * 200)
        assert field.evaluate("field => field.scrollHeight <= field.clientHeight")


def test_fields_grow_in_a_browser_that_leaves_it_to_the_script(open_browser):
    page = open_browser("writer", java_script_enabled=True)
    page.add_init_script("CSS.supports = () => false")
    page.goto("/create")
    text = page.get_by_label("Text")
    text.evaluate("field => field.style.fieldSizing = 'fixed'")
    fits = "field => field.scrollHeight <= field.clientHeight"
    empty = text.evaluate("field => field.clientHeight")
    text.fill("A line.\n" * 100)
    assert text.evaluate(fits)
    text.fill("")
    assert text.evaluate("field => field.clientHeight") == empty


def test_the_preview_is_beside_the_text_where_there_is_room(page, text):
    fill_in_post(page, "A title", "Some text")
    expect(page.locator("#preview .title")).to_have_text("A title")
    places = (
        "[...document.querySelectorAll('.title')].map(e => e.getBoundingClientRect().y)"
    )
    field, shown = page.evaluate(places)
    assert field == shown

    page.set_viewport_size({"width": 1099, "height": 800})
    expect(page.locator("#preview")).to_be_hidden()


def test_a_post_that_is_edited_is_previewed_at_once_beside_its_text(page, text):
    fill_in_post(page, "To be edited", "Some *text*")
    press(page, "Publish")
    page.get_by_role("link", name="Edit", exact=True).first.click()
    expect(page.locator("#preview em")).to_have_text("text")
    page.set_viewport_size({"width": 360, "height": 640})
    page.reload()
    expect(page.locator("#words")).to_have_text("2 words")
    expect(page.locator("#preview")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_while_somebody_writes(page, text, width):
    page.add_init_script(SHIFTS)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/create")
    page.get_by_label("Title").press_sequentially("A title of two lines. " * 4)
    text.press_sequentially("Some text.\n\nAnd more.")
    expect(page.locator("#preview")).to_contain_text("And more.")
    text.press_sequentially("\n\n# And more")
    expect(page.locator("#preview h2")).to_have_count(2)
    page.wait_for_timeout(600)
    assert page.evaluate("window.shifts ?? []") == []


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_counted_late_moves_nothing(page, text, width):
    page.set_viewport_size({"width": width, "height": 800})
    begin = "document.querySelector('.bar .kept').getBoundingClientRect().x"
    before = page.evaluate(begin)
    text.fill("word " * 999)
    expect(page.locator("#words")).to_have_text("999 words")
    expect(page.locator("#minutes")).not_to_be_empty()
    assert page.evaluate(begin) == before


def test_nothing_shifts_while_the_page_arrives_in_parts(browser, databases):
    app = make_blog(databases.make())
    whole = app.wsgi_app

    def send(*parts):
        for part in parts:
            yield part
            time.sleep(0.4)

    def send_parts(environ, start_response):
        if environ["PATH_INFO"] != "/create":
            return whole(environ, start_response)

        del environ["HTTP_ACCEPT_ENCODING"]
        body, status, headers = run_wsgi_app(whole, environ, buffered=True)
        headers.remove("Content-Length")
        start_response(status, list(headers))
        begin, end, rest = b"".join(body).partition(b"</h1>\n")
        return send(begin + end, rest)

    app.wsgi_app = send_parts

    with (
        serve_writer(browser, app) as visitors,
        browser.new_context(**visitors["writer"]) as context,
    ):
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 800})
        page.add_init_script(SHIFTS)
        page.goto("/create")
        expect(page.get_by_role("toolbar")).to_be_visible()
        page.wait_for_timeout(100)
        assert page.evaluate("window.shifts ?? []") == []
