"""Markdown: what it looks like, what it must not do, and what it may cost."""

import random
import re
import subprocess
import sys
from contextlib import closing
from html import unescape
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from flaskr.text import highlight
from flaskr.text import markdown
from flaskr.text.markdown import plain
from flaskr.text.reading import guess_language
from flaskr.text.reading import reading_minutes

from .browsers import needs_chromium
from .children import IS_LONG
from .children import LIMIT

PRE = 'role="group" aria-labelledby="code-label"'
TABLE = 'role="group" aria-labelledby="table-label"'
REL = 'rel="nofollow ugc noopener"'
BASE = "https://blog.test/5/title"

OWN = f"/image/{'0a' * 20}-1500x900"
SHORT = f"/image/{'0a' * 6}-1500x900"

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1)><a>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></title>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit id=attributes></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=data:,*{x:y}>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a id=attributes name=cookie>x</a>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?xml ><img src=x onerror=alert(1)>?>",
    "</p></div></main><script>alert(1)</script>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](java&#x09;script:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](java&NewLine;script:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](&#x1;javascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](<\u2028javascript:alert(1)>)",
    "[a](< javascript:alert(1)>)",
    "[a](javascript\\:alert(1))",
    "[a](j\\avascript:alert(1))",
    "[a](%6aavascript:alert(1))",
    "[a](ｊavascript:alert(1))",
    "[a](java\u200bscript:alert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](file:///etc/passwd)",
    "[a](blob:https://blog.test/1)",
    "[a](//evil.test)",
    "[a](/\\evil.test)",
    "[a](http://[::1)",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "[a][b]\n\n[b]: <java\tscript:alert(1)> 'x'",
    "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>",
    "<data:text/html,x>",
    "javascript:alert(1) www.javascript:alert(1)",
    "http://a.test/\"onmouseover='alert(1)'",
    'www.a.test/"onmouseover=alert(1)//',
    'x@a.test"onmouseover=alert(1)',
    "![a](javascript:alert(1))",
    "![a](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![a](data:image/png;base64,AAAA)",
    '![a" onerror="alert(1)](x)',
    "![a](x\"onerror='alert(1)')",
    "![a](x 'b\" onerror=\"alert(1)')",
    f'![a" onerror="alert(1)]({OWN}.jpg \'b" onerror="alert(1)\')',
    f'![a]({OWN}-640w.jpg"onerror="alert(1))',
    f"![a](<{OWN}.jpg onerror=alert(1)>)",
    f"![a]({OWN}.svg) ![a](//evil.test{OWN}.jpg) ![a](javascript:{OWN}.jpg)",
    "![[a](javascript:alert(1))](x)",
    "[![a](javascript:alert(1))](javascript:alert(1))",
    "[a](/x '\" onclick=\"alert(1)')",
    '[a](/x "\'><script>alert(1)</script>")',
    "[a[^1]](javascript:alert(1))\n\n[^1]: [b](javascript:alert(1))",
    '```"><script>alert(1)</script>\nx\n```',
    '```html onload="alert(1)"\n<script>alert(1)</script>\n```',
    "~~~python' onclick='alert(1)\n'</code></pre><script>alert(1)</script>'\n~~~",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "`<script>alert(1)</script>`",
    "# cookie\n# attributes\n# <img name=body>\n# h-x\n# fn-1",
    '# " onclick="alert(1)\n\n[a](#" onclick="alert(1))',
    '[^cookie] [^" onclick="alert(1)]\n\n[^cookie]: x\n[^" onclick="alert(1)]: y',
    "[^a][^a][^a-2]\n\n[^a]: x\n[^a-2]: y",
    "|a|\n|-|\n|<td onclick=alert(1)>|",
    "- [x] <input type=checkbox onclick=alert(1)>",
    "<div>\n\n<script>\n\nalert(1)\n\n</script>",
    "\ufeff<script>alert(1)</script>\x00<scr\x00ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "\ud800<script>\udfff",
]
NOT_IN_COMMENTS = {"h1", "h2", "h3", "h4", "h5", "h6", "img"}
PIECES = [
    *PAYLOADS,
    *("*", "**", "`", "```", "~~~\n", "[", "](", ")", "![", "> ", "- ", "1. ", "|"),
    *("\n", "\n\n", "    ", "# ", "<", ">", '"', "'", "&", "[^1]", "[^1]: ", "|-|\n"),
    *("[a]: javascript:alert(1)\n", "[a]", "- [x] ", "a", "字", "http://a.test", "\\"),
]


def render(text, prefix="", base="", **options):
    """The HTML of a text on a page, or with a base, in a feed."""
    made = markdown.render(text, **options)
    return made.in_feed(base, "", prefix) if base else made.on_page("", prefix)


def mixtures(number):
    """Texts of the pieces in any order, the same in each run."""
    dice = random.Random(1)
    return ["".join(dice.choices(PIECES, k=12)) for _ in range(number)]


