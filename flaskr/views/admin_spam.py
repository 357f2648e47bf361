"""Where owners and editors see what the spam filter says of a text."""

import sys

import click
from flask import Blueprint
from flask import current_app
from flask import Flask
from flask import render_template
from flask import request
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from ..data import spam_filter
from ..db import database_command
from ..text.blocked_words import find_blocked
from ..text.lines import clean_lines
from ..web.permissions import requires
from .admin import keep_nothing
from .auth import login_required
from .users import read_argument
from .users import show_name

# Of the standard input.
MAX_BYTES = 1_000_000

bp = Blueprint("admin_spam", __name__, url_prefix="/admin/spam")
bp.after_request(keep_nothing)


@bp.get("")
@login_required
@requires("spam.test")
def index() -> ResponseReturnValue:
    """Show the field in which a text can be tried."""
    return render_spam("")


def render_spam(text: str, **values: object) -> str:
    decisions = spam_filter.count_decisions()
    return render_template("admin/spam.html", text=text, decisions=decisions, **values)


@bp.post("")
@login_required
@requires("spam.test")
def test() -> ResponseReturnValue:
    """Show what the filter says of a text."""
    text = clean_lines(request.form["text"])
    return render_spam(text, verdict=spam_filter.judge(text), blocked=match(text))


def match(text: str) -> list[str]:
    """The blocked words of this blog that a text has."""
    return find_blocked(text, current_app.config["BLOCKED_WORDS"])


@click.group("spam", cls=AppGroup)
def spam_commands() -> None:
    """Try the spam filter.

    For example: flask --app flaskr spam test "Buy cheap watches"
    """


@spam_commands.command("test")
@click.argument("text")
@database_command
def test_command(text: str) -> None:
    """Say what the filter thinks of a TEXT, or of that of the standard input with "-",
    and learn nothing.

    For example: flask --app flaskr spam test "Buy cheap watches"
    """
    if text == "-":
        content = sys.stdin.buffer.read(MAX_BYTES)
        text = content.decode("utf-8", "replace")
    else:
        text = read_argument(text)

    verdict = spam_filter.judge(text)
    spams, hams = spam_filter.count_decisions()
    name = "spam" if verdict.is_spam else "not spam"
    click.echo(f"{name}, with a probability of {verdict.probability:.3f}")
    click.echo(f"decided so far: {spams} spam, {hams} welcome")

    for word, weight in verdict.words:
        click.echo(f"{weight:+.1f}  {show_name(word)}")

    for word in match(text):
        click.echo(f"blocked: {show_name(word)}")


def init_app(app: Flask) -> None:
    """Register the pages and the command."""
    app.register_blueprint(bp)
    app.cli.add_command(spam_commands)
