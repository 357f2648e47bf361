"""What is pasted becomes Markdown that looks like what was copied: by the clipboards of
many programs, which are in the folder beside this one, each with its Markdown."""

import re
import time
from html import escape
from pathlib import Path

import pytest

from flaskr.text.markdown import plain
from flaskr.text.markdown import render
from flaskr.text.pasted import convert
from flaskr.text.pasted import TooMuch

FOLDER = Path(__file__).parent / "clipboards"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))

# What has the marks of Markdown in its text.
IS_LITERAL = ("web-literal", "vscode-prose", "docs-plain", "hostile")

# What the program says of the language.
LANGUAGES = {"vscode-python": "python", "vscode-line": "javascript"}

NESTED = (
    *("<b>", "<div>", "<ul><li>", "<blockquote>", "<p><b><i>", "<a href=https://a.b>"),
    *("<table><tr><td>", "<ol>", "<pre>", "<span style=font-weight:bold>", "<h1>"),
)
BROKEN = (
    *("<!--", '<a b="', "<a b='", "<a ", "</", "<![if x]", "<style>p{", "<title>", "&"),
    *(
        "<b></i>",
        "</b>",
        "<x y=z ",
        "&#",
        "<td>",
        "</p>",
        "<!-->",
        "<li>a",
        "<dt>a<dd>",
    ),
    *("&#99999999999;", "<img src=x>", "<br>", "*_`", "https://a.b/_*", "<p>a|", "[("),
)


def read(name, kind):
    path = FOLDER / f"{name}.{kind}"
    return path.read_bytes().decode() if path.exists() else ""


def paste(client, html, text="", **fields):
    return client.post("/paste", data={"html": html, "text": text, **fields})


def shown(html):
    """What the blog shows of HTML that is pasted, with few tags."""
    html = render(convert(html, "").markdown).html
    html = re.sub(r'<a class="anchor"[^>]*>(.*?)</a>', r"\1", html)
    html = re.sub(r"(?s)<(\w+)(?: (?!href|src)[\w-]+=\"[^\"]*\")*>", r"<\1>", html)
    html = re.sub(r' rel="[^"]*"', "", html)
    return re.sub(r"\n+", "", html)


# Programs


@pytest.mark.parametrize("name", NAMES)
def test_a_clipboard_becomes_markdown(alice, name):
    language = LANGUAGES.get(name, "")
    answer = paste(alice, read(name, "html"), read(name, "txt"), language=language)
    assert answer.status_code == 200
    assert answer.json["markdown"].strip("\n") == read(name, "md").strip("\n")


@pytest.mark.parametrize(
    "caption", ['a "b" \\"c\\', "&lt; &copy; <b>", "a\\*b*", "x" * 301]
)
def test_a_caption_is_shown_as_it_was(caption):
    figure = f"<figure><img src='https://a.b/c'><figcaption>{escape(caption)}"
    assert escape(caption, quote=False) in shown(figure)


def test_items_that_say_whether_they_are_done_are_tasks():
    html = '<ul><li data-checked="true">a<li data-checked="false">b</ul>'
    assert convert(html, "").markdown == "- [x] a\n- [ ] b"


