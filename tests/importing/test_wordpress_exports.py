"""``flask --app flaskr import``: what WordPress wrote where it ran."""

import pytest

from flaskr.importing import wordpress_blocks
from flaskr.importing import wordpress_html

from ..conftest import rows
from .archives import attachment
from .archives import author
from .archives import cdata
from .archives import comment
from .archives import item
from .archives import meta
from .archives import tag
from .archives import write_wxr
from .test_wordpress import find_names
from .test_wordpress import read_posts

ZEROS = "0000-00-00 00:00:00"
NOTE = (
    '<sup data-fn="{0}" class="fn"><a href="#{0}" id="{0}-link">{1}</a></sup>'
)  # fmt: skip


@pytest.fixture
def wxr(tmp_path):
    return lambda *items, **options: write_wxr(tmp_path / "old.xml", *items, **options)


def block(id, text):
    return item(id, "Shared", text, post_type="wp_block")


def test_names_of_authors_have_their_signs(app, take, wxr):
    take(wxr(item(1), head=author("jane", "Jane &amp; Sons")))
    assert rows(app, 'SELECT username FROM "user"')[0]["username"] == "Jane & Sons"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The <html> tag and List<String>", "The <html> tag and List<String>"),
        ('One<br />two <span class="x">three</span><wbr>', "One two three"),
        ("<script>1</script> a &lt;b&gt; < c", "<script>1</script> a <b> < c"),
    ],
)
def test_titles_lose_only_the_tags_of_titles(app, take, wxr, old, new):
    take(wxr(item(1, old)))
    assert read_posts(app)[0]["title"] == new


def test_texts_that_share_a_number_are_each_taken(app, take, wxr):
    path = wxr(
        item(1, "One"),
        item(1, "Two", link="https://old.example/two/"),
        item(1, "Two", link="https://old.example/2/"),
        item(1, "1", link="https://old.example/two/"),
        item(2, "Three", link="https://old.example/?p=2", post_name="three"),
        item(2, "Four", link="https://old.example/?p=2", post_name="four"),
        item(2, "3", link="https://old.example/?p=2", post_name="three"),
        item(3, "", link=""),
        item(3, "", link=""),
    )
    _, report = take(path)
    titles = [post["title"] for post in read_posts(app)]
    assert titles == ["One", "Two", "Three", "Four", "A body."]
    assert find_names(report, "left", "it is there twice") == ["Two", "1", "3", "3"]
    _, report = take(path)
    assert report["taken"] == {}
    assert report["taken_before"] == {"post": 5}


def test_drafts_have_the_zone_of_their_time(app, take, wxr):
    summer = {
        "post_date": "2022-07-01 14:00:00",
        "post_date_gmt": "2022-07-01 12:00:00",
    }
    winter = {
        "post_date": "2022-12-01 13:00:00",
        "post_date_gmt": "2022-12-01 12:00:00",
    }
    draft = {"post_date_gmt": ZEROS, "status": "draft"}
    own = {
        "post_modified": "2022-12-10 20:00:00",
        "post_modified_gmt": "2022-12-10 12:00:00",
    }
    take(
        wxr(
            item(1, post_date="2022-12-10 20:00:00", **draft, **own),
            item(2, **winter),
            item(3, **summer),
            item(4, post_date="2022-12-02 08:00:00", **draft),
            item(5, post_date="2022-06-30 08:00:00", **draft),
        )
    )
    created = [post["created"] for post in read_posts(app)]
    assert created[0] == "2022-12-10 12:00:00"
    assert created[3:] == ["2022-12-02 07:00:00", "2022-06-30 06:00:00"]


def test_a_clock_that_nobody_knows_says_utc(app, take, wxr):
    take(wxr(item(1, status="draft", post_date_gmt=ZEROS)))
    assert read_posts(app)[0]["created"] == "2019-05-01 14:00:00"


def test_galleries_are_in_their_order(app, take, wxr):
    options = {"11": 2, "12": 1, "13": "x"}
    files = [
        attachment(n, f"https://old.example/{n}.png", parent=1).replace(
            "<wp:post_id>", f"<wp:menu_order>{order}</wp:menu_order><wp:post_id>"
        )
        for n, order in options.items()
    ]
    song = attachment(14, "https://old.example/14.mp3", parent=1)
    take(
        wxr(
            item(1, body="[gallery][playlist]"),
            item(2, body='a [gallery id="1" exclude="13"] b'),
            item(3, body='[playlist ids="14"]'),
            *(*files, song, files[0]),
        )
    )
    first, other, third = (post["body"] for post in read_posts(app))
    images = [f"![](https://old.example/{n}.png)" for n in (13, 12, 11)]
    link = "<https://old.example/14.mp3>"
    assert first.split("\n\n") == [*images, link]
    assert other.split("\n\n") == ["a", *images[1:], "b"]
    assert third == link


