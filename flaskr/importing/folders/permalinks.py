"""The addresses that programs gave to what they made of files."""

import re
import typing as t
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urljoin

from . import hexo
from .address_dates import find_hugo_parts
from .address_dates import find_parts
from .blogs import Blog
from .blogs import PATTERNS
from .blogs import Program
from .front_matter import as_list
from .front_matter import as_text
from .slugs import escape
from .slugs import hyphenate
from .slugs import sanitize
from .slugs import separate
from .slugs import shorten
from .texts import split_language
from .texts import Text

PART = re.compile(r":([a-z_]+|\d+)|\{(\w+)(?::(%[^}]+))?\}")
# Of Hugo's patterns, such as ":sections[1:]".
SLICE = re.compile(r":sections\[(\d{0,2}|last)(:?)(\d{0,2}|last)\]")
# Those of Python's formats that Pelican's patterns have.
FORMATS = re.compile(r"(?:%[YmdbBjyHMS]|[-_/.])+")
ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)

Values = dict[str, t.Any]


def find_addresses(
    blog: Blog, text: Text, values: Values, created: datetime
) -> list[str]:
    """Where a text was, the address of its own first; none, if that can't be known.

    :param values: of its front matter
    """
    own = find_own(blog, text, values, created)
    others = [*as_list(values.get("aliases")), *as_list(values.get("alias"))]
    others += as_list(values.get("redirect_from"))

    if blog.program is Program.PLAIN:
        # What Obsidian calls so are names.
        others = [other for other in others if other.startswith("/")]
    elif blog.program is Program.HUGO:
        # Relative ones begin where the text is.
        others = [join(own.rstrip("/"), other) for other in others]

    found = [own, *(make_address(blog, other) for other in others if other)]

    if blog.program is Program.JEKYLL and re.search(r"/[^/.?#]+$", own):
        # That is the file, and servers have it at both.
        found.insert(1, f"{own}.html")

    return list(dict.fromkeys(filter(None, found)))


def join(start: str, other: str) -> str:
    """Where a relative address leads; the empty string if it is none."""
    try:
        return other if other.startswith("/") else urljoin(start, other)
    except ValueError:
        return ""


def find_own(blog: Blog, text: Text, values: Values, created: datetime) -> str:
    """The address of a text's own, at which relative ones begin; the empty string, if
    that can't be known."""
    # These two take the day of the zone in which a date is written.
    is_as_written = blog.program in (Program.HUGO, Program.PELICAN)
    moment = created if is_as_written else created.astimezone(blog.zone)
    path = FINDERS[blog.program](blog, text, values, moment)
    return path and make_address(blog, path)


def make_address(blog: Blog, path: str) -> str:
    """The address of a path within a blog."""
    if ABSOLUTE.match(path):
        return path

    path = re.sub("/{2,}", "/", path).lstrip("/")
    return f"{blog.address or blog.base}{path}"


def fill(pattern: str, parts: dict[str, str]) -> str:
    """A pattern such as ``/:year/:title/`` with its parts; the empty string, if it has
    others."""
    unknown = False

    def replace(match: re.Match[str]) -> str:
        nonlocal unknown
        key = match[1] or match[2]
        unknown |= key not in parts
        return escape(parts.get(key, ""))

    path = PART.sub(replace, pattern)
    return "" if unknown else re.sub("(?<!:)/{2,}", "/", path)


