"""What an export has of each table, and of one person's; a test compares this with the
schema, so that none is forgotten."""

import typing as t


class Kept(t.NamedTuple):
    """A table of which an export has all rows.

    ``file`` is where they are, without the ending; ``key``, what no two of them have,
    by which they are sorted; ``whose``, the condition for those that a person takes,
    for the id of an account, or nothing if they take none of them.
    """

    file: str
    key: tuple[str, ...]
    whose: str = ""


OF_USER = "user_id = ?"
OF_AUTHOR = "author_id = ?"
OF_OWN_POST = "post_id IN (SELECT id FROM post WHERE author_id = ?)"
OF_OWN_BINNED = "binned_id IN (SELECT id FROM binned_post WHERE author_id = ?)"
OF_OWN_IMAGE = "(SELECT image_id FROM image_upload WHERE user_id = ?)"

ID = ("id",)
USER = ("user_id",)

# In this order: posts need what is before them to be read and written. What is in the
# file of "post" is of all folders with posts.
KEPT = {
    "user": Kept("people", ID, "id = ?"),
    "profile": Kept("profiles", USER, OF_USER),
    "profile_link": Kept("profile-links", ("user_id", "position"), OF_USER),
    "picture_file": Kept("pictures", ("user_id", "hash", "width"), OF_USER),
    "former_name": Kept("former-names", ("digest",), OF_USER),
    "suspension": Kept("suspensions", USER, OF_USER),
    "approval": Kept("approvals", USER, OF_USER),
    "application": Kept("applications", ID, OF_USER),
    "site_setting": Kept("settings", ("name",)),
    "image": Kept("images", ID, f"id IN {OF_OWN_IMAGE}"),
    "image_file": Kept(
        "image-files", ("image_id", "width"), f"image_id IN {OF_OWN_IMAGE}"
    ),
    "image_upload": Kept("uploads", ID, OF_USER),
    "tag": Kept("tags", ID),
    "post_tag": Kept("post-tags", ID, OF_OWN_POST),
    "post": Kept("posts", ID, OF_AUTHOR),
    "revision": Kept("revisions", ("post_id", "version"), OF_OWN_POST),
    "comment": Kept("comments", ID, OF_AUTHOR),
    "post_like": Kept("likes", ("post_id", "user_id"), OF_USER),
    "working_copy": Kept("working-copies", ("user_id", "form_id"), OF_USER),
    "waiting_post": Kept("waiting-posts", ("post_id",), OF_OWN_POST),
    "waiting_comment": Kept("waiting-comments", ID, OF_AUTHOR),
    "binned_post": Kept("bin/posts", ID, OF_AUTHOR),
    "binned_tag": Kept("bin/tags", ("binned_id", "position"), OF_OWN_BINNED),
    "binned_comment": Kept("bin/comments", ("binned_id", "id"), OF_AUTHOR),
    "binned_like": Kept("bin/likes", ("binned_id", "user_id"), OF_USER),
    "binned_revision": Kept("bin/revisions", ("binned_id", "version"), OF_OWN_BINNED),
    "cleanup": Kept("bin/cleanups", ID),
    "cleanup_person": Kept("bin/cleanup-people", ("cleanup_id", "user_id")),
    "cleanup_comment": Kept("bin/cleanup-comments", ("cleanup_id", "id"), OF_AUTHOR),
    "cleanup_like": Kept(
        "bin/cleanup-likes", ("cleanup_id", "post_id", "user_id"), OF_USER
    ),
    "cleanup_row": Kept("bin/cleanup-rows", ("cleanup_id", "source", "key")),
    "notice": Kept("notices", ID, OF_USER),
    "report": Kept("reports", ID, "reporter_id = ?"),
    "moderation": Kept("moderation", ID),
    "spam_decision": Kept("spam-decisions", ("subject",)),
    "spam_word": Kept("spam-words", ("hash",)),
    "imported_text": Kept("imported/texts", ("digest",)),
    "imported_person": Kept("imported/people", ("digest",)),
    "old_address": Kept("imported/addresses", ("path",)),
    # Its one row is in export.json.
    "blog": Kept("", ()),
}

# What no export has, and why.
LEFT = {
    "session": "lets somebody in",
    "one_time_link": "lets somebody in, or told who did",
    "notice_feed": "is a secret address, which the key of the blog signs",
    "rate_limit": "is of addresses, for minutes",
    "sent_form": "is for those who send a form twice, for days",
    "dismissed_warning": "is about the machine",
    "public_version": "is of no use elsewhere",
}

# What an import makes anew from the rest.
MADE = {
    *("post_rendering", "comment_rendering", "post_count", "image_use"),
    *("name_skeleton", "search_text", "search_queue"),
}

# What is in a file of its own, by the table.
CONTENT = {"picture_file", "image_file"}

# Columns that a person does not see, who learns why, but not from whom or by which
# rule.
OF_MODERATORS = {
    *("suspended_by", "approved_by", "answered_by", "refused_by", "closed_by"),
    *("removed_by", "why"),
}

# What an export has only if it is asked for.
PASSWORD = "password"
