"""Links in imported posts to lists of the old blog lead to those of this one."""

import pytest

from flaskr.importing.places import OldAddresses
from flaskr.importing.records import List

from ..conftest import rows
from .archives import author
from .archives import item
from .archives import tag
from .archives import write_wxr
from .exports import write_folder
from .test_feeds import ATOM
from .test_feeds import blogger_entry
from .test_feeds import by
from .test_feeds import LABEL
from .test_feeds import write as write  # noqa: F401
from .test_ghost import export
from .test_ghost import POST
from .test_wordpress import find_names

TERMS = """<wp:category><wp:term_id>3</wp:term_id>
<wp:category_nicename>tea</wp:category_nicename>
<wp:category_parent>drinks</wp:category_parent></wp:category>
<wp:category><wp:term_id>2</wp:term_id>
<wp:category_nicename>drinks</wp:category_nicename>
<wp:category_parent>tea</wp:category_parent></wp:category>"""
CATEGORIES = tag("Tea", "category") + tag("Tips &amp; tricks", nicename="tips")


@pytest.fixture
def lead(app, take):
    """Where a link of an imported post leads, which the only post has."""

    def lead(path, *options):
        _, report = take(path, *options)
        (row,) = rows(app, "SELECT body FROM post")
        return row["body"].removeprefix("[x](").removesuffix(")"), report

    return lead


def link(address):
    return f'<p><a href="{address}">x</a></p>'


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://old.example/category/tea/", "/tag/tea"),
        ("http://www.old.example/category/drinks/tea/page/2/", "/tag/tea"),
        ("/category/Tea/?utm_source=x", "/tag/tea"),
        ("/?cat=3", "/tag/tea"),
        ("/?category_name=tea", "/tag/tea"),
        ("/tag/tips/", "/tag/tips%20&%20tricks"),
        ("/?tag=tips", "/tag/tips%20&%20tricks"),
        ("/author/jane-doe/", "/author/Jane%20Doe"),
        ("/?author=1", "/author/Jane%20Doe"),
    ],
)
def test_links_to_lists_of_wordpress_lead_to_those_here(
    app, lead, tmp_path, address, path
):
    head = author("Jane.Doe", "Jane Doe") + TERMS
    post = item(1, body=link(address), more=CATEGORIES, creator="Jane.Doe")
    found, report = lead(write_wxr(tmp_path / "a.xml", post, head=head))
    assert (found, report["left"]) == (path, [])
    assert app.test_client().get(path).status_code == 200


@pytest.mark.parametrize(
    "options",
    [{"more": ""}, {"status": "draft"}, {"post_type": "page"}],
    ids=["not tagged", "a draft", "a page"],
)
@pytest.mark.parametrize("address", ["/category/tea/", "/?cat=3"])
def test_links_to_lists_that_are_not_here_are_named(lead, tmp_path, options, address):
    post = item(1, body=link(address), **{"more": CATEGORIES, **options})
    found, report = lead(write_wxr(tmp_path / "a.xml", post, head=TERMS))
    assert found == f"https://old.example{address}"
    assert find_names(report, "left", "it leads to what is not taken") == [found]


def test_a_tag_that_is_left_has_no_list(lead, tmp_path):
    more = "".join(tag(f"Tag {n:02}", nicename=f"t{n}") for n in range(21))
    post = item(1, body=link("/tag/t20/"), more=more)
    found, _ = lead(write_wxr(tmp_path / "a.xml", post))
    assert found == "https://old.example/tag/t20/"


def test_a_list_has_the_name_that_its_tag_has_here(lead, tmp_path):
    more = tag("C, D/E", nicename="cde")
    post = item(1, body=link("/tag/cde/"), more=more)
    found, _ = lead(write_wxr(tmp_path / "a.xml", post))
    assert found == "/tag/c%20d/e"


def test_categories_in_each_other_have_a_bound(lead, tmp_path):
    term = (
        "<wp:category><wp:category_nicename>c{}</wp:category_nicename>"
        "<wp:category_parent>c{}</wp:category_parent></wp:category>"
    )
    head = "".join(term.format(n, n + 1) for n in range(20))
    path = "/".join(f"c{n}" for n in reversed(range(10)))
    post = item(
        1, body=link(f"/category/{path}/"), more=tag("Tea", "category", nicename="c0")
    )
    assert lead(write_wxr(tmp_path / "a.xml", post, head=head))[0] == "/tag/tea"


