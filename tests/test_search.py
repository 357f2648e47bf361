"""The page that finds posts."""

import html
import re
import sqlite3

import pytest
from markupsafe import escape

from flaskr.data import search
from flaskr.db import get_pool
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable
from flaskr.text.spellings import list_spellings
from flaskr.writers import SHORT_WAIT
from flaskr.writers import WRITE_WAIT
from flaskr.writers import Writers

from .conftest import failing
from .conftest import log_in
from .conftest import titles
from .conftest import write


def found(client, query, **options):
    response = client.get("/search", query_string={"q": query}, **options)
    assert response.status_code == 200
    return titles(response)


def test_a_post_is_found_by_its_title_its_text_and_its_tags(client, alice):
    alice.post("/create", data={"title": "Bread", "body": "Flour.", "tags": "baking"})
    write(alice, "Tea", "Water.")

    for query in ("bread", "FLOUR", "Baking", "bread flour baking"):
        assert found(client, query) == ["Bread"]

    assert found(client, "bread tea") == []


def test_the_best_match_of_a_search_comes_first(client, alice):
    write(alice, "About tea", "Bread is mentioned here, once, among many other words.")
    write(alice, "Bread", "Bread and bread.")
    write(alice, "About coffee", "Nothing of it.")

    assert found(client, "bread") == ["Bread", "About tea"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("今天天气非常好", "天气"),
        ("用Python写爬虫", "Python"),
        ("用Python写爬虫", "爬虫"),
        ("Crème brûlée", "creme brulee"),
        ("Không có gì quý hơn độc lập", "doc lap"),
        ("Она пошла в лес", "лес"),
        ("東京へ行きました", "東京"),
        ("한국어를 배웁니다", "한국어"),
        ("हिन्दी में लिखना", "हिन्दी"),
        ("ภาษาไทยง่ายนิดเดียว", "ไทย"),
        ("مَرْحَبًا بالعالم", "مرحبا"),
        ("שָׁלוֹם עולם", "שלום"),
        ("Καλημέρα κόσμε", "καλημερα"),
        ("Straße", "strasse"),
    ],
)
def test_a_post_in_any_language_is_found(client, alice, text, query):
    write(alice, "One", text)
    write(alice, "Two", "Something else. 别的东西。")

    assert found(client, query) == ["One"]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("Released: v7.8.9.", ["7.8.9", "v7.8.9", "V7.8"]),
        ("Released: 7.8.9.", ["v7.8.9", "7.8.9"]),
        ("Python3.11 is 3.5kg", ["3.11", "python 3.11", "3.5", "3.5kg", "3.5 kg"]),
        ("Don’t worry", ["dont", "don't", "don’t", "DONT"]),
        ("dont worry", ["dont", "don't", "don’t", "donʼt", "don`t", "don‘t"]),
        ("Donʼt worry", ["dont", "don't", "don’t", "donʼt", "don´t", '"donʼt worry"']),
        ("з'їзд", ["зʼїзд", "з’їзд", "зїзд"]),
        ("rock’n’roll", ["rocknroll", "rock'n'roll"]),
        ("python3.12 and v10.0.0", ["python3", "v10", "python3.12", "10.0"]),
        ("by e-mail", ["email", "e-mail", "E‐Mail", "e mail"]),
        ("by email", ["email", "e-mail"]),
        ("in the U.S.A.", ["usa", "U.S.A.", "USA"]),
        ("in the USA", ["U.S.A", "usa"]),
        ("node.js, l'été", ["nodejs", "node.js", "ete", "l'été"]),
        ("我喜歡在臺灣喝珍珠奶茶", ["台湾", "臺灣", "喜欢在台湾", "灣", "湾"]),
        ("我喜欢在台湾喝珍珠奶茶", ["臺灣", "台灣", "喜歡在臺灣", "灣"]),
        ("頭髮與發展，乾杯與幹活", ["头发", "发展", "干杯", "干活", "頭髮"]),
        ("皇后在后面", ["皇后", "後面", "后面"]),
    ],
)
def test_a_post_is_found_however_a_word_is_written(client, alice, text, queries):
    write(alice, "One", text)
    write(alice, "Two", "7.8, 78.9; do not mail node; 台北. 海湾")

    for query in queries:
        assert "One" in found(client, query), query
        assert "<mark>" in client.get("/search", query_string={"q": query}).text


