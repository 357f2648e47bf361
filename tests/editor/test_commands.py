"""What the buttons and the keys of the editor do to lines, lists, quotes and marks."""

import pytest
from playwright.sync_api import expect

from ..browsers import needs_chromium
from ..conftest import wait_until
from .actions import compose
from .actions import put
from .actions import state

pytestmark = needs_chromium

SEVEN, EIGHT = "Control+Shift+Digit7", "Control+Shift+Digit8"


def undone(marked):
    return (marked, marked.replace("⟧", ""))


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("Enter", "1. a⟦\n2. b\n3. c", "1. a\n2. ⟦\n3. b\n4. c"),
        ("Enter", "1. a⟦\n1. b", "1. a\n1. ⟦\n1. b"),
        ("Enter", "9. a⟦\n10. b", "9. a\n10. ⟦\n11. b"),
        ("Enter", "1. a\n   1. x⟦\n2. b", "1. a\n   1. x\n   2. ⟦\n2. b"),
        ("Enter", "8. a⟦\n9. b\n\n   c", "8. a\n9. ⟦\n10. b\n\n    c"),
        ("Enter", "8. a⟦\n9. b\n   - s\n10. c", "8. a\n9. ⟦\n10. b\n    - s\n11. c"),
        ("Backspace", "9. a\n⟦10. b\n    - s", "9. a⟦10. b\n    - s"),
        ("Enter", "1. a\n2. ⟦\n3. b", "1. a\n\n⟦\n\n2. b"),
        ("Enter", "> a\n> ⟦\nb", "> a\n\n⟦\n\nb"),
        ("Enter", "> 1. a⟦\n> 2. b", "> 1. a\n> 2. ⟦\n> 3. b"),
        ("Enter", "> q⟦", "> q\n> ⟦"),
        ("Enter", "> q\n> ⟦", "> q\n\n⟦"),
        ("Enter", "- a\n  - ⟦", "- a\n- ⟦"),
        ("Enter", "```\n1. a⟦\n2. b", "```\n1. a\n⟦\n2. b"),
        ("Backspace", "1. a\n⟦2. b\n3. c", "1. a⟦2. b\n2. c"),
        ("Control+Backspace", "1. a\n⟦2. b\n3. c", "1. a⟦2. b\n2. c"),
        ("Delete", "1. a⟦\n2. b\n3. c", "1. a⟦2. b\n2. c"),
        ("Delete", "⟦1. a\n⟧2. b\n3. c", "⟦1. b\n2. c"),
        ("Delete", "1. a\n⟦1. b\n⟧1. c", "1. a\n⟦1. c"),
        ("Delete", "    1. a\n⟦    2. b\n⟧", "    1. a\n⟦"),
        ("Control+x", "1. a\n⟦2. b\n⟧3. c\n4. d", "1. a\n⟦2. c\n3. d"),
        ("Tab", "1. a\n2. b⟦\n3. c", "1. a\n   1. b⟦\n2. c"),
        ("Tab", "- a\n- b⟦\n  - c", "- a\n  - b⟦\n    - c"),
        ("Shift+Tab", "1. a\n   1. b⟦\n2. c", "1. a\n2. b⟦\n3. c"),
        (SEVEN, "⟦a\n```\nb\n```⟧", "⟦1. a\n```\nb\n```⟧"),
        (EIGHT, "| a⟦ |\n|---|\n| b |", "| a⟦ |\n|---|\n| b |"),
        ("Control+Alt+Digit2", "⟦a\n\n| b |\n|---|⟧", "⟦## a\n\n| b |\n|---|⟧"),
        ("Control+Alt+Digit2", "```\na⟦\n```", "```\na⟦\n```"),
        (SEVEN, "a\n⟦b\nc⟧", "a\n⟦1. b\n2. c⟧"),
        (SEVEN, "1. a\nb⟦\n2. c", "1. a\n2. b⟦\n3. c"),
        (SEVEN, "⟦- b\n  - x\n- c⟧", "⟦1. b\n   1. x\n2. c⟧"),
        (SEVEN, "⟦1. b\n2. c⟧", "⟦b\nc⟧"),
        (EIGHT, "⟦1. b\n2. c⟧", "⟦- b\n- c⟧"),
        ("Control+Shift+Period", "⟦a\n\nb⟧", "⟦> a\n> \n> b⟧"),
        ("Control+Shift+Period", "⟦> a\n> \n> b⟧", "⟦a\n\nb⟧"),
        ("Control+Alt+Digit2", "a⟦", "## a⟦"),
        ("Control+Alt+Digit2", "## a⟦", "a⟦"),
        ("Control+Alt+Digit2", "##　甲⟦", "## 甲⟦"),
        ("Control+Alt+Digit3", "## a⟦", "### a⟦"),
        ("Control+Alt+Digit2", "1. a\n2. b⟦", "1. a\n## b⟦"),
        ("Control+Alt+Digit2", "> - [ ] a⟦", "> ## a⟦"),
        ("Control+b", "**one t⟦wo**", "one t⟦wo"),
        ("Control+b", "⟦a b\n\nc⟧", "⟦**a b**\n\n**c**⟧"),
        ("Control+b", "⟦**a b**\n\n**c**⟧", "⟦a b\n\nc⟧"),
        ("Control+b", "⟦**a** b\n*c*⟧", "⟦**a b**\n***c***⟧"),
        ("Control+i", "⟦**a**\n- [x] b *c*⟧", "⟦***a***\n- [x] *b c*⟧"),
        ("Control+i", "x ⟦a\n> 1. b⟧ y", "x ⟦*a*\n> 1. *b*⟧ y"),
        ("Control+b", "⟦## a\n\n---\n[^1]: b⟧", "## ⟦**a**\n\n---\n[^1]: **b**⟧"),
        ("Control+b", "⟦a\n```\nb\n```\nc⟧", "⟦**a**\n```\nb\n```\n**c**⟧"),
        (
            "Control+b",
            "⟦| a |  |\n|---|--|\n| c | d |⟧",
            "| ⟦**a** |  |\n|---|--|\n| **c** | **d**⟧ |",
        ),
        ("Control+b", "⟦- item⟧", "- ⟦**item**⟧"),
        ("Control+b", "⟦# Head⟧", "# ⟦**Head**⟧"),
        ("Control+b", "# ⟦**Head**⟧", "# ⟦Head⟧"),
        ("Control+i", "⟦> 1. q⟧", "> 1. ⟦*q*⟧"),
        ("Control+e", "⟦[^1]: note⟧", "[^1]: ⟦`note`⟧"),
        ("Control+k", "⟦# Head⟧", "# [Head](⟦https://⟧)"),
        ("Control+b", "| ⟦c | d⟧ |\n|---|---|", "| ⟦**c** | **d**⟧ |\n|---|---|"),
        ("Control+b", "⟦![a](/b.png)\n\nc⟧", "![a](/b.png)\n\n⟦**c**⟧"),
        ("Control+b", "⟦![a](/b.png)⟧", "⟦![a](/b.png)⟧"),
        ("Control+b", "```\nx⟦\n```", "```\nx⟦\n```"),
        ("Control+i", "```\n⟦xy⟧\n```", "```\n⟦xy⟧\n```"),
        ("Control+e", "```\nx⟦\n```", "```\nx⟦\n```"),
        ("Control+k", "```\nx⟦\n```", "```\nx⟦\n```"),
        ("Control+k", "⟦a\n\nb⟧", "⟦a\n\nb⟧"),
        ("Control+e", "1. a\n\n   ⟦x\n   y⟧", "1. a\n\n⟦   ```\n   x\n   y\n   ```⟧"),
        ("Control+e", "> ⟦q\n> r⟧", "⟦> ```\n> q\n> r\n> ```⟧"),
        ("Control+e", "⟦~~~\na\n~~~⟧", "⟦a⟧"),
        ("x", "1. a\n⟦2. b\n3. ⟧c\n4. d", "1. a\nx⟦c\n2. d"),
        ("Enter", "```\n~~~\n```\n1. a⟦", "```\n~~~\n```\n1. a\n2. ⟦"),
        ("Enter", "![a](/b.png)⟦\nc", "![a](/b.png)\n\n⟦\nc"),
        ("Enter", "a ![a](/b.png)⟦", "a ![a](/b.png)\n⟦"),
        ("Control+e", "w⟦ord", "`w⟦ord`"),
        ("Enter", "- a\n\n  b⟦c", "- a\n\n  b\n  ⟦c"),
        ("Enter", "- a\n\n  b\n  ⟦", "- a\n\n  b\n\n  ⟦"),
        ("Enter", "- a\n\n  b\n\n  ⟦\n- c", "- a\n\n  b\n\n⟦\n- c"),
        ("Enter", "> 1. a\n>\n>    b⟦", "> 1. a\n>\n>    b\n>    ⟦"),
        ("Enter", "> 1. a\n>\n>    b\n>    ⟦", "> 1. a\n>\n>    b\n>\n>    ⟦"),
        ("Enter", "- a\n  - b\n\n    c⟦", "- a\n  - b\n\n    c\n    ⟦"),
        ("Enter", "- a\n  - b\n\n  c⟦", "- a\n  - b\n\n  c\n  ⟦"),
        ("Enter", "- a\n\nb\n  c⟦", "- a\n\nb\n  c\n⟦"),
        ("Enter", "  a⟦", "  a\n⟦"),
        ("Enter", "- a\n\n⟦  b", "- a\n\n\n⟦  b"),
        ("Control+k", '[a ⟦b⟧ c](/x "t")', '[a b c](⟦/x⟧ "t")'),
        ("Control+k", "[a b c](/⟦x)", "[a b c](/⟦x)"),
    ],
)
def test_a_key_changes_lines_in_one_step(desk, desk_text, key, before, after):
    put(desk_text, before)
    desk.keyboard.press(key)
    assert state(desk_text) == after
    expect(desk_text).to_be_focused()

    if desk_text.input_value() != before.replace("⟦", "").replace("⟧", ""):
        desk.keyboard.press("Control+z")
        assert state(desk_text) in undone(before)


