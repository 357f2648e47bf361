"""``flask --app flaskr import``: feeds, and what Blogger exports."""

import pytest

from ..conftest import rows
from .test_wordpress import find_names
from .test_wordpress import read_posts

KIND = "http://schemas.google.com/g/2005#kind"
BLOGGER = "http://schemas.google.com/blogger/2008/kind"


@pytest.fixture
def write(tmp_path):
    """Write a feed of which the root is given."""

    def write(root, *parts, encoding="utf-8"):
        path = tmp_path / "feed.xml"
        name = root.split()[0]
        text = f'<?xml version="1.0" encoding="{encoding}"?>\n<{root}>\n'
        path.write_bytes(f"{text}{''.join(parts)}</{name}>".encode(encoding))
        return path

    return write


ATOM = 'feed xmlns="http://www.w3.org/2005/Atom"'
RSS = (
    'rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def entry(id, title="A title", content="A body.", more="", kind="html"):
    return f"""<entry><id>tag:old.example,{id}</id><title>{title}</title>
<published>2019-05-01T12:00:00+02:00</published>
<updated>2020-05-01T12:00:00.1234567Z</updated>
<link rel="self" href="https://old.example/{id}.atom"/>
<link href="https://old.example/{id}.html"/>{more}
<content type="{kind}">{content}</content></entry>"""


def test_atom_is_read(app, take, write):
    more = (
        "<author><name>Jane</name></author><category term='tea' label='Tea'/>"
        "<category term='hot'/>"
    )
    said, _ = take(write(ATOM, entry(1, more=more)))
    assert said.startswith("Taken: 1 person, 1 post.")
    (post,) = read_posts(app)
    assert (post["title"], post["body"]) == ("A title", "A body.")
    assert post["created"] == "2019-05-01 10:00:00"
    assert post["updated"] == "2020-05-01 12:00:00"
    assert [r["name"] for r in rows(app, "SELECT name FROM tag")] == ["Tea", "hot"]
    assert app.test_client().get("/1.html").location == "/1-a-title"


def test_atom_has_texts_in_three_forms(app, take, write):
    xhtml = '<div xmlns="http://www.w3.org/1999/xhtml">a <b id="x">b</b> &lt; c</div>'
    escaped = "a &lt;b>b&lt;/b>"
    take(
        write(
            ATOM,
            "<title>Blog</title><link href='https://old.example/'/>",
            "<author><name>Jane</name></author>",
            entry(1, "x", xhtml, kind="xhtml"),
            entry(2, "x", escaped),
            entry(3, "x", "1 *2*\n3\n\n&lt;b>", kind="text"),
        )
    )
    bodies = [post["body"] for post in read_posts(app)]
    assert bodies == ["a **b** < c", "a **b**", "1 \\*2\\*\n3\n\n\\<b>"]
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "Jane"}]


def test_atom_drafts_stay_drafts(app, take, write):
    draft = '<a:control xmlns:a="http://www.w3.org/2007/app"><a:draft>yes</a:draft>'
    public = draft.replace("yes", "no")
    end = "</a:control>"
    take(write(ATOM, entry(1, more=draft + end), entry(2, more=public + end)))
    assert [bool(post["drafted"]) for post in read_posts(app)] == [True, False]


def test_titles_of_atom_are_text(app, take, write):
    take(
        write(
            ATOM,
            "<entry><id>1</id><title type='html'>a &amp;lt; &lt;b>b&lt;/b></title>"
            "<summary>Short</summary></entry>",
            "<entry><title>a <i>b</i></title></entry>",
            "<entry><id>3</id><summary type='html'>Only <br/> words</summary></entry>",
        )
    )
    posts = read_posts(app)
    assert [post["title"] for post in posts[:2]] == ["a < b", "a b"]
    assert posts[2]["title"] == "Only words"


def item(id, more="<content:encoded><![CDATA[<p>A body.</p>]]></content:encoded>"):
    return f"""<item><title>Post {id} &amp;amp; more</title>
<link>https://old.example/{id}</link><guid>https://old.example/{id}</guid>
<pubDate>Wed, 01 May 2019 14:00:00 +0200</pubDate>{more}</item>"""


