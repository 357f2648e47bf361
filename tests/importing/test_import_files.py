"""What people give is read within bounds: neither a zip nor a folder does harm."""

import io
import os
import stat
import struct
import sys
import zipfile
from datetime import UTC

import pytest

from flaskr.importing import archives
from flaskr.importing import ghost
from flaskr.importing import markdown
from flaskr.importing import medium
from flaskr.importing import substack
from flaskr.importing.archives import open_files
from flaskr.importing.records import NotReadable

from .exports import write_folder
from .exports import write_zip

READERS = (ghost, markdown, medium, substack)


def read_names(path):
    with open_files(path) as files:
        return files.names


def read_left(path):
    with open_files(path) as files:
        return {left.name: left.reason for left in files.left}


def refuse(path, words):
    """Every reader refuses it with the same sentence."""
    with pytest.raises(NotReadable, match=words) as caught:
        read_names(path)

    for reader in READERS:
        assert not reader.matches(path)

        with pytest.raises(NotReadable, match=words):
            with reader.open_archive(path):
                pass

    return str(caught.value)


# What is read


def test_a_folder_and_a_zip_are_read_alike(tmp_path):
    files = {"a.md": "A", "b/c.md": "C", "b/目.md": ""}
    folder = write_folder(tmp_path / "folder", files)
    packed = write_zip(tmp_path / "a.zip", files)

    for path in (folder, packed):
        with open_files(path) as found:
            assert found.names == ["a.md", "b/c.md", "b/目.md"]
            assert found.read_text("b/c.md") == "C"
            assert found.found["a.md"].modified.tzinfo is UTC


def test_one_file_is_read_by_its_name(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("A")

    with open_files(path) as files:
        assert files.names == ["a.md"]
        assert files.read_text("a.md") == "A"


def test_a_folder_around_a_whole_zip_is_no_part_of_names(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"blog-1/a.md": "", "blog-1/b/c.md": ""})
    assert read_names(path) == ["a.md", "b/c.md"]


@pytest.mark.parametrize("names", [("posts/a",), ("x/a", "b"), ("x/a", "y/b")])
def test_other_folders_are_a_part_of_names(tmp_path, names):
    assert read_names(
        write_zip(tmp_path / "a.zip", dict.fromkeys(names, ""))
    ) == sorted(names)


def test_what_systems_put_there_is_not_seen(tmp_path):
    files = dict.fromkeys(
        (".git/a", "__MACOSX/b", "x/.DS_Store", "node_modules/c", "x/Thumbs.db", "d"),
        "",
    )
    assert read_names(write_folder(tmp_path / "folder", files)) == ["d"]
    assert read_names(write_zip(tmp_path / "a.zip", files)) == ["d"]


def test_names_are_found_however_they_are_composed(tmp_path):
    path = write_folder(tmp_path, {"Cafe\u0301.md": ""})

    with open_files(path) as files:
        assert files.find("Caf\xe9.md") == files.names[0]
        assert files.find("Tea.md") == ""


def test_names_in_utf_8_are_read_though_the_zip_does_not_say_so(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"目錄/a.md": "", "b.md": ""})
    content = path.read_bytes()

    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.index(sign) + at
        flags = struct.unpack_from("<H", content, start)[0] & ~0x800
        content = content[:start] + struct.pack("<H", flags) + content[start + 2 :]

    path.write_bytes(content)
    assert read_names(path) == ["b.md", "目錄/a.md"]


def test_names_of_old_programs_are_read(tmp_path):
    path = tmp_path / "a.zip"
    content = write_zip(path, {"a\xe9.md": "", "b": ""}).read_bytes()
    content = content.replace("a\xe9".encode(), b"a\x82\x82").replace(
        struct.pack("<H", 0x800), struct.pack("<H", 0)
    )
    path.write_bytes(content)
    assert read_names(path) == ["a\xe9\xe9.md", "b"]


def test_slashes_of_windows_are_slashes(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"posts\\a.md": "", "b.md": ""})
    assert read_names(path) == ["b.md", "posts/a.md"]


def test_a_time_that_is_none_is_no_reason(tmp_path):
    path = tmp_path / "a.zip"

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.md", (1980, 0, 0, 0, 0, 0)), "A")

    with open_files(path) as files:
        assert files.found["a.md"].modified.year == 1980


def test_texts_are_cleaned_of_marks_and_line_ends(tmp_path):
    path = write_folder(tmp_path, {"a.md": b"\xef\xbb\xbfa\r\nb\rc"})

    with open_files(path) as files:
        assert files.read_text("a.md") == "a\nb\nc"


def test_a_text_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = write_folder(tmp_path, {"a.md": b"a\nb\n\xe9"})

    with open_files(path) as files, pytest.raises(NotReadable, match="a.md.*line 3:"):
        files.read_text("a.md")


