"""Images: where they are used, and whether their bytes are what their address says."""

import hashlib
from collections.abc import Iterator

from ...db import get_db
from ...db import get_engine
from ...db import Row
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import wrong
from .batches import count
from .batches import walk

# What has texts with images: the table, its column, and what image_use calls it.
TEXTS = (
    ("post", "body", "post_id"),
    ('"user"', "about", "user_id"),
    ("binned_post", "body", "binned_id"),
)

# Characters of an address that is noted.
MAX_HASH = 40


def check_uses() -> Iterator[Finding]:
    """Look for the addresses of images in all texts again."""
    is_wrong = False

    for table, _, _ in TEXTS:
        if ids := sorted(find_wrong_uses(table)):
            is_wrong = True
            yield broken(
                f"Images noted otherwise than the text shows: {len(ids):,}."
                f" {name_some(table, ids)}."
            )

    if not is_wrong:
        yield ok(f"{count('image_use'):,} uses of images, counted again.")


def find_wrong_uses(table: str) -> dict[int, set[str]]:
    """What should be noted of the texts of a table of which something else is."""
    column, key = next(text[1:] for text in TEXTS if text[0] == table)
    shows = get_engine().checkup.SHOWS_IMAGE.format(f"t.{column}")
    noted: dict[int, set[str]] = {}
    wanted = {
        row["id"]: find_hashes(row["body"])
        for row in walk(
            f"SELECT t.id, CAST(t.{column} AS TEXT) AS body FROM {table} t"
            f" WHERE {shows} AND"
        )
    }
    rows = get_db().execute(
        f"SELECT {key} AS id, CAST(hash AS TEXT) AS hash FROM image_use"
        f" WHERE {key} IS NOT NULL"
    )

    for row in rows.fetchall():
        noted.setdefault(row["id"], set()).add(row["hash"])

    return {
        id: wanted.get(id, set())
        for id in wanted.keys() | noted.keys()
        if wanted.get(id, set()) != noted.get(id, set())
    }


def find_hashes(text: str) -> set[str]:
    """What follows on each beginning of an image's address, as the triggers note it."""
    return {part[:MAX_HASH].partition("-")[0] for part in text.split("/image/")[1:]}


def repair_uses() -> None:
    """Note what the texts show."""
    with transaction() as db:
        for table, _, key in TEXTS:
            wanted = find_wrong_uses(table)

            for id in wanted:
                db.execute(f"DELETE FROM image_use WHERE {key} = ?", (id,))

            for id, hash in [(of, hash) for of in wanted for hash in wanted[of]]:
                db.execute(
                    f"INSERT INTO image_use (hash, {key}) VALUES (?, ?)", (hash, id)
                )


def check_files() -> Iterator[Finding]:
    """Read all images, one after the other."""
    problems: dict[str, list[int]] = {}
    number = 0

    for image in walk(
        "SELECT t.id, CAST(t.hash AS TEXT) AS hash, t.size, t.width, t.height"
        " FROM image t WHERE"
    ):
        number += 1

        for problem in find_problems(image):
            problems.setdefault(problem, []).append(image["id"])

    for what, ids in problems.items():
        yield wrong(
            f"{what}: {len(ids):,}. {name_some('image', ids)}.",
            "Bring these rows back from a backup, or upload the images again.",
        )

    if not problems:
        yield ok(f"{number:,} images, each with the bytes of its address.")


def find_problems(image: Row) -> Iterator[str]:
    """What is wrong with an image."""
    files = get_db().execute(
        "SELECT width FROM image_file WHERE image_id = ? ORDER BY width DESC",
        (image["id"],),
    )
    sizes, largest = 0, None

    for file in files.fetchall():
        row = get_db().execute(
            "SELECT content FROM image_file WHERE image_id = ? AND width = ?",
            (image["id"], file["width"]),
        )
        content = row.fetchone()["content"]
        content = content.encode() if isinstance(content, str) else bytes(content)
        sizes += len(content)
        largest = largest or hashlib.sha256(content).hexdigest()

    if largest is None:
        yield "Images without a file"
    elif not largest.startswith(image["hash"]) or not image["hash"]:
        yield "Images whose bytes are not those of their address"
    elif sizes != image["size"]:
        yield "Images of another size than their files have"
    elif min(image["width"], image["height"]) < 1:
        yield "Images without a width or height"
