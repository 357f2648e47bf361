"""The cards of Ghost's editors, by the names that both give them, as HTML."""

import typing as t
from collections.abc import Callable
from html import escape

from ..text.commonmark import write_html
from .folders.html_in_markdown import replace_html

Payload = dict[str, t.Any]

# Whoever wrote a card meant it for e-mails, or for people who pay.
LEFT = {
    "signup": "a form to subscribe",
    "email": "a text for e-mails alone",
    "email-cta": "a text for e-mails alone",
    "call-to-action": "a call to subscribe",
    "transistor": "a player of podcasts",
}
MAX_IMAGES = 100


def read(payload: Payload, *keys: str) -> str:
    """The first of some values that is a text and not empty."""
    values = (payload.get(key) for key in keys)
    return next((value for value in values if isinstance(value, str) and value), "")


def write_card(name: str, payload: Payload) -> tuple[str, str]:
    """A card as HTML, and a sentence about what is lost of it.

    :param name: as Lexical or Mobiledoc has it
    """
    if name in LEFT:
        return "", f"It has {LEFT[name]}, which is left out."
    elif name in CARDS:
        return CARDS[name](payload), ""

    text = read(payload, "html", "text", "caption", "title", "heading", "content")
    return paragraph(text), f"It has a card of a kind that is not known: {name[:50]}."


def paragraph(html: str) -> str:
    """A paragraph, unless it would be empty."""
    return f"<p>{html}</p>" if html else ""


def link(url: str, html: str = "") -> str:
    """A paragraph with a link; without an address, the text."""
    if not url:
        return paragraph(html)

    return f'<p><a href="{escape(url)}">{html or escape(url)}</a></p>'


def write_image(payload: Payload) -> str:
    """An image, which may be a link, and what stands below it."""
    source = read(payload, "src", "url")

    if not source:
        return ""

    image = f'<img src="{escape(source)}" alt="{escape(read(payload, "alt"))}">'
    href = read(payload, "href")
    image = f'<a href="{escape(href)}">{image}</a>' if href else image
    return paragraph(image) + paragraph(read(payload, "caption"))


def write_gallery(payload: Payload) -> str:
    """Images, one below the other."""
    images = payload.get("images")
    some = images[:MAX_IMAGES] if isinstance(images, list) else []
    written = [write_image(image) for image in some if isinstance(image, dict)]
    return "".join(written) + paragraph(read(payload, "caption"))


def write_code(payload: Payload) -> str:
    """Code."""
    language = escape(read(payload, "language"))
    code = escape(read(payload, "code"), quote=False)
    name = f' class="language-{language}"' if language else ""
    return f"<pre><code{name}>{code}</code></pre>{paragraph(read(payload, 'caption'))}"


def write_markdown(payload: Payload) -> str:
    """Markdown."""
    return write_html(replace_html(read(payload, "markdown")).text)


def write_bookmark(payload: Payload) -> str:
    """A link to a page, with what that says of itself."""
    found = payload.get("metadata")
    metadata = found if isinstance(found, dict) else payload
    url = read(payload, "url") or read(metadata, "url")
    title = escape(read(metadata, "title"))
    description = escape(read(metadata, "description"))
    return (
        link(url, title) + paragraph(description) + paragraph(read(payload, "caption"))
    )


def write_embed(payload: Payload) -> str:
    """A link to what was shown in a frame."""
    return link(read(payload, "url")) + paragraph(read(payload, "caption"))


def write_callout(payload: Payload) -> str:
    """A quotation, which stands out, too."""
    text = read(payload, "calloutText")
    emoji = escape(read(payload, "calloutEmoji"))
    words = f"{emoji} {text}".strip()
    return f"<blockquote>{paragraph(words)}</blockquote>" if words else ""


def write_toggle(payload: Payload) -> str:
    """What is folded, unfolded."""
    heading, content = read(payload, "heading"), read(payload, "content")
    return paragraph(f"<strong>{heading}</strong>" if heading else "") + content


def write_button(payload: Payload) -> str:
    """A link."""
    return link(read(payload, "buttonUrl"), escape(read(payload, "buttonText")))


def write_file(payload: Payload) -> str:
    """A link to a file, a sound or a film."""
    name = read(payload, "fileTitle", "title", "fileName")
    caption = read(payload, "fileCaption", "caption")
    return link(read(payload, "src"), escape(name)) + paragraph(caption)


def write_header(payload: Payload) -> str:
    """A heading, and what stands below it."""
    heading = read(payload, "header", "heading")
    written = f"<h2>{heading}</h2>" if heading else ""
    written += paragraph(read(payload, "subheader", "subheading"))
    return written + (write_button(payload) if payload.get("buttonEnabled") else "")


def write_product(payload: Payload) -> str:
    """What somebody recommends."""
    image = {"src": read(payload, "productImageSrc")}
    title = read(payload, "productTitle")
    written = write_image(image) + (f"<h3>{title}</h3>" if title else "")
    written += read(payload, "productDescription")
    url = read(payload, "productUrl")
    return written + (link(url, escape(read(payload, "productButton"))) if url else "")


def write_nothing(payload: Payload) -> str:
    """Nothing: what it marks is known from elsewhere."""
    return ""


CARDS: dict[str, Callable[[Payload], str]] = {
    **dict.fromkeys(("image", "card-image"), write_image),
    **dict.fromkeys(("code", "codeblock", "card-code"), write_code),
    **dict.fromkeys(("markdown", "card-markdown"), write_markdown),
    **dict.fromkeys(("html", "card-html"), lambda payload: read(payload, "html")),
    **dict.fromkeys(("hr", "horizontalrule", "card-hr"), lambda payload: "<hr>"),
    **dict.fromkeys(("embed", "card-embed", "nft"), write_embed),
    **dict.fromkeys(("file", "audio", "video"), write_file),
    **dict.fromkeys(("paywall", "linebreak", "before-after"), write_nothing),
    "gallery": write_gallery,
    "bookmark": write_bookmark,
    "callout": write_callout,
    "toggle": write_toggle,
    "button": write_button,
    "header": write_header,
    "product": write_product,
}
