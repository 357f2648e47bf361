"""The addresses of posts."""

import unicodedata
from functools import lru_cache

from flask import current_app
from flask import Flask
from flask import request
from flask import url_for

from .names import BLANK

# Characters of a slug; in an address, Chinese takes nine bytes each.
MAX_SLUG = 80


def slug(title: str) -> str:
    """A title as it reads in an address: ``How to bake bread?`` is
    ``how-to-bake-bread``. Letters, digits and their marks stay, of any script."""
    text = unicodedata.normalize("NFKC", title).lower()
    text = BLANK.sub("", text.replace("'", "").replace("’", ""))
    words = "".join(map(in_slug, text)).split("-")
    # A mark belongs to the letter before it.
    slug = "-".join(filter(None, map(without_leading_marks, words)))

    if len(slug) > MAX_SLUG:
        # Between words, in a script that has spaces.
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]

    return slug


@lru_cache(10_000)
def in_slug(character: str) -> str:
    return character if unicodedata.category(character)[0] in "LMN" else "-"


def without_leading_marks(word: str) -> str:
    while word and unicodedata.category(word[0])[0] == "M":
        word = word[1:]

    return word


def permalink(post_id: int, title: str) -> str:
    """The path of a post: its number finds it, and the rest follows the title."""
    if words := slug(title):
        return url_for("blog.show", id=post_id, slug=words)

    return url_for("blog.show", id=post_id)


def absolute(path: str) -> str:
    """The address of a path for what leaves the blog."""
    site = current_app.config["SITE_URL"] or request.host_url
    return f"{site.removesuffix('/')}{path}"


def init_app(app: Flask) -> None:
    """Let templates write addresses."""
    app.add_template_global(permalink)
    app.add_template_filter(absolute)
