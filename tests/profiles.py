"""People who show something of themselves, for tests."""

import re
from io import BytesIO

from PIL import Image


def make_picture(size=(80, 60), color="red", format="PNG"):
    """The bytes of an image of one color."""
    file = BytesIO()
    Image.new("RGB", size, color).save(file, format)
    return file.getvalue()


def show_oneself(client, picture=None, **fields):
    """Save a profile with a name, a text, a link and a picture, or others."""
    data = {
        "display_name": "Alice Liddell",
        "about": "I bake.",
        "links": "https://alice.example My garden",
        **fields,
        "picture": (BytesIO(make_picture() if picture is None else picture), "me.png"),
    }
    return client.post("/account/about", data=data)


def picture_in(page):
    """The address of the first picture of a person on a page, or ``None``."""
    match = re.search(r'<img class="picture" src="(.*?)"', page)
    return match and match[1]
