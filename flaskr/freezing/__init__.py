"""The public blog as files, which any server of files can show."""

from .command import init_app as init_app
