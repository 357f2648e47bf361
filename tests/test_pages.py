"""Pages: written like posts, outside lists and feeds, some of them in the header."""

import re

import pytest

from flaskr.data import pages
from flaskr.data.roles import Role
from flaskr.db import transaction

from .conftest import fields_of
from .conftest import PASSWORD
from .conftest import rows
from .conftest import titles
from .conftest import write
from .databases import ENGINE
from .routes import list_addresses
from .test_sending import open_form
from .test_working_copies import autosave

HEADER = re.compile(r'<nav class="band".*?</nav>', re.DOTALL)
ABOUT = {"title": "Aboutus", "body": "Who we are: bakers.", "tags": "bread", "kind": ""}
OPEN = "2020-01-01 00:00:00"


@pytest.fixture
def owner(app, alice):
    give_role(app, "alice", Role.OWNER)
    return alice


@pytest.fixture
def about(app, owner):
    """A page in the header, between two posts with the same tag."""
    post = {"title": "First", "body": "Text", "tags": "bread"}
    owner.post("/create", data=post)
    assert owner.post("/create", data={**ABOUT, "kind": "page"}).status_code == 302
    owner.post("/create", data={**post, "title": "Third"})
    owner.post("/admin/pages/2/show")
    return owner


def give_role(app, name, role):
    with app.app_context(), transaction() as db:
        db.execute('UPDATE "user" SET role = ? WHERE username = ?', (role, name))


def in_header(client, path="/"):
    """The titles in the header, as readers see it."""
    found = HEADER.search(client.get(path).text)
    return re.findall(r"<a [^>]*>([^<]*)</a>", found[0]) if found else []


def without_header(page):
    return HEADER.sub("", page.data.decode(errors="replace"))


def names(app):
    """Which posts are pages."""
    found = rows(app, "SELECT title FROM post WHERE page IS NOT NULL ORDER BY id")
    return [row["title"] for row in found]


# What there is of a page, beside lists.
HAVE_IT = {
    "/sitemap.xml",
    "/sitemap-1.xml",
}


@pytest.mark.parametrize("is_draft", [False, True], ids=["made", "made before"])
def test_a_page_is_in_no_list_and_no_feed(app, about, client, is_draft):
    if is_draft:
        about.post("/2/withdraw")
        about.post("/2/publish")

    seen = set()

    for _endpoint, path in list_addresses(app, "GET"):
        for address in {path, path.replace("/en", "/bread"), path.replace("/1", "/3")}:
            page = client.get(address)
            seen.add(page.status_code)

            if address not in HAVE_IT:
                assert "Aboutus" not in without_header(page), address
                assert "/2-aboutus" not in without_header(page), address

    assert 200 in seen
    own = (*("/", "/author/alice", "/tag/bread", "/archive"), "/account/likes")

    for address in own:
        assert "Aboutus" not in without_header(about.get(address)), address

    for format in ("atom", "rss", "json"):
        for start in ("", "/author/alice", "/tag/bread"):
            feed = client.get(f"{start}/feed.{format}").text
            assert "Third" in feed and "Aboutus" not in feed


def test_a_page_is_in_the_header_the_sitemap_and_what_is_searched(about, client):
    assert in_header(client) == ["Aboutus"]
    assert in_header(about) == ["Aboutus"]
    assert "/2-aboutus" in client.get("/sitemap.xml").text
    found = client.get("/search?q=bakers")
    assert titles(found) == ["Aboutus"]
    assert '<span class="badge">Page</span>' in found.text
    # Its tags are shown nowhere.
    assert sorted(titles(client.get("/search?q=tag:bread"))) == ["First", "Third"]


