"""What a request has to do with working copies: the text and the form that it sent,
and what the editor opens with."""

import re
import typing as t

from flask import g
from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import edits
from ..data import merge_bases
from ..data import posts
from ..data import sent_forms
from ..data import tags
from ..data import working_copies
from ..data.merge_bases import Shown
from ..data.revisions import Content
from ..data.working_copies import Form
from ..data.working_copies import Text
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..text.lines import clean_lines
from . import rate_rules
from .forms import find_form_id
from .forms import make_token
from .post_kind import find_choice

# The field with the copy that a form was filled with.
FIELD = "copy"
SHOWN = re.compile(r"([\w-]{1,64})\.([\d :.-]{1,32})", re.ASCII)
# Between that copy and the origin of its text.
SEPARATOR = "/"
FORM_ID = re.compile(r"[\w-]{1,64}", re.ASCII)

# No post has it: a text that is saved over it is shown beside what the post is.
UNKNOWN_VERSION = 0

NOT_KEPT = lazy_gettext(
    "This text isn’t kept any more. It may have been published or discarded."
)


class NotKept(Exception):
    """Why a text was not kept, as a sentence, and the status of that answer."""

    def __init__(self, sentence: str, status: int, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


class Opening(t.NamedTuple):
    """What the editor says of working copies: the one that it shows, if it does, the
    newest one, and how many there are."""

    copy: Row | None
    newest: Row | None
    number: int


def read_text(tags_before: str = "") -> Text:
    """What was typed, without what no database has. Without a field for tags, those
    before stay."""
    return Text(
        " ".join(request.form["title"].replace("\0", "").split()),
        clean_lines(request.form["body"]),
        request.form.get("tags", tags_before).replace("\0", ""),
    )


def read_origins() -> tuple[Shown, ...]:
    """The copy that the form was filled with, and the first of the forms that its text
    went through, if that is another one."""
    parts = request.form.get(FIELD, "").split(SEPARATOR)[:2]
    matches = [SHOWN.fullmatch(part) for part in parts]
    found = tuple(Shown(*match.groups()) for match in matches if match)
    return found if all(matches) else ()


def write_shown(copy: Row) -> str:
    """As the field has it."""
    parts = f"{copy['form_id']}.{copy['saved']}", copy["origin"]
    return SEPARATOR.join(filter(None, parts))


def read_form(form_id: str, post: Row | None, opened: int | None) -> Form:
    """The form that the current user sent.

    :param opened: the version that came with it
    """
    post_id: int | None = post["id"] if post else None
    return Form(g.user["id"], form_id, post_id, opened, read_origins(), find_choice())


def find_sent_post(form_id: str) -> tuple[Row | None, int | None]:
    """The post that a form for a new one became, and the version that it then had; a
    text of that form is one for that post."""
    sent = sent_forms.find_post(form_id, g.user["id"])

    if sent is None:
        return None, None

    return sent.row, sent.row["version"] if sent.is_unchanged else UNKNOWN_VERSION


def find_base(post_id: int) -> Content | None:
    """The last text that the form that the current user sent has in common with what
    another form made of it, which became a post; ``None`` if there is no other, or its
    text isn't known any more."""
    form_id = find_form_id()
    # The other form may have gone on with this one's text, or both with a third's.
    forms = [Shown(form_id, working_copies.find_time())] if form_id else []

    for id, now in [*forms, *read_origins()]:
        saved = sent_forms.find_common(id, g.user["id"], post_id, now)
        copy = saved and merge_bases.find(g.user["id"], id, saved)

        if copy:
            return read_content(copy)

    return None


def is_published(text: Text, post: Row | None) -> bool:
    """Whether a text is what a post has; or a new one has nothing."""
    if post is None:
        return not any(part.strip() for part in text)

    return read_content(text._asdict()).is_like(edits.read_post(post))


def keep_draft(post: Row, opened: int | None, body: str) -> str:
    """Keep what the current user sent with a button, and not to publish it; return
    what to tell them.

    :param opened: the version that came with it
    :param body: the text that came with it, with its image
    :raise NotKept:
    """
    text = read_text(", ".join(posts.get_tag_names(post)))._replace(body=body)
    form_id = find_form_id() or make_token(g.user["id"]).id
    form = read_form(form_id, post, post["version"] if opened is None else opened)

    if problem := text.find_problem():
        raise NotKept(problem, 413)

    with transaction():
        if seconds := rate_rules.spend("AUTOSAVES"):
            raise NotKept(str(rate_rules.describe_wait(seconds)), 429, seconds)

        if is_published(text, post):
            working_copies.remove(form)
            return _("This is what is published. There is nothing to save.")

        working_copies.save(form, text, is_sent=True)

    return _("Saved. Nothing is published yet.")


def end_copy(post_id: int) -> None:
    """Forget what was in the form that the current user sent, which was published, in
    the transaction of the caller."""
    if form_id := find_form_id():
        form = Form(g.user["id"], form_id, post_id, origins=read_origins())
        working_copies.end(form)


def get_copy(form_id: str, is_discarded: bool = False) -> Row:
    """A working copy of the current user.

    :raise 404: if there is none
    """
    copy = (
        working_copies.find(g.user["id"], form_id, is_discarded)
        if FORM_ID.fullmatch(form_id)
        else None
    )
    return copy or abort(404, NOT_KEPT)


def find_opening(post: Row | None = None) -> dict[str, object]:
    """What the current user's editor opens with instead of what is published, by the
    names of its template: the copy that was asked for, or the newest of what there
    is."""
    post_id: int | None = post["id"] if post else None
    newest = copy = find_unsaved(post)

    if FIELD in request.args:
        copy = get_copy(request.args[FIELD])

        if copy["post_id"] != post_id:
            abort(404, NOT_KEPT)
    elif newest is None:
        return {}
    elif request.args.keys() & {"new", "published"} or post and is_older(newest, post):
        copy = None

    number = len(working_copies.find_all(g.user["id"], post_id))
    found: dict[str, object] = {"opening": Opening(copy, newest, number)}

    if copy:
        found |= read_copy(copy)._asdict()
        found |= {"version": copy["opened"], "copy": write_shown(copy)}

    return found


def find_unsaved(post: Row | None) -> Row | None:
    """The newest working copy of the current user's for a post, or for a new one, if it
    has something else than that."""
    newest = working_copies.find_newest(g.user["id"], post["id"] if post else None)
    return newest if newest and not is_published(read_copy(newest), post) else None


def read_copy(copy: Row) -> Text:
    """What a working copy has."""
    return Text(copy["title"], copy["body"], copy["tags"])


def read_content(copy: Row | dict[str, str]) -> Content:
    """As a post would have it."""
    title, body = posts.clean(copy["title"], copy["body"])
    return Content(title, body, tags.parse(copy["tags"]))


def is_older(copy: Row, post: Row) -> bool:
    """Whether a post was changed after a copy was saved."""
    has_changed = copy["opened"] != post["version"]
    return has_changed and str(copy["saved"]) < str(post["updated"])
