"""Folders of Markdown are read as the program that they are for reads them."""

from datetime import datetime
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from flaskr.importing import markdown
from flaskr.importing.folders import front_matter
from flaskr.importing.folders import html_in_markdown
from flaskr.importing.records import Author
from flaskr.importing.records import NotReadable
from flaskr.importing.records import State

from .exports import read_all
from .exports import read_media
from .exports import read_one
from .exports import write_folder
from .exports import write_zip

HEAD = "---\ntitle: A\ndate: 2020-01-02\n---\n"
JEKYLL = {"_config.yml": "url: https://old.example\nbaseurl: /blog\n"}
HUGO = {"hugo.toml": 'baseURL = "https://old.example/"'}
HEXO = {"_config.yml": "url: https://old.example\n", "scaffolds/post.md": ""}
PELICAN = {"pelicanconf.py": "SITEURL = 'https://old.example'\n"}


@pytest.fixture
def read(tmp_path):
    """Reads files by their names; gives the posts by theirs."""

    def read(files, **options):
        return read_all(markdown, write_folder(tmp_path, files), **options)

    return read


@pytest.fixture
def read_text(read):
    """The text of one file, in a folder that no program is known for."""

    def read_text(body, **others):
        posts, _ = read({"a.md": HEAD + body, **others})
        return posts["a.md"].markdown

    return read_text


def jekyll(read, body, name="_posts/2020-01-02-a.md", **others):
    posts, _ = read({**JEKYLL, name: body, **others})
    return posts[name]


def hugo(read, body, name="content/posts/a.md", **others):
    posts, _ = read({**HUGO, name: body, **others})
    return posts[name]


def hexo(read, body, name="source/_posts/a.md", **others):
    posts, _ = read({**HEXO, name: body, **others})
    return posts[name]


def pelican(read, body, name="content/a.md", **others):
    posts, _ = read({**PELICAN, name: body, **others})
    return posts[name]


# Front matter


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: A tale\ndate: 2020-01-02\n---\n",
        "--- \r\ntitle: 'A tale'\r\ndate: 2020-01-02\r\n...\r\n",
        '+++\ntitle = "A tale"\ndate = 2020-01-02\n+++\n\n',
        '{"title": "A tale", "date": "2020-01-02"}\n',
        ';;;\n"title": "A tale",\n"date": "2020-01-02"\n;;;\n',
        ';;;\n{"title": "A tale", "date": "2020-01-02"}\n;;;\n',
        "Title: A tale\nDate: 2020-01-02\n\n",
        "Title: A\n    tale\nDate: 2020-01-02\n\n",
        "title: A tale\ndate: 2020-01-02\n---\n",
        "title: A tale\npublished_date: 2020-01-02\n___\n\n",
        "title: 'A tale'\ndate: 2020-01-02\ntags:\n- a\n- b\n---\n",
        "date: 2020-01-02\ntitle: >\n  A\n  tale\n----\n",
        "\ufeff---\nTitle: A tale\nDate: 2020-01-02\n---\n",
    ],
)
def test_each_kind_of_front_matter_is_read(read, head):
    posts, _ = read({"a.md": f"{head}A text.\n"})
    post = posts["a.md"]
    assert (post.title, post.markdown) == ("A tale", "A text.")
    assert post.created == datetime(2020, 1, 2, tzinfo=UTC)
    assert post.state is State.PUBLIC
    assert not post.warnings


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        ("title: A\ndate: 2020-01-02\ntags:\n- b c\n- d\n---\n", ("b c", "d")),
        ("title: A\ntags: [b, 'c']\n---\n", ("b", "c")),
        # No YAML, for its second colon.
        ("title: A: b\ntags:\n- c\n---\n", ("c",)),
        ("title: A\ntags: b\n\nA text\n\n---\n", ("b",)),
        ("title: A\ntags: b\nA heading\n---\n", ("b",)),
    ],
)
def test_tags_of_a_front_matter_without_a_first_line_are_read(read, head, tags):
    post = hexo(read, f"{head}Text")
    assert post.tags == tags
    assert post.markdown.endswith("Text")
    assert post.title.startswith("A")


@pytest.mark.parametrize(
    "text",
    ["---\n\nA rule.", "Note: a text.", "{ a }", "[a]: https://a.example", "A: b", ""],
)
def test_what_only_looks_so_is_no_front_matter(read, text):
    posts, _ = read({"a.md": text})
    assert posts["a.md"].markdown == text


def test_words_of_yaml_are_texts(read):
    head = "---\ntitle: No\ntags: [on, 007, 1.10, 12:30, ~]\ndate: 2020-01-02\n---\n"
    posts, _ = read({"a.md": head})
    assert posts["a.md"].title == "No"
    assert posts["a.md"].tags == ("on", "007", "1.10", "12:30", "~")


def test_tabs_in_yaml_are_spaces_but_in_quotes(read):
    head = (
        "---\ntitle:\t'a\tb'\ndate:\t2020-01-02\t# A day\n\n"
        "aliases: [/c/,\t\"/d\te/\"]\ntags:\n-\tDon't\n-\tg's\n---\n"
    )
    post = jekyll(read, head, **{"_config.yml": "url:\thttps://old.example\n"})
    assert post.title == "a b"
    assert post.tags == ("Don't", "g's")
    assert post.addresses == (
        "https://old.example/2020/01/02/a.html",
        "https://old.example/c/",
        "https://old.example/d\te/",
    )
    assert not post.warnings


def test_a_title_with_a_colon_is_read_and_warned_of(read):
    head = (
        "---\n# comment\n\ntitle: A: a tale\ndate: 2020-01-02\nlist:\n  - 'x'\n- y\n"
        'tags: ["a", b]\n---\n'
    )
    posts, _ = read({"a.md": head})
    assert posts["a.md"].title == "A: a tale"
    assert posts["a.md"].tags == ("a", "b")
    assert posts["a.md"].warnings == (
        "Its front matter was read line by line: this is no YAML: mapping values are"
        " not allowed here.",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: A\nx: [a\n  b: c: d\n---\n", "line 4: this is no YAML"),
        ("---\ntitle:\t[A\nx: y\n---\n", "line 2: this is no YAML"),
        ("---\ntitle: \x01\n ?\n---\n", "line 2: this is no YAML"),
        (f"---\n{'[' * 5000}\n---\n", "line 2: this is no YAML: it is too deep"),
        ('---\nx: "\\UFFFFFFFF"\n ?\n---\n', "line 2: this is no YAML: "),
        ("---\n- a\n- &a [*a]\n ?\n---\n", "this is no YAML"),
        ("+++\ntitle = A\n+++\n", "line 2: the front matter is no TOML"),
        (f"+++\na = {'[' * 5000}\n+++\n", "line 2: the front matter is no TOML"),
        ('{"title": "A",\n "b": c}\n', "line 2: the front matter is no JSON"),
        (';;;\n"a": 1,\n"b": c\n;;;\n', "line 3: the front matter is no JSON"),
        (f'{{"a": {"[" * 100_000}', "the front matter is no JSON"),
        (f"---\ntitle: {'a' * 100_000}\n---\n", "the front matter is too long"),
        ("---\ntitle: a\n---\n\udce9", "line 4: this is not UTF-8"),
    ],
)
def test_what_is_broken_is_left_with_its_line(read, text, reason):
    content = text.encode("utf-8", "surrogateescape")
    posts, left = read({"a.md": content, "b.md": HEAD + "[a](a.md)"})
    assert reason in left["a.md"].reason
    assert posts["b.md"].markdown == "[a](/a.md)"


def test_a_front_matter_that_is_no_mapping_says_nothing(read):
    posts, _ = read({"a.md": "---\n- a\n---\nA text."})
    assert posts["a.md"].markdown == "A text."


