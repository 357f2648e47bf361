"""What Ghost exports is read, of its versions 0 to 6."""

import json
from datetime import datetime
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from flaskr.importing import ghost
from flaskr.importing import ghost_rows
from flaskr.importing import json_rows
from flaskr.importing.ghost_text import MAX_DEPTH
from flaskr.importing.records import Author
from flaskr.importing.records import NotReadable
from flaskr.importing.records import State

from .exports import make_markdown
from .exports import read_all
from .exports import read_media
from .exports import read_one
from .exports import write_folder
from .exports import write_zip

META = {"exported_on": 1700000000000, "version": "5.75.0"}
POST = {
    "id": "63f0a1b2c3d4e5f601234567",
    "uuid": "11111111-2222-4333-8444-555555555555",
    "title": "A tale",
    "slug": "a-tale",
    "html": "<p>Text</p>",
    "type": "post",
    "status": "published",
    "visibility": "public",
    "created_at": "2020-01-01T00:00:00.000Z",
    "updated_at": "2020-01-03T00:00:00.000Z",
    "published_at": "2020-01-02T03:04:05.000Z",
}


def export(tables):
    return {"db": [{"meta": META, "data": tables}]}


@pytest.fixture
def read(tmp_path):
    """Reads tables; gives the posts and what is left."""

    def read(tables, **options):
        path = tmp_path / "blog.json"
        path.write_text(json.dumps(export(tables)))
        return read_all(ghost, path, **options)

    return read


@pytest.fixture
def read_post(read):
    """The only post of an export, with other values."""

    def read_post(values, tables=None, **options):
        posts, _ = read({"posts": [{**POST, **values}], **(tables or {})}, **options)
        (post,) = posts.values()
        return post

    return read_post


@pytest.fixture
def read_html(read_post):
    """The HTML of a text of an editor of Ghost's, and what is warned of."""

    def read_html(**values):
        post = read_post({"html": None, **values})
        return post.html, post.warnings

    return read_html


def lexical(*children):
    return json.dumps({"root": {"type": "root", "children": children}})


def text(words, format=0):
    return {"type": "extended-text", "text": words, "format": format}


def paragraph(*children):
    return {"type": "paragraph", "children": children}


# Posts


def test_a_post_is_read_with_its_tags_and_authors(read_post):
    post = read_post(
        {"feature_image": "__GHOST_URL__/content/images/2020/01/a.png"},
        {
            "users": [
                {"id": "u1", "slug": "ann", "name": "Ann", "email": "ann@a.example"},
                {"id": "u2", "slug": "bo", "name": "", "email": None},
            ],
            "tags": [
                {"id": "t1", "name": "News", "visibility": "public"},
                {"id": "t2", "name": "#hidden", "visibility": "internal"},
                {"id": "t3", "name": "Food"},
            ],
            "posts_tags": [
                {"post_id": POST["id"], "tag_id": "t3", "sort_order": 1},
                {"post_id": POST["id"], "tag_id": "t2", "sort_order": 2},
                {"post_id": POST["id"], "tag_id": "t1", "sort_order": 0},
                {"post_id": POST["id"], "tag_id": "gone", "sort_order": None},
            ],
            "posts_authors": [
                {"post_id": POST["id"], "author_id": "u1", "sort_order": 1},
                {"post_id": POST["id"], "author_id": "u2", "sort_order": 0},
            ],
            "posts_meta": [{"post_id": POST["id"], "feature_image_alt": "A cat"}],
        },
    )
    assert post.key == POST["uuid"]
    assert post.title == "A tale"
    assert post.state is State.PUBLIC
    assert post.created == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert post.updated == datetime(2020, 1, 3, tzinfo=UTC)
    assert post.html == "<p>Text</p>"
    assert sorted(post.tags) == ["Food", "News"]
    assert post.tags[-1] == "Food"
    assert post.authors == ("bo", "ann")
    assert post.addresses == ("/a-tale/",)
    assert post.cover == "/content/images/2020/01/a.png"
    assert post.cover_alt == "A cat"
    assert not post.is_page and not post.warnings


def test_authors_are_the_users(tmp_path):
    users = [{"id": 1, "slug": "ann", "name": "Ann", "email": "ann@a.example"}]
    users += [{"id": 2, "slug": "bo"}, {"id": 3}]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(export({"users": users, "posts": [POST]})))

    with ghost.open_archive(path) as archive:
        assert list(archive.read_authors()) == [
            Author("ann", "Ann", "ann@a.example"),
            Author("bo", "bo"),
            Author("3", ""),
        ]


