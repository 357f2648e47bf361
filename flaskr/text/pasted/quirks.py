"""What is peculiar to the programs that HTML comes from: Word's lists, titles and
footnotes, Google's and others'."""

import re
import typing as t
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from ..links import is_allowed_url
from .blocks import HEADINGS
from .styles import Declarations

# Levels of lists that are told apart.
MAX_LEVELS = 9
MAX_URL = 2000

LIST = re.compile(r"l\d+ level(\d)")
NUMBER = re.compile(r"\(?(?:(\d{1,9})|[a-z]|[ivxlc]+)[.)]", re.IGNORECASE)
REDIRECT = re.compile(r"https?://(?:www\.)?google\.[a-z.]+/url\?")

# The ids of footnotes and of the places that refer to them, as Word, Docs, LibreOffice,
# GitHub and others have them.
NOTE = re.compile(
    r"_?(ftn|edn|ftnt|(?:user-content-)?fn[:-]?)(\d{1,4})(?:-[\da-f]{8,64})?"
)
LIBRE_NOTE = re.compile(r"(sdfootnote|sdendnote)(\d{1,4})(?:sym)?")
BACK = re.compile(
    r"_?(?:ftnref|ednref|ftnt_ref)\d{1,4}|sd(?:foot|end)note\d{1,4}anc"
    r"|(?:user-content-)?fnref[:-]?\d{1,4}(?:[-:][\da-f]{1,64})*"
)

LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|brush:)[-\s]?([\w+#-]{1,20})"
)

TITLES = {"msotitle": "h1", "title": "h1"}
QUOTES = frozenset(("msoquote", "msointensequote"))
# Marks beside headings, which are not part of a text.
ANCHORS = frozenset(
    ("headerlink", "header-anchor", "anchorjs-link", "heading-anchor")
    + ("mw-editsection", "hash-link", "sr-only")
)
# What they show.
SIGNS = frozenset(("", "#", "¶", "§", "🔗", "⚓", "☍", "∞"))

# What says in MathML that a formula is there in TeX, too, and what else has its text.
TEX = "application/x-tex"
MATH = frozenset(("mi", "mn", "mo", "ms", "mtext"))

# What stands beside code on pages, or above it: mostly the numbers of its lines.
GUTTERS = frozenset(
    ("gutter", "linenos", "lineno", "rouge-gutter")
    + ("pre-numbering", "code-block-extension-header")
)
# Where the address of an image is; first of one that is loaded once it is seen.
SOURCES = ("data-actualsrc", "data-original", "data-src", "src")
# The level of an item within the first one, as Quill's class says it.
INDENT = re.compile(r"(?:^|\s)ql-indent-([1-8])(?:\s|$)")
# The level of a list, as Dropbox Paper's class says it.
LIST_INDENT = re.compile(r"(?:^|\s)listindent([1-9])(?:\s|$)")

RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def find_heading(tag: str, attributes: dict[str, str]) -> str:
    """The tag of a heading that an element is, or the empty string."""
    level = attributes.get("aria-level", "")

    if tag in HEADINGS:
        return tag
    elif attributes.get("role") == "heading" and level in ("", *"123456"):
        return f"h{level or 2}"
    elif tag in ("p", "div"):
        names = attributes.get("class", "").lower().split()
        return next((TITLES[name] for name in names if name in TITLES), "")

    return ""


def is_quote(attributes: dict[str, str]) -> bool:
    """Whether a paragraph is one of Word's quotations."""
    return not QUOTES.isdisjoint(attributes.get("class", "").lower().split())


def is_anchor(attributes: dict[str, str]) -> bool:
    """Whether an element only leads to the heading that it stands beside."""
    return not ANCHORS.isdisjoint(attributes.get("class", "").lower().split())


def is_sign(text: str) -> bool:
    """Whether the text of a link is none but a sign for one."""
    return text.strip().strip("\u200b\ufe0e\ufe0f") in SIGNS


def is_formula(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element has a formula in TeX, beside its MathML."""
    return name == "annotation" and attributes.get("encoding") == TEX


def is_hidden(attributes: dict[str, str], declarations: Declarations) -> bool:
    """Whether nothing of an element is seen, or only what another one says better."""
    return (
        "hidden" in attributes
        # KaTeX's, beside its MathML.
        or "katex-html" in attributes.get("class", "").split()
        or declarations.get("display") == "none"
        or declarations.get("mso-hide") == "all"
    )


def find_level(declarations: Declarations) -> int:
    """The level in a list that a paragraph of Word has; 0: it is in none."""
    match = LIST.match(declarations.get("mso-list", ""))
    return int(match[1]) if match else 0


def find_list_level(attributes: dict[str, str]) -> int:
    """The level that a list of Yuque, Slack or Dropbox Paper says it has; 0 for all
    others."""
    for name in ("data-lake-indent", "ne-level", "data-indent"):
        if name in attributes:
            return min(read_count(attributes[name], MAX_LEVELS, 0) + 1, MAX_LEVELS)

    if match := LIST_INDENT.search(attributes.get("class", "")):
        return int(match[1])

    names = attributes.get("class", "").split()
    return 1 if "list" in attributes or "ne-ul" in names or "ne-ol" in names else 0


def find_item_level(attributes: dict[str, str]) -> int:
    """The level that an item says it has, as of OneNote and Quill; at least 1."""
    if match := INDENT.search(attributes.get("class", "")):
        return int(match[1]) + 1

    return read_count(attributes.get("aria-level"), MAX_LEVELS)


def is_gutter(attributes: dict[str, str]) -> bool:
    """Whether an element is no part of the code that it stands beside."""
    return not GUTTERS.isdisjoint(attributes.get("class", "").split())


def find_source(attributes: dict[str, str]) -> str:
    """The URL of an image, or the empty string for one that is not on the web."""
    for name in SOURCES:
        source = attributes.get(name, "").strip()
        url = clean_url(f"https:{source}" if source.startswith("//") else source)

        if url and not url.startswith("mailto:"):
            return url

    return ""


def has_tasks(attributes: dict[str, str]) -> bool:
    """Whether a list is one of Confluence's tasks."""
    return "inline-task-list" in attributes.get("class", "").split()


def read_task(
    attributes: dict[str, str], declarations: Declarations, is_task: bool
) -> bool | None:
    """Whether an item is done; ``None`` if it is no task.

    :param is_task: whether all items of its list are tasks
    """
    if attributes.get("role") == "checkbox":
        return attributes.get("aria-checked") == "true"
    elif "--en-checked" in declarations:
        # Evernote.
        return declarations["--en-checked"] == "true"
    elif "data-checked" in attributes:
        return attributes["data-checked"] == "true"

    return "checked" in attributes.get("class", "").split() if is_task else None


def read_number(marker: str) -> int | None:
    """The number before an item, 1 for a letter; ``None`` if it is none."""
    match = NUMBER.match(marker.strip())
    return int(match[1] or 1) if match else None


def read_count(text: str | None, most: int, least: int = 1) -> int:
    """A number of an attribute, between bounds."""
    match = re.match(r"\s*(\d{1,9})", text or "")
    return min(max(int(match[1]), least), most) if match else max(least, 1)


def clean_url(url: str) -> str:
    """The URL of a link, without Google's detour, or the empty string for one that
    leads nowhere outside of the program."""
    url = "".join(url.split("\n")).strip()

    if REDIRECT.match(url):
        asked = parse_qs(urlsplit(url).query)
        url = next(iter(asked.get("q", asked.get("url", []))), url)

    is_absolute = re.match(r"https?://|mailto:", url, re.IGNORECASE)
    return url if is_absolute and len(url) <= MAX_URL and is_allowed_url(url) else ""


def find_language(attributes: dict[str, str]) -> str:
    """The language of code, as its element says."""
    match = LANGUAGE.search(attributes.get("class", "").lower())
    names = ("data-language", "data-lang")
    found = (attributes[name] for name in names if attributes.get(name))
    return match[1] if match else next(found, "").lower()


class Reference(t.NamedTuple):
    """What a link in a text with footnotes leads to."""

    name: str
    is_back: bool


def find_reference(href: str) -> Reference | None:
    """The footnote that a link leads to, or back from."""
    fragment = href.partition("#")[2]

    if BACK.fullmatch(fragment):
        return Reference("", True)

    name = find_note(fragment)
    return Reference(name, False) if name else None


def find_note(id: str) -> str:
    """The name of the footnote that an element with an id is, or the empty string."""
    match = NOTE.fullmatch(id) or LIBRE_NOTE.fullmatch(id)

    if match is None:
        return ""

    is_end = match[1] in ("edn", "sdendnote")
    return f"{'end' if is_end else ''}{int(match[2])}"


def raise_text(text: str, where: str) -> str:
    """Text above or below the line, in characters that are, if there are such."""
    table = RAISED if where == "super" else LOWERED
    return text.translate(table) if all(ord(c) in table for c in text) else text
