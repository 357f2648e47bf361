"""Old addresses of imported posts lead to where they are."""

from urllib.parse import quote

import pytest

from flaskr import create_app
from flaskr.text.old_addresses import make_key

from ..conftest import rows
from .archives import item
from .archives import meta
from .archives import tag
from .archives import write_wxr
from .test_feeds import ATOM
from .test_feeds import entry
from .test_feeds import write as write  # noqa: F401

IN_LISTS = tag("Slow Food", "category") + tag("面包", "category") + tag("c++")


@pytest.fixture
def imported(app, take, tmp_path):
    """A blog with a post that was elsewhere, a Chinese one, a page and a draft."""
    chinese = "https://old.example/2019/05/%e4%bd%a0%e5%a5%bd/"
    take(
        write_wxr(
            tmp_path / "old.xml",
            item(12, "Hello", more=meta("_wp_old_slug", "hallo") + IN_LISTS),
            item(13, "你好", link=chinese),
            item(14, "About", post_type="page", link="https://old.example/about/"),
            item(15, "Draft", status="draft", link="https://old.example/?p=15"),
        )
    )
    return app


@pytest.mark.parametrize(
    "path",
    [
        "/2019/05/post-12/",
        "/2019/05/post-12",
        "/2019/05//post-12/",
        "/2019/05/post-12/index.html",
        "/2019/05/post-12/?utm_source=x&fbclid=y",
        "/2019/05/hallo/",
        "/?p=12",
        "/?utm_medium=z&p=12",
        "/index.php?p=12",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_old_addresses_lead_to_the_post(imported, path, method):
    answer = imported.test_client().open(path, method=method)
    assert (answer.status_code, answer.location) == (301, "/1-hello")


@pytest.mark.parametrize("slug", ["你好", quote("你好"), quote("你好").lower()])
def test_chinese_addresses_lead_to_the_post(imported, slug):
    answer = imported.test_client().get(f"/2019/05/{slug}/")
    assert answer.status_code == 301
    assert answer.location == f"/2-{quote('你好')}"


def test_pages_have_theirs(imported):
    client = imported.test_client()
    assert client.get("/about/").location == "/3-about"
    assert client.get("/?page_id=14").location == "/3-about"


def test_an_accent_may_be_one_character_or_two(app, take, tmp_path):
    take(write_wxr(tmp_path / "a.xml", item(1, link="https://old.example/cafe\u0301/")))
    assert app.test_client().get("/caf%C3%A9").status_code == 301


@pytest.mark.parametrize("path", ["/2019/05/post-15/", "/?p=15", "/?p=99", "/?p=", "/"])
def test_what_is_not_public_leads_nowhere(imported, path):
    answer = imported.test_client().get(path)
    assert answer.status_code == (200 if path.startswith("/?") or path == "/" else 404)
    assert "Draft" not in answer.text


def test_a_post_that_was_deleted_is_not_found_until_it_comes_back(
    imported, alice, execute
):
    execute_as_owner(imported)
    client = imported.test_client()
    alice.post("/1/delete")
    assert client.get("/2019/05/post-12/").status_code == 404
    alice.post("/account/bin/1/restore")
    assert client.get("/2019/05/post-12/").status_code == 301
    alice.post("/1/delete")
    assert rows(imported, "SELECT path FROM old_address WHERE post_id = 1")
    execute(imported, "DELETE FROM binned_post")
    assert not rows(imported, "SELECT path FROM old_address WHERE post_id = 1")


def execute_as_owner(app):
    """Give all posts to Alice."""
    from flaskr.db import transaction

    with app.app_context(), transaction() as db:
        alice = db.execute("SELECT id FROM \"user\" WHERE username = 'alice'")
        db.execute("UPDATE post SET author_id = ?", (alice.fetchone()["id"],))


def test_a_post_that_is_gone_for_good_leaves_no_address(imported, execute):
    execute(imported, "DELETE FROM post WHERE id = 1")
    assert not rows(imported, "SELECT path FROM old_address WHERE post_id = 1")
    assert imported.test_client().get("/2019/05/post-12/").status_code == 404


def test_pages_of_this_blog_come_first(app, take, write):  # noqa: F811
    link = '<link href="https://old.example/tags"/>'
    take(
        write(ATOM, entry(1).replace('<link href="https://old.example/1.html"/>', link))
    )
    assert app.test_client().get("/tags").status_code == 200


def test_the_query_may_say_which_post_it_is(app, take, write):  # noqa: F811
    entries = [
        entry(n, f"Post {n}").replace(f"{n}.html", f"show.php?id={n}&amp;x=1")
        for n in (1, 2)
    ]
    take(write(ATOM, *entries))
    client = app.test_client()
    assert client.get("/show.php?x=1&id=2").location == "/2-post-2"
    assert client.get("/show.php?id=3").status_code == 404


@pytest.mark.parametrize(
    ("path", "where"),
    [
        # WordPress
        ("/feed/", "/feed.rss"),
        ("/feed", "/feed.rss"),
        ("/feed/rss2/", "/feed.rss"),
        ("/feed/atom/", "/feed.atom"),
        # Ghost, Medium and Substack, Jekyll, Hugo, Hexo
        ("/rss/", "/feed.rss"),
        ("/feed.xml", "/feed.atom"),
        ("/index.xml", "/feed.rss"),
        ("/atom.xml", "/feed.atom"),
        # Pelican, Blogger
        ("/feeds/all.atom.xml", "/feed.atom"),
        ("/feeds/posts/default", "/feed.atom"),
        # WordPress, Blogger, Hexo
        ("/2019/05/", "/archive/2019/05"),
        ("/2019/5/13", "/archive/2019/05"),
        ("/archives/2019/05/", "/archive/2019/05"),
        # WordPress, Hugo, Jekyll, Hexo, Pelican, Blogger
        ("/category/slow-food/", "/tag/slow%20food"),
        ("/category/eating/Slow-Food/", "/tag/slow%20food"),
        ("/category/slow-food/feed/", "/tag/slow%20food/feed.rss"),
        ("/category/slow-food/feed/atom/", "/tag/slow%20food/feed.atom"),
        ("/category/slow-food/page/2/", "/tag/slow%20food"),
        ("/categories/面包/", f"/tag/{quote('面包')}"),
        ("/tags/c++/", "/tag/c++"),
        ("/tag/slow-food", "/tag/slow%20food"),
        ("/tag/slow-food/feed", "/tag/slow%20food/feed.rss"),
        ("/tag/slow+food", "/tag/slow%20food"),
        ("/search/label/Slow%20Food", "/tag/slow%20food"),
        # WordPress without permalinks
        ("/?feed=rss2", "/feed.rss"),
        ("/?feed=feed", "/feed.rss"),
        ("/?feed=atom&utm_source=x", "/feed.atom"),
        ("/?m=201905", "/archive/2019/05"),
        ("/?m=20190513", "/archive/2019/05"),
        ("/?tag=slow-food", "/tag/slow%20food"),
        ("/?tag=slow-food&feed=rss2", "/tag/slow%20food/feed.rss"),
        ("/?category_name=eating/slow-food", "/tag/slow%20food"),
    ],
)
def test_old_lists_lead_to_those_here(imported, path, where):
    client = imported.test_client()
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (301, where)
    page = client.get(where)
    assert page.status_code == 200
    assert "Hello" in page.text

    # Below a path, too.
    below = client.get(path, environ_overrides={"SCRIPT_NAME": "/blog"})
    assert below.location == f"/blog{where}"


@pytest.mark.parametrize(
    "path",
    ["/2019/13/", "/0019/05/", "/2019/05/32", "/2019/٠٥/", "/feeds", "/x/feed"]
    + ["/category/none/", "/category/", "/tag/eating/slow-food", "/tag/none/feed"],
)
def test_what_is_like_an_old_list_leads_nowhere(imported, path):
    assert imported.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["feed=comments-rss2", "feed=", "feed=%00", "m=2019", "m=201913", "m=x", "tag=none"]
    + ["tag=%2F%2Fevil.example", "feed=../admin", "tag=none&feed=rss2"],
)
def test_what_means_no_list_is_the_front_page(imported, query):
    answer = imported.test_client().get(f"/?{query}")
    assert answer.status_code == 200
    assert "Hello" in answer.text


@pytest.mark.parametrize("path", ["/1999/05/", "/archive/1999/05"])
@pytest.mark.parametrize("root", ["", "/blog"])
def test_a_month_without_posts_is_not_found(imported, path, root):
    answer = imported.test_client().get(
        path, environ_overrides={"SCRIPT_NAME": root}, follow_redirects=True
    )
    assert answer.status_code == 404
    assert "There are no posts from that time." in answer.text


def test_a_form_that_is_sent_to_an_old_address_is_not_led_on(imported):
    answer = imported.test_client().post("/2019/05/post-12/")
    assert answer.status_code in (404, 405)


def test_no_address_leads_out_of_the_blog(app, take, tmp_path):
    take(
        write_wxr(
            tmp_path / "a.xml", item(1, "//evil.example", link="https://o.example/x")
        )
    )
    assert app.test_client().get("/x").location == "/1-evil-example"


@pytest.mark.parametrize(
    "path",
    [f"/{'x' * 1500}", "/x\x00y", "/%00", "/%ff%fe", f"/?p={'1' * 9999}", "/?p=%00"],
)
def test_odd_addresses_are_not_found(imported, path):
    assert imported.test_client().get(path).status_code in (200, 400, 404)


def test_addresses_that_are_too_long_are_not_kept():
    assert make_key("/" + "x" * 1100) == ""
    assert make_key("/" + "x" * 11_000) == ""
    assert make_key("/") == make_key("") == make_key("/index.html") == ""
    assert make_key("a//b/", "b=2&a=1") == "/a/b?a=1&b=2"


def test_a_random_address_costs_one_query(imported, statements):
    imported.test_client().get("/no/such/page?x=1")
    assert len([s for s in statements if "old_address" in s]) == 1


def test_redirects_are_not_kept_among_pages(imported):
    client = imported.test_client()
    pages = imported.extensions["flaskr.page_cache"].pages
    client.get("/2019/05/post-12/")
    client.get("/no-such-page")
    assert not [slot for slot in pages.slots.values() if slot.page]


def test_a_blog_below_a_path_answers_for_its_own(imported):
    below = create_app(
        {
            "TESTING": True,
            "DATABASE": imported.config["DATABASE"],
            "SITE_URL": "https://new.example/blog",
        }
    )
    client = below.test_client()
    site = {"base_url": "https://new.example"}
    assert client.get("/blog/2019/05/post-12/", **site).location == "/blog/1-hello"
    assert client.get("/blog/?p=12", **site).location == "/blog/1-hello"
    below.extensions["flaskr.db"].shutdown()


def test_links_between_posts_have_the_path_of_the_blog(instance, app, tmp_path):
    app.config["SITE_URL"] = "https://new.example/blog"
    body = '<p><a href="https://old.example/?p=2">there</a></p>'
    path = write_wxr(tmp_path / "a.xml", item(1, body=body), item(2, "Über uns"))
    app.test_cli_runner().invoke(args=["import", str(path)])
    (row, _) = rows(app, "SELECT body FROM post ORDER BY id")
    assert row["body"] == f"[there](/blog/2-{quote('über-uns')})"


def test_without_a_database_nothing_is_led_on(imported, monkeypatch):
    from flaskr.data import old_addresses
    from flaskr.errors import DatabaseUnavailable

    def fail(keys):
        raise DatabaseUnavailable("It is gone.")

    monkeypatch.setattr(old_addresses, "find_post", fail)
    assert imported.test_client().get("/2019/05/post-12/").status_code == 404
