"""The icons of the blog, and its manifest."""

import io
import re

import pytest
from PIL import Image

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
