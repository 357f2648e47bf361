"""The addresses of images: short for new ones, and those that texts have for ever."""

import hashlib
import io
import re

import pytest

from flaskr.data import image_files
from flaskr.db import transaction
from flaskr.imaging import process

from .conftest import rows
from .conftest import run_many
from .conftest import write
from .test_images import address_in
from .test_images import age_uploads
from .test_images import picture
from .test_images import show_in_post
from .test_images import upload

LONG = re.compile(r"/image/[0-9a-f]{40}-40x30\.png")
SHORT = re.compile(r"/image/[0-9a-f]{12}-40x30\.png")


def whole_hash(content):
    """That of what a file becomes."""
    return image_files.compute_hash(process.read(io.BytesIO(content)))


def lengthen(app, id=1):
    """Have an image be one that was uploaded when addresses were long; its address."""
    with app.app_context(), transaction() as db:
        image = db.execute("SELECT * FROM image WHERE id = ?", (id,)).fetchone()
        content = image_files.read_file(id, image["width"])
        hash = hashlib.sha256(content).hexdigest()[:40]
        db.execute("UPDATE image SET hash = ? WHERE id = ?", (hash, id))

    return f"/image/{hash}-{image['width']}x{image['height']}.{image['extension']}"


def seem_alike(app, id=1):
    """Have an image be shown under the beginning of the hash of a blue one."""
    with app.app_context(), transaction() as db:
        hash = whole_hash(picture(color="blue"))[:12]
        db.execute("UPDATE image SET hash = ? WHERE id = ?", (hash, id))


def test_a_new_address_has_the_beginning_of_the_hash(alice):
    address = address_in(upload(alice))
    assert SHORT.fullmatch(address)
    assert whole_hash(picture()).startswith(address[7:19])


def test_an_old_address_shows_its_image_as_before(app, client, alice):
    short = address_in(upload(alice))
    content = client.get(short).data
    long = lengthen(app)
    assert LONG.fullmatch(long)
    assert client.get(long).data == content
    assert client.get(long.replace(".png", "-640w.png")).data == content
    # It has one address, as before.
    assert client.get(short).status_code == 404


def test_a_file_that_is_there_under_its_old_address_is_found(app, alice, bob):
    upload(alice)
    long = lengthen(app)
    assert address_in(upload(alice)) == address_in(upload(bob)) == long
    assert len(rows(app, "SELECT * FROM image")) == 1


def test_another_image_whose_hash_begins_alike_has_its_whole_hash(app, client, alice):
    first = upload(alice, picture(color="red"))
    seem_alike(app)
    red = f"/image/{whole_hash(picture(color='blue'))[:12]}-40x30.png"
    blue = address_in(upload(alice, picture(color="blue")))

    assert LONG.fullmatch(blue)
    assert address_in(first) != red and blue.startswith(red[:19])
    assert client.get(red).data != client.get(blue).data
    # Each is found again, whatever begins like it.
    assert address_in(upload(alice, picture(color="blue"))) == blue
    assert len(rows(app, "SELECT * FROM image")) == 2


@pytest.mark.parametrize("make", [address_in, lambda markdown: None])
def test_old_and_new_addresses_are_in_use_alike(app, client, runner, alice, make):
    address = make(upload(alice)) or lengthen(app)
    age_uploads(app)
    assert "Unused images: 1 (" in runner.invoke(args=["prune-images"]).output

    id = show_in_post(alice, f'![Red]({address}#wide "Caption")', "Shown")
    assert ">Shown</a>" in alice.get("/account/images").text
    assert alice.post("/account/images/1/remove").status_code == 409
    assert "Unused images: 0 (" in runner.invoke(args=["prune-images"]).output
    page = client.get(f"/{id}-shown").text
    assert f'<meta property="og:image" content="http://localhost{address}">' in page
    assert f'<figure class="wide"><img src="{address}" alt="Red" width="40"' in page
    feed = client.get("/feed.json").json["items"][0]["content_html"]
    assert f'src="http://localhost{address}"' in feed

    # What only an older version shows can come back.
    alice.post(f"/{id}/update", data={"title": "Without", "body": "it"})
    assert "Unused images: 0 (" in runner.invoke(args=["prune-images"]).output
    assert rows(app, "SELECT * FROM image_use") == []


def test_one_text_has_old_and_new_addresses(app, alice):
    old = upload(alice, picture(color="red"))
    long = lengthen(app)
    new = upload(alice, picture(color="blue"))
    write(alice, body=f"![]({long}) {new} /image/{'x' * 60} /image/-")
    used = {row["hash"] for row in rows(app, "SELECT hash FROM image_use")}
    assert {long[7:47], address_in(new)[7:19], "x" * 40, ""} == used
    assert address_in(old)[7:19] not in used


def test_an_address_in_a_bin_and_on_an_author_page_is_in_use(app, runner, alice):
    binned, about = upload(alice), upload(alice, picture(color="blue"))
    id = show_in_post(alice, binned)
    alice.post(f"/{id}/delete")
    alice.post("/account/about", data={"about": about})
    age_uploads(app)
    assert "Unused images: 0 (" in runner.invoke(args=["prune-images"]).output


def test_an_image_of_nobody_stays_while_a_short_address_shows_it(app, alice, bob):
    markdown = upload(alice)
    show_in_post(bob, markdown)

    with app.app_context(), transaction() as db:
        run_many(db, "DELETE FROM image_upload WHERE id > ?", [(0,)])

    assert len(rows(app, "SELECT * FROM image")) == 1
