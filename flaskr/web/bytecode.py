"""The bytecode of templates, in ``__pycache__`` beside them, as Python keeps that of
modules: to compile them took most of the time of a process's first page."""

import sys
import tempfile
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from flask import Flask
from jinja2.bccache import Bucket

DIGEST_SIZE = sha256().digest_size  # bytes


class TemplateBytecode(jinja2.BytecodeCache):
    """Files with a digest and Jinja's bytecode. They are trusted as the ``.pyc`` files
    of the same place are; what is damaged, old or out of reach is compiled anew."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The path of the bytecode; nothing for a template that is no file."""
        return cache_from_source(f"{filename}.py") if filename else ""

    def get_source_checksum(self, source: str) -> str:
        """What tells bytecode that Jinja would make of a template today."""
        return super().get_source_checksum(f"{jinja2.__version__}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put in what an earlier process compiled, if it is whole."""
        try:
            found = Path(bucket.key).read_bytes()
        except OSError:
            return

        digest, bytecode = found[:DIGEST_SIZE], found[DIGEST_SIZE:]

        if sha256(bytecode).digest() == digest:
            bucket.bytecode_from_string(bytecode)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled for later processes, if that can be."""
        if not bucket.key or sys.dont_write_bytecode:
            return

        bytecode = bucket.bytecode_to_string()
        path = Path(bucket.key)
        written = None

        try:
            path.parent.mkdir(parents=True, exist_ok=True)

            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                written = Path(file.name)
                file.write(sha256(bytecode).digest() + bytecode)

            # whoever may read the templates may read these
            written.chmod(0o644)
            written.replace(path)
        except OSError:
            # a folder that only root may write to, or a full disk
            if written:
                written.unlink(missing_ok=True)


def init_app(app: Flask) -> None:
    """Have the app's templates compiled once for all processes."""
    app.jinja_env.bytecode_cache = TemplateBytecode()
