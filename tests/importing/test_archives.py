"""What every reader can give, whatever wrote it, and what becomes of that."""

from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from io import BytesIO
from types import SimpleNamespace

import pytest

from flaskr.data import imports
from flaskr.importing import dates
from flaskr.importing import media
from flaskr.importing import opening
from flaskr.importing.people import People
from flaskr.importing.records import Author
from flaskr.importing.records import Comment
from flaskr.importing.records import NotReadable
from flaskr.importing.records import Post
from flaskr.importing.records import State
from flaskr.importing.report import Report

from ..conftest import rows
from .test_import import picture
from .test_wordpress import find_names
from .test_wordpress import read_posts

CREATED = datetime(2019, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))


class Archive:
    """An archive of posts that are given, and of some files by their references."""

    def __init__(self, posts, files, address=""):
        self.posts, self.files, self.address = posts, files, address
        self.asked = []

    def read_authors(self):
        yield Author("jane", "Jane Doe", "jane@old.example")

    def read(self):
        yield from self.posts

    def open_media(self, reference):
        self.asked.append(reference)

        if self.files.get(reference) is None and reference in self.files:
            raise NotReadable(f"{reference} is damaged.")

        return BytesIO(self.files[reference]) if reference in self.files else None


@pytest.fixture
def take_posts(take, tmp_path, monkeypatch):
    """Import posts from an archive of their own; gives what is said, and the report."""

    def take_posts(*posts, files=(), address="", options=()):
        archive = Archive(posts, dict(files), address)

        @contextmanager
        def open_archive(path, *options):
            yield archive

        reader = SimpleNamespace(
            NAME="blogger", matches=lambda path: True, open_archive=open_archive
        )
        monkeypatch.setattr(opening, "READERS", (reader,))
        return take(tmp_path, *options)

    return take_posts


def post(key="a", markdown="text", **options):
    fields = {"title": "A title", "state": State.PUBLIC, "created": CREATED}
    return Post(key=key, markdown=markdown, **(fields | options))


KEPT = (
    "`[c](b.html)` ``x ` y`` `unclosed\n\n```\n[d](/b.html)\n~~~\n```\n\n"
    "> ````md\n> ```\n> [d](/b.html)\n> ````\n\n![](data:image/png;base64,x) [f]()"
    " [k](#part) [l](c.html) [m](https://o.example/?a=1&amp;b=2) (b.html) ]"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\n[a](b.html) [b]: x", "# Title\n\n[a](/2-a-title) [b]: x"),
        ("[ref]: /b.html\n[x]: <c.html>", "[ref]: /2-a-title\n[x]: c.html"),
        (
            '[e](<b.html> "t") [[i](b.html)](x)',
            '[e](/2-a-title "t") [[i](/2-a-title)](x)',
        ),
        ("[g](b.html#part) [h](\\b.html)", "[g](/2-a-title#part) [h](\\b.html)"),
        ("[n](c.html)\n\n~~~\n[x](b.html)", "[n](c.html)\n\n~~~\n[x](b.html)"),
        ("\\[h](b.html)", "\\[h](/2-a-title)"),
        (KEPT, KEPT),
    ],
)
def test_markdown_gets_new_links_and_stays_what_it_is(app, take_posts, text, expected):
    posts = [post("a", text, addresses=("/a.html",)), post("b", addresses=("/b.html",))]
    take_posts(*posts)
    assert read_posts(app)[0]["body"] == expected


def test_images_come_from_the_archive_as_texts_refer_to_them(app, take_posts):
    text = "![a](images/a.png) ![b](</my images/b.png>) ![c](gone.png)"
    files = {"images/a.png": picture(), "/my images/b.png": picture("blue")}
    _, report = take_posts(post("a", text, addresses=("/2019/a/",)), files=files)
    body = read_posts(app)[0]["body"]
    assert body.count("](/image/") == 2
    assert body.endswith("![c](gone.png)")
    assert len(find_names(report, "left", "it was not in what")) == 1


