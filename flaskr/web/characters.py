"""Characters that no page may have, in what somebody typed: a page that repeats it, as
the search and every refused form, shows a replacement for each. A text in a form goes
back as it was typed."""

import re
from itertools import chain

from flask import Flask
from flask import request
from flask import Response

from ..text.lines import FORBIDDEN

REPLACEMENT = "\ufffd"

TEXT_OR_FORBIDDEN = re.compile(f"(<textarea.*?</textarea>)|{FORBIDDEN.pattern}", re.S)


def has_forbidden() -> bool:
    """Whether one of them is in the address or the form of this request."""
    # A form that was refused, or that nobody wanted, is not read for this.
    form = request.form if "form" in vars(request) else {}
    typed = chain([request.path], request.args.values(), form.values())
    return any(map(FORBIDDEN.search, typed))


def replace_forbidden(response: Response) -> Response:
    """Replace them in a page that may repeat them."""
    if response.mimetype == "text/html" and has_forbidden():
        page = response.get_data(as_text=True)
        response.set_data(
            TEXT_OR_FORBIDDEN.sub(lambda found: found[1] or REPLACEMENT, page)
        )

    return response


def init_app(app: Flask) -> None:
    """Do so after each request."""
    app.after_request(replace_forbidden)
