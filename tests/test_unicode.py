"""Odd characters, and bytes that are none, through every field and address."""

import json
import re
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree

import pytest

from flaskr.text.lines import FORBIDDEN

ODD = {
    "half a character": b"\xed\xa0\x80",
    "the other half": b"\xed\xb0\x80x",
    "no UTF-8": b"\xff\xfe\x80",
    "cut off": b"\xe4\xb8",
    "too long": b"\xc0\xaf",
    "no character": "\ufffe".encode(),
    "marks of ours": "[\ufdd1a](\ufdd2#\ufdd1x) ![](\ufdd3/image/x\ufdd4)".encode(),
    "the last one": "\U0010ffff\U0001fffe".encode(),
    "directions": "\u202e\u2066x\u2069".encode(),
    "controls": "\x00a\x01\x0b\x0c\x7f\x85".encode(),
    "nothing to see": "\ufeff\u200b\u200d\u00ad".encode(),
    "accents": ("a" + "\u0301" * 60).encode(),
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467".encode(),
    "lines": "a\u2028b\u2029c\rd\r\ne".encode(),
    "what normalization makes long": "\ufdfaﷺ⑴ẛ̣".encode(),
    "tags": "\U000e0041\U000e007f".encode(),
    "entities": b"&#xD800;&#xFDD2;&#1;&#0;&NewLine;",
}
PAGES = [
    *("/", "/1", "/tags", "/archive", "/author/alice", "/1/update", "/account"),
    *("/feed.atom", "/feed.rss", "/feed.json", "/comments/feed.atom", "/sitemap.xml"),
]


def encode(fields):
    """A form with bytes that may be no text."""
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields)


def without_texts(response):
    """A page without the texts in forms, which give back what was typed."""
    return re.sub("(?s)<textarea.*?</textarea>", "", response.text)


def make_forms(odd):
    """The address and the fields of each form, with something odd in them."""
    text = b"x" + odd
    post = [("title", text), ("body", text + b"\n# " + odd + b"\n`" + odd + b"`\n")]
    yield "/create", post
    yield "/create", [*post, ("tags", text)]
    yield "/create", [*post, ("preview", b"1")]
    yield "/1/comment", [("comment", text)]
    yield "/account/about", [("about", text)]
    yield "/auth/register", [("username", text), ("password", b"three random words")]
    yield "/auth/login", [("username", text), ("password", text)]
    yield "/account/password", [("old", text), ("new", text)]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_field_takes_or_refuses_what_is_odd(alice, odd):
    for path, fields in make_forms(odd):
        sent = encode(fields)
        form = "application/x-www-form-urlencoded"
        # Who registers is logged in.
        client = alice.application.test_client() if "auth" in path else alice
        response = client.post(path, data=sent, content_type=form)
        assert response.status_code < 500, path
        assert not FORBIDDEN.search(without_texts(response)), path

    assert alice.get("/1", follow_redirects=True).status_code == 200

    for path in PAGES:
        response = alice.get(path, follow_redirects=True)
        assert response.status_code == 200, path
        assert not FORBIDDEN.search(without_texts(response)), path

        if "xml" in response.content_type:
            ElementTree.fromstring(response.data)
        elif "json" in response.content_type:
            json.loads(response.data)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_address_leads_somewhere_or_nowhere(client, odd):
    part = quote_from_bytes(odd)

    for path in (
        *(f"/author/{part}", f"/tag/{part}", f"/1-{part}", f"/archive/{part}"),
        *(f"/search?q={part}", f"/?older={part}", f"/feed.atom?older={part}"),
        *(f"/search?q=a&older={part}", f"/image/{part}", f"/static/{part}"),
        *(f"/language/{part}?page=/", f"/language/en?page={part}", f"/{part}"),
        f"/auth/login?next={part}",
    ):
        response = client.get(path)
        assert response.status_code < 500, path
        assert not FORBIDDEN.search(response.text), path


def test_a_text_that_is_refused_goes_back_as_it_was_typed(alice):
    form = {"title": "", "body": "a\x1b[1mb", "tags": "a\x1bb"}
    page = alice.post("/create", data=form)

    assert page.status_code == 422
    assert "a\x1b[1mb</textarea>" in page.text
    assert "a\x1bb" not in page.text
