"""One color, from which all others follow, in light and in dark."""

import random
import re

import pytest

from flaskr import create_app
from flaskr.imaging.colors import DARK
from flaskr.imaging.colors import derive_palette
from flaskr.imaging.colors import LIGHT

from .contrast import channels
from .contrast import contrast

CHOSEN = ["#00655f", "#fff", "#000", "#ff0", "#f00", "#0f0", "#00f", "#0ff", "#f0f"]
GRAYS = [f"#{level:02x}{level:02x}{level:02x}" for level in range(0, 256, 15)]
RANDOM = [f"#{random.Random(seed).randrange(2**24):06x}" for seed in range(200)]

GROUNDS = ("paper", "surface", "tint")
CONTRASTS = [
    *[(role, ground, 7) for role in ("ink", "quiet", "link") for ground in GROUNDS],
    ("on-fill", "fill", 7),
    *[("border", ground, 3) for ground in GROUNDS],
    *[("bar", ground, 3) for ground in GROUNDS],
    # What a filled button is seen by.
    *[("fill", ground, 3) for ground in GROUNDS],
]


def get_stylesheet(client):
    """Where the pages have the colors, and what is there."""
    (address,) = re.findall(r'"(/static/accent\.[0-9a-f]+\.css)"', client.get("/").text)
    return address, client.get(address).text


def with_accent(color):
    """A reader of a blog that has another color."""
    return create_app({"TESTING": True, "ACCENT_COLOR": color}).test_client()


@pytest.mark.parametrize("accent", [*CHOSEN, *GRAYS, *RANDOM])
def test_every_accent_has_contrast_in_light_and_in_dark(accent):
    for scheme in derive_palette(accent):
        for role, ground, least in CONTRASTS:
            found = contrast(scheme[role], scheme[ground])
            assert found >= least, (role, ground, found)


@pytest.mark.parametrize("accent", ["#fff", "#000", *GRAYS])
def test_a_gray_accent_makes_gray_pages(accent):
    for scheme in derive_palette(accent):
        for color in scheme.values():
            assert len(set(channels(color))) == 1


@pytest.mark.parametrize("accent", ["#f00", "#0f0", "#00f", "#ff0", "#0ff", "#f0f"])
def test_what_is_seen_of_an_accent_has_its_hue(accent):
    wanted = [channel == "f" for channel in accent[1:]]

    for scheme in derive_palette(accent):
        for role in ("link", "fill", "bar", "tint"):
            found = channels(scheme[role])
            most = [c for c, is_wanted in zip(found, wanted, strict=True) if is_wanted]
            rest = [c for c in found if c not in most]
            assert rest and min(most) > max(rest), (role, scheme[role])


def test_an_accent_in_three_digits_is_the_same_as_in_six():
    assert derive_palette("#0Af") == derive_palette("#00AAFF")


def test_pages_have_the_colors_in_a_stylesheet_of_their_own(client):
    address, css = get_stylesheet(client)
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    assert css.startswith("@layer tokens {")

    for part, roles in ((light, LIGHT), (dark, DARK)):
        found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)
        assert [role for role, _ in found] == list(roles)

    assert "--link: #004f4a;" in light and "--link: #94e4dc;" in dark


def test_the_stylesheet_is_asked_for_once(client):
    address, _ = get_stylesheet(client)
    response = client.get(address)
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    etag = {"If-None-Match": response.headers["ETag"]}
    assert client.get(address, headers=etag).status_code == 304
    # Of another accent, on a page that somebody still has.
    old = client.get("/static/accent.0123456789abcdef.css")
    assert (old.text, old.headers["Cache-Control"]) == (response.text, "no-cache")


def test_a_writer_has_the_same_stylesheet(alice, client):
    assert get_stylesheet(alice) == get_stylesheet(client)


def test_a_blog_without_a_database_has_its_colors(unready):
    assert "--paper" in get_stylesheet(unready.test_client())[1]


def test_the_stylesheet_is_not_made_anew(app, client, monkeypatch):
    address, css = get_stylesheet(client)
    monkeypatch.setattr(app.extensions["flaskr.page_cache"], "wsgi_app", None)
    assert client.get(address).text == css


def test_pages_follow_another_accent(client):
    other = with_accent("#C00")
    address, css = get_stylesheet(other)
    assert address != get_stylesheet(client)[0]
    assert f"--bar: {derive_palette('#cc0000').light['bar']};" in css


def test_browsers_and_phones_are_told_the_colors(instance):
    client = with_accent("#c00")
    palette = derive_palette("#c00")
    told = re.findall(
        r'<meta name="theme-color" content="(.*?)" media="(.*?)"', client.get("/").text
    )
    assert told == [
        (palette.light["paper"], "(prefers-color-scheme: light)"),
        (palette.dark["paper"], "(prefers-color-scheme: dark)"),
    ]
    manifest = client.get("/manifest.webmanifest").json
    assert manifest["theme_color"] == palette.light["tint"]
    assert manifest["background_color"] == palette.light["paper"]


def test_the_environment_sets_the_accent(instance, monkeypatch):
    monkeypatch.setenv("FLASKR_ACCENT_COLOR", "#C00")
    css = create_app().test_client().get("/static/accent.css").text
    assert derive_palette("#c00").dark["tint"] in css


@pytest.mark.parametrize(
    "value",
    ["teal", "00655f", "#00655", "#00655fff", "#00655g", "# 0655f", "#06f\n", "", 0x6F]
    + ["#\uff10\uff16f", "#06f; } body { display: none", None, "rgb(0 0 0)"],
)
def test_what_is_no_accent_is_named_at_the_start(instance, value):
    with pytest.raises(
        SystemExit, match="ACCENT_COLOR is .* should be a CSS color, such as"
    ):
        create_app({"TESTING": True, "ACCENT_COLOR": value})