def test_bombs_of_aliases_stay_small(read):
    lines = ["---", "title: A", "date: 2020-01-02", "a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    lines += ["tags: *a11", "author: {name: *a11}", "title: *a11", "---", ""]
    posts, _ = read({"a.md": "\n".join(lines)})
    assert posts["a.md"].title == "x"
    assert posts["a.md"].tags == ("x",)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2013/7/13 20:46:25", "2013-07-13T18:46:25"),
        ("2013-07-13T20:46:25.5", "2013-07-13T18:46:25.500000"),
        ("2013-07-13 20:46 -0700", "2013-07-14T03:46:00"),
        ("2013-07-13 20:46:60Z", "2013-07-13T20:46:59"),
        ("2013-07-13 20:46 +5", "2013-07-13T15:46:00"),
        ("Sat, 13 Jul 2013 20:46:25 GMT", "2013-07-13T20:46:25"),
        ("July 13th, 2013 8:46 pm", "2013-07-13T18:46:00"),
        ("Jul 13, 2013 12:46 AM", "2013-07-12T22:46:00"),
        ("2013-07-13", "2013-07-12T22:00:00"),
    ],
)
def test_a_date_without_a_zone_is_in_the_one_that_is_given(read, date, expected):
    head = f"---\ntitle: A\ndate: {date}\n---\n"
    posts, _ = read({"a.md": head}, zone=ZoneInfo("Europe/Berlin"))
    created = posts["a.md"].created.astimezone(UTC)
    assert created.isoformat() == f"{expected}+00:00"


@pytest.mark.parametrize("value", ["2013-07-13T20:46:25", "2013-07-13T20:46:25+00:00"])
def test_dates_of_toml_are_dates(read, value):
    posts, _ = read({"a.md": f"+++\ntitle = 'A'\ndate = {value}\n+++\n"})
    assert posts["a.md"].created == datetime(2013, 7, 13, 20, 46, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    ["2013", "never", "2013-13-01", "0001-01-01", "9999-12-31 23:00 -09:00", "[]"],
)
def test_a_date_that_is_none_is_that_of_the_name_or_the_file(read, date):
    head = f"---\ntitle: A\npublish: true\ndate: {date}\n---\n"
    posts, _ = read({"2014-05-06-a.md": head, "b.md": head})
    assert posts["2014-05-06-a.md"].created == datetime(2014, 5, 6, tzinfo=UTC)
    assert posts["b.md"].created > datetime(2020, 1, 1, tzinfo=UTC)
    assert "no date" in posts["b.md"].warnings[0]


def test_the_time_of_a_change_is_kept(read):
    head = "---\ntitle: A\ndate: 2020-01-02\nlastmod: 2020-03-04\n---\n"
    posts, _ = read({"a.md": head})
    assert posts["a.md"].updated == datetime(2020, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("draft: true", State.DRAFT),
        ("draft: no", State.PUBLIC),
        ("published: false", State.DRAFT),
        ("publish: off", State.DRAFT),
        ("status: draft", State.DRAFT),
        ("status: hidden", State.PRIVATE),
        ("status: published", State.PUBLIC),
        ("hidden: true", State.PRIVATE),
        ("password: abc", State.PRIVATE),
        ("unlisted: false", State.PUBLIC),
        ("expiryDate: 2021-01-01", State.PRIVATE),
        ("expiryDate: 2121-01-01", State.PUBLIC),
        ("build: {render: never}", State.DRAFT),
        ("headless: true", State.DRAFT),
    ],
)
def test_drafts_and_what_was_hidden_stay_so(read, line, state):
    posts, _ = read({"a.md": f"---\ntitle: A\ndate: 2020-01-02\n{line}\n---\n"})
    assert posts["a.md"].state is state
    assert bool(posts["a.md"].warnings) == (state is State.PRIVATE)


def test_a_change_is_the_date_of_what_has_no_other(read):
    posts, _ = read({"a.md": "---\ntitle: A\nlastmod: 2020-03-04\n---\n"})
    assert posts["a.md"].created == datetime(2020, 3, 4, tzinfo=UTC)


def test_what_waits_for_its_time_waits(read):
    head = "---\ntitle: A\ndate: 2020-01-02\npublishDate: 2121-01-01\n---\n"
    posts, _ = read({"a.md": head})
    assert posts["a.md"].created.year == 2121


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("author: Ann Lee", [Author("Ann Lee", "Ann Lee")]),
        (
            "author: {name: Ann, email: a@b.example}",
            [Author("Ann", "Ann", "a@b.example")],
        ),
        ("authors: [Ann, {name: Bo}]", [Author("Ann", "Ann"), Author("Bo", "Bo")]),
        ("authors: Ann; Bo", [Author("Ann", "Ann"), Author("Bo", "Bo")]),
        ("author: {email: a@b.example}", []),
        ("author:", []),
    ],
)
def test_authors_are_known_by_their_names(tmp_path, lines, authors):
    head = f"---\ntitle: A\n{lines}\n---\n"
    files = {"a.md": head, "b.md": head, "c.md": HEAD, "d.md": "---\nauthor: [\n---\n"}
    path = write_folder(tmp_path, {**files, "e.txt": "", "f.md": b"author: \xff"})

    with markdown.open_archive(path) as archive:
        assert list(archive.read_authors()) == authors
        post = next(archive.read())

    assert list(post.authors) == [author.key for author in authors]


# Titles


@pytest.mark.parametrize(
    ("name", "text", "title", "body"),
    [
        ("a.md", "# A tale #\n\nText", "A tale", "Text"),
        ("a.md", "A tale\n======\n\nText", "A tale", "Text"),
        ("a.md", "---\ntitle: A tale\n---\n# A tale\nText", "A tale", "Text"),
        ("a.md", "---\ntitle: B\n---\n# A tale\nText", "B", "# A tale\nText"),
        ("a_long-tale.md", "Text", "A long tale", "Text"),
        ("A tale - two.md", "Text", "A tale - two", "Text"),
        ("2020-01-02 walk.md", "Text", "Walk", "Text"),
        ("walk.textbundle/text.md", "Text", "Walk", "Text"),
        ("walk/index.md", "Text", "Walk", "Text"),
        ("index.md", "Text", "Index", "Text"),
    ],
)
def test_a_title_is_found_elsewhere(read, name, text, title, body):
    posts, _ = read({name: text})
    assert (posts[name].title, posts[name].markdown) == (title, body)


# Jekyll


def test_a_post_of_jekyll_is_read(read):
    head = (
        "---\nlayout: post\ntitle: A tale\ncategories: one two\ntags: [x y, z]\n"
        "redirect_from:\n  - /old/\nauthor: ann\nimage: /assets/a.png\n---\n"
    )
    post = jekyll(read, f"{head}Text", **{"assets/a.png": b"PNG"})
    assert post.title == "A tale"
    assert post.created == datetime(2020, 1, 2, tzinfo=UTC)
    assert post.tags == ("one", "two", "x y", "z")
    assert post.addresses == (
        "https://old.example/blog/one/two/2020/01/02/a.html",
        "https://old.example/blog/old/",
    )
    assert post.cover == "/assets/a.png"
    assert not post.is_page


