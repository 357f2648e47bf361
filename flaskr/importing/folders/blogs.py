"""Which program makes a blog of a folder, and what its settings say of addresses."""

import ast
import re
import typing as t
from datetime import tzinfo
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..files import Files
from ..records import Left
from ..records import NotReadable
from .formats import BrokenFront
from .formats import lower
from .formats import parse_yaml
from .formats import read_json
from .formats import read_toml
from .front_matter import as_text
from .front_matter import split

MAX_SETTINGS = 200_000

ENDINGS = (
    *(".md", ".markdown", ".mkd", ".mdown", ".mkdn", ".mkdown", ".mdwn", ".mdtxt"),
    ".mdtext",
)
SITE = re.compile(r"https?://[\w.:-]+(?:/\S*)?")
DATED = re.compile(r"(?:^|/)_posts/(?:.*/)?\d{4}-\d{1,2}-\d{1,2}-[^/]*$")


class Program(StrEnum):
    """What makes a blog of a folder; PLAIN if none is known, such as notes."""

    JEKYLL = "Jekyll"
    HEXO = "Hexo"
    HUGO = "Hugo"
    PELICAN = "Pelican"
    PLAIN = "Markdown"


SETTINGS = {
    Program.JEKYLL: ("_config.yml", "_config.yaml", "_config.toml"),
    Program.HEXO: ("_config.yml", "_config.yaml"),
    Program.HUGO: tuple(
        f"{place}{name}.{ending}"
        for place in ("", "config/_default/")
        for name in ("hugo", "config")
        for ending in ("toml", "yaml", "yml", "json")
    ),
    # The latter says where it is published.
    Program.PELICAN: ("pelican.conf.py", "pelicanconf.py", "publishconf.py"),
    Program.PLAIN: (),
}
# Hugo has some of its settings in files of their own, by the names of these.
PARTS = {
    f"config/_default/{name}.{ending}": name
    for name in ("permalinks", "languages")
    for ending in ("toml", "yaml", "yml", "json")
}
# Where a folder is Hugo's, though its settings are missing.
OF_HUGO = ("archetypes/", "layouts/", "static/", "themes/")

# What Jekyll calls its patterns of addresses.
PATTERNS = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title.html",
}
# Pelican's, for texts in its language and in others, and for lists.
OF_PELICAN = {
    "article_url": "{slug}.html",
    "article_lang_url": "{slug}-{lang}.html",
    "page_url": "pages/{slug}.html",
    "page_lang_url": "pages/{slug}-{lang}.html",
    "tag_url": "tag/{slug}.html",
    "category_url": "category/{slug}.html",
    "author_url": "author/{slug}.html",
}
# What else its addresses are made of.
OPTIONS = (
    *("author", "default_category", "slugify_source", "slugify_use_unicode"),
    *("use_folder_as_category", "tag_dir", "category_dir"),
    "new_post_name",
)


class Blog(t.NamedTuple):
    """A blog, as far as its settings say.

    :param root: where its texts are, such as ``content/``
    :param address: of its front page, with a slash at the end; or the empty string
    :param base: the path of that, such as ``/`` or ``/blog/``
    :param permalinks: patterns of addresses, by section; the empty string: of all
    :param zone: of dates without one
    :param language: of texts whose names have none
    :param languages: those that there are, if settings say so
    :param options: what else of its settings addresses are made of
    """

    program: Program
    root: str
    zone: tzinfo
    address: str = ""
    base: str = "/"
    permalinks: dict[str, str] = {}
    language: str = ""
    languages: frozenset[str] | None = None
    options: dict[str, str] = {}


def is_text(name: str) -> bool:
    """Whether a file is Markdown, by its name."""
    return name.lower().endswith(ENDINGS)


def find_program(files: Files) -> Program:
    """The program that a folder is for."""
    names = files.names

    def has(*beginnings: str) -> bool:
        return any(name.startswith(beginnings) for name in names)

    def has_settings(program: Program) -> bool:
        return any(name in files.found for name in SETTINGS[program])

    if has("source/_posts/"):
        is_hexo = has("scaffolds/", "package.json") or not any(map(DATED.search, names))
        return Program.HEXO if is_hexo else Program.JEKYLL
    elif any(re.search(r"(^|/)_(posts|drafts)/", name) for name in names):
        return Program.JEKYLL
    elif not has("content/"):
        return Program.PLAIN
    elif has_settings(Program.PELICAN):
        return Program.PELICAN
    elif has_settings(Program.HUGO) or has(*OF_HUGO):
        return Program.HUGO

    return Program.PELICAN if has_headers(files) else Program.HUGO


