"""Comments: written, answered, edited, removed, paged, closed."""

import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest

from flaskr.data import comments
from flaskr.db import transaction

from .children import LIMIT
from .conftest import ago
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import resume
from .conftest import rows
from .conftest import run_many
from .conftest import write


def comment(client, post=1, text="Well said.", answers=None):
    """Comment on a post, or answer another comment, and return the comment's id."""
    path = f"/comment/{answers}/reply" if answers else f"/{post}/comment"
    response = client.post(path, data={"comment": text})
    assert response.status_code == 302, response.text
    return int(re.search(r"#comment-(\d+)$", response.location)[1])


def fill(app, number, post=1, author=1):
    """Many comments at once, each with its number."""
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO comment (post_id, author_id, body) VALUES (?, ?, ?)",
            [(post, author, f"number {n}") for n in range(number)],
        )


def age(app, id, **time):
    created = ago(**time or {"hours": 1})

    with app.app_context(), transaction() as db:
        db.execute("UPDATE comment SET created = ? WHERE id = ?", (created, id))


def ids_on(page):
    return [int(id) for id in re.findall(r'id="comment-(\d+)"', page.text)]


@pytest.fixture
def post(alice):
    return write(alice, "First", "The text.")


def test_a_comment_stands_below_the_post_in_markdown(client, bob, post):
    comment(bob, post, "So **true**, see https://else.example/")
    page = client.get(f"/{post}-first").text

    assert "<strong>true</strong>" in page
    assert 'rel="nofollow ugc noopener"' in page
    assert "1 comment<" in page
    assert 'href="/author/bob"' in page


def test_a_comment_has_no_headings_and_no_images(client, bob, post):
    comment(
        bob,
        post,
        "# Loud\n\n![a cat](/cat.png) ![](http://x.example/y.png)"
        " [![in a link](/z.png)](/there) [![](javascript:x)](/t)",
    )
    body = re.search(
        r'<div class="body"[^>]*>(.*?)</div>',
        client.get(f"/{post}-first").text.partition('id="comment-1"')[2],
        re.S,
    )[1]

    assert "<h" not in body and "<img" not in body
    assert "<p><strong>Loud</strong></p>" in body
    assert '<a href="/cat.png" rel="nofollow ugc noopener">a cat</a>' in body
    assert ">http://x.example/y.png</a>" in body
    assert '<a href="/there" rel="nofollow ugc noopener">in a link</a>' in body


def test_a_comment_leads_to_its_place_when_it_is_sent(bob, post):
    response = bob.post(f"/{post}/comment", data={"comment": "Hi"})
    assert response.location == f"/{post}-first#comment-1"


def test_an_answer_hangs_under_what_it_answers(client, alice, bob, post):
    first = comment(bob, post, "one")
    second = comment(bob, post, "two")
    answer = comment(alice, text="to one", answers=first)
    deeper = comment(bob, text="to the answer", answers=answer)
    page = client.get(f"/{post}-first")

    assert ids_on(page) == [first, answer, deeper, second]
    assert rows(client.application, "SELECT parent_id FROM comment WHERE id > 2") == [
        {"parent_id": first},
        {"parent_id": first},
    ]
    assert page.text.count("<ol>") == 1


def test_the_form_of_an_answer_shows_what_it_answers(alice, bob, post):
    id = comment(bob, post, "Is it *so*?")
    page = alice.get(f"/comment/{id}/reply").text
    assert "Reply to bob" in page and "<em>so</em>" in page


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write something first."),
        (" \n\u200b\u3000\n", "Write something first."),
        ("W" * 5001, "Your comment has 5001 characters. Shorten it to 5000 at most."),
    ],
)
def test_a_comment_that_can_not_be_saved_is_given_back(app, bob, post, text, problem):
    for path in (f"/{post}/comment", f"/comment/{comment(bob, post)}/update"):
        page = bob.post(path, data={"comment": text})
        assert page.status_code == 422
        assert problem in page.text
        assert text.strip() in page.text

    assert rows(app, "SELECT body FROM comment") == [{"body": "Well said."}]


