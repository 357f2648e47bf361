"""Writes the runs of a block as HTML: each mark over as many of them as have it, and
neither spaces nor, where it would not be seen, punctuation at its ends."""

import re
import typing as t
from html import escape
from unicodedata import east_asian_width

from .blocks import BREAK
from .blocks import CODE
from .blocks import DEL
from .blocks import EM
from .blocks import Mark
from .blocks import Run
from .blocks import STRONG

# The outer ones first, where they are as long.
ORDER = ("a", "del", "strong", "em", "code")

# These are one space, wherever they are.
SPACES = " \t\n\r\f\xa0\u2007\u202f"
COLLAPSED = re.compile(f"[{SPACES}]+")
# What has spaces at neither end.
PIECE = re.compile(rf"\s+|\S+(?:[{SPACES}]+\S+)*")
PUNCTUATION = re.compile(r"(?:[^\w\s]|_)+")
PUNCTUATION_AT_END = re.compile(r"(?:(?:[^\w\s]|_)+)$")
NOTHING = "\ufeff"

# Marks that a space has, if what is on both sides of it has them.
UNSEEN = frozenset((STRONG, EM))


def write_paragraphs(runs: list[Run], notes: t.Container[str]) -> list[str]:
    """The HTML of a block: two line breaks begin another paragraph.

    :param notes: the names of footnotes that are there
    """
    pieces = split_runs(runs, notes)
    paragraphs: list[list[Run]] = [[]]

    for piece in pieces:
        if piece.text.count(BREAK) > 1:
            paragraphs.append([])
        else:
            paragraphs[-1].append(piece)

    return [write_pieces(paragraph) for paragraph in paragraphs]


def write_line(runs: list[Run], notes: t.Container[str], *without: Mark) -> str:
    """The HTML of a block that is a line, as a heading, without some marks."""
    pieces = [
        piece._replace(
            text=" " if BREAK in piece.text else piece.text,
            marks=piece.marks - set(without),
        )
        for piece in split_runs(runs, notes)
    ]
    return write_pieces(pieces)


def split_runs(runs: list[Run], notes: t.Container[str]) -> list[Run]:
    """Runs as words and the spaces between them, which have the marks that both of
    their neighbors have."""
    pieces: list[Run] = []

    for run in runs:
        note = next((value for tag, value in run.marks if tag == "note"), "")

        if note:
            run = run._replace(marks=run.marks - {("note", note)})

        if note in notes:
            html = f'<sup id="{escape(note)}">{escape(note)}</sup>'
            # The brackets around the number may be runs of their own.
            if not pieces or pieces[-1].html != html:
                pieces.append(Run("", frozenset(), html))
        elif run.html:
            pieces.append(run)
        else:
            for text in PIECE.findall(run.text.replace(NOTHING, "")):
                add_piece(pieces, Run(text, run.marks))

    while pieces and is_space(pieces[-1]):
        pieces.pop()

    for number, piece in enumerate(pieces):
        if is_space(piece):
            pieces[number] = mark_space(piece, pieces[number - 1], pieces[number + 1])

    return pieces


def is_space(piece: Run) -> bool:
    """Whether a piece is only space."""
    return not piece.html and piece.text.isspace()


def add_piece(pieces: list[Run], piece: Run) -> None:
    """Add a piece; spaces become one with those before them."""
    if not is_space(piece):
        pieces.append(piece)
    elif pieces and is_space(pieces[-1]):
        text, marks = pieces[-1].text + piece.text, pieces[-1].marks & piece.marks
        pieces[-1] = Run(text, marks)
    elif pieces:
        pieces.append(piece)
    elif wide := piece.text.strip(BREAK).lstrip(SPACES):
        # Paragraphs in Chinese begin with two of these.
        pieces.append(Run(wide, frozenset(), escape(wide)))


