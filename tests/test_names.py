"""Names: each that may be registered has its pages, and none looks like another.

``python -m tests.test_names confusables.txt`` makes flaskr/text/confusables.txt of a
newer one of https://www.unicode.org/Public/security/.
"""

import html
import itertools
import re
import sys
import threading
import unicodedata
from pathlib import Path
from urllib.parse import unquote
from urllib.parse import urlsplit

import pytest
from flask import url_for
from markupsafe import escape

import flaskr
from flaskr import create_app
from flaskr.data import name_skeletons
from flaskr.data import tags
from flaskr.data import users
from flaskr.db import transaction
from flaskr.text import names
from flaskr.text.confusables import read_prototypes
from flaskr.text.confusables import skeleton
from flaskr.web.passwords import hash_password

from .children import LIMIT
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import titles
from .conftest import write
from .databases import ENGINE
from .test_prefix import Server
from .test_prefix import SITE

# Of each, of two and, of the first, of three of these names are made: what is something
# else in addresses, or nothing, and what routes are called.
PARTS = (
    *("/", ".", "..", "~", "1", "2", "a", "feed.atom", "%2F", "//", "~0", "~1", "~2"),
    *("%", "%252F", "%2e", "\\", "?", "#", ";", "&", "=", "+", ":", "@", " ", "面包"),
    *("é", "feed.rss", "/feed.json", "page", "author", "\u200b", "\u202e", "\n"),
)
TYPED = [
    *PARTS,
    *map("".join, itertools.product(PARTS, repeat=2)),
    *map("".join, itertools.product(PARTS[:9], repeat=3)),
]

# How browsers write "." in a path, too (URL Standard, "double-dot path segment").
DOTS = {"", ".", "..", "%2e", "%2e%2e", ".%2e", "%2e."}

HARD = (
    *(
        "/",
        "//",
        "a/",
        "/a",
        "a//b",
        ".",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "alice/feed.atom",
    ),
    *(
        "feed.atom",
        "feed.rss/feed.json",
        "a/b",
        "~",
        "~1",
        "a~1b",
        "~/1",
        "%2F",
        "a%2Fb",
    ),
    *(
        "%",
        "100%",
        "a\\b",
        "\\..\\",
        "?",
        "#",
        "a;b",
        "a?older=1",
        "a.",
        "面包/feed.json",
    ),
    *("http://x", "//x.example", "&amp;", "'\"<i>", "é", "🦊", ": @!$&'()*+,=", "new"),
)


def read_names(kind):
    """The names that somebody can have by typing these, or the keys of tags."""
    found = set()

    for typed in TYPED:
        if kind == "author":
            name = names.clean(typed)
            found |= {name} if users.find_name_problem(name) is None else set()
        else:
            found |= {
                names.name_key(tag)
                for tag in tags.parse(typed)
                if tags.find_problem([tag]) is None
            }

    return found


@pytest.mark.parametrize("root", ["", "/blog"])
@pytest.mark.parametrize("kind", ["author", "tag"])
def test_every_name_has_an_address_that_leads_to_it(app, kind, root):
    with app.test_request_context(base_url=f"http://localhost{root}/"):
        found = read_names(kind)
        paths = set()

        for name in found:
            for values in ({}, {"format": "atom"}, {"format": "json"}):
                endpoint = f"feeds.{kind}" if values else f"{kind}s.show"
                path = url_for(endpoint, name=name, **values)
                paths.add(path)
                # What browsers would change, or take for another part.
                assert re.fullmatch(r"/[!-~]+", path)
                assert not re.search(r"[\\?#<>\"]", path)
                segments = path.lower().split("/")[1:]
                assert DOTS.isdisjoint(segments), path

                routes = app.url_map.bind("localhost", root)
                arguments = {"name": name, **values}
                asked = unquote(path).removeprefix(root)
                assert routes.match(asked) == (endpoint, arguments), path

    assert len(found) > 1000
    assert len(paths) == 3 * len(found)


@pytest.fixture(params=["", "/blog"])
def blog(request, create_ready_app, empty_database):
    """Where a blog is, and a function that gives a browser for it."""
    site = SITE if request.param else None
    config = {"TESTING": True, "SITE_URL": site, "PAGE_SIZE": 2}
    app = create_ready_app(empty_database, config)

    if site:
        app.wsgi_app = Server(app.wsgi_app, "all of the path")

    return request.param, app.test_client


def links_in(response, pattern):
    found = re.findall(pattern, response.text)
    return [urlsplit(html.unescape(link)) for link in found]


def follow(client, link):
    return client.get(link.path + ("?" + link.query if link.query else ""))


