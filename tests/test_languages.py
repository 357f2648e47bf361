"""Two languages: which one a reader gets, and that nothing is left untranslated.

``python -m tests.test_languages`` brings the catalog up to date: new messages come
in, for somebody to translate; those that the code has no more go.
"""

import ast
import functools
import logging
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from babel.messages.pofile import write_po
from flask_babel import gettext
from flask_babel import ngettext
from jinja2 import Environment
from jinja2 import nodes

from flaskr import create_app
from flaskr import setting_kinds
from flaskr.data import users
from flaskr.db import init_db
from flaskr.web import dates
from flaskr.web import error_pages
from flaskr.web import passwords

from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import write
from .test_house import every
from .test_house import every_module

FLASKR = Path(__file__).parent.parent / "flaskr"
MODULES = sorted(FLASKR.glob("**/*.py"))
TEMPLATES = sorted(p for p in FLASKR.glob("templates/**/*.*ml") if p.is_file())
PO = FLASKR / "translations/zh_Hans/LC_MESSAGES/messages.po"
HOW = "Run: python -m tests.test_languages"

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}

# What is the same in both languages.
UNTRANSLATED = {"Flaskr"}
ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}

# What operators read, and programmers.
NOT_FOR_READERS = {"SettingsError", "SystemExit", "RuntimeError", "ClickException"}
NOT_FOR_READERS |= {"echo", "option", "warning", "info"}


# The catalog


@functools.cache
def messages():
    """All messages of the code and the templates."""
    catalog = Catalog()

    for path in MODULES + TEMPLATES:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"silent": "false", "trimmed": "true"}

        with path.open("rb") as file:
            for line, message, _, context in extract(
                method, file, KEYWORDS, options=options
            ):
                where = [(path.relative_to(FLASKR.parent).as_posix(), line)]
                catalog.add(message, locations=where, context=context)

    return catalog


def translations():
    with PO.open("rb") as file:
        return read_po(file, "zh_Hans")


def update():
    catalog = translations()
    catalog.update(messages(), no_fuzzy_matching=True, update_creation_date=False)

    with PO.open("wb") as file:
        write_po(
            file, catalog, ignore_obsolete=True, include_lineno=False, sort_by_file=True
        )


def lacking(catalog, other):
    """The messages of another catalog that a catalog does not have."""
    return [m.id for m in other if m.id and not catalog.get(m.id, m.context)]


def forms(message):
    """The texts of a message: one, or one for each plural form."""
    both = message.id, message.string
    return [[text] if isinstance(text, str) else list(text) for text in both]


def parts(text):
    """What a translation has to keep: placeholders and tags."""
    return sorted(re.findall(r"%\(\w+\)|%%|</?\w+|\{[^}]*\}", text))


def faults(message):
    ids, strings = forms(message)

    if not all(strings):
        yield "not translated"
    elif message.fuzzy:
        yield "marked as fuzzy"

    for text in filter(None, strings):
        if parts(text) != parts(ids[-1]):
            yield "other placeholders or tags"


def test_every_message_is_translated():
    assert not lacking(translations(), messages()), HOW


def test_no_translation_is_left_over():
    assert not lacking(messages(), translations()), HOW
    assert not translations().obsolete, HOW


def test_translations_are_whole():
    found = {m.id: list(faults(m)) for m in translations() if m.id}
    assert found
    assert not {id: faults for id, faults in found.items() if faults}


@pytest.mark.parametrize(
    ("id", "string", "flags"),
    [
        ("Log in", "", ()),
        ("Log in", "登录", ("fuzzy",)),
        ("Hello, %(name)s.", "你好，%(nmae)s。", ()),
        ("Hello, %(name)s.", "你好。", ()),
        ("<b>Log</b> in", "登录", ()),
        (("%(num)d post", "%(num)d posts"), ("文章",), ()),
    ],
)
def test_a_faulty_translation_is_found(id, string, flags):
    assert list(faults(Catalog().add(id, string, flags=flags)))


# Nothing bare


class BareText(HTMLParser):
    """Collects the texts that people read."""

    def __init__(self, html):
        super().__init__()
        self.texts = []
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.texts.append(data)

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        self.texts += [attributes[name] for name in ATTRIBUTES & attributes.keys()]

        if tag == "meta" and re.search("desc|title", str(attributes)):
            self.texts.append(attributes.get("content", ""))
        elif tag == "input" and attributes.get("type") in ("submit", "button"):
            self.texts.append(attributes.get("value", ""))


