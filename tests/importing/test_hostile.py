"""Archives that are broken, or made to do harm: a sentence, and nothing is written."""

import zipfile

import pytest

from flaskr.importing import parts
from flaskr.importing import xml

from ..conftest import rows
from .archives import comment
from .archives import item
from .archives import write_wxr
from .test_feeds import ATOM
from .test_wordpress import read_posts

LAUGHS = """<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
"""
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>\n'


@pytest.fixture
def wxr(tmp_path):
    return lambda *items, **options: write_wxr(tmp_path / "a.xml", *items, **options)


@pytest.mark.parametrize("before", [LAUGHS, OUTSIDE, QUADRATIC, "<!DOCTYPE rss>\n"])
def test_entities_and_doctypes_are_refused(refuse, wxr, before):
    said = refuse(wxr(item(1), before=before))
    assert "a.xml can’t be read, line 2: it has a DOCTYPE" in said
    assert "Nothing was written." in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</item>", "</itme>"),
        ("<wp:post_id>", "<wp:post_id"),
        ("<guid", "<"),
        ("]]>", ""),
        ("A body.", "A \x00 body."),
        ("A body.", "A body. ]]> <![CDATA[ ]]> ]]> &nothing;"),
        ("</rss>", ""),
        ("</channel>\n</rss>\n", "</channel>\n</rss>\n<more/>"),
    ],
)
def test_broken_xml_is_refused_with_the_line(refuse, wxr, old, new):
    path = wxr(item(1), item(2), item(3))
    text = path.read_text("utf-8")
    head, found, rest = text.rpartition(old)
    assert found
    path.write_text(head + new + rest, "utf-8")
    assert "a.xml can’t be read, line " in refuse(path, "--from", "wordpress")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_what_was_cut_off_is_refused(refuse, wxr, share):
    path = wxr(*(item(n) for n in range(30)))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "a.xml can’t be read, line " in refuse(path)


def test_bytes_of_another_encoding_are_refused(refuse, wxr):
    path = wxr(item(1, "Grüße"))
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    assert "a.xml can’t be read, line " in refuse(path)


@pytest.mark.parametrize("encoding", ["klingon", "base64", "undefined"])
def test_an_encoding_that_is_none_is_refused(refuse, tmp_path, encoding):
    path = tmp_path / "a.xml"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?><rss></rss>')
    assert "a.xml can’t be read, line " in refuse(path)


def test_gb18030_that_is_broken_is_refused(refuse, tmp_path):
    path = tmp_path / "a.xml"
    head = b'<?xml version="1.0" encoding="gb18030"?>\n<rss>'
    # Further than is read at once, and more than one line.
    path.write_bytes(head + b"<a>1</a>\r\n" * 9000 + b"<b/>\n\x81</rss>")
    assert "a.xml can’t be read, line 9003: this is not in the encoding" in refuse(path)


def test_controls_are_dropped(app, take, wxr):
    path = wxr(item(1, "A\x08 title\x0b", "<p>a\x1b[1mb</p>"))
    take(path)
    (post,) = read_posts(app)
    assert (post["title"], post["body"]) == ("A title", "a[1mb")


def test_prefixes_that_nobody_declared_mean_what_they_mean(app, take, wxr):
    more = '<atom:link href="x"/><nobody:knows xmlns:this="urn:x" this:is="x"/>'
    path = wxr(
        item(1, more=more), rss='<atom:link rel="hub" href="https://x.example"/>'
    )
    text = path.read_text("utf-8")
    declared = '  xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
    assert declared in text
    path.write_text(text.replace(declared, ""), "utf-8")
    take(path)
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "jane"}]


def test_elements_within_each_other_have_a_bound(refuse, wxr):
    deep = "<a>" * 200 + "</a>" * 200
    assert "more elements in one entry" in refuse(wxr(item(1, more=deep)))


def test_elements_beside_each_other_have_a_bound(monkeypatch, refuse, wxr):
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 100)
    assert "more elements in one entry" in refuse(wxr(item(1, more="<a/>" * 101)))


def test_texts_have_a_bound(monkeypatch, refuse, wxr):
    monkeypatch.setattr(xml, "MAX_CHARACTERS", 10_000)
    assert "more text in one entry" in refuse(wxr(item(1, body="x" * 10_001)))


def test_a_tag_has_a_bound(monkeypatch, refuse, wxr):
    monkeypatch.setattr(xml, "MAX_TAG", 200_000)
    tag = f'<a b="{"x" * 400_000}"/>'
    assert "one tag has more characters" in refuse(wxr(item(1, more=tag)))