def test_a_word_in_parts_is_found_in_a_title_and_a_tag(client, alice):
    alice.post("/create", data={"title": "Wi-Fi", "body": "x", "tags": "pre-alpha"})

    for query in ("wifi", "prealpha", "wifi prealpha"):
        assert found(client, query) == ["Wi-Fi"]

    # Not one after the other.
    assert found(client, '"fi wifi"') == []


def test_what_a_minus_stands_before_is_left_out(client, alice, bob):
    for writer, title, body, tags in (
        (alice, "One", "bread of flour and yeast", "baking"),
        (alice, "Two", "bread of flour, and no sugar", "数据"),
        (bob, "Three", "bread, don't ask how; 今天天气好", "baking, 天气"),
    ):
        writer.post("/create", data={"title": title, "body": body, "tags": tags})

    for query, expected in (
        ("bread -yeast", ["Three", "Two"]),
        ("bread －yeast", ["Three", "Two"]),
        ("-flour bread", ["Three"]),
        ('bread -"flour and yeast"', ["Three", "Two"]),
        ("bread -天气", ["One", "Two"]),
        ("bread -天", ["One", "Two"]),
        ("bread -dont", ["One", "Two"]),
        ("bread -don't", ["One", "Two"]),
        ("bread -数据", ["One", "Three"]),
        ("bread -tag:baking", ["Two"]),
        ("bread -author:bob", ["One", "Two"]),
        ("bread -Bob", ["One", "Two"]),
        ('bread -"bob" -nobody', ["One", "Two"]),
        ("bread -數據", ["One", "Three"]),
        ("bread -tag:數據", ["One", "Three"]),
        ("author:alice -tag:数据", ["One"]),
        ("bread -yeast -天气", ["Two"]),
        ("bread -flou", ["One", "Three", "Two"]),
        ("bread -tag:nothing -author:nobody", ["One", "Three", "Two"]),
        ("bread -bread", []),
    ):
        assert sorted(found(client, query)) == expected, query


def test_a_query_that_only_leaves_out_says_what_to_do(client, alice):
    write(alice, "Bread", "flour")

    for query, other in (
        ("-bread", "bread"),
        ('-"a phrase" －tag:x', "&#34;a phrase&#34; tag:x"),
        ("-5", "5"),
    ):
        page = client.get("/search", query_string={"q": query}).text
        assert "only says what to leave out" in page
        assert f'dir="auto">{other}</a>' in page
        assert 'content="noindex' in page


