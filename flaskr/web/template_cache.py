"""Compiled templates, kept as Python keeps modules: the first page of a process would
spend three quarters of its time on compiling them."""

import os
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class TemplateCache(FileSystemBytecodeCache):
    """Files beside those of Python, with the same trust: whoever may write there may
    change what runs anyway. A process that may not write compiles for itself."""

    def __init__(self, templates: str, compiler: str) -> None:
        """
        :param templates: the folder of the templates
        :param compiler: what else decides what they are compiled to
        """
        path = cache_from_source(os.path.join(templates, "%s.py"))
        super().__init__(*os.path.split(path))
        self.compiler = compiler

    def get_source_checksum(self, source: str) -> str:
        """Of the template, and of what compiles it."""
        return super().get_source_checksum(f"{self.compiler}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was compiled before, if there is such."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write it, if Python may write what it compiles and the system lets us."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                os.makedirs(self.directory, exist_ok=True)
                super().dump_bytecode(bucket)


def init_app(app: Flask) -> None:
    """Have the templates of an app compiled once for many processes; before anything
    uses them."""
    folder = os.path.join(app.root_path, str(app.template_folder))
    compiler = f"{version('jinja2')} {app.jinja_options}"
    app.jinja_options["bytecode_cache"] = TemplateCache(folder, compiler)
