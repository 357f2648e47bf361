"""Another username: the old one leads to it, and nobody else gets it."""

import threading

import pytest

from flaskr.data import former_names
from flaskr.data import renaming
from flaskr.data import users
from flaskr.data.roles import Role
from flaskr.db import transaction

from .children import LIMIT
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import write
from .profiles import show_oneself
from .test_one_time_links import path_in
from .test_one_time_links import run
from .test_roles import give_role


def rename(client, name, password=PASSWORD):
    return client.post("/account/name", data={"name": name, "password": password})


def name_of(app, id=1):
    return rows(app, f'SELECT username FROM "user" WHERE id = {id}')[0]["username"]


def refusal(answer):
    assert answer.status_code == 422
    return answer.text


def test_who_changes_the_username_stays_logged_in_everywhere(app, alice):
    other = log_in(app, "alice")
    write(alice)
    answer = rename(alice, "  Alicia ")
    assert answer.location == "/account/name"
    page = alice.get("/account/name").text
    assert "You’re now Alicia" in page
    assert "<bdi>alice</bdi>" in page
    assert name_of(app) == "Alicia"

    for client in (alice, other):
        assert "Alicia" in client.get("/account/").text


@pytest.mark.parametrize("page", ["", "/feed.atom", "/feed.rss", "/feed.json"])
@pytest.mark.parametrize("name", ["alice", "ALICE", "Ａlice"])
def test_old_addresses_lead_to_the_new_ones(app, client, alice, page, name):
    write(alice)
    # Kept.
    assert client.get(f"/author/alice{page}").status_code == 200
    rename(alice, "Alicia")
    answer = client.get(f"/author/{name}{page}")
    assert answer.status_code in (301, 308)
    assert answer.location == f"/author/Alicia{page}"
    assert client.get(answer.location).status_code == 200
    # And through two changes.
    rename(alice, "Lissy")
    assert client.get(f"/author/{name}{page}").location == f"/author/Lissy{page}"
    assert client.get(f"/author/alicia{page}").location == f"/author/Lissy{page}"


def test_the_page_of_a_feed_and_older_pages_lead_there_too(client, alice):
    rename(alice, "Alicia")
    answer = client.get("/author/alice/feed.html")
    assert answer.location == "/author/Alicia/feed.html"
    # The query goes along.
    assert client.get("/author/alice?page=2").location.startswith("/author/Alicia")


def test_each_kept_page_says_the_new_name_at_once(app, client, alice):
    id = write(alice, "Bread")
    alice.post(f"/{id}/comment", data={"comment": "Mine."})
    pages = ["/", f"/{id}-bread", "/feed.atom", "/feed.json", "/comments/feed.atom"]
    pages = [page for page in pages if client.get(page).status_code == 200]
    assert len(pages) >= 4

    for page in pages:
        assert "/author/alice" in client.get(page).text

    rename(alice, "Alicia")

    for page in pages:
        text = client.get(page).text
        assert "/author/Alicia" in text
        assert "/author/alice" not in text


def test_feeds_say_that_they_changed(app, alice, execute):
    write(alice)
    old = "2020-01-01 00:00:00"
    execute(app, f"UPDATE blog SET changed = '{old}', discussed = '{old}'")
    rename(alice, "Alicia")
    [blog] = rows(app, "SELECT changed, discussed FROM blog")
    assert old not in blog.values()


def test_the_ids_of_feeds_stay(client, alice):
    write(alice)

    def find_ids(name):
        return [
            item["id"] for item in client.get(f"/author/{name}/feed.json").json["items"]
        ]

    before = find_ids("alice")
    rename(alice, "Alicia")
    assert find_ids("Alicia") == before


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alicia"])
def test_one_logs_in_with_either_name(app, alice, name):
    rename(alice, "Alicia")
    client = app.test_client()
    data = {"username": name, "password": PASSWORD}
    assert client.post("/auth/login", data=data).location == "/"


def test_a_search_for_the_old_name_finds_the_person(client, alice):
    write(alice, "Bread")
    rename(alice, "Alicia")

    for query in ("alice", "author:alice", "author:Alicia"):
        assert "/1-bread" in client.get("/search", query_string={"q": query}).text


