"""``flask --app flaskr import``, whatever the blog ran on."""

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from contextlib import nullcontext
from io import BytesIO

import pytest
from PIL import Image

from flaskr.data import imports
from flaskr.data.roles import Role
from flaskr.db import IntegrityError
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable
from flaskr.importing.preparing import Preparer
from flaskr.importing.report import Report

from ..children import child
from ..children import LIMIT
from ..conftest import log_in
from ..conftest import rows
from ..conftest import wait_until
from ..conftest import write
from .archives import author
from .archives import comment
from .archives import item
from .archives import tag
from .archives import write_wxr
from .conftest import count_all
from .test_wordpress import find_names
from .test_wordpress import read_posts

UPLOADS = "https://old.example/wp-content/uploads"


@pytest.fixture
def wxr(tmp_path):
    """Write an export, in which Jane is an author."""

    def wxr(*items, **options):
        head = author("jane", "Jane Doe")
        return write_wxr(tmp_path / "old.xml", *items, **{"head": head, **options})

    return wxr


def picture(color="red", size=(40, 30)):
    content = BytesIO()
    Image.new("RGB", size, color).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def media(tmp_path):
    """A folder of images: ``media(name, content)`` puts one there."""
    folder = tmp_path / "media"

    def put(name="2019/05/a.png", content=None):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture() if content is None else content)
        return str(folder)

    folder.mkdir()
    return put


def shows(*names, text="x"):
    images = "".join(
        f'<p><img src="{UPLOADS}/{name}" alt="An a"></p>' for name in names
    )
    return f"<p>{text}</p>{images}"


# Again


def test_importing_twice_changes_nothing(app, databases, take, wxr):
    more = comment(1, "first") + comment(2, "reply", parent=1) + tag("Tea")
    path = wxr(item(1, more=more), item(2, post_type="page"))
    take(path)
    before = read_all(app, databases)
    said, report = take(path)
    assert "Taken: nothing." in said
    assert "Taken before: 1 post, 1 page, 2 comments." in said
    assert report["taken"] == {}
    assert read_all(app, databases) == before


def read_all(app, databases):
    """All rows that do not come and go by themselves."""
    tables = [t for t in databases.list_tables(app) if not t.startswith("search")]
    found = {table: rows(app, f'SELECT * FROM "{table}"') for table in tables}
    return {table: sorted(map(str, some)) for table, some in found.items()}


def test_a_newer_export_adds_what_is_new(app, take, wxr):
    take(wxr(item(1, "One", more=comment(1, "first"))))
    newer = comment(1, "first") + comment(3, "answer", parent=1, name="Bob", day=9)
    take(wxr(item(1, "Changed there", more=newer), item(2, "Two")))
    assert [post["title"] for post in read_posts(app)] == ["One", "Two"]
    found = rows(app, "SELECT body, parent_id FROM comment ORDER BY id")
    assert [tuple(row.values()) for row in found] == [("first", None), ("answer", 1)]


def test_what_was_deleted_here_does_not_come_back(app, take, wxr, execute):
    path = wxr(
        item(1, "One", more=comment(1, "first")),
        item(2, "Two", more=comment(2, "second")),
    )
    take(path)
    execute(app, "DELETE FROM post WHERE id = 1")
    execute(app, "DELETE FROM comment")
    newer = wxr(item(1, more=comment(1, "a") + comment(9, "late")), item(2, "Two"))
    take(newer)
    take(path)
    assert [post["title"] for post in read_posts(app)] == ["Two"]
    assert rows(app, "SELECT * FROM comment") == []


def test_an_answer_to_what_was_deleted_here_begins_a_thread(app, take, wxr, execute):
    take(wxr(item(1, more=comment(1, "first"))))
    execute(app, "DELETE FROM comment")
    take(wxr(item(1, more=comment(1, "first") + comment(2, "answer", parent=1))))
    found = rows(app, "SELECT body, parent_id FROM comment")
    assert [tuple(row.values()) for row in found] == [("answer", None)]


def test_two_blogs_have_posts_of_the_same_number(app, take, wxr):
    take(wxr(item(1, "One")))
    other = wxr(item(1, "Two"))
    text = other.read_text("utf-8").replace("old.example", "other.example")
    other.write_text(text, "utf-8")
    take(other)
    assert [post["title"] for post in read_posts(app)] == ["One", "Two"]