def test_a_page_shows_its_text_and_where_it_is_and_no_more(about, client):
    page = client.get("/2-aboutus")
    assert "Who we are: bakers." in page.text
    assert re.search(
        r'<a href="/2-aboutus"[^>]* aria-current="page">Aboutus', page.text
    )
    main = page.text.partition("<main")[2].partition("</main>")[0]

    for other in ("alice", "/tag/bread", "Previous", "Like", "Comments", "1 min"):
        assert other not in main

    assert "BlogPosting" not in page.text and '"WebPage"' in page.text
    assert "article:" not in page.text
    assert 'rel="prev"' not in page.text
    assert "aria-current" not in HEADER.search(client.get("/1-first").text)[0]
    main = client.get("/3-third").text.partition("<main")[2]
    # Between two posts there is none.
    assert "/1-first" in main and "/2-aboutus" not in main


def test_counts_are_right_after_each_change(app, about, client):
    def counts():
        tag = re.search(r"bread</a> <span[^>]*>(\d+)", client.get("/tags").text)
        people = app.test_cli_runner().invoke(args=["user", "list"]).output
        lists = [
            [title for title in titles(client.get(path)) if title == "Aboutus"]
            for path in ("/", "/author/alice", "/tag/bread")
        ]
        assert len({len(found) for found in lists}) == 1
        posts = re.search(r"posts: (\d+)", people)[1]
        return int(tag[1]), int(posts), len(lists[0])

    listed, outside = (3, 3, 1), (2, 2, 0)
    assert counts() == outside
    about.post("/admin/pages/2/unmake")
    assert counts() == listed
    assert in_header(client) == []
    about.post("/2/update", data={**ABOUT, "kind": "page"})
    assert counts() == outside
    about.post("/2/withdraw")
    assert counts() == outside
    about.post("/2/publish")
    assert counts() == outside
    about.post("/2/delete")
    assert counts() == outside
    about.post("/account/bin/1/restore")
    assert counts() == outside
    about.post("/2/update", data={**ABOUT, "kind": "post"})
    assert counts() == listed
    about.post("/2/withdraw")
    assert counts() == outside
    about.post("/2/update", data={**ABOUT, "kind": "page", "publish": "1"})
    assert counts() == outside
    assert names(app) == ["Aboutus"]


def test_a_tag_that_only_a_page_has_leads_nowhere(app, owner, client):
    owner.post("/create", data={**ABOUT, "kind": "page"})
    assert client.get("/tag/bread").status_code == 404
    assert "bread" not in client.get("/tags").text
    assert "bread" in owner.get("/1/update").text
    owner.post("/1/update", data={**ABOUT, "kind": "post"})
    assert titles(client.get("/tag/bread")) == ["Aboutus"]


def test_a_page_does_not_change_how_a_tag_is_spelled(about, client):
    about.post("/2/update", data={**ABOUT, "tags": "BREAD"})
    assert ">bread</a>" in client.get("/tags").text


def test_a_month_in_which_only_pages_were_written_is_not_in_the_archive(
    app, owner, client
):
    owner.post("/create", data={**ABOUT, "kind": "page"})

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = ?", (OPEN,))

    assert "2020" not in client.get("/archive").text
    assert client.get("/archive/2020/01").status_code == 404


def test_a_page_is_in_the_header_only_while_the_public_sees_it(about, client):
    about.post("/2/withdraw")
    assert in_header(client) == in_header(about) == []
    assert "Aboutus" in about.get("/admin/pages").text
    about.post("/2/publish")
    assert in_header(client) == ["Aboutus"]
    about.post("/2/update", data={**ABOUT, "title": "Us", "publish": "1"})
    assert in_header(client) == ["Us"]
    about.post("/2/delete")
    assert in_header(client) == in_header(about) == []
    about.post("/account/bin/1/restore")
    assert in_header(client) == ["Us"]


def test_a_page_that_is_scheduled_is_in_the_header_once_it_is_due(app, owner, client):
    data = {**ABOUT, "kind": "page", "schedule": "1", "due": "2030-01-01T00:00"}
    owner.post("/create", data=data)
    owner.post("/admin/pages/1/show")
    assert "scheduled" in owner.get("/admin/pages").text
    assert in_header(client) == []

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET due = ?", (OPEN,))

    client.get("/")
    assert in_header(client) == ["Aboutus"]
    assert titles(client.get("/")) == []


