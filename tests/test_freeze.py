"""``flask --app flaskr freeze``: the public blog as files."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from urllib.parse import urljoin

import pytest

from flaskr.backup.files import locked
from flaskr.db import transaction
from flaskr.freezing.folder import STATE
from flaskr.freezing.names import Names
from flaskr.freezing.site import Site

from .browsers import needs_chromium
from .children import child
from .children import LIMIT
from .children import read_line
from .conftest import PASSWORD
from .conftest import write
from .frozen import check_links
from .frozen import freeze
from .frozen import freeze_well
from .frozen import list_files
from .frozen import Page
from .frozen import refuse
from .frozen import URL
from .profiles import show_oneself
from .test_images import picture
from .test_images import upload

TEXT = """\
Bread, 面包, and a note[^1].

{image}

[Tea](/2-x), [by number](/2), [the tag](/tag/%E8%8C%B6), [elsewhere](https://a.example/),
[here](#a-heading), [found](/search?q=tea), [a form](/auth/login), [gone](/999 "Gone"),
[the place](https://frozen.example/x/nothing), [hello](/hello), [state](/healthz),
[all tags](/tags/), [twice](/tag/tcp//ip), [old feed](/author/bob/feed.atom),
[answer](/1/comment), [below](/1-sourdough#h-a-heading), [no host](https://frozen.example/x//b).

## A heading

![Gone, too](/image/0123456789ab-2000x10.png)

[^1]: The note.
"""

TAGS = "tea, 茶, tcp/ip, index.html, x/index.html, .htaccess, c:, node.js, feed.atom"
LONG = "𠀀" * 80


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "public"


@pytest.fixture
def blog(app, alice, bob):
    """A blog with some of everything that the public sees."""
    app.config |= {
        "COMMENTS_PER_PERSON": 1000,
        "COMMENTS_PER_ADDRESS": 1000,
        "SITE_DESCRIPTION": "From the kitchen",
        "PAGE_SIZE": 2,
        "PUBLIC_REVISIONS": True,
        "PUBLIC_LOG": True,
    }
    show_oneself(alice)
    data = {"alt": 'A "loaf" > a bun', "content": picture(1400, 40)}
    text = TEXT.format(image=upload(alice, **data))
    publish(alice, "Sourdough", text, TAGS)
    publish(alice, "绿茶的泡法", "怎样泡茶。", "茶")
    publish(alice, LONG, "Long.", "茶")

    for number in range(4, 9):
        publish(alice, f"Post {number}", "Text.", f"tag{number}, 茶")

    text = {"title": "Post 8", "body": "New text.", "tags": "tag8, 茶"}
    alice.post("/8/update", data=text)
    comment(bob, 2)
    bob.post("/1/like")
    bob.post("/account/name", data={"name": "robert", "password": PASSWORD})
    return app


def comment(client, number):
    for n in range(number):
        client.post("/1/comment", data={"comment": f"{n}: [gone](/777), [tea](/2)."})


def publish(client, title, body="A body.", tags=""):
    data = {"title": title, "body": body, "tags": tags}
    assert client.post("/create", data=data).status_code == 302


def read(folder, name):
    return (folder / name).read_text("utf-8")


def find_page(folder, beginning):
    """The page of a post."""
    return read(next(folder.glob(f"{beginning}-*")), "index.html")


# What is in it


def test_each_link_leads_to_a_file(blog, bob, folder):
    comment(bob, 55)
    said = freeze_well(blog, folder)
    files = list_files(folder)
    assert said == f"{len(files)} files, {len(files)} written, 0 removed"
    assert check_links(folder) > 1000
    assert {
        *("index.html", "404.html", "robots.txt", "sitemap.xml", "favicon.ico"),
        *("feed.atom", "feed.rss", "feed.json", "feed.html", "manifest.webmanifest"),
        *("tags/index.html", "archive/index.html", "author/alice/index.html"),
        *("tag/茶/index.html", "tag/茶/feed.atom", "tag/tcp/ip/index.html"),
        *("tag/node.js/index.html", "tag/feed.atom/index.html", ".nojekyll"),
        *("1-sourdough/index.html", "2-绿茶的泡法/index.html"),
        *("1/comments/feed.atom", "comments/feed.rss", "hello/index.html"),
    } <= set(files)


def test_all_older_pages_are_there(blog, folder):
    freeze_well(blog, folder)
    seen, name = [], folder / "index.html"

    while name:
        text = name.read_text("utf-8")
        seen += re.findall(r'<h2 dir="auto"[^>]*><a href="[^"]*">(.*?)</a>', text)
        older = re.search(r'<a rel="next" href="([^"]*)"', text)
        name = older and (name.parent / older[1] / "index.html").resolve()

    assert len(seen) == len(set(seen)) == 8
    assert seen[0] == "Post 8" and seen[-1] == "Sourdough"


def test_all_comments_are_there(app, alice, bob, folder):
    app.config |= {"COMMENTS_PER_PERSON": 1000, "COMMENTS_PER_ADDRESS": 1000}
    write(alice, "Sourdough")
    comment(bob, 60)
    bob.post("/comment/55/reply", data={"comment": "A reply."})
    freeze_well(app, folder)
    pages = [folder / "1-sourdough/index.html", *folder.glob("page/*/1-sourdough/*")]
    ids = set.union(*(Page(page.read_text("utf-8")).ids for page in pages))
    assert {f"comment-{number}" for number in range(1, 62)} <= ids


def test_what_needs_a_server_is_left_out(blog, folder):
    freeze_well(blog, folder)
    words = re.compile(
        "Log [Ii]n|Register|Search|like this|Report|type=.search|Language"
    )

    for name in list_files(folder):
        if name.endswith(".html"):
            text = read(folder, name)
            assert not words.search(text), name
            assert "/auth/" not in text and "<form action" not in text, name
            assert "Set-Cookie" not in text and "token" not in text, name

    assert "1 person likes this" in find_page(folder, "1")
    # A place to comment is none without comments.
    assert 'class="comments"' not in find_page(folder, "2")
    assert not list(folder.glob("search*")) and not (folder / "auth").exists()


def test_links_that_lead_nowhere_are_only_words(blog, folder):
    freeze_well(blog, folder)
    text = find_page(folder, "1")

    for words in (
        "found",
        "a form",
        "the place",
        "state",
        "no host",
        "old feed",
        "answer",
    ):
        assert f"<a>{words}</a>" in text

    assert '<a title="Gone">gone</a>' in text
    assert '<a href="#h-a-heading" rel=' in text
    assert "All tags" in read(folder, "tag/tea/index.html")
    assert 'rel="tag"' in read(folder, "tags/index.html")
    assert "<img src" in text and 'href="../hello/"' in text
    assert "Gone, too" in text and "0123456789ab" not in text
    assert '<a href="../2-x/" rel=' in text and 'href="https://a.example/"' in text
    feed = read(folder, "tag/tea/feed.atom")
    assert "0123456789ab" not in feed and "/999" not in feed and "gone&lt;" in feed


def test_the_policy_is_in_the_pages(blog, folder):
    freeze_well(blog, folder)
    tag, found = next(
        (tag, found)
        for tag, found in Page(find_page(folder, "1")).tags
        if "http-equiv" in found
    )
    sent = blog.test_client().get("/").headers["Content-Security-Policy"]
    assert found["content"] == sent.removesuffix("; frame-ancestors 'none'")


def test_old_addresses_lead_on(blog, folder):
    freeze_well(blog, folder)

    for name, link in (
        ("1", "../1-sourdough/"),
        ("2-x", "../2-%E7%BB%BF%E8%8C%B6%E7%9A%84%E6%B3%A1%E6%B3%95/"),
        ("author/bob", "../../author/robert/"),
        ("comment/1", "../../1-sourdough/#comment-1"),
    ):
        text = read(folder, f"{name}/index.html")
        assert f'content="0; url={link}"' in text
        whole = urljoin(f"{URL}/{name}/", link)
        assert f'<link rel="canonical" href="{whole}">' in text


def test_nobody_sees_more_than_the_public(app, alice, bob, folder):
    write(alice, "Public", "Everybody's.")
    alice.post("/create", data={"title": "Sketch", "body": "Secret.", "draft": "1"})
    due = {"due": "2099-01-01T00:00", "zone": "UTC", "schedule": "1"}
    alice.post("/create", data={"title": "Planned", "body": "Secret.", **due})
    alice.post(f"/{write(alice, 'Binned', 'Secret.')}/delete")
    withdrawn = write(alice, "Withdrawn", "Secret.")
    alice.post(f"/{withdrawn}/withdraw")
    alice.post("/1/update", data={"title": "Public", "body": "Secret.", "draft": "1"})
    bob.post("/1/comment", data={"comment": "Secret."})
    bob.post("/comment/1/remove")
    freeze_well(app, folder)
    assert check_links(folder)

    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".ico", ".png"):
            found = re.search(
                "Secret|Sketch|Planned|Binned|Withdrawn|scrypt", path.read_text("utf-8")
            )
            assert not found, path


def test_a_terminal_is_told_how_far_it_is(app, alice, folder, monkeypatch):
    write(alice)
    monkeypatch.setattr("flaskr.copy_db.progress.has_terminal", lambda: True)
    monkeypatch.setattr("flaskr.copy_db.progress.INTERVAL", 0)
    result = freeze(app, folder)
    assert re.search(r"Freezing: \d+ of \d+ addresses", result.stderr)
    assert re.fullmatch(r"\d+ files, \d+ written, 0 removed\n", result.stdout)


def test_an_empty_blog_can_be_frozen(app, folder):
    freeze_well(app, folder)
    assert check_links(folder)
    assert "No posts yet" in read(folder, "index.html")


def test_the_live_blog_stays_as_it_is(blog, folder):
    reader = blog.test_client()
    before = [reader.get(path).text for path in ("/", "/1-sourdough", "/tags")]
    freeze_well(blog, folder)
    assert before == [reader.get(path).text for path in ("/", "/1-sourdough", "/tags")]
    assert "/auth/login" in before[0] and "/search" in before[0]
    names = os.listdir(blog.instance_path)
    assert not [name for name in names if "partial" in name]


def test_no_client_can_ask_for_it(client):
    headers = {"flaskr.frozen": "1", "Flaskr-Frozen": "1"}
    assert "/auth/login" in client.get("/", headers=headers).text


# Where it is shown


@contextmanager
def served(folder):
    """The address of a server of files, as ``python -m http.server`` is one."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    options = {"cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}

    with child(command, text=True, **options) as process:
        port = re.search(r"port (\d+)", read_line(process))[1]
        yield f"http://127.0.0.1:{port}/"


TYPES = {
    **{"html": "text/html", "css": "text/css", "png": "image/png"},
    **{"json": "application/json", "xml": "application/xml", "svg": "image/svg+xml"},
    **{"webmanifest": "application/manifest+json", "txt": "text/plain"},
}


@pytest.mark.parametrize("place", ["", "some/where/"])
def test_a_server_of_files_shows_all_of_it(blog, tmp_path, place):
    folder = tmp_path / "served" / place
    folder.parent.mkdir(parents=True, exist_ok=True)
    freeze_well(blog, folder)

    with served(tmp_path / "served") as address:
        root = address + place
        seen, ahead = set(), [root]

        while ahead:
            url = ahead.pop()

            with urllib.request.urlopen(url, timeout=LIMIT) as response:
                body, kind = response.read(), response.headers.get_content_type()
                here = response.url

            extension = "html" if here.endswith("/") else here.rpartition(".")[2]
            assert kind == TYPES.get(extension, kind), url

            if kind == "text/html":
                links = [urljoin(here, link) for link in Page(body.decode()).links]
                ours = {link.partition("#")[0] for link in links}
                ours = {link for link in ours if link.startswith(root)} - seen
                seen |= ours
                ahead += sorted(ours)

    assert len(seen) > 60


@needs_chromium
def test_the_links_at_the_top_keep_apart_on_a_phone(app, browser, folder):
    freeze_well(app, folder)

    with served(folder) as address:
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.goto(address)
        boxes = [link.bounding_box() for link in page.locator(".masthead nav a").all()]
        page.close()

    first, second = boxes
    assert second["x"] - first["x"] - first["width"] > 10


def test_links_may_lead_to_files(blog, folder):
    freeze_well(blog, folder, "--without-server")
    assert check_links(folder)
    text = find_page(folder, "1")
    assert 'href="../tags/index.html"' in text
    assert f'href="{URL}/1-sourdough/"' in text


def test_the_page_for_what_is_missing_is_the_same_anywhere(blog, folder):
    freeze_well(blog, folder)
    text = read(folder, "404.html")
    assert 'href="/x/"' in text and "Nothing here" in text
    assert re.search(r'href="/x/static/style\.\w+\.css"', text)


def test_feeds_have_whole_addresses(blog, folder, monkeypatch):
    monkeypatch.setattr("flaskr.views.feeds.PAGE_SIZE", 2)
    freeze_well(blog, folder)
    first, tea = read(folder, "feed.atom"), read(folder, "tag/tea/feed.json")
    assert (
        f'<link rel="self" type="application/atom+xml" href="{URL}/feed.atom"/>'
        in first
    )
    assert re.search(
        rf'rel="next" type="application/atom\+xml" href="{URL}/page/', first
    )
    assert f"{URL}/image/" in tea and "http://localhost" not in first + tea
    assert f"{URL}/1-sourdough/" in read(folder, "sitemap.xml")
    assert f"Sitemap: {URL}/sitemap.xml" in read(folder, "robots.txt")


def test_the_address_is_that_of_the_settings(create_ready_app, people, folder):
    database, _cookies = people()
    config = {"TESTING": True, "SITE_URL": "https://example.com/blog"}
    app = create_ready_app(database, config)
    freeze_well(app, folder, url=None)
    assert check_links(folder, "https://example.com/blog")
    assert "https://example.com/blog/" in read(folder, "sitemap.xml")
    freeze_well(app, folder)
    assert check_links(folder)
    assert "example.com" not in read(folder, "sitemap.xml")


def test_without_an_address_nothing_is_written(app, folder):
    assert "Set SITE_URL" in refuse(app, folder, url=None)

    for url in ("blog.example", "ftp://a.example", "https://", "https://a@b.example"):
        assert "is no address of a site" in refuse(app, folder, url=url)

    for url in ("https://a.example/?x", "https://[a", "https://a.example:0"):
        assert "is no address of a site" in refuse(app, folder, url=url)

    assert not folder.exists()


# Again


def stat_all(folder):
    return {
        name: ((folder / name).stat().st_mtime_ns, (folder / name).stat().st_ino)
        for name in list_files(folder)
    }


def test_a_second_run_writes_nothing(blog, folder):
    freeze_well(blog, folder)
    before = stat_all(folder)
    said = freeze_well(blog, folder)
    assert said == f"{len(before)} files, 0 written, 0 removed"
    assert stat_all(folder) == before
    assert os.listdir(folder / STATE).count("journal") == 0


def test_only_what_has_changed_is_written(blog, alice, folder):
    freeze_well(blog, folder)
    before = stat_all(folder)
    alice.post("/5/update", data={"title": "Post 5", "body": "Other.", "tags": "茶"})
    said = freeze_well(blog, folder)
    after = stat_all(folder)
    changed = {name for name in after if after[name] != before.get(name)}
    assert "5-post-5/index.html" in changed and "index.html" not in changed
    assert "1-sourdough/index.html" not in changed
    # Nothing has the tag any more.
    assert not (folder / "tag/tag5").exists()
    removed = len(before.keys() - after.keys())
    assert said == f"{len(after)} files, {len(changed)} written, {removed} removed"
    assert check_links(folder)


def test_a_deleted_post_goes(blog, alice, folder):
    freeze_well(blog, folder)
    alice.post("/2/delete")
    freeze_well(blog, folder)
    assert check_links(folder)
    assert not list(folder.glob("2-*")) and not (folder / "2").exists()
    # What linked to it does no more.
    assert "<a>Tea</a>" in find_page(folder, "1")
    assert "0 written, 0 removed" in freeze_well(blog, folder)


def test_a_link_that_led_nowhere_leads_to_a_new_post(app, alice, folder):
    write(alice, "First", "See [this](/2).")
    freeze_well(app, folder)
    assert "<a>this</a>" in find_page(folder, "1")
    write(alice, "Second")
    freeze_well(app, folder)
    assert '<a href="../2/"' in find_page(folder, "1")
    assert check_links(folder)


def test_files_of_others_stay(blog, alice, folder):
    freeze_well(blog, folder)
    (folder / "CNAME").write_text("frozen.example")
    (folder / "2" / "mine.txt").write_text("mine")
    name = next(folder.glob("2-*")).name
    (folder / name / "index.html").write_text("changed by hand")
    alice.post("/2/delete")
    said = freeze_well(blog, folder)
    assert said.endswith(
        f"Left there, since somebody has changed them: {name}/index.html"
    )
    assert read(folder, "CNAME") == "frozen.example"
    assert read(folder, "2/mine.txt") == "mine"
    assert not (folder / "2/index.html").exists()


def test_what_was_changed_by_hand_is_written_again(app, alice, folder):
    write(alice, "First")
    freeze_well(app, folder)
    before = read(folder, "index.html")
    (folder / "index.html").write_text("changed by hand")
    assert ", 1 written" in freeze_well(app, folder)
    assert read(folder, "index.html") == before


def test_a_folder_with_other_files_is_refused(app, folder):
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    assert "has other files. Choose a new or an empty folder" in refuse(app, folder)
    assert os.listdir(folder) == ["letter.txt"]
    assert "There is no folder" in refuse(app, folder / "letter.txt" / "x")
    assert "exists" in refuse(app, folder / "letter.txt")
    assert "There is no folder" in refuse(app, folder / "no" / "such")


def test_an_empty_folder_is_taken(app, folder):
    folder.mkdir()
    freeze_well(app, folder)


def test_a_file_in_the_place_of_one_is_not_replaced(app, alice, folder):
    freeze_well(app, folder)
    (folder / "1-first").mkdir()
    (folder / "1-first" / "index.html").write_text("mine")
    write(alice, "First")
    said = refuse(app, folder)
    assert "1-first/index.html was not written by this command" in said
    assert read(folder, "1-first/index.html") == "mine"
    (folder / "1-first" / "index.html").unlink()
    freeze_well(app, folder)
    assert check_links(folder)


def test_links_of_the_disk_are_not_followed(app, alice, folder, tmp_path):
    freeze_well(app, folder)
    other = tmp_path / "other"
    other.mkdir()
    (folder / "1-first").symlink_to(other)
    write(alice, "First")
    assert "is no folder of this command's" in refuse(app, folder)
    assert not os.listdir(other)
    (folder / "1-first").unlink()
    freeze_well(app, folder)
    (folder / "1-first").rename(other / "1-first")
    (folder / "1-first").symlink_to(other / "1-first")
    alice.post("/1/delete")
    freeze_well(app, folder)
    assert os.listdir(other / "1-first") == ["index.html"]


def test_a_list_of_files_names_none_elsewhere(app, folder, tmp_path):
    freeze_well(app, folder)
    (tmp_path / "mine.txt").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    with open(folder / STATE / "manifest", "a") as file:
        for name in ("../mine.txt", str(tmp_path / "mine.txt"), "x/../../mine.txt"):
            file.write(f"{empty}  {name}\n")

        file.write("no hash\n")

    freeze_well(app, folder)
    assert (tmp_path / "mine.txt").exists()


def test_two_at_once_are_refused(app, folder):
    freeze_well(app, folder)

    with locked(folder / STATE):
        assert "Another one is writing" in refuse(app, folder)

    freeze_well(app, folder)


KILLED = """
import os, signal, sys
from flaskr import create_app
from flaskr.freezing import folder

replace, left = os.replace, [int(sys.argv[1])]

def end(source, target):
    left[0] -= folder.STATE in str(source)

    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

    replace(source, target)

folder.os.replace = end
create_app().test_cli_runner().invoke(args=["freeze", *sys.argv[2:]])
"""


@pytest.mark.parametrize("number", [1, 30])
def test_a_run_that_was_killed_is_made_good(blog, folder, number):
    command = [sys.executable, "-c", KILLED, str(number), "--url", URL, str(folder)]
    names = {
        "FLASKR_DATABASE": blog.config["DATABASE"],
        "FLASKR_INSTANCE_PATH": blog.instance_path,
    }
    done = subprocess.run(
        command, env={**os.environ, **names}, capture_output=True, timeout=LIMIT
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (folder / STATE / "partial").exists()
    assert len(list_files(folder)) == number - 1
    freeze_well(blog, folder)
    assert check_links(folder)
    assert sorted(os.listdir(folder / STATE)) == ["dead", "lock", "manifest"]


def test_what_a_run_that_was_killed_was_writing_goes(app, folder):
    freeze_well(app, folder)
    (folder / STATE / "partial").touch()
    freeze_well(app, folder)
    assert not (folder / STATE / "partial").exists()


def test_an_error_of_the_blog_ends_it(blog, folder, monkeypatch):
    freeze_well(blog, folder)
    before = list_files(folder)
    blog.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(blog.view_functions, "tags.index", lambda: 1 / 0)
    said = refuse(blog, folder)
    assert "The blog answers 500 for /tags" in said
    assert list_files(folder) == before


# Names


def test_what_is_no_address_is_elsewhere(app):
    site = Site(Names(app), "https://a.example", URL)

    for link in ("https://[a", "https://a.example.evil/", f"{URL}y", "mailto:a@b"):
        assert site.find(link, "/") is None


def test_each_address_has_a_file_of_its_own(app):
    names = Names(app)
    addresses = [
        *("/", "/tags", "/tag/index.html", "/tag/x/index.html", "/tag/index~x2ehtml"),
        *("/tag/INDEX.HTML", "/tag/a%3Fb", "/tag/a~x3fb", "/tag/a?b=c", "/tag/a?b=d"),
        *("/?older=2026-01-01+10:00:00_5", "/?older-2026-01-01-10-00-00_5"),
        *("/?newer=2026-01-01+10:00:00_5", "/?older=2026-01-01+10:00:00.25_5"),
        *(
            "/tag/older/2026-01-01",
            f"/tag/{'x' * 300}",
            f"/tag/{'x' * 301}",
            "/tag/..x",
        ),
        *(f"/tag/{'x/' * 900}", f"/tag/{'x/' * 901}", "/tag/a.", "/tag/feed.atom"),
        *("/tag/a/feed.atom", "/feed.atom", "/feed.atom?older=1", "/tag/page/older"),
        *("/?within=", "/?a=b&c=d", "/?a=%E8%8C%B6", "/1-x/comments", "/tag/%E8%8C%B6"),
        *("/tag/a//b", "/tag/a/b"),
    ]
    files = {address: names.find(address) for address in addresses}
    assert len(set(files.values())) == len(addresses)

    for name in files.values():
        parts = name.split("/")
        assert all(0 < len(part.encode()) <= 255 for part in parts)
        assert not {"", ".", ".."} & set(parts) and len(name.encode()) < 1300
        # A folder is never a file.
        assert parts[-1] == "index.html" or parts[-1] == "feed.atom"
        assert "index.html" not in parts[:-1]

    older = files["/?older=2026-01-01+10:00:00_5"]
    assert older == "page/older-2026-01-01-10-00-00_5/index.html"
    assert files["/?newer=2026-01-01+10:00:00_5"] != older


def test_old_addresses_lead_on_to_posts(app, blog, folder):
    old = ["/2020/01/hello", "/2020/01/01/a.html", "/旧/绿茶", "/404.html", "/?p=7"]

    with app.app_context(), transaction() as db:
        for path in old:
            db.execute("INSERT INTO old_address (path, post_id) VALUES (?, 1)", (path,))

        db.execute("INSERT INTO old_address (path, post_id) VALUES ('/no', 999)")

    freeze_well(app, folder)

    for name in (
        "2020/01/hello/index.html",
        "2020/01/01/a.html/index.html",
        "旧/绿茶/index.html",
    ):
        assert "1-sourdough" in read(folder, name)

    assert "1-sourdough" not in read(folder, "404.html").partition("<title>")[2][:80]
    assert "sourdough" not in read(folder, "404.html").lower()
    assert not (folder / "no").exists()


def test_a_title_is_no_markup_for_search_engines(app, alice, folder):
    publish(alice, f"{URL}#</script><h1>EVIL</h1>")
    freeze_well(app, folder)
    assert not any(
        b"</script><h1>EVIL" in path.read_bytes() for path in folder.rglob("*.html")
    )


def test_a_folder_in_none_is_told(app, tmp_path):
    assert "There is no folder" in refuse(app, tmp_path / "no" / "public")
