"""The spam filter learns from what people decide, of each script for itself, and only
says what somebody should look at."""

import json

import pytest

from bench import spam as bench
from bench.spam_corpus import read_comments
from flaskr.data import spam_filter
from flaskr.db import transaction
from flaskr.text.hosts import find_host
from flaskr.text.spam_weights import MAX_WEIGHT
from flaskr.text.spam_words import find_words
from flaskr.text.spam_words import MAX_WORDS

from .conftest import rows

SPAM = "Play at the online casino, {} free spins, https://casino{}.example.com/win"
HAM = "The bread in step {} rose well, but my oven of {} years is too hot."
CHINESE_SPAM = "我们的线上赌场注册就送 {}，加微信 win{} 领取，非常好的机会"
CHINESE_HAM = "谢谢分享，我们照着第 {} 步做的面包非常好，烤箱用了 {} 年"


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


def learn(text, is_spam, number=20):
    with transaction():
        for n in range(number):
            subject = f"{text[:20]}:{is_spam}:{n}"
            spam_filter.learn(subject, text.format(n, n), is_spam)


def contents(app):
    """All that the filter knows, but for the times."""
    decisions = rows(
        app, "SELECT subject, is_spam, words FROM spam_decision ORDER BY subject"
    )
    return decisions, rows(app, "SELECT * FROM spam_word ORDER BY hash")


def shown(text):
    return [word.text for word in find_words(text)]


def test_spam_is_learned_and_the_words_that_weighed_are_told(context):
    learn(SPAM, True)
    learn(HAM, False)
    verdict = spam_filter.judge("A new casino at http://casino5.example.com with spins")
    assert verdict.is_spam
    assert verdict.probability > 0.98
    weights = dict(verdict.words)
    assert weights["casino"] > 0 and weights["example.com"] > 0
    assert "new" not in weights
    verdict = spam_filter.judge("My oven is hot, and the bread well.")
    assert not verdict.is_spam
    assert verdict.probability < 0.02
    assert all(weight < 0 for word, weight in verdict.words)


def test_chinese_is_learned_by_the_parts_of_words(context):
    learn(CHINESE_SPAM, True)
    learn(CHINESE_HAM, False)
    verdict = spam_filter.judge("最好的赌场，欢迎加微信")
    assert verdict.is_spam
    assert {"赌场", "微信"} <= dict(verdict.words).keys()
    assert not spam_filter.judge("面包烤好了，谢谢").is_spam


def test_nothing_is_spam_before_both_kinds_were_decided(context):
    assert spam_filter.judge(SPAM) == (0.5, False, [])
    learn(SPAM, True)
    assert spam_filter.judge(SPAM) == (0.5, False, [])
    learn(HAM, False, 4)
    assert not spam_filter.judge(SPAM).words
    learn(HAM, False, 5)
    assert spam_filter.judge(SPAM).words


@pytest.mark.parametrize("number", [0, 1, 5, 20])
def test_chinese_spam_does_not_make_chinese_spam(context, number):
    """All that is common in Chinese was seen in spam alone, or nearly so."""
    comments = read_comments()
    chinese = [text for text in comments if text.language == "zh"]
    spam = [text.text for text in chinese if text.is_spam]
    ham = [text.text for text in chinese if not text.is_spam]

    with transaction():
        for n in range(100):
            spam_filter.learn(f"spam:{n}", spam[n % len(spam)], True)

        for n in range(number):
            spam_filter.learn(f"chinese:{n}", ham[n], False)

    learn(HAM, False, 100)

    verdicts = {text: spam_filter.judge(text) for text in ham[20:]}
    assert not [text for text, verdict in verdicts.items() if verdict.is_spam]

    if not number:
        # Not a bit, but for what is of no language.
        assert {verdict.probability for verdict in verdicts.values()} == {0.5}


def test_english_spam_does_not_make_english_spam(context):
    learn(SPAM, True, 100)
    learn(CHINESE_HAM, False, 100)
    assert spam_filter.judge("I was at a casino, it was free at the time").words == []


def test_domains_count_in_every_language(context):
    learn(SPAM.replace("casino{}", "casino"), True)
    learn(HAM, False)
    verdict = spam_filter.judge("看这里 casino.example.com 吧")
    assert dict(verdict.words).keys() == {"casino.example.com", "example.com"}


def test_one_decision_counts_once_however_long_the_text(context):
    learn(HAM, False)
    learn(SPAM, True)
    before = spam_filter.judge("casino").words
    words = " ".join(f"word{n}" for n in range(20_000))
    spam_filter.learn("long", "casino " * 10_000 + words, True)
    [decision] = [row for row in contents(context)[0] if row["subject"] == "long"]
    assert len(spam_filter.unpack(decision["words"])) <= MAX_WORDS + 25
    counts = [row["spam"] for row in contents(context)[1]]
    assert max(counts) == 21
    [(_, weight)] = spam_filter.judge("casino").words
    assert weight == pytest.approx(before[0][1], abs=0.1)


