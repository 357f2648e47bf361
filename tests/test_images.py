"""Images: uploaded, kept once, shown, listed with where they are used, pruned."""

import io
import re
import threading
from html import unescape

import pytest
from PIL import Image

from flaskr.db import transaction
from flaskr.imaging import decoder_process
from flaskr.imaging import process

from .children import LIMIT
from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import resume
from .conftest import rows
from .conftest import run_many
from .conftest import wait_until
from .conftest import write

ADDRESS = re.compile(r"/image/([0-9a-f]{12}|[0-9a-f]{40})-(\d+)x(\d+)\.(\w+)")


def picture(width=40, height=30, color="red", format="PNG"):
    """A file with an image."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, format)
    return content.getvalue()


def photograph(width, height):
    """One of which a narrower file is smaller, too."""
    content = io.BytesIO()
    noise = Image.effect_noise((width, height), 60)
    noise.convert("RGB").save(content, "JPEG", quality=20)
    return content.getvalue()


def form(content=None, alt="", **others):
    content = picture() if content is None else content
    return {"image": (io.BytesIO(content), "any.name"), "alt": alt, **others}


def upload(client, content=None, alt=""):
    """Upload an image as a script does, and return its Markdown."""
    response = client.post(
        "/account/images",
        data=form(content, alt),
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 201, response.text
    return response.json["markdown"]


def address_in(text):
    return ADDRESS.search(text)[0]


def show_in_post(client, markdown, title="A title"):
    return write(client, title, f"Text.\n\n{markdown}")


def test_a_script_gets_the_markdown_of_an_image(alice):
    markdown = upload(alice, alt="A  red\nfield")
    assert re.fullmatch(r"!\[A red field\]\(/image/[0-9a-f]{12}-40x30\.png\)", markdown)


@pytest.mark.parametrize(
    "alt",
    ["a [b](c) ![d](e)", "*stars* _and_ `code`", "<b> &amp; \\", "](javascript:x)"],
)
def test_the_alternative_text_is_what_was_typed(client, alice, alt):
    id = show_in_post(alice, upload(alice, alt=alt))
    page = client.get(f"/{id}-a-title").text
    shown = re.search(r'<img src="/image/[^"]*" alt="([^"]*)"', page)[1]
    typed = alt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown.replace("&quot;", '"') == typed


def test_an_image_sent_without_a_script_is_put_at_the_end_of_the_text(app, alice):
    page = alice.post(
        "/create",
        data=form(alt="Red", title="Typed", body="A text.", tags="a, b", upload="1"),
    )
    assert page.status_code == 200
    assert "The image was added at the end of your text." in page.text
    assert re.search(r">\nA text\.\n\n!\[Red\]\(/image/[^)]*\)\n</textarea>", page.text)
    assert ">Typed</textarea>" in page.text and 'value="a, b"' in page.text
    assert rows(app, "SELECT * FROM post") == []


@pytest.mark.parametrize(
    ("width", "css"), [("", ""), ("narrow", ' class="narrow"'), ("x)", "")]
)
@pytest.mark.parametrize("caption", ['"An" &amp; \\ <b> | *c*', "  ", "a\n\n b"])
def test_an_image_sent_without_a_script_has_a_caption_and_a_width(
    client, alice, caption, width, css
):
    sent = form(title="T", body="", upload="1", caption=caption, width=width)
    page = alice.post("/create", data=sent).text
    markdown = unescape(re.search(r">\n(!\[[^<]*)</textarea>", page)[1])
    # In a table, too, where a "|" would end the cell.
    id = write(alice, body=f"{markdown}\n\n|a|\n|-|\n|{markdown.strip()}|b|")
    shown = client.get(f"/{id}-a-title").text
    assert f"<figure{css}><img " in shown
    found = re.search("<figcaption[^>]*>(.*)</figcaption>", shown)
    typed = " ".join(caption.split())
    assert (unescape(found[1]) if found else "") == typed
    in_cell = re.search('<td><img [^>]*?(?: title="([^"]*)")?(?: width)', shown)[1]
    assert unescape(in_cell or "") == typed


def test_what_was_typed_of_an_image_that_is_refused_is_kept(alice):
    texts = {"alt": "A <cat>", "caption": 'A "cat"', "width": "wide"}
    sent = form(b"no image", title="T", body="", upload="1", **texts)
    page = alice.post("/create", data=sent).text
    assert 'value="A &lt;cat&gt;"' in page and 'value="A &#34;cat&#34;"' in page
    assert '<option value="wide" selected>' in page
    assert re.search('<details class="image"[^>]* open>', page)
    assert "selected" not in alice.get("/create").text
    page = alice.post("/account/images", data=form(b"no image", "A <cat>")).text
    assert 'value="A &lt;cat&gt;"' in page


def test_a_script_says_later_what_an_image_shows(app, alice):
    answer = alice.post(
        "/account/images", data=form(), headers={"Accept": "application/json"}
    ).json

    def describe(alt):
        return alice.post(
            answer["description"],
            data={"alt": alt, "version": answer["version"]},
            headers={"Accept": "application/json"},
        )

    assert describe("A cat").json == {"saved": True}
    # Nothing that was said before is overwritten, and no page says so later.
    response = describe("A dog")
    assert (response.status_code, response.json) == (409, {"saved": False})
    assert rows(app, "SELECT alt FROM image_upload") == [{"alt": "A cat"}]
    assert 'class="flash' not in alice.get("/account/images").text


def test_an_image_sent_without_a_script_is_put_at_the_end_of_an_edited_post(app, alice):
    id = write(alice, "Title", "Before.")
    page = alice.post(
        f"/{id}/update", data=form(title="Title", body="", tags="", upload="1")
    )
    assert re.search(r">\n!\[\]\(/image/[^)]*\)\n</textarea>", page.text)
    assert rows(app, "SELECT body FROM post") == [{"body": "Before."}]


@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_preview_shows_an_image_that_was_chosen_and_not_inserted(app, alice, path):
    write(alice, body="Before.")
    sent = form(title="T", body="A text.", preview="1")
    page = alice.post(path, data=sent).text
    assert "The image was added at the end of your text." in page
    assert "](/image/" in page and '<img src="/image/' in page
    assert rows(app, "SELECT body FROM post") == [{"body": "Before."}]


@pytest.mark.parametrize("path", ["/create", "/1/update"])
@pytest.mark.parametrize("button", [{}, {"publish": "1"}, {"draft": "1"}])
def test_a_button_saves_an_image_that_was_chosen_with_the_text(
    app, alice, path, button
):
    alice.post("/create", data={"title": "Before", "body": "", "draft": "1"})
    sent = form(alt="Red", title="T", body="A text.", tags="", **button)
    page = alice.post(path, data=sent, follow_redirects=True)
    assert page.status_code == 200
    assert '<img src="/image/' in page.text
    assert "was added at the end" not in page.text
    [post] = rows(app, "SELECT body, drafted FROM post ORDER BY id DESC LIMIT 1")
    assert re.fullmatch(r"A text\.\n\n!\[Red\]\(/image/[^)]*\)\n", post["body"])
    # Without a button, a new post is public, and another what it is.
    is_draft = "draft" in button or (path != "/create" and not button)
    assert bool(post["drafted"]) == is_draft


def test_a_draft_of_a_public_post_has_the_image_that_was_chosen(app, alice):
    id = write(alice, body="Before.")
    sent = form(title="A title", body="After.", tags="", draft="1")
    page = alice.post(f"/{id}/update", data=sent, follow_redirects=True).text
    assert re.search(r">\nAfter\.\n\n!\[\]\(/image/[^)]*\)\n</textarea>", page)
    assert rows(app, "SELECT body FROM post") == [{"body": "Before."}]


def test_a_form_with_an_image_that_is_sent_twice_is_one_post(app, alice):
    page = alice.get("/create").text
    action = re.search(r'action="(/create[^"]*)"', page)[1]
    for _time in range(2):
        data = {**fields_of(page, action), "title": "T", "body": "Text."}
        alice.post(action, data=form(**data))

    assert len(rows(app, "SELECT * FROM post")) == 1


def test_an_image_is_in_the_text_of_a_form_that_is_refused(app, alice):
    page = alice.post("/create", data=form(title=" ", body="A text."))
    assert page.status_code == 422
    assert "Title is required." in page.text
    assert "The image was added at the end of your text." in page.text
    assert re.search(r">\nA text\.\n\n!\[\]\(/image/[^)]*\)\n</textarea>", page.text)
    assert rows(app, "SELECT * FROM post") == []


@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_file_that_is_no_image_is_refused_and_the_text_is_kept(alice, path):
    write(alice)
    page = alice.post(
        path, data=form(b"<svg onload='alert(1)'/>", title="Typed", body="A text.")
    )
    assert page.status_code == 422
    assert 'class="flash error"' in page.text
    assert ">Typed</textarea>" in page.text and "A text.</textarea>" in page.text


def test_pressing_the_button_of_an_upload_without_a_file_says_so(alice):
    page = alice.post("/create", data={"title": "T", "body": "B", "upload": "1"})
    assert page.status_code == 422
    assert "Choose an image first." in page.text


def test_a_script_is_told_why_an_image_is_refused(alice):
    response = alice.post(
        "/account/images",
        data=form(b"no image"),
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 422
    assert response.json["error"]


def test_an_image_is_served_for_good_and_can_do_nothing(client, alice):
    path = address_in(upload(alice))
    response = client.get(path)

    assert response.status_code == 200
    assert response.mimetype == "image/png"
    assert Image.open(io.BytesIO(response.data)).size == (40, 30)
    assert response.headers["Cache-Control"] == ("public, max-age=31536000, immutable")
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; form-action 'none'; sandbox"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert "Vary" not in alice.get(path).headers
    assert "Set-Cookie" not in alice.get(path).headers


def test_a_browser_that_has_an_image_is_told_so(client, alice):
    path = address_in(upload(alice))
    etag = client.get(path).headers["ETag"]
    response = client.get(path, headers={"If-None-Match": etag})
    assert (response.status_code, response.data) == (304, b"")


def test_a_part_of_an_image_can_be_asked_for(client, alice):
    path = address_in(upload(alice))
    whole = client.get(path).data
    response = client.get(path, headers={"Range": "bytes=2-5"})
    assert response.status_code == 206
    assert response.data == whole[2:6]
    assert response.headers["Content-Range"] == f"bytes 2-5/{len(whole)}"
    assert client.get(path, headers={"Range": "bytes=999999-"}).status_code == 416


@pytest.mark.parametrize(
    "wrong",
    [
        lambda path: path.replace("40x30", "41x30"),
        lambda path: path.replace("40x30", "40x31"),
        lambda path: path.replace(".png", ".jpg"),
        lambda path: path.replace("40x30", "40x30-641w"),
        lambda path: path.replace("/image/", "/image/x"),
        lambda path: path[:7] + "0" * 12 + path[19:],
        lambda path: path[:7] + "0" * 40 + path[19:],
        lambda path: path[:18] + path[19:],
        lambda path: path[:19] + "0" + path[19:],
        lambda path: path[:7] + path[7:19].upper() + path[19:],
        lambda path: path + "%23wide",
        lambda path: "/image/cat.png",
        lambda path: path + "/x",
    ],
)
def test_no_other_address_shows_an_image(client, alice, wrong):
    assert client.get(wrong(address_in(upload(alice)))).status_code == 404


def test_a_post_leaves_room_for_its_images(client, alice):
    id = show_in_post(alice, upload(alice))
    page = client.get(f"/{id}-a-title").text
    image = re.search("<img [^>]*>", page)[0]
    assert 'width="40"' in image and 'height="30"' in image
    assert "srcset" not in image and "loading" not in image


def test_a_wide_image_has_narrower_files(client, alice):
    markdown = upload(alice, photograph(2000, 300))
    path = address_in(markdown)
    name = path.removesuffix(".jpg")
    id = show_in_post(alice, markdown)
    page = client.get(f"/{id}-a-title").text

    assert (
        f'srcset="{name}-640w.jpg 640w, {name}-1280w.jpg 1280w, {path} 2000w"' in page
    )
    sizes = {}

    for address in (f"{name}-640w.jpg", f"{name}-1280w.jpg", path):
        response = client.get(address)
        sizes[Image.open(io.BytesIO(response.data)).size] = response.headers["ETag"]

    assert list(sizes) == [(640, 96), (1280, 192), (2000, 300)]
    assert len(set(sizes.values())) == 3


def test_an_avif_and_its_narrower_files_are_served_as_such(client, alice):
    noise = Image.effect_noise((1400, 300), 60).convert("RGB")
    content = io.BytesIO()
    noise.save(content, "AVIF", speed=10)
    markdown = upload(alice, content.getvalue())
    path = address_in(markdown)
    id = show_in_post(alice, markdown)
    page = client.get(f"/{id}-a-title").text
    narrow = path.replace(".avif", "-640w.avif")
    assert f'srcset="{narrow} 640w, ' in page and 'width="1400"' in page

    for address, width in ((path, 1400), (narrow, 640)):
        response = client.get(address)
        image = Image.open(io.BytesIO(response.data))
        assert response.mimetype == "image/avif"
        assert (image.format, image.width) == ("AVIF", width)


@pytest.mark.parametrize("can_read", [True, False])
def test_a_browser_offers_what_the_blog_can_read(alice, monkeypatch, can_read):
    monkeypatch.setattr(decoder_process, "can_read_heic", lambda: can_read)

    for path in ("/create", "/account/images"):
        accepted = re.search('accept="([^"]*)"', alice.get(path).text)[1]
        assert "image/avif" in accepted
        # An iPhone makes a JPEG of it, unless it is among them.
        assert ("heic" in accepted) == can_read


def test_a_narrower_file_that_was_not_worth_keeping_is_the_next_wider_one(
    client, alice
):
    path = address_in(upload(alice))
    narrow = client.get(path.replace(".png", "-640w.png"))
    assert narrow.data == client.get(path).data


def test_images_far_below_wait_until_somebody_scrolls_there(client, alice):
    markdown = upload(alice)
    id = write(alice, body=f"{markdown}\n\n{'Words. ' * 400}\n\n{markdown}")
    first, second = re.findall("<img [^>]*>", client.get(f"/{id}-a-title").text)
    assert "loading" not in first
    assert 'loading="lazy"' in second


def test_the_first_image_of_a_post_is_shown_to_who_gets_its_address(client, alice):
    address = f"http://localhost{address_in(upload(alice))}"
    id = write(alice, body=f"Text. ![]({address.removeprefix('http://localhost')})")
    page = client.get(f"/{id}-a-title").text
    assert f'<meta property="og:image" content="{address}">' in page
    assert f'"image": "{address}"' in page


def test_an_image_of_another_site_is_not_ours(client, alice):
    id = write(alice, body=f"![](https://else.example/image/{'0' * 40}-8x8.png)")
    assert "og:image" not in client.get(f"/{id}-a-title").text


def test_feeds_have_absolute_images(client, alice):
    show_in_post(alice, upload(alice))
    feed = client.get("/feed.json").json["items"][0]["content_html"]
    assert 'src="http://localhost/image/' in feed
    assert 'width="40"' in feed and "srcset" not in feed


def test_the_same_image_is_kept_once(app, alice, bob):
    assert upload(alice, alt="a") == upload(alice, alt="a")
    assert address_in(upload(bob, alt="b")) == address_in(upload(alice, alt="a"))
    assert len(rows(app, "SELECT * FROM image")) == 1
    assert len(rows(app, "SELECT * FROM image_file")) == 1
    assert len(rows(app, "SELECT * FROM image_upload")) == 2


def test_people_see_their_images_and_where_each_is_used(alice, bob):
    used = upload(alice, picture(color="red"), "A red field")
    upload(alice, picture(color="blue"), "A blue field")
    upload(bob, picture(color="green"), "A green field")
    show_in_post(alice, used, "Of red")
    show_in_post(bob, used, "Of red, too")
    alice.post("/account/about", data={"about": used})
    page = alice.get("/account/images").text

    assert page.index("A blue field") < page.index("A red field")
    assert "A green field" not in page
    red = page[page.index("A red field") :]
    assert "Of red</a>" in red and "Of red, too</a>" in red
    assert 'href="/author/alice" dir="auto">alice</a>' in red
    assert "/account/images" in alice.get("/account/").text


def test_a_page_of_images_has_so_many_of_them(app, alice):
    upload(alice)

    with app.app_context(), transaction() as db:
        for n in range(30):
            image = db.execute(
                "INSERT INTO image (hash, extension, width, height, size)"
                " VALUES (?, 'png', 40, 30, 1) RETURNING id",
                (f"{n:040}",),
            ).fetchone()
            db.execute(
                "INSERT INTO image_upload (image_id, user_id, alt, created)"
                " VALUES (?, 1, ?, '2020-01-01 00:00:00')",
                (image["id"], f"image {n}"),
            )

    first = alice.get("/account/images").text
    older = re.search(r'rel="next" href="([^"]*)"', first)[1]
    second = alice.get(older).text
    addresses = set(ADDRESS.findall(first)), set(ADDRESS.findall(second))
    assert list(map(len, addresses)) == [24, 7]
    assert not addresses[0] & addresses[1]
    assert 'rel="prev" href="/account/images"' in second
    assert "No images yet." in log_in(app, "eve").get("/account/images").text


def test_an_image_can_be_uploaded_on_the_page_of_images(app, alice):
    assert alice.post("/account/images", data=form()).location == "/account/images"
    page = alice.post("/account/images", data=form(b"no image"))
    assert page.status_code == 422 and 'class="flash error"' in page.text
    assert len(rows(app, "SELECT * FROM image")) == 1


def test_an_image_that_is_used_is_not_removed(app, alice):
    show_in_post(alice, upload(alice))
    assert "/remove" not in alice.get("/account/images").text
    page = alice.post("/account/images/1/remove")
    assert page.status_code == 409
    assert "Remove it from your text first." in page.text
    assert len(rows(app, "SELECT * FROM image")) == 1


def test_an_image_that_is_not_used_can_be_removed(app, client, alice):
    markdown = upload(alice)
    id = show_in_post(alice, markdown)
    alice.post(f"/{id}/update", data={"title": "Without", "body": "it"})
    assert alice.post("/account/images/1/remove").location == "/account/images"

    for table in ("image", "image_file", "image_upload", "image_use"):
        assert rows(app, f"SELECT * FROM {table}") == []

    assert client.get(address_in(markdown)).status_code == 404


def test_an_image_that_another_shows_stays_and_no_longer_counts(
    app, client, alice, bob
):
    markdown = upload(alice)
    show_in_post(bob, markdown)
    assert 'action="/account/images/1/remove"' in alice.get("/account/images").text
    alice.post("/account/images/1/remove")
    assert rows(app, "SELECT * FROM image_upload") == []
    assert client.get(address_in(markdown)).status_code == 200


def test_nobody_removes_the_image_of_another(app, alice, bob):
    upload(alice)
    assert bob.post("/account/images/1/remove").status_code == 404
    assert len(rows(app, "SELECT * FROM image")) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/account/images"),
        ("post", "/account/images"),
        ("post", "/account/images/1/remove"),
    ],
)
def test_a_logged_out_person_uploads_and_removes_nothing(
    app, client, alice, method, path
):
    upload(alice)
    assert getattr(client, method)(path).location == "/auth/login"
    assert len(rows(app, "SELECT * FROM image")) == 1


def test_a_writer_whose_session_ended_gets_the_text_back(client, alice):
    response = client.post("/create", data=form(title="T", body="An hour's work"))
    assert response.status_code == 403
    page = resume(client, response, "alice")
    assert "An hour&#39;s work" in page.text


def test_a_person_has_so_many_uploads_at_once(app, alice, bob):
    app.config["UPLOADS_PER_PERSON"] = 1
    upload(alice)
    page = alice.post("/create", data=form(title="T", body="Kept", upload="1"))

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 3500
    assert "You’ve uploaded a lot in a short time." in page.text
    assert "Kept</textarea>" in page.text
    upload(bob)


def test_an_address_has_so_many_uploads_at_once(app, alice, bob):
    app.config["UPLOADS_PER_ADDRESS"] = 1
    upload(alice)
    assert bob.post("/account/images", data=form()).status_code == 429


def test_each_person_has_a_quota(app, alice, bob):
    upload(alice)
    app.config["IMAGE_QUOTA"] = 200
    page = alice.post(
        "/create", data=form(photograph(200, 200), title="T", body="Kept", upload="1")
    )
    assert page.status_code == 422
    assert "over your limit" in page.text and "Kept</textarea>" in page.text
    assert len(rows(app, "SELECT * FROM image")) == 1
    assert len(rows(app, "SELECT * FROM image_file")) == 1
    # What one has takes no more room.
    upload(alice)
    upload(bob)


def test_a_file_beyond_the_largest_request_is_refused(app, alice):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = alice.post("/account/images", data=form(b"x" * 2000))
    assert response.status_code == 413
    assert "Go back and send less" in response.text


def test_one_image_is_read_at_a_time_and_one_waits(app, alice, bob, monkeypatch):
    reading, read = threading.Event(), threading.Event()
    number = []

    def read_slowly(file, make, read_now=process.read):
        number.append(1)
        reading.set()
        assert read.wait(10)
        return read_now(file, make)

    monkeypatch.setattr(process, "read", read_slowly)
    threads = [
        threading.Thread(target=upload, args=[c], daemon=True) for c in (alice, bob)
    ]
    threads[0].start()
    assert reading.wait(10)
    threads[1].start()

    queue = app.extensions["flaskr.uploads"]
    wait_until(lambda: not queue.places._value)
    eve = log_in(app, "eve")
    used = rows(app, "SELECT key FROM rate_limit")
    response = eve.post("/account/images", data=form())
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert "Other images are being processed." in response.text
    assert len(number) == 1
    # Who is sent away has used nothing.
    assert rows(app, "SELECT key FROM rate_limit") == used
    read.set()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    assert len(number) == 2


def age_uploads(app):
    with app.app_context(), transaction() as db:
        db.execute("UPDATE image_upload SET created = '2020-01-01 00:00:00'")


def test_prune_images_lists_what_nothing_shows(app, runner, alice):
    show_in_post(alice, upload(alice, picture(color="red")))
    alice.post("/account/about", data={"about": upload(alice, picture(color="blue"))})
    unused = upload(alice, picture(color="green"))
    age_uploads(app)
    result = runner.invoke(args=["prune-images"])

    assert result.exit_code == 0
    assert address_in(unused) in result.output
    assert "2020-01-01 00:00 UTC  alice" in result.output
    assert "Unused images: 1 (" in result.output
    assert "Nothing was removed." in result.output
    assert len(rows(app, "SELECT * FROM image")) == 3


def test_prune_images_keeps_what_a_text_that_can_come_back_shows(app, runner, alice):
    shown = [upload(alice, picture(color=c)) for c in ("red", "green", "blue", "gray")]
    show_in_post(alice, shown[0])
    alice.post("/1/update", data={"title": "Without", "body": "it"})
    alice.post("/create", data={"title": "Draft", "body": shown[1], "draft": "1"})
    form = fields_of(alice.get("/create").text, "/create?send")
    data = {**form, "title": "", "body": shown[2], "tags": ""}
    assert alice.post("/create/working-copy", data=data).json["saved"]
    age_uploads(app)
    assert "Unused images: 1 (" in runner.invoke(args=["prune-images"]).output

    # The version is kept in the bin.
    alice.post("/1/delete")
    output = runner.invoke(args=["prune-images", "--remove"]).output
    assert address_in(shown[3]) in output
    assert "Removed 1." in output

    with app.app_context(), transaction() as db:
        db.execute("UPDATE binned_revision SET content = ?", (b"\0",))

    output = runner.invoke(args=["prune-images", "--remove"]).output
    assert address_in(shown[0]) in output
    assert len(rows(app, "SELECT * FROM image")) == 2


def test_an_image_in_a_draft_is_in_use_for_its_author_only(alice, bob):
    image = upload(alice)
    alice.post("/create", data={"title": "Hidden", "body": image, "draft": "1"})
    upload(bob)
    assert "Hidden" in alice.get("/account/images").text
    assert "Hidden" not in bob.get("/account/images").text


def test_prune_images_removes_images_when_it_is_told_to(app, runner, alice):
    show_in_post(alice, upload(alice, picture(color="red")))
    upload(alice, picture(color="green"))
    age_uploads(app)
    result = runner.invoke(args=["prune-images", "--remove"])

    assert "Removed 1." in result.output
    assert len(rows(app, "SELECT * FROM image")) == 1
    assert len(rows(app, "SELECT * FROM image_file")) == 1
    assert runner.invoke(args=["prune-images"]).output.startswith("Unused images: 0 (")


def test_prune_images_keeps_what_was_uploaded_again(app, runner, alice):
    upload(alice)
    age_uploads(app)
    upload(alice)
    assert "Removed" not in runner.invoke(args=["prune-images", "--remove"]).output
    assert len(rows(app, "SELECT * FROM image")) == 1


def test_prune_images_keeps_those_whose_post_may_be_in_the_editor(app, runner, alice):
    uploaded = upload(alice)
    result = runner.invoke(args=["prune-images", "--remove"])
    assert address_in(uploaded) not in result.output
    assert "Unused images: 0 (" in result.output
    assert "Uploaded in the last 24 hours and kept for now: 1." in result.output
    assert len(rows(app, "SELECT * FROM image")) == 1

    result = runner.invoke(args=["prune-images", "--days", "0"])
    assert address_in(uploaded) in result.output

    result = runner.invoke(args=["prune-images", "--remove", "--days", "0"])
    assert "Removed 1." in result.output
    assert rows(app, "SELECT * FROM image") == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO post (author_id, title, body) VALUES (1, 'sql', ?)",
        "UPDATE post SET body = ?",
        'UPDATE "user" SET about = ?',
        "INSERT INTO \"user\" (username, password, about) VALUES ('x', '', ?)",
    ],
)
def test_an_image_that_plain_sql_shows_is_used(app, runner, alice, statement):
    write(alice)
    text = f'"quoted" \\ {upload(alice)}\n{upload(alice, picture(9, 9))} 中文'
    age_uploads(app)

    with app.app_context(), transaction() as db:
        db.execute(statement, (text,))

    assert "Unused images: 0 (" in runner.invoke(args=["prune-images"]).output

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET body = 'none'")
        db.execute("UPDATE \"user\" SET about = ''")

    assert "Unused images: 2 (" in runner.invoke(args=["prune-images"]).output


@pytest.mark.parametrize("enforced", [True, False])
def test_a_deleted_post_shows_no_image_any_more(
    app, runner, alice, enforced, databases
):
    id = show_in_post(alice, upload(alice))

    databases.execute_in_shell(
        app, f"DELETE FROM post WHERE id = {id}", enforced=enforced
    )

    assert rows(app, "SELECT * FROM image_use") == []
    age_uploads(app)
    assert "Unused images: 1 (" in runner.invoke(args=["prune-images"]).output
    assert len(rows(app, "SELECT * FROM image_upload")) == 1


@pytest.mark.parametrize("choice", ["keep", "delete"])
def test_closing_an_account_removes_the_images_that_nothing_shows(
    app, client, alice, bob, choice, databases
):
    colors = ("red", "green", "blue", "white", "yellow")
    own, quoted, shared, unused, about = (
        upload(bob, picture(color=color)) for color in colors
    )
    bob.post("/account/about", data={"about": about})
    show_in_post(bob, own)
    show_in_post(alice, quoted)
    upload(alice, picture(color="blue"))
    bob.post("/account/close", data={"posts": choice, "password": PASSWORD})

    def is_there(markdown):
        return client.get(address_in(markdown)).status_code == 200

    assert not databases.find_dangling(app)
    # While the post is in the bin, too.
    assert is_there(own)
    assert is_there(quoted) and is_there(shared)
    assert not is_there(unused) and not is_there(about)
    assert len(rows(app, "SELECT * FROM image_upload")) == 1


def test_a_closed_account_gets_no_image(app, alice):
    with app.app_context(), transaction() as db:
        db.execute('UPDATE "user" SET closed = CURRENT_TIMESTAMP')

    alice.post("/account/images", data=form())
    assert rows(app, "SELECT * FROM image") == []


def test_text_that_is_no_text_breaks_no_insert(app, alice):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body) VALUES (1, 't', ?)",
            [(b"\xff/image/x",), ("\x00/image/y",), ("/image/" * 3,)],
        )

    assert alice.get("/account/images").status_code == 200
