"""What services show of a link to a page."""

import html
import io
import re

import pytest
from PIL import Image

from .conftest import write
from .test_images import photograph
from .test_images import picture
from .test_images import upload

SITE = "http://localhost"


def read_meta(client, path, **options):
    """The properties and names of a page's ``meta``, none of them twice."""
    page = client.get(path, **options)
    assert page.status_code == 200, path
    found = re.findall(
        r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page.text
    )
    once = [(name, text) for name, text in found if name != "article:tag"]
    assert len(dict(once)) == len(once)
    return {name: html.unescape(text) for name, text in found}


def share(client, alice, markdown, language="en"):
    id = write(alice, body=f"Text.\n\n{markdown}")
    return read_meta(client, f"/{id}-a-title", headers={"Accept-Language": language})


def read_shared(client, meta):
    """The image that a page names, and the size that it has."""
    url = meta["og:image"]
    response = client.get(url.removeprefix(SITE))
    assert response.status_code == 200
    return Image.open(io.BytesIO(response.data))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((2000, 901), (1280, 577)),
        ((1999, 377), (1280, 241)),
        ((1280, 900), (1280, 900)),
        ((900, 600), (900, 600)),
        ((300, 3000), (300, 3000)),
        # The file of 1280 pixels would have had more bytes.
        ((1500, 1001), (1500, 1001)),
        ((700, 1500), (700, 1500)),
    ],
)
def test_an_image_is_shared_as_wide_as_services_want_it(client, alice, size, shown):
    meta = share(client, alice, upload(alice, photograph(*size)))
    assert read_shared(client, meta).size == shown
    assert meta["og:image:width"] == str(shown[0])
    assert meta["og:image:height"] == str(shown[1])


@pytest.mark.parametrize("size", [(2000, 2), (30, 3000)])
def test_an_image_of_any_shape_is_shared(client, alice, size):
    meta = share(client, alice, upload(alice, picture(*size)))
    assert read_shared(client, meta)
    assert int(meta["og:image:height"]) >= 1


@pytest.mark.parametrize("heavy", ["width >= 1280", "TRUE"])
def test_an_image_of_many_bytes_is_shared_narrower(app, client, alice, execute, heavy):
    address = re.search(r"/image/.*\.jpg", upload(alice, photograph(2000, 500)))[0]
    execute(app, f"UPDATE image_file SET content = ? WHERE {heavy}", b"x" * 5_000_001)
    meta = share(client, alice, f"![]({address})")
    assert meta["og:image"] == f"{SITE}{address.replace('.jpg', '-640w.jpg')}"
    assert meta["og:image:height"] == "160"


def test_a_drawing_without_a_narrower_file_is_shared_as_it_is(
    app, client, alice, execute
):
    address = re.search(r"/image/.*\.jpg", upload(alice, photograph(2000, 500)))[0]
    execute(app, "DELETE FROM image_file WHERE width < 2000")
    meta = share(client, alice, f"![]({address})")
    assert meta["og:image"] == f"{SITE}{address}"
    assert meta["og:image:width"] == "2000"


def test_an_image_that_is_not_there_is_not_shared(client, alice):
    address = re.search(r"/image/.*\.png", upload(alice, picture(800, 600)))[0]

    for wrong in (
        f"/image/{'0' * 40}-800x600.png",
        address.replace("800x600", "800x601"),
        address.replace("800x600", "8x6"),
        address.replace(".png", ".jpg"),
    ):
        assert "og:image" not in share(client, alice, f"![]({wrong})")


def test_an_image_that_a_text_shows_narrow_is_shared_wide(client, alice):
    address = re.search(r"\((.*)\.jpg\)", upload(alice, photograph(2000, 500)))[1]
    meta = share(client, alice, f"![]({address}-640w.jpg)")
    assert meta["og:image"] == f"{SITE}{address}-1280w.jpg"


def test_an_image_is_shared_with_its_words(client, alice):
    meta = share(client, alice, upload(alice, alt='A "red" <field>'))
    assert meta["og:image:alt"] == 'A "red" <field>'
    meta = share(client, alice, upload(alice, picture(color="blue")))
    assert "og:image" in meta
    assert "og:image:alt" not in meta