def test_a_blog_in_several_files_is_one(app, take, wxr, tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    first = wxr(item(1, "One", '<a href="https://old.example/?p=2">two</a>'))
    first.rename(folder / "1.xml")
    wxr(item(2, "Two")).rename(folder / "2.xml")
    take(folder)
    posts = read_posts(app)
    assert [post["body"] for post in posts] == ["[two](/2-two)", "A body."]


def test_a_blog_in_a_zip_is_one(app, take, wxr, tmp_path):
    path = tmp_path / "old.zip"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(wxr(item(1, "One")), "blog/1.xml")
        archive.write(wxr(item(2, "Two")), "blog/2.xml")
        archive.writestr("read.me", "x")

    take(path)
    assert {post["title"] for post in read_posts(app)} == {"One", "Two"}


def test_what_is_there_twice_is_taken_once(app, take, wxr):
    twice = comment(1, "a") + comment(1, "b")
    _, report = take(wxr(item(1, "One", more=twice), item(1, "Two")))
    assert [post["title"] for post in read_posts(app)] == ["One"]
    assert find_names(report, "left", "it is there twice") == ["Two"]
    assert len(rows(app, "SELECT * FROM comment")) == 1


def import_apart(app, path, **options):
    """A process that imports."""
    environment = {
        **os.environ,
        "FLASKR_DATABASE": app.config["DATABASE"],
        "FLASKR_SECRET_KEY": "a key for tests, of many bytes",
    }
    command = [sys.executable, "-m", "flask", "--app", "flaskr", "import", str(path)]
    return child(command, env=environment, stdout=subprocess.PIPE, **options)


def test_an_import_that_was_killed_is_completed_by_the_next(app, databases, take, wxr):
    items = [
        item(n, f"Post {n}", f'<a href="/?p={41 - n}">x</a>', more=comment(n, "said"))
        for n in range(1, 41)
    ]
    path = wxr(*items)

    with import_apart(app, path) as process:
        wait_until(lambda: len(read_posts(app)) >= 20, LIMIT)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT)

    take(path)
    posts = read_posts(app)
    assert [post["title"] for post in posts] == [f"Post {n}" for n in range(1, 41)]
    assert [post["body"] for post in posts] == [
        f"[x](/{other['id']}-post-{41 - n})" for n, other in enumerate(posts[::-1], 1)
    ]
    assert len(rows(app, "SELECT * FROM comment")) == 40
    people = rows(app, 'SELECT username FROM "user" ORDER BY id')
    assert [row["username"] for row in people] == ["Jane Doe", "Anna"]


def test_imports_at_the_same_time_take_each_post_once(app, wxr):
    path = wxr(*(item(n, more=comment(n, "said")) for n in range(1, 61)))

    with import_apart(app, path) as first, import_apart(app, path) as second:
        said = sorted(
            process.communicate(timeout=LIMIT)[0] for process in (first, second)
        )
        assert [first.returncode, second.returncode] == [0, 0]

    assert said[0].startswith(b"Taken: 1 person, 60 posts, 1 reader, 60 comments.\n")
    assert said[1] == b"Taken: nothing.\nTaken before: 60 posts, 60 comments.\n"
    assert len(read_posts(app)) == 60
    assert len(rows(app, "SELECT * FROM comment")) == 60
    assert len(rows(app, 'SELECT * FROM "user"')) == 2


@pytest.mark.parametrize("is_own", [False, True])
def test_an_import_does_not_wait_for_another_for_ever(
    app, refuse, wxr, monkeypatch, tmp_path, is_own
):
    monkeypatch.setattr(imports, "IMPORT_WAIT", 0.3)
    path = wxr(item(1))

    if is_own:
        path = tmp_path / "export.zip"
        app.test_cli_runner().invoke(args=["export", str(path)])

    with app.app_context(), imports.only_import():
        said = refuse(path)
        # It would write nothing.
        dry = app.test_cli_runner().invoke(args=["import", str(path), "--dry-run"])

    assert "Another import is running. Run this again when it has ended" in said
    assert ("was not changed." if is_own else "Nothing was written.") in said
    assert dry.exit_code == 0
    again = app.test_cli_runner().invoke(args=["import", str(path)])
    assert again.exit_code == 0


