"""Static files: their names change with their content."""

import gzip
import re

import pytest
from flask import url_for

from flaskr import create_app
from flaskr.web import static_files
from flaskr.web.static_files import MadeFile

from .conftest import write


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
    monkeypatch.setattr(app.extensions["flaskr.page_cache"], "wsgi_app", None)
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


def test_the_scripts_for_writing_are_one_file_a_page(app, alice):
    write(alice)
    sizes = {}

    for path, name in (("/create", "post"), ("/1-a-title", "text")):
        address = re.search(rf'src="(/static/{name}\.\w+\.js)"', alice.get(path).text)[
            1
        ]
        answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]
        sizes[name] = len(answer.data)
        script = gzip.decompress(answer.data)
        assert b"class Text {" in script
        assert (b"class Views {" in script) == (name == "post")

    assert sizes["text"] < sizes["post"] < 30_000


def test_a_script_that_is_edited_has_another_name_in_debug(tmp_path, monkeypatch):
    settings = {"DATABASE": str(tmp_path / "blog.sqlite"), "SECRET_KEY": "x" * 20}
    names = []

    for debug in ("0", "1"):
        monkeypatch.setenv("FLASK_DEBUG", debug)
        app = create_app(settings)
        content = iter([b"one", b"two"])
        file = MadeFile("hash", "text/javascript", content.__next__)
        static_files.add(app, "post.js", file)

        with app.test_request_context():
            names += [url_for("static", filename="post.js") for _ in range(2)]

    assert names[:2] == ["/static/post.hash.js"] * 2
    assert len(set(names)) == 3