@pytest.mark.parametrize(
    ("settings", "lines", "path"),
    [
        ("", "", "/2020/01/02/a.html"),
        ("permalink: pretty", "", "/2020/01/02/a/"),
        ("permalink: none", "category: B", "/b/a.html"),
        ("permalink: ordinal", "", "/2020/002/a.html"),
        ("permalink: /:year/:slug", "slug: Own Way", "/2020/own-way"),
        ("permalink: /:unknown/", "", None),
        ("permalink: /:year/:title:output_ext", "", "/2020/a.html"),
        ("permalink: /:short_month/:w_day/:title", "", "/Jan/4/a"),
        ("permalink: weekdate", "", "/2020/W01/Thu/a.html"),
        ("", "permalink: pretty", "/2020/01/02/a/"),
        ("permalink: /:slugified_categories/:slug", "category: B c", "/b-c/a"),
        ("", "slug: A b_C.d & c#!", "/2020/01/02/A-b_C.d-&-c-!.html"),
        ("permalink: /:slug/", "slug: É_b.c++", "/é-b-c/"),
        ("permalink: /:categories/", "category: [C, D]\ncategories: a b", "/a/b/c/d/"),
        ("permalink: pretty", "permalink: /mine/:title", "/mine/a"),
        (
            "permalink: pretty",
            "permalink: https://b.example/:title",
            "https://b.example/a",
        ),
    ],
)
def test_addresses_are_those_that_jekyll_made(read, settings, lines, path):
    settings = f"timezone: Asia/Tokyo\n{settings}"
    post = jekyll(read, f"---\n{lines}\n---\n", **{"_config.yml": settings})
    assert post.addresses[:1] == ((path,) if path else ())
    assert post.created.isoformat() == "2020-01-02T00:00:00+09:00"


@pytest.mark.parametrize(
    ("date", "path"),
    [
        ("2020-01-02 20:00:00", "/2020-01-03/"),
        ("2020-01-02 20:00", "/2020-01-02/"),
        ("2020-01-02 20:00:00 +0900", "/2020-01-02/"),
        ("2020-01-02", "/2020-01-02/"),
    ],
)
def test_times_of_jekyll_are_in_utc_as_yaml_has_them(read, date, path):
    settings = "timezone: Asia/Tokyo\npermalink: /:year-:month-:day/"
    head = f"---\ndate: {date}\n---\n"
    assert jekyll(read, head, **{"_config.yml": settings}).addresses == (path,)


def test_a_post_of_jekyll_without_an_ending_was_at_both(read):
    settings = "permalink: /:year/:title"
    post = jekyll(read, "---\n---\n", **{"_config.yml": settings})
    assert post.addresses == ("/2020/a", "/2020/a.html")


def test_links_between_posts_are_known_with_every_pattern_of_jekyll(read):
    settings = "url: https://old.example\npermalink: /:title:output_ext\n"
    files = {"_config.yml": settings, "_posts/2020-01-03-b.md": "---\n---\n"}
    post = jekyll(read, "---\n---\n[b]({% post_url 2020-01-03-b %})", **files)
    assert post.markdown == "[b](https://old.example/b.html)"


@pytest.mark.parametrize(
    ("permalink", "path"), [("/x/:title/", "x/a/b/"), ("/:unknown/", "b/")]
)
def test_relative_links_lead_from_the_posts_own_address(read, permalink, path):
    head = f"---\npermalink: {permalink}\nredirect_from: /old/deep/\n---\n"
    post = jekyll(read, f"{head}[b](b/)")
    assert post.markdown == f"[b](https://old.example/blog/{path})"


def test_drafts_and_posts_without_a_date_are_drafts(read):
    files = {"_drafts/a.md": "---\n---\n", "_posts/b.md": "---\n---\n"}
    posts, _ = read({**JEKYLL, **files, "_posts/2020-1-2-c.md": "---\n---\n"})
    assert [post.state for post in posts.values()] == [
        *(State.DRAFT, State.PUBLIC, State.DRAFT)
    ]
    assert posts["_drafts/a.md"].addresses == ()


def test_pages_of_jekyll_are_pages_and_others_are_named(read):
    files = {
        "_posts/2020-01-02-a.md": HEAD,
        "about.md": "---\ntitle: About\n---\n",
        "docs/index.md": "---\npermalink: /d/\n---\n",
        "docs/more.md": "---\ntitle: More\n---\n",
        "index.md": "---\ntitle: Home\n---\n",
        "README.md": "# Readme",
        "index.html": "---\n---\n",
        "_site/a.html": "",
        "_site/a.md": "",
        "_recipes/b.md": "---\n---\n",
        "_posts/2020-01-02-t.textile": "",
        "_posts/2020-01-02-h.html": "No front matter.",
        "notes.rst": "",
        "old.textile": "---\r\n---\r\n",
        "_includes/c.adoc": "---\n---\n",
        "_recipes/d.html": "---\n---\n",
    }
    posts, left = read({**files, "_config.yml": "permalink: pretty"})
    pages = {post.key: post.addresses for post in posts.values() if post.is_page}
    assert pages == {
        "about.md": ("/about/",),
        "docs/index.md": ("/d/",),
        "docs/more.md": ("/docs/more/",),
        "index.md": ("/",),
    }
    assert left.keys() == {
        *("README.md", "index.html", "_recipes/b.md", "_posts/2020-01-02-t.textile"),
        *("_posts/2020-01-02-h.html", "old.textile", "_recipes/d.html"),
    }


def test_a_post_of_jekyll_in_html_is_html(read):
    image = '<img src="/blog/x.png?a&amp;b">'
    body = f"{HEAD}<a href='b'>b</a>{image}{{{{ site.url }}}}"
    post = jekyll(read, body, "_posts/2020-01-02-a.html", **{"x.png": b""})
    assert post.html == (
        '<a href="https://old.example/blog/2020/01/02/b">b</a><img src="/x.png">'
    )
    assert not post.markdown


def test_octopress_keeps_its_posts_in_source(read):
    posts, _ = read({"_config.yml": "", "source/_posts/2020-01-02-a.markdown": HEAD})
    assert posts["source/_posts/2020-01-02-a.markdown"].addresses == (
        "/2020/01/02/a.html",
    )


def test_liquid_becomes_markdown(read):
    post = jekyll(
        read,
        HEAD
        + "{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}\n"
        + "[b]({{ site.baseurl }}{% post_url 2020-03-04-b %}) "
        + "![c]({{ '/c.png' | relative_url }}) {% raw %}{{ d }}{% endraw %}\n"
        + "{% comment %}secret{% endcomment %}{{ site.url }}{% include e.html x='1' %}"
        + " {{ f | g }} {% highlight %} {% gist ann/1 %} {% link missing.md %}\n"
        + "* TOC\n{:toc}\n![g](g.png){: .wide }\n",
        **{"_posts/2020-03-04-b.md": HEAD},
    )
    assert post.markdown == (
        "```ruby\nputs 1\n```\n\n"
        "[b](https://old.example/blog/2020/01/02/b.html) ![c](/c.png) {{ d }}\n"
        "{% include e.html x='1' %} {{ f | g }} {% highlight %}"
        " <https://gist.github.com/ann/1> {% link missing.md %}\n"
        "![g](https://old.example/blog/2020/01/02/g.png)"
    )
    assert [warning.split(", kept")[0] for warning in post.warnings] == [
        "It has {% include %}",
        "It has {{ f }}",
        "It has {% highlight %}",
        "It has {% link %}",
    ]


def test_tags_of_a_name_are_kept_in_one_sentence_whatever_they_say(read):
    liquid = (
        "{% if a %}{% endif %}{% if b %}{% end %}{{ 'a' | b }}{{ c.d | e }}{{ c.d }}"
    )
    assert jekyll(read, HEAD + liquid).warnings == (
        "It has {% if %}, kept as text.",
        "It has {% end %}, kept as text.",
        "It has {{ … }}, kept as text.",
        "It has {{ c.d }}, kept as text.",
    )


def test_shortcodes_of_a_name_are_kept_in_one_sentence_whatever_they_say(read):
    shortcodes = "{{< gh 1 >}}{{% gh 2 %}}{{< tab >}}{{< / tab >}}{{< gh >}}"
    assert hugo(read, HEAD + shortcodes).warnings == (
        "It has {{< gh >}}, kept as text.",
        "It has {{< tab >}}, kept as text.",
    )


