"""The text of a post of Substack's, without the buttons and forms in it."""

import json
import re
import typing as t
from itertools import islice
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4 import Tag

from .bodies import find_all
from .bodies import get
from .bodies import make_element
from .bodies import make_link
from .bodies import parse
from .records import Written

# Forms and buttons, and what only shows where the part for all ends.
WIDGETS = (
    ".subscription-widget-wrap, .subscription-widget-wrap-editor, .subscription-widget,"
    " .subscribe-widget, .button-wrapper, .captioned-button-wrap, .share-dialog,"
    " .paywall-jump, .community-chat, .directMessage, .install-substack-app-embed,"
    " .comments-page, .image-link-expand, .digest-post-embed-buttons, form, button,"
    " svg, style, script, .native-audio-embed audio"
)
# What readers did there, and can't do here.
LOST = {
    ".poll-embed": "It has a poll, which is left out.",
    ".native-video-embed": "It has a film, which the export does not have.",
    ".native-audio-embed": "It has a sound, which the export does not have.",
    ".file-embed-wrapper": "It has a file, which the export does not have.",
}
# Cards that say in an attribute what they show.
EMBEDS = (
    ".tweet, .youtube-wrap, .vimeo-wrap, .embedded-post-wrap, .digest-post-embed,"
    " .spotify-wrap, .instagram, .embedded-publication-wrap, .apple-podcast-container,"
    " .bluesky-wrap, .tiktok-wrap"
)
FETCHED = re.compile(
    r"https://(?:cdn\.)?substack(?:cdn)?\.com/image/fetch/(?:[^?#]*?/)?"
)
MAX_CHAIN = 3
# Elements around an image, in which the link to itself is.
MAX_AROUND = 6
NOTE = re.compile(r"#footnote-(?P<number>\d{1,4})\b")


def find_original(url: str) -> str:
    """The address of an image as it was uploaded, of one that a service makes
    smaller."""
    for _ in range(MAX_CHAIN):
        match = re.fullmatch(
            rf"{FETCHED.pattern}(https?(?:://|%3A%2F%2F).*)", url, re.IGNORECASE
        )

        if match is None:
            break

        found = match[1]
        url = unquote(found) if "%3a" in found[:10].lower() else found

    return url


def take_body(html: str) -> Written:
    """The text of a post, with links for what it embeds."""
    soup = parse(html)
    warnings = []

    for widget in find_all(soup, WIDGETS, html):
        widget.decompose()

    for selector, warning in LOST.items():
        for lost in find_all(soup, selector, html):
            lost.decompose()
            warnings.append(warning)

    for embed in find_all(soup, EMBEDS, html):
        replace_embed(soup, embed)

    for formula in find_all(soup, ".latex-rendered", html):
        text = str(read_attributes(formula).get("persistentExpression", ""))
        formula.replace_with(make_element(soup, "p", f"$${text}$$"))

    for image in find_all(soup, "img", html):
        replace_image(image)

    for note in find_all(soup, ".footnote", html):
        replace_note(soup, note)

    for anchor in find_all(soup, 'a[href*="#footnote-"]', html):
        replace_anchor(anchor)

    return Written(str(soup), tuple(dict.fromkeys(warnings)))


def read_attributes(element: Tag) -> dict[str, t.Any]:
    """What an element says in JSON."""
    try:
        found = json.loads(get(element, "data-attrs"))
    except (ValueError, RecursionError):
        return {}

    return found if isinstance(found, dict) else {}


def replace_embed(soup: BeautifulSoup, embed: Tag) -> None:
    """Put a link where a card is."""
    found = read_attributes(embed)
    link = embed.select_one("a[href], iframe[src]")
    keys = ("canonical_url", "url", "base_url", "instagram_url")
    url = next((str(found[key]) for key in keys if found.get(key)), "")
    url = url or get(link, "href") or get(link, "src")

    if video := found.get("videoId"):
        is_vimeo = "vimeo-wrap" in get(embed, "class")
        place = "https://vimeo.com/" if is_vimeo else "https://www.youtube.com/watch?v="
        url = f"{place}{video}"

    words = (found.get(key) for key in ("full_text", "title", "name"))
    text = str(next(filter(None, words), ""))[:500]
    embed.replace_with(make_link(soup, url, text))


def replace_image(image: Tag) -> None:
    """Have an image be the one that was uploaded, and no link to itself."""
    found = read_attributes(image)
    source = find_original(str(found.get("src") or get(image, "src")))
    alt = get(image, "alt") or str(found.get("alt") or "")
    around = islice(image.parents, MAX_AROUND)
    link = next((parent for parent in around if parent.name == "a"), None)

    if link and find_original(get(link, "href")) == source:
        link.name = "span"
        link.attrs = {}

    image.attrs = {"src": source, "alt": alt}


def replace_note(soup: BeautifulSoup, note: Tag) -> None:
    """Have a footnote be one by its name, as everybody writes them."""
    number = note.select_one(".footnote-number")
    name = get(number, "id").removeprefix("footnote-")

    if number and name.isdecimal():
        number.decompose()
        note.attrs = {"id": f"fn{name}"}
        back = make_element(soup, "a", "↩")
        back["href"] = f"#fnref{name}"
        note.append(back)


def replace_anchor(anchor: Tag) -> None:
    """Have a number lead to its footnote, as everybody writes it."""
    if match := NOTE.search(get(anchor, "href")):
        anchor.attrs = {
            "href": f"#fn{match['number']}",
            "id": f"fnref{match['number']}",
        }
