"""A whole blog in another database, of the same engine or of the other one."""

from .command import init_app as init_app
