"""``flask --app flaskr restore --at``: the blog is again what it was at a time."""

import os
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from flaskr.backup import moments
from flaskr.backup.folder import make_folder
from flaskr.backup.folder import MARKER
from flaskr.data import site_settings

from .conftest import log_in
from .conftest import rows
from .conftest import write
from .copies import open_blog
from .copies import read_all
from .states import BEGIN
from .states import Clock
from .states import damage
from .states import find_chunks
from .states import list_moments
from .states import take_well
from .test_restore import refuse
from .test_restore import restore


@pytest.fixture
def now(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def states(app, alice, folder, now):
    """Of three minutes: each has one post more."""
    path = folder / "states"

    for number in range(3):
        write(alice, f"Title {number}")
        take_well(app, path)
        now.pass_by(minutes=1)

    write(alice, "Title 3")
    return path


def read_titles(app):
    return {row["title"] for row in rows(app, "SELECT title FROM post")}


def restore_well(app, path, at):
    result = restore(app, path, "--yes", "--at", at)
    assert result.exit_code == 0, result.output
    return result.output


def refuse_at(app, path, at):
    return refuse(app, path, "--yes", "--at", at)


def test_the_blog_is_what_it_was_then(app, states):
    told = restore_well(app, states, "13:01")
    assert "Restored the state of 27 November 2026, 13:01:00 +00:00 into" in told
    assert "The blog has what the state of 27 November 2026, 13:01:00 +00:00" in told
    assert "What was there is in" in told
    assert read_titles(app) == {"Title 0", "Title 1"}
    write(log_in(app, "alice"), "New")
    assert "New" in app.test_client().get("/").text


def test_the_newest_state_before_a_time_is_taken(app, states, now):
    now.pass_by(days=1)
    told = restore_well(app, states, "yesterday 13:01:59")
    assert "the state of 27 November 2026, 13:01:00 +00:00" in told


@pytest.mark.parametrize("at", ["now", "Latest "])
def test_the_newest_state_is_found_by_a_word(app, states, at):
    restore_well(app, states, at)
    assert read_titles(app) == {"Title 0", "Title 1", "Title 2"}


def test_the_newest_state_is_found_if_its_clock_was_ahead(app, states, now):
    now.pass_by(hours=-5)
    restore_well(app, states, "latest")
    assert read_titles(app) == {"Title 0", "Title 1", "Title 2"}


def test_nothing_is_changed_unless_that_is_wanted(app, states):
    before = read_all(app)
    result = restore(app, states, "--at", "13:01", answer="n\n")
    assert result.exit_code == 1
    assert "2 posts since" in result.stdout
    assert read_all(app) == before
    folder = os.path.dirname(app.instance_path)
    assert not [name for name in os.listdir(folder) if "partial" in name]


def test_a_time_before_the_first_state_is_told_with_the_range(app, states):
    told = refuse_at(app, states, "12:59")
    assert "There is no state of 27 November 2026, 12:59:00 +00:00 or before." in told
    has = "has 3 states, from 2026-11-27 13:00:00+00:00 to 2026-11-27 13:02:00+00:00."
    assert has in told


def test_without_a_time_it_is_told_what_there_is(app, states):
    told = refuse(app, states, "--yes")
    assert "has 3 states, from 2026-11-27 13:00:00+00:00 to" in told
    assert 'Say which, such as --at "yesterday 14:00".' in told


@pytest.mark.parametrize(
    ("left", "told"), [(1, "has one state, of 2026"), (0, "has no state yet")]
)
def test_few_states_are_told(app, states, left, told):
    for path in sorted((states / "states").iterdir())[left:]:
        path.unlink()

    assert told in refuse(app, states, "--yes")


def test_a_folder_without_states_is_told(app, folder):
    assert f"it has no {MARKER}" in refuse_at(app, folder, "13:00")
    assert f"it has no {MARKER}" in refuse_at(app, folder / "none", "13:00")


def test_a_blog_is_restored_where_there_is_none(app, states, databases):
    empty = open_blog(databases.make_empty())
    restore_well(empty, states, "13:01")
    assert read_titles(empty) == {"Title 0", "Title 1"}


# Damage


def spoil(path):
    path.write_bytes(b"x" * 100)


@pytest.mark.parametrize("how", [damage, os.unlink, spoil])
def test_a_damaged_chunk_is_named_and_the_nearest_state_offered(app, states, how):
    before = read_all(app)
    first, second, third = (
        set(find_chunks(states, moment)) for moment in list_moments(states)
    )
    [path, *_] = second - first - third
    how(path)
    told = refuse_at(app, states, "13:01")
    assert "The state of 27 November 2026, 13:01:00 +00:00 is not in order" in told
    assert f"{path} is damaged or missing." in told
    nearest = 'The nearest one in order is restored with --at "2026-11-27 13:00:00+'
    assert nearest in told
    assert read_all(app) == before
    restore_well(app, states, "2026-11-27 13:00:00+00:00")


def test_a_damaged_list_is_named_and_the_nearest_state_offered(app, states):
    paths = sorted((states / "states").iterdir())
    damage(paths[2])
    paths[1].write_text("")
    told = refuse_at(app, states, "latest")
    assert f"{paths[2]} is damaged, missing, or of a newer version." in told
    assert '--at "2026-11-27 13:00:00+00:00".' in told


def test_the_nearest_state_may_be_the_third(app, states):
    first, second, third = (
        find_chunks(states, moment) for moment in list_moments(states)
    )

    for one, others in ((third, first + second), (second, first + third)):
        damage([path for path in one if path not in others][-1])

    told = refuse_at(app, states, "latest")
    assert '--at "2026-11-27 13:00:00+00:00".' in told


def test_if_nothing_is_in_order_that_is_told(app, states):
    for path in (states / "chunks").glob("??/*"):
        path.unlink()

    told = refuse_at(app, states, "latest")
    assert "more are damaged or missing. No other one is in order." in told


def test_a_list_of_chunks_of_another_length_is_no_state(app, states):
    found = make_folder(states)
    state = found.states.read(BEGIN)
    found.states.remove(BEGIN)
    found.states.write(state._replace(size=state.size - 1), states)
    assert "another size than its chunks" in refuse_at(app, states, "13:00")


def test_a_full_disk_is_told(app, states, monkeypatch):
    def refuse_room(*args):
        raise OSError("The disk has 0.0 MB free")

    monkeypatch.setattr("flaskr.backup.choosing.require_room", refuse_room)
    told = refuse_at(app, states, "latest")
    assert "The disk has 0.0 MB free." in told
    assert "was not changed." in told


# Times


def test_times_are_those_of_the_blogs_clocks(app, states, now):
    with app.app_context():
        site_settings.change({"TIMEZONE": "Asia/Shanghai"}, None)

    told = restore_well(app, states, "21:01")
    assert "the state of 27 November 2026, 21:01:00 +08:00" in told
    assert read_titles(app) == {"Title 0", "Title 1"}


NOW = datetime(2026, 11, 28, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def parse(text, zone=UTC, now=NOW):
    return moments.parse(text, now, zone).isoformat(" ")[:19]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "2026-11-28 15:30:00"),
        ("14:00", "2026-11-28 14:00:00"),
        ("9:05:07", "2026-11-28 09:05:07"),
        ("today 14:00", "2026-11-28 14:00:00"),
        (" Yesterday   14:00", "2026-11-27 14:00:00"),
        ("2026-11-27 14:00", "2026-11-27 14:00:00"),
        ("2026-11-27T14:00:03", "2026-11-27 14:00:03"),
        ("2026-11-27T14:00:03Z", "2026-11-27 14:00:03"),
        ("2026-11-27 14:00+08:00", "2026-11-27 06:00:00"),
        ("2 hours ago", "2026-11-28 13:30:00"),
        ("1 minute ago", "2026-11-28 15:29:00"),
        ("an hour ago", "2026-11-28 14:30:00"),
        ("3 weeks ago", "2026-11-07 15:30:00"),
    ],
)
def test_a_time_may_be_said_in_many_ways(text, expected):
    assert parse(text) == expected