def test_the_posts_of_an_author_are_found_by_the_name(app, client, alice, bob):
    writers = (log_in(app, name) for name in ("Ann Lee", "小明"))
    ann, ming = writers
    write(ann, "Hers", "bread")
    write(ming, "His", "bread")
    write(alice, "On Ann", "ann lee makes bread")
    write(bob, "Bread", "bread")

    assert found(client, "ann lee") == ["On Ann", "Hers"]
    assert found(client, "ANN LEE bread") == ["On Ann", "Hers"]
    assert found(client, '"Ann Lee"') == ["On Ann", "Hers"]
    assert found(client, "小明") == ["His"]
    assert found(client, "bread 小明") == ["His"]
    assert found(client, "bob -小明") == ["Bread"]
    assert found(client, "小明 -author:小明") == []
    assert found(client, "alice ann lee") == ["On Ann"]
    assert found(client, "bread 小明 bob") == []
    # Not by a part of a name.
    assert found(client, "ann") == ["On Ann"]
    assert found(client, "小") == []

    page = client.get("/search?q=ann+lee").text
    assert 'href="/author/Ann%20Lee">All posts by Ann Lee</a>' in page
    assert "<bdi><mark>Ann Lee</mark></bdi></a>" in page
    assert "by <mark>alice</mark> on" not in page


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("張三", "张三"),
        ("张三", "張三"),
        ("王丽发", "王麗發"),
        ("齊藤 宏", "齐藤 宏"),
        ("張張張張張張張張張", "张张张张张张张张张"),
        ("O’Brien", "o'brien"),
        ("O'Brien", "OʼBrien"),
    ],
)
def test_an_author_is_found_by_the_name_in_another_spelling(
    app, client, alice, name, other
):
    write(log_in(app, name), "One", "bread")
    write(alice, "Two", "bread")

    for query in (other, f'"{other}"', f"bread {other}", f'author:"{other}"'):
        assert found(client, query) == ["One"], query

    assert found(client, f'bread -author:"{other}"') == ["Two"]
    assert found(client, f'bread -"{other}"') == ["Two"]
    page = client.get("/search", query_string={"q": other})
    assert f"All posts by {escape(name)}" in page.text


def test_a_tag_is_found_in_another_spelling_unless_there_is_one_as_it_is_typed(
    client, alice
):
    for title, tags in (("One", "標籤"), ("Two", "rock’n’roll")):
        alice.post("/create", data={"title": title, "body": "x", "tags": tags})

    assert found(client, "tag:标签") == ["One"]
    assert found(client, "x -tag:标签") == ["Two"]
    assert found(client, "tag:rock'n'roll") == ["Two"]
    alice.post("/create", data={"title": "Three", "body": "x", "tags": "标签"})
    assert found(client, "tag:标签") == ["Three"]
    # Of neither, both.
    assert sorted(found(client, "tag:标籤")) == ["One", "Three"]
    assert sorted(found(client, "标签")) == ["One", "Three"]


def test_a_name_has_only_so_many_other_spellings():
    assert list(list_spellings("bob")) == ["bob"]
    assert set(list_spellings("张三發")) > {"张三发", "張三發", "張三髮"}
    assert 90 < len(list(list_spellings("发" * 50))) <= 100


def test_who_has_no_post_is_no_author_that_is_found(app, client, alice):
    log_in(app, "carol")
    write(alice, "Bread", "for carol")
    page = client.get("/search?q=carol")

    assert titles(page) == ["Bread"]
    assert "All posts by" not in page.text


def test_the_posts_that_a_closed_account_leaves_are_found_by_its_name(app, client):
    carol = log_in(app, "carol")
    write(carol, "Hers")
    carol.post(
        "/account/close", data={"posts": "keep", "password": "three random words"}
    )

    assert found(client, "carol") == ["Hers"]


def test_quotes_in_a_query_make_phrases(client, alice):
    write(alice, "One", "a rolling stone gathers no moss")
    write(alice, "Two", "a stone was rolling")

    assert sorted(found(client, "rolling stone")) == ["One", "Two"]
    assert found(client, '"rolling stone"') == ["One"]
    assert found(client, "“rolling stone”") == ["One"]


def test_a_tag_and_an_author_narrow_a_search(app, client, alice, bob):
    for writer, title, tags in (
        (alice, "One", "tea"),
        (bob, "Two", "Tea"),
        (bob, "Three", "green tea"),
    ):
        writer.post("/create", data={"title": title, "body": "leaves", "tags": tags})

    assert sorted(found(client, "leaves tag:TEA")) == ["One", "Two"]
    assert found(client, 'tag:"green tea"') == ["Three"]
    assert found(client, "author:Bob tag:tea") == ["Two"]
    assert found(client, "author:alice") == ["One"]
    assert found(client, "leaves author:nobody") == []