def without_jinja(source):
    """What a template holds beside Jinja's tags and the blocks of ``{% trans %}``."""
    in_trans = False
    kept = []
    previous = ""

    for _, kind, value in Environment().lex(source):
        if previous == "block_begin" and kind == "name":
            in_trans = value == "trans" or in_trans and value != "endtrans"

        if kind != "whitespace":
            previous = kind

        kept.append(value if kind == "data" and not in_trans else " ")

    return "".join(kept)


def constants(node):
    """The strings in a template's expressions that gettext does not get."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
        return
    elif isinstance(node, nodes.Pair) and str(node.key.as_const()).startswith("@"):
        # JSON-LD's own words.
        return
    elif isinstance(node, nodes.Call) and getattr(node.node, "name", "") in KEYWORDS:
        return

    for child in node.iter_child_nodes():
        yield from constants(child)


def bare_text(source):
    """The words of a template that no translation reaches."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    texts = BareText(without_jinja(source)).texts
    texts += [text for text in constants(tree) if re.match("[A-Z][a-z]", text)]
    words = [text.strip() for text in texts if re.search(r"[^\W\d_]", text)]
    return [text for text in words if text not in UNTRANSLATED]


def strings(node):
    """The strings of a module that readers may see."""
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))

        if called in KEYWORDS or called in NOT_FOR_READERS:
            return
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        # A docstring.
        return
    elif isinstance(node, ast.Assign) and ast.unparse(node).startswith("self.reason"):
        # Of errors.py, for the log.
        return
    elif isinstance(node, ast.JoinedStr):
        # From f'…' to …
        yield ast.unparse(node)[2:-1]
        return
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value

    for child in ast.iter_child_nodes(node):
        yield from strings(child)


def bare_sentences(source):
    """The sentences for readers in a module that no translation reaches."""
    texts = strings(ast.parse(source))
    return [text for text in texts if re.match(r"\s?[A-Z][a-z’]* .*[.?!]$", text)]


@every(TEMPLATES)
def test_a_template_holds_no_bare_english(path):
    assert not bare_text(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{{ _('Hello') }}, {{ name }} and others</p>",
        "{% trans %}Hello{% endtrans %} again",
        '<a aria-label="Edit “{{ title }}”">{{ title }}</a>',
        '<a {% if x %}title="More"{% endif %}>{{ title }}</a>',
        '<img alt="A cat">',
        '<input placeholder="Search">',
        '<input type="submit" value="Send">',
        '<meta name="description" content="A blog">',
        '<meta property="og:title" content="A blog">',
        "{% set x %}Hello{% endset %}",
        "{{ 'Title' if x else _('Text') }}",
        "<title>{% block title %}Posts{% endblock %} - Flaskr</title>",
        "<p>你好</p>",
    ],
)
def test_bare_english_is_found(source):
    assert bare_text(source)


def test_a_template_without_bare_english_has_nothing_to_find():
    assert not bare_text(
        "{% extends 'base.html' %}{# A comment. #}"
        '<meta name="viewport" content="width=device-width">'
        "{% trans name=name %}Hello, {{ name }}.{% endtrans %}"
        '<a class="name" href="{{ url_for(\'index\') }}">Flaskr</a>'
        "{{ ngettext('One', 'Many', num) }} · 1 &times; {{ _('Text', x='y')|lower }}"
    )


@every_module
def test_a_module_holds_no_bare_sentence(path):
    # What these say is for programs, or for the log.
    is_for_operators = path.stem in (
        *("health", "metrics", "readiness", "machine", "proxy_check"),
        "forwarding_check",
        "open_registration",
    )

    commands = {"backup", "checkup", "counts", "export", "freezing", "importing"}
    are_commands = commands & {*path.parts, path.stem}

    if not is_for_operators and not are_commands:
        assert not bare_sentences(path.read_text("utf-8"))


def test_a_bare_sentence_is_found():
    assert bare_sentences("flash('It is saved.')") == ["It is saved."]
    assert bare_sentences("abort(404, f'Post {id} is gone.')")
    assert not bare_sentences("'''It is saved.'''\nflash(_('It is saved.'))")
    assert not bare_sentences("raise SettingsError(f'{name} is bad. Mend it.')")


# Which language


def language_of(response):
    return re.search('<html lang="(.*?)"', response.text)[1]


