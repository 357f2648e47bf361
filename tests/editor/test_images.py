"""Images in the editor: on their way while somebody writes, and the fields of the one
at the cursor."""

import io
import json
import re
from contextlib import suppress

import pytest
from PIL import Image
from playwright.sync_api import Error
from playwright.sync_api import expect

from ..browsers import axe_violations
from ..browsers import expect_heading
from ..browsers import expect_message
from ..browsers import fill_in_post
from ..browsers import needs_chromium
from ..browsers import press
from ..conftest import wait_until
from .actions import bring
from .actions import leaving_asks
from .actions import put
from .actions import SHIFTS
from .actions import state

pytestmark = needs_chromium

PNG = {"name": "cat.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
ADDRESS = "/image/0123456789ab-1600x900.webp"
QUESTION = "What does the image show?"


class Server:
    """Answers each upload when it is told to."""

    def __init__(self, page):
        self.page = page
        self.routes = []
        self.answered = 0
        self.told = []
        page.route("**/account/images", lambda route: self.routes.append(route))
        page.route("**/describe", self.describe)

    def describe(self, route):
        self.told.append(route.request.post_data)
        route.fulfill(json={"saved": True})

    def take_next(self):
        """The request that is next."""
        for _ in range(100):
            if len(self.routes) > self.answered:
                self.answered += 1
                return self.routes[self.answered - 1]

            self.page.wait_for_timeout(20)

        raise AssertionError("nothing was sent")

    def answer(self, status=201, headers=None, **answer):
        route = self.take_next()
        sent = route.request.post_data_buffer
        alt = re.search(rb'name="alt"\r\n\r\n(.*?)\r\n', sent)[1].decode()
        address = ADDRESS.replace("0123", f"{self.answered:04}")
        markdown = {
            "markdown": f"![{alt}]({address})",
            "description": f"/account/images/{self.answered}/describe",
            "version": "v",
        }
        answer = answer or (markdown if status == 201 else {})
        route.fulfill(status=status, headers=headers or {}, json=answer)
        return address


@pytest.fixture
def server(page):
    server = Server(page)
    yield server

    for route in server.routes[server.answered :]:
        # It may have been canceled.
        with suppress(Error):
            route.abort()


def alts(page):
    return page.locator(".uploads li input")


def address_of(number):
    return ADDRESS.replace("0123", f"{number:04}")


# On their way


def test_an_image_is_asked_for_while_it_is_sent_and_put_where_it_was_pasted(
    page, text, server
):
    put(text, "Before.⟦\n\nAfter.")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("toolbar").get_by_role("button", name="Image").click()

    chooser.value.set_files(PNG)
    alt = alts(page)
    expect(alt).to_be_focused()
    alt.fill("A *cat*")
    request = server.take_next().request
    assert request.headers["accept"] == "application/json"
    assert b"\x89PNG" in request.post_data_buffer
    server.answered -= 1
    address = server.answer()
    page.wait_for_timeout(200)
    # Not while somebody is saying what it shows.
    assert text.input_value() == "Before.\n\nAfter."

    alt.press("Enter")
    expect(text).to_be_focused()
    markdown = rf"![A \*cat\*]({address})"
    assert state(text) == f"Before.\n\n{markdown}⟦\n\nAfter."
    expect(page.locator(".uploads")).to_be_hidden()
    assert page.locator("#image").input_value() == ""
    wait_until(lambda: server.told)
    assert server.told == ["alt=A+*cat*&version=v"]

    page.keyboard.press("Control+z")
    assert state(text) == "Before.⟦\n\nAfter."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("⟦", "{}\n\n⟦"),
        ("one⟦", "one\n\n{}\n\n⟦"),
        ("one\n⟦two", "one\n\n{}\n\n⟦two"),
        ("in the ⟦middle", "in the {}⟦middle"),
        ("1. one⟦\n2. two", "1. one\n\n   {}\n⟦\n2. two"),
        ("> q⟦", "> q\n>\n> {}\n\n⟦"),
    ],
)
def test_an_image_is_a_paragraph_but_within_a_line(page, text, server, before, after):
    put(text, before)
    assert not bring(text, "paste", "cat.png")
    page.keyboard.press("Enter")
    markdown = f"![]({server.answer()})"
    expect(text).to_be_focused()
    expect(text).to_have_value(after.format(markdown).replace("⟦", ""))
    assert state(text) == after.format(markdown)


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("One⟦\n\nTwo", " and more", "One and more⟦\n\n{}\n\nTwo"),
        ("⟦", "Next", "{}\n\nNext⟦"),
        ("One\n\n⟦Two", "Three\n", "One\n\n{}\n\nThree\n⟦Two"),
        ("One ⟦two", "x", "One {}x⟦two"),
    ],
)
def test_an_image_is_put_in_its_place_while_somebody_goes_on_typing(
    page, text, server, before, typed, after
):
    put(text, before)
    bring(text, "drop", "cat.png")
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    text.press_sequentially(typed)
    markdown = f"![]({server.answer()})"
    expect(text).to_have_value(after.format(markdown).replace("⟦", ""))
    assert state(text) == after.format(markdown)
    text.press_sequentially("y")

    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    without = after.replace("\n\n{}", "", 1).replace("{}\n\n", "").replace("{}", "")
    assert text.input_value() == without.replace("⟦", "")


