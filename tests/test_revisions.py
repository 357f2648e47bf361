"""What posts were before: kept in little room, shown, and put back."""

import random
import re

import pytest

from flaskr.data import edits
from flaskr.data import revisions
from flaskr.data.revisions import Content
from flaskr.db import transaction

from .conftest import log_in
from .conftest import rows
from .conftest import write


def edit(client, id, title="A title", body="A body.", **fields):
    return client.post(f"/{id}/update", data={"title": title, "body": body, **fields})


def version_of(app, id):
    return rows(app, "SELECT version FROM post WHERE id = ?", id)[0]["version"]


def kept(app, id=1):
    """What is kept of a post, from the first version on: author, title, text, tags."""
    with app.app_context():
        found = revisions.find_page(id).revisions[::-1]
        return [(row["username"], *revisions.read(id, row["version"])) for row in found]


def texts(app, id=1):
    return [body for _author, _title, body, _tags in kept(app, id)]


def links(page):
    return re.findall(r'href="(/\d+/history/\d+)"', page)


# Versions


def test_a_row_with_the_tutorials_columns_has_a_version(app, alice, execute):
    execute(app, "INSERT INTO post (title, body, author_id) VALUES ('t', 'b', 1)")
    assert version_of(app, 1) == 1


@pytest.mark.parametrize("change", ["title = 'x'", "body = 'x'"])
def test_plain_sql_that_changes_a_text_raises_the_version(app, alice, execute, change):
    write(alice)
    execute(app, f"UPDATE post SET {change}")
    assert version_of(app, 1) == 2


@pytest.mark.parametrize(
    "change",
    [
        "title = title, body = body",
        "created = '2020-01-01 00:00:00'",
        "updated = '2020-01-01 00:00:00'",
        "comments_closed = '2020-01-01 00:00:00'",
    ],
)
def test_what_changes_no_text_leaves_the_version(app, alice, execute, change):
    write(alice)
    execute(app, f"UPDATE post SET {change}")
    assert version_of(app, 1) == 1


def test_likes_and_comments_leave_the_version(app, alice, bob):
    write(alice)
    bob.post("/1/like")
    bob.post("/1/comment", data={"comment": "Yes."})
    alice.get("/1", follow_redirects=True)
    assert version_of(app, 1) == 1


def test_tags_raise_the_version(app, alice, execute):
    write(alice)
    versions = [version_of(app, 1)]

    for tags in ("a", "a, b", "b, a", "b"):
        edit(alice, 1, tags=tags)
        versions.append(version_of(app, 1))

    execute(app, "DELETE FROM post_tag")
    versions.append(version_of(app, 1))
    assert versions == sorted(set(versions))


def test_another_spelling_of_a_tag_leaves_the_version_of_posts_that_have_it(app, alice):
    write(alice)
    edit(alice, 1, tags="tea")
    version = version_of(app, 1)
    edit(alice, 1, tags="Tea")
    assert version_of(app, 1) == version
    assert rows(app, "SELECT name FROM tag") == [{"name": "Tea"}]
    assert len(kept(app)) == 2


# What is kept


def test_each_saved_version_is_kept(app, alice):
    write(alice, "One", "first")
    edit(alice, 1, "Two", "second", tags="a, b")
    edit(alice, 1, "Two", "third", tags="b")
    assert kept(app) == [
        ("alice", "One", "first", []),
        ("alice", "Two", "second", ["a", "b"]),
        ("alice", "Two", "third", ["b"]),
    ]


def test_a_save_that_changes_nothing_keeps_nothing(app, alice):
    write(alice)
    edit(alice, 1)
    assert kept(app) == []
    edit(alice, 1, body="New.")
    edit(alice, 1, body="New.")
    assert texts(app) == ["A body.", "New."]


def test_a_post_from_before_keeps_what_it_was_when_it_is_first_changed(
    app, alice, execute
):
    execute(
        app,
        "INSERT INTO post (title, body, author_id, created)"
        " VALUES ('old', 'text', 1, '2018-01-01 00:00:00')",
    )
    edit(alice, 1, "old", "other text")
    assert texts(app) == ["text", "other text"]
    found = rows(app, "SELECT created FROM revision ORDER BY version")
    assert found[0]["created"] == "2018-01-01 00:00:00"


