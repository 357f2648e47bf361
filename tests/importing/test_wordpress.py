"""``flask --app flaskr import``: what WordPress exports."""

import pytest

from ..conftest import ago
from ..conftest import rows
from .archives import attachment
from .archives import author
from .archives import comment
from .archives import item
from .archives import meta
from .archives import tag
from .archives import write_wxr

JANE = author("jane", "Jane Doe")


@pytest.fixture
def wxr(tmp_path):
    """Write an export, in which Jane is an author."""

    def wxr(*items, **options):
        return write_wxr(tmp_path / "old.xml", *items, **{"head": JANE, **options})

    return wxr


def read_posts(app):
    return rows(app, "SELECT * FROM post ORDER BY id")


def find_names(report, part, why):
    """The names of what has a reason that begins so."""
    return [
        entry["name"]
        for group in report[part]
        if group["why"].startswith(why)
        for entry in group["items"]
    ]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_each_version_is_read(app, take, wxr, version, scheme):
    namespace = f"{scheme}://wordpress.org/export"
    said, report = take(wxr(item(7), version=version, namespace=namespace))
    assert "Taken: 1 person, 1 post." in said
    (post,) = read_posts(app)
    assert (post["title"], post["body"]) == ("A title", "A body.")
    assert post["created"] == "2019-05-01 12:00:00"
    assert report["taken"] == {"person": 1, "post": 1}


def test_an_export_without_authors_is_read_by_logins(app, take, wxr):
    take(wxr(item(7, creator="admin"), head="", version="1.0"))
    assert rows(app, 'SELECT username, role, password FROM "user"') == [
        {"username": "admin", "role": "author", "password": ""}
    ]


@pytest.mark.parametrize("version", ["", "2.0", "one"])
def test_another_version_is_refused(refuse, wxr, version):
    assert "version is" in refuse(wxr(item(7), version=version), "--from", "wordpress")


def test_posts_that_are_not_public_stay_so(app, take, wxr):
    statuses = ["draft", "pending", "private"]
    items = [item(n, status, status=status) for n, status in enumerate(statuses, 1)]
    secret = item(4, "secret", post_password="x")
    _, report = take(wxr(*items, secret, item(5, "bin", status="trash")))
    posts = read_posts(app)
    assert [post["title"] for post in posts] == [*statuses, "secret"]
    assert all(post["drafted"] == post["created"] for post in posts)
    assert app.test_client().get("/").text.count("<article") == 0
    assert find_names(report, "changed", "it was not for all") == ["private"]
    assert find_names(report, "changed", "it had a password") == ["secret"]
    assert find_names(report, "changed", "it waited for review") == ["pending"]
    assert find_names(report, "left", "it was deleted there") == ["bin"]


def test_a_post_of_the_future_is_scheduled(app, take, wxr):
    later = ago(days=-40)
    take(wxr(item(1, status="future", post_date_gmt=later, post_date=later)))
    (post,) = read_posts(app)
    assert post["due"] == later
    assert post["drafted"] == post["created"] < later


def test_drafts_have_the_time_of_their_last_change(app, take, wxr):
    zeros = "0000-00-00 00:00:00"
    draft = {"post_date_gmt": zeros, "post_date": zeros, "status": "draft"}
    changed = item(2, post_modified="2020-02-02 04:00:00", **draft)
    never = item(3, published="Wed, 30 Nov -0001 00:00:00 +0000", **draft)
    # On no calendar.
    odd = item(4, post_date_gmt="2019-02-30 01:00:00", post_date="2019-02-30 03:00:00")
    take(wxr(item(1), changed, never, odd))
    _, second, third, fourth = read_posts(app)
    assert fourth["created"] == "2019-05-01 12:00:00"
    # The clock of the blog is two hours before UTC.
    assert second["created"] == "2020-02-02 02:00:00"
    assert third["created"] > ago(minutes=5)


def test_what_changed_later_says_so(app, take, wxr):
    first = item(1, post_modified_gmt="2020-01-01 00:00:00")
    second = item(2, post_modified_gmt="2001-01-01 00:00:00")
    take(wxr(first, second))
    assert [p["updated"] for p in read_posts(app)] == ["2020-01-01 00:00:00", None]


def test_pages_become_pages(app, take, wxr):
    _, report = take(wxr(item(1, "About", post_type="page")))
    (post,) = read_posts(app)
    assert post["page"] and post["comments_closed"] == post["page"]
    assert report["taken"]["page"] == 1
    assert "About" not in app.test_client().get("/").text
    assert app.test_client().get("/1-about").status_code == 200


def test_what_is_no_post_is_named(take, wxr):
    menu = item(1, "Home", post_type="nav_menu_item")
    copies = item(2, "Copy", post_type="page", status="auto-draft")
    file = attachment(3, "https://old.example/a.png")
    _, report = take(wxr(menu, copies, file))
    assert report["taken"] == {}
    found = {
        entry["kind"]: entry["name"] for g in report["left"] for entry in g["items"]
    }
    assert found == {
        "menu item": "Home",
        "page": "Copy",
        "file": "https://old.example/a.png",
    }