@pytest.mark.parametrize("name", NAMES)
def test_a_clipboard_is_shown_with_nothing_that_only_markdown_has(name):
    """What is literal is escaped, and what is markup is seen as such."""
    text = plain(read(name, "md"))

    if name not in IS_LITERAL:
        code = re.sub(r"(?s)(`+).+?\1", "", read(name, "md"))
        marks = re.compile(r"\*\*|~~|\]\(|^#+ |^\s*[-*] (?!-)|^> |\[\^", re.M)
        assert marks.search(code) is None or not marks.search(text), text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><b> a </b>b<i>c</i></p>", "<p><strong>a</strong> b<em>c</em></p>"),
        ("<p>x<b>(a)</b>y</p>", "<p>x(<strong>a</strong>)y</p>"),
        ("<p>x<b>!</b>y<i>`</i>z</p>", "<p>x!y`z</p>"),
        ("<p>x<b><code>a</code></b>y</p>", "<p>x<code>a</code>y</p>"),
        (
            "<p>这<b>“是”</b>的<i>。</i></p>",
            "<p>这<strong>“是”</strong>的<em>。</em></p>",
        ),
        ("<p>这是<b>重点。</b>后面</p>", "<p>这是<strong>重点。</strong>后面</p>"),
        (
            "<p><b>a<i>b</i></b> <i>c</i></p>",
            "<p><strong>a<em>b</em></strong> <em>c</em></p>",
        ),
        (
            "<p>Look!<a href='http://a.b'>x</a></p>",
            '<p>Look!<a href="http://a.b">x</a></p>',
        ),
        (
            "<p><a href='http://a.b/(c)'>[x] y</a></p>",
            '<p><a href="http://a.b/(c)">[x] y</a></p>',
        ),
        (
            "<p><a href='https://a.b/x y'>see https://c.d/e</a></p>",
            '<p><a href="https://a.b/x%20y">see https://c.d/e</a></p>',
        ),
        (
            "<p>x <b>y</b> http://a.b/_c/*d* e</p>",
            "<p>x <strong>y</strong>"
            ' <a href="http://a.b/_c/*d">http://a.b/_c/*d</a>* e</p>',
        ),
        (
            "<p><b>x</b> www.a.b*c*</p>",
            '<p><strong>x</strong> <a href="http://www.a.b*c">www.a.b*c</a>*</p>',
        ),
        ("<h2>a #</h2><h3>##</h3>", "<h2>a #</h2><h3>##</h3>"),
        ("<h2>a<br>b</h2>", "<h2>a b</h2>"),
        ("<ul><li>- a</li><li># b</li></ul>", "<ul><li>- a</li><li># b</li></ul>"),
        (
            "<ol start=9><li>a<li>b<ul><li>c</ul></ol>",
            "<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>",
        ),
        (
            "<ul><li>a<ol start=3><li>b</ol></ul>",
            "<ul><li><p>a</p><ol><li>b</li></ol></li></ul>",
        ),
        (
            "<ol><li>a</ol><ol><li>b</ol>",
            "<ol><li>a</li></ol><ol><li>b</li></ol>",
        ),
        (
            "<ul><li>a<blockquote>b<ul><li>c</ul></blockquote></ul>",
            "<ul><li><p>a</p><blockquote><p>b</p><ul><li>c</li></ul></blockquote></li></ul>",
        ),
        ("<p><code>``</code><code> </code>x</p>", "<p><code>``</code> x</p>"),
        ("<pre>a\n```\nb</pre><p>c", "<pre><code>a```b</code></pre><p>c</p>"),
        ("<p>a<br><br><br>b<b>c", "<p>a</p><p>b<strong>c</strong></p>"),
        ("<p><i>a</i><br>- b<br>1. c", "<p><em>a</em><br>- b<br>1. c</p>"),
        (
            "<p><i>a</i><br>---<br>| - |<br>===",
            "<p><em>a</em><br>---<br>| - |<br>===</p>",
        ),
        ("<p>a<del>b</del>~~c~~ ~d", "<p>a<del>b</del>~~c~~ ~d</p>"),
        (
            "<p><i>a</i> &amp;lt; &lt;b&gt; \\* \\",
            "<p><em>a</em> &amp;lt; &lt;b&gt; \\* \\</p>",
        ),
        ("<p><i>a</i> [^1] [x]: y [x](y)", "<p><em>a</em> [^1] [x]: y [x](y)</p>"),
        ("<p><a href='#_ftn7'>[7]</a> <b>x</b>", "<p>[7] <strong>x</strong></p>"),
        ("<p>x<sup>n+1</sup> y<sup>th</sup><i>z</i>", "<p>xⁿ⁺¹ yth<em>z</em></p>"),
    ],
)
def test_what_was_copied_is_shown(html, expected):
    assert shown(html) == expected


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p><img src='//a.b/c.png' alt='x'>", "![x](https://a.b/c.png)"),
        ("<p><img src='https://a.b/c.gif' width=1 height=1><b>x", "**x**"),
        ("<b>x</b><img src='https://a.b/c.png' alt='😀'>", "**x**😀"),
        ("<b>x</b><!--StartFragment--><i>y</i><!--EndFragment--><b>z</b>", "*y*"),
        ("<i>y</i><!--EndFragment--><b>z</b>", "*y***z**"),
        ("<p style='font: italic 700 12px Menlo, x'>a", "***`a`***"),
        ("<p style='font: 12pt'>a <b style='font-weight: 400'>b</b> <i>c", "a b *c*"),
        (
            "<p style='display:none'>a</p><p hidden>b</p><p style='mso-hide:all'>c<b>d",
            "",
        ),
        ("<b>x</b><p style='white-space:pre-wrap'>a\nb</p>", "**x**\n\na\nb"),
        ("<style>@media x{.a,p.b c{color:red} i{font-style:normal}}</style><i>a", ""),
        (
            "<style>b{font-weight:normal}.x{font-style:italic}</style><b class='y x'>a",
            "*a*",
        ),
        ("<style>.x{font-weight:bold}</style><p class=x>a<p class=z>b", "**a**\n\nb"),
        ("<h1 class=anchor>a</h1>", "# a"),
        ("<p role=heading>a</p><p role=heading aria-level=9>b", "## a\n\nb"),
        ("<p class=MsoIntenseQuote>a", "> a"),
        (
            "<p style='mso-list:l0 level3 lfo1'>a<p style='mso-list:l0 level2 lfo1'>b",
            "- a\n\n* b",
        ),
        ("<li>a<li>b", "- a\n- b"),
        ("<ul><li aria-level=2>a</ul>", "- a"),
        ("<ul><li><input type=checkbox>a<input type=text></ul>", "- [ ] a"),
        ("<tr><td>a<td>b", "| a | b |\n| --- | --- |"),
        (
            "<table><tr><td>a<td>b<tr><td rowspan=2><pre>c\n\nd</pre>"
            "<td>e<tr><td>f<td>",
            "| a | b |\n| --- | --- |\n| `c` `d` | e |\n| | f |",
        ),
        ("<table><tr><td> <td>&nbsp;</table>", ""),
        ("<pre>  a\n b</pre>", "```\n  a\n b\n```"),
        (
            "<pre><div>a</div><div>b<button>x</button></div><br></pre><hr>",
            "```\na\nb\n```\n\n---",
        ),
        (
            "<div class='language-x+y'><pre>a\nb<hr><img></pre></div><i>c",
            "```x+y\na\nb\n```\n\n*c*",
        ),
        (
            "<p data-language=x><code>a</code></p><pre data-language=y>a\nb</pre><i>c",
            "`a`\n\n```y\na\nb\n```\n\n*c*",
        ),
        (
            "<pre data-lang=x><code>a</code><code><br></code><code>b</code></pre><i>c",
            "```x\na\n\nb\n```\n\n*c*",
        ),
        ("<pre>a <code>b</code> c<code>d</code></pre><i>e", "```\na b cd\n```\n\n*e*"),
        ("<ol><li value=3>a<li>b<li value=x>c</ol>", "3. a\n4. b\n5. c"),
        ("<p style='font-family:monospace'>a<br>b</p><h1>c", "```\na\nb\n```\n\n# c"),
        (
            "<body style='font-family:monospace'><h1>a</h1><p>b <a href='http://c.d'>e</a>",
            "# a\n\nb [e](http://c.d)",
        ),
        ("<a href='mailto:a@b.c'>a@b.c</a>", "<a@b.c>"),
        ("<a href='https://a^b/'>x</a> <i>y<img src='https://a^b/'>", "x *y*"),
        ("<p>x<b><img src='https://a.b/c'></b>y", "x![](https://a.b/c)y"),
        ("<p style='font: inherit'>a <b>b", "a **b**"),
        ("<pre> </pre><b>a", "**a**"),
        ("<b>a<p>b</b>c</p></b> d", "**a**\n\n**bc**\n\nd"),
        ("<b>a</b><p>b<b x", "**a**\n\nb"),
        ("<ul><li>a<i><i><i><li>b", "- a\n- b"),
        ("<b>a</b><button><br><img src=x>b</button>", "**a**"),
        (f"<ul><li>a{'<i>' * 30}<li>b", "- a\n- *b*"),
        (f"<b>a</b>{'<div>' * 600}b{'</div>' * 600}c", "**a**\n\nb\n\nc"),
        (f"{'<blockquote>' * 9}<table><tr><td>a", f"{'> ' * 8}a"),
        (
            "<p>a<a href='#fn1'>[<b>1</b>]</a><div id=fn1>b</div>",
            "a[^1]\n\n[^1]: b",
        ),
        ("<a href='https://a.b'>https://a.b</a>", "<https://a.b>"),
        ("<a href='https://a.b'></a><b> </b><i>x", "*x*"),
        (
            "<a href='https://google.com/url?url=https://a.b/'>x</a>",
            "[x](https://a.b/)",
        ),
        ("<a href='https://google.com/url?q=javascript:x'>x</a><i>y", "x*y*"),
        (f"<a href='https://a.b/{'x' * 2000}'>x</a><i>y", "x*y*"),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
        ("<div id=fn1>a</div><p><b>b", "[^1]: a\n\n**b**"),
        (
            "<p>a<a href='#sdendnote1sym'>i</a>"
            "<div id=sdendnote1><a href='#sdendnote1anc'>i</a>b<p>c",
            "a[^end1]\n\n[^end1]: b\n\n    c",
        ),
        (
            "<p>a<a href='#ftnt1'>[1]</a>"
            "<hr><p><a href='#ftnt_ref1' id=ftnt1>[1]</a> b",
            "a[^1]\n\n[^1]: b",
        ),
        (
            # KaTeX
            '<p>So <span class="katex"><span class="katex-mathml"><math><semantics>'
            "<mrow><mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup></mrow>"
            '<annotation encoding="application/x-tex">E=c^2</annotation></semantics>'
            '</math></span><span class="katex-html"><span>E</span>=c2</span></span>.',
            "So `E=c^2`.",
        ),
        (
            "<p><b>So</b> <math><mi>x</mi><mo>+</mo><mi>y</mi>"
            '<annotation encoding="StarMath 5.0">x plus y</annotation></math>.',
            "**So** x+y.",
        ),
    ],
)
def test_html_becomes_markdown(html, markdown):
    assert convert(html, "").markdown == markdown


