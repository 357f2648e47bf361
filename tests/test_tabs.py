"""The same text in several tabs becomes one, with what was typed in each."""

import itertools

import pytest

from .conftest import rows
from .conftest import write
from .test_sending import open_form
from .test_sending import send
from .test_working_copies import autosave
from .test_working_copies import copies
from .test_working_copies import has_text
from .test_working_copies import note
from .test_working_copies import set_time
from .test_working_copies import wait_out

MIDDLE = "\n\nWater.\n\nYeast, or what has lived in a jar for a week.\n\n"
TEXT = f"Flour.{MIDDLE}Salt."
FIRST = f"Rye flour.{MIDDLE}Salt."
LAST = f"Flour.{MIDDLE}Sea salt.\n\nAnd time."
BOTH = f"Rye flour.{MIDDLE}Sea salt.\n\nAnd time."
MERGED = "Saved, together with changes that were made elsewhere"


def fields(body, title="Bread", tags=""):
    return {"title": title, "body": body, "tags": tags}


def leave(client, path="/create", **changed):
    """Type a text, and leave it in its tab; return that one's form."""
    form = open_form(client, path)
    save(client, form, TEXT, **changed)
    return form


def save(client, form, body, **changed):
    """What the script of a tab sends."""
    path = form[0].replace("update", "working-copy").replace("create", "")
    path = "/create/working-copy" if form[0].startswith("/create") else path
    answer = autosave(client, form, path, **fields(body, **changed))
    assert answer.json["saved"]


def texts(app):
    return [row["body"] for row in rows(app, "SELECT body FROM post ORDER BY id")]


@pytest.fixture(params=["/create", "/1/update"])
def path(request, alice):
    """Where a text is written: a new one, or one that was published."""
    if request.param != "/create":
        write(alice, "Bread", "Soon.")

    return request.param


@pytest.mark.parametrize("saved", [(), (0,), (1,), (0, 1), (1, 0)])
def test_changes_in_two_tabs_are_in_one_post(app, alice, path, saved):
    leave(alice, path)
    tabs = open_form(alice, path), open_form(alice, path)

    for number in saved:
        save(alice, tabs[number], (FIRST, LAST)[number])

    assert send(alice, tabs[0], **fields(FIRST)).location == "/1-bread"
    answer = send(alice, tabs[1], **fields(LAST))
    assert answer.location == "/1-bread"
    assert MERGED in alice.get("/1-bread").text
    assert texts(app) == [BOTH]
    assert not copies(app)
    # A second click changes nothing.
    assert send(alice, tabs[1], **fields(LAST)).location == "/1-bread"
    assert texts(app) == [BOTH]


def test_a_tab_that_only_adds_keeps_what_the_other_changed(app, alice, path):
    leave(alice, path)
    one, other = open_form(alice, path), open_form(alice, path)
    send(alice, one, **fields(FIRST, "Rye bread", "rye"))
    added = TEXT + "\n\nMuch more." * 20
    answer = send(alice, other, **fields(added, tags="bread"))
    assert answer.location == "/1-rye-bread"
    assert texts(app) == [added.replace("Flour", "Rye flour")]
    tags = {row["name"] for row in rows(app, "SELECT name FROM tag")}
    assert tags == {"rye", "bread"}


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_typed_on", [True, False])
def test_the_tab_that_a_text_was_left_in_is_merged(
    app, alice, path, is_first, is_typed_on
):
    old = leave(alice, path)
    new = open_form(alice, path)
    save(alice, new, LAST)

    if is_typed_on:
        save(alice, old, FIRST)

    tabs = [(old, FIRST), (new, LAST)]

    for form, body in tabs if is_first else tabs[::-1]:
        assert send(alice, form, **fields(body)).location == "/1-bread"

    assert texts(app) == [BOTH]


def test_changes_in_one_place_are_shown_side_by_side(app, alice, path):
    leave(alice, path)
    one, other = open_form(alice, path), open_form(alice, path)
    save(alice, other, FIRST)
    send(alice, one, **fields(LAST))
    mine = LAST.replace("Sea salt", "Rock salt")
    answer = send(alice, other, **fields(mine))
    assert answer.status_code == 409
    assert has_text(answer.text, mine)
    assert "Sea" in answer.text
    assert texts(app) == [LAST]
    assert copies(app) == [(FIRST,)]


def test_a_base_that_is_not_known_any_more_is_none(app, alice):
    old = leave(alice)
    new = open_form(alice)
    # What the new tab was filled with is overwritten before that saves anything.
    save(alice, old, FIRST)
    save(alice, new, LAST)
    assert send(alice, old, **fields(FIRST)).location == "/1-bread"
    mine = FIRST.replace("Salt", "And salt")
    assert send(alice, new, **fields(mine)).status_code == 409
    assert texts(app) == [FIRST]


