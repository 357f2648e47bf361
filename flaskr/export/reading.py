"""Reading an export into a new file of SQLite's, in which all of it is looked at before
the blog gets any."""

import hashlib
import re
import shutil
import typing as t
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .. import db
from ..copy_db.progress import show
from ..copy_db.rows import describe_rows
from ..data import export_rows
from ..data import import_rows
from ..data import users
from ..data.export_tables import CONTENT
from ..data.export_tables import KEPT
from ..data.export_tables import PASSWORD
from ..engines import ENGINES
from ..imaging.formats import BadImage
from ..imaging.formats import detect_format
from ..text.compression import TooLong
from . import post_files
from .archives import Archive
from .archives import MAX_IMAGE
from .archives import MAX_LINE
from .archives import read_lines
from .archives import read_whole
from .errors import at
from .errors import NotReadable
from .facts import check_facts
from .facts import Facts
from .facts import read_facts
from .left_fields import LeftFields
from .refusals import describe_refusal
from .revision_texts import BODY
from .revision_texts import OWNERS
from .revision_texts import RevisionTexts
from .values import decode
from .values import WrongValue

# The engine of the file, whatever runs the blog.
FILE = ENGINES[0]

# Where the files of images are in an export.
IMAGE = re.compile(r"(images|images/smaller|pictures)/[^/\\\0]+")

# Bytes after which the disk is asked again how many are free, and those that stay so.
STEP = 50_000_000
RESERVE = 200_000_000

# What the database says of a row that it does not take.
REFUSED: tuple[type[Exception], ...] = (*db.Error, OverflowError, UnicodeError)


class Reader:
    """An export while it is read into a database."""

    def __init__(self, archive: Archive, connection: t.Any, disk: Path) -> None:
        self.archive = archive
        self.connection = connection
        self.disk = disk
        self.tables: dict[str, dict[str, str]] = FILE.copying.find_tables()
        self.counts: Counter[str] = Counter()
        self.size = 0
        self.asked = 0
        self.left = LeftFields()

    def read(self, facts: Facts) -> None:
        """Put all rows into the database.

        :raise NotReadable: if something is wrong with one
        """
        for table, kept in KEPT.items():
            if table == "post":
                self.read_posts()
            elif kept.file:
                self.read_table(table, f"{kept.file}.jsonl")

        for table in KEPT:
            wanted = facts["counts"].get(table, 0)

            if table != "blog" and self.counts[table] != wanted:
                name = KEPT[table].file
                raise NotReadable(
                    f"It has {self.counts[table]:,} of {wanted:,} {name}: some are"
                    " missing, or were added. Export again."
                )

    def insert(self, name: str, line: int, table: str, row: dict[str, object]) -> None:
        """Add a row.

        :raise NotReadable: if the database does not take it
        """
        self.counts[table] += 1
        self.size += sum(
            len(value) for value in row.values() if isinstance(value, (str, bytes))
        )
        self.require_room()

        try:
            import_rows.insert(self.connection, table, row)
        except REFUSED as e:
            if isinstance(e, db.Error) and db.is_unavailable(e):
                raise

            why = describe_refusal(e, self.archive, table, self.tables[table], row)
            raise at(name, line, why) from e

    def require_room(self) -> None:
        """Do nothing if the disk has room for more.

        :raise NotReadable: otherwise, before it is full
        """
        if self.size < self.asked:
            return

        self.asked = self.size + STEP

        if shutil.disk_usage(self.disk).free < RESERVE + STEP:
            raise NotReadable(f"{self.disk} is nearly full. Make room.")

    def read_table(self, table: str, name: str) -> None:
        """Put the rows of a file of lines into the database."""
        kinds = dict(self.tables[table])
        tell = show(f"Reading {name}", describe_rows)
        texts = RevisionTexts(table) if table in OWNERS else None

        for line, found in read_lines(self.archive, name):
            more = self.read_content(name, line, found) if table in CONTENT else {}
            text = found.pop(BODY, None) if texts else None
            tell(line, line)

            try:
                row = {column: decode(found[column], kinds[column]) for column in found}
            except KeyError as e:
                raise at(name, line, f"It has {e}, which no row has.") from None
            except WrongValue as e:
                raise at(name, line, f"It has a value that {e}.") from None

            for column in KEPT[table].key:
                # The database would make one up.
                if row.get(column) is None:
                    raise at(name, line, f"It has no {column}.")

            if texts:
                check_text(name, line, texts, row, text)
            elif table == "user":
                # Nobody can log in with it.
                row.setdefault(PASSWORD, "")

            self.insert(name, line, table, row | more)

    def read_content(
        self, name: str, line: int, found: dict[str, t.Any]
    ) -> dict[str, object]:
        """The content of an image or a picture, from the file that a row names."""
        file, digest = found.pop("file", None), found.pop("sha256", None)

        if not isinstance(file, str) or not IMAGE.fullmatch(file):
            raise at(name, line, "It names no file of an image.")

        content = read_whole(self.archive, file, MAX_IMAGE)

        if hashlib.sha256(content).hexdigest() != digest:
            raise NotReadable(f"{file} is not the file that was exported.")

        try:
            detect_format(content)
        except BadImage:
            raise NotReadable(f"{file} is no image.") from None

        return {"content": content}

    def read_posts(self) -> None:
        """Put all posts into the database."""
        names = self.archive.list_names()
        tell = show("Reading posts", describe_rows)

        for number, name in enumerate(names, 1):
            content = read_whole(self.archive, name, MAX_LINE)
            row, document = post_files.read(
                name, content, self.tables["post"], self.find_image
            )
            around = post_files.Around(
                export_rows.find_tags(self.connection, t.cast(int, row["id"])),
                self.find_author(row["author_id"]),
            )
            post_files.check_around(name, document, row, around)
            self.left.add(name, document)
            self.insert(name, document.lines[post_files.REST], "post", row)
            tell(number, len(names))

    def find_author(self, user_id: object) -> str:
        """The username of an author."""
        if not isinstance(user_id, int):
            return ""

        return users.find_username(self.connection, user_id)

    def find_image(self, hash: str) -> export_rows.Image | None:
        """An image by its hash."""
        return export_rows.find_image(self.connection, "hash", hash)


