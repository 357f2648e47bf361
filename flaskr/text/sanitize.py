"""The HTML that a text may become, and no other; for markdown.py."""

import nh3

from .highlight import LANGUAGES
from .highlight import TOKENS
from .image_tags import FIGURES

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "figcaption",
        "figure",
        "hr",
    ),
    *("img", "li", "ol"),
    *("p", "pre", "span", "strong", "sup", "ul", *HEADINGS),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"dir", "href", "role", "title"},
    "code": {"dir"},
    "div": {"aria-labelledby", "dir", "role"},
    "img": {
        *("alt", "height", "loading", "referrerpolicy", "sizes", "src", "srcset"),
        *("title", "width"),
    },
    "ol": {"dir", "start"},
    "pre": {"aria-labelledby", "data-language", "dir", "role"},
    "sup": {"id"},
    **dict.fromkeys(("li", *HEADINGS), {"dir", "id"}),
    **dict.fromkeys(
        ("blockquote", "figcaption", "p", "table", "td", "th", "ul"), {"dir"}
    ),
}
CLASSES = {
    "a": {"anchor", "footnote-backref"},
    "code": {f"language-{name}" for name in LANGUAGES.values()},
    "div": {"footnotes", "wide"},
    "figure": {*FIGURES},
    "li": {"task-list-item"},
    "span": {"task", *TOKENS.values()},
    "sup": {"footnote-ref"},
    **dict.fromkeys(("td", "th"), {"left", "center", "right"}),
}


def sanitize(html: str) -> str:
    """HTML with the tags, attributes and classes named here and no others."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        url_relative="pass_through",
        link_rel="nofollow ugc noopener",
    )
