"""Tables that can be typed."""

import pytest
from playwright.sync_api import expect

from ..browsers import needs_chromium
from .actions import put
from .actions import state

pytestmark = needs_chromium

ALIGNED = "| a   | b   |\n| --- | --- |\n| c   | d   |"


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        (
            "Tab",
            "| a | b⟦ |\n|---|---|\n| c | d |",
            "| a   | b   |\n| --- | --- |\n| ⟦c⟧   | d   |",
        ),
        (
            "Tab",
            "| 汉字汉字 | b |\n|---|--:|\n| c | d⟦ |",
            "| 汉字汉字 |   b |\n| -------- | --: |\n| c        |   d |\n"
            "| ⟦         |     |",
        ),
        (
            "Tab",
            "a⟦ | b\n--- | ---",
            "| a   | ⟦b⟧   |\n| --- | --- |",
        ),
        (
            "Tab",
            "> | a⟦ | b \\| c |\n> |---|:-:|",
            "> | a   | ⟦b \\| c⟧ |\n> | --- | :----: |",
        ),
        (
            "Shift+Tab",
            "| a | b |\n|---|---|\n| ⟦c | d |",
            "| a   | ⟦b⟧   |\n| --- | --- |\n| c   | d   |",
        ),
        (
            "Enter",
            "| a | b⟦ |\n|---|---|\n| c | d |",
            "| a   | b   |\n| --- | --- |\n| c   | ⟦d⟧   |",
        ),
        (
            "Tab",
            "- | a | b |\n  |---|---|\n  | c | d⟦ |",
            "- | a   | b   |\n  | --- | --- |\n  | c   | d   |\n  | ⟦    |     |",
        ),
        (
            "Tab",
            "1. a\n\n   | a⟦ | b |\n   |---|---|",
            "1. a\n\n   | a   | ⟦b⟧   |\n   | --- | --- |",
        ),
        ("Enter", f"{ALIGNED[:-2]}⟦ |", f"{ALIGNED}\n|     | ⟦    |"),
        ("Enter", f"{ALIGNED}\n|  | ⟦ |", f"{ALIGNED}\n\n⟦"),
    ],
)
def test_keys_lead_from_cell_to_cell(desk, desk_text, key, before, after):
    put(desk_text, before)
    desk.keyboard.press(key)
    assert state(desk_text) == after
    desk.keyboard.press("Control+z")
    assert desk_text.input_value() == before.replace("⟦", "")


def test_a_table_is_inserted_with_its_first_cell_selected(desk, desk_text):
    put(desk_text, "One ⟦two\nthree")
    desk.get_by_role("button", name="Table").click()
    assert state(desk_text) == (
        "One two\n\n| ⟦Column⟧ | Column |\n| ------ | ------ |\n|        |        |"
        "\n\nthree"
    )
    desk.keyboard.type("x")
    desk.keyboard.press("Tab")
    desk.keyboard.type("y\\|z")
    assert "| y\\|z |" in desk_text.input_value()


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        (
            "| a | b |⟦",
            ["Enter", "|--|-:|", "Enter", "| 1 | 2 |", "Enter", "|3|4", "Enter"],
            "| a   |   b |\n| --- | --: |\n| 1   |   2 |\n| 3   |   4 |\n"
            "|     | ⟦    |",
        ),
        (
            "| a | b⟦ |\n|---|---|",
            ["|", " c |"],
            "| a | b | c |⟦\n|---|---|",
        ),
        ("| a | ⟦b |\n|---|---|", ["|"], "| a | |⟦b |\n|---|---|"),
        ("a⟦ |", ["|"], "a|⟦ |"),
    ],
)
def test_bars_that_are_typed_lead_over_those_of_the_table(
    desk, desk_text, before, keys, after
):
    put(desk_text, before)

    for key in keys:
        press = desk.keyboard.press if key == "Enter" else desk.keyboard.type
        press(key)

    assert state(desk_text) == after


def test_a_table_comes_after_the_code_that_the_cursor_is_in(desk, desk_text):
    put(desk_text, "```\nco⟦de\n```\n\nText")
    desk.get_by_role("button", name="Table").click()
    assert desk_text.input_value().startswith("```\ncode\n```\n\n| Column |")


@pytest.mark.parametrize(
    "before", ["a | b⟦", "```\n| a | b⟦ |\n|---|---|", "| a |⟦\n|---|---|"]
)
def test_tab_leads_on_from_what_is_no_table(desk, desk_text, before):
    put(desk_text, before)
    desk.keyboard.press("Tab")
    expect(desk_text).not_to_be_focused()
    assert desk_text.input_value() == before.replace("⟦", "")
