"""Lists of who is logged in: never stale, for nobody else, made once."""

import pytest
from flask import template_rendered

from flaskr import create_app
from flaskr.db import init_db
from flaskr.db import transaction
from flaskr.web import personal_pages

from .conftest import log_in
from .conftest import rows
from .conftest import titles
from .conftest import write
from .routes import list_addresses
from .test_languages import CHINESE
from .test_poisoning import EVIL
from .test_poisoning import FIELDS
from .test_poisoning import HEADERS

LISTS = ["/", "/tags", "/tag/python", "/author/alice", "/archive"]


@pytest.fixture
def made(app):
    """The templates of the pages that were made."""
    names = []

    def note(sender, template, **extra):
        names.append(template.name)

    with template_rendered.connected_to(note, app):
        yield names


@pytest.fixture
def post(app, alice, bob):
    """A post of Alice's with a tag; that it was published has been told."""
    form = {"title": "First", "body": "Text", "tags": "Python"}
    alice.post("/create", data=form)
    assert "Published." in alice.get("/").text
    (row,) = rows(app, "SELECT id, substr(created, 1, 4) AS year FROM post")
    return row


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_made_once_for_a_person(alice, post, made, path):
    first = alice.get(path)
    assert first.status_code == 200 and len(made) == 1
    again = alice.get(path)
    assert len(made) == 1
    assert (again.data, again.headers.to_wsgi_list()) == (
        first.data,
        first.headers.to_wsgi_list(),
    )
    assert alice.head(path).headers["Content-Length"] == str(len(first.data))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_somebody_elses_for_somebody_else(client, alice, bob, post, path):
    for _ in range(2):
        hers, his, nobodys = (c.get(path).text for c in (alice, bob, client))
        assert ">alice</p>" in hers and 'class="user"' in hers
        assert ">bob</p>" in his and 'action="/auth/logout"' in his
        assert 'class="user"' not in nobodys and "/auth/login" in nobodys
        assert "/update" not in his + nobodys and "/account/about" not in his + nobodys

    assert f'href="/{post["id"]}/update"' in alice.get("/").text
    assert 'href="/account/about"' in alice.get("/author/alice").text


def test_a_list_shows_what_was_just_saved(app, alice, bob, post):
    for client in (alice, bob):
        assert titles(client.get("/")) == ["First"]

    write(bob, "Second")
    assert titles(alice.get("/")) == ["Second", "First"]
    alice.post(f"/{post['id']}/update", data={"title": "1st", "body": "x", "tags": ""})
    assert titles(bob.get("/")) == ["Second", "1st"]
    assert bob.get("/tag/python").status_code == 404
    bob.post(f"/{post['id']}/like")
    assert ">1 like<" in alice.get("/").text
    alice.post("/account/about", data={"about": "I write."})
    assert "I write." in bob.get("/author/alice").text
    alice.post(f"/{post['id']}/delete")
    assert titles(bob.get("/")) == ["Second"]


def test_a_list_shows_what_another_program_saved(app, alice, post, execute):
    assert titles(alice.get("/")) == ["First"]
    execute(app, "UPDATE post SET title = 'Other'")
    assert titles(alice.get("/")) == ["Other"]


def test_a_message_is_shown_once(alice, bob, post, made):
    assert "Published." not in alice.get("/").text
    alice.post(f"/{post['id']}/delete")
    assert "Deleted." in alice.get("/").text
    assert "Deleted." not in alice.get("/").text
    assert "Deleted." not in bob.get("/").text


def test_a_list_is_in_the_language_of_its_reader(alice, post):
    for _ in range(2):
        assert '<html lang="en"' in alice.get("/").text
        assert '<html lang="zh-Hans"' in alice.get("/", headers=CHINESE).text

    alice.get("/language/zh-Hans?page=/")
    assert '<html lang="zh-Hans"' in alice.get("/").text


