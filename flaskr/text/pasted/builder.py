"""Collects what is read as blocks."""

import re
from html import escape

from . import quirks
from .blocks import Block
from .blocks import BREAK
from .blocks import Cell
from .blocks import CODE
from .blocks import DEL
from .blocks import Document
from .blocks import EM
from .blocks import Mark
from .blocks import MONOSPACED
from .blocks import Note
from .blocks import Run
from .blocks import STRONG
from .blocks import TooMuch
from .elements import Element
from .styles import Format

# Characters of all text, of which a post has up to 200,000, and what a run of it takes.
MAX_SIZE = 1_000_000
RUN_SIZE = 10

# Characters of the marker before an item.
MAX_MARKER = 20
# Characters of an emoji that is an image, and those of other descriptions.
MAX_EMOJI = 10
EMOJI_HAS_NO = re.compile(r"\w|[\x00-\xff]")
# The language of code, above it.
LABEL = re.compile(r"\s*[\w+#.-]{1,20}[ \t]*\n\s*")


class Builder:
    """Adds blocks to a document. Each method gets the element that is open."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.marks: dict[tuple[Format, str, str], frozenset[Mark]] = {}
        # Of the code that is being read.
        self.language = ""
        # Whether each line of code is an element.
        self.has_lines = False
        # Of all runs, with what each takes beside its text.
        self.size_of_runs = 0
        self.begin_block()

    def begin_block(self) -> None:
        """Begin with an empty block."""
        self.runs: list[Run] = []
        self.size = 0.0
        self.note = ""
        # How many runs it had when a part of its code ended.
        self.end_of_part = 0

    def add_run(self, run: Run) -> None:
        """Add a run to the block.

        :raise TooMuch: if there is too much text
        """
        self.size_of_runs += RUN_SIZE + len(run.text)

        if self.size_of_runs > MAX_SIZE:
            raise TooMuch

        self.runs.append(run)

    def end_block(self, element: Element) -> None:
        """Add a block with the text that has been read, if there is any; within code, a
        line ends."""
        runs = self.runs

        if element.tag == "pre":
            if runs and not runs[-1].text.endswith("\n"):
                self.add_run(Run("\n"))

            return

        if any(run.html or run.text.strip() for run in runs):
            is_note = self.note and Note not in map(type, element.path)
            path = (Note(self.note), *element.path) if is_note else element.path
            block = Block(path, element.tag, runs, self.size)
            block.figure, block.is_caption = element.figure, element.is_caption
            self.document.add(block)

        self.begin_block()

    def begin_code(self, language: str) -> None:
        """Begin with the code of a block, whose language may stand above it."""
        self.language = language or self.language
        text = "".join(run.text for run in self.runs)

        if LABEL.fullmatch(text) and not self.end_of_part:
            self.language = self.language or text.strip().lower()
            self.runs = []
        elif len(self.runs) == self.end_of_part and text and not text.endswith("\n"):
            # WeChat has an element for each line.
            self.add_run(Run("\n"))

    def end_part(self) -> None:
        """End a part of the code of a block."""
        self.end_of_part = len(self.runs)

    def end_code(self, element: Element) -> None:
        """Add a block of code."""
        text = "".join(run.text for run in self.runs).strip("\n")

        if text.strip():
            block = Block(element.path, "pre", [Run(text)], 0, self.language)
            # LibreOffice has one for each line.
            block.is_line = element.name == "pre" and self.has_lines
            self.document.add(block)

        self.begin_block()

    def add_text(self, element: Element, text: str) -> None:
        """Add text to the block."""
        item = element.find_item() if element.is_marker else None

        if element.is_skipped or (element.is_fragment and quirks.is_sign(text)):
            return
        elif item and element.tag == "p":
            marker = self.document.markers.get(item.key, "") + text.strip()
            self.document.markers[item.key] = marker[:MAX_MARKER]
            return
        elif element.tag == "pre":
            self.add_run(Run(text.replace("\r\n", "\n")))
            return

        format = element.format

        if format.keeps_lines:
            text = text.replace("\r\n", "\n").replace("\n", BREAK)

        if format.raised and not element.url:
            text = quirks.raise_text(text, format.raised)

        if format.size and not format.raised and text.strip():
            self.size = min(self.size or format.size, format.size)

        self.add_run(Run(text, self.find_marks(element)))

    def find_marks(self, element: Element) -> frozenset[Mark]:
        """The marks of text in an element."""
        format, url, note = element.format, element.url, element.note
        key = (format, url, note)

        if key not in self.marks:
            marks = {
                STRONG: format.bold,
                EM: format.italic,
                DEL: format.struck,
                CODE: format.is_code,
                MONOSPACED: format.monospaced and not format.is_code,
                ("a", url): url,
                ("note", note): note,
            }
            self.marks[key] = frozenset(mark for mark in marks if marks[mark])

        return self.marks[key]

    def add_break(self, element: Element) -> None:
        """Add a line break."""
        self.add_run(Run("\n" if element.tag == "pre" else BREAK))

    def add_rule(self, element: Element) -> None:
        """Add a rule."""
        if element.tag != "pre":
            self.end_block(element)
            self.document.add(Block(element.path, "hr", []))

    def add_cell(self, element: Element) -> None:
        """Add a cell, even if nothing is in it."""
        if element.path and isinstance(element.path[-1], Cell):
            self.document.add(Block(element.path, "td", []))

    def add_image(self, element: Element, attributes: dict[str, str]) -> None:
        """Add an image that is on the web; count one that is not."""
        alt = " ".join(attributes.get("alt", "").split())
        sizes = attributes.get("width"), attributes.get("height")
        item = element.find_item()

        if alt and len(alt) <= MAX_EMOJI and not EMOJI_HAS_NO.search(alt):
            self.add_run(Run(alt, self.find_marks(element)))
        elif "0" in sizes or "1" in sizes or item and item.key in self.document.tasks:
            # A page counts its readers so, and Docs draws a box.
            return
        elif url := quirks.find_source(attributes):
            html = f'<img src="{escape(url)}" alt="{escape(alt)}">'
            self.add_run(Run("", self.find_marks(element), html))
        else:
            self.document.left_out += 1
