"""The README and its Chinese twin: the same commands, settings and sections."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.rst"
TWIN = ROOT / "docs/README.zh-Hans.rst"

HEADING = re.compile(r"^(\S.*)\n(([=~-])\3+)\n", re.MULTILINE)
BLOCK = re.compile(r"::((?: \w+)?)\n\n((?:(?: {4}.*)?\n)+)")
CODE = re.compile(r"``(.+?)``", re.DOTALL)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LINK = re.compile(r"(?:image:: |`[^`]+ <)([^>\s]+)")

# A line that begins a definition or the row of a table.
TERM = re.compile(r"^(``[^`]+``(?:, ``[^`]+``)*)(?:  .*|.*\n {4}\S.*)$", re.MULTILINE)


def blocks(text):
    """Commands and configuration, each with its language."""
    return [(language, code.strip()) for language, code in BLOCK.findall(text)]


def prose(text):
    return BLOCK.sub("::\n\n", text)


def sections(text):
    """Of each section after the first, its depth and its text."""
    headings = list(HEADING.finditer(text))
    ends = [m.start() for m in headings[1:]] + [len(text)]
    parts = zip(headings, ends, strict=True)
    return [(m[3], prose(text[m.end() : end])) for m, end in parts][1:]


def codes(text):
    """What is code within sentences, in any order."""
    return sorted(" ".join(code.split()) for code in CODE.findall(text))


def numbers(text):
    return set(NUMBER.findall(CODE.sub("", text)))


def paragraphs(text):
    """How many there are, beside the ``::`` of a block."""
    return sum(part.strip(":\n") != "" for part in text.split("\n\n"))


def differences(english, chinese):
    """What somebody changed in one of the two and not in the other."""
    if blocks(english) != blocks(chinese):
        yield "blocks of code"

    if TERM.findall(english) != TERM.findall(chinese):
        yield "settings, lines of the log, or rows of a table"

    if codes(prose(english)) != codes(prose(chinese)):
        yield "code within sentences"

    ours, theirs = sections(english), sections(chinese)

    if [depth for depth, _ in ours] != [depth for depth, _ in theirs]:
        yield "sections"
        return

    for number, ((_, our), (_, their)) in enumerate(zip(ours, theirs, strict=True), 1):
        if codes(our) != codes(their):
            yield f"code within the sentences of section {number}"

        # A number in words may be one in digits in Chinese.
        if not numbers(our) <= numbers(their):
            yield f"numbers of section {number}"

        if paragraphs(our) != paragraphs(their):
            yield f"paragraphs of section {number}"


def width(text):
    """In columns, of which a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(c) in "FW") for c in text)


def test_the_twin_says_the_same():
    english, chinese = README.read_text("utf-8"), TWIN.read_text("utf-8")

    assert not list(differences(english, chinese))
    assert len(sections(english)) > 5
    assert len(blocks(english)) > 5
    assert {"``SITE_URL``", "``db.py``", "``/``"} <= set(TERM.findall(english))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pip install .", "pip install flaskr"),
        ("127.0.0.1:8080", "127.0.0.1:8000"),
        ("KillSignal=SIGINT\n", ""),
        ("code-block:: nginx", "code-block:: text"),
        ("``python -m bench.search``", "``python -m bench.find``"),
        ("``PAGE_SIZE``\n", "``POSTS_PER_PAGE``\n"),
        ("``SITE_TITLE``\n", "``SITE_TITLE``\n    x\n\n``SITE_NAME``\n"),
        ("``db.py``  ", "``database.py``  "),
        ("4,000,000", "5,000,000"),
        ("\n~~~~", "\n----"),
        ("flaskr --debug\n", "flaskr --debug\n\nx\n"),
        ("run --debug\n", "run --debug\n\nx\n"),
    ],
)
def test_a_change_of_one_alone_is_found(old, new):
    texts = [path.read_text("utf-8") for path in (README, TWIN)]
    assert all(old in text for text in texts)


@pytest.mark.parametrize("path", [README, TWIN], ids=lambda path: path.name)
def test_it_is_valid(path):
    text = path.read_text("utf-8")
    words = prose(text)

    for heading, underline, _ in HEADING.findall(text):
        assert width(heading) == len(underline), heading

    # Code has a space or a mark beside it, and no bracket opens right after it.
    assert words.count("``") % 2 == 0
    assert not re.findall(r"\w``[^`]+``|``[^`]+``[\w（“《]", words)

    # The columns of tables.
    for head, row in pairwise(words.splitlines()):
        assert row
        assert head


@pytest.mark.parametrize("path", [README, TWIN], ids=lambda path: path.name)
def test_what_it_links_to_is_there(path):
    for link in LINK.findall(path.read_text("utf-8")):
        assert (path.parent / link).is_file(), link
