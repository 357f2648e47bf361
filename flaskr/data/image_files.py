"""Images under their addresses, whosever they are, and their files."""

import hashlib
from collections.abc import Collection

from ..db import get_db
from ..db import Row
from ..imaging.process import ProcessedImage
from . import posts

# Hexadecimal digits of a hash in an address: 48 bits. Nobody guesses that of an image
# in a draft, which has its size, too: to find any one of 10,000 images takes 28 billion
# requests. Of a million images, two begin alike in one blog of 500; then the second has
# its whole hash. Somebody can make two such images, in 17 million attempts, and show
# either at one address, after removing the other. One that begins like an image of
# another person takes 280 trillion, and is not shown at its address, either.
SHORT = 12

# Of an image ``i``, whatever another program stored for its numbers.
COLUMNS = (
    "i.id, i.hash, i.extension, CAST(i.width AS INTEGER) AS width,"
    " CAST(i.height AS INTEGER) AS height, CAST(i.size AS INTEGER) AS size"
)


def image_url(image: Row, width: int | None = None) -> str:
    """``/image/<hash>-<width>x<height>.<extension>``, or that of a narrower file."""
    narrow = f"-{width}w" if width else ""
    size = f"{image['width']}x{image['height']}{narrow}"
    # No url_for(): a command has no request, and the texts have it as it is.
    return f"/image/{image['hash']}-{size}.{image['extension']}"


def compute_hash(processed: ProcessedImage) -> str:
    """160 bits of the SHA-256 of the largest file of an image, in hexadecimal."""
    return hashlib.sha256(get_largest(processed)).hexdigest()[:40]


def get_largest(processed: ProcessedImage) -> bytes:
    """The largest file of an image."""
    return next(iter(processed.files.values()))


def count_bytes(processed: ProcessedImage) -> int:
    """The bytes of all files of an image, which count towards a quota."""
    return sum(map(len, processed.files.values()))


def find(hash: str) -> Row | None:
    """The row of the image whose address has a hash, whoever has it."""
    row: Row | None = (
        get_db()
        .execute(f"SELECT {COLUMNS} FROM image i WHERE hash = ?", (hash,))
        .fetchone()
    )
    return row


def find_shown(hash: str) -> Row | None:
    """As :func:`find`, unless it is of suspended people alone and in no public post: it
    may be all that a spammer came for."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM image i WHERE hash = ? AND ("
            "NOT EXISTS (SELECT 1 FROM image_upload l JOIN suspension x"
            " ON x.user_id = l.user_id WHERE l.image_id = i.id)"
            " OR EXISTS (SELECT 1 FROM image_upload l LEFT JOIN suspension x"
            " ON x.user_id = l.user_id"
            " WHERE l.image_id = i.id AND x.user_id IS NULL)"
            f" OR EXISTS (SELECT 1 FROM {posts.PUBLIC} JOIN image_use x"
            " ON x.post_id = p.id WHERE x.hash = i.hash))",
            (hash,),
        )
        .fetchone()
    )
    return row


def find_all(hashes: Collection[str]) -> list[Row]:
    """The rows of the images whose addresses have some hashes, whoever has them."""
    marks = ", ".join("?" * len(hashes))
    return (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM image i WHERE hash IN ({marks})", tuple(hashes)
        )
        .fetchall()
    )


def find_same(processed: ProcessedImage) -> Row | None:
    """The row of an image that is there already, whoever has it, under its whole hash
    or under the beginning of it."""
    whole = compute_hash(processed)
    short = find(whole[:SHORT])

    if short and read_file(short["id"], short["width"]) == get_largest(processed):
        return short

    return find(whole)


def choose_hash(processed: ProcessedImage) -> str:
    """What the address of a new image begins with: the beginning of its hash, or the
    whole of it if another image has that."""
    whole = compute_hash(processed)
    return whole if find(whole[:SHORT]) else whole[:SHORT]


def insert(processed: ProcessedImage) -> Row:
    """Add an image and its files, in the transaction of the caller, and return its
    row."""
    db = get_db()
    image: Row = db.execute(
        "INSERT INTO image (hash, extension, width, height, size)"
        " VALUES (?, ?, ?, ?, ?) RETURNING *",
        (
            choose_hash(processed),
            processed.extension,
            processed.width,
            processed.height,
            count_bytes(processed),
        ),
    ).fetchone()

    for width, content in processed.files.items():
        db.execute(
            "INSERT INTO image_file (image_id, width, content) VALUES (?, ?, ?)",
            (image["id"], width, content),
        )

    return image


def read_file(image_id: int, width: int) -> bytes:
    """The smallest file of an image that is as wide as that, or the largest."""
    row = (
        get_db()
        .execute(
            # Not sorted with their contents, which took six times as long.
            "SELECT content FROM image_file WHERE image_id = ? AND width = ("
            "SELECT width FROM image_file WHERE image_id = ?"
            " ORDER BY width < ?, abs(width - ?) LIMIT 1)",
            (image_id, image_id, width, width),
        )
        .fetchone()
    )
    content: bytes = row["content"]
    return content


def find_sizes(hash: str, width: int, height: int, extension: str) -> dict[int, int]:
    """The bytes of each file of an image by its width in pixels; empty if there is no
    image with all these."""
    found = get_db().execute(
        "SELECT CAST(f.width AS INTEGER) AS width, length(f.content) AS size"
        " FROM image i JOIN image_file f ON f.image_id = i.id"
        " WHERE i.hash = ? AND i.width = ? AND i.height = ? AND i.extension = ?",
        (hash, width, height, extension),
    )
    return {row["width"]: row["size"] for row in found.fetchall()}
