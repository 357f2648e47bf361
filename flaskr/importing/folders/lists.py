"""Where programs listed the posts of a tag, a category or an author."""

import typing as t
from collections.abc import Iterator

from ..records import List
from .blogs import Blog
from .blogs import Program
from .front_matter import as_text
from .hexo import find_chains
from .permalinks import fill
from .permalinks import find_category
from .permalinks import find_names
from .permalinks import make_address
from .permalinks import mark_language
from .slugs import escape
from .slugs import hyphenate
from .slugs import sanitize
from .slugs import separate
from .slugs import shorten
from .texts import Text

Values = dict[str, t.Any]

# Jekyll itself has none: those of its plugins and themes.
OF_JEKYLL = (
    *("/tag/{}/", "/tags/{}/", "/category/{}/", "/categories/{}/"),
    *("/tags/#{}", "/categories/#{}", "/tags.html#{}", "/categories.html#{}"),
)
OF_HUGO = ("/tags/{}/", "/categories/{}/")


def find_lists(
    blog: Blog, text: Text, values: Values, tags: tuple[str, ...]
) -> tuple[List, ...]:
    """The lists that a text was in.

    :param values: of its front matter
    :param tags: its tags and its categories
    """
    if blog.program is Program.HEXO:
        found = find_hexo(blog, values, tags)
    elif blog.program is Program.PELICAN:
        found = find_pelican(blog, text, values, tags)
    else:
        found = find_others(blog, text, tags)

    return tuple(one._replace(address=make_address(blog, one.address)) for one in found)


def find_hexo(blog: Blog, values: Values, tags: tuple[str, ...]) -> Iterator[List]:
    """Those of Hexo, where a category is in the one before it, or in none of several
    lists of them."""
    top = blog.options["tag_dir"] or "tags"

    for tag in tags:
        yield List(f"/{top}/{separate(tag)}/", tag=tag)

    top = blog.options["category_dir"] or "categories"

    for chain in find_chains(values.get("categories") or values.get("category")):
        for number, name in enumerate(chain, 1):
            path = "/".join(map(separate, chain[:number]))
            yield List(f"/{top}/{path}/", tag=name)


def find_pelican(
    blog: Blog, text: Text, values: Values, tags: tuple[str, ...]
) -> Iterator[List]:
    """Those of Pelican."""
    category = as_text(values.get("category")) or find_category(blog, text)

    for tag in tags:
        yield List(find_pelican_list(blog, "tag", tag), tag=tag)

    yield List(find_pelican_list(blog, "category", category), tag=category)

    for author in find_names(values):
        yield List(find_pelican_list(blog, "author", author), author=author)


def find_pelican_list(blog: Blog, kind: str, name: str) -> str:
    """Where Pelican lists the texts of a ``tag``, a ``category`` or an ``author``."""
    is_unicode = blog.options["slugify_use_unicode"] == "True"
    parts = {"slug": shorten(name, is_unicode)}
    return fill(blog.permalinks[f"{kind}_url"], parts)


def find_others(blog: Blog, text: Text, tags: tuple[str, ...]) -> Iterator[List]:
    """Those of Jekyll and Hugo; what no program is known for has none."""
    language = mark_language(blog, text.language)

    for tag in tags:
        if blog.program is Program.JEKYLL:
            slug = escape(hyphenate(tag.lower()))
            yield from (List(pattern.format(slug), tag=tag) for pattern in OF_JEKYLL)
        elif blog.program is Program.HUGO:
            slug = escape(sanitize(tag, "+"))
            yield from (
                List(f"{language}{pattern.format(slug)}", tag=tag)
                for pattern in OF_HUGO
            )