def test_images_that_an_export_does_not_list_are_named(take, wxr):
    posts = [
        item(1, "Own", "[gallery]"),
        item(2, "Named", '[gallery ids="8,9"]'),
        item(3, "Cover", more=meta("_thumbnail_id", "9")),
        item(4, "None", more=meta("_thumbnail_id", "0")),
    ]
    _, report = take(wxr(*posts, attachment(8, "https://cdn.example/8.png")))
    assert find_names(report, "changed", "its gallery has files") == ["Own", "Named"]
    assert find_names(report, "changed", "its image is not in") == ["Cover"]


@pytest.mark.parametrize("bound", ["MAX_GALLERIES", "MAX_SHOWN"])
def test_galleries_of_a_text_have_a_bound(app, monkeypatch, take, wxr, bound):
    monkeypatch.setattr(wordpress_html, bound, 1)
    file = attachment(8, "https://cdn.example/8.png", caption="x" * 200)
    _, report = take(wxr(item(1, body='[gallery ids="8"] a [gallery ids="8"]'), file))
    assert "[gallery" in read_posts(app)[0]["body"]
    (said,) = [row["why"] for row in report["changed"] if "too much" in row["why"]]
    assert said == "a gallery is too much for a text, and stays as it is"


def test_captions_of_galleries_are_html(app, take, wxr):
    file = attachment(
        8, "https://cdn.example/8.png", caption="A <em>red</em> &amp; one"
    )
    take(wxr(item(1, body='[gallery ids="8"]'), file))
    assert read_posts(app)[0]["body"] == '![](https://cdn.example/8.png "A red & one")'


def test_blocks_of_many_texts_are_shown_in_each(app, take, wxr):
    shown = '<p>a</p><!-- wp:block {"ref":7} /--><p>b</p>'
    inner = '<p>in</p><!-- wp:block {"ref":8} /--><!-- wp:core/block {"ref":7} /-->'
    _, report = take(
        wxr(
            item(1, "Both", shown),
            block(7, inner),
            block(8, "<p>deep</p>"),
            item(
                2, "Gone", '<p>x</p><!-- wp:block {"ref":99} /--><!-- wp:block {} /-->'
            ),
        )
    )
    bodies = [post["body"] for post in read_posts(app)]
    assert bodies == ["a\n\nin\n\ndeep\n\nb", "x"]
    assert find_names(report, "left", "it is taken where a text") == ["Shared"] * 2
    names = find_names(report, "changed", "the block “block” is not taken")
    # One that shows itself is there once.
    assert names == ["Both", "Gone"]


def test_blocks_within_each_other_have_a_bound(app, monkeypatch, take, wxr):
    monkeypatch.setattr(wordpress_blocks, "MAX_SHOWN", 1000)
    blocks = [
        block(n, f'{n}<!-- wp:block {{"ref":{n + 1}}} /-->' * 9) for n in range(9)
    ]
    long = block(9, "<p>x</p>" * 200)
    _, report = take(
        wxr(item(20, "Post", '<!-- wp:block {"ref":0} /-->'), *blocks, long)
    )
    assert len(read_posts(app)[0]["body"]) < 1000
    assert find_names(report, "changed", "the block “block” is not taken") == ["Post"]


def test_footnotes_are_footnotes(app, take, wxr):
    body = f"<p>One{NOTE.format('a-1', 1)} two{NOTE.format('b-2', 2)}</p>"
    notes = r'[{"content":"Note <em>1<\/em>","id":"a-1"},{"content":"Two","id":"b-2"}]'
    body = f"{body}<!-- wp:footnotes /-->"
    _, report = take(wxr(item(1, "Post", body, more=meta("footnotes", notes))))
    assert read_posts(app)[0]["body"] == (
        "One[^1] two[^2]\n\n[^1]: Note *1*\n\n[^2]: Two"
    )
    assert report["changed"] == []


@pytest.mark.usefixtures("no_garbage")
@pytest.mark.parametrize(
    "notes", ["", "x", "[1]", '[{"id":"z"}]', "[" * 99_999, "null"]
)
def test_footnotes_that_are_broken_are_named(app, take, wxr, notes):
    body = f"<p>One{NOTE.format('a-1', 1)}</p><!-- wp:footnotes /-->"
    _, report = take(wxr(item(1, "Post", body, more=meta("footnotes", notes))))
    assert read_posts(app)[0]["body"] == "One¹"
    assert find_names(report, "changed", "the block “footnotes”") == ["Post"]


