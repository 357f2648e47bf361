"""What Substack exports is read."""

import csv
import json
from datetime import datetime
from datetime import UTC
from html import escape
from io import StringIO

import pytest

from flaskr.importing import substack
from flaskr.importing.records import NotReadable
from flaskr.importing.records import State

from .exports import make_markdown
from .exports import read_all
from .exports import read_media
from .exports import read_one
from .exports import write_folder
from .exports import write_zip

ROW = {
    "post_id": "123.a-tale",
    "post_date": "2021-03-04T05:06:07.000Z",
    "is_published": "true",
    "email_sent_at": "2021-03-04T06:00:00.000Z",
    "inbox_sent_at": "",
    "type": "newsletter",
    "audience": "everyone",
    "title": "A tale, told",
    "subtitle": "",
    "podcast_url": "",
}
NAME = "posts/123.a-tale.html"
ORIGINAL = "https://substack-post-media.s3.amazonaws.com/public/images/a_8x6.png"
SERVICE = "https://substackcdn.com/image/fetch/"
FETCHED = (
    "https://substackcdn.com/image/fetch/$s_!x!,w_1456,c_limit,f_auto,q_auto:good/"
    "https%3A%2F%2Fsubstack-post-media.s3.amazonaws.com%2Fpublic%2Fimages%2Fa_8x6.png"
)

CAT = {"src": ORIGINAL, "alt": "A cat"}
TWEET = {"url": "https://t.example", "full_text": "Hi"}
FORMULA = {"persistentExpression": "x^2"}


def write_list(*rows):
    stream = StringIO()
    writer = csv.DictWriter(stream, list(rows[0] if rows else ROW))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path):
    """Reads one post, with other values."""

    def read(body="<p>Text</p>", values=None, **options):
        files = {"posts.csv": write_list({**ROW, **(values or {})}), NAME: body}
        return read_one(substack, write_folder(tmp_path, files), **options)

    return read


def test_a_post_is_read(read):
    post = read()
    assert post.key == "123"
    assert post.title == "A tale, told"
    assert post.state is State.PUBLIC
    assert post.created == datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert post.addresses == ("/p/a-tale",)
    assert post.html == "<p>Text</p>"
    assert not (post.is_page or post.authors or post.warnings)


def test_a_subtitle_and_a_podcast_are_kept(read):
    url = "https://api.substack.com/feed/podcast/1/a.mp3"
    post = read(
        values={"subtitle": "Sub & more", "podcast_url": url, "type": "podcast"}
    )
    assert make_markdown(post.html) == f"*Sub & more*\n\n<{url}>\n\nText"


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"audience": ""}, State.PUBLIC),
        ({"audience": "only_paid"}, State.PRIVATE),
        ({"audience": "founding"}, State.PRIVATE),
        ({"is_published": "false"}, State.DRAFT),
        ({"is_published": "false", "audience": "only_paid"}, State.DRAFT),
        ({"type": "adhoc_email"}, State.PRIVATE),
    ],
)
def test_drafts_and_what_only_some_could_read_stay_so(read, values, state):
    post = read(values=values)
    assert post.state is state
    assert bool(post.warnings) == (state is State.PRIVATE)
    assert bool(post.addresses) == (state is not State.DRAFT)


@pytest.mark.parametrize(
    ("kind", "warning"),
    [("thread", "was a thread"), ("restack", "a restack"), ("new", "not known: new.")],
)
def test_other_kinds_are_warned_of(read, kind, warning):
    assert warning in read(values={"type": kind}).warnings[0]


def test_a_page_is_a_page(read):
    assert read(values={"type": "page"}).is_page


@pytest.mark.parametrize(
    ("values", "created"),
    [
        ({"post_date": ""}, datetime(2021, 3, 4, 6, tzinfo=UTC)),
        ({"post_date": "x", "email_sent_at": "y"}, None),
    ],
)
def test_another_date_is_taken_if_there_is_none(read, values, created):
    post = read(values=values)
    assert post.created == created or not created and post.created.year >= 2026
    assert bool(created) != any("no date" in warning for warning in post.warnings)


def test_the_address_of_the_blog_is_found_in_its_posts(read):
    body = '<p>a</p><a href="https://ann.substack.com/subscribe?utm_source=x">b</a>'
    assert read(body).addresses == ("https://ann.substack.com/p/a-tale",)


def test_the_address_that_is_given_is_the_one_of_the_blog(read):
    post = read(address="https://ann.example")
    assert post.addresses == ("https://ann.example/p/a-tale",)


