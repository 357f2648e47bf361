"""A person's notices: on a page, and in a feed at an address that only they know."""

from uuid import UUID
from uuid import uuid5

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from markupsafe import escape
from werkzeug.exceptions import abort

from ..data import notice_feeds
from ..data import notices
from ..data import site_settings
from ..data import times
from ..data.blog import find_blog_id
from ..db import Row
from ..errors import lazy_gettext
from ..web import pagination
from ..web import post_text
from ..web.features import for_everybody
from ..web.forms import find_keys
from ..web.frozen import needs_server
from ..web.notice_sentences import describe
from ..web.notice_sentences import find_url
from ..web.notice_sentences import has_text
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.urls import absolute
from ..web.urls import find_root
from .auth import login_required
from .feeds import Entry
from .feeds import EPOCH
from .feeds import Feed
from .feeds import TYPES

bp = Blueprint("notices", __name__)
bp.record_once(needs_server("/notices/"))

# Notices in the feed.
FEED_SIZE = 50

# By nobody else, and asked for each time. The default is less: pages that are the same
# for all are kept with it.
KEPT_BY_READER = "private, max-age=0, must-revalidate"

NO_FEED = lazy_gettext(
    "There is no feed at this address. It may have been replaced: the page of your"
    " notices has the new one."
)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Leave nothing where somebody else may find it: of the feed, only what a reader
    needs to ask whether there is more."""
    is_feed = request.endpoint == "notices.feed" and response.status_code < 400
    response.headers["Cache-Control"] = KEPT_BY_READER if is_feed else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"

    if is_feed:
        response.headers["Referrer-Policy"] = "no-referrer"

    return response


@bp.get("/account/notices")
@login_required
@requires("account")
def index() -> ResponseReturnValue:
    """Show the current user's notices, the newest first."""
    page = notices.find_page(g.user["id"], pagination.cursor_from_request())
    return render_template(
        "notices/index.html",
        page=page,
        feed=notice_feeds.find(g.user["id"]),
        page_url=pagination.page_url,
    )


@bp.post("/account/notices/seen")
@login_required
@requires("account")
def see() -> ResponseReturnValue:
    """Mark what the page has shown, and what is older, as seen: on all devices."""
    newest = request.form.get("newest", 0, type=int)
    # What no row can have as its id is nobody's.
    notices.mark_seen(g.user["id"], newest if 0 <= newest < 2**63 else 0)
    return redirect(url_for("notices.index"))


@bp.post("/account/notices/feed")
@login_required
@requires("account")
def replace_feed() -> ResponseReturnValue:
    """Give the current user a feed, or another address for it."""
    refuse_too_many("EDITS")
    notice_feeds.replace(g.user["id"])
    return redirect(url_for("notices.index") + "#feed")


@bp.post("/account/notices/feed/end")
@login_required
@requires("account")
def end_feed() -> ResponseReturnValue:
    """Have the current user's feed lead nowhere."""
    notice_feeds.remove(g.user["id"])
    flash(_("Your feed was turned off."))
    return redirect(url_for("notices.index"))


def get_serializer() -> URLSafeSerializer:
    """What signs addresses; whether one still leads to the feed, its row says."""
    return URLSafeSerializer(find_keys(), salt="flaskr notice feed")


def make_key(feed: Row) -> list[object]:
    """What is signed: with the time, too, since an older database that was brought back
    may give an id again."""
    return [feed["user_id"], feed["id"], feed["created"]]


@bp.app_template_global()
def notice_feed_url(feed: Row) -> str:
    """The whole address of somebody's feed."""
    token = get_serializer().dumps(make_key(feed))
    return absolute(url_for("notices.feed", token=token))


def get_feed(token: str) -> Row:
    """The feed at an address that this blog has signed.

    :raise 404: if it leads nowhere, or no more; the database is asked only about those
        that are signed
    """
    try:
        key = get_serializer().loads(token)
    except BadSignature:
        abort(404, NO_FEED)

    feed = notice_feeds.find(key[0])

    if feed is None or make_key(feed) != key:
        abort(404, NO_FEED)

    return feed


@bp.get("/notices/<token>.atom")
@for_everybody
def feed(token: str) -> Response:
    """The feed of somebody's notices, for whoever has its address."""
    found = get_feed(token)
    rows = notices.find_page(found["user_id"], size=FEED_SIZE).notices
    blog_id = find_blog_id()
    entries = [make_entry(notice, blog_id) for notice in rows]
    began = times.parse(found["created"]) or EPOCH
    url = notice_feed_url(found)
    made = Feed(
        id=uuid5(blog_id, f"notices/{found['user_id']}").urn,
        title=f"{_('Notices')} - {site_settings.get('SITE_TITLE')}",
        page=absolute(url_for("notices.index")),
        url=url,
        first=url,
        next=None,
        updated=max((entry.updated for entry in entries), default=began),
        entries=entries,
    )
    text = render_template("feeds/atom.xml", feed=made)
    response = Response(text, content_type=f"{TYPES['atom']}; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def make_entry(notice: Row, blog_id: UUID) -> Entry:
    """A notice as a feed has it."""
    url = absolute(find_url(notice))
    time = times.parse(notice["created"]) or EPOCH
    is_written = notice["kind"] in ("comment", "reply")
    author, page = site_settings.get("SITE_TITLE"), url_for("index")
    excerpt, html = notice["text"], str(escape(notice["text"]))

    if is_written:
        author = notice["display_name"]
        page = url_for("authors.show", name=notice["username"])

    if has_text(notice):
        text = post_text.find_rendering(notice, highest=0)
        within = absolute(url_for("comments.show", id=notice["comment_id"], within=""))
        excerpt = text.facts.excerpt
        html += str(text.in_feed(within, find_root(), f"c{notice['comment_id']}-"))

    return Entry(
        id=uuid5(blog_id, f"notice/{notice['id']}").urn,
        url=url,
        title=describe(notice),
        author=author,
        author_url=absolute(page),
        tags=(),
        published=time,
        updated=time,
        excerpt=str(escape(excerpt)),
        html=html,
    )
