"""A post in Chromium: what a script adds to it, and what there is without one."""

import re

import pytest
from playwright.sync_api import expect

from flaskr.db import transaction

from .browsers import make_blog
from .browsers import needs_chromium
from .browsers import serve
from .conftest import run_many
from .test_markdown import OWN

pytestmark = needs_chromium

PARTS = "\n\n".join(f"## Part {n}\n\n{'Words. ' * 300}" for n in range(1, 7))

TEXT = f"""
Some words.[^1] And [more](https://else.example/).

![A field]({OWN}.jpg "The field in June.")

```python
print("kettle")
```

    plain

{PARTS}

[^1]: The *note*.
"""


@pytest.fixture(scope="module")
def visitors(browser, databases):
    """A reader of a blog of two posts."""
    app = make_blog(databases.make())

    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, created) VALUES (1, ?, ?, ?)",
            [
                ("Old", "Words.", "2018-01-01 00:00:00"),
                ("Long", TEXT, "2024-05-09 12:00:00"),
                ("New", "Words.", "2024-05-10 11:55:00"),
            ],
        )
        db.execute(
            "INSERT INTO comment (post_id, author_id, body, created)"
            " VALUES (2, 1, 'First.', '2024-05-10 10:00:00')"
        )

    with serve(app) as url:
        yield {"reader": {"base_url": url}}


@pytest.fixture
def page(open_browser):
    """The long post, with scripts."""
    page = open_browser(
        "reader",
        java_script_enabled=True,
        permissions=["clipboard-read", "clipboard-write"],
        viewport={"width": 1280, "height": 800},
    )
    page.goto("/2-long")
    return page


def read_clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_code_says_its_language_and_is_copied(page):
    block = page.locator("pre[data-language]")
    expect(block).to_have_attribute("data-language", "Python")
    expect(page.locator("pre")).to_have_count(2)

    page.get_by_role("button", name="Copy", exact=True).first.click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert read_clipboard(page) == 'print("kettle")\n'
    expect(page.get_by_role("button", name="Copied")).to_be_hidden()


def test_the_link_of_a_post_is_copied(page):
    page.goto("/2-long#part-3")
    page.get_by_role("button", name="Copy Link").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert re.fullmatch(r"http://[\w.:]+/2-long", read_clipboard(page))


def test_a_footnote_opens_where_its_number_is(page):
    number = page.locator(".footnote-ref a")
    before = page.url
    number.click()

    note = page.get_by_role("complementary", name="Note 1")
    expect(note).to_have_text("The note.")
    assert page.url == before
    box, place = note.bounding_box(), number.bounding_box()
    assert 0 < box["y"] - place["y"] < 60

    page.keyboard.press("Escape")
    expect(note).to_have_count(0)


def test_the_contents_follow_the_reader(page):
    link = page.get_by_role("link", name="Part 4").first
    expect(link).not_to_have_attribute("aria-current", "true")

    page.locator("#h-part-4").evaluate("heading => heading.scrollIntoView()")

    expect(link).to_have_attribute("aria-current", "true")
    expect(page.locator(".contents [aria-current]")).to_have_count(1)
    expect(link).to_be_in_viewport()


def test_times_of_the_last_days_are_said_as_people_say_them(page):
    page.clock.set_fixed_time("2024-05-10T12:00:00Z")
    page.reload()
    expect(page.locator(".comment time")).to_have_text("2 hours ago")
    expect(page.locator(".margin time")).to_have_text(re.compile(r"\d+ \w+ 20\d\d"))

    page.goto("/")
    times = page.locator(".post time")
    expect(times).to_have_text(["5 minutes ago", "Yesterday", "1 January 2018"])


def test_a_wide_screen_shows_pictures_wider_than_the_text(page):
    text = page.locator("main .body p").first.bounding_box()
    figure = page.locator("figure").bounding_box()
    assert figure["x"] < text["x"]
    expect(page.locator("figcaption")).to_have_text("The field in June.")


LEFTS = """() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("figcaption"));
    const image = document.querySelector("figure img").getBoundingClientRect();
    return [image.left, range.getBoundingClientRect().left, image.width];
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_caption_begins_where_a_narrow_picture_does(open_browser, width):
    page = open_browser("reader", viewport={"width": width, "height": 900})
    page.goto("/2-long")
    page.evaluate(
        "() => { const image = document.querySelector('figure img');"
        " image.removeAttribute('srcset'); image.width = 200; image.height = 150;"
        " image.src = '/static/apple-touch-icon.png'; return image.decode(); }"
    )
    image, caption, found = page.evaluate(LEFTS)
    assert found == 200
    assert image == caption
    # It stays in the middle.
    assert image > page.locator("main .body p").first.bounding_box()["x"] + 30


BOTTOMS = """() => {
    const line = [...document.querySelectorAll(".post .byline")].at(-1);
    const parts = [line.querySelector("bdi"), line.children[1]];
    return parts.map((part) => part.getBoundingClientRect().bottom);
}"""


def test_the_name_of_who_wrote_stands_on_the_line_of_the_rest(open_browser):
    # So wide that the line does not break.
    page = open_browser("reader", viewport={"width": 1000, "height": 600})
    page.goto("/")
    name, time = page.evaluate(BOTTOMS)
    assert abs(name - time) < 1


def test_without_a_script_nothing_is_offered_that_needs_one(open_browser):
    page = open_browser("reader")
    page.goto("/2-long")

    expect(page.get_by_role("button")).to_have_text(["Like"])
    page.locator(".footnote-ref a").click()
    assert page.url.endswith("#fn-1")
    expect(page.locator(".comment time")).to_have_text(re.compile(" at "))