def test_rss_is_read(app, take, write):
    more = (
        "<author>jane@old.example (Jane)</author><category>Tea</category>"
        "<dc:subject>hot</dc:subject><description>&lt;i>Short&lt;/i></description>"
    )
    channel = "<channel><link>https://old.example</link><title>Blog</title>"
    _, report = take(write(RSS, channel, item(1), item(2, more), "</channel>"))
    first, second = read_posts(app)
    assert (first["title"], first["body"]) == ("Post 1 & more", "A body.")
    assert first["created"] == "2019-05-01 12:00:00"
    assert second["body"] == "*Short*"
    names = find_names(report, "changed", "the feed may have only the beginning")
    assert names == ["Post 2 & more"]
    people = rows(app, 'SELECT username FROM "user" ORDER BY id')
    assert [row["username"] for row in people] == ["Imported", "Jane"]


def test_rss_without_links_is_read_by_what_it_has(app, take, write):
    permalink = "<item><guid>https://old.example/x</guid><title>a</title></item>"
    titled = "<item><guid>12</guid><title>b</title></item>"
    bare = "<item><title>c</title></item>"
    take(write(RSS, f"<channel>{permalink}{titled}{bare}</channel>"))
    assert [post["title"] for post in read_posts(app)] == ["a", "b", "c"]
    assert [r["path"] for r in rows(app, "SELECT path FROM old_address")] == ["/x"]


def test_rss_1_is_read(app, take, write):
    root = (
        'rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    channel = "<channel><link>https://old.example</link></channel>"
    of_rdf = (
        "<item><title>a</title><link>https://old.example/a</link>"
        "<description>text</description><dc:date>2005-01-02T03:04:05Z</dc:date>"
        "<dc:creator>Jane</dc:creator></item>"
    )
    take(write(root, channel, of_rdf))
    (post,) = read_posts(app)
    assert (post["title"], post["created"]) == ("a", "2005-01-02 03:04:05")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5", "utf-8"])
def test_feeds_have_any_encoding(app, take, write, encoding):
    take(
        write(
            RSS,
            "<channel>",
            item(1, "<dc:creator>北京人</dc:creator>"),
            "</channel>",
            encoding=encoding,
        )
    )
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "北京人"}]


def test_other_xml_is_no_feed(refuse, write):
    assert "nothing that this command knows" in refuse(write("html"))
    assert "no feed: it is “html”" in refuse(write("html"), "--from", "feed")


# Blogger


def blogger_entry(id, kind, more="", content="A body.", title="A title"):
    return f"""<entry><id>tag:blogger.com,1999:blog-7.post-{id}</id>
<category scheme="{KIND}" term="{BLOGGER}#{kind}"/>
<published>2010-05-01T10:00:00.000-07:00</published>
<updated>2010-05-01T10:00:00.000-07:00</updated>
<title type="text">{title}</title><content type="html">{content}</content>{more}</entry>
"""


def by(name, profile=""):
    uri = f"<uri>https://www.blogger.com/profile/{profile}</uri>" if profile else ""
    return (
        f"<author><name>{name}</name>{uri}<email>noreply@blogger.com</email></author>"
    )


THR = 'xmlns:thr="http://purl.org/syndication/thread/1.0"'
LABEL = '<category scheme="http://www.blogger.com/atom/ns#" term="Tea"/>'


def answer(post, parent=None):
    of_post = f'<thr:in-reply-to ref="tag:blogger.com,1999:blog-7.post-{post}" {THR}/>'
    link = "https://www.blogger.com/feeds/7/1/comments/default"
    related = f'<link rel="related" href="{link}/{parent}"/>' if parent else ""
    return of_post + related


