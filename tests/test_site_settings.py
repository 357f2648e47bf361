"""Owners change the blog's own settings in the browser, and all pages show them."""

import io
import json
import re

import pytest
from PIL import Image

from flaskr import create_app
from flaskr import setting_kinds
from flaskr.data import site_settings
from flaskr.data.roles import Role
from flaskr.db import get_pool
from flaskr.db import transaction
from flaskr.imaging.colors import derive_palette

from .conftest import fields_of
from .conftest import log_in
from .conftest import resume
from .conftest import rows
from .conftest import write
from .test_logo import make_image
from .test_logo import SVG
from .test_roles import give_role

PATH = "/admin/site"
SENT = f"{PATH}?send"


@pytest.fixture
def owner(app, alice):
    give_role(app, "alice", Role.OWNER)
    return alice


@pytest.fixture
def other(app):
    """A reader of the same blog in another process."""
    second = create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})
    yield second.test_client()
    get_pool(second).shutdown()


@pytest.fixture
def plain(app):
    """Write as plain SQL does."""

    def plain(name, value):
        with app.app_context(), transaction() as db:
            db.execute("DELETE FROM site_setting WHERE name = ?", (name,))
            db.execute(
                "INSERT INTO site_setting (name, value) VALUES (?, ?)", (name, value)
            )

    return plain


def open_form(client):
    """What the form sends as it is, but for what can be left out."""
    return fields_of(client.get(PATH).text, SENT)


def save(client, form=None, **data):
    return client.post(PATH, data={**(form or open_form(client)), **data})


def file(content, name="image.png"):
    return io.BytesIO(content), name


def stored(app):
    found = rows(app, "SELECT name, value FROM site_setting ORDER BY name")
    return {row["name"]: json.loads(row["value"]) for row in found}


def color_of(client):
    """The style sheet of the front page with the colors."""
    path = re.search(r"/static/accent\.\w+\.css", client.get("/").text)[0]
    return client.get(path)


def test_a_title_is_on_all_pages_at_once(app, owner, client, other):
    write(owner, "Bread", "Words")
    paths = ("/", "/1-bread", "/feed.atom", "/feed.json", "/search", "/nowhere")
    paths += ("/manifest.webmanifest", "/tags", "/archive")

    for reader in (client, other, owner):
        for path in paths:
            assert "Our blog" not in reader.get(path).text

    answer = save(owner, site_title=" Our \n blog ", site_description="On <bread>")
    assert answer.location == PATH
    assert "Saved." in owner.get(PATH).text

    for reader in (client, other, owner):
        for path in paths:
            assert "Our blog" in reader.get(path).text, path
            assert "Flaskr" not in reader.get(path).text, path

        assert "On &lt;bread&gt;" in reader.get("/").text

    [row] = rows(app, "SELECT * FROM site_setting WHERE name = 'SITE_TITLE'")
    assert (row["value"], row["changed_by"]) == ('"Our blog"', 1)


def test_a_color_is_in_all_processes_and_old_addresses_lead_to_it(owner, client, other):
    old = re.search(r"/static/accent\.\w+\.css", client.get("/").text)[0]
    assert client.get(old).status_code == 200
    save(owner, accent_color="#B00020")
    light = derive_palette("#b00020").light

    for reader in (other, client, owner):
        answer = color_of(reader)
        assert light["link"] in answer.text
        assert "immutable" in answer.headers["Cache-Control"]
        answer = reader.get(old)
        assert light["link"] in answer.text
        assert "no-cache" in answer.headers["Cache-Control"]
        assert light["tint"] in reader.get("/manifest.webmanifest").text
        assert light["tint"] in reader.get("/").text
        assert light["fill"] in reader.get("/static/icon.svg").text