def test_the_place_of_an_image_follows_what_changes_before_it(page, text, server):
    put(text, "aaaa\n\n⟦\n\naaaa")
    bring(text, "paste", "cat.png")
    page.keyboard.press("Escape")
    text.evaluate("field => field.setSelectionRange(2, 2)")
    text.press_sequentially("aaa")
    page.keyboard.press("Delete")
    text.evaluate("field => field.setSelectionRange(10, 12)")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    markdown = f"![]({server.answer()})"
    expect(text).to_have_value(f"aaaaaa\n\n{markdown}\n\naa")


def test_several_images_are_sent_one_after_the_other(page, text, server):
    text.fill("Before.")
    bring(text, "dragover", "one.png", "two.png", "three.png")
    expect(text).to_have_class("drop")
    assert not bring(text, "drop", "one.png", "two.png", "three.png")
    expect(text).not_to_have_class("drop")
    expect(page.locator(".sending")).to_have_text("Uploading 1 of 3: one.png")
    assert page.get_by_role("progressbar").count() == 3

    for number in range(3):
        expect(alts(page).nth(number)).to_be_focused()
        alts(page).nth(number).fill(f"Number {number + 1}")
        page.keyboard.press("Enter")

    expect(text).to_be_focused()
    server.answer()
    expect(page.locator(".sending")).to_have_text("Uploading 2 of 3: two.png")
    assert len(server.routes) < 3
    server.answer()
    server.answer()
    images = [f"![Number {n}]({address_of(n)})" for n in (1, 2, 3)]
    expect(text).to_have_value("Before.\n\n" + "\n\n".join(images) + "\n\n")
    expect(page.locator(".uploads")).to_be_hidden()
    status = page.get_by_role("status").filter(has_text="The images are in your text.")
    expect(status).to_have_count(1)


def test_images_stay_in_their_order_whichever_is_described_first(page, text, server):
    bring(text, "paste", "one.png", "two.png")
    server.answer()
    server.answer()
    # The first is still being asked for.
    expect(text).to_have_value(f"![]({address_of(2)})\n\n")
    alts(page).first.fill("One")
    page.keyboard.press("Enter")
    expect(alts(page)).to_be_focused()
    alts(page).fill("Two")
    page.keyboard.press("Enter")
    expect(text).to_have_value(
        f"![One]({address_of(1)})\n\n![Two]({address_of(2)})\n\n"
    )
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value(f"![One]({address_of(1)})\n\n![]({address_of(2)})\n\n")


def test_images_stay_in_their_order_while_their_line_goes_on(page, text, server):
    put(text, "Held text⟦")
    bring(text, "drop", "one.png", "two.png")
    page.locator(".uploads").get_by_role("button", name="Done").click()
    text.press("End")
    text.press_sequentially(" that goes on")
    server.answer()
    server.answer()
    images = [f"![]({address_of(n)})" for n in (1, 2)]
    expect(text).to_have_value(
        "Held text that goes on\n\n" + "\n\n".join(images) + "\n\n"
    )


