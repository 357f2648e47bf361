"""Take the screenshots of both READMEs: ``.venv/bin/python docs/screenshots.py``.

A small blog is made in the folder for temporary files, served on 127.0.0.1, and shown
to Chromium.
"""

import io
import math
import random
import shutil
import tempfile
import threading
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import waitress
from PIL import Image
from PIL import ImageDraw
from playwright.sync_api import sync_playwright

from flaskr import create_app
from flaskr.data.times import format_utc
from flaskr.db import transaction

HERE = Path(__file__).parent
PASSWORD = "correct horse battery"
PEOPLE = {"mara": "Mara Oduya", "tomek": "Tomek Wilk", "林晓": "林晓"}
SETTINGS = {
    "SITE_TITLE": "Slow Post",
    "SITE_DESCRIPTION": "Notes by people who build, grow and mend things, in English"
    " and 中文.",
    "SECRET_KEY": "of a blog that lasts a minute",
}

# Who, title, text, tags; from the oldest. Each has a picture.
POSTS = (
    (
        "mara",
        "What I learned from losing the whole brassica bed",
        "Clubroot. It came with six free seedlings from a fair, and it will stay for"
        " twenty years, which is longer than I have ever lived at one address.",
        "garden, failure",
    ),
    (
        "林晓",
        "搬到山里的第一个冬天",
        "去年十一月，我把北京的房子退了租，搬到浙江西部一个只有四十户人家的村子里。朋友们都"
        "说我撑不过第一个冬天。山里的冷和北方不同：北方的冷在屋外，一进门就忘了。",
        "山居",
    ),
    (
        "tomek",
        "Writing a parser by hand, again",
        "Every five years I write a parser by hand and remember that it is fun. The"
        " whole lexer fits on one screen; the error messages, which nobody ever budgets"
        " for, are two.",
        "python, parsing",
    ),
    (
        "mara",
        "Why I have kept the weather by hand for seven years",
        "The station on the roof writes a line every ten seconds and nobody reads it."
        " The notebook by the door gets one line a day, and I have read it eleven"
        " times.",
        "weather",
    ),
)


def draw_hills(seed: int) -> io.BytesIO:
    """A JPEG of five rows of hills, each seed in other colors."""
    chance = random.Random(seed)
    far = [chance.randint(150, 230) for _ in "rgb"]
    near = [chance.randint(20, 90) for _ in "rgb"]
    width, height = 1600, 1067
    image = Image.new("RGB", (width, height), tuple(min(255, c + 40) for c in far))
    draw = ImageDraw.Draw(image)

    for row in range(5):
        share = (row + 1) / 5
        top = height * (0.35 + 0.13 * row)
        edge = [
            (x, top + math.sin(x / width * 6 * (1 + row * 0.4) + seed + row) * 50)
            for x in range(0, width + 8, 8)
        ]
        color = [
            int(a * (1 - share) + b * share) for a, b in zip(far, near, strict=True)
        ]
        draw.polygon([(0, height), *edge, (width, height)], fill=tuple(color))

    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    file.seek(0)
    return file


def fill(app):
    """People with names of their own, and their posts, one a day."""
    app.test_cli_runner().invoke(args=["init-db"])
    clients = {}

    for name, shown in PEOPLE.items():
        clients[name] = client = app.test_client()
        account = {"username": name, "password": PASSWORD}
        client.post("/auth/register", data=account)
        client.post("/auth/login", data=account)
        client.post(
            "/account/about", data={"display_name": shown, "about": "", "links": ""}
        )

    for number, (name, title, text, tags) in enumerate(POSTS, 1):
        image = clients[name].post(
            "/account/images",
            data={"image": (draw_hills(number), "hills.jpg"), "alt": "Hills"},
            headers={"Accept": "application/json"},
        )
        body = f"{text}\n\n{image.json['markdown']}"
        post = {"title": title, "body": body, "tags": tags}
        clients[name].post("/create", data=post)
        age = timedelta(days=len(POSTS) - number)

        with app.app_context(), transaction() as db:
            created = format_utc(datetime.now().astimezone() - age, " ")
            db.execute("UPDATE post SET created = ? WHERE id = ?", (created, number))


def take(url):
    """The index, as readers of either language see it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )

        for file, locale in (("screenshot", "en"), ("screenshot.zh-Hans", "zh-CN")):
            page = browser.new_page(
                viewport={"width": 1280, "height": 900}, locale=locale
            )
            page.goto(url)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / f"{file}.png")

        browser.close()


def main():
    # The blog is closed at the end of the process: until then, its folder stays.
    folder = Path(tempfile.gettempdir(), "flaskr-screenshots")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    app = create_app({**SETTINGS, "DATABASE": str(folder / "blog.sqlite")})
    fill(app)
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    take(f"http://127.0.0.1:{server.effective_port}/")
    server.close()


if __name__ == "__main__":
    main()
