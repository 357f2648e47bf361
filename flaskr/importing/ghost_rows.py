"""What a Ghost export says of posts beside their texts: in few tables, kept small."""

import typing as t
from collections.abc import Iterator

from .records import Author
from .records import Left
from .records import NotReadable

Row = dict[str, t.Any]

# Rows that are kept while posts are read, and characters of what each says.
MAX_ROWS = 1_000_000
MAX_LENGTH = 500

# What is not taken, by the names of tables: what one of it is, and why.
LEFT = {
    "members": ("member", "readers have no accounts here"),
    "subscribers": ("subscriber", "there are no newsletters here"),
    "newsletters": ("newsletter", "there are no newsletters here"),
    "products": ("tier", "nobody pays here"),
    "offers": ("offer", "nobody pays here"),
    "benefits": ("benefit", "nobody pays here"),
    "snippets": ("snippet", "it is of no post"),
    "custom_theme_settings": ("theme setting", "it is for the design of the old blog"),
    "recommendations": ("recommendation", "it is of no post"),
    "collections": ("collection", "tags do that here"),
    "integrations": ("integration", "it is for the old blog"),
    "webhooks": ("webhook", "it is for the old blog"),
    "redirects": ("redirect", "the export doesn't say whereto it leads"),
}


class Tables:
    """The rows of small tables, by the ids of what they are for."""

    def __init__(self) -> None:
        self.number = 0
        self.users: dict[str, Author] = {}
        self.tags: dict[str, str] = {}
        # What addresses call them.
        self.slugs: dict[str, str] = {}
        self.tags_of: dict[str, list[tuple[int, str]]] = {}
        self.authors_of: dict[str, list[tuple[int, str]]] = {}
        # The description of the feature image, and whether it was only sent.
        self.meta: dict[str, tuple[str, bool]] = {}
        self.permalink = ""
        self.has_posts = False

    def add(self, table: str, row: Row) -> None:
        """Keep what a row says of posts.

        :raise NotReadable: if there are too many
        """
        if table == "users":
            name = read(row, "name") or read(row, "slug")
            key = read(row, "slug") or read(row, "id")
            self.users[read(row, "id")] = Author(key, name, read(row, "email"))
        elif table == "tags":
            self.tags[read(row, "id")] = "" if is_internal(row) else read(row, "name")
            self.slugs[read(row, "name")] = read(row, "slug")
        elif table in ("posts_tags", "posts_authors"):
            ids, key = (
                (self.tags_of, "tag_id")
                if table == "posts_tags"
                else (self.authors_of, "author_id")
            )
            order = row.get("sort_order")
            place = order if isinstance(order, int) else 0
            ids.setdefault(read(row, "post_id"), []).append((place, read(row, key)))
        elif table == "posts_meta":
            alt = read(row, "feature_image_alt")
            self.meta[read(row, "post_id")] = alt, bool(row.get("email_only"))
        elif table == "settings":
            is_pattern = row.get("key") == "permalinks"
            self.permalink = read(row, "value") if is_pattern else self.permalink
            return
        else:
            self.has_posts |= table == "posts"
            return

        self.number += 1

        if self.number > MAX_ROWS:
            raise NotReadable(
                f"There are more than {MAX_ROWS:,} rows beside the posts."
            )

    def find_tags(self, id: str) -> tuple[str, ...]:
        """The names of the tags of a post, the first one first."""
        ids = (tag for _, tag in sorted(self.tags_of.get(id, [])))
        return tuple(filter(None, (self.tags.get(tag, "") for tag in ids)))

    def find_authors(self, id: str, row: Row) -> tuple[str, ...]:
        """The keys of the authors of a post, the first one first."""
        ids = [author for _, author in sorted(self.authors_of.get(id, []))]
        ids += [] if ids else [read(row, "author_id"), read(row, "created_by")]
        users = (self.users[author] for author in ids if author in self.users)
        return tuple(dict.fromkeys(user.key for user in users))


def read(row: Row, key: str, most: int = MAX_LENGTH) -> str:
    """A value as a text; the empty string, if there is none."""
    value = row.get(key)
    is_value = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return str(value)[:most] if is_value else ""


def is_internal(row: Row) -> bool:
    """Whether a tag is for the design of the blog alone."""
    return read(row, "name").startswith("#") or row.get("visibility") == "internal"


def find_left(table: str, row: Row) -> Iterator[Left]:
    """A row of a table as what is not taken, if it is for people."""
    if table in LEFT:
        kind, reason = LEFT[table]
        keys = ("name", "email", "title", "key", "slug", "id")
        name = next(filter(None, (read(row, key) for key in keys)), "")
        yield Left(kind, name, reason)
    elif table == "tags" and is_internal(row):
        yield Left("internal tag", read(row, "name"), "it was not shown there")