class Reader(HTMLParser):
    """Checks each tag and attribute against what a text may have."""

    TAGS = set(
        "a blockquote br code del div em figcaption figure h2 h3 h4 h5 h6 hr img li ol"
        " p pre section span strong sup table tbody td th thead tr ul".split()
    )
    VALUES = {
        "alt": ".*",
        "aria-labelledby": "(code|table)-label",
        "class": "[a-z-]+",
        "data-language": r"[\w+# ]+",
        "dir": "ltr|rtl",
        "href": r"(?:https?:|mailto:|[^:]*$|[^:]*[/?#]).*",
        "id": r"p1-(h|fn|fnref)-[\w-]+",
        "height": "[0-9]+",
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
        "rel": "nofollow ugc noopener",
        "role": "doc-(noteref|backlink|endnotes)|group",
        "sizes": r"[\w(): ,-]+",
        "src": r"(?:https?:|[^:]*$|[^:]*[/?#]).*",
        "srcset": rf"(?:(?:https://blog.test)?{OWN}(?:-\d+w)?\.jpg \d+w(?:, |$))+",
        "start": "[0-9]+",
        "title": ".*",
        "width": "[0-9]+",
    }

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.ids = []
        self.tags = set()
        self.feed(html)
        self.close()
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag, attributes):
        assert tag in self.TAGS
        self.tags.add(tag)

        for name, value in attributes:
            assert re.fullmatch(self.VALUES[name], value, re.S), (name, value)
            assert value or name in ("alt", "title")
            self.ids += [value] if name == "id" else []

        names = dict(attributes)
        assert tag != "a" or "rel" in names
        assert tag != "img" or "referrerpolicy" in names or "width" in names

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.mark.parametrize("text", PAYLOADS)
def test_an_attack_is_text(text):
    Reader(render(text, prefix="p1-"))
    Reader(render(text, prefix="p1-", base=BASE))
    assert not Reader(render(text, prefix="p1-", highest=0)).tags & NOT_IN_COMMENTS
    plain(text).encode()


def test_mixed_attacks_are_text():
    for text in mixtures(300 if IS_LONG else 100):
        Reader(render(text, prefix="p1-"))
        Reader(render(text, prefix="p1-", base=BASE))
        assert not Reader(render(text, prefix="p1-", highest=0)).tags & NOT_IN_COMMENTS
        plain(text).encode()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("test\nbody", "<p>test<br>\nbody</p>"),
        ("test\r\nbody\rend", "<p>test<br>\nbody<br>\nend</p>"),
        ("**a** *b* ~~c~~ `d`", "<strong>a</strong> <em>b</em> <del>c</del> <code>d<"),
        ("**你好。**啊", "<p><strong>你好。</strong>啊</p>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>"),
        ("[a](/x 'b')", f'<a href="/x" title="b" {REL}>a</a>'),
        ("[a](//h.test)", f'<a href="//h.test" {REL}>a</a>'),
        ("www.a.test", f'<a href="http://www.a.test" {REL}>www.a.test</a>'),
        ("a@b.test", f'<a href="mailto:a@b.test" {REL}>a@b.test</a>'),
        ("[a](ftp://b)", "<p>a</p>"),
        ("[a]() [](b) [*a*](tel:1)", "<p>a  <em>a</em></p>"),
        ("![a](data:x)", "<p>a</p>"),
        (
            "![a](/x 'b')",
            '<figure><img src="/x" alt="a" loading="lazy" referrerpolicy="no-referrer">'
            "<figcaption>b</figcaption></figure>",
        ),
        (
            "![a](/x '<b>') c",
            '<p><img src="/x" alt="a" title="&lt;b&gt;" loading="lazy"'
            ' referrerpolicy="no-referrer"> c</p>',
        ),
        ("![a](/x)", "<figure><img "),
        ("- ![a](/x ' ')", "<li><img "),
        ("[![a](/x '<b>')](/y)", "></a><figcaption>&lt;b&gt;</figcaption></figure>"),
        ("![a](/x)![b](/y)", "<p><img "),
        (
            f"![a]({OWN}.jpg 'b')",
            f'<img src="{OWN}.jpg" alt="a" width="1500" height="900"'
            f' srcset="{OWN}-640w.jpg 640w, {OWN}-1280w.jpg 1280w, {OWN}.jpg 1500w"',
        ),
        (
            f"{'a ' * 1500}\n\n![]({OWN}.jpg)",
            'loading="lazy" width="1500" height="900" srcset',
        ),
        (
            f"![a]({SHORT}.jpg#narrow 'b')",
            f'<figure class="narrow"><img src="{SHORT}.jpg" alt="a" width="1500"'
            f' height="900" srcset="{SHORT}-640w.jpg 640w, {SHORT}-1280w.jpg 1280w,'
            f' {SHORT}.jpg 1500w" sizes="(max-width: 26rem) 92vw, 24rem">'
            "<figcaption>b</figcaption></figure>",
        ),
        (f"![a](<{OWN}.jpg#wide>)", f'<figure class="wide"><img src="{OWN}.jpg" alt='),
        (f"![a]({OWN}.jpg#wide)", 'rem) 45rem, 56.5rem">'),
        (f"[![a]({SHORT}.jpg#wide)](/b)", '<figure class="wide"><a href="/b" rel='),
        (f"![a]({SHORT}.jpg#wider)", f'<figure><img src="{SHORT}.jpg" alt="a" width='),
        (f"![a]({SHORT}.jpg#)", f'<figure><img src="{SHORT}.jpg" alt="a" width='),
        (f"![a]({SHORT}.jpg#wide) b", f'<p><img src="{SHORT}.jpg" alt="a" width='),
        (f"![a]({SHORT}.jpg#narrow) b", 'sizes="(max-width: 48rem) 92vw, 45rem"> b'),
        ("![a](/x.jpg#wide)", '<figure><img src="/x.jpg#wide" alt="a" loading'),
        (
            f"![a](https://b.test{SHORT}.jpg#wide)",
            f'<figure><img src="https://b.test{SHORT}.jpg#wide" alt="a" loading',
        ),
        (f"[a]({SHORT}.jpg#wide)", f'<a href="{SHORT}.jpg#wide" '),
        (f"![a]({OWN}-640w.jpg)", '-640w.jpg" alt="a" width="1500" height="900">'),
        (
            f"![a](/image/{'0' * 40}-640x9.gif)",
            f'<img src="/image/{"0" * 40}-640x9.gif" alt="a" width="640" height="9">',
        ),
        ("- [x] a", '<li class="task-list-item"><span class="task">☑</span> a</li>'),
        ("- [ ] a\n\n  b", '">\n<p><span class="task">☐</span> a</p>\n<p>b</p>\n</li>'),
        ("    a", f"<pre {PRE}><code>a\n</code></pre>"),
        ("```nonsense\na\n```", f"<pre {PRE}><code>a\n</code></pre>"),
        (
            "```PY\nif '&': f(1)\n```",
            '<code class="language-python"><span class="k">if</span>'
            ' <span class="s">\'&amp;\'</span>: f(<span class="m">1</span>)\n</code>',
        ),
        ("```php\nif (1) {}\n```", '<span class="k">if</span>'),
        ("```diff\n-a\n+b\n```", '<span class="gi">+b</span>\n'),
        (
            "a|b\n:-:|-\nc|d",
            f'<div class="wide" {TABLE}><table>\n<thead>\n<tr>\n'
            '<th class="center">a</th>\n<th>b</th>',
        ),
        ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>"),
        ("<p>\na\n</p>", "<p>&lt;p&gt;<br>\na<br>\n&lt;/p&gt;</p>"),
        (
            "a\n\n> <p>\n> b\n\nc",
            "<blockquote>\n<p>&lt;p&gt;<br>\nb</p>\n</blockquote>\n",
        ),
        ("a\x00\x01\x0b", "<p>a</p>"),
        ("a\ud800\ufffe", "<p>a</p>"),
        ("看https://a.example/x。**然后**", 'href="https://a.example/x" rel="nofollow'),
        ("看https://a.example/x。然后", "x</a>。然后</p>"),
        ("请看 www.a.example，谢谢", 'href="http://www.a.example" rel="nofollow'),
        ("[x](http://a:b/) ![y](http:z)", "<p>x y</p>"),
        ("[x](<https://exa mple/>) [z](http:foo)", "<p>x z</p>"),
        ("https://a.example/ " + "x" * 3000, 'href="https://a.example/"'),
        ("https://a.example/" + ")" * 9000, 'ugc noopener">https://a.example/</a>))'),
    ],
)
def test_markdown_becomes_html(text, html):
    assert html in render(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# a\n\nb\n-", "<p><strong>a</strong></p>\n<p><strong>b</strong></p>\n"),
        ("## ", ""),
        ("![a](/x)", f'<p><a href="/x" {REL}>a</a></p>\n'),
        ("![ ](/x)", f'<p><a href="/x" {REL}>/x</a></p>\n'),
        ("![a](data:x)", "<p>a</p>\n"),
        ("[![a](/x) b](/y)", f'<p><a href="/y" {REL}>a b</a></p>\n'),
        ("[![a](/x)](data:x)", f'<p><a href="/x" {REL}>a</a></p>\n'),
        ("a[^1]\n\n[^1]: ![b](/x)", f'<a href="/x" {REL}>b</a>'),
    ],
)
def test_a_comment_has_paragraphs_for_headings_and_links_for_images(text, html):
    found = render(text, highest=0)
    assert html in found if html else not found


