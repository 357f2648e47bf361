"""The archive that Medium sends is read."""

from datetime import datetime
from datetime import UTC

import pytest

from flaskr.importing import medium
from flaskr.importing.records import Author
from flaskr.importing.records import NotReadable
from flaskr.importing.records import OF_ITS_FILE
from flaskr.importing.records import State

from .exports import make_markdown
from .exports import read_all
from .exports import read_media
from .exports import read_one
from .exports import write_folder
from .exports import write_zip

NAME = "posts/2018-03-04_A-tale-0a1b2c3d4e5f.html"
BY = '<p>By <a href="https://medium.com/@ann" class="p-author h-card">Ann Lee</a>'
PUBLISHED = (
    f'{BY} on <a href="https://medium.com/p/0a1b2c3d4e5f"><time class="dt-published"'
    ' datetime="2018-03-04T05:06:07.000Z">March 4, 2018</time></a>.</p>'
    '<p><a href="https://medium.com/@ann/a-tale-0a1b2c3d4e5f?source=x"'
    ' class="p-canonical">Canonical link</a></p>'
)
DRAFT = '<p><a href="https://medium.com/p/0a1b2c3d4e5f">View original.</a></p>'
TITLE = '<h3 name="1" class="graf graf--h3 graf--title">A tale</h3>'


def page(body, title="A tale", footer=PUBLISHED):
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title><style>a{{}}</style></head>"
        f'<body><article class="h-entry"><header><h1 class="p-name">{title}</h1>'
        '</header><section data-field="subtitle" class="p-summary">Sub</section>'
        '<section data-field="body" class="e-content"><section class="section"><div'
        ' class="section-divider"><hr class="section-divider"></div>'
        f'<div class="section-content">{body}</div></section></section><footer>{footer}'
        "<p>Exported from Medium on March 5, 2018.</p></footer></article></body></html>"
    )


@pytest.fixture
def read(tmp_path):
    """Reads one post; gives its Markdown, or what is left."""

    def read(body, name=NAME, **values):
        return read_one(medium, write_folder(tmp_path, {name: page(body, **values)}))

    return read