def mark_space(piece: Run, before: Run, after: Run) -> Run:
    """A space as it is shown, with its marks."""
    breaks = piece.text.count(BREAK)
    text = BREAK * breaks if breaks else COLLAPSED.sub(" ", piece.text)
    return Run(text, before.marks & after.marks & (piece.marks | UNSEEN))


def write_pieces(pieces: list[Run]) -> str:
    """The HTML of the pieces of a paragraph."""
    for mark in (DEL, STRONG, EM):
        if any(mark in piece.marks for piece in pieces):
            pieces = trim_mark(pieces, mark)

    return write_marks(pieces)


def trim_mark(pieces: list[Run], mark: Mark) -> list[Run]:
    """Pieces with a mark that begins and ends where Markdown sees it: between a letter
    and punctuation it would not, so that punctuation goes outside."""
    return trim_side(trim_side(pieces, mark, 0), mark, -1)


def trim_side(pieces: list[Run], mark: Mark, side: int) -> list[Run]:
    """As :func:`trim_mark`, where a mark begins (0) or where it ends (-1)."""
    step = -1 if side else 1
    found: list[Run] = []

    for piece in pieces[::step]:
        is_edge = found and mark in piece.marks and mark not in found[-1].marks

        if is_edge and is_unseen(get_edge(found[-1], -1 - side), get_edge(piece, side)):
            outer, inner = cut(piece, side)
            found.append(outer._replace(marks=outer.marks - {mark}))
            found += [inner] if inner.text else []
        else:
            found.append(piece)

    return found[::step]


def get_edge(piece: Run, side: int) -> str:
    """The first (0) or the last (-1) character of a piece, as Markdown has it."""
    if piece.html:
        return "!" if piece.html.startswith("<img") else "["

    return "`" if CODE in piece.marks else piece.text[side]


def is_unseen(outer: str, inner: str) -> bool:
    """Whether a mark between two characters is none in Markdown. Beside those of
    Chinese, Japanese and Korean, the renderer always sees it."""
    return (
        outer.isalnum()
        and bool(PUNCTUATION.match(inner))
        and not {east_asian_width(outer), east_asian_width(inner)} & {"W", "F"}
    )


def cut(piece: Run, side: int) -> tuple[Run, Run]:
    """The punctuation at one side of a piece, and what is left of it."""
    if piece.html or CODE in piece.marks:
        return piece, Run("")
    elif side:
        rest = PUNCTUATION_AT_END.sub("", piece.text)
        return piece._replace(text=piece.text[len(rest) :]), piece._replace(text=rest)

    rest = PUNCTUATION.sub("", piece.text, count=1)
    taken = piece.text[: len(piece.text) - len(rest)]
    return piece._replace(text=taken), piece._replace(text=rest)


def write_marks(pieces: list[Run]) -> str:
    """The HTML of pieces, a mark that more of them have around one that fewer have."""
    written: list[str] = []
    place = 0

    while place < len(pieces):
        if not pieces[place].marks:
            written.append(write_text(pieces[place]))
            place += 1
            continue

        marks = sorted(pieces[place].marks, key=lambda mark: ORDER.index(mark[0]))
        ends = [find_end(pieces, place, mark) for mark in marks]
        end = max(ends)
        tag, url = mark = marks[ends.index(end)]
        some = [
            piece._replace(marks=piece.marks - {mark}) for piece in pieces[place:end]
        ]
        start = f'a href="{escape(url)}"' if url else tag
        written.append(f"<{start}>{write_marks(some)}</{tag}>")
        place = end

    return "".join(written)


def find_end(pieces: list[Run], place: int, mark: Mark) -> int:
    """The end of the pieces with a mark that begin at a place."""
    while place < len(pieces) and mark in pieces[place].marks:
        place += 1

    return place


def write_text(piece: Run) -> str:
    """The HTML of a piece without its marks."""
    if piece.html:
        return piece.html

    return escape(COLLAPSED.sub(" ", piece.text)).replace(BREAK, "<br>")
