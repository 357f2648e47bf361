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
import typing as t
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import SubElement

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

# Around the footnotes. It begins at the first definition, even within a block, if
# there are two of one footnote.
NOTES = '<section class="footnotes" data-footnotes>\n<ol>\n'
END_OF_NOTES = "</ol>\n</section>\n"

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
    html = html.replace(LONE_TILDE, "~")

    if len(html) > MAX_HTML or html.count("<") + html.count("&") > MAX_TAGS:
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


def collect_notes(tree: Element) -> None:
    """Put the footnotes last, by their numbers, with ways back. One that is defined
    twice says both, and one that nothing refers to stays where it is."""
    for parent in list(tree.iter()):
        for link in parent.findall("a[@class='footnote-backref']"):
            replace(parent, link, [])

    references: dict[str, list[Element]] = {}

    for sup in tree.findall(".//sup[a]"):
        references.setdefault(sup[0].get("href", "")[1:], []).append(sup)

    notes = take_notes(tree, references)

    if not notes:
        return

    ol = SubElement(SubElement(tree, "section"), "ol")

    # comrak has counted those in notes that are not shown.
    for id in sorted(notes, key=lambda id: int(references[id][0][0].text or 0)):
        ol.append(notes[id])
        number = str(len(ol))
        add_backrefs(notes[id], number, len(references[id]))

        for sup in references[id]:
            sup[:] = []
            sup.text = number


def take_notes(tree: Element, references: t.Container[str]) -> dict[str, Element]:
    """Take the footnotes that something refers to out of a tree, by their ids."""
    parents = {child: parent for parent in tree.iter() for child in parent}
    notes: dict[str, Element] = {}

    for item in [li for li in tree.iter("li") if li.get("id")]:
        id = item.attrib.pop("id")
        children = list(item)

        if id in references:
            replace(parents[item], item, [])
            place = notes.setdefault(id, Element("li"))
            place.extend(children)
        else:
            replace(parents[item], item, children)
            place = parents[item]

        # One definition may be within another one.
        parents |= dict.fromkeys(children, place)

    return notes


def replace(parent: Element, child: Element, others: list[Element]) -> None:
    """Put other elements in the place of one; the text after it stays."""
    place = list(parent).index(child)
    tail = child.tail if child.tail and child.tail.strip() else ""
    parent[place : place + 1] = others

    if before := parent[: place + len(others)]:
        before[-1].tail = (before[-1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def correct(element: Element) -> None:
    """Make an element of comrak's one of ours."""
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


def add_backrefs(note: Element, number: str, count: int) -> None:
    """Put the ways back from a footnote at the end of its last paragraph; after a list,
    a quotation or code, in one of their own."""
    if not len(note) or note[-1].tag != "p":
        SubElement(note, "p")

    for block in note:
        block.tail = "\n"

    note.text = "\n"
    paragraph = note[-1]

    if len(paragraph):
        paragraph[-1].tail = f"{(paragraph[-1].tail or '').rstrip()} "
    elif paragraph.text:
        paragraph.text = f"{paragraph.text.rstrip()} "

    for times in range(1, count + 1):
        id = number if times == 1 else f"{number}-{times}"
        link = SubElement(paragraph, "a", {"class": "footnote-backref", "id": id})
        link.text = "↩"

        if times > 1:
            paragraph[-2].tail = " "
            SubElement(link, "sup").text = str(times)
