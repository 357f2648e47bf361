"""What the editor says of a text before it is published."""

import re

import pytest

from .conftest import PASSWORD
from .conftest import write


def check(client, body):
    return client.post("/preview", data={"body": body}).json["checks"]


IMAGE = "/image/" + "0" * 40 + "-900x600.png"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# One\n\n## Two\n\n### Three\n\n# Four\n\n## Five",
        "### Begins low\n\n#### then lower",
        f"![A cat]({IMAGE})",
        "# Here\n\n[up](#here) [top](#) [top](#TOP) [also](#h-here)",
        "A note[^1].\n\n[^1]: Its text, and [back](#fn-1).",
        "`[^1]` and\n\n    [^1]\n\n```\n[^1]\n```\n",
        "[elsewhere](https://example.com/999) [tag](/tag/999) [mail](mailto:a@b.c)",
        "[no host](https://[/1) <http://[x> [page](/12x) [other](https://localhost:1/999)",
    ],
)
def test_a_text_in_order_has_nothing_to_check(alice, text):
    assert check(alice, text) == []


def test_images_without_a_description_are_found(alice):
    text = f"![]({IMAGE})\n\n- item\n- ![ ](/x.png) and [![](y.png)](/)\n"
    sentence = "An image has no description."
    assert check(alice, text) == [[1, sentence], [4, sentence], [4, sentence]]


def test_headings_that_skip_a_level_are_found(alice):
    text = "# One\n\n### Two *here*\n\n##### Three\n\n#\n\n###### Four\n\n# Five"
    assert check(alice, text) == [
        [3, "The heading “Two here” skips a level."],
        [5, "The heading “Three” skips a level."],
    ]


def test_links_to_headings_that_are_not_there_are_found(alice):
    text = "# Here\n\n[a](#here)\nand [b](#%E4%B8%AD) and [c](#fn-1)"
    assert check(alice, text) == [
        [4, "“#中” leads to no heading of this text."],
        [4, "“#fn-1” leads to no heading of this text."],
    ]


def test_footnotes_without_a_text_are_found(alice):
    text = "One[^1] and\ntwo[^two] and *three[^3]*\n\n[^1]: Text."
    assert check(alice, text) == [
        [2, "The footnote “two” has no text."],
        [2, "The footnote “3” has no text."],
    ]


def test_links_to_posts_that_readers_do_not_find_are_found(alice, bob):
    write(alice, "Public")
    bob.post("/create", data={"title": "Not yet", "body": "", "draft": "1"})
    text = (
        "[here](/1) [here](/1-public#x) [here](1-other) [whole](http://localhost/1?a)\n"
        "[draft](/2) [none](/3-gone) <http://localhost/4> [odd](5) [big](/"
        + "9" * 18
        + ")"
    )
    assert check(alice, text) == [
        [2, f"“{link}” leads to no public post."]
        for link in ("/2", "/3-gone", "http://localhost/4", "5", f"/{'9' * 18}")
    ]


def test_a_blog_below_a_path_checks_its_own_links(empty_database, create_ready_app):
    site = "https://example.com/blog"
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": site})
    client = app.test_client()
    login = {"username": "alice", "password": PASSWORD}
    client.post("/auth/register", data=login, base_url=site)
    text = "[a](https://example.com/blog/7) [b](https://example.com/7) [c](/7)"
    answer = client.post("/preview", data={"body": text}, base_url=site)
    assert [check[1] for check in answer.json["checks"]] == [
        "“https://example.com/blog/7” leads to no public post."
    ]


def test_a_long_list_of_checks_is_cut(alice):
    text = "![](x.png)\n\n" * 50 + " ".join(f"[x](/{n})" for n in range(300))
    found = check(alice, text)
    assert len(found) == 40


def test_a_preview_without_scripts_says_what_to_check(alice):
    data = {"title": "t", "body": "text\n\n![](x.png)\n\n# a\n\n### b", "preview": "1"}
    page = alice.post("/create", data=data).text
    box = re.search(r'<details class="checks".*?</details>', page, re.S)[0]
    assert " hidden" not in box
    assert "2 things to check" in box
    assert re.findall(r">(Line \d+)</a> (.*?)</li>", box) == [
        ("Line 3", "An image has no description."),
        ("Line 7", "The heading “b” skips a level."),
    ]
    assert '<details class="checks" id="checks" hidden>' in alice.get("/create").text


def test_nothing_is_refused_for_what_is_to_check(alice):
    data = {"title": "t", "body": "![](x.png)"}
    assert alice.post("/create", data=data).status_code == 302
