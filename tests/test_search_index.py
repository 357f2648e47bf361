"""What the search finds, and that it is never out of step with the posts."""

import random
import subprocess
import sys
import unicodedata

import pytest

from flaskr.data import bin_moves
from flaskr.data import posts
from flaskr.data import search
from flaskr.db import get_db
from flaskr.db import get_fulltext
from flaskr.db import transaction
from flaskr.text import matches
from flaskr.text.query import parse

from .children import child
from .children import LIMIT
from .children import long
from .conftest import rows
from .matching import matching

TEXTS = {
    "en": "Two kettles boil on the stove. Don't touch them at ten o’clock!",
    "de": "Die Straße ist größer als der Fluß",
    "fr": "L'été à la plage, l’œuvre d'un élève",
    "es": "¿Dónde está el niño? El pingüino también",
    "tr": "İstanbul'da ısıtıcı aldım, çok ILIK",
    "vi": "Tôi đi trên đường phố Hà Nội",
    "ru": "Чайники и ёлки стоят в тёмном лесу",
    "el": "Η καλημέρα του κόσμου, Ὀδυσσεύς",
    "he": "שָׁלוֹם עולם",
    "ar": "قرأتُ الكِتَابَ الجديد في المدرسة",
    "fa": "من کتاب‌ها را می‌خوانم ۱۲۳",
    "hi": "हिन्दी में क्षत्रिय की कहानी",
    "th": "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "km": "ភាសាខ្មែរមិនមានចន្លោះ",
    "zh-Hans": "今天天气非常好，我们去公园散步。",
    "zh-Hant": "我喜歡在臺灣喝珍珠奶茶",
    "ja": "東京でラーメンを食べました。ｺｰﾋｰも飲んだ",
    "ko": "한국어 검색을 시험합니다",
    "mixed": "我爱Python编程，用C++和node.js 3.11写爬虫 🫖",
}


@pytest.fixture
def blog(app):
    """Posts in many languages: the title of each is its language."""
    with app.app_context():
        fill()
        yield app


def fill():
    with transaction() as db:
        db.execute(
            'INSERT INTO "user" (id, username, password, name_key) VALUES'
            " (1, 'Alice Liddell', '', 'alice liddell'), (2, '小明', '', '小明')"
        )

        for number, (title, body) in enumerate(TEXTS.items()):
            db.execute(
                "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)",
                (title, body, 1 + number % 2),
            )


def ask(query):
    """The titles that a query finds, the best first."""
    search.index_pending()
    return [post["title"] for post in posts.find_page(matching(query), 1000).posts]


def add(title, body="", author=1):
    row = get_db().execute(
        "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?) RETURNING id",
        (title, body, author),
    )
    return row.fetchone()["id"]


def tag(post_id, key, name=None):
    db = get_db()
    db.execute(
        "INSERT INTO tag (key, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (key, name or key),
    )
    db.execute(
        "INSERT INTO post_tag (post_id, tag_id, created)"
        " SELECT ?, id, '2026-01-01 00:00:00' FROM tag WHERE key = ?",
        (post_id, key),
    )


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        (
            "en",
            ["kettles", "KETTLE", "stove boil", '"on the stove"', "don’t", "o'clock"],
        ),
        ("de", ["strasse", "STRASSE", "grosser", "größer", "fluss", "Straß"]),
        ("fr", ["ete", "été", "l'été", "oeuvre", "eleve", '"a la plage"']),
        ("es", ["donde", "nino", "NIÑO", "pinguino", "tambien"]),
        ("tr", ["istanbul", "İSTANBUL", "isitici", "ısıtıcı", "ılık", "cok"]),
        ("vi", ["duong", "đường phố", "DUONG PHO", "ha noi", '"Hà Nội"']),
        ("ru", ["чайник", "ёлки", "елки", "ЧАЙНИКИ", "темном"]),
        ("el", ["καλημερα", "ΚΑΛΗΜΈΡΑ", "κοσμο", "οδυσσευς"]),
        ("he", ["שלום", "שָׁלוֹם", '"שלום עולם"']),
        ("ar", ["كتاب", "الكتاب", "الكِتَابَ", "قرات", "مدرسه"]),
        ("fa", ["کتاب", "كتاب", "123", "۱۲۳", "میخوانم"]),
        ("hi", ["हिन्दी", "क्षत्रिय", "क्‍षत्रिय", "कहानी"]),
        ("th", ["ไทย", "ภาษา", "ช่องว่าง", "คำ"]),
        ("km", ["ខ្មែរ", "ភាសា"]),
        (
            "zh-Hans",
            ["天气", "公园散步", "气", "非常好", '"公园"', "「散步」", "天气 公园"],
        ),
        ("zh-Hant", ["臺灣", "奶茶", "珍珠奶茶", "茶", "喜歡"]),
        ("ja", ["東京", "ラーメン", "食べました", "コーヒー", "ｺｰﾋｰ", "ラ"]),
        ("ko", ["검색", "한국어", "시험", unicodedata.normalize("NFD", "검색")]),
        ("mixed", ["python", "编程", "Python编程", "爱python", '"爱Python编程"']),
        (
            "mixed",
            ["c++", "node.js", "3.11", "爬虫 ｐｙｔｈｏｎ", "🫖", "Ｃ＋＋"],
        ),
    ],
)
def test_a_word_is_found_in_every_language(blog, title, queries):
    for query in queries:
        assert title in ask(query), query


