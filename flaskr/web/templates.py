"""Templates that are compiled while a process starts, and not while its first reader
waits: that would be three quarters of the time of the first page."""

import click
from flask import Flask

# What the list of posts and a post are made of.
FIRST = (
    *("base.html", "footer.html", "feeds/links.html", "blog/meta.html"),
    *("blog/index.html", "posts/page.html", "posts/post.html", "posts/counts.html"),
    *("posts/tags.html", "blog/show.html", "likes/button.html", "comments/list.html"),
)


def compile_first(app: Flask) -> None:
    """Compile these, unless this process is a command, which shows no page."""
    if not click.get_current_context(silent=True):
        for name in FIRST:
            app.jinja_env.get_template(name)