def test_a_comment_form_without_its_field_is_a_bad_request(bob, post):
    assert bob.post(f"/{post}/comment").status_code == 400


def test_a_comment_form_that_is_sent_twice_says_something_once(app, bob, post):
    assert comment(bob, post, "Twice") == comment(bob, post, "Twice\r\n")
    first = comment(bob, post, "One")
    answer = comment(bob, text="Twice", answers=first)
    assert comment(bob, text="Twice", answers=answer) == answer
    assert len(rows(app, "SELECT id FROM comment")) == 3


def test_many_clicks_at_once_save_one_comment(app, bob, post, monkeypatch):
    found_nothing = threading.Barrier(8)

    @contextmanager
    def begin_together():
        found_nothing.wait(LIMIT)

        with transaction() as db:
            yield db

    monkeypatch.setattr("flaskr.web.sending.transaction", begin_together)

    def click():
        assert bob.post(f"/{post}/comment", data={"comment": "Click"}).location

    threads = [threading.Thread(target=click, daemon=True) for _ in range(8)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    assert len(rows(app, "SELECT * FROM comment")) == 1


def test_the_same_comment_may_be_sent_again_later(app, bob, post):
    age(app, comment(bob, post, "Thanks!"), minutes=61)
    assert comment(bob, post, "Thanks!") == 2


def test_a_comment_that_is_sent_twice_uses_no_limit(app, bob, post):
    app.config["COMMENTS_PER_PERSON"] = 1
    assert comment(bob, post, "Twice") == comment(bob, post, "Twice")


def test_two_people_may_send_the_same_comment(app, alice, bob, post):
    assert comment(alice, post, "Same") != comment(bob, post, "Same")


def test_a_logged_out_reader_is_led_to_the_form_of_a_comment(client, post):
    page = client.get(f"/{post}-first").text
    assert f'href="/{post}/comment">Log in to comment' in page
    assert "<textarea" not in page

    assert client.get(f"/{post}/comment").location == "/auth/login"
    client.post("/auth/register", data={"username": "eve", "password": "some words x"})
    response = client.post(
        "/auth/login", data={"username": "eve", "password": "some words x"}
    )
    assert response.location == f"/{post}/comment"


@pytest.mark.parametrize("path", ["/{post}/comment", "/comment/1/reply"])
def test_a_comment_sent_after_the_session_ended_is_there_to_send(
    app, client, bob, post, path
):
    comment(bob, post)
    path = path.format(post=post)
    response = client.post(path, data={"comment": "An hour's <work>"})
    page = resume(client, response, "bob").text
    assert f'action="{path}"' in page
    assert "An hour&#39;s &lt;work&gt;</textarea>" in page
    assert comment(client, post, "An hour's <work>") == 2


def test_a_comment_can_be_edited_by_its_writer(client, bob, post):
    id = comment(bob, post, "Befor")
    assert "Befor</textarea>" in bob.get(f"/comment/{id}/update").text
    age(client.application, id, minutes=1)
    response = bob.post(f"/comment/{id}/update", data={"comment": "Before"})

    assert response.location == f"/{post}-first#comment-{id}"
    page = client.get(f"/{post}-first").text
    assert "<p>Before</p>" in page and "edited" in page


def test_a_comment_that_is_saved_as_it_was_is_not_edited(app, client, bob, post):
    id = comment(bob, post)
    age(app, id, minutes=1)
    bob.post(f"/comment/{id}/update", data={"comment": "Well said."})
    assert "edited" not in client.get(f"/{post}-first").text


def test_a_comment_stays_as_it_is_after_a_quarter_of_an_hour(app, bob, post):
    id = comment(bob, post)
    assert f"/comment/{id}/update" in bob.get(f"/{post}-first").text
    age(app, id, seconds=901)

    page = bob.post(f"/comment/{id}/update", data={"comment": "Late"})
    assert page.status_code == 403
    assert "It’s too late to edit this comment." in page.text
    assert "Late</textarea>" in page.text
    assert f"/comment/{id}/update" not in bob.get(f"/{post}-first").text
    assert rows(app, "SELECT body FROM comment") == [{"body": "Well said."}]


def test_the_time_to_edit_a_comment_is_a_setting(app, bob, post):
    app.config["COMMENT_EDIT_TIME"] = timedelta(hours=2)
    id = comment(bob, post)
    age(app, id)
    assert bob.get(f"/comment/{id}/update").status_code == 200


def test_the_time_to_edit_a_comment_may_end_while_it_is_saved(
    app, bob, post, monkeypatch
):
    id = comment(bob, post)

    def begin_late():
        age(app, id)
        return transaction()

    monkeypatch.setattr("flaskr.views.comment_edits.transaction", begin_late)
    page = bob.post(f"/comment/{id}/update", data={"comment": "Late"})
    assert page.status_code == 403
    assert "Late</textarea>" in page.text


def test_a_comment_is_edited_by_nobody_but_its_writer(app, alice, bob, post):
    id = comment(bob, post)

    assert alice.get(f"/comment/{id}/update").status_code == 403
    page = alice.post(f"/comment/{id}/update", data={"comment": "Mine"})
    assert page.status_code == 403
    assert "You can only edit your own comments." in page.text
    assert rows(app, "SELECT body FROM comment") == [{"body": "Well said."}]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_comment_is_removed_by_its_writer_and_by_the_posts_author(
    app, bob, post, who
):
    id = comment(bob, post)
    client = log_in(app, who)

    assert "Remove this comment?" in client.get(f"/comment/{id}/remove").text
    response = client.post(f"/comment/{id}/remove")
    assert response.location == f"/{post}-first#comments"
    assert rows(app, "SELECT * FROM comment") == []
    assert client.get(f"/comment/{id}").status_code == 404


def test_a_comment_is_removed_by_nobody_else(app, bob, post):
    id = comment(bob, post)
    eve = log_in(app, "eve")

    assert eve.get(f"/comment/{id}/remove").status_code == 403
    assert eve.post(f"/comment/{id}/remove").status_code == 403
    assert f"/comment/{id}/remove" not in eve.get(f"/{post}-first").text
    assert len(rows(app, "SELECT * FROM comment")) == 1


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["update", "remove", "reply"])
def test_a_removed_comment_can_be_nothing_more(
    app, alice, bob, post, who, method, what
):
    id = comment(bob, post)
    comment(alice, answers=id)
    bob.post(f"/comment/{id}/remove")

    answer = getattr(log_in(app, who), method)(
        f"/comment/{id}/{what}", data={"comment": "Kept?"}
    )
    assert answer.status_code == 404
    assert method == "get" or "Kept?</textarea>" in answer.text


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("alice", "Removed by the post’s author."),
        ("bob", "Removed by the person who wrote it."),
    ],
)
def test_the_place_of_a_removed_comment_stays_while_answers_hang_on_it(
    app, client, alice, bob, post, who, sentence
):
    id = comment(bob, post, "Something rude")
    answers = [comment(alice, text=text, answers=id) for text in ("No.", "No!")]
    log_in(app, who).post(f"/comment/{id}/remove")
    page = client.get(f"/{post}-first")

    assert sentence in page.text
    assert "rude" not in page.text and "/author/bob" not in page.text
    assert "2 comments<" in page.text
    assert ids_on(page) == [id, *answers]

    # Others can still answer the answers.
    comment(bob, text="Yes.", answers=answers[0])
    bob.post(f"/comment/{answers[-1] + 1}/remove")

    for answer in answers:
        alice.post(f"/comment/{answer}/remove")

    assert rows(app, "SELECT * FROM comment") == []


