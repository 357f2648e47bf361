"""A blog where much waits for its editors, for the tests in Chromium."""

from flaskr.data import applications
from flaskr.data import cleanups
from flaskr.data import moderation
from flaskr.data import reports
from flaskr.data import waiting
from flaskr.db import transaction

from .browsers import POEM
from .browsers import press
from .browsers import TITLE
from .conftest import PASSWORD
from .conftest import run_many

LONG = "W" * 300

# They ask to join, and get another answer each.
APPLICANTS = ("Ada", "探春", "M" * 32)


def fill_with_moderation(app):
    """Posts and comments that wait or were refused, reports, and spammers of whom
    everything was taken back; all of it for the writer, who is an owner."""
    app.config.update(REGISTRATION="approval", PUBLIC_LOG=True, PUBLIC_LOG_NAMES=True)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET role = 'owner'")
        run_many(
            db,
            'INSERT INTO "user" (username, password, joined)'
            " VALUES (?, '', CURRENT_TIMESTAMP)",
            [
                ("林小雨",),
                ("M" * 31,),
                ("Cheap Watches",),
                ("免费彩票",),
                ("Lin Daiyu",),
            ],
        )
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, drafted) VALUES (?, ?, ?, ?)",
            [
                (2, "春曉", POEM, None),
                (3, TITLE, LONG, None),
                (2, "靜夜思", POEM, "2020-01-01 00:00:00"),
                (3, TITLE, "Words, words, words. " * 100, "2020-01-01 00:00:00"),
                (1, TITLE, LONG, "2020-01-01 00:00:00"),
                (1, "春曉", POEM, "2020-01-01 00:00:00"),
                (4, "Watches", "Cheap watches.", None),
            ],
        )
        run_many(
            db,
            "INSERT INTO comment (post_id, author_id, body) VALUES (1, ?, ?)",
            [(3, LONG), (2, POEM), (4, "Cheap watches.")],
        )
        make_wait()
        reports.add("post", 2, 2, "广告")
        reports.add("post", 2, None, LONG)
        reports.add("comment", 1, 2, "Rude.")
        reports.add("person", 3, 2, "Somebody else’s name.")
        applications.apply(6, "To read.")
        applications.answer(6, False, "To read, nobody needs an account.", 1)
        applications.apply(6, "To write, too.")
        cleanups.take_back([4, 5], "spam", 1)
        moderation.log("person.role", 1, person_id=2, reason="author")
        moderation.log("post.delete", None, person_id=3, post_id=9, reason=LONG)


def make_wait():
    """Have posts and comments of others and of the owner wait, and refuse some."""
    waiting.set_post(3, waiting.Hold("links", "2030-01-05 09:30:00"))

    for post_id in (4, 5, 6):
        waiting.set_post(post_id, waiting.Hold("newcomer"))

    for author_id in (1, 2, 3):
        waiting.add_comment(1, 0, author_id, POEM, "newcomer")

    waiting.add_comment(2, 0, 3, LONG, "links")
    waiting.refuse_post(5, LONG, 1)
    waiting.refuse_comment(waiting.add_comment(2, 0, 1, LONG, "links"), "写得不好。", 1)


def ask_to_join(browser, url):
    """The cookies of people who ask to join, by their names; the second and the third
    are answered later, by :func:`answer`."""
    states = {}

    for name in APPLICANTS:
        with browser.new_context(base_url=url) as context:
            page = context.new_page()
            page.goto("/auth/register")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_label("Why would you like to join?").fill(LONG)
            press(page, "Register")
            page.wait_for_url("**/auth/waiting")
            states[name] = context.storage_state()

    return states


def answer(app):
    """Let one of those who asked to join in, and another one not."""
    with app.app_context(), transaction() as db:
        for name, is_accepted, words in zip(
            APPLICANTS[1:], (True, False), ("欢迎！", LONG), strict=True
        ):
            id = db.execute(
                'SELECT id FROM "user" WHERE username = ?', (name,)
            ).fetchone()["id"]
            applications.answer(id, is_accepted, words, 1)