def test_a_color_is_picked_or_typed_without_a_script(owner):
    form = open_form(owner) | {"accent_color": "#00655f"}
    save(owner, form, color_picker="#00655f")
    assert "#b00020" not in owner.get(PATH).text
    save(owner, form, color_picker="#b00020")
    assert 'value="#b00020"' in owner.get(PATH).text
    # What was typed wins.
    form = open_form(owner)
    save(owner, form, accent_color="#06f", color_picker="#aaaaaa")
    page = owner.get(PATH).text
    assert 'value="#06f"' in page and 'value="#0066ff"' in page


def test_a_color_is_shown_on_light_and_dark_pages_before_it_is_saved(app, owner):
    page = save(owner, accent_color="#b00020", site_title="Typed", preview="1").text
    assert 'value="Typed"' in page
    assert stored(app) == {}
    found = re.findall(
        r'<img src="(/admin/site/colors-(\w+)\.svg\?color=%23b00020)"', page
    )
    assert [scheme for _, scheme in found] == ["light", "dark"]

    for (path, _), colors in zip(found, derive_palette("#b00020"), strict=True):
        answer = owner.get(path)
        assert answer.mimetype == "image/svg+xml"
        assert all(colors[role] in answer.text for role in ("ink", "paper", "fill"))

    # From there, all that was typed is saved.
    form = fields_of(page, SENT)
    save(
        owner, form, accent_color="#b00020", site_title="Typed", color_picker="#b00020"
    )
    assert stored(app) == {"ACCENT_COLOR": "#b00020", "SITE_TITLE": "Typed"}


@pytest.mark.parametrize("color", ["", "red", "#12345", "#1234567", "\0", "url(x)"])
def test_what_is_no_color_has_no_sample(owner, color):
    answer = owner.get(f"{PATH}/colors-light.svg", query_string={"color": color})
    assert answer.status_code == 400
    answer = save(owner, accent_color=color, preview="1")
    assert "Write the color like" in answer.text


def test_lists_show_posts_whole_and_as_many_as_wanted(owner, client):
    for number in range(3):
        write(owner, f"Post {number}", "First.\n\n" + "Word " * 200 + "last.")

    assert "last." not in client.get("/").text
    save(owner, whole_posts="True", page_size="2")
    page = client.get("/").text
    assert "last." in page
    assert page.count("<article") == 2
    save(owner, whole_posts="")
    assert "last." not in client.get("/").text


def test_readers_see_older_versions_if_owners_want_it(owner, client):
    write(owner, "Bread", "Words")
    assert client.get("/1/history").status_code == 404
    save(owner, public_revisions="True")
    assert client.get("/1/history").status_code == 200
    assert "/1/history" in client.get("/1-bread").text


def test_times_are_those_of_the_clocks_that_were_chosen(app, owner, client, execute):
    write(owner, "Bread")
    execute(app, "UPDATE post SET created = '2026-01-31 20:00:00'")
    assert "31 January 2026" in client.get("/1-bread").text
    assert "31 January" in owner.get("/").text
    save(owner, timezone="Asia/Shanghai")
    assert "1 February 2026" in client.get("/1-bread").text
    assert "31 January" not in owner.get("/").text


def test_languages_are_those_that_were_chosen_the_first_for_all_others(owner, client):
    def language(client, accepted):
        page = client.get("/", headers={"Accept-Language": accepted})
        return re.search('<html lang="(.*?)"', page.text)[1]

    assert [language(client, tag) for tag in ("fr", "en", "zh")] == [
        *("en", "en", "zh-Hans"),
    ]
    data = {"languages": ["en", "zh-Hans"], "first_language": "zh-Hans"}
    save(owner, **data)
    assert [language(client, tag) for tag in ("fr", "en", "zh")] == [
        *("zh-Hans", "en", "zh-Hans"),
    ]
    save(owner, languages=["en"], first_language="en")

    for reader in (client, owner):
        assert language(reader, "zh") == "en"
        assert "/language/" not in reader.get("/").text
        assert reader.get("/language/zh-Hans").status_code == 404
        assert reader.get("/language/en").status_code == 302


