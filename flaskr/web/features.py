"""What features say about themselves, where they are: on a view, or on a blueprint
with ``bp.record_once(…)``. What all have in common reads it here."""

import typing as t
from collections.abc import Callable

from flask import current_app
from flask import request
from flask.sansio.blueprints import BlueprintSetupState

View = t.TypeVar("View", bound=Callable[..., t.Any])
Setup = Callable[[BlueprintSetupState], None]

# Marks of views: the same for everybody, whatever the cookie; and answered without a
# database.
FOR_EVERYBODY = "is_for_everybody"
NEEDS_NO_DATABASE = "needs_no_database"


def for_everybody(view: View) -> View:
    """Mark a view whose answer no session changes."""
    setattr(view, FOR_EVERYBODY, True)
    return view


def needs_no_database(view: View) -> View:
    """Mark a view that is answered while the database is not ready, too."""
    setattr(view, NEEDS_NO_DATABASE, True)
    return view


def is_marked(mark: str) -> bool:
    """Whether the view of this request has a mark."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, mark, False)


def gives_back(*fields: str) -> Setup:
    """Have a blueprint's form fields, on which somebody may have spent an hour, given
    back whenever a request that has them is refused."""
    return lambda state: declare(state, "flaskr.texts", fields)


def hides_from_robots(*paths: str) -> Setup:
    """Have what is below some paths of a blueprint skipped by search engines: it has
    nothing for them, or only leads elsewhere."""
    return lambda state: declare(state, "flaskr.robots", paths)


def declare(state: BlueprintSetupState, key: str, values: tuple[str, ...]) -> None:
    """Add what a blueprint says to what the others of the app say."""
    state.app.extensions.setdefault(key, set()).update(values)


def text_fields() -> set[str]:
    """The fields of forms that are given back."""
    fields: set[str] = current_app.extensions["flaskr.texts"]
    return fields


def robots_skip() -> list[str]:
    """The beginnings of paths that search engines skip, sorted."""
    return sorted(current_app.extensions["flaskr.robots"])