def find_jekyll(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Jekyll showed a text."""
    own = as_text(values.get("permalink"))
    pattern = PATTERNS.get(own, own) or blog.permalinks[""]

    if text.kind == "page":
        ending = "/" if blog.permalinks[""].endswith("/") else ".html"
        path = re.sub("(^|/)index$", r"\1", text.slug)
        folder, _, name = text.slug.rpartition("/")
        parts = {"path": folder, "basename": name, "title": name, "output_ext": ".html"}
        made = f"/{path}{ending}" if path and path == text.slug else f"/{path}"
        return fill(own, parts) if own else made

    # Of these two, the latter may have spaces in it.
    several = as_list(values.get("categories"), r"\s+")
    categories = [*text.sections, *several, *as_list(values.get("category"), "$")]
    categories = [part.lower() for part in categories]
    slug = as_text(values.get("slug")) or text.slug
    return fill(
        pattern,
        find_parts(moment)
        | {
            "title": hyphenate(slug, "._~!$&'()+,;=@"),
            "slug": hyphenate(slug.lower()),
            "categories": "/".join(dict.fromkeys(categories)),
            "slugified_categories": "/".join(dict.fromkeys(map(hyphenate, categories))),
            "output_ext": ".html",
        },
    )


def find_hexo(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Hexo showed a text."""
    if own := as_text(values.get("permalink")):
        return own
    elif text.kind == "page":
        is_folder = re.search("(^|/)index$", text.slug)
        return f"/{text.slug[: -len('index')] if is_folder else f'{text.slug}.html'}"

    categories = values.get("categories") or values.get("category")
    default = blog.options["default_category"] or "uncategorized"
    return fill(
        blog.permalinks[""],
        hexo.find_own_parts(values)
        | find_parts(moment)
        | {
            "title": text.slug,
            "name": text.slug.rpartition("/")[2],
            "post_title": separate(as_text(values.get("title"))).lower(),
            "category": hexo.find_category(categories, default),
            "hash": hexo.make_hash(text.slug, moment),
        },
    )


def find_hugo(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Hugo showed a text."""
    language = mark_language(blog, text.language)

    if url := as_text(values.get("url")):
        return url if url.startswith("/") else f"{language}/{url}"

    # In front of what a pattern makes, "+" is left out, and in names it is not.
    slug = as_text(values.get("slug"))
    title = sanitize(as_text(values.get("title")))
    name = sanitize(text.slug)
    sections = [sanitize(section, "+") for section in text.sections]
    section = "".join(sections[:1])
    parts = find_parts(moment) | find_hugo_parts(moment)
    parts |= {
        "title": title,
        # Not that of the file, as where there is no pattern.
        "slug": sanitize(slug) or title or name,
        "filename": name,
        "slugorfilename": sanitize(slug) or name,
        "contentbasename": name,
        "slugorcontentbasename": sanitize(slug) or name,
        "section": section,
        "sections": "/".join(sections[: text.depth]),
    }

    if pattern := blog.permalinks.get(section):
        path = fill(slice_sections(pattern, sections[: text.depth]), parts)
        return path.strip("/") and f"{language}/{path}"

    path = "/".join([*sections, sanitize(slug or text.slug, "+")])
    return f"{language}/{escape(path)}/"


def slice_sections(pattern: str, sections: list[str]) -> str:
    """A pattern of Hugo's with the parts of the path that it has by their numbers."""

    def replace(match: re.Match[str]) -> str:
        start, colon, stop = match.groups()
        first = len(sections) - 1 if start == "last" else int(start or 0)
        last = len(sections) - 1 if stop == "last" else int(stop or len(sections))
        end = last if colon else first + 1
        return "/".join(sections[first:end])

    return SLICE.sub(replace, pattern)


def find_list_address(blog: Blog, name: str) -> str:
    """Where Hugo showed the list of a section, by the name of the file above it."""
    folder, _, file = name[len(blog.root) :].rpartition("/")
    _, language = split_language(blog, file.rpartition(".")[0])
    path = f"{'/'.join(sanitize(part, '+') for part in folder.split('/'))}/"
    path = path.removeprefix(f"{blog.language}/")
    return make_address(blog, f"{mark_language(blog, language)}/{path}")


def mark_language(blog: Blog, language: str) -> str:
    """What the addresses of Hugo's texts in a language begin with."""
    return f"/{language}" if language not in ("", blog.language) else ""


def find_pelican(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Pelican showed a text."""
    if own := as_text(values.get("url")) or as_text(values.get("save_as")):
        return own

    options = blog.options
    is_unicode = options["slugify_use_unicode"] == "True"
    # Its own way is from the title, and not from the name of the file.
    source = text.slug if options["slugify_source"] == "basename" else ""
    title = source or as_text(values.get("title")) or text.slug
    author = next(iter(find_names(values)), options["author"])
    language = as_text(values.get("lang")) or blog.language
    category = as_text(values.get("category")) or find_category(blog, text)
    parts = {
        "slug": as_text(values.get("slug")) or shorten(title, is_unicode),
        "category": shorten(category, is_unicode),
        "author": shorten(author, is_unicode),
        "lang": language,
    }

    def format_date(match: re.Match[str]) -> str:
        is_date = match[2] == "date" and FORMATS.fullmatch(match[3] or "")
        return f"{moment:{match[3]}}" if is_date else match[0]

    mark = "" if language == blog.language else "_lang"
    kind = "page" if text.kind == "page" else "article"
    return fill(PART.sub(format_date, blog.permalinks[f"{kind}{mark}_url"]), parts)


def find_names(values: Values) -> list[str]:
    """Who wrote a text of Pelican's."""
    names = as_text(values.get("author")) or as_text(values.get("authors"))
    return as_list(names, ";" if ";" in names else ",")


def find_category(blog: Blog, text: Text) -> str:
    """The category of a text of Pelican's that names none."""
    is_folder = blog.options["use_folder_as_category"] != "False"
    folder = text.sections[-1] if text.sections and is_folder else ""
    return folder or blog.options["default_category"] or "misc"


def find_plain(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Bear Blog and others showed a text, if its front matter says it; else its
    name in the folder, so that others lead to it."""
    named = (as_text(values.get(key)) for key in ("permalink", "link", "url"))
    # A post about a page of somebody else's has that for its link.
    own = next((path for path in named if path and not ABSOLUTE.match(path)), "")
    slug = as_text(values.get("slug"))
    return own or (f"/{slug}/" if slug else f"/{text.name}")


FINDERS: dict[Program, Callable[[Blog, Text, Values, datetime], str]] = {
    Program.JEKYLL: find_jekyll,
    Program.HEXO: find_hexo,
    Program.HUGO: find_hugo,
    Program.PELICAN: find_pelican,
    Program.PLAIN: find_plain,
}
