"""Cheap signs that a program filled in a form: a field that people don't see, and the
time it took. They are reasons to look at what was sent, and never to refuse it."""

import time

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask import Response
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from markupsafe import Markup

from ..errors import lazy_gettext
from .forms import find_keys
from .security import PRIVATE

# The fields: no browser and no password manager fills in a subject.
DECOY = "subject"
SHOWN = "shown"

HIDDEN_FIELD = "hidden field"
TOO_FAST = "too fast"

# What people read for a signal.
DESCRIPTIONS = {
    HIDDEN_FIELD: lazy_gettext("A field that people don’t see was filled in."),
    TOO_FAST: lazy_gettext("The form came back too soon for somebody who types."),
}


def get_serializer() -> URLSafeSerializer:
    """What signs when a form was shown."""
    return URLSafeSerializer(find_keys(), salt="flaskr form shown")


def find_shown() -> int | None:
    """When the form that was sent was shown first, in seconds since 1970; ``None`` if
    it does not say so, as other programs send it."""
    try:
        shown = get_serializer().loads(request.form.get(SHOWN, ""))
    except BadSignature:
        return None

    return shown if isinstance(shown, int) else None


def find_signals() -> list[str]:
    """The signals of the form that was sent with this request, as
    :data:`DESCRIPTIONS` has them; none of one that has no such fields."""
    signals = []
    shown = find_shown()

    if request.form.get(DECOY, "").strip():
        signals.append(HIDDEN_FIELD)

    if shown is not None:
        shortest = current_app.config["FORM_MIN_TIME"].total_seconds()

        # Another server's clock may be ahead.
        if 0 <= time.time() - shown < shortest:
            signals.append(TOO_FAST)

    return signals


def write_shown() -> Markup:
    """The field that says when the form was shown: that of the form that was sent, if
    it comes again."""
    g.says_when_shown = True
    shown = find_shown()
    value = get_serializer().dumps(int(time.time()) if shown is None else shown)
    return Markup('<input type="hidden" name="{}" value="{}">').format(SHOWN, value)


def keep_to_one(response: Response) -> Response:
    """Have nobody else get a page that says when it was shown: one that is kept for all
    readers would say when the first of them got it."""
    if "says_when_shown" in g and g.get("user") is None:
        response.headers["Cache-Control"] = f"{PRIVATE}, max-age=0"

    return response


def init_app(app: Flask) -> None:
    """Let templates write the fields."""
    app.after_request(keep_to_one)
    app.add_template_global(write_shown, "form_shown")
    app.jinja_env.globals["decoy_field"] = DECOY