def test_who_may_join_and_as_what(app, owner, client):
    save(owner, registration="closed", newcomer_role="reader")
    assert client.get("/auth/register").status_code == 403
    assert "/auth/register" not in client.get("/").text
    save(owner, registration="open")
    log_in(app, "carol")
    assert rows(app, "SELECT role FROM \"user\" WHERE username = 'carol'")[0][
        "role"
    ] == ("reader")


def test_nothing_is_asked_for_that_is_not_saved(owner):
    asked = re.findall('<select name="([^"]+)"', owner.get(PATH).text)
    missing = {name.upper() for name in asked} - set(site_settings.NAMES)
    # It is saved with the languages.
    assert missing == {"FIRST_LANGUAGE"}


def test_all_choices_of_a_setting_are_offered(owner):
    page = owner.get(PATH).text

    for name in setting_kinds.choices.keys() & set(site_settings.NAMES):
        for word in setting_kinds.choices[name]:
            assert f'<option value="{word}"' in page


# Logo and icon


def logo_of(client):
    found = re.search(
        r'<img class="logo" src="(.*?)" width="(\d+)"', client.get("/").text
    )
    return found and (client.get(found[1]), int(found[2]))


def test_a_logo_is_uploaded_shown_and_removed(app, owner, client, other):
    content = make_image((2400, 240))
    save(owner, site_logo=file(content))

    for reader in (other, client, owner):
        answer, width = logo_of(reader)
        assert width == 1200
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 120)
        assert "immutable" in answer.headers["Cache-Control"]

    page = owner.get(PATH).text
    assert 'name="remove_site_logo"' in page
    # Pages that somebody still has find the one that there is.
    old = re.search(r"/static/logo\.\w+\.png", client.get("/").text)[0]
    save(owner, site_logo=file(SVG.encode(), "logo.svg"))
    assert client.get(old).mimetype == "image/svg+xml"
    save(owner, remove_site_logo="1")
    assert logo_of(client) is None is logo_of(other)
    assert client.get(old).status_code == 404
    assert "SITE_LOGO" not in stored(app)


def test_a_logo_that_is_an_svg_can_do_nothing(owner, client):
    save(owner, site_logo=file(SVG.encode(), "logo.png"))
    answer, width = logo_of(client)
    assert (answer.text, width) == (SVG, 120)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_an_icon_is_uploaded_and_made_into_all(app, owner, client, other):
    drawn = client.get("/favicon.ico").data
    assert other.get("/favicon.ico").data == drawn
    save(owner, site_icon=file(make_image((600, 600), mode="RGB")))

    for reader in (client, other):
        assert reader.get("/favicon.ico").data != drawn
        page = reader.get("/").text
        path = re.search(r'<link rel="icon" href="(\S*)" type="image/png"', page)[1]
        icon = Image.open(io.BytesIO(reader.get(path).data))
        assert icon.size == (192, 192)
        assert icon.convert("RGB").getpixel((96, 96)) == (0, 170, 102)
        # For pages that somebody still has.
        assert reader.get("/static/icon.svg").status_code == 200

    save(owner, remove_site_icon="1")
    assert client.get("/favicon.ico").data == drawn
    assert stored(app) == {}


