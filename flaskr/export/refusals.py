"""Why a row of an export can't be in a database, and what is in its way."""

from collections.abc import Iterator
from collections.abc import Mapping

from ..data.export_tables import KEPT
from ..engines import ENGINES
from . import post_files
from .archives import Archive
from .archives import MAX_LINE
from .archives import read_lines
from .archives import read_whole
from .values import decode

# The engine of which an export becomes a file, whatever runs the blog.
FILE = ENGINES[0]

Row = Mapping[str, object]


def describe_refusal(
    error: Exception,
    archive: Archive,
    table: str,
    kinds: dict[str, str],
    row: Row,
) -> str:
    """What is wrong with a row that was not taken."""
    refusal = FILE.copying.find_refusal(error)

    if refusal is None:
        return f"The database does not take this: {error}."

    columns = " and ".join(refusal.columns)

    if not refusal.is_duplicate:
        return f"It has no {columns}."

    # It is there once at least: that is this one, or one before it.
    first = next(
        place
        for place, other in read_places(archive, table, kinds)
        if all(other.get(column) == row.get(column) for column in refusal.columns)
    )
    return f"It has the {columns} of another row ({first}). Keep one of them."


def read_places(
    archive: Archive, table: str, kinds: dict[str, str]
) -> Iterator[tuple[str, Row]]:
    """Where each row of a table is, and those of its values that are unique: not what
    is in the file of an image."""
    if table == "post":
        for name in archive.list_names():  # pragma: no branch
            content = read_whole(archive, name, MAX_LINE)
            yield name, post_files.read(name, content, kinds, lambda _: None)[0]
    else:
        name = f"{KEPT[table].file}.jsonl"

        for line, found in read_lines(archive, name):  # pragma: no branch
            known = found.keys() & kinds.keys()
            row = {column: decode(found[column], kinds[column]) for column in known}
            yield f"{name}, line {line}", row
