"""The blog's own settings, for owners."""

import typing as t

from flask import abort
from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from .. import setting_kinds
from ..data import moderation
from ..data import site_settings
from ..db import transaction
from ..errors import lazy_gettext
from ..imaging.colors import derive_palette
from ..imaging.colors import write_whole
from ..imaging.samples import draw_sample
from ..web import rate_rules
from ..web import site_form
from ..web.features import gives_back
from ..web.permissions import refuse_demoted
from ..web.permissions import requires
from ..web.site_form import Values
from ..web.time_zones import list_zones
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("site", __name__, url_prefix="/admin/site")
bp.after_request(keep_nothing)
bp.record_once(
    gives_back(
        "admin/site_texts.html",
        *site_form.HIDDEN,
        site_title=lazy_gettext("Title"),
        site_description=lazy_gettext("Description"),
    )
)

# What the words mean that settings may be.
CHOICES = {
    "open": lazy_gettext("Anybody"),
    "invitation": lazy_gettext("Anybody whom an author, editor or owner invites"),
    "closed": lazy_gettext("Anybody whom an editor or owner invites"),
    "approval": lazy_gettext("Anybody, once an editor or owner agrees"),
    "none": lazy_gettext("Nothing"),
    "links": lazy_gettext("What newcomers write with links"),
    "all": lazy_gettext("All that newcomers write"),
    "author": lazy_gettext("Author"),
    "reader": lazy_gettext("Reader"),
}


@bp.app_template_filter()
def choice_options(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Words that a setting may be, each with what people call it."""
    return [(word, str(CHOICES.get(word, word))) for word in words]


@bp.get("")
@login_required
@requires("site.update")
def show() -> ResponseReturnValue:
    """Show the settings in a form."""
    now = site_settings.read_all()
    return render_form(now, now)


def render_form(
    values: Values, before: Values, problems: dict[str, str] | None = None
) -> str:
    """The form.

    :param values: to show
    :param before: what they are saved over
    """
    accent = values["ACCENT_COLOR"]
    is_color = site_form.is_color(accent)
    sample = accent if is_color else site_settings.get("ACCENT_COLOR")
    return render_template(
        "admin/site.html",
        values=values,
        before=site_form.write_before(before),
        problems=problems or {},
        fixed={name: site_settings.find_place(name) for name in site_settings.NAMES},
        most=site_settings.MOST,
        choices={
            name: words
            for name, words in setting_kinds.choices.items()
            if name in site_settings.NAMES
        },
        all_languages=setting_kinds.languages,
        zones=list_zones(values["TIMEZONE"]),
        sample=sample,
        whole_color=write_whole(sample).lower(),
    )


@bp.post("")
@login_required
@requires("site.update")
def submit() -> ResponseReturnValue:
    """Save what was changed, or show the colors first."""
    now = site_settings.read_all()
    before = site_form.read_before(now)
    values = site_form.read_values(now)
    problems = site_form.find_problems(values)

    if "preview" in request.form:
        return render_again(values, before, now, problems)
    elif problems:
        return render_again(values, before, now, problems), 422
    elif seconds := rate_rules.spend("EDITS"):
        flash(str(rate_rules.describe_wait(seconds)), "error")
        page = render_again(values, before, now, {})
        return page, 429, {"Retry-After": str(seconds)}

    images, refused = site_form.read_images()

    if refused:
        worst = max(refused.values(), key=lambda e: e.status)
        sentences = {name: str(e) for name, e in refused.items()}
        page = render_again(values, before, now, sentences)
        return page, worst.status, worst.headers

    return save(values | images, before)


def save(values: Values, before: Values) -> ResponseReturnValue:
    """Save what somebody changed, unless others changed the same meanwhile."""
    with transaction():
        refuse_demoted("site.update")
        now = site_settings.read_all()
        changes = site_form.find_changes(values, before)
        changes = site_form.find_changes(changes, now)
        conflicts = site_form.find_conflicts(changes, before, now)

        if changes and not conflicts:
            site_settings.change(changes, g.user["id"])
            names = ", ".join(sorted(changes))
            moderation.log("site.update", g.user["id"], reason=names)

    if conflicts:
        flash(
            _("Nothing was saved yet: somebody else changed the same settings."),
            "error",
        )
        problems = {name: describe_conflict(name, now[name]) for name in conflicts}
        # Once they are told, they may replace it.
        told = before | {name: now[name] for name in conflicts}
        return render_again(values, told, now, problems), 409

    flash(_("Saved."))
    return redirect(url_for("site.show"))


def describe_conflict(name: str, value: t.Any) -> str:
    """What somebody else made of a setting, and what to do."""
    if name in site_settings.IMAGES:
        return _("Somebody else changed this image. Choose yours again to replace it.")

    return _("Somebody else changed this. Save again to replace what they chose.")


def render_again(
    values: Values, before: Values, now: Values, problems: dict[str, str]
) -> str:
    """The form with what was typed, and with what others changed where nothing was."""
    changes = site_form.find_changes(values, before)
    typed = {n: v for n, v in changes.items() if n not in site_settings.IMAGES}
    # What was not touched is not told from what others made of it.
    before = now | {name: before[name] for name in changes}
    return render_form(now | typed, before, problems)


@bp.get("/colors-<any(light, dark):scheme>.svg")
@login_required
@requires("site.update")
def colors(scheme: str) -> ResponseReturnValue:
    """Show what pages look like in a color."""
    accent = request.args.get("color", site_settings.get("ACCENT_COLOR"))

    if not site_form.is_color(accent):
        abort(400)

    palette = derive_palette(accent)
    found = palette.light if scheme == "light" else palette.dark
    svg = draw_sample(found, _("Title of the blog"), _("Text and a link"), _("Button"))
    return Response(svg, content_type="image/svg+xml; charset=utf-8")
