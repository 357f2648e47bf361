"""The stylesheets: nothing in them that nothing uses, and no more than they need."""

import re
from pathlib import Path

import pytest

import flaskr
from flaskr.imaging import colors
from flaskr.text import sanitize

ROOT = Path(flaskr.__file__).parent
STYLESHEETS = {
    path.name: re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    for path in ROOT.glob("static/*.css")
}
RULES = "\n".join(STYLESHEETS.values())
MARKUP = "\n".join(
    path.read_text("utf-8")
    for path in (*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/*.js"))
)
# What is before a brace, without strings and rules with an "@".
SELECTORS = [
    re.sub(r'"[^"]*"', "", selector)
    for selector in re.findall(r"[{};]([^{};]+)\{", f";{RULES}")
    if not selector.strip().startswith("@")
]

# Names of sides that are others in scripts from right to left.
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right)|left|right|float)\s*:"
    r"|text-align:\s*(left|right)"
)


def find_names(pattern):
    return {name for selector in SELECTORS for name in re.findall(pattern, selector)}


def test_each_class_of_the_stylesheet_is_one_of_a_page():
    texts = set().union(*sanitize.CLASSES.values())
    names = find_names(r"\.([a-z][\w-]*)") - texts
    assert len(names) > 50
    # The levels of headings are numbers in a template.
    names = {re.sub("^level-[0-9]$", "level-{", name) for name in names}
    assert [
        name for name in names if not re.search(rf"\b{name}(?![\w-])", MARKUP)
    ] == []


def test_each_element_of_the_stylesheet_is_one_of_a_page():
    names = find_names(r"(?:^|[\s>+~,]|(?<!lang)\()([a-z][a-z0-9]*)(?=[\s.:\[,)>+~]|$)")
    elements = names - {"html", "body"} - sanitize.TAGS
    assert [name for name in elements if f"<{name}" not in MARKUP] == []


def test_each_id_and_attribute_of_the_stylesheet_is_one_of_a_page():
    texts = set().union(*sanitize.ATTRIBUTES.values())
    names = find_names(r"\[([\w-]+)") | find_names(r"#([\w-]+)")
    missing = [name for name in names - texts if not re.search(rf"\b{name}\b", MARKUP)]
    assert missing == []


def test_each_property_of_its_own_is_set_and_used():
    accent = {f"--{role}" for role in colors.LIGHT}
    used = set(re.findall(r"var\((--[\w-]+)", RULES))
    given = set(re.findall(r"(--[\w-]+)\s*:", RULES))
    # By scripts.
    given |= set(re.findall(r'setProperty\("(--[\w-]+)"', MARKUP))
    assert used == given | accent


def test_sides_are_those_of_the_script():
    assert PHYSICAL.findall(RULES) == []


@pytest.mark.parametrize("name", STYLESHEETS)
def test_each_stylesheet_names_the_layers_in_their_order(name):
    order = re.findall(r"@layer ([\w, ]+);", STYLESHEETS["style.css"])
    assert re.findall(r"@layer ([\w, ]+);", STYLESHEETS[name]) == order
    layers = re.findall(r"@layer (\w+) \{", STYLESHEETS[name])
    assert layers == [layer for layer in order[0].split(", ") if layer in layers]


def test_the_stylesheet_of_each_page_has_all_layers():
    order = re.search(r"@layer ([\w, ]+);", STYLESHEETS["style.css"])[1].split(", ")
    assert re.findall(r"@layer (\w+) \{", STYLESHEETS["style.css"]) == order


def test_only_what_is_hidden_is_important():
    found = re.findall(r"\{([^{}]*)!important", RULES)
    assert [text.strip() for text in found] == ["display: none"]


@pytest.mark.parametrize("name", STYLESHEETS)
def test_each_stylesheet_is_under_25_kb(name):
    assert (ROOT / "static" / name).stat().st_size < 25_000
