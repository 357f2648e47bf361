"""Archives that tests give to readers."""

import json
import zipfile

from flaskr.text.pasted import convert


def write_zip(path, files):
    """A zip of texts, bytes and values, which become JSON, by their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, encode(content))

    return path


def write_folder(path, files):
    """A folder of the same."""
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encode(content))

    return path


def encode(content):
    if isinstance(content, bytes):
        return content

    return (content if isinstance(content, str) else json.dumps(content)).encode()


def read_all(reader, path, **options):
    """The posts of an archive by their keys, and what is left by its name."""
    with reader.open_archive(path, **options) as archive:
        found = list(archive.read())

    posts = {record.key: record for record in found if hasattr(record, "state")}
    left = {record.name: record for record in found if not hasattr(record, "state")}
    assert len(posts) + len(left) == len(found)
    return posts, left


def read_one(reader, path, **options):
    """The only post of an archive."""
    posts, _ = read_all(reader, path, **options)
    (post,) = posts.values()
    return post


def read_media(reader, path, reference, **options):
    """What a text of an archive refers to, or ``None``."""
    with reader.open_archive(path, **options) as archive:
        file = archive.open_media(reference)

        if file is None:
            return None

        with file:
            return file.read()


def make_markdown(html):
    """What the blog makes of a text in HTML."""
    # Without a heading, a plain text is taken for what is on the clipboard beside it.
    return convert(f"<h1>A</h1>{html}", "").markdown.removeprefix("# A").strip()