def login_page(client, accept=None, **kwargs):
    headers = {} if accept is None else {"Accept-Language": accept}
    return client.get("/auth/login", headers=headers, **kwargs)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("ZH-hans-cn", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("zh-TW,en;q=0.9", "zh-Hans"),
        ("zh-HK", "zh-Hans"),
        ("zh-Hant-HK, en;q=0.5", "zh-Hans"),
        ("de,zh;q=0.5,en;q=0.1", "zh-Hans"),
        ("en;q=0.1,zh;q=0.5", "zh-Hans"),
        ("zh;q=0,*", "en"),
        ("zh;q=0,zh-CN,en;q=0.1", "en"),
        ("en;q=0,*", "zh-Hans"),
        ("en;q=0", "zh-Hans"),
        ("en;q=0.1,*", "zh-Hans"),
        ("*;q=0", "en"),
        ("en-US;q=0, en", "en"),
        ("zhx", "en"),
        ("zh;q=x", "en"),
        ("zh;q=5", "en"),
        (",,;q=;;=\x7f, \\", "en"),
        ("zh," + "q" * 996, "zh-Hans"),
        ("zh," + "q" * 998, "en"),
    ],
)
def test_the_browser_says_which_language_its_reader_prefers(client, accept, language):
    assert language_of(login_page(client, accept)) == language


def test_a_link_chooses_a_language_and_it_is_remembered(client):
    page = client.get("/auth/register?x=%E4%BD%A0+1", headers=ENGLISH).text
    (link,) = re.findall('href="(/language/zh-Hans[^"]*)"[^>]*>中文</a>', page)
    response = client.get(link, headers=ENGLISH)

    assert response.location == "/auth/register?x=%E4%BD%A0+1"
    assert language_of(client.get(response.location, headers=ENGLISH)) == "zh-Hans"

    client.get("/language/en")
    assert language_of(login_page(client, "zh-CN")) == "en"


def test_the_cookie_of_the_language_is_safe_and_kept_for_a_year(instance):
    app = create_app({"TESTING": True, "SITE_URL": "https://blog.example"})

    with app.app_context():
        init_db()

    response = app.test_client().get(
        "/language/zh-Hans", base_url="https://blog.example"
    )
    cookie = response.headers["Set-Cookie"]

    assert cookie.startswith("flaskr_language=zh-Hans;")
    assert "Max-Age=31536000" in cookie
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))

    # Another blog of the host has a language of its own.
    response = app.test_client().get(
        "/language/zh-Hans", base_url="https://blog.example/blog"
    )
    assert "; Path=/blog;" in f"{response.headers['Set-Cookie']};"


def test_a_reader_who_chooses_nothing_gets_no_cookie(client):
    assert "Set-Cookie" not in login_page(client, "zh-CN").headers


@pytest.mark.parametrize("value", ["", "de", "zh", "../../etc", "en\\073"])
def test_a_cookie_with_another_language_counts_for_nothing(client, value):
    client.set_cookie("flaskr_language", value)
    assert language_of(login_page(client, "zh-CN")) == "zh-Hans"


@pytest.mark.parametrize("tag", ["de", "zh", "EN", "zh-Hant", "zh-Hans%0d%0aX:%20y"])
def test_a_language_that_is_not_offered_is_not_found(client, tag):
    response = client.get(f"/language/{tag}")

    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "page",
    [
        "",
        "auth/login",
        "//evil.example",
        "//author/x",
        "//tag/x",
        "///evil.example",
        "//author/x",
        "//tag/x",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5cevil.example",
        "https://evil.example/",
        "https:/auth/login",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/auth/login\r\nX: y",
        "/auth/login?\r\nX: y",
        "/%2f%2fevil.example",
        "/nowhere",
        "/1/delete",
        "/auth/login?你",
        "?x",
    ],
)
def test_the_way_back_from_choosing_a_language_leads_to_a_page_of_this_blog(
    client, page
):
    response = client.get("/language/en", query_string={"page": page})

    assert response.location == "/"
    assert "X" not in response.headers


def test_the_way_back_from_a_form_that_was_refused_leads_to_the_form(client):
    page = client.post("/auth/register?x=1", data={"username": "", "password": ""})
    assert "/language/en?page=/auth/register&" not in page.text
    assert 'href="/language/en?page=/auth/register"' in page.text


def only(instance, *tags):
    app = create_app({"TESTING": True, "LANGUAGES": tags})

    with app.app_context():
        init_db()

    return app.test_client()


@pytest.mark.parametrize(("tag", "accept"), [("en", "zh-CN"), ("zh-Hans", "en")])
def test_one_language_alone_is_everybodys(instance, tag, accept):
    client = only(instance, tag)
    response = login_page(client, accept)

    assert language_of(response) == tag
    assert "/language/" not in response.text
    assert "Accept-Language" not in response.vary


def test_the_first_language_is_for_those_who_prefer_none(instance):
    client = only(instance, "zh-Hans", "en")

    assert language_of(login_page(client, "de")) == "zh-Hans"
    assert language_of(login_page(client, "en-US")) == "en"