# Hugo


def test_a_bundle_of_hugo_is_read_with_its_images(read, tmp_path):
    head = (
        '+++\ntitle = "A tale"\ndate = 2020-01-02T03:04:05+02:00\n'
        'aliases = ["/old/", "https://older.example/a"]\ntags = ["x y"]\n+++\n'
    )
    body = (
        '![b](b.png)\n{{< figure src="b.png" alt="A \\"b\\"" caption="Below" >}}\n'
        "{{< highlight go >}}\nx\n{{< /highlight >}}\n"
        '[c]({{< ref "c.md#d" >}}) {{% relref "/posts/c" %}} {{< ref "missing" >}}\n'
        "{{< tabs x >}}y{{< /tabs >}} {{</* figure */>}} {{< youtube z >}}"
        '{{< tweet id="1" >}}{{< vimeo >}} {{< figure title=T src=t.png >}}'
    )
    name = "content/posts/a/index.md"
    files = {"content/posts/a/b.png": b"PNG", "content/posts/c.md": HEAD}
    post = hugo(read, head + body, name, **files)
    assert post.created.isoformat() == "2020-01-02T03:04:05+02:00"
    assert post.tags == ("x y",)
    assert post.addresses == (
        "https://old.example/posts/a/",
        "https://old.example/old/",
        "https://older.example/a",
    )
    assert post.markdown == (
        "![b](/content/posts/a/b.png)\n\n"
        '![A "b"](/content/posts/a/b.png "Below")\n\n'
        "```go\nx\n```\n\n[c](https://old.example/posts/c/#d) https://old.example/posts/c/"
        ' {{< ref "missing" >}}\n'
        "{{< tabs x >}}y{{< /tabs >}} {{< figure >}}"
        " <https://www.youtube.com/watch?v=z><https://twitter.com/i/status/1>"
        '{{< vimeo >}} \n\n![](https://old.example/posts/a/t.png "T")'
    )
    assert len(post.warnings) == 3
    media = read_media(markdown, tmp_path, "/content/posts/a/b.png")
    assert media == b"PNG"


@pytest.mark.parametrize(
    ("name", "lines", "path", "is_page"),
    [
        ("content/posts/My Tale.md", "", "/posts/my-tale/", False),
        ("content/posts/a.md", "slug: Own", "/posts/own/", False),
        ("content/posts/a.md", "url: /x/y.html", "/x/y.html", False),
        ("content/posts/a.fr.md", "", "/fr/posts/a/", False),
        ("content/posts/a.fr.md", "url: x", "/fr/x", False),
        ("content/posts/a.en.md", "", "/posts/a/", False),
        ("content/fr/posts/a.md", "", "/fr/posts/a/", False),
        ("content/blog/deep/a.md", "", "/2020/a/", False),
        ("content/news/a.md", "", None, False),
        ("content/blog/a.md", "title: B c", "/2020/b-c/", False),
        ("content/blog/a.md", "title: ''", "/2020/a/", False),
        ("content/blog/a.md", "slug: Own", "/2020/own/", False),
        ("content/some/a.md", "", None, False),
        ("content/e/b/c/a.md", "title: B's “c” & d.e", "/b/2020/02/bs-c-d.e/", False),
        ("content/g/b/c/a.md", "title: B", "/b/b/", False),
        ("content/e/a.md", "title: 'C# -- 5%?'", "/2020/02/c%23--5/", False),
        ("content/f/a/b.md", "title: É 目", "/f/é-目", False),
        ("content/C++ x/Y & z#.md", "", "/c++-x/y-z%23/", False),
        ("content/go/v1.xx.md", "", "/go/v1.xx/", False),
        ("content/blog/a.md", "date: 2019-12-31T23:00:00-08:00", "/2019/a/", False),
        ("content/about.md", "", "/about/", True),
        ("content/index.md", "", "/", True),
        ("content/page/a.md", "", "/page/a/", True),
        ("content/posts/a.md", "type: page", "/posts/a/", True),
    ],
)
def test_addresses_are_those_that_hugo_made(read, name, lines, path, is_page):
    head = f"---\ntitle: A\ndate: 2020-01-02\n{lines}\n---\n"
    settings = "permalinks:\n  page:\n    blog: /:year/:slug/\n    news: /:nothing/\n"
    settings += "    g: /:sections[1:last]/:title/\n"
    settings += "    some: /:sections[1:]/\n    f: /:sections/:slug\n"
    settings += "    e: /:sections[1:]/:2006/:02/:title/\nlanguages: {en: {}, fr: {}}\n"
    files = {"config/_default/hugo.yaml": settings, "content/e/b/_index.md": HEAD}
    files |= dict.fromkeys(("content/g/b/_index.md", "content/g/b/c/_index.md"), HEAD)
    posts, _ = read({**files, name: head})
    assert posts[name].addresses == ((path,) if path else ())
    assert posts[name].is_page is is_page


def test_settings_of_hugo_in_files_of_their_own_are_read(read):
    files = {
        "config/_default/permalinks.toml": "posts = '/:year/:slug/'",
        "config/_default/languages.yaml": "en: {}\nde: {}\n",
        "content/posts/b.de.md": HEAD,
    }
    posts, _ = read({**HUGO, **files, "content/posts/a.md": HEAD})
    assert [post.addresses[0] for post in posts.values()] == [
        "https://old.example/2020/a/",
        "https://old.example/de/2020/a/",
    ]


def test_languages_of_hugo_are_the_same_in_any_case(read):
    settings = (
        'baseURL = "https://old.example/"\ndefaultContentLanguage = "zh-CN"\n'
        "[languages.pt-BR]\n[languages.zh-CN]\n"
    )
    names = ["posts/a.pt-BR.md", "pt-BR/posts/b.md", "zh-cn/posts/c.md"]
    files = {f"content/{name}": HEAD for name in names}
    posts, _ = read({"hugo.toml": settings, **files})
    assert {post.addresses[0] for post in posts.values()} == {
        "https://old.example/pt-br/posts/a/",
        "https://old.example/pt-br/posts/b/",
        "https://old.example/posts/c/",
    }


def test_aliases_of_hugo_begin_where_the_text_is(read):
    head = "---\ntitle: A\naliases: [b, ../c/, /d/, 'http://[e']\n---\n"
    files = {"hugo.toml": 'baseURL = "https://old.example/blog/"'}
    post = hugo(read, head, "content/posts/x/a.md", **files)
    paths = ("posts/x/a/", "posts/x/b", "posts/c/", "d/")
    assert post.addresses == tuple(f"https://old.example/blog/{path}" for path in paths)


def test_a_bundle_of_hugo_in_another_one_is_a_part_of_it(read):
    names = [f"content/{name}" for name in ("en/index.md", "en/a/index.md")]
    files = dict.fromkeys((*names, "content/en/a/b/index.md"), HEAD)
    posts, left = read({**HUGO, **files})
    assert list(posts) == names[::-1]
    assert left.keys() == {"content/en/a/b/index.md"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('caption="B"', '![](/b.png "B")'),
        ('title=A caption="B" attr=C', '![](/b.png "A B C")'),
        ('caption="[B](/c)"', "![](/b.png)\n\n[B](/c)"),
        (
            'attr=C attrlink="https://c.example"',
            "![](/b.png)\n\n[C](https://c.example)",
        ),
        ('attrlink="/c"', "![](/b.png)\n\n[/c](/c)"),
        (f'caption="{"b" * 301}"', f"![](/b.png)\n\n{'b' * 301}"),
    ],
)
def test_captions_of_hugo_are_ones(read, given, shown):
    body = f'---\ntitle: A\n---\n{{{{< figure src="/b.png" {given} >}}}}'
    assert hugo(read, body).markdown == shown


