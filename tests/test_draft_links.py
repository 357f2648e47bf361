"""Links with which somebody who has no account reads a draft, in one browser."""

import re
import threading
from datetime import timedelta

import pytest

from flaskr.data import one_time_links
from flaskr.data.roles import Role
from flaskr.db import transaction

from .children import LIMIT
from .conftest import ago
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .test_admin import fresh_link
from .test_drafts import save_draft
from .test_drafts import update
from .test_images import upload
from .test_one_time_links import NOT_OPEN
from .test_one_time_links import path_in
from .test_one_time_links import run
from .test_roles import give_role

USED = "This link was used: it shows the draft in one browser only."


def make_link(client, id=1, **fields):
    """Make a link to a draft and return its path."""
    return fresh_link(client.post(f"/{id}/links", data=fields))


def use(client, link):
    """Press the button of a link's page."""
    client.get(link)
    return client.post(link)


def publish_and_withdraw(app, author):
    """Have a draft be one that the public saw, a day ago."""
    author.post("/1/publish")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = ?", (ago(days=1),))

    author.post("/1/withdraw")


def reads(client, link):
    """Whether a browser is shown the draft."""
    return "Bread." in client.get(link).text


@pytest.fixture
def link(alice):
    save_draft(alice)
    return make_link(alice)


@pytest.fixture
def reader(client, link):
    """A browser that has used the link."""
    assert use(client, link).location == link
    assert reads(client, link)
    return client


# Using one


def test_whoever_has_a_link_reads_the_draft(alice, client):
    save_draft(alice)
    link = make_link(alice, days="1")
    page = client.get(link)
    assert page.status_code == 200
    assert "Read a draft" in page.text and "alice wrote it" in page.text
    assert "ecret" not in page.text and "Bread." not in page.text

    assert client.post(link).location == link

    for _ in range(2):
        page = client.get(link)
        assert "Secret" in page.text and "Bread." in page.text
        assert "You can read it in this browser until" in page.text
        assert '<meta name="robots" content="noindex">' in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "/1/update" not in page.text and "Share this draft" not in page.text

    # To find it, nobody needs the title.
    assert client.get("/1-secret").status_code == 404


def test_to_look_at_a_link_uses_nothing_up(app, link):
    for method in ("GET", "HEAD", "GET"):
        scanner = app.test_client()
        answer = scanner.open(link, method=method)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"

    assert rows(app, "SELECT used FROM one_time_link") == [{"used": None}]


def test_the_cookie_is_for_this_link_alone(app, client, link):
    answer = client.get(link)
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("flaskr_draft=")
    assert f"Path={link}" in cookie.split("; ")
    assert {"HttpOnly", "SameSite=Lax"} < set(cookie.split("; "))
    # By the browser's clock, whatever is wrong with that of the server.
    age = int(re.search("; Max-Age=([0-9]+)", cookie)[1])
    assert timedelta(days=6) < timedelta(seconds=age) <= timedelta(days=7)
    client.post(link)
    # The page of the draft, and all others, are as they are for anybody.
    other = app.test_client()
    assert client.get("/").headers["ETag"] == other.get("/").headers["ETag"]
    value = re.match(r"flaskr_draft=([^;]+)", cookie)[1]
    [row] = rows(app, "SELECT * FROM one_time_link")
    assert value not in str(row) and link.rpartition("/")[2] not in str(row)


def test_nobody_else_reads_it_by_the_same_link(app, reader, link):
    other = app.test_client()

    for answer in (other.get(link), other.post(link), use(other, link)):
        assert answer.status_code == 404
        assert f"{USED} Ask alice for another one." in answer.text
        assert "Bread." not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers

    other.set_cookie("flaskr_draft", "a" * 32, path=link)
    assert other.get(link).status_code == 404
    assert reads(reader, link)