def test_the_address_that_is_given_is_put_into_texts(read_post):
    post = read_post(
        {"html": '<a href="__GHOST_URL__/b/">b</a>'}, address="https://old.example/"
    )
    assert post.html == '<a href="https://old.example/b/">b</a>'
    assert post.addresses == ("https://old.example/a-tale/",)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, State.PUBLIC),
        ({"visibility": None}, State.PUBLIC),
        ({"status": "draft"}, State.DRAFT),
        ({"status": "scheduled"}, State.PUBLIC),
        ({"status": "scheduled", "published_at": None}, State.DRAFT),
        ({"status": "unknown"}, State.DRAFT),
        ({"visibility": "members"}, State.PRIVATE),
        ({"visibility": "paid", "status": "scheduled"}, State.PRIVATE),
        ({"visibility": "paid", "status": "draft"}, State.DRAFT),
        ({"status": "sent"}, State.PRIVATE),
    ],
)
def test_drafts_and_what_only_members_saw_stay_so(read_post, values, state):
    post = read_post(values)
    assert post.state is state
    assert bool(post.warnings) == (state is State.PRIVATE)


def test_what_was_only_sent_is_not_public(read_post):
    post = read_post({}, {"posts_meta": [{"post_id": POST["id"], "email_only": 1}]})
    assert post.state is State.PRIVATE


@pytest.mark.parametrize(
    ("values", "is_page"),
    [({"type": "page"}, True), ({"page": 1}, True), ({"page": 0}, False)],
)
def test_pages_are_pages(read_post, values, is_page):
    assert read_post(values).is_page is is_page


def test_a_post_of_the_first_versions_is_read(read_post):
    post = read_post(
        {
            "id": 5,
            "uuid": None,
            "html": None,
            "markdown": "A *text* with <b>HTML</b>",
            "author_id": 1,
            "image": "/content/images/a.png",
            "published_at": 1388111111000,
            "updated_at": None,
        },
        {
            "users": [{"id": 1, "slug": "ann", "name": "Ann"}],
            "settings": [
                {"key": "title", "value": "A blog"},
                {"key": "permalinks", "value": "/:year/:month/:day/:slug/"},
            ],
        },
        zone=ZoneInfo("Asia/Tokyo"),
    )
    assert post.key == "5"
    assert post.created == datetime(2013, 12, 27, 2, 25, 11, tzinfo=UTC)
    assert post.updated is None
    assert post.authors == ("ann",)
    assert post.cover == "/content/images/a.png"
    assert post.addresses == ("/2013/12/27/a-tale/",)
    assert make_markdown(post.html) == "A *text* with **HTML**"


@pytest.mark.parametrize("title", ["(Untitled)", None])
def test_no_title_is_none(read_post, title):
    assert read_post({"title": title}).title == ""


def test_code_that_was_added_is_left_and_warned_of(read_post):
    post = read_post({"codeinjection_foot": "<script>x</script>"})
    assert "script" not in post.html
    assert post.warnings == ("Code was added to its page, which is left out.",)


@pytest.mark.parametrize("date", ["never", 10**30, 10**300, True])
def test_a_post_without_a_date_or_a_name_is_read(read_post, date):
    dates = dict.fromkeys(("created_at", "updated_at", "published_at", "slug"))
    post = read_post({**dates, "published_at": date})
    assert post.created is None
    assert post.addresses == ()


def test_what_is_not_taken_is_named(read):
    left = {
        "newsletters": [{"name": "Weekly"}],
        "products": [{"name": "Gold"}],
        "members": [{"email": "reader@a.example"}],
        "snippets": [{"name": "Greeting"}],
        "offers": [{}],
        "tags": [{"id": 1, "name": "#hidden"}, {"id": 2, "name": "News"}],
        "roles": [{"name": "Owner"}],
        "posts": [POST, "no row"],
        "settings": "no rows",
    }
    posts, left = read(left)
    assert len(posts) == 1
    assert {(record.kind, record.name) for record in left.values()} == {
        ("newsletter", "Weekly"),
        ("tier", "Gold"),
        ("member", "reader@a.example"),
        ("snippet", "Greeting"),
        ("offer", ""),
        ("internal tag", "#hidden"),
    }


# Texts


