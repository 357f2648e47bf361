"""The pictures of people, and the letters that stand for those without."""

import re
import xml.etree.ElementTree as ElementTree
from io import BytesIO

import pytest
from PIL import Image

from flaskr.imaging.colors import derive_initial_colors
from flaskr.text.initials import find_initial

from .conftest import rows
from .conftest import write
from .contrast import contrast
from .profiles import make_picture
from .profiles import picture_in
from .profiles import show_oneself
from .test_images import upload


def shown(client, width=384, name="alice"):
    """The picture on somebody's page, opened."""
    address = picture_in(client.get(f"/author/{name}").text)
    content = client.get(re.sub(r"-\d+\.", f"-{width}.", address)).data
    return Image.open(BytesIO(content)).convert("RGB")


def encode(image, format="PNG", **options):
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def halves(size=(800, 400)):
    """An image whose middle is green, and its sides red."""
    image = Image.new("RGB", size, "red")
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    image.paste("lime", (left, top, left + side, top + side))
    return image


def is_green(pixel):
    return pixel[1] > 200 and pixel[0] < 60


def test_a_picture_is_cut_to_the_square_in_its_middle(client, alice):
    for size in ((800, 400), (400, 800), (400, 400), (2000, 90)):
        assert show_oneself(alice, encode(halves(size))).location == "/author/alice"
        image = shown(client)
        side = min(*size, 384)
        assert image.size == (side, side)
        corners = [(3, 3), (side - 4, 3), (3, side - 4), (side - 4, side - 4)]
        assert all(is_green(image.getpixel(corner)) for corner in corners)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_of_each_format_is_kept_in_one(client, alice, format):
    show_oneself(alice, encode(halves(), format))
    address = picture_in(client.get("/author/alice").text)
    response = client.get(address)
    assert response.content_type == "image/webp"
    assert is_green(shown(client).getpixel((192, 192)))


