"""The text and its preview: beside each other or behind tabs, and in step."""

import re

import pytest
from playwright.sync_api import expect

from ..browsers import axe_violations
from ..browsers import expect_message
from ..browsers import fill_in_post
from ..browsers import needs_chromium
from ..browsers import press
from ..conftest import wait_until

pytestmark = needs_chromium

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 360, "height": 640}

TEXT = "".join(
    f"## Part {n}\n\nSome *words* of part {n}.\n\n- one\n- two\n\n" for n in range(40)
)


@pytest.fixture
def page(open_browser):
    page = open_browser("writer", java_script_enabled=True)
    page.set_viewport_size(WIDE)
    page.goto("/create?new")
    return page


@pytest.fixture
def long(page, text):
    """The editor with a long text, and its preview."""
    fill_in_post(page, "A title", TEXT)
    expect(page.locator("#preview h2")).to_have_count(41)
    return page


def place_cursor(text, words):
    text.evaluate(
        """(field, words) => {
          const at = field.value.indexOf(words);
          field.focus({preventScroll: true});
          field.setSelectionRange(at, at);
        }""",
        words,
    )


def is_in_pane(page, selector):
    return page.locator(selector).first.evaluate(
        """part => {
          const pane = document.querySelector(".pane").getBoundingClientRect();
          const {top, bottom} = part.getBoundingClientRect();
          return pane.top <= top && bottom <= pane.bottom;
        }"""
    )


def test_only_what_changed_is_drawn_anew(long, text):
    long.evaluate(
        "document.querySelectorAll('.pane h2').forEach(h => (h.isOld = true))"
    )
    place_cursor(text, "Part 20")
    long.keyboard.type("New ")
    expect(long.locator("#preview-h-new-part-20")).to_be_visible()
    is_old = (
        "[...document.querySelectorAll('.pane .body h2')].map(h => Boolean(h.isOld))"
    )
    assert [i for i, old in enumerate(long.evaluate(is_old)) if not old] == [20]

    text.press("Control+Home")
    long.keyboard.type("First.\n\n")
    expect(long.locator(".pane .body > :first-child")).to_have_text("First.")
    text.press("Control+End")
    long.keyboard.type("Last.")
    expect(long.locator(".pane .body > :last-child")).to_contain_text("Last.")
    assert [i for i, old in enumerate(long.evaluate(is_old)) if not old] == [20]

    text.fill("Nothing else.")
    expect(long.locator(".pane .body > *")).to_have_count(1)
    text.fill("")
    expect(long.locator("#preview .title")).to_be_visible()
    expect(long.locator(".pane .body > *")).to_have_count(0)


def test_the_preview_is_that_of_the_page(long, text):
    text.fill(f"{TEXT}\n\n```py\nprint(1)\n```\n\n|a|\n|-|\n|b|\n\nx[^1]\n\n[^1]: y\n")
    expect(long.locator(".pane table")).to_be_visible()
    shown = long.locator(".pane .body").inner_html().replace("preview-", "")
    press(long, "Publish")
    expect_message(long, "Published.")
    long.route("**/reading*.js", lambda route: route.abort())
    long.reload()
    page = long.locator("article .body").first.inner_html()
    shown = re.sub(r' class="(current)?"| current(?=")', "", shown)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", page)


def test_there_is_one_request_at_a_time_and_none_for_each_key(page, text):
    waiting = []
    page.route("**/preview", lambda route: waiting.append(route))
    text.press_sequentially("Some words and more of them.", delay=5)
    wait_until(lambda: page.wait_for_timeout(50) or waiting)
    text.press_sequentially(" While it is under way.", delay=5)
    page.wait_for_timeout(1000)
    assert len(waiting) == 1

    waiting[0].continue_()
    expect(page.locator(".pane .body")).to_have_text("Some words and more of them.")
    wait_until(lambda: page.wait_for_timeout(50) or len(waiting) == 2)
    waiting[1].continue_()
    expect(page.locator(".pane .body")).to_contain_text("While it is under way.")
    # What is there already is not asked for again.
    text.press("x")
    text.press("Backspace")
    page.wait_for_timeout(600)
    assert len(waiting) == 2


@pytest.mark.parametrize(
    "answer", [None, {"status": 503, "json": {"error": "Busy"}}, {"body": "<p>Log in"}]
)
def test_a_preview_that_fails_changes_nothing_and_is_made_later(page, text, answer):
    text.fill("Some words")
    expect(page.locator(".pane .body")).to_have_text("Some words")
    failed = []

    def fail(route):
        failed.append(route)
        route.fulfill(**answer) if answer else route.abort()

    page.route("**/preview", fail)
    text.fill("Other words")
    wait_until(lambda: page.wait_for_timeout(50) or failed)
    expect(page.locator(".pane .body")).to_have_text("Some words")
    page.unroute("**/preview")
    text.press("End")
    text.press("!")
    expect(page.locator(".pane .body")).to_have_text("Other words!")


