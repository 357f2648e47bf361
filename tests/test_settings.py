"""Settings: read from the instance folder, checked, and explained."""

import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flaskr import create_app
from flaskr import settings

from .children import LIMIT

README = Path(__file__).parent.parent / "README.rst"


def names():
    return [name for name in dir(settings) if name.isupper()]


def test_config_py_sets_any_setting(instance):
    instance.mkdir()
    (instance / "config.py").write_text("PAGE_SIZE = 7\nDATABASE = '/else/where'\n")
    app = create_app()

    assert app.config["PAGE_SIZE"] == 7
    assert app.config["DATABASE"] == "/else/where"
    assert app.config["PASSWORD_MIN_LENGTH"] == 8


def test_config_py_sets_flasks_own_settings(instance):
    instance.mkdir()
    (instance / "config.py").write_text(
        "SESSION_COOKIE_SECURE = True\n"
        "SESSION_COOKIE_NAME = 'mine'\n"
        "SESSION_COOKIE_SAMESITE = 'Strict'\n"
        "SITE_URL = 'https://blog.example'\n"
        "TRUSTED_HOSTS = ['blog.example', '127.0.0.1']\n"
    )
    app = create_app()

    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SESSION_COOKIE_NAME"] == "mine"
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Strict"
    assert app.config["TRUSTED_HOSTS"] == ["blog.example", "127.0.0.1"]


def test_the_database_may_be_a_path(instance, tmp_path):
    app = create_app({"TESTING": True, "DATABASE": tmp_path / "blog.sqlite"})

    assert app.test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    assert app.test_client().get("/").status_code == 200


def test_tests_do_not_read_config_py(instance):
    instance.mkdir()
    (instance / "config.py").write_text("PAGE_SIZE = 7\n")

    assert create_app({"TESTING": True}).config["PAGE_SIZE"] == 10


@pytest.mark.parametrize("name", names())
def test_readme_explains_every_setting(name):
    assert re.search(rf"^``{name}``\n    \S", README.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", names())
def test_every_setting_has_its_manual_beside_it(name):
    source = Path(settings.__file__).read_text("utf-8")
    assert re.search(rf"^(# .*\n)+(\w+ = .*\n)*{name} = ", source, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE", 5),
        ("DATABASE", "a\0b"),
        ("PAGE_SIZE", 0),
        ("PAGE_SIZE", "10"),
        ("PAGE_SIZE", 201),
        ("PAGE_SIZE", True),
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "+08:00"),
        ("TIMEZONE", "../../etc/localtime"),
        ("TIMEZONE", "Asia"),
        ("TIMEZONE", ""),
        ("TIMEZONE", 8),
        ("TIMEZONE", None),
        ("SITE_TITLE", None),
        ("SITE_TITLE", ""),
        ("SITE_TITLE", " "),
        ("SITE_DESCRIPTION", 7),
        ("WHOLE_POSTS", "no"),
        ("PAGE_SIZE", 10**30),
        ("PERMANENT_SESSION_LIFETIME", timedelta(days=10**6)),
        ("PASSWORD_MIN_LENGTH", -1),
        ("PASSWORD_MIN_LENGTH", 257),
        ("LOGIN_ATTEMPTS_PER_ADDRESS", 0.5),
        ("LOGIN_ATTEMPTS_PER_ACCOUNT", None),
        ("MAX_CONTENT_LENGTH", None),
        ("LOGIN_WINDOW", 300),
        ("BLOCKED_WORDS", "casino"),
        ("BLOCKED_WORDS", [""]),
        ("BLOCKED_WORDS", [1]),
        ("PERMANENT_SESSION_LIFETIME", timedelta()),
    ],
)
def test_a_value_that_makes_no_sense_is_named_at_the_start(instance, name, value):
    with pytest.raises(SystemExit, match=f"{name} is "):
        create_app({"TESTING": True, name: value})


@pytest.mark.parametrize(
    "line",
    [
        "SITE_URL = 'blog.example'",
        "PAGE_SIZE = 0",
        "TRUSTED_PROXIES = ['x']",
        "TIMEZONE = '+08:00'",
    ],
)
def test_an_operator_gets_a_sentence_and_no_traceback(instance, line):
    instance.mkdir()
    (instance / "config.py").write_text(line)

    with pytest.raises(SystemExit, match="Flaskr can’t start") as e:
        create_app()

    assert line.partition(" ")[0] in str(e.value)
    assert str(instance) in str(e.value)


def test_a_folder_in_place_of_the_key_is_named(instance):
    (instance / "secret_key").mkdir(parents=True)

    with pytest.raises(SystemExit, match="secret_key is a folder; it should be a file"):
        create_app()


def test_an_instance_folder_that_cannot_be_made_is_named(instance):
    instance.write_text("a file")

    with pytest.raises(SystemExit, match="instance"):
        create_app()


def test_the_log_of_waitress_is_not_drowned(instance):
    logger = logging.getLogger("waitress.queue")
    create_app({"TESTING": True})
    assert not logger.isEnabledFor(logging.WARNING)

    # Unless the operator wants it.
    logger.setLevel(logging.INFO)
    create_app({"TESTING": True})
    assert logger.isEnabledFor(logging.WARNING)
    logger.setLevel(logging.NOTSET)


def test_a_file_has_no_replica(tmp_path):
    with pytest.raises(
        SystemExit, match="DATABASE_REPLICA needs PostgreSQL, but .* a file"
    ):
        create_app(
            {
                "DATABASE": str(tmp_path / "blog.sqlite"),
                "DATABASE_REPLICA": "postgresql://replica/blog",
            }
        )


def test_who_has_a_file_needs_no_psycopg(tmp_path):
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from flaskr import create_app\n"
        "create_app({'TESTING': True, 'DATABASE': sys.argv[1]})"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    path = str(tmp_path / "blog.sqlite")
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    subprocess.run([*command, path], env=environ, check=True, timeout=LIMIT)
    refused = subprocess.run(
        [*command, "postgresql://db/blog"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert refused.returncode == 1
    assert "pip install 'flaskr[postgresql]'" in refused.stderr
    assert "Traceback" not in refused.stderr