def test_the_texts_of_a_page_share_what_colors_may_cost():
    code = "```python\n" + "a = 1\n" * 500 + "```"
    colors = highlight.Highlighter()
    pages = [render(code, highlighter=colors) for _ in range(5)]
    assert "<span" in pages[0] and "<span" not in pages[-1]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("<p>\nb", "<p>&lt;p&gt;<br>\nb</p>"),
        ("[a](/x)", 'href="https://blog.test/x"'),
        ("[a](x)", 'href="https://blog.test/5/x"'),
        ("[a](../x)", 'href="https://blog.test/x"'),
        ("[a](?x)", 'href="https://blog.test/5/title?x"'),
        ("[a](//h.test/x)", 'href="https://h.test/x"'),
        ("[a](http://h.test/x)", 'href="http://h.test/x"'),
        ("![a](x)", 'src="https://blog.test/5/x"'),
        ("a[^1]\n\n[^1]: b", 'href="https://blog.test/5/title#fn-1"'),
        ("# a", '<h2 id="h-a"><a class="anchor" href="https://blog.test/5/title#h-a"'),
    ],
)
def test_a_feed_needs_neither_our_address_nor_our_style(text, html):
    assert html in render(text, base=BASE)


def ids(html):
    return re.findall(r' id="(.*?)"', html)


def test_a_heading_links_to_itself():
    assert (
        render("# Two *words*", prefix="p1-") == '<h2 id="p1-h-two-words">'
        f'<a class="anchor" href="#p1-h-two-words" {REL}>Two <em>words</em></a></h2>\n'
    )
    assert 'class="anchor"' not in render("# [a](/b)")


