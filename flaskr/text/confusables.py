"""Which names look alike, as UTS 39, Unicode's Security Mechanisms, has it."""

import unicodedata
from functools import cache
from importlib.resources import files

from .names import clean
from .names import name_key


@cache
def read_prototypes() -> dict[int, str]:
    """What each character that looks like others is taken for, for ``translate``. The
    file is made of version 17.0 of https://www.unicode.org/Public/security/ by
    tests/test_names.py."""
    lines = (files("flaskr") / "text/confusables.txt").read_text("ascii").splitlines()
    points = ([int(point, 16) for point in line.split()] for line in lines)
    return {first: "".join(map(chr, rest)) for first, *rest in points}


def skeleton(text: str) -> str:
    """What all texts share that look like this one (UTS 39, section 4)."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", decomposed.translate(read_prototypes()))


def name_skeletons(name: str) -> set[str]:
    """What two names have one of in common that look alike, whatever their case. Case
    is folded before and after: ``А`` is taken for ``A``, and ``а`` for ``a``, but
    ``Η`` for ``H``, and ``η`` for no ``h``; and in capitals, ``I`` is taken for ``l``,
    and ``i`` is not."""
    forms = (clean(name), clean(name).upper())
    return {skeleton(name_key(name)), *(skeleton(form).casefold() for form in forms)}