@pytest.mark.parametrize(
    ("button", "before", "after"),
    [
        ("Heading", "a⟦", "## a⟦"),
        ("Heading", "### a⟦", "#### a⟦"),
        ("Heading", "#### a⟦", "a⟦"),
        ("Task list", "⟦a\nb⟧", "⟦- [ ] a\n- [ ] b⟧"),
        ("Task list", "- [x] a⟦", "a⟦"),
        ("Footnote", "a⟦ b", "a[^1] b\n\n[^1]: ⟦"),
        ("Footnote", "a[^1] b⟦\n\n[^1]: x", "a[^1] b[^2]\n\n[^1]: x\n[^2]: ⟦"),
        ("Footnote", "a⟦ b\n\n- c\n\nd\n\ne", "a[^1] b\n\n- c\n\n[^1]: ⟦\n\nd\n\ne"),
        ("Footnote", "a⟦\n\n```\n\nb\n```", "a[^1]\n\n[^1]: ⟦\n\n```\n\nb\n```"),
        ("Footnote", "a⟦\n\n[^2]: x\n\nb", "a[^1]\n\n[^2]: x\n[^1]: ⟦\n\nb"),
    ],
)
def test_a_button_changes_lines_in_one_step(
    desk,
    desk_text,
    button,
    before,
    after,
):
    put(desk_text, before)
    desk.get_by_role("toolbar").get_by_role("button", name=button).click()
    assert state(desk_text) == after
    desk.keyboard.press("Control+z")
    assert state(desk_text) in undone(before)