def test_the_command_line_is_nobody_to_ask(app, alice, client):
    save_draft(alice)
    link = path_in(run(app, "draft-link", "1"))
    use(client, link)
    answer = app.test_client().get(link)
    assert f"{USED} Ask whoever sent it for another one." in answer.text


def test_of_two_people_at_once_one_reads(app, link):
    barrier = threading.Barrier(2)
    readers = []

    def race():
        client = app.test_client()
        client.get(link)
        barrier.wait(LIMIT)
        answers.append(client.post(link).status_code)
        readers.append(client.get(link).status_code == 200)

    answers = []
    threads = [threading.Thread(target=race) for _ in range(2)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert sorted(answers) == [302, 404]
    assert sorted(readers) == [False, True]


def test_a_second_click_is_answered_as_the_first(reader, link):
    assert reader.post(link).location == link
    assert reads(reader, link)


@pytest.mark.parametrize("value", [None, "", "x", "a" * 33, "é" * 32, "%00" * 11])
def test_who_keeps_no_cookies_uses_nothing_up(app, link, value):
    client = app.test_client()

    if value is not None:
        client.set_cookie("flaskr_draft", value, path=link)

    answer = client.post(link)
    assert answer.status_code == 422
    assert "Your browser sent no cookie." in answer.text
    assert "Read the Draft" in answer.text
    # Now it has one.
    assert client.post(link).location == link
    assert reads(client, link)


def test_another_site_does_not_press_the_button(app, client, link):
    client.get(link)
    answer = client.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert rows(app, "SELECT used FROM one_time_link") == [{"used": None}]


def test_images_of_a_draft_are_shown(app, alice, client):
    image = upload(alice)
    save_draft(alice, body=f"Bread.\n\n{image}")
    link = make_link(alice)
    use(client, link)
    [path] = set(re.findall(r'src="(/image/[^"]+)"', client.get(link).text))
    assert client.get(path).status_code == 200


def test_the_draft_is_read_as_it_is_now(alice, reader, link):
    update(alice, body="More Bread. Later.", draft="1")
    assert "More Bread. Later." in reader.get(link).text


def test_who_is_logged_in_is_said_to_have_used_it(app, alice, bob, link):
    use(bob, link)
    assert reads(bob, link)
    assert "by bob" in alice.get("/1-secret").text
    assert re.search(r"1  draft 1  by alice  used .* by bob", listed(app))


@pytest.mark.parametrize("is_published", [False, True])
def test_who_can_read_the_draft_anyway_uses_nothing_up(app, alice, link, is_published):
    if is_published:
        # Once public, an editor may read it, too.
        publish_and_withdraw(app, alice)
        alice = log_in(app, "bob")
        give_role(app, "bob", Role.EDITOR)

    for method in ("GET", "POST"):
        assert alice.open(link, method=method).location == "/1-secret"
        assert "The link is for somebody else." in alice.get("/1-secret").text

    use(app.test_client(), link)
    assert alice.get(link).location == "/1-secret"
    assert "The link is for somebody else." not in alice.get("/1-secret").text


# What ends one


def expire(app):
    with app.app_context(), transaction() as db:
        db.execute("UPDATE one_time_link SET expires = ?", (ago(minutes=1),))


ENDS = {
    "revoked": lambda app, alice: alice.post("/1/links/1/revoke"),
    "expired": lambda app, alice: expire(app),
    "in the bin": lambda app, alice: alice.post("/1/delete"),
    "restored": lambda app, alice: (
        alice.post("/1/delete"),
        alice.post("/account/bin/1/restore"),
    ),
    "closed": lambda app, alice: alice.post(
        "/account/close", data={"posts": "keep", "password": PASSWORD}
    ),
    "suspended": lambda app, alice: run(
        app, "user", "suspend", "alice", "--reason", "x"
    ),
    "demoted": lambda app, alice: run(app, "user", "role", "alice", "reader"),
    "demoted by another program": lambda app, alice: give_role(
        app, "alice", Role.READER
    ),
}


@pytest.mark.parametrize("is_used", [False, True])
@pytest.mark.parametrize("end", ENDS)
def test_a_link_ends(app, alice, client, link, end, is_used):
    if is_used:
        use(client, link)

    ENDS[end](app, alice)

    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert NOT_OPEN in answer.text
        assert "Bread." not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_end_of_one_is_none_of_another(app, alice, client):
    save_draft(alice)
    first, second = make_link(alice), make_link(alice)
    assert first != second
    use(client, first)
    use(client, second)
    alice.post("/1/links/1/revoke")
    assert client.get(first).status_code == 404
    assert reads(client, second)
    assert "/1/links/2/revoke" in alice.get("/1-secret").text
    assert "/1/links/1/revoke" not in alice.get("/1-secret").text


def test_a_link_ends_while_somebody_presses_the_button(
    app, alice, client, link, monkeypatch
):
    client.get(link)
    monkeypatch.setattr(
        one_time_links, "use", lambda id, *args: one_time_links.revoke(id)
    )
    answer = client.post(link)
    assert answer.status_code == 404
    assert "Bread." not in answer.text


def test_a_link_leads_to_the_post_once_the_public_sees_it(app, alice, reader, link):
    alice.post("/1/publish")
    stranger = app.test_client()

    for client in (reader, stranger):
        for method in ("GET", "POST"):
            answer = client.open(link, method=method)
            assert (answer.status_code, answer.location) == (302, "/1-secret")
            assert answer.headers["Cache-Control"] == "no-store"

    alice.post("/1/withdraw")
    assert reads(reader, link)
    assert stranger.get(link).status_code == 404


def test_the_link_of_an_editor_ends_with_the_role(app, alice, bob, client):
    save_draft(alice)
    publish_and_withdraw(app, alice)
    give_role(app, "bob", Role.EDITOR)
    link = make_link(bob)
    use(client, link)
    assert "By bob, until" in alice.get("/1-secret").text
    # By another program, and by ours.
    give_role(app, "bob", Role.AUTHOR)
    assert client.get(link).status_code == 404
    give_role(app, "bob", Role.EDITOR)
    assert reads(client, link)
    run(app, "user", "role", "bob", "author")
    give_role(app, "bob", Role.EDITOR)
    assert client.get(link).status_code == 404


def test_a_draft_whose_author_is_gone_is_read_by_nobody(app, alice, bob, client):
    save_draft(alice)
    publish_and_withdraw(app, alice)
    give_role(app, "bob", Role.EDITOR)
    links = [make_link(bob), path_in(run(app, "draft-link", "1"))]

    for link in links:
        use(client, link)

    alice.post("/account/close", data={"posts": "keep", "password": PASSWORD})

    for link in links:
        assert client.get(link).status_code == 404


# Making and listing them


def listed(app):
    return run(app, "link", "list").output


def test_a_link_is_shown_once_and_listed(app, alice, link):
    page = alice.get("/1-secret").text
    assert link not in page
    assert "By alice, until" in page and "not used yet" in page
    use(app.test_client(), link)
    assert "not used yet" not in alice.get("/1-secret").text
    assert re.search(r"1  draft 1  by alice  used .* by a reader", listed(app))
    expire(app)
    assert "By alice, until" not in alice.get("/1-secret").text


@pytest.mark.parametrize("days", ["1", "7", "30", "8", "x", "9" * 400, ""])
def test_a_link_is_good_for_one_of_some_times(app, alice, days):
    save_draft(alice)
    make_link(alice, days=days)
    [row] = rows(app, "SELECT expires FROM one_time_link")
    known = int(days) if days in ("1", "30") else 7
    assert ago(days=-known, minutes=2) < row["expires"] < ago(days=-known, minutes=-2)


def test_owners_and_editors_see_and_revoke_it(app, alice, bob, client, link):
    give_role(app, "bob", Role.EDITOR)
    use(client, link)
    page = bob.get("/admin/links").text
    assert "Draft by alice" in page and "ecret" not in page
    # Of others, nobody does.
    carol = log_in(app, "carol")
    assert carol.post("/admin/links/1/revoke").status_code == 403
    assert reads(client, link)
    assert bob.post("/admin/links/1/revoke").location == "/admin/links"
    assert client.get(link).status_code == 404
    assert bob.post("/admin/links/1/revoke").status_code == 404
    assert "revoked a link" in bob.get("/admin/log").text


def test_a_link_to_a_draft_is_no_invitation(app, alice, link):
    app.config["REGISTRATION"] = "invitation"
    page = alice.get("/account/invitations").text
    assert "Draft by" not in page
    assert "You can give 5 more this month." in page
    data = {"username": "carol", "password": PASSWORD, "new_password": PASSWORD}
    app.test_client().post(link, data=data)
    assert len(rows(app, 'SELECT 1 FROM "user"')) == 1


def test_a_link_to_one_draft_is_none_to_another(app, alice, bob, client):
    save_draft(alice)
    save_draft(bob, title="Of Bob", body="Cake.")
    first, second = make_link(alice), make_link(bob, 2)
    bob.post("/2/links/1/revoke")
    assert bob.post("/1/links/1/revoke").status_code == 404
    use(client, first)
    cookie = client.get_cookie("flaskr_draft", path=first)
    other = app.test_client()
    other.set_cookie("flaskr_draft", cookie.value, path=second)
    assert "Cake." not in other.get(second).text
    assert reads(client, first)


@pytest.mark.parametrize("token", ["MQ", "1", "%00", "x" * 5000, "💥"])
def test_a_link_that_was_not_made_here_leads_nowhere(client, link, token):
    for method in ("GET", "POST"):
        assert client.open(f"/link/{token}", method=method).status_code == 404


def test_a_draft_has_few_links(app, alice):
    save_draft(alice)

    for _ in range(one_time_links.MAX_OF_DRAFT):
        make_link(alice)

    answer = alice.post("/1/links")
    assert answer.status_code == 409
    assert "This draft has 10 links. Revoke one first." in answer.text
    result = run(app, "draft-link", "1")
    assert result.exit_code == 1
    assert "This draft has 10 links." in result.output
    # Those that were used count, too, until they are revoked.
    alice.post("/1/links/1/revoke")
    make_link(alice)


def test_open_links_of_one_person_are_bounded(app, alice, monkeypatch):
    monkeypatch.setattr(one_time_links, "MAX_OPEN", 1)
    save_draft(alice)
    make_link(alice)
    answer = alice.post("/1/links")
    assert answer.status_code == 409
    assert "You have 1 open links. Revoke one first." in answer.text


def test_what_is_public_needs_no_link(app, alice):
    save_draft(alice)
    alice.post("/1/publish")
    assert alice.post("/1/links").location == "/1-secret#links"
    assert "Readers see this post" in alice.get("/1-secret").text
    assert rows(app, "SELECT 1 FROM one_time_link") == []

    for id in ("1", "2"):
        result = run(app, "draft-link", id)
        assert result.exit_code == 1
        assert f"There is no draft {id}." in result.output


def test_the_command_line_makes_one(app, alice, client):
    save_draft(alice)
    link = path_in(run(app, "draft-link", "1", "--days", "2"))
    use(client, link)
    assert reads(client, link)
    assert "1  draft 1  by the command line  used" in listed(app)
    assert "Until " in alice.get("/1-secret").text
    assert run(app, "link", "revoke", "1").exit_code == 0
    assert client.get(link).status_code == 404


def test_links_to_drafts_go_a_month_after_their_time(app, alice, link, client):
    use(client, link)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE one_time_link SET expires = ?", (ago(days=31),))
        one_time_links.invite(Role.AUTHOR, timedelta(days=1))

    assert len(rows(app, "SELECT 1 FROM one_time_link")) == 1