@pytest.mark.parametrize("name", ["alice", "ALICE", "аlice", "Alicia"])
def test_nobody_else_gets_a_name_that_somebody_had(app, alice, bob, name):
    rename(alice, "Alicia")
    looks = "looks too much like" if name == "аlice" else "already registered"
    assert looks in refusal(register(app, name))
    assert looks in refusal(rename(bob, name))
    link = path_in(run(app, "invite"))
    data = {"username": name, "password": PASSWORD}
    assert looks in refusal(app.test_client().post(link, data=data))
    result = run(app, "user", "rename", "bob", name, "--yes")
    assert result.exit_code == 1
    assert looks in result.output
    assert name_of(app, 2) == "bob"


def test_nobody_shows_a_name_that_somebody_had(app, alice, bob):
    rename(alice, "Alicia")
    data = {"display_name": "Alice", "about": "", "links": ""}
    answer = bob.post("/account/about", data=data)
    assert "mistake you for “alice”" in refusal(answer)


def test_one_takes_an_own_name_back(app, client, alice):
    rename(alice, "Alicia")
    assert rename(alice, "alice").location
    assert client.get("/author/Alicia").location == "/author/alice"
    assert client.get("/author/alice").status_code == 200
    assert [row["name"] for row in rows(app, "SELECT name FROM former_name")] == [
        "Alicia"
    ]
    assert "already registered" in refusal(register(app, "alicia"))


def test_a_name_that_looks_like_ones_own_is_free_to_oneself(app, client, alice):
    # A Cyrillic letter.
    assert rename(alice, "аlice").location
    assert rename(alice, "alice").location


def test_only_the_case_changes(app, client, alice):
    assert rename(alice, "Alice").location
    assert client.get("/author/alice").location == "/author/Alice"
    assert rows(app, "SELECT 1 FROM former_name") == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Username is required."),
        ("   ", "Username is required."),
        ("alice", "That is your username already."),
        ("x" * 33, "The username has 33 characters."),
        ("a\u202eb", "invisible or text-direction"),
        ("bob", "User bob is already registered."),
        ("BOB", "User BOB is already registered."),
        ("bоb", "looks too much like “bob”"),
        ("x" * 100_000, "The username has 1000 characters."),
    ],
)
def test_a_name_that_can_not_be_is_refused_and_kept_in_the_form(
    app, alice, bob, name, told
):
    page = refusal(rename(alice, name))
    assert told in page
    assert name_of(app) == "alice"
    assert f'value="{name}"' in page


def test_what_is_no_text_is_refused(app, alice):
    assert rename(alice, "a\0b").status_code in (400, 422)
    assert name_of(app) == "alice"


@pytest.mark.parametrize("field", ["name", "password"])
def test_a_form_that_lacks_a_field_is_refused(app, alice, field):
    data = {"name": "Alicia", "password": PASSWORD}
    del data[field]
    assert alice.post("/account/name", data=data).status_code == 400
    assert name_of(app) == "alice"


def test_the_password_is_asked_for(app, alice):
    page = refusal(rename(alice, "Alicia", "wrong"))
    assert "Incorrect password." in page
    assert 'value="Alicia"' in page
    assert name_of(app) == "alice"
    # Whoever sits at the browser of somebody does not try many.
    app.config["LOGIN_ATTEMPTS_PER_ACCOUNT"] = 2
    rename(alice, "Alicia", "wrong")
    assert rename(alice, "Alicia", "wrong").status_code == 429


def test_who_is_logged_out_is_asked_to_log_in(app, client):
    register(app, "alice")
    assert client.get("/account/name").location == "/auth/login"
    assert rename(client, "Alicia").location == "/auth/login"
    assert name_of(app) == "alice"


def test_the_page_is_kept_by_nobody(alice):
    assert alice.get("/account/name").headers["Cache-Control"] == "no-store"


def test_a_name_is_changed_a_few_times_a_month(app, alice, clock):
    for number in range(3):
        assert rename(alice, f"Alicia {number}").location
        # What is refused for other reasons does not count.
        assert rename(alice, "").status_code == 422

    answer = rename(alice, "Alicia 4")
    assert answer.status_code == 429
    assert 'value="Alicia 4"' in answer.text
    assert int(answer.headers["Retry-After"]) <= 10 * 24 * 3600
    clock.now += 10 * 24 * 3600 + 1
    assert rename(alice, "Alicia 4").location