def test_a_backup_of_blogger_is_read(app, take, write):
    page = '<link rel="alternate" type="text/html" href="https://x.example/{}"/>'
    said, report = take(
        write(
            ATOM,
            "<link rel='alternate' href='https://x.example/'/>",
            blogger_entry(5, "comment", answer(1, 4) + by("Jane", "1"), "reply"),
            blogger_entry(9, "template"),
            blogger_entry(
                1,
                "post",
                page.format("2010/05/a.html") + by("Jane", "1") + LABEL,
                title="Post",
            ),
            blogger_entry(2, "page", page.format("p/about.html") + by("Jane", "1")),
            blogger_entry(4, "comment", answer(1) + by("Anonymous"), "first"),
            blogger_entry(6, "comment", answer(99) + by("Bob"), "lost"),
        )
    )
    post, about = read_posts(app)
    assert (post["title"], post["created"]) == ("Post", "2010-05-01 17:00:00")
    assert about["page"]
    found = rows(app, "SELECT body, parent_id, author_id FROM comment ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        ("first", None, 2),
        ("reply", 1, 1),
    ]
    assert [r["name"] for r in rows(app, "SELECT name FROM tag")] == ["Tea"]
    assert find_names(report, "left", "its post is not there") == ["Bob"]
    assert find_names(report, "left", "it is neither") == ["A title"]
    client = app.test_client()
    assert client.get("/2010/05/a.html?m=1").location == "/1-post"


def test_a_takeout_of_blogger_is_read(app, take, write):
    root = f'{ATOM} xmlns:blogger="http://schemas.google.com/blogger/2018"'

    def of_takeout(id, kind, status="LIVE", more=""):
        return f"""<entry><id>tag:blogger.com,1999:blog-7.post-{id}</id>
<blogger:type>{kind}</blogger:type><blogger:status>{status}</blogger:status>
<title>{kind} {id}</title><content type="html">{status}</content>
<blogger:created>2010-05-01T10:00:00Z</blogger:created>{more}</entry>"""

    parent = "<blogger:parent>tag:blogger.com,1999:blog-7.post-1</blogger:parent>"
    in_reply = parent + (
        "<blogger:inReplyTo>tag:blogger.com,1999:blog-7.post-3</blogger:inReplyTo>"
    )
    name = "<blogger:filename>/2010/05/a.html</blogger:filename>"
    _, report = take(
        write(
            root,
            of_takeout(1, "POST", more=name + "<author><name>Jane</name></author>"),
            of_takeout(2, "POST", "DRAFT"),
            of_takeout(3, "COMMENT", more=parent),
            of_takeout(4, "COMMENT", more=in_reply),
            of_takeout(5, "COMMENT", "SPAM_COMMENT", parent),
            of_takeout(6, "POST", "SOFT_TRASHED"),
            of_takeout(7, "POST", more="<blogger:trashed>2011-01-01</blogger:trashed>"),
        )
    )
    first, second = read_posts(app)
    assert (first["drafted"], bool(second["drafted"])) == (None, True)
    assert first["created"] == "2010-05-01 10:00:00"
    found = rows(app, "SELECT parent_id FROM comment ORDER BY id")
    assert [row["parent_id"] for row in found] == [None, 1]
    assert find_names(report, "left", "it was deleted there") == ["POST 6", "POST 7"]
    assert app.test_client().get("/2010/05/a.html").location == "/1-post-1"


def test_an_entry_may_say_last_what_it_is(app, take, write):
    kind = f'<category scheme="{KIND}" term="{BLOGGER}#post"/>'
    other = entry(2, more=LABEL + "<author><name>Jane</name></author>" + kind)
    path = write(ATOM, blogger_entry(1, "settings"), other, entry(3, more=LABEL))
    _, report = take(path)
    assert len(read_posts(app)) == 1
    assert len(find_names(report, "left", "it is neither")) == 2


def test_a_feed_of_blogger_is_no_export(refuse, write):
    assert "no export" in refuse(write(ATOM, entry(1)), "--from", "blogger")


def test_what_blogger_has_beside_posts_is_counted(take, write):
    settings = [blogger_entry(n, "settings") for n in (1, 2)]
    # One that answers what is no post is lost, too.
    lost = blogger_entry(3, "comment", answer(1) + by("Bob"))
    said, _ = take(write(ATOM, *settings, blogger_entry(4, "odd"), lost))
    assert "Left: 2 settings, 1 odd: it is neither a post nor a page" in said
    assert "Left: 1 comment: its post is not there (Bob)" in said


def test_comments_without_a_bound_are_refused(monkeypatch, refuse, write):
    monkeypatch.setattr("flaskr.importing.blogger.MAX_COMMENTS", 1)
    some = [blogger_entry(n, "comment", answer(1)) for n in (4, 5)]
    assert "more than 1 comments" in refuse(write(ATOM, *some))
