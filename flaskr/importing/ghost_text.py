"""The texts of Ghost's editors, Lexical and Mobiledoc, as HTML."""

import json
import re
import typing as t
from html import escape

from .ghost_cards import write_card
from .records import Written

# Elements within each other; beyond, only their text is taken.
MAX_DEPTH = 60

# The bits of Lexical's formats, the innermost first.
FORMATS = ((16, "code"), (4, "s"), (32, "sub"), (64, "sup"), (2, "em"), (1, "strong"))
TAGS = re.compile(r"(?:h[1-6]|p|ul|ol|li|blockquote|em|strong|b|i|s|a|code|sub|sup|u)")

Node = dict[str, t.Any]


BROKEN = Written("", ("Its text is broken, and is left out.",))


def load(text: str) -> Node | None:
    """An object of JSON; ``None`` if it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None

    return value if isinstance(value, dict) else None


def find_children(node: Node, key: str = "children") -> list[Node]:
    """The nodes in a node."""
    children = node.get(key)
    some = children if isinstance(children, list) else []
    return [child for child in some if isinstance(child, dict)]


def wrap(tag: str, html: str) -> str:
    """HTML in an element."""
    return f"<{tag}>{html}</{tag}>"


# Lexical


def write_lexical(text: str) -> Written:
    """What Ghost has written since its version 5 as HTML."""
    document = load(text)
    root = document.get("root") if document else None

    if not isinstance(root, dict):
        return BROKEN

    warnings: list[str] = []
    html = write_children(root, warnings, 0)
    return Written(html, tuple(dict.fromkeys(warnings)))


def write_children(node: Node, warnings: list[str], depth: int) -> str:
    """What is in a node of Lexical."""
    if depth > MAX_DEPTH:
        warnings.append("It has more within each other than can be told apart.")
        return ""

    return "".join(
        write_node(child, warnings, depth + 1) for child in find_children(node)
    )


def write_node(node: Node, warnings: list[str], depth: int) -> str:
    """A node of Lexical."""
    kind = str(node.get("type", "")).removeprefix("extended-")
    # Those of a list are seen to together.
    has_inner = "children" in node and kind != "list"
    inner = write_children(node, warnings, depth) if has_inner else ""

    if kind in ("text", "tk"):
        return write_text(node)
    elif kind in ("linebreak", "tab"):
        return "<br>" if kind == "linebreak" else " "
    elif kind == "paragraph":
        return wrap("p", inner) if inner else ""
    elif kind in ("link", "autolink"):
        return f'<a href="{escape(str(node.get("url") or ""))}">{inner}</a>'
    elif kind == "heading":
        tag = str(node.get("tag") or "h2")
        return wrap(tag, inner) if TAGS.fullmatch(tag) else inner
    elif kind == "list":
        return write_list(node, warnings, depth)
    elif kind in ("quote", "aside"):
        return wrap("blockquote", wrap("p", inner))
    elif kind == "listitem":
        return wrap("li", inner)
    elif kind.startswith("at-link") or kind == "zwnj":
        return inner

    html, warning = write_card(kind, node)
    warnings += [warning] if warning else []
    return html or inner


def write_list(node: Node, warnings: list[str], depth: int) -> str:
    """A list of Lexical's, where one in an item is in an item of its own."""
    items: list[str] = []

    for item in find_children(node):
        html = write_children(item, warnings, depth + 1)
        kinds = {child.get("type") for child in find_children(item)}

        if items and kinds == {"list"}:
            items[-1] += html
        else:
            items.append(html)

    tag = "ol" if node.get("tag") == "ol" or node.get("listType") == "number" else "ul"
    return wrap(tag, "".join(wrap("li", item) for item in items))


def write_text(node: Node) -> str:
    """Text that looks alike."""
    html = escape(str(node.get("text") or ""), quote=False)
    format = node.get("format")
    bits = format if isinstance(format, int) else 0

    for bit, tag in FORMATS:
        html = wrap(tag, html) if bits & bit and html.strip() else html

    return html


# Mobiledoc


def write_mobiledoc(text: str) -> Written:
    """What Ghost wrote from its version 1 on as HTML."""
    document = load(text)
    sections = document and document.get("sections")

    if document is None or not isinstance(sections, list):
        return BROKEN

    warnings: list[str] = []
    written = []

    for section in sections:
        try:
            written.append(write_section(document, section, warnings))
        except (IndexError, KeyError, TypeError, ValueError):
            warnings.append("A part of its text is broken, and is left out.")

    return Written("".join(written), tuple(dict.fromkeys(warnings)))


def write_section(document: Node, section: t.Any, warnings: list[str]) -> str:
    """A section of Mobiledoc: a paragraph, an image, a list or a card.

    :raise IndexError: if it refers to what is not there; so do the errors of a type
    """
    kind = section[0]

    if kind == 1:
        tag = section[1].lower()
        html = write_markers(document, section[2])
        tag = "blockquote" if tag in ("aside", "pull-quote") else tag
        return wrap(tag, html) if html and TAGS.fullmatch(tag) else html
    elif kind == 2:
        return f'<p><img src="{escape(str(section[1]))}" alt=""></p>'
    elif kind == 3:
        tag = "ol" if section[1] == "ol" else "ul"
        items = (wrap("li", write_markers(document, item)) for item in section[2])
        return wrap(tag, "".join(items))
    elif kind != 10:
        raise ValueError(kind)

    name, payload = document["cards"][section[1]]
    html, warning = write_card(str(name), payload if isinstance(payload, dict) else {})
    warnings += [warning] if warning else []
    return html


def write_markers(document: Node, markers: t.Any) -> str:
    """Texts, and what begins and ends in them: each is a kind, the numbers of what
    begins, how many end, and a text or the number of an atom."""
    written = []
    open_tags: list[str] = []

    for kind, begun, ended, value in markers:
        for number in begun:
            tag, *attributes = document["markups"][number]
            open_tags.append(tag if TAGS.fullmatch(tag.lower()) else "span")
            written.append(write_start(open_tags[-1], attributes))

        # A line break is the only atom that Ghost has.
        written.append("<br>" if kind == 1 else escape(str(value), quote=False))

        for _ in range(min(int(ended), len(open_tags))):
            written.append(f"</{open_tags.pop()}>")

    return "".join(written)


def write_start(tag: str, attributes: t.Any) -> str:
    """The start tag of what has a list of names and values."""
    pairs = attributes[0] if attributes else []
    found = dict(zip(pairs[::2], pairs[1::2], strict=False))
    href = found.get("href")
    return f'<{tag} href="{escape(str(href))}">' if href else f"<{tag}>"