def test_no_word_decides_alone(context):
    learn("casino", True, 1000)
    learn(HAM, False, 1000)
    verdict = spam_filter.judge("casino casino casino")
    assert verdict.words == [("casino", MAX_WEIGHT)]
    assert not verdict.is_spam


def test_a_decision_counts_once_and_the_last_one_holds(context):
    learn(HAM, False)
    spam_filter.learn("comment:1", SPAM, True)
    before = contents(context)
    spam_filter.learn("comment:1", SPAM, True)
    assert contents(context) == before
    assert spam_filter.count_decisions() == (1, 20)
    spam_filter.learn("comment:1", SPAM, False)
    assert spam_filter.count_decisions() == (0, 21)


def test_of_two_who_decide_at_once_one_counts(context, monkeypatch):
    learn(SPAM, True, 1)
    before = contents(context)
    # The other one had not saved yet when this one looked.
    monkeypatch.setattr(spam_filter, "forget", lambda subject: False)
    learn(SPAM, True, 1)
    assert contents(context) == before


def test_what_is_taken_back_leaves_nothing(context):
    learn(HAM, False)
    before = contents(context)
    spam_filter.learn("comment:1", SPAM + HAM, True)
    assert contents(context) != before
    assert spam_filter.forget("comment:1")
    assert contents(context) == before
    assert not spam_filter.forget("comment:1")


def test_the_oldest_decisions_of_a_kind_go(context, monkeypatch):
    monkeypatch.setattr(spam_filter, "MAX_DECISIONS", 3)
    times = iter(f"2020-01-01 00:00:0{n}" for n in range(9))
    monkeypatch.setattr(spam_filter, "now", lambda: next(times))
    spam_filter.learn("welcome", HAM, False)

    for n in range(4):
        spam_filter.learn(f"spam:{n}", f"word{n}", True)

    subjects = [row["subject"] for row in contents(context)[0]]
    assert subjects == ["spam:1", "spam:2", "spam:3", "welcome"]
    assert spam_filter.count_decisions() == (3, 1)


def test_the_database_has_no_words(context):
    spam_filter.learn("comment:1", "My private telephone", True)
    assert "private" not in json.dumps(contents(context))


def test_judging_is_one_query_and_learns_nothing(context, statements):
    learn(SPAM, True, 2)
    before = contents(context)
    statements.clear()
    spam_filter.judge(SPAM * 100)
    assert len(statements) == 1
    assert contents(context) == before


def test_a_text_is_its_words_in_any_script(context):
    assert {"免费", "领取"} <= set(shown("免费领取"))
    assert "取" not in shown("免费领取")
    assert "ก" in shown("ก")
    assert shown("😀") == ["😀"]
    assert find_words("ＣＡＳＩＮＯ") == [*find_words("casino")][:0] + [
        word._replace(text="ＣＡＳＩＮＯ") for word in find_words("casino")
    ]
    # With a letter of Cyrillic.
    assert find_words("cаsino")[0].id == find_words("casino")[0].id
    assert find_words("かな")[0].group == find_words("カナ")[0].group
    assert find_words("免费")[0].group != find_words("free")[0].group
    assert find_words("") == find_words("\0\ud800") == []


def test_links_and_numbers_to_call_are_words_too():
    assert "http:// × 2" in shown("[a](https://a.example/x) and www.b.example")
    assert {"a.example", "b.example"} <= set(shown("[a](//a.example/x) b.example"))
    assert "mail.example" in shown("<me@mail.example>")
    assert "Q12345678" in shown("加 Q12345678")
    # What no browser goes to.
    assert find_host("http://[::1/") == ""
    assert "xn--a-" not in "".join(shown("http://xn--99999999-.example"))


@pytest.mark.parametrize(
    "text",
    ["\0", "\ud800x", "a" * 200_000, "赌" * 200_000, "http://" * 20_000, "[" * 50_000],
)
def test_no_text_is_too_much(context, text):
    spam_filter.learn("comment:1", text, True)
    assert not spam_filter.judge(text).is_spam


def test_every_verdict_that_flips_is_told(context):
    """What the filter says of comments whose kind is known; ``python -m bench.spam
    --keep`` keeps what it says now, after a change that is wanted."""
    before = json.loads(bench.VERDICTS.read_text("utf-8"))["comments"]
    flips = bench.find_flips(before, bench.judge_comments(), read_comments())
    assert not flips, "\n".join(flips)


def test_flips_are_found(context):
    now = bench.judge_comments()
    key = next(iter(now))
    [flip] = bench.find_flips({**now, key: not now[key]}, now, read_comments())
    assert " -> " in flip


def test_most_spam_is_found_and_hardly_anything_else(context):
    verdicts = bench.judge_comments()
    precision, recall, wrong = bench.rate(read_comments()[1::2], verdicts)
    assert precision > 0.95
    assert recall > 0.3
