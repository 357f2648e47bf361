"""The HTML of posts before it becomes Markdown: with absolute addresses, and nothing
that Markdown can't say but a link can."""

import html
import re

from .links import resolve

TAG = re.compile(
    r"<(a|img|iframe|embed|video|audio|source|object)\b[^<>]*>", re.IGNORECASE
)
ADDRESS = re.compile(
    r"""(\s(?:href|src|data|poster)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""",
    re.IGNORECASE,
)
# What shows a page or a file of others, and is a link here.
FRAMES = ("iframe", "embed", "video", "audio", "source", "object")
VIDEO = re.compile(
    r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})(?:\?.*)?"
)
PLAYER = re.compile(r"https?://player\.vimeo\.com/video/(\d+)(?:\?.*)?")

# A larger one of the same image, which is shown anyway.
LINKED = re.compile(r"<a\b([^<>]*)>\s*(<img\b[^<>]*>)\s*</a>", re.IGNORECASE)
HREF = re.compile(r"""\shref\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE)
SOURCE = re.compile(r"""\ssrc\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE)
SCALED = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}\Z)")


def make_absolute(text: str, base: str, originals: dict[str, str]) -> str:
    """HTML in which each address is absolute, and what shows others' pages is a link.

    :param base: the address of the page
    :param originals: where to note what absolute addresses were
    """

    def replace(match: re.Match[str]) -> str:
        value = match[2] or match[3] or match[4] or ""
        address = resolve(html.unescape(value), base, originals)
        return f'{match[1]}"{html.escape(address)}"'

    def replace_tag(match: re.Match[str]) -> str:
        tag = ADDRESS.sub(replace, match[0])

        if match[1].lower() not in FRAMES:
            return tag

        found = {m[1].strip(" =\n\t").lower(): m[2] for m in ADDRESS.finditer(tag)}
        source = found.get("src") or found.get("data")
        return show_frame(html.unescape(source)) if source else tag

    return TAG.sub(replace_tag, text)


def show_frame(source: str) -> str:
    """A paragraph that leads to what was shown in a frame."""
    source = VIDEO.sub(r"https://www.youtube.com/watch?v=\1", source)
    source = html.escape(PLAYER.sub(r"https://vimeo.com/\1", source))
    return f'<p><a href="{source}">{source}</a></p>'


def unlink_images(text: str) -> str:
    """HTML without links from images to their own larger files."""

    def replace(match: re.Match[str]) -> str:
        found = HREF.search(match[1]), SOURCE.search(match[2])
        names = {name_file(one[1]) for one in found if one}
        return match[2] if all(found) and len(names) == 1 else match[0]

    return LINKED.sub(replace, text)


def name_file(url: str) -> str:
    """The name that a file has in all its sizes."""
    return SCALED.sub("", html.unescape(url).partition("?")[0].rpartition("/")[2])
