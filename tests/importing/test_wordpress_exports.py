"""``flask --app flaskr import``: what WordPress wrote where it ran."""

import pytest

from .archives import item
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


def test_tags_that_are_changed_are_one_line(take, wxr):
    posts = [item(n, f"Post {n}", more=tag(f"a, {n}")) for n in range(1, 9)]
    said, report = take(wxr(*posts))
    assert said.count("its tags are written otherwise") == 1
    assert find_names(report, "changed", "its tags")[0] == "Post 1: a, 1"


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


def test_a_footnote_of_one_word_is_no_address(app, take, wxr):
    body = (
        '<p>One<a href="#_ftn1" id="_ftnref1">[1]</a></p>'
        '<p><a id="_ftn1" href="#_ftnref1">[1]</a> Two</p>'
    )
    take(wxr(item(1, body=body)))
    assert read_posts(app)[0]["body"] == "One[^1]\n\n[^1]: Two"