def test_an_image_that_fails_leaves_no_trace_and_the_others_go_on(page, text, server):
    text.fill("Some text")
    bring(text, "paste", "one.png", "two.png")
    page.keyboard.press("Escape")
    server.answer(422, error="This is no image.")
    server.answer()
    expect(page.locator(".uploads").get_by_role("alert")).to_have_text(
        "one.png: This is no image."
    )
    expect(text).to_have_value(f"Some text\n\n![]({address_of(2)})\n\n")

    page.get_by_role("button", name="Try Again").click()
    expect(page.get_by_role("alert")).to_have_text("")
    alts(page).fill("One")
    page.keyboard.press("Enter")
    server.answer()
    expect(text).to_have_value(
        f"Some text\n\n![One]({address_of(3)})\n\n![]({address_of(2)})\n\n"
    )


def test_each_image_says_for_itself_why_it_failed(page, text, server):
    bring(text, "paste", "one.png", "two.png", "three.png")
    server.answer(422, error="This is no image.")
    server.answer(422, error="Nor is this.")
    server.answer()
    alert = page.locator(".uploads").get_by_role("alert")
    expect(alert).to_have_text("one.png: This is no image.two.png: Nor is this.")
    expect(page.locator(".uploads progress:visible")).to_have_count(1)
    rows = page.locator(".uploads li")
    rows.filter(has_text="one.png").get_by_role("button", name="Try Again").click()
    server.answer()
    expect(alert).to_have_text("two.png: Nor is this.")
    rows.filter(has_text="two.png").get_by_role("button", name="Remove").click()
    expect(alert).to_have_text("")


