"""Blogs with odd titles, names, times and languages, the same for each number."""

import hashlib
import io
import random

from PIL import Image

from flaskr.data import bin_moves
from flaskr.data import name_skeletons
from flaskr.data import revisions
from flaskr.db import transaction

from .databases import SERVER

WORDS = [
    *(
        "no",
        "yes",
        "null",
        "~",
        "2026-01-01",
        "0x1F",
        "1e3",
        "---",
        "...",
        "- a",
        "# b",
    ),
    *(
        "a: b",
        ": ",
        " #",
        "'",
        '"',
        "\\",
        "\\u0041",
        "{a: b}",
        "[x]",
        "%",
        "@",
        "`",
        "!",
    ),
    *("&a", "*a", "|", ">", "<b>", "con", "nul.md", "a/b", "..", "../x", "COM1", "."),
    *("面包", "茶", "パン", "빵", "خبز", "לחם", "Хлеб", "ψωμί", "रोटी", "ขนมปัง"),
    *(
        "Brötchen",
        "Bro\u0308tchen",
        "ß",
        "SS",
        "İ",
        "ı",
        "ﬁ",
        "Å",
        "Ａ",
        "🍞",
        "👩‍👩‍👧",
    ),
    *(
        "\u2028",
        "\u2029",
        "\x85",
        "\x7f",
        "\x9b",
        "\ufeff",
        "\ufffe",
        "\u202e",
        "\u00a0",
    ),
    *("\t", "\n", "\r\n", "\r", "\x1b[2J", "\x01", "x" * 90, "長" * 90, "🍞" * 70),
]

TIMES = [
    *("2018-01-01 00:00:00", "2026-11-28 17:15:00", "1900-01-01 00:00:00"),
    *("0001-01-01 00:00:00", "9999-12-31 23:59:59", "2024-10-27 00:30:00"),
    *("2018-01-01", "2018-01-01T05:06:07", "2018-01-01 05:06:07.25", "now", ""),
    *("2018-01-01 05:06:07+02:00", "2018-01-01 24:00:00", "\u0662018"),
]
USUAL = TIMES[:3]

ZONES = ["UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu"]

LINKS = [
    *("![]({})", "![a]({}#narrow)", "<{}>", "`{}`", "{}", "x{}", ".{}", "..{}", "{}x"),
    *("https://elsewhere.example{}", "../images{}", '[a]: {} "b"', "![面]({})", "/{}"),
]
PLAIN = [
    *("![](../images/a.png)", "./../images/", "././../images/x", "../images/", "---"),
    *("\n---\n", "~~~", "title: x", "/image/", "/image/0123456789ab-1x1.png", "```\n"),
]