@pytest.mark.parametrize(
    ("size", "card"),
    [
        ((600, 315), "summary_large_image"),
        ((599, 800), "summary"),
        ((2000, 300), "summary"),
    ],
)
def test_an_image_is_shown_large_if_there_is_enough_of_it(client, alice, size, card):
    assert share(client, alice, upload(alice, picture(*size)))["twitter:card"] == card


def test_a_text_without_an_image_is_shared_as_one(client, alice):
    meta = share(client, alice, "![](https://else.example/x.png)")
    assert meta["twitter:card"] == "summary"
    assert meta["og:type"] == "article"
    assert not [name for name in meta if name.startswith("og:image")]


@pytest.mark.parametrize(
    ("text", "language", "locale"),
    [
        ("今天我们来烤面包，先准备面粉和水。", "en", "zh_CN"),
        ("パンを焼きましょう。まず小麦粉です。", "en", "ja_JP"),
        ("빵을 구워 봅시다.", "zh-CN", "ko_KR"),
        ("Сегодня мы испечём хлеб, это вкусно", "en", "ru_RU"),
        # Letters tell nothing: the language of the page.
        ("Today we bake.", "en", "en_US"),
        ("Today we bake.", "zh-CN", "zh_CN"),
    ],
)
def test_a_locale_is_that_of_the_text(client, alice, text, language, locale):
    id = write(alice, body=text)
    path = f"/{id}-a-title"
    meta = read_meta(client, path, headers={"Accept-Language": language})
    assert meta["og:locale"] == locale


@pytest.fixture
def site(app, alice):
    app.config["SITE_TITLE"] = "Bread & <Butter>"
    app.config["SITE_DESCRIPTION"] = "What we bake"
    about = "Bakes *bread*. " + upload(alice, picture(1000, 500), "An oven")
    alice.post("/account/about", data={"about": about})
    alice.post("/create", data={"title": "T", "body": "b", "tags": "Rye & oats"})
    alice.post("/1/like")
    return alice.get("/").text


@pytest.mark.parametrize(
    ("path", "type", "title", "description"),
    [
        ("/", "website", "Bread & <Butter>", "What we bake"),
        ("/author/alice", "profile", "alice", "Bakes bread."),
        ("/tag/rye%20&%20oats", "website", "Posts tagged Rye & oats", None),
        ("/tags", "website", "Tags", None),
        ("/archive", "website", "Archive", None),
        ("/archive/2020", "website", "2020", None),
        ("/archive/2020/02", "website", "February 2020", None),
    ],
)
def test_a_list_says_what_is_shown_of_it(
    app, client, site, execute, path, type, title, description
):
    execute(app, "UPDATE post SET created = '2020-02-03 04:05:06'")
    meta = read_meta(client, path)
    assert meta["og:type"] == type
    assert meta["og:title"] == title
    assert meta.get("og:description") == meta.get("description") == description
    assert meta["og:url"] == SITE + path
    assert meta["og:site_name"] == "Bread & <Butter>"
    assert meta["og:locale"] == "en_US"
    is_author = path == "/author/alice"
    assert meta["twitter:card"] == ("summary_large_image" if is_author else "summary")
    assert meta.get("og:image:alt") == ("An oven" if is_author else None)


@pytest.mark.parametrize("query", ["?older=2030-01-01_9", "?utm_source=x"])
def test_any_page_of_a_list_is_shared_as_the_first(client, site, query):
    for path in ("/", "/author/alice", "/tags"):
        assert read_meta(client, path + query)["og:url"] == SITE + path


@pytest.mark.parametrize("path", ["/search?q=T", "/account/likes", "/auth/login"])
def test_what_nobody_should_link_to_says_nothing_of_itself(alice, client, site, path):
    meta = read_meta(client if path == "/auth/login" else alice, path)
    assert not [name for name in meta if name.startswith(("og:", "twitter:"))]


@pytest.mark.parametrize(
    ("path", "feeds"),
    [
        ("/", ["/feed.", "/comments/feed."]),
        ("/1-t", ["/feed.", "/1/comments/feed."]),
        # What the page is about, and then everything.
        ("/author/alice", ["/author/alice/feed.", "/feed."]),
    ],
)
def test_the_feed_of_the_blog_comes_before_that_of_comments(client, site, path, feeds):
    found = re.findall(
        r'<link rel="alternate" type="[^"]*" title="[^"]*" href="([^"]*\.)',
        client.get(path).text,
    )
    assert list(dict.fromkeys(found)) == feeds
