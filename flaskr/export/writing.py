"""Writing an export: of all of a blog, or of one person's texts."""

import hashlib
import shutil
import typing as t
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from tempfile import SpooledTemporaryFile

from flask import current_app

from .. import db
from ..copy_db.progress import show
from ..copy_db.rows import describe_rows
from ..data import export_rows
from ..data import times
from ..data import users
from ..data.export_tables import CONTENT
from ..data.export_tables import KEPT
from ..data.export_tables import Kept
from ..data.export_tables import OF_MODERATORS
from ..data.export_tables import PASSWORD
from ..data.site_settings import get
from ..db import Connection
from ..db import Row
from ..engines import ENGINES
from ..text.slugs import slug
from . import post_files
from .image_links import name_file
from .names import FACTS
from .names import find_folder
from .names import name_text
from .names import Names
from .places import Place
from .revision_texts import BODY
from .revision_texts import OWNERS
from .revision_texts import RevisionTexts
from .values import encode
from .values import write_json

# What the file says that is written last: without it, nothing is an export.
FORMAT = "flaskr"
VERSION = 1

# Bytes of the names of images, before they are on a disk.
MAX_IN_MEMORY = 1_000_000


def write_line(row: Row, kinds: dict[str, str], **more: str | None) -> bytes:
    """A row as a line of JSON."""
    values = {name: encode(row[name], kind) for name, kind in kinds.items()}
    return f"{write_json(values | more)}\n".encode()


@contextmanager
def open_snapshot() -> Iterator[Connection]:
    """The database of the blog as it is at one moment, to be read.

    :raise DatabaseNotReady: if it is missing, older or newer
    """
    address = current_app.config["DATABASE"]

    with db.get_engine().copying.open_snapshot(address) as connection:
        yield connection


class Export:
    """An export while it is written."""

    def __init__(
        self,
        connection: Connection,
        place: Place,
        user_id: int | None = None,
        has_passwords: bool = False,
    ) -> None:
        self.connection = connection
        self.place = place
        # Whose texts these are, if not everybody's.
        self.user_id = user_id
        self.has_passwords = has_passwords
        self.tables: dict[str, dict[str, str]] = ENGINES[0].copying.find_tables()
        self.names = Names()
        self.counts: Counter[str] = Counter()
        # Rows with bytes that are no UTF-8, by their table.
        self.mended: Counter[str] = Counter()
        self.zone: tzinfo = times.find_zone()

    def write(self) -> None:
        """Write all files."""
        for table, kept in KEPT.items():
            if self.user_id is not None and not kept.whose:
                continue
            elif table == "post":
                self.write_posts()
            elif table in CONTENT:
                self.write_contents(table, kept)
            elif kept.file:
                self.write_table(table, kept)

        facts = f"{write_json(self.describe())}\n".encode()

        with self.place.open(FACTS) as file:
            file.write(facts)

    def read(self, table: str, columns: t.Collection[str]) -> Iterator[Row]:
        """The rows of a table that are to be written."""
        kept = KEPT[table]
        whose = None if self.user_id is None else (kept.whose, self.user_id)
        tell = show(f"Writing {kept.file}", describe_rows)
        count_rows = db.get_engine().copying.count_rows
        total = 0 if whose else count_rows(self.connection, table)

        for row in export_rows.read_rows(
            self.connection, table, columns, kept.key, whose
        ):
            self.counts[table] += 1
            self.mended[table] += any(
                isinstance(value, str) and type(value) is not str for value in row
            )
            tell(self.counts[table], total)
            yield row

    def write_table(self, table: str, kept: Kept) -> None:
        """Write the rows of a table as lines of JSON."""
        hidden = set() if self.has_passwords else {PASSWORD}
        hidden |= OF_MODERATORS if self.user_id is not None else set()
        kinds = {
            name: kind
            for name, kind in self.tables[table].items()
            if name not in hidden
        }
        texts = RevisionTexts(table) if table in OWNERS else None

        with self.place.open(f"{kept.file}.jsonl") as file:
            for row in self.read(table, kinds):
                more = {BODY: texts.read(row)} if texts else {}
                file.write(write_line(row, kinds, **more))

    def write_contents(self, table: str, kept: Kept) -> None:
        """Write the files of images, and then the rows, each with the name of its file:
        a ZIP is written one file after the other."""
        kinds = dict(self.tables[table])
        del kinds["content"]

        with SpooledTemporaryFile(MAX_IN_MEMORY) as lines:
            for row in self.read(table, kinds):
                key = [row[name] for name in kept.key]
                found = export_rows.find_row(
                    self.connection, table, ["content"], kept.key, key
                )
                stored = found["content"] if found else b""
                content = stored.encode() if isinstance(stored, str) else bytes(stored)
                name = self.name_content(table, row)

                with self.place.open(name, is_packed=True) as file:
                    file.write(content)

                digest = hashlib.sha256(content).hexdigest()
                lines.write(write_line(row, kinds, file=name, sha256=digest))

            lines.seek(0)

            with self.place.open(f"{kept.file}.jsonl") as file:
                shutil.copyfileobj(lines, file)

    def name_content(self, table: str, row: Row) -> str:
        """The name of the file of an image or a picture."""
        if table == "picture_file":
            words = slug(f"{row['user_id']} {row['hash']} {row['width']}")
            return f"pictures/{words}.webp"

        image = export_rows.find_image(self.connection, "id", row["image_id"])
        missing = f"images/of-{row['image_id']}-{row['width']}.bin"
        return name_file(image, row["width"]) if image else missing

    def write_posts(self) -> None:
        """Write a file for each post."""
        kinds = self.tables["post"]

        for post in self.read("post", kinds):
            around = post_files.Around(
                export_rows.find_tags(self.connection, post["id"]),
                users.find_username(self.connection, post["author_id"]),
            )
            day, content = post_files.write(
                post, kinds, around, self.zone, self.find_image
            )
            name = self.names.name(find_folder(post), name_text(post, day), post["id"])

            with self.place.open(name) as file:
                file.write(content)

    def find_image(self, hash: str) -> export_rows.Image | None:
        """An image that is in the export, by its hash."""
        image = export_rows.find_image(self.connection, "hash", hash)

        if image is None or self.user_id is None:
            return image

        key = ("image_id", "user_id")
        values = (image.id, self.user_id)
        is_own = export_rows.find_row(
            self.connection, "image_upload", ["id"], key, values
        )
        return image if is_own else None

    def describe(self) -> dict[str, object]:
        """What the export is."""
        facts: dict[str, object] = {
            "format": FORMAT,
            "version": VERSION,
            "schema": ENGINES[0].LATEST,
            "title": get("SITE_TITLE"),
            "address": current_app.config["SITE_URL"],
            "counts": {name: self.counts[name] for name in KEPT if name != "blog"},
        }

        if self.user_id is not None:
            return {**facts, "person": self.user_id}

        copying = db.get_engine().copying
        return {
            **facts,
            "blog": export_rows.read_blog(self.connection),
            "passwords": self.has_passwords,
            # No id is given twice, not even that of something that is gone.
            "ids": copying.read_identities(self.connection, {**KEPT}),
        }