def test_a_footnote_leads_back_to_where_the_text_refers_to_it(desk, desk_text):
    put(desk_text, "a[^1] b\n\n[^1]: x⟦")
    desk.get_by_role("button", name="Footnote").click()
    assert state(desk_text) == "a[^1]⟦ b\n\n[^1]: x"


def test_the_address_of_a_link_becomes_no_link(desk, desk_text):
    put(desk_text, "[one](⟦https://⟧)")
    desk.keyboard.press("Control+k")
    assert state(desk_text) == "[one](⟦https://⟧)"


def test_buttons_say_what_is_on_at_the_cursor(desk, desk_text):
    for marked, name in (
        ("## a⟦", "Heading"),
        ("**one t⟦wo**", "Bold"),
        ("*one t⟦wo*", "Italic"),
        ("`one t⟦wo`", "Code"),
        ("> a⟦", "Quote"),
        ("- a⟦", "Bulleted list"),
        ("1. a⟦", "Numbered list"),
        ("- [ ] a⟦", "Task list"),
    ):
        put(desk_text, marked)
        expect(desk.locator("[aria-pressed=true]")).to_have_count(1)
        expect(desk.get_by_role("button", name=name, pressed=True)).to_be_visible()


def test_tab_leads_out_of_a_list_after_escape_and_of_a_text_always(desk, desk_text):
    put(desk_text, "- a\n- b⟦")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Tab")
    expect(desk_text).not_to_be_focused()
    assert desk_text.input_value() == "- a\n- b"
    assert "press Escape" in desk.locator("#body-leave").text_content()
    assert "body-leave" in desk_text.get_attribute("aria-describedby")

    put(desk_text, "a⟦")
    desk.keyboard.press("Tab")
    expect(desk_text).not_to_be_focused()


