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

If that was asked for, an element has the number of the ``line`` where it begins, from
1.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import comrak

from .lines import FORBIDDEN
from .links import correct_links
from .links import is_slow_to_autolink
from .notes import collect_notes

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

# Around the footnotes. It begins at the first definition, even within a block, if
# there are two of one footnote.
NOTES = '<section class="footnotes" data-footnotes>\n<ol>\n'
END_OF_NOTES = "</ol>\n</section>\n"

# The attributes that comrak writes without a value, as XML wants them.
BARE_ATTRIBUTES = re.compile(r" (data-footnote(?:s|-ref|-backref))(?=[ >])")

# Where an element begins and ends in the text, by comrak.
PLACE = re.compile(r' data-sourcepos="[^"]*"')
PLACE_OF_NOTES = re.compile(rf"(?<=<section){PLACE.pattern}")

BLOCKS = frozenset(
    ("blockquote", "div", "hr", "li", "ol", "p", "pre", "section", "table", "ul")
    + ("h1", "h2", "h3", "h4", "h5", "h6")
)
CONTAINERS = ("blockquote", "div", "li")


def parse(text: str, with_lines: bool = False) -> Element | None:
    """The tree of a clean text, or ``None`` if it exceeds a bound."""
    if len(text) > MAX_TEXT or sum(map(text.count, "*_~")) > MAX_STARS:
        return None

    html = write_html(TILDES.sub(hide_lone_tilde, text), with_lines)
    html = html.replace(LONE_TILDE, "~")
    size = len(html)

    if with_lines:
        html = PLACE_OF_NOTES.sub("", html)
        # A text is shown alike, with its lines or without.
        size = len(PLACE.sub("", html))

    if size > MAX_HTML or html.count("<") + html.count("&") > MAX_TAGS:
        return None

    if NOTES in html:
        html = html.replace(NOTES, "").removesuffix(END_OF_NOTES)

    # Entities may name what was cleaned away.
    html = BARE_ATTRIBUTES.sub(r' \1=""', FORBIDDEN.sub("", html))
    tree = ElementTree.fromstring(f"<div>{html}</div>")

    if not is_bounded(tree):
        return None

    for element in list(tree.iter()):
        correct(element)

    collect_notes(tree)

    if text.count("://") + text.lower().count("www.") <= MAX_URLS:
        correct_links(tree)

    return tree


def hide_lone_tilde(match: re.Match[str]) -> str:
    """What stands for a ``~`` that is alone; an escaped one, and more, as they are."""
    return LONE_TILDE if match[0] == "~" else match[0]


def write_html(
    text: str, with_lines: bool = False, most_notes: int = MAX_FOOTNOTES
) -> str:
    """What comrak makes of a text.

    :param most_notes: beyond how many ``[^`` they are no footnotes
    """
    columns = max((row.count("|") for row in DELIMITER_ROW.findall(text)), default=0)

    extensions = comrak.ExtensionOptions()
    extensions.autolink = not is_slow_to_autolink(text)
    extensions.cjk_friendly_emphasis = True
    extensions.footnotes = text.count("[^") <= most_notes
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
    options.sourcepos = with_lines
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
    if place := element.attrib.pop("data-sourcepos", ""):
        element.set("line", place.partition(":")[0])

    for name in ("href", "src"):
        if IN_ADDRESS in element.get(name, ""):
            element.set(name, element.get(name, "").replace(IN_ADDRESS, "~"))

    if element.tag in CONTAINERS:
        wrap_bare_lines(element)

    if element.tag == "li":
        correct_task(element)


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
