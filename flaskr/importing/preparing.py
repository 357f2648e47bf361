"""A post of another blog, made one of this: what takes time, before a transaction."""

import re
import typing as t
from collections.abc import Collection
from datetime import datetime
from datetime import UTC

from ..data import comments
from ..data import imports
from ..data import posts
from ..data import renderings
from ..data import times
from ..text.names import is_visible
from . import tag_names
from .digests import make_digest
from .planning import make_keys
from .planning import name_kind
from .records import Comment
from .records import Post
from .records import State
from .texts import OldBlog
from .texts import Text
from .texts import TooLong
from .threads import sort_comments

# Characters of what becomes a title where there is none.
WORDS = 60

NO_DATE = "it has no date that can be read, and got"


class Preparer:
    """Makes posts and comments of this blog of those of another one."""

    def __init__(self, blog: OldBlog) -> None:
        self.blog = blog
        self.plan = blog.plan
        self.report = blog.report
        self.people = blog.people

    def prepare(self, post: Post, digest: str) -> imports.Post:
        """A post as it is written.

        :raise TooLong:
        """
        author_id = self.people.find_author(post.authors)
        name = post.title or post.key
        kind = name_kind(post)
        body = Text(self.blog, post, author_id).make()
        title, body = posts.clean(self.make_title(post, body), body)

        if len(title) > posts.MAX_TITLE:
            title = f"{title[: posts.MAX_TITLE - 1].rstrip()}…"
            self.report.change(kind, name, "the title was too long, and was cut")

        if problem := posts.find_problem(title, body, is_draft=True):
            raise TooLong(problem)

        for warning in post.warnings:
            self.report.change(kind, name, warning)

        if not post.created and post.state is not State.DRAFT:
            self.report.change(kind, name, f"{NO_DATE} today's")

        if len(post.authors) > 1:
            self.report.change(kind, name, "it has one author here, the first")

        return imports.Post(
            id=self.plan.numbers.get(digest, 0),
            digest=digest,
            author_id=author_id,
            title=title,
            body=body,
            rendering=renderings.make(renderings.POST, body),
            tags=self.make_tags(post),
            **self.make_times(post),
            is_page=post.is_page,
            addresses=make_keys(post.addresses),
            fingerprint=self.plan.fingerprints.get(digest, ""),
        )

    def make_title(self, post: Post, body: str) -> str:
        """The title, or the first words of a text that has none."""
        if any(map(is_visible, post.title)):
            return post.title

        self.report.change(
            name_kind(post),
            post.addresses[0] if post.addresses else post.key,
            "it had no title, and got its first words or its date as one",
        )
        text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)|[#*_>`\\]", r"\1", body[:2000])
        words = " ".join(text.split())[:WORDS]
        shortened = words.rpartition(" ")[0] if len(words) == WORDS else words
        return shortened or words or find_created(post).date().isoformat()

    def make_tags(self, post: Post) -> list[str]:
        """The tags that posts can have here."""
        chosen = tag_names.choose(post.tags)

        if any(chosen.get(old) != " ".join(old.split()) for old in post.tags):
            self.report.change(
                name_kind(post),
                f"{post.title or post.key}: {', '.join(post.tags)}",
                "its tags are written otherwise, or are fewer",
            )

        return list(dict.fromkeys(chosen.values()))

    def make_times(self, post: Post) -> dict[str, t.Any]:
        """When it was written and changed, and whether and until when it waits."""
        created = format_time(find_created(post))
        updated = format_time(post.updated) if post.updated else None
        changed = updated if updated and updated > created else None
        now = times.now()
        found = {"created": created, "updated": changed, "drafted": None, "due": None}

        if post.state is not State.PUBLIC:
            if post.state is State.PRIVATE:
                self.report.change(
                    name_kind(post),
                    post.title or post.key,
                    "it was not for all, and is a draft",
                )

            # As long as nobody has seen it, the two are the same.
            created = min(created, now)
            found |= {"created": created, "drafted": created}
        elif created > now:
            found |= {"created": now, "updated": None, "drafted": now, "due": created}

        return found

    def make_comment_digest(self, digest: str, key: str) -> str:
        """By what a comment is known again; empty for none."""
        return make_digest(digest, "comment", key) if key else ""

    def prepare_comments(
        self, post: Post, digest: str, known: Collection[str]
    ) -> t.Iterator[imports.Comment]:
        """The comments of a post that are not known, those that begin a thread
        first."""
        for comment, thread in sort_comments(map(give_key, post.comments)):
            own = self.make_comment_digest(digest, comment.key)

            if own in known:
                continue

            body = self.make_comment(comment, post)

            if problem := comments.find_problem(body):
                self.report.leave("comment", post.title or post.key, problem)
                continue

            self.report_place(comment, thread, post)
            created = comment.created or find_created(post)
            yield imports.Comment(
                digest=own,
                thread=self.make_comment_digest(digest, thread),
                author_id=self.people.find_commenter(comment.author),
                created=min(format_time(created), times.now()),
                body=body,
                rendering=renderings.make(renderings.COMMENT, body),
            )

    def report_place(self, comment: Comment, thread: str, post: Post) -> None:
        """Say where a comment stands otherwise than it did."""
        name = post.title or post.key

        if not comment.created:
            self.report.change("comment", name, f"{NO_DATE} that of its post")

        if thread and comment.parent != thread:
            what = "it answered an answer, and stands below the first of its thread"
            self.report.change("comment", name, what)
        elif comment.parent and not thread:
            what = "what it answered is not taken or is later, and it begins a thread"
            self.report.change("comment", name, what)

    def make_comment(self, comment: Comment, post: Post) -> str:
        """The text of a comment, no longer than one can be."""
        body = comments.clean(Text(self.blog, post, None).make_comment(comment.html))

        if len(body) > comments.MAX_BODY:
            self.report.change(
                "comment", post.title or post.key, "it was too long, and was cut"
            )
            body = f"{body[: comments.MAX_BODY - 1].rstrip()}…"

        return body


def find_created(post: Post) -> datetime:
    """When a post was written; without a date, now."""
    return post.created or datetime.now(UTC)


def format_time(time: datetime) -> str:
    """A time as the database has it."""
    return times.format_utc(time)


def give_key(comment: Comment) -> Comment:
    """A comment with a key: one without is known by who wrote it, when and what."""
    created = comment.created.isoformat() if comment.created else ""
    facts = (*comment.author, created, comment.html)
    return comment if comment.key else comment._replace(key=make_digest(*facts))
