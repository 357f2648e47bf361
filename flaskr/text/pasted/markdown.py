"""Markdown of the HTML that was written of what was pasted: by markdownify, with our
own methods for what it leaves open or does otherwise than the renderer wants."""

import typing as t

import nh3
from bs4 import Tag
from bs4.element import PageElement
from markdownify import MarkdownConverter

from . import escapes

TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "hr", "img", "li", "ol"),
    *("p", "pre", "strong", "sup", "table", "td", "th", "tr", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {
    "a": {"href"},
    "code": {"class"},
    "div": {"id"},
    "img": {"alt", "src", "title"},
    "li": {"title"},
    "ol": {"class", "start"},
    "sup": {"id"},
    "ul": {"class"},
}

# What begins with a bracket.
BRACKETS = ("a", "sup")

Tags = set[str]


class Converter(MarkdownConverter):
    """Converts one text. Each method gets an element and the Markdown of what is in
    it."""

    def process_text(self, el: PageElement, parent_tags: Tags | None = None) -> str:
        """Text between two tags. Its spaces are as they shall be."""
        text, around = str(el), parent_tags or set()

        if around & {"code", "pre"}:
            return text

        following = el.next_sibling
        is_before_bracket = isinstance(following, Tag) and following.name in BRACKETS
        is_last = following is None or getattr(following, "name", "") == "br"
        text = escapes.escape(text, "a" in around, is_last)

        # "![" would be an image.
        if is_before_bracket and text.endswith("!"):
            text = f"{text[:-1]}\\!"

        return text

    def convert_a(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A link; one that says its own address needs no more."""
        url = str(el.get("href", ""))
        said = el.get_text()

        # The sanitizer leaves out those that no browser can read.
        if not url:
            return text
        elif said in (url, url.removeprefix("mailto:")) and not set(said) & set(" <>"):
            return f"<{said}>" if "@" in said or ":" in said else text

        return f"[{text}]({escapes.write_address(url)})"

    def convert_br(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A line break, which is one for the renderer."""
        return "\n"

    def convert_code(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Code in a line."""
        return text if "pre" in parent_tags else escapes.write_code(text)

    def convert_pre(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """Code in lines of its own."""
        code = t.cast(Tag, el.find("code"))
        language = " ".join(code.get("class") or ()).removeprefix("language-")
        return f"\n\n{escapes.write_block(text, language)}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """An image, with its caption as a title; nothing if its address cannot be
        read."""
        if not el.has_attr("src"):
            return ""

        alt = escapes.escape(str(el.get("alt", "")), is_in_link=True)
        title = escapes.write_title(str(el.get("title", "")))
        return f"![{alt}]({escapes.write_address(str(el['src']))}{title})"

    def convert_p(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A paragraph; the first one of an item begins beside its marker."""
        text = escapes.escape_lines(text)
        is_first = el.parent and el.parent.name == "li" and not el.previous_sibling
        return f"{text}\n" if is_first else f"\n\n{text}\n\n"

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: Tags) -> str:
        """A heading. Number signs at its end would be left out."""
        start, space, end = text.rpartition(" ")
        text = text if end.strip("#") else f"{start}{space}\\{end}"
        return f"\n\n{'#' * n} {text}\n\n" if text else ""

    def convert_blockquote(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A quotation."""
        lines = text.strip("\n").split("\n")
        quoted = "\n".join(f"> {line}".rstrip(" ") for line in lines)
        return f"\n\n{quoted}\n\n"

    def convert_div(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A footnote."""
        marker = f"[^{el.get('id')}]: "
        return f"\n\n{indent(marker, text, 4)}\n\n"

    def convert_sup(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """The number of a footnote."""
        return f"[^{el.get('id')}]"

    def convert_li(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """An item of a list, all of which begins below its own beginning."""
        parent = t.cast(Tag, el.parent)
        marker = "*" if parent.get("class") else "-"

        if parent.name == "ol":
            number = int(str(parent.get("start", "1")))
            marker = f"{number}{')' if parent.get('class') else '.'}"
            parent["start"] = str(number + 1)

        task = f"[{el['title']}] " if el.has_attr("title") else ""
        return f"{indent(f'{marker} ', task + text.strip(chr(10)), len(marker) + 1)}\n"

    def convert_list(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A list. Between two that follow each other, only their markers differ; one
        that does not begin with 1 would go on with a paragraph."""
        is_first = el.name == "ul" or text.startswith(("1.", "1)"))
        is_tight = el.parent is not None and el.parent.name == "li" and is_first
        gap = "\n" if is_tight else "\n\n"
        return f"{gap}{text.rstrip()}{gap}"

    convert_ul = convert_list
    convert_ol = convert_list

    def convert_td(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A cell."""
        text = " ".join(text.split("\n")).replace("|", "\\|")
        return f" {text} |" if text else " |"

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A row; what divides the first one from the others is below it."""
        row = f"|{text}\n"
        is_head = el.find("th") is not None
        return row + "|" + " --- |" * len(el.find_all("th")) + "\n" if is_head else row

    def convert_table(self, el: Tag, text: str, parent_tags: Tags) -> str:
        """A table."""
        return f"\n\n{text.strip(chr(10))}\n\n"


def indent(marker: str, text: str, width: int) -> str:
    """Lines behind a marker, the others as far to the right as it is wide."""
    lines = text.strip("\n").split("\n")
    indented = [f"{' ' * width}{line}" if line else "" for line in lines[1:]]
    return "\n".join((marker + lines[0], *indented)).rstrip()


def to_markdown(html: str) -> str:
    """The Markdown of HTML that :mod:`.html` has written, once it is sanitized."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return str(Converter().convert(clean)).strip("\n")
