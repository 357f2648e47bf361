"""Settings from the environment and from ``config.py``, and an operator's mistakes."""

import sys
from datetime import timedelta

import pytest

from flaskr import create_app


@pytest.fixture
def configure(instance, monkeypatch):
    """Write a ``config.py`` and set the environment; return the app's configuration."""

    def configure(text="", **environ):
        instance.mkdir(exist_ok=True)
        (instance / "config.py").write_text(text, "utf-8")

        for name, value in environ.items():
            monkeypatch.setenv(name, value)

        return create_app().config

    return configure


@pytest.fixture
def refuse(configure, capfd):
    """As ``configure``; return the sentence with which it ends."""

    def refuse(text="", **environ):
        with pytest.raises(SystemExit) as e:
            configure(text, **environ)

        assert "Flaskr can’t start" in str(e.value)
        assert "Traceback" not in capfd.readouterr().err
        return str(e.value)

    return refuse


def test_the_environment_sets_any_setting(configure):
    config = configure(
        FLASKR_SITE_URL="https://blog.example",
        FLASKR_SITE_TITLE="2026",
        FLASKR_SECRET_KEY="1234567890123456",
        FLASKR_PAGE_SIZE="7",
        FLASKR_WHOLE_POSTS="yes",
        FLASKR_LOGIN_WINDOW="90",
        FLASKR_TRUSTED_PROXIES="127.0.0.1, unix",
        FLASKR_LANGUAGES="zh-Hans",
        FLASKR_TIMEZONE="Asia/Shanghai",
        FLASKR_SITE_DESCRIPTION="",
        FLASKR_SESSION_COOKIE_HTTPONLY="true",
        FLASKR_TRUSTED_HOSTS='["blog.example", "localhost"]',
        FLASKR_DATABASE="/else/where",
        FLASKR_SOMETHING_ELSE="1",
    )
    assert config["SITE_URL"] == "https://blog.example"
    assert config["SITE_TITLE"] == "2026"
    assert config["SECRET_KEY"] == "1234567890123456"
    assert config["PAGE_SIZE"] == 7
    assert config["WHOLE_POSTS"] is True
    assert config["LOGIN_WINDOW"] == timedelta(seconds=90)
    assert config["TRUSTED_PROXIES"] == ("127.0.0.1", "unix")
    assert config["LANGUAGES"] == ("zh-Hans",)
    assert config["TIMEZONE"] == "Asia/Shanghai"
    assert config["SITE_DESCRIPTION"] == ""
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["TRUSTED_HOSTS"] == ["blog.example", "localhost"]
    assert config["DATABASE"] == "/else/where"
    assert "SOMETHING_ELSE" not in config


def test_an_empty_variable_sets_nothing(configure):
    empty = ["SITE_URL", "PAGE_SIZE", "SITE_TITLE", "TRUSTED_PROXIES"]
    config = configure(**{f"FLASKR_{name}": "" for name in empty})
    assert [config[name] for name in empty] == [None, 10, "Flaskr", ()]


def test_config_py_wins_over_the_environment(configure):
    config = configure("PAGE_SIZE = 5\n", FLASKR_PAGE_SIZE="7", FLASKR_SITE_TITLE="T")
    assert (config["PAGE_SIZE"], config["SITE_TITLE"]) == (5, "T")


def test_the_environment_is_not_for_tests(instance, monkeypatch):
    monkeypatch.setenv("FLASKR_PAGE_SIZE", "7")
    assert create_app({"TESTING": True}).config["PAGE_SIZE"] == 10