@pytest.mark.parametrize("field", ["site_logo", "site_icon"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a", "damaged"),
        (b"words", ""),
        (b"<html></html>", ""),
        (b"<svg", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (make_image()[:200], "damaged"),
    ],
)
def test_a_hostile_file_is_refused_with_all_else_typed(
    app, owner, field, content, sentence
):
    answer = save(owner, site_title="Typed", **{field: file(content)})
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.text
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Choose the file again." in answer.text
    assert stored(app) == {}


def test_too_many_files_are_refused(app, owner):
    app.config["UPLOADS_PER_PERSON"] = 1
    save(owner, site_logo=file(make_image()))
    answer = save(owner, site_title="Typed", site_logo=file(make_image((9, 9))))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="Typed"' in answer.text


# What is refused


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"site_title": "  "}, "Give the blog a title."),
        ({"site_title": "\u200b\ufeff"}, "Give the blog a title."),
        ({"site_title": "x" * 101}, "This has 101 characters."),
        ({"site_title": "a\x1bb"}, "characters that no page can show"),
        ({"site_description": "x" * 501}, "Shorten it to 500 at most."),
        ({"accent_color": "red"}, "Write the color like"),
        ({"page_size": "0"}, "Type a number from 1 to 200."),
        ({"page_size": "9" * 5000}, "Type a number from 1 to 200."),
        ({"page_size": "²"}, "Type a number from 1 to 200."),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"timezone": "../etc/passwd"}, "Choose a time zone from the list."),
        ({"registration": "king"}, "Choose one from the list."),
        ({"newcomer_role": "owner"}, "Choose one from the list."),
        ({"first_language": "en"}, "Offer at least one language."),
        ({"first_language": "en", "languages": "zh-Hans"}, "Offer this language"),
        ({"first_language": "fr", "languages": "fr"}, "Offer at least one language."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_all_else_typed(
    app, owner, data, sentence
):
    answer = save(owner, **{"site_description": "Typed", **data})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Typed" in answer.text or "site_description" in data
    assert stored(app) == {}


@pytest.mark.parametrize(
    "before", ["", "{", "[]", "1", '{"SITE_TITLE": {}}', "[" * 5000]
)
def test_a_hostile_form_is_no_error(app, owner, before):
    answer = save(owner, {"before": before}, site_title="Ours\0", timezone="UTC\0")
    assert answer.status_code == 302 or "{}" in before
    assert owner.post(PATH).status_code == 302
    assert save(owner, {"before": before}, accent_color="x").status_code == 422


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUTHOR, Role.READER])
def test_nobody_but_an_owner_changes_settings(app, owner, bob, client, role):
    give_role(app, "bob", role)
    assert bob.get(PATH).status_code == 403
    assert save(bob, {"x": ""}, site_title="His").status_code == 403
    assert bob.get(f"{PATH}/colors-dark.svg").status_code == 403
    assert client.get(PATH).location == "/auth/login"
    assert client.post(PATH, data={"site_title": "His"}).status_code == 403
    assert stored(app) == {}

    if role is Role.EDITOR:
        assert f'"{PATH}"' not in bob.get("/admin/people").text
        assert f'"{PATH}"' in owner.get("/admin/people").text


def test_who_is_logged_out_meanwhile_gets_the_texts_back(app, owner):
    form = open_form(owner)
    gone = app.test_client()
    answer = save(gone, form, site_title="Our words", site_description="All")
    back = resume(gone, answer, "alice")
    assert 'value="Our words"' in back.text
    action = re.search(rf'action="({PATH}[^"]*)"', back.text)[1]
    data = {**fields_of(back.text, action), "site_title": "Our words"}
    assert gone.post(action, data=data).location == PATH
    assert stored(app) == {"SITE_TITLE": "Our words"}


def test_an_owner_who_is_demoted_meanwhile_changes_nothing(
    app, owner, bob, monkeypatch
):
    give_role(app, "bob", Role.OWNER)
    form = open_form(bob)
    read = site_settings.read_all

    def read_and_demote():
        monkeypatch.undo()
        give_role(app, "bob", Role.EDITOR)
        return read()

    monkeypatch.setattr(site_settings, "read_all", read_and_demote)
    assert save(bob, form, site_title="His").status_code == 403
    assert stored(app) == {}


def test_many_changes_in_a_short_time_are_refused_and_given_back(app, owner):
    app.config["EDITS_PER_PERSON"] = 1
    assert save(owner, site_title="One").status_code == 302
    answer = save(owner, site_title="Two")
    assert answer.status_code == 429
    assert 'value="Two"' in answer.text
    assert stored(app) == {"SITE_TITLE": "One"}


# Two owners, and one who sends twice


