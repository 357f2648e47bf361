"""What somebody or something made of an export: told with file and line, and the blog
stays as it is."""

import hashlib
import json
import os
import re
import shutil
import zipfile
from base64 import b64encode
from sqlite3 import SQLITE_FULL

import pytest

from flaskr.export import post_files
from flaskr.export.archives import open_archive
from flaskr.export.command import is_export
from flaskr.export.errors import NotReadable
from flaskr.export.revision_texts import RevisionTexts
from flaskr.text import compression
from flaskr.text.compression import zstd

from .conftest import failing
from .conftest import write
from .copies import read_all
from .copies import TABLES
from .test_export import export_well
from .test_images import upload
from .test_import_export import import_into
from .test_import_export import import_well


def refuse(app, path, *options):
    """The sentence with which it is refused, with nothing changed."""
    before = read_all(app)
    result = import_into(app, path, "--from", "flaskr", *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    assert read_all(app) == before
    return result.stderr


@pytest.fixture
def alone(app, alice, folder):
    """The export of a blog with one post, as a folder."""
    write(alice)
    export_well(app, folder / "blog")
    return folder / "blog"


# What somebody, or something, does to a post's file; in which line; and what is said.
CHANGES = [
    ('title: "A title"', "A title", 3, "It is no YAML: "),
    ('title: "A title"', 'title: "\\ud800"', 2, "title has half of a character."),
    ('title: "A title"\n', "", 1, "It has no title."),
    ("tags: []", 'tags: ["x"]', 4, "tags is not what the rest of the export says"),
    ('author: "alice"', 'author: "bob"', 6, "author is not what the rest"),
    ('state: "published"', 'state: "draft"', 7, "state is not what the rest"),
    ("tags: []", "tags: []\ntags: []", 5, "It has tags twice."),
    ('"id": 1', '"id": "x"', 9, "id should be of the kind integer."),
    ('"id": 1', '"no": 1', 9, "Import does not know all of this."),
    ('"id": 1, ', "", 9, "It has no id."),
    ('"id": 1', '"id": 1, "images": 1', 9, "Import does not know all of this."),
    ('"id": 1', '"id": 1e999999', 9, "It has too large a number."),
    ('"id": 1', f'"id": {"9" * 30}', 9, "id is too large a number."),
    ('"id": 1', f'"id": {"9" * 3000}', 9, "It has too large a number."),
    ('"id": 1', '"id": NaN', 9, "id should be of the kind integer."),
    ('"id": 1', '"id": ' + "[" * 100_000, 2, "too deep"),
    ('"author_id": 1', '"author_id": null', 6, "author is not what the rest"),
    ("flaskr: {", "flaskr: [", 9, "It is no YAML: "),
    (re.compile("flaskr: .*"), "flaskr: 1", 9, "It should be what export wrote there."),
    (re.compile("date: .*"), "date: 2026-01-01", 3, "It should be a time with"),
    (re.compile("date: .*"), "date: 2026-13-01T00:00:00+00:00", 3, "It should be a"),
    (re.compile("date: .*"), "date: 0001-01-01T00:00:00+09:00", 3, "It should be a"),
    ("A body.", "A body \udcff", 11, "These bytes are no UTF-8."),
    (re.compile("^---\n"), "", 1, "It should begin with its fields"),
    ("\n---\n", "\n", 1, "It should begin with its fields"),
]


def find_no_image(hash):
    return None


def test_what_was_changed_into_nonsense_is_told_with_its_line(alone):
    [path] = (alone / "posts").iterdir()
    text = path.read_text()

    for old, new, line, said in CHANGES:
        pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
        changed = pattern.sub(new.replace("\\", "\\\\"), text, count=1)
        assert changed != text
        content = changed.encode(errors="surrogateescape")

        with pytest.raises(NotReadable, match=f"^x.md, line {line}: ") as told:
            row, document = post_files.read(
                "x.md", content, TABLES["post"], find_no_image
            )
            around = post_files.Around([], "alice" if row["author_id"] == 1 else "")
            post_files.check_around("x.md", document, row, around)

        assert said in str(told.value)


def test_the_blog_stays_as_it_is_when_one_file_is_nonsense(alone, other):
    [path] = (alone / "posts").iterdir()
    text = path.read_text()
    path.write_text(text.replace("tags: []", "tags: [x]"))
    told = refuse(other, alone)
    assert f"posts/{path.name}, line 4: tags is not what the rest" in told
    assert "was not changed." in told
    path.write_text(text.replace('"author_id": 1', '"author_id": null'))
    assert "line 6: author is not what the rest" in refuse(other, alone)
    path.write_text(text)
    import_well(other, alone)


def test_a_full_disk_is_told(alone, other, monkeypatch):
    monkeypatch.setattr("flaskr.data.import_rows.insert", failing(SQLITE_FULL))
    told = refuse(other, alone)
    assert "the disk" in told and "was not changed." in told


# What is done to a file of lines, and what is said then.
LINES = [
    ("people.jsonl", "x", "people.jsonl, line 1: It is not JSON"),
    ("people.jsonl", "5", "people.jsonl, line 1: It should be in braces."),
    ("people.jsonl", '{"id": 1, "x": 2}', "line 1: It has 'x', which no row has."),
    ("people.jsonl", '{"id": null}', "people.jsonl, line 1: It has no id."),
    ("people.jsonl", '{"username": "a"}', "people.jsonl, line 1: It has no id."),
    (
        "people.jsonl",
        '{"id": 1, "id": 2}',
        "people.jsonl, line 1: It has two values of the same name.",
    ),
    ("people.jsonl", '{"id": 1e400}', "line 1: It has too large a number."),
    ("people.jsonl", '{"id": true}', "It has a value that should be of the kind"),
    ("people.jsonl", '{"id": {"a": 1}}', "It has a value that should be one value."),
    ("people.jsonl", '{"id": {"x": 1, "y": 2}}', "should be one value."),
    ("people.jsonl", '{"id": 1.5}', "should be of the kind integer."),
    ("people.jsonl", '{"id": "1"}', "should be of the kind integer."),
    ("people.jsonl", '{"id": {"blob": "?"}}', "should be Base64."),
    ("people.jsonl", '{"username": "\\ud800"}', "has half of a character."),
    ("people.jsonl", '{"id": 1}', "people.jsonl, line 1: It has no username."),
    ("people.jsonl", "\udcff", "people.jsonl, line 1: It is not UTF-8."),
    ("revisions.jsonl", "", "It has 0 of 2 revisions: some are missing, or were"),
    ("people.jsonl", None, "people.jsonl is missing."),
    ("image-files.jsonl", '{"image_id": 1, "width": 40}', "names no file of an image."),
    (
        "image-files.jsonl",
        '{"image_id": 1, "width": 40, "file": "../../secret", "sha256": ""}',
        "image-files.jsonl, line 1: It names no file of an image.",
    ),
    (
        "image-files.jsonl",
        '{"image_id": 1, "width": 40, "file": "images/..", "sha256": ""}',
        "images/.. is no file.",
    ),
    (
        "image-files.jsonl",
        '{"image_id": 1, "width": 40, "file": "images/none", "sha256": ""}',
        "images/none is missing.",
    ),
    (
        "revisions.jsonl",
        '{"version": 1}',
        "revisions.jsonl, line 1: It has no post_id.",
    ),
    (
        "revisions.jsonl",
        '{"post_id": 1, "version": 1}',
        "revisions.jsonl, line 1: It has no 'base'.",
    ),
    ("export.json", "{}", "export.json does not say that this is an export of Flaskr."),
    ("export.json", "", "export.json is not JSON: Expecting value, column 1."),
    ("export.json", "{\n\n", "export.json is not JSON: Expecting property name"),
    ("export.json", "[]", "export.json should be in braces."),
    ("export.json", '{"format": "flaskr", "version": 2}', "by a newer Flaskr."),
    (
        "export.json",
        '{"format": "flaskr", "version": 1, "schema": 9999}',
        "by a newer Flaskr.",
    ),
    (
        "export.json",
        '{"format": "flaskr", "version": 1, "schema": 28, "ids": {"x": 1}}',
        "export.json was changed into something that says too little.",
    ),
    (
        "export.json",
        '{"format": "flaskr", "version": 1, "schema": 28, "ids": {}, "counts": {},'
        ' "blog": {"uuid": "\\ud800", "changed": "", "discussed": ""}}',
        "export.json was changed into something that says too little.",
    ),
    ("export.json", '{"format": "flaskr", "person": 1}', "what one person wrote"),
]


@pytest.fixture
def exported(app, alice, bob, folder):
    """The export of a blog with an image and an older version, as a folder."""
    write(alice, "Old", upload(alice))
    alice.post("/1/update", data={"title": "New", "body": "Text."})
    export_well(app, folder / "blog")
    return folder / "blog"


def test_broken_lines_are_told(exported, other):
    for name, text, said in LINES:
        path = exported / name
        before = path.read_bytes()
        path.unlink()

        if text is not None:
            path.write_bytes(text.encode(errors="surrogateescape"))

        told = refuse(other, exported)
        assert said in told and "was not changed." in told, told
        path.write_bytes(before)

    import_well(other, exported)


def test_rows_that_are_there_twice_are_told_with_both_places(exported, other):
    people = (exported / "people.jsonl").read_text().splitlines()
    alice, bob = (json.loads(line) for line in people)

    for changed, said in [
        (alice, "line 2: It has the id of another row (people.jsonl, line 1). Keep"),
        (
            bob | {"name_key": alice["name_key"]},
            "line 2: It has the name_key of another row (people.jsonl, line 1).",
        ),
        (
            bob | {"id": {"text": "x"}},
            "line 2: The database does not take this: datatype mismatch.",
        ),
    ]:
        lines = [people[0], json.dumps(changed)]
        (exported / "people.jsonl").write_text("\n".join(lines))
        assert f"people.jsonl, {said}" in refuse(other, exported)

    (exported / "people.jsonl").write_text("\n".join(people))
    path = exported / "revisions.jsonl"
    path.write_text(path.read_text().splitlines()[0] + "\n" + path.read_text())
    assert (
        "revisions.jsonl, line 2: It has the post_id and version of another row"
        " (revisions.jsonl, line 1)."
    ) in refuse(other, exported)
    path.write_text("".join(path.read_text().splitlines(True)[1:]))
    [post] = (exported / "posts").iterdir()
    shutil.copy(post, exported / "posts/x copy.md")
    assert (
        f"posts/x copy.md, line 10: It has the id of another row (posts/{post.name})."
        " Keep one of them."
    ) in refuse(other, exported)


def change_line(path, **values):
    """Change the last line of a file."""
    *lines, last = path.read_text().splitlines()
    lines.append(json.dumps(json.loads(last) | values))
    path.write_text("\n".join(lines))


def test_a_history_that_was_changed_is_not_taken(exported, other):
    change_line(exported / "revisions.jsonl", body="Lies")
    told = refuse(other, exported)
    assert "revisions.jsonl, line 2: Its text was changed" in told


def test_a_few_bytes_that_become_very_many_are_not_taken(exported, other):
    # Nor two that follow each other, of which only the first is looked at.
    for packed in (
        zstd.compress(bytes(50_000_000)),
        zstd.compress(b"x") + zstd.compress(bytes(50_000_000)),
    ):
        values = {"base": None, "content": b64encode(packed).decode(), "body": None}
        change_line(exported / "revisions.jsonl", **values)
        told = refuse(other, exported)
        assert "line 2: It has a text that nobody has written." in told


def test_an_image_that_was_changed_is_not_taken(exported, other):
    [path] = (exported / "images").glob("*.png")
    content = path.read_bytes()
    path.write_bytes(content + b"x")
    told = refuse(other, exported)
    assert f"images/{path.name} is not the file that was exported." in told
    # Nor if its hash is changed with it: it has another address then.
    digest = hashlib.sha256(content + b"x").hexdigest()
    change_line(exported / "image-files.jsonl", sha256=digest)
    assert "image 1 has another address than its file" in refuse(other, exported)
    path.write_bytes(b"<script>")
    digest = hashlib.sha256(b"<script>").hexdigest()
    change_line(exported / "image-files.jsonl", sha256=digest)
    assert f"images/{path.name} is no image." in refuse(other, exported)


def test_nothing_is_read_through_a_link_or_a_pipe(exported, other, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.md").write_text("secret")
    (exported / "drafts").symlink_to(secret)
    assert "drafts is a link." in refuse(other, exported)
    (exported / "drafts").unlink()
    (exported / "drafts").write_text("")
    assert "drafts is no folder." in refuse(other, exported)
    (exported / "drafts").unlink()
    (exported / "people.jsonl").unlink()
    (exported / "people.jsonl").symlink_to(secret / "x.md")
    assert "people.jsonl is a link." in refuse(other, exported)
    (exported / "people.jsonl").unlink()
    os.mkfifo(exported / "people.jsonl")
    assert "people.jsonl is no file." in refuse(other, exported)
    os.mkfifo(tmp_path / "pipe")
    assert "There is no file or folder" in refuse(other, tmp_path / "pipe")

    with pytest.raises(NotReadable, match="neither a file nor a folder"):
        with open_archive(tmp_path / "pipe"):
            pass


def zip_up(folder, path, others=()):
    """A ZIP of an export, with other files instead of some, by their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()

            if file.is_file() and name not in others:
                zip.write(file, name)

        for name in others:
            zip.writestr(name, others[name])

    return path


def test_zips_that_grow_without_end_are_not_read(
    exported, other, tmp_path, monkeypatch
):
    monkeypatch.setattr("flaskr.export.archives.MAX_LINE", 1_000_000)
    monkeypatch.setattr("flaskr.export.reading.MAX_LINE", 1_000_000)
    monkeypatch.setattr("flaskr.export.reading.MAX_IMAGE", 1_000_000)
    zeros = bytes(2_000_000)
    [image] = [f"images/{path.name}" for path in (exported / "images").glob("*.png")]

    for name, said in {
        "people.jsonl": "people.jsonl, line 1: It has more than 1 MB.",
        "posts/x.md": "posts/x.md has more than 1 MB.",
        image: f"{image} has more than 1 MB.",
    }.items():
        path = zip_up(exported, tmp_path / "bomb.zip", {name: zeros})
        assert said in refuse(other, path)


def test_zips_that_are_broken_are_told(exported, other, tmp_path):
    path = zip_up(exported, tmp_path / "blog.zip")
    whole = path.read_bytes()
    place = whole.index(b"export.json") + 20
    path.write_bytes(whole[:place] + b"xxxx" + whole[place + 4 :])
    assert "export.json is broken" in refuse(other, path)
    path.write_bytes(whole[:-30])
    assert "can't be read as a zip" in refuse(other, path)
    path.write_bytes(b"")
    assert "can't be read as a zip" in refuse(other, path)

    with zipfile.ZipFile(path, "w"):
        pass

    assert "export.json is missing." in refuse(other, path)


@pytest.mark.parametrize("options", [(), ("--from", "flaskr")])
def test_a_zip_with_two_files_of_a_name_is_told(exported, other, tmp_path, options):
    path = zip_up(exported, tmp_path / "blog.zip")

    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as zip:
        zip.writestr("people.jsonl", "")

    before = read_all(other)
    result = import_into(other, path, *options)
    assert result.exit_code == 1
    assert "It has two files of the same name." in result.stderr
    assert read_all(other) == before


def test_zips_with_very_many_files_are_not_read(exported, other, tmp_path, monkeypatch):
    path = zip_up(exported, tmp_path / "blog.zip")
    monkeypatch.setattr("flaskr.export.archives.MAX_LIST", 100)
    told = refuse(other, path)
    assert "its list of files is too long. Unpack it, and give that." in told


def test_a_nearly_full_disk_is_told_before_it_is_full(exported, other, monkeypatch):
    monkeypatch.setattr("flaskr.export.reading.RESERVE", 2**60)
    assert "is nearly full. Make room." in refuse(other, exported)


def test_what_is_no_export_is_told(other, tmp_path):
    assert "There is no file or folder" in refuse(other, tmp_path / "none")
    assert "export.json is missing." in refuse(other, tmp_path)


def test_an_export_is_told_from_other_files(exported, tmp_path):
    assert is_export(exported)
    assert is_export(zip_up(exported, tmp_path / "blog.zip"))
    (exported / "export.json").write_text('{"format": "ghost"}')
    assert is_export(exported)
    (exported / "export.json").unlink()
    assert not is_export(exported)
    (tmp_path / "wordpress.xml").write_text("<rss></rss>")
    assert not is_export(tmp_path / "wordpress.xml")
    assert not is_export(tmp_path) and not is_export(tmp_path / "none")


def test_what_the_database_writes_otherwise_is_not_taken(exported, other, monkeypatch):
    monkeypatch.setattr("flaskr.export.putting.find_difference", lambda *args: "post")
    assert "is not what was written." in refuse(other, exported)


def test_a_version_that_is_no_bytes_has_no_text():
    row = {"post_id": 1, "version": 1, "base": None, "position": 0, "content": "x"}
    assert RevisionTexts("revision").read(row) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{}\n" * 1000, "export.json is not JSON: Extra data, line 2, column 1."),
        ("{" + " " * 100_000 + "}", "export.json has more than 0.1 MB."),
    ],
)
def test_facts_are_short(other, tmp_path, content, told):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("export.json", content)

    assert told in refuse(other, tmp_path / "a.zip")


def test_a_version_that_was_cut_off_is_damaged():
    with pytest.raises(compression.Damaged, match="cut off"):
        compression.decompress_bounded(compression.compress("bread" * 99)[:-2], "", 999)