@pytest.mark.parametrize(
    "query",
    [
        "天好",
        "京東",
        '"stove the on"',
        '"kettle"',
        "ettles",
        "天气 奶茶",
        "kettles plage",
        "검한",
        "爱编程",
    ],
)
def test_a_query_for_what_is_not_there_finds_nothing(blog, query):
    assert ask(query) == []


@pytest.mark.parametrize(
    "query", ["", " ", "!!!", '""', "。，", "tag:", "\x00", "\ud800"]
)
def test_a_query_without_a_word_finds_nothing(blog, query):
    assert ask(query) == [] or query == "tag:"


def test_titles_and_tags_are_searched_and_weigh_more(blog):
    filler = "some other words that are of no use here " * 3
    add("one", f"{filler} samovar")
    tag(add("two", filler), "samovar")
    add("samovar", filler)
    add("four", f"samovar, samovar and samovar {filler}")

    found = ask("samovar")
    assert found[0] == "samovar"
    assert found[-1] == "one"
    assert sorted(found) == ["four", "one", "samovar", "two"]


def test_the_exact_word_comes_before_longer_ones(blog):
    add("teapots teapots", "teapots")
    add("x", "a teapot that is here among many other words")

    assert ask("teapot") == ["x", "teapots teapots"]
    assert ask('"teapot"') == ["x"]
    assert ask("te") == []


def test_tags_and_authors_narrow_a_search(blog):
    tag(1, "hot water", "Hot Water")
    tag(2, "热水", "热水")
    tag(1, "c++")

    assert ask('tag:"HOT  water"') == ["en"]
    assert ask("tag:c++ kettles") == ["en"]
    assert ask("tag：热水") == ["de"]
    assert ask("tag:热水 kettles") == []
    assert ask("热水") == ["de"]
    assert ask('author:"alice liddell" kettles') == ["en"]
    assert ask("author:小明 kettles") == []
    assert set(ask("author：小明")) == set(list(TEXTS)[1::2])
    assert ask("kettles tag:unknown") == ask("kettles author:unknown") == []
    # No phrase goes on into the next tag.
    assert ask('"water c"') == []


def test_pages_of_matches_follow_each_other(blog):
    for number in range(25):
        add(f"post {number}", "samovar " * (number % 3 + 1))

    search.index_pending()
    seen, place = [], None

    while True:
        page = posts.find_page(matching("samovar"), 10, cursor=place)
        seen += [post["id"] for post in page.posts]

        if page.older is None:
            break

        score, id = page.older
        place = posts.Cursor((float(repr(score)), id))

    assert len(seen) == len(set(seen)) == 25


def test_longer_words_are_not_needed_where_there_are_enough_posts(blog, monkeypatch):
    monkeypatch.setattr(get_fulltext(), "ENOUGH_EXACT", 1)
    add("short", "samovar")
    add("long", "samovars")

    assert ask("samovar") == ["short"]
    assert ask("samova") == ["long", "short"]