def test_the_author_of_a_post_closes_and_opens_its_comments(
    app, client, alice, bob, post
):
    id = comment(bob, post, "Before")
    assert alice.post(f"/{post}/comments/close").location == f"/{post}-first#comments"

    assert "The author has closed comments." in client.get(f"/{post}-first").text
    assert "Before" in client.get(f"/{post}-first").text
    assert "<textarea" not in bob.get(f"/{post}-first").text
    assert bob.get(f"/{post}/comment").status_code == 403

    for path in (f"/{post}/comment", f"/comment/{id}/reply"):
        page = bob.post(path, data={"comment": "After"})
        assert page.status_code == 403
        assert "The author has closed comments on this post." in page.text
        assert "After</textarea>" in page.text

    alice.post(f"/{post}/comments/open")
    comment(bob, post, "After")
    assert len(rows(app, "SELECT * FROM comment")) == 2


@pytest.mark.parametrize("what", ["close", "open"])
def test_a_discussion_is_closed_and_opened_only_by_the_posts_author(
    app, alice, bob, post, what
):
    if what == "open":
        alice.post(f"/{post}/comments/close")

    before = rows(app, "SELECT comments_closed FROM post")
    assert bob.post(f"/{post}/comments/{what}").status_code == 403
    assert f"/comments/{what}" not in bob.get(f"/{post}-first").text
    assert rows(app, "SELECT comments_closed FROM post") == before


