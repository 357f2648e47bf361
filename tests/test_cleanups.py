"""Taking back everything of spammers at once, and undoing that."""

import html
import re

import pytest

from flaskr.data.roles import Role
from flaskr.db import transaction

from .conftest import ago
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_admin import owner  # noqa: F401
from .test_images import address_in
from .test_images import picture
from .test_images import show_in_post
from .test_images import upload
from .test_newcomers import decide
from .test_reports import report
from .test_roles import give_role

LOG = "/admin/log"


@pytest.fixture
def spammed(app, owner, bob):  # noqa: F811
    """The browser of Alice, whose blog Bob has spammed."""
    write(owner, "Hello")
    owner.post("/1/comment", data={"comment": "Questions?"})
    write(bob, "Watches", "Cheap watches.")
    bob.post("/create", data={"title": "Draft", "body": "More.", "draft": "1"})
    bob.post("/1/comment", data={"comment": "Buy watches."})
    bob.post("/comment/1/reply", data={"comment": "Watches are the answer."})
    owner.post("/comment/2/reply", data={"comment": "Stop it."})
    owner.post("/2/comment", data={"comment": "Stop it here, too."})
    bob.post("/1/like")
    app.config["NEWCOMER_APPROVAL"] = "all"
    bob.post("/1/comment", data={"comment": "Waiting watches."})
    return owner


def read_all(app):
    """All that a cleanup changes, but for when and in which order."""
    return {
        "post": rows(app, "SELECT id, title, body, drafted, due FROM post ORDER BY id"),
        "comment": rows(
            app,
            "SELECT id, post_id, parent_id, author_id, body, created, removed"
            " FROM comment ORDER BY id",
        ),
        "like": rows(
            app,
            "SELECT post_id, user_id, created FROM post_like ORDER BY post_id, user_id",
        ),
        "count": rows(app, "SELECT * FROM post_count ORDER BY post_id"),
        "waiting": rows(app, "SELECT id, body FROM waiting_comment"),
    }


def clean_up(client, *ids):
    return client.post("/admin/cleanups", data={"person": list(ids)})


def test_everything_of_a_spammer_is_taken_back(app, spammed, bob, client):
    answer = clean_up(spammed, 2)
    assert answer.location == "/admin/people?newest=1"
    assert titles(client.get("/")) == ["Hello"]
    page = client.get("/1-hello").text
    assert "atches" not in page and "Removed by a moderator." in page
    assert "Stop it." in page
    assert rows(app, "SELECT 1 FROM post_like") == []
    assert "Nothing waits." in spammed.get("/admin/queue").text
    # Out, at once, and told why.
    page = bob.get("/")
    assert "Your account is suspended: Spam" in page.text
    assert rows(app, "SELECT 1 FROM session WHERE user_id = 2") == []


def test_images_of_a_spammer_are_gone_until_that_is_undone(
    app,
    spammed,
    bob,
    client,
):
    alone, shared = upload(bob, picture(color="blue")), upload(bob, picture())
    upload(spammed, picture())
    paths = address_in(alone), address_in(shared)
    show_in_post(bob, alone)
    clean_up(spammed, 2)
    # Somebody else has it, too.
    assert [client.get(path).status_code for path in paths] == [404, 200]
    [cleanup] = rows(app, "SELECT id FROM cleanup")
    spammed.post(f"/admin/cleanups/{cleanup['id']}/undo")
    assert [client.get(path).status_code for path in paths] == [200, 200]


def test_images_in_public_posts_of_the_suspended_stay(owner, bob, client):  # noqa: F811
    shown, hidden = upload(bob, picture(color="blue")), upload(bob, picture())
    show_in_post(bob, shown)
    bob.post("/create", data={"title": "Draft", "body": hidden, "draft": "1"})
    owner.post("/admin/people/2/suspend", data={"reason": "Rude."})
    paths = address_in(shown), address_in(hidden)
    assert [client.get(path).status_code for path in paths] == [200, 404]