def test_a_picture_is_upright(client, alice):
    image = Image.new("RGB", (400, 400), "red")
    image.paste("lime", (0, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the file is at the right
    show_oneself(alice, encode(image, "JPEG", exif=exif))
    found = shown(client)
    assert is_green(found.getpixel((300, 192)))
    assert not is_green(found.getpixel((80, 192)))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_an_animation_stands_still(client, alice, format):
    first, second = (Image.new("RGB", (90, 90), color) for color in ("lime", "red"))
    options = {"save_all": True, "append_images": [second] * 3, "duration": 100}
    show_oneself(alice, encode(first, format, **options))
    assert is_green(shown(client).getpixel((40, 40)))


def test_a_picture_has_the_widths_that_pages_show(client, alice):
    show_oneself(alice, make_picture((500, 500)))
    page = client.get("/author/alice").text
    tag = re.search(r'<img class="picture".*?>', page)[0]
    assert len(tag) <= 220
    assert re.search(r'src="/picture/[0-9a-f]{24}-192\.webp"', tag)
    assert re.search(r'srcset="/picture/[0-9a-f]{24}-384\.webp 2x"', tag)
    # Nobody scrolls to that one.
    assert 'width="144" height="144" alt="">' in tag
    assert [shown(client, width).width for width in (64, 96, 192)] == [64, 96, 192]


def test_a_small_picture_is_not_made_larger(client, alice):
    show_oneself(alice, make_picture((70, 70)))
    assert [shown(client, width).width for width in (64, 384)] == [64, 70]


def test_a_transparent_picture_stays_so(client, alice):
    show_oneself(alice, encode(Image.new("RGBA", (100, 100), (0, 255, 0, 0))))
    address = picture_in(client.get("/author/alice").text)
    image = Image.open(BytesIO(client.get(address).data))
    assert image.mode == "RGBA"
    assert image.getpixel((50, 50))[3] == 0


def test_a_picture_is_served_for_good_and_can_do_nothing(client, alice):
    show_oneself(alice)
    address = picture_in(client.get("/author/alice").text)
    response = client.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    etag = {"If-None-Match": response.headers["ETag"]}
    assert client.get(address, headers=etag).status_code == 304


@pytest.mark.parametrize(
    "change",
    [
        ("-192.", "-97."),
        ("-192.webp", "-192.png"),
        ("-192.webp", "-192.webp/x"),
        ("/picture/", "/picture/0"),
        ("-192.webp", ""),
        ("/picture/", "/image/"),
    ],
)
def test_no_other_address_shows_a_picture(client, alice, change):
    show_oneself(alice)
    address = picture_in(client.get("/author/alice").text)
    assert client.get(address.replace(*change)).status_code == 404
    assert client.get(f"/picture/{'0' * 24}-96.webp").status_code == 404


def test_a_replaced_picture_is_gone(app, client, alice):
    show_oneself(alice)
    first = picture_in(client.get("/author/alice").text)
    show_oneself(alice, make_picture(color="blue"))
    second = picture_in(client.get("/author/alice").text)
    assert first != second
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert len({row["hash"] for row in rows(app, "SELECT hash FROM picture_file")}) == 1


def test_a_picture_stays_while_the_texts_change(client, alice):
    show_oneself(alice)
    before = picture_in(client.get("/author/alice").text)
    alice.post("/account/about", data={"about": "Only this."})
    assert picture_in(client.get("/author/alice").text) == before
    show_oneself(alice)
    assert picture_in(client.get("/author/alice").text) == before
    assert client.get(before).status_code == 200


def test_a_picture_can_be_removed(app, client, alice):
    assert "remove_picture" not in alice.get("/account/about").text
    show_oneself(alice)
    assert "remove_picture" in alice.get("/account/about").text
    alice.post("/account/about", data={"about": "", "remove_picture": "1"})
    assert picture_in(client.get("/author/alice").text) is None
    assert rows(app, "SELECT * FROM picture_file") == []


def test_two_people_can_have_the_same_picture(client, alice, bob):
    show_oneself(alice)
    show_oneself(bob, display_name="Bob Dylan")
    address = picture_in(client.get("/author/bob").text)
    assert picture_in(client.get("/author/alice").text) == address
    alice.post("/account/about", data={"about": "", "remove_picture": "1"})
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "content", [b"", b"no image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_a_file_that_is_no_image_is_refused_and_the_texts_are_kept(
    app, client, alice, content
):
    response = show_oneself(alice, content, about="kept")
    assert response.status_code == 422
    assert 'id="picture-problem"' in response.text
    assert "Nothing has been saved yet. Choose the picture again." in response.text
    assert 'value="Alice Liddell"' in response.text
    assert ">\nkept</textarea>" in response.text
    assert rows(app, "SELECT * FROM profile") == []


def test_a_picture_sent_with_a_wrong_link_has_to_be_chosen_again(app, alice):
    response = show_oneself(alice, links="nothing")
    assert response.status_code == 422
    assert "Nothing has been saved yet. Choose the picture again." in response.text
    assert rows(app, "SELECT * FROM picture_file") == []


def test_a_picture_counts_towards_the_quota(app, alice):
    def used():
        page = alice.get("/account/images").text
        return float(re.search(r"([\d.]+) of \d+ MB", page)[1])

    noise = encode(Image.effect_noise((500, 500), 100), "JPEG")
    assert used() == 0
    show_oneself(alice, noise)
    assert used() > 0
    size = rows(app, "SELECT sum(length(content)) AS size FROM picture_file")[0]["size"]
    app.config["IMAGE_QUOTA"] = int(size) + 10
    # In the place of the one before.
    assert show_oneself(alice, noise).status_code == 302
    app.config["IMAGE_QUOTA"] = int(size) - 10
    response = show_oneself(alice, noise)
    assert response.status_code == 422
    assert "take you over your limit" in response.text
    assert "take you over your limit" in upload_text(alice)


def upload_text(client):
    data = {"image": (BytesIO(make_picture()), "x.png"), "alt": ""}
    return client.post("/account/images", data=data).text


def test_a_person_has_so_many_uploads_of_pictures_at_once(app, alice):
    app.config["UPLOADS_PER_PERSON"] = 1
    assert show_oneself(alice).status_code == 302
    response = show_oneself(alice, about="kept")
    assert response.status_code == 429
    assert response.headers["Retry-After"]
    assert ">\nkept</textarea>" in response.text


def test_pruning_images_leaves_pictures(app, client, alice, runner):
    show_oneself(alice)
    upload(alice)
    result = runner.invoke(args=["prune-images", "--remove", "--days", "0"])
    assert "Removed 1." in result.output
    address = picture_in(client.get("/author/alice").text)
    assert client.get(address).status_code == 200


def test_a_person_without_a_picture_has_a_letter(client, alice):
    write(alice)
    page = client.get("/author/alice").text
    svg = re.search(r'<svg class="picture".*?</svg>', page)[0]
    assert len(svg) <= 220
    root = ElementTree.fromstring(svg)
    assert root.get("aria-hidden") == "true"
    assert "".join(root.itertext()) == "A"
    assert "style" not in svg
    alice.post("/account/about", data={"about": "", "display_name": "Zoë"})
    other = re.search(
        r'<svg class="picture".*?</svg>', client.get("/author/alice").text
    )[0]
    assert other == svg.replace(">A<", ">Z<")


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("alice", "A"),
        ("山猫", "山"),
        ("élan", "É"),
        ("e\u0301lan", "É"),
        ("q\u0303uy", "Q\u0303"),
        ("ßeta", "ß"),
        ("ǆ", "ǅ"),
        ("ივანე", "ი"),
        ("жук", "Ж"),
        ("ليلى", "ل"),
        ("עדי", "ע"),
        ("क्षमा", "क्ष"),
        ("สวัสดี", "ส"),
        ("한글", "한"),
        ("👩\u200d🔬 Marie", "👩\u200d🔬"),
        ("👍🏽", "👍🏽"),
        ("🇫🇷🇩🇪", "🇫🇷"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("“Mara”", "M"),
        ("(42)", "4"),
        ("...", "."),
        ("_", "_"),
        ("", ""),
        ("a" + "\u0301" * 50, "Á" + "\u0301" * 7),
        ("<script>", "<"),
    ],
)
def test_the_letter_of_a_name_is_its_first(name, letter):
    assert find_initial(name) == letter


def test_letters_of_every_color_are_read_with_ease():
    contrasts = []

    for hue in range(360):
        contrasts.append(contrast(*derive_initial_colors(hue)))

    assert min(contrasts) >= 7
