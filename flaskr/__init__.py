import os
import typing as t

from flask import Flask

from . import account
from . import archive
from . import auth
from . import authors
from . import blog
from . import cache
from . import comment_feeds
from . import db
from . import discussion
from . import errors
from . import feeds
from . import fragments
from . import images
from . import languages
from . import likes
from . import listings
from . import login_limits
from . import passwords
from . import permalinks
from . import proxies
from . import search
from . import search_index
from . import security
from . import serving
from . import settings
from . import sitemap
from . import static_files
from . import tags
from . import times


def create_app(test_config: t.Mapping[str, t.Any] | None = None) -> Flask:
    """Create and configure an instance of the Flask application."""
    app = Flask(__name__, instance_relative_config=True)
    # pages without the blank lines that template tags would leave
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.from_object("flaskr.settings")

    if test_config is None:
        # load the instance config, if it exists, when not testing
        app.config.from_pyfile("config.py", silent=True)
    else:
        # load the test config if passed in
        app.config.update(test_config)

    # where a link leads: SQLite puts its log there
    app.config["DATABASE"] = os.path.realpath(
        app.config["DATABASE"] or os.path.join(app.instance_path, "flaskr.sqlite")
    )

    try:
        # ensure the instance folder exists
        os.makedirs(app.instance_path, exist_ok=True)
        init_app(app)
    except (OSError, settings.SettingsError) as e:
        # an operator's mistake: a sentence, and no traceback
        raise SystemExit(f"Flaskr can’t start. {e} ({app.instance_path})") from e

    return app


def init_app(app: Flask) -> None:
    """Register each part. The hooks of the earlier ones run first."""
    settings.check(app.config)
    serving.prepare(app)
    security.init_app(app)
    errors.init_app(app)
    passwords.init_app(app)
    login_limits.init_app(app)
    db.init_app(app)
    times.init_app(app)
    permalinks.init_app(app)
    listings.init_app(app)
    search_index.init_app(app)
    languages.init_app(app)
    fragments.init_app(app)
    static_files.init_app(app)
    cache.init_app(app)
    proxies.init_app(app)

    @app.get("/hello")
    def hello() -> str:
        return "Hello, World!"

    app.register_blueprint(auth.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(blog.bp)
    app.register_blueprint(discussion.bp)
    app.register_blueprint(likes.bp)
    images.init_app(app)
    app.register_blueprint(authors.bp)
    app.register_blueprint(tags.bp)
    app.register_blueprint(archive.bp)
    app.register_blueprint(search.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(comment_feeds.bp)
    app.register_blueprint(sitemap.bp)

    # make url_for('index') == url_for('blog.index')
    app.add_url_rule("/", endpoint="index")