def test_a_whole_page_is_written_in_one_go(app, owner, client):
    page = owner.get("/admin/pages").text
    assert "There are no pages." in page
    assert 'href="/create?kind=page"' in page
    form = owner.get("/create?kind=page").text
    assert '<option value="page" selected>' in form
    fields = fields_of(form, "/create")
    # It is not lost with a preview, or with what is refused.
    for data in ({"preview": "1"}, {"title": " "}):
        again = owner.post("/create", data={**ABOUT, "kind": "page", **data})
        assert '<option value="page" selected>' in again.text

    answer = owner.post("/create", data={**fields, **ABOUT, "kind": "page"})
    assert answer.location == "/1-aboutus"
    assert titles(client.get("/")) == []
    # A form that is sent once more, after Back, is another kind if that was chosen.
    again = owner.post("/create", data={**fields, **ABOUT, "kind": "page"})
    assert again.location == "/1-aboutus"
    assert names(app) == ["Aboutus"]
    owner.post("/create", data={**fields, **ABOUT, "kind": "post"})
    assert names(app) == []
    assert titles(client.get("/")) == ["Aboutus"]


def test_an_unsaved_page_is_one_where_it_is_gone_on_with(app, owner):
    form = open_form(owner)
    autosave(owner, form, "/create/working-copy", **{**ABOUT, "kind": "page"})
    page = owner.get("/create").text
    assert '<option value="page" selected>' in page
    # What is chosen then is what counts.
    form = open_form(owner)
    autosave(owner, form, "/create/working-copy", **{**ABOUT, "kind": "post"})
    assert '<option value="page">' in owner.get("/create").text


def test_an_unsaved_change_of_a_page_says_no_more_than_was_chosen(owner, about):
    form = open_form(owner, "/2/update")
    text = {**ABOUT, "body": "Who we were.", "kind": form[1]["opened_kind"]}
    autosave(owner, form, "/2/working-copy", **text)
    owner.post("/admin/pages/2/unmake")
    assert '<option value="page">' in owner.get("/2/update").text
    text["kind"] = "page"
    form = open_form(owner, "/2/update")
    autosave(owner, form, "/2/working-copy", **text)
    assert '<option value="page" selected>' in owner.get("/2/update").text


def test_a_form_that_was_sent_before_takes_nothing_back(app, owner):
    form = fields_of(owner.get("/create").text, "/create?send")
    owner.post("/create", data={**form, **ABOUT, "kind": "post"})
    data = {**form, **ABOUT, "kind": "page", "draft": "1"}
    assert (
        "public by now" in owner.post("/create", data=data, follow_redirects=True).text
    )
    assert names(app) == []


def test_a_draft_is_made_a_page_before_anybody_sees_it(app, owner, client):
    owner.post("/create", data={**ABOUT, "kind": "page", "draft": "1"})
    assert '<span class="badge">Page</span>' in owner.get("/account/texts").text
    assert '<option value="page" selected>' in owner.get("/1/update").text
    owner.post("/1/publish")
    assert titles(client.get("/")) == []
    assert client.get("/1-aboutus").status_code == 200
    assert "A page since" in owner.get("/account/texts").text


def test_what_others_made_of_a_post_meanwhile_stays(app, owner, bob):
    give_role(app, "bob", Role.OWNER)
    write(owner, "Aboutus")
    form = fields_of(owner.get("/1/update").text, "/1/update?send")
    assert form["opened_kind"] == "post"
    bob.post("/1/update", data={**ABOUT, "kind": "page"})
    owner.post("/1/update", data={**form, "title": "Aboutus", "kind": "post"})
    assert names(app) == ["Aboutus"]