def has_headers(files: Files) -> bool:
    """Whether the first text begins as Pelican's do."""
    first = next(filter(is_text, files.names), "")

    try:
        return bool(first) and split(files.read_text(first)).kind == "headers"
    except (NotReadable, BrokenFront):
        return False


def find_blog(files: Files, zone: tzinfo) -> tuple[Blog, list[Left]]:
    """A blog, and which of its settings can't be read.

    :param zone: of dates without one, if the settings have none
    """
    program = find_program(files)
    values: dict[str, t.Any] = {}
    left = []

    parts = PARTS if program is Program.HUGO else {}

    for name in (*SETTINGS[program], *parts):
        if name in files.found:
            try:
                found = read_settings(files, name)
                values |= {parts[name]: found} if name in parts else found
            except (NotReadable, BrokenFront) as e:
                left.append(Left("settings", name, str(e)))

    return make_blog(program, files, values, zone), left


def read_settings(files: Files, name: str) -> dict[str, t.Any]:
    """The settings of a file, by their names in lower case.

    :raise NotReadable: if it is no text
    :raise BrokenFront: if it is of another format
    """
    text = files.read_text(name, MAX_SETTINGS)

    if name.endswith(".py"):
        return read_assignments(text)
    elif name.endswith(".toml"):
        return lower(read_toml(text))
    elif name.endswith(".json"):
        return lower(read_json(text))

    return lower(parse_yaml(text))


def read_assignments(text: str) -> dict[str, t.Any]:
    """The names in Python that stand for a text. Nothing is run.

    :raise BrokenFront: if it is no Python
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        line = getattr(e, "lineno", None) or 1
        raise BrokenFront(f"line {line}: this is no Python", line) from e

    return {
        target.id.lower(): node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def make_blog(
    program: Program, files: Files, values: dict[str, t.Any], zone: tzinfo
) -> Blog:
    """A blog of its settings, by their names in lower case."""
    address = next(
        (
            as_text(values[key])
            for key in ("url", "baseurl", "siteurl")
            if key in values
        ),
        "",
    )
    parts = urlsplit(address if SITE.fullmatch(address) else "")
    path = parts.path

    if program is Program.JEKYLL:
        path = as_text(values.get("baseurl"))
    elif program is Program.HEXO:
        path = as_text(values.get("root")) or path

    base = f"/{path.strip('/')}/".replace("//", "/")
    # Hugo's are small in addresses.
    language = as_text(values.get("defaultcontentlanguage")).lower()
    language = language or as_text(values.get("default_lang")) or "en"
    return Blog(
        program,
        find_root(program, files),
        find_zone(values, zone),
        f"{parts.scheme}://{parts.netloc}{base}" if parts.netloc else "",
        base,
        find_permalinks(program, values),
        language,
        frozenset((*lower(values.get("languages")), language)) if values else None,
        {key: as_text(values.get(key)) for key in OPTIONS},
    )


def find_root(program: Program, files: Files) -> str:
    """The folder of texts, with its slash."""
    roots = {Program.JEKYLL: "", Program.PLAIN: "", Program.HEXO: "source/"}
    is_octopress = any(name.startswith("source/") for name in files.names)

    if program is Program.JEKYLL and is_octopress:
        return "source/"

    return roots.get(program, "content/")


def find_zone(values: dict[str, t.Any], zone: tzinfo) -> tzinfo:
    """The zone that settings name; without, the one given."""
    try:
        return ZoneInfo(as_text(values.get("timezone")) or "-")
    except (ValueError, OSError, KeyError):
        return zone


def find_permalinks(program: Program, values: dict[str, t.Any]) -> dict[str, str]:
    """The patterns of addresses, by section; the empty string: of all."""
    if program is Program.JEKYLL:
        pattern = as_text(values.get("permalink")) or "date"
        return {"": PATTERNS.get(pattern, pattern)}
    elif program is Program.HEXO:
        return {"": as_text(values.get("permalink")) or ":year/:month/:day/:title/"}
    elif program is Program.PELICAN:
        return {
            key: as_text(values.get(key)) or pattern
            for key, pattern in OF_PELICAN.items()
        }

    found = lower(values.get("permalinks"))
    # Since Hugo 0.131, those of pages are one deeper.
    pages = found.get("page")
    found = lower(pages) if isinstance(pages, dict) else found
    return {key: as_text(value) for key, value in found.items()}
