"""Where WordPress listed the posts of a category, a tag, and an author."""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

from . import xml
from .records import List

# Categories within each other that an address has.
MAX_DEPTH = 10
DOMAINS = {"category": "category", "post_tag": "tag", "tag": "tag"}


class Terms:
    """What an export says of categories and authors beside the posts."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}
        # Of categories, by what addresses call them.
        self.ids: dict[str, str] = {}
        self.author_ids: dict[str, str] = {}

    def learn(self, element: Element) -> None:
        """Keep what a category or an author says of itself."""
        if element.tag == "{wp}category":
            slug = xml.find_text(element, "{wp}category_nicename")
            self.parents[slug] = xml.find_text(element, "{wp}category_parent")
            self.ids[slug] = xml.find_text(element, "{wp}term_id")
        elif element.tag == "{wp}author":
            login = xml.find_text(element, "{wp}author_login")
            self.author_ids[login] = xml.find_text(element, "{wp}author_id")

    def find_lists(self, item: Element, root: str) -> Iterator[List]:
        """The lists that a post was in.

        :param root: the path below which the blog was
        """
        for element in item.iterfind("category"):
            kind = DOMAINS.get(element.get("domain", ""))
            slug = element.get("nicename", "")
            name = unescape((element.text or "").strip())

            if kind and slug and name:
                for address in self.find_addresses(kind, slug):
                    yield List(f"{root}{address}", tag=name)

        login = xml.find_text(item, "{dc}creator")

        if login:
            name = re.sub(r"[^\w-]+", "-", login.lower())
            yield List(f"{root}/author/{name}/", author=login)
            yield List(f"{root}/?author={self.author_ids.get(login)}", author=login)

    def find_addresses(self, kind: str, slug: str) -> Iterator[str]:
        """Where the posts of a category or a tag were listed."""
        yield f"/{kind}/{slug}/"

        if kind == "tag":
            yield f"/?tag={slug}"
            return

        yield f"/category/{self.find_path(slug)}/"
        yield f"/?category_name={slug}"

        yield f"/?cat={self.ids.get(slug, slug)}"

    def find_path(self, slug: str) -> str:
        """The path of a category within others, which may be in a circle."""
        path = [slug]

        while len(path) < MAX_DEPTH:
            above = self.parents.get(path[0])

            if not above or above in path:
                break

            path.insert(0, above)

        return "/".join(path)