def test_what_another_import_takes_meanwhile_is_known(app, wxr, take, monkeypatch):
    # As where files can't be locked.
    monkeypatch.setattr(imports, "only_import", nullcontext)
    prepare = Preparer.prepare
    path = wxr(item(1, more=comment(1, "said")))

    def take_meanwhile(*args):
        monkeypatch.setattr(Preparer, "prepare", prepare)
        app.test_cli_runner().invoke(args=["import", str(path)])
        return prepare(*args)

    monkeypatch.setattr(Preparer, "prepare", take_meanwhile)
    said, report = take(path)
    assert report["taken_before"] == {"post": 1, "comment": 1}
    assert "Left" not in said


def test_people_write_while_posts_are_imported(app, alice, wxr, monkeypatch):
    from flaskr.importing import writing

    monkeypatch.setattr(writing, "MAX_POSTS", 2)
    path = wxr(*(item(n) for n in range(1, 21)))
    done = []
    thread = threading.Thread(
        target=lambda: done.append(
            app.test_cli_runner().invoke(args=["import", str(path)]).exit_code
        )
    )
    thread.start()
    written = [write(alice, f"Mine {n}") for n in range(5)]
    thread.join(LIMIT)
    assert done == [0]
    assert len(set(written)) == 5
    assert len(read_posts(app)) == 25


# Trial runs and the report


def test_a_trial_run_writes_nothing_and_says_the_same(app, databases, take, wxr, media):
    folder = media()
    more = comment(1, "first") + comment(2, "x" * 6000, parent=1)
    path = wxr(
        item(1, "One", shows("2019/05/a.png", "gone.png"), more=more),
        item(2, "x" * 300, status="private"),
        item(3, "menu", post_type="nav_menu_item"),
    )
    before = read_all(app, databases)
    said, dry = take(path, "--dry-run", "--media", folder)
    assert read_all(app, databases) == before
    assert said.startswith(
        "Would be taken: 1 person, 1 image, 2 posts, 1 reader, 2 com"
    )
    assert "--author OLD=NAME" in said
    _, report = take(path, "--media", folder)
    assert dry.pop("dry_run") and not report.pop("dry_run")
    assert dry == report


def test_many_names_are_counted(take, wxr):
    said, _ = take(wxr(*(item(n, f"m{n}", post_type="menu") for n in range(9))))
    assert (
        "9 menus: it is neither a post nor a page (m0; m1; m2; m3; m4; and 4 more"
        in said
    )


def test_the_report_has_a_bound(monkeypatch, take, wxr):
    monkeypatch.setattr("flaskr.importing.report.MAX_KEPT", 2)
    said, report = take(wxr(*(item(n, "m" * 999, post_type="menu") for n in range(9))))
    assert report["left"][0]["number"] == 9
    assert [len(i["name"]) for i in report["left"][0]["items"]] == [200, 200]
    assert "Left: 9: it is neither" in said


def test_a_report_that_cannot_be_written_ends_nothing(app, wxr, tmp_path, monkeypatch):
    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(Report, "write", fail)
    place = tmp_path / "x.json"
    args = ["import", str(wxr(item(1))), "--report", str(place)]
    result = app.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0
    assert "The report was not written" in result.stderr
    assert len(read_posts(app)) == 1


def test_a_terminal_is_told_how_far_it_is(app, wxr, monkeypatch):
    monkeypatch.setattr("flaskr.copy_db.progress.has_terminal", lambda: True)
    monkeypatch.setattr("flaskr.importing.command.INTERVAL", -1)
    result = app.test_cli_runner().invoke(args=["import", str(wxr(item(1), item(2)))])
    assert "Reading: 1 posts" in result.stderr
    assert "Writing: 2 of 2 posts" in result.stderr


# People


def test_authors_are_mapped(app, alice, take, wxr):
    items = [item(1), item(2, creator="other"), item(3, creator="")]
    take(wxr(*items), "--author", "jane=alice", "--author", "=alice")
    found = rows(app, 'SELECT username FROM "user" ORDER BY id')
    assert [row["username"] for row in found] == ["alice", "other"]
    assert [post["author_id"] for post in read_posts(app)] == [1, 2, 1]