def test_what_is_no_text_of_hugo_is_named(read):
    files = {
        "content/_index.md": HEAD,
        "content/posts/_index.md": HEAD,
        "content/posts/a/index.md": HEAD,
        "content/posts/a/part.md": HEAD,
        "content/posts/b.org": "",
        "content/posts/c.html": HEAD + "<p>c",
        "content/posts/d.png": b"",
        "archetypes/default.md": HEAD,
        "README.md": "",
    }
    posts, left = read(files)
    assert posts.keys() == {"content/posts/a/index.md", "content/posts/c.html"}
    assert left.keys() == {
        *("content/_index.md", "content/posts/_index.md", "content/posts/a/part.md"),
        "content/posts/b.org",
    }


def test_shortcodes_that_are_shown_lose_their_marks_and_are_not_named(read):
    shown = (
        "{{</* x `a\nb` */>}} {{%/* /y */%}} `{{</* z */>}}` {{</* a */>}}\n"
        "```go\n{{</* b c=d */>}}\n```"
    )
    block = "\n{{< highlight go >}}\n{{%/* e */%}}\n{{< /highlight >}}"
    post = hugo(read, HEAD + shown + block)
    assert post.markdown == (
        "{{< x `a\nb` >}} {{% /y %}} `{{< z >}}` {{< a >}}\n"
        "```go\n{{< b c=d >}}\n```\n\n```go\n{{% e %}}\n```"
    )
    assert not post.warnings


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("#part", "#part"),
        ("x/b.md#part", "/posts/x/b/#part"),
        ("x/b#part", "/posts/x/b/#part"),
        ("posts/x/b", "/posts/x/b/"),
        ("/posts/x/b", "/posts/x/b/"),
        ("B", "/posts/x/b/"),
        ("c", "/docs/c/"),
        ("/docs/c", "/docs/c/"),
        ("docs/c/index.md", "/docs/c/"),
        ("somewhere/c/", "/docs/c/"),
        ("docs", "/docs/"),
        ("/docs/_index.md#part", "/docs/#part"),
        ("/", "/"),
        ("", None),
        ("missing#part", None),
        ("missing/index.md", None),
    ],
)
@pytest.mark.parametrize("top", ["", "en/"])
def test_references_of_hugo_become_links(read, reference, path, top):
    names = ("_index.md", "posts/x/b.md", "docs/_index.md", "docs/c/index.md")
    body = f'{HEAD}[a]({{{{< relref "{reference}" >}}}})'
    files = {f"content/{top}{name}": HEAD for name in names}
    post = hugo(read, body, f"content/{top}posts/a.md", **files)
    address = path if path == "#part" else f"https://old.example{path}"
    assert (f"[a]({address})" == post.markdown) is (path is not None)
    assert bool(post.warnings) is (path is None)


@pytest.mark.parametrize(("name", "path"), [("a.fr.md", "/fr/b/"), ("a.md", "/b/")])
@pytest.mark.parametrize("target", ["b", "b/_index"])
def test_references_of_hugo_lead_to_the_same_language(read, name, path, target):
    settings = HUGO["hugo.toml"] + "\n[languages.fr]\n"
    files = {f"content/{target}{mark}.md": HEAD for mark in ("", ".fr")}
    post = hugo(
        read,
        f"{HEAD}{{{{< ref b >}}}}",
        f"content/{name}",
        **files,
        **{"hugo.toml": settings},
    )
    assert post.markdown == f"https://old.example{path}"


@pytest.mark.parametrize("index", ["index.md", "index.html", "index.markdown"])
def test_parts_of_pages_of_hugo_are_left_for_one_reason(read, index):
    names = [f"content/posts/{name}" for name in ("a/x.md", "b/c/y.md", "b/x.md")]
    files = {f"content/posts/{folder}/{index}": HEAD for folder in "ab"}
    posts, left = read({**files, **dict.fromkeys(names, HEAD)})
    assert posts.keys() == files.keys()
    assert list(left) == names
    assert len({one.reason for one in left.values()}) == 1


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("hugo.json", '{"baseURL": "https://old.example/blog"}'),
        ("config.toml", 'baseurl = "https://old.example/blog/"'),
        ("config/_default/config.yaml", "baseURL: https://old.example/blog/"),
    ],
)
def test_settings_of_hugo_are_read(read, name, settings):
    posts, _ = read({name: settings, "content/posts/a.md": HEAD})
    assert posts["content/posts/a.md"].addresses == (
        "https://old.example/blog/posts/a/",
    )


# Hexo


def test_a_post_of_hexo_is_read(read):
    head = (
        "title: 你好\ndate: 2013/7/13 20:46:25\nupdated: 2014-01-01\n"
        "categories:\n- [a, b]\n- c\ntags: d\n"
    )
    body = (
        "<!-- more -->{% asset_img wide a.png 300 200 \"Title\" 'Shown' %}\n"
        "{% asset_img nothing %}{% asset_link a.png The file %}"
        " {% asset_path a.png %}\n"
        "![](a.png) {% unknown %}\n\n"
        "{% codeblock Title here: lang:js %}\nx\n{% endcodeblock %}\n"
        "{% blockquote Ann %}\nSaid\n\nso\n{% endblockquote %}\n"
        "{% quote %}Q{% endquote %}{% pullquote %}P{% endpullquote %}"
    )
    name = "source/_posts/你好.md"
    post = hexo(
        read, f"---\n{head}---\n{body}", name, **{"source/_posts/你好/a.png": b""}
    )
    image = "/source/_posts/%E4%BD%A0%E5%A5%BD/a.png"
    assert post.tags == ("a", "b", "c", "d")
    assert post.addresses == ("https://old.example/2013/07/13/你好/",)
    assert post.updated == datetime(2014, 1, 1, tzinfo=UTC)
    assert post.markdown == (
        f"![Shown]({image})\n[The file]({image}) a.png\n"
        f"![]({image}) {{% unknown %}}\n\n"
        "```js\nx\n```\n\n> Said\n>\n> so\n>\n> — Ann\n\n> Q\n\nP"
    )
    assert post.warnings == ("It has {% unknown %}, kept as text.",)


@pytest.mark.parametrize(
    ("settings", "lines", "path"),
    [
        ("", "", "/2020/01/02/x/a/"),
        ("root: /blog/", "", "/blog/2020/01/02/x/a/"),
        ("permalink: :category/:name.html", "", "/uncategorized/a.html"),
        ("permalink: p/:no/", "", None),
        ("permalink: :hash/", "", "/535c4a7ee40e/"),
        ("", "permalink: own/way.html", "/own/way.html"),
        ("permalink: posts/:abbrlink.html", "abbrlink: 3f2a", "/posts/3f2a.html"),
        ("permalink: :tags/", "tags: [a]", None),
        ("permalink: :category/", "categories: [A b, C++ 语言]", "/A-b/C-语言/"),
        ("permalink: :category/", "category: É. Й，", "/E-Й，/"),
        ("permalink: :category/", "categories: [[A, B], [C]]", "/C/"),
        ("permalink: :category/\ndefault_category: no", "", "/no/"),
        ("new_post_name: :year-:title.md", "", "/2020/01/02/x-a/"),
        ("new_post_name: x/:title.md", "", "/2020/01/02/a/"),
        ("new_post_name: :lang/:title.md", "", "/2020/01/02/a/"),
        ("new_post_name: post.md", "", "/2020/01/02/x/a/"),
    ],
)
def test_addresses_are_those_that_hexo_made(read, settings, lines, path):
    head = f"---\ntitle: A\ndate: 2020-01-02\n{lines}\n---\n"
    files = {
        "_config.yml": settings,
        "package.json": "{}",
        "source/_posts/x/a.md": head,
    }
    posts, _ = read(files)
    assert posts["source/_posts/x/a.md"].addresses == ((path,) if path else ())


