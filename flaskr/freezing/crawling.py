"""Reading the blog from page to page, as a reader who is not logged in would, and
writing each as a file."""

from collections import deque
from collections.abc import Callable
from collections.abc import Iterable
from functools import partial
from urllib.parse import unquote

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from .folder import Folder
from .mode import FROZEN
from .rewriting import make_moved_page
from .rewriting import rewrite_manifest
from .rewriting import rewrite_page
from .rewriting import rewrite_urls
from .site import Site
from .site import Target

# What nothing links to and browsers, robots and servers of files ask for.
ROOTS = (
    *("/", "/robots.txt", "/sitemap.xml", "/favicon.ico", "/apple-touch-icon.png"),
    "/apple-touch-icon-precomposed.png",
)

# What servers of files show where there is none, and its name.
MISSING = "/404.html"

MOVED = (301, 302, 303, 307, 308)

MANIFEST = "application/manifest+json"

# What names whole addresses of the blog.
TEXTS = {
    *("application/atom+xml", "application/rss+xml", "application/feed+json"),
    *("application/xml", "text/plain"),
}
# What no post can have been, in whatever blog.
NOWHERE = "/.nothing-is-here/"


class NotFrozen(Exception):
    """The blog can't be read: a sentence that says why."""


class Crawl:
    """What was found, and what is still to be read."""

    def __init__(
        self, app: Flask, site: Site, folder: Folder, tell: Callable[[int, int], None]
    ) -> None:
        self.client = app.test_client(use_cookies=False)
        self.urls = app.url_map.bind("")
        self.site = site
        self.folder = folder
        self.tell = tell
        self.queue: deque[str] = deque()
        # By address: whether something is there; None while nobody knows.
        self.found: dict[str, bool | None] = {}
        # Pages by what they link to, while nobody knows; and those that have to be
        # written again.
        self.referrers: dict[str, list[str]] = {}
        self.outdated: set[str] = set()
        # What links lead to, and is not there.
        self.dead: set[str] = set()
        # What led to something that had to be read first.
        self.waiting: set[str] = set()
        self.read = 0

    def run(self, others: Iterable[str]) -> None:
        """Write all that is public.

        :param others: addresses to begin with, beside those that every blog has
        :raise NotFrozen: if the blog can't be read
        :raise NotOurs: if there is something else in the folder
        """
        # What was missing before, first: pages that link to it are written once.
        for address in (*self.folder.read_dead(), *ROOTS, *others):
            self.want(address)

        self.write_missing()

        while self.queue:
            self.visit(self.queue.popleft())
            self.tell(self.read, len(self.found))

        for address in sorted(self.outdated):
            self.save(address, self.fetch(address))

    def want(self, address: str) -> bool:
        """Have an address read, unless it was; return whether something may be
        there."""
        if address not in self.found:
            self.found[address] = None
            self.queue.append(address)
            self.want_number(address)

        return self.found[address] is not False

    def want_number(self, address: str) -> None:
        """Have the short address of a post, if this is its whole one, lead to it."""
        try:
            path = unquote(address.partition("?")[0])
            endpoint, values = self.urls.match(path, "GET")
        except HTTPException:
            return

        if endpoint == "blog.show" and values["slug"]:
            self.want(f"/{values['id']}")

    def fetch(self, address: str) -> TestResponse:
        """What the app answers.

        :raise NotFrozen: if that is an error of the server
        """
        response = self.client.get(
            address,
            base_url=f"{self.site.base}/",
            environ_overrides={FROZEN: True},
            buffered=True,
        )
        self.read += 1

        if response.status_code >= 500 or (
            address == "/" and response.status_code != 200
        ):
            raise NotFrozen(f"The blog answers {response.status_code} for {address}")

        return response

    def visit(self, address: str) -> None:
        """Write what is at an address, or note that nothing is."""
        if self.found[address] is not None:
            return
        elif address.startswith("//"):
            # The app would be asked on another host.
            self.settle(address, False)
            return

        response = self.fetch(address)

        if response.status_code in MOVED:
            self.follow(address, response)
        elif response.status_code == 200 and self.is_whole(address, response):
            self.settle(address, True)
            self.save(address, response)
        else:
            self.settle(address, False)

    def is_whole(self, address: str, response: TestResponse) -> bool:
        """Whether a server of files would say of a file what the app says."""
        return response.mimetype == "text/html" or self.is_file(address)

    def is_file(self, address: str) -> bool:
        """Whether an address is that of a file."""
        return self.site.names.is_file(unquote(address.partition("?")[0]))

    def settle(self, address: str, is_there: bool) -> None:
        """Note whether something is at an address."""
        self.found[address] = is_there
        pages = self.referrers.pop(address, ())

        if not is_there and pages:
            self.dead.add(address)
            self.outdated.update(pages)

    def follow(self, address: str, response: TestResponse) -> None:
        """Write a page that leads on, once it is known that something is there."""
        target = self.site.find(response.location or "", address)

        # What leads on is a page.
        is_page = not self.is_file(address) and address != MISSING

        if target is None or target.address == address or not is_page:
            self.settle(address, False)
        elif self.found.get(target.address):
            self.settle(address, True)
            self.lead(address, target)
        elif target.address in self.waiting or not self.want(target.address):
            self.settle(address, False)
        else:
            self.waiting.add(address)
            self.queue.extendleft((address, target.address))

    def lead(self, here: str, target: Target) -> None:
        """Write a page that leads on without a server, unless only a slash is too
        many."""
        if self.site.names.find(here) == self.site.names.find(target.address):
            return

        page = make_moved_page(self.site.url(target), self.site.link(target, here))
        self.write(here, page.encode())

    def save(self, address: str, response: TestResponse) -> None:
        """Write an answer of the app, with links to files."""
        kind = response.mimetype

        if kind == "text/html":
            content = rewrite_page(response.text, PageLinks(self, address)).encode()
        elif kind == MANIFEST:
            link = partial(self.link_surely, address)
            content = rewrite_manifest(response.text, link).encode()
        elif kind in TEXTS:
            url = partial(self.url_or_none, address)
            content = rewrite_urls(response.text, self.site.own, url).encode()
        else:
            content = response.data

        self.write(address, content)

    def write(self, address: str, content: bytes) -> None:
        """Write a file."""
        self.folder.write(self.site.names.find(address), content)

    def link_surely(self, here: str, link: str) -> str:
        """A link that the blog itself made."""
        target = self.site.find(link, here)
        assert target is not None
        self.want(target.address)
        return self.site.link(target, here)

    def url_or_none(self, here: str, url: str) -> str | None:
        """A whole address; ``None`` if it is the blog's, and nothing is there."""
        target = self.site.find(url, "/")

        if target is None or not self.refer(target.address, here):
            return None

        return self.site.url(target)

    def refer(self, address: str, here: str) -> bool:
        """Have what a page links to read; return whether something may be there."""
        is_there = self.want(address)

        if not is_there:
            self.dead.add(address)
        elif self.found[address] is None:
            pages = self.referrers.setdefault(address, [])

            if not pages or pages[-1] != here:
                pages.append(here)

        return is_there

    def write_missing(self) -> None:
        """Write the page for what is not there, which may be anywhere."""
        response = self.fetch(NOWHERE)
        links = PageLinks(self, MISSING, self.site.link_from_anywhere)
        content = rewrite_page(response.text, links).encode()
        self.folder.write(MISSING[1:], content)


class PageLinks:
    """What becomes of the links of a page."""

    def __init__(
        self,
        crawl: Crawl,
        here: str,
        make: Callable[[Target], str] | None = None,
    ) -> None:
        self.crawl = crawl
        self.here = here
        self.make = make

    def link(self, link: str) -> str | None:
        """A link as the file has it; ``None`` if it leads nowhere."""
        if link.startswith("#"):
            return link

        target = self.crawl.site.find(link, self.here)

        if target is None:
            return link
        elif not self.crawl.refer(target.address, self.here):
            return None

        return (
            self.make(target) if self.make else self.crawl.site.link(target, self.here)
        )

    def url(self, url: str) -> str:
        """A whole address, as others get it; what is elsewhere stays."""
        # Not a description, say.
        is_whole = url.startswith(tuple(self.crawl.site.own))
        target = self.crawl.site.find(url, self.here) if is_whole else None

        if target is None:
            return url

        self.crawl.want(target.address)
        return self.crawl.site.url(target)