def test_a_post_is_read(read):
    post = read(f"{TITLE}<p class=graf>Text</p>")
    assert post.key == "0a1b2c3d4e5f"
    assert post.title == "A tale"
    assert post.state is State.PUBLIC
    assert post.created == datetime(2018, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert post.authors == ("@ann",)
    assert post.addresses == (
        "https://medium.com/@ann/a-tale-0a1b2c3d4e5f",
        "https://medium.com/p/0a1b2c3d4e5f",
    )
    assert make_markdown(post.html) == "Text"
    assert not post.warnings


def test_what_stands_below_a_text_is_no_part_of_it(tmp_path):
    html = page(f"{TITLE}<p>Text</p>").replace(
        "</section></section><footer>", "<footer>"
    )
    html = html.replace("<title>A tale</title>", "<title>A page</title>")
    post = read_one(medium, write_folder(tmp_path, {NAME: html}))
    assert (post.title, post.authors) == ("A tale", ("@ann",))
    assert make_markdown(post.html) == "Text"


def test_a_draft_is_a_draft(read):
    name = "posts/draft_A-tale-0a1b2c3d4e5f.html"
    post = read(f"{TITLE}<p>Text</p>", name, footer=DRAFT)
    assert post.state is State.DRAFT
    assert post.key == "0a1b2c3d4e5f"
    assert post.addresses == ()
    assert post.authors == ()
    assert post.created.tzinfo is UTC


def test_a_date_is_found_in_the_name(read):
    post = read(f"{TITLE}<p>Text</p>", "posts/2018-03-04_A-tale.html", footer=BY)
    assert post.created == datetime(2018, 3, 4, tzinfo=UTC)
    assert post.key == "posts/2018-03-04_A-tale.html"
    assert post.addresses == ()


@pytest.mark.parametrize(
    ("name", "warnings"),
    [("2018-02-30_A-tale", (OF_ITS_FILE,)), ("draft_A-tale-0a1b2c3d4e5f", ())],
)
def test_a_date_of_the_file_alone_is_named(read, name, warnings):
    post = read(f"{TITLE}<p>Text</p>", f"posts/{name}.html", footer=BY)
    assert post.created.year >= 2026
    assert post.warnings == warnings


def test_tags_are_read_where_there_are_some(read):
    footer = f'{PUBLISHED}<p class="p-tags"><a>Food</a> <a>Long walks</a></p>'
    assert read(TITLE, footer=footer).tags == ("Food", "Long walks")


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        ("<h4>A Tale</h4><p>Text</p>", "Text"),
        ("<h3>Another</h3><p>Text</p>", "## Another\n\nText"),
        (
            "<p>First</p><h3>A tale</h3><h4>Small</h4>",
            "First\n\n## A tale\n\n### Small",
        ),
        (
            '<figure><img src="https://cdn-images-1.medium.com/max/800/1*a.png">'
            "<figcaption>Below</figcaption></figure>",
            '![](https://cdn-images-1.medium.com/max/800/1*a.png "Below")',
        ),
        (
            '<pre class="graf--pre" data-code-block-lang="python"><span>a<br>b</span>'
            '</pre><pre class="graf--pre graf-after--pre">c</pre><p>d</p><pre>e</pre>'
            "<pre>f</pre>",
            "```python\na\nb\nc\n```\n\nd\n\n```\ne\n```\n\n```\nf\n```",
        ),
        (
            '<p>a</p><figure><iframe src="https://b.example/c"></iframe></figure>',
            "a\n\n<https://b.example/c>",
        ),
        (
            '<p>a</p><script src="https://gist.github.com/ann/1f.js"></script>'
            '<script src="https://b.example/c.js"></script>',
            "a\n\n<https://gist.github.com/ann/1f>",
        ),
        (
            '<p>a</p><div class="graf--mixtapeEmbed"><a href="https://b.example">'
            "<strong>B</strong><br><em>More</em>b.example</a><a class=i></a></div>"
            '<div class="graf--mixtapeEmbed"><a href="https://c.example"></a></div>',
            "a\n\n[B](https://b.example)\n\n<https://c.example>",
        ),
        (
            '<p>a</p><div class="section-divider"><hr></div><p>b</p>',
            "a\n\n---\n\nb",
        ),
    ],
)
def test_a_body_becomes_a_text(read, body, markdown):
    post = read(body if "<h3>" in body or "<h4>" in body else TITLE + body)
    assert make_markdown(post.html) == markdown


def test_a_frame_without_an_address_is_warned_of(read):
    post = read(f"{TITLE}<p>a</p><iframe></iframe><iframe></iframe>")
    assert len(post.warnings) == 1


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        ("<p>a<p>b<ul><li>c<li>d</ul>", "a\n\nb\n\n- c\n- d"),
        ("<p>a</b></p><p>b <i>c</p><!-- d --><p>e", "a\n\nb *c*\n\ne"),
        ("<p>a</p><p <b<c>b</p>", "a\n\nb"),
        ("<p>a</p><x<y>b</x<y>", "a\n\nb"),
        (f"{'<b>' * 50_000}a{'</b>' * 50_000}<p>b</p>", "**a**\n\nb"),
        (f"<p>a</p>{'<div><img>' * 20_000}", "a"),
        ("<p>a</p>" + "<a b='" * 50_000, "a"),
        ("<p>a</p>" + "<!--" * 50_000, "a"),
    ],
    ids=range(8),
)
def test_a_body_that_is_broken_becomes_a_text(read, body, markdown):
    assert make_markdown(read(f"{TITLE}{body}").html).split("By")[0].strip() == markdown


RESPONSE = "<p>I agree with what you said about bread</p>"


@pytest.mark.parametrize(
    ("body", "title", "is_response"),
    [
        (f"{RESPONSE}<p>More.</p>", "I agree with what you said…", True),
        ("<p>Yes!</p>", "Yes!", True),
        (RESPONSE, "Bread", False),
        (f"<h3>Bread</h3>{RESPONSE}", "Bread", False),
        (
            f"{RESPONSE}<img src=https://a.example/b.png>",
            "I agree with what you",
            False,
        ),
        (f"{RESPONSE}{'<p>More words.</p>' * 500}", "I agree with what you", False),
        ("<p>Yes, but this is another</p>", "Yes", False),
        ("<p>A text</p>", "", False),
    ],
)
def test_an_answer_to_another_post_is_left_and_named(
    tmp_path, body, title, is_response
):
    path = write_folder(tmp_path, {NAME: page(body, title=title)})
    posts, left = read_all(medium, path)
    assert [record.kind for record in left.values()] == ["response"] * is_response
    assert len(posts) == (not is_response)


