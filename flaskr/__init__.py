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
from .views import blog
from .views import browsers
from .views import comment_feeds
from .views import comments
from .views import feed_pages
from .views import feeds
from .views import images
from .views import languages
from .views import likes
from .views import pictures
from .views import search
from .views import sitemap
from .views import tags
from .web import branding
from .web import configuration
from .web import database
from .web import dates
from .web import error_pages
from .web import features
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
from .web import security
from .web import static_files
from .web import uploads
from .web import urls
from .web import waitress
from .web.features import needs_no_database


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
    # pages without the blank lines that template tags would leave
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    # Templates have no constants to fold; to look for them slows the first page.
    app.jinja_options["optimized"] = False
    app.config.from_object("flaskr.settings")
    # where the operator set what
    places: dict[str, str] = {}

    try:
        if test_config is None:
            # load the instance config, if it exists, when not testing
            places |= configuration.read_environment(app, os.environ)
            config = Path(app.instance_path, "config.py")
            places |= configuration.read_file(app, config)
            configuration.check_flasks_own(app.config)
            configuration.check_secret_keys(app.config)
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


def init_app(app: Flask) -> None:
    """Register each part. The hooks of the earlier ones run first."""
    waitress.init_app(app)
    limited_request.init_app(app)
    security.init_app(app)
    error_pages.init_app(app)
    passwords.init_app(app)
    login.init_app(app)
    db.init_app(app)
    db.after_migration(app, name_skeletons.update_all)
    db.after_migration(app, render_all)
    db.after_migration(app, index_all)
    copy_db.init_app(app)
    database.init_app(app)
    features.init_app(app)
    dates.init_app(app)
    urls.init_app(app)
    post_text.init_app(app)
    open_graph.init_app(app)
    people.init_app(app)
    uploads.init_app(app)
    i18n.init_app(app)
    fragments.init_app(app)
    personal_pages.init_app(app)
    static_files.init_app(app)
    branding.init_app(app)
    hosts.init_app(app)
    page_cache.init_app(app)
    prefix.init_app(app)
    proxies.init_app(app)

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
    app.register_blueprint(comments.bp)
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
