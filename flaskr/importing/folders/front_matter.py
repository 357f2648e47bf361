"""What stands before the text of a post, as the programs that make blogs of folders
write it: YAML, TOML, JSON, or lines with a colon."""

import json
import re
import typing as t

from .formats import BrokenFront
from .formats import lower
from .formats import parse_yaml
from .formats import read_json
from .formats import read_toml

# Characters.
MAX_FRONT = 100_000

# What ends, on a line of its own, what begins with it.
FENCES = {"---": r"(?:---|\.\.\.)", "+++": r"\+\+\+", ";;;": ";;;"}
HEADER = re.compile(r"(?P<key>\w[\w .-]{0,60}?)[ \t]*:(?:[ \t]+(?P<value>.*))?", re.A)
# After such lines, Hexo and Bear Blog have one of these; Hexo, after YAML, the first.
END_OF_OPEN = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
END_OF_HEADERS = re.compile(r"(?:-{3,}|_{3,})[ \t]*")
# The first of them. "Note: …" begins a text.
FIRST_KEYS = frozenset(
    "title date slug category categories tags tag author authors summary status"
    " modified lang template layout link published_date created".split()
)
ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
# A value that goes on in the next line.
OPEN = re.compile(r"\[[^\]]*$|\{|[|>][+-]?\d?\s*$")
QUOTED = re.compile(r"([\"'])(.*)\1")

# Of a mapping, what is its name.
NAMES = ("name", "title", "src", "url")
# Of a list, within another one, too: in YAML, a name may stand for a long one.
MAX_ITEMS = 300

TRUE = ("true", "yes", "on", "1")
FALSE = ("false", "no", "off", "0")


class Front(t.NamedTuple):
    """A front matter, its keys in lower case, and the text after it."""

    values: dict[str, t.Any]
    body: str
    #: ``yaml``, ``toml``, ``json``, ``headers``, or the empty string.
    kind: str = ""
    warnings: tuple[str, ...] = ()


def split(text: str) -> Front:
    """Split a file into its front matter and its text.

    :raise BrokenFront: if it is none that can be read
    """
    first, _, rest = text.partition("\n")
    end = FENCES.get(first.rstrip())

    if end is None:
        return split_json(text) or split_open(text) or split_headers(text)

    match = re.compile(rf"^{end}[ \t]*$", re.MULTILINE).search(rest)

    if match is None:
        # A rule.
        return Front({}, text)

    front, body = rest[: match.start()], rest[match.end() :].lstrip("\n")

    if len(front) > MAX_FRONT:
        raise BrokenFront("the front matter is too long", 1)
    elif first.startswith("-"):
        return read_yaml(front)._replace(body=body)
    elif first.startswith("+"):
        return Front(lower(read_toml(front)), body, "toml")

    # Hexo leaves the braces out.
    is_whole = front.lstrip().startswith("{")
    return Front(lower(read_json(front if is_whole else f"{{{front}}}")), body, "json")


def split_json(text: str) -> Front | None:
    """Split a file that begins with an object, as Hugo's may."""
    if not re.match(r'\{\s*"', text):
        return None

    try:
        values, end = json.JSONDecoder().raw_decode(text[:MAX_FRONT])
    except (ValueError, RecursionError) as e:
        line = getattr(e, "lineno", 1)
        raise BrokenFront(f"the front matter is no JSON: {e}", line) from e

    return Front(lower(values), text[end:].lstrip("\n"), "json")


def read_yaml(text: str) -> Front:
    """What YAML after the first line of a file says; if people wrote it so that it is
    none, such as a title with ": ", what its lines say.

    :raise BrokenFront: if they say nothing
    """
    try:
        return Front(lower(parse_yaml(text)), "", "yaml")
    except BrokenFront as e:
        found = read_lines(text.split("\n"))

        if found is None:
            raise

        warning = f"Its front matter was read line by line: {e}."
        return Front(found, "", "yaml", (warning,))


def read_lines(lines: list[str]) -> dict[str, t.Any] | None:
    """What lines with a colon, or with items below one, say; ``None`` if there are
    others."""
    values: dict[str, t.Any] = {}
    key = ""

    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue

        match = HEADER.fullmatch(line)

        if match and OPEN.match(match["value"] or ""):
            return None
        elif match:
            key = match["key"].lower()
            values[key] = read_value(match["value"] or "")
        elif key and (item := ITEM.fullmatch(line)):
            before = values[key] if isinstance(values[key], list) else []
            values[key] = [*before, read_value(item[1])]
        else:
            return None

    return values


def read_value(text: str) -> t.Any:
    """A value as it is meant: without quotes; a list, if it is in brackets."""
    text = text.strip()

    if text.startswith("[") and text.endswith("]"):
        return [read_value(part) for part in text[1:-1].split(",") if part.strip()]

    match = QUOTED.fullmatch(text)
    return match[2] if match else text


def split_open(text: str) -> Front | None:
    """Split a file that begins with YAML, as Hexo's may, which needs no first line of
    hyphens; ``None`` if what is before the others is none, or has an empty line."""
    first = HEADER.fullmatch(text.partition("\n")[0])
    match = END_OF_OPEN.search(text, 0, MAX_FRONT)

    if not (first and match and first["key"].lower() in FIRST_KEYS):
        return None

    front, values = text[: match.start()], None

    if not re.search(r"\n[ \t]*\n", front):
        try:
            values = parse_yaml(front)
        except BrokenFront:
            values = read_lines(front.split("\n"))

    if not isinstance(values, dict):
        return None

    return Front(lower(values), text[match.end() :].lstrip("\n"), "headers")


def split_headers(text: str) -> Front:
    """Split a file that begins with lines with a colon, as Pelican's and Bear Blog's;
    what is indented goes on with a value."""
    values: dict[str, str] = {}
    key, at = "", 0

    while at < len(text) and at < MAX_FRONT:
        end = text.find("\n", at)
        line, after = (text[at:], len(text)) if end < 0 else (text[at:end], end + 1)
        match = HEADER.fullmatch(line)

        if match and (values or match["key"].lower() in FIRST_KEYS):
            key = match["key"].lower()
            values[key] = (match["value"] or "").strip()
        elif values and line.startswith((" ", "\t")) and line.strip():
            values[key] = f"{values[key]}\n{line.strip()}".strip()
        else:
            break

        at = after

    if not values:
        return Front({}, text)

    body = text[at:].lstrip("\n")
    end_of_headers = END_OF_HEADERS.match(body)
    body = body[end_of_headers.end() :].lstrip("\n") if end_of_headers else body
    return Front(values, body, "headers")


def as_text(value: t.Any) -> str:
    """A value as a text; of a list or a mapping, its first text or its name."""
    if isinstance(value, list):
        return as_text(value[0]) if value else ""
    elif isinstance(value, dict):
        return as_text(next((value[k] for k in NAMES if k in value), ""))

    return "" if value is None else str(value).strip()


def as_list(value: t.Any, separator: str = ",") -> list[str]:
    """A value as texts, each once; a text is split by a pattern."""
    if isinstance(value, dict):
        parts = [as_text(value)]
    elif isinstance(value, list):
        # Hexo's categories are lists, one within another.
        nested = [v if isinstance(v, list) else [v] for v in value[:MAX_ITEMS]]
        parts = [as_text(part) for some in nested for part in some[:MAX_ITEMS]]
    else:
        parts = re.split(separator, as_text(value))

    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def as_bool(value: t.Any, default: bool = False) -> bool:
    """A value as a boolean."""
    text = as_text(value).lower()
    return text in TRUE if text in (*TRUE, *FALSE) else default