@pytest.mark.parametrize(
    ("values", "html"),
    [
        ({"html": "<p>1</p>", "lexical": lexical(paragraph(text("2")))}, "<p>1</p>"),
        ({"html": " ", "lexical": lexical(paragraph(text("2")))}, "<p>2</p>"),
        ({"lexical": lexical(paragraph(text("2"))), "mobiledoc": "{"}, "<p>2</p>"),
        ({"plaintext": "One & two\n\nThree\n\n"}, "<p>One &amp; two</p><p>Three</p>"),
        ({"plaintext": ""}, ""),
    ],
)
def test_the_text_is_the_first_that_there_is(read_html, values, html):
    assert read_html(**values)[0] == html


@pytest.mark.parametrize(
    ("nodes", "html"),
    [
        ([text("a<b", 1)], "<strong>a&lt;b</strong>"),
        ([text("a", 2 | 16)], "<em><code>a</code></em>"),
        ([text("a", 4), text("b", 8)], "<s>a</s>b"),
        ([text("a", 32), text("b", 64), text(" ", 1)], "<sub>a</sub><sup>b</sup> "),
        ([{"type": "text", "text": None, "format": "x"}], ""),
        ([text("a"), {"type": "linebreak"}, {"type": "tab"}, text("b")], "a<br> b"),
        ([paragraph()], ""),
        (
            [
                {
                    "type": "link",
                    "url": "https://a.example/?b&c",
                    "children": [text("d")],
                }
            ],
            '<a href="https://a.example/?b&amp;c">d</a>',
        ),
        (
            [{"type": "extended-heading", "tag": "h3", "children": [text("a")]}],
            "<h3>a</h3>",
        ),
        ([{"type": "heading", "tag": "script", "children": [text("a")]}], "a"),
        (
            [{"type": "extended-quote", "children": [text("a")]}],
            "<blockquote><p>a</p></blockquote>",
        ),
        ([{"type": "listitem", "children": [text("a")]}], "<li>a</li>"),
        ([{"type": "at-link", "children": [text("a")]}], "a"),
        (
            [
                {
                    "type": "list",
                    "tag": "ol",
                    "children": [
                        {"type": "listitem", "children": [text("a")]},
                        {
                            "type": "listitem",
                            "children": [
                                {
                                    "type": "list",
                                    "listType": "bullet",
                                    "children": [
                                        {"type": "listitem", "children": [text("b")]}
                                    ],
                                }
                            ],
                        },
                    ],
                }
            ],
            "<ol><li>a<ul><li>b</li></ul></li></ol>",
        ),
    ],
)
def test_lexical_becomes_html(read_html, nodes, html):
    assert read_html(lexical=lexical(*nodes)) == (html, ())


CARDS = [
    (
        "image",
        {"src": "/a.png", "alt": 'A "cat"', "caption": "<b>c</b>", "href": "/d"},
        '<p><a href="/d"><img src="/a.png" alt="A &quot;cat&quot;"></a></p>'
        "<p><b>c</b></p>",
    ),
    ("image", {}, ""),
    (
        "codeblock",
        {"code": "a<b", "language": "js", "caption": "c"},
        '<pre><code class="language-js">a&lt;b</code></pre><p>c</p>',
    ),
    ("codeblock", {"code": "a"}, "<pre><code>a</code></pre>"),
    (
        "markdown",
        {"markdown": "*a* <b>b</b>"},
        "<p><em>a</em> <strong>b</strong></p>\n",
    ),
    ("html", {"html": "<i>a</i>"}, "<i>a</i>"),
    ("horizontalrule", {}, "<hr>"),
    ("paywall", {}, ""),
    (
        "bookmark",
        {"url": "https://a.example", "metadata": {"title": "A", "description": "B"}},
        '<p><a href="https://a.example">A</a></p><p>B</p>',
    ),
    (
        "bookmark",
        {"url": "https://a.example", "title": "A"},
        '<p><a href="https://a.example">A</a></p>',
    ),
    (
        "embed",
        {"url": "https://a.example", "html": "<iframe>", "caption": "c"},
        '<p><a href="https://a.example">https://a.example</a></p><p>c</p>',
    ),
    ("embed", {}, ""),
    (
        "gallery",
        {"images": [{"src": "/a.png"}, "no image"], "caption": "c"},
        '<p><img src="/a.png" alt=""></p><p>c</p>',
    ),
    ("gallery", {"images": None}, ""),
    (
        "callout",
        {"calloutText": "<b>a</b>", "calloutEmoji": "💡"},
        "<blockquote><p>💡 <b>a</b></p></blockquote>",
    ),
    ("callout", {}, ""),
    (
        "toggle",
        {"heading": "A", "content": "<p>b</p>"},
        "<p><strong>A</strong></p><p>b</p>",
    ),
    ("toggle", {"content": "<p>b</p>"}, "<p>b</p>"),
    ("button", {"buttonUrl": "/a", "buttonText": "Go"}, '<p><a href="/a">Go</a></p>'),
    ("file", {"src": "/a.pdf", "fileTitle": "A"}, '<p><a href="/a.pdf">A</a></p>'),
    (
        "video",
        {"src": "/a.mp4", "caption": "c"},
        '<p><a href="/a.mp4">/a.mp4</a></p><p>c</p>',
    ),
    (
        "header",
        {"header": "A", "subheader": "b", "buttonEnabled": True, "buttonText": "Go"},
        "<h2>A</h2><p>b</p><p>Go</p>",
    ),
    ("header", {}, ""),
    (
        "product",
        {
            "productTitle": "A",
            "productImageSrc": "/a.png",
            "productDescription": "<p>b</p>",
            "productUrl": "/c",
            "productButton": "Buy",
        },
        '<p><img src="/a.png" alt=""></p><h3>A</h3><p>b</p><p><a href="/c">Buy</a></p>',
    ),
    ("product", {}, ""),
]