KEY = """(field, options) => field.dispatchEvent(new KeyboardEvent("keydown",
  {bubbles: true, cancelable: true, ctrlKey: true, ...options}))"""


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        ({"key": "и", "code": "KeyB"}, "**a**"),
        ({"key": "/", "code": "Digit7", "shiftKey": True}, "1. a"),
        ({"key": "ı", "code": "KeyI", "altKey": True}, "a"),
        ({"key": "²", "code": "Digit2", "altKey": True}, "a"),
        ({"key": "2", "code": "Digit2", "altKey": True, "modifierAltGraph": True}, "a"),
    ],
)
def test_keys_of_other_layouts_work_and_altgr_types(desk_text, keys, after):
    put(desk_text, "⟦a⟧")
    goes_on = desk_text.evaluate(KEY, keys)
    assert desk_text.input_value() == after
    assert goes_on == (after == "a")


def test_control_and_s_save_at_once(page, text):
    text.fill("Some text")
    text.press("Control+s")
    note = page.locator(".bar .kept")
    expect(note).to_contain_text("Saved ", timeout=2000)
    expect(note).to_have_attribute("aria-live", "polite")
    page.get_by_label("Title").press("Control+s")
    expect(note).to_contain_text("Saved ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1. a\n2. ⟦\n3. c", "1. a\n2. 面包⟦\n3. c"),
        ("| a | ⟦ |\n|---|---|", "| a | 面包⟦ |\n|---|---|"),
        ("> ⟦", "> 面包⟦"),
    ],
)
def test_an_input_method_is_not_disturbed(desk, desk_text, before, after):
    put(desk_text, before)
    compose(desk, "面包")
    assert state(desk_text) == after


def test_an_input_method_is_not_disturbed_in_the_title(page):
    title = page.get_by_label("Title")
    title.focus()
    compose(page, "面包")
    wait_until(lambda: title.input_value() == "面包")


def test_control_and_s_keep_a_profile_in_the_browser(page):
    page.goto("/account/about")
    about = page.locator("#about")
    about.fill("Some text")
    about.press("Control+s")
    expect(page.locator("form .kept")).to_have_text("Kept in this browser.")
