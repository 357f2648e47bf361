"""The file of a post: what other programs read, and all that the database has."""

import typing as t
from collections.abc import Mapping
from datetime import tzinfo
from urllib.parse import quote as quote_url

from ..text.slugs import MAX_TITLE
from ..text.slugs import slug
from . import front_matter
from .errors import at
from .front_matter import Document
from .image_links import Find
from .image_links import link_addresses
from .image_links import link_files
from .names import describe_state
from .values import decode
from .values import encode
from .values import show
from .values import WrongValue

Kinds = Mapping[str, str]

# What a row has, by the field that shows it.
SHOWN = {"title": "title", "date": "created", "updated": "updated"}

# The field with the rest of the row, and what in it leads to the images.
REST = "flaskr"
IMAGES = "images"

# What must be there.
NEEDED = ("title", "date", "tags", "author", "state", REST)

# What follows from the rest, and may be changed by whoever likes another one.
FREE = ("slug", "draft", "permalink")

FIELDS = {*NEEDED, *FREE, "updated"}


class Around(t.NamedTuple):
    """What else is known of a post: the names of its tags and of its author."""

    tags: list[str]
    author: str


def write(
    post: t.Any, kinds: Kinds, around: Around, zone: tzinfo, find: Find
) -> tuple[str, bytes]:
    """The day of a post, if it is one, and its file.

    :param find: an image that is in the export, by its hash
    """
    created = front_matter.write_time(post["created"], zone)
    body, prefix = link_files(show(post["body"]), find)
    shown = {
        "title": isinstance(post["title"], str),
        "body": isinstance(post["body"], str),
        "created": created is not None,
        "updated": (updated := front_matter.write_time(post["updated"], zone)),
    }
    rest = {
        name: encode(post[name], kinds[name])
        for name in kinds
        if post[name] is not None and not shown.get(name)
    }
    state = describe_state(post)
    words = slug(show(post["title"])[:MAX_TITLE])
    fields = {
        "title": show(post["title"]),
        "date": created or front_matter.EPOCH,
        "updated": updated,
        "tags": around.tags,
        "slug": words or str(post["id"]),
        "author": around.author,
        "state": state,
        "draft": None if state == "published" else True,
        "permalink": quote_url("-".join(filter(None, (f"/{post['id']}", words)))),
        REST: {**rest, IMAGES: prefix} if prefix else rest,
    }
    has = {name: value for name, value in fields.items() if value is not None}
    return (created or "")[:10], front_matter.write(has, body)


def read(
    name: str, content: bytes, kinds: Kinds, find: Find
) -> tuple[dict[str, object], Document]:
    """The row of a post, and its file as it is.

    :param find: an image by its hash
    :raise NotReadable: if it was changed into something that is none
    """
    document = front_matter.read(name, content)
    fields, lines = document.fields, document.lines
    check_fields(name, document)
    rest = dict(fields[REST])
    prefix = rest.pop(IMAGES, "")

    if not isinstance(prefix, str) or rest.keys() - kinds.keys():
        raise at(name, lines[REST], "Import does not know all of this.")

    body = link_addresses(document.body, prefix, find) if prefix else document.body
    row: dict[str, object] = dict.fromkeys(kinds) | {"body": body}
    row |= {column: fields.get(field) for field, column in SHOWN.items()}

    for column, value in rest.items():
        try:
            row[column] = decode(value, kinds[column])
        except WrongValue as e:
            raise at(name, lines[REST], f"{column} {e}.") from None

    if type(row["id"]) is not int:
        raise at(name, lines[REST], "It has no id.")

    return row, document


def check_fields(name: str, document: Document) -> None:
    """Do nothing if a file has the fields of a post.

    :raise NotReadable: otherwise
    """
    fields, lines = document.fields, document.lines

    for field in NEEDED:
        if field not in fields:
            raise at(name, 1, f"It has no {field}.")

    for field in ("title", "author", "state"):
        if not isinstance(fields[field], str):
            raise at(name, lines[field], f"{field} should be a text, in quotes.")

    # Of a list without items, some editors write nothing.
    tags = fields["tags"] = [] if fields["tags"] is None else fields["tags"]

    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise at(name, lines["tags"], "tags should be a list of texts, in quotes.")

    if not isinstance(fields[REST], dict):
        raise at(name, lines[REST], "It should be what export wrote there.")


def check_around(
    name: str, document: Document, row: Mapping[str, object], around: Around
) -> None:
    """Do nothing if what a file says is what the rows of others say.

    :raise NotReadable: if it was changed
    """
    wanted = {
        "tags": around.tags,
        "author": around.author,
        "state": describe_state(row),
    }

    for field, value in wanted.items():
        if document.fields[field] != value:
            raise at(
                name,
                document.lines[field],
                f"{field} is not what the rest of the export says, and import takes"
                " only other titles, dates and texts. Change it in the blog, later.",
            )