def test_a_list_has_the_addresses_of_its_site(alice, post):
    for _ in range(2):
        assert "http://localhost/feed" not in alice.get("/", base_url="http://b/").text

        for base in ("http://localhost/", "https://localhost/", "http://localhost/x/"):
            page = alice.get("/", base_url=base).text
            assert f'<link rel="canonical" href="{base}">' in page


def test_a_session_that_has_ended_gets_no_list_of_its_person(app, alice, post, execute):
    second = log_in(app, "alice")

    for client in (alice, second):
        assert 'class="user"' in client.get("/").text

    execute(app, "DELETE FROM session")
    assert 'class="user"' not in alice.get("/").text
    assert 'class="user"' not in second.get("/").text


def test_a_new_name_is_shown_at_once(app, alice, post, execute):
    assert "<bdi>alice</bdi></a>" in alice.get("/").text
    execute(app, """UPDATE "user" SET username = 'alicia' WHERE username = 'alice'""")
    page = alice.get("/").text
    assert "<bdi>alicia</bdi></a>" in page and "alice" not in page


@pytest.mark.parametrize("path", [*LISTS, "/?older=2100-01-01 00:00:00_1"])
def test_what_came_with_a_request_is_in_no_list_of_a_later_one(alice, post, path):
    other = alice.get(path).data

    with alice.application.app_context(), transaction() as db:
        # The next page is made anew.
        db.execute("UPDATE post SET body = body || ' '")

    alice.get(
        path,
        data=dict.fromkeys(FIELDS, EVIL),
        headers=[(name, EVIL) for name in HEADERS if name.lower() != "sec-fetch-dest"],
    )
    assert alice.get(path).data == other
    assert EVIL.encode() not in other


def test_pages_with_what_is_private_are_made_each_time(app, alice, post, made):
    kept = set()

    for endpoint, path in list_addresses(app, "GET"):
        # They end the session, or have no template.
        if endpoint.startswith("auth.") or endpoint == "hello":
            continue

        alice.get(path, buffered=True)
        made.clear()
        again = alice.get(path, buffered=True)

        if again.mimetype == "text/html" and again.status_code == 200 and not made:
            kept.add(endpoint)

    years = {"archive.year", "archive.month"} & kept
    # A like, a quota or a login is no reason for another public version.
    assert kept - years == {
        *("index", "blog.index", "tags.index", "authors.show", "archive.index")
    }


def test_a_place_that_leads_elsewhere_is_asked_each_time(alice, post):
    for _ in range(2):
        assert alice.get("/?newer=2100-01-01 00:00:00_1").location == "/"
        assert alice.get("/tag/PYTHON").location == "/tag/python"
        assert alice.get("/archive/1999").status_code == 404


def test_lists_take_a_bounded_part_of_the_memory(app, alice, post, made):
    pages = app.extensions["flaskr.personal_pages"]
    pages.limit = 100_000

    for number in range(100):
        alice.get(f"/?x={number}")
        version, kept = pages.current
        kept.limit = pages.limit
        assert sum(map(len, kept.made.values())) < 100_000

    made.clear()
    long = f"/?x={'y' * personal_pages.MAX_KEY}"
    assert [alice.get(long).status_code for _ in range(2)] == [200, 200]
    assert len(made) == 2


def test_lists_are_made_anew_while_there_is_no_telling(app, alice, post, made):
    pool = type(app.extensions["flaskr.db"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "version_of", lambda self, connection: None)

        for _ in range(2):
            assert titles(alice.get("/")) == ["First"]

    assert len(made) == 2


def test_lists_are_not_kept_while_templates_are_edited(instance, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app({"SECRET_KEY": "x" * 40})

    with app.app_context():
        init_db()

    client = log_in(app, "alice")
    made = []

    with template_rendered.connected_to(lambda *args, **extra: made.append(1), app):
        client.get("/")
        made.clear()
        client.get("/")
        client.get("/")

    assert len(made) == 2