def test_hexo_names_posts_without_the_dates_of_their_files(read):
    posts, _ = read(
        {
            **HEXO,
            "_config.yml": "permalink: :title/\nnew_post_name: :year-:month-:title.md",
            "source/_posts/2020-01-a.md": "---\ntitle: A\n---\n{% post_link b %}",
            "source/_posts/2020-02-b.md": "---\ntitle: The b\n---\n",
        }
    )
    assert posts["source/_posts/2020-01-a.md"].addresses == ("/a/",)
    assert posts["source/_posts/2020-01-a.md"].markdown == "[The b](/b/)"


def test_what_is_kept_in_a_quotation_is_named(read):
    post = hexo(read, HEAD + "{% quote Ann %}{% no %}{% endquote %}")
    assert post.markdown == "> {% no %}\n>\n> — Ann"
    assert post.warnings == ("It has {% no %}, kept as text.",)


def test_quotations_in_each_other_have_a_bound(read):
    names = ("cq", "note", "quote", "blockquote", "centerquote", "pullquote")
    starts = "".join(f"{{% {name} %}}" for name in names)
    ends = "".join(f"{{% end{name} %}}" for name in reversed(names))
    post = hexo(read, f"{HEAD}{starts}A{ends}")
    assert post.markdown == "> > > > > {% pullquote %}A{% endpullquote %}"


@pytest.mark.parametrize(
    ("name", "title"), [("2020-01-02-a-b", "A b"), ("2020-01-02", "2020 01 02")]
)
@pytest.mark.parametrize("program", [hexo, hugo])
def test_a_title_from_the_name_of_a_file_has_no_date(read, name, title, program):
    folder = "source/_posts" if program is hexo else "content/posts"
    assert program(read, "---\ntags: a\n---\n", f"{folder}/{name}.md").title == title


def test_pages_of_hexo_may_say_where_they_are(read):
    text = f"{HEAD[:-4]}permalink: my/page.html\n---\n"
    page = hexo(read, text, "source/about.md", **{"source/_posts/b.md": HEAD})
    assert page.addresses == ("https://old.example/my/page.html",)


@pytest.mark.parametrize(
    ("tag", "made"),
    [
        ("{% post_link b %}", "[The b](https://old.example/2020/01/02/b/)"),
        ("{% post_link b#c %}", "[The b](https://old.example/2020/01/02/b/#c)"),
        ("{% post_link b 'A title' true %}", "[A title]({}/2020/01/02/b/)"),
        ("{% post_link b A title false %}", "[A title]({}/2020/01/02/b/)"),
        ("{% post_link c %}", None),
        ("{% post_path b %}", "https://old.example/2020/01/02/b/"),
        ("{% link A text https://x.example true A title %}", "[A text]({x})"),
        ("{% a 'A text' /b %}", "[A text](/b)"),
        ("{% url_for text /b %}", "[text](/b)"),
        ("{% link text %}", None),
        ("{% note info %}\nA {% post_path b %}\n{% endnote %}", "> A {}/2020/01/02/b/"),
        ("{% cq %}{% note %}A{% endnote %}{% endcq %}", "> > A"),
        ("{% iframe https://x.example 100% 300 %}", "<https://x.example>"),
        ("{% image /i.png %}", "![](/source/i.png)"),
        ("{% asset_image i.png A %}", "![A](/source/i.png)"),
        ("""{% img left /i.png 30 20 '"T" "Alt"' %}""", "![Alt](/source/i.png)"),
        ("""{% img /i.png "'T' 'Alt'" %}""", "![Alt](/source/i.png)"),
        (
            "[b](/files/c.pdf) [d](e.zip)",
            "[b](/files/c.pdf) [d]({}/2020/01/02/a/e.zip)",
        ),
    ],
)
def test_tags_of_hexo_become_what_they_show(read, tag, made):
    files = {
        "source/_posts/b.md": "---\ntitle: The b\ndate: 2020-01-02\n---\n",
        "source/i.png": b"PNG",
        "source/files/c.pdf": b"PDF",
        "source/_posts/a/e.zip": b"ZIP",
    }
    post = hexo(read, HEAD + tag, **files)
    written = (made or tag).replace("{}", "https://old.example")
    assert post.markdown == written.replace("{x}", "https://x.example")
    assert bool(post.warnings) == (made is None)


def test_pages_and_drafts_of_hexo_are_ones(read):
    files = {
        "source/_drafts/a.md": HEAD,
        "source/_data/b.md": HEAD,
        "source/about/index.md": HEAD,
        "source/c.md": HEAD,
        "source/_posts/d.png": b"",
        "source/_posts/e.md": HEAD,
        "source/_posts/f.rst": "",
        "source/_posts/g.html": HEAD + "<p>g",
        "source/_data/h.html": "",
        "source/i.html": "",
        "source/j/k.org": "",
        "themes/x/README.md": "",
    }
    posts, left = read({**HEXO, **files})
    assert posts["source/_drafts/a.md"].state is State.DRAFT
    assert posts["source/about/index.md"].addresses == ("https://old.example/about/",)
    assert posts["source/c.md"].addresses == ("https://old.example/c.html",)
    assert posts["source/_posts/g.html"].html == "<p>g"
    pages = [name for name, post in posts.items() if post.is_page]
    assert pages == ["source/about/index.md", "source/c.md"]
    assert left.keys() == {"source/_posts/f.rst", "source/i.html", "source/j/k.org"}


# Pelican


def test_a_post_of_pelican_is_read(read, tmp_path):
    body = (
        "Title: A tale\nDate: 2010-12-02 10:14\nModified: 2011-01-01\nTags: x, y z\n"
        "Authors: Last, First; Other\nSummary: A\n    long one\n\n[TOC]\n"
        "[b]({filename}b.md#c) [d](|filename|/b.md) ![e]({static}/images/e.png)"
        " [f]({tag}x) [g]({attach}missing.pdf)"
    )
    files = {"content/cat/b.md": "Title: B é\n\n", "content/images/e.png": b"PNG"}
    post = pelican(read, body, "content/cat/a.md", **files)
    assert post.authors == ("Last, First", "Other")
    assert post.tags == ("x", "y z", "cat")
    assert post.addresses == ("https://old.example/a-tale.html",)
    assert post.markdown == (
        "[b](https://old.example/b-e.html#c) [d](|filename|/b.md)"
        " ![e](/content/images/e.png) [f](/tag/x.html) [g](https://old.example/missing.pdf)"
    ).replace("(|filename|/b.md)", "(/b.md)")
    assert read_media(markdown, tmp_path, "/content/images/e.png") == b"PNG"
    assert read_media(markdown, tmp_path, "/images/e.png") == b"PNG"


