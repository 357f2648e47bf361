"""Posts in many languages, and queries for them: the same ones each time."""

import random

from flaskr.data import search
from flaskr.db import transaction

TEXTS = {
    "en": "Two kettles boil on the stove while a kettle of tea waits, and don't you"
    " touch them at ten o’clock: the stove is hot, hot, hot",
    "de": "Die Straße ist größer als der Fluß, und über der Straße fließt der Fluss"
    " größer und größer",
    "fr": "L'été à la plage, l’œuvre d'un élève, et l'élève de la plage en été",
    "tr": "İstanbul'da ısıtıcı aldım, çok ILIK bir İstanbul akşamında ılık çay",
    "vi": "Tôi đi trên đường phố Hà Nội, đường phố Hà Nội rất đông người đi",
    "ru": "Чайники и ёлки стоят в тёмном лесу, а чайник и ёлка в тёмном доме",
    "el": "Η καλημέρα του κόσμου, Ὀδυσσεύς, και ο κόσμος του Ὀδυσσέα",
    "he": "שָׁלוֹם עולם ושלום לכל העולם הזה והבא",
    "ar": "قرأتُ الكِتَابَ الجديد في المدرسة والكتاب في مدرسة ﷺ جديدة",
    "hi": "हिन्दी में क्षत्रिय की कहानी और हिन्दी की नई कहानी में",
    "th": "ภาษาไทยไม่มีช่องว่างระหว่างคำ ภาษาไทยสวยงาม",
    "zh-Hans": "今天天气非常好，我们去公园散步。今天的公园，哈哈哈哈哈，天天散步",
    "zh-Hant": "我喜歡在臺灣喝珍珠奶茶，臺灣的奶茶好喝好喝好喝",
    "ja": "東京でラーメンを食べました。ｺｰﾋｰも飲んだ。東京の東京タワーで㈠番",
    "ko": "한국어 검색을 시험합니다 한국어는 한국의 검색어",
    "mixed": "我爱Python编程，用C++和node.js 3.11写爬虫 🫖 C# 编程 ½ ⒈ x² a_b l'an",
}

AUTHORS = ["Alice Liddell", "小明", "Ärger", "bob"]
TAGS = ["tea", "Tea Time", "热水", "hot water", "C++", "Ёлка", "ラーメン", "⒈", "été"]
POSTS = 150

# Which tell of a difference that was, or of what is odd.
QUERIES = [
    # Left out: words, phrases, characters, tags and authors.
    *["kettle -hot", "tea -samovar", '天 -"今天"', "天气 －散步", "茶 -灣", "-kettle"],
    *["the -tag:tea", "the -author:bob", "author:bob -kettle", "kettle -ha -哈"],
    *["tag:tea -tag:été -好喝", "samovar -tag:none -author:nobody", "the -don't"],
    # Words in parts and as one, versions, and characters in other forms.
    *["dont", "don't", "oclock", "lan", "nodejs", "-dont the", "v3.11", "v3.11 -c++"],
    *["台湾", "在台湾喝珍珠奶茶", "臺", "東京", "东京", "气 -氣", "湾 -灣"],
    # Names of authors.
    *["bob", "alice liddell", "Alice", "小明", "bob 小明", "bob kettle", "Ärger -bob"],
    *["bob tag:tea", "kettle alice liddell -hot", "天 小明", "samovar bob -samovars"],
    *['"hot hot"', '"hot hot hot"', '"ha ha"', '"ha ha ha" kettle', "哈哈", "哈哈哈"],
    *["哈哈哈哈", "哈", '"好喝好喝"', "好喝好喝好喝", '"東京 東"', '"哈 哈"', "天 天"],
    # Of this letter, folding leaves no token.
    *["kettle \ufc5e", "\ufc5e"],
    *["⒈", "1", "㈠", "一", "ﷺ", "صلى", "عليه وسلم", "½", "x²", "c++", "c#", "C"],
    *[
        "python编程",
        "python编",
        "爱p",
        "node.js",
        "3.11",
        "a_b",
        "a/b",
        "🫖",
        "kettle.on",
    ],
    *[
        "tag:tea",
        'tag:"tea time" kettle',
        "tag:热水",
        "tag:c++ 编程",
        "tag:none kettle",
    ],
    *[
        "tag:tea tag:été",
        "author:bob",
        'author:"alice liddell" kettle',
        "author:小明 天",
    ],
    *["author:ärger größer", "author:nobody", "tag:⒈", 'author:bob tag:"hot water"'],
    *['"hot water"', '"water tea"', '"time hot"', "tea time", '"tea time"', "ramen"],
    *["kett", "ket stov", "ket tea", "größe", "straß", "pla", "чай", "ёлк темн", "καλ"],
    *["كتا", "هند", "हिन", "sam", "samovar", "sa", "the", "the tea on", '"the"', "İst"],
    *[
        "!!!",
        '""',
        "AND",
        "NOT tea",
        "kettle OR tea",
        "tea*",
        "^tea",
        "=u1",
        "t1",
        '"^"',
    ],
    *["kettle " * 20, "天气 公园 散步 今天", "a b c d e f g", "的", "在 的 好", '"的"'],
]