def test_nobody_has_had_very_many_names(app, client, alice):
    app.config["RENAMES_PER_PERSON"] = app.config["RENAMES_PER_ADDRESS"] = 1000

    for number in range(former_names.MAX_NAMES):
        assert rename(alice, f"Name {number}").location

    assert "as many as are kept" in refusal(rename(alice, "One more"))
    # Nothing to keep.
    assert rename(alice, "NAME 9").location
    assert rename(alice, "alice").location
    assert len(rows(app, "SELECT 1 FROM former_name")) == former_names.MAX_NAMES
    assert client.get("/author/name 3").location == "/author/alice"


def test_another_name_gives_no_new_attempts_at_the_password(app, alice):
    app.config["LOGIN_ATTEMPTS_PER_ADDRESS"] = 1000
    app.config["LOGIN_ATTEMPTS_PER_ACCOUNT"] = 2

    def guess(name):
        data = {"username": name, "password": "wrong"}
        return app.test_client().post("/auth/login", data=data).status_code

    # Of what was nobody's name, too.
    assert [guess("Alicia") for _ in range(3)] == [422, 422, 429]
    assert [guess("alice"), guess("alice")] == [422, 422]
    rename(alice, "Alicia")
    assert guess("alice") == 429
    assert guess("Alicia ") == 429


def test_a_known_browser_stays_known(app, alice):
    app.config["LOGIN_ATTEMPTS_PER_ACCOUNT"] = 1
    rename(alice, "Alicia")

    for _ in range(2):
        data = {"username": "alicia", "password": "wrong"}
        app.test_client().post("/auth/login", data=data)

    alice.post("/auth/logout")
    data = {"username": "alicia", "password": PASSWORD}
    assert alice.post("/auth/login", data=data).location == "/"


def test_a_closed_account_whose_posts_stay_keeps_its_names(app, client, alice):
    write(alice)
    rename(alice, "Alicia")
    alice.post("/account/close", data={"posts": "keep", "password": PASSWORD})
    assert client.get("/author/alice").location == "/author/Alicia"
    assert "already registered" in refusal(register(app, "alice"))
    # Nobody logs in.
    data = {"username": "alice", "password": PASSWORD}
    assert client.post("/auth/login", data=data).status_code == 422


def test_of_an_account_that_is_gone_only_a_hash_keeps_the_name(app, client, alice):
    rename(alice, "Alicia")
    alice.post("/account/close", data={"posts": "delete", "password": PASSWORD})
    assert rows(app, 'SELECT 1 FROM "user"') == []
    [left] = rows(app, "SELECT * FROM former_name")
    digest = left.pop("digest")
    assert digest == former_names.hash_name("ALICE")
    assert set(left.values()) == {None}
    assert client.get("/author/alice").status_code == 404
    assert "User Alice is already registered." in refusal(register(app, "Alice"))
    # The name that it had in the end is free, as that of any account that is gone.
    assert register(app, "Alicia").location