def test_each_heading_has_an_id_of_its_own():
    text = "# a\n# a\n# a-1\n# !\n# ?\n# 你好，世界\n# " + "b" * 200
    assert ids(render(text)) == [
        *("h-a", "h-a-1", "h-a-1-1", "h-1", "h-2", "h-你好世界"),
        "h-" + "b" * 80,
    ]


def test_a_heading_without_words_is_none():
    assert render("#\n\n# [](b)") == ""
    assert "<img" in render("# ![](a)")


@pytest.mark.parametrize(
    ("levels", "highest", "shown"),
    [
        ([1, 2, 6], 2, [2, 3, 4]),
        ([2, 3, 2], 2, [2, 3, 2]),
        ([3, 1, 2, 3], 2, [2, 2, 3, 4]),
        ([2, 4, 3], 2, [2, 3, 3]),
        ([6], 2, [2]),
        ([1, 4], 4, [4, 5]),
        ([1, 2, 3, 4, 5, 6], 2, [2, 3, 4, 5, 6, 6]),
    ],
)
def test_headings_go_below_the_title_and_skip_no_level(levels, highest, shown):
    text = "\n".join(f"{'#' * level} a" for level in levels)
    html = render(text, highest=highest)
    assert [int(n) for n in re.findall(r"<h(\d)", html)] == shown


def test_a_link_within_a_text_stays_within_it():
    text = "# Über uns\n[a](#über-uns) [b](#h-über-uns) [c](#fn-1) [d](#else)[^x]"
    html = render(text + "\n\n[^x]: y", prefix="p1-")

    assert f'<a href="#p1-h-über-uns" {REL}>a</a>' in html
    assert f'<a href="#p1-h-über-uns" {REL}>b</a>' in html
    assert f'<a href="#p1-fn-1" {REL}>c</a>' in html
    assert f'<a href="#else" {REL}>d</a>' in html


def test_footnotes_lead_there_and_back():
    html = render("a[^x]b[^x]c[^x-2]\n\n[^x]: d\n[^x-2]: e", prefix="p1-")

    assert sorted(ids(html)) == sorted(
        ["p1-fnref-1", "p1-fnref-1-2", "p1-fnref-2", "p1-fn-1", "p1-fn-2"]
    )
    assert {f"#{id}" for id in ids(html)} == set(re.findall(r'href="(.*?)"', html))
    assert '<div class="footnotes" role="doc-endnotes">' in html
    assert 'href="#p1-fnref-1-2" rel="nofollow ugc noopener">↩<sup' in html
    assert "Back" not in html


def test_the_same_text_is_always_the_same_html():
    command = (
        "from flaskr.text.markdown import render; print(render('![a](b)\\n# c\\n'*9))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", command],
            capture_output=True,
            check=True,
            timeout=LIMIT,
        ).stdout
        for _ in range(2)
    }
    assert len(outputs) == 1


def test_only_known_code_loads_the_lexers():
    command = (
        "import sys; from flaskr.text.markdown import render;"
        " render('```no\\na\\n```');"
        " assert 'pygments' not in sys.modules; render('```py\\na\\n```');"
        " assert 'pygments' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", command], check=True, timeout=LIMIT)


@pytest.mark.parametrize("name", sorted(set(highlight.LANGUAGES.values())))
def test_each_language_is_highlighted_and_keeps_its_code(name):
    code = "\n\nif (a < 1) { return \"b\\n\" } # c\n\n'd' // <e>\n"
    html = render(f"```{name}\n{code}```")

    assert f'class="language-{name}"' in html
    assert unescape(re.sub("<.*?>", "", html)) == code + "\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("test\nbody", "test\nbody"),
        ("# a *b*\n\nc\nd\n\n\n- e\n  - f\n\n> g", "a b\nc\nd\ne\nf\ng"),
        ("[a](http://b.test 'c') ![d](e 'f')", "a d"),
        ("a[^1]\n\n[^1]: b", "a\nb"),
        ("|a|b|\n|-|-|\n|c|d|", "a b\nc d"),
        ("- [x] a\n- [ ] b", "☑ a\n☐ b"),
        ("- [x] a\n\n- b", "☑ a\nb"),
        ("```py\na < b\n\n  c\n```", "a < b\n  c"),
        ("<b>a</b> &amp;lt; &copy;", "<b>a</b> &lt; ©"),
        ("a  \nb", "a\nb"),
        (">" * 100 + "\ud800\n", ">" * 100),
    ],
)
def test_plain_text_is_what_a_reader_sees(text, shown):
    assert plain(text) == shown
    assert type(plain(text)) is str


@pytest.mark.parametrize(
    "text",
    [
        ">" * 61 + "a",
        "- " * 31 + "a",
        "a\n\n" * 9000 + "&" * 30_001,
        "&" * 30_001,
        "*a " * 20_001,
        "![](b)" + '"' * 40_000,
    ],
)
def test_a_text_beyond_a_bound_is_shown_as_typed(text):
    html = render(text)

    assert html.startswith("<p>")
    assert html.count("<") - 2 == html.count("<br>") == text.strip("\n").count("\n")
    assert (
        Markup(html.replace("<br>", "")).unescape() == f"<p>{text.strip(chr(10))}</p>\n"
    )
    assert render(text, base=BASE) == html
    assert plain(text) == text.strip("\n")


