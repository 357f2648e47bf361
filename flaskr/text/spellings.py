"""How else a name may be typed: in simplified or traditional Chinese, and with other
apostrophes."""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from itertools import islice
from itertools import product

from .tokens import APOSTROPHES
from .variants import read_variants

# Spellings of one name: all of one with six characters that have another form, most
# often.
MAX_SPELLINGS = 100


@cache
def read_forms() -> dict[int, str]:
    """What each character of :func:`fold_spelling` stands for, with itself."""
    forms: dict[int, str] = {ord(APOSTROPHES[0]): APOSTROPHES}

    for other, first in read_variants().items():
        forms[ord(first)] = forms.get(ord(first), first) + chr(other)

    return forms


def fold_spelling(name: str) -> str:
    """What all spellings of a name share."""
    apostrophes = str.maketrans(dict.fromkeys(APOSTROPHES, APOSTROPHES[0]))
    return name.translate(read_variants()).translate(apostrophes)


def list_spellings(name: str) -> Iterator[str]:
    """Yield a name, and other spellings of it: all of them, or those that have one
    form of each character only, and some."""
    folded = fold_spelling(name)
    forms = [read_forms().get(ord(character), character) for character in folded]
    alike = (
        "".join(form[min(number, len(form) - 1)] for form in forms)
        for number in range(max(map(len, forms), default=0))
    )
    mixed = map("".join, product(*forms))
    yield from dict.fromkeys(islice(chain([name], alike, mixed), MAX_SPELLINGS))
