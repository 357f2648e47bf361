"""Markdown in, a tree of HTML elements out: the one module that knows the parser.

The tree is a ``div`` with elements of ElementTree, whose text is not escaped:

- blocks: ``p``, ``h1`` to ``h6``, ``blockquote``, ``ul``, ``ol`` with ``start``,
  ``li``, ``hr``, ``pre`` with a ``code`` whose ``class`` may be ``language-…``,
  ``table`` with ``thead``, ``tbody``, ``tr``, and ``th`` and ``td`` with ``align``;
- in them: ``a`` with ``href`` and ``title``, ``img`` with ``src``, ``alt`` and
  ``title``, ``em``, ``strong``, ``del``, ``code``, ``br``;
- a ``span`` with the class ``task``: the box of a ``li`` that is a task;
- a ``sup`` with the class ``footnote-ref``: the number of a footnote, and last a
  ``section`` with ``ol`` and ``li``, where an ``a`` with the class
  ``footnote-backref`` leads back to one of them: ``id`` is the number of the note, or
  ``1-2`` for the second reference to it.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import comrak

from .lines import FORBIDDEN
from .links import correct_links
from .links import is_slow_to_autolink

# What no post needs and hostile ones live on. Emphasis and "[^" in "[^" take the
# square of their number, sanitizing that of the depth; each row of a table is filled
# up to the width of its head. Beyond a bound, what it bounds is shown as typed.
MAX_TAGS = 25_000  # and entities
MAX_TEXT = 200_000  # characters; other programs may write more
MAX_HTML = 1_000_000  # characters
MAX_DEPTH = 60
MAX_STARS = 20_000
MAX_CELLS = 60_000
MAX_FOOTNOTES = 1000
MAX_URLS = 3000

DELIMITER_ROW = re.compile(r"^[ \t>]*[-:|][-:| \t]*$", re.M)

# One "~" is no markup: many write "3~5" for a range, often twice in a line. What stands
# for it in the parser's hands is in no text.
TILDES = re.compile(r"\\.|~+")
LONE_TILDE = "\ufdd0"
IN_ADDRESS = "%EF%B7%90"

# The attributes that comrak writes without a value, as XML wants them.
BARE_ATTRIBUTES = re.compile(r" (data-footnote(?:s|-ref|-backref))(?=[ >])")

BLOCKS = frozenset(
    ("blockquote", "div", "hr", "li", "ol", "p", "pre", "section", "table", "ul")
    + ("h1", "h2", "h3", "h4", "h5", "h6")
)
CONTAINERS = ("blockquote", "div", "li")


def parse(text: str) -> Element | None:
    """The tree of a clean text, or ``None`` if it exceeds a bound."""
    if len(text) > MAX_TEXT or sum(map(text.count, "*_~")) > MAX_STARS:
        return None

    html = write_html(TILDES.sub(hide_lone_tilde, text))
    html = html.replace(LONE_TILDE, "~").replace(IN_ADDRESS, "~")

    if len(html) > MAX_HTML or html.count("<") + html.count("&") > MAX_TAGS:
        return None

    # Entities may name what was cleaned away.
    html = BARE_ATTRIBUTES.sub(r' \1=""', FORBIDDEN.sub("", html))
    tree = ElementTree.fromstring(f"<div>{html}</div>")

    if not is_bounded(tree):
        return None

    for element in list(tree.iter()):
        correct(element)

    if text.count("://") + text.lower().count("www.") <= MAX_URLS:
        correct_links(tree)

    return tree


def hide_lone_tilde(match: re.Match[str]) -> str:
    """What stands for a ``~`` that is alone; an escaped one, and more, as they are."""
    return LONE_TILDE if match[0] == "~" else match[0]


def write_html(text: str) -> str:
    """What comrak makes of a text."""
    columns = max((row.count("|") for row in DELIMITER_ROW.findall(text)), default=0)

    extensions = comrak.ExtensionOptions()
    extensions.autolink = not is_slow_to_autolink(text)
    extensions.cjk_friendly_emphasis = True
    extensions.footnotes = text.count("[^") <= MAX_FOOTNOTES
    extensions.strikethrough = True
    extensions.table = (columns + 1) * text.count("\n") <= MAX_CELLS
    extensions.tasklist = True
    parsing = comrak.ParseOptions()
    # Finds localhost, and "Https" as phones write it.
    parsing.relaxed_autolinks = True
    options = comrak.RenderOptions()
    options.escape = True
    # A new line is one, as everybody types it.
    options.hardbreaks = True
    html: str = comrak.render_markdown(text, extensions, parsing, options)
    return html


def is_bounded(tree: Element) -> bool:
    """Whether elements are within each other up to :data:`MAX_DEPTH`."""
    level = [tree]

    for _ in range(MAX_DEPTH + 1):
        level = [child for element in level for child in element]

    return not level


def correct(element: Element) -> None:
    """Make an element of comrak's one of ours."""
    if element.tag in CONTAINERS:
        wrap_bare_lines(element)

    if element.tag == "li":
        correct_task(element)
    elif element.tag == "sup":
        # One in a way back is the number of that.
        element.attrib = {"class": "footnote-ref"} if len(element) else {}

        for reference in list(element):
            element.text = reference.text
            element.remove(reference)
    elif element.tag == "section":
        for note in element[0]:
            move_backrefs(note)


def wrap_bare_lines(element: Element) -> None:
    """Put lines of HTML that somebody typed, which are in no paragraph, into one; in
    the items of a list, some are in none."""
    if element.tag == "li" and not (element.text or "\n").startswith("\n"):
        return

    children = []

    if (element.text or "").strip():
        children.append(make_paragraph(element.text or ""))
        element.text = "\n"

    for child in element:
        children.append(child)

        if child.tag in BLOCKS and (child.tail or "").strip():
            children.append(make_paragraph(child.tail or ""))
            child.tail = "\n"

    if len(children) > len(element):
        element[:] = children


def make_paragraph(text: str) -> Element:
    """A paragraph of some lines."""
    first, *others = text.strip("\n").split("\n")
    paragraph = Element("p")
    paragraph.text = first
    paragraph.tail = "\n"

    for line in others:
        br = Element("br")
        br.tail = f"\n{line}"
        paragraph.append(br)

    return paragraph


def correct_task(item: Element) -> None:
    """Show the box of a task as a character, so that the page has no form control."""
    if len(item) and item[0].tag == "input":
        box = item[0]
        item.remove(box)
        checked = box.get("checked") is not None
        task = Element("span", {"class": "task"})
        task.text = "☑" if checked else "☐"
        task.tail = box.tail
        place = item

        if len(item) and item[0].tag == "p" and not (box.tail or "").strip():
            place = item[0]
            item.text, task.tail = "\n", f" {place.text or ''}"
            place.text = None

        item.set("class", "task-list-item")
        place.insert(0, task)


def move_backrefs(note: Element) -> None:
    """Put the ways back from a footnote at the end of its last paragraph."""
    links = [a for a in note.iter("a") if a.get("class") == "footnote-backref"]

    if not links:
        return

    parents = {child: parent for parent in note.iter() for child in parent}
    # After a list, a quotation or code, they are in no paragraph.
    place = parents[links[0]]

    if place.tag != "p":
        for link in links:
            place.remove(link)

        place = Element("p")
        place.extend(links)
        links[-1].tail = None
        place.tail = "\n"
        note.append(place)

    for link in links:
        number = link.get("data-footnote-backref-idx", "")
        link.attrib = {"class": "footnote-backref", "id": number}