def test_a_text_of_very_many_lines_is_shown_as_code():
    text = "a < b\n\n" * 15_001
    html = render(text)
    assert html.startswith("<pre") and html.count("<") == 4
    assert unescape(re.sub("<.*?>", "", html)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("一般3~5天，最长7~8天", "一般3~5天，最长7~8天"),
        ("3~5 **天，最长7~8天**", "3~5 <strong>天，最长7~8天</strong>"),
        ("~a~ \\~b\\~ ~~c~~", "~a~ ~b~ <del>c</del>"),
        ("`3~5` 7~8", "<code>3~5</code> 7~8"),
        ("[3~5](/a~b)", f'<a href="/a~b" {REL}>3~5</a>'),
    ],
)
def test_a_tilde_alone_is_one(text, shown):
    assert f"<p>{shown}</p>" in render(text)
    assert "~~" in text or plain(text).count("~") == text.split("](")[0].count("~")


LINKS = [
    ("«https://a.example»", ["https://a.example"]),
    ("“https://a.example/q”", ["https://a.example/q"]),
    ("‹https://a.example/q›", ["https://a.example/q"]),
    ("„https://a.example“", ["https://a.example"]),
    ("https://www.example.com很好", ["https://www.example.com"]),
    ("看www.example.com。", ["www.example.com"]),
    ("見https://a.example:8080很", ["https://a.example:8080"]),
    ("サイトhttps://a.exampleです", ["https://a.example"]),
    ("ที่https://a.exampleนี้", ["https://a.example"]),
    ("https://a.example/X（Y）", ["https://a.example/X（Y）"]),
    ("见https://a.example/X（Y）很好", ["https://a.example/X（Y）"]),
    ("（https://a.example/x）。", ["https://a.example/x"]),
    ("https://a.example/x（见下", ["https://a.example/x"]),
    ("https://a.example/路径，然后", ["https://a.example/路径"]),
    (
        "https://a.example，https://b.example",
        ["https://a.example", "https://b.example"],
    ),
    ("Https://a.example/x", ["Https://a.example/x"]),
    ("HTTP://A.EXAMPLE", ["HTTP://A.EXAMPLE"]),
    ("Www.example.com", ["Www.example.com"]),
    ("http://localhost:5000/", ["http://localhost:5000/"]),
    ("http://127.0.0.1:8000/x.", ["http://127.0.0.1:8000/x"]),
    ("https://例え.example/あ", ["https://例え.example/あ"]),
    ("https://bücher.example/ü", ["https://bücher.example/ü"]),
    ("https://en.example/wiki/A_(b)", ["https://en.example/wiki/A_(b)"]),
    ("(https://a.example/x)", ["https://a.example/x"]),
    ("https://a.example/~me/3~5", ["https://a.example/~me/3~5"]),
    ("https://a.example/__init__.py", ["https://a.example/__init__.py"]),
    ("awww.example.com www. www.. http:// https://", []),
    ("`https://a.example` file:///x ssh://b.example", []),
    *(
        (f"{before}https://a.example/x{after}", ["https://a.example/x"])
        for before, after in (
            *(
                "〖〗",
                "〘〙",
                "〚〛",
                "｟｠",
                "｢｣",
                "＜＞",
                "⟨⟩",
                "〝〟",
                "＂＂",
                "＇＇",
                "「」",
            ),
            *(
                ("", end)
                for end in "،؟؛۔׃־।॥։᠃၊።៖·‐‑–‼⁇．｡､﹐︰…—～·’\u200b\u200f\u200d"
            ),
            *(("", end) for end in ("」。", "！！", "）、", "，次", "›,", "؟!")),
        )
    ),
    *(
        (f"https://a.example{after}", ["https://a.example"])
        for after in ("에서", "លើ", "ມາ", "မှာ", "བོད", "😀", "：次", "（Y）", "·")
    ),
    ("https://例え.exampleです", ["https://例え.example"]),
    ("https://www.bücher.example/ü", ["https://www.bücher.example/ü"]),
    ("https://a.example/wiki/A·B–C", ["https://a.example/wiki/A·B–C"]),
    ("https://a.example/می‌شود،", ["https://a.example/می‌شود"]),
    ("https://a.example/’s", ["https://a.example/’s"]),
    (
        "https://a.example/xとHttps://b.example/y和www.c.example",
        ["https://a.example/x", "Https://b.example/y", "www.c.example"],
    ),
    ("%EF%B7%90 ~", []),
]


