"""Chinese characters that are written for each other: simplified, traditional, in
Taiwan, Hong Kong and Japan."""

from functools import cache
from importlib.resources import files


@cache
def read_variants() -> dict[int, str]:
    """What each character is taken for that has another form, for ``translate``. A
    line of the file has what the others in it are taken for first, as tests/
    test_variants.py made it of OpenCC's tables: characters are in one line if OpenCC
    turns one into the other, in any context."""
    lines = (files("flaskr") / "text/variants.txt").read_text("utf-8").splitlines()
    return {ord(other): line[0] for line in lines for other in line[1:]}
