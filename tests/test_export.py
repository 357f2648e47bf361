"""``flask --app flaskr export``: a blog as files that other programs read."""

import errno
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import zipfile
from datetime import datetime
from datetime import UTC

import pytest
import yaml

from flaskr.data import export_tables
from flaskr.data import posts
from flaskr.db import transaction
from flaskr.export import places
from flaskr.export.image_links import link_addresses
from flaskr.export.image_links import link_files

from .children import LIMIT
from .conftest import write
from .copies import fill
from .copies import open_blog
from .copies import TABLES
from .generated import WORDS
from .test_images import photograph
from .test_images import upload

# What ends an export of one process in the middle.
KILLED = """
import os, signal, sys
from flaskr import create_app
from flaskr.export import writing

def end(*args):
    os.kill(os.getpid(), signal.SIGKILL)

writing.Export.describe = end
create_app().test_cli_runner().invoke(args=["export", *sys.argv[1:]])
"""


def export(app, path, *options):
    """What the command says."""
    return app.test_cli_runner().invoke(args=["export", *options, str(path)])


def export_well(app, path, *options):
    result = export(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output


def refuse(app, path, *options):
    """The sentence with which it is refused."""
    result = export(app, path, *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    return result.stderr


def read_post(folder):
    """The fields of the only post of an export as YAML has them, and its text."""
    [path] = [path for path in folder.rglob("*.md")]
    _, head, body = path.read_bytes().decode().split("---\n", 2)
    return yaml.safe_load(head), body


def test_each_table_is_kept_left_or_made():
    """A new one needs a decision: see flaskr/data/export_tables.py."""
    kept, left, made = export_tables.KEPT, export_tables.LEFT, export_tables.MADE
    assert not {*kept} & {*left} and not ({*kept} | {*left}) & made
    assert {*kept, *left, *made} == {*TABLES, "search_text", "search_queue"}
    assert {table for table in TABLES if "content" in TABLES[table]} >= {
        *export_tables.CONTENT
    }


def test_a_folder_and_a_zip_have_the_same_files(app, folder):
    fill(app)
    told = export_well(app, folder / "blog")
    assert told.startswith("Exported 3 posts, 4 comments, 3 people, 1 image to")
    export_well(app, folder / "blog.zip")

    with zipfile.ZipFile(folder / "blog.zip") as zip:
        assert zip.testzip() is None
        zipped = {name: zip.read(name) for name in zip.namelist()}

    found = {
        path.relative_to(folder / "blog").as_posix(): path.read_bytes()
        for path in (folder / "blog").rglob("*.*")
        if path.is_file()
    }
    assert found == zipped
    assert {"posts", "drafts", "images", "bin"} <= {n.split("/")[0] for n in found}
    # No hash of a password, and nothing that lets somebody in.
    everything = b"".join(found.values())
    assert b"scrypt" not in everything and b"token" not in everything


def test_two_exports_of_the_same_are_the_same(app, folder):
    fill(app)
    export_well(app, folder / "a.zip")
    export_well(app, folder / "b.zip")
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()


def test_only_its_owner_reads_an_export(app, alice, folder):
    write(alice)
    export_well(app, folder / "blog")
    export_well(app, folder / "blog.zip")

    for path in folder.rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path

    with zipfile.ZipFile(folder / "blog.zip") as zip:
        assert all(info.external_attr >> 16 & 0o777 == 0o600 for info in zip.infolist())


def test_passwords_are_in_it_only_if_they_are_asked_for(app, alice, folder):
    export_well(app, folder / "without")
    export_well(app, folder / "with", "--with-passwords")
    assert "scrypt" not in (folder / "without/people.jsonl").read_text()
    assert "scrypt" in (folder / "with/people.jsonl").read_text()


def test_yaml_reads_what_was_written(app, alice, folder, execute):
    write(alice)
    statement = "INSERT INTO post (author_id, title, body) VALUES (1, ?, '')"

    for word in WORDS:
        execute(app, statement, f"{word}x{word}")

    export_well(app, folder / "blog")
    found = {
        fields["title"]
        for path in (folder / "blog/posts").iterdir()
        for fields in [yaml.safe_load(path.read_bytes().split(b"\n---\n")[0])]
    }
    assert found == {f"{word}x{word}" for word in WORDS} | {"A title"}


def test_front_matter_says_what_other_programs_ask(app, alice, folder, execute):
    app.config["TIMEZONE"] = "Asia/Shanghai"
    data = {"title": "How to bake?", "body": "Words\n", "tags": "no, 茶, 2026-01-01"}
    alice.post("/create", data=data)
    execute(app, "UPDATE post SET created = '2026-11-28 17:15:00'")
    export_well(app, folder / "blog")
    fields, body = read_post(folder)
    assert fields.pop("date") == datetime(2026, 11, 28, 17, 15, tzinfo=UTC)
    assert fields.pop("flaskr") == {"id": 1, "author_id": 1, "version": 4}
    assert fields == {
        **{"title": "How to bake?", "tags": ["no", "茶", "2026-01-01"]},
        **{"slug": "how-to-bake", "author": "alice", "state": "published"},
        "permalink": "/1-how-to-bake",
    }
    assert body.rstrip("\n") == "Words"
    # By the clocks of the blog, in which it is the next day.
    [path] = (folder / "blog/posts").iterdir()
    assert path.name == "2026-11-29-how-to-bake.md"
    assert "date: 2026-11-29T01:15:00+08:00\n" in path.read_text()


def test_times_that_are_none_are_kept_beside(app, alice, folder, execute):
    app.config["TIMEZONE"] = "Asia/Shanghai"
    write(alice)

    for time, shown in {
        "9999-12-31 23:59:59": "9999-12-31T23:59:59+00:00",
        "1900-01-01 00:00:00": "1900-01-01T00:00:00+00:00",
        "2018-01-01T05:06:07": None,
        "now": None,
    }.items():
        execute(app, "UPDATE post SET created = ?", time)
        export_well(app, folder / "blog")
        [path] = (folder / "blog/posts").iterdir()
        text = path.read_text()
        assert f"date: {shown or '1970-01-01T00:00:00+00:00'}\n" in text
        assert (f'"created": "{time}"' in text) == (shown is None)
        shutil.rmtree(folder / "blog")


def test_states_are_told(app, alice, folder, execute):
    for number in range(4):
        write(alice, f"Post {number}")

    later = "'9999-01-01 00:00:00'"
    execute(app, "UPDATE post SET drafted = created WHERE id IN (2, 3)")
    execute(app, f"UPDATE post SET due = {later} WHERE id = 3")
    execute(app, "UPDATE post SET page = created WHERE id = 4")
    export_well(app, folder / "blog")
    found = {}

    for path in sorted((folder / "blog").rglob("*.md")):
        fields = yaml.safe_load(path.read_text().split("---\n")[1])
        found[path.parent.name, fields["title"]] = fields["state"], "draft" in fields

    assert found == {
        ("posts", "Post 0"): ("published", False),
        ("drafts", "Post 1"): ("draft", True),
        ("drafts", "Post 2"): ("scheduled", True),
        ("pages", "Post 3"): ("published", False),
    }


def test_names_are_unlike_each_other_on_any_disk(app, alice, folder, execute):
    titles = ["A", "a", "Å", "å", "con", "", "?", "a 3", "面包" * 60, "面包" * 60]

    for title in titles:
        id = write(alice, "x")
        execute(
            app, "UPDATE post SET title = ?, page = created WHERE id = ?", title, id
        )

    export_well(app, folder / "blog")
    names = [path.stem for path in (folder / "blog/pages").iterdir()]
    assert len({name.casefold() for name in names}) == len(titles)
    assert "con" not in names and "con-5" in names
    assert max(len(name.encode()) for name in names) < 140
    assert any(name.startswith("面包面包") for name in names)


def test_images_are_named_by_what_they_show(app, alice, folder):
    image = upload(alice, photograph(1500, 1000), alt="Bread & 面包")
    write(alice, "Bread", f"{image}\n\n`/image/0123456789ab-1x1.png`")
    export_well(app, folder / "blog")
    _, body = read_post(folder)
    [name] = re.findall(r"\(\.\./(images/bread-面包-[0-9a-f]{12}\.\w+)\)", body)
    assert (folder / "blog" / name).is_file()
    # What is no image here stays.
    assert "`/image/0123456789ab-1x1.png`" in body
    assert list((folder / "blog/images/smaller").glob("bread-面包-*-640w.*"))


def find_no_image(hash):
    return None


def test_an_export_is_of_one_moment_whatever_is_written(app, alice, folder):
    """Each transaction adds two posts."""
    write(alice)
    stop = threading.Event()
    other = open_blog(app.config["DATABASE"])

    def write_pairs():
        while not stop.is_set():
            with other.app_context(), transaction():
                for _ in range(2):
                    posts.create(1, "A pair", "Text.", [])

    writer = threading.Thread(target=write_pairs)
    writer.start()

    try:
        for number in range(3):
            export_well(app, folder / f"{number}.zip")
    finally:
        stop.set()
        writer.join(LIMIT)

    for number in range(3):
        with zipfile.ZipFile(folder / f"{number}.zip") as zip:
            facts = json.loads(zip.read("export.json"))
            found = [name for name in zip.namelist() if "a-pair" in name]

        assert facts["counts"]["post"] == len(found) + 1
        assert len(found) % 2 == 0


@pytest.mark.parametrize("name", ["blog", "blog.zip"])
def test_a_killed_export_leaves_nothing_that_looks_like_one(
    app, alice, folder, name, instance
):
    write(alice)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder / name)],
        env={**os.environ, "FLASKR_INSTANCE_PATH": str(instance)},
        capture_output=True,
        timeout=LIMIT,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (folder / name).exists()
    assert not list(folder.rglob("export.json"))


