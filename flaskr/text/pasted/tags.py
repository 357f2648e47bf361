"""The tags and texts of HTML as programs put it on the clipboard, as browsers read it
(html.spec.whatwg.org/multipage/parsing.html), in one pass: each character is looked at
a few times, however broken the tags are. The standard library's parser takes the square
of the time for some that are not closed, in versions of Python that are in use."""

import html
import re
import typing as t


class Start(t.NamedTuple):
    """A start tag, with those of its attributes that are kept."""

    name: str
    attributes: dict[str, str]


class End(t.NamedTuple):
    """An end tag."""

    name: str


class StyleSheet(t.NamedTuple):
    """What is in a ``style`` element."""

    css: str


class Comment(t.NamedTuple):
    """What is in a comment."""

    text: str


Token = str | Start | End | StyleSheet | Comment

ATTRIBUTES = frozenset(
    "alt aria-checked aria-level checked class colspan content data-actualsrc"
    " data-aria-level data-checked data-indent data-lake-indent data-lang data-language"
    " data-original data-src encoding face height hidden href id list name ne-level"
    " role rowspan src start style type value width".split()
)

MARKUP = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?]|/(?![a-zA-Z]))"
    r"|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*))"
)
ATTRIBUTE = re.compile(
    r"[\s/]*(?:(?P<end>>)|(?P<name>[^\s/>][^\s/>=]*)"
    r"""(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
    r"""|(?P<bare>[^\s>"'][^\s>]*)))?)"""
)

# Elements in which there are no tags.
RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in "iframe noembed noframes script style textarea title xmp".split()
}

# In an attribute, "&copy=" is what it seems to be.
ENTITY = re.compile(r"&#?\w{1,32};")

# Numbers that no character has, and that Python may refuse to read.
LONG_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


def tokenize(source: str, names: t.Container[str] = ATTRIBUTES) -> t.Iterator[Token]:
    """Yield the tokens of HTML. What is in a tag or a comment that does not end is left
    out, as browsers do.

    :param names: of the attributes that are kept
    """
    position = 0

    while match := MARKUP.search(source, position):
        if match.start() > position:
            yield unescape(source[position : match.start()])

        is_start = match["name"] and not match["end"]
        token: Token | None

        if is_start:
            token, position = read_start(source, match, names)
        else:
            token, position = read_other(source, match)

        if isinstance(token, Start) and token.name in RAW:
            # The end tag is read as any other.
            begin, end = position, RAW[token.name].search(source, position)
            position = end.start() if end else len(source)
            css = source[begin:position]
            yield StyleSheet(css) if token.name == "style" else token
        elif token:
            yield token

    if position < len(source):
        yield unescape(source[position:])


def read_other(source: str, match: re.Match[str]) -> tuple[Token | None, int]:
    """An end tag or a comment, and the place after it; ``None`` for anything else."""
    is_comment = bool(match["comment"])
    # "<!-->" is a whole one.
    begin = match.start() + 2 if is_comment else match.end()
    mark = "-->" if is_comment else ">"
    end = source.find(mark, begin)

    if end < 0:
        return None, len(source)
    elif is_comment:
        return Comment(source[match.end() : end].strip()), end + len(mark)

    name = match["name"]
    return End(name.lower()) if name else None, end + len(mark)


def read_start(
    source: str, match: re.Match[str], names: t.Container[str]
) -> tuple[Start | None, int]:
    """A start tag and the place after it; ``None`` if it has no end."""
    attributes: dict[str, str] = {}
    position = match.end()

    while found := ATTRIBUTE.match(source, position):
        position = found.end()

        if found["end"]:
            return Start(match["name"].lower(), attributes), position

        name = found["name"].lower()

        if name in names and name not in attributes:
            value = found["double"] or found["single"] or found["bare"] or ""
            attributes[name] = ENTITY.sub(lambda entity: unescape(entity[0]), value)

    return None, len(source)


def unescape(text: str) -> str:
    """Text with the characters that entities stand for."""
    return html.unescape(LONG_NUMBER.sub("\ufffd", text)) if "&" in text else text