def test_a_request_that_says_nothing_of_it_leaves_a_page_one(app, about):
    about.post("/2/update", data={"title": "Us", "body": "Words"})
    about.post("/2/update", data={**ABOUT, "title": "Us", "kind": "elsewhat"})
    assert names(app) == ["Us"]


def test_comments_are_closed_on_a_page_until_its_author_opens_them(about, client):
    main = client.get("/2-aboutus").text.partition("<main")[2]
    assert 'id="comments"' not in main
    assert "Open comments" in about.get("/2-aboutus").text
    assert about.post("/2/comment", data={"comment": "No"}).status_code == 403
    about.post("/2/comments/open")
    about.post("/2/comment", data={"comment": "Well done"})
    assert "Well done" in client.get("/2-aboutus").text
    assert "Well done" in client.get("/2/comments/feed.atom").text
    assert "Well done" in client.get("/comments/feed.atom").text
    about.post("/2/comments/close")
    assert "Well done" in client.get("/2-aboutus").text


def test_comments_that_were_closed_for_the_page_are_open_on_the_post(app, about):
    def is_closed():
        found = rows(app, "SELECT comments_closed FROM post WHERE id = 2")
        return found[0]["comments_closed"] is not None

    assert is_closed()
    about.post("/2/update", data={**ABOUT, "kind": "post"})
    assert not is_closed()

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET comments_closed = ? WHERE id = 2", (OPEN,))

    about.post("/2/update", data={**ABOUT, "kind": "page"})
    about.post("/2/update", data={**ABOUT, "kind": "post"})
    assert is_closed()


def test_a_page_is_not_liked(app, about, bob):
    answer = bob.post("/2/like")
    assert answer.status_code == 403
    assert "Pages can’t be liked." in answer.text
    assert rows(app, "SELECT * FROM post_like") == []


def test_likes_and_versions_of_a_post_are_there_again_after_it_was_a_page(
    app, owner, bob, client
):
    write(owner, "Aboutus", "First words")
    bob.post("/1/like")
    owner.post("/1/update", data={**ABOUT, "body": "Other words", "kind": "page"})
    assert "Aboutus" not in bob.get("/account/likes").text
    assert "First words" in owner.get("/1/history/1").text
    owner.post("/admin/pages/1/unmake")
    assert "Aboutus" in bob.get("/account/likes").text
    assert "1 person likes this" in client.get("/1-aboutus").text


# The header


@pytest.fixture
def four(owner):
    for title in ("About", "关于本站", "Imprint", "Now"):
        owner.post("/create", data={"title": title, "body": "", "kind": "page"})

    for number in (1, 2, 3):
        owner.post(f"/admin/pages/{number}/show")

    return owner


def test_pages_are_in_the_header_in_the_order_that_an_owner_says(four, client):
    assert in_header(client) == ["About", "关于本站", "Imprint"]
    four.post("/admin/pages/3/move", data={"to": "up"})
    assert in_header(client) == ["About", "Imprint", "关于本站"]
    four.post("/admin/pages/1/move", data={"to": "down"})
    assert in_header(client) == ["Imprint", "About", "关于本站"]
    assert in_header(four) == ["Imprint", "About", "关于本站"]
    # There is nothing before the first, and nothing after the last.
    four.post("/admin/pages/3/move", data={"to": "up"})
    four.post("/admin/pages/2/move", data={"to": "down"})
    assert in_header(client) == ["Imprint", "About", "关于本站"]
    four.post("/admin/pages/1/hide")
    four.post("/admin/pages/4/show")
    assert in_header(client) == ["Imprint", "关于本站", "Now"]
    listed = four.get("/admin/pages").text.partition("<main")[2]
    places = [listed.index(f">{title}<") for title in ("Imprint", "关于本站", "Now")]
    assert places == sorted(places)
    assert listed.index("Not in the header") < listed.index(">About<")


