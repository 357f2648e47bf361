"""The page of an author, and what they show of themselves."""

from flask import Blueprint
from flask import current_app
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import applications
from ..data import pictures
from ..data import posts
from ..data import profiles
from ..data import sent_forms
from ..data import suspensions
from ..data import users
from ..data.opened import Changed
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..imaging.process import ProcessedImage
from ..imaging.squares import make_square
from ..text.fingerprints import make_fingerprint
from ..text.profile_links import parse
from ..web import pagination
from ..web import rate_rules
from ..web import uploads
from ..web.approval import find_rule
from ..web.features import checks_links
from ..web.features import gives_back
from ..web.features import lets_prefetch
from ..web.permissions import may
from ..web.personal_pages import kept_per_person
from ..web.reported import report_doubts
from ..web.sending import note_sent
from ..web.urls import is_here
from ..web.urls import redirect_permanently
from .auth import login_required

bp = Blueprint("authors", __name__)
bp.record_once(
    gives_back(
        "people/fields.html",
        "remove_picture",
        "version",
        display_name=lazy_gettext("Name"),
        about=lazy_gettext("About you"),
        links=lazy_gettext("Links"),
    )
)
bp.record_once(checks_links("/author/<name:name>", users.find_names, "name"))
bp.record_once(lets_prefetch("/author/:name"))


def get_author(name: str) -> Row:
    """The user of a name, closed accounts included, unless all that one wrote is in
    the bin. Who waits to be let in, or is suspended and shows nothing but a profile, is
    for moderators.

    :raise 404: if nobody has the name
    """
    author = users.find(name, include_closed=True)

    if (
        author is None
        or (author["closed"] and not users.has_written(author["id"]))
        or (is_hidden(author["id"]) and not may("queue.decide"))
    ):
        abort(404, _("There is no user called “%(name)s”.", name=name))

    return author


def is_hidden(user_id: int) -> bool:
    """Whether readers see no page of somebody."""
    return applications.waits(user_id) or suspensions.hides_profile(user_id)


@bp.get("/author/<name:name>", merge_slashes=False)
@kept_per_person
def show(name: str) -> ResponseReturnValue:
    """Show what somebody wrote, at the one address of the name."""
    author = get_author(name)
    page = url_for("authors.show", name=author["username"])

    if not is_here(page):
        return redirect_permanently(page)

    return pagination.render_list(
        "authors/show.html",
        posts.by_author(author["id"]),
        author=author,
        links=profiles.find_links(author),
    )


@bp.app_context_processor
def give_limits() -> dict[str, object]:
    """How much a profile may have, for the pages that have it in a form."""
    return {
        "profile_limits": {
            "name": profiles.MAX_NAME,
            "about": profiles.MAX_ABOUT,
            "links": profiles.MAX_LINKS,
        }
    }


@bp.get("/account/about")
@login_required
def about() -> ResponseReturnValue:
    """Show the form for what a person shows of themselves."""
    profile = profiles.read(get_author(g.user["username"]))
    return render_profile(profile, version=make_fingerprint(*profile))


def render_profile(
    profile: profiles.Profile,
    problems: dict[str, str] | None = None,
    **context: object,
) -> str:
    # What was opened first stays what it is saved over.
    context = {"version": request.form.get("version"), **context}
    return render_template(
        "people/profile.html",
        problems=problems or {},
        was_chosen=uploads.is_chosen("picture"),
        **profile._asdict(),
        **context,
    )


def read_profile() -> profiles.Profile:
    """What came with the form."""
    return profiles.clean(
        request.form.get("display_name", ""),
        request.form["about"],
        request.form.get("links", ""),
    )


@bp.post("/account/about")
@login_required
def about_submit() -> ResponseReturnValue:
    """Save what a person shows of themselves."""
    profile = read_profile()

    problems = profiles.find_problems(g.user, profile) or find_waiting(profile)

    if problems:
        return render_profile(profile, problems), 422

    if seconds := rate_rules.spend("EDITS"):
        flash(str(rate_rules.describe_wait(seconds)), "error")
        return render_profile(profile), 429, {"Retry-After": str(seconds)}

    try:
        save(profile, read_picture())
    except uploads.NotUploaded as e:
        return render_profile(profile, {"picture": str(e)}), e.status, e.headers
    except profiles.NameTaken as e:
        return render_profile(profile, {"display_name": str(e)}), 422
    except Changed as e:
        return refuse_changed(profile, profiles.Profile(*e.newest))

    flash(_("Saved."))
    return redirect(url_for("authors.show", name=g.user["username"]))


def find_waiting(profile: profiles.Profile) -> dict[str, str]:
    """Why what is new in a profile can't be shown yet, as sentences by the names of
    fields: an editor would have to read it first, and knows nobody by it."""
    before = profiles.read(get_author(g.user["username"]))
    links = " ".join(f"<{url}>" for url, _label in parse(profile.links))
    said = {
        "about": profile.about if profile.about != before.about else "",
        "links": links if profile.links != before.links else "",
    }
    waits = {
        field: text and find_rule(g.user["id"], g.user["role"], text)
        for field, text in said.items()
    }

    if uploads.is_chosen("picture"):
        waits["picture"] = find_rule(g.user["id"], g.user["role"], "")

    sentence = _(
        "An editor reads what newcomers write before others can. Come back to this once"
        " a post or comment of yours was approved."
    )
    return {field: sentence for field, reason in waits.items() if reason}


def refuse_changed(
    profile: profiles.Profile, newest: profiles.Profile
) -> ResponseReturnValue:
    """Both profiles, for somebody who changed it elsewhere."""
    flash(_("Nothing was saved yet: this was changed in another browser."), "error")
    version = make_fingerprint(*newest)
    return render_profile(profile, version=version, newest=newest), 409


def read_picture() -> ProcessedImage | None:
    """The picture that came with the form, as it is kept, if one did.

    :raise NotUploaded:
    """
    if uploads.is_chosen("picture"):
        return uploads.read("picture", make_square)

    return None


def save(profile: profiles.Profile, picture: ProcessedImage | None) -> None:
    """Save what came with the form.

    :raise NotUploaded: if there is no room for the picture
    :raise NameTaken: if somebody was first
    :raise Changed: if it was changed since it was opened
    :raise 403: if the account is closed
    """
    quota = current_app.config["IMAGE_QUOTA"]
    keeps_picture = picture is None and "remove_picture" not in request.form

    with transaction():
        if picture and not pictures.has_room(g.user["id"], picture, quota):
            raise uploads.refuse_for_good(quota)

        opened = request.form.get("version")
        before = profiles.read(get_author(g.user["username"]))

        if not profiles.save(g.user, profile, picture, keeps_picture, opened):
            abort(403, lazy_gettext("This account was closed in another browser."))

        if (profile.about, profile.links) != (before.about, before.links):
            report_doubts(profiles.join_words(profile.about, profile.links))

        note_sent("post_id", None, sent_forms.hash_texts(*profile))