@pytest.mark.parametrize("size", [28, 15])
def test_large_lines_are_headings_only_where_there_are_no_others(size):
    html = (
        f"<p style='font-size:{size}px'>Large</p><p style='font-size:12px'>Some words"
    )
    cocoa = f"<meta name=Generator content='Cocoa HTML Writer'>{html} <b>x</b>"
    assert convert(cocoa, "").markdown.startswith("# " if size == 28 else "Large")
    assert convert(f"{html} <b>x</b>", "").markdown.startswith("Large")
    assert convert(cocoa.replace("font-size", "x"), "").markdown.startswith("Large")


def test_images_below_each_other_are_no_code():
    images = [f'<p><img src="https://a.example/{n}.png" alt="{n}"></p>' for n in "ab"]
    assert convert("".join(images), "").markdown.split() == [
        "![a](https://a.example/a.png)",
        "![b](https://a.example/b.png)",
    ]


def test_what_is_raised_makes_the_rest_of_a_text_no_heading():
    raised = "<span style='font-size:6.6pt;vertical-align:super'>2</span>"
    html = (
        "<b id=docs-internal-guid-1 style='font-weight:normal'>"
        "<p><span style='font-size:11pt'>Short</span>"
        f"<p><span style='font-size:11pt'>{'x' * 200} <b>y</b></span>{raised}"
    )
    assert convert(html, "").markdown == f"Short\n\n{'x' * 200} **y**²"


