"""What texts refer to, from where they are: files of the archive, and other texts."""

import re
import typing as t
from collections.abc import Callable
from posixpath import normpath
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urljoin

from ...text.pasted.escapes import write_address
from ..files import Files
from .blogs import Blog
from .blogs import ENDINGS
from .blogs import is_text
from .blogs import Program
from .hexo import find_slug
from .links_in_markdown import write_image
from .links_in_markdown import write_link
from .lists import find_pelican_list
from .texts import HTML
from .texts import LANGUAGE
from .texts import LANGUAGE_FOLDER

# Those of links and images in Markdown, and below it.
TARGET = re.compile(
    r"(?P<before>\]\([ \t]*)(?:<(?P<pointed>[^<>\n]{0,2000})>"
    r"|(?P<bare>(?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000}))"
    r"|(?P<label>^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*)<?(?P<defined>[^\s<>]{1,2000})>?",
    re.MULTILINE,
)
WIKI = re.compile(
    r"(?P<image>!?)\[\[(?P<name>[^\[\]\n|#^]{0,300})(?P<rest>[#^][^\[\]\n|]{0,300})?"
    r"(?:\|(?P<alias>[^\[\]\n]{0,300}))?\]\]"
)
IN_HTML = re.compile(
    r"(?P<before>\s(?:src|href|poster)\s*=\s*)"
    r"(?:\"(?P<double>[^\"<>]{0,2000})\"|'(?P<single>[^'<>]{0,2000})')",
    re.IGNORECASE,
)
# Pelican's, and its old way.
MARKED = re.compile(r"[{|](?P<kind>\w+)[}|](?P<path>.*)", re.DOTALL)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|$", re.IGNORECASE)
IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|heic|bmp|tiff?)$", re.IGNORECASE)
# The width that Obsidian's images have.
WIDTH = re.compile(r"\d{1,5}(?:x\d{1,5})?")

# Where programs have what is at the top of a blog.
TOPS = ("", "static/", "source/", "content/", "public/", "assets/")

# What folders are called by in addresses, and not these.
INDEXES = ("", "index", "_index")


class Target(t.NamedTuple):
    """Where a text is, and what it is called; both are empty for none."""

    address: str = ""
    title: str = ""


# The text of a file, by its name.
FindTarget = Callable[[str], Target]


