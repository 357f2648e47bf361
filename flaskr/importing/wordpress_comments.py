"""The comments below what WordPress exports."""

import html
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from . import xml
from .dates import find_first
from .dates import parse_utc
from .records import Author
from .records import Comment
from .records import Left
from .wordpress_dates import Clock
from .wordpress_html import autop

WHY = {
    "0": "it waited for approval",
    "spam": "it was spam",
    "trash": "it was deleted",
    "post-trashed": "it was deleted",
}


def read_comments(
    item: Element, name: str, clock: Clock, logins: Mapping[str, str]
) -> tuple[list[Comment], list[Left]]:
    """The comments that readers saw, and the others.

    :param name: of what they stand below
    :param logins: of authors, by their ids
    """
    comments, left = [], []

    for element in item.iterfind("{wp}comment"):
        kind = xml.find_text(element, "{wp}comment_type") or "comment"
        approved = xml.find_text(element, "{wp}comment_approved") or "1"

        if kind != "comment":
            left.append(Left(kind, name, "it is no comment of a person"))
        elif approved != "1":
            left.append(Left("comment", name, WHY.get(approved, "it was not shown")))
        else:
            comments.append(read_comment(element, clock, logins))

    return comments, left


def read_comment(element: Element, clock: Clock, logins: Mapping[str, str]) -> Comment:
    """A comment that readers saw."""
    parent = xml.find_text(element, "{wp}comment_parent")
    login = logins.get(xml.find_text(element, "{wp}comment_user_id"), "")
    name = html.unescape(xml.find_text(element, "{wp}comment_author"))
    email = xml.find_text(element, "{wp}comment_author_email")
    times = [
        parse_utc(xml.find_text(element, "{wp}comment_date_gmt")),
        clock.read(xml.find_text(element, "{wp}comment_date")),
    ]
    return Comment(
        key=xml.find_text(element, "{wp}comment_id"),
        parent="" if parent == "0" else parent,
        author=Author(login, name, email),
        created=find_first(times),
        html=autop(element.findtext("{wp}comment_content") or ""),
    )