def test_two_owners_at_once_overwrite_nothing(app, owner, bob):
    give_role(app, "bob", Role.OWNER)
    shown = {"site_title": "Flaskr", "site_description": "", "page_size": "10"}
    hers, his = open_form(owner) | shown, open_form(bob) | shown
    save(owner, hers, site_title="Hers", page_size="5")
    # He changed something else.
    assert save(bob, his, site_description="His").status_code == 302
    expected = {"SITE_TITLE": "Hers", "SITE_DESCRIPTION": "His", "PAGE_SIZE": 5}
    assert stored(app) == expected
    # And then the same.
    answer = save(bob, his, site_title="His", site_description="His")
    assert answer.status_code == 409
    assert "Somebody else changed this." in answer.text
    assert 'value="His"' in answer.text
    # What he did not touch is as she left it.
    assert 'value="5"' in answer.text
    assert stored(app) == expected
    again = fields_of(answer.text, SENT)
    assert save(bob, again, site_title="His", page_size="5").status_code == 302
    assert stored(app)["SITE_TITLE"] == "His"


def test_a_form_that_is_sent_twice_changes_nothing_more(app, owner, bob):
    form = open_form(owner)
    data = {"site_title": "Ours", "page_size": "7"}
    before = None

    for _ in range(2):
        data["site_logo"] = file(make_image())
        assert save(owner, form, **data).status_code == 302
        assert before in (None, stored(app))
        before = stored(app)

    give_role(app, "bob", Role.OWNER)
    save(bob, site_title="His")
    # It comes once more, by Back: nothing that somebody else did is lost.
    data.pop("site_logo")
    assert save(owner, form, **data).status_code == 409
    assert stored(app)["SITE_TITLE"] == "His"


def test_two_owners_with_a_logo_each(app, owner, bob):
    give_role(app, "bob", Role.OWNER)
    hers, his = open_form(owner), open_form(bob)
    save(owner, hers, site_logo=file(make_image()))
    answer = save(bob, his, site_logo=file(make_image((30, 30))))
    assert answer.status_code == 409
    assert "Choose yours again to replace it." in answer.text
    form = fields_of(answer.text, SENT)
    save(bob, form, site_logo=file(make_image((30, 30))))
    assert "-30x30.png" in stored(app)["SITE_LOGO"]


# The operator wins


def test_what_the_operator_sets_is_shown_as_such_and_stays(
    instance, create_ready_app, people, monkeypatch
):
    instance.mkdir(exist_ok=True)
    content, _ = people("alice")
    (instance / "config.py").write_text(
        "ACCENT_COLOR = '#06f'\nSECRET_KEY = 'x' * 40\n"
        "globals().update(PAGE_SIZE=3)\nLANGUAGES = ['en']\nSITE_LOGO = None\n"
    )
    monkeypatch.setenv("FLASKR_SITE_TITLE", "The operator’s")
    monkeypatch.setenv("FLASKR_TIMEZONE", "UTC")
    app = create_ready_app(content)
    give_role(app, "alice", Role.OWNER)
    client = log_in(app, "alice")
    page = client.get(PATH).text
    assert "Set in the environment: FLASKR_SITE_TITLE." in page
    assert "Set in the environment: FLASKR_TIMEZONE." in page
    assert page.count("Set in config.py.") == 4
    assert str(instance) not in page
    assert re.search(r'name="site_title"[^>]* readonly', page)
    assert re.search(r'name="timezone"[^>]* disabled', page)
    assert re.search(r'name="site_logo"[^>]* disabled', page)

    answer = client.post(
        PATH,
        data={
            **{"site_title": "Mine", "accent_color": "#b00020", "page_size": "9"},
            **{"timezone": "Asia/Tokyo", "languages": "zh-Hans"},
            **{"first_language": "zh-Hans", "site_description": "Mine, too"},
            "site_logo": file(make_image()),
        },
    )
    assert answer.location == PATH
    assert stored(app) == {"SITE_DESCRIPTION": "Mine, too"}

    with app.app_context():
        site_settings.change({"SITE_TITLE": "Mine"}, None)

    assert stored(app) == {"SITE_DESCRIPTION": "Mine, too"}

    # What was saved before it was set there changes nothing, either.
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO site_setting (name, value) VALUES ('SITE_TITLE', '1')")
        db.execute("UPDATE site_setting SET value = '\"Mine\"'")

    page = app.test_client().get("/").text
    assert "<title>The operator’s</title>" in page


