"""Processes that fork: the child would share SQLite's view of locks which it does not
have (sqlite.org/howtocorrupt.html 2.7)."""

import os
import typing as t
import weakref
from collections.abc import Callable


class Forking(t.Protocol):
    """What must have nothing open while its process forks."""

    def before_fork(self) -> None:
        """Close what is open."""

    def after_fork(self) -> None:
        """Go on, in the parent."""

    def after_fork_in_child(self) -> None:
        """Begin anew."""


def handle_forks(owner: Forking) -> None:
    """Call the methods of an object whenever the process forks, as long as it lives."""
    # Hooks are for ever, this is not.
    reference = weakref.ref(owner)

    def hook(name: str) -> Callable[[], object]:
        return lambda: (alive := reference()) and getattr(alive, name)()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=hook("before_fork"),
            after_in_parent=hook("after_fork"),
            after_in_child=hook("after_fork_in_child"),
        )