def test_the_preview_goes_where_the_cursor_is(long, text):
    place_cursor(text, "words* of part 30")
    expect(long.locator(".pane .current")).to_have_text("Some words of part 30.")
    wait_until(lambda: is_in_pane(long, ".pane .current"))
    place_cursor(text, "Part 3\n")
    expect(long.locator(".pane .current")).to_have_text("Part 3")
    wait_until(lambda: is_in_pane(long, ".pane .current"))


def test_a_key_leaves_the_mark_where_it_is(long, text):
    """To take it away and put it back has the browser draw the page once more."""
    place_cursor(text, "words* of part 30")
    expect(long.locator(".pane .current")).to_have_text("Some words of part 30.")
    long.evaluate(
        """() => {
          window.marks = [];
          new MutationObserver(list => marks.push(...list)).observe(
            document.querySelector(".pane"),
            {subtree: true, attributes: true, attributeFilter: ["class"]})}"""
    )
    held = []
    long.route("**/preview", lambda route: held.append(route))
    keys = "abc"
    text.press_sequentially(keys, delay=100)
    wait_until(lambda: long.wait_for_timeout(100) or held)
    assert long.evaluate("marks.length") == 0
    # What is drawn anew has it, too.
    held[0].continue_()
    long.unroute("**/preview")
    expect(long.locator(".pane .current")).to_have_text(re.compile(keys))


def test_the_preview_goes_along_with_the_page(long, text):
    top = text.evaluate(
        "f => f.getBoundingClientRect().top + scrollY + f.offsetHeight / 2"
    )
    long.evaluate("scrollTo(0, 0)")
    long.mouse.move(200, 400)
    long.mouse.wheel(0, top)
    wait_until(lambda: is_in_pane(long, "#preview-h-part-22"), 5)
    long.mouse.wheel(0, -top - 1000)
    wait_until(lambda: is_in_pane(long, "#preview .title"))


def test_what_is_pressed_in_the_preview_leads_to_its_line(long, text):
    long.locator("#preview-h-part-25").scroll_into_view_if_needed()
    long.locator("#preview-h-part-25 + p").click()
    expect(text).to_be_focused()
    line = text.evaluate("f => f.value.slice(f.selectionStart).split('\\n', 1)[0]")
    assert line == "Some *words* of part 25."
    # Where it is seen.
    place = "f => findRects(f, f.selectionStart, f.selectionEnd)[0].top"
    assert 100 < text.evaluate(place) < 700


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("item 7", "- item 7"),
        ("deeper 7", "  - deeper 7"),
        ("cell 20", "| cell 20 |"),
        ("The first", "[^1]: The first"),
        ("The second", "[^2]: The second"),
    ],
)
def test_an_item_a_row_and_a_footnote_lead_to_their_lines(page, text, words, line):
    items = "".join(f"- item {n}\n\n  - deeper {n}\n" for n in range(20))
    rows = "".join(f"| cell {n} |\n" for n in range(40))
    notes = "[^2]: The second\n\nAfter\n\n[^1]: The first"
    text.fill(f"One[^1] and[^2]\n\n{notes}\n\n{items}\n| head |\n|---|\n{rows}\nEnd")
    place = page.locator("#preview").get_by_text(re.compile(f"^{words}\\b"))
    place.scroll_into_view_if_needed()
    place.click(position={"x": 9, "y": 9})
    expect(text).to_be_focused()
    at = "f => f.value.slice(f.selectionStart).split('\\n', 1)[0]"
    assert text.evaluate(at) == line
    # And back, to where it is seen.
    page.locator(".pane").evaluate("pane => pane.scrollTo(0, 0)")
    place_cursor(text, "One[")
    place_cursor(text, line)
    part = f"#preview :text-matches('^{words}\\\\b')"
    wait_until(lambda: is_in_pane(page, part))


@pytest.mark.parametrize(
    ("words", "part", "line"),
    [
        ("Intro", 0.8, "Intro"),
        ("one = 1", 0.1, "one = 1"),
        ("one = 1", 0.9, "three = 3"),
        ("last item", 0.8, "- last item"),
        ("The end", 0.8, "The end"),
    ],
)
def test_a_press_leads_to_no_blank_line_and_no_fence(page, text, words, part, line):
    text.fill(
        "Intro\n\n\n```\none = 1\ntwo = 2\nthree = 3\n```\n\n- item\n- last item\n\n\n"
        "The end\n\n"
    )
    place = page.locator("#preview :is(p, pre, li)").filter(has_text=words).last
    box = place.bounding_box()
    place.click(position={"x": 9, "y": box["height"] * part})
    at = "f => f.value.slice(f.selectionStart).split('\\n', 1)[0]"
    wait_until(lambda: text.evaluate(at) == line)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_what_to_check_moves_nothing_on_a_phone(open_browser, locale):
    page = open_browser(
        "writer", java_script_enabled=True, viewport=NARROW, locale=locale
    )
    page.goto("/create?new")
    # The cursor is away from the image, whose fields would scroll to it.
    page.locator("#body").fill("![](/x.png)\n\n## A\n\n#### B")
    before = page.locator("#body").bounding_box()
    expect(page.locator("#checks")).to_be_visible()
    assert page.locator("#body").bounding_box() == before


