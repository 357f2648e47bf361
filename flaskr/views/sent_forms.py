"""What a browser asks that kept a text until its form has arrived."""

from flask import Blueprint
from flask import g
from flask import request
from flask.typing import ResponseReturnValue

from ..data import comments
from ..data import sent_forms
from ..web.forms import find_form_id
from ..web.post_form import read_form
from .authors import read_profile

bp = Blueprint("sent_forms", __name__)


@bp.post("/account/sent")
def arrived() -> ResponseReturnValue:
    """Whether a form with its texts was saved, for who sent it. By the id alone, a
    correction after Back that was not saved would look as if it was."""
    form_id = g.user and find_form_id()
    digest = form_id and sent_forms.find_digest(form_id, g.user["id"])
    return {"arrived": bool(digest) and digest == hash_form()}


def hash_form() -> str:
    """What is kept of the texts that came with this request, once they are saved."""
    form = request.form

    if "comment" in form:
        return sent_forms.hash_texts(comments.clean(form["comment"]))
    elif "about" in form:
        return sent_forms.hash_texts(*read_profile())

    return sent_forms.hash_post(*read_form())
