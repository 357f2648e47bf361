"""The addresses that programs gave to what they made of files."""

import re
import typing as t
import unicodedata
from collections.abc import Callable
from datetime import datetime

from .blogs import Blog
from .blogs import PATTERNS
from .blogs import Program
from .front_matter import as_list
from .front_matter import as_text
from .texts import Text

PART = re.compile(r":([a-z_]+)|\{(\w+)(?::(%[^}]+))?\}")
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

    found = [own, *(make_address(blog, other) for other in others)]
    return list(dict.fromkeys(filter(None, found)))


def find_own(blog: Blog, text: Text, values: Values, created: datetime) -> str:
    """The address of a text's own, at which relative ones begin; the empty string, if
    that can't be known."""
    path = FINDERS[blog.program](blog, text, values, created.astimezone(blog.zone))
    return path and make_address(blog, path)


def make_address(blog: Blog, path: str) -> str:
    """The address of a path within a blog."""
    if ABSOLUTE.match(path):
        return path

    path = re.sub("/{2,}", "/", path).lstrip("/")
    return f"{blog.address or blog.base}{path}"


def slugify(name: str) -> str:
    """A name in an address, as most programs have it: words and hyphens."""
    name = unicodedata.normalize("NFC", name).strip().lower()
    return re.sub(r"[^\w]+", "-", name).strip("-")


def fold(name: str) -> str:
    """A name without accents, as far as something is left."""
    parts = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in parts if not unicodedata.combining(c))
    return plain if plain.isascii() else name


def fill(pattern: str, parts: dict[str, str]) -> str:
    """A pattern such as ``/:year/:title/`` with its parts; the empty string, if it has
    others."""
    unknown = False

    def replace(match: re.Match[str]) -> str:
        nonlocal unknown
        key = match[1] or match[2]
        unknown |= key not in parts
        return parts.get(key, "")

    path = PART.sub(replace, pattern)
    return "" if unknown else re.sub("(?<!:)/{2,}", "/", path)


def find_parts(moment: datetime) -> dict[str, str]:
    """The parts of a date."""
    return {
        "year": f"{moment:%Y}",
        "short_year": f"{moment:%y}",
        "month": f"{moment:%m}",
        "i_month": str(moment.month),
        "day": f"{moment:%d}",
        "i_day": str(moment.day),
        "y_day": f"{moment:%j}",
        "hour": f"{moment:%H}",
        "minute": f"{moment:%M}",
        "second": f"{moment:%S}",
        "short_month": f"{moment:%b}",
        "long_month": f"{moment:%B}",
        "short_day": f"{moment:%a}",
        "long_day": f"{moment:%A}",
        "week": f"{moment:%V}",
        "w_year": f"{moment:%G}",
        "w_day": f"{moment:%u}",
    }


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

    # Of these two, one may have spaces in it.
    one = as_text(values.get("category"))
    categories = [one] if one else as_list(values.get("categories"), r"\s+")
    categories = [part.lower() for part in (*text.sections, *categories)]
    slug = as_text(values.get("slug")) or text.slug
    return fill(
        pattern,
        find_parts(moment)
        | {
            "title": slug,
            "slug": slugify(slug),
            "categories": "/".join(dict.fromkeys(categories)),
            "slugified_categories": "/".join(dict.fromkeys(map(slugify, categories))),
            "output_ext": ".html",
        },
    )


def find_hexo(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Hexo showed a text."""
    if text.kind == "page":
        is_folder = re.search("(^|/)index$", text.slug)
        return f"/{text.slug[: -len('index')] if is_folder else f'{text.slug}.html'}"

    own = as_text(values.get("permalink"))
    categories = [slugify(name) for name in as_list(values.get("categories"))]
    name = text.slug.rpartition("/")[2]
    return own or fill(
        blog.permalinks[""],
        find_parts(moment)
        | {
            "title": text.slug,
            "name": name,
            "post_title": slugify(as_text(values.get("title"))),
            "category": "/".join(categories) or "uncategorized",
        },
    )


def find_hugo(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Hugo showed a text."""
    has_language = text.language and text.language != blog.language
    language = f"/{text.language}" if has_language else ""

    if url := as_text(values.get("url")):
        return url if url.startswith("/") else f"{language}/{url}"

    slug = as_text(values.get("slug")) or text.slug
    slug = slug.strip().lower().replace(" ", "-")
    title = slugify(as_text(values.get("title")))
    section = text.sections[0].lower() if text.sections else ""
    parts = find_parts(moment) | {
        "title": title,
        # Not that of the file, as where there is no pattern.
        "slug": slug if values.get("slug") else title or slug,
        "filename": text.slug.lower(),
        "slugorfilename": slug,
        "contentbasename": text.slug.lower(),
        "slugorcontentbasename": slug,
        "section": section,
        "sections": "/".join(text.sections).lower(),
        "monthname": f"{moment:%B}".lower(),
        "yearday": str(int(f"{moment:%j}")),
    }

    if pattern := blog.permalinks.get(section):
        # Of ":sections[1:]", some are taken.
        path = "" if "[" in pattern else fill(pattern, parts)
        return path and f"{language}/{path}"

    folders = "/".join(text.sections).lower().replace(" ", "-")
    return f"{language}/{folders}/{slug}/"


def find_list_address(blog: Blog, name: str) -> str:
    """Where Hugo showed the list of a section, by the name of the file above it."""
    folder = name[len(blog.root) :].rpartition("/")[0]
    path = f"{folder.lower().replace(' ', '-')}/"
    return make_address(blog, path.removeprefix(f"{blog.language.lower()}/"))


def find_pelican(blog: Blog, text: Text, values: Values, moment: datetime) -> str:
    """Where Pelican showed a text."""
    if own := as_text(values.get("url")) or as_text(values.get("save_as")):
        return own

    # Its own way is from the title, and not from the name of the file.
    title = fold(as_text(values.get("title")) or text.slug)
    category = as_text(values.get("category")) or "".join(text.sections[-1:])
    parts = {
        "slug": as_text(values.get("slug")) or slugify(title),
        "category": slugify(category),
        "author": slugify(as_text(values.get("author"))),
        "lang": as_text(values.get("lang")),
    }

    def format_date(match: re.Match[str]) -> str:
        is_date = match[2] == "date" and FORMATS.fullmatch(match[3] or "")
        return f"{moment:{match[3]}}" if is_date else match[0]

    pattern = blog.permalinks["pages" if text.kind == "page" else ""]
    return fill(PART.sub(format_date, pattern), parts)


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
