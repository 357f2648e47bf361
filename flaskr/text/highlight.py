"""Code in, HTML with the classes of its tokens out; for markdown.py."""

import re
from collections.abc import Iterator
from itertools import groupby
from itertools import islice

from markupsafe import escape

# What is highlighted of one text, so that it takes less than 0.07 s, however hostile:
# a token takes up to 10 µs, and what a lexer must guess at often the square of its
# length. So each has its most characters; few characters use up as much of the tokens.
MAX_TOKENS = 5000
MAX_CODE = 12_000
MAX_CODE_IN = {
    **{"cpp": 5500, "css": 8500, "go": 7500, "html": 6000, "lua": 5000},
    **{"markdown": 5500, "php": 8500, "ruby": 7000, "rust": 7500, "xml": 6000},
    # Words in a row are enough.
    **{"csharp": 600, "java": 1300},
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

    def __init__(self) -> None:
        self.tokens_left = MAX_TOKENS

    def highlight(self, code: str, name: str) -> str | None:
        """HTML of some code, or ``None`` if it had better stay as it is."""
        cost = MAX_TOKENS * len(code) // MAX_CODE_IN.get(name, MAX_CODE)

        if cost > self.tokens_left or not is_readable(code):
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


def is_readable(code: str) -> bool:
    """Whether a lexer can read code fast: no line is too long, and it has neither many
    backslashes nor long runs of blanks."""
    return (
        max(map(len, code.split("\n"))) <= MAX_LINE
        and code.count("\\") <= MAX_BACKSLASHES
        and not LONG_BLANKS.search(code)
    )


def lex(code: str, name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the tokens of code, each a Pygments token type and its text.

    :param name: a Pygments name of the language, from :data:`LANGUAGES`
    """
    # Loaded by the first text with code: it takes longer than most pages.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    # Snippets of PHP lack the opening tag, and the fences within a text in Markdown
    # may name any lexer.
    options = {"startinline": True, "handlecodeblocks": False}
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False, **options)
    yield from lexer.get_tokens(code)


def css_class(token_type: tuple[str, ...]) -> str:
    """The class of a Pygments token type, or of the nearest type above it in
    :data:`TOKENS`; the empty string if none has one."""
    names = [".".join(token_type[:length]) for length in range(len(token_type), 0, -1)]
    return next((TOKENS[name] for name in names if name in TOKENS), "")