def test_the_environment_names_the_instance_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLASKR_INSTANCE_PATH", "here")
    assert create_app().config["DATABASE"] == str(tmp_path / "here/flaskr.sqlite")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PAGE_SIZE", "many", "a number"),
        ("WHOLE_POSTS", "perhaps", "true or false"),
        ("LOGIN_WINDOW", "an hour", "a number of seconds"),
        ("LOGIN_WINDOW", "1e300", "a number of seconds"),
        ("PAGE_SIZE", "0", "from 1 to 200"),
        ("TRUSTED_PROXY", "127.0.0.1", "Did you mean FLASKR_TRUSTED_PROXIES?"),
        ("ACCENT_COLOR", "teal", "(FLASKR_ACCENT_COLOR in the environment)"),
        ("LANGUAGES", "en,fr", "(FLASKR_LANGUAGES in the environment)"),
        ("PAGE_SIZE", "0", "(FLASKR_PAGE_SIZE in the environment)"),
        ("SECRET_KEY", "abc", "(FLASKR_SECRET_KEY in the environment)"),
        ("TESTING", "1", "only for tests"),
        ("page_size", "7", "FLASKR_PAGE_SIZE"),
        ("INSTANCEPATH", "/tmp", "INSTANCE_PATH"),
        ("SITE_URL", "blog.example", "like 'https://blog.example'"),
    ],
)
def test_an_environment_that_makes_no_sense_is_named(refuse, name, value, wanted):
    sentence = refuse(**{f"FLASKR_{name}": value})
    assert name in sentence and wanted in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PAGE_SIZE = = 5\n", ["line 1", "SyntaxError"]),
        ("\nPAGE_SIZE = (5\n", ["line 2", "SyntaxError"]),
        ("SITE_TITLE = 'a'\n\nPAGE_SIZE = 1 / 0\n", ["line 3", "ZeroDivisionError"]),
        ("import nothing_here\n", ["line 1", "ModuleNotFoundError"]),
        ("PAGE_SIZE = undefined\n", ["line 1", "'undefined' is not defined"]),
        ("x = 1\nTRUSTED_PROXY = ['127.0.0.1']\n", ["line 2", "TRUSTED_PROXIES"]),
        ("SITEURL = 'https://blog.example'\n", ["line 1", "SITE_URL"]),
        ("SECRET_KEYS = 'x'\n", ["line 1", "SECRET_KEY"]),
        ("IMAGE_QUOTAS = 5\n", ["IMAGE_QUOTA"]),
        ("site_url = 'https://blog.example'\n", ["line 1", "SITE_URL"]),
        ("if True:\n    Page_Size = 5\n", ["line 2", "PAGE_SIZE"]),
        ("DATABASE = 7\n", ["DATABASE is 7", "the absolute path of a file"]),
        ("DATABASE = 'here.sqlite'\n", ["'here.sqlite'", "the absolute path"]),
        ("DATABASE = '~/blog.sqlite'\n", ["'~/blog.sqlite'", "the absolute path"]),
        ("DATABASE = ':memory:'\n", ["':memory:'", "the absolute path"]),
        ("SECRET_KEY = '\\ud800' * 20\n", ["SECRET_KEY", "text"]),
        ("SECRET_KEY_FALLBACKS = 7\n", ["line 1", "a list of keys"]),
        ("SECRET_KEY_FALLBACKS = 'abc'\n", ["line 1", "a list of keys"]),
        ("SECRET_KEY_FALLBACKS = ['abc']\n", ["line 1", "3 bytes", "16"]),
        ("SECRET_KEY_FALLBACKS = [7]\n", ["line 1", "text"]),
        ("MAX_FORM_PARTS = 'x'\n", ["line 1", "a whole number"]),
        ("MAX_COOKIE_SIZE = -1\n", ["line 1", "a whole number"]),
        ("APPLICATION_ROOT = '\\ud800'\n", ["line 1", "text"]),
        ("SECRET_KEY = 12345678901234567\n", ["SECRET_KEY", "text"]),
        ("SECRET_KEY = 'short'\n", ["5 bytes", "16"]),
        ("SECRET_KEY = b'short'\n", ["5 bytes", "16"]),
        ("TRUSTED_PROXIES = ['0.0.0.0/0']\n", ["TRUSTED_PROXIES", "internet"]),
        ("TRUSTED_PROXIES = ['::/0']\n", ["TRUSTED_PROXIES", "internet"]),
        ("TRUSTED_PROXIES = ['0.0.0.0/1']\n", ["TRUSTED_PROXIES", "internet"]),
        ("TESTING = True\n", ["TESTING", "line 1", "tests"]),
        ("DEBUG = True\n", ["DEBUG", "line 1", "--debug"]),
        ("raise SystemError('mine')\n", ["line 1", "mine"]),
        ("import sys\nsys.exit(3)\n", ["line 2", "SystemExit: 3."]),
        ("A = 1\nraise SystemExit\n", ["line 2: SystemExit: it stopped the start"]),
        ("import sys\nsys.exit()\n", ["line 2: SystemExit: it stopped the start"]),
        ("assert False\n", ["line 1: AssertionError: it stopped the start"]),
        ("A = 1\n\0", ["config.py: "]),
        ("from os import environ as SITE_TITEL\n", ["line 1", "SITE_TITLE"]),
        ("SITE_TITLE = '\\ud800'\n", ["SITE_TITLE", "text"]),
        ("SITE_URL = 'https://a.example:99999'\n", ["SITE_URL"]),
        ("SESSION_COOKIE_NAME = 5\n", ["SESSION_COOKIE_NAME is 5", "text"]),
        ("SESSION_COOKIE_SECURE = 'no'\n", ["SESSION_COOKIE_SECURE", "True or"]),
        ("TRUSTED_HOSTS = 5\n", ["TRUSTED_HOSTS is 5", "a list of host names"]),
        ("TRUSTED_HOSTS = [7]\n", ["TRUSTED_HOSTS is [7]", "a list of host names"]),
        ("SERVER_NAME = 7\n", ["SERVER_NAME is 7", "text"]),
        ("SESSION_COOKIE_SAMESITE = 'x'\n", ["SESSION_COOKIE_SAMESITE", "'Lax'"]),
        ("SESSION_COOKIE_DOMAIN = 7\n", ["SESSION_COOKIE_DOMAIN is 7", "text"]),
        ("SESSION_COOKIE_PATH = 7\n", ["SESSION_COOKIE_PATH is 7", "text"]),
        ("SEND_FILE_MAX_AGE_DEFAULT = 'x'\n", ["MAX_AGE_DEFAULT is 'x'", "timedelta"]),
        ("SESSION_COOKIE_NAME = 'a b'\n", ["SESSION_COOKIE_NAME", "without spaces"]),
        ("TRUSTED_PROXIES = [7]\n", ["TRUSTED_PROXIES"]),
        ("SITE_URL = 'https://a.example/../x'\n", ["SITE_URL"]),
        ("A = 1\nPAGE_SIZE = 'x'\n", ["config.py, line 2)"]),
        ("A = 1\nLANGUAGES = ['fr']\n", ["config.py, line 2)"]),
    ],
)
def test_a_mistake_in_config_py_gets_a_sentence_with_the_place(
    refuse, instance, text, said
):
    sentence = refuse(text)
    assert str(instance) in sentence
    assert all(part in sentence for part in said), sentence


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY = ['s3cret']",
        "SECRET_KEY_FALLBACKS = 's3cret'",
        "SECRET_KEY_FALLBACKS = [['s3cret']]",
        "DATABASE = 'postgres:flaskr:s3cret@host/blog'",
        "DATABASE = {'password': 's3cret'}",
        "DATABASE = b'postgresql://flaskr:s3cret@host/blog'",
        "DATABASE_REPLICA = 'flaskr:s3cret@host/blog'",
    ],
)
def test_no_mistake_puts_a_secret_into_the_log(instance, line):
    instance.mkdir()
    (instance / "config.py").write_text(line)

    with pytest.raises(SystemExit) as refused:
        create_app()

    assert line.partition(" ")[0] in str(refused.value)
    assert "line 1" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_config_py_that_is_no_text_is_named(refuse, instance):
    instance.mkdir()
    (instance / "config.py").write_bytes(b"SITE_TITLE = '\xff'\n")

    with pytest.raises(SystemExit, match="config.py"):
        create_app()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_config_py_in_another_encoding_says_how_to_save_it(
    refuse, instance, encoding
):
    instance.mkdir()
    (instance / "config.py").write_bytes("SITE_TITLE = 'Café'\n".encode(encoding))

    with pytest.raises(SystemExit, match=r"config\.py.*Save the file as UTF-8"):
        create_app()


