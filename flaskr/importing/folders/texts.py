"""Which files of a folder are posts, pages and drafts, as each program has them."""

import re
import typing as t
from collections.abc import Callable
from pathlib import PurePosixPath

from ..files import Files
from ..records import Left
from ..records import NotReadable
from .blogs import Blog
from .blogs import ENDINGS
from .blogs import is_text
from .blogs import Program
from .hexo import find_slug

HTML = (".html", ".htm")
# What programs make posts of, too, and nothing here reads.
OTHERS = {
    **dict.fromkeys((".rst", ".rest"), "reStructuredText"),
    **dict.fromkeys((".adoc", ".asciidoc", ".ad"), "AsciiDoc"),
    **dict.fromkeys((".pandoc", ".pdc"), "for Pandoc"),
    **dict.fromkeys((".mmd", ".mmark"), "another Markdown"),
    **dict.fromkeys((".rmd", ".rmarkdown"), "R Markdown, which is a program"),
    ".textile": "Textile",
    ".org": "Org",
    ".mdx": "MDX, which is a program",
    ".ipynb": "a notebook",
}

DATE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[-_ ]+(?=\S)|$)")
IN_JEKYLL = re.compile(r"(?P<above>(?:.*/)?)_(?P<kind>posts|drafts)/(?P<below>.*)")
LANGUAGE = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2}(?:-[A-Za-z]{2,4})?)")
LANGUAGE_FOLDER = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)
# What names of files say nothing with: the folder is the name.
NO_NAMES = ("index", "text", "readme")

Found = Left | None


class Text(t.NamedTuple):
    """A file with a text.

    :param slug: the name of it that addresses have
    :param date: in its name, or the empty string
    :param sections: the folders that it is in, which some programs take for categories
    :param depth: how many of those have a list of their own
    """

    name: str
    kind: t.Literal["post", "draft", "page"]
    slug: str
    date: str = ""
    sections: tuple[str, ...] = ()
    language: str = ""
    depth: int = 1

    @property
    def is_html(self) -> bool:
        """Whether it is HTML."""
        return self.name.lower().endswith(HTML)


def find_text(blog: Blog, files: Files, name: str) -> Text | Left | None:
    """What a file is: a text, one that is not taken, or none at all."""
    if not name.startswith(blog.root):
        return None

    path = PurePosixPath(name[len(blog.root) :])

    if path.suffix.lower() in OTHERS and is_shown(blog, files, name, path):
        what = OTHERS[path.suffix.lower()]
        return Left("text", name, f"it is {what}, and not read here")

    return FINDERS[blog.program](blog, files, name, path)


def is_shown(blog: Blog, files: Files, name: str, path: PurePosixPath) -> bool:
    """Whether a program looks for posts or pages where a file is."""
    if blog.program not in (Program.JEKYLL, Program.HEXO):
        return True
    elif path.parts[0].startswith("_") or "_posts" in path.parts:
        return not {"_posts", "_drafts"}.isdisjoint(path.parts)

    # A page of Jekyll's has a front matter.
    return blog.program is Program.HEXO or has_front(files, name)


def has_front(files: Files, name: str) -> bool:
    """Whether a file begins as those with YAML do."""
    try:
        with files.open(name) as file:
            return file.read(4).startswith((b"---\n", b"---\r"))
    except NotReadable:
        return False


def split_date(stem: str) -> tuple[str, str]:
    """The date that a name begins with, and what follows."""
    match = DATE.match(stem)
    return (match[1], stem[match.end() :]) if match else ("", stem)


def has_text(path: PurePosixPath) -> bool:
    """Whether a file is Markdown or HTML."""
    return path.suffix.lower() in (*ENDINGS, *HTML)


def find_jekyll(
    blog: Blog, files: Files, name: str, path: PurePosixPath
) -> Text | Found:
    """A text of Jekyll's."""
    match = IN_JEKYLL.fullmatch(path.as_posix())

    if not has_text(path):
        return None
    elif match is None:
        return find_jekyll_page(name, path)

    below = PurePosixPath(match["below"])
    date, slug = split_date(below.stem)
    # Of those without a date, Jekyll shows none.
    kind: t.Literal["post", "draft"] = (
        "post" if match["kind"] == "posts" and date else "draft"
    )
    sections = PurePosixPath(match["above"]).parts
    return Text(name, kind, slug or below.stem, date, sections)


def find_jekyll_page(name: str, path: PurePosixPath) -> Text | Found:
    """A page of Jekyll's."""
    if path.parts[0].startswith("_"):
        is_collection = path.parts[0] not in ("_site", "_layouts", "_includes", "_data")
        reason = f"it is in the collection {path.parts[0]}, not among the posts"
        return Left("text", name, reason) if is_collection and has_text(path) else None

    return find_page(name, path)


