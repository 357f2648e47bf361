"""Which language a page is in, and where its sentences come from."""

import re
import typing as t
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from babel import Locale
from babel.support import NullTranslations
from babel.support import Translations
from flask import current_app
from flask import Flask
from flask import g
from flask import has_request_context
from flask import request
from flask import Response
from flask_babel import Babel
from flask_babel import Domain
from flask_babel import get_locale
from flask_babel import get_translations
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from .. import setting_kinds
from ..data import site_settings
from .frozen import is_frozen
from .urls import find_path

# How the languages write dates. British ones, as "24 November 2026", are clear to all.
LOCALES = {"en": Locale("en", "GB"), "zh-Hans": Locale("zh", script="Hans")}

COOKIE = "flaskr_language"

# Where a request has the language that was chosen for it.
LANGUAGE_KEY = "flaskr.language"

# Characters of Accept-Language. No browser sends more, and the longest that waitress
# lets through would take 0.2 s to read.
MAX_ACCEPT_LANGUAGE = 1000


def negotiate(offered: t.Sequence[str], asking: Request) -> str:
    """The language for a request: the one remembered, else the browser's, else the
    first. Needs no app."""
    remembered = asking.cookies.get(COOKIE)

    if remembered is not None and remembered in offered:
        return remembered

    accept_language = asking.headers.get("Accept-Language", "")

    if len(accept_language) > MAX_ACCEPT_LANGUAGE:
        return offered[0]

    return find_preferred(tuple(offered), accept_language)


# Browsers send few different headers.
@lru_cache(500)
def find_preferred(offered: tuple[str, ...], accept_language: str) -> str:
    """The language that a browser asks for, else the first."""
    accepted = parse_accept_header(accept_language, LanguageAccept)
    refused = [wanted.lower() for wanted, quality in accepted if not quality]
    possible = [tag for tag in offered if not any(covers(r, tag) for r in refused)]
    named = {get_primary(wanted) for wanted, _ in accepted}

    # Werkzeug puts "*" last, whatever its quality.
    for wanted, quality in sorted(accepted, key=lambda item: -item[1]):
        for tag in possible if quality else ():
            # Chinese of any kind is nearer to its reader than English.
            if get_primary(tag) == get_primary(wanted):
                return tag
            elif wanted == "*" and get_primary(tag) not in named:
                return tag

    return (possible or offered)[0]


def covers(language_range: str, tag: str) -> bool:
    """Whether a tag is of a range (RFC 4647, section 3.3.1): ``zh`` has
    ``zh-Hans``."""
    return f"{tag.lower()}-".startswith(f"{language_range}-")


def get_primary(tag: str) -> str:
    """The language of a tag, without region or script."""
    return re.split("[-_]", tag.lower())[0]


def language() -> str:
    """The tag of the language that the reader gets; English for a command."""
    if not has_request_context():
        return "en"

    if "language" not in g:
        # The cache has asked already.
        g.language = request.environ.get(LANGUAGE_KEY) or negotiate(
            site_settings.get("LANGUAGES"), request
        )

    tag: str = g.language
    return tag


class Catalogs(Domain):
    """Flask-Babel's translations, from the ``.po`` files: there is no compiled file
    to build, to ship, or to forget."""

    def get_translations(self) -> NullTranslations:
        """Those of the language of this request."""
        locale = str(get_locale())

        if locale not in self.cache:
            self.cache[locale] = read_catalog(locale)

        translations: NullTranslations = self.cache[locale]
        return translations


def read_catalog(locale: str) -> NullTranslations:
    """Read what was translated; for English there is nothing to read."""
    path = (
        Path(__file__).parent.parent / f"translations/{locale}/LC_MESSAGES/messages.po"
    )

    if not path.exists():
        return NullTranslations()

    # A process that has only English readers does without.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()

    with path.open(encoding="utf-8") as file:
        write_mo(compiled, read_po(file, locale))

    compiled.seek(0)
    return Translations(compiled)


def for_templates() -> dict[str, object]:
    """``language``, and gettext bound to it: looking it up for every message takes 6
    times as long."""
    tag = language()
    made: dict[str, dict[str, object]] = current_app.extensions["flaskr.languages"]

    if tag not in made:
        made[tag] = bind(tag, get_translations())

    return made[tag]


def bind(tag: str, translations: NullTranslations) -> dict[str, object]:
    """What the templates of one language get."""

    def gettext(message: str, /, **variables: object) -> Markup:
        text = translations.gettext(message)

        if variables:
            return Markup(text) % variables

        # As formatting would, which takes longer.
        return Markup(text.replace("%%", "%"))

    def ngettext(one: str, many: str, num: int, /, **variables: object) -> Markup:
        message = Markup(translations.ngettext(one, many, num))
        return message % {"num": num, **variables}

    return {
        "_": gettext,
        "gettext": gettext,
        "ngettext": ngettext,
        "language": tag,
    }


def this_page() -> str:
    """The address to come back to; of a form that was sent, the form."""
    path = quote(find_path())
    query = request.query_string.decode("ascii", "replace")
    return f"{path}?{query}" if query and request.method == "GET" else path


def vary(response: Response) -> Response:
    """Tell caches when a response depends on the language: pages do, and feeds and
    files don't."""
    if "language" in g and response.mimetype == "text/html":
        if len(site_settings.get("LANGUAGES")) > 1:
            response.headers["Vary"] = "Accept-Language, Cookie"

    return response


def find_offered() -> dict[str, str]:
    """The languages to choose from, by their tags, each in its own words; none where no
    server remembers it."""
    if is_frozen():
        return {}

    return {tag: setting_kinds.languages[tag] for tag in site_settings.get("LANGUAGES")}


def init_app(app: Flask) -> None:
    """Let each page be in the language of its reader."""
    app.config["LANGUAGES"] = tuple(app.config["LANGUAGES"])
    babel = Babel(  # type: ignore[no-untyped-call]
        app, locale_selector=lambda: LOCALES[language()]
    )
    babel.domain_instance = Catalogs()  # type: ignore[no-untyped-call]
    # As if every {% trans %} were {% trans trimmed %}.
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.extensions["flaskr.languages"] = {}
    app.context_processor(for_templates)
    app.add_template_global(this_page)
    app.add_template_global(find_offered, "find_languages")
    app.after_request(vary)
