"""The README, the pages about several machines and personal data, and their Chinese
twins: the same sections, commands and settings."""

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.rst"
TWIN = ROOT / "docs/README.zh-Hans.rst"
BOTH = pytest.mark.parametrize("path", [README, TWIN], ids=lambda path: path.name)
CLUSTER = ROOT / "docs/cluster.rst"
CLUSTER_TWIN = ROOT / "docs/cluster.zh-Hans.rst"
PERSONAL = ROOT / "docs/PERSONAL-DATA.rst"
PERSONAL_TWIN = ROOT / "docs/PERSONAL-DATA.zh-Hans.rst"
ALL = pytest.mark.parametrize(
    "path",
    [README, TWIN, CLUSTER, CLUSTER_TWIN, PERSONAL, PERSONAL_TWIN],
    ids=lambda path: path.name,
)

HEADING = re.compile(r"^(\S.*)\n(([=~-])\3+)\n", re.MULTILINE)
BLOCK = re.compile(r"::( \w+)?\n\n((?:(?: {4}.*)?\n)+)")
CODE = re.compile(r"(.?)``(.+?)``(.?)", re.DOTALL)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LINK = re.compile(r"(?:^\.\. image:: |`[^`]+ <)([^>\s]+)", re.MULTILINE)

# What begins a definition or the row of a table.
TERM = re.compile(r"^(``[^`]+``(?:, ``[^`]+``)*)(?=  |.*\n {4}\S)", re.MULTILINE)


def blocks(text):
    """Commands and configuration, each with its language."""
    return [(language, code.strip()) for language, code in BLOCK.findall(text)]


def prose(text):
    return BLOCK.sub("::\n\n", text)


def sections(text):
    """The depth and the prose of each section after the introduction."""
    headings = list(HEADING.finditer(text))
    ends = [m.start() for m in headings[1:]] + [len(text)]
    parts = zip(headings, ends, strict=True)
    return [(m[3], prose(text[m.end() : end])) for m, end in parts][1:]


def codes(text):
    """The code within sentences, sorted since a translation has its own order."""
    return sorted(" ".join(code.split()) for _, code, _ in CODE.findall(text))


def numbers(text):
    return set(NUMBER.findall(CODE.sub("", text)))


def paragraphs(text):
    """How many there are, beside a ``::`` that stands alone."""
    return sum(part.strip(":\n") != "" for part in text.split("\n\n"))


def differences(english, chinese):
    """What is in one of the two and not in the other."""
    if blocks(english) != blocks(chinese):
        yield "blocks of code"

    if TERM.findall(english) != TERM.findall(chinese):
        yield "settings, lines of the log, or rows of a table"

    pairs = list(zip(sections(english), sections(chinese), strict=False))

    if not len(sections(english)) == len(pairs) == len(sections(chinese)):
        yield "sections"

    for number, ((depth, text), (its_depth, its_text)) in enumerate(pairs, 1):
        if depth != its_depth:
            yield f"the depth of section {number}"

        if codes(text) != codes(its_text):
            yield f"code within the sentences of section {number}"

        # A number that English has in words may have digits in Chinese.
        if not numbers(text) <= numbers(its_text):
            yield f"numbers of section {number}"

        if paragraphs(text) != paragraphs(its_text):
            yield f"paragraphs of section {number}"


def width(text):
    """In columns, of which a Chinese character has two."""
    return sum(1 + (unicodedata.east_asian_width(c) in "FW") for c in text)


def test_the_chinese_readme_says_the_same():
    english, chinese = README.read_text("utf-8"), TWIN.read_text("utf-8")

    assert not list(differences(english, chinese))
    assert len(sections(english)) > 5
    assert len(blocks(english)) > 5
    assert {"``SITE_URL``", "``db.py``", "``/``"} <= set(TERM.findall(english))


@BOTH
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pip install .", "pip install flaskr"),
        ("RemoveIPC=true\n", ""),
        ("block:: nginx", "block:: text"),
        ("``python -m bench.search``", "``python -m bench.find``"),
        ("``PAGE_SIZE``\n", "``POSTS_PER_PAGE``\n"),
        ("``SITE_TITLE``\n", "``SITE_NAME``\n    x\n``SITE_TITLE``\n"),
        ("``db.py``  ", "``database.py``  "),
        ("run --debug\n", "run --debug\n\nx\n"),
        ("\n~~~~", "\n----"),
        ("``init-db`` ", "x\n-\n\n``init-db`` "),
    ],
)
def test_a_change_of_one_readme_alone_is_found(path, old, new):
    (other,) = {README, TWIN} - {path}
    text = path.read_text("utf-8")

    assert old in text
    assert list(differences(text.replace(old, new), other.read_text("utf-8")))


def test_a_number_that_changes_in_one_readme_is_found():
    english, chinese = README.read_text("utf-8"), TWIN.read_text("utf-8")
    assert list(differences(english.replace("2,000,000", "5,000,000"), chinese))


def test_the_chinese_page_about_several_machines_says_the_same():
    english, chinese = CLUSTER.read_text("utf-8"), CLUSTER_TWIN.read_text("utf-8")

    assert not list(differences(english, chinese))
    assert len(sections(english)) == 6


def test_the_chinese_page_about_personal_data_says_the_same():
    english, chinese = PERSONAL.read_text("utf-8"), PERSONAL_TWIN.read_text("utf-8")

    assert not list(differences(english, chinese))
    assert len(sections(english)) == 3
    assert len(blocks(english)) > 5


@ALL
def test_each_readme_is_valid(path):
    text = path.read_text("utf-8")

    for heading, underline, _ in HEADING.findall(text):
        assert width(heading) == len(underline), heading

    # Code is not code with a letter beside it, or with a bracket that opens after
    # it; a Chinese character is a letter.
    for before, code, after in CODE.findall(prose(text)):
        assert not re.search(r"\w", before), code
        assert not re.search(r"[\w(（“《]", after), code
        assert "\n\n" not in code


@ALL
def test_each_file_that_a_readme_links_to_is_there(path):
    for link in LINK.findall(path.read_text("utf-8")):
        assert (path.parent / link).is_file(), link