@pytest.mark.parametrize(("kind", "payload", "html"), CARDS)
def test_cards_become_html(read_html, kind, payload, html):
    assert read_html(lexical=lexical({"type": kind, **payload})) == (html, ())
    document = {"sections": [[10, 0]], "cards": [[kind, payload]], "markups": []}
    assert read_html(mobiledoc=json.dumps(document)) == (html, ())


@pytest.mark.parametrize(
    ("node", "html", "warning"),
    [
        ({"type": "signup", "header": "a"}, "", "It has a form to subscribe,"),
        ({"type": "email", "html": "a"}, "", "It has a text for e-mails alone,"),
        ({"type": "new-card", "html": "<i>a</i>"}, "<p><i>a</i></p>", "new-card"),
        ({"type": "new", "children": [text("a")]}, "a", "kind that is not known: new."),
    ],
)
def test_other_cards_are_warned_of(read_html, node, html, warning):
    found, warnings = read_html(lexical=lexical(node, node))
    assert found == 2 * html
    assert len(warnings) == 1 and warning in warnings[0]


def test_mobiledoc_becomes_html(read_html):
    document = {
        "version": "0.3.1",
        "atoms": [["soft-return", "", {}]],
        "cards": [["card-markdown", {"markdown": "*a*"}], ["hr", None]],
        "markups": [["strong"], ["a", ["href", "https://a.example"]], ["script"]],
        "sections": [
            [1, "P", [[0, [], 0, "a<"], [0, [0, 1], 1, "b"], [0, [], 1, "c"]]],
            [1, "h2", [[0, [], 0, "d"], [1, [], 0, 0], [0, [2], 5, "e"]]],
            [1, "aside", [[0, [], 0, "f"]]],
            [1, "p", []],
            [1, "script", [[0, [], 0, "g"]]],
            [2, "/a.png"],
            [3, "ol", [[[0, [], 0, "h"]], [[0, [], 0, "i"]]]],
            [3, "ul", [[[0, [], 0, "j"]]]],
            [10, 0],
            [10, 1],
        ],
    }
    assert read_html(mobiledoc=json.dumps(document)) == (
        '<p>a&lt;<strong><a href="https://a.example">b</a>c</strong></p>'
        "<h2>d<br><span>e</span></h2><blockquote>f</blockquote>g"
        '<p><img src="/a.png" alt=""></p><ol><li>h</li><li>i</li></ol>'
        "<ul><li>j</li></ul><p><em>a</em></p>\n<hr>",
        (),
    )


def test_cards_of_mobiledoc_that_are_not_known_are_warned_of(read_html):
    document = {"sections": [[10, 0]], "cards": [["email-cta", {"html": "a"}]]}
    html, (warning,) = read_html(mobiledoc=json.dumps(document))
    assert html == "" and "e-mails alone" in warning