def test_a_configuration_of_a_program_counts_as_set(app):
    config = {"TESTING": True, "DATABASE": app.config["DATABASE"], "PAGE_SIZE": 10}
    second = create_app(config)

    with second.app_context():
        assert site_settings.find_place("PAGE_SIZE") == "create_app()"
        assert site_settings.find_place("SITE_TITLE") is None

    get_pool(second).shutdown()


def test_a_command_follows_what_owners_set(app, plain):
    plain("REGISTRATION", '"closed"')

    with app.app_context():
        assert site_settings.get("REGISTRATION") == "closed"


# Plain SQL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_TITLE", "no JSON"),
        ("SITE_TITLE", '""'),
        ("SITE_TITLE", "5"),
        ("SITE_TITLE", '"\\ud800"'),
        ("SITE_TITLE", '"a\\u0000b"'),
        ("SITE_TITLE", f'"{"x" * 101}"'),
        ("SITE_TITLE", f'"{"x" * 100_000}"'),
        ("SITE_TITLE", "[" * 4000),
        ("SITE_TITLE", "9" * 4900),
        ("SITE_DESCRIPTION", "{}"),
        ("ACCENT_COLOR", '"red"'),
        ("WHOLE_POSTS", "1"),
        ("PAGE_SIZE", "0"),
        ("PAGE_SIZE", "true"),
        ("PAGE_SIZE", "1e3"),
        ("TIMEZONE", '"Mars"'),
        ("TIMEZONE", "{}"),
        ("LANGUAGES", '["fr"]'),
        ("LANGUAGES", "[[]]"),
        ("LANGUAGES", "[]"),
        ("REGISTRATION", '"king"'),
        ("NEWCOMER_ROLE", '"owner"'),
        ("SITE_LOGO", '"../x"'),
        ("SITE_ICON", "null"),
        ("SECRET_KEY", '"known to all people"'),
        ("x", '"y"'),
    ],
)
def test_a_bad_value_costs_only_itself(app, owner, client, caplog, plain, name, value):
    write(owner)
    plain("PUBLIC_REVISIONS", "true")
    plain(name, value)
    caplog.clear()

    for _ in range(3):
        page = client.get("/").text
        assert "<title>Flaskr</title>" in page
        assert '<html lang="en"' in page
        assert client.get("/1/history").status_code == 200
        assert owner.get(PATH).status_code == 200
        plain("PUBLIC_REVISIONS", "true")

    told = [record for record in caplog.records if "site_setting" in record.message]
    assert len(told) == 1
    assert name in told[0].message
    assert len(told[0].message) < 400
    # And it can be replaced.
    assert save(owner, site_title="Ours", page_size="9").status_code == 302
    assert "<title>Ours</title>" in client.get("/").text


def test_many_bad_values_fill_no_memory(app, client, plain, monkeypatch):
    monkeypatch.setattr(site_settings, "MAX_TOLD", 2)

    for number in range(5):
        plain("PAGE_SIZE", f'"{number}"')
        client.get("/")

    with app.app_context():
        assert len(site_settings.get_state().told) <= 3