@pytest.mark.parametrize(
    ("settings", "lines", "path"),
    [
        ("", "Slug: own", "/own.html"),
        ("", "url: x/y/", "/x/y/"),
        ("ARTICLE_URL = '{date:%Y}/{date:%b}/{slug}/'", "", "/2020/Jan/a/"),
        ("ARTICLE_URL = '{category}/{lang}{slug}'", "Category: The C", "/the-c/ena"),
        ("", "Slug: b\nLang: fr", "/b-fr.html"),
        ("DEFAULT_LANG = 'fr'", "Lang: fr", "/a.html"),
        ("ARTICLE_LANG_URL = '{lang}/{slug}'", "Lang: fr", "/fr/a"),
        ("ARTICLE_URL = '{category}/{slug}'", "", "/misc/a"),
        ("ARTICLE_URL = '{category}/'\nDEFAULT_CATEGORY = 'B c'", "", "/b-c/"),
        ("ARTICLE_URL = '{author}/'\nAUTHOR = 'Ann'", "", "/ann/"),
        ("ARTICLE_URL = '{author}/'", "Authors: Bo Lé, Cy", "/bo-le/"),
        (
            "",
            "Date: 2020-01-02\nTitle: What's “Łódź” a.b -- C++?",
            "/whats-lodz-ab-c.html",
        ),
        ("SLUGIFY_USE_UNICODE = True", "Title: É's b", "/és-b.html"),
        (
            "ARTICLE_URL = '{date:%d}/'\nTIMEZONE = 'Asia/Tokyo'",
            "Date: 2020-01-02T23:00:00-05:00",
            "/02/",
        ),
        ("ARTICLE_URL = '{date:%!}/{slug}/'", "", None),
        ("ARTICLE_URL = other()\nx.y = 'z'", "", "/a.html"),
    ],
)
def test_addresses_are_those_that_pelican_made(read, settings, lines, path):
    files = {
        "pelicanconf.py": settings,
        "content/a.md": f"Title: A\nDate: 2020-01-02\n{lines}\n\n",
        "content/pages/p.md": "Title: 目\n\n",
        "content/c.rst": "",
        "content/d.html": "",
        "content/e.png": b"",
    }
    posts, left = read(files)
    assert posts["content/a.md"].addresses == ((path,) if path else ())
    assert posts["content/pages/p.md"].addresses == ("/pages/目.html",)
    assert posts["content/pages/p.md"].is_page
    assert left.keys() == {"content/c.rst", "content/d.html"}


def test_pelican_makes_addresses_of_names_of_files_if_settings_say_so(read):
    files = {"pelicanconf.py": "SLUGIFY_SOURCE = 'basename'"}
    post = pelican(read, "Title: A\nDate: 2020-01-02\n\n", "content/b_c.md", **files)
    assert post.addresses == ("/b_c.html",)


@pytest.mark.parametrize(("value", "path"), [("True", "/b/a/"), ("False", "/misc/a/")])
def test_folders_of_pelican_are_categories_unless_settings_say_no(read, value, path):
    settings = (
        f"ARTICLE_URL = '{{category}}/{{slug}}/'\nUSE_FOLDER_AS_CATEGORY = {value}"
    )
    files = {"pelicanconf.py": settings}
    post = pelican(read, "Title: A\nDate: 2020-01-02\n\n", "content/b/x.md", **files)
    assert post.addresses == (path,)
    assert post.tags == (("b",) if value == "True" else ())


@pytest.mark.parametrize("author", ["Ann, Bo", "Ann; Bo"])
def test_several_authors_of_pelican_are_told_apart(read, author):
    assert pelican(read, f"Title: A\nAuthors: {author}\n\n").authors == ("Ann", "Bo")


# Which program


@pytest.mark.parametrize(
    ("text", "path"),
    [("Title: A\n\n", "/a.html"), (HEAD, "/a/"), ("---\na: [\n---\n", None)],
)
def test_a_folder_of_content_without_settings_is_known_by_its_texts(read, text, path):
    posts, _ = read({"content/a.md": text})
    assert [post.addresses for post in posts.values()] == ([(path,)] if path else [])


@pytest.mark.parametrize(
    "name", ["hugo.toml", "pelicanconf.py", "hugo.json", "hugo.yaml", "config.yaml"]
)
def test_settings_that_are_broken_are_named(read, name):
    _, left = read({name: "x = (\0", "content/a.md": HEAD})
    assert left[name].kind == "settings"


def test_settings_that_make_no_sense_are_none(read):
    files = {"_config.yml": "- a", "_posts/2020-01-02-a.md": HEAD}
    posts, _ = read(files)
    assert posts["_posts/2020-01-02-a.md"].addresses == ("/2020/01/02/a.html",)


def test_an_address_that_is_given_is_the_one_of_the_blog(read):
    posts, _ = read({"_posts/2020-01-02-a.md": HEAD}, address="https://new.example")
    assert posts["_posts/2020-01-02-a.md"].addresses == (
        "https://new.example/2020/01/02/a.html",
    )


# Notes


def test_notes_are_drafts_until_they_say_that_they_were_on_the_web(read):
    files = {
        "a.md": "A note.",
        "b.md": "---\ntags: [x]\ncreated: 2020-01-02\n---\n",
        "c.md": "---\npublish: true\n---\n",
        "d.md": HEAD,
        "e.md": "---\ntitle: E\n---\n",
    }
    posts, _ = read(files)
    assert [key for key in posts if posts[key].state is State.PUBLIC] == [
        "c.md",
        "d.md",
    ]


def test_links_and_images_of_notes_lead_to_their_files(read, tmp_path):
    text = (
        "# A\n[[Other]] [[other#Part|shown]] [[#Here]] [[Nowhere|n]] ![[b c.png|300]]"
        " ![[b c.png|A cat]] ![[b c.png]] [o](Other.md#x) [[x/Other]] `[[Other]]`\n\n"
        "#tag and #deep/tag, not a#b or #1 or [x](#here)\n\n```\n#code\n```\n"
    )
    posts, _ = read({"a.md": text, "sub/Other.md": HEAD, "files/b c.png": b"PNG"})
    post = posts["a.md"]
    assert post.markdown == (
        "[Other](/sub/Other.md) [shown](/sub/Other.md) Here n"
        " ![](/files/b%20c.png) ![A cat](/files/b%20c.png) ![](/files/b%20c.png)"
        " [o](/Other.md#x) [x/Other](/sub/Other.md) `[[Other]]`\n\n"
        "#tag and #deep/tag, not a#b or #1 or [x](#here)\n\n```\n#code\n```"
    )
    assert post.tags == ("tag", "deep/tag")
    assert posts["sub/Other.md"].addresses == ("/sub/Other.md",)
    assert read_media(markdown, tmp_path, "/files/b%20c.png") == b"PNG"


def test_a_text_is_found_rather_than_an_image_of_its_name(read):
    posts, _ = read({"a.md": "[[b]]", "x/b.png": b"", "y/b.md": HEAD, "z/b.jpg": b""})
    assert posts["a.md"].markdown == "[b](/y/b.md)"


def test_a_post_of_bear_blog_is_read(read):
    head = (
        "title: A tale\nlink: tale\nalias: /old-tale/\n"
        "published_date: 2020-01-02 03:04\n"
        "tags: x, y\nis_page: true\nmeta_image: a.png\n___\n\n"
    )
    posts, _ = read({"a.md": f"{head}Text"}, address="https://ann.bearblog.dev")
    post = posts["a.md"]
    assert post.addresses == (
        "https://ann.bearblog.dev/tale",
        "https://ann.bearblog.dev/old-tale/",
    )
    assert (post.tags, post.is_page, post.markdown) == (("x", "y"), True, "Text")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("slug: own", "/own/"),
        ("link: https://other.example/", "/a.md"),
        ("aliases: [A name]", "/a.md"),
        ("taxonomies: {tags: [x]}", "/a.md"),
    ],
)
def test_other_texts_have_the_address_that_they_say(read, line, path):
    posts, _ = read({"a.md": f"---\ntitle: A\n{line}\n---\n"})
    assert posts["a.md"].addresses == (path,)


@pytest.mark.parametrize("files", [{}, PELICAN, HUGO])
def test_what_other_programs_read_is_named_everywhere(read, files):
    endings = "rst adoc asciidoc ad org mmd mdx pandoc Rmd ipynb textile".split()
    names = {f"content/a.{ending}": HEAD for ending in endings}
    _, left = read({**files, **names, "content/a.txt": "", "content/a.css": ""})
    assert left.keys() == names.keys()


