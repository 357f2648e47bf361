"""One contestant: ``python bench/serve.py KIND PORT ARGUMENT``."""

import itertools
import json
import logging
import os
import sys
from pathlib import Path
from urllib.parse import unquote

import waitress

NOTHING = {"page": ("404 NOT FOUND", [], b"")}


def constant(pages):
    """Constant answers as a bare WSGI application: the limit of the server."""
    answers = read(pages)

    def app(environ, start_response):
        path = environ["PATH_INFO"].encode("latin-1").decode()
        answer = answers.get(path, NOTHING)
        status, headers, body = answer["if_none_match" if knows(environ) else "page"]
        start_response(status, headers[:])
        return [body]

    return app


def knows(environ):
    return "HTTP_IF_NONE_MATCH" in environ


def flask(pages):
    """The same from Flask."""
    from flask import Flask
    from flask import Response

    answers = read(pages)
    app = Flask("constant", static_folder=None)

    @app.get("/<path:path>")
    def show(path):
        status, headers, body = answers[f"/{path}"]["page"]
        return Response(body, status, headers)

    return app


def read(pages):
    """``{path: {"page": [status, headers, body], "if_none_match": …}}``"""
    kept = json.loads(Path(pages).read_text("utf-8"))
    answers = {unquote(path): answer for path, answer in kept.items()}

    for answer in answers.values():
        for kind, (status, headers, body) in answer.items():
            headers = [(name, value) for name, value in headers]
            answer[kind] = status, headers, body.encode("latin-1")

    return answers


def hello(_argument):
    from flask import Flask

    app = Flask("hello")

    @app.get("/hello")
    def hello():
        return "Hello, World!"

    return app


def tutorial(database):
    """The tutorial's Flaskr, from beside the database."""
    sys.path.insert(0, str(Path(database).parent.parent / "tutorial"))
    from flaskr import create_app

    return create_app({"SECRET_KEY": "bench", "DATABASE": database})


def flaskr(database, **settings):
    """Flaskr, in which one person may publish as much as the disk takes."""
    # As one file is served where PostgreSQL isn't asked for.
    sys.modules["psycopg"] = None

    from flaskr import create_app

    limits = ("POSTS_PER_PERSON", "POSTS_PER_ADDRESS")
    settings |= {"SECRET_KEY": "bench" * 8, "DATABASE": database}
    return create_app(settings | dict.fromkeys(limits, 1_000_000_000))


def large(database):
    """Flaskr with room for all pages."""
    return flaskr(database, CACHE_SIZE=1_000_000_000)


def long(database):
    """Flaskr whose pages a proxy may show for ten seconds without asking."""
    return flaskr(database, SHARED_MAX_AGE=10)


def miss(database):
    """Flaskr for which each request comes after a commit."""
    return keep_no_page(flaskr(database))


def keep_no_page(app):
    """A blog whose public version is another one at each request."""
    from flaskr.db import get_pool

    pool = get_pool(app)
    call = app.wsgi_app
    versions = itertools.count(1)

    def call_after_commit(environ, start_response):
        version = next(versions)
        # Asked for more than once by a request, in both ways.
        pool.version = lambda: version
        pool.version_of = lambda connection: version
        return call(environ, start_response)

    app.wsgi_app = call_after_commit
    return app


KINDS = {
    function.__name__: function
    for function in (constant, flask, hello, tutorial, flaskr, large, long, miss)
}


def make():
    """The contestant of the environment, for servers that call a factory."""
    return KINDS[os.environ["KIND"]](os.environ["ARGUMENT"])


def main(kind, port, argument):
    app = KINDS[kind](argument)
    # The same for all.
    sys.setswitchinterval(0.001)
    logging.getLogger("waitress.queue").setLevel("ERROR")
    waitress.serve(app, listen=f"127.0.0.1:{port}")


if __name__ == "__main__":
    main(*sys.argv[1:])