def test_a_discussion_may_be_closed_while_somebody_writes(bob, post, monkeypatch):
    monkeypatch.setattr(comments, "create", lambda *args: 0)
    page = bob.post(f"/{post}/comment", data={"comment": "Just now"})
    assert page.status_code == 404
    assert "Just now</textarea>" in page.text


def test_a_discussion_that_was_just_closed_or_removed_takes_no_comment(
    app, alice, bob, post
):
    id = comment(bob, post)
    write(alice, "Second")

    with app.test_request_context():
        assert comments.create(post, 99, 2, "no such comment") == 0
        assert comments.create(post + 1, id, 2, "of another post") == 0
        assert comments.create(post + 2, 0, 2, "no such post") == 0
        assert comments.create(post, 0, 99, "nobody") == 0
        comments.set_closed(post, True)
        assert comments.create(post, 0, 2, "closed") == 0
        assert not comments.update(99, "no such comment", (1, timedelta(hours=1)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/9/comment"),
        ("post", "/9/comment"),
        ("post", "/9/comments/close"),
        ("post", "/9/comments/open"),
        ("get", "/comment/9"),
        ("get", "/comment/9/reply"),
        ("get", "/9/comments/feed.atom"),
    ],
)
def test_a_comment_or_discussion_that_does_not_exist_is_not_found(
    bob, post, method, path
):
    answer = getattr(bob, method)(
        path, data={"comment": "x"} if method == "post" else {}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/{post}/comments/close",
        "/{post}/comments/open",
        "/comment/1/remove",
        "/comment/1/update",
        "/comment/1/reply",
        "/{post}/comment",
    ],
)
def test_a_logged_out_reader_changes_nothing_in_a_discussion(
    app, client, bob, post, path
):
    comment(bob, post)
    before = rows(app, "SELECT * FROM comment"), rows(app, "SELECT * FROM post")
    answer = client.post(path.format(post=post), data={"comment": "x"})
    assert answer.status_code == 403 or answer.location == "/auth/login"
    assert (
        rows(app, "SELECT * FROM comment"),
        rows(app, "SELECT * FROM post"),
    ) == before


def test_a_person_has_so_many_comments_at_once(app, alice, bob, post, clock):
    app.config["COMMENTS_PER_PERSON"] = 2
    comment(bob, post, "one")
    comment(bob, post, "two")
    page = bob.post(f"/{post}/comment", data={"comment": "three"})

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "300"
    assert "in 300 seconds" in page.text
    assert "three</textarea>" in page.text
    comment(alice, post, "Another person can.")


def test_an_address_has_so_many_comments_at_once(app, alice, bob, post):
    app.config["COMMENTS_PER_ADDRESS"] = 2
    comment(bob, post, "one")
    comment(alice, post, "two")
    assert (
        log_in(app, "eve")
        .post(f"/{post}/comment", data={"comment": "three"})
        .status_code
        == 429
    )
    for_feed = bob.post(
        f"/{post}/comment",
        data={"comment": "three"},
        environ_base={"REMOTE_ADDR": "192.0.2.1"},
    )
    assert for_feed.status_code == 302