def test_authors_are_mapped_by_mail_address_and_by_name(app, alice, bob, take, wxr):
    bobs = author("b", "Robert", 2)
    path = wxr(item(1), item(2, creator="b"), head=author("jane", "Jane") + bobs)
    take(path, "--author", "jane@old.example=alice", "--author", "Robert=bob")
    assert [post["author_id"] for post in read_posts(app)] == [1, 2]


def test_what_nobody_signed_is_the_first_owners(app, alice, take, wxr):
    with app.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET role = 'owner'")

    said, _ = take(wxr(item(1, creator="")))
    assert "What nobody signed is by alice." in said
    assert rows(app, "SELECT author_id FROM post") == [{"author_id": 1}]


def test_what_nobody_signed_in_a_blog_without_an_owner_is_one_accounts(
    app, databases, take, wxr
):
    path = wxr(item(1, creator=""))
    take(path)
    other = path.with_name("other.xml")
    text = path.read_text("utf-8").replace("old.example", "other.example")
    other.write_text(text, "utf-8")
    take(other)
    before = read_all(app, databases)
    take(path)
    take(other)
    assert read_all(app, databases) == before
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "Imported"}]


def test_somebody_who_comments_under_an_authors_name_is_another(app, alice, take, wxr):
    path = wxr(item(1, more=comment(1, "I am her", name="jane")))
    take(path, "--author", "jane=alice")
    found = rows(app, 'SELECT username FROM "user" ORDER BY id')
    assert [row["username"] for row in found] == ["alice", "jane"]


def test_names_become_such_as_people_can_have_here(app, alice, take, wxr):
    names = [
        "Alice",
        "al1ce\u202e",
        "x" * 50,
        "",
        "me@mail.example",
        "@",
        "李四",
        "\u200b",
    ]
    more = "".join(comment(n, "said", name=name) for n, name in enumerate(names, 1))
    take(wxr(item(1, more=more)))
    found = rows(app, 'SELECT username FROM "user" WHERE id > 2 ORDER BY id')
    assert [row["username"] for row in found] == [
        *("Alice 2", "al1ce", "x" * 32, "Anonymous", "me", "@", "李四", "Anonymous 2")
    ]


def test_a_name_that_all_have_ends_with_chance(app, take, wxr, monkeypatch):
    monkeypatch.setattr("flaskr.importing.people.MAX_NUMBER", 3)
    of_post = [
        comment(n, "said", name="Anna").replace("anna@", f"{n}@") for n in range(1, 5)
    ]
    take(wxr(item(1, more="".join(of_post))))
    found = rows(app, 'SELECT username FROM "user" WHERE id > 1 ORDER BY id')
    names = [row["username"] for row in found]
    assert names[:2] == ["Anna", "Anna 2"]
    assert len({len(name) for name in names[2:]}) == 1


def test_nobody_logs_in_without_a_password(app, take, wxr):
    take(wxr(item(1)))
    data = {"username": "Jane Doe", "password": ""}
    assert app.test_client().post("/auth/login", data=data).status_code != 302
    link = app.test_cli_runner().invoke(args=["reset-password", "Jane Doe"])
    assert link.exit_code == 0


def test_who_closed_the_account_comes_as_another(app, take, wxr, execute):
    take(wxr(item(1)))
    execute(app, "UPDATE \"user\" SET closed = '2020-01-01 00:00:00' WHERE id = 1")
    take(wxr(item(1), item(2)))
    assert [post["author_id"] for post in read_posts(app)] == [1, 2]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("jane", "OLD=NAME"),
        ("jane=nobody", "nobody called nobody"),
        ("jane=bob", "bob is a reader"),
    ],
)
def test_authors_can_only_be_who_may_write(app, bob, refuse, wxr, given, sentence):
    with app.app_context(), transaction() as db:
        db.execute('UPDATE "user" SET role = ?', (Role.READER.value,))

    assert sentence in refuse(wxr(item(1)), "--author", given)


# Texts