def test_a_link_in_the_preview_is_one(page, text):
    text.fill("A [link](#end)\n\n# End")
    page.locator(".pane p a").click()
    assert page.url.endswith("#end") or page.url.endswith("#preview-h-end")
    expect(text).not_to_be_focused()


def test_below_that_width_each_has_a_tab(long, text):
    long.set_viewport_size(NARROW)
    write = long.get_by_role("tab", name="Write")
    preview = long.get_by_role("tab", name="Preview")
    expect(write).to_have_attribute("aria-selected", "true")
    expect(long.locator(".pane")).to_be_hidden()

    preview.click()
    expect(text).to_be_hidden()
    expect(long.get_by_role("tabpanel").locator("#preview-h-part-3")).to_be_visible()
    preview.press("ArrowLeft")
    expect(write).to_be_focused()
    expect(text).to_have_value(TEXT)
    write.press("ArrowRight")
    expect(preview).to_be_focused()
    long.locator("#preview-h-part-5").click()
    expect(text).to_be_focused()
    assert text.evaluate("f => f.value.slice(f.selectionStart).startsWith('## Part 5')")

    preview.click()
    long.set_viewport_size(WIDE)
    expect(text).to_be_visible()
    expect(long.locator(".pane")).to_be_visible()
    expect(long.get_by_role("tab")).to_have_count(0)


def test_a_title_that_is_missing_is_asked_for_from_the_preview(page, text):
    page.set_viewport_size(NARROW)
    text.fill("Some words")
    page.get_by_role("tab", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Some words")
    press(page, "Publish")
    expect(page.get_by_label("Title")).to_be_focused()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_what_to_check_is_a_list_that_leads_to_each_place(page, text, size):
    page.set_viewport_size(size)
    box = page.locator("#checks")
    text.fill("Some words.\n" * 60 + "\n![](https://x.org/x.png)\n\n# One\n\n### Two")
    expect(box).to_have_text(re.compile("^\\s*2 things to check"))
    box.locator("summary").click()
    box.get_by_role("link", name="Line 62").click()
    expect(text).to_be_focused()
    assert text.evaluate("f => getSelection().toString()") == "![](https://x.org/x.png)"
    expect(box.locator("ul")).to_be_hidden()

    text.fill("Some words.\n\n![](https://x.org/x.png)")
    expect(box.locator("summary")).to_have_text("1 thing to check")
    box.locator("summary").click()
    page.keyboard.press("Escape")
    expect(box.locator("ul")).to_be_hidden()
    expect(box.locator("summary")).to_be_focused()
    box.locator("summary").click()
    page.get_by_label("Tags").click()
    expect(box.locator("ul")).to_be_hidden()
    text.fill("![A cat](https://x.org/x.png)")
    expect(box).to_be_hidden()


def test_words_and_minutes_are_counted(page, text):
    text.fill("word " * 1234 + "\n\n中文字")
    expect(page.locator("#words")).to_have_text("1,237 words")
    expect(page.locator("#minutes")).to_have_text("5 min")
    text.fill("")
    expect(page.locator("#words")).to_have_text("")
    expect(page.locator("#minutes")).to_have_text("")


def test_on_a_phone_the_tools_are_at_the_bottom_and_the_bar_goes_away(page, text):
    page.set_viewport_size(NARROW)
    text.fill("Some words.\n" * 60)
    toolbar = page.get_by_role("toolbar")
    box = toolbar.bounding_box()
    assert box["y"] + box["height"] == NARROW["height"]
    text.press("Control+End")
    page.mouse.wheel(0, 500)
    expect(page.locator(".bar")).not_to_be_in_viewport()
    page.get_by_label("Tags").focus()
    expect(page.locator(".bar")).to_be_in_viewport()


def test_on_a_phone_the_tools_never_hide_the_line_that_is_written(page, text):
    page.set_viewport_size({"width": 360, "height": 640})
    tools = page.get_by_role("toolbar", name="Formatting")
    text.click()

    for line in ["雨", *["行"] * 25, "# 题", "- 一", "二", "字" * 90]:
        page.keyboard.insert_text(line)
        end = text.evaluate("field => field.getBoundingClientRect().bottom")
        assert end <= tools.bounding_box()["y"]
        page.keyboard.press("Enter")


def test_axe_finds_nothing_in_the_tabs_and_checks(long, text):
    text.fill(f"{TEXT}\n\n![](x.png)")
    expect(long.locator("#checks")).to_be_visible()
    assert axe_violations(long) == {}
    long.locator("#checks summary").click()
    assert axe_violations(long) == {}
    long.locator("#checks summary").click()
    long.set_viewport_size(NARROW)
    long.get_by_role("tab", name="Preview").click()
    assert axe_violations(long) == {}
