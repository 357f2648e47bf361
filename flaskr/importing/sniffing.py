"""What a file begins with, by which readers know theirs."""

import codecs
import re

from .parts import Part
from .records import NotReadable

# Bytes in which the first tag of a feed stands, also after long comments.
MAX_START = 65_536
COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")


def read_root(path: Part) -> tuple[str, str]:
    """The name of the first element of an XML file and all else that its start has;
    empty for what is no file, or none of XML."""
    try:
        with path.open("rb") as file:
            start = file.read(MAX_START)
    except (NotReadable, OSError):
        return "", ""

    is_wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = start.decode("utf-16" if is_wide else "latin-1", "replace")
    text = COMMENTS.sub("", text.removeprefix("ï»¿")).lstrip()
    # After a DOCTYPE, too, which the reader refuses with a sentence.
    root = ROOT.search(text) if text.startswith("<") else None
    return (root[1].rpartition(":")[2], text) if root else ("", "")