def test_links_between_posts_are_written_anew(app, take, wxr):
    body = """
<p><a href="https://old.example/2019/05/post-2/#comment-3">a</a>
<a href="http://www.old.example/2019/05/post-2#part">b</a>
<a href="../../../2019/05/post-2/">c</a> <a href="/?p=2">d</a> <a href="#x">e</a>
<a href="https://old.example/elsewhere">f</a> <a href="https://other.example/?p=2">g</a>
<a href="mailto:a@b.example">h</a></p>
<p>https://old.example/2019/05/post-2/</p><p><code>https://old.example/?p=2</code></p>
<pre>https://old.example/?p=2</pre>"""
    take(wxr(item(1, body=body), item(2, "Two")))
    text = read_posts(app)[0]["body"]
    assert text.split() == [
        *("[a](/2-two)", "[b](/2-two#part)", "[c](/2-two)", "[d](/2-two)", "e"),
        *("[f](https://old.example/elsewhere)", "[g](https://other.example/?p=2)"),
        *("[h](mailto:a@b.example)", "[https://old.example/2019/05/post-2/](/2-two)"),
        *("`https://old.example/?p=2`", "```", "https://old.example/?p=2", "```"),
    ]


def test_links_in_comments_are_written_anew(app, take, wxr):
    text = f'<a href="https://old.example/?p=1">here</a> <img src="{UPLOADS}/a.png">'
    _, report = take(wxr(item(1, "One", more=comment(1, text))))
    found = rows(app, "SELECT body FROM comment")[0]["body"]
    assert found == f"[here](/1-one) ![]({UPLOADS}/a.png)"
    assert find_names(report, "left", "comments show no images") == [f"{UPLOADS}/a.png"]


def test_a_date_that_is_missing_or_none_is_named(app, databases, take, wxr):
    dates = {"post_date": "2019-02-30 14:00:00", "post_date_gmt": "", "published": ""}
    said_then = comment("", "said then").replace("2019-05-02", "2019-02-30")
    path = wxr(
        item(1, "One", more=said_then + comment(2, "later"), **dates),
        item(2, "Two", status="draft", **dates),
        item(3, "Three"),
    )
    _, report = take(path)
    sentence = "it has no date that can be read, and got "
    assert find_names(report, "changed", f"{sentence}today's") == ["One"]
    assert find_names(report, "changed", f"{sentence}that of its post") == ["One"]
    posts = read_posts(app)
    assert posts[0]["created"] > posts[2]["created"]
    before = read_all(app, databases)
    take(path)
    assert read_all(app, databases) == before


def test_a_title_that_is_too_long_is_cut(app, take, wxr):
    _, report = take(wxr(item(1, "字" * 300)))
    assert read_posts(app)[0]["title"] == "字" * 199 + "…"
    assert len(find_names(report, "changed", "the title was too long")) == 1


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<p>Some <b>words</b> here</p>", "Some words here"),
        (f"<p>{'word ' * 20}</p>", " ".join(["word"] * 12)),
        (f"<p>{'字' * 99}</p>", "字" * 60),
        ("", "2019-05-01"),
    ],
)
def test_a_post_without_a_title_gets_one(app, take, wxr, body, title):
    _, report = take(wxr(item(1, "\u200b", body)))
    assert read_posts(app)[0]["title"] == title
    names = find_names(report, "changed", "it had no title")
    assert names == ["https://old.example/2019/05/post-1/"]


@pytest.mark.parametrize(
    "body", ["word " * 50_000, "<p>x</p>" * 16_000, "x" * 2_000_001], ids=len
)
def test_a_text_that_is_too_long_is_left_with_its_comments(app, take, wxr, body):
    _, report = take(wxr(item(1, "Long", body, more=comment(1, "said")), item(2)))
    assert [post["title"] for post in read_posts(app)] == ["A title"]
    assert len(find_names(report, "left", "The text ")) == 1
    assert find_names(report, "left", "its post is not taken") == ["Long"]


