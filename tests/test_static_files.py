"""Static files: their names change with their content."""

import re

import pytest

from flaskr import create_app


def linked(client, name):
    """The address of a file, as the pages have it."""
    match = re.search(rf'"(/static/{name}\.[0-9a-f]+\.\w+)"', client.get("/").text)
    return match[1]


def test_pages_link_to_a_name_that_says_the_content(app, client):
    address = linked(client, "style")
    response = client.get(address, buffered=True)
    assert response.data == client.get("/static/style.css", buffered=True).data
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content_type == "text/css; charset=utf-8"


def test_a_static_file_under_its_own_name_is_asked_for_again(client):
    response = client.get("/static/style.css", buffered=True)
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_page_from_before_the_upgrade_gets_the_new_file(client):
    response = client.get("/static/style.0123456789abcdef.css", buffered=True)
    assert response.data == client.get("/static/style.css", buffered=True).data
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.css",
        "nothing.0123456789abcdef.css",
        "../settings.py",
        "..%2fsettings.0123456789abcdef.py",
    ],
)
def test_a_static_file_that_is_not_ours_is_not_found(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_people_with_a_session_get_static_files_packed_too(alice, client):
    address = linked(client, "style")
    response = alice.get(
        address, headers={"Accept-Encoding": "br", "Cookie": "flaskr_session=x"}
    )
    assert response.headers["Content-Encoding"] == "br"
    assert "Cookie" not in response.vary


def test_a_commit_does_not_make_static_files_anew(app, client, alice, monkeypatch):
    from .conftest import write

    address = linked(client, "style")
    client.get(address, buffered=True)
    write(alice)
    monkeypatch.setattr(app.wsgi_app, "wsgi_app", None)
    assert client.get(address).status_code == 200


def test_the_name_of_a_static_file_changes_while_somebody_edits_it(
    tmp_path, instance, monkeypatch
):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app({"SECRET_KEY": "x" * 40})
    app.static_folder = tmp_path

    def address():
        with app.test_request_context():
            return app.url_for("static", filename="a.css")

    (tmp_path / "a.css").write_text("a {}")
    assert address() == address()
    before = address()
    (tmp_path / "a.css").write_text("b {}")
    assert address() != before


def luminance(color):
    """As WCAG 2 has it."""
    values = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("link", "background"),
    [*((name, "paper") for name in ("accent", "quiet", "danger")), ("accent", "tint")],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_have_the_contrast_of_wcag_aaa(client, link, background, scheme):
    css = client.get("/static/style.css").text
    light, dark, *_ = (
        dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for block in re.findall(r"(?s):root {(.*?)\n *}", css)
    )
    colors = light | dark if scheme == "dark" else light
    both = sorted(luminance(colors[name]) for name in (link, background))
    assert (both[1] + 0.05) / (both[0] + 0.05) >= 7
