"""What CSS makes of a text, as far as Markdown can say it."""

import re
import typing as t

Declarations = dict[str, str]

PROPERTIES = frozenset(
    "--en-checked display font font-family font-size font-style font-weight"
    " mso-element mso-hide mso-list text-decoration text-decoration-line"
    " vertical-align white-space white-space-collapse".split()
)

# Rules of all style sheets, and characters of one, that are read.
MAX_RULES = 2000
MAX_SHEET = 300_000

SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:\.([\w-]+))?", re.IGNORECASE)
# The first font of a list that is there tells; the last one, of what kind they are.
MONOSPACED = re.compile(
    r"\bmono\b|^(?:sfmono|courier|consolas|menlo|monaco|inconsolata|hack$|fixedsys"
    r"|lucida console|(?:fira|source|cascadia) ?code)|^(?:ui-)?monospace$"
)
LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,9})?)(px|pt)")
BOLD = re.compile(r"(?:bold(?:er)?|[6-9]\d\d|1000)(?:\s*!important)?")
NOT_BOLD = re.compile(r"(?:normal|lighter|[1-5]\d\d)(?:\s*!important)?")

# Pixels of a point.
PIXELS = {"px": 1.0, "pt": 4 / 3}


class Format(t.NamedTuple):
    """How a text looks."""

    bold: bool = False
    italic: bool = False
    struck: bool = False
    is_code: bool = False
    # Only by its font.
    monospaced: bool = False
    keeps_lines: bool = False
    size: float = 0  # pixels; 0: not known
    # "super" or "sub"
    raised: str = ""


# What some tags do by themselves.
TAGS: dict[str, dict[str, t.Any]] = {
    **dict.fromkeys(("b", "strong"), {"bold": True}),
    **dict.fromkeys(("cite", "dfn", "em", "i", "var"), {"italic": True}),
    **dict.fromkeys(("del", "s", "strike"), {"struck": True}),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), {"is_code": True}),
    "pre": {"keeps_lines": True, "is_code": True},
    "sub": {"raised": "sub"},
    "sup": {"raised": "super"},
}


def parse_declarations(css: str) -> Declarations:
    """The declarations of a style that :data:`PROPERTIES` names."""
    found = {}

    for part in css.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()

        if colon and name in PROPERTIES:
            found[name] = value.strip().lower()

    return found


class Rules:
    """The rules of style sheets whose selectors are a tag, a class or both."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Declarations] = {}
        # Those of styles that elements have had, which are often the same.
        self.parsed: dict[str, Declarations] = {"": {}}

    def read(self, css: str) -> None:
        """Add the rules of a style sheet, up to a bound."""
        for rule in css[:MAX_SHEET].split("}"):
            selectors, _, body = rule.rpartition("{")
            # Within "@media" or behind a comment.
            selectors = re.split(r"[{;]|\*/|<!--", selectors)[-1]

            if declarations := parse_declarations(body):
                for selector in selectors.split(","):
                    self.add(selector.strip(), declarations)

    def add(self, selector: str, declarations: Declarations) -> None:
        """Add a rule, if its selector is a simple one."""
        match = SELECTOR.fullmatch(selector)

        if match and selector and len(self.found) < MAX_RULES:
            key = ((match[1] or "").lower(), match[2] or "")
            self.found[key] = self.found.get(key, {}) | declarations

    def find(self, tag: str, classes: str, style: str) -> Declarations:
        """The declarations of an element."""
        if style not in self.parsed:
            self.parsed[style] = parse_declarations(style)

        own = self.parsed[style]

        if not self.found:
            return own

        found = dict(self.found.get((tag, ""), {}))

        for name in classes.split()[:20] if classes else ():
            found |= self.found.get(("", name), {})
            found |= self.found.get((tag, name), {})

        return found | own


def change(format: Format, declarations: Declarations) -> Format:
    """How a text looks with other declarations."""
    changes: dict[str, t.Any] = {}

    if font := declarations.get("font"):
        changes |= read_font(font)

    for name, value in declarations.items():
        if name == "font-weight" and BOLD.fullmatch(value):
            changes["bold"] = True
        elif name == "font-weight" and NOT_BOLD.fullmatch(value):
            changes["bold"] = False
        elif name == "font-style":
            changes["italic"] = value.startswith(("italic", "oblique"))
        elif name.startswith("text-decoration") and "line-through" in value:
            changes["struck"] = True
        elif name == "font-family":
            changes["monospaced"] = is_monospaced(value)
        elif name == "font-size":
            changes |= read_size(value)
        elif name.startswith("white-space"):
            changes["keeps_lines"] = value.startswith(("pre", "break"))
        elif name == "vertical-align":
            changes["raised"] = value if value in ("super", "sub") else ""

    return format._replace(**changes) if changes else format


def read_font(value: str) -> dict[str, t.Any]:
    """What the shorthand of all properties of a font says."""
    before, size, family = value, "", ""

    if match := LENGTH.search(value):
        before, size = value[: match.start()], match[0]
        family = value[match.end() :].partition(" ")[2]

    words = before.split()
    return {
        "bold": any(BOLD.fullmatch(word) for word in words),
        "italic": any(word in ("italic", "oblique") for word in words),
        "monospaced": is_monospaced(family),
        **read_size(size),
    }


def read_size(value: str) -> dict[str, float]:
    """The size of a font, if it does not depend on another one."""
    match = LENGTH.match(value)
    return {"size": float(match[1]) * PIXELS[match[2]]} if match else {}


def is_monospaced(families: str) -> bool:
    """Whether fonts have letters of one width."""
    names = [name.strip(" '\"") for name in families.lower().split(",")]
    return any(MONOSPACED.search(name) for name in (names[0], names[-1]))
