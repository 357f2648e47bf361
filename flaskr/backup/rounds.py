"""One state of the blog after the other, each of them a round."""

import time
import typing as t
from collections import Counter
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from flask import current_app

from .. import db
from ..copy_db.updating import Differs
from .apart import call_apart
from .apart import find_used
from .chunks import compress
from .chunks import cut
from .chunks import Damaged
from .chunks import find_digest
from .files import require_room
from .files import work_folder
from .folder import Folder
from .making import find_size
from .making import update_copy
from .making import write_copy
from .proving import FILE
from .proving import prove
from .states import BadState
from .states import find_now
from .states import State
from .thinning import choose_removed

# The copy and what is put together of chunks, or that and the copy on which the blog
# is opened.
COPIES = 2

# A proof that took so many seconds of a core is followed, so many times later, by the
# next one: a fiftieth of it.
PROOF_PAUSE = 50

# Seconds after which it is copied and proven though nothing seems to have changed: the
# disk may have.
LOOK_EVERY = 60 * 60

# New chunks that are held in memory, compressed.
HELD = 256


class OtherBlog(click.ClickException):
    """The folder is another blog's."""


class Rounds:
    """What a process knows of a folder that it holds."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.newest: State | None = None
        # Whether each state was proven; those that can't be read were not.
        self.found: dict[datetime, bool] = {}
        self.unreadable: set[datetime] = set()
        # How many states have each chunk.
        self.references: Counter[bytes] = Counter()
        self.written: set[bytes] = set()
        self.signature: object = None
        self.prove_at = self.look_at = time.monotonic()
        # Seconds of a core that the last round took, without its proof.
        self.seconds = 0.0

    def load(self) -> None:
        """Read what there is, and remove what a process that was killed left."""
        for moment in self.folder.states.list_moments():
            try:
                state = self.folder.states.read(moment)
            except BadState as e:
                click.echo(f"{e}. Remove it if it is damaged.", err=True)
                self.unreadable.add(moment)
                self.found[moment] = False
            else:
                self.add(state)

        self.remove_unknown()

    def remove_unknown(self) -> None:
        """Remove chunks that no state has, if it is known which those are."""
        if not self.unreadable:
            self.folder.chunks.remove_others(self.references)

    def add(self, state: State) -> None:
        """Know a state, the newest so far."""
        self.found[state.moment] = state.is_proven
        self.references.update(set(state.digests))
        self.newest = state

    def take(self) -> State | None:
        """Write what the blog is now, unless that is what it was.

        :raise NotProven: if the copy is no backup
        :raise OSError: if there is no room, say
        """
        # Though nothing may have changed: whoever counts on the states is told.
        self.folder.require_held()
        began = find_used()
        address = current_app.config["DATABASE"]
        signature = db.get_engine().changes.read_signature(address)
        is_same = signature is not None and signature == self.signature
        is_unproven = self.newest and not self.newest.is_proven
        look_at = self.prove_at if is_unproven else self.look_at

        if is_same and time.monotonic() < look_at:
            self.seconds = find_used() - began
            return None

        self.signature = None
        self.written.clear()

        try:
            with work_folder(self.folder.path) as work:
                state = self.make(work, began)
        except Exception:
            # Who is ended leaves them to the next: the state may have its name.
            self.remove_chunks(self.written)
            raise

        self.remove_chunks(self.written)
        self.thin()
        self.signature = signature
        self.look_at = time.monotonic() + LOOK_EVERY
        return state

    def make(self, work: Path, began: float) -> State | None:
        """As :meth:`take`, in a folder for files that are not complete."""
        require_room(self.folder.path, COPIES * find_size())
        moment = self.find_moment()
        copy = work / "backup.sqlite"
        should = self.copy(copy)
        blog = self.check_blog(copy)
        digests, size = self.store(copy), copy.stat().st_size
        is_due = time.monotonic() >= self.prove_at
        is_news = not self.newest or digests != self.newest.digests
        self.seconds = find_used() - began

        if is_due:
            self.prove(copy, digests, should)

        self.folder.require_held()

        # One that was not proven is followed by one that is.
        if not is_news and not (is_due and self.newest and not self.newest.is_proven):
            return None

        state = State(moment, blog, size, is_due, digests)
        self.folder.states.write(state, work)
        self.add(state)
        return state

    def copy(self, copy: Path) -> t.Any:
        """Write all of the blog into a new file; return what it should have. Pages of
        a server's rows are made anew: those of the newest state are changed, so that
        most chunks stay what they are."""
        if db.get_engine() is FILE or self.newest is None:
            return write_copy(copy)

        put_together, digests = self.folder.chunks.put_together, self.newest.digests

        try:
            put_together(digests, copy)
            should, is_same = update_copy(copy)

            if is_same:
                # To look at it has changed the first page.
                copy.unlink()
                put_together(digests, copy)

            return should
        except (Damaged, Differs, click.ClickException):
            # What is wrong with the blog itself is told by the whole copy.
            copy.unlink()
            return write_copy(copy)

    def find_moment(self) -> datetime:
        """Now, once there is no state of this second."""
        while (moment := find_now()) in self.found:
            time.sleep(0.1)

        return moment

    def check_blog(self, copy: Path) -> str | None:
        """Which blog a copy is of.

        :raise OtherBlog: if the states are another one's
        """
        blog: str | None = FILE.backups.find_blog(str(copy))
        others = self.newest and self.newest.blog

        if blog and others and blog != others:
            raise OtherBlog(
                f"{self.folder.path} has states of another blog than {db.describe()}."
                " Choose another folder."
            )

        return blog

    def store(self, copy: Path) -> tuple[bytes, ...]:
        """Have the folder have all chunks of a copy; return which they are. New ones
        are read again."""
        digests: list[bytes] = []
        new: dict[bytes, bytes] = {}

        for content in cut(copy):
            digest = find_digest(content)
            digests.append(digest)

            if digest not in new and not self.folder.chunks.has(digest):
                new[digest] = compress(content)

            if len(new) >= HELD:
                self.write(new)
                new.clear()

        self.write(new)
        return tuple(digests)

    def write(self, new: dict[bytes, bytes]) -> None:
        """Write new chunks.

        :raise Damaged: if the disk has something else afterwards
        """
        self.written.update(new)
        self.folder.chunks.add_all(new)

        if damaged := self.folder.chunks.find_damaged(new):
            raise Damaged(damaged)

    def prove(self, copy: Path, digests: tuple[bytes, ...], should: t.Any) -> None:
        """Put a state together from its chunks, as restoring does, and prove it as a
        backup is. Chunks that are damaged are written anew first.

        :raise NotProven: if it is none
        """
        began = find_used()
        whole, chunks = copy.with_name("whole.sqlite"), self.folder.chunks

        try:
            chunks.put_together(digests, whole)
        except Damaged as e:
            click.echo(f"{e}, and written anew.", err=True)
            chunks.remove(e.found)
            whole.unlink()
            self.store(copy)
            chunks.put_together(digests, whole)

        copy.unlink()
        # Otherwise the child, when it leaves the database, ends what is the parent's.
        db.disconnect()
        call_apart(partial(prove, whole, should, copy.with_name("opened.sqlite")))
        self.prove_at = time.monotonic() + PROOF_PAUSE * (find_used() - began)

    def thin(self) -> None:
        """Remove the states that are not kept any more, and what only they have."""
        last = self.newest and self.newest.moment

        for moment in sorted(choose_removed(self.found, find_now(), last)):
            self.remove(moment)

    def remove(self, moment: datetime) -> None:
        """Remove a state."""
        digests = self.read_digests(moment)
        self.folder.states.remove(moment)
        del self.found[moment]
        self.references.subtract(digests)

        if moment in self.unreadable:
            self.unreadable.discard(moment)
            self.remove_unknown()
        else:
            self.remove_chunks(digests)

    def read_digests(self, moment: datetime) -> set[bytes]:
        """Which chunks a state has; those of one that can't be read are removed when
        this command is run again."""
        try:
            return set(self.folder.states.read(moment).digests)
        except BadState:
            return set()

    def remove_chunks(self, digests: set[bytes]) -> None:
        """Remove those of some chunks that no state has."""
        if self.unreadable or not self.folder.is_held():
            return

        gone = {digest for digest in digests if self.references[digest] <= 0}

        for digest in gone:
            del self.references[digest]

        self.folder.chunks.remove(gone)
