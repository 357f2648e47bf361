"""Both engines beside each other: an app on each, to do the same on both."""

from contextlib import contextmanager

from flaskr import create_app

from ..databases import Files


@contextmanager
def open_apps(folder, databases):
    """Apps by the names of their engines, each with a new database."""
    database = databases.make()
    made = {"sqlite": Files(folder).make(), "postgresql": database}
    apps = {
        name: create_app({"TESTING": True, "DATABASE": made[name]}) for name in made
    }

    try:
        yield apps
    finally:
        for app in apps.values():
            app.extensions["flaskr.db"].shutdown()

        databases.drop(database)