@pytest.mark.parametrize("is_known", [True, False])
def test_what_one_tab_took_over_later_is_not_lost(app, alice, is_known):
    old = leave(alice)
    early = open_form(alice)

    if is_known:
        save(alice, early, f"{TEXT} ")

    save(alice, old, FIRST)
    # It has what the other one never saw.
    late = open_form(alice)
    assert send(alice, early, **fields(TEXT)).location == "/1-bread"
    mine = FIRST.replace("Water", "Warm water")
    answer = send(alice, late, **fields(mine))
    assert answer.status_code == (302 if is_known else 409)
    assert texts(app) == [mine if is_known else TEXT]


def test_what_was_typed_after_publishing_is_nothing_that_the_post_has(app, alice):
    form = leave(alice)
    send(alice, form, **fields(TEXT))
    alice.post("/1/update", data=fields(LAST))
    wait_out(app)
    save(alice, form, FIRST)
    set_time(app, "saved", "2999-01-01 00:00:00.000000")
    opened = open_form(alice, "/1/update")
    mine = FIRST.replace("Salt", "Rock salt")
    assert send(alice, opened, **fields(mine)).status_code == 409
    assert texts(app) == [LAST]


def test_a_corrected_form_overwrites_nothing_that_another_tab_added(app, alice):
    old = leave(alice)
    new = open_form(alice)
    save(alice, new, LAST)
    assert send(alice, old, **fields(FIRST)).location == "/1-bread"
    assert send(alice, new, **fields(LAST)).location == "/1-bread"
    corrected = FIRST.replace("Rye", "Dark rye")
    assert send(alice, old, **fields(corrected)).status_code == 409
    assert texts(app) == [BOTH]


def test_a_public_post_is_not_taken_back_by_another_tab(app, alice):
    leave(alice)
    one, other = open_form(alice), open_form(alice)
    send(alice, one, **fields(FIRST))
    answer = send(alice, other, **fields(LAST), draft="1")
    assert answer.status_code == 302
    assert texts(app) == [FIRST]
    assert copies(app) == [(LAST,)]


def test_a_draft_of_two_tabs_is_one(app, alice):
    leave(alice)
    one, other = open_form(alice), open_form(alice)
    send(alice, one, **fields(FIRST), draft="1")
    send(alice, other, **fields(LAST), draft="1")
    assert texts(app) == [BOTH]
    assert rows(app, "SELECT 1 FROM post WHERE drafted IS NULL") == []
    assert note(alice.get("/create").text) is None


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
@pytest.mark.parametrize("last_saves", [True, False])
def test_a_new_text_that_went_through_four_tabs_is_one_post(
    app, alice, order, last_saves
):
    """Each was filled with the copy of the one before, and is sent in any order."""
    tabs = [leave(alice)]

    for number in range(1, 4):
        tabs.append(open_form(alice))

        if number < 3 or last_saves:
            save(alice, tabs[number], f"{TEXT}\n\nTab {number}.")

    for number in order:
        answer = send(alice, tabs[number], **fields(f"{TEXT}\n\nTab {number}."))
        # What can't be merged is shown beside the post.
        assert answer.status_code == 409 or answer.location == "/1-bread"

    assert len(texts(app)) == 1


def test_a_tab_that_was_never_saved_belongs_to_the_text_that_another_goes_on_with(
    app, alice
):
    first = leave(alice)
    second = open_form(alice)
    save(alice, second, FIRST)
    third, fourth = open_form(alice), open_form(alice)
    # The copy that both were filled with goes.
    save(alice, third, f"{FIRST} ")
    send(alice, first, **fields(TEXT))
    send(alice, fourth, **fields(LAST))
    assert len(texts(app)) == 1


def test_another_text_in_a_tab_is_another_post(app, alice):
    leave(alice)
    one, other = open_form(alice), open_form(alice)
    send(alice, one, **fields("Nothing of it is left here."))
    send(alice, other, **fields(TEXT))
    assert texts(app) == ["Nothing of it is left here.", TEXT]


def test_anothers_copy_is_no_base(app, alice, bob):
    leave(alice)
    one, other = open_form(alice), open_form(alice)
    send(alice, one, **fields(FIRST))
    form = open_form(bob)
    send(bob, form, **fields(LAST), copy=other[1]["copy"])
    assert texts(app) == [FIRST, LAST]