class References:
    """Finds what the texts of a blog refer to."""

    def __init__(self, blog: Blog, files: Files, find_target: FindTarget) -> None:
        self.blog = blog
        self.files = files
        self.find_target = find_target
        # By what Obsidian and Hugo call files.
        self.named: dict[str, str] = {}

        for name in reversed(files.names):
            last = name.rpartition("/")[2].lower()
            self.named[last] = name
            stem = last.rpartition(".")[0]

            if blog.program is Program.HEXO and is_text(name):
                slug = find_slug(blog.options["new_post_name"], stem)
                self.named.setdefault(slug, name)

            # A text rather than an image of the same name.
            if is_text(name) or not is_text(self.named.get(stem, "")):
                self.named[stem] = name

        for name in filter(is_text, files.names):
            folder, _, last = name.lower().rpartition("/")

            if last.startswith("index."):
                self.named.setdefault(folder.rpartition("/")[2], name)

    def find_file(self, path: str, folders: t.Iterable[str]) -> str:
        """The name of the file that a path leads to from one of some folders, or the
        empty string."""
        for folder in folders:
            name = normpath(f"{folder}/{path}" if folder else path).lstrip("/")

            if not name.startswith("..") and (found := self.files.find(name)):
                return found

        return ""

    def find_at_top(self, path: str) -> str:
        """The name of the file that a path from the top of the blog leads to."""
        base = self.blog.base.lstrip("/")
        paths = [path.lstrip("/")]

        if base and paths[0].startswith(base):
            paths.append(paths[0][len(base) :])

        for one in paths:
            if found := self.find_file(one, (top.rstrip("/") for top in TOPS)):
                return found

        return ""

    def find_media(self, reference: str) -> str:
        """The name of the file that an address or a path from the top leads to."""
        address = self.blog.address

        if address and reference.startswith(address):
            reference = reference[len(address) :]
        elif SCHEME.match(reference):
            return ""

        path = unquote(re.split("[?#]", reference)[0])
        return self.find_at_top(path)

    def resolve(self, reference: str, name: str, own: str) -> str:
        """Where a reference leads: an address, or a path from the top.

        :param name: of the text that has it
        :param own: the address of that
        """
        marked = MARKED.fullmatch(reference)
        target = marked["path"] if marked else reference

        if not marked and SCHEME.match(reference):
            return reference
        elif marked and marked["kind"] == "index":
            return self.blog.base
        elif marked and marked["kind"] in ("tag", "category", "author"):
            path = find_pelican_list(self.blog, marked["kind"], marked["path"])
            return f"{self.blog.base}{path}"

        match = re.match(r"([^?#]*)(.*)", target, re.DOTALL)
        path, rest = (unquote(match[1]), match[2]) if match else ("", "")
        folder = name.rpartition("/")[0]
        places = (folder, name.rpartition(".")[0])
        found = (
            self.find_at_top(path)
            if path.startswith("/")
            else self.find_file(path, places) or self.find_file(path, [self.blog.root])
        )

        if found and is_taken(found):
            return self.write_path(found, rest)
        elif path.startswith("/"):
            return target

        joined = urljoin(own, target)
        return joined if SCHEME.match(joined) else f"/{joined.lstrip('/')}"

    def write_path(self, name: str, rest: str = "") -> str:
        """What leads to a file: the address of a text, or a path from the top."""
        address = self.find_target(name).address
        return f"{address}{rest}" if address else f"/{quote(name)}"

    def find_text(self, reference: str, name: str) -> Target:
        """The text that a tag names, by its path or its name, and where in it.

        :param name: of the text that has the tag
        """
        path, sign, rest = reference.strip().partition("#")

        if not path:
            return Target(f"#{rest}" if rest else "")

        # Those of the same language come first.
        language = LANGUAGE.fullmatch(name.rpartition(".")[0])
        marks = (f".{language['language']}", "") if language else ("",)
        paths = [f"{path}{ending}" for mark in marks for ending in list_endings(mark)]
        folders = self.list_folders(name, is_absolute=path.startswith("/"))
        places = ((folder, one) for folder in folders for one in (path, *paths))
        texts = (self.find_file(one.lstrip("/"), [folder]) for folder, one in places)
        found = next(filter(None, texts), "") or self.find_named(path)
        address, title = self.find_target(found) if found else Target()
        return Target(address and f"{address}{sign}{rest}", title)

    def list_folders(self, name: str, is_absolute: bool) -> list[str]:
        """The folders at which a path in a tag may begin.

        :param name: of the text that has the tag
        """
        root = self.blog.root
        first = name[len(root) :].partition("/")[0]
        own = [] if is_absolute else [name.rpartition("/")[0]]
        tops = [f"{root}_posts", root]
        return (
            own
            + ([f"{root}{first}"] if LANGUAGE_FOLDER.fullmatch(first) else [])
            + tops
        )

    def find_named(self, path: str) -> str:
        """The name of the file that has the last name of a path."""
        last = path.rstrip("/").rpartition("/")[2].lower()
        return "" if last.partition(".")[0] in INDEXES else self.named.get(last, "")

    def replace_in_markdown(self, text: str, name: str, own: str) -> str:
        """Markdown outside of code with references that lead from everywhere."""

        def replace(match: re.Match[str]) -> str:
            reference = match["pointed"] or match["bare"] or match["defined"] or ""
            target = write_address(self.resolve(reference, name, own))
            return f"{match['before'] or match['label']}{target}"

        return TARGET.sub(replace, text)

    def replace_in_html(self, text: str, name: str, own: str) -> str:
        """HTML with references that lead from everywhere."""

        def replace(match: re.Match[str]) -> str:
            reference = (match["double"] or match["single"] or "").replace("&amp;", "&")
            target = self.resolve(reference, name, own)
            target = target.replace("&", "&amp;").replace('"', "%22")
            return f'{match["before"]}"{target}"'

        return IN_HTML.sub(replace, text)

    def replace_wiki_links(self, text: str, is_wiki: bool) -> str:
        """Markdown with the links of Bear and Obsidian as links.

        :param is_wiki: whether those that lead nowhere are meant to be ones
        """

        def replace(match: re.Match[str]) -> str:
            name = match["name"].strip()
            shown = match["alias"] or name or (match["rest"] or "").lstrip("#^")
            found = self.files.find(name) or self.named.get(
                name.rpartition("/")[2].lower(), ""
            )

            if not found:
                return shown if is_wiki else match[0]
            elif IMAGE.search(found):
                alt = "" if WIDTH.fullmatch(shown) or shown == name else shown
                return write_image(f"/{quote(found)}", alt)

            return write_link(shown, self.write_path(found))

        return WIKI.sub(replace, text)


def is_taken(name: str) -> bool:
    """Whether a file is a text or an image: others stay where they were."""
    return bool(IMAGE.search(name)) or is_text(name) or name.endswith(HTML)


def list_endings(mark: str) -> list[str]:
    """What may follow the path of a text in a tag, so that it is the name of a file.

    :param mark: of the language, such as ``.fr``
    """
    names = ("", "/index", "/_index")
    return [f"{name}{mark}{ending}" for name in names for ending in ENDINGS]