@pytest.mark.parametrize(("text", "links"), LINKS)
def test_a_url_ends_where_its_readers_end_it(text, links):
    html = render(text)
    assert [unescape(t) for t in re.findall("<a href=[^>]*>(.*?)</a>", html)] == links
    assert unescape(re.sub("<[^>]*>", "", html)).strip() == text.replace("`", "")


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("arr[0], `dict[str, int]`", "arr[0], dict[str, int]"),
        ("*a* **b** ~~c~~ d\ne", "a b c d\ne"),
        ("a\n\n- b\n- c\n  1. d\n\ne", "a\ne"),
        ("> a\n>\n> - b", "a"),
        ("- b\n- c\n  1. d", "• b\n• c\n1. d"),
        ("3. a\n4. b\n\n   c", "3. a\n4. b\nc"),
        ("- [x] a\n- [ ] b", "☑ a\n☐ b"),
        ("# a\n\n- b", "• b"),
        ("春\n\n　　夜", "春\n　　夜"),
        ("> a\n>\n> b", "a\nb"),
        ("# a\n\nb", "b"),
        ("a\n\n```\nb\n```", "a"),
        ("a\n\n![b](/c.png)\n\nd", "a\nd"),
        ("a ![b](/c.png)", "a"),
        ("a[^1]\n\n[^1]: b", "a"),
        ("[a](https://b.example)", "a"),
        ("https://b.example", "https://b.example"),
        ("www.b.example a@b.example", "www.b.example a@b.example"),
        ("https://b.example/X（Y）很", "https://b.example/X（Y）很"),
        ("[Item 16](https://b.example) " + "c" * 500, "Item 16 " + "c" * 212 + " …"),
        ("春" * 500, "春" * 110 + "…"),
        ("[a][b] " + "c " * 3000 + "\n\n[b]: /d", "a " + "c " * 109 + "…"),
        ("![a](/b.png)", ""),
        ("```\na\n```", "a"),
        ("", ""),
        ("a\n\n---\n\nb", "a\nb"),
        ("e\u0301" * 201, "e\u0301" * 110 + " …"),
        ("-" + "e\u0301" * 201, "-" + "e\u0301" * 109 + " …"),
        ("👩\u200d👧" * 150, "👩\u200d👧" * 44 + "…"),
        ("👍🏽" * 201, "👍🏽" * 55 + "…"),
        ("a" + "👍🏽" * 201, "a" + "👍🏽" * 54 + "…"),
    ],
)
def test_an_excerpt_is_what_the_text_says_first(text, excerpt):
    facts = markdown.render(text).facts
    assert facts.excerpt == excerpt
    assert markdown.read_facts(text)[:4] == facts[:4]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\n\n- c\n\nd", "a b d"),
        ("word " * 100, "word " * 31 + "word …"),
        ("![only](/b.png)", "only"),
    ],
)
def test_a_description_is_a_line_and_says_where_it_is_cut(text, line):
    assert markdown.read_facts(text).description == line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"![a *b*]({OWN}.jpg)", "a b"),
        (f"![x][r]\n\n[r]: {OWN}.jpg", "x"),
        (f"`![a]({OWN}.jpg)` ![b]({OWN}.png)", "b"),
        (f"    ![a]({OWN}.jpg)\n\n![](https://b.example{OWN}.jpg)", None),
        (f"![a](/else.jpg)[![c]({OWN}.webp)](/b)", "c"),
    ],
)
def test_the_image_of_a_text_is_the_first_that_it_shows(text, found):
    image = markdown.render(text).facts.image
    assert (image and image.alt) == found
    assert image is None or (image.width, image.height) == (1500, 900)


@pytest.mark.parametrize(
    "text",
    [
        "a  \nb\\\nc\nd",
        "- a\n  b\n- c  \n  d",
        "> a\n> b",
        "# a\n\n[b](#a) [c](/d) ![e](f.png)",
        "a[^1]\n\n[^1]: b",
        f"![a]({OWN}.jpg)\n\n|a|\n|-|\n|b|\n\n```py\n1\n```",
    ],
)
def test_page_and_feed_differ_in_addresses_only(text):
    def without_addresses(html):
        return re.sub(r'(href|src|srcset)="[^"]*"', "", html)

    assert without_addresses(render(text)) == without_addresses(render(text, base=BASE))
    assert "<br>\n<br>" not in render(text)


@pytest.mark.parametrize("end", ["- c", "> c", "```\n    c\n    ```", "|a|\n    |-|"])
def test_a_footnote_that_ends_in_a_block_has_its_way_back(end):
    html = render(f"a[^x]\n\n[^x]: b\n\n    {end}\n")
    (notes,) = re.findall('(?s)<div class="footnotes".*</div>', html)
    assert notes.count("footnote-backref") == 1
    assert re.search(r"</\w+>\n<p><a class=.footnote-backref", notes)
    assert "↩" not in plain(f"a[^x]\n\n[^x]: b\n\n    {end}\n")


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("a[^1]\n\n[^1]: x\n[^1]: y", ["x y ↩"]),
        ("a[^1] b[^z]\n\n[^1]: x\n[^1]: y\n\n[^z]: w", ["x y ↩", "w ↩"]),
        ("a[^1]\n\n> [^1]: x\n\n- [^1]: y", ["x y ↩"]),
        ("a[^1]\n\n[^1]: x\n\nb[^1]\n\n[^1]: y\n\nc", ["x y ↩ ↩2"]),
        ("a[^1]\n\n[^1]: x\n\n    [^1]: y", ["x y ↩"]),
        ("a[^1]\n\n[^1]: x\n\n    [^2]: y", ["x y ↩"]),
        ("a[^1]\n\n> [^1]: <p>\n> x\n\n[^1]: <p>\n    y", ["<p> <p> y ↩"]),
        ("[^0]: b[^2]\n\na[^2]\n\n[^2]: x", ["x ↩"]),
        ("a[^1]\n\n[^1]:", ["↩"]),
        ("> [^1]: x\n\n[^1]:", []),
    ],
)
def test_footnotes_lead_there_and_back_however_they_are_defined(text, notes):
    html = render(text)
    items = re.findall('(?s)<li id="fn-[0-9]+">(.*?)</li>', html)
    words = [unescape(re.sub("<[^>]*>", "", item)).split() for item in items]
    ids = re.findall(' id="(.*?)"', html)

    assert words == [note.split() for note in notes]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(re.findall('href="#(.*?)"', html))