def test_all_kept_pages_have_a_change_at_once(four, client, bob):
    paths = ("/", "/1-about", "/tags", "/archive", "/author/alice", "/search?q=x")

    for path in paths:
        assert in_header(client, path) == ["About", "关于本站", "Imprint"]
        assert in_header(bob, path) == ["About", "关于本站", "Imprint"]

    four.post("/admin/pages/2/hide")

    for path in (*paths, "/nowhere"):
        assert in_header(client, path) == ["About", "Imprint"]
        assert in_header(bob, path) == ["About", "Imprint"]


def test_the_header_costs_one_statement_a_page(app, four, client, statements):
    client.get("/tags")
    assert len([s for s in statements if "header_position" in s]) == 1
    # None for a kept page.
    statements.clear()
    client.get("/tags")
    assert not [s for s in statements if "header_position" in s]
    # And none where there is no header.
    four.get("/create")
    assert not [s for s in statements if "p.header_position" in s]


def test_what_is_asked_for_a_header_and_lists_has_an_index(
    app, four, client, statements, databases
):
    for path in ("/", "/author/alice", "/archive", "/admin/pages", "/account/texts"):
        four.get(path)

    with app.app_context():
        pages.find_public_by(1)

    asked = [s for s in statements if "p.page IS" in s and "SELECT p." in s]
    assert len(asked) > 8

    for statement in asked:
        plan = databases.explain(app, statement)
        assert not [step for step in plan if ENGINE.SCAN.search(step)], plan


def test_the_header_has_room_for_some_pages(app, owner, client):
    for number in range(1, pages.MAX_IN_HEADER + 2):
        owner.post("/create", data={"title": f"P{number}", "body": "", "kind": "page"})
        answer = owner.post(f"/admin/pages/{number}/show")

    assert answer.status_code == 409
    assert "The header has room for 8 pages. Take one out first." in answer.text
    assert len(in_header(client)) == 8
    # One that is there stays.
    assert owner.post("/admin/pages/8/show").status_code == 302
    # What comes back from the bin when it is full is not in it.
    owner.post("/1/delete")
    owner.post("/admin/pages/9/show")
    owner.post("/account/bin/1/restore")
    assert in_header(client) == [f"P{number}" for number in range(2, 10)]
    assert len(owner.get("/admin/pages").text.split("Put in Header")) == 2


def test_pages_are_listed_some_at_a_time(app, owner, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)

    for number in range(3):
        owner.post("/create", data={"title": f"P{number}", "body": "", "kind": "page"})

    page = owner.get("/admin/pages").text
    assert ">P2<" in page and ">P1<" in page and ">P0<" not in page
    older = re.search(r'href="(/admin/pages\?older=[^"]*)"', page)[1]
    page = owner.get(older).text
    assert ">P0<" in page and ">P1<" not in page
    assert 'href="/admin/pages"' in page
    assert owner.get("/admin/pages?older=x").status_code == 400


def test_a_title_is_text_in_the_header(owner, client):
    title = "<b>" + "W" * 150
    owner.post("/create", data={"title": title, "body": "", "kind": "page"})
    owner.post("/admin/pages/1/show")
    [shown] = in_header(client)
    assert shown.startswith("&lt;b&gt;WWW") and shown.endswith("...")


@pytest.mark.parametrize("action", ["show", "hide", "unmake", "move"])
def test_a_post_that_is_no_page_is_not_put_anywhere(app, owner, client, action):
    write(owner)
    data = {"to": "up"}
    answer = owner.post(f"/admin/pages/1/{action}", data=data, follow_redirects=True)
    assert "Nothing was saved" in answer.text
    assert in_header(client) == []
    assert names(app) == []
    assert owner.post(f"/admin/pages/9/{action}", data=data).status_code == 404


@pytest.mark.parametrize("to", ["", "left", "\x00", "9" * 99])
def test_a_direction_that_there_is_not_is_refused(four, client, to):
    assert four.post("/admin/pages/2/move", data={"to": to}).status_code == 400
    assert four.post("/admin/pages/2/move").status_code == 400
    assert in_header(client) == ["About", "关于本站", "Imprint"]


