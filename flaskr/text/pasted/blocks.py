"""What HTML is read as: blocks, each with a path of what it is in and with runs of text
that looks alike."""

import typing as t
from dataclasses import dataclass

# A tag of HTML, and of a link its URL. That of a font which is monospaced is
# MONOSPACED, which is code or not.
Mark = tuple[str, str]

STRONG: Mark = ("strong", "")
EM: Mark = ("em", "")
DEL: Mark = ("del", "")
CODE: Mark = ("code", "")
MONOSPACED: Mark = ("mono", "")

# Paragraphs, items and cells of a document.
MAX_BLOCKS = 15_000

# A line break within a paragraph, which no text has.
BREAK = "\x0b"

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Run(t.NamedTuple):
    """Text that looks alike. An image or the number of a footnote has HTML."""

    text: str
    marks: frozenset[Mark] = frozenset()
    html: str = ""


class Quote(t.NamedTuple):
    """A quotation."""

    key: int


class Note(t.NamedTuple):
    """A footnote, by its name."""

    name: str


class Item(t.NamedTuple):
    """An item of a list.

    :param lists: the keys of the lists around it, the innermost last: 0 for those that
        go on after one another, as where each item has one of its own
    """

    lists: tuple[int, ...]
    tag: str
    key: int
    number: int


class Cell(t.NamedTuple):
    """A cell of a table, with the columns and rows that it spans."""

    table: int
    row: int
    key: int
    width: int
    height: int


Place = Quote | Note | Item | Cell
Path = tuple[Place, ...]


@dataclass
class Block:
    """A paragraph, a heading, ``pre``, ``hr``, or ``td`` for what is in a cell."""

    path: Path
    tag: str
    runs: list[Run]
    # Of its smallest text, in pixels; 0: not known.
    size: float = 0
    # Of code.
    language: str = ""
    # Code of which each line is a block.
    is_line: bool = False
    # The figure that it is in, by its key, and whether it is what that is called.
    figure: int = 0
    is_caption: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(run.text for run in self.runs)

    def has_all(self, mark: Mark) -> bool:
        """Whether all that it says has a mark; an image says nothing."""
        texts = [run for run in self.runs if run.text.strip()]
        return bool(texts) and all(mark in run.marks for run in texts)


class TooMuch(ValueError):
    """More than anybody pastes into a post."""


@dataclass
class Document:
    """What was read.

    :param tasks: whether items of lists are done, by their keys
    :param markers: what stands before the items of Word's lists, by their keys
    :param layouts: tables that only put things in their place
    :param sizes: whether its headings are known by their size
    :param left_out: images that are in no place that readers can reach
    """

    blocks: list[Block]
    tasks: dict[int, bool]
    markers: dict[int, str]
    layouts: set[int]
    sizes: bool = False
    left_out: int = 0

    def add(self, block: Block) -> None:
        """Add a block.

        :raise TooMuch: if there are too many
        """
        if len(self.blocks) >= MAX_BLOCKS:
            raise TooMuch

        self.blocks.append(block)