# Plain text and code


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("<p>a <span style='color:red'>*b*</span>", "a *b*", "a *b*"),
        ("<p>a<p>b", "a\n\nb\n", "a\n\nb\n"),
        ("<p>a<p>b", "a\r\nb\r\n", "a\n\nb"),
        ("<p>- a<p>- b", "- a\n- b", "- a\n- b"),
        ("<p>a<br>b", "a\nb", "a\nb"),
        ("", "a", "a"),
        ("<p><script>x</script>", "a", "a"),
    ],
)
def test_plain_text_stays_plain(html, text, expected):
    assert convert(html, text) == (expected, 0)


@pytest.mark.parametrize(
    ("text", "language", "is_code"),
    [
        ("a = 1\nb = 2", "", True),
        ("a = 1\nb = 2", "c#", True),
        ("a = 1", "python", False),
        ("# Title\n\nSome words in a sentence.", "", False),
        ("# Title\n\nSome words in a sentence.", "shellscript", True),
        ("- a\nx = 1", "markdown", False),
        ("第一行。\n第二行。", "", False),
        ("if (a) {\nsome words which are long\nand more words that are long", "", True),
        ("# a comment\n// another one of these\nfoo bar", "", True),
    ],
)
def test_lines_of_code_are_fenced_but_no_prose(text, language, is_code):
    html = f"<div style='font-family:Menlo;white-space:pre'>{text}</div>"
    fence = f"```{language}\n{text}\n```"
    assert convert(html, text, language).markdown == (fence if is_code else text)