@pytest.mark.parametrize(
    "section",
    [None, [], [10, 5], [1, "p", [[0, [9], 0, "a"]]], [7], [1, "p", 3], ["x"]],
)
def test_a_part_of_mobiledoc_that_is_broken_is_left_out(read_html, section):
    sections = [section, [1, "p", [[0, [], 0, "a"]]]]
    document = {"sections": sections, "cards": [], "markups": []}
    html, warnings = read_html(mobiledoc=json.dumps(document))
    assert html == "<p>a</p>"
    assert warnings == ("A part of its text is broken, and is left out.",)


@pytest.mark.usefixtures("no_garbage")
@pytest.mark.parametrize("name", ["lexical", "mobiledoc"])
@pytest.mark.parametrize("value", ["{", "[]", "{}", "[" * 100_000])
def test_a_text_that_is_broken_is_left_out(read_html, name, value):
    html, warnings = read_html(**{name: value})
    assert html == ""
    assert warnings == ("Its text is broken, and is left out.",)


def test_what_is_too_deep_is_left_out(read_html):
    node = text("deep")

    for _ in range(MAX_DEPTH + 5):
        node = {"type": "aside", "children": [node]}

    html, warnings = read_html(lexical=lexical(paragraph(text("a")), node))
    assert html.startswith("<p>a</p>") and "deep" not in html
    assert len(warnings) == 1


def test_html_of_cards_becomes_a_text(read_post):
    post = read_post(
        {
            "html": '<p>a</p><div class="kg-signup-card"><form>Mail</form></div>'
            '<figure class="kg-bookmark-card"><a href="https://a.example"><div>'
            '<div class="kg-bookmark-title">A</div>'
            '<div class="kg-bookmark-description">B</div></div>'
            '<img class="kg-bookmark-icon" src="i"></a></figure>'
            '<div class="kg-audio-card"><audio src="/a.mp3"></audio><div'
            ' class="kg-audio-title">Sound</div><span>1×</span></div>'
            '<div class="kg-file-card"><a href="/f.pdf"></a></div>'
            '<div class="kg-video-card"></div>'
            '<figure class="kg-bookmark-card"><a href="/c">c</a></figure>'
            '<div class="kg-toggle-card"><h4>T<button>+</button></h4><svg></svg></div>'
        }
    )
    assert post.html == (
        '<p>a</p><figure class="kg-bookmark-card"><p><a href="https://a.example">A</a>'
        '</p></figure><p><a href="/a.mp3">Sound</a></p>'
        '<p><a href="/f.pdf">/f.pdf</a></p>'
        '<p></p><figure class="kg-bookmark-card"><p><a href="/c">/c</a></p></figure>'
        '<div class="kg-toggle-card"><h4>T</h4></div>'
    )
    assert post.warnings == ("It has a form to subscribe, which is left out.",)


# Addresses


@pytest.mark.parametrize(
    ("routes", "path"),
    [
        ("collections:\n  /:\n    permalink: /blog/{slug}/\n", "/blog/a-tale/"),
        ("  permalink: '/{year}/{primary_tag}/{slug}/'", "/2020/all/a-tale/"),
        ("  permalink: /{unknown}{slug}", "/a-tale"),
        ("  permalink: /a/{slug}/\n  permalink: /b/{slug}/\n", "/a-tale/"),
    ],
)
def test_addresses_are_those_of_the_routes(tmp_path, routes, path):
    files = {"data/a.json": export({"posts": [POST]})}
    files["content/settings/routes.yaml"] = routes
    posts, _ = read_all(ghost, write_zip(tmp_path / "a.zip", files))
    assert [post.addresses for post in posts.values()] == [(path,)]


# The archive


def test_a_zip_is_read_with_its_images(tmp_path):
    files = {
        "blog.ghost.json": export({"posts": [POST]}),
        "content/images/2020/01/a.png": b"PNG",
        "content/images/b.json": "{}",
        "content/themes/casper/index.hbs": "",
        "content/themes/casper/package.json": "{}",
        "redirects.json": "[]",
        "other.json": "{",
    }
    path = write_zip(tmp_path / "a.zip", {f"blog/{n}": c for n, c in files.items()})
    posts, left = read_all(ghost, path)
    assert len(posts) == 1
    assert {(record.kind, record.name) for record in left.values()} == {
        ("theme", "casper"),
        ("file", "redirects.json"),
        ("file", "other.json"),
    }


