"""Finding and replacing words of a text."""

import pytest
from playwright.sync_api import expect

from ..browsers import axe_violations
from ..browsers import needs_chromium
from .actions import begin_composing
from .actions import put
from .actions import state

pytestmark = needs_chromium


@pytest.fixture
def bar(page):
    return page.get_by_role("search", name="Find and replace")


def test_words_are_found_one_after_the_other(page, text, bar):
    put(text, "⟦bread, Bread\n面包 and bread")
    text.press("Control+h")
    query = bar.get_by_label("Find", exact=True)
    expect(query).to_be_focused()
    query.fill("bread")
    expect(bar.get_by_role("status")).to_have_text("1 of 3")
    for key, sentence in (("Enter", 2), ("F3", 3), ("Enter", 1), ("Shift+Enter", 3)):
        query.press(key)
        expect(bar.get_by_role("status")).to_have_text(f"{sentence} of 3")
    bar.get_by_label("Match case").check()
    expect(bar.get_by_role("status")).to_have_text("2 of 2")
    query.press("Escape")
    expect(bar).to_be_hidden()
    expect(text).to_be_focused()
    assert state(text) == "bread, Bread\n面包 and ⟦bread⟧"


def test_words_are_replaced_and_undone_in_one_step(page, text, bar):
    put(text, "⟦面包⟧和面包 and 面包")
    page.get_by_role("button", name="Find and replace").click()
    expect(bar.get_by_label("Find", exact=True)).to_have_value("面包")
    bar.get_by_label("Replace with").fill("bread")
    bar.get_by_label("Replace with").press("Enter")
    expect(text).to_have_value("bread和面包 and 面包")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")
    bar.get_by_role("button", name="Replace all").click()
    expect(text).to_have_value("bread和bread and bread")
    expect(bar.get_by_role("status")).to_have_text("Replaced: 2")
    text.press("Control+z")
    expect(text).to_have_value("bread和面包 and 面包")


def test_what_is_found_far_below_is_shown(page, text, bar):
    text.evaluate(
        """field => {
          field.value = "A line.\\n".repeat(3000) + "İ needle here";
          field.setSelectionRange(0, 0);
        }"""
    )
    text.press("Control+h")
    bar.get_by_label("Find", exact=True).fill("needle")
    expect(bar.get_by_role("status")).to_have_text("1 of 1")
    found = page.locator(".found div")
    expect(found).to_be_in_viewport()
    # Six letters of a typewriter, after two.
    box, field = found.bounding_box(), text.bounding_box()
    letter = box["width"] / 6
    assert abs(box["x"] - field["x"] - 16 - 2 * letter) < 2
    assert abs(box["y"] - field["y"] - field["height"] + box["height"]) < 40
    bar.get_by_label("Find", exact=True).fill("nothing of it")
    expect(bar.get_by_role("status")).to_have_text("No matches")
    expect(page.locator(".found div")).to_have_count(0)
    bar.get_by_role("button", name="Replace all").click()
    bar.get_by_role("button", name="Close").click()
    expect(text).to_be_focused()


def test_what_is_found_is_never_behind_the_bar(page, text, bar):
    page.set_viewport_size({"width": 360, "height": 520})
    put(text, "⟦" + "a word\n" * 31)
    page.get_by_role("button", name="Find and replace").click()
    query = bar.get_by_label("Find", exact=True)
    query.fill("word")

    for number in range(1, 32):
        expect(bar.get_by_role("status")).to_have_text(f"{number} of 31")
        found, above = page.locator(".found div").bounding_box(), bar.bounding_box()
        assert above["y"] + above["height"] <= found["y"] < 460
        query.press("Enter")


def test_axe_finds_nothing_while_something_is_found(page, text, bar):
    text.fill("bread")
    text.press("Control+h")
    bar.get_by_label("Find", exact=True).fill("bread")
    expect(bar.get_by_role("status")).to_have_text("1 of 1")
    found = str(axe_violations(page))
    assert "search" not in found and "find" not in found


def test_letters_of_an_input_method_are_not_looked_for(page, text, bar):
    put(text, "⟦面包")
    text.press("Control+h")
    finish = begin_composing(page, "mianbao")
    page.wait_for_timeout(600)
    expect(bar.get_by_role("status")).to_have_text("")
    finish("面包")
    expect(bar.get_by_role("status")).to_have_text("1 of 1")


def test_who_goes_on_writing_elsewhere_is_not_led_back(page, text, bar):
    put(text, "⟦bread\n" + "a line\n" * 200)
    text.press("Control+h")
    bar.get_by_label("Find", exact=True).fill("bread")
    expect(bar.get_by_role("status")).to_have_text("1 of 1")
    text.press("Control+End")
    page.keyboard.type("more bread")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")
    expect(page.locator(".found div")).not_to_be_in_viewport()
    text.press("F3")
    page.keyboard.press("F3")
    expect(page.locator(".found div")).to_be_in_viewport()
