"""Where the posts of another blog were, and the lists of them."""

from collections.abc import Iterator
from urllib.parse import unquote
from urllib.parse import urlsplit

from ..text.old_addresses import find_keys
from ..text.old_addresses import make_key
from ..text.old_addresses import PAGE
from .links import NOWHERE
from .records import List


class OldAddresses:
    """Where posts were, on the hosts of the old blog."""

    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.keys: dict[str, str] = {}
        self.lists: dict[str, List] = {}

    def add_blog(self, address: str) -> None:
        """Note a host of the blog."""
        if host := find_host(address):
            self.hosts.add(host)

    def add(self, address: str, digest: str) -> None:
        """Note where a post was; who was there first stays."""
        self.add_blog(address)

        if key := find_key(address):
            self.keys.setdefault(key, digest)

    def find(self, url: str) -> tuple[str, str] | None:
        """The digest of the post that was at an absolute URL, and the fragment, if it
        is one of a place in its text."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None

        if not self.is_ours(url):
            return None

        keys = find_keys(parts.path, parts.query)
        digest = next((self.keys[key] for key in keys if key in self.keys), None)
        return (digest, parts.fragment) if digest else None

    def rename(self, digests: dict[str, str]) -> None:
        """Replace digests of posts by others."""
        renamed = ((key, digests.get(one, one)) for key, one in self.keys.items())
        self.keys = dict(renamed)

    def add_list(self, found: List) -> None:
        """Note where a list was; the first one there stays."""
        for key in list(find_list_keys(found.address))[:1]:
            self.lists.setdefault(key, found)

    def find_list(self, url: str) -> List | None:
        """The list that was at an absolute URL, if it is of posts that are taken."""
        keys = find_list_keys(url) if self.is_ours(url) else ()
        return next((self.lists[key] for key in keys if key in self.lists), None)

    def is_ours(self, url: str) -> bool:
        """Whether a URL is on a host of the blog."""
        return url.startswith(NOWHERE) or find_host(url) in self.hosts


def find_host(url: str) -> str:
    """The host of an absolute URL, without "www."; empty for others."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""

    return (host or "").removeprefix("www.")


def find_root(address: str) -> str:
    """The path below which a blog is; empty if it is all of its host."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def find_list_keys(address: str) -> Iterator[str]:
    """The keys of an address of a list, whatever its case: with the part of a page that
    it may be, and the query, which may say which list it is; and without."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return

    path = PAGE.sub("/", parts.path)
    keys = dict.fromkeys((make_key(path, parts.query), make_key(path)))

    for fragment in dict.fromkeys((unquote(parts.fragment), "")):
        yield from (f"{key}#{fragment}".casefold() for key in keys if key)


def find_key(address: str) -> str:
    """The key of an address, absolute or not."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""

    return make_key(parts.path, parts.query)