@pytest.mark.parametrize("name", HARD)
def test_a_registered_name_reaches_its_pages_by_their_links(blog, name):
    root, open_browser = blog
    writer, reader = open_browser(), open_browser()
    account = {"username": name, "password": PASSWORD}
    assert writer.post(f"{root}/auth/register", data=account).status_code == 302
    assert writer.post(f"{root}/auth/login", data=account).location == f"{root}/"

    for n in range(3):
        post = {"title": f"Post {n}", "body": "", "tags": name}
        assert writer.post(f"{root}/create", data=post).status_code == 302

    front = reader.get(f"{root}/")
    pages = [links_in(front, r'class="author" href="(.*?)"')[0]]
    pages += links_in(reader.get(f"{root}/tags"), r'rel="tag" href="(.*?)"')
    account_page = writer.get(f"{root}/account/").text
    assert f'href="{escape(pages[0].path)}"' in account_page

    for link in pages:
        page = follow(reader, link)
        assert titles(page) == ["Post 2", "Post 1"]
        (older,) = links_in(page, r'<a rel="next" href="(.*?)"')
        assert titles(follow(reader, older)) == ["Post 0"]
        feeds = links_in(page, r'rel="alternate" [^>]*href="(.*?)"')
        own = [feed for feed in feeds if feed.path.startswith(link.path)]
        assert len(own) == 3

        for feed in own:
            answer = follow(reader, feed)
            assert "Post 2" in answer.text
            assert answer.mimetype.startswith("application/")


def test_an_older_address_of_a_name_with_slashes_leads_to_the_one(app, client):
    register(app, "a//b")
    answer = client.get("/author/a//b")
    assert (answer.status_code, answer.location) == (301, "/author/a~1~1b")
    assert client.get("/author/A~1~1b/feed.atom").location == (
        "/author/a~1~1b/feed.atom"
    )


@pytest.mark.parametrize(
    "name",
    [" alice ", ".", "a/../b", "/", "x\ny", "\u202ea", "Ａ", "x" * 300, "\u3164"],
)
def test_a_name_of_the_tutorials_flaskr_has_a_page_and_a_login(app, client, name):
    with app.app_context():
        with transaction() as db:
            db.execute(
                'INSERT INTO "user" (id, username, password) VALUES (9, ?, ?)',
                (name, hash_password(PASSWORD)),
            )

    with app.test_request_context():
        page = url_for("authors.show", name=name)
        feed = url_for("feeds.author", name=name, format="json")

    data = {"username": name, "password": PASSWORD}
    assert client.post("/auth/login", data=data).location == "/"
    write(client)
    assert titles(client.get(page)) == ["A title"]
    assert client.get(feed).json["items"][0]["title"] == "A title"


# Names that look alike

TABLE = Path(flaskr.__file__).parent / "text/confusables.txt"


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("alice", "аlice"),  # Cyrillic
        ("Alice", "Αlice"),  # Greek
        ("alice", "АLICE"),
        ("henry", "HENRΥ"),
        ("Henry", "Ηenry"),
        ("Boris", "ΒORIS"),
        ("boris", "ВORIS"),
        ("Norm", "ΝORM"),
        ("ΝORM", "norm"),
        ("аlice", "alice"),
        ("аlice", "alicе"),
        ("аlice", "a1ice"),
        ("modern", "mоdern"),
        ("Bob Ross", "Bоb Ross"),
        ("O'Neil", "O’Neil"),
        ("工人", "エ人"),
        ("café", "cafе\u0301"),
    ],
)
def test_a_name_that_looks_like_one_taken_is_refused(app, taken, name):
    assert register(app, taken).status_code == 302
    answer = register(app, name)
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert (
        f"“{unicodedata.normalize('NFC', name)}” looks too much like “{taken}”" in text
    )
    assert f'value="{escape(name)}"' in answer.text
    assert rows(app, 'SELECT username FROM "user"') == [{"username": taken}]


@pytest.mark.parametrize(
    "taken",
    [
        ("alice", "a1ice", "aIice ", "a|ice"),
        ("modern", "rnodern"),
        ("alice", "álice", "alicé", "алиса"),
        ("林小雨", "林小雪", "王小雨", "林晓雨"),
        ("李", "季", "木", "本", "未", "末"),
        ("ole", "øle", "Ünal", "unal"),
    ],
)
def test_names_that_are_told_apart_may_all_be_taken(app, taken):
    for name in taken:
        assert register(app, name).location == "/auth/login", name


def test_a_name_that_looks_like_that_of_a_closed_account_is_refused(app, alice):
    write(alice)

    with app.app_context():
        users.close(1, delete_posts=False)

    assert "looks too much like" in register(app, "аlice").text

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post")
        db.execute('DELETE FROM "user" WHERE id = 1')

    assert register(app, "аlice").location == "/auth/login"


def add_by_sql(app, *people):
    with app.app_context(), transaction() as db:
        for name in people:
            db.execute(
                'INSERT INTO "user" (username, name_key, password) VALUES (?, ?, ?)',
                (name, names.name_key(name), hash_password(PASSWORD)),
            )