@pytest.mark.parametrize("name", ["blog", "blog.zip"])
def test_a_full_disk_is_told_and_leaves_nothing(app, alice, folder, name, monkeypatch):
    write(alice)

    def fail(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("flaskr.export.writing.write_line", fail)
    told = refuse(app, folder / name)
    assert "No space left on device. There is no new export." in told
    assert os.listdir(folder) == []


def test_what_is_there_is_never_replaced(app, alice, folder):
    (folder / "file").write_text("x")
    (folder / "full").mkdir()
    (folder / "full/file").write_text("x")
    (folder / "blog.zip").write_text("x")
    (folder / "link").symlink_to("nowhere")
    (folder / "empty").mkdir()
    assert "exists, and was not changed" in refuse(app, folder / "file")
    assert "exists, and was not changed" in refuse(app, folder / "blog.zip")
    assert "exists, and was not changed" in refuse(app, folder / "link")
    assert "is not empty, and was not changed" in refuse(app, folder / "full")
    assert "There is no folder" in refuse(app, folder / "none/blog")
    export_well(app, folder / "empty")
    assert (folder / "empty/export.json").is_file()


def test_a_folder_that_was_filled_meanwhile_stays(app, alice, folder, monkeypatch):
    def fill_it(place, *args):
        (folder / "blog").mkdir()
        (folder / "blog/file").write_text("x")

    monkeypatch.setattr(places.FolderPlace, "__exit__", fill_it)
    assert "There is no new export." in refuse(app, folder / "blog")
    assert os.listdir(folder / "blog") == ["file"]


def test_without_a_database_it_is_told_how_to_make_one(unready, folder):
    assert "There is no database yet." in refuse(unready, folder / "blog")


@pytest.mark.parametrize(
    "text",
    ["", "../images/x", "./../images/ ../images/", "/image/0123456789ab-1x1.png"],
)
def test_a_text_without_images_stays_as_it_is(text):
    assert link_files(text, find_no_image) == (text, "")
    assert link_addresses(text, "../images/", find_no_image) == text


def test_an_export_is_no_stream(app):
    assert "An export has a name" in refuse(app, "-")
