"""What the editor says of a text before it is published."""

import io
import re

import pytest
from PIL import Image

from flaskr.db import transaction

from .conftest import PASSWORD
from .conftest import write


def check(client, body):
    return client.post("/preview", data={"body": body}).json["checks"]


IMAGE = "https://example.com/x.png"


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
        "[elsewhere](https://example.com/999) [mail](mailto:a@b.c) [other](//x.org/9)",
        "[no host](https://[/1) <http://[x> [other](https://localhost:1/999)",
        "[none](https://\u00ad..x/)\n[a](#comments) [one](#comment-3) [a](#:~:text=A)",
        "[lists](/) [tags](/tags) [search](/search?q=x) [feed](/feed.atom) [site](.)",
        "[archive](/archive) [slash](/archive/) [in](/auth/login) [x](/static/x.y)",
    ],
)
def test_a_text_in_order_has_nothing_to_check(alice, text):
    assert check(alice, text) == []


def test_images_without_a_description_are_found(alice):
    text = f"![]({IMAGE})\n\n- item\n- ![ ](//x.org/x.png) and [![](https://x.org/y.png)](/)\n"
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


def test_footnotes_that_say_nothing_or_that_nothing_refers_to_are_found(alice):
    text = (
        "One[^1] and\ntwo[^b] and[^b] three[^3] four[^4].\n\n[^1]:\n\n[^b]:\n\n"
        "[^3]: ![x](//x.org/x.png)\n\n[^4]: Text\n\n[^un]: Used\n  > [^5]: Nowhere\n\n"
        "```\n[^code]: x\n```\n"
    )
    assert check(alice, text) == [
        [4, "The footnote “1” has no text."],
        [6, "The footnote “b” has no text."],
        [12, "Nothing refers to the footnote “un”."],
        [13, "Nothing refers to the footnote “5”."],
    ]


def test_footnotes_are_called_what_the_text_calls_them(alice):
    text = "a[^x] b[^y]\n\n[^y]: why\n[^x]:\n\n    \n"
    assert check(alice, text) == [[4, "The footnote “x” has no text."]]
    # Where code has a label, too, by their numbers.
    text = "`[^y]` a[^x]\n\n[^x]:\n\n[^y]: Text\n"
    [[line, sentence]] = check(alice, text)
    assert (line, sentence) == (1, "The footnote “1” has no text.")


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
        "[here](/1) [here](/1-public#top) [here](1-other) [whole](http://localhost/1?a)\n"
        "[draft](/2) [none](/3-gone) <http://localhost/4> [odd](5) [big](/"
        + "9" * 18
        + ")"
    )
    assert check(alice, text) == [
        [2, f"“{link}” leads to no public post."]
        for link in ("/2", "/3-gone", "http://localhost/4", "5", f"/{'9' * 18}")
    ]


def upload(client):
    content = io.BytesIO()
    Image.new("RGB", (4, 3)).save(content, "PNG")
    content.seek(0)
    sent = {"image": (content, "x.png"), "alt": "x"}
    answer = client.post(
        "/account/images", data=sent, headers={"Accept": "application/json"}
    )
    return re.search(r"/image/[^)]*", answer.json["markdown"])[0]


def lead_nowhere(client, *urls):
    """Those of some URLs that lead to nothing, as the editor says."""
    text = "\n".join(f"[x]({url})" for url in urls)
    found = check(client, text)
    assert all("leads to no" in what or "no image at" in what for _line, what in found)
    return [urls[line - 1] for line, _what in found]


def test_links_to_tags_are_checked(alice, bob):
    alice.post("/create", data={"title": "t", "body": "", "tags": "Ünï, 中文, a/b"})
    draft = {"title": "t", "body": "", "tags": "Hidden", "draft": "1"}
    bob.post("/create", data=draft)
    known = [
        f"/tag/{name}" for name in ("ünï", "%C3%9CN%C3%8F", "中文", "a/b", "中文/")
    ]
    known += ["/tag/%E4%B8%AD%E6%96%87/feed.rss", "//localhost/tag/a/b/feed.html"]
    dead = ["/tag/none", "/tag/hidden", "/tag/hidden/feed.atom", "/tag/%00", "/tag/中"]
    assert lead_nowhere(alice, *known, *dead, "tag/%ff") == [*dead, "tag/%ff"]
    [[_line, sentence]] = check(alice, "[a](/tag/%E6%97%A0)")
    assert sentence == "“/tag/无” leads to no page of this blog."


def test_links_to_people_are_checked(alice, bob, client):
    write(bob)
    login = {"username": "carol", "password": PASSWORD}
    carol = alice.application.test_client()
    carol.post("/auth/register", data=login)
    for closing in (bob, carol):
        data = {"posts": "keep", "password": PASSWORD}
        closing.post("/account/close", data=data)

    known = [
        "/author/alice",
        "/author/ALICE",
        "author/%61lice/feed.json",
        "/author/bob",
    ]
    dead = ["/author/nobody", "/author/nobody/feed.html", f"/author/{'x' * 2000}"]
    dead += ["/author/carol", "/author/carol/feed.rss"]
    assert [client.get(url).status_code for url in dead] == [404] * 5
    assert lead_nowhere(alice, *known, *dead) == dead


