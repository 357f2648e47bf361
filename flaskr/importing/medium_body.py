"""The text of a post of Medium's, as a text."""

import re

from bs4 import BeautifulSoup
from bs4 import Tag

from .bodies import find_all
from .bodies import get
from .bodies import make_link
from .records import Written

# Characters of the longest answer that is none but an answer.
MAX_RESPONSE = 3000
# Those of a title that is the beginning of a text, at least.
MIN_TITLE = 10

HEADINGS = ("h1", "h2", "h3", "h4")
# Medium's large headings are the third ones.
LEVELS = {"h3": "h2", "h4": "h3"}
DIVIDERS = "div.section-divider"
GIST = re.compile(r"(https://gist\.github\.com/[\w-]+/\w+)(?:\.js)?")


def normalize(text: str) -> str:
    """A text, to be compared."""
    return re.sub(r"\W+", " ", text).strip().lower()


def find_response(body: Tag, title: str) -> bool:
    """Whether a text is an answer to another post: short, without a heading and an
    image, and with the first words as its title."""
    if body.select_one("h1, h2, h3, h4, figure, img"):
        return False

    text = normalize(body.get_text(" "))
    beginning = normalize(title.rstrip("….")) if title else ""
    is_beginning = len(beginning) >= MIN_TITLE or beginning == text
    return len(text) < MAX_RESPONSE and is_beginning and text.startswith(beginning)


def take_body(soup: BeautifulSoup, body: Tag, title: str, html: str) -> Written:
    """The text of a post without its title, and with links for what it embeds.

    :param html: that the tree is of
    """
    warnings = []
    remove_title(body, title)

    for heading in find_all(body, ", ".join(LEVELS), html):
        heading.name = LEVELS[heading.name]

    # Between two sections, there is one; before the first, there is none.
    for divider in find_all(body, DIVIDERS, html)[:1]:
        divider.decompose()

    for script in find_all(body, "script", html):
        gist = GIST.match(get(script, "src"))
        script.replace_with(make_link(soup, gist[1]) if gist else "")

    for frame in find_all(body, "iframe", html):
        if source := get(frame, "src"):
            frame.replace_with(make_link(soup, source))
        else:
            frame.decompose()
            warnings.append("It shows something of which the archive has no address.")

    for card in find_all(body, ".graf--mixtapeEmbed", html):
        replace_card(soup, card)

    join_code(body, html)
    return Written(body.decode_contents(), tuple(dict.fromkeys(warnings)))


def remove_title(body: Tag, title: str) -> None:
    """Take the title out of a text, in which it is the first heading."""
    first = body.select_one("h1, h2, h3, h4, p, figure, pre, blockquote, li")
    marked = body.select_one(".graf--title")
    heading = marked or (first if first and first.name in HEADINGS else None)

    if heading and (
        marked or normalize(heading.get_text(" ")) in ("", normalize(title))
    ):
        heading.decompose()


def replace_card(soup: BeautifulSoup, card: Tag) -> None:
    """Put a link where a card of another page is."""
    link = card.select_one("a[href]")
    title = card.select_one("strong")
    text = title.get_text(" ", strip=True) if title else ""
    card.replace_with(make_link(soup, get(link, "href"), text))


def join_code(body: Tag, html: str) -> None:
    """Have code be one block where Medium has one for each part, and know its
    language."""
    for code in find_all(body, "pre", html):
        language = get(code, "data-code-block-lang")

        for br in code.select("br"):
            br.replace_with("\n")

        if language:
            code["data-lang"] = language

        before = code.find_previous_sibling()

        if (
            isinstance(before, Tag)
            and before.name == "pre"
            and "graf-after--pre" in get(code, "class")
        ):
            text = f"{before.get_text()}\n{code.get_text()}"
            code.string = text
            code["class"] = get(before, "class")
            code["data-lang"] = get(before, "data-lang")
            before.decompose()