def test_a_file_that_is_gone_meanwhile_is_no_page(tmp_path):
    folder = write_folder(tmp_path, {"_posts/2020-01-02-a.md": HEAD, "b.adoc": HEAD})

    with markdown.open_archive(folder) as archive:
        (folder / "b.adoc").unlink()
        assert [post.key for post in archive.read()] == ["_posts/2020-01-02-a.md"]


def test_html_of_notes_is_named(read):
    _, left = read({"a.md": "A note.", "b.html": "", "c/d.htm": ""})
    assert left.keys() == {"b.html", "c/d.htm"}


@pytest.mark.parametrize("ending", ["mkdn", "mkdown", "mdwn", "mdtxt", "mdtext"])
def test_each_ending_of_markdown_is_one(read, ending):
    posts, _ = read({f"a.{ending}": HEAD})
    assert posts.keys() == {f"a.{ending}"}


# References


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a](img/b.png)", "![a](/img/b.png)"),
        ("![a](<img/c d.png> 'T')", "![a](/img/c%20d.png 'T')"),
        ("![a](img/e_(1).png)", "![a](/img/e_%281%29.png)"),
        ("![a][b]\n\n[b]: img/b.png", "![a][b]\n\n[b]: /img/b.png"),
        ("[a](https://b.example/_c)", "[a](https://b.example/_c)"),
        (
            "[a](//b.example) [c](mailto:d@e) [f](#g)",
            "[a](//b.example) [c](mailto:d@e) [f](#g)",
        ),
        ("[a](missing.png)", "[a](/missing.png)"),
        ("[a](/missing)", "[a](/missing)"),
        ("[a](../../../etc/passwd)", "[a](/etc/passwd)"),
        (
            "`[a](img/b.png)` ``b` [a](img/b.png)``",
            "`[a](img/b.png)` ``b` [a](img/b.png)``",
        ),
        ("~~~\n[a](img/b.png)\n~~~", "~~~\n[a](img/b.png)\n~~~"),
        ("```\n[a](img/b.png)", "```\n[a](img/b.png)"),
        ("\ue0f01\ue0f1\ue0f0", "1"),
    ],
)
def test_references_lead_from_everywhere_but_in_code(read_text, text, expected):
    images = dict.fromkeys(("img/b.png", "img/c d.png", "img/e_(1).png"), b"")
    assert read_text(text, **images) == expected


@pytest.mark.parametrize(
    "reference",
    [
        *("/b.md", "/missing.png", "https://other.example/a.png", "../a.png"),
        *("/../secret.png", "", "/%2e%2e/secret.png", "data:image/png;base64,AAAA"),
    ],
)
def test_media_are_only_what_the_folder_has(tmp_path, reference):
    folder = write_folder(tmp_path / "folder", {"b.md": HEAD})
    write_folder(tmp_path, {"secret.png": b"", "a.png": b""})
    assert read_media(markdown, folder, reference) is None


@pytest.mark.parametrize(
    "reference",
    [
        *("/img/a.png", "/blog/img/a.png", "https://old.example/blog/img/a.png?x=1#y"),
        "/img/%61.png",
    ],
)
def test_media_are_found_by_the_address_that_they_had(tmp_path, reference):
    files = {**JEKYLL, "_posts/2020-01-02-a.md": HEAD, "static/img/a.png": b"PNG"}
    assert read_media(markdown, write_folder(tmp_path, files), reference) == b"PNG"


# HTML


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<img alt="A &amp; b" src="c.png">', "![A & b](/c.png)"),
        ("<a href='b.html'><b>c</b></a>", "[**c**](/b.html)"),
        ("<a name=x></a>Text</a>", "Text"),
        ("<a href=b.html>open", "[open](/b.html)"),
        ("a<br>b<br/>\nc", "a\nb\nc"),
        ("<i>a</i> <code>b</code> <del>c</del>", "*a* `b` ~~c~~"),
        ("<div class='x'>\n\nText\n\n</div>", "Text"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<span>a</span> <u>b</u>", "a b"),
        ("a <!-- b --> c <!-- d", "a  c <!-- d"),
        ("a < b, <https://c.example> and List<String>", None),
        ("<custom-x>a</custom-x>", None),
        ('<iframe src="https://b.example/c"></iframe>', "<https://b.example/c>"),
        ("<video></video>", ""),
        ("`<b>`", None),
        (
            '<figure><img src="c.png" alt="a"><figcaption>b</figcaption></figure>',
            '![a](/c.png "b")',
        ),
        ("<figure>\n\n![a](/c.png)\n\n</figure>", "![a](/c.png)"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ul>a", None),
        ("<ul>a <ul>", None),
        (
            "<table><tr><th>a</th></tr><tr><td><img src=\"c.png\"><img src='/d.png'>"
            "</td></tr></table>",
            "| a |\n| --- |\n| ![](/c.png)![](/d.png) |",
        ),
        ("<ul>a</ul", None),
    ],
)
def test_html_in_markdown_becomes_markdown(read_text, text, expected):
    assert read_text(text, **{"c.png": b""}) == (text if expected is None else expected)


def test_a_script_is_left_out_with_a_warning(read):
    body = "a<script>b</script>c<style>d</style>e<script>f"
    posts, _ = read({"a.md": HEAD + body})
    assert posts["a.md"].markdown == "acef"
    assert posts["a.md"].warnings == (
        "It has a script, which is left out.",
        "It has a style, which is left out.",
    )


def test_more_html_than_becomes_markdown_is_kept(read, monkeypatch):
    def fail(html, plain):
        raise html_in_markdown.TooMuch

    monkeypatch.setattr(html_in_markdown, "convert", fail)
    posts, _ = read({"a.md": HEAD + "<ul><li>a</ul>"})
    assert posts["a.md"].markdown == "<ul><li>a</ul>"
    assert "more HTML" in posts["a.md"].warnings[0]


# The archive


def test_markdown_is_known_by_the_names_of_files(tmp_path):
    assert markdown.matches(write_folder(tmp_path / "a", {"x/b.markdown": ""}))
    assert markdown.matches(write_zip(tmp_path / "b.zip", {"b.MD": ""}))
    assert markdown.matches(write_folder(tmp_path, {"c.md": ""}) / "c.md")
    assert not markdown.matches(write_folder(tmp_path / "d", {"b.html": ""}))
    assert not markdown.matches(tmp_path / "missing")


def test_a_zip_is_read_as_its_folder(tmp_path):
    files = {"_posts/2020-01-02-a.md": HEAD + "![b](/b.png)", "b.png": b"PNG", **JEKYLL}
    path = write_zip(tmp_path / "a.zip", {f"site/{n}": c for n, c in files.items()})
    assert read_one(markdown, path).markdown == "![b](/b.png)"
    assert read_media(markdown, path, "/b.png") == b"PNG"


def test_what_is_no_archive_is_refused(tmp_path):
    with pytest.raises(NotReadable), markdown.open_archive(tmp_path / "missing"):
        pass


def test_texts_as_long_as_they_may_be_take_no_longer_than_they_are_long(read):
    parts = (
        "{% raw %}",
        "`",
        "``a ",
        "<ul>",
        "<!--",
        "[[",
        "](",
        "{{<",
        "<a ",
        "[a]: ",
    )
    texts = {f"{n}.md": HEAD + part * 20_000 for n, part in enumerate(parts)}
    posts, _ = read(texts)
    assert len(posts) == len(parts)


def test_values_of_front_matter_are_texts():
    assert front_matter.as_text([]) == ""
    assert front_matter.as_text({"name": ["Ann"]}) == "Ann"
    assert front_matter.as_list({"name": "Ann"}) == ["Ann"]