def test_the_number_of_no_footnote_stays(app, take, wxr):
    body = f"<p>One{NOTE.format('c-3', 3)}<sup><a name='x'>2</a></sup></p>"
    notes = meta("footnotes", '[{"id":"a-1","content":"A"}]')
    take(wxr(item(1, "Post", body, more=notes)))
    assert read_posts(app)[0]["body"].startswith("One³²\n\n")


def test_a_link_to_a_file_has_no_second_one(app, take, wxr):
    button = '<a href="/doc.pdf" class="wp-block-file__button" download>Download</a>'
    take(wxr(item(1, body=f'<div><a href="/doc.pdf">doc</a>{button}</div>')))
    assert read_posts(app)[0]["body"] == "[doc](https://old.example/doc.pdf)"


def test_pages_of_files_are_the_files(app, take, wxr):
    file = attachment(8, "https://cdn.example/8.png", parent=1)
    image = '<img src="https://cdn.example/8-30x20.png" alt="A">'
    links = (
        f'<p><a href="https://old.example/?attachment_id=8">{image}</a></p>'
        '<p><a href="/2019/05/post-8/">page</a> <a href="http://[">x</a></p>'
    )
    _, report = take(wxr(item(1, body=links), file))
    assert read_posts(app)[0]["body"] == (
        "![A](https://cdn.example/8-30x20.png)\n\n[page](https://cdn.example/8.png) x"
    )
    for path in ("/2019/05/post-8/", "/?attachment_id=8"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.location) == (301, "/1-a-title")
    assert report["left"] == [
        group for group in report["left"] if group["items"][0]["kind"] == "image"
    ]


def test_files_that_no_text_shows_are_named(take, wxr):
    urls = [
        f"https://old.example/{n}" for n in ("a.png", "b-scaled.jpg", "中.png", "d.png")
    ]
    files = [
        attachment(n, url)
        for n, url in enumerate([*urls, "https://x.example/e.png"], 8)
    ]
    shown = '<img src="/b-1024x768.jpg"><img src="/%E4%B8%AD-3x4.png">'
    posts = [
        item(1, body=shown, more=meta("_thumbnail_id", "8")),
        item(2, body='<img src="/d.png">', status="trash"),
    ]
    _, report = take(wxr(*posts, *files))
    assert find_names(report, "left", "no text shows it") == [
        *("https://old.example/d.png", "https://x.example/e.png")
    ]


def test_comments_on_what_is_not_taken_are_counted(app, take, wxr):
    bin = item(1, "Bin", status="trash", more=comment(1, "a") + comment(2, "b"))
    book = item(2, "Book", post_type="book", more=comment(3, "c"))
    file = attachment(3, "https://old.example/a.png")
    file = file.replace("</item>", comment(4, "d") + "</item>")
    bare = file.replace("<title>a file</title>", "<title></title>")
    _, report = take(wxr(bin, book, file, bare))
    assert rows(app, "SELECT * FROM comment") == []
    assert find_names(report, "left", "its post is not taken") == ["Bin", "Bin"]
    assert find_names(report, "left", "what it stood below") == [
        *("Book", "a file", "https://old.example/a.png")
    ]


def test_what_is_beside_a_text_is_named_by_its_kind(app, take, wxr):
    more = tag("SF", "genre") + tag("aside", "post_format") + tag("Tea")
    fields = meta("mood", "good") + meta("_edit_last", "1") + meta("footnotes", "")
    _, report = take(wxr(item(1, "One", more=more), item(2, "Two", more=fields)))
    assert [(g["why"], g["items"][0]["name"]) for g in report["changed"]] == [
        ("its terms of “genre” are not taken", "One"),
        ("it had fields of its own, which are not taken", "Two"),
    ]
    assert [row["name"] for row in rows(app, "SELECT name FROM tag")] == ["Tea"]


def test_tags_that_are_changed_are_one_line(take, wxr):
    posts = [item(n, f"Post {n}", more=tag(f"a, {n}")) for n in range(1, 9)]
    said, report = take(wxr(*posts))
    assert said.count("its tags are written otherwise") == 1
    assert find_names(report, "changed", "its tags")[0] == "Post 1: a, 1"


def test_older_names_and_dates_lead_to_the_post(app, take, wxr):
    names = meta("_wp_old_slug", "old") + meta("_wp_old_date", "2018-12-31")
    links = ["cat/post-1.html", "archives/2", "2019/05/01/post-3/", "2019/05/post-4/"]
    posts = [
        item(n, f"P{n}", link=f"https://old.example/{link}", more=names)
        for n, link in enumerate(links, 1)
    ]
    take(wxr(*posts))
    paths = rows(app, "SELECT path, post_id FROM old_address ORDER BY post_id, path")
    assert [(r["post_id"], r["path"]) for r in paths if "?" not in r["path"]] == [
        *((1, "/cat/old.html"), (1, "/cat/post-1.html")),
        (2, "/archives/2"),
        *((3, "/2018/12/31/post-3"), (3, "/2019/05/01/old"), (3, "/2019/05/01/post-3")),
        *((4, "/2018/12/post-4"), (4, "/2019/05/old"), (4, "/2019/05/post-4")),
    ]