def test_lists_are_below_the_path_of_the_blog(app, lead, tmp_path):
    app.config["SITE_URL"] = "https://new.example/blog"
    post = item(1, body=link("/tag/tips/"), more=CATEGORIES)
    found, _ = lead(write_wxr(tmp_path / "a.xml", post))
    assert found == "/blog/tag/tips%20&%20tricks"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/tag/green-tea/", "/tag/tea"),
        ("__GHOST_URL__/author/jane/", "/author/Jane%20Doe"),
        ("/author/bo/", "/author/bo/"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--address", "https://old.example")])
@pytest.mark.parametrize("is_dry", [False, True])
def test_links_to_lists_of_ghost_lead_to_those_here(
    app, take, lead, tmp_path, address, path, options, is_dry
):
    tables = {
        "posts": [{**POST, "html": link(address)}],
        "tags": [{"id": "t", "name": "Tea", "slug": "green-tea"}],
        "posts_tags": [{"post_id": POST["id"], "tag_id": "t"}],
        "users": [
            {"id": "u", "name": "Jane Doe", "slug": "jane"},
            {"id": "v", "name": "Bo", "slug": "bo"},
        ],
        "posts_authors": [
            {"post_id": POST["id"], "author_id": "u", "sort_order": 0},
            {"post_id": POST["id"], "author_id": "v", "sort_order": 1},
        ],
    }
    folder = write_folder(tmp_path, {"blog.json": export(tables)})
    is_left = path == address

    if is_dry:
        _, report = take(folder / "blog.json", *options, "--dry-run")
    else:
        found, report = lead(folder / "blog.json", *options)
        start = options[1] if options and is_left else ""
        assert found == f"{start}{path}"

    assert bool(report["left"]) == is_left


def test_links_to_labels_of_blogger_lead_to_tags(lead, write):  # noqa: F811
    body = (
        "&lt;a href='http://old.example/search/label/Tea?max-results=9'&gt;x&lt;/a&gt;"
    )
    entry = blogger_entry(1, "post", LABEL + by("Jane", "1"), body)
    found, _ = lead(
        write(ATOM, '<link rel="alternate" href="http://old.example/"/>' + entry)
    )
    assert found == "/tag/tea"


HEAD = "---\ntitle: A\ndate: 2020-01-02\ntags: [Green Tea]\n"
OLD = "url: https://old.example\n"


@pytest.mark.parametrize(
    ("address", "files"),
    [
        *(
            (address, {"_config.yml": OLD, "_posts/2020-01-02-a.md": HEAD})
            for address in (
                *("/tag/green-tea/", "/tags/green-tea", "/categories/green-tea/"),
                *("/tags/#green-tea", "/tags.html#green-tea", "/category/green-tea/"),
            )
        ),
        ("/tags/Green-Tea/", {"_config.yml": OLD, "source/_posts/a.md": HEAD}),
        (
            "/t/Green-Tea/",
            {"_config.yml": f"{OLD}tag_dir: t\n", "source/_posts/a.md": HEAD},
        ),
        *(
            (address, {"_config.yml": OLD, "source/_posts/a.md": HEAD + categories})
            for categories, address in (
                ("categories: [Drinks, Green Tea]\n", "/categories/Drinks/Green-Tea/"),
                ("categories: [[Drinks], [Green Tea]]\n", "/categories/Green-Tea/"),
                ("category: Green Tea\n", "/categories/Green-Tea/"),
            )
        ),
        *(
            (address, {"hugo.toml": 'baseURL = "/"', "content/posts/a.md": HEAD})
            for address in ("/tags/green-tea/", "/categories/green-tea/")
        ),
        *(
            (
                address,
                {
                    "pelicanconf.py": "SITEURL = 'https://old.example'\n" + more,
                    "content/a.md": HEAD,
                },
            )
            for address, more in (
                ("/tag/green-tea.html", ""),
                ("{tag}Green Tea", ""),
                ("{tag}Green Tea", "TAG_URL = 't/{slug}/'"),
                ("/t/green-tea/", "TAG_URL = 't/{slug}/'"),
            )
        ),
    ],
)
def test_links_to_lists_of_folders_lead_to_tags(lead, tmp_path, address, files):
    *settings, name = files
    text = f"{files[name]}---\n[x](<{address}>)"
    # What Hexo has, so that it isn't taken for Jekyll's.
    more = {"scaffolds/a.md": ""} if name.startswith("source/") else {}
    folder = write_folder(tmp_path / "old", {**files, name: text, **more})
    found, report = lead(folder)
    assert found == "/tag/green%20tea"
    assert not report["left"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("{category}Drinks", "/tag/drinks"),
        ("{author}Ann Bo", "/author/Ann%20Bo"),
        ("/author/ann-bo.html", "/author/Ann%20Bo"),
        ("{index}", "/"),
    ],
)
def test_links_to_other_lists_of_pelican_lead_to_those_here(
    lead, tmp_path, address, path
):
    head = "Title: A\nDate: 2020-01-02\nCategory: Drinks\nAuthor: Ann Bo\n\n"
    text = f"{head}[x](<{address}>)"
    files = {"pelicanconf.py": "SITEURL = 'https://old.example'", "content/a.md": text}
    assert lead(write_folder(tmp_path / "old", files))[0] == path


def test_notes_have_no_lists(lead, tmp_path):
    text = HEAD + "---\n[x](/tags/green-tea/)"
    found, _ = lead(write_folder(tmp_path / "old", {"a.md": text}))
    assert found == "/tags/green-tea/"


def test_no_list_is_where_no_address_is():
    places = OldAddresses()
    places.add_list(List("http://[", tag="A"))
    places.add_list(List("", tag="A"))
    assert places.lists == {}
