"""The texts of WordPress as HTML: without its blocks, with paragraphs, and with what
its shortcodes stand for."""

import html
import re
from collections.abc import Mapping

from .wordpress_blocks import COMMENT
from .wordpress_files import Attachment
from .wordpress_files import Files

BLOCKS = (
    "address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure"
    "|footer|form|h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|section|summary|table"
    "|tbody|td|tfoot|th|thead|tr|ul"
)
OPENING = re.compile(rf"(<(?:{BLOCKS})\b)", re.IGNORECASE)
CLOSING = re.compile(rf"(</(?:{BLOCKS})>|<hr\b[^<>]*>)", re.IGNORECASE)
STARTS_BLOCK = re.compile(rf"</?(?:{BLOCKS})\b", re.IGNORECASE)
KEPT = re.compile(
    r"<(pre|script|style|textarea)\b(?:(?!<\1\b).)*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
KEPT_MARK = re.compile("\ue000(\\d+)\ue001")

BLOCK = re.compile(r"\s*/?wp:([\w/-]+)")
# Blocks that stand for nothing that a text would have.
SILENT = {"more", "nextpage", "separator", "spacer"}

ATTRIBUTE = re.compile(
    r"""(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s\]]+))"""
)
ENCLOSED = re.compile(
    r"(?<!\[)\[(caption|wp_caption|embed|audio|video)"
    r"((?:\s[^\[\]]*)?)\]((?:(?!\[\1\b).)*?)\[/\1\]",
    re.DOTALL,
)
CODE = re.compile(
    r"(?<!\[)\[(code|sourcecode)((?:\s[^\[\]]*)?)\]((?:(?!\[\1\b).)*?)\[/\1\]",
    re.DOTALL,
)
ALONE = re.compile(r"(?<!\[)\[(gallery|playlist|audio|video)((?:\s[^\[\]]*)?)/?\]")
OTHER = re.compile(r"\[/([a-z][\w-]{1,40})\]|\[([a-z][\w-]{1,40})\s+[\w-]+=[^\[\]]*\]")
ESCAPED = re.compile(r"\[(\[[^\[\]]*\])\]")
IMAGE = re.compile(r"<a\b[^<>]*>\s*<img\b[^<>]*>\s*</a>|<img\b[^<>]*>", re.IGNORECASE)
# Galleries that are shown in a text, and characters of them.
MAX_GALLERIES = 100
MAX_SHOWN = 2_000_000
# What shows files of the blog, as it lists them.
SHOWS = ("gallery", "playlist")
SOURCES = ("src", "mp3", "m4a", "ogg", "wav", "mp4", "webm", "ogv", "mov", "flv")


def clean_body(body: str, files: Files, own: str) -> tuple[str, list[str]]:
    """The text of a post as HTML, and what could not be taken of it.

    :param own: the id of the post
    """
    found = ((comment, BLOCK.match(comment)) for comment in COMMENT.findall(body))
    blocks = [(comment, block[1]) for comment, block in found if block]
    names = {name.rpartition("/")[2] for comment, name in blocks if comment[-1] == "/"}
    warnings = [f"the block “{name}” is not taken" for name in sorted(names - SILENT)]
    is_of_blocks = bool(blocks)
    text = CODE.sub(lambda match: show_code(match[2], match[3]), COMMENT.sub("", body))
    text, kept = put_aside(text)
    text = ENCLOSED.sub(lambda match: expand(match[1], match[2], match[3]), text)
    shown = Shown(files, own)
    text = ALONE.sub(
        lambda match: (
            shown.show(match) if match[1] in SHOWS else expand(match[1], match[2], "")
        ),
        text,
    )
    warnings += shown.warnings
    others = {first or second for first, second in OTHER.findall(text)}
    warnings += [f"the shortcode “{name}” stays as it is" for name in sorted(others)]
    text = ESCAPED.sub(r"\1", text)
    text = text if is_of_blocks else add_paragraphs(text)
    return put_back(text, kept), warnings


def autop(text: str) -> str:
    """A text in which blank lines mean paragraphs, and others new lines, as HTML."""
    text, kept = put_aside(text)
    return put_back(add_paragraphs(text), kept)


def put_aside(text: str) -> tuple[str, list[str]]:
    """A text without what is to stay as it is, as code is; and that."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    # Of private use: nobody writes these, and nothing is lost of who does.
    text = text.replace("\ue000", "").replace("\ue001", "")
    return KEPT.sub(keep, text), kept


def put_back(text: str, kept: list[str]) -> str:
    """The text with what was put aside."""
    return KEPT_MARK.sub(lambda match: kept[int(match[1])], text)


def add_paragraphs(text: str) -> str:
    """Paragraphs where blank lines are, and breaks where others end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = OPENING.sub(r"\n\n\1", text)
    text = CLOSING.sub(r"\1\n\n", text)
    text = KEPT_MARK.sub(r"\n\n\g<0>\n\n", text)
    parts = [part.strip() for part in re.split(r"\n[ \t]*\n", text)]
    return "\n\n".join(add_paragraph(part) for part in parts if part)


def add_paragraph(part: str) -> str:
    """A part between blank lines, as a paragraph if it is no block."""
    if STARTS_BLOCK.match(part):
        # What comes after its tag may have lines, too.
        tag, end, rest = part.partition(">")
        return tag + end + rest.strip().replace("\n", "<br>\n")
    elif KEPT_MARK.fullmatch(part):
        return part

    lines = re.sub(r"<br\s*/?>[ \t]*\n|\n", "<br>\n", part)
    return f"<p>{lines}</p>"


def read_attributes(text: str) -> dict[str, str]:
    """The attributes of a shortcode."""
    found = ATTRIBUTE.findall(text.replace("&quot;", '"').replace("”", '"'))
    return {name: "".join(values) for name, *values in found}


def expand(name: str, attributes: str, content: str) -> str:
    """What a shortcode stands for."""
    options = read_attributes(attributes)

    if name.endswith("caption"):
        return show_caption(options, content)

    source = next((options[key] for key in SOURCES if key in options), content.strip())
    return f"\n\n{link(source)}\n\n" if source else ""


def show_code(attributes: str, code: str) -> str:
    """A block of code, which may have been escaped before."""
    options = read_attributes(attributes)
    language = re.sub(r"\W", "", options.get("language", options.get("lang", "")))
    code = code.strip("\r\n")
    code = code if "&lt;" in code else html.escape(code)
    return f'\n\n<pre><code class="language-{language}">{code}</code></pre>\n\n'


def link(url: str) -> str:
    """A paragraph that leads to a file or a page that others show in theirs."""
    url = html.escape(html.unescape(re.sub(r"<[^<>]*>", "", url)).strip())
    return f'<p><a href="{url}">{url}</a></p>'


def show_caption(options: Mapping[str, str], content: str) -> str:
    """An image with what stands below it."""
    image = IMAGE.search(content)

    if image is None:
        return content

    caption = content.replace(image[0], "", 1).strip()
    caption = caption or html.escape(html.unescape(options.get("caption", "")))
    return f"<figure>{image[0]}<figcaption>{caption}</figcaption></figure>"


class Shown:
    """The galleries and playlists of a text.

    :param own: the id of the post
    """

    def __init__(self, files: Files, own: str) -> None:
        self.files = files
        self.own = own
        self.warnings: dict[str, None] = {}
        self.number = 0
        self.room = MAX_SHOWN

    def show(self, match: re.Match[str]) -> str:
        """The images of a gallery, or links to what a playlist plays; one of too many,
        or of too much, stays as it is."""
        name, attributes = match.groups()
        is_gallery = name == "gallery"
        self.number += 1

        if self.number > MAX_GALLERIES:
            return self.leave(match)

        options = read_attributes(attributes)
        found = self.files.find_gallery(options, self.own, is_gallery)
        parts = []

        for one in filter(None, found):
            parts.append(show_image(one) if is_gallery else link(one.url))
            self.room -= len(parts[-1])

            if self.room < 0:
                return self.leave(match)

        if None in found:
            self.warn(f"its {name} has files that the export does not list")

        return "\n\n" + "\n\n".join(parts) + "\n\n"

    def leave(self, match: re.Match[str]) -> str:
        """The shortcode itself."""
        self.warn(f"a {match[1]} is too much for a text, and stays as it is")
        return match[0]

    def warn(self, warning: str) -> None:
        """Say something, once."""
        self.warnings[warning] = None


def show_image(attachment: Attachment) -> str:
    """A file of a gallery."""
    url, alt = html.escape(attachment.url), html.escape(attachment.alt)
    caption = attachment.caption
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{url}" alt="{alt}">{below}</figure>'
