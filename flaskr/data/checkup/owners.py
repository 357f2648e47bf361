"""Whether somebody can run the blog, and who may join."""

from collections.abc import Iterator

from ...findings import Finding
from ...findings import ok
from ...findings import warning
from ...findings import wrong
from .. import open_registration
from .. import roles
from .. import site_settings


def check() -> Iterator[Finding]:
    """Whether the blog has an owner."""
    if roles.has_owner():
        yield ok("The blog has an owner.")
    else:
        yield warning(
            "The blog has no owner: nobody can give roles or suspend people in the"
            " browser.",
            "Run: flask --app flaskr invite --role owner",
        )


def check_settings() -> Iterator[Finding]:
    """Whether what owners chose in the browser makes sense: what does not, changes
    nothing, and so may leave the blog open."""
    found = site_settings.read_rows()
    bad = [name for name, text in found if not site_settings.is_sensible(name, text)]

    if bad:
        yield wrong(
            f"Settings that make no sense, and change nothing: {', '.join(bad)}.",
            "Save them again in the browser under Administration, Settings; or in the"
            " database's shell, delete these rows of site_setting.",
        )
    else:
        yield ok(f"{len(found)} settings that owners chose.")


def check_registration() -> Iterator[Finding]:
    """Whether anybody on the internet may publish, as the settings are now: what owners
    chose in the browser is in the database."""
    settings = site_settings.read_all()

    if open_registration.is_open(settings.__getitem__):
        yield warning(open_registration.FOUND, open_registration.ADVICE)
    else:
        names = ("REGISTRATION", "NEWCOMER_APPROVAL")
        yield ok(", ".join(f"{name} is {settings[name]!r}" for name in names) + ".")
