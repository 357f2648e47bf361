"""Where posts were in another blog, its feed, and the posts of a month or a tag: who
asks for that is led to where they are."""

import re
from contextlib import suppress
from urllib.parse import quote

from flask import Flask
from flask import redirect
from flask import request
from flask import url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..data import old_addresses
from ..data import tags
from ..db import Error
from ..text.names import name_key
from ..text.old_addresses import find_keys
from ..text.old_addresses import make_key
from ..text.old_addresses import PAGE
from .urls import find_path
from .urls import permalink

# What says on the front page which post or list is meant: the short addresses of
# WordPress.
OF_FRONT_PAGE = ("p", "page_id", "attachment_id", "feed", "m", "tag", "category_name")

# Where WordPress, Ghost, Jekyll, Hugo, Hexo, Pelican, Blogger, Medium and Substack have
# the feed of a blog: readers ask for it for as long as they are subscribed.
FEEDS = {
    **dict.fromkeys(("/feed", "/feed/rss", "/feed/rss2", "/rss", "/rss.xml"), "rss"),
    **dict.fromkeys(("/rss2.xml", "/index.xml", "/feeds/all.rss.xml"), "rss"),
    **dict.fromkeys(("/feed/atom", "/feed.xml", "/atom.xml", "/atom"), "atom"),
    **dict.fromkeys(("/feeds/all.atom.xml", "/feeds/posts/default"), "atom"),
}

# A year, a month, and perhaps a day: WordPress, Blogger, Hexo.
MONTH = re.compile(
    r"(?:/archives)?/(?P<year>[12]\d{3})/(?P<month>0?[1-9]|1[0-2])"
    r"(?:/(?:0?[1-9]|[12]\d|3[01]))?",
    re.ASCII,
)

# A tag, a label of Blogger's, or a category, which may be in others.
TAG = re.compile(
    r"/(?:tags?/|(?:search/)?label/|categor(?:y|ies)/(?:.+/)?)(?P<slug>[^/]+)"
)
# What follows for the feed of one.
FEED = re.compile(r"/feed(?:/rss2?|/(?P<atom>atom))?\Z")


def find_redirect() -> Response | None:
    """The way to the post or the list that was under the address of this request, if
    the public sees it, and the database answers."""
    if request.method not in ("GET", "HEAD"):
        return None

    query = request.query_string.decode("utf-8", "replace")
    paths = (find_path(), request.path)
    keys = [key for path in paths for key in find_keys(path, query)]

    with suppress(HTTPException, *Error):
        if keys and (post := old_addresses.find_post(dict.fromkeys(keys))):
            # What was asked for of its old address says nothing here.
            return redirect(permalink(post["id"], post["title"]), 301)

        if page := find_list(make_key(request.path) or make_list_key()):
            return redirect(page, 301)

    return None


def make_list_key() -> str:
    """What the query of the front page is where WordPress has no short addresses, as
    ``/2019/05`` for ``/?m=201905``; the empty string if it means no list."""
    args = request.args
    parts = [""]

    if tag := args.get("tag") or args.get("category_name"):
        parts += ["category", tag]
    elif month := args.get("m"):
        parts += [month[:4], month[4:6]]

    if feed := args.get("feed"):
        parts += ["feed", "rss2" if feed == "feed" else feed]

    return make_key(quote("/".join(parts)))


def find_list(key: str) -> str:
    """The address of the feed, or of the posts of a month or a tag, that another blog
    had under a key; the empty string if it is none."""
    if format := FEEDS.get(key):
        return url_for("feeds.blog", format=format)
    elif match := MONTH.fullmatch(key):
        return url_for(
            "archive.month", year=int(match["year"]), month=int(match["month"])
        )

    if name := find_tag(FEED.sub("", PAGE.sub("", key))):
        if feed := FEED.search(key):
            format = "atom" if feed["atom"] else "rss"
            return url_for("feeds.tag", name=name, format=format)

        return url_for("tags.show", name=name)

    return ""


def find_tag(key: str) -> str:
    """The key of a tag that the public sees, by what another blog made an address of
    its name; the empty string if there is none."""
    if not (match := TAG.fullmatch(key)):
        return ""

    slug = match["slug"]
    names = dict.fromkeys((slug, slug.replace("-", " "), slug.replace("+", " ")))
    found = tags.find_public_names(names)
    return next((name_key(name) for name in names if name in found), "")


def answer_on_front_page() -> Response | None:
    """Lead on from the front page of a blog to which ``/?p=12`` was a post."""
    if request.path == "/" and any(name in request.args for name in OF_FRONT_PAGE):
        return find_redirect()

    return None


def init_app(app: Flask) -> None:
    """Look at what is asked of the front page; :mod:`.error_pages` does so where
    nothing is found."""
    app.before_request(answer_on_front_page)