class Generator:
    """Makes one blog."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.taken = set()

    def choose(self, *values):
        return self.random.choice(values)

    def maybe(self, value):
        return self.random.choice([None, value])

    def text(self, most=6):
        parts = self.random.choices(WORDS, k=self.random.randint(0, most))
        text = self.random.choice(["", " "]).join(parts)
        # PostgreSQL can't hold it.
        return text if SERVER else text + self.random.choice(["", "", "\0"])

    def name(self):
        """A text that is not empty, and that nobody else has."""
        while not (text := self.text(3)).strip() or text.casefold() in self.taken:
            pass

        self.taken.add(text.casefold())
        return text

    def time(self):
        return self.random.choice(self.random.choice([USUAL, TIMES]))

    def body(self, images):
        parts = []

        for _ in range(self.random.randint(0, 8)):
            image = self.random.choice(images) if images else "/image/x"
            link = self.random.choice(LINKS).format(image)
            parts.append(self.choose(link, self.random.choice(PLAIN), self.text(10)))

        # In a text, SQLite's triggers see no image after it.
        return self.choose("", " ", "\n", "\n\n", "\r\n").join(parts).replace("\0", "")

    def image(self, db, users):
        color = tuple(self.random.choices(range(256), k=3))
        files = {}

        for width in self.choose([9], [1500, 1280, 640]):
            content = io.BytesIO()
            Image.new("RGB", (width, 5), color).save(content, "PNG")
            files[width] = content.getvalue()

        widest = max(files)
        whole = hashlib.sha256(files[widest]).hexdigest()
        hash = whole[: self.choose(12, 40)]
        address = f"/image/{hash}-{widest}x5.png"
        size = sum(map(len, files.values()))
        row = db.execute(
            "INSERT INTO image (hash, extension, width, height, size)"
            " VALUES (?, 'png', ?, 5, ?) ON CONFLICT DO NOTHING RETURNING id",
            (hash, widest, size),
        ).fetchone()

        for width, content in files.items() if row else ():
            db.execute(
                "INSERT INTO image_file (image_id, width, content) VALUES (?, ?, ?)",
                (row["id"], width, content),
            )

        for user in self.random.sample(users, len(users) // 2) if row else ():
            db.execute(
                "INSERT INTO image_upload (image_id, user_id, alt) VALUES (?, ?, ?)",
                (row["id"], user, self.text()),
            )

        return address

    def user(self, db):
        name = self.name()
        db.execute(
            'INSERT INTO "user" (username, password, name_key, about, role, joined)'
            " VALUES (?, 'x', ?, ?, ?, ?)",
            (
                *(name, name.casefold(), self.text()),
                *(self.choose("owner", "editor", "author", "reader"), self.time()),
            ),
        )
        row = db.execute('SELECT max(id) AS id FROM "user"').fetchone()

        if self.maybe(True):
            db.execute(
                "INSERT INTO profile (user_id, display_name) VALUES (?, ?)",
                (row["id"], self.name()),
            )

        return row["id"]

    def post(self, db, users, images):
        author = self.random.choice(users)
        drafted, page = self.maybe(self.time()), self.maybe(self.maybe(self.time()))
        id = db.execute(
            "INSERT INTO post (author_id, created, title, body, updated, drafted, due,"
            " page, header_position, comments_closed, version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                *(author, self.time(), self.text(), self.body(images)),
                *(self.maybe(self.time()), drafted),
                # It is not published on the way.
                self.maybe("9999-12-31 23:59:59") if drafted else None,
                *(page, self.maybe(3) if page else None, self.maybe(self.time())),
                self.random.randint(1, 2**40),
            ),
        ).fetchone()["id"]

        # Some went with the last post that had them.
        tags = [row["id"] for row in db.execute("SELECT id FROM tag ORDER BY id")]

        for tag in self.random.sample(tags, self.random.randint(0, len(tags))):
            db.execute(
                "INSERT INTO post_tag (post_id, tag_id, created) VALUES (?, ?, '')",
                (id, tag),
            )

        # What keeps them as their post is.
        db.execute("UPDATE post SET drafted = drafted WHERE id = ?", (id,))

        for version in range(1, self.choose(1, 3, 40)):
            content = revisions.Content(self.text(), self.body(images), [self.text()])
            revisions.add(id, version, author, self.time(), content)

        self.discuss(db, id, users)

        if not drafted and self.random.random() < 0.2:
            bin_moves.put(id)

    def discuss(self, db, post, users):
        first = None

        for _ in range(self.random.randint(0, 4)):
            row = db.execute(
                "INSERT INTO comment (post_id, parent_id, author_id, created, body)"
                " VALUES (?, ?, ?, ?, ?) RETURNING id",
                (
                    *(post, self.maybe(first), self.random.choice(users)),
                    *(self.time(), self.text()),
                ),
            ).fetchone()
            first = first or row["id"]

        for user in self.random.sample(users, self.random.randint(0, len(users))):
            db.execute(
                "INSERT INTO post_like (post_id, user_id) VALUES (?, ?)", (post, user)
            )


def generate(app, seed):
    """Fill an empty blog."""
    generator = Generator(seed)
    app.config["TIMEZONE"] = generator.random.choice(ZONES)

    with app.app_context(), transaction() as db:
        users = [generator.user(db) for _ in range(generator.choose(1, 3, 6))]
        images = [generator.image(db, users) for _ in range(generator.choose(0, 2, 4))]

        for number in range(generator.choose(0, 1, 4)):
            db.execute(
                "INSERT INTO tag (key, name) VALUES (?, ?)",
                (str(number), generator.name()),
            )

        for _ in range(generator.choose(0, 5, 12)):
            generator.post(db, users, images)

        # As what adds people does.
        name_skeletons.update_all()
