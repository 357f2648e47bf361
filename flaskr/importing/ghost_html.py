"""What Ghost writes for a browser, without the buttons of its players and forms."""

from bs4 import BeautifulSoup
from bs4 import Tag

from .bodies import find_all
from .bodies import make_link
from .bodies import parse

# Cards whose HTML is more than a text and images.
CARDS = "kg-"
PLAYERS = ".kg-audio-card, .kg-video-card, .kg-file-card"
FORMS = ".kg-signup-card, .kg-email-card, .kg-cta-card, .kg-email-cta"
# What only looks like something.
SIGNS = (
    ".kg-toggle-heading-icon, .kg-product-card-rating, .kg-bookmark-icon, svg, button,"
    " .kg-bookmark-thumbnail, .kg-bookmark-metadata"
)


def clean_html(html: str) -> tuple[str, tuple[str, ...]]:
    """HTML of a post without what is no text, and what is lost, as sentences."""
    if CARDS not in html:
        return html, ()

    soup = parse(html)
    warnings = []

    for form in find_all(soup, FORMS, html):
        form.decompose()
        warnings.append("It has a form to subscribe, which is left out.")

    for player in find_all(soup, PLAYERS, html):
        replace_player(soup, player)

    for card in find_all(soup, ".kg-bookmark-card a", html):
        title = card.select_one(".kg-bookmark-title")
        text = title.get_text(" ", strip=True) if title else ""
        description = card.select_one(".kg-bookmark-description")
        card.replace_with(make_link(soup, str(card.get("href", "")), text))

        if description:
            description.name = "p"

    for sign in find_all(soup, SIGNS, html):
        sign.decompose()

    return str(soup), tuple(dict.fromkeys(warnings))


def replace_player(soup: BeautifulSoup, player: Tag) -> None:
    """Put a link where the player of a sound or a film, or a file, is."""
    source = player.select_one("[src], a[href]")
    title = player.select_one("[class*=title]")
    url = str(source.get("src") or source.get("href") or "") if source else ""
    text = title.get_text(" ", strip=True) if title else ""
    player.replace_with(make_link(soup, url, text))
