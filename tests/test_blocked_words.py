"""Blocked words and domains are found however they are written."""

import pytest

from flaskr.text.blocked_words import find_blocked


@pytest.mark.parametrize(
    ("blocked", "text"),
    [
        ("casino", "The best CASINO!"),
        ("casino", "Ｃａｓｉｎｏ"),
        ("casino", "cаsinо with letters of Cyrillic"),
        ("casino", "c.a.s.i.n.o"),
        ("casino", "ca\u00adsi\u200bno"),
        ("casino", "cas-ino"),
        ("Kasino", "kasîno"),
        ("buy now", "Buy   now!"),
        ("e-mail", "email"),
        ("e-mail", "e mail"),
        ("彩票", "免費彩票送"),
        ("免费彩票", "免費彩票站"),
        ("彩票", "彩 票"),
        ("彩票", "彩·票"),
        ("赌", "赌博"),
        ("😀", "😀😀"),
        ("$$$", "Make $$$ fast"),
        ("evil.example", "[x](http://a.EVIL.example/path)"),
        ("evil.example", "[x](//ev%69l.example)"),
        ("evil.example", "看http://evil.example吧"),
        ("evil.example", "去evil。example看"),
        ("evil.example", "ｗｗｗ．ｅｖｉｌ．ｅｘａｍｐｌｅ"),
        ("evil.example", "еvil.example with a letter of Cyrillic"),
        ("evil.example", "evil\u200b.example"),
        ("evil.example", "me@evil.example"),
        ("evil.example", "`evil.example`."),
        ("evil.example", "&#101;vil.example"),
        ("https://www.evil.example/", "http://u:p@evil.example:80/"),
        ("*.evil.example", "a.evil.example"),
        ("пример.рф", "http://xn--e1afmkfd.xn--p1ai/a"),
        ("xn--e1afmkfd.xn--p1ai", "На пример.рф"),
        ("赌场.example", "看赌场.example"),
    ],
)
def test_blocked_words_and_domains_are_found(blocked, text):
    assert find_blocked(text, ["nothing", blocked]) == [blocked]


@pytest.mark.parametrize(
    ("blocked", "text"),
    [
        ("casino", "occasino casinos"),
        ("buy now", "now buy"),
        ("corn", "com"),
        ("彩票", "彩。票价"),
        ("evil.example", "myevil.example evil.example.org evil.examples"),
        ("evil.example", "evil example"),
        ("evil.example", "[x](http://[evil) not-evil.example"),
        ("casino", ""),
        (" ", "a b"),
        ("xn--99999999-.example", "xn.example"),
        # Punycode that ends too early.
        ("xn--99999999.example", "xn.example"),
    ],
)
def test_what_is_another_word_or_domain_is_not_found(blocked, text):
    assert find_blocked(text, (blocked,)) == []


def test_without_a_list_nothing_is_blocked():
    assert find_blocked("casino", ()) == []