def test_older_names_that_are_too_long_are_left(app, take, wxr):
    names = meta("_wp_old_slug", "b" * 2000) + meta("_wp_old_slug", "a")
    link = "https://old.example/2019/05/aaa/"
    take(wxr(item(1, link=link, post_name="a", more=names)))
    paths = {row["path"] for row in rows(app, "SELECT path FROM old_address")}
    assert paths == {"/2019/05/aaa", "/?p=1"}


def test_many_texts_of_one_number_take_no_longer(app, take, wxr):
    """Each was compared with all others: half a minute for so many."""
    links = (f"https://old.example/{n}/" for n in range(3000))
    posts = [item(1, f"T{n}", status="x", link=link) for n, link in enumerate(links)]
    assert take(wxr(*posts))


def test_a_blog_below_a_path_had_its_short_addresses_there(app, take, wxr):
    path = wxr(
        item(1, "One", body='<p><a href="/sub/?p=2">two</a></p>'),
        item(2, "Two", link="https://old.example/sub/two/"),
    )
    text = path.read_text("utf-8").replace(
        "https://old.example</", "https://old.example/sub</"
    )
    path.write_text(
        text.replace("https://old.example/?p=", "https://elsewhere.example/?p=")
    )
    take(path)
    assert read_posts(app)[0]["body"] == "[two](/2-two)"
    assert app.test_client().get("/sub/?p=2").location == "/2-two"


@pytest.mark.parametrize(
    "end",
    [
        "2/",
        "comment-page-3/",
        "amp/",
        "embed",
        "?cpage=2",
        "?preview=true&preview_id=1",
    ],
)
def test_parts_of_a_post_are_all_of_it(app, take, wxr, end):
    body = f'<p><a href="https://old.example/2019/05/post-1/{end}">x</a></p>'
    take(wxr(item(1, "One"), item(2, body=body)))
    assert app.test_client().get(f"/2019/05/post-1/{end}").location == "/1-one"
    assert read_posts(app)[1]["body"] == "[x](/1-one)"


def test_links_to_the_old_front_page_lead_to_this_one(app, take, wxr):
    links = [
        "https://old.example",
        "http://www.old.example/",
        "/",
        "/?cat=3",
        "/tag/tea/",
    ]
    body = "".join(f'<p><a href="{link}">x</a></p>' for link in links)
    _, report = take(wxr(item(1, body=body)))
    assert read_posts(app)[0]["body"].split("\n\n") == [
        *(["[x](/)"] * 3),
        "[x](https://old.example/?cat=3)",
        "[x](https://old.example/tag/tea/)",
    ]
    assert find_names(report, "left", "it leads to what is not taken") == [
        *("https://old.example/?cat=3", "https://old.example/tag/tea/")
    ]


def test_what_ends_a_cdata_section_is_text(app, take, wxr):
    # As WordPress writes it.
    body = "<p>a ]]]]><![CDATA[> b</p>"
    take(wxr(item(1, body=body, excerpt="]]]]><![CDATA[>")))
    assert cdata(body).count("]]>") == 2
    assert read_posts(app)[0]["body"] == "a ]]> b"


def test_a_footnote_of_one_word_is_no_address(app, take, wxr):
    body = (
        '<p>One<a href="#_ftn1" id="_ftnref1">[1]</a></p>'
        '<p><a id="_ftn1" href="#_ftnref1">[1]</a> Two</p>'
    )
    take(wxr(item(1, body=body)))
    assert read_posts(app)[0]["body"] == "One[^1]\n\n[^1]: Two"


def test_several_of_a_kind_are_called_so(take, wxr):
    kinds = ["book", "story", "news", "toy"]
    posts = [item(n, f"{n}", post_type=kinds[n // 2]) for n in range(8)]
    said, _ = take(wxr(*posts))
    assert "Left: 2 books, 2 stories, 2 news, 2 toys: it is neither" in said


def test_addresses_that_are_none_do_no_harm(app, take, wxr):
    file = attachment(8, "http://[", parent=1).replace("<link>https", "<link>http://[")
    body = '<p><a href="/">x</a><a href="http://[">y</a></p>[gallery]'
    path = wxr(item(1, body=body, link="http://[/a"), item(2, body=body), file)
    text = path.read_text("utf-8")
    path.write_text(text.replace("https://old.example</", "http://[</"), "utf-8")
    take(path)
    assert read_posts(app)[1]["body"].startswith("[x](/")