def test_tokens_in_very_many_posts_list_those_with_it_in_the_title_first(
    blog, monkeypatch
):
    monkeypatch.setattr(get_fulltext(), "MAX_RANKED", 5)
    add("samovar old")

    for number in range(20):
        add(f"post {number}", "samovar samovars")

    assert ask("samovar") == [
        "samovar old",
        "post 19",
        "post 18",
        "post 17",
        "post 16",
    ]
    assert ask("samova")[0] == "samovar old"
    assert ask('author:"Alice Liddell" samovar')[0] == "samovar old"


WRITES = """
    INSERT INTO post (title, body, author_id) VALUES ('new', '今天 samovar', 1);
    UPDATE post SET body = 'samovar' WHERE title = 'de';
    UPDATE post SET title = 'samovar' WHERE title = 'fr';
    UPDATE post SET author_id = 1, body = 'samovar' WHERE title = 'tr';
    UPDATE post SET id = 1000, body = 'samovar' WHERE title = 'ru';
    DELETE FROM post WHERE title = 'en';
    INSERT INTO post (id, title, body, author_id) VALUES (4, 'es', 'samovar', 1)
      ON CONFLICT (id) DO UPDATE
      SET author_id = excluded.author_id, body = excluded.body;
    INSERT INTO tag (id, key, name) VALUES (7, 'samovar', 'samovar'), (8, 'x', 'y');
    INSERT INTO post_tag (post_id, tag_id, created)
      SELECT id, 7, created FROM post WHERE title = 'zh-Hans';
    INSERT INTO post_tag (post_id, tag_id, created)
      SELECT id, 8, created FROM post WHERE title = 'zh-Hant';
    UPDATE tag SET name = 'samovar' WHERE id = 8;
"""


def with_python(blog, databases):
    for statement in WRITES.strip().removesuffix(";").split(";"):
        databases.execute_in_shell(blog, statement)


def with_the_shell(blog, databases):
    command = databases.find_shell(blog.config["DATABASE"])

    if command is None:
        pytest.skip("there is no shell for the database")

    subprocess.run(command, input=WRITES, encoding="utf-8", check=True, timeout=LIMIT)


@pytest.mark.parametrize("write", [with_python, with_the_shell])
def test_the_search_sees_what_other_programs_write(blog, databases, write):
    assert ask("kettles") == ["en"]
    write(blog, databases)

    assert sorted(ask("samovar")) == [
        *["de", "es", "new", "ru", "samovar", "tr", "zh-Hans", "zh-Hant"]
    ]
    assert sorted(ask("今天")) == ["new", "zh-Hans"]
    assert sorted(ask("author:小明 samovar")) == ["de", "zh-Hant"]
    for gone in ("kettles", "strasse", "чайник", "istanbul", "nino"):
        assert ask(gone) == [], gone
    in_step(blog, databases)


def in_step(app, databases):
    """The index holds what it would if it were made anew."""
    assert rows(app, "SELECT * FROM search_queue") == []
    assert rows(app, "SELECT post_id FROM search_text ORDER BY 1") == rows(
        app,
        'SELECT post.id AS post_id FROM post JOIN "user" u ON u.id = author_id'
        " ORDER BY 1",
    )
    now = databases.read_index(app)

    with app.app_context():
        with transaction() as db:
            databases.empty_index(db)
            db.execute("INSERT INTO search_queue SELECT id FROM post")

        assert search.index_pending(10_000) == 0

    assert databases.read_index(app) == now


def test_edits_and_deletions_are_seen_by_the_search(blog, databases):
    ask("x")
    id = add("t", "samovar")
    tag(id, "brass")
    assert ask("samovar brass") == ["t"]

    with transaction() as db:
        db.execute("DELETE FROM post_tag WHERE post_id = ?", (id,))
    assert ask("samovar brass") == []

    tag(id, "brass")
    db.execute("UPDATE post_tag SET post_id = 1 WHERE post_id = ?", (id,))
    assert ask("brass") == ["en"]

    db.execute("DELETE FROM tag")
    assert ask("brass") == []

    bin_moves.put(id)
    assert ask("samovar") == []
    in_step(blog, databases)


def test_posts_that_were_indexed_in_another_way_are_indexed_anew(
    blog, monkeypatch, databases
):
    with monkeypatch.context() as patch:
        patch.setattr(search, "join_tokens", lambda text: "臺灣 old")
        assert "zh-Hant" in ask("old")

    with transaction() as db:
        db.execute("INSERT INTO search_queue SELECT id FROM post")

    assert ask("old") == []
    assert ask("台湾") == ["zh-Hant"]
    in_step(blog, databases)