def test_the_anchors_of_github_lead_to_headings():
    html = render("## Foo & Bar\n## Foo & Bar\n[a](#foo--bar) [b](#foo--bar-1)")
    assert f'<a href="#h-foo-bar" {REL}>a</a>' in html
    assert f'<a href="#h-foo-bar-1" {REL}>b</a>' in html


@pytest.mark.parametrize(
    ("heading", "link"),
    [
        ("हिन्दी शीर्षक", "हिन्दी-शीर्षक"),
        ("ไทยนี้ดี", "ไทยนี้ดี"),
        ("العنوان الأَوَّل", "العنوان-الأَوَّل"),
        ("E\u0301cole", "école"),
        ("École", "e\u0301cole"),
        ("İzmir", "i\u0307zmir"),
        ("Install", "Install"),
        ("❤️ Love", "love"),
        ("![Map](/a.png)", "map"),
        ("Foo[^1]", "foo"),
        (f"{'long ' * 40}", f"{'long-' * 15}long"),
    ],
)
def test_a_heading_of_any_script_has_an_anchor(heading, link):
    found = markdown.render(f"## {heading}\n[x](#{link})\n\n[^1]: note")
    html = str(found.on_page(""))
    ((id,),) = (re.findall('<h2 id="(.*?)"', html),)
    assert f'<a href="#{id}" {REL}>x</a>' in html
    assert found.facts.headings[0].text and "1" not in found.facts.headings[0].text


def test_no_link_is_within_a_link():
    html = render("# a[^1]\n\n[b[^1]](/c)\n\n[^1]: d")
    assert '<h2 id="h-a">a<sup' in html
    assert re.search('<a href="/c"[^>]*>b<sup[^>]*>1</sup></a>', html)
    assert {'id="fnref-1"', 'id="fnref-1-2"'} <= set(re.findall("id=[^ >]*", html))


def test_a_heading_without_words_is_in_no_table_of_contents():
    assert not markdown.render("# ![](/a.png)").facts.headings


def test_each_block_of_a_text_with_two_directions_has_its_own():
    text = "# a\n\n«שלום».\n\n- 1. ב\n\n> ג\n\nd\n\n|ה|f|\n|-|-|\n|مرحبا|g|\n\n`h`"
    text += "\n\n    i\n"
    found = re.findall(r'<(\w+)(?=[^>]* dir="(\w+)")', render(text))

    assert [f"{tag} {side}" for tag, side in found] == [
        *("h2 ltr", "p rtl", "ul rtl", "li rtl", "ol rtl", "li rtl"),
        *("blockquote rtl", "p rtl", "p ltr", "div rtl", "table rtl", "th rtl"),
        *("th ltr", "td rtl", "td ltr", "p ltr", "code ltr", "pre ltr"),
    ]
    assert " dir=" not in render(re.sub("[\u0590-\u06ff]", "x", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`flask run` שלום.", ["p rtl", "code ltr"]),
        ("# `x` שלום", ["h2 rtl", "code ltr"]),
        ("https://a.example/ש/ שלום", ["p rtl", "a ltr"]),
        ("www.a.example a@b.example שלום", ["p rtl", "a ltr", "a ltr"]),
        ("[a](/b) שלום", ["p ltr"]),
        ("`שלום` `a`", ["p ltr", "code ltr", "code ltr"]),
        ("שלום\n\n123 ...", ["p rtl", "p rtl"]),
        ("> 1\n\nשלום", ["blockquote rtl", "p rtl", "p rtl"]),
        ("- 1\n- שלום\n- `a`", ["ul rtl", "li rtl", "li rtl", "li rtl", "code ltr"]),
        (
            "|`a`|ב|\n|-|-|\n|1|c|",
            [
                "div rtl",
                "table rtl",
                "th rtl",
                "code ltr",
                "th rtl",
                "td rtl",
                "td ltr",
            ],
        ),
        ("ש[^1]\n\n[^1]: ת", ["p rtl", "ol rtl", "li rtl", "p rtl"]),
        ("a[^1]\n\n[^1]: ת", ["p ltr", "ol rtl", "li rtl", "p rtl"]),
    ],
)
def test_a_direction_is_that_of_words_and_not_of_code_or_numbers(text, found):
    directed = re.findall(r'<(\w+)(?=[^>]* dir="(\w+)")', render(text))
    assert [f"{tag} {side}" for tag, side in directed] == found


def test_a_heading_in_a_comment_has_a_direction():
    assert '<p dir="rtl"><strong>' in render("# `a` שלום", highest=0)


@pytest.mark.parametrize(
    ("most", "tag"),
    [
        ("a@b.test " * 100, 'href="mailto:'),
        ("看www.a.test好 " * 700, 'href="http://www.a.test"'),
        ("[^1]" * 999 + "\n\n[^1]: a", '<div class="footnotes"'),
        ("|a" * 99 + "\n" + "|-" * 99 + "\n" + "\nb" * 595, "<table>"),
    ],
)
def test_a_feature_beyond_a_bound_is_off(most, tag):
    assert tag in render(most)
    assert tag not in render(most * 5)