def test_tokens_that_were_found_are_marked(client, alice):
    write(
        alice, "On bread", "long " * 300 + "before the Bread <b> after" + " more" * 300
    )
    page = client.get("/search?q=bread").text

    assert "On <mark>bread</mark>" in page
    assert "the <mark>Bread</mark> &lt;b&gt; after" in page
    assert len(page) < 6000


@pytest.mark.parametrize(
    "query",
    [
        "'", '"', '""', "(", "a AND", "NOT", "a NEAR b", "^a", "a*", "*", "{a} : b",
        "title: x", "-a", "tag:", "author:", 'tag:"', "\x00", "\ud800", "%", "' OR 1=1",
        "x" * 5000, "🙂", "，。", "a" * 100 + "*", "AND OR NOT", "search MATCH 'x'",
        "-", "--", "-'", "- -", "a -", '-"', "-tag:", "-author:\ud800", "-天 -\x00 a",
    ],
)  # fmt: skip
def test_any_input_is_a_query(client, alice, query):
    write(alice)
    found(client, query.encode("utf-8", "surrogatepass"))


def test_a_query_comes_back_in_the_form(client, alice):
    page = client.get("/search", query_string={"q": '"><b> 天气'}).text

    assert 'value="&#34;&gt;&lt;b&gt; 天气"' in page
    assert "No posts match “&#34;&gt;&lt;b&gt; 天气”" in page
    assert 'content="noindex' in page


def test_the_pages_of_a_search_follow_each_other(app, client, alice):
    with app.app_context(), transaction() as db:
        for number in range(25):
            db.execute(
                "INSERT INTO post (author_id, title, body) VALUES (1, ?, ?)",
                (f"post {number}", "bread " * (number % 7 + 1)),
            )

    seen, path = [], "/search?q=bread"

    while path:
        page = client.get(path)
        seen += titles(page)
        newer = re.search(r'<a rel="prev" href="(.*?)"', page.text)
        path = re.search(r'<a rel="next" href="(.*?)"', page.text)
        path = path and html.unescape(path[1])

    assert sorted(seen) == sorted(f"post {number}" for number in range(25))
    assert titles(client.get(html.unescape(newer[1]))) == seen[10:20]


def walk(client, path, rel):
    """The titles of this page and of all that follow it."""
    seen = []

    while path:
        page = client.get(path)
        seen.append(titles(page))
        path = re.search(rf'<a rel="{rel}" href="(.*?)"', page.text)
        path = path and html.unescape(path[1])
        last = page.request.full_path

    return seen, last


def test_every_match_of_a_common_word_is_on_one_page(app, client, alice):
    app.config["PAGE_SIZE"] = 50

    with app.app_context(), transaction() as db:
        for number in range(400):
            db.execute(
                "INSERT INTO post (author_id, title, body) VALUES (1, ?, 'of bread')",
                (f"bread {number}" if number % 2 else f"cake {number}",),
            )

    for _ in range(2):
        client.get("/search?q=bread")

    pages, last = walk(client, "/search?q=bread", "next")
    assert sum(pages, []) == [f"bread {n}" for n in range(399, 0, -2)] + [
        f"cake {n}" for n in range(398, -1, -2)
    ]
    back, _ = walk(client, last, "prev")
    # The way ends with a redirect to the first page.
    assert back == [*pages[:0:-1], []]


@pytest.mark.parametrize("key", ["x_1", "nan", "1_x", "_", "2020-01-01_1"])
def test_an_address_that_is_no_page_of_results_is_a_bad_request(client, alice, key):
    write(alice)
    assert client.get(f"/search?q=title&older={key}").status_code == 400


@pytest.mark.parametrize("key", ["nan_1", "inf_1", "-inf_1", "1e999_1"])
@pytest.mark.parametrize("name", ["older", "newer"])
def test_a_number_that_is_no_score_finds_what_it_finds(client, alice, key, name):
    write(alice)
    assert client.get(f"/search?q=title&{name}={key}").status_code in (200, 302)