def test_a_deleted_post_is_not_listed_before_the_index_knows(blog):
    assert ask("kettles") == ["en"]
    bin_moves.put(1)

    assert posts.find_page(matching("kettles"), 10).posts == []


def test_draining_the_queue_has_a_limit_and_says_what_is_left(
    blog, monkeypatch, databases
):
    monkeypatch.setattr(search, "MAX_BATCH", 3)

    assert search.index_pending(0) == len(TEXTS)
    assert search.index_pending(4) == len(TEXTS) - 4
    assert search.index_pending() == 0
    in_step(blog, databases)


def test_long_posts_are_indexed_in_transactions_of_their_own(blog, monkeypatch):
    monkeypatch.setattr(search, "MAX_BATCH_LENGTH", 50)
    batches = []

    def counted(*args):
        batches.append(index_batch(*args))
        return batches[-1]

    index_batch = search.index_batch
    monkeypatch.setattr(search, "index_batch", counted)

    assert search.index_pending() == 0
    assert sum(batches) == len(TEXTS)
    assert len(batches) > 5


def test_a_drain_that_is_interrupted_is_continued(blog, monkeypatch, databases):
    monkeypatch.setattr(search, "MAX_BATCH", 3)
    indexed = []

    def killed(post_id, read=search.read_document):
        indexed.append(post_id)

        if len(indexed) == 8:
            raise KeyboardInterrupt

        return read(post_id)

    with monkeypatch.context() as patch:
        patch.setattr(search, "read_document", killed)

        with pytest.raises(KeyboardInterrupt):
            search.index_pending()

    # The two batches before it are saved, nothing of the third is.
    assert len(rows(blog, "SELECT * FROM search_text")) == 6
    assert ask("python") == ["mixed"]
    in_step(blog, databases)


def test_two_processes_may_drain_the_queue_at_once(blog, monkeypatch, databases):
    code = (
        "import sys; from flaskr import create_app; from flaskr.data import search\n"
        "app = create_app({'TESTING': True, 'DATABASE': sys.argv[1]})\n"
        "with app.app_context(): print(search.index_pending())"
    )
    path = blog.config["DATABASE"]
    command = [sys.executable, "-c", code, path]

    with (
        child(command, stdout=subprocess.PIPE) as one,
        child(command, stdout=subprocess.PIPE) as other,
    ):
        outputs = [p.communicate(timeout=LIMIT)[0] for p in (one, other)]

    assert [output.strip() for output in outputs] == [b"0", b"0"]
    in_step(blog, databases)


def test_a_batch_does_nothing_when_another_process_was_quicker(blog):
    ask("x")
    assert search.index_batch(10) == 1


def test_a_long_sentence_is_found(blog):
    sentence = "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少" * 15
    add("poem", sentence)
    assert ask(sentence) == ["poem"]


ODD = ["AND", "OR", "NOT", "NEAR(", ")", "^", "*", '"', "'", ":", "{", "}", "-", "+"]
ODD += [
    "title:",
    "search:",
    "tag:",
    "author:",
    "“",
    "」",
    "\\",
    "%",
    "_",
    ";--",
    "\x00",
]
ODD += [
    "\ud800",
    "\U0010ffff",
    "́",
    "\u200d",
    "ﷺ",
    "½",
    "㈠",
    "天",
    "kettles",
    "#",
    "++",
]


def test_any_input_is_a_query(blog):
    draw = random.Random(1)

    for _ in range(300):
        parts = draw.choices(ODD, k=draw.randint(1, 8))
        query = draw.choice(["", " "]).join(parts)
        ask(query)
        matches.highlight(query + " kettles", query)
        matches.excerpt(query * 5, query)


def test_every_kind_of_character_is_a_query(blog):
    search.index_pending()
    kinds = {}

    for code in range(sys.maxunicode + 1):
        kinds.setdefault(unicodedata.category(chr(code)), []).append(chr(code))

    for characters in kinds.values():
        for character in random.Random(1).sample(characters, min(5, len(characters))):
            for query in (character, f'"a{character}b"', f"tag:{character}"):
                search.find(parse(query))
                matches.excerpt(f"a{character}b", query)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "天" * 1_000_000, '" ' * 500_000])