def test_the_profile_of_a_spammer_is_hidden_until_that_is_undone(
    app,
    spammed,
    bob,
    client,
):
    profile = {"about": "See https://spam.example", "links": "https://spam.example"}
    app.config["NEWCOMER_APPROVAL"] = "none"
    bob.post("/account/about", data={**profile, "display_name": "Casino"})
    assert "spam.example" in client.get("/author/bob").text
    clean_up(spammed, 2)
    assert client.get("/author/bob").status_code == 404
    assert client.get("/author/bob/feed.atom").status_code == 404
    # Whoever decides sees what it was.
    assert "spam.example" in spammed.get("/author/bob").text
    [cleanup] = rows(app, "SELECT id FROM cleanup")
    spammed.post(f"/admin/cleanups/{cleanup['id']}/undo")
    assert "spam.example" in client.get("/author/bob").text


def test_one_button_undoes_all_of_it(app, spammed, client):
    before = read_all(app)
    clean_up(spammed, 2)
    page = spammed.get("/admin/people").text
    assert "1 person is suspended" in page
    [undo] = re.findall(r'action="(/admin/cleanups/\d+/undo)"', page)
    assert undo in spammed.get(LOG).text
    assert spammed.post(undo).location == LOG
    page = spammed.get(LOG).text
    assert "Everything is back." in page and undo not in page
    assert read_all(app) == before
    assert titles(client.get("/")) == ["Watches", "Hello"]
    assert "Buy watches." in client.get("/1-hello").text
    assert log_in(app, "bob").get("/create").status_code == 200
    spammed.post(undo)
    assert "can’t be undone any more" in spammed.get(LOG).text


def test_the_queue_has_a_button_for_it(app, spammed, client):
    decide(spammed, "comment-1", "spam")
    assert titles(client.get("/")) == ["Hello"]
    page = spammed.get("/admin/queue").text
    assert "Nothing waits." in page and "/undo" in page


def test_reports_of_a_spammer_are_closed(app, spammed):
    register(app, "carol")
    carol = log_in(app, "carol")

    for subject in ("person/2", "post/2", "comment/2"):
        report(carol, subject)

    decide(spammed, "report-1", "spam")
    assert "Nothing waits." in spammed.get("/admin/queue").text


def test_what_a_spammer_reported_waits_no_more(app, spammed, bob):
    register(app, "carol")
    carol = log_in(app, "carol")
    report(carol, "comment/1")

    for subject in ("person/1", "post/1", "comment/1"):
        report(bob, subject)

    before = rows(app, "SELECT id FROM report WHERE closed IS NULL ORDER BY id")
    clean_up(spammed, 2)
    [left] = rows(app, "SELECT reporter_id FROM report WHERE closed IS NULL")
    assert left["reporter_id"] == 3
    [cleanup] = rows(app, "SELECT id FROM cleanup")
    spammed.post(f"/admin/cleanups/{cleanup['id']}/undo")
    again = rows(app, "SELECT id FROM report WHERE closed IS NULL ORDER BY id")
    assert len(before) == 4 and again == before


def test_what_spammers_did_to_one_another_comes_back_too(app, spammed, bob):
    app.config["NEWCOMER_APPROVAL"] = "none"
    register(app, "carol")
    carol = log_in(app, "carol")
    carol.post("/1/comment", data={"comment": "More watches."})
    report(carol, "post/2")
    report(carol, "comment/2")
    [own] = rows(app, "SELECT id FROM comment WHERE author_id = 3")
    report(bob, f"comment/{own['id']}")
    report(bob, "person/3")
    carol.post("/2/comment", data={"comment": "Watches, too."})
    carol.post("/comment/2/reply", data={"comment": "These watches."})
    carol.post("/2/like")
    reports = "SELECT * FROM report ORDER BY id"
    before = read_all(app), rows(app, reports)

    # In either order, one goes before the other.
    for ids in ((2, 3), (3, 2)):
        clean_up(spammed, *ids)
        assert rows(app, "SELECT 1 FROM report WHERE closed IS NULL") == []
        [cleanup] = rows(app, "SELECT id FROM cleanup")
        spammed.post(f"/admin/cleanups/{cleanup['id']}/undo")
        assert (read_all(app), rows(app, reports)) == before


def test_undoing_opens_no_report_that_was_closed_before(app, spammed, bob, execute):
    report(bob, "post/1")
    decide(spammed, "report-1", "dismiss")
    execute(app, "UPDATE report SET closed = '2020-01-01 00:00:00'")
    clean_up(spammed, 2)
    [cleanup] = rows(app, "SELECT id FROM cleanup")
    spammed.post(f"/admin/cleanups/{cleanup['id']}/undo")
    assert rows(app, "SELECT 1 FROM report WHERE closed IS NULL") == []


