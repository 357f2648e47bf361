"""Exports whose posts another editor wrote anew, between ``export`` and ``import``."""

import itertools
import json
import re

import pytest
import yaml

from flaskr.export import post_files
from flaskr.export.errors import NotReadable

from .conftest import rows
from .conftest import write
from .copies import TABLES
from .generated import generate
from .test_broken_exports import find_no_image
from .test_export import export_well
from .test_import_export import import_into
from .test_import_export import import_well
from .test_import_export import read_compared

# What YAML 1.2 takes for a number, and this editor does not.
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


class Editor(yaml.SafeDumper):
    """Writes YAML as most programs do: without quotes, where it can."""


def represent_text(editor, text):
    style = "'" if NUMBER.fullmatch(text) else None
    return editor.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class Time(str):
    """One that is written without quotes."""


Editor.add_representer(str, represent_text)
Editor.add_representer(
    Time,
    lambda editor, time: editor.represent_scalar("tag:yaml.org,2002:timestamp", time),
)


def split(content):
    """The front matter of a post as export wrote it, and the rest."""
    head, body = content.decode().removeprefix("---\n").split("\n---\n", 1)
    lines = dict(line.split(": ", 1) for line in head.split("\n"))
    return {
        name: Time(text) if name in ("date", "updated") else json.loads(text)
        for name, text in lines.items()
    }, body


def rewrite(folder, change):
    """Have an editor change the fields of all posts, which it is given as values."""
    paths = [path for path in folder.glob("*/*.md")]
    assert paths

    for path in paths:
        fields, body = split(path.read_bytes())
        path.write_bytes(f"---\n{change(fields)}---\n{body}".encode())


def write_blocks(fields):
    return yaml.dump(fields, Dumper=Editor, sort_keys=False)


def write_sorted(fields):
    fields = {**fields, "date": str(fields["date"]).replace("T", " ")}
    return yaml.dump(fields, Dumper=Editor, width=30, indent=6)


def write_braces(fields):
    return yaml.dump(fields, Dumper=Editor, default_flow_style=True)


@pytest.mark.parametrize(
    ("seed", "change"), [(0, write_blocks), (7, write_sorted), (2, write_braces)]
)
def test_any_blog_comes_back_as_it_was_from_another_editor(
    app, other, folder, seed, change
):
    generate(app, seed)
    export_well(app, folder / "blog", "--with-passwords")
    rewrite(folder / "blog", change)
    import_well(other, folder / "blog")
    assert read_compared(other) == read_compared(app)


@pytest.fixture
def exported(app, alice, folder):
    """The export of a blog with a tagged post, as a folder; the file of the post."""
    data = {"title": "It's: a “title”", "body": "Line.\n\nLine.", "tags": "茶, 1984"}
    alice.post("/create", data=data)
    export_well(app, folder / "blog", "--with-passwords")
    [path] = (folder / "blog/posts").iterdir()
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (re.compile(r"\A"), "\ufeff"),
        ("\n", "\r\n"),
        ("---\n", "--- \n"),
        ('"It\'s: a “title”"', "'It''s: a “title”'"),
        ('"It\'s: a “title”"', ">-\n  It's:\n  a “title”"),
        ('"alice"', "alice"),
        (re.compile("tags: .*"), "tags: [茶, !!str 1984]"),
        ('"published"', "published\ndraft: no"),
        ("+00:00", "Z"),
        ("+00:00", ".000Z"),
        (re.compile("date: (.*)T(.*)"), r'date: "\1 \2"'),
        (re.compile("tags: .*"), "tags:\n- 茶\n- '1984' # mine"),
        (re.compile("tags: .*"), "tags:\n    - 茶\n    - '1984'\n"),
        (re.compile(r"flaskr: \{(.*)\}"), r"flaskr:\n  { \1,\n  }"),
        (re.compile("draft: .*|permalink: .*\n|slug: .*\n"), ""),
        (re.compile(r"\n\Z"), ""),
    ],
)
def test_a_post_is_what_it_was_whatever_editor_saved_it(app, other, exported, old, new):
    text = exported.read_bytes().decode()
    changed = re.sub(old if isinstance(old, re.Pattern) else re.escape(old), new, text)
    assert changed != text
    exported.write_bytes(changed.encode())
    import_well(other, exported.parent.parent)
    assert read_compared(other) == read_compared(app)


def test_facts_may_be_indented(app, other, exported):
    path = exported.parents[1] / "export.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2), "utf-8-sig")
    import_well(other, path.parent)
    assert read_compared(other) == read_compared(app)


def test_a_post_without_tags_may_have_an_empty_field(app, alice, other, folder):
    write(alice)
    export_well(app, folder / "blog", "--with-passwords")
    [path] = (folder / "blog/posts").iterdir()
    path.write_text(path.read_text().replace("tags: []", "tags:"))
    import_well(other, folder / "blog")
    assert read_compared(other) == read_compared(app)


