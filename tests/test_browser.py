"""The blog in Chromium, over HTTP, with the rules that hold when it is installed.
Scripts are off, but where axe needs them: nothing may depend on one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from flaskr import create_app
from flaskr.data import spam_filter
from flaskr.db import transaction

from .browsers import axe_violations
from .browsers import cookies_of
from .browsers import expect_heading
from .browsers import expect_message
from .browsers import fill_in_login
from .browsers import fill_in_post
from .browsers import log_in
from .browsers import make_blog
from .browsers import NAME
from .browsers import needs_chromium
from .browsers import POEM
from .browsers import press
from .browsers import register
from .browsers import serve
from .browsers import TITLE
from .conftest import PASSWORD
from .conftest import run_many
from .conftest import wait_until
from .moderated import answer
from .moderated import APPLICANTS
from .moderated import ask_to_join
from .moderated import fill_with_moderation
from .test_images import picture

pytestmark = needs_chromium

# Everything that a post can have.
MARKDOWN = """
# Heading 标题

Some *text*, **bold**, ~~gone~~, `code`, a [link](https://else.example/), a note.[^1]

- one
- two
  1. inner

- [x] done
- [ ] to do

> quoted
> lines

```python
def greet(name: str) -> None:  # a comment
    print(f"你好 {name}", 42, "a line that is far too long for any telephone's screen")
```

| left | right | a wide head | another wide head | 很宽的一列 | one more |
|:-----|------:|-------------|-------------------|------------|----------|
| 1    | 2     | text text   | text text text    | 文字       | text     |

<b>no HTML</b>

---

[^1]: The note.
"""

FOCUSABLE = (
    "a[href]:not([tabindex='-1']), button:not([tabindex='-1']), input, select,"
    " textarea, summary, [tabindex='0']"
)


@pytest.fixture(scope="module")
def visitors(browser, databases):
    """Who comes to which blog, as the options of their browser."""
    full, empty = (make_blog(databases.make()) for _ in range(2))
    missing = create_app(
        {"DATABASE": databases.make_empty(), "SECRET_KEY": "no secret"}
    )
    fill(full)
    owned = make_blog(databases.make())
    owned.config["REGISTRATION"] = "invitation"
    fill_with_people(owned)
    moderated = make_blog(databases.make())
    fill_with_moderation(moderated)

    with (
        serve(full) as blog,
        serve(empty) as new_blog,
        serve(missing) as no_blog,
        serve(owned) as owned_blog,
        serve(moderated) as moderated_blog,
    ):
        applicants = ask_to_join(browser, moderated_blog)
        answer(moderated)

        yield {
            **{
                name: {"base_url": moderated_blog, "storage_state": state}
                for name, state in applicants.items()
            },
            "newcomer": {"base_url": moderated_blog},
            "moderator": {
                "base_url": moderated_blog,
                "storage_state": cookies_of(browser, moderated_blog),
            },
            "Chinese moderator": {
                "base_url": moderated_blog,
                "locale": "zh-CN",
                "storage_state": cookies_of(browser, moderated_blog),
            },
            "stranger": {"base_url": owned_blog},
            "owner": {
                "base_url": owned_blog,
                "storage_state": cookies_of(browser, owned_blog),
            },
            "reader": {"base_url": blog},
            "writer": {"base_url": blog, "storage_state": cookies_of(browser, blog)},
            "first reader": {"base_url": new_blog},
            "first writer": {
                "base_url": new_blog,
                "storage_state": cookies_of(browser, new_blog),
            },
            "Chinese reader": {"base_url": blog, "locale": "zh-CN"},
            "Chinese writer": {
                "base_url": blog,
                "locale": "zh-CN",
                "storage_state": cookies_of(browser, blog),
            },
            "operator": {"base_url": no_blog},
            "reader over HTTP": {"base_url": blog.replace("127.0.0.1", "blog.test")},
        }


def fill_with_people(app):
    """An owner, an author who is suspended, links that were used or expired, and what
    was decided about spam."""
    with app.app_context(), transaction() as db:
        for number in range(20):
            text = "免费彩票，免费注册 https://casino.example.com"
            spam_filter.learn(f"spam:{number}", text, True)
            spam_filter.learn(f"ham:{number}", "谢谢分享，写得很清楚", False)

        db.execute("UPDATE \"user\" SET role = 'owner'")
        db.execute(
            'INSERT INTO "user" (username, password)'
            " SELECT '林小雨', password FROM \"user\""
        )
        db.execute("INSERT INTO suspension (user_id, reason) VALUES (2, '广告')")
        db.execute("INSERT INTO \"user\" (username, password) VALUES ('山猫', '')")
        db.execute("INSERT INTO application (user_id, reason) VALUES (3, '我写渡轮。')")
        db.execute("INSERT INTO report (person_id, reason) VALUES (3, 'Spam')")
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, page, header_position)"
            " VALUES (1, ?, 'Words', '2020-01-01 00:00:00', ?)",
            [(TITLE, 1), ("关于", 2), ("W" * 200, 3), ("Imprint", None)],
        )
        run_many(
            db,
            "INSERT INTO one_time_link (token_hash, role, user_id, made_by, expires,"
            " used, used_by) VALUES (?, ?, ?, ?, '2020-01-01 00:00:00', ?, ?)",
            [
                ("a", "editor", None, 1, None, None),
                ("b", None, 2, None, "2020-01-01 00:00:00", 2),
                ("c", "reader", None, None, "2020-01-01 00:00:00", None),
            ],
        )
        db.execute(
            "INSERT INTO one_time_link (token_hash, post_id, made_by, expires)"
            " VALUES ('d', 1, 1, '2999-01-01 00:00:00')"
        )


def fill(app):
    """Posts by two people on two pages, and a session in another browser."""
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO \"user\" (username, password) VALUES ('林小雨', '')")
        db.execute(
            "INSERT INTO session (token_hash, user_id, address, user_agent)"
            " VALUES ('', 1, '2001:db8:1234:5678:9abc:def0:1234:5678', ?)",
            ("W" * 300,),
        )
        run_many(
            db,
            "INSERT INTO post (author_id, title, body) VALUES (?, ?, ?)",
            [
                *[(2, f"春曉 {number}", POEM) for number in range(1, 11)],
                (2, "A long one", "Words, words, words. " * 100),
                (1, TITLE, "W" * 900),
                (2, "标题 and all that Markdown has", MARKDOWN),
            ],
        )
        db.execute('UPDATE "user" SET about = ? WHERE id = 2', ("写诗的人。" * 20,))

        run_many(
            db,
            "INSERT INTO comment (post_id, parent_id, author_id, body, created)"
            " VALUES (12, ?, ?, ?, coalesce(?, CURRENT_TIMESTAMP))",
            [
                (None, 2, POEM, None),
                (1, 1, MARKDOWN, None),
                (1, 2, "W" * 300, "2020-01-01 00:00:00"),
                (None, 1, "Rude.", None),
                (4, 2, "Why?", None),
            ],
        )
        db.execute(
            "UPDATE comment SET removed = CURRENT_TIMESTAMP, author_id = NULL,"
            " body = '' WHERE id = 4"
        )
        db.execute("INSERT INTO post_like (post_id, user_id) VALUES (12, 1), (12, 2)")
        run_many(
            db,
            "INSERT INTO notice (user_id, kind, post_id, comment_id, text, seen)"
            " VALUES (1, ?, 12, ?, ?, ?)",
            [
                ("removed", 4, "", "2020-01-01 00:00:00"),
                ("refused", None, "W" * 300, None),
                ("comment", 1, "", None),
                ("reply", 3, "", None),
            ],
        )

        for id, name in enumerate(("面包", "W" * 50, "C/C++"), 1):
            db.execute(
                "INSERT INTO tag (id, key, name) VALUES (?, ?, ?)",
                (id, name.lower(), name),
            )
            db.execute(
                "INSERT INTO post_tag (post_id, tag_id, created)"
                " SELECT id, ?, created FROM post",
                (id,),
            )


def create_feed(page):
    page.locator("#feed summary").click()
    press(page, "Create Feed")
    expect(page.get_by_label("Feed address")).to_be_visible()


def log_out(page):
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("banner").get_by_role("button", name="Log Out").click()


def turn_to_older_posts(page):
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="Newer")).to_be_visible()


def publish_without_title(page):
    # A space: the browser itself refuses less.
    fill_in_post(page, " ", POEM)
    press(page, "Publish")
    expect_message(page, "Title is required.")


def publish_after_the_session_ended(page):
    fill_in_post(page, TITLE, POEM)
    page.context.clear_cookies()
    press(page, "Publish")
    expect_heading(page, "Log In")


def log_in_again(page):
    publish_after_the_session_ended(page)
    fill_in_login(page)
    expect_heading(page, f"Welcome back, {NAME}")


def save_over_what_is_unknown(page):
    page.locator("[name=version]").evaluate("field => field.value = 999")
    page.get_by_label("Text").fill(f"{POEM} {POEM}")
    press(page, "Publish changes")
    expect_heading(page, "Two versions of this post")


def open_version(page):
    page.locator(".revisions a").first.click()
    expect(page.get_by_text("The whole version")).to_be_visible()


def save_to_a_post_of_another(page):
    page.locator("form.editor").evaluate("form => form.action = '/1/update'")
    press(page, "Publish")
    expect_heading(page, "Not allowed")


def preview_everything(page):
    # Beside the text, with the script.
    fill_in_post(page, TITLE, MARKDOWN)
    expect(page.locator("#preview")).to_contain_text("no HTML")


def comment_logged_out(page):
    page.get_by_label("Your comment").fill(POEM)
    page.context.clear_cookies()
    press(page, "Comment")
    fill_in_login(page)
    expect_heading(page, f"Welcome back, {NAME}")


def open_details(page):
    page.get_by_text("Delete this post").click()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()


def delete_a_post(page):
    fill_in_post(page, TITLE, "Soon gone.")
    press(page, "Publish")
    page.get_by_role("link", name="Edit").first.click()
    open_details(page)
    press(page, "Delete")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def open_bin(page):
    delete_a_post(page)
    page.goto(page.url + "account/bin")
    page.get_by_text("Delete for good").first.click()
    expect(page.get_by_role("button", name="Delete for Good").first).to_be_visible()


def save_draft(page):
    page.get_by_label("Text").fill(f"{POEM} {POEM}")
    press(page, "Save draft")
    expect_message(page, "Saved. Nothing is published yet.")


def open_draft(page):
    save_draft(page)
    page.get_by_text("History").click()
    page.locator(".revisions a").first.click()
    expect(page.get_by_text("Compared with what is published.")).to_be_visible()


def leave_texts(page):
    """Leave two new posts, as the script keeps them, and open their list."""
    for number in range(2):
        page.goto("/create?new")
        page.evaluate(
            """async ([title, body]) => {
                const form = document.querySelector(".editor");
                const data = new FormData(form);
                data.delete("image");
                data.set("title", title);
                data.set("body", body);
                const address = form.dataset.workingCopy;
                await fetch(address, {method: "POST", body: new URLSearchParams(data)});
            }""",
            [TITLE * number, POEM],
        )

    page.goto("/account/texts")
    expect(page.get_by_role("link", name="Continue")).to_have_count(2)


def open_left_text(page):
    page.goto("/create")
    expect(page.get_by_text("haven’t published it")).to_be_visible()


def share_a_draft(page):
    fill_in_post(page, TITLE, POEM)
    press(page, "Save draft")
    page.get_by_text("Share this draft").click()
    press(page, "Create Link")
    expect(page.get_by_role("button", name="Revoke")).to_be_visible()


def open_a_shared_draft(page):
    share_a_draft(page)
    link = page.get_by_label("Your link").input_value()
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("heading", name="Read a draft")).to_be_visible()


def read_a_shared_draft(page):
    open_a_shared_draft(page)
    press(page, "Read the Draft")
    expect(page.get_by_text("You can read it in this browser")).to_be_visible()


def schedule_a_post(page):
    fill_in_post(page, TITLE, POEM)
    page.get_by_text("Publish later").click()
    page.get_by_label("Date and time").fill("2030-01-05T09:30")
    press(page, "Schedule")
    expect_message(page, "UTC+00:00")
    page.get_by_role("link", name="Edit").first.click()


def select_nothing(page):
    press(page, "Approve Selected")
    expect_message(page, "Select something first.")


def report_without_reason(page):
    # A space: the browser itself refuses less.
    page.get_by_label("What is wrong?").fill(" ")
    press(page, "Send")
    expect_message(page, "Say what is wrong")


def open_changes(page):
    for summary in page.locator("main summary").all():
        summary.click()


def make_link(page):
    press(page, "Make a Link")
    expect(page.locator("#fresh")).to_be_visible()


def try_spam(page):
    page.fill("#text", "免费 https://casino.example.com 彩票")
    press(page, "Try It")
    expect(page.locator(".weights")).to_be_visible()


def log_in_suspended(page):
    fill_in_login(page, "林小雨")
    expect(page.get_by_text("Download Your Texts")).to_be_visible()


def open_link(page):
    make_link(page)
    page.goto(page.locator("#fresh").input_value())


def open_link_logged_out(page):
    make_link(page)
    link = page.locator("#fresh").input_value()
    page.context.clear_cookies()
    page.goto(link)


def open_link_to_password(page):
    page.locator("summary").first.click()
    press(page, "Link for a New Password")
    page.goto(page.locator("#fresh").input_value())


# Whose page, its address, and what they do there.
PAGES = {
    "posts": ("reader", "/", None),
    "older posts": ("reader", "/", turn_to_older_posts),
    "no older posts": ("reader", "/?older=0_1", None),
    "posts, to a writer": ("writer", "/", None),
    "no posts yet": ("first reader", "/", None),
    "no posts yet, to a writer": ("first writer", "/", None),
    "a post": ("reader", "/1", None),
    "a post, to its writer": ("writer", "/12", None),
    "a post with everything": ("reader", "/13", None),
    "a discussion": ("reader", "/12", None),
    "a discussion in Chinese": ("Chinese writer", "/12", None),
    "a comment": ("writer", "/13/comment", None),
    "an answer": ("writer", "/comment/1/reply", None),
    "edit a comment": ("writer", "/comment/2/update", None),
    "remove a comment": ("writer", "/comment/2/remove", None),
    "a comment of a logged-out writer": ("writer", "/13", comment_logged_out),
    "liked": ("writer", "/account/likes", None),
    "nothing liked": ("first writer", "/account/likes", None),
    "notices": ("writer", "/account/notices", create_feed),
    "notices in Chinese": ("Chinese writer", "/account/notices", None),
    "no notices": ("first writer", "/account/notices", None),
    "posts in Chinese": ("Chinese reader", "/", None),
    "a post in Chinese": ("Chinese reader", "/13", None),
    "an author": ("reader", "/author/林小雨", None),
    "an author, to themselves": ("writer", f"/author/{NAME}", None),
    "about": ("writer", "/account/about", None),
    "a tag": ("reader", "/tag/面包", None),
    "tags": ("reader", "/tags", None),
    "no tags yet": ("first reader", "/tags", None),
    "archive": ("reader", "/archive", None),
    "a month": ("reader", "/archive/2018/01", None),
    "a feed": ("reader", "/feed.atom", None),
    "a feed in Chinese": ("Chinese reader", "/1/comments/feed.json", None),
    "search": ("reader", "/search", None),
    "found": ("reader", "/search?q=春曉", None),
    "nothing found": ("reader", f"/search?q={NAME}X", None),
    "preview": ("writer", "/create", preview_everything),
    "register in Chinese": ("Chinese reader", "/auth/register", None),
    "account in Chinese": ("Chinese writer", "/account/", None),
    "register": ("reader", "/auth/register", None),
    "log in": ("reader", "/auth/login", None),
    "log in with a text": ("writer", "/create", publish_after_the_session_ended),
    "welcome back": ("writer", "/create", log_in_again),
    "log out": ("writer", "/auth/logout", None),
    "new post": ("writer", "/create", None),
    "new post refused": ("writer", "/create", publish_without_title),
    "edit": ("writer", "/12/update", open_details),
    "deleted": ("writer", "/create", delete_a_post),
    "bin": ("writer", "/create", open_bin),
    "nothing in the bin": ("first writer", "/account/bin", None),
    "history": ("writer", "/12/history", None),
    "a version": ("writer", "/12/history", open_version),
    "a conflict": ("writer", "/12/update", save_over_what_is_unknown),
    "account": ("writer", "/account/", None),
    "username": ("writer", "/account/name", None),
    "password": ("writer", "/account/password", None),
    "images": ("writer", "/account/images", None),
    "close the account": ("writer", "/account/close", None),
    "people": ("owner", "/admin/people", open_changes),
    "settings": ("owner", "/admin/site", None),
    "suspended": ("stranger", "/auth/login", log_in_suspended),
    "invitations": ("owner", "/admin/links", make_link),
    "site pages": ("owner", "/admin/pages", None),
    "a site page": ("stranger", "/2", None),
    "a site page of one's own": ("owner", "/2", None),
    "a new site page": ("owner", "/create?kind=page", None),
    "spam": ("owner", "/admin/spam", try_spam),
    "numbers": ("owner", "/admin/numbers", None),
    "health": ("owner", "/admin/health", None),
    "invitations of an author": ("owner", "/account/invitations", make_link),
    "an invitation to who is logged in": ("owner", "/admin/links", open_link),
    "an invitation": ("owner", "/admin/links", open_link_logged_out),
    "a new password": ("owner", "/admin/people", open_link_to_password),
    "nobody registers": ("stranger", "/auth/register", None),
    "queue": ("moderator", "/admin/queue", None),
    "queue in Chinese": ("Chinese moderator", "/admin/queue", None),
    "queue, with all selected": ("moderator", "/admin/queue?all=1", None),
    "queue, with nothing selected": ("moderator", "/admin/queue", select_nothing),
    "nothing in the queue": ("owner", "/admin/queue", None),
    "log": ("moderator", "/admin/log", None),
    "no log yet": ("owner", "/admin/log", None),
    "a public log": ("newcomer", "/moderation", None),
    "people, the newest": ("moderator", "/admin/people?newest=1&all=1", None),
    "report a post": ("moderator", "/report/post/1", None),
    "report a comment": ("moderator", "/report/comment/2", None),
    "report a person": ("moderator", "/report/person/3", report_without_reason),
    "ask to join": ("newcomer", "/auth/register", None),
    "waiting to be let in": (APPLICANTS[0], "/auth/waiting", None),
    "let in": (APPLICANTS[1], "/auth/waiting", None),
    "not let in": (APPLICANTS[2], "/auth/waiting", None),
    "texts for an editor": ("moderator", "/account/texts", None),
    "a post that waits": ("moderator", "/6", None),
    "a post that was not approved": ("moderator", "/5", None),
    "403": ("writer", "/1/update", None),
    "403 with a text": ("writer", "/12/update", save_to_a_post_of_another),
    "404": ("reader", "/404", None),
    "405": ("reader", "/1/delete", None),
    "503": ("operator", "/", None),
    # Last, since these are found again on other pages.
    "no texts left": ("writer", "/account/texts", None),
    "texts left": ("writer", "/create", leave_texts),
    "a text left": ("writer", "/create", open_left_text),
    "a draft": ("writer", "/12/update", save_draft),
    "a draft in the history": ("writer", "/12/update", open_draft),
    "a draft that is shared": ("writer", "/create?new", share_a_draft),
    "a link to a draft": ("writer", "/create?new", open_a_shared_draft),
    "a shared draft": ("writer", "/create?new", read_a_shared_draft),
    "scheduled": ("writer", "/create?new", schedule_a_post),
    "all texts": ("writer", "/account/texts", None),
}


@pytest.fixture(scope="module", params=PAGES)
def page(request, browser, visitors):
    """Each of ``PAGES``, opened once for all tests that look at it."""
    visitor, path, act = PAGES[request.param]

    with browser.new_context(**visitors[visitor]) as context:
        page = context.new_page()
        page.goto(path)

        if act:
            act(page)

        yield page


@pytest.mark.parametrize(
    ("color_scheme", "name"), [("light", "Ada Lovelace"), ("dark", "李清照")]
)
def test_a_person_registers_writes_edits_deletes_and_leaves(
    open_browser, color_scheme, name
):
    page = open_browser("reader", color_scheme=color_scheme)
    register(page, name)
    expect_message(page, f"Welcome, {name}.")

    page.get_by_role("link", name="Write").click()
    fill_in_post(page, f"{name}：春曉", POEM)
    press(page, "Publish")
    expect_message(page, "Published.")

    reader = open_browser("reader", color_scheme=color_scheme)
    reader.goto("/")
    post = reader.get_by_role("article").first
    assert post.locator(".excerpt").inner_text() == POEM.replace("\n\n", "\n")
    expect(post.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(reader.get_by_role("link", name="Edit")).to_have_count(0)

    post.get_by_role("link", name=f"{name}：春曉").click()
    expect_heading(reader, f"{name}：春曉")
    assert reader.locator("article .body").inner_text() == POEM
    assert reader.url.endswith("%E6%98%A5%E6%9B%89")

    page.goto("/")
    page.get_by_role("link", name=f"Edit “{name}：春曉”").click()
    assert page.get_by_label("Text").input_value() == POEM
    fill_in_post(page, f"{name}：靜夜思", "牀前明月光")
    press(page, "Publish changes")
    expect_message(page, "Saved.")
    reader.reload()
    expect_heading(reader, f"{name}：靜夜思")
    expect(reader.locator("article .body")).to_have_text("牀前明月光")

    page.goto("/")
    page.get_by_role("link", name=f"Edit “{name}：靜夜思”").click()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_hidden()
    open_details(page)
    press(page, "Delete")
    expect_message(page, "Deleted.")
    reader.reload()
    expect_heading(reader, "Nothing here")

    log_out(page)
    expect(page.get_by_role("link", name="Log In")).to_be_visible()
    expect(page.get_by_role("link", name=name)).to_have_count(0)


@pytest.fixture
def below_a_path(installed):
    """The URL of an installed blog below /blog; nothing else is there."""

    def app(environ, start_response):
        if not environ["PATH_INFO"].startswith("/blog/"):
            start_response("410 GONE", [])
            return [b""]

        environ["SCRIPT_NAME"] = "/blog"
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/blog")
        return installed.wsgi_app(environ, start_response)

    with serve(app) as url:
        yield f"{url}/blog"


@pytest.mark.parametrize("with_scripts", [False, True])
def test_a_blog_below_a_path_asks_for_nothing_outside(
    browser, below_a_path, with_scripts
):
    asked, said = [], []

    with browser.new_context(java_script_enabled=with_scripts) as context:
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{below_a_path}/create")
        page.get_by_role("link", name="Register").first.click()
        page.get_by_label("Username").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Register")
        # Where the logged-out reader wanted to go.
        expect_heading(page, "New Post")
        fill_in_post(page, "A title", f"{POEM}\n\n")
        image = {"name": "x.png", "mimeType": "image/png", "buffer": picture(2000, 400)}
        page.get_by_text("Add an image").click()
        page.locator("#image").set_input_files(image)

        if with_scripts:
            page.keyboard.press("Enter")
        else:
            press(page, "Insert")

        expect(page.get_by_label("Text")).to_have_value(re.compile("/image/"))
        press(page, "Publish")
        expect_message(page, "Published.")
        page.wait_for_load_state()
        shown = page.locator("article .body img")
        assert shown.evaluate("image => image.complete && image.naturalWidth") > 0
        page.get_by_label("Your comment").fill(POEM)
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(page.locator(".comment")).to_contain_text("春眠不覺曉")
        press(page, "Like")
        page.get_by_role("link", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")

    assert not [url for url in asked if not url.startswith(f"{below_a_path}/")]
    assert not said


def test_logging_in_leads_to_the_page_that_was_asked_for(open_browser):
    page = open_browser("reader")
    page.goto("/create")
    expect_heading(page, "Log In")
    fill_in_login(page)

    expect_heading(page, "New Post")


def test_who_mistyped_a_password_types_it_again_at_once(open_browser):
    page = open_browser("reader")
    page.goto("/auth/login")
    fill_in_login(page, password="mistyped")
    expect_message(page, "Incorrect password.")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect_heading(page, "Flaskr")

    page.goto("/account/password")
    page.get_by_label("Current password").fill("mistyped")
    page.get_by_label("New password").fill("four random words more")
    press(page, "Change Password")
    expect_message(page, "Incorrect password.")
    expect(page.get_by_label("Current password")).to_be_focused()


@pytest.mark.parametrize("has_scripts", [False, True])
def test_a_like_pressed_logged_out_is_there_after_the_login(open_browser, has_scripts):
    page = open_browser("reader", java_script_enabled=has_scripts)
    writer = open_browser("writer")
    writer.goto("/create")
    fill_in_post(writer, f"To be liked {has_scripts}", "Very much.")
    press(writer, "Publish")

    page.goto("/")
    page.get_by_role("link", name=f"To be liked {has_scripts}").click()
    press(page, "Like")
    expect_heading(page, "Log In")
    fill_in_login(page)
    expect(page.get_by_text("1 person likes this")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Like")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_text_outlives_the_session_it_was_written_in(open_browser):
    title, body = "Kept “as is” & <b>", f"\n\n{POEM}\n\n</textarea> &amp;\n"
    page = open_browser("reader")
    log_in(page)
    page.goto("/create")
    fill_in_post(page, title, body)

    tab = page.context.new_page()
    tab.goto("/")
    log_out(tab)
    expect(tab.get_by_role("link", name="Log In")).to_be_visible()

    press(page, "Publish")
    expect_message(page, "What you wrote has been kept.")
    fill_in_login(page, password="mistyped")
    expect_message(page, "Incorrect password.")
    fill_in_login(page)
    expect_heading(page, f"Welcome back, {NAME}")
    assert page.get_by_label("Title").input_value() == title
    assert page.get_by_label("Text").input_value() == body

    press(page, "Publish")
    expect_message(page, "Published.")
    expect_heading(page, title)
    expect(page.get_by_role("article")).to_contain_text("</textarea> &")
    page.get_by_role("link", name="Edit").first.click()
    assert page.get_by_label("Text").input_value() == body


def test_an_address_asks_before_it_logs_out(open_browser):
    page = open_browser("reader")
    log_in(page)
    page.goto("/auth/logout")
    expect_heading(page, "Log out?")
    page.get_by_role("link", name="Stay logged in").click()
    page.goto("/create")
    expect_heading(page, "New Post")

    page.goto("/auth/logout")
    press(page, "Log Out")
    expect_heading(page, "Flaskr")
    page.goto("/create")
    expect_heading(page, "Log In")


# Over plain HTTP, browsers send Sec-Fetch-Site to this machine's addresses only.
@pytest.mark.parametrize("visitor", ["reader", "reader over HTTP"])
def test_another_site_cannot_write_or_log_out(open_browser, visitors, visitor):
    blog = visitors[visitor]["base_url"]
    form = f"""
        <!doctype html>
        <form method="post">
          <input name="title" value="Not by its author"><input name="body">
          <button formaction="{blog}/create">Write</button>
          <button formaction="{blog}/auth/logout">Leave</button>
        </form>
    """

    def other_site(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [form.encode()]

    page = open_browser(visitor)
    log_in(page)
    host = blog.rpartition(":")[0]

    with serve(other_site) as url:
        # The same host and another port: SameSite cookies come along.
        url = f"{host}:{url.rpartition(':')[2]}"

        for button in ("Write", "Leave"):
            page.goto(url)
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("main")).to_contain_text("another site")

    page.goto("/")
    expect(page.locator(f".account[title='{NAME}']")).to_be_visible()
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_text("Not by its author")).to_have_count(0)


def test_writing_works_over_plain_http(open_browser):
    page = open_browser("reader over HTTP")
    register(page, "Grace Hopper")
    page.get_by_role("link", name="Write").click()
    fill_in_post(page, "Over plain HTTP", POEM)
    press(page, "Publish")

    expect_message(page, "Published.")
    expect_heading(page, "Over plain HTTP")


def test_axe_finds_nothing_on_any_page(page):
    assert axe_violations(page) == {}


def test_a_page_fits_a_narrow_screen(page):
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_page_fits_a_phone_with_text_twice_as_large(page):
    page.set_viewport_size({"width": 360, "height": 640})
    set_size = "size => document.documentElement.style.fontSize = size"
    page.evaluate(set_size, "200%")

    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        page.evaluate(set_size, "")


def test_the_words_on_a_button_stay_in_one_line(page):
    page.set_viewport_size({"width": 320, "height": 640})
    broken = page.locator("button, .button").evaluate_all(
        """elements => elements
          // What is folded up has a narrower place.
          .filter(element => element.checkVisibility())
          .filter(element => element.offsetHeight
            > 3 * parseFloat(getComputedStyle(element).fontSize))
          .map(element => element.outerHTML)"""
    )
    assert broken == []


def test_the_browser_has_nothing_to_complain_about(page):
    messages = [
        message.text
        for message in page.console_messages()
        # Chromium says of an error page that it is one.
        if message.location["url"] != page.url or "status of" not in message.text
    ]
    files = page.locator("link:not([rel=alternate]), script[src], img").evaluate_all(
        "elements => elements.map(element => element.href || element.src)"
    )

    assert messages == []
    assert files
    assert [file for file in files if not page.request.get(file).ok] == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page):
    # Some pages have put the focus into a field.
    page.keyboard.press("Shift")
    page.locator(FOCUSABLE).first.focus()
    expect(page.locator(".skip")).to_be_focused()

    while focus := page.evaluate(
        """() => {
          const element = document.activeElement;
          const style = getComputedStyle(element);
          const box = element.getBoundingClientRect();

          if (element === document.body || "reached" in element.dataset) {
            return null;
          }

          element.dataset.reached = "";
          return {
            html: element.outerHTML,
            // A time has fields of its own.
            parts: element.type === "datetime-local" ? 8 : 1,
            outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth),
            isDrawn: style.outlineColor
              !== getComputedStyle(document.documentElement).backgroundColor,
            isOnScreen: box.left >= 0 && box.bottom > 0 && box.width > 0
              && box.right <= innerWidth && box.top < innerHeight,
          };
        }"""
    ):
        assert focus["outline"] >= 2, focus["html"]
        assert focus["isDrawn"], focus["html"]
        assert focus["isOnScreen"], focus["html"]

        for _ in range(focus["parts"]):
            page.keyboard.press("Tab")

            if not page.evaluate("'reached' in document.activeElement.dataset"):
                break

    missed = page.locator(FOCUSABLE).evaluate_all(
        """elements => elements
          .filter(element => element.checkVisibility())
          .filter(element => !("reached" in element.dataset))
          // Arrow keys choose among radio buttons.
          .filter(element => !document.querySelector(
            `[type="radio"][name="${element.name}"][data-reached]`))
          .map(element => element.outerHTML)"""
    )
    assert missed == []


def test_the_preview_follows_what_is_typed(open_browser):
    page = open_browser("writer", java_script_enabled=True)
    page.goto("/create?new")
    expect(page.locator("#preview")).to_be_hidden()
    fill_in_post(page, "As typed", "Some *text*")

    expect(page.locator("#preview em")).to_have_text("text")
    expect(page.locator("#preview")).to_contain_text("As typed")
    page.get_by_label("Text").fill("Some **more**")
    expect(page.locator("#preview strong")).to_have_text("more")

    # Nothing was sent that needs the button.
    assert page.url.endswith("/create?new")
    press(page, "Publish")
    expect_message(page, "Published.")


def test_a_preview_without_scripts_is_a_page_with_the_form(open_browser):
    page = open_browser("writer")
    page.goto("/create")
    fill_in_post(page, "", "Some *text*")
    press(page, "Preview")

    expect(page.locator("#preview em")).to_have_text("text")
    assert page.get_by_label("Text").input_value() == "Some *text*"


def test_each_tag_is_suggested_while_it_is_typed(open_browser):
    page = open_browser("writer", java_script_enabled=True)
    page.goto("/create")
    tags = page.get_by_label("Tags")
    options = "options => options.filter(o => !o.disabled).map(o => o.value)"
    assert "面包" in page.locator("#suggestions option").evaluate_all(options)

    tags.press_sequentially("面包，c")
    values = page.locator("#suggestions option").evaluate_all(options)
    assert "面包，C/C++" in values
    assert not any(value.endswith("面包") for value in values)


def test_a_reader_changes_the_language_and_keeps_it(open_browser):
    page = open_browser("reader")
    page.goto("/13")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    assert "/13-" in page.url

    page.goto("/")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Log In")).to_be_visible()


def test_a_reader_finds_a_post_and_reads_it(open_browser):
    page = open_browser("reader")
    page.goto("/")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("markdown 标题")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("link", name="标题 and all that").click()

    expect_heading(page, "标题 and all that Markdown has")
    page.locator("[role=doc-noteref]").click()
    expect(page.locator("li:target")).to_contain_text("The note.")
    page.get_by_role("link", name="C/C++").click()
    expect_heading(page, "Posts tagged C/C++")


def test_a_reader_opens_a_feed_and_gets_the_file_of_it(open_browser):
    page = open_browser("reader")
    page.goto("/feed.rss")
    expect(page.get_by_label("Feed address")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="RSS", exact=True).click()

    assert "<rss " in Path(download.value.path()).read_text("utf-8")


def test_a_page_is_loaded_before_its_link_is_followed(open_browser):
    page = open_browser("reader", java_script_enabled=True)
    devtools = page.context.new_cdp_session(page)
    loaded = set()
    devtools.on(
        "Preload.prefetchStatusUpdated", lambda event: loaded.add(event["prefetchUrl"])
    )
    devtools.send("Preload.enable")
    page.goto("/")

    for name in ("Log In", "Search", "中文", "Feed", "Archive"):
        page.get_by_role("link", name=name, exact=True).first.hover()
        # Longer than a browser waits for a click that does not come.
        page.wait_for_timeout(400)

    wait_until(lambda: page.wait_for_timeout(50) or loaded)
    assert [url.rpartition("/")[2] for url in loaded] == ["archive"]


def test_the_skip_link_skips_the_navigation(open_browser):
    page = open_browser("writer")
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_pages_have_the_colors_of_the_system(open_browser, color_scheme):
    page = open_browser("reader", color_scheme=color_scheme)
    page.goto("/")
    paper, ink = page.evaluate(
        """() => {
          const style = getComputedStyle(document.documentElement);
          return [style.backgroundColor, style.color]
            .map(color => color.match(/\\d+/g).map(Number))
        }"""
    )
    assert (paper < ink) == (color_scheme == "dark")


@pytest.mark.parametrize("path", ["/", "/12", "/13"])
def test_a_page_is_printed_black_on_white_and_without_what_one_clicks(
    open_browser, path
):
    page = open_browser("writer", color_scheme="dark")
    page.goto(path)
    page.emulate_media(media="print")

    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Skip to content")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.get_by_role("link", name="Write")).to_have_count(0)
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        == "rgb(255, 255, 255)"
    )
