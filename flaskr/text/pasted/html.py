"""Writes what was read as HTML that says no more than Markdown can."""

import typing as t
from html import escape
from itertools import groupby

from .blocks import Block
from .blocks import Cell
from .blocks import Document
from .blocks import HEADINGS
from .blocks import Item
from .blocks import Note
from .blocks import Path
from .blocks import Place
from .blocks import STRONG
from .marks import write_line
from .marks import write_paragraphs
from .quirks import read_number
from .tables import write_table


class Frame(t.NamedTuple):
    """What is open in the HTML: a quotation, a footnote, or a list with its item."""

    place: Place
    end: str


class Writer:
    """Writes one document."""

    def __init__(self, document: Document, blocks: list[Block]) -> None:
        self.document = document
        self.blocks = blocks
        self.frames: list[Frame] = []
        self.written: list[str] = []
        # The last list that was closed: its tag, whether it has the other markers, and
        # where that was.
        self.closed = ("", False, -1)
        # Of the lists that are open.
        self.others: list[bool] = []
        self.notes = {
            place.name
            for block in blocks
            for place in block.path
            if isinstance(place, Note)
        }

    def write(self) -> str:
        """The HTML; for one call."""
        for table, some in groupby(self.blocks, find_table):
            blocks = list(some)

            if table:
                self.align(get_path(blocks[0]))
                self.written.append(write_table(blocks, self.notes))
            else:
                for block in blocks:
                    self.write_block(block)

        self.close(0)
        return "".join(self.written)

    def write_block(self, block: Block) -> None:
        """Add a block that is in no table."""
        self.align(get_path(block))

        if block.tag == "p":
            paragraphs = write_paragraphs(block.runs, self.notes)
            self.written += [f"<p>{paragraph}</p>" for paragraph in paragraphs]
        elif block.tag == "pre":
            language = f' class="language-{escape(block.language)}"'
            code = f"<code{language if block.language else ''}>{escape(block.text)}"
            self.written.append(f"<pre>{code}</code></pre>")
        elif block.tag in HEADINGS:
            line = write_line(block.runs, self.notes, STRONG)
            self.written.append(f"<{block.tag}>{line}</{block.tag}>")
        else:
            self.written.append("<hr>")

    def align(self, path: Path) -> None:
        """Close what is not around the next block, and open what is."""
        depth = 0

        for place in path:
            if isinstance(place, Item):
                depth = self.align_item(place, depth)
                continue

            if self.frames[depth : depth + 1] != [Frame(place, self.end_of(place))]:
                self.close(depth)
                self.open(place)

            depth += 1

        self.close(depth)

    def align_item(self, item: Item, depth: int) -> int:
        """Have an item be open, in the lists that it is in; return the depth in it."""
        level = len(item.lists)

        while (found := self.find_item(depth)) and (
            len(found.lists) < level
            and found.lists[-1] == item.lists[len(found.lists) - 1]
        ):
            depth += 1

        if (
            found
            and found.lists[-1] == item.lists[-1]
            and len(found.lists) == level
            and self.find_tag(found) == self.find_tag(item)
        ):
            if found.key != item.key:
                self.close(depth + 1)
                self.written.append("</li>")
                self.frames[depth] = Frame(item, self.end_of(item))
                self.open_item(item)
        else:
            self.close(depth)
            self.open(item)

        return depth + 1

    def find_item(self, depth: int) -> Item | None:
        """The item that is open at a depth, if one is."""
        place = self.frames[depth].place if depth < len(self.frames) else None
        return place if isinstance(place, Item) else None

    def find_tag(self, item: Item) -> str:
        """The tag of the list that an item is in."""
        marker = self.document.markers.get(item.key, "")
        return item.tag or ("ul" if read_number(marker) is None else "ol")

    def open(self, place: Place) -> None:
        """Open a quotation, a footnote or a list."""
        if isinstance(place, Item):
            self.open_list(place)
        elif isinstance(place, Note):
            self.written.append(f'<div id="{escape(place.name)}">')
        else:
            self.written.append("<blockquote>")

        self.frames.append(Frame(place, self.end_of(place)))

    def open_list(self, item: Item) -> None:
        """Open a list with its first item."""
        tag = self.find_tag(item)
        number = read_number(self.document.markers.get(item.key, ""))
        start = f' start="{item.number if item.tag else number}"' if tag == "ol" else ""
        # Right after another one, it would go on with that.
        is_other = self.closed == (tag, False, len(self.written))
        self.others.append(is_other)
        name = ' class="other"' if is_other else ""
        self.written.append(f"<{tag}{start}{name}>")
        self.open_item(item)

    def open_item(self, item: Item) -> None:
        """Open an item, which may be a task."""
        done = self.document.tasks.get(item.key)
        title = "" if done is None else f' title="{"x" if done else " "}"'
        self.written.append(f"<li{title}>")

    def end_of(self, place: Place) -> str:
        """The end tags of a place."""
        if isinstance(place, Item):
            return f"</li></{self.find_tag(place)}>"

        return "</div>" if isinstance(place, Note) else "</blockquote>"

    def close(self, depth: int) -> None:
        """Close what is open from a depth on."""
        while len(self.frames) > depth:
            frame = self.frames.pop()
            self.written.append(frame.end)

            if isinstance(frame.place, Item):
                tag, is_other = self.find_tag(frame.place), self.others.pop()
                self.closed = (tag, is_other, len(self.written))


def find_table(block: Block) -> tuple[Path, int] | None:
    """The table that a block is in, and what that is in."""
    for number, place in enumerate(block.path):
        if isinstance(place, Cell):
            return block.path[:number], place.table

    return None


def get_path(block: Block) -> Path:
    """What a block is in, or else the table that it is in."""
    table = find_table(block)
    return table[0] if table else block.path