def test_fields_of_other_programs_are_left_and_named(app, other, exported):
    text = exported.read_text()
    more = "\naliases: [a]\ncssclasses:\n  - wide\n? 1\n: ~\n<<: x\n---\nLine"
    exported.write_text(text.replace("\n---\nLine", more))
    result = import_into(other, exported.parent.parent)
    assert result.exit_code == 0, result.output
    assert (
        "Import leaves what other programs added to posts: 'aliases'"
        f" (posts/{exported.name}, line 10), 'cssclasses' (posts/{exported.name}, line"
        f" 11), '1' (posts/{exported.name}, line 13), …."
    ) in result.stderr
    assert [row["title"] for row in rows(other, "SELECT title FROM post")] == [
        "It's: a “title”"
    ]


BOMB = "title: &a [x, x]\n" + "\n".join(
    f"{after}: &{after} [*{before}, *{before}, *{before}]"
    for before, after in itertools.pairwise("abcdefghi")
)

# What is put instead of the line with the same field; in which line it is wrong; and
# what is said.
NONSENSE = [
    (BOMB, 2, "An alias stands for this. Write the value there instead."),
    ("title: &a [*a]", 2, "An alias stands for this."),
    ("title: &a x\n*a : y", 2, "An alias stands for this."),
    ("title: 5", 2, "title should be a text, in quotes."),
    ("title: 1e3", 2, "title should be a text, in quotes."),
    ("title: True", 2, "title should be a text, in quotes."),
    ("title: ~", 2, "title should be a text, in quotes."),
    ("title: 0x1F", 2, "0x1F is no number to all. Put it in quotes."),
    ("title: 12:30", 2, "12:30 is no number to all. Put it in quotes."),
    ("title: 1e400", 2, "It has too large a number."),
    ("title: a: b", 2, "It is no YAML: mapping values are not allowed here."),
    ("title: 'a", 2, "It is no YAML: "),
    ("title: a\nx:\n\ty: 1", 4, "It is no YAML: "),
    ("title: a\n... \nb: c", 4, "It is no YAML: "),
    (r'title: "\UFFFFFFFF"', 2, "It is no YAML: "),
    (r'title: "\U00FFFFFF"', 2, "It is no YAML: "),
    ("title: !foo 5", 2, "Import does not know the type !foo."),
    ("title: !!int 0x5", 2, "0x5 is no number to all."),
    ("title: a\x00", 2, "It is no YAML: special characters are not allowed."),
    ("title: a\u2028b", 2, r"Write this character as \\u2028, in double quotes."),
    ("title: a\rb: c", 2, r"Write this character as \\u000d, in double quotes."),
    ("title: !!binary aGk=", 2, "Import does not know the type tag:yaml.org,2002:bin"),
    ("title: !x y", 2, "Import does not know the type !x."),
    ("title: !!int '5'", 2, "Import does not know the type"),
    ("title: !!set {a}", 2, "Import does not know the type"),
    ("title: !!python/object/apply:os.system [x]", 2, "Import does not know the type"),
    ("title: 'a'\ntitle: b", 3, "It has title twice."),
    ("title: a\nx: {b: 1, b: 2}", 3, "It has b twice."),
    ("title: a\n? [b]\n: c", 3, "It should be a name, a colon and a value."),
    ("title: " + "[" * 100_000, 2, "Its fields are too deep."),
    ("title: a" + " b" * 100_000, 2, "Its fields have more than 200,000 characters."),
    ("tags: x", 4, "tags should be a list of texts, in quotes."),
    ("tags: [1984]", 4, "tags should be a list of texts, in quotes."),
    ("date: 2026-01-01", 3, "It should be a time with its offset"),
    ("date: 2026-01-01 10:00:00", 3, "It should be a time with its offset"),
    ("date: 2026", 3, "It should be a time with its offset"),
    ("date:", 3, "It should be a time with its offset"),
]


def test_what_no_program_or_not_each_reads_so_is_told_with_its_line(exported):
    text = exported.read_bytes().decode()

    for new, line, said in NONSENSE:
        field = new.partition(":")[0]
        changed = re.sub(f"{field}: .*", lambda _, new=new: new, text, count=1)
        assert changed != text

        with pytest.raises(NotReadable, match=f"^x.md, line {line}: {said}"):
            post_files.read("x.md", changed.encode(), TABLES["post"], find_no_image)


@pytest.mark.parametrize("head", ["x", "- a", ""])
def test_fields_without_names_are_told(head):
    with pytest.raises(NotReadable, match="^x.md, line 2: It should be names, each"):
        content = f"---\n{head}\n---\n".encode()
        post_files.read("x.md", content, TABLES["post"], find_no_image)