def test_a_text_that_is_too_large_is_refused(tmp_path):
    path = write_folder(tmp_path, {"a.md": "a" * 2_000_001})

    with open_files(path) as files, pytest.raises(NotReadable, match="than 2 MB"):
        files.read_text("a.md", 2_000_000)


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "../a.md",
        "a/../../b.md",
        "/etc/a.md",
        "C:/a.md",
        "..\\a.md",
        "a\nb.md",
        "x" * 2000,
    ],
)
def test_a_name_that_leads_out_of_a_zip_is_refused(tmp_path, name):
    refuse(write_zip(tmp_path / "a.zip", {"b.md": "", name: ""}), "leads out of it")
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def test_ten_gigabytes_of_zeros_are_refused(tmp_path):
    path = tmp_path / "a.zip"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.md", "w", force_zip64=True) as file:
            for _ in range(40):
                file.write(bytes(1_000_000))

    assert "40,000,000 bytes" in refuse(path, "would grow from")


def test_a_file_of_zeros_is_refused(tmp_path):
    path = tmp_path / "a.json"

    with path.open("wb") as file:
        file.truncate(10_000_000_000)

    for reader in (ghost, medium, substack):
        assert not reader.matches(path)

        with pytest.raises(NotReadable), reader.open_archive(path):
            pass


def test_many_files_that_are_one_are_refused(tmp_path, monkeypatch):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a" * 100_000, "b.md": "b" * 100_000})
    monkeypatch.setattr(archives, "TOTAL_FROM", 100_000)
    monkeypatch.setattr(archives, "MAX_RATIO", 100)
    refuse(path, "would grow to 200,000 bytes")


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILES", 2)
    files = {"a.md": "", "b.md": "", "c.md": ""}
    refuse(write_zip(tmp_path / "a.zip", files), "more than 2 files")
    refuse(write_folder(tmp_path / "folder", files), "more than 2 files")


def test_a_list_of_files_that_is_too_long_is_refused(tmp_path, monkeypatch):
    path = write_zip(tmp_path / "a.zip", {f"{n:099}.md": "" for n in range(1000)})
    monkeypatch.setattr(archives, "MAX_LIST", 100_000)
    refuse(path, "list of files is too long")


def test_a_file_that_says_it_is_larger_than_its_zip_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a"})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 20, 100_000_000)
    path.write_bytes(content)
    refuse(path, "is broken")


def test_an_encrypted_zip_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    refuse(path, "encrypted")


def test_a_zip_that_is_packed_otherwise_is_refused(tmp_path):
    path = tmp_path / "a.zip"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.md", "a")

    refuse(path, "packed in a way")


def test_a_zip_that_was_cut_off_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a"})
    path.write_bytes(path.read_bytes()[:-30])
    refuse(path, "can't be read as a zip")


def test_a_file_that_is_not_what_the_zip_says_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a" * 100})
    content = bytearray(path.read_bytes())
    start = content.index(b"a.md") + 4
    content[start : start + 3] = b"\xff\xff\xff"
    path.write_bytes(content)

    with (
        open_files(path) as files,
        pytest.raises(NotReadable, match="a.md in .* is broken"),
    ):
        files.read("a.md")


def test_a_file_that_is_not_where_the_zip_says_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "a" * 100})
    content = bytearray(path.read_bytes())
    content[0:4] = b"PK\x05\x06"
    path.write_bytes(content)

    with open_files(path) as files, pytest.raises(NotReadable, match="a.md .* be read"):
        files.open("a.md")


def test_what_is_missing_is_refused(tmp_path):
    refuse(tmp_path / "a.zip", "can't be read")
    refuse(tmp_path / "a\0b", "can't be read")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.zip")
    refuse(tmp_path / "a.zip", "neither a file nor a folder")


def test_a_file_that_nobody_may_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    path.touch()

    def fail(*args, **kwargs):
        raise PermissionError("Permission denied")

    monkeypatch.setattr(type(path), "open", fail)
    refuse(path, "Permission denied")


# Links


def test_a_link_in_a_zip_is_left(tmp_path):
    path = tmp_path / "a.zip"

    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a.md")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    assert read_names(path) == []
    assert read_left(path) == {"a.md": "it is a link"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights")
def test_links_in_a_folder_are_followed_within_it_alone(tmp_path):
    outside = write_folder(tmp_path / "outside", {"secret.md": "A secret."})
    folder = write_folder(tmp_path / "folder", {"a.md": "A"})
    (folder / "b.md").symlink_to("a.md")
    (folder / "out.md").symlink_to(outside / "secret.md")
    (folder / "up.md").symlink_to("../outside/secret.md")
    (folder / "nowhere.md").symlink_to("missing")
    (folder / "around").symlink_to(folder)
    (folder / "outside").symlink_to(outside)
    os.mkfifo(folder / "pipe.md")

    assert read_names(folder) == ["a.md", "b.md"]
    assert read_left(folder) == {
        "out.md": "it is a link that leads out of the folder",
        "up.md": "it is a link that leads out of the folder",
        "outside": "it is a link that leads out of the folder",
        "nowhere.md": "it is a link that leads nowhere",
        "around": "it is no file",
        "pipe.md": "it is no file",
    }


def test_nothing_is_written_to_the_disk(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.md": "A"})

    with open_files(path) as files:
        assert files.open("a.md").read() == b"A"
        assert isinstance(files.open("a.md"), io.BufferedReader)

    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
