"""Texts in part and whole, for lists, pages and search engines."""

import typing as t

from flask import Flask
from markupsafe import Markup

from ..data import posts
from ..data import renderings
from ..db import Row
from ..text import highlight
from ..text import reading
from ..text.extract import Image
from ..text.image_tags import describe_files
from ..text.links import OWN_IMAGE
from ..text.markdown import Facts
from ..text.markdown import HIGHEST
from ..text.markdown import plain
from ..text.markdown import read_facts
from ..text.markdown import render
from ..text.markdown import Rendering
from ..text.tags import join_attributes
from .fragments import make_memoizer
from .urls import find_root


def find_facts(row: Row) -> Facts:
    """What is to be known of the text of a post or a comment."""
    kept = renderings.load(row)
    return kept.facts if kept else find_text_facts(find_text(row))


def find_text(row: Row) -> str:
    """The text of a row. That of a post is not read beside a rendering: it is now, as
    that can't be read."""
    is_unread = row["facts"] is not None and "post_id" not in row.keys()
    return str(((is_unread and posts.find(row["id"])) or row)["body"])


def find_text_facts(text: str) -> Facts:
    """What is to be known of a text that is no post's."""
    return make_memoizer()(("facts", text), lambda: read_facts(text))


def find_rendering(row: Row, highest: int = HIGHEST, **options: t.Any) -> Rendering:
    """The HTML of a post or a comment as it is kept, or made anew, once for the same
    text; texts that share what their colors may cost are made each time.

    :param highest, options: as for :func:`flaskr.text.markdown.render`
    """
    kept = renderings.load(row)
    return kept or render_once(find_text(row), highest, **options)


def render_once(text: str, highest: int, **options: t.Any) -> Rendering:
    """As :func:`flaskr.text.markdown.render`, once for the same text."""
    if options:
        return render(text, highest, **options)

    return make_memoizer()(("markdown", text, highest), lambda: render(text, highest))


def show_html(
    rendering: Rendering, prefix: str = "", is_listed: bool = False
) -> Markup:
    """The HTML of a text on a page."""
    return rendering.on_page(find_root(), prefix, is_listed)


def show_markdown(text: str, highest: int = HIGHEST, prefix: str = "") -> Markup:
    """The HTML of a text that is kept nowhere."""
    return show_html(render_once(text, highest), prefix)


def write_lang(language: str) -> Markup:
    """The attribute ``lang`` for a language of BCP 47, if there is one."""
    return Markup(f' lang="{language}"' if language else "")


def show_thumbnail(image: Image | None, sizes: str, is_first: bool = False) -> Markup:
    """The first image of a text beside its title, which says more: without a
    description; nothing if there is no image.

    :param sizes: how wide the page shows it, as in HTML
    :param is_first: whether most screens show it at once
    """
    match = OWN_IMAGE.fullmatch(image.address) if image else None

    if match is None:
        return Markup()

    attributes = {"alt": "", **describe_files(match, find_root(), sizes)}
    attributes |= {"fetchpriority": "high"} if is_first else {"loading": "lazy"}
    return Markup(f"<img{join_attributes(attributes)}>")


def init_app(app: Flask) -> None:
    """Let templates write texts in part and whole."""
    app.add_template_filter(posts.get_tags, "tags")
    app.add_template_filter(find_facts, "facts")
    app.add_template_filter(find_text_facts, "text_facts")
    app.add_template_filter(find_rendering, "rendering")
    app.add_template_filter(show_html, "html")
    app.add_template_filter(show_markdown, "markdown")
    app.add_template_filter(show_thumbnail, "thumbnail")
    app.add_template_filter(plain)
    app.add_template_global(highlight.Highlighter, "highlighter")
    app.add_template_filter(reading.guess_language, "language_of")
    app.add_template_filter(write_lang, "lang")