def test_a_large_file_of_zeros_is_refused_at_once(refuse, tmp_path):
    path = tmp_path / "zeros.xml"

    with open(path, "wb") as file:
        file.truncate(10_000_000_000)

    assert "nothing that this command knows" in refuse(path)
    assert "zeros.xml can’t be read, line 1" in refuse(path, "--from", "wordpress")


def test_parts_at_odd_places_are_no_posts(app, take, tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<rss>text<item><title>x</title></item><channel/>text</rss>")
    take(path)
    assert [post["title"] for post in read_posts(app)] == ["x"]


def write_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    return path


def test_a_zip_that_is_broken_is_refused(refuse, wxr, tmp_path):
    content = wxr(*(item(n) for n in range(9))).read_bytes()
    path = write_zip(tmp_path / "a.zip", {"a.xml": content})
    whole = path.read_bytes()
    path.write_bytes(whole[:300] + bytes(100) + whole[400:])
    assert "a.zip is broken: " in refuse(path, "--from", "wordpress")
    path.write_bytes(whole.replace(b"PK\1\2", b"PK\1\3"))
    assert "can't be read as a zip" in refuse(path, "--from", "wordpress")
    assert "can't be read as a zip" in refuse(path)


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILES", 1), ("MAX_BYTES", 100)])
def test_a_zip_has_a_bound(monkeypatch, refuse, tmp_path, limit, value):
    monkeypatch.setattr(parts, limit, value)
    path = write_zip(tmp_path / "a.zip", {"a.xml": "x" * 99, "b.xml": "x" * 99})
    assert "more in it than an export" in refuse(path, "--from", "wordpress")


def test_a_zip_or_a_folder_without_xml_is_refused(refuse, tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.txt": "x"})
    assert "has no XML in it" in refuse(path, "--from", "wordpress")
    assert "has no XML in it" in refuse(tmp_path, "--from", "wordpress")


def test_a_zip_with_broken_xml_is_refused_with_the_line(refuse, tmp_path):
    path = write_zip(tmp_path / "a.zip", {"b/a.xml": "<rss>\n<"})
    assert "a.xml can’t be read, line 2" in refuse(path, "--from", "wordpress")


def test_a_zip_of_zeros_is_refused(refuse, tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.xml": bytes(50_000_000)})
    assert "'a.xml' would grow from" in refuse(path, "--from", "wordpress")


UNCLOSED = (
    *("<pre ", "<!--", "<!-- wp:x ", "[caption]", "[code]", "[gallery ", "<figure>"),
    *("<figcaption>", "<a href='x'>", "<a ", "<iframe ", "[", "![", "](", "`", "```\n"),
    *("<br", " ", "\n ", "<p>", "[a b=", "&", "<figure><img src='x'>"),
)


@pytest.mark.parametrize("part", UNCLOSED)
def test_texts_that_never_end_take_no_longer(app, take, wxr, part):
    take(wxr(item(1, "Title", part * 20_000, more=comment(1, part * 5000))))
    assert len(read_posts(app)) <= 1


@pytest.mark.parametrize(
    "url", ["http://[", "https://old.example:x/", "//", "http://", "http://[::1", "\\"]
)
def test_addresses_that_are_none_stay_as_they_are(app, take, wxr, url):
    body = f'<p>x <a href="{url}">y</a> <img src="{url}"></p>'
    take(wxr(item(1, body=body, link=url), item(2)))
    assert len(read_posts(app)) == 2


def test_scripts_do_not_come_through(app, take, tmp_path):
    path = tmp_path / "a.xml"
    script = "&lt;script>alert(1)&lt;/script>&lt;a href='javascript:alert(1)'>x&lt;/a>"
    path.write_text(
        f"<{ATOM}><entry><id>1</id><title>T</title><content type='html'>{script}"
        "&lt;img src=x onerror=alert(1)></content></entry></feed>"
    )
    take(path)
    page = app.test_client().get("/1-t").text
    assert "alert" not in page


@pytest.mark.parametrize("size", [1, 2, 3, 65_536])
def test_what_no_xml_may_have_is_left_out(app, monkeypatch, take, wxr, size):
    path = wxr(item(1, "Tea\x08", "<p>a\x01b\ufffec\uffff中d\ufffd\ud7ff</p>"))
    surrogate = path.read_bytes().replace(b"Tea", b"T\xed\xa0\xbdea")
    path.write_bytes(surrogate)
    monkeypatch.setattr(xml, "CHUNK", size)
    take(path, "--from", "wordpress")
    (post,) = read_posts(app)
    assert (post["title"], post["body"]) == ("Tea", "abc中d\ufffd\ud7ff")