def test_what_is_left_keeps_the_address_that_it_had(app, take_posts):
    text = "![a](a.png) [b](../c.pdf)"
    where = {"addresses": ("/2019/a/",)}
    _, report = take_posts(post("a", text, **where), address="https://old.example")
    old = "https://old.example/2019"
    assert read_posts(app)[0]["body"] == f"![a]({old}/a/a.png) [b]({old}/c.pdf)"
    assert find_names(report, "left", "only images") == [f"{old}/c.pdf"]


def test_an_old_blog_that_nobody_knows_is_shown_nowhere(app, take_posts):
    body = (
        '<p><img src="/a.png"> <a href="/b.pdf">b</a></p><video src="/c.mp4"></video>'
    )
    said = [Comment("1", "", Author("", "Bob"), CREATED, '<iframe src="/d"></iframe>')]
    some = Post("a", "A", State.PUBLIC, CREATED, html=body, comments=tuple(said))
    said, report = take_posts(some, options=["--fetch"])
    assert "nobody knows where that is; --address URL says it (/a.png)" in said
    assert "only images are taken; the text leads there (/b.pdf; /c.mp4)" in said
    found = rows(app, "SELECT body FROM post UNION ALL SELECT body FROM comment")
    assert "/c.mp4" in found[0]["body"]
    assert "invalid" not in f"{found}{said}{report}"


def test_an_address_with_spaces_is_written_as_urls_are(app, take_posts):
    take_posts(post("a", "![a](<a b.png>)"), address="https://old.example")
    assert read_posts(app)[0]["body"] == "![a](<https://old.example/a%20b.png>)"


def test_the_address_can_be_given(app, take_posts):
    text = "[x](https://old.example/blog/b/) ![y](y.png)"
    posts = [
        post("a", text, addresses=("/blog/a/",)),
        post("b", addresses=("/blog/b/",)),
    ]
    take_posts(*posts, options=["--address", "https://old.example/blog"])
    assert read_posts(app)[0]["body"] == (
        "[x](/2-a-title) ![y](https://old.example/blog/a/y.png)"
    )


def test_a_text_has_one_author_here(app, take_posts):
    _, report = take_posts(post(authors=("jane", "bob")))
    assert find_names(report, "changed", "it has one author here") == ["A title"]
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "Jane Doe"}]


def test_a_cover_without_a_name_comes_first(app, take_posts):
    take_posts(post(cover="https://cdn.example/", cover_alt="x"))
    assert read_posts(app)[0]["body"] == "![x](https://cdn.example/)\n\ntext"


def test_markdown_that_is_too_long_is_left(app, take_posts):
    _, report = take_posts(post("a", "x" * 2_000_001), post("b", "x" * 200_001))
    assert len(find_names(report, "left", "The text ")) == 2
    assert read_posts(app) == []


def test_drafts_of_the_future_are_of_today(app, take_posts):
    later = datetime.now(CREATED.tzinfo) + timedelta(days=9)
    take_posts(post(state=State.DRAFT, created=later))
    (draft,) = read_posts(app)
    assert draft["created"] == draft["drafted"] < later.isoformat()
    assert draft["due"] is None


def test_captions_with_links_or_too_many_words_stay_below(app, take_posts):
    figure = "<figure><img src='https://c.example/{}.png'><figcaption>{}</figcaption></figure>"
    linked = figure.format("a", "by <a href='https://d.example'>D</a>")
    html = linked + figure.format("b", "x" * 301) + figure.format("c", 'a "b" | c')
    take_posts(post(markdown="", html=html))
    assert read_posts(app)[0]["body"] == (
        "![](https://c.example/a.png)\n\nby [D](https://d.example)\n\n"
        f"![](https://c.example/b.png)\n\n{'x' * 301}\n\n"
        '![](https://c.example/c.png "a \\"b\\" \\| c")'
    )


