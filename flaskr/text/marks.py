"""What differs in the HTML of a text from place to place, marked with characters that
no text has: it is written once, and put in place wherever it is shown.

Ids and fragments begin with :data:`PREFIX`, links within the text with :data:`PAGE`,
our own images with :data:`ROOT`; other addresses that are relative end with
:data:`RELATIVE`, so that the sanitizer sees how they begin. Where it is drawn in
pieces, :data:`BLOCK` is between them.
"""

import re
from urllib.parse import urljoin

from markupsafe import escape
from markupsafe import Markup

PREFIX, PAGE, ROOT, RELATIVE = "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
BLOCK = "\ufdd5"

RELATIVE_URL = re.compile(f'"([^"]*){RELATIVE}')


def place_on_page(html: str, root: str, prefix: str, is_listed: bool) -> Markup:
    """The HTML of a text on a page.

    :param root: the path, quoted, below which our own images are
    :param prefix: begins each id, which texts on one page must not share
    :param is_listed: whether the title of the text is itself a ``h2``
    """
    for level in (5, 4, 3, 2) if is_listed else ():
        # What somebody typed has "&lt;", even in an attribute.
        html = html.replace(f"<h{level} ", f"<h{level + 1} ")
        html = html.replace(f"</h{level}>", f"</h{level + 1}>")

    html = html.replace(ROOT, root).replace(PREFIX, prefix)
    return Markup(html.replace(PAGE, "").replace(RELATIVE, ""))


def place_in_feed(html: str, url: str, root: str, prefix: str) -> Markup:
    """The HTML of a text in a feed, where all addresses are absolute: links within the
    text lead to its page.

    :param url: that of its page
    :param root, prefix: as on the page
    """
    html = html.replace(ROOT, urljoin(url, root or "/").removesuffix("/"))
    html = RELATIVE_URL.sub(lambda match: f'"{join(url, match[1])}', html)
    return Markup(html.replace(PREFIX, prefix).replace(PAGE, str(escape(url))))


def join(base: str, url: str) -> str:
    """A URL, escaped as in HTML, as one that does not depend on the page."""
    return str(escape(urljoin(base, Markup(url).unescape())))
