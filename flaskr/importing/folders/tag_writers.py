"""What tags show, as Markdown, by their names."""

import re
import typing as t
from collections.abc import Callable

from ...text.pasted.escapes import write_block
from .links_in_markdown import write_image
from .links_in_markdown import write_link

ARGUMENT = re.compile(
    r"(?:(?P<key>[\w-]+)\s*=\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`"
    r"|(?P<bare>[^\s\"'`]+))"
)
# What is in quotes within others.
INNER = re.compile(r"[\"']([^\"']+)[\"']")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|www\.|/", re.IGNORECASE)
# Those of Hexo that are links with a text; one of them is another one in Jekyll.
LINKS = ("link", "a", "anchor", "url_for", "full_url_for")
# Where what a tag shows is, by its argument.
EMBEDDED = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "x": "https://twitter.com/i/status/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "jsfiddle": "https://jsfiddle.net/{}/",
    "codepen": "https://codepen.io/pen/{}",
}


class Arguments(t.NamedTuple):
    """What stands in a tag after its name."""

    values: list[str]
    named: dict[str, str]

    def get(self, number: int, *keys: str) -> str:
        """A value, by its number or by its name."""
        by_name = next((self.named[key] for key in keys if key in self.named), "")
        by_number = self.values[number] if number < len(self.values) else ""
        return by_name or by_number


def read_arguments(text: str) -> Arguments:
    """The values of a tag, in quotes or not."""
    values, named = [], {}

    for match in ARGUMENT.finditer(text):
        quoted = (match["double"] or "").replace('\\"', '"') or match["single"]
        value = quoted or match["tick"] or match["bare"] or ""

        if match["key"]:
            named[match["key"]] = value
        else:
            values.append(value)

    return Arguments(values, named)


def write_code(arguments: Arguments, content: str) -> str:
    """Code in a fence. Octopress and Hexo name the language anywhere."""
    named = (v[5:] for v in arguments.values if v.startswith("lang:"))
    is_title = any(":" in value for value in arguments.values)
    language = next(named, "") or ("" if is_title else arguments.get(0, "lang"))
    code = content.strip("\n").rstrip()
    return f"\n{write_block(code, language)}\n"


def write_quote(arguments: Arguments, content: str) -> str:
    """A quotation, and whose it is."""
    lines = content.strip().split("\n")

    if arguments.values:
        lines += ["", f"— {' '.join(arguments.values)}"]

    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"\n\n{quoted}\n\n"


def write_note(arguments: Arguments, content: str) -> str:
    """What a theme puts in a frame, whose arguments are for the looks."""
    return write_quote(Arguments([], {}), content)


def write_figure(arguments: Arguments) -> str:
    """An image of Hugo's."""
    named = arguments.named
    whose = named.get("attr", "")

    if link := named.get("attrlink", ""):
        whose = write_link(whose or link, link)

    parts = (named.get("title", ""), named.get("caption", ""), whose)
    caption = " ".join(filter(None, parts))
    return write_image(arguments.get(0, "src"), named.get("alt", ""), caption)


def write_asset(arguments: Arguments) -> str:
    """An image of Hexo's or Octopress': after names of classes, and before its size."""
    values = arguments.values
    is_source = [bool(re.search(r"\.\w{2,5}$|/", value)) for value in values]

    if True not in is_source:
        return ""

    at = is_source.index(True)
    words = [value for value in values[at + 1 :] if not re.fullmatch(r"\d+%?", value)]
    # A title and, after it, what it shows; both may be in one more pair of quotes.
    quoted = INNER.findall(words[-1]) if words else []
    alt = (quoted or words or [""])[-1].strip("\"'")
    return write_image(values[at], alt)


def write_text_link(arguments: Arguments) -> str:
    """A link of Hexo's: a text and where it leads; empty for the tags of others."""
    values = arguments.values
    at = next((n for n, value in enumerate(values) if ADDRESS.match(value)), 0)
    return write_link(" ".join(values[:at]), values[at]) if at else ""


def write_asset_link(arguments: Arguments) -> str:
    """A link to a file of Hexo's."""
    source = arguments.get(0)
    return write_link(" ".join(arguments.values[1:]) or source, source)


def skip(arguments: Arguments, content: str = "") -> str:
    """Nothing."""
    return ""


def show(arguments: Arguments, content: str) -> str:
    """What is in a tag."""
    return content


# Of Hexo's themes.
NOTES = ("note", "centerquote", "cq")
BLOCKS: dict[str, Callable[[Arguments, str], str]] = {
    "raw": show,
    "comment": skip,
    "highlight": write_code,
    "codeblock": write_code,
    "code": write_code,
    "blockquote": write_quote,
    "quote": write_quote,
    "pullquote": show,
    **dict.fromkeys(NOTES, write_note),
}
# Those in which other tags may be.
QUOTES = ("blockquote", "quote", "pullquote", *NOTES)
TAGS: dict[str, Callable[[Arguments], str]] = {
    "figure": write_figure,
    **dict.fromkeys(("asset_img", "asset_image", "img", "image"), write_asset),
    "iframe": lambda arguments: f"<{arguments.get(0)}>" if arguments.values else "",
    "asset_link": write_asset_link,
    "asset_path": lambda arguments: arguments.get(0),
}