def test_more_spammers_than_a_page_has_are_selected_by_pages(app, owner):  # noqa: F811
    hashed = rows(app, 'SELECT password FROM "user"')[0]["password"]

    with app.app_context(), transaction() as db:
        for number in range(60):
            db.execute(
                'INSERT INTO "user" (username, password) VALUES (?, ?)',
                (f"spam {number}", hashed),
            )

    page = owner.get("/admin/people?newest=1").text
    more = html.unescape(re.findall(r'href="([^"]*)">More people', page)[0])
    address = html.unescape(
        re.findall(r'href="([^"]*)">Select all', owner.get(more).text)[0]
    )
    page = owner.get(address).text
    assert len(re.findall(r'name="person" value="\d+"[^>]* checked', page)) == 11
    assert "spam 9" in page and "spam 59" not in page


def test_fifty_spammers_are_gone_in_five_clicks(app, owner, client):  # noqa: F811
    write(owner, "Hello")
    app.config["REGISTRATIONS_PER_ADDRESS"] = 100

    for number in range(50):
        spammer = app.test_client()
        data = {"username": f"spam {number}", "password": PASSWORD}
        spammer.post("/auth/register", data=data)
        write(spammer, f"Spam {number}")

    # Log in, and to Administration; then People, Newest first, Select all, and this.
    page = owner.get("/admin/people?newest=1&all=1").text
    ids = re.findall(r'name="person" value="(\d+)"[^>]* checked', page)
    assert len(ids) == 50
    clean_up(owner, *ids)
    assert titles(client.get("/")) == ["Hello"]
    assert "50 people are suspended" in owner.get("/admin/people").text
    [cleanup] = rows(app, "SELECT id FROM cleanup")
    owner.post(f"/admin/cleanups/{cleanup['id']}/undo")
    assert len(titles(client.get("/"))) == 10


def test_who_was_suspended_before_stays_so(app, spammed):
    spammed.post("/admin/people/2/suspend", data={"reason": "Rude"})
    clean_up(spammed, 2)
    spammed.post("/admin/cleanups/1/undo")
    assert len(rows(app, "SELECT 1 FROM suspension")) == 1
    assert titles(spammed.get("/")) == ["Watches", "Hello"]


def test_what_is_gone_meanwhile_does_not_come_back(app, spammed, client):
    """A post on which a comment was, and one that a comment answered."""
    clean_up(spammed, 2)
    spammed.post("/comment/1/remove")
    spammed.post("/1/delete")
    spammed.post("/account/bin/1/delete")
    rows_before = rows(app, "SELECT count(*) AS n FROM comment")[0]["n"]
    spammed.post("/admin/cleanups/1/undo")
    assert titles(client.get("/")) == ["Watches"]
    assert rows(app, "SELECT count(*) AS n FROM comment")[0]["n"] >= rows_before


def test_posts_whose_numbers_others_have_stay_in_the_bin(app, spammed, execute):
    clean_up(spammed, 2)
    execute(
        app,
        "INSERT INTO post (id, author_id, title, body) VALUES (2, 1, 'Other', 'Text')",
    )
    spammed.post("/admin/cleanups/1/undo")
    assert "“Watches”" in spammed.get(LOG).text
    assert len(rows(app, "SELECT 1 FROM binned_post")) == 1


@pytest.mark.parametrize("ids", [(), (1,), (1, 2), ("x",)])
def test_nobody_takes_back_what_editors_and_owners_wrote(app, spammed, client, ids):
    clean_up(spammed, *ids)
    assert titles(client.get("/")) == ["Watches", "Hello"]
    page = spammed.get("/admin/people").text
    assert "Nothing was done" in page or "Select somebody first." in page


def test_nobody_is_who_is_not_there(app, spammed):
    clean_up(spammed, 99, 2**70)
    assert rows(app, "SELECT 1 FROM suspension") == []


