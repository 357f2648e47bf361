"""The HTML that a text may become, and no other; for markdown.py."""

import nh3
from markupsafe import Markup

from .highlight import LANGUAGES
from .highlight import TOKENS

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "hr", "img", "li", "ol"),
    *("p", "pre", "section", "span", "strong", "sup", "ul", *HEADINGS),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"aria-hidden", "href", "role", "tabindex", "title"},
    "div": {"tabindex"},
    "img": {
        *("alt", "height", "loading", "referrerpolicy", "sizes", "src", "srcset"),
        *("title", "width"),
    },
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"role"},
    **dict.fromkeys(("li", "sup", *HEADINGS), {"id"}),
}
CLASSES = {
    "a": {"anchor", "footnote-backref"},
    "code": {f"language-{name}" for name in LANGUAGES.values()},
    "div": {"wide"},
    "li": {"task-list-item"},
    "section": {"footnotes"},
    "span": {"task", *TOKENS.values()},
    "sup": {"footnote-ref"},
    "ul": {"contains-task-list"},
    **dict.fromkeys(("td", "th"), {"left", "center", "right"}),
}


def sanitize(html: str, base: str) -> Markup:
    """HTML with the tags, attributes and classes named here and no others.

    :param base: an absolute URL that makes relative ones absolute; empty: they stay
    """
    return Markup(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            allowed_classes=CLASSES,
            url_schemes={"http", "https", "mailto"},
            url_relative=("rewrite_with_base", base) if base else "pass_through",
            link_rel="nofollow ugc noopener",
        )
    )