@pytest.mark.parametrize(
    "code",
    [
        "1;" * 900 + "\n",
        "1" + "\n" * 51,
        "1\\\n" * 1001,
        "1\n" * (highlight.MAX_TOKENS // 2 + 1),
        "a" * 150 + ("\n" + "a" * 150) * 100,
    ],
)
def test_code_that_might_take_long_is_not_highlighted(code):
    fence = f"```js\n{code}```\n"
    assert "<span" not in render(fence.replace("1", "a1", 1) + fence)


def test_code_is_highlighted_up_to_a_number_of_tokens():
    fence = "```js\n" + "1\n" * 500 + "```\n"
    html = render(fence * 9)

    # A number and a line break are two tokens.
    assert html.count("<span") == highlight.MAX_TOKENS // 2
    assert html.count("<pre") == 9


def test_a_long_program_is_highlighted():
    lines = "def hydration(flour, water):  # a comment\n    return water / flour\n\n"
    html = render(f"```python\n{lines * 120}```")

    assert len(lines * 120) > 8000
    assert html.count('<span class="k">def</span>') == 120


@pytest.mark.parametrize("name", ["java", "c#"])
def test_words_in_a_row_do_not_keep_a_language_plain(name):
    line = 'public class A { int f(int a) { return 1; } } // "b"\n'
    html = render(f"```{name}\n{line * 100}```")
    assert html.count('<span class="k">public</span>') == 100


def test_what_is_saved_has_more_colors_than_what_is_shown():
    fence = "```js\n" + "1\n" * 5000 + "```\n"
    colors = highlight.Highlighter(highlight.MAX_WHEN_SAVED)
    assert "<span" not in render(fence)
    assert render(fence, highlighter=colors).count("<span") == 5000


def test_a_text_within_the_bounds_is_markdown():
    assert "<blockquote>" in render(">" * 59 + "a")
    assert render("a\n\n" * 12_000).count("<p>") == 12_000
    assert render("word " * 40_000).count("<p>") == 1


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 1),
        ("word " * 238 * 4, 4),
        ("春" * 390 * 4, 4),
        ("春，" * 390 * 4, 4),
        ("word " * 238 * 2 + "春眠" * 390, 4),
        ("don’t " * 238 * 3, 3),
        ("हिन्दी " * 238 * 3, 3),
        ("שָׁלוֹם " * 238 * 3, 3),
        ("e\u0301cole " * 238 * 3, 3),
        ("می\u200cشود " * 238 * 3, 3),
        ("នេះ" * 357 * 3, 3),
    ],
)
def test_reading_a_text_takes_as_long_as_its_script_does(text, minutes):
    assert reading_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("Hello, world", ""),
        ("Привет, мир", ""),
        ("I read 春曉 today, and liked it", ""),
        ("春眠不覺曉，處處聞啼鳥。", "zh"),
        ("用 Python 寫的網站", "zh"),
        ("他们都喝鲜の每日牛奶，味道不错吧", "zh"),
        ("春はあけぼの。やうやう白くなりゆく山ぎは", "ja"),
        ("カタカナ", "ja"),
        ("안녕하세요, 세계", "ko"),
        ("მოგესალმებით", "ka"),
        ("வணக்கம்", "ta"),
        ("សួស្តី", "km"),
        ("دا پښتو متن دی", "ps"),
        ("ئەمە دەقێکی کوردییە", "ckb"),
        ("این متن فارسی است چون", "fa"),
        ("a " * 500 + "春" * 5000, ""),
    ],
)
def test_the_script_of_a_text_tells_its_language(text, code):
    assert guess_language(text) == code


@pytest.fixture
def page(browser):
    """A page in a browser that has no rules about scripts."""
    with closing(browser.new_page()) as page:
        page.route(
            "**/*", lambda route: route.fulfill(body="", content_type="text/html")
        )
        yield page


# What leads to a page is clicked and not followed, and all else is.
USE_EVERYTHING = """async () => {
    const ordinary = /^(https?|mailto):/;
    document.body.onclick = event => {
        const link = event.target.closest('a');
        if (link && ordinary.test(link.href)) event.preventDefault();
    };
    for (const element of document.body.querySelectorAll('*')) {
        const address = element.href || element.src;
        if (address && !ordinary.test(address)) window.ran.push(address);
        for (const name of ['load', 'error', 'mouseover', 'focus'])
            element.dispatchEvent(new Event(name));
        element.click();
    }
    await new Promise(done => setTimeout(done));
    if (document.cookie !== '' || !(document.body.attributes instanceof NamedNodeMap))
        window.ran.push('clobbered');
    return window.ran;
}"""


@needs_chromium
def test_nothing_that_people_write_is_run(page):
    requests = []
    page.on("dialog", lambda dialog: requests.append("dialog") or dialog.dismiss())
    page.add_init_script(
        "window.ran = []; for (const name of ['alert', 'print', 'msgbox', 'open'])"
        " window[name] = () => window.ran.push(name);"
    )
    page.goto("https://blog.test/5/title")

    for text in [*PAYLOADS, *mixtures(100 if IS_LONG else 20)]:
        page.evaluate(
            "html => { document.body.innerHTML = html }", render(text, prefix="p1-")
        )
        ran = page.evaluate(USE_EVERYTHING)
        assert ran == [], text

    assert requests == []


@needs_chromium
@pytest.mark.parametrize("heading", ["two words", "你好，世界", "Über & <b>"])
def test_a_browser_finds_what_links_lead_to(page, heading):
    text = f"[a](#{heading.replace(' ', '-')})\n\n# {heading}\n\nb[^é]\n\n[^é]: c"
    page.goto("https://blog.test/5/title")
    page.set_content(render(text, prefix="p1-"))

    for link in page.locator("a.anchor, sup a, .footnote-backref").all():
        link.evaluate("link => link.click()")
        assert page.evaluate("document.querySelector(':target') !== null")