def test_a_config_py_that_leads_nowhere_is_named(instance):
    instance.mkdir()
    (instance / "config.py").symlink_to("/nowhere/config.py")

    with pytest.raises(
        SystemExit, match=r"config\.py is a link to /nowhere/config\.py"
    ):
        create_app()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A = 1\nFLASKR_SITE_URL = 'https://x.example'", "line 2, should be SITE_URL"),
        ("SITE_TITLE: 'Blog'", "line 1: SITE_TITLE has a colon, and gets no value"),
        ("if True:\n    PAGE_SIZE: 5", "line 2: PAGE_SIZE has a colon"),
    ],
)
def test_a_line_that_would_set_nothing_is_named(refuse, text, sentence):
    assert sentence in refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        "PAGE_SIZE: int = 5",
        "PAGE_SIZE: int\nPAGE_SIZE = 5",
        "PAGE_SIZE: int\nif 1:\n  async def f():\n    x: int\n\n  PAGE_SIZE = 5",
    ],
)
def test_a_setting_may_have_a_type_and_a_value(configure, text):
    assert configure(text)["PAGE_SIZE"] == 5


def test_a_list_in_the_environment_has_no_brackets(refuse):
    sentence = refuse(FLASKR_LANGUAGES='["en"]')
    assert "should be a list with commas, and without brackets" in sentence


def test_a_config_py_that_is_a_folder_is_named(refuse, instance):
    """As Docker makes one of a file that is missing."""
    (instance / "config.py").mkdir(parents=True)

    with pytest.raises(SystemExit, match="config.py is a folder"):
        create_app()


def test_names_that_are_flasks_or_somebodys_own_pass(configure):
    config = configure(
        "import os\n"
        "SESSION_COOKIE_NAME = 'mine'\n"
        "MY_THING = 5\n"
        "small = [name for name in ('a', 'b')]\n"
        "def helper():\n    page_size = 3\n    return page_size\n"
        "PAGE_SIZE = helper()\n"
        "SECRET_KEY = 'dev'\n"
    )
    assert (config["MY_THING"], config["PAGE_SIZE"]) == (5, 3)


def test_a_short_key_is_good_enough_for_tests(instance):
    assert create_app({"TESTING": True, "SECRET_KEY": "x"}).config["SECRET_KEY"] == "x"


def test_an_instance_folder_that_is_none_is_named(instance):
    instance.write_text("a file")

    with pytest.raises(SystemExit, match="not a folder. .*instance"):
        create_app()


def test_keys_from_before_the_last_one_may_stay(configure):
    config = configure("SECRET_KEY_FALLBACKS = ['of the operator, long']\n")
    assert config["SECRET_KEY_FALLBACKS"] == ["of the operator, long"]


def test_gunicorn_is_told_not_to_start_its_workers_again(configure, monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "gunicorn", sys)

    with pytest.raises(SystemExit, match="^3$"):
        configure("PAGE_SIZE = 0")

    assert "Flaskr can’t start. PAGE_SIZE is 0;" in capfd.readouterr().err