def attributes(values):
    return f'data-attrs="{escape(json.dumps(values))}"'


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        (
            '<p>a</p><div class="subscription-widget-wrap"><form><p>Mail</p></form>'
            "</div>"
            '<p class="button-wrapper"><a href="https://x.example">Go</a></p>'
            '<div class="captioned-button-wrap"><p>Share</p></div>'
            '<div class="paywall-jump"></div><button>b</button>',
            "a",
        ),
        (
            '<p>a</p><div class="captioned-image-container"><figure>'
            f'<a class="image-link" href="{FETCHED}"><div><picture>'
            f'<source srcset="x"><img src="{FETCHED}" alt="" {attributes(CAT)}>'
            "</picture></div></a>"
            "<figcaption>Below</figcaption></figure></div>",
            f'a\n\n![A cat]({ORIGINAL} "Below")',
        ),
        (
            '<p>a</p><p><a href="https://b.example">'
            f'<img src="{FETCHED}" alt="B"></a></p>',
            f"a\n\n[![B]({ORIGINAL})](https://b.example)",
        ),
        (
            "<p>a</p>"
            f'<div class="tweet" {attributes(TWEET)}>'
            "<p>b</p></div>"
            f'<div class="youtube-wrap" {attributes({"videoId": "abc"})}></div>'
            f'<div class="vimeo-wrap" {attributes({"videoId": "123"})}></div>'
            '<div class="spotify-wrap"><iframe src="https://s.example/x"></iframe>'
            "</div>"
            '<div class="instagram" data-attrs="{"></div>'
            '<div class="embedded-post-wrap" data-attrs="[]">'
            '<a href="https://e.example">'
            "c</a></div>",
            "a\n\n[Hi](https://t.example)\n\n<https://www.youtube.com/watch?v=abc>\n\n"
            "<https://vimeo.com/123>\n\n<https://s.example/x>\n\n<https://e.example>",
        ),
        (
            f'<p>a</p><div class="latex-rendered" {attributes(FORMULA)}></div>',
            "a\n\n$$x^2$$",
        ),
        (
            '<p>a<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1'
            '</a></p><div class="footnote"><a id="footnote-1" href="#footnote-anchor-1"'
            ' class="footnote-number">1</a><div class="footnote-content"><p>Note</p>'
            '</div></div><p>b</p><div class="footnote">Odd</div>'
            '<p><a href="#footnote-x">c</a></p>',
            "a[^1]\n\n[^1]: Note\n\nb\n\nOdd\n\nc",
        ),
    ],
)
def test_a_body_becomes_a_text(read, body, markdown):
    assert make_markdown(read(body).html) == markdown


@pytest.mark.parametrize(
    "name",
    ["poll-embed", "native-video-embed", "native-audio-embed", "file-embed-wrapper"],
)
def test_what_the_export_lacks_is_warned_of(read, name):
    post = read(f'<p>a</p><div class="{name}">b</div><div class="{name}">c</div>')
    assert post.html == "<p>a</p>"
    assert len(post.warnings) == 1


@pytest.mark.parametrize(
    ("url", "original"),
    [
        (FETCHED, ORIGINAL),
        (f"https://cdn.substack.com/image/fetch/w_1/{FETCHED}", ORIGINAL),
        ("https://a.example/b.png", "https://a.example/b.png"),
        (f"{SERVICE}{ORIGINAL}", ORIGINAL),
        # Of which nobody makes so many.
        (4 * f"{SERVICE}x/" + ORIGINAL, f"{SERVICE}x/{ORIGINAL}"),
    ],
)
def test_an_image_is_the_one_that_was_uploaded(url, original):
    assert substack.find_original(url) == original


# The archive


def test_what_is_not_taken_is_named(tmp_path):
    files = {
        "posts.csv": write_list(ROW, {**ROW, "post_id": "124.gone", "title": ""}),
        NAME: "<p>Text</p>",
        "posts/125.not-listed.html": "<p>Text</p>",
        "posts/123.delivers.csv": "",
        "posts/123.opens.csv": "",
        "email_list.ann.csv": "",
        "image.png": b"PNG",
    }
    path = write_zip(tmp_path / "a.zip", files)
    posts, left = read_all(substack, path)
    assert posts.keys() == {"123"}
    assert {record.name: record.kind for record in left.values()} == {
        "124.gone": "post",
        "posts/125.not-listed.html": "post",
        "posts/123.delivers.csv": "list",
        "posts/123.opens.csv": "list",
        "email_list.ann.csv": "list",
    }

    with substack.open_archive(path) as archive:
        assert not list(archive.read_authors())


@pytest.mark.parametrize(
    ("reference", "content"),
    [(FETCHED, b"PNG"), ("https://a.example/123.a-tale.html", None), ("/b.png", None)],
)
def test_images_are_found_by_their_names(tmp_path, reference, content):
    files = {"posts.csv": write_list(ROW), NAME: "", "images/a_8x6.png": b"PNG"}
    assert read_media(substack, write_folder(tmp_path, files), reference) == content


def test_a_post_without_a_name_has_no_address(tmp_path):
    files = {"posts.csv": write_list({**ROW, "post_id": "123"}), "posts/123.html": ""}
    assert read_one(substack, write_folder(tmp_path, files)).addresses == ()


def test_a_row_that_is_too_short_or_too_long_is_read(tmp_path):
    listed = f"{','.join(ROW)}\n123.a,,true\n124.b,{',' * 20}x\n"
    files = {"posts.csv": listed, "posts/123.a.html": "a", "posts/124.b.html": "b"}
    posts, _ = read_all(substack, write_folder(tmp_path, files))
    assert [post.html for post in posts.values()] == ["a", "b"]


def test_an_export_is_known_by_the_columns_of_its_list(tmp_path):
    files = {"posts.csv": "\ufeff" + write_list(ROW), NAME: ""}
    assert substack.matches(write_zip(tmp_path / "a.zip", files))
    assert not substack.matches(write_folder(tmp_path / "b", {"posts.csv": "a,b\n"}))
    assert not substack.matches(write_folder(tmp_path / "c", {"posts.csv": ""}))
    assert not substack.matches(write_folder(tmp_path / "d", {"other.csv": ""}))


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("post_id,title\n1.a,A\n", "line 1: it lacks audience, is_published"),
        ("", "line 1: it lacks"),
        (f'{",".join(ROW)}\n1.a,"x"y\n', "line 2: "),
        (f'{",".join(ROW)}\n1.a,"x\ny', "line 3: "),
        (f"{','.join(ROW)}\n1.a,{'x' * 200_000}\n", "line 2: field larger"),
    ],
)
def test_a_list_that_is_broken_is_refused_with_its_line(tmp_path, listed, words):
    path = write_folder(tmp_path, {"posts.csv": listed})

    with pytest.raises(NotReadable, match=words):
        read_all(substack, path)


def test_no_list_is_refused(tmp_path):
    with pytest.raises(NotReadable, match="no posts.csv"):
        read_all(substack, tmp_path)