def check_text(
    name: str, line: int, texts: RevisionTexts, row: dict[str, object], text: object
) -> None:
    """Do nothing if the text of an older version is what its row makes.

    :raise NotReadable: otherwise
    """
    try:
        is_same = texts.read(row) == text
    except KeyError as e:
        raise at(name, line, f"It has no {e}.") from None
    except TooLong:
        raise at(name, line, "It has a text that nobody has written.") from None

    if not is_same:
        raise at(name, line, "Its text was changed: import takes no other history.")


def read_export(archive: Archive, path: Path) -> tuple[Facts, str]:
    """Have a new file of SQLite's be the blog of an export; return what that says that
    it is, and a sentence on what was left of it, or the empty string.

    :raise NotReadable: if something is wrong with it
    """
    facts = read_facts(archive)
    check_facts(facts)

    with FILE.copying.open_target(str(path)) as connection:
        tables = FILE.copying.find_tables()
        reader = Reader(archive, connection, path.parent)

        with FILE.copying.without_triggers(connection, tables):
            reader.read(facts)
            import_rows.set_blog(connection, facts["blog"])

        check_images(connection)
        FILE.copying.set_identities(connection, facts["ids"])

    with db.connected_to(str(path)):
        import_rows.make_rest()

    return facts, reader.left.describe()


def check_images(connection: t.Any) -> None:
    """Do nothing if images have the addresses of what is in them.

    :raise NotReadable: otherwise
    """
    for image, digest in read_digests(connection):
        if not digest.startswith(image.hash) or len(image.hash) < 12:
            raise NotReadable(
                f"{KEPT['image'].file}.jsonl: image {image.id} has another address"
                " than its file. Somebody changed it; export again."
            )


def read_digests(connection: t.Any) -> Iterator[tuple[export_rows.Image, str]]:
    """Each image that has files, and the SHA-256 of the largest one."""
    for row in export_rows.read_rows(connection, "image", ["id"], ("id",)):
        image = export_rows.find_image(connection, "id", row["id"])

        if image and image.widest:
            file = export_rows.find_row(
                *(connection, "image_file", ["content"]),
                *(("image_id", "width"), (image.id, image.widest)),
            )
            content = file["content"] if file else b""
            yield image, hashlib.sha256(content).hexdigest()
