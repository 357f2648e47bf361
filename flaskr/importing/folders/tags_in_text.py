"""The tags that programs add to Markdown, as Markdown: Jekyll's, Hexo's and Hugo's."""

import re
import typing as t
from bisect import bisect_left
from collections.abc import Callable

from ...text.pasted.escapes import write_block
from .links_in_markdown import write_image
from .links_in_markdown import write_link

# Liquid's and Hexo's tags, Liquid's values, and Hugo's shortcodes.
TAG = re.compile(
    r"\{%-?\s*(?P<name>\w+)(?P<args>[^{}]{0,500}?)-?%\}"
    r"|\{\{(?P<hidden>[<%]/\*(?s:.){0,1000}?\*/[>%])\}\}"
    r"|\{\{[<%]\s*(?P<code>(?:/\s*)?[\w/.-]+)(?P<values>[^{}]{0,1000}?)/?\s*[>%]\}\}"
    r"|\{\{-?\s*(?P<output>[^{}<%][^{}]{0,300}?)-?\}\}"
)
ARGUMENT = re.compile(
    r"(?:(?P<key>[\w-]+)\s*=\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`"
    r"|(?P<bare>[^\s\"'`]+))"
)
FILTERED = re.compile(
    r"[\"'](?P<path>[^\"']*)[\"']\s*\|\s*"
    r"(?:relative_url|absolute_url|prepend:\s*site\.(?:baseurl|url))"
    r"(?:\s*\|\s*prepend:\s*site\.url)?\s*"
)
# What a value is of, without its filters.
VALUE = re.compile(r"[\w.]+(?=\s*(?:\||$))")
SITE = re.compile(r"(?:site|config)\.(?:baseurl|url|root)\s*")
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


class Tagged(t.NamedTuple):
    """A text without the tags, and those that are kept, as sentences."""

    text: str
    warnings: tuple[str, ...]


# The address of a file that a tag names.
Resolve = Callable[[str], str]


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


class Replacer:
    """Replaces the tags of one text.

    :param warns_of: the kinds of tags that are none in other programs' texts
    """

    def __init__(
        self, text: str, resolve: Resolve, warns_of: t.Collection[str]
    ) -> None:
        self.text = text
        self.resolve = resolve
        self.warns_of = warns_of
        self.warnings: list[str] = []
        self.matches = list(TAG.finditer(text))
        # Where tags are that end a block, by their names.
        self.ends: dict[str, list[int]] = {}

        for number, match in enumerate(self.matches):
            self.ends.setdefault(find_name(match), []).append(number)

    def replace(self) -> Tagged:
        """The text without the tags; for one call."""
        written: list[str] = []
        at = number = 0

        while number < len(self.matches):
            match = self.matches[number]
            written.append(self.text[at : match.start()])
            last = self.find_end(number)
            end = self.matches[last]

            if last > number:
                content = self.text[match.end() : end.start()]
                written.append(self.write_block(match, content))
            else:
                written.append(self.write(match))

            at = end.end()
            number = last + 1

        written.append(self.text[at:])
        return Tagged("".join(written), tuple(dict.fromkeys(self.warnings)))

    def find_end(self, number: int) -> int:
        """The number of the tag that ends what one begins: its own, if it has none."""
        name = find_name(self.matches[number])

        if name not in BLOCKS:
            return number

        is_liquid = bool(self.matches[number]["name"])
        ends = self.ends.get(f"end{name}" if is_liquid else f"/{name}", [])
        at = bisect_left(ends, number)
        return ends[at] if at < len(ends) else number

    def write_block(self, match: re.Match[str], content: str) -> str:
        """What a tag makes of what is in it."""
        arguments = read_arguments(match["args"] or match["values"] or "")
        return BLOCKS[find_name(match)](arguments, content)

    def write(self, match: re.Match[str]) -> str:
        """What a tag without an end shows."""
        name = find_name(match)

        if match["hidden"]:
            inner = match["hidden"]
            return f"{{{{{inner[0]}{inner[3:-3]}{inner[-1]}}}}}"
        elif match["output"]:
            return self.write_output(match)

        arguments = read_arguments(match["args"] or match["values"] or "")

        if name in TAGS:
            return TAGS[name](arguments)
        elif name in EMBEDDED and (value := "/".join(arguments.values[:2])):
            return f"<{EMBEDDED[name].format(arguments.named.get('id', value))}>"
        elif name in EMBEDDED and "id" in arguments.named:
            return f"<{EMBEDDED[name].format(arguments.named['id'])}>"
        elif name in ("post_url", "post_path", "link", "ref", "relref"):
            if address := self.resolve(arguments.get(0, "path")):
                return address

        return self.keep(match, "liquid" if match["name"] else "shortcode")

    def write_output(self, match: re.Match[str]) -> str:
        """A value of Liquid's."""
        output = match["output"]

        if SITE.fullmatch(output):
            return ""
        elif filtered := FILTERED.fullmatch(output):
            return filtered["path"]

        return self.keep(match, "liquid")

    def keep(self, match: re.Match[str], kind: str) -> str:
        """A tag as it is, with a warning that is the same for all of its name."""
        if kind in self.warns_of:
            self.warnings.append(f"It has {self.describe(match)}, kept as text.")

        return match[0]

    def describe(self, match: re.Match[str]) -> str:
        """A tag by its name, which is that of what it ends."""
        if match["output"]:
            value = VALUE.match(match["output"])
            return f"{{{{ {value[0] if value else '…'} }}}}"

        name = find_name(match)

        if not match["name"]:
            return f"{{{{< {name.lstrip('/')} >}}}}"

        begun = name.removeprefix("end")
        return f"{{% {begun if begun and begun in self.ends else name} %}}"


def find_name(match: re.Match[str]) -> str:
    """The name of a tag; of one that ends a block of Hugo's, with a slash before it."""
    return match["name"] or re.sub(r"\s", "", match["code"] or "")


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
    # A title and, after it, what it shows.
    return write_image(values[at], words[-1].strip("\"'") if words else "")


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


BLOCKS: dict[str, Callable[[Arguments, str], str]] = {
    "raw": show,
    "comment": skip,
    "highlight": write_code,
    "codeblock": write_code,
    "code": write_code,
    "blockquote": write_quote,
    "quote": write_quote,
    "pullquote": show,
}
TAGS: dict[str, Callable[[Arguments], str]] = {
    "figure": write_figure,
    "asset_img": write_asset,
    "img": write_asset,
    "asset_link": write_asset_link,
    "asset_path": lambda arguments: arguments.get(0),
}


def replace_tags(text: str, resolve: Resolve, warns_of: t.Collection[str]) -> Tagged:
    """Replace the tags of a text.

    :param resolve: gives the address of a file that a tag names, or the empty string
    :param warns_of: ``liquid`` or ``shortcode``, if those that are not known are tags
    """
    if "{" not in text:
        return Tagged(text, ())

    return Replacer(text, resolve, warns_of).replace()