def test_comments_that_are_too_long_are_cut_and_empty_ones_left(app, take, wxr):
    of_post = [
        comment(1, "字" * 6000),
        comment(2, " "),
        comment(3, "a<br>" * 3 + "<p>b</p>" * 16_000),
    ]
    _, report = take(wxr(item(1, "Post", more="".join(of_post))))
    (found,) = rows(app, "SELECT body FROM comment")
    assert found["body"] == "字" * 4999 + "…"
    assert find_names(report, "changed", "it was too long") == ["Post"]
    assert find_names(report, "left", "Write something first.") == ["Post", "Post"]


# Images


def test_images_come_from_the_folder_in_their_full_size(app, take, wxr, media):
    folder = media("2019/05/a.png")
    media("b c.png", picture("blue"))
    body = shows("2019/05/a-300x200.png", "2018/01/b%20c.png")
    _, report = take(wxr(item(1, body=body)), "--media", folder)
    text = read_posts(app)[0]["body"]
    first, second = rows(app, "SELECT hash FROM image ORDER BY id")
    assert text == (
        f"x\n\n![An a](/image/{first['hash']}-40x30.png)\n\n"
        f"![An a](/image/{second['hash']}-40x30.png)"
    )
    assert report["taken"]["image"] == 2
    used = rows(app, "SELECT user_id FROM image_upload")
    assert used == [{"user_id": 1}, {"user_id": 1}]


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_an_image_of_many_sizes_is_one(take, wxr, media, options):
    folder = media("a.png")
    body = shows("a.png", "a-30x20.png", "a-150x100.png")
    said, _ = take(wxr(item(1, body=body)), "--media", folder, *options)
    assert "1 image, " in said


def test_an_image_that_leads_to_itself_is_no_link(app, take, wxr, media):
    folder = media("a.png")
    body = (
        f'<a href="{UPLOADS}/a.png"><img src="{UPLOADS}/a-30x20.png" alt="A"></a>'
        f'<p><a href="{UPLOADS}/a.png">the file</a></p>'
    )
    take(wxr(item(1, body=body)), "--media", folder)
    address = f"/image/{rows(app, 'SELECT hash FROM image')[0]['hash']}-40x30.png"
    assert read_posts(app)[0]["body"] == f"![A]({address})\n\n[the file]({address})"


def test_an_image_that_is_not_found_keeps_its_address_and_is_named(app, take, wxr):
    _, report = take(wxr(item(1, body=shows("a.png", "a.png"))))
    assert f"![An a]({UPLOADS}/a.png)" in read_posts(app)[0]["body"]
    assert find_names(report, "left", "it was not in what was") == [f"{UPLOADS}/a.png"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "before its text is taken; no page shows it from its http: address"),
        (["--fetch"], "private network; no page shows it from its http: address"),
        (["--dry-run"], "before its text is taken; no page shows it from its http:"),
        (["--dry-run", "--fetch"], "it is fetched when this is no trial run ("),
    ],
)
def test_an_image_that_browsers_do_not_show_is_named(app, take, wxr, options, sentence):
    url = "http://127.0.0.1/a.png"
    said, _ = take(wxr(item(1, body=f'<p>x <img src="{url}"></p>')), *options)
    (line,) = [line for line in said.split("\n") if line.startswith("Left")]
    assert sentence in line
    assert f"({url})" in line


def test_what_is_no_image_is_named(app, take, wxr, media):
    folder = media("a.png", b"<svg/>")
    _, report = take(wxr(item(1, body=shows("a.png"))), "--media", folder)
    assert find_names(report, "left", "This file isn") == [f"{UPLOADS}/a.png"]


def test_nothing_outside_of_the_folder_is_read(app, take, wxr, media, tmp_path):
    folder = media("b.png")
    (tmp_path / "secret.png").write_bytes(picture())
    os.symlink(tmp_path / "secret.png", tmp_path / "media" / "link.png")
    names = ["../secret.png", "..%2fsecret.png", "link.png", "b.png/", "x%00.png"]
    _, report = take(wxr(item(1, body=shows(*names))), "--media", folder)
    assert "image" not in report["taken"] or report["taken"]["image"] == 1
    assert len(find_names(report, "left", "it was not in what")) >= 4


# Refusals


def test_what_is_not_there_is_refused(refuse, tmp_path):
    assert "There is no" in refuse(tmp_path / "nothing.xml")


