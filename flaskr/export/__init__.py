"""Taking a blog elsewhere: as files that other programs read, and back."""

from .command import init_app as init_app
