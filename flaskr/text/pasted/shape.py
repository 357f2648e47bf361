"""What only the whole of a document tells: which text is a heading or code, and which
tables are none."""

from collections import Counter
from html import escape
from itertools import groupby
from itertools import zip_longest

from .blocks import Block
from .blocks import BREAK
from .blocks import Cell
from .blocks import CODE
from .blocks import Document
from .blocks import EM
from .blocks import HEADINGS
from .blocks import MONOSPACED
from .blocks import Note
from .blocks import Run
from .blocks import STRONG

# How much larger than the rest of a text a heading is, without and with bold type.
HEADING = 1.45
BOLD_HEADING = 1.15
# Characters of a heading that is known by its size.
MAX_HEADING = 100
# Characters of a caption that an image has as its title.
MAX_CAPTION = 300
# Levels that sizes tell apart.
MAX_SIZES = 4


def shape(document: Document) -> list[Block]:
    """The blocks of a document as what they are."""
    blocks = unwrap_cells(document)

    if document.sizes:
        find_headings(blocks)

    resolve_fonts(blocks)
    blocks = caption_images(join_code(blocks))
    return [
        block
        for block, following in zip_longest(blocks, blocks[1:])
        if is_text(block, following)
    ]


def is_text(block: Block, following: Block | None) -> bool:
    """Whether a block says something: more than the language of the code below it, and
    than that there are footnotes below."""
    if following is None:
        return True
    elif block.tag == "hr":
        return not any(isinstance(place, Note) for place in following.path)

    language = following.language if following.tag == "pre" else ""
    return not language or block.text.strip().lower() != language


def unwrap_cells(document: Document) -> list[Block]:
    """Blocks without the cells of tables that put things in their place, as those with
    headings do, or have one cell."""
    cells = {
        place for b in document.blocks for place in b.path if isinstance(place, Cell)
    }
    counts = Counter(cell.table for cell in cells)
    layouts = document.layouts | {
        place.table
        for block in document.blocks
        for place in block.path
        if isinstance(place, Cell) and block.tag in HEADINGS
    }
    no_tables = layouts | {key for key, number in counts.items() if number == 1}
    found = []

    for block in document.blocks:
        block.path = tuple(
            place
            for place in block.path
            if not (isinstance(place, Cell) and place.table in no_tables)
        )

        if block.tag != "td" or any(isinstance(place, Cell) for place in block.path):
            found.append(block)

    return found


def find_headings(blocks: list[Block]) -> None:
    """Have large and short paragraphs be headings, where a program has no others."""
    plain = [block for block in blocks if block.tag == "p" and block.size]
    lengths: Counter[float] = Counter()

    for block in plain:
        lengths[block.size] += len(block.text)

    if not lengths:
        return

    body = max(lengths, key=lambda size: (lengths[size], -size))
    large = [block for block in plain if is_heading(block, body)]
    sizes = sorted({block.size for block in large}, reverse=True)

    for block in large:
        block.tag = f"h{min(sizes.index(block.size), MAX_SIZES - 1) + 1}"


def is_heading(block: Block, body: float) -> bool:
    """Whether a paragraph is a heading, by the size of the rest of the text."""
    least = BOLD_HEADING if block.has_all(STRONG) else HEADING
    return (
        block.size >= body * least
        and not block.path
        and len(block.text) <= MAX_HEADING
        and BREAK not in block.text.strip(BREAK)
    )


def resolve_fonts(blocks: list[Block]) -> None:
    """Have what is monospaced be code, unless all of a text is and has more to say."""
    runs = [run for block in blocks for run in block.runs if run.text.strip()]
    is_all = all(MONOSPACED in run.marks for run in runs)
    is_rich = any(block.tag != "p" or block.path for block in blocks) or any(
        run.marks - {MONOSPACED, STRONG, EM} for run in runs
    )
    as_code = set() if is_all and is_rich else {CODE}

    for block in blocks:
        block.is_line |= (
            bool(as_code) and block.tag == "p" and block.has_all(MONOSPACED)
        )
        block.runs = [
            run._replace(marks=run.marks - {MONOSPACED} | as_code)
            if MONOSPACED in run.marks
            else run
            for run in block.runs
        ]


def join_code(blocks: list[Block]) -> list[Block]:
    """Blocks, of which those that are lines of code and follow each other are one."""
    found: list[Block] = []

    for (path, is_line), group in groupby(blocks, lambda b: (b.path, b.is_line)):
        some = list(group)
        lines = [read_line(block) for block in some]
        is_one = len(some) == 1 and "\n" not in lines[0] and some[0].tag == "p"
        is_cell = any(isinstance(place, Cell) for place in path)

        if is_line and not is_one and not is_cell:
            found.append(Block(path, "pre", [Run("\n".join(lines))]))
        else:
            found += some

    return found


def caption_images(blocks: list[Block]) -> list[Block]:
    """Blocks, in which an image alone in a figure has its caption as a title. A caption
    with a link stays what it is."""
    found: list[Block] = []

    for block in blocks:
        before = found[-1] if found else None
        image = before and find_image(before, block.figure)
        text = " ".join(block.text.split())

        if (
            before
            and image
            and block.is_caption
            and len(text) <= MAX_CAPTION
            and not any(run.html or is_link(run) for run in block.runs)
        ):
            titled = image._replace(html=f'{image.html[:-1]} title="{escape(text)}">')
            before.runs = [titled]
            before.figure = 0
        else:
            found.append(block)

    return found


def find_image(block: Block, figure: int) -> Run | None:
    """The image that is all of a block in a figure, if there is one."""
    runs = [run for run in block.runs if run.html or run.text.strip()]
    is_alone = len(runs) == 1 and runs[0].html.startswith("<img ")
    return runs[0] if figure and block.figure == figure and is_alone else None


def is_link(run: Run) -> bool:
    """Whether a run leads anywhere."""
    return any(tag in ("a", "note") for tag, _ in run.marks)


def read_line(block: Block) -> str:
    """A block as a line of code, or as some."""
    if block.tag == "pre":
        return block.text

    text = block.text.replace("\n", " ").replace("\xa0", " ")
    return text.replace(BREAK, "\n").rstrip()


def is_plain(document: Document, blocks: list[Block]) -> bool:
    """Whether a text says nothing that plain text does not."""
    return not document.left_out and not any(
        block.tag != "p"
        or block.path
        or any(run.marks or run.html for run in block.runs)
        for block in blocks
    )