def test_a_file_that_is_too_large_is_not_sent(page, text, server):
    text.evaluate(
        """field => {
          const data = new DataTransfer();
          const file = new File([new Uint8Array(26e6)], "big.png", {type: "image/png"});
          data.items.add(file);
          const options = {bubbles: true, cancelable: true, clipboardData: data};
          field.focus();
          field.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    alert = page.locator(".uploads").get_by_role("alert")
    expect(alert).to_have_text(
        "big.png: This file has 26 MB, and at most 26 MB can be uploaded."
        " Make it smaller, then add it again."
    )
    expect(page.get_by_role("button", name="Try Again")).to_be_hidden()
    assert server.routes == []


def test_who_is_logged_out_or_offline_is_told_so(page, text):
    page.route("**/account/images", lambda route: route.abort())
    bring(text, "paste", "cat.png")
    alert = page.locator(".uploads").get_by_role("alert")
    expect(alert).to_have_text(
        "cat.png: The server can’t be reached. Try again once you’re online."
    )
    page.unroute("**/account/images")
    page.context.clear_cookies()
    page.get_by_role("button", name="Try Again").click()
    expect(alert).to_have_text(
        "cat.png: You’re logged out. Log in again in another tab, then try again."
    )


def test_a_dropped_image_goes_where_it_was_dropped(page, text, server):
    put(text, "⟦first paragraph\n\nsecond paragraph\n\nthird")
    rect = "f => findRects(f, f.value.indexOf('second'), f.value.indexOf('second') + 6)"
    x, y = text.evaluate(
        f"f => {{ const [r] = ({rect})(f); return [r.x + 9, r.y + 9]; }}"
    )
    text.evaluate(
        """(field, [clientX, clientY]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["x"], "cat.png", {type: "image/png"}));
          const options = {bubbles: true, cancelable: true, clientX, clientY};
          field.dispatchEvent(new DragEvent("drop", {...options, dataTransfer}));
        }""",
        [x, y],
    )
    page.keyboard.press("Escape")
    markdown = f"![]({server.answer()})"
    expect(text).to_have_value(
        f"first paragraph\n\nsecond paragraph\n\n{markdown}\n\nthird"
    )


@pytest.mark.parametrize("before", ["```\na⟦\nb\n```", "~~~\na⟦\nb\n~~~\n\nc"])
def test_an_image_comes_after_the_code_that_it_is_dropped_in(
    page, text, server, before
):
    put(text, before)
    bring(text, "paste", "cat.png")
    page.keyboard.press("Escape")
    markdown = f"![]({server.answer()})"
    after = before.replace("⟦", "").partition("\n\n")
    rest = f"\n\n{after[2]}" if after[2] else "\n\n"
    expect(text).to_have_value(f"{after[0]}\n\n{markdown}{rest}")


@pytest.mark.parametrize("answer", [{"status": 413, "body": "<h1>Too large"}, None])
def test_an_image_without_an_answer_can_be_sent_again(page, text, answer):
    page.route(
        "**/account/images",
        lambda route: route.fulfill(**answer) if answer else route.abort(),
    )
    bring(text, "paste", "cat.png")
    alts(page).fill("A cat")
    expect(page.get_by_role("alert")).to_contain_text("cat.png: The ")
    expect(alts(page)).to_have_value("A cat")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".uploads")).to_be_hidden()
    assert text.input_value() == ""


def test_an_image_waits_its_turn(page, text, server):
    bring(text, "paste", "cat.png")
    page.keyboard.press("Enter")
    server.answer(503, {"Retry-After": "0.1"}, error="Busy.")
    server.answer()
    expect(text).to_have_value(f"![]({address_of(2)})\n\n")


def test_an_image_on_its_way_can_be_removed(page, text, server):
    bring(text, "paste", "one.png", "two.png")
    server.take_next()
    page.get_by_role("button", name="Remove").first.click()
    expect(alts(page)).to_be_focused()
    page.keyboard.press("Enter")
    server.answer()
    expect(text).to_have_value(f"![]({address_of(2)})\n\n")


def test_an_input_method_is_not_disturbed(page, text, server):
    put(text, "面包⟦")
    bring(text, "paste", "cat.png")
    page.keyboard.press("Escape")
    client = page.context.new_cdp_session(page)
    compose = {"selectionStart": 2, "selectionEnd": 2}
    client.send("Input.imeSetComposition", {"text": "ni", **compose})
    address = server.answer()
    page.wait_for_timeout(300)
    assert text.input_value() == "面包ni"
    client.send("Input.insertText", {"text": "你"})
    expect(text).to_have_value(f"面包你\n\n![]({address})\n\n")


def test_publishing_waits_for_the_images(page, text, server):
    fill_in_post(page, "With an image", "A text.")
    bring(text, "paste", "cat.png")
    page.keyboard.press("Escape")
    server.take_next()
    assert leaving_asks(page)
    press(page, "Publish")
    expect(page.locator(".sending")).to_contain_text("once its images are uploaded")
    expect_heading(page, "New Post")
    server.answered = 0
    address = server.answer()
    expect_message(page, "Published.")
    expect(page.locator(f"img[src='{address}']")).to_have_count(1)


def test_publishing_puts_an_image_of_which_somebody_is_typing(page, text, server):
    fill_in_post(page, "With a cat", "A text.")
    bring(text, "paste", "cat.png")
    server.answer()
    alts(page).press_sequentially("A cat")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 1)
    page.evaluate("document.forms.editor.requestSubmit()")
    expect_message(page, "Published.")
    expect(page.get_by_role("img", name="A cat")).to_have_count(1)


def test_publishing_says_first_that_an_image_is_missing(page, text, server):
    fill_in_post(page, "Without an image", "A text.")
    bring(text, "paste", "cat.png")
    page.keyboard.press("Escape")
    press(page, "Publish")
    server.answer(422, error="This is no image.")
    alert = page.locator(".uploads").get_by_role("alert")
    expect(alert).to_contain_text("cat.png: This is no image.")
    expect(alert).to_contain_text("Your text wasn’t sent")
    expect_heading(page, "New Post")
    press(page, "Publish")
    expect_message(page, "Published.")


def test_nothing_stands_for_an_image_in_what_is_saved_meanwhile(page, text, server):
    with page.expect_request("**/working-copy") as saved:
        text.fill("A text.")
        bring(text, "paste", "cat.png")
        page.keyboard.press("Escape")
        text.press_sequentially(" More.")

    assert "cat" not in saved.value.post_data and "image" not in saved.value.post_data
    server.take_next()


def test_text_with_a_picture_of_itself_is_pasted_as_text(page, text, server):
    bring(text, "paste", "image.png", plain="Words", html="<b>Words</b>")
    expect(text).to_have_value("**Words**")
    expect(page.locator(".uploads")).to_be_hidden()
    assert not bring(text, "paste", "image.png", html="<img>")
    expect(alts(page)).to_be_focused()


def a_picture(width=900, height=600, color="green"):
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, "JPEG")
    return {"name": color, "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_images_come_from_the_editor_to_the_readers(page, text):
    fill_in_post(page, "With images", "A text.")
    page.get_by_text("Add an image").click()
    page.locator("#image").set_input_files([a_picture(), a_picture(color="red")])

    for color in ("green", "red"):
        page.keyboard.insert_text(f"A {color} field")
        page.keyboard.press("Enter")

    pattern = r"!\[A {} field\]\(/image/[0-9a-f]{{12}}-900x600\.jpg\)\n\n"
    both = pattern.format("green") + pattern.format("red")
    expect(text).to_have_value(re.compile(rf"^A text\.\n\n{both}$"))
    press(page, "Publish")

    for color in ("green", "red"):
        image = page.get_by_role("img", name=f"A {color} field")
        # Fails for what is no image.
        image.evaluate("image => image.decode()")
        assert 300 < image.evaluate("image => image.width") <= 900

    page.goto("/account/images")
    expect(page.get_by_text("A red field").first).to_be_visible()


def test_an_image_comes_to_the_readers_without_scripts(open_browser):
    page = open_browser("writer")
    page.goto("/create?new")
    fill_in_post(page, "Without scripts", "A text.")
    page.get_by_text("Add an image").click()
    page.locator("#image").set_input_files(a_picture())
    page.get_by_label(QUESTION).fill("A green field")
    page.get_by_label("Caption").fill("It is green.")
    page.get_by_label("Width").select_option("Narrower")
    press(page, "Insert")
    expect(page.get_by_label("Text", exact=True)).to_have_value(
        re.compile(r'^A text\.\n\n!\[A green field\]\(.*\.jpg#narrow "It is green\."\)')
    )
    press(page, "Publish")
    figure = page.locator("figure.narrow")
    expect(figure.get_by_role("img", name="A green field")).to_be_visible()
    expect(figure.get_by_text("It is green.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_that_is_no_image_leaves_the_text_as_it_was(open_browser, scripts):
    page = open_browser("writer", java_script_enabled=scripts)
    page.goto("/create?new")
    fill_in_post(page, "A title", "A text.")
    page.get_by_text("Add an image").click()
    page.locator("#image").set_input_files(PNG)

    if not scripts:
        page.get_by_label("Caption").fill("A cat")
        press(page, "Insert")
        expect(page.get_by_label("Caption")).to_have_value("A cat")

    alert = page.get_by_role("alert").filter(has_text="isn’t a supported image")
    expect(alert).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(re.compile(r"^A text\.\n?$"))
    expect(page.get_by_label("Title")).to_have_value("A title")


# The image at the cursor


@pytest.fixture
def tools(page):
    return page.get_by_role("group", name="Image at the cursor")


@pytest.mark.parametrize(
    ("field", "value", "before", "after"),
    [
        (QUESTION, "A cat", "![]({})", "![A cat]({})"),
        (QUESTION, "a [b] *c*", '![]({} "T")', '![a \\[b\\] \\*c\\*]({} "T")'),
        (QUESTION, "", "![a [b] c]({})", "![]({})"),
        ("Caption", "A cat", "![a *b*]({}#wide)", '![a *b*]({}#wide "A cat")'),
        ("Caption", 'Say "a"\\&', "![]({})", '![]({} "Say \\"a\\"\\\\&amp;")'),
        ("Caption", "b", "![](<{}> 'a')", '![](<{}> "b")'),
        ("Caption", "", '![]({} "a \\" b")', "![]({})"),
        ("Width", "Narrower", "![]({})", "![]({}#narrow)"),
        ("Width", "Full width", '![]({}#narrow "a")', '![]({}#wide "a")'),
        ("Width", "Like the text", "[![]({}#wide)](/b)", "[![]({})](/b)"),
    ],
)
def test_a_field_of_the_image_at_the_cursor_changes_its_markdown(
    page, text, tools, field, value, before, after
):
    before, after = (f"One.\n\n{t.format(ADDRESS)}\n\nTwo." for t in (before, after))
    put(text, before.replace("![", "!⟦[", 1))
    control = tools.get_by_label(field)

    if field == "Width":
        control.focus()
        control.select_option(value)
    else:
        control.fill(value)
        control.press("Shift+Tab" if field == "Caption" else "Tab")

    expect(text).to_have_value(after)
    focused = {QUESTION: "Caption", "Caption": QUESTION}.get(field, field)
    expect(tools.get_by_label(focused)).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    expect(tools).to_be_visible()
    page.keyboard.press("Control+z")
    expect(text).to_have_value(before)


@pytest.mark.parametrize("field", [QUESTION, "Caption"])
def test_a_text_is_sent_with_what_is_typed_of_an_image(page, text, tools, field):
    page.get_by_label("Title").fill("A title")
    put(text, f"!⟦[]({ADDRESS})")
    tools.get_by_label(field).fill("A cat")
    # As a finger does: before the field hears that it has changed.
    page.get_by_role("button", name="Publish").evaluate("button => button.click()")
    expect_message(page, "Published.")
    expect(page.locator("figure")).to_contain_text(
        "A cat" if field == "Caption" else ""
    )
    page.get_by_role("link", name="Edit", exact=True).first.click()
    caption = f'![]({ADDRESS} "A cat")'
    alt = f"![A cat]({ADDRESS})"
    expect(text).to_have_value(caption if field == "Caption" else alt)


def test_a_caption_follows_its_image_among_others_that_are_alike(page, text, tools):
    image = f"![]({ADDRESS})"
    put(text, f"{image}\n\nmiddle\n\n!⟦[]({ADDRESS})\n\n{image}\n\nend")
    tools.get_by_label("Caption").fill("A cat")
    text.evaluate(
        "field => field.setRangeText(`${field.value.split('\\n')[0]}\\n\\n`, 0, 0)"
    )
    text.dispatch_event("input")
    page.keyboard.press("Enter")
    changed = f'![]({ADDRESS} "A cat")'
    parts = (image, image, "middle", changed, image, "end")
    expect(text).to_have_value("\n\n".join(parts))


def test_a_text_is_saved_with_what_is_typed_of_an_image(page, text, tools):
    put(text, f"!⟦[]({ADDRESS}#other)")
    tools.get_by_label("Caption").fill("A cat")
    page.keyboard.press("Control+s")
    expect(text).to_have_value(f'![]({ADDRESS}#other "A cat")')
    expect(page.locator(".bar .kept")).to_contain_text("Saved")


def test_a_caption_is_in_the_text_soon_and_goes_on_being_typed(page, text, tools):
    put(text, f"!⟦[]({ADDRESS})")
    caption = tools.get_by_label("Caption")
    caption.press_sequentially("A cat ")
    expect(text).to_have_value(f'![]({ADDRESS} "A cat")')
    expect(caption).to_be_focused()
    caption.press_sequentially("on a mat")
    page.keyboard.press("Enter")
    expect(text).to_have_value(f'![]({ADDRESS} "A cat on a mat")')


def test_escape_puts_the_fields_away_until_the_next_image(page, text, tools):
    put(text, f"!⟦[]({ADDRESS})\n\n![]({ADDRESS})")
    expect(tools).to_be_visible()
    page.keyboard.press("Escape")
    expect(tools).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(tools).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(tools).to_be_visible()


def test_tab_leads_to_the_fields_of_an_image_in_an_item(page, text, tools):
    put(text, f"- a\n- !⟦[]({ADDRESS})")
    expect(tools).to_be_visible()
    page.keyboard.press("Tab")
    expect(tools.get_by_label(QUESTION)).to_be_focused()
    assert text.input_value() == f"- a\n- ![]({ADDRESS})"


def test_tab_leads_there_past_the_images_on_their_way(page, text, tools, server):
    put(text, f"!⟦[]({ADDRESS})")
    bring(text, "paste", "cat.png")
    expect(page.locator(".uploads")).to_be_visible()
    text.focus()
    expect(tools).to_be_visible()
    page.keyboard.press("Tab")
    expect(tools.get_by_label(QUESTION)).to_be_focused()


def test_the_fields_of_an_image_say_what_it_has(page, text, tools):
    put(text, f'![a \\*b\\*⟦]({ADDRESS}#wide "c \\"d\\" &amp;")')
    expect(tools.get_by_label(QUESTION)).to_have_value("a *b*")
    expect(tools.get_by_label("Caption")).to_have_value('c "d" &')
    expect(tools.get_by_label("Width")).to_have_value("wide")
    hint = page.get_by_role("status").filter(has_text="Press Tab")
    expect(hint).to_have_count(1)

    page.keyboard.press("Tab")
    expect(tools.get_by_label(QUESTION)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.keyboard.type("\n\nNext")
    expect(tools).to_be_hidden()
    expect(hint).to_have_count(0)
    assert not leaving_asks(page) or text.input_value()


def test_what_was_typed_of_an_image_is_kept_wherever_the_focus_goes(page, text, tools):
    put(text, f"![⟦]({ADDRESS})")
    tools.get_by_label(QUESTION).fill("A cat")
    page.get_by_label("Tags").click()
    expect(text).to_have_value(f"![A cat]({ADDRESS})")
    expect(page.get_by_label("Tags")).to_be_focused()
    expect(tools).to_be_hidden()

    text.evaluate("field => field.focus()")
    expect(tools.get_by_label(QUESTION)).to_have_value("A cat")
    tools.get_by_label("Caption").fill("In the sun")
    page.keyboard.press("Enter")
    expect(text).to_have_value(f'![A cat]({ADDRESS} "In the sun")')
    expect(text).to_be_focused()


@pytest.mark.parametrize(
    "other",
    [
        "A ⟦text.",
        "`![⟦a](b)`",
        "```\n![⟦a](b)\n```",
        "\\![⟦a](b)",
        "![a\n\n⟦b](c)",
        "[⟦a](b)",
        "![⟦a]",
        "![a](⟦b c)",
    ],
)
def test_what_is_no_image_has_no_fields(page, text, tools, other):
    put(text, other)
    page.wait_for_timeout(300)
    expect(tools).to_be_hidden()


@pytest.mark.parametrize(
    ("image", "has_width"),
    [
        (f"![⟦]({ADDRESS})", True),
        (f"![⟦](/image/{'0a' * 20}-9x9.png)", True),
        (f"> ![⟦]({ADDRESS})", True),
        ("![⟦](https://else.example/cat.png)", False),
        ("![⟦](cat.png)", False),
        (f"A ![⟦]({ADDRESS}) cat", False),
    ],
)
def test_a_width_is_offered_where_it_means_something(
    page, text, tools, image, has_width
):
    put(text, image)
    expect(tools.get_by_label("Caption")).to_be_visible()
    expect(tools.get_by_label("Width")).to_be_visible(visible=has_width)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_fields_of_an_image_move_nothing_and_hide_nothing_of_it(
    open_browser, width
):
    page = open_browser(
        "writer",
        java_script_enabled=True,
        viewport={"width": width, "height": 800},
    )
    page.add_init_script(SHIFTS)
    page.goto("/create?new")
    text = page.get_by_label("Text", exact=True)
    words = "Some words that fill more than a line on each screen there is. " * 40
    put(text, f'⟦{words}\n\n![A cat]({ADDRESS} "{words[:200]}")')
    page.wait_for_timeout(700)
    page.evaluate("window.shifts = []")
    tools = page.get_by_role("group", name="Image at the cursor")
    text.evaluate(
        f"field => field.setSelectionRange({len(words) + 5}, {len(words) + 5})"
    )
    expect(tools).to_be_visible()
    box, field = tools.bounding_box(), text.bounding_box()
    # Below the last line, which is that of the image.
    assert box["y"] >= field["y"] + field["height"] - 8
    assert box["y"] + box["height"] <= 800
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    alt = tools.get_by_label("What does the image show?").bounding_box()
    assert alt["width"] > 0.8 * field["width"]
    text.evaluate("field => field.setSelectionRange(0, 0)")
    expect(tools).to_be_hidden()
    page.wait_for_timeout(100)
    assert page.evaluate("window.shifts") == []


@pytest.mark.parametrize("how", ["fields", "uploads"])
def test_axe_finds_nothing_in_what_is_shown_for_images(page, text, server, how):
    if how == "fields":
        put(text, f"One.\n\n![⟦A cat]({ADDRESS})")
        expect(page.locator(".figure")).to_be_visible()
    else:
        bring(text, "paste", "one.png", "two.png")
        server.answer(422, error="This is no image.")
        expect(page.get_by_role("alert").first).not_to_be_empty()

    assert axe_violations(page) == {}
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_answer_of_a_server_is_json(page):
    """So that what the tests above answer is what there is."""
    answer = page.request.post(
        "/account/images",
        multipart={"image": a_picture(20, 20), "alt": "A cat"},
        headers={"Accept": "application/json"},
    )
    assert set(json.loads(answer.text())) == {"markdown", "description", "version"}