def test_two_people_who_take_a_name_at_once_get_it_once(app, alice, bob, monkeypatch):
    monkeypatch.setattr(renaming.users, "find_taken", lambda name, user_id=None: None)
    barrier = threading.Barrier(3)
    answers = []

    def meanwhile(act):
        barrier.wait(LIMIT)
        answers.append(act().status_code)

    acts = [
        lambda: rename(alice, "Carol"),
        lambda: rename(bob, "Carol"),
        lambda: register(app, "Carol"),
    ]
    threads = [threading.Thread(target=meanwhile, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert sorted(answers) == [302, 422, 422]
    found = rows(app, "SELECT username FROM \"user\" WHERE username = 'Carol'")
    assert len(found) == 1


def test_who_was_second_is_told(app, alice, bob, monkeypatch):
    """Somebody took it after the form was looked at."""
    problems = iter([None])
    find_problem = renaming.find_problem
    monkeypatch.setattr(
        renaming,
        "find_problem",
        lambda *args: next(problems, "") if len(args) == 3 else find_problem(*args),
    )
    rename(bob, "Carol")
    monkeypatch.setattr(renaming, "find_problem", lambda user, name: None)
    page = refusal(rename(alice, "Carol"))
    assert "User Carol is already registered." in page


def test_who_closed_the_account_meanwhile_gets_no_name(app, alice):
    with app.test_request_context():
        users.close(1, delete_posts=True)

        with pytest.raises(renaming.NotRenamed, match="closed in another browser"):
            renaming.rename(1, "Carol")


def test_a_name_that_another_program_gave_twice_is_refused(app, alice, execute):
    """Its key says another name."""
    execute(
        app,
        "INSERT INTO \"user\" (username, name_key, password) VALUES ('q', 'carol', '')",
    )

    with app.test_request_context(), pytest.raises(renaming.NotRenamed):
        renaming.rename(1, "Carol")


def test_the_two_names_of_an_old_database_lead_to_the_first(app, client, execute):
    register(app, "alice")
    execute(app, "INSERT INTO \"user\" (username, password) VALUES ('Alice', '')")
    run(app, "user", "rename", "Alice", "Second", "--yes")
    # The name is still the other one's.
    assert client.get("/author/alice").status_code == 200
    assert client.get("/author/Alice").location == "/author/alice"
    run(app, "user", "rename", "alice", "First", "--yes")
    assert client.get("/author/alice").location == "/author/Second"


def test_an_operator_renames_somebody(app, client, alice):
    result = run(app, "user", "rename", "ALICE", "Alicia", "--yes")
    assert result.output == "alice is now Alicia.\n"
    assert client.get("/author/alice").location == "/author/Alicia"
    assert "Alicia" in alice.get("/account/").text


def test_an_operator_is_asked_first(app, alice):
    run_with = app.test_cli_runner().invoke
    args = ["user", "rename", "alice", "Alicia"]
    assert run_with(args=args, input="n\n").exit_code == 1
    assert name_of(app) == "alice"
    assert run_with(args=args, input="y\n").exit_code == 0
    assert name_of(app) == "Alicia"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nobody", "x", "There is no account nobody."),
        ("alice", "alice", "That is your username already."),
        ("alice", " ", "Username is required."),
        ("alice", "bob", "User bob is already registered."),
        ("alice", "a\x1b[31m", "invisible"),
    ],
)
def test_an_operator_is_told_what_is_wrong(app, alice, bob, old, new, told):
    result = run(app, "user", "rename", old, new, "--yes")
    assert result.exit_code == 1
    assert told in result.output
    assert "\x1b" not in result.output
    assert "Traceback" not in result.output


def test_an_operator_who_is_second_is_told(app, alice, bob, monkeypatch):
    monkeypatch.setattr(renaming, "find_problem", lambda user, name: None)
    result = run(app, "user", "rename", "alice", "bob", "--yes")
    assert result.exit_code == 1
    assert "already registered" in result.output


def test_a_name_that_must_not_be_seen_again_leads_nowhere(app, client, alice, bob):
    run(app, "user", "rename", "alice", "Alicia", "--forget", "--yes")
    assert client.get("/author/alice").status_code == 404
    assert "alice" not in alice.get("/account/name").text
    [left] = rows(app, "SELECT name, user_id FROM former_name")
    assert set(left.values()) == {None}

    for person in (alice, bob):
        assert "already registered" in refusal(rename(person, "alice"))


def test_commands_know_people_by_their_old_names(app, alice):
    rename(alice, "Alicia")
    assert run(app, "user", "role", "alice", "editor").output == "Alicia: editor.\n"
    assert run(app, "user", "suspend", "alice", "--reason", "x").output.startswith(
        "Alicia"
    )
    path_in(run(app, "reset-password", "alice"))


def test_a_display_name_stays(app, client, alice):
    show_oneself(alice)
    before = rows(app, "SELECT display_name, picture FROM profile")
    rename(alice, "Alicia")
    assert rows(app, "SELECT display_name, picture FROM profile") == before
    assert "@Alicia" in client.get("/author/Alicia").text


def test_names_are_found_again_by_what_they_look_like(app, alice, bob):
    """init-db finds the same."""
    rename(alice, "Alicia")
    before = rows(app, "SELECT * FROM name_skeleton ORDER BY skeleton, user_id")

    with app.app_context():
        with transaction() as db:
            db.execute("DELETE FROM name_skeleton")

    assert run(app, "init-db").exit_code == 0
    after = rows(app, "SELECT * FROM name_skeleton ORDER BY skeleton, user_id")
    assert after == before
    assert {row["skeleton"] for row in after} > {"bob"}


def test_links_and_the_role_stay(app, alice):
    give_role(app, "alice", Role.OWNER)
    alice.post("/admin/links", data={"role": "reader", "days": "7"})
    rename(alice, "Alicia")
    assert "Alicia" in run(app, "link", "list").output
    assert "Alicia  owner" in run(app, "user", "list").output
