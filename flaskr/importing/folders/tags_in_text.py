"""The tags that programs add to Markdown, as Markdown: Jekyll's, Hexo's and Hugo's."""

import re
import typing as t
from bisect import bisect_left
from collections.abc import Callable

from .links_in_markdown import write_link
from .tag_writers import BLOCKS
from .tag_writers import EMBEDDED
from .tag_writers import LINKS
from .tag_writers import QUOTES
from .tag_writers import read_arguments
from .tag_writers import TAGS
from .tag_writers import write_text_link

# One of Hugo's that is shown, and not run: without the marks of a comment.
HIDDEN = r"\{\{[<%]/\*(?:(?!\*/[>%]\}\}|\{\{)(?s:.)){0,1000}\*/[>%]\}\}"
# Liquid's and Hexo's tags, Liquid's values, and Hugo's shortcodes.
TAG = re.compile(
    r"\{%-?\s*(?P<name>\w+)(?P<args>[^{}]{0,500}?)-?%\}"
    rf"|(?P<hidden>{HIDDEN})"
    r"|\{\{[<%]\s*(?P<code>(?:/\s*)?[\w/.-]+)(?P<values>[^{}]{0,1000}?)/?\s*[>%]\}\}"
    r"|\{\{-?\s*(?P<output>[^{}<%][^{}]{0,300}?)-?\}\}"
)
FILTERED = re.compile(
    r"[\"'](?P<path>[^\"']*)[\"']\s*\|\s*"
    r"(?:relative_url|absolute_url|prepend:\s*site\.(?:baseurl|url))"
    r"(?:\s*\|\s*prepend:\s*site\.url)?\s*"
)
# Quotations within each other.
MAX_DEPTH = 4
# What a value is of, without its filters.
VALUE = re.compile(r"[\w.]+(?=\s*(?:\||$))")
SITE = re.compile(r"(?:site|config)\.(?:baseurl|url|root)\s*")


class Tagged(t.NamedTuple):
    """A text without the tags, and those that are kept, as sentences."""

    text: str
    warnings: tuple[str, ...]


# The address and the title of the text that a tag names.
Resolve = Callable[[str], tuple[str, str]]


class Replacer:
    """Replaces the tags of one text.

    :param warns_of: the kinds of tags that are none in other programs' texts
    :param depth: of quotations that the text is in
    """

    def __init__(
        self,
        text: str,
        resolve: Resolve,
        warns_of: t.Collection[str],
        depth: int = 0,
    ) -> None:
        self.text = text
        self.resolve = resolve
        self.warns_of = warns_of
        self.depth = depth
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

        if not match["name"]:
            content = re.sub(HIDDEN, show_hidden, content)

        if find_name(match) in QUOTES and self.depth < MAX_DEPTH:
            inner = Replacer(content, self.resolve, self.warns_of, self.depth + 1)
            content, warnings = inner.replace()
            self.warnings += warnings

        return BLOCKS[find_name(match)](arguments, content)

    def write(self, match: re.Match[str]) -> str:
        """What a tag without an end shows."""
        name = find_name(match)

        if match["hidden"]:
            return show_hidden(match)
        elif match["output"]:
            return self.write_output(match)

        arguments = read_arguments(match["args"] or match["values"] or "")

        if name in TAGS:
            return TAGS[name](arguments)
        elif name in EMBEDDED and (value := "/".join(arguments.values[:2])):
            return f"<{EMBEDDED[name].format(arguments.named.get('id', value))}>"
        elif name in EMBEDDED and "id" in arguments.named:
            return f"<{EMBEDDED[name].format(arguments.named['id'])}>"
        elif name in LINKS and (link := write_text_link(arguments)):
            return link
        elif name in ("post_url", "post_path", "post_link", "link", "ref", "relref"):
            address, title = self.resolve(arguments.get(0, "path"))

            if address and name == "post_link":
                words = [v for v in arguments.values[1:] if v not in ("true", "false")]
                return write_link(" ".join(words) or title, address)
            elif address:
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


def show_hidden(match: re.Match[str]) -> str:
    """A shortcode without the marks of a comment in it."""
    return f"{match[0][:3]}{match[0][5:-5]}{match[0][-3:]}"


def replace_tags(text: str, resolve: Resolve, warns_of: t.Collection[str]) -> Tagged:
    """Replace the tags of a text.

    :param resolve: gives the address and the title of a text that a tag names, or
        empty strings
    :param warns_of: ``liquid`` or ``shortcode``, if those that are not known are tags
    """
    if "{" not in text:
        return Tagged(text, ())

    return Replacer(text, resolve, warns_of).replace()