def test_a_post_without_a_text_is_left(tmp_path):
    _, left = read_all(medium, write_folder(tmp_path, {NAME: "<p>Nothing</p>"}))
    assert left[NAME].kind == "post"


def test_what_else_is_in_the_archive_is_counted(tmp_path):
    files = {
        NAME: page(TITLE),
        "claps/claps-0001.html": "",
        "claps/claps-0002.html": "",
        "bookmarks/bookmarks-0001.html": "",
        "README.html": "",
        "posts/md_images/1*a.png": b"PNG",
    }
    files = {f"medium-export/{name}": content for name, content in files.items()}
    posts, left = read_all(medium, write_zip(tmp_path / "a.zip", files))
    assert len(posts) == 1
    assert [(record.kind, record.name) for record in left.values()] == [
        ("file", "README.html"),
        ("bookmarks", "bookmarks/bookmarks-0001.html"),
        ("claps", "claps/claps-0001.html"),
        ("claps", "claps/claps-0002.html"),
    ]


def test_authors_are_those_whom_posts_name(tmp_path):
    files = {
        NAME: page(TITLE),
        "posts/2019-01-01_B-0a1b2c3d4e60.html": page(TITLE),
        "posts/draft_C-0a1b2c3d4e61.html": page(TITLE, footer=DRAFT),
    }

    with medium.open_archive(write_folder(tmp_path, files)) as archive:
        assert list(archive.read_authors()) == [Author("@ann", "Ann Lee")]


@pytest.mark.parametrize(
    ("reference", "content"),
    [
        ("https://cdn-images-1.medium.com/max/800/1*a.png", b"PNG"),
        ("https://cdn-images-1.medium.com/max/800/1%2Aa.png", b"PNG"),
        ("https://cdn-images-1.medium.com/max/800/1*b.png", None),
        ("https://a.example/2018-03-04_A-tale-0a1b2c3d4e5f.html", None),
        ("", None),
    ],
)
def test_images_are_found_by_their_names(tmp_path, reference, content):
    path = write_folder(tmp_path, {NAME: page(TITLE), "posts/img/1*a.png": b"PNG"})
    assert read_media(medium, path, reference) == content


def test_an_archive_is_known_by_its_posts(tmp_path):
    assert medium.matches(write_zip(tmp_path / "a.zip", {NAME: page(TITLE)}))
    assert not medium.matches(write_folder(tmp_path / "b", {NAME: "<p>Other</p>"}))
    assert not medium.matches(write_folder(tmp_path / "c", {NAME: b"\xff"}))
    assert not medium.matches(write_folder(tmp_path / "d", {"x/a.html": page(TITLE)}))
    assert not medium.matches(tmp_path / "missing")

    with pytest.raises(NotReadable, match="no folder posts"):
        read_all(medium, tmp_path / "d")


def test_the_folder_of_posts_alone_is_read_as_in_its_archive(tmp_path):
    names = ("draft_B-0a1b2c3d4e50.html", "2018-03-04_C.html", NAME[6:])
    pages = {name: page("<p>Text", footer=DRAFT) for name in names}
    alone = write_folder(tmp_path / "a", {**pages, "x.html": "", "y/z.html": ""})
    whole = write_folder(tmp_path / "b", {f"posts/{n}": pages[n] for n in names})
    assert medium.matches(alone)
    posts, left = read_all(medium, alone)
    states = {key: post.state for key, post in posts.items()}
    archived, _ = read_all(medium, whole)
    assert states == {key: post.state for key, post in archived.items()}
    assert sorted(states.values()) == ["draft", "public", "public"]
    assert left.keys() == {"x.html", "y/z.html"}


def test_one_file_of_medium_is_read(tmp_path):
    path = write_folder(tmp_path, {NAME: page("<p>Text")}) / NAME
    assert medium.matches(path)
    assert read_one(medium, path).key == "0a1b2c3d4e5f"


def test_a_post_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = write_folder(tmp_path, {NAME: b"a\n\xff"})

    with pytest.raises(NotReadable, match="line 2: this is not UTF-8"):
        read_all(medium, path)
