"""The addresses of the blog: which links are its own, and how its files link."""

import typing as t
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urljoin
from urllib.parse import urlsplit

from .names import INDEX
from .names import Names

# What needs no quoting in a path, but for what HTML and XML escape.
SAFE = "/~!$()*+,=:@"


class Target(t.NamedTuple):
    """An address of the blog, below its root, quoted; with ``#``, or empty, the
    fragment."""

    address: str
    fragment: str


class Site:
    """A blog at one address, which is frozen to be at another.

    :param base: the URL that the app answers, without a slash at the end
    :param target: the URL of the files, in the same way
    :param names_files: whether links name files of folders, too
    """

    def __init__(
        self, names: Names, base: str, target: str, names_files: bool = False
    ) -> None:
        self.names = names
        self.base = base
        self.target = target
        # The longer one first, of which the other may be the beginning.
        self.own = sorted({base, target}, key=len, reverse=True)
        self.names_files = names_files

    def find(self, link: str, here: str) -> Target | None:
        """What a link on a page leads to; ``None`` if that is elsewhere."""
        try:
            url = urljoin(f"{self.base}{here}", link)
        except ValueError:
            return None

        url, mark, fragment = url.partition("#")

        for own in self.own:
            if url == own or url.startswith((f"{own}/", f"{own}?")):
                path, _, query = url.removeprefix(own).partition("?")
                path = quote(unquote(path or "/"), safe=SAFE)
                return Target(f"{path}?{query}" if query else path, mark + fragment)

        return None

    def link(self, target: Target, here: str) -> str:
        """The link from a page to what is one of the files then."""
        name = self.names.find(target.address)
        own = self.names.find(here)

        if name == own and target.fragment:
            return target.fragment

        path = "../" * own.count("/") + self.shorten(name)
        return (path or "./") + target.fragment

    def link_from_anywhere(self, target: Target) -> str:
        """The link from a page that is shown at any address."""
        root = urlsplit(self.target).path
        return f"{root}/{self.shorten(self.names.find(target.address))}" + (
            target.fragment
        )

    def url(self, target: Target) -> str:
        """The whole address of one of the files."""
        name = self.names.find(target.address)
        path = name.removesuffix(INDEX) if is_index(name) else name
        return f"{self.target}/{quote(path, safe=SAFE)}{target.fragment}"

    def shorten(self, name: str) -> str:
        """The path of a file in links."""
        if is_index(name) and not self.names_files:
            name = name.removesuffix(INDEX)

        return quote(name, safe=SAFE)


def is_index(name: str) -> bool:
    """Whether servers show a file for its folder."""
    return name == INDEX or name.endswith(f"/{INDEX}")