def test_posts_need_neither_number_nor_address(app, take, wxr):
    old = meta("_wp_old_slug", "old") + meta("_wp_old_slug", "")
    bare = f"<item><title>Bare</title><link></link><guid></guid>{old}</item>"
    nothing = f"<item><title>Nothing</title>{old}</item>"
    take(wxr(bare, nothing, item(3, link="https://old.example/?p=3", more=old)))
    titles = [post["title"] for post in read_posts(app)]
    assert titles == ["Bare", "Nothing", "A title"]
    paths = rows(app, "SELECT path FROM old_address")
    assert [row["path"] for row in paths] == ["/?p=3"]


def test_titles_lose_their_html(app, take, wxr):
    take(wxr(item(1, "Tea &#8211; <em>hot</em> &amp; 中文")))
    assert read_posts(app)[0]["title"] == "Tea – hot & 中文"


def test_categories_and_tags_are_tags(app, take, wxr):
    tags = (
        tag("Tea", "category") + tag("hot drinks") + tag("Tea") + tag("Uncategorized")
    )
    others = tag("aside", "post_format") + "<category>中文</category>"
    take(wxr(item(1, more=tags + others)))
    found = rows(app, "SELECT name FROM tag ORDER BY id")
    assert [row["name"] for row in found] == ["Tea", "hot drinks", "中文"]


def test_tags_that_posts_cannot_have_are_changed_and_named(app, take, wxr):
    many = "".join(tag(f"tag {n}") for n in range(25))
    long = tag("x" * 60) + tag("Rome, Italy") + tag("\u202e")
    _, report = take(wxr(item(1, "Many", more=many), item(2, "Long", more=long)))
    assert len(find_names(report, "changed", "its tags are")) == 2
    names = [row["name"] for row in rows(app, "SELECT name FROM tag ORDER BY id")]
    assert names == [*(f"tag {n}" for n in range(20)), "x" * 50, "Rome Italy"]


def test_comments_keep_their_threads(app, take, wxr):
    of_post = [
        comment(5, "reply to the reply", parent=3, name="Cem", day=5),
        comment(3, "reply", parent=2, name="Bob", day=4),
        comment(4, "later", day=8),
        comment(2, "first", day=3),
        comment(6, "answers what is missing", parent=99, day=9),
    ]
    said, _ = take(wxr(item(1, "One", more="".join(of_post))))
    answered = "it answered an answer, and stands below the first of its thread"
    assert f"Changed: 1 comment: {answered} (One)" in said
    begins = "what it answered is not taken or is later, and it begins a thread"
    assert f"Changed: 1 comment: {begins} (One)" in said
    found = rows(app, "SELECT * FROM comment ORDER BY thread_id, id")
    assert [row["body"] for row in found] == [
        *("first", "reply", "reply to the reply", "later", "answers what is missing")
    ]
    assert [row["parent_id"] for row in found] == [None, 1, 1, None, None]
    assert found[0]["created"] == "2019-05-03 12:00:00"


def test_comments_that_answer_each_other_are_a_thread(app, take, wxr):
    circle = [comment(1, "a", parent=2, day=4), comment(2, "b", parent=1, day=3)]
    beside = [comment(3, "c", parent=1, day=5), comment(4, "d", parent=4, day=6)]
    take(wxr(item(1, more="".join(circle + beside))))
    found = rows(app, "SELECT body, parent_id FROM comment ORDER BY thread_id, id")
    assert [row["body"] for row in found] == ["b", "a", "c", "d"]
    assert [row["parent_id"] for row in found] == [None, 1, 1, None]


def test_comments_that_readers_did_not_see_are_left(app, take, wxr):
    states = ["0", "spam", "trash", "odd"]
    of_post = [comment(n, state, approved=state) for n, state in enumerate(states, 1)]
    of_post += [comment(5, "ping", kind="pingback"), comment(6, "seen", kind="comment")]
    _, report = take(wxr(item(1, "Post", more="".join(of_post))))
    assert [row["body"] for row in rows(app, "SELECT body FROM comment")] == ["seen"]
    assert sum(group["number"] for group in report["left"]) == 5


def test_commenters_are_readers_and_authors_themselves(app, take, wxr):
    of_post = [comment(1, "mine", name="Me", user=1), comment(2, "a"), comment(3, "b")]
    take(wxr(item(1, more="".join(of_post))))
    people = rows(app, 'SELECT username, role, password FROM "user" ORDER BY id')
    assert [(p["username"], p["role"]) for p in people] == [
        ("Jane Doe", "author"),
        ("Anna", "reader"),
    ]
    assert {p["password"] for p in people} == {""}
    written = rows(app, "SELECT author_id FROM comment ORDER BY id")
    assert [row["author_id"] for row in written] == [1, 2, 2]