@pytest.fixture
def long(app, post):
    """A discussion of 120 comments; the tenth has 60 answers."""
    fill(app, 120)

    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO comment (post_id, parent_id, author_id, body)"
            " VALUES (1, 10, 1, ?)",
            [(f"answer {n}",) for n in range(60)],
        )

    return [*range(1, 11), *range(121, 181), *range(11, 121)]


def test_a_long_discussion_is_paged_on_and_back(client, long):
    page = client.get("/1-first")
    seen = [ids_on(page)]
    addresses = ["/1-first"]

    while on := re.search(r'href="([^"]*)">Later comments', page.text):
        addresses.append(on[1].partition("#")[0])
        page = client.get(on[1])
        seen.append(ids_on(page))

    assert [id for ids in seen for id in ids] == long
    assert [len(ids) for ids in seen] == [50, 50, 50, 30]

    for expected in reversed(addresses[:-1]):
        back = re.search(r'href="([^"]*)">← Earlier comments', page.text)
        page = client.get(back[1].partition("#")[0], follow_redirects=True)
        assert ids_on(page) == seen[addresses.index(expected)]

    assert page.request.path == "/1-first"
    assert not page.request.query_string


def test_a_page_within_a_thread_leads_to_its_beginning(client, long):
    page = client.get("/1-first?after=10_160").text
    assert '<a href="/comment/10">In reply to</a>' in page


def test_a_permalink_leads_to_the_page_with_the_comment(client, long):
    for id in (1, 10, 50, 160, 161, 90, 120):
        page = client.get(f"/comment/{id}")
        assert page.status_code == 302
        address, _, fragment = page.location.partition("#")
        assert fragment == f"comment-{id}"
        assert id in ids_on(client.get(address))
        assert address == "/1-first" or "after=" in address


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "before=1_",
        "after=a_1",
        "before=_",
        f"after={2**63}_1",
        "before=9_9e9",
    ],
)
def test_an_address_that_is_no_page_of_a_discussion_is_a_bad_request(
    client, post, query
):
    assert client.get(f"/{post}-first?{query}").status_code == 400


def test_a_page_beyond_the_last_of_a_discussion_is_the_first(client, post):
    page = client.get(f"/{post}-first?after=999_999")
    assert page.location == f"/{post}-first#comments"


def test_a_page_of_a_discussion_costs_a_fixed_number_of_queries(
    app, client, post, statements
):
    fill(app, 10)
    client.get(f"/{post}-first?after=6_6")
    few = [s for s in statements if "SELECT" in s]
    fill(app, 200)
    statements.clear()
    client.get(f"/{post}-first?after=60_60")
    assert len([s for s in statements if "SELECT" in s]) == len(few) > 1


def test_lists_have_the_number_of_comments_without_a_query_for_each(
    app, alice, client, statements
):
    for n in range(5):
        fill(app, n, post=write(alice, f"Post {n}"))

    client.get("/archive")
    statements.clear()
    page = client.get("/").text
    assert [int(n) for n in re.findall(r">(\d) comments?</a>", page)] == [4, 3, 2, 1]
    assert len([s for s in statements if s.startswith("SELECT")]) == 1
    assert "4 comments</a>" in client.get("/search?q=4").text


def test_plain_sql_keeps_the_number_of_comments_right(app, post):
    fill(app, 5)

    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO comment (post_id, parent_id, author_id, body)"
            " VALUES (1, 2, 1, 'answer')"
        )
        db.execute("UPDATE comment SET removed = CURRENT_TIMESTAMP WHERE id = 2")
        db.execute("DELETE FROM comment WHERE id = 3")
        db.execute("UPDATE comment SET body = 'other' WHERE id = 4")

    assert rows(app, "SELECT comments FROM post_count") == [{"comments": 4}]