def test_what_plain_sql_writes_is_found(app, client, alice):
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO post (author_id, title, body) VALUES (1, 'One', 'x')")

    assert found(client, "one") == ["One"]

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET title = 'Two'")

    assert found(client, "one") == []
    assert found(client, "two") == ["Two"]

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post")

    assert found(client, "two") == []


def test_a_post_that_is_edited_is_found_as_it_is_now(client, alice):
    write(alice, "Old", "old words")
    assert found(client, "old") == ["Old"]
    alice.post("/1/update", data={"title": "New", "body": "new words"})

    assert found(client, "old") == []
    assert found(client, "new") == ["New"]


def test_an_account_that_is_closed_with_its_posts_is_found_no_more(app, client):
    carol = log_in(app, "carol")
    write(carol, "Hers")
    assert found(client, "hers") == ["Hers"]
    carol.post(
        "/account/close", data={"posts": "delete", "password": "three random words"}
    )

    assert found(client, "hers") == []
    assert found(client, "author:carol") == []
    assert found(client, "carol") == []


def test_what_a_search_costs_is_a_fixed_number_of_statements(
    app, client, alice, statements
):
    for number in range(30):
        write(alice, f"bread {number}")

    client.get("/search?q=bread")
    statements.clear()
    client.get("/search?q=bread")
    # What SQLite does itself, within one, is a comment.
    assert len([text for text in statements if not text.startswith("--")]) < 24


def test_the_page_without_a_query_explains_the_search(client):
    for path in ("/search", "/search?q=", "/search?q=+"):
        page = client.get(path).text
        assert "narrow the search" in page
        assert 'type="search"' in page


@pytest.mark.parametrize(
    ("code", "status"), [(sqlite3.SQLITE_FULL, 200), (sqlite3.SQLITE_ERROR, 500)]
)
def test_what_is_indexed_is_found_while_the_disk_is_full(
    installed, monkeypatch, code, status, caplog
):
    writer = log_in(installed, "alice")
    write(writer, "Bread")
    assert found(writer, "bread") == ["Bread"]
    write(writer, "More bread")

    monkeypatch.setattr(search, "index_pending", failing(code))
    response = writer.get("/search?q=bread")
    assert response.status_code == status
    assert "the disk" in caplog.text

    if status == 200:
        assert titles(response) == ["Bread"]
        assert "still being indexed" in response.text


def test_what_is_indexed_is_found_while_others_write(
    app, client, alice, databases, monkeypatch
):
    def wait(self, seconds, wait=Writers.wait):
        waited.append(seconds)
        return wait(self, seconds)

    write(alice, "Bread")
    client.get("/search?q=bread")
    write(alice, "More bread")
    execute = "UPDATE session SET last_seen = '2000-01-01 00:00:00'"
    databases.execute_in_shell(app, execute)
    waited = []
    monkeypatch.setattr(Writers, "wait", wait)

    with databases.lock_writers(app.config["DATABASE"]):
        for reader in (client, alice):
            response = reader.get("/search?q=bread")
            assert titles(response) == ["Bread"]
            assert "still being indexed" in response.text

    # For the index twice, and for the time when Alice was last seen.
    assert waited == [SHORT_WAIT] * 3
    # Nor is anybody sent away for that.
    assert not get_pool(app).writers.is_stuck
    assert sorted(found(client, "bread")) == ["Bread", "More bread"]
    assert waited[-1] == SHORT_WAIT
    write(alice, "Most bread")
    assert waited[-1] == WRITE_WAIT


def test_a_search_while_files_are_not_in_order_finds_what_is_indexed(
    app, alice, client, monkeypatch
):
    write(alice, "Bread")
    client.get("/search?q=bread")
    write(alice, "More bread")

    def refuse(**options):
        raise DatabaseUnavailable("the files")

    monkeypatch.setattr("flaskr.data.search.index_pending", refuse)
    page = client.get("/search?q=bread")
    assert page.status_code == 200
    assert titles(page) == ["Bread"]
