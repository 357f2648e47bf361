"""What features say about themselves, where they are: on a view, or on a blueprint
with ``bp.record_once(…)``. What all have in common reads it here."""

import typing as t
from collections.abc import Callable
from collections.abc import Collection

from flask import current_app
from flask import Flask
from flask import request
from flask.sansio.blueprints import BlueprintSetupState

View = t.TypeVar("View", bound=Callable[..., t.Any])
Setup = Callable[[BlueprintSetupState], None]

# Marks of views: the same for everybody, whatever the cookie; answered without a
# database; another one when owners change a setting; and done once a logged-out reader
# who asked for it has logged in.
FOR_EVERYBODY = "is_for_everybody"
NEEDS_NO_DATABASE = "needs_no_database"
FOLLOWS_SETTINGS = "follows_settings"
WAITS_FOR_LOGIN = "waits_for_login"


def for_everybody(view: View) -> View:
    """Mark a view whose answer no session changes."""
    setattr(view, FOR_EVERYBODY, True)
    return view


def needs_no_database(view: View) -> View:
    """Mark a view that is answered while the database is not ready, too."""
    setattr(view, NEEDS_NO_DATABASE, True)
    return view


def follows_settings(view: View) -> View:
    """Mark a view that shows what owners may change in the browser, and is answered
    with what is known of it while there is no database."""
    setattr(view, FOLLOWS_SETTINGS, True)
    return needs_no_database(view)


def waits_for_login(view: View) -> View:
    """Mark a view of a button, which a logged-out reader need not press again."""
    setattr(view, WAITS_FOR_LOGIN, True)
    return view


def is_marked(mark: str) -> bool:
    """Whether the view of this request has a mark."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, mark, False)


def find_paths_without_database(app: Flask) -> tuple[set[str], tuple[str, ...]]:
    """The paths of all views that are answered without a database, always alike, and
    the beginnings of those that go on with a variable part, if no other view's path
    begins so."""
    paths: set[str] = set()
    others: set[str] = set()

    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        is_constant = getattr(view, NEEDS_NO_DATABASE, False) and not getattr(
            view, FOLLOWS_SETTINGS, False
        )
        (paths if is_constant else others).add(rule.rule)

    beginnings = {path.partition("<")[0] for path in paths if "<" in path}
    return paths, tuple(
        beginning
        for beginning in beginnings
        if not any(path.startswith(beginning) for path in others)
    )


class Form(t.NamedTuple):
    """What a blueprint asks people to write: the template of the fields, which finds
    their texts under their names, the names of what else is sent along, and the labels
    by name."""

    template: str
    hidden: tuple[str, ...]
    labels: dict[str, str]


class Linked(t.NamedTuple):
    """Pages that are there or not: what their rules begin with; what finds, of a list
    of keys, those whose page readers find; and what of an address is its key: the value
    of a name, or a tuple of those of several, ``None`` for one that is not there."""

    beginning: str
    find: Callable[[list[t.Any]], Collection[t.Any]]
    names: tuple[str, ...]


def gives_back(template: str, *hidden: str, **labels: str) -> Setup:
    """Have what people write in a form, on which they may have spent an hour, given
    back whenever a request that has it is refused; the arguments as of
    :class:`Form`."""
    form = Form(template, hidden, labels)
    return lambda state: state.app.extensions["flaskr.forms"].append(form)


def hides_from_robots(*paths: str) -> Setup:
    """Have what is below some paths of a blueprint skipped by search engines: it has
    nothing for them, or only leads elsewhere."""
    return lambda state: state.app.extensions["flaskr.robots"].extend(paths)


def reads_cookie(name: str) -> Setup:
    """Have requests with a cookie of a blueprint's own, which only its pages get,
    answered one by one, as those with a session are."""
    return lambda state: state.app.extensions["flaskr.cookies"].add(name)


def lets_prefetch(*patterns: str) -> Setup:
    """Have browsers of logged-out readers load pages of a blueprint before a click:
    their GET changes nothing and sets no cookie.

    :param patterns: of paths below the root, as URLPattern has them
    """
    return lambda state: state.app.extensions["flaskr.prefetch"].extend(patterns)


def checks_links(
    beginning: str, find: Callable[[list[t.Any]], Collection[t.Any]], *names: str
) -> Setup:
    """Have the editor say of links to pages of a blueprint, and to what is below them,
    whether readers find them; the arguments as of :class:`Linked`."""
    linked = Linked(beginning, find, names)
    return lambda state: state.app.extensions["flaskr.linked"].append(linked)


def find_linked(rule: str) -> Linked | None:
    """How links to a rule's pages are checked, if they may lead to nothing."""
    linked: list[Linked] = current_app.extensions["flaskr.linked"]
    return next((one for one in linked if rule.startswith(one.beginning)), None)


def get_forms() -> list[Form]:
    """The forms whose texts are given back."""
    forms: list[Form] = current_app.extensions["flaskr.forms"]
    return forms


def find_form(texts: Collection[str]) -> Form:
    """The form that most of some texts, by name, were written in."""
    return max(get_forms(), key=lambda form: len(form.labels.keys() & set(texts)))


def find_paths_to_skip() -> list[str]:
    """The beginnings of paths that search engines skip, sorted."""
    return sorted(current_app.extensions["flaskr.robots"])


def find_patterns_to_prefetch() -> list[str]:
    """The patterns of what browsers may load before a click, sorted."""
    return sorted(current_app.extensions["flaskr.prefetch"])


def init_app(app: Flask) -> None:
    """Let blueprints say it."""
    app.extensions["flaskr.forms"] = []
    app.extensions["flaskr.linked"] = []
    app.extensions["flaskr.robots"] = []
    app.extensions["flaskr.cookies"] = {app.config["SESSION_COOKIE_NAME"]}
    app.extensions["flaskr.prefetch"] = []
