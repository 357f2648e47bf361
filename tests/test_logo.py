"""The operator's logo, in place of the blog's name."""

import io
import os
import re

import pytest
from PIL import Image

from flaskr import create_app
from flaskr.imaging import logo

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40px">'
    "<style>path { fill: red }</style><script>alert(1)</script></svg>"
)


def make_image(size=(300, 60), format="PNG", mode="RGBA", **options):
    content = io.BytesIO()
    Image.new(mode, size, "#0a6").save(content, format, **options)
    return content.getvalue()


@pytest.fixture
def create(instance):
    """A reader of a blog that has a logo."""

    def create(content, name="logo.any", **config):
        instance.mkdir(exist_ok=True)
        (instance / name).write_bytes(content)
        config = {"TESTING": True, "SITE_LOGO": name, **config}
        return create_app(config).test_client()

    return create


@pytest.fixture
def refuse(instance):
    """The sentence with which a blog does not start."""

    def refuse(value, content=None):
        instance.mkdir(exist_ok=True)

        if content is not None:
            (instance / value).write_bytes(content)

        with pytest.raises(SystemExit, match="Flaskr can’t start. SITE_LOGO is ") as e:
            create_app({"TESTING": True, "SITE_LOGO": value})

        return str(e.value)

    return refuse


def find_logo(client):
    """The address, width, height and alternative text of the logo on a page."""
    (found,) = re.findall(
        r'<a href="/"><img class="logo" src="(.*?)" width="(\d+)"'
        r' height="(\d+)" alt="(.*?)"></a>',
        client.get("/").text,
    )
    address, width, height, alt = found
    return address, (int(width), int(height)), alt


def test_without_a_logo_the_name_is_shown(client):
    page = client.get("/").text
    assert '<a href="/">Flaskr</a>' in page
    assert "<img" not in page


def test_a_logo_stands_for_the_name(create):
    client = create(make_image(), SITE_TITLE='Bread & "Butter"')
    address, size, alt = find_logo(client)
    assert size == (300, 60)
    assert alt == "Bread &amp; &#34;Butter&#34;"
    response = client.get(address)
    assert Image.open(io.BytesIO(response.data)).size == size
    assert response.content_type == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    etag = {"If-None-Match": response.headers["ETag"]}
    assert client.get(address, headers=etag).status_code == 304


def test_another_logo_has_another_address(create):
    assert (
        find_logo(create(make_image()))[0] != find_logo(create(make_image((9, 9))))[0]
    )


def test_a_logo_may_be_anywhere(create, tmp_path):
    (tmp_path / "there.png").write_bytes(make_image())

    for path in (tmp_path / "there.png", str(tmp_path / "there.png"), "../there.png"):
        assert find_logo(create(b"", SITE_LOGO=path))[1] == (300, 60)


@pytest.mark.parametrize(
    ("size", "fits"),
    [((3000, 300), (1200, 120)), ((500, 1000), (120, 240)), ((1200, 1), (1200, 1))],
)
@pytest.mark.parametrize(
    ("format", "mode"),
    [("PNG", "RGBA"), ("JPEG", "RGB"), ("GIF", "P"), ("WEBP", "RGB")],
)
def test_a_large_logo_is_made_smaller(create, format, mode, size, fits):
    client = create(make_image(size, format, mode))
    address, shown, _ = find_logo(client)
    image = Image.open(io.BytesIO(client.get(address).data))
    assert image.size == shown == fits
    assert image.format == format


def test_a_logo_has_no_metadata(create):
    exif = Image.Exif()
    exif[0x010E] = "where we live"
    client = create(make_image(exif=exif))
    assert b"where we live" not in client.get(find_logo(client)[0]).data


def test_an_svg_stays_as_it_is_and_can_do_nothing(create):
    client = create(SVG.encode())
    address, size, _ = find_logo(client)
    assert size == (120, 40)
    response = client.get(address)
    assert response.text == SVG
    assert response.content_type.partition(";")[0] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert "script-src" not in " ".join(policy)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 240 80"', (240, 80)),
        ('viewBox="-5,-5, 24.5 8"', (24, 8)),
        ('width="100%" height="100%" viewBox="0 0 3 1"', (3, 1)),
        ('width="40mm" height="30mm" viewBox="0 0 40 30"', (40, 30)),
        ('width="6000" height="600"', (1200, 120)),
        ('width="0.1" height="900"', (1, 240)),
    ],
)
def test_an_svg_says_its_size(create, attributes, size):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'
    svg = f'\ufeff<?xml version="1.0"?>\n{svg}'
    assert find_logo(create(svg.encode()))[1] == size


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'width="0" height="40"',
        'width="-3" height="40"',
        'width="inf" height="nan"',
        'viewBox="0 0 40"',
        'viewBox="0 0 40 e"',
        'viewBox="0 0 1 2 3"',
        f'width="{"9" * 400}" height="4"',
    ],
)
def test_an_svg_without_a_size_is_refused(refuse, attributes):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'
    assert "doesn’t say its size" in refuse("a.svg", svg.encode())


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a text", "image"),
        (make_image()[:200], "damaged"),
        (b"<svg>", "This SVG is damaged"),
        (b"<?xml version='1.0' encoding='none'?><svg/>", "This SVG is damaged"),
        (b"<html></html>", "not an SVG"),
        (b"<svg/>", "not an SVG"),
        (SVG.encode() + b" " * logo.MAX_SVG_BYTES, "500 kB"),
        (make_image() + b"\0" * 25_000_000, "25 MB"),
        (
            f'<!DOCTYPE svg [<!ENTITY a0 "ha">{LAUGHS}]><svg>&a11;</svg>'.encode(),
            "This SVG is damaged",
        ),
    ],
)
def test_what_is_no_logo_is_named_at_the_start(refuse, content, said):
    sentence = refuse("logo.png", content)
    assert "'logo.png'" in sentence and said in sentence


def test_a_logo_that_is_not_there_is_named(refuse, instance):
    assert f"There is no file: {instance / 'none.png'}" in refuse("none.png")
    (instance / "folder").mkdir()
    assert "It should be a file" in refuse("folder")
    os.mkfifo(instance / "pipe")
    assert "It should be a file" in refuse("pipe")
    assert "It can’t be read: File name too long." in refuse("x" * 300)


@pytest.mark.parametrize("value", [5, "", "a\0b", "\ud800", ["logo.png"], True])
@pytest.mark.parametrize("name", ["SITE_LOGO", "SITE_ICON"])
def test_what_is_no_path_is_named_at_the_start(instance, name, value):
    with pytest.raises(
        SystemExit, match=f"{name} is .* should be the path of an image"
    ):
        create_app({"TESTING": True, name: value})


def test_the_place_of_a_wrong_path_is_named(instance, monkeypatch):
    monkeypatch.setenv("FLASKR_SITE_LOGO", "none.png")

    with pytest.raises(SystemExit, match="FLASKR_SITE_LOGO in the environment"):
        create_app()
