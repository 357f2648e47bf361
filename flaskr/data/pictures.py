"""The pictures of people: squares in several widths, each of one person."""

from ..db import get_db
from ..imaging.process import ProcessedImage
from . import image_files
from . import images

# Of a hash, which is in the address of each picture on a page: 96 bits.
HASH_LENGTH = 24


def compute_hash(picture: ProcessedImage) -> str:
    """What the addresses of a picture begin with."""
    return image_files.compute_hash(picture)[:HASH_LENGTH]


def find_file(hash: str, width: int) -> bytes | None:
    """The smallest file of a picture that is as wide as that, or the largest; ``None``
    if nobody has it."""
    row = (
        get_db()
        .execute(
            # Not sorted with their contents.
            "SELECT content FROM picture_file WHERE hash = ? AND width = ("
            "SELECT width FROM picture_file WHERE hash = ?"
            " ORDER BY width < ?, abs(width - ?) LIMIT 1) LIMIT 1",
            (hash, hash, width, width),
        )
        .fetchone()
    )
    content: bytes | None = row and row["content"]
    return content


def count_bytes(user_id: int) -> int:
    """How many bytes the files of somebody's picture have."""
    row = (
        get_db()
        .execute(
            "SELECT CAST(coalesce(sum(length(content)), 0) AS BIGINT) AS size"
            " FROM picture_file WHERE user_id = ?",
            (user_id,),
        )
        .fetchone()
    )
    size: int = row["size"]
    return size


def has_room(user_id: int, picture: ProcessedImage, quota: int) -> bool:
    """Whether all of somebody's images, with this picture instead of theirs, have at
    most so many bytes."""
    others = images.sum_bytes(user_id) - count_bytes(user_id)
    return others + image_files.count_bytes(picture) <= quota


def replace(user_id: int, picture: ProcessedImage | None) -> None:
    """Give somebody who has a profile a picture instead of theirs, or none, in the
    transaction of the caller."""
    db = get_db()
    hash = compute_hash(picture) if picture else None

    for width, content in picture.files.items() if picture else ():
        db.execute(
            "INSERT INTO picture_file (user_id, hash, width, content)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (user_id, hash, width) DO NOTHING",
            (user_id, hash, width, content),
        )

    # A trigger deletes the files of the one before.
    db.execute("UPDATE profile SET picture = ? WHERE user_id = ?", (hash, user_id))