def test_a_day_is_one_of_the_zone():
    late = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    assert parse("00:10", BERLIN, late) == "2026-11-27 23:10:00"
    assert parse("yesterday 00:10", BERLIN, late) == "2026-11-26 23:10:00"
    assert parse("2026-07-01 14:00", BERLIN) == "2026-07-01 12:00:00"


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "25:00", "14:60", "2026-11-27", "2026-13-01 10:00", "14"),
        *("yesterday", "999999 weeks ago", "2 fortnights ago", "2026-11-27 14:00 x"),
        *("0001-01-01 00:00+14:00", "１４:00", "-1 hours ago"),
    ],
)
def test_what_is_no_time_is_told_with_examples(text):
    with pytest.raises(moments.BadMoment, match='is no time. Say "yesterday 14:00"'):
        parse(text)


def test_a_time_to_come_is_told():
    with pytest.raises(moments.BadMoment, match="still to come, at 28 November 2026"):
        parse("16:00")


def test_a_time_that_came_twice_is_asked_for():
    with pytest.raises(moments.BadMoment) as told:
        parse("2026-10-25 02:30", BERLIN)

    both = '"2026-10-25 02:30:00+02:00" or "2026-10-25 02:30:00+01:00"'
    assert both in str(told.value)
    assert parse("2026-10-25 02:30:00+01:00", BERLIN) == "2026-10-25 01:30:00"


def test_a_time_that_never_came_is_told():
    with pytest.raises(moments.BadMoment, match="put forward over 2026-03-29 02:30"):
        parse("2026-03-29 02:30", BERLIN)


def test_a_time_that_makes_no_sense_changes_nothing(app, states):
    before = read_all(app)
    told = refuse_at(app, states, "soon")
    assert '"soon" is no time. Say "yesterday 14:00", ' in told
    assert read_all(app) == before


def test_a_state_of_a_copied_folder_is_restored(app, states, folder, now):
    """As rsync brings it to another machine."""
    other = folder / "other"
    os.rename(states, other)
    assert list_moments(other)[0] == BEGIN
    now.pass_by(days=1)
    assert now.now - BEGIN > timedelta(days=1)
    restore_well(app, other, "1 day ago")
    assert read_titles(app) == {"Title 0", "Title 1", "Title 2"}
