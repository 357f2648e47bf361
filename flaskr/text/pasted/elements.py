"""The elements that are open while HTML is read, and where they put what is in them."""

import typing as t
from itertools import count

from . import quirks
from .blocks import Cell
from .blocks import Document
from .blocks import Item
from .blocks import Note
from .blocks import Path
from .blocks import Place
from .blocks import Quote
from .styles import Declarations
from .styles import Format

# Places within each other.
MAX_PLACES = 8
# Columns and rows that a cell spans.
MAX_SPAN = 50
MAX_NUMBER = 999_999_999

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main"
    " nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
# Of these, nothing is text.
SKIPPED = frozenset(
    "annotation annotation-xml audio button canvas datalist noscript object select svg"
    " template video xml".split()
)
LISTS = ("ol", "ul")
CELLS = ("td", "th")
# In which a paragraph begins, whatever they are in.
PLAIN = frozenset(
    ("blockquote", "caption", "dd", "dt", "figcaption", "li", "p", *CELLS)
)
# Which may be code by their style alone.
BOXES = ("article", "div", "p", "section")


class Element(t.NamedTuple):
    """An open element, and what holds for what is in it."""

    name: str
    format: Format
    path: Path = ()
    tag: str = "p"
    # The path without the item that it ends with, and the lists after that.
    base: Path = ()
    lists: tuple[int, ...] = ()
    list_tag: str = "ul"
    table: int = 0
    row: int = 0
    url: str = ""
    # The footnote that a link leads to.
    note: str = ""
    language: str = ""
    is_skipped: bool = False
    # Whether it is a link in a heading to a place on a page, as to itself.
    is_fragment: bool = False
    # Whether it is what stands before an item.
    is_marker: bool = False
    # Whether it is a block of code.
    opens_code: bool = False
    # The figure that it is in, and whether it is in what that is called.
    figure: int = 0
    is_caption: bool = False
    # Whether the items of the list are tasks, as Confluence has them.
    has_tasks: bool = False

    def find_item(self) -> Item | None:
        """The item of a list that it is in."""
        items = [place for place in self.path if isinstance(place, Item)]
        return items[-1] if items else None


class Placer:
    """Gives blocks their places in lists, tables and quotations."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.keys = count(1)
        # The number of the next item, by the keys of lists.
        self.numbers: dict[int, int] = {}

    def place(
        self, element: Element, attributes: dict[str, str], declarations: Declarations
    ) -> Element:
        """A block that is just opened, with its place."""
        name = element.name
        heading = quirks.find_heading(name, attributes)

        if heading or name in PLAIN:
            element = element._replace(tag=heading or "p")

        if note := name != "p" and quirks.find_note(attributes.get("id", "")):
            return enter(element._replace(path=()), Note(note))
        elif name in LISTS:
            return self.open_list(element, attributes)
        elif name == "li":
            return self.open_item(element, attributes, declarations)
        elif name == "figure":
            return element._replace(figure=next(self.keys), is_caption=False)
        elif name == "figcaption":
            return element._replace(is_caption=element.figure > 0)
        elif name in ("table", "tr", *CELLS):
            return self.open_table(element, attributes)
        elif name == "blockquote" or quirks.is_quote(attributes):
            return enter(element, Quote(next(self.keys)))
        elif is_code(element, declarations):
            language = quirks.find_language(attributes) or element.language
            return element._replace(tag="pre", language=language, opens_code=True)
        elif (level := quirks.find_level(declarations)) and not heading:
            item = Item((0,) * level, "", next(self.keys), 1)
            return element._replace(path=(*element.base, item))

        language = quirks.find_language(attributes)
        return element._replace(language=language) if language else element

    def open_list(self, element: Element, attributes: dict[str, str]) -> Element:
        """A list. Yuque has one for each item, beside it its level."""
        level = quirks.find_list_level(attributes)
        key = 0 if level else next(self.keys)
        self.numbers[key] = quirks.read_count(attributes.get("start"), MAX_NUMBER, 0)
        lists = (0,) * level or (*element.lists[: quirks.MAX_LEVELS - 1], key)
        has_tasks = quirks.has_tasks(attributes)
        return element._replace(lists=lists, list_tag=element.name, has_tasks=has_tasks)

    def open_item(
        self,
        element: Element,
        attributes: dict[str, str],
        declarations: Declarations,
    ) -> Element:
        """An item. Word for the web has a list for each, and its level beside it."""
        key = next(self.keys)
        lists = element.lists or (0,)
        number = self.numbers.get(lists[-1], 1)

        # OneNote says it of an item.
        if attributes.get("value", "").isdecimal():
            number = quirks.read_count(attributes["value"], MAX_NUMBER, 0)

        self.numbers[lists[-1]] = number + 1
        word = quirks.read_count(
            attributes.get("data-aria-level"), quirks.MAX_LEVELS, 0
        )
        level = quirks.find_item_level(attributes)

        if "data-aria-level" in attributes:
            lists = (0,) * max(word, 1)
        elif level > len(lists):
            lists = (*lists, *(0,) * (level - len(lists)))

        done = quirks.read_task(attributes, declarations, element.has_tasks)

        if done is not None:
            self.document.tasks[key] = done

        item = Item(lists, element.list_tag, key, number)
        return element._replace(path=(*element.base, item))

    def open_table(self, element: Element, attributes: dict[str, str]) -> Element:
        """A table, a row or a cell. A table with another one in it only puts things in
        their place."""
        key = next(self.keys)

        if element.name == "table":
            layouts = {place.table for place in element.path if isinstance(place, Cell)}
            self.document.layouts |= layouts
            return element._replace(table=key, row=key)
        elif element.name == "tr":
            return element._replace(row=key)
        elif quirks.is_gutter(attributes):
            self.document.layouts.add(element.table)
            return element._replace(is_skipped=True)

        spans = (
            quirks.read_count(attributes.get(name), MAX_SPAN)
            for name in ("colspan", "rowspan")
        )
        return enter(element, Cell(element.table, element.row, key, *spans))


def enter(element: Element, place: Place) -> Element:
    """An element that is a place of its own."""
    path = element.path

    if len(path) < MAX_PLACES:
        path = (*path, place)

    return element._replace(path=path, base=path, lists=())


def is_code(element: Element, declarations: Declarations) -> bool:
    """Whether a block is code: ``pre``, or what editors and terminals make."""
    return element.name == "pre" or (
        element.name in BOXES
        and element.format.keeps_lines
        and element.format.monospaced
        and "white-space" in declarations
    )