def test_links_to_images_are_checked(alice):
    image = upload(alice)
    none = f"/image/{'0' * 12}-4x3.png"
    dead = [image.replace("-4x3", "-5x3"), none, "/image/x.png", f"{none}#wide"]
    assert lead_nowhere(alice, image, f"{image}#wide", *dead) == dead
    assert check(alice, f"![a]({image}) and\n![b]({none})\n![c](d.png)") == [
        [2, f"There is no image at “{none}”."],
        [3, "There is no image at “d.png”."],
    ]


def test_links_to_times_are_checked(app, alice):
    write(alice)
    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = '2020-02-03 12:00:00'")

    dead = [
        "/archive/0000",
        "/archive/9999/12",
        "/archive/2019",
        "/archive/2020/03",
        "/archive/2020/13",
        "/archive/20",
    ]
    assert lead_nowhere(alice, "/archive/2020", "/archive/2020/02", *dead) == dead
    assert lead_nowhere(alice, "/archive/2020/00") == ["/archive/2020/00"]


def test_links_to_headings_of_other_posts_are_checked(alice, bob):
    body = "# Hello, *world*\n\n# 中文\n\nNote[^1].\n\n[^1]: Text."
    write(alice, "One", body)
    draft = {"title": "Two", "body": "# Secret", "draft": "1"}
    bob.post("/create", data=draft)
    known = ["#h-hello-world", "#hello-world", "#中文", "#%E4%B8%AD%E6%96%87", "#fn-1"]
    known = [f"/1-one{fragment}" for fragment in [*known, "#fnref-1", "#comment-9", ""]]
    dead = ["/1#fn-2", "//localhost/1-one#other", "http://localhost/1?a#%E4%B8%AD"]
    assert lead_nowhere(alice, *known, *dead) == dead
    [[_line, sentence]] = check(alice, "[a](/1#%E4%B8%AD)")
    assert sentence == "“/1#中” leads to no heading of that post."
    # Of what readers do not see, nothing is said but that.
    for fragment in ("#secret", "#other"):
        [[_line, sentence]] = check(alice, f"[x](/2{fragment})")
        assert sentence == f"“/2{fragment}” leads to no public post."


def test_a_post_links_to_its_own_new_headings(alice):
    write(alice, "One", "# Old")
    assert check(alice, "# New\n\n[a](/1-one#new) [b](/1-one#old)") == []


def test_links_to_more_text_than_there_is_time_for_are_not_checked(alice):
    write(alice, body="# Short")
    write(alice, "Long", body="# Long\n\n" + "x" * 190_000)
    write(alice, "Long", body="# Long\n\n" + "x" * 190_000)
    assert lead_nowhere(alice, "/1#a", "/2#a", "/3#a") == ["/1#a", "/2#a"]


def test_links_that_lead_on_or_to_no_page_are_told_apart(alice):
    known = ["/account", "/account/", "/tags/", "//localhost:80/tags", "/auth/./login"]
    dead = ["/nothing", "/1/like/x", "/12x", "/tags/x", "HTTP://LOCALHOST/nothing"]
    assert lead_nowhere(alice, *known, *dead) == dead


def test_many_links_are_checked_with_few_queries(alice, statements):
    names = [
        "/1#x",
        "/{}",
        "/tag/{}",
        "/author/{}",
        "/archive/20{:02}",
        f"/image/{'0' * 10}{{}}-1x1.png",
    ]

    def count(numbers):
        statements.clear()
        urls = [name.format(number) for number in numbers for name in names]
        check(alice, "\n".join(f"[x]({url})" for url in urls))
        return len(statements)

    write(alice, body="# One")
    count([50])
    assert count(range(50, 90)) == count([50])


def test_a_blog_below_a_path_checks_its_own_links(empty_database, create_ready_app):
    site = "https://example.com/blog"
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": site})
    client = app.test_client()
    login = {"username": "alice", "password": PASSWORD}
    client.post("/auth/register", data=login, base_url=site)
    image = f"/image/{'0' * 12}-4x3.png"
    dead = ["https://example.com/blog/7", "HTTP://Example.com:80/blog/8#x", "9"]
    dead += ["//example.com/blog/tag/x", "/blog/author/x", image, f"/blog{image}"]
    text = "\n".join(
        f"[x]({url})"
        for url in (*dead, "https://example.com/7", "/7", "/tag/x", "/blogs/7", "/blog")
    )
    answer = client.post("/preview", data={"body": text}, base_url=site)
    assert [line for line, _what in answer.json["checks"]] == [1, 2, 3, 4, 5, 6, 7]


def test_a_blog_with_a_chinese_host_checks_its_own_links(app, alice):
    app.config["SITE_URL"] = "https://xn--fiq228c.example/"
    known = ["https://中文.example/", "https://中.example/7"]
    dead = ["https://中文.example/7", "https://xn--fiq228c.example:443/tag/x", "/7"]
    assert lead_nowhere(alice, *known, *dead) == dead


def test_a_long_list_of_checks_is_cut(alice):
    text = "![](//x.org/x.png)\n\n" * 50 + " ".join(f"[x](/{n})" for n in range(300))
    found = check(alice, text)
    assert len(found) == 40


def test_a_preview_without_scripts_says_what_to_check(alice):
    data = {
        "title": "t",
        "body": "text\n\n![](//x.org/x.png)\n\n# a\n\n### b",
        "preview": "1",
    }
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