def test_a_folder_or_a_picture_is_refused(refuse, tmp_path):
    (tmp_path / "a.png").write_bytes(picture())
    assert "nothing that this command knows" in refuse(tmp_path)
    assert "nothing that this command knows" in refuse(tmp_path / "a.png")
    assert "a.png can’t be read, line 1" in refuse(
        tmp_path / "a.png", "--from", "wordpress"
    )


def test_a_blog_is_the_same_wherever_it_is_said_to_be(app, take, wxr):
    path = wxr(item(1), item(2))
    take(path)
    take(path, "--address", "https://other.example")
    assert len(read_posts(app)) == 2


OLD, NEW = ("--address", "https://old.example"), ("--address", "https://new.example")


@pytest.mark.parametrize("first", [(), OLD, NEW])
@pytest.mark.parametrize("then", [(), OLD, NEW])
def test_what_says_no_address_is_the_same_wherever_it_is_said_to_be(
    app, databases, take, tmp_path, first, then
):
    head = "---\ntitle: A\ndate: 2020-01-02\n---\n"
    path = tmp_path / "notes"
    path.mkdir()
    (path / "a.md").write_text(f"{head}[b](b.md)")
    (path / "b.md").write_text(head)
    take(path, *first)
    before = read_all(app, databases)
    dry, _ = take(path, *then, "--dry-run")
    said, _ = take(path, *then)
    assert "Taken before: 2 posts." in dry
    assert ("Some came before, when" in said) == (first != then)
    assert read_all(app, databases) == before
    (path / "c.md").write_text(f"{head}[a](a.md)")
    take(path, *then)
    assert [post["body"] for post in read_posts(app)] == ["[b](/2-a)", "", "[a](/1-a)"]


@pytest.mark.parametrize(
    ("title", "date"), [("About us", "2020-01-02"), ("About", "2020-01-03")]
)
def test_two_blogs_have_texts_of_the_same_name(app, take, tmp_path, title, date):
    for host, *own in (("a", "About", "2020-01-02"), ("b", title, date)):
        path = tmp_path / host
        path.mkdir()
        (path / "about.md").write_text("---\ntitle: {}\ndate: {}\n---\n".format(*own))
        take(path, "--address", f"https://{host}.example")

    assert len(read_posts(app)) == 2


def test_comments_are_known_where_the_blog_was_elsewhere(app, take, wxr):
    take(wxr(item(1, more=comment(1, "first"))))
    path = wxr(item(1, more=comment(1, "first") + comment(2, "answer", parent=1)))
    text = path.read_text("utf-8").replace("old.example", "new.example")
    path.write_text(text, "utf-8")
    said, _ = take(path)
    assert "Taken: 1 reader, 1 comment." in said
    found = rows(app, "SELECT body, parent_id FROM comment ORDER BY id")
    assert [tuple(row.values()) for row in found] == [("first", None), ("answer", 1)]
    assert len(read_posts(app)) == 1


def test_two_posts_without_a_date_are_of_their_blogs(app, take, wxr):
    dates = {"post_date": "", "post_date_gmt": "", "published": ""}

    for host in ("old", "new"):
        path = wxr(item(1, **dates))
        text = path.read_text("utf-8").replace("old.example", f"{host}.example")
        path.write_text(text, "utf-8")
        take(path)

    assert len(read_posts(app)) == 2


def test_an_address_is_a_url(refuse, wxr):
    assert "--address is a URL" in refuse(wxr(item(1)), "--address", "old.example")


def test_more_posts_than_anybody_wrote_are_refused(monkeypatch, refuse, wxr):
    monkeypatch.setattr("flaskr.importing.planning.MAX_POSTS", 2)
    assert "more than 2 posts" in refuse(wxr(*(item(n) for n in range(3))))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyboardInterrupt(), "Interrupted. What was taken so far stays."),
        (DatabaseUnavailable("It is locked"), "It is locked. What was taken"),
        (OSError(28, "No space left on device", "/x"), "No space left on device (/x)."),
    ],
)
def test_what_stops_an_import_is_said(app, wxr, monkeypatch, error, sentence):
    def fail(*args):
        raise error

    monkeypatch.setattr(imports, "write_post", fail)
    result = app.test_cli_runner().invoke(args=["import", str(wxr(item(1)))])
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_mistake_of_ours_is_shown_as_it_is(app, wxr, monkeypatch):
    error = IntegrityError[0]("a rule of the schema")

    def fail(*args):
        raise error

    monkeypatch.setattr(imports, "write_post", fail)
    result = app.test_cli_runner().invoke(args=["import", str(wxr(item(1)))])
    assert result.exception is error