@pytest.mark.parametrize(
    "value", [(), "en", None, ["en", "de"], ["en", "en"], ["zh"], [1], [["en"]]]
)
def test_a_setting_of_languages_that_makes_no_sense_is_named_at_the_start(
    instance, value
):
    with pytest.raises(SystemExit, match="LANGUAGES is .* 'en', 'zh-Hans'"):
        create_app({"TESTING": True, "LANGUAGES": value})


def test_caches_are_told_what_a_page_depends_on(client):
    assert {"Accept-Language", "Cookie"} <= set(login_page(client).vary)
    assert "Accept-Language" in client.get("/nowhere").vary
    for path in ("/hello", "/static/style.css", "/sitemap.xml"):
        assert client.get(path, buffered=True).vary.as_set() == {"accept-encoding"}

    vary = client.get("/feed.atom").vary.as_set()
    assert vary == {"accept-encoding", "sec-fetch-dest"}


def test_an_answer_that_is_no_page_is_the_same_for_everybody(app, client):
    from flask import render_template_string

    def feed():
        return render_template_string("<feed/>"), {"Content-Type": "application/xml"}

    app.add_url_rule("/a-feed", "a_feed", feed)
    assert "Accept-Language" not in client.get("/a-feed").vary

    for message in messages():
        places = {path for path, _ in message.locations}
        assert not [p for p in places if not p.endswith((".html", ".py"))], message.id


# What is in it


def test_a_page_is_chinese(client):
    page = login_page(client, "zh-CN").text

    assert "<h1>登录</h1>" in page
    assert ">密码</label>" in page
    assert "Password" not in page


def test_an_error_page_is_chinese(client):
    response = client.get("/nowhere", headers=CHINESE)

    assert response.status_code == 404
    assert language_of(response) == "zh-Hans"
    assert "这里什么也没有" in response.text


def test_a_flash_is_chinese(client):
    data = {"username": "小明 <b>", "password": PASSWORD}
    client.post("/auth/register", data=data, headers=CHINESE)
    page = client.get("/auth/login", headers=CHINESE, follow_redirects=True).text

    assert "欢迎，小明 &lt;b&gt;。" in page


def test_a_refusal_is_chinese_and_its_line_in_the_log_english(client, caplog):
    response = client.post(
        "/auth/login",
        headers={"Sec-Fetch-Site": "cross-site", **CHINESE},
    )

    assert "请求来自其他网站" in response.text
    assert "That request came from another site, so nothing was done." in caplog.text
    assert "网站" not in caplog.text


@every_module
def test_a_refusal_that_is_logged_is_put_into_words_later(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "abort":
            code, *sentence = map(ast.unparse, node.args)
            logged = int(code) in error_pages.LOGGED_ONCE_A_MINUTE

            assert not logged or not sentence or "lazy_" in sentence[0], sentence


def test_a_database_that_is_missing_is_logged_in_english(instance, caplog):
    response = create_app().test_client().get("/", headers=CHINESE)

    assert language_of(response) == "zh-Hans"
    assert "还没有数据库。" in response.text
    assert "There is no database yet. Run: flask --app flaskr init-db" in caplog.text


def test_a_refusal_is_escaped(app, client):
    from werkzeug.exceptions import NotFound

    from flaskr.errors import lazy_gettext

    def refuse():
        raise NotFound(lazy_gettext("%(what)s is gone.", what="<script>"))

    app.add_url_rule("/refuse", "refuse", refuse)
    assert "&lt;script&gt; is gone." in client.get("/refuse").text


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (1, "in 1 second.", "请在 1 秒后"),
        (2, "in 2 seconds.", "请在 2 秒后"),
    ],
)
def test_plurals_are_those_of_the_language(
    app, client, seconds, english, chinese, monkeypatch
):
    from flaskr.web.login import raise_if_limited

    app.add_url_rule("/wait", "wait", lambda: raise_if_limited(seconds))

    assert english in client.get("/wait").text
    assert chinese in client.get("/wait", headers=CHINESE).text


def test_plurals_in_a_template_are_those_of_the_language(instance):
    app = create_app({"TESTING": True, "PASSWORD_MIN_LENGTH": 1})

    with app.app_context():
        init_db()

    client = app.test_client()
    assert "At least 1 character. Three" in client.get("/auth/register").text
    assert "至少 1 个字符" in client.get("/auth/register", headers=CHINESE).text