def test_plain_sql_that_moves_a_comment_keeps_the_numbers_right(app, alice, post):
    fill(app, 3)
    write(alice, "Second")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE comment SET post_id = 2 WHERE id = 3")

    counts = rows(app, "SELECT post_id, comments FROM post_count")
    assert counts == [{"post_id": 1, "comments": 2}, {"post_id": 2, "comments": 1}]


@pytest.mark.parametrize("enforced", [True, False])
def test_a_deleted_post_leaves_nothing_behind(
    app, alice, bob, post, enforced, databases
):
    comment(alice, answers=comment(bob, post))
    bob.post(f"/{post}/like")
    assert "Its 2 comments will be deleted too." in alice.get(f"/{post}/update").text

    if enforced:
        alice.post(f"/{post}/delete")
    else:
        databases.execute_in_shell(app, "DELETE FROM post")

    for table in ("comment", "post_like", "post_count"):
        assert rows(app, f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("choice", ["keep", "delete"])
def test_closing_an_account_leaves_nothing_dangling(
    app, client, alice, bob, choice, databases
):
    post = write(alice, "First")
    own = write(bob, "Of Bob")
    answered = comment(bob, post, "answered")
    comment(alice, text="the answer", answers=answered)
    comment(bob, text="answer to itself", answers=answered)
    comment(bob, post, "alone")
    comment(alice, own, "with the post")
    bob.post(f"/{post}/like")
    bob.post("/account/close", data={"posts": choice, "password": "three random words"})
    page = client.get(f"/{post}-first").text

    assert not databases.find_dangling(app)
    assert rows(app, "SELECT * FROM post_like") == []
    assert "likes this" not in page

    if choice == "keep":
        assert "4 comments<" in page
        assert client.get("/author/bob").status_code == 200
    else:
        assert "1 comment<" in page and "Removed by the person who wrote it." in page
        assert "bob" not in page
        assert client.get(f"/{own}").status_code == 404
        assert client.get("/author/bob").status_code == 404

        with app.app_context(), transaction() as db:
            db.execute("DELETE FROM binned_post")

        assert rows(app, 'SELECT username FROM "user"') == [{"username": "alice"}]


@pytest.mark.parametrize("last", ["comment", "answered comment", "post"])
def test_a_name_is_free_with_the_last_that_a_closed_account_wrote(
    app, alice, bob, last
):
    post = write(alice, "First")
    id = comment(bob, post)

    if last == "answered comment":
        comment(alice, answers=id)

    bob.post("/account/close", data={"posts": "keep", "password": PASSWORD})
    assert log_in_fails(app, "bob")
    alice.post(f"/{post}/delete" if last == "post" else f"/comment/{id}/remove")

    if last == "post":
        # The comment would come back with it.
        assert log_in_fails(app, "bob")
        alice.post("/account/bin/1/delete")

    assert not log_in_fails(app, "bob")


@pytest.mark.parametrize("enforced", [True, False])
def test_plain_sql_that_deletes_a_person_takes_all_of_theirs(
    app, client, alice, bob, post, enforced, databases
):
    answered = comment(bob, post, "answered")
    comment(alice, text="the answer", answers=answered)
    comment(bob, post, "alone")
    bob.post(f"/{post}/like")

    delete = "DELETE FROM \"user\" WHERE username = 'bob'"
    databases.execute_in_shell(app, delete, enforced=enforced)

    page = client.get(f"/{post}-first").text
    assert "Removed by the person who wrote it." in page and "1 comment<" in page
    assert "likes this" not in page
    assert not databases.find_dangling(app)


def test_an_account_with_comments_alone_keeps_its_name(app, alice, bob):
    comment(bob, write(alice, "First"))
    bob.post("/account/close", data={"posts": "keep", "password": "three random words"})
    assert "bob" in alice.get("/1-first").text
    assert log_in_fails(app, "bob")


def log_in_fails(app, name):
    response = app.test_client().post(
        "/auth/register", data={"username": name, "password": "other random words"}
    )
    return "already registered" in response.text