def test_a_row_of_plain_sql_is_a_post(app, alice, client, execute):
    execute(app, "INSERT INTO post (author_id, title, body) VALUES (1, 'Plain', 'x')")
    assert titles(client.get("/")) == ["Plain"]
    assert in_header(client) == []


# Who may


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUTHOR])
def test_only_an_owner_makes_a_page(app, alice, client, role):
    give_role(app, "alice", role)
    assert "Publish as" not in alice.get("/create?kind=page").text
    assert alice.get("/admin/pages").status_code == 403
    answer = alice.post("/create", data={**ABOUT, "kind": "page"})
    assert answer.status_code == 422
    assert "Only an owner decides what is a page." in answer.text
    assert "Who we are: bakers." in answer.text
    assert rows(app, "SELECT * FROM post") == []
    write(alice, "Mine")
    answer = alice.post("/1/update", data={**ABOUT, "kind": "page"})
    assert answer.status_code == 422
    assert names(app) == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUTHOR])
def test_who_owns_the_blog_no_more_edits_a_page_and_leaves_it_one(app, about, role):
    give_role(app, "alice", role)
    assert about.post("/2/update", data={**ABOUT, "kind": "post"}).status_code == 422
    about.post("/2/update", data={**ABOUT, "title": "Us", "kind": "page"})
    about.post("/2/update", data={**ABOUT, "title": "We"})
    assert names(app) == ["We"]
    assert "We" in about.get("/account/texts").text


def test_who_is_no_owner_any_more_by_then_is_refused(app, owner, monkeypatch):
    write(owner, "Mine")
    monkeypatch.setattr("flaskr.web.post_kind.find_kind_problem", lambda post: None)
    monkeypatch.setattr("flaskr.web.post_form.find_kind_problem", lambda post: None)
    give_role(app, "alice", Role.EDITOR)
    answer = owner.post("/1/update", data={**ABOUT, "kind": "page"})
    assert answer.status_code == 403
    assert names(app) == []
    assert rows(app, "SELECT title FROM post")[0]["title"] == "Mine"


def test_an_owner_makes_what_others_published_a_page_and_no_draft_of_theirs(
    app, owner, bob, client
):
    write(bob, "His")
    bob.post("/create", data={"title": "Secret", "body": "x", "draft": "1"})
    assert owner.post("/1/update", data={**ABOUT, "kind": "page"}).status_code == 302
    owner.post("/admin/pages/1/show")
    assert in_header(client) == ["Aboutus"]
    assert owner.post("/2/update", data={**ABOUT, "kind": "page"}).status_code == 404
    assert owner.post("/admin/pages/2/show").status_code == 404
    assert rows(app, "SELECT author_id FROM post WHERE page IS NOT NULL") == [
        {"author_id": 2}
    ]


def test_the_draft_of_a_page_is_its_authors_alone(app, owner, bob):
    give_role(app, "bob", Role.OWNER)
    bob.post(
        "/create", data={"title": "Secret", "body": "x", "kind": "page", "draft": 1}
    )
    bob.post("/admin/pages/1/show")
    assert "Secret" in bob.get("/admin/pages").text
    assert "Secret" not in owner.get("/admin/pages").text
    bob.post("/admin/pages/1/hide")
    assert "Secret" not in owner.get("/admin/pages").text
    bob.post("/1/publish")
    assert "Secret" in owner.get("/admin/pages").text


def test_a_page_goes_with_the_account_if_its_posts_do(app, owner, bob, client):
    give_role(app, "bob", Role.OWNER)
    bob.post("/create", data={"title": "His", "body": "", "kind": "page"})
    bob.post("/admin/pages/1/show")
    assert in_header(client) == ["His"]
    bob.post("/account/close", data={"password": PASSWORD, "posts": "delete"})
    assert rows(app, "SELECT * FROM post") == []
    assert in_header(client) == []
