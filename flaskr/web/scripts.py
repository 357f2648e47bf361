"""The scripts for writing: plain modules in ``static/``, which share one scope and are
sent as one file without its comments: many small ones cost a browser more than their
bytes."""

from pathlib import Path

from flask import Flask

from .static_files import add
from .static_files import hash_content
from .static_files import MadeFile

# In the order in which they run: those of every text, and those of a post's.
TEXT = (
    *("markdown", "marks", "lists", "lines", "tables", "writing", "toolbar"),
    *("counts", "preview", "paste"),
)
POST = ("places", "views", "checks", "find", "figure", "uploads", "images")
LAST = ("notes", "copies", "autosave", "sending")

# Pages with a comment or a profile get the first one.
FILES = {"text.js": (*TEXT, *LAST), "post.js": (*TEXT, *POST, *LAST)}


def init_app(app: Flask) -> None:
    """Have the files made of the modules."""
    folder = Path(app.static_folder or "")

    for filename, names in FILES.items():

        def make(names: tuple[str, ...] = names) -> bytes:
            modules = ((folder / f"{name}.js").read_bytes() for name in names)
            lines = (
                line.lstrip() for text in modules for line in text.splitlines(True)
            )
            return b"".join(line for line in lines if not line.startswith(b"//"))

        file = MadeFile(hash_content(make()), "text/javascript; charset=utf-8", make)
        add(app, filename, file)