def test_what_was_typed_in_sql_is_kept_at_the_next_save(app, alice, execute):
    write(alice, body="one")
    edit(alice, 1, body="two")
    execute(app, "UPDATE post SET body = 'by SQL'")
    edit(alice, 1, body="three")
    assert texts(app) == ["one", "two", "by SQL", "three"]
    assert [found[0] for found in kept(app)] == ["alice", "alice", None, "alice"]
    assert "Changed in the database" in alice.get("/1/history").text


def test_a_version_that_was_set_back_is_not_given_again(app, alice, execute):
    write(alice, body="one")
    edit(alice, 1, body="two")
    edit(alice, 1, body="three")
    execute(app, "DELETE FROM revision WHERE version = 2")
    execute(app, "UPDATE post SET version = 2")
    assert alice.get("/1/history").status_code == 200
    assert "three" in alice.get("/1/history/2").text
    assert edit(alice, 1, body="four").status_code == 302

    with app.app_context():
        assert edits.find_kept(1, version_of(app, 1)).body == "four"

    versions = [r["version"] for r in rows(app, "SELECT version FROM revision")]
    assert version_of(app, 1) == max(versions)


def test_a_deleted_post_takes_its_revisions_along(app, alice):
    write(alice)
    edit(alice, 1, body="other")
    alice.post("/1/delete")
    assert rows(app, "SELECT version FROM revision") == []


def test_plain_sql_that_deletes_a_post_takes_its_revisions_along(app, alice, execute):
    write(alice)
    edit(alice, 1, body="other")
    execute(app, "DELETE FROM post")
    assert rows(app, "SELECT version FROM revision") == []


# Room


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def english(draw):
    words = ("".join(draw.choices(LETTERS, k=draw.randint(2, 9))) for _ in range(400))
    common = list(words)
    weights = [1 / (n + 3) for n in range(400)]
    return lambda: " ".join(draw.choices(common, weights, k=90)).capitalize() + "."


def chinese(draw):
    common = [chr(0x4E00 + n * 7) for n in range(2500)]
    weights = [1 / (n + 5) for n in range(2500)]
    return lambda: "".join(draw.choices(common, weights, k=170)) + "。"


def add_revisions(app, make_paragraph, number, size):
    """Revisions of a post, each with another paragraph changed; return the texts."""
    draw = random.Random(18)
    paragraph = make_paragraph(draw)
    paragraphs, bodies = [], []

    while len("\n\n".join(paragraphs).encode()) < size:
        paragraphs.append(paragraph())

    with app.app_context(), transaction():
        for version in range(2, number + 2):
            paragraphs[draw.randrange(len(paragraphs))] = paragraph()
            bodies.append("\n\n".join(paragraphs))
            content = Content("A title", bodies[-1], ["tea"])
            before = Content("A title", bodies[-2], []) if bodies[1:] else None
            revisions.add(1, version, 1, "2026-01-01 00:00:00", content, before)

    return bodies


@pytest.mark.parametrize("language", [english, chinese])
def test_a_thousand_revisions_take_little_room_and_each_is_read(app, alice, language):
    write(alice)
    bodies = add_revisions(app, language, 1000, 50_000)
    sizes = rows(app, "SELECT length(content) AS n, position FROM revision")
    # Of a row besides, with its key in the index: 150 bytes at most.
    assert sum(row["n"] + 150 for row in sizes) < 1_200_000
    assert sum(row["position"] == 0 for row in sizes) == 5

    with app.app_context():
        for n in (*range(0, 1000, 37), 199, 999):
            assert revisions.read(1, n + 2).body == bodies[n]


def test_few_texts_are_read_for_any(app, alice, statements):
    write(alice)
    add_revisions(app, english, 250, 1000)
    bases = {
        row["version"]: row["base"]
        for row in rows(app, "SELECT version, base FROM revision")
    }

    for version in bases:
        depth, at = 0, version

        while at is not None:
            depth, at = depth + 1, bases[at]

        assert depth <= 28


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM revision WHERE version = 20",
        "UPDATE revision SET content = (SELECT content FROM revision r"
        " WHERE r.version = 19) WHERE version = 20",
        "UPDATE revision SET base = 21 WHERE version = 20",
    ],
)
def test_a_damaged_revision_takes_few_others_along(app, alice, execute, damage):
    write(alice)
    bodies = add_revisions(app, english, 60, 2000)
    execute(app, damage)
    readable = []

    with app.app_context():
        for n, body in enumerate(bodies, 2):
            found = edits.find_kept(1, n)
            assert found is None or found.body == body
            readable += [n] if found else []

    # Those from the damaged one to the next that does without it.
    assert sorted(set(range(2, 62)) - set(readable)) == [*range(20, 34)]


