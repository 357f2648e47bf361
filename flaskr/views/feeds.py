"""The feeds of posts: Atom, RSS and JSON Feed."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import partial
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID
from uuid import uuid5

from flask import Blueprint
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from markupsafe import escape
from markupsafe import Markup
from werkzeug.http import http_date
from werkzeug.wrappers import Response as BaseResponse

from ..data import posts
from ..data import site_settings
from ..data import times
from ..data.blog import find_blog_id
from ..data.blog import find_changes
from ..data.cursor import Key
from ..db import Row
from ..web import pagination
from ..web import post_text
from ..web.dates import rfc_3339
from ..web.features import for_everybody
from ..web.fragments import make_memoizer
from ..web.opened_feeds import lead_people
from ..web.opened_feeds import lead_to_page
from ..web.urls import absolute
from ..web.urls import find_root
from ..web.urls import is_here
from ..web.urls import permalink
from ..web.urls import redirect_permanently
from .authors import get_author
from .tags import get_tag

bp = Blueprint("feeds", __name__)
bp.before_request(lead_to_page)
bp.add_app_template_filter(http_date, "rfc_822")
bp.add_app_template_filter(lead_people)

# Posts on a page of a feed, and characters of them.
PAGE_SIZE = 20
MAX_CHARACTERS = 500_000
FORMATS = "any(atom, rss, json):format"
TYPES = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
bp.add_app_template_global(lambda: TYPES, "feed_types")

# For posts whose time is no time, since a feed must have one.
EPOCH = datetime.fromtimestamp(0, UTC)

to_json = partial(json.dumps, ensure_ascii=False)
RECENT = timedelta(seconds=2)

# Compiling this takes 7 ms, which re does once.
NOT_XML = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


@bp.get(f"/feed.<{FORMATS}>")
@for_everybody
def blog(format: str) -> Response:
    """The feed of the whole blog."""
    title = site_settings.get("SITE_TITLE")
    return answer(format, make_posts_source(posts.ALL_POSTS, title, url_for("index")))


@bp.get(f"/author/<name:name>/feed.<{FORMATS}>", merge_slashes=False)
@for_everybody
def author(name: str, format: str) -> BaseResponse:
    """The feed of one author."""
    found = get_author(name)
    name_now = found["username"]

    if not is_here(rename(name_now)):
        return redirect_permanently(rename(name_now))

    page = url_for("authors.show", name=name_now)
    which = posts.by_author(found["id"])
    return answer(
        format, make_posts_source(which, make_title(found["display_name"]), page)
    )


@bp.get(f"/tag/<name:name>/feed.<{FORMATS}>", merge_slashes=False)
@for_everybody
def tag(name: str, format: str) -> BaseResponse:
    """The feed of one tag."""
    found = get_tag(name)

    if not is_here(rename(found["key"])):
        return redirect_permanently(rename(found["key"]))

    page = url_for("tags.show", name=found["key"])
    which = posts.with_tag(found["id"])
    return answer(format, make_posts_source(which, make_title(found["name"]), page))


def rename(name: str) -> str:
    """The address of this feed, or of its page, with the name that it has now."""
    values = {**(request.view_args or {}), "name": name}
    return url_for(request.endpoint or "", **values)


def make_title(name: str) -> str:
    return f"{name} - {site_settings.get('SITE_TITLE')}"


class Entry(NamedTuple):
    """A post as a feed has it, with absolute addresses."""

    id: str
    url: str
    title: str
    author: str
    author_url: str
    tags: tuple[posts.Tag, ...]
    published: datetime
    updated: datetime
    excerpt: str
    html: str


class Feed(NamedTuple):
    """A page of a feed, linked to the others as in RFC 5005, section 3."""

    id: str
    title: str
    page: str
    url: str
    first: str
    next: str | None
    updated: datetime
    entries: list[Entry]


class Source(NamedTuple):
    """What a page of a feed is made of: rows, the newest first, the key of the next
    page, and what makes an entry of a row."""

    title: str
    page: str  # the path of the page that shows the same
    name: str  # makes the feed's id
    rows: list[Row]
    older: Key | None
    make_entry: Callable[[Row, UUID], Entry]
    # The columns that say when any of it last changed.
    changes: tuple[str, ...] = ("changed",)
    # When what it is about began, for as long as nothing is in it.
    began: datetime | None = None


def make_posts_source(which: posts.Filter, title: str, page: str) -> Source:
    """The page of some posts that is asked for."""
    found = limit_characters(
        posts.find_page(which, PAGE_SIZE, posts.HTML, pagination.cursor_from_request())
    )
    return Source(title, page, page, found.posts, found.older, make_entry)


def answer(format: str, source: Source) -> Response:
    """A page of a feed; as ``html``, what a person gets who opens it."""
    feed = make_feed(source)

    if format == "html":
        return Response(render_template("feeds/page.html", feed=feed))
    elif format == "json":
        text = make_json_feed(feed)
    else:
        text = render_template(f"feeds/{format}.xml", feed=feed)

    response = Response(text, content_type=f"{TYPES[format]}; charset=utf-8")
    # Nothing in a feed is for one reader, and readers run in browsers, too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Sec-Fetch-Dest"
    changed = find_last_change(source)
    now = datetime.now(UTC)
    # Another change in the same second must not look like this one.
    response.last_modified = min(changed, now - RECENT)

    if changed > now - RECENT:
        response.expires = changed + RECENT

    return response


def find_last_change(source: Source) -> datetime:
    """When anything that feeds show last changed."""
    row = find_changes()
    return max((row and times.parse(row[name])) or EPOCH for name in source.changes)


def limit_characters(page: posts.Page) -> posts.Page:
    """As many of the posts as a reader can take at once, and at least one."""
    lengths = accumulate(len(post["html"] or post["body"]) for post in page.posts)
    number = max(1, sum(length <= MAX_CHARACTERS for length in lengths))

    if number >= len(page.posts):
        return page

    kept = page.posts[:number]
    return page._replace(posts=kept, older=posts.get_cursor_key(kept[-1]))


def make_feed(source: Source) -> Feed:
    blog_id = find_blog_id()
    memoize = make_memoizer()
    entries = [
        memoize(
            (source.make_entry, blog_id, tuple(row)),
            partial(source.make_entry, row, blog_id),
        )
        for row in source.rows
    ]
    cursor = pagination.cursor_from_request()
    first = absolute(pagination.page_url())
    older = source.older
    return Feed(
        id=uuid5(blog_id, source.name).urn,
        title=source.title,
        page=absolute(source.page),
        url=absolute(pagination.page_url(older=cursor.key)) if cursor else first,
        first=first,
        next=absolute(pagination.page_url(older=older)) if older else None,
        updated=max(entry.updated for entry in entries)
        if entries
        else source.began or find_last_change(source),
        entries=entries,
    )


def make_entry(post: Row, blog_id: UUID) -> Entry:
    url = absolute(permalink(post["id"], post["title"]))
    published = times.parse(post["created"]) or EPOCH
    text = post_text.find_rendering(post)
    return Entry(
        id=uuid5(blog_id, f"post/{post['id']}").urn,
        url=url,
        title=post["title"],
        author=post["display_name"],
        author_url=absolute(url_for("authors.show", name=post["username"])),
        tags=tuple(posts.get_tags(post)),
        published=published,
        updated=max(published, times.parse(post["updated"]) or EPOCH),
        # HTML, as RSS has it; XML escapes it once more.
        excerpt=str(escape(text.facts.excerpt)),
        html=str(text.in_feed(url, find_root())),
    )


def make_json_feed(feed: Feed) -> str:
    """As jsonfeed.org/version/1.1 has it."""
    head: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": site_settings.get("SITE_DESCRIPTION"),
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "next_url": feed.next,
    }
    memoize = make_memoizer()
    text = to_json({name: value for name, value in head.items() if value})
    items = [memoize((make_item, e), partial(make_item, e)) for e in feed.entries]
    return f'{text[:-1]}, "items": [{", ".join(items)}]}}'


def make_item(entry: Entry) -> str:
    """An entry as JSON."""
    return to_json(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": rfc_3339(entry.published),
            "date_modified": rfc_3339(entry.updated),
            "authors": [{"name": entry.author, "url": entry.author_url}],
            "tags": [tag.name for tag in entry.tags],
        }
    )


@bp.app_template_filter()
def xml_characters(text: str) -> Markup:
    """Markup without what no XML can hold, not even escaped."""
    return Markup(re.sub(NOT_XML, "", text))