# What is refused


def test_who_is_logged_out_is_told(client):
    answer = paste(client, "<b>x</b>")
    assert answer.status_code == 401
    assert answer.json == {"error": "You’re logged out."}


def test_html_of_another_site_is_not_read(alice):
    for site, status in (("cross-site", 403), ("same-origin", 200)):
        headers = {"Sec-Fetch-Site": site}
        answer = alice.post("/paste", data={"html": "<b>x</b>"}, headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("size", "status"), [(900_000, 200), (1_100_000, 413), (5_000_000, 413)]
)
def test_too_much_is_refused(alice, size, status):
    head = b'--x\r\nContent-Disposition: form-data; name="html"\r\n\r\n<b>x</b>'
    answer = alice.post(
        "/paste",
        data=head + b"y" * size + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == status
    assert [*answer.json] == (["markdown", "note"] if status == 200 else ["error"])

    if status == 413:
        assert answer.json["error"] == "This is too much to paste with its formatting."


def test_who_pastes_too_often_waits(app, alice):
    app.config["PASTES_PER_PERSON"] = 2
    answers = [paste(alice, "<b>x</b>") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [*answers[2].json] == ["error"]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_images_that_are_not_on_the_web_are_told_of(alice):
    image = "<img src='data:image/png;base64,x'>"
    assert paste(alice, f"{image}<b>x</b>").json == {
        "markdown": "**x**",
        "note": "1 image was left out. Add it as a file.",
    }
    html = f"{image}<img src='file:///a.png'><img src='cid:a'><b>x</b>"
    assert paste(alice, html).json["note"].startswith("3 images")
    assert paste(alice, "<b>x</b>").json["note"] == ""


# What is hostile


@pytest.mark.parametrize("tag", [*NESTED, *BROKEN])
def test_depth_and_mistakes_do_no_harm(tag):
    for number in (3, 2000, 200_000):
        html = tag * min(number, 600_000 // len(tag)) + "<b>x</b>"

        try:
            assert len(convert(html, "x").markdown) < 8_000_000
        except TooMuch:
            assert number == 200_000


def test_styles_without_end_do_no_harm():
    rules = "".join(f".c{n},.d{n}{{font-weight:bold}}" for n in range(30_000))
    html = f"<style>{rules}</style>{'<style>a{b' * 9000}</style><p class=c1>x"
    assert convert(html, "").markdown == "**x**"
    classes = " ".join(f"c{n}" for n in range(50_000))
    assert convert(f"<p class='{classes}'>a <b>x", "").markdown == "a **x**"
    style = "font-weight:bold;" * 50_000
    assert convert(f"<p style='{style}'>x", "").markdown == "**x**"


def test_a_table_that_is_too_large_is_text():
    wide = f"<table><tr>{'<td colspan=99>a' * 500}{'<tr><td>b' * 500}</table><b>x"
    markdown = convert(wide, "").markdown
    assert markdown.startswith("a a a") and markdown.endswith("b\n\n**x**")


@pytest.mark.parametrize("name", ["hostile"])
def test_nothing_that_runs_is_pasted(name):
    html = render(read(name, "md")).html.lower()
    assert "<script" not in html and "javascript:" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert "\0" not in read(name, "md")


def test_half_a_megabyte_of_word_is_read_soon(request):
    """Shown with -rP: how long it takes, which no assertion waits for."""
    html = read("word-article", "html")
    head, rest = html.split("<!--StartFragment-->")
    body, tail = rest.split("<!--EndFragment-->")
    body = body * (500_000 // len(body))
    begun = time.perf_counter()
    pasted = convert(f"{head}<!--StartFragment-->{body}<!--EndFragment-->{tail}", "")
    print(f"{len(body)} bytes of Word: {time.perf_counter() - begun:.2f} s")
    assert pasted.markdown.count("**walked**") == body.count("walked")
