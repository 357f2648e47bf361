"""What owners type to change the blog's settings: read, checked, and compared with what
others changed meanwhile."""

import json
import typing as t
from collections.abc import Callable
from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _

from .. import setting_kinds
from ..data import site_settings
from ..data.site_settings import StoredImage
from ..imaging import icons
from ..imaging import logo
from ..imaging.colors import write_whole
from ..text.names import is_visible
from . import uploads
from .static_files import hash_content

Values = dict[str, t.Any]

# The fields, by the settings that they change.
FIELDS = {name: name.lower() for name in site_settings.NAMES}

# With it, the form says which values it was opened with; and which color it showed.
BEFORE = "before"
SHOWN_COLOR = "shown_color"
PICKER = "color_picker"

# What a form sends along, beside its texts.
HIDDEN = (BEFORE,)


class Unread(t.NamedTuple):
    """What somebody typed that is no number: shown again, and never saved."""

    text: str

    def __str__(self) -> str:
        return self.text


def write_before(values: Mapping[str, t.Any]) -> str:
    """Values, as the form sends them along."""
    return json.dumps(values)


def read_before(now: Values) -> Values:
    """The values that the form was opened with; those of now, where it does not say."""
    found = site_settings.parse(request.form.get(BEFORE, ""))
    opened = now | (found if isinstance(found, dict) else {})
    languages = opened["LANGUAGES"]
    opened["LANGUAGES"] = tuple(languages) if isinstance(languages, list) else languages
    return opened


def read_values(now: Values) -> Values:
    """What came with the form, by the names of settings, but for images and what the
    operator set: a field that did not come leaves out its setting."""
    read: dict[str, Callable[[str], t.Any]] = {
        "SITE_TITLE": read_line,
        "SITE_DESCRIPTION": read_line,
        "ACCENT_COLOR": read_color,
        "WHOLE_POSTS": bool,
        "PUBLIC_REVISIONS": bool,
        "PAGE_SIZE": read_number,
    }
    form = request.form
    found = {
        name: read.get(name, read_word)(form[field])
        for name, field in FIELDS.items()
        if field in form and name not in (*site_settings.IMAGES, "LANGUAGES")
    }

    if "first_language" in form:
        found["LANGUAGES"] = read_languages()

    return {
        name: value
        for name, value in found.items()
        if not site_settings.find_place(name)
    }


def read_line(text: str) -> str:
    """A text as it is stored."""
    return " ".join(text.replace("\0", "").split())


def read_word(text: str) -> str:
    """One of a list, or what else a program sends."""
    return read_line(text)[:100]


def read_number(text: str) -> int | Unread:
    """A number of a few digits."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else Unread(text[:100])


def read_color(text: str) -> str:
    """The color that was typed, or else the one that was picked: without a script,
    neither changes the other."""
    shown = request.form.get(SHOWN_COLOR, "")
    text = read_word(text).lower()
    picked = request.form.get(PICKER, "").lower()
    is_picked = text == shown and is_color(shown) and picked != write_whole(shown)
    return read_word(picked) if picked and is_picked else text


def is_color(text: str) -> bool:
    """Whether a text is one that can be saved."""
    return site_settings.fits("ACCENT_COLOR", text)


def read_languages() -> tuple[str, ...]:
    """The languages that were chosen, that of who wants none of them first."""
    chosen = request.form.getlist(FIELDS["LANGUAGES"])
    first = request.form["first_language"]
    known = [tag for tag in setting_kinds.languages if tag in chosen]
    return tuple(sorted(known, key=lambda tag: tag != first))


def find_problems(values: Values) -> dict[str, str]:
    """What is wrong with what was typed, as sentences, by the names of settings."""
    problems = {
        name: describe_problem(name, value)
        for name, value in values.items()
        if not site_settings.fits(name, value)
    }
    languages = values.get("LANGUAGES")

    if languages and languages[0] != request.form["first_language"]:
        problems["LANGUAGES"] = _(
            "Offer this language, or choose another one for everyone else."
        )

    return problems


def describe_problem(name: str, value: t.Any) -> str:
    """Why a value can't be saved, and what to do."""
    if name == "SITE_TITLE" and not any(map(is_visible, value)):
        return _("Give the blog a title.")
    elif name in site_settings.MOST and len(value) > site_settings.MOST[name]:
        return _(
            "This has %(number)d characters. Shorten it to %(most)d at most.",
            most=site_settings.MOST[name],
            number=len(value),
        )
    elif name in site_settings.MOST:
        return _("This has characters that no page can show. Type it again.")

    sentences = {
        "ACCENT_COLOR": _("Write the color like #00655f or #06f, or pick one."),
        "PAGE_SIZE": _("Type a number from 1 to 200."),
        "LANGUAGES": _("Offer at least one language."),
        "TIMEZONE": _("Choose a time zone from the list."),
    }
    return sentences.get(name) or _("Choose one from the list.")


def read_images() -> tuple[Values, dict[str, uploads.NotUploaded]]:
    """The images that came with the form, ``None`` for one that is to be removed; and
    why others were refused."""
    makers = {"SITE_LOGO": make_logo, "SITE_ICON": make_icon}
    found: Values = {}
    refused = {}

    for name, make in makers.items():
        field = FIELDS[name]

        if site_settings.find_place(name):
            continue
        elif uploads.is_chosen(field):
            try:
                found[name] = uploads.decode(field, make)
            except uploads.NotUploaded as e:
                refused[name] = e
        elif f"remove_{field}" in request.form:
            found[name] = None

    return found, refused


def make_logo(data: bytes) -> StoredImage:
    """A logo as the database has it.

    :raise BadImage: as :func:`.logo.read_logo`
    """
    made = logo.read_logo(data)
    size = f"{made.width}x{made.height}"
    return StoredImage(
        f"{hash_content(made.content)}-{size}.{made.extension}", made.content
    )


def make_icon(data: bytes) -> StoredImage:
    """An icon as the database has it: a square.

    :raise BadImage: as :func:`.icons.read_icon`
    """
    content = icons.encode(icons.read_icon(data), "PNG")
    return StoredImage(
        f"{hash_content(content)}-{icons.SIZE}x{icons.SIZE}.png", content
    )


def get_address(value: t.Any) -> t.Any:
    """A value to compare by: of an image, its address."""
    return value.address if isinstance(value, StoredImage) else value


def find_changes(values: Values, before: Values) -> Values:
    """What somebody changed in the form."""
    return {
        name: value
        for name, value in values.items()
        if get_address(value) != before[name]
    }


def find_conflicts(changes: Values, before: Values, now: Values) -> list[str]:
    """The settings that somebody else changed since the form was opened, to something
    else."""
    return [
        name
        for name, value in changes.items()
        if now[name] not in (before[name], get_address(value))
    ]