def test_addresses_of_commenters_are_in_no_table(app, databases, take, wxr):
    take(wxr(item(1, more=comment(1, "Hello"))))
    kept = str([rows(app, f'SELECT * FROM "{t}"') for t in databases.list_tables(app)])
    assert "Hello" in kept
    assert "mail.example" not in kept and "192.0.2.7" not in kept


def test_classic_texts_get_paragraphs(app, take, wxr):
    body = (
        "One\r\nline\n\nTwo\n<pre>x\n\n  y</pre>\n<ul>\n<li>a</li>\n</ul>\n"
        "<blockquote>said\nso</blockquote>\nend<!--more-->"
    )
    take(wxr(item(1, body=body)))
    assert read_posts(app)[0]["body"] == (
        "One\nline\n\nTwo\n\n```\nx\n\n  y\n```\n\n- a\n\n> said\n> so\n\nend"
    )


def test_blocks_leave_no_trace(app, take, wxr):
    body = (
        '<!-- wp:heading {"level":3} -->\n<h3>Title</h3>\n<!-- /wp:heading -->\n\n'
        "<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->\n\n"
        '<!-- wp:core/latest-posts {"x":1} /-->\n<!-- wp:spacer /-->'
    )
    _, report = take(wxr(item(1, "Post", body)))
    assert read_posts(app)[0]["body"] == "### Title\n\nOne two"
    changed = find_names(report, "changed", "the block “latest-posts” is not taken")
    assert changed == ["Post"]


def test_shortcodes_become_what_they_stand_for(app, take, wxr):
    body = (
        '[caption id="x" width="300"]<img src="https://cdn.example/a.png" alt="A">'
        " Below &amp; so[/caption]\n\n"
        "[embed width=3]https://video.example/1[/embed]\n\n"
        '[audio mp3="https://old.example/a.mp3"][/audio] [video src="/v.mp4"]\n\n'
        '[code language="python"]if a < b:\n    pass[/code]\n\n'
        "[[gallery]] [sic] [contact-form id=3]\n\n[caption]no image[/caption]"
        '[caption caption="Said"]<img src="https://cdn.example/b.png" alt="B">'
        "[/caption]"
    )
    _, report = take(wxr(item(1, "Post", body)))
    assert read_posts(app)[0]["body"] == (
        '![A](https://cdn.example/a.png "Below & so")\n\n'
        "<https://video.example/1>\n\n<https://old.example/a.mp3>\n\n"
        "[/v.mp4](https://old.example/v.mp4)\n\n```python\nif a < b:\n    pass\n```\n\n"
        "[gallery] [sic] [contact-form id=3\\]\n\nno image\n\n"
        '![B](https://cdn.example/b.png "Said")'
    )
    assert find_names(report, "changed", "the shortcode “contact-form”") == ["Post"]
    assert find_names(report, "left", "only images") == [
        *("https://old.example/a.mp3", "https://old.example/v.mp4")
    ]


def test_galleries_have_their_images(app, take, wxr):
    files = [
        attachment(n, f"https://old.example/{n}.png", f"file {n}", parent=1, caption=c)
        for n, c in [(11, "Below"), (12, "")]
    ]
    own, named = item(1, body="[gallery]"), item(2, body='[gallery ids="12,99"]')
    take(wxr(own, named, *files))
    first, second = read_posts(app)
    assert first["body"] == (
        '![file 11](https://old.example/11.png "Below")\n\n'
        "![file 12](https://old.example/12.png)"
    )
    assert second["body"] == "![file 12](https://old.example/12.png)"


def test_the_cover_comes_first(app, take, wxr):
    file = attachment(11, "https://old.example/a.png", "A [nice] one")
    body = '<p>x <img src="https://old.example/a-30x40.png"></p>'
    shown = item(1, more=meta("_thumbnail_id", "11"))
    in_text = item(2, body=body, more=meta("_thumbnail_id", "11"))
    gone = item(3, more=meta("_thumbnail_id", "99"))
    take(wxr(shown, in_text, gone, file))
    bodies = [post["body"] for post in read_posts(app)]
    assert bodies[0] == "![A \\[nice\\] one](https://old.example/a.png)\n\nA body."
    assert bodies[1].count("a-30x40.png") == 1 and "A \\[nice" not in bodies[1]
    assert bodies[2] == "A body."


def test_frames_are_links(app, take, wxr):
    body = (
        '<p>x</p><iframe width="3" src="https://www.youtube.com/embed/dQw4w9WgXcQ?x=1">'
        '</iframe><iframe src="https://player.vimeo.com/video/12"></iframe>'
        "<iframe></iframe><p>y</p>"
    )
    take(wxr(item(1, body=body)))
    assert read_posts(app)[0]["body"] == (
        "x\n\n<https://www.youtube.com/watch?v=dQw4w9WgXcQ>\n\n<https://vimeo.com/12>"
        "\n\ny"
    )


def test_what_has_no_counterpart_is_named(take, wxr):
    _, report = take(wxr(item(1, "Post", is_sticky=1, excerpt="Short")))
    assert find_names(report, "changed", "it stood before all others") == ["Post"]
    assert find_names(report, "changed", "it had an excerpt") == ["Post"]
