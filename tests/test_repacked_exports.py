"""Exports that were unpacked and packed again, by other programs or to do harm."""

import shutil
import stat
import struct
import unicodedata
import zipfile

import pytest

from flaskr.export.command import is_export

from .conftest import write
from .test_broken_exports import refuse
from .test_broken_exports import zip_up
from .test_export import export_well
from .test_images import upload
from .test_import_export import import_well
from .test_import_export import read_compared


@pytest.fixture
def exported(app, alice, folder):
    """The export of a blog with an image of which the name is not in ASCII."""
    write(alice, "Brötchen", upload(alice, alt="Brötchen"))
    export_well(app, folder / "blog", "--with-passwords")
    return folder / "blog"


def pack(folder, path, rename=str, **others):
    """A ZIP of an export, with other names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                zip.write(file, rename(file.relative_to(folder).as_posix()))

        for name, content in others.items():
            zip.writestr(name, content)

    return path


JUNK = {
    **{"__MACOSX/blog/._export.json": "x", "blog/.DS_Store": "x", ".DS_Store": "x"},
    **{"blog/.gitattributes": "x", "Thumbs.db": "x", "blog/README.md": "x"},
}


def decompose(name):
    return unicodedata.normalize("NFD", name)


@pytest.mark.parametrize(
    ("rename", "junk"),
    [
        (lambda name: f"blog/{name}", JUNK),
        (lambda name: f"blog-main/blog/{decompose(name)}", {}),
        (str, {"__MACOSX/._export.json": "x", ".DS_Store": "x"}),
    ],
)
def test_a_zip_that_was_packed_again_is_the_export_that_it_was(
    app, other, exported, tmp_path, rename, junk
):
    path = pack(exported, tmp_path / "a.zip", rename, **junk)
    assert is_export(path)
    import_well(other, path)
    assert read_compared(other) == read_compared(app)


def test_names_with_slashes_of_windows_are_read(app, other, exported, tmp_path):
    path = pack(exported, tmp_path / "a.zip", lambda name: f"blog#{name}")
    content = path.read_bytes()

    for file in exported.rglob("*"):
        name = f"blog#{file.relative_to(exported).as_posix()}"
        windows = name.replace("#", "\\").replace("/", "\\")
        content = content.replace(name.encode(), windows.encode())

    path.write_bytes(content)
    import_well(other, path)
    assert read_compared(other) == read_compared(app)


def test_a_folder_with_nothing_but_the_export_is_the_export(
    app, other, exported, tmp_path
):
    (tmp_path / "a/.git").mkdir(parents=True)
    shutil.copytree(exported, tmp_path / "a/b/blog")
    assert is_export(tmp_path / "a")
    import_well(other, tmp_path / "a")
    assert read_compared(other) == read_compared(app)


def test_an_export_beside_other_things_is_not_taken_for_all(exported, tmp_path):
    (tmp_path / "a").mkdir()
    exported.rename(tmp_path / "a/blog")
    (tmp_path / "a/posts").mkdir()
    assert not is_export(tmp_path / "a")
    assert not is_export(pack(tmp_path / "a", tmp_path / "a.zip", x="x"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b/blog").symlink_to(tmp_path / "a/blog")
    assert not is_export(tmp_path / "b")
    shutil.copytree(tmp_path / "a/blog", tmp_path / "1/2/3/4/5/blog")
    assert not is_export(tmp_path / "1")
    assert not is_export(pack(tmp_path / "1", tmp_path / "1.zip"))


@pytest.mark.parametrize(
    "name", ["../x.md", "/etc/x.md", "C:\\x.md", "posts/../../x.md", "posts/x\n.md"]
)
def test_a_zip_with_names_that_lead_out_of_it_is_not_read(
    exported, other, tmp_path, name
):
    path = zip_up(exported, tmp_path / "a.zip", {name: "x"})
    told = refuse(other, path)
    assert "has a name that leads out of it. Nothing of it was read." in told
    assert not list(tmp_path.rglob("x.md"))


def test_a_link_in_a_zip_is_not_read(exported, other, tmp_path):
    (exported / "people.jsonl").unlink()
    path = zip_up(exported, tmp_path / "a.zip")

    with zipfile.ZipFile(path, "a") as zip:
        link = zipfile.ZipInfo("people.jsonl")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zip.writestr(link, "/etc/passwd")

    assert "people.jsonl is a link. Put the file itself there." in refuse(other, path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_which_a_few_bytes_become_all_at_once_is_not_read(
    exported, other, tmp_path, packing
):
    (exported / "people.jsonl").unlink()
    path = zip_up(exported, tmp_path / "a.zip")

    with zipfile.ZipFile(path, "a", packing) as zip:
        zip.writestr("people.jsonl", bytes(10_000_000))

    assert "'people.jsonl' is packed in a way that exports are not" in refuse(
        other, path
    )


def test_ten_gigabytes_of_zeros_are_not_read(exported, other, tmp_path):
    whole = zip_up(exported, tmp_path / "a.zip", {"people.jsonl": bytes(40_000_000)})
    told = refuse(other, whole)
    assert "people.jsonl, line 1: It has more than 32 MB." in told
    (exported / "people.jsonl").unlink()

    with open(exported / "people.jsonl", "wb") as file:
        file.truncate(10_000_000_000)

    told = refuse(other, exported)
    assert "people.jsonl, line 1: It has more than 32 MB." in told


def test_a_zip_that_lies_about_what_is_in_it_is_told(exported, other, tmp_path):
    path = zip_up(exported, tmp_path / "a.zip")
    whole = path.read_bytes()
    # Where the first file of its list begins.
    place = whole.index(b"PK\1\2") + 42
    path.write_bytes(whole[:place] + struct.pack("<I", 2**31) + whole[place + 4 :])
    assert "is broken: " in refuse(other, path) or "can't be read" in refuse(
        other, path
    )


def test_a_nul_byte_is_told(exported, other):
    path = exported / "people.jsonl"
    path.write_text(path.read_text().rstrip()[:-1] + "\0}")
    assert "people.jsonl, line 1: It is not JSON" in refuse(other, exported)
