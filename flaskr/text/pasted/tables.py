"""Writes the blocks of a table as HTML whose rows are all as long, with the first one
as its head."""

import typing as t
from itertools import groupby

from .blocks import Block
from .blocks import BREAK
from .blocks import Cell
from .blocks import CODE
from .blocks import Run
from .blocks import STRONG
from .marks import write_line

# Cells of a table that is one.
MAX_CELLS = 20_000

# A row; None where another cell reaches to.
Row = list[Cell | None]


def write_table(blocks: list[Block], notes: t.Container[str]) -> str:
    """The HTML of a table; of one that is too large, a paragraph for each row."""
    runs = read_cells(blocks)
    rows = [row for row in fill_rows(list(runs)) if any(has_text(c, runs) for c in row)]
    width = max((find_width(row, runs) for row in rows), default=0)

    if width * len(rows) > MAX_CELLS:
        lines = [[run for cell in row if cell for run in runs[cell]] for row in rows]
        return "".join(f"<p>{write_line(line, notes)}</p>" for line in lines)

    html = ""

    for number, row in enumerate(rows):
        tag, without = ("td", ()) if number else ("th", (STRONG,))
        cells = [
            write_line(runs[cell], notes, *without) if cell else ""
            for cell in row[:width] + [None] * (width - len(row))
        ]
        html += f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

    return f"<table>{html}</table>" if rows else ""


def read_cells(blocks: list[Block]) -> dict[Cell, list[Run]]:
    """What each cell of a table says, as one line."""
    found: dict[Cell, list[Run]] = {}

    for block in blocks:
        cell = next(place for place in block.path if isinstance(place, Cell))
        runs = block.runs

        if block.tag == "pre":
            runs = [
                Run(line, frozenset((CODE,))) if line.strip() else Run(" ")
                for line in block.text.replace("\n", "\n \n").split("\n")
            ]

        found.setdefault(cell, []).extend((*runs, Run(" ")))

    return found


def fill_rows(cells: list[Cell]) -> list[Row]:
    """The rows of a table, with the places that cells reach to."""
    rows: list[Row] = []
    # Rows that a cell above still reaches to, by columns.
    below: dict[int, int] = {}

    for _, group in groupby(cells, lambda cell: cell.row):
        row: Row = []

        for cell in group:
            skip_reached(row, below)

            for column in range(len(row), len(row) + cell.width):
                below[column] = cell.height - 1

            row += [cell, *[None] * (cell.width - 1)]

        skip_reached(row, below)
        rows.append(row)

    return rows


def skip_reached(row: Row, below: dict[int, int]) -> None:
    """Add the places of a row that cells above it reach to."""
    while below.get(len(row), 0) > 0:
        below[len(row)] -= 1
        row.append(None)


def has_text(cell: Cell | None, runs: dict[Cell, list[Run]]) -> bool:
    """Whether there is anything in a cell."""
    return cell is not None and any(
        run.html or run.text.strip(f" \n\xa0{BREAK}") for run in runs[cell]
    )


def find_width(row: Row, runs: dict[Cell, list[Run]]) -> int:
    """The columns of a row up to the last one that is not empty."""
    width = len(row)

    while width and not has_text(row[width - 1], runs):
        width -= 1

    return width