def find_page(name: str, path: PurePosixPath) -> Text | Left:
    """A page of Jekyll's or Hexo's."""
    if not is_text(name):
        return Left("page", name, "it is HTML with the design of the blog in it")

    return Text(name, "page", path.with_suffix("").as_posix())


def find_hexo(blog: Blog, files: Files, name: str, path: PurePosixPath) -> Text | Found:
    """A text of Hexo's."""
    if not has_text(path):
        return None

    kinds: dict[str, t.Literal["post", "draft"]] = {
        "_posts": "post",
        "_drafts": "draft",
    }
    kind = kinds.get(path.parts[0])

    if kind:
        below = PurePosixPath(*path.parts[1:]).with_suffix("")
        date, _ = split_date(below.name)
        slug = find_slug(blog.options["new_post_name"], below.as_posix())
        return Text(name, kind, slug, date)
    elif path.parts[0].startswith("_"):
        return None

    return find_page(name, path)


def find_hugo(blog: Blog, files: Files, name: str, path: PurePosixPath) -> Text | Found:
    """A text of Hugo's, which may be a folder with its images."""
    if not has_text(path):
        return None

    stem, language = split_language(blog, path.stem)
    folder = path.parent
    sections = folder.parts

    if stem == "_index":
        return Left("list", name, "it stands above the list of a section")
    elif is_in_bundle(blog, files, folder.parent if stem == "index" else folder):
        return Left("text", name, "it is a part of the page that its folder is for")
    elif stem == "index" and sections:
        *above, stem = sections
        sections = tuple(above)

    depth = count_listed(blog, files, folder)

    if sections and is_language(blog, sections[0]):
        language, *rest = sections[0].lower(), *sections[1:]
        sections = tuple(rest)
        depth -= 1

    is_page = not sections or sections[0] in ("page", "pages")
    kind: t.Literal["post", "page"] = "page" if is_page else "post"
    slug = "" if is_page and stem == "index" else stem
    date, _ = split_date(stem)
    return Text(name, kind, slug, date, sections, language, max(depth, 1))


def split_language(blog: Blog, stem: str) -> tuple[str, str]:
    """The name of a file of Hugo's without its ending and its language, and that."""
    match = LANGUAGE.fullmatch(stem)

    if match and is_language(blog, match["language"]):
        return match["stem"], match["language"].lower()

    return stem, ""


def is_language(blog: Blog, folder: str) -> bool:
    """Whether the texts in a folder of Hugo's are those of a language."""
    is_one = blog.languages is None or folder.lower() in blog.languages
    return is_one and bool(LANGUAGE_FOLDER.fullmatch(folder))


def is_in_bundle(blog: Blog, files: Files, folder: PurePosixPath) -> bool:
    """Whether a folder of Hugo's, or one that it is in, is for one text."""
    return any(
        f"{blog.root}{place}/index{ending}" in files.found
        for place in (folder, *folder.parents)
        if len(place.parts) > 1 or place.parts and not is_language(blog, place.name)
        for ending in (*ENDINGS, *HTML)
    )


def count_listed(blog: Blog, files: Files, folder: PurePosixPath) -> int:
    """How many folders down to one are sections of Hugo's: as far as one has a list."""
    return next(
        (
            len(place.parts)
            for place in (folder, *folder.parents)
            for ending in (*ENDINGS, *HTML)
            if f"{blog.root}{place}/_index{ending}" in files.found
        ),
        0,
    )


def find_pelican(
    blog: Blog, files: Files, name: str, path: PurePosixPath
) -> Text | Found:
    """A text of Pelican's."""
    if path.suffix.lower() in HTML:
        return Left("text", name, "it is HTML, not Markdown")
    elif not is_text(name):
        return None

    date, _ = split_date(path.stem)
    is_page = path.parts[0] == "pages"
    kind: t.Literal["post", "page"] = "page" if is_page else "post"
    return Text(name, kind, path.stem, date, () if is_page else path.parts[:-1])


def find_plain(
    blog: Blog, files: Files, name: str, path: PurePosixPath
) -> Text | Found:
    """A text of a folder that no program is known for."""
    if path.suffix.lower() in HTML:
        return Left("text", name, "it is HTML, not Markdown")
    elif not is_text(name):
        return None

    stem = path.stem

    if stem.lower() in NO_NAMES and len(path.parts) > 1:
        stem = path.parts[-2].removesuffix(".textbundle")

    date, rest = split_date(stem)
    return Text(name, "post", rest or stem, date)


FINDERS: dict[Program, Callable[[Blog, Files, str, PurePosixPath], Text | Found]] = {
    Program.JEKYLL: find_jekyll,
    Program.HEXO: find_hexo,
    Program.HUGO: find_hugo,
    Program.PELICAN: find_pelican,
    Program.PLAIN: find_plain,
}