def test_an_address_of_no_post_is_no_link_to_one(app, take_posts):
    take_posts(post("a", "[x](http://[) ![y](http://[)", addresses=("http://[",)))
    assert read_posts(app)[0]["body"] == "[x](http://[) ![y](http://[)"


def test_comments_belong_to_their_own_post(app, take_posts):
    comment = Comment("1", "", Author("", "Anna"), CREATED, "<p>said</p>")
    take_posts(post("a", comments=(comment,)), post("b", comments=(comment,)))
    found = rows(app, "SELECT post_id FROM comment ORDER BY id")
    assert [row["post_id"] for row in found] == [1, 2]


def test_an_image_of_somebody_who_left_meanwhile_keeps_its_address(
    app, take_posts, monkeypatch
):
    monkeypatch.setattr("flaskr.data.images.add", lambda *args: None)
    take_posts(post("a", "![a](a.png)"), files={"a.png": picture()})
    assert read_posts(app)[0]["body"] == "![a](a.png)"


def test_a_comment_that_another_import_wrote_is_not_written_again(app, take_posts):
    comment = Comment("1", "", Author("", "Anna"), CREATED, "<p>said</p>")
    take_posts(post("a", comments=(comment,)))
    known = imports.find_texts

    with app.app_context():
        row = rows(app, "SELECT digest FROM imported_text WHERE comment_id = 1")[0]
        made = imports.Comment(row["digest"], "", 1, "2019-05-01 12:00:00", "x", None)
        assert imports.write_comments(1, [made]) == 0
        assert known([row["digest"]])[row["digest"]].is_written


def test_somebody_whom_another_import_added_is_the_same(app, take_posts):
    take_posts(post(authors=("jane",)))

    with app.app_context():
        digest = rows(app, "SELECT digest FROM imported_person")[0]["digest"]
        assert imports.add_person(digest, "Another", "author") == 1


def test_names_that_are_taken_are_taken_in_a_trial_run_too(app, alice):
    with app.app_context():
        people = People("x", (), {}, Report(), is_dry=True)
        people.find_commenter(Author("", "Alice"))
        people.find_commenter(Author("", "alice", "other"))
        assert people.taken == {"alice 2", "alice 3"}


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+14:00", "1800-01-01", "9999-12-31T23:59:59-10:00", "x"],
)
def test_times_that_no_post_has_are_none(text):
    assert dates.parse(text) is None


def test_a_damaged_image_is_left_and_the_rest_is_taken(app, take_posts):
    text = "![a](/broken.png)\n\n![b](/whole.png)"
    files = {"/broken.png": None, "/whole.png": picture()}
    _, report = take_posts(post("a", text), post("b"), files=files)
    assert report["taken"]["image"] == 1
    assert any("/broken.png is damaged." in group["why"] for group in report["left"])
    assert len(read_posts(app)) == 2


def test_comments_without_ids_are_known_by_what_they_say(app, take_posts):
    anna = Author("", "Anna")
    said = [Comment("", "", anna, CREATED, f"<p>{text}</p>") for text in ("A", "B")]
    posts = [post("a", comments=said), post("b", comments=said[:1])]

    for _ in range(2):
        take_posts(*posts)
        assert len(rows(app, "SELECT id FROM comment")) == 3


def test_a_disk_that_is_nearly_full_is_left_to_the_blog(
    app, take_posts, monkeypatch, tmp_path
):
    monkeypatch.setattr(media.db, "find_free_space", lambda: media.RESERVE)
    files = {"/whole.png": picture()}

    with pytest.raises(AssertionError, match="No space left on device"):
        take_posts(post("a", "![b](/whole.png)"), files=files)

    assert not rows(app, "SELECT id FROM image")


def test_a_title_moves_no_cursor(take_posts):
    said, _ = take_posts(post("a", title="\x1b]0;mine\x07 " + "x" * 300))
    assert "mine" in said
    assert "\x1b" not in said and "\x07" not in said