def test_init_db_notes_all_names_in_batches(app, monkeypatch):
    monkeypatch.setattr(name_skeletons, "BATCH_SIZE", 2)
    add_by_sql(app, *"abcdé")

    for _ in range(2):
        app.test_cli_runner().invoke(args=["init-db"])

    found = rows(app, "SELECT user_id FROM name_skeleton ORDER BY user_id")
    assert [row["user_id"] for row in found] == [1, 2, 3, 4, 5]


def test_names_from_before_stay_and_keep_others_away_after_init_db(app, client):
    add_by_sql(app, "alice", "аlice")
    app.test_cli_runner().invoke(args=["init-db"])

    for name in ("alice", "аlice"):
        data = {"username": name, "password": PASSWORD}
        assert app.test_client().post("/auth/login", data=data).location == "/"

    assert "looks too much like" in register(app, "alicе").text
    found = rows(app, "SELECT * FROM name_skeleton ORDER BY user_id, skeleton")
    assert found == [
        {"skeleton": "alice", "is_ascii": 1, "user_id": 1},
        {"skeleton": "allce", "is_ascii": 1, "user_id": 1},
        {"skeleton": "alice", "is_ascii": 0, "user_id": 2},
        {"skeleton": "allce", "is_ascii": 0, "user_id": 2},
    ]


def test_init_db_notes_names_anew_as_todays_table_has_them(app):
    register(app, "bob")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE name_skeleton SET skeleton = 'of older data'")

    app.test_cli_runner().invoke(args=["init-db"])
    found = rows(app, "SELECT skeleton FROM name_skeleton")
    assert found == [{"skeleton": "bob"}]


def test_two_names_that_look_alike_registered_at_once_are_one_user(app):
    """By processes that do not know of each other."""
    people = ["аlice", "alicе", "аlicе", "alice"]
    barrier = threading.Barrier(len(people))
    made = []

    def create(name):
        config = {"TESTING": True, "DATABASE": app.config["DATABASE"]}

        with create_app(config).app_context():
            barrier.wait(timeout=LIMIT)
            made.append(users.create(name, "x"))

    threads = [threading.Thread(target=create, args=[n], daemon=True) for n in people]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    assert sorted(made) == [False, False, False, True]
    assert len(rows(app, 'SELECT id FROM "user"')) == 1


def test_a_name_that_looks_like_one_taken_meanwhile_is_refused(app, monkeypatch):
    register(app, "alice")
    # Neither saw the other.
    monkeypatch.setattr(users, "find_taken", lambda *args: None)
    assert register(app, "аlice").status_code == 422
    assert len(rows(app, 'SELECT id FROM "user"')) == 1


def test_looking_for_a_name_does_not_look_through_all(app, statements, databases):
    add_by_sql(app, *(f"person {n}" for n in range(300)))
    app.test_cli_runner().invoke(args=["init-db"])
    statements.clear()

    with app.app_context():
        assert name_skeletons.find_lookalike("alice") is None

    (statement,) = [text for text in statements if "name_skeleton" in text]
    plan = databases.explain(app, statement)
    assert not [step for step in plan if ENGINE.SCAN.search(step)], plan


def test_skeletons_are_those_of_uts_39():
    assert skeleton("pаypаl") == skeleton("paypal")
    assert skeleton("scope") == skeleton("ѕсоре")
    assert skeleton("m") == "rn"
    assert len(read_prototypes()) > 2000


def make_table(unicodes):
    """The lines of our table of the lines of Unicode's."""
    table = {}

    for line in unicodes:
        if found := re.match(r"([0-9A-F]+) ;\s*([0-9A-F ]+?)\s*;\s*MA\b", line):
            character = chr(int(found[1], 16))
            prototype = "".join(chr(int(point, 16)) for point in found[2].split())
            prototype = unicodedata.normalize("NFD", prototype)

            # No name has others: not in NFKC, and skeletons are made of its NFD.
            if unicodedata.normalize("NFKD", character) == character:
                table[ord(character)] = " ".join(f"{ord(c):04X}" for c in prototype)

    return [f"{point:04X} {prototype}" for point, prototype in sorted(table.items())]


def test_the_table_is_made_of_unicodes():
    unicodes = [
        "# confusables.txt",
        "",
        "0430 ;\t0061 ;\tMA\t# ( а → a ) CYRILLIC SMALL LETTER A → …\t#",
        "006D ;\t0072 006E ;\tMA\t# ( m → rn ) LATIN SMALL LETTER M → …\t#",
        "FF21 ;\t0041 ;\tMA\t# ( Ａ → A ) FULLWIDTH LATIN CAPITAL LETTER A → …\t#",
        "048B ;\t0439 0326 ;\tMA\t# ( ҋ → й̦ ) …",
    ]
    made = make_table(unicodes)
    assert made == ["006D 0072 006E", "0430 0061", "048B 0438 0326 0306"]
    assert set(made) < set(TABLE.read_text("ascii").splitlines())


if __name__ == "__main__":
    lines = make_table(Path(sys.argv[1]).read_text("utf-8-sig").splitlines())
    TABLE.write_text("".join(f"{line}\n" for line in lines), "ascii")
