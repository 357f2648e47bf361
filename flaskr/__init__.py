import gc
import os
import typing as t
from pathlib import Path

from flask import Flask

from . import copy_db
from . import db
from . import errors
from . import settings
from .data import name_skeletons
from .data.renderings import render_all
from .data.search import index_all
from .views import account
from .views import archive
from .views import auth
from .views import authors
from .views import autosave
from .views import bin
from .views import blog
from .views import browsers
from .views import comment_edits
from .views import comment_feeds
from .views import comments
from .views import drafts
from .views import feed_pages
from .views import feeds
from .views import history
from .views import images
from .views import languages
from .views import likes
from .views import pasting
from .views import pictures
from .views import previews
from .views import search
from .views import sent_forms
from .views import sitemap
from .views import tags
from .views import working_copies
from .web import branding
from .web import bytecode
from .web import characters
from .web import configuration
from .web import database
from .web import dates
from .web import due_times
from .web import error_pages
from .web import features
from .web import forms
from .web import fragments
from .web import hosts
from .web import i18n
from .web import limited_request
from .web import login
from .web import open_graph
from .web import page_cache
from .web import passwords
from .web import people
from .web import personal_pages
from .web import post_text
from .web import prefix
from .web import proxies
from .web import schedule
from .web import scripts
from .web import security
from .web import static_files
from .web import uploads
from .web import urls
from .web import waitress
from .web.features import needs_no_database

# What is registered, in this order: the hooks of the earlier ones run first.
PARTS = (
    bytecode,
    waitress,
    limited_request,
    characters,
    security,
    error_pages,
    passwords,
    login,
    db,
    copy_db,
    database,
    schedule,
    features,
    forms,
    dates,
    due_times,
    urls,
    post_text,
    open_graph,
    people,
    uploads,
    i18n,
    fragments,
    personal_pages,
    static_files,
    scripts,
    branding,
    hosts,
    page_cache,
    prefix,
    proxies,
)


def create_app(test_config: t.Mapping[str, t.Any] | None = None) -> Flask:
    """Create and configure an instance of the Flask application."""
    if not gc.get_freeze_count():
        # All that was imported stays. To look through it for garbage took half of the
        # time of this function, and some of that of requests.
        gc.freeze()

    app = Flask(
        __name__,
        instance_relative_config=True,
        instance_path=configuration.find_instance_path(),
    )
    # pages without the blank lines that template tags would leave; templates have no
    # constants to fold, and to look for them slows the first page
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "optimized": False}
    app.config.from_object("flaskr.settings")
    # where the operator set what
    places: dict[str, str] = {}

    try:
        if test_config is None:
            # load the instance config, if it exists, when not testing
            load_config(app, places)
        else:
            # load the test config if passed in
            app.config.update(test_config)

        settings.check(app.config)
        app.config["DATABASE"] = os.fspath(
            app.config["DATABASE"] or os.path.join(app.instance_path, "flaskr.sqlite")
        )
        # ensure the instance folder exists
        configuration.make_instance_folder(app.instance_path)
        init_app(app)
    except (OSError, errors.SettingsError) as e:
        # an operator's mistake: a sentence, and no traceback
        place = places.get(str(e).partition(" ")[0], app.instance_path)
        raise SystemExit(f"Flaskr can’t start. {e} ({place})") from e

    return app


def load_config(app: Flask, places: dict[str, str]) -> None:
    """Read the environment and ``config.py``, and note where each setting is from."""
    places |= configuration.read_environment(app, os.environ)
    places |= configuration.read_file(app, Path(app.instance_path, "config.py"))
    configuration.check_flasks_own(app.config)
    configuration.check_secret_keys(app.config)


def init_app(app: Flask) -> None:
    """Register each part, each feature, and what ``init-db`` fills."""
    for part in PARTS:
        part.init_app(app)

    for fill in (name_skeletons.update_all, render_all, index_all):
        db.after_migration(app, fill)

    @app.get("/hello")
    @needs_no_database
    def hello() -> str:
        """Say that the server runs; needs no database."""
        return "Hello, World!"

    register_views(app)

    # make url_for('index') == url_for('blog.index')
    app.add_url_rule("/", endpoint="index")


def register_views(app: Flask) -> None:
    """Register each feature."""
    app.register_blueprint(auth.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(blog.bp)
    bin.init_app(app)
    app.register_blueprint(drafts.bp)
    app.register_blueprint(history.bp)
    app.register_blueprint(autosave.bp)
    app.register_blueprint(previews.bp)
    app.register_blueprint(pasting.bp)
    app.register_blueprint(working_copies.bp)
    app.register_blueprint(comments.bp)
    app.register_blueprint(comment_edits.bp)
    app.register_blueprint(likes.bp)
    images.init_app(app)
    app.register_blueprint(authors.bp)
    app.register_blueprint(pictures.bp)
    app.register_blueprint(tags.bp)
    app.register_blueprint(archive.bp)
    app.register_blueprint(search.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(comment_feeds.bp)
    app.register_blueprint(feed_pages.bp)
    app.register_blueprint(sitemap.bp)
    app.register_blueprint(browsers.bp)
    app.register_blueprint(languages.bp)
    app.register_blueprint(sent_forms.bp)
