"""Code in, HTML with the classes of its tokens out; for markdown.py."""

import re
import typing as t
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from itertools import islice
from math import prod

from markupsafe import escape

# What is highlighted of one text when it is shown, so that it takes less than 0.07 s,
# however hostile, and ten times as much when it is saved: a token takes up to 10 µs,
# and what a lexer must guess at often the square of its length, and that of a line. So
# for each there is a length that uses up the tokens.
MAX_TOKENS = 5000
MAX_WHEN_SAVED = 50_000
MAX_CODE = 12_000
MAX_CODE_IN = {
    **{"cpp": 5500, "css": 8500, "go": 7500, "html": 6000, "lua": 5000},
    **{"markdown": 5500, "php": 8500, "ruby": 7000, "rust": 7500, "xml": 6000},
}
MAX_LINE = 200
MAX_BACKSLASHES = 200

LONG_BLANKS = re.compile(r"\s{50}")

# Pygments' names of what is highlighted, and what else people call them.
LANGUAGES = {
    alias: names.split()[0]
    for names in (
        "bash sh shell zsh, c h, console shell-session, cpp c++ cc hpp, csharp c# cs,"
        "css, diff patch udiff, docker dockerfile, go golang, haskell hs, html, ini,"
        "java, javascript js jsx mjs, json, kotlin kt, lua, make makefile, markdown md,"
        "nginx, php, pycon, python py python3, r, ruby rb, rust rs, scss, sql, swift,"
        "toml, typescript ts tsx, xml svg, yaml yml"
    ).split(",")
    for alias in names.split()
}

# How they are written, where that isn't the name with a capital.
NAMES = dict(
    pair.split("=")
    for pair in (
        "cpp=C++ csharp=C# css=CSS html=HTML ini=INI javascript=JavaScript json=JSON"
        " php=PHP pycon=Python scss=SCSS sql=SQL toml=TOML typescript=TypeScript"
        " xml=XML yaml=YAML console=Shell"
    ).split()
)

# Pygments' tokens and their classes; the others look like the rest of the code.
TOKENS = dict(
    pair.split("=")
    for pair in (
        "Comment=c Comment.Preproc=cp Generic.Deleted=gd Generic.Heading=gh"
        " Generic.Inserted=gi Generic.Output=go Generic.Prompt=gp"
        " Generic.Subheading=gh Keyword=k Keyword.Type=kt Literal.Number=m"
        " Literal.String=s Literal.String.Escape=se Name.Attribute=na"
        " Name.Builtin=nb Name.Class=nc Name.Decorator=nd Name.Function=nf"
        " Name.Tag=nt Name.Variable=nv Operator.Word=k"
    ).split()
)


class Highlighter:
    """Colors the blocks of one text, until they have cost enough."""

    def __init__(self, tokens: int = MAX_TOKENS) -> None:
        self.tokens_left = tokens

    def highlight(self, code: str, name: str) -> str | None:
        """HTML of some code, or ``None`` if it had better stay as it is."""
        cost = find_cost(code, name)

        if cost > self.tokens_left:
            return None

        tokens = list(islice(lex(code, name), self.tokens_left + 1))
        self.tokens_left -= max(cost, len(tokens))

        if self.tokens_left < 0:
            return None

        html = []

        for css, group in groupby(tokens, lambda token: css_class(token[0])):
            text = escape("".join(token[1] for token in group))
            html.append(f'<span class="{css}">{text}</span>' if css else text)

        return "".join(html)


def find_cost(code: str, name: str) -> int:
    """What a lexer may have to do for some code at worst, in tokens."""
    if LONG_BLANKS.search(code):
        return MAX_WHEN_SAVED + 1

    worst = (
        len(code) / MAX_CODE_IN.get(name, MAX_CODE),
        max(1, max(map(len, code.split("\n"))) / MAX_LINE),
        max(1, code.count("\\") / MAX_BACKSLASHES),
    )
    return int(MAX_TOKENS * prod(worst) ** 2)


@cache
def make_lexer(name: str) -> t.Any:
    """A lexer by one of Pygments' names, from :data:`LANGUAGES`."""
    # Loaded by the first text with code: it takes longer than most pages.
    from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]

    lexer = find_lexer_class_by_name(name)

    if name in ("csharp", "java"):
        lexer = type(name, (lexer,), {"tokens": keep_to_line(lexer.tokens)})

    # Snippets of PHP lack the opening tag, and the fences within a text in Markdown
    # may name any lexer.
    options = {"startinline": True, "handlecodeblocks": False}
    return lexer(stripnl=False, ensurenl=False, **options)


def keep_to_line(rules: t.Any) -> t.Any:
    """Rules of a lexer that looks for the name of a method after any number of words,
    from each word to the end of the code: only to the end of its line."""
    if isinstance(rules, dict):
        return {state: keep_to_line(some) for state, some in rules.items()}

    return [
        (rule[0].replace(r"\s+)+?)", r"[^\S\n]+)+?)"), *rule[1:])
        if isinstance(rule, tuple) and isinstance(rule[0], str)
        else rule
        for rule in rules
    ]


def lex(code: str, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the tokens of code, each a Pygments token type and its text.

    :param name: a Pygments name of the language, from :data:`LANGUAGES`
    """
    yield from make_lexer(name).get_tokens(code)


def css_class(token_type: tuple[str, ...]) -> str:
    """The class of a Pygments token type, or of the nearest type above it in
    :data:`TOKENS`; the empty string if none has one."""
    names = [".".join(token_type[:length]) for length in range(len(token_type), 0, -1)]
    return next((TOKENS[name] for name in names if name in TOKENS), "")