@pytest.mark.parametrize(
    ("headers", "day", "minute", "month"),
    [
        ({}, "24 November 2026", "24 November 2026 at 09:05", "November 2026"),
        (CHINESE, "2026年11月24日", "2026年11月24日 09:05", "2026年11月"),
    ],
)
def test_dates_are_written_as_the_language_does(app, headers, day, minute, month):
    with app.test_request_context(headers=headers):
        assert dates.date("2026-11-24 09:05:00").striptags() == day
        assert dates.minute("2026-11-24 09:05:00").striptags() == minute
        assert dates.exact("2026-11-24 09:05:00") == "2026-11-24 09:05 UTC"
        assert dates.month("2026-11") == month
        assert dates.iso("2026-11-24 09:05:00") == "2026-11-24T09:05:00Z"

        for unreadable in ("once", ""):
            assert dates.date(unreadable) == unreadable
            assert dates.minute(unreadable) == unreadable
            assert dates.exact(unreadable) == unreadable
            assert dates.month(unreadable) == unreadable
            assert dates.iso(unreadable) == ""


def test_the_account_page_has_dates_and_names_in_chinese(app, alice):
    page = alice.get("/account/", headers=CHINESE).text

    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d<", page)
    assert "时间以 UTC 时区为准" in page
    assert "你的账号" in page


def test_sentences_without_a_request_are_english(instance):
    app = create_app({"LANGUAGES": ["zh-Hans"]})
    assert users.find_name_problem("") == "Username is required."
    assert dates.month("2026-11") == "November 2026"

    with app.app_context():
        assert users.find_name_problem("") == "Username is required."
        assert passwords.find_problem("", "x") == "Password is required."
        assert dates.date("2018-01-01 00:00:00").striptags() == "1 January 2018"


def test_commands_speak_english(instance):
    runner = create_app({"LANGUAGES": ["zh-Hans"]}).test_cli_runner()
    instance.joinpath("flaskr.sqlite").write_bytes(b"")

    assert runner.invoke(args=["init-db"]).output == "Initialized the database.\n"


def test_two_apps_do_not_share_a_catalog(app, instance):
    other = create_app({"TESTING": True})
    other.extensions["babel"].instance.domain_instance.cache["zh_Hans"] = None

    assert "登录" in login_page(app.test_client(), "zh").text


def test_a_macro_speaks_the_language_of_its_page(app):
    from flask import render_template

    app.jinja_loader.mapping = {}
    macro = app.jinja_env.from_string(
        "{% macro m() %}{% trans %}Log In{% endtrans %} {{ _('Log In') }}{% endmacro %}"
    )
    page = app.jinja_env.from_string("{% import macro as x %}{{ x.m() }}")

    with app.test_request_context(headers=CHINESE):
        assert render_template(page, macro=macro) == "登录 登录"


def test_templates_escape_what_is_put_into_a_message(app):
    from flask import render_template_string

    with app.test_request_context(headers=CHINESE):
        assert gettext("Log In") == "登录"
        assert ngettext("x %(num)d", "y %(num)d", 2) == "y 2"
        assert render_template_string(
            "{{ _('Reply to %(name)s', name='<b>') }}"
            "{% trans name='<b>' %}Reply to {{ name }}{% endtrans %}"
            "{{ ngettext('<i>%(num)d</i>', '%(num)d', 1) }}"
            "{% trans %}\n  You\n  are 100%\n{% endtrans %}"
            "{{ _('%% of %(message)s', message=1) }}"
        ) == ("回复 &lt;b&gt;" * 2 + "<i>1</i>You are 100%% of 1")


# The bytes that the tutorial's tests know, for a client that says no language


def test_a_client_without_a_language_gets_the_tutorials_english(app, client):
    response = register(app, "")
    assert "Username is required." in response.text

    data = {"username": "a", "password": ""}
    assert "Password is required." in client.post("/auth/register", data=data).text

    alice = log_in(app, "alice")
    assert "User alice is already registered." in register(app, "alice").text

    data = {"username": "nobody", "password": "x"}
    assert "Incorrect username." in client.post("/auth/login", data=data).text

    data = {"username": "alice", "password": "x"}
    assert "Incorrect password." in client.post("/auth/login", data=data).text

    data = {"title": "", "body": ""}
    assert "Title is required." in alice.post("/create", data=data).text

    write(alice)
    assert re.search(r"by alice on \d{4}-\d\d-\d\d", client.get("/").text)


def test_names_of_languages_are_those_of_the_catalogs():
    folders = {p.name.replace("_", "-") for p in FLASKR.glob("translations/*")}
    assert setting_kinds.languages.keys() == folders | {"en"}


def test_a_chinese_page_leaves_the_log_quiet(client, caplog):
    login_page(client)
    # That nobody owns the blog, which is said once.
    caplog.clear()
    login_page(client, "zh-CN")
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


if __name__ == "__main__":
    update()