def test_undoing_is_offered_for_as_long_as_the_bin_keeps(app, spammed, execute):
    clean_up(spammed, 2)
    execute(app, "UPDATE cleanup SET created = '2020-01-01 00:00:00'")
    # The message of the button has one, once.
    assert spammed.get(LOG).text.count("/undo") == 1
    assert "/undo" not in spammed.get(LOG).text
    spammed.post("/admin/cleanups/1/undo")
    assert len(rows(app, "SELECT 1 FROM suspension")) == 1
    write(spammed, "Any")
    assert rows(app, "SELECT 1 FROM cleanup") == []
    assert rows(app, "SELECT 1 FROM cleanup_comment") == []


def test_an_editor_may_and_an_author_may_not(app, spammed, bob):
    register(app, "carol")
    carol = log_in(app, "carol")
    assert clean_up(carol, 2).status_code == 403
    give_role(app, "carol", Role.EDITOR)
    clean_up(carol, 2)
    assert len(rows(app, "SELECT 1 FROM suspension")) == 1


@pytest.fixture
def editor(app, spammed):
    """The browser of Carol, an editor."""
    register(app, "carol")
    give_role(app, "carol", Role.EDITOR)
    return log_in(app, "carol")


def read_suspensions(app):
    return rows(app, "SELECT user_id, suspended_by, reason FROM suspension")


def test_editors_do_not_undo_what_an_owner_took_back(app, spammed, editor):
    clean_up(spammed, 2)
    assert editor.post("/admin/cleanups/1/undo").status_code == 403
    assert len(read_suspensions(app)) == 1
    # Their own, they do; and nobody knows any more whose another was.
    spammed.post("/admin/cleanups/1/undo")
    clean_up(editor, 2)
    editor.post("/admin/cleanups/2/undo")
    assert read_suspensions(app) == []
    assert editor.post(f"/admin/cleanups/{2**70}/undo").status_code == 404


@pytest.mark.parametrize("name", ["cleanup", "report"])
def test_editors_do_not_make_an_owners_suspension_theirs(app, spammed, editor, name):
    spammed.post("/admin/people/2/suspend", data={"reason": "Rude"})
    before = read_suspensions(app)

    if name == "cleanup":
        clean_up(editor, 2)
    else:
        report(editor, "person/2")
        assert decide(editor, "report-1", "suspend", "Mine").status_code == 403

    assert read_suspensions(app) == before
    assert editor.post("/admin/people/2/restore").status_code == 403


def test_undoing_leaves_a_suspension_that_came_later(app, spammed, editor):
    clean_up(editor, 2)
    spammed.post("/admin/people/2/suspend", data={"reason": "Rude"})
    editor.post("/admin/cleanups/1/undo")
    assert [row["reason"] for row in read_suspensions(app)] == ["Rude"]
    assert titles(spammed.get("/")) == ["Watches", "Hello"]


def test_undoing_leaves_the_suspension_of_another_cleanup(app, spammed, execute):
    clean_up(spammed, 2)
    execute(app, f"UPDATE cleanup SET created = '{ago(hours=1)}'")
    execute(app, f"UPDATE suspension SET suspended = '{ago(hours=1)}'")
    spammed.post("/admin/people/2/restore")
    clean_up(spammed, 2)
    spammed.post("/admin/cleanups/1/undo")
    assert len(read_suspensions(app)) == 1
    spammed.post("/admin/cleanups/2/undo")
    assert read_suspensions(app) == []


def test_who_was_approved_is_so_again(app, spammed, bob, execute):
    decide(spammed, "comment-1")
    # That was before, as the next second is not.
    execute(app, f"UPDATE approval SET approved = '{ago(hours=1)}'")
    clean_up(spammed, 2)
    spammed.post("/admin/people/2/restore")
    bob = log_in(app, "bob")
    bob.post("/1/comment", data={"comment": "New again."})
    assert "New again." in spammed.get("/admin/queue").text
    spammed.post("/admin/cleanups/1/undo")
    bob.post("/1/comment", data={"comment": "Known again."})
    assert "Known again." in spammed.get("/1-hello").text


def test_who_was_not_undone_stays_new(app, spammed, execute):
    decide(spammed, "comment-1")
    execute(app, f"UPDATE approval SET approved = '{ago(days=50)}'")
    clean_up(spammed, 2)
    execute(app, f"UPDATE cleanup SET created = '{ago(days=40)}'")
    write(spammed, "Any")
    assert rows(app, "SELECT 1 FROM cleanup") == []
    assert rows(app, "SELECT 1 FROM approval") == []
