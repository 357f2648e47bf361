"""The icons of the blog, and its manifest."""

import io
import re

import pytest
from PIL import Image

from flaskr import create_app
from flaskr.imaging.colors import derive_palette

from .conftest import write

SIZES = {"16x16", "32x32", "48x48"}


def open_image(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Image.open(io.BytesIO(response.data))


def test_a_browser_that_guesses_finds_the_icon(client):
    icon = open_image(client, "/favicon.ico")
    assert icon.format == "ICO"
    assert {f"{w}x{h}" for w, h in icon.info["sizes"]} == SIZES

    for path in ("/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"):
        icon = open_image(client, path)
        assert (icon.format, icon.size) == ("PNG", (180, 180))
        # iOS makes what is transparent black.
        assert not icon.has_transparency_data


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png"])
def test_an_icon_is_asked_for_once_a_day(client, path):
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in first.headers
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=etag).status_code == 304


@pytest.mark.parametrize("path", ["/favicon.ico", "/manifest.webmanifest"])
def test_a_blog_without_a_database_has_its_icon(unready, path):
    assert unready.test_client().get(path, buffered=True).status_code == 200


@pytest.mark.parametrize("path", ["/", "/auth/login", "/nothing"])
def test_every_page_names_the_icons_and_the_manifest(client, path):
    page = client.get(path).text
    icons = re.findall(r'<link rel="(.*?icon)" href="(.*?)"', page)
    assert [rel for rel, _ in icons] == ["icon", "icon", "apple-touch-icon"]
    (manifest,) = re.findall(r'<link rel="manifest" href="(.*?)"', page)

    for _, address in [*icons, ("", manifest)]:
        assert client.get(address, buffered=True).status_code == 200


def get_manifest(client, **options):
    response = client.get("/manifest.webmanifest", **options)
    assert response.status_code == 200
    assert response.content_type == "application/manifest+json"
    return response.json


def test_a_blog_can_be_kept_among_programs(app, client):
    app.config["SITE_TITLE"] = '面包 & "Butter"'
    assert "description" not in get_manifest(client)
    app.config["SITE_DESCRIPTION"] = "What we bake"
    # The first one is kept.
    manifest = get_manifest(client, query_string="again")
    assert manifest["name"] == '面包 & "Butter"'
    assert manifest["description"] == "What we bake"
    assert manifest["start_url"] == manifest["scope"] == "/"
    purposes = set()

    for icon in manifest["icons"]:
        purposes.add((icon["sizes"], icon["purpose"]))

        if icon["sizes"] != "any":
            image = open_image(client, icon["src"])
            assert f"{image.width}x{image.height}" == icon["sizes"]
            # A phone cuts this to its own shape.
            is_maskable = icon["purpose"] == "maskable"
            assert image.has_transparency_data != is_maskable

    # What Chromium asks for.
    assert {("192x192", "any"), ("512x512", "any")} <= purposes


def test_the_manifest_of_a_blog_below_a_path_stays_there(client):
    manifest = get_manifest(client, base_url="http://localhost/blog")
    icons = [icon["src"] for icon in manifest["icons"]]

    for address in (manifest["start_url"], manifest["scope"], *icons):
        assert address.startswith("/blog/")


def test_the_manifest_is_the_same_for_all(app, alice, client):
    write(alice)
    assert get_manifest(alice) == get_manifest(client)
    assert "Set-Cookie" not in alice.get("/manifest.webmanifest").headers


# The operator's own


def make_image(size, color="#c00", format="PNG", mode="RGBA"):
    content = io.BytesIO()
    Image.new(mode, size, color).save(content, format)
    return content.getvalue()


@pytest.fixture
def create(instance):
    """A reader of a blog that has an icon."""

    def create(content):
        instance.mkdir(exist_ok=True)
        (instance / "icon").write_bytes(content)
        config = {"TESTING": True, "SITE_ICON": "icon"}
        return create_app(config).test_client()

    return create


def test_the_drawing_has_the_colors_of_the_blog(instance):
    client = create_app({"TESTING": True, "ACCENT_COLOR": "#c00"}).test_client()
    fill = derive_palette("#c00").light["fill"]
    address = client.get("/manifest.webmanifest").json["icons"][0]["src"]
    assert f'fill="{fill}"' in client.get(address).text
    assert "image/svg+xml" in client.get(address).content_type
    icon = open_image(client, "/apple-touch-icon.png")
    assert "#" + bytes(icon.getpixel((5, 5))).hex() == fill


def test_an_icon_of_the_operator_is_made_into_all(create):
    client = create(make_image((700, 700)))
    page = client.get("/").text
    icons = re.findall(r'<link rel="(?:.*?icon)" href="(.*?)"', page)
    manifest = get_manifest(client)
    icons += [icon["src"] for icon in manifest["icons"]]
    assert len(icons) == 6 and ".svg" not in page
    sizes = [icon["sizes"] for icon in manifest["icons"]]
    assert sizes == ["192x192", "512x512", "512x512"]

    for address in icons:
        icon = open_image(client, address)
        assert icon.width == icon.height
        assert icon.convert("RGB").getpixel((0, 0)) == (204, 0, 0)
        cache_control = client.get(address).headers["Cache-Control"]
        assert cache_control == "public, max-age=31536000, immutable"

    assert open_image(client, "/favicon.ico").format == "ICO"


def test_an_icon_that_is_no_square_is_shown_whole(create):
    client = create(make_image((20, 10)))
    icon = open_image(client, "/static/icon-192.png")
    assert icon.getpixel((96, 10))[3] == icon.getpixel((96, 181))[3] == 0
    assert icon.getpixel((3, 96)) == icon.getpixel((188, 96)) == (204, 0, 0, 255)
    # A phone gives it no ground of its own.
    paper = Image.new("RGB", (1, 1), derive_palette("#00655f").light["paper"])
    icon = open_image(client, "/apple-touch-icon.png")
    assert icon.getpixel((90, 10)) == paper.getpixel((0, 0))
    assert icon.getpixel((90, 90)) == (204, 0, 0)
    # And cuts what is near an edge.
    icon = open_image(client, "/static/icon-maskable.png")
    assert icon.getpixel((60, 256)) == paper.getpixel((0, 0))
    assert icon.getpixel((256, 256)) == (204, 0, 0)


def test_another_icon_has_another_address(create):
    addresses = {
        tuple(re.findall(r'<link rel=".*?icon" href="(.*?)"', page))
        for color in ("#c00", "#0c0")
        for page in [create(make_image((64, 64), color)).get("/").text]
    }
    assert len(addresses) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image"),
        (b"", "empty"),
        (make_image((9, 9))[:50], "damaged"),
        (make_image((9000, 9000), format="GIF", mode="P"), "megapixels"),
    ],
)
def test_what_is_no_icon_is_named_at_the_start(create, content, said):
    with pytest.raises(SystemExit, match=f"SITE_ICON is 'icon'. .*{said}"):
        create(content)
