"""Blogs to measure: the same posts in a database of ours and in one of the
tutorial's."""

import itertools
import os
import random
import sqlite3

from werkzeug.security import generate_password_hash

from flaskr import create_app
from flaskr.data import renderings
from flaskr.data import search
from flaskr.db import get_db
from flaskr.db import init_db
from flaskr.db import transaction

AUTHORS = 20
TAGS = 300
WORDS = 30_000
CHUNK = 1000
PASSWORD = "three random words"


class Language:
    """Words as often as in a language: the second half as often as the first."""

    def __init__(self, letters, shortest, longest, space):
        draw = random.Random(1)
        words = {
            "".join(draw.choices(letters, k=draw.randint(shortest, longest)))
            for _ in range(WORDS)
        }
        self.words = sorted(words)
        draw.shuffle(self.words)
        self.space = space
        self.weights = list(
            itertools.accumulate(1 / rank for rank in range(1, len(self.words) + 1))
        )

    def text(self, draw, number):
        words = draw.choices(self.words, cum_weights=self.weights, k=number)
        return self.space.join(words)


SYLLABLES = [a + b for a in "bcdfghjklmnprstvw" for b in "aeiou"]
ENGLISH = Language(SYLLABLES, 1, 4, " ")
CHINESE = Language([chr(0x4E00 + number) for number in range(3000)], 2, 2, "")


def posts(size):
    """Titles, bodies of 1 kB in Markdown, authors from 1, and tags."""
    draw = random.Random(size)

    for _ in range(size):
        language = draw.choice([ENGLISH, CHINESE])
        text = language.text(draw, 400).encode()[:950].decode(errors="ignore")
        third = len(text) // 3
        body = (
            f"{text[:third]}\n\n- *{text[third : third + 20]}*\n-"
            f" [{text[third + 20 : third + 30]}](https://example.com/)\n\n"
            f"{text[third + 30 :]}"
        )
        yield (
            language.text(draw, 5),
            body,
            draw.randint(1, AUTHORS),
            # The first is on all of them, so that its page has ten, too.
            [1, *draw.sample(range(2, TAGS + 1), 2)],
        )


def build(path, size):
    """Make a database of ours, without the search index."""
    app = create_app({"TESTING": True, "DATABASE": path})

    with app.app_context():
        init_db()

        with transaction() as db:
            db.executemany(
                'INSERT INTO "user" (username, password) VALUES (?, ?)',
                authors(),
            )
            db.executemany(
                "INSERT INTO tag (key, name) VALUES (?, ?)",
                [(f"tag{number}", f"tag{number}") for number in range(1, TAGS + 1)],
            )

        drawn = posts(size)

        while chunk := list(itertools.islice(drawn, CHUNK)):
            with transaction():
                for post in chunk:
                    write(*post)

    return app


def index(app, size):
    """Render all posts, as saving does, and index them for the search."""
    with app.app_context():
        renderings.render_all()
        search.index_pending(size)

    app.extensions["flaskr.db"].shutdown()


def authors():
    password = generate_password_hash(PASSWORD, "scrypt:16384:8:5")
    return [(f"author{number}", password) for number in range(1, AUTHORS + 1)]


def write(title, body, author_id, tag_ids):
    row = get_db().execute(
        "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?) RETURNING id",
        (title, body, author_id),
    )
    (post_id,) = row.fetchone()
    get_db().executemany(
        "INSERT INTO post_tag (post_id, tag_id, created)"
        " VALUES (?, ?, CURRENT_TIMESTAMP)",
        [(post_id, tag_id) for tag_id in tag_ids],
    )


def build_tutorial(path, schema, size):
    """Make a database of the tutorial's, with its schema."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    db = sqlite3.connect(path)
    db.executescript(schema.read_text("utf-8"))
    db.executemany("INSERT INTO user (username, password) VALUES (?, ?)", authors())
    db.executemany(
        "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)",
        (post[:3] for post in posts(size)),
    )
    db.commit()
    db.close()