def test_what_is_saved_after_a_damage_is_read(app, alice, execute):
    write(alice, body="one")
    edit(alice, 1, body="two")
    execute(app, "DELETE FROM revision WHERE version = 1")
    edit(alice, 1, body="three")
    edit(alice, 1, body="four")
    with app.app_context():
        assert edits.find_kept(1, 3).body == "three"
        assert edits.find_kept(1, 4).body == "four"
    assert "can’t be read" in alice.get("/1/history/3").text
    response = alice.post("/1/history/2/restore")
    assert response.location == "/1/history"


def test_a_text_whose_dictionary_is_gone_is_kept_whole(app, alice, execute):
    write(alice)
    add_revisions(app, english, 16, 2000)
    # The next one spans sixteen.
    execute(app, "DELETE FROM revision WHERE position = 0")
    edit(alice, 1, body="new")
    newest = "SELECT position, base FROM revision ORDER BY version DESC LIMIT 2"
    assert rows(app, newest)[1] == {"position": 0, "base": None}


@pytest.mark.parametrize("tags", ["null", "3", "not JSON"])
def test_tags_that_are_no_list_are_a_damage(app, alice, execute, tags):
    write(alice, body="one")
    edit(alice, 1, body="two")
    execute(app, f"UPDATE revision SET tags = '{tags}' WHERE version = 1")
    assert alice.get("/1/history/1").status_code == 200
    assert alice.get("/1/history").status_code == 200


# The pages


def test_the_author_sees_what_a_post_was(app, alice):
    write(alice, "Tea", "The water boils.\nPour it.")
    edit(alice, 1, "Green tea", "The water simmers.\nPour it.", tags="tea")
    assert 'href="/1/history"' in alice.get("/1/update").text
    page = alice.get("/1/history").text
    newest, first = links(page)
    assert "Now" in page and "alice" in page

    page = alice.get(newest).text
    assert "<del>boils</del><ins>simmers</ins>" in page
    assert "<del>Tea</del><ins>Green tea</ins>" in page
    assert "<ins>tea</ins>" in page
    assert "Restore" not in page

    page = alice.get(first).text
    assert "This is the first version" in page
    assert "The water boils.\nPour it." in page
    assert "Restore This Version" in page


def test_a_post_that_was_never_changed_has_one_version(app, alice):
    write(alice, body="Only this.")
    page = alice.get("/1/history").text
    assert len(links(page)) == 1
    assert "Only this." in alice.get(links(page)[0]).text


def test_chinese_differs_by_characters(alice):
    write(alice, "茶", "水开了，今天没有人来。")
    edit(alice, 1, "茶", "水开了，昨天没有人来。")
    page = alice.get(links(alice.get("/1/history").text)[0]).text
    assert "水开了，<del>今</del><ins>昨</ins>天没有人来。" in page


def test_space_that_differs_is_seen(alice):
    write(alice, body="one\ntwo three")
    edit(alice, 1, body="one\n\ntwo  three")
    page = alice.get(links(alice.get("/1/history").text)[0]).text
    assert "<ins>↵\n</ins>" in page and "<ins>␣</ins>" in page


def test_what_is_the_same_is_left_out_but_for_some_lines(alice):
    lines = [f"line {n}" for n in range(40)]
    write(alice, body="\n".join(lines))
    lines[20] = "another line"
    edit(alice, 1, body="\n".join(lines))
    page = alice.get(links(alice.get("/1/history").text)[0]).text
    difference = page.partition("<details")[0]
    assert "17 unchanged lines" in difference and "16 unchanged lines" in difference
    assert "line 17" in difference and "line 16" not in difference


def test_what_people_write_is_text_in_the_history(alice):
    write(alice, "<b>a", "<script>a</script>")
    edit(alice, 1, "<b>b", "<script>b</script>")

    for page in links(alice.get("/1/history").text):
        text = alice.get(page).text
        assert "<script>" not in text and "<b>" not in text


def test_the_history_has_pages_of_fifty(app, alice):
    write(alice, body="0")

    with app.app_context():
        for n in range(1, 60):
            edits.save(1, 1, Content("A title", str(n), []))

    page = alice.get("/1/history").text
    older = re.search(r'href="(/1/history\?before=\d+)"', page)[1]
    following = alice.get(older).text
    seen = links(page) + links(following)
    assert len(links(page)) == 50
    assert len(seen) == len(set(seen)) == 60
    assert "before=" not in following
    assert "no older versions" in alice.get("/1/history?before=1").text