def test_a_query_of_a_megabyte_is_a_query(blog, text):
    ask(text)
    matches.excerpt(text, text)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Two kettles & a <b>", "kettle", "Two <mark>kettles</mark> &amp; a &lt;b&gt;"),
        ("L'été est là", "ete", "L&#39;<mark>été</mark> est là"),
        ("今天天气非常好", "天气非常", "今天<mark>天气非常</mark>好"),
        ("今天天气", "天", "今<mark>天</mark><mark>天</mark>气"),
        ("我爱Python", '"爱python"', "我<mark>爱Python</mark>"),
        ("น้ำใจ", "น้", "<mark>น้</mark>ำใจ"),
        ("on the stove, on", '"on the"', "<mark>on the</mark> stove, on"),
        ("on the stove", "nothing", "on the stove"),
        ("on the stove", "tag:stove", "on the stove"),
        ("", "stove", ""),
        (
            "Don’t use e-mail",
            "dont email",
            "<mark>Don’t</mark> use <mark>e-mail</mark>",
        ),
        ("dont use email", "don’t e-mail", "<mark>dont</mark> use <mark>email</mark>"),
        ("v7.8.9rc1", "v7.8.9", "v<mark>7.8.9</mark>rc1"),
        ("臺灣的頭髮", "台湾 发", "<mark>臺灣</mark>的頭<mark>髮</mark>"),
        ("on the stove", "stove -the", "on the <mark>stove</mark>"),
    ],
)
def test_what_was_searched_for_is_marked(text, query, marked):
    assert matches.highlight(text, query) == marked
    assert matches.excerpt(text, query) == marked


def test_an_excerpt_is_where_the_words_are():
    text = "filler words " * 500 + "a blue samovar and a kettle " + "more words " * 500
    excerpt = matches.excerpt(text, "samovar kettle")

    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert "<mark>samovar</mark> and a <mark>kettle</mark>" in excerpt
    assert len(excerpt) < 260


def test_an_excerpt_is_where_most_of_the_words_are():
    text = "a samovar " + "filler " * 40 + "a samovar and a kettle"
    assert "and a <mark>kettle</mark>" in matches.excerpt(text, "samovar kettle")


def test_an_excerpt_is_where_most_of_the_words_are_far_away():
    text = "a samovar " + "filler " * 2000 + "a kettle, a samovar"
    excerpt = matches.excerpt(text, "samovar kettle")
    assert "<mark>kettle</mark>, a <mark>samovar</mark>" in excerpt


def test_a_phrase_is_marked_far_away():
    text = "天气 " * 5000 + "天气预报 " + "on the stove " * 500 + "the red stove"
    assert "<mark>天气预报</mark>" in matches.excerpt(text, "天气预报")
    assert "<mark>red stove</mark>" in matches.excerpt(text, '"red stove"')


def test_half_a_word_is_not_marked():
    text = "x" * 30 + "ettle " * 50 + "kettle"
    assert "<mark>kettle</mark>" in matches.excerpt(text, "kettle")
    assert matches.excerpt("ab" * 2000 + " c", "abab").count("mark") == 2


def test_other_characters_are_marked_far_away():
    text = "春" * 20_000 + "臺灣的頭髮" + "秋" * 1000
    assert "<mark>頭髮</mark>" in matches.excerpt(text, "头发")


def test_an_excerpt_without_spaces_is_shorter():
    text = "春" * 1000 + "天气" + "秋" * 1000
    excerpt = matches.excerpt(text, "天气")

    assert "春<mark>天气</mark>秋" in excerpt
    assert len(excerpt) < 130


def test_a_word_is_marked_without_its_accents_where_it_is_near_the_beginning():
    assert "<mark>été</mark>" in matches.excerpt("mot " * 1000 + "été", "ete")
    far = matches.excerpt("mot " * 10_000 + "été", "ete")
    assert far.startswith("mot mot") and far.endswith("mot …")


def test_a_phrase_longer_than_an_excerpt_is_marked_whole():
    words = "responsible " * 14
    text = "x " + words + "end y " * 100
    phrase = words + "end"
    assert "end</mark>" in matches.excerpt(text, f'"{phrase}"')


@long
def test_one_search_indexes_as_much_of_long_posts_as_of_short_ones(blog):
    search.index_pending()

    for number in range(10):
        add(f"long {number}", "word " * 30_000)

    assert search.index_pending() == 6
    assert search.index_pending() == 2