def test_what_breaks_while_it_is_read_can_be_taken_later(app, wxr, monkeypatch):
    from flaskr.importing.writing import Writer

    monkeypatch.setattr("flaskr.importing.writing.MAX_POSTS", 1)
    path = wxr(item(1), item(2, body="x" * 100_000))
    whole = path.read_text("utf-8")
    keep = Writer.keep_numbers

    def cut(*args):
        keep(*args)
        path.write_text(whole.replace("</channel>", "</chanel>"), "utf-8")

    monkeypatch.setattr(Writer, "keep_numbers", cut)
    result = app.test_cli_runner().invoke(args=["import", str(path)])
    assert result.exit_code == 1
    assert "It was not so when it was read first. What was taken" in result.stderr
    assert len(read_posts(app)) < 2
    path.write_text(whole, "utf-8")
    monkeypatch.setattr(Writer, "keep_numbers", keep)
    app.test_cli_runner().invoke(args=["import", str(path)])
    assert [post["id"] for post in read_posts(app)] == [1, 2]


def test_a_blog_that_is_not_ready_says_what_to_do(unready, wxr):
    result = unready.test_cli_runner().invoke(args=["import", str(wxr(item(1)))])
    assert result.exit_code == 1
    assert "init-db" in result.stderr


def test_the_report_is_json_for_programs(take, wxr):
    said, report = take(wxr(item(1, "中文", status="trash")))
    assert json.dumps(report)
    assert report["left"] == [
        {
            "why": "it was deleted there",
            "number": 1,
            "items": [{"kind": "post", "name": "中文"}],
        }
    ]
    assert "中文" in said


def test_readers_find_what_was_imported(app, take, wxr):
    take(wxr(item(1, "A needle", "<p>in the haystack</p>")))
    assert "A needle" in app.test_client().get("/search?q=haystack").text
    assert log_in(app, "carol").get("/1-a-needle").status_code == 200


def test_nothing_was_imported_from_an_empty_blog(app, take, wxr):
    said, _ = take(wxr())
    assert said == "Taken: nothing.\n"
    assert count_all(app) == [0, 0, 0, 0, 0, 0]


def test_a_report_replaces_nothing(app, refuse, tmp_path):
    path = write_wxr(tmp_path / "blog.xml", item(1))
    before = path.read_bytes()
    told = refuse(path, "--report", str(path), "--dry-run")
    assert "Choose another name for the report." in told
    assert "nothing was imported" in refuse(path, "--report", str(tmp_path / "no/r"))
    assert path.read_bytes() == before


def test_a_pipe_is_not_waited_for(refuse, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "There is no file or folder" in refuse(tmp_path / "pipe")


def test_a_backup_is_for_another_command(app, refuse, tmp_path):
    backup = tmp_path / "blog.sqlite"
    arguments = ["backup", str(backup)]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    assert "is a database. To have it be the blog: restore." in refuse(backup)


def test_an_archive_that_can_t_be_read_says_why(refuse, tmp_path):
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    assert "cut.zip" in refuse(tmp_path / "cut.zip")
    (tmp_path / "empty").mkdir()
    assert "is nothing that this command knows" in refuse(tmp_path / "empty")


def test_names_that_the_locale_has_not_are_told(app, tmp_path, monkeypatch):
    def fail(*args):
        "旧".encode("ascii")

    monkeypatch.setattr("flaskr.importing.command.find_reader", fail)
    result = app.test_cli_runner().invoke(args=["import", str(tmp_path)])
    assert result.exit_code == 1
    assert "export PYTHONUTF8=1" in result.stderr


def test_a_time_zone_that_is_none_is_told(refuse, wxr):
    told = refuse(wxr(item(1)), "--timezone", "Mars/Olympus")
    assert "There is no time zone Mars/Olympus." in told