def test_images_that_plain_sql_wrote_break_no_page(app, owner, client, plain):
    plain("SITE_LOGO", f'"{"0" * 16}-10x10.png"')
    plain("SITE_ICON", f'"{"0" * 16}-512x512.png"')
    answer, _ = logo_of(client)
    assert answer.status_code == 404
    assert client.get("/favicon.ico").status_code == 404
    assert owner.get(PATH).status_code == 200

    with app.app_context(), transaction() as db:
        db.execute("UPDATE site_setting SET content = ?", (b"no image",))

    # Drawn.
    icon = client.get("/favicon.ico")
    assert Image.open(io.BytesIO(icon.data)).format == "ICO"


# What it costs, and when the database is away


def test_a_kept_page_takes_no_query_and_a_new_one_no_more_than_one(
    app, owner, client, statements
):
    write(owner)
    save(owner, site_title="Ours")
    client.get("/")
    statements.clear()
    assert "Ours" in client.get("/").text
    assert [s for s in statements if "site_setting" in s] == []
    client.get("/tags")
    owner.get("/archive")
    assert [s for s in statements if "site_setting" in s] == []
    write(owner, "Another")
    statements.clear()

    for reader in (client, owner):
        for path in ("/", "/tags", "/archive", "/1-a-title"):
            reader.get(path)

    assert len([s for s in statements if "site_setting" in s]) == 1


def test_pages_without_a_database_have_none(unready):
    client = unready.test_client()
    assert client.get("/hello").status_code == 200
    page = client.get("/")
    assert page.status_code == 503
    assert "Flaskr" in page.text
    path = re.search(r"/static/accent\.\w+\.css", page.text)[0]
    answer = client.get(path)
    assert "immutable" in answer.headers["Cache-Control"]
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["name"] == "Flaskr"


def test_the_last_known_values_are_shown_while_the_database_is_away(
    app, owner, client, monkeypatch
):
    from flaskr.errors import DatabaseUnavailable

    save(owner, site_title="Ours")
    assert "Ours" in client.get("/").text
    pool = get_pool(app)

    def fail(*args):
        raise DatabaseUnavailable("the disk")

    monkeypatch.setattr(type(pool), "acquire", fail)
    monkeypatch.setattr(type(pool), "version", lambda self: None)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "<title>The blog is unavailable right now - Ours</title>" in answer.text
    answer = client.get("/manifest.webmanifest")
    assert answer.json["name"] == "Ours"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_is_not_kept_that_could_not_ask_for_the_settings(
    app, owner, client, monkeypatch, plain
):
    client.get("/")
    plain("SITE_TITLE", '"Ours"')
    read = site_settings.read_rows

    def fail():
        from flaskr.errors import DatabaseUnavailable

        raise DatabaseUnavailable("busy")

    monkeypatch.setattr(site_settings, "read_rows", fail)
    answer = client.get("/")
    assert "Flaskr" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Flaskr" in owner.get("/").text
    monkeypatch.setattr(site_settings, "read_rows", read)
    assert "<title>Ours" in client.get("/").text
    assert "<title>Ours" in owner.get("/").text


def test_no_page_has_half_of_a_change(app, owner, client, monkeypatch):
    """What a request has begun with stays, whatever is saved meanwhile."""
    write(owner)
    find = site_settings.find_site

    with app.test_request_context("/"):
        before = find()
        save(owner, site_title="Ours", accent_color="#b00020")
        assert find() is before
        assert site_settings.get("SITE_TITLE") == "Flaskr"

    with app.test_request_context("/"):
        assert site_settings.get("SITE_TITLE") == "Ours"
        assert site_settings.get("ACCENT_COLOR") == "#b00020"


def test_what_is_not_saved_in_the_end_is_shown_by_nobody(app, client):
    with pytest.raises(KeyError), app.test_request_context("/"), transaction():
        site_settings.change({"SITE_TITLE": "Never"}, None)
        assert site_settings.get("SITE_TITLE") == "Never"
        raise KeyError

    assert "Never" not in client.get("/").text


def test_brands_that_were_tried_are_few(app, owner, client):
    for number in range(10, 18):
        save(owner, accent_color=f"#0000{number}")
        client.get("/")

    assert len(app.extensions["flaskr.brands"].made) <= 4
