"""What people say for what they do or ask: a line that somebody else reads."""

from flask_babel import gettext as _

from ..text.lines import FORBIDDEN

MAX_LENGTH = 500  # characters


def clean(reason: str) -> str:
    """A reason as it is stored: a line, which feeds can have, too."""
    return " ".join(FORBIDDEN.sub("", " ".join(reason.split())).split())


def find_problem(reason: str, missing: str | None = None) -> str | None:
    """Why a clean reason can't be given, as a sentence.

    :param missing: what to say if there is none; then one may be left out if this is
        ``None``
    """
    if len(reason) > MAX_LENGTH:
        return _(
            "The reason has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_LENGTH,
            number=len(reason),
        )

    return None if reason else missing
