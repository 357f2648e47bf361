"""Where the posts of another blog were."""

from urllib.parse import urlsplit

from ..text.old_addresses import find_keys
from ..text.old_addresses import make_key
from .links import NOWHERE


class OldAddresses:
    """Where posts were, on the hosts of the old blog."""

    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.keys: dict[str, str] = {}

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


def find_key(address: str) -> str:
    """The key of an address, absolute or not."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""

    return make_key(parts.path, parts.query)