@pytest.mark.parametrize("before", ["", "x", "0", "-1", "9" * 19, "１"])
def test_an_address_that_is_no_page_of_the_history_is_a_bad_request(alice, before):
    write(alice)
    assert alice.get(f"/1/history?before={before}").status_code == 400


@pytest.mark.parametrize("version", ["7", "9" * 18])
def test_a_version_that_never_was_is_not_found(alice, version):
    write(alice)
    page = alice.get(f"/1/history/{version}")
    assert page.status_code == 404 and "no such version" in page.text
    assert alice.post(f"/1/history/{version}/restore").status_code == 404


def test_nobody_else_sees_the_history(app, client, alice, bob):
    write(alice)
    edit(alice, 1, body="other")
    version = version_of(app, 1)

    for someone in (client, bob):
        assert someone.get("/1/history").status_code == 404
        assert someone.get(f"/1/history/{version}").status_code == 404

    assert bob.post("/1/history/1/restore").status_code == 404
    assert client.post("/1/history/1/restore").status_code == 302
    assert "History" not in client.get("/1-a-title").text
    assert texts(app)[-1] == "other"
    assert alice.get("/7/history").status_code == 404
    assert alice.post("/7/history/1/restore").status_code == 404


def test_a_setting_shows_the_history_to_all(app, client, alice, bob):
    app.config["PUBLIC_REVISIONS"] = True
    write(alice)
    edit(alice, 1, body="other")
    assert 'href="/1/history"' in client.get("/1-a-title").text
    assert alice.get("/1/history/1").text.count("Restore This Version") == 1

    for someone in (client, bob):
        page = someone.get("/1/history").text
        assert '<meta name="robots" content="noindex">' in page
        page = someone.get(links(page)[1]).text
        assert '<meta name="robots" content="noindex">' in page
        assert "A body." in page and "Restore" not in page

    assert bob.post("/1/history/1/restore").status_code == 404
    assert client.get("/7/history").status_code == 404


def test_a_history_that_all_see_is_never_stale(app, client, alice):
    app.config["PUBLIC_REVISIONS"] = True
    write(alice)
    assert len(links(client.get("/1/history").text)) == 1
    edit(alice, 1, body="other")
    assert len(links(client.get("/1/history").text)) == 2


# Putting back


def restore(client, id, version, opened):
    return client.post(f"/{id}/history/{version}/restore", data={"version": opened})


def test_an_older_version_is_put_back_as_a_new_one(app, alice):
    write(alice, "One", "first")
    edit(alice, 1, "Two", "second", tags="a")
    assert restore(alice, 1, 1, version_of(app, 1)).status_code == 302
    assert kept(app)[0][1:] == kept(app)[2][1:] == ("One", "first", [])
    assert len(kept(app)) == 3


def test_a_version_is_put_back_beside_what_was_changed_meanwhile(app, alice):
    write(alice, body="one\n\ntwo\n\nthree")
    edit(alice, 1, body="ONE\n\ntwo\n\nthree")
    opened = version_of(app, 1)
    edit(alice, 1, body="ONE\n\ntwo\n\nTHREE")
    assert restore(alice, 1, 1, opened).status_code == 302
    assert texts(app)[-1] == "one\n\ntwo\n\nTHREE"


def test_a_version_that_can_not_be_merged_is_shown_beside_the_newest(app, alice):
    write(alice, body="one")
    edit(alice, 1, body="two")
    opened = version_of(app, 1)
    edit(alice, 1, body="three")
    response = restore(alice, 1, 1, opened)
    assert response.status_code == 409
    assert "<del>three</del>" in response.text and "<ins>one</ins>" in response.text
    assert texts(app) == ["one", "two", "three"]


def test_a_restore_counts_as_an_edit(app, alice):
    app.config["EDITS_PER_PERSON"] = 1
    write(alice, body="one")
    edit(alice, 1, body="two")
    response = restore(alice, 1, 1, version_of(app, 1))
    assert response.status_code == 429
    assert texts(app)[-1] == "two"


def test_somebody_whose_account_is_closed_is_still_named(app, alice):
    write(alice)
    edit(alice, 1, body="other")
    alice.post(
        "/account/close", data={"password": "three random words", "posts": "keep"}
    )
    assert [author for author, *_ in kept(app)] == ["alice", "alice"]
    assert log_in(app, "eve").get("/1/history").status_code == 404