def make_posts():
    """Titles, bodies, authors from 1, and tags from 1, of all posts."""
    draw = random.Random(15)
    words = {language: text.split(" ") for language, text in TEXTS.items()}
    languages = list(TEXTS)

    for number in range(POSTS):
        language = languages[number % len(languages)]
        parts = [words[language]] * 3 + [words[draw.choice(languages)]]
        length = draw.choice([0, 1, 3, 10, 30, 100, 400])
        body = [draw.choice(draw.choice(parts)) for _ in range(length)]

        if number % 3 == 0:
            body.append(TEXTS[language])

        if number % 4 == 0:
            body += ["ha"] * draw.randint(1, 9) + ["哈" * draw.randint(1, 9)]

        body += ["samovar"] * (number % 5 == 0) + ["samovars samovary"] * (number % 2)
        title = [draw.choice(words[language]) for _ in range(draw.randint(1, 5))]
        tags = draw.sample(range(1, len(TAGS) + 1), draw.choice([0, 0, 1, 3]))
        yield " ".join(title), " ".join(body), number % len(AUTHORS) + 1, tags


def make_queries():
    """Those, and parts of the texts: words, phrases, beginnings, characters."""
    draw = random.Random(7)
    queries = list(QUERIES)

    for text in TEXTS.values():
        words = text.split(" ")

        for kind in ("word", "two", "phrase", "long", "beginning", "part", "character"):
            at = draw.randrange(len(words))
            word, other = words[at], draw.choice(words)
            start = draw.randrange(len(text))
            queries.append(
                {
                    "word": word,
                    "two": f"{word} {other}",
                    "phrase": f'"{" ".join(words[at : at + 2])}"',
                    "long": f'"{" ".join(words[at : at + 6])}" {other}',
                    "beginning": word[:3],
                    "part": text[start : start + draw.randint(2, 9)],
                    "character": text[start],
                }[kind]
            )

    return list(dict.fromkeys(queries))


def fill(app):
    """Write the posts, and index them."""
    with app.app_context():
        with transaction() as db:
            for number, name in enumerate(AUTHORS, 1):
                db.execute(
                    'INSERT INTO "user" (id, username, password, name_key)'
                    " VALUES (?, ?, '', ?)",
                    (number, name, name.casefold()),
                )

            for number, name in enumerate(TAGS, 1):
                db.execute(
                    "INSERT INTO tag (id, key, name) VALUES (?, ?, ?)",
                    (number, "1." if name == "⒈" else name.casefold(), name),
                )

            for number, (title, body, author, tags) in enumerate(make_posts(), 1):
                db.execute(
                    "INSERT INTO post (id, title, body, author_id, created)"
                    " VALUES (?, ?, ?, ?, '2026-01-01 00:00:00')",
                    (number, title, body, author),
                )

                for tag in tags:
                    db.execute(
                        "INSERT INTO post_tag (post_id, tag_id, created)"
                        " VALUES (?, ?, '2026-01-01 00:00:00')",
                        (number, tag),
                    )

        search.index_all()