@pytest.mark.parametrize(
    ("reference", "content"),
    [
        ("/content/images/2020/01/a.png", b"PNG"),
        ("https://old.example/blog/content/images/2020/01/%61.png?x", b"PNG"),
        ("/content/images/size/w600/2020/01/a.png", b"PNG"),
        ("/content/images/size/w600/small.png", b"SMALL"),
        ("/content/images/missing.png", None),
        ("/content/images/../../secret.png", None),
        ("/secret.png", None),
    ],
)
def test_media_are_found_by_their_addresses(tmp_path, reference, content):
    files = {
        "a.json": export({"posts": [POST]}),
        "content/images/2020/01/a.png": b"PNG",
        "content/images/size/w600/small.png": b"SMALL",
        "secret.png": b"",
    }
    assert read_media(ghost, write_folder(tmp_path, files), reference) == content


@pytest.mark.parametrize(
    "content",
    [
        export({"posts": [POST]}),
        {"meta": META, "data": {"posts": [POST]}},
        {"data": {"posts": [POST]}, "meta": META},
        "\ufeff" + json.dumps(export({"posts": [POST]}), indent=4),
    ],
)
def test_each_form_of_an_export_is_known(tmp_path, content):
    path = write_folder(tmp_path, {"a.json": content}) / "a.json"
    assert ghost.matches(path)
    assert read_one(ghost, path).title == "A tale"


@pytest.mark.parametrize("content", ["{}", "[]", "", '{"posts": []}', '{"data": {}}'])
def test_other_json_is_not_ghost_s(tmp_path, content):
    path = write_folder(tmp_path, {"a.json": content}) / "a.json"
    assert not ghost.matches(path)
    assert not ghost.matches(tmp_path / "missing.json")

    with pytest.raises(NotReadable, match="no export of Ghost's"):
        read_all(ghost, path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"db": [{"data": {"posts": [\n{"a": b}]}}]}', "line 2: this is no JSON"),
        ('{"db": [{"data": {"posts": [\n{"a": 1}', r"line 2: the end of the file"),
        ('{"db": [{"data": {"posts": [\n{"a": "b', "line 2: this is no JSON"),
        ('{"db": [{"data": {"posts": [{}] x', "line 1: 'x' stands where '}'"),
        ('{"db": [{"data": {"posts" []', r"line 1: '\[' stands where ':'"),
        ('{"db": [{"data": {posts', "line 1: 'p' stands where '\"'"),
        ('{"db": [{"data": {"posts": [' + "[" * 100_000, "too deep"),
        ('{"db": [{"data": {"posts": [' + "1" * 5000 + "]}}]}", "a number is too long"),
        (b'{"db": [{"data": {"posts": [\n"\xff"]}}]}', "line [12]: this is not UTF-8"),
        ('{"db": [{"data": {"users": []}}]}', "has no posts"),
        ('{"db": [{}]}', "has no posts"),
        ('{"db": []}', "has no posts"),
    ],
)
def test_a_broken_export_is_refused_with_its_line(tmp_path, content, words):
    path = write_folder(tmp_path, {"a.json": content}) / "a.json"

    with pytest.raises(NotReadable, match=words):
        read_all(ghost, path)


def test_an_export_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(json_rows, "CHUNK", 7)
    posts = [{**POST, "uuid": f"{n}", "title": f"é \\ {n}"} for n in range(20)]
    content = json.dumps(export({"posts": posts, "x": 123456789}), ensure_ascii=False)
    path = write_folder(tmp_path, {"a.json": content}) / "a.json"
    found, _ = read_all(ghost, path)
    assert [post.title for post in found.values()] == [f"é \\ {n}" for n in range(20)]


def test_a_row_that_is_too_long_is_refused(read, monkeypatch):
    monkeypatch.setattr(json_rows, "CHUNK", 100)
    monkeypatch.setattr(json_rows, "MAX_VALUE", 1000)

    with pytest.raises(NotReadable, match="longer than any post"):
        read({"posts": [{**POST, "html": "x" * 5000}]})


def test_an_export_that_is_too_long_is_refused(read, monkeypatch):
    monkeypatch.setattr(json_rows, "CHUNK", 100)
    monkeypatch.setattr(json_rows, "MAX_SIZE", 1000)

    with pytest.raises(NotReadable, match="larger than any export"):
        read({"posts": [POST] * 10})


def test_more_rows_than_are_kept_are_refused(read, monkeypatch):
    monkeypatch.setattr(ghost_rows, "MAX_ROWS", 3)

    with pytest.raises(NotReadable, match="more than 3 rows"):
        read({"tags": [{"id": n, "name": "a"} for n in range(4)], "posts": [POST]})
