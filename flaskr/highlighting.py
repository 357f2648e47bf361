"""Code in, HTML with the classes of its tokens out; for markup.py."""

import re
from itertools import groupby

from markupsafe import escape

MAX_CODE = 3500  # in one block
MAX_LINE = 200
MAX_BACKSLASHES = 200

BLANKS = re.compile(r"\s{50}")

# Pygments' names of what is highlighted, and what else people call them. Its lexers
# of Java and C# are missing: they take the square of the words in a row.
LANGUAGES = {
    alias: names.split()[0]
    for names in (
        "bash sh shell zsh, c h, console shell-session, cpp c++ cc hpp, css,"
        "diff patch udiff, docker dockerfile, go golang, haskell hs, html, ini,"
        "javascript js jsx mjs, json, kotlin kt, lua, make makefile, markdown md,"
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


def is_readable(code: str) -> bool:
    # The time of many lexers grows with the square of what they have to guess at.
    return (
        len(code) <= MAX_CODE
        and max(map(len, code.split("\n"))) <= MAX_LINE
        and code.count("\\") <= MAX_BACKSLASHES
        and not BLANKS.search(code)
    )


def highlight(code: str, name: str) -> str:
    # Loaded by the first text with code: it takes longer than most pages.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    # Snippets of PHP lack the opening tag, and the fences within a text in Markdown
    # may name any lexer.
    options = {"startinline": True, "handlecodeblocks": False}
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False, **options)
    html = []

    for css, tokens in groupby(lexer.get_tokens(code), lambda token: css_of(token[0])):
        text = escape("".join(token[1] for token in tokens))
        html.append(f'<span class="{css}">{text}</span>' if css else text)

    return "".join(html)


def css_of(token: tuple[str, ...]) -> str:
    names = [".".join(token[:length]) for length in range(len(token), 0, -1)]
    return next((TOKENS[name] for name in names if name in TOKENS), "")
