import functools
import gc
import os
import typing as t

from flask import Flask

from . import backup
from . import copy_db
from . import db
from . import errors
from . import export
from . import freezing
from . import importing
from . import settings
from .data import name_skeletons
from .data import site_settings
from .data.renderings import render_all
from .data.search import index_all
from .views import account
from .views import admin
from .views import admin_health
from .views import admin_links
from .views import admin_numbers
from .views import admin_pages
from .views import admin_spam
from .views import applications
from .views import archive
from .views import auth
from .views import authors
from .views import autosave
from .views import bin
from .views import blog
from .views import browsers
from .views import checkup
from .views import cleanups
from .views import comment_edits
from .views import comment_feeds
from .views import comments
from .views import drafts
from .views import expiry
from .views import exports
from .views import feed_pages
from .views import feeds
from .views import history
from .views import images
from .views import invitations
from .views import languages
from .views import likes
from .views import moderation_log
from .views import notices
from .views import one_time_links
from .views import pasting
from .views import pictures
from .views import previews
from .views import queue
from .views import reports
from .views import search
from .views import sent_forms
from .views import site as site_views
from .views import sitemap
from .views import tags
from .views import users
from .views import working_copies
from .web import approval
from .web import branding
from .web import bytecode
from .web import characters
from .web import configuration
from .web import configuration_file
from .web import database
from .web import dates
from .web import due_times
from .web import error_pages
from .web import features
from .web import forms
from .web import fragments
from .web import frozen
from .web import header
from .web import health
from .web import hosts
from .web import i18n
from .web import limited_request
from .web import login
from .web import logs
from .web import metrics
from .web import notice_sentences
from .web import observed
from .web import old_addresses
from .web import open_graph
from .web import ownership
from .web import page_cache
from .web import passwords
from .web import people
from .web import permissions
from .web import personal_pages
from .web import post_kind
from .web import post_text
from .web import prefix
from .web import proxies
from .web import registration
from .web import schedule
from .web import scripts
from .web import security
from .web import site
from .web import spam_signals
from .web import static_files
from .web import uploads
from .web import urls
from .web import waitress
from .web.features import needs_no_database

# What is registered, in this order: the hooks of the earlier ones run first.
PARTS = (
    logs,
    bytecode,
    waitress,
    limited_request,
    characters,
    security,
    error_pages,
    site,
    header,
    passwords,
    login,
    db,
    copy_db,
    backup,
    export,
    freezing,
    importing,
    database,
    schedule,
    features,
    frozen,
    forms,
    spam_signals,
    dates,
    due_times,
    urls,
    old_addresses,
    post_text,
    open_graph,
    people,
    uploads,
    i18n,
    fragments,
    notice_sentences,
    ownership,
    personal_pages,
    permissions,
    registration,
    approval,
    post_kind,
    static_files,
    scripts,
    branding,
    hosts,
    observed,
    page_cache,
    metrics,
    health,
    prefix,
    proxies,
)

# The features, in this order.
FEATURES = (
    auth,
    applications,
    account,
    admin,
    admin_links,
    queue,
    cleanups,
    moderation_log,
    reports,
    admin_pages,
    admin_spam,
    admin_numbers,
    admin_health,
    users,
    one_time_links,
    checkup,
    invitations,
    blog,
    bin,
    drafts,
    exports,
    history,
    autosave,
    previews,
    pasting,
    working_copies,
    comments,
    comment_edits,
    likes,
    notices,
    images,
    authors,
    pictures,
    tags,
    archive,
    search,
    expiry,
    feeds,
    comment_feeds,
    feed_pages,
    site_views,
    sitemap,
    browsers,
    languages,
    sent_forms,
)


@functools.cache
def freeze_imported() -> None:
    """Look for no garbage in what stays: it took half of the time of an app's start."""
    gc.freeze()


def create_app(test_config: t.Mapping[str, t.Any] | None = None) -> Flask:
    """Create and configure an instance of the Flask application."""
    freeze_imported()
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
        init_app(app, site.name_places(app.config, places, test_config))
    except (OSError, errors.SettingsError) as e:
        # an operator's mistake: a sentence, and no traceback
        place = places.get(str(e).partition(" ")[0], app.instance_path)
        raise checkup.refuse_to_start(str(e), place) from e

    return app


def load_config(app: Flask, places: dict[str, str]) -> None:
    """Read the environment and ``config.py``, and note where each setting is from."""
    places |= configuration.read_environment(app, os.environ)
    places |= configuration_file.read(app)
    configuration.check_flasks_own(app.config)
    configuration.check_secret_keys(app.config)


def init_app(app: Flask, set_in: t.Mapping[str, str]) -> None:
    """Register each part, each feature, and what ``init-db`` fills.

    :param set_in: where the operator set what owners can't change then
    """
    site_settings.init_app(app, set_in)

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
    """Register each feature: its pages, and what else it needs."""
    for feature in FEATURES:
        if hasattr(feature, "init_app"):
            feature.init_app(app)
        else:
            app.register_blueprint(feature.bp)
