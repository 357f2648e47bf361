"""What of a text tells spam from what is welcome: its words, in any script, the domains
that it names, the number of its links, and numbers to call.

All but the domains counts for the script of the text only: what is common in one
language is compared with what else was decided in its script, and is no evidence
because another language was welcome.
"""

import re
import typing as t
import unicodedata
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from .compounds import find_compounds
from .extract import extract_text
from .hosts import find_hosts
from .hosts import find_targets
from .hosts import show_plain
from .links import find_urls
from .markdown import read
from .tokens import Token
from .tokens import tokenize
from .tokens import UNSPACED

# Characters of a text that are looked at.
MAX_TEXT = 200_000

# Words and domains that count, of one text.
MAX_WORDS = 200
MAX_HOSTS = 20

# A number to call, or a name to write to: letters of ASCII with digits.
CONTACT = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d{3})[a-z0-9]{5,20}(?![a-z0-9])", re.I)

KANA = ("HIRAGANA", "KATAKANA")


class Word(t.NamedTuple):
    """Something that a text has: what stands for it in the database, what people read,
    and the id of what it is compared with, all texts or those of a script."""

    id: int
    text: str
    group: int


def make_id(*parts: str) -> int:
    """What stands for a word: 64 bits of a hash. Two of a million words share one by a
    chance of 1 to 30 million."""
    digest = blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)


# Stands for all texts.
EVERY_TEXT = make_id("all")


def find_words(text: str) -> list[Word]:
    """What a text has, each once: ``MAX_HOSTS`` domains and ``MAX_WORDS`` words at
    most. Of more, those are taken whose ids are lowest, whatever their order."""
    tree = read(text[:MAX_TEXT])
    shown, targets = extract_text(tree), find_targets(tree)
    hosts = set(find_hosts(targets, shown))
    domains = {
        make_id("host", name): name for host in hosts for name in list_domains(host)
    }
    found = [Word(id, domains[id], EVERY_TEXT) for id in sorted(domains)[:MAX_HOSTS]]
    return [*found, *find_words_of_script(shown, max(len(targets), len(hosts)))]


def find_words_of_script(shown: str, links: int) -> Iterator[Word]:
    """Yield what counts for the script of a text only."""
    plain = blank_urls(shown)
    tokens = list(tokenize(plain))
    script = find_script(tokens)
    group = make_id("script", script)
    words: dict[int, str] = {}

    for token in (*list_words(tokens), *find_compounds(plain, tokens)):
        id = make_id("word", script, spell_plain(token.text))
        words.setdefault(id, plain[token.start : token.end])

    kept = {id: words[id] for id in sorted(words)[:MAX_WORDS]}

    if links:
        number = min(links, 3)
        kept[make_id("links", script, str(number))] = f"http:// × {links}"

    if match := CONTACT.search(unicodedata.normalize("NFKC", plain)):
        kept[make_id("contact", script)] = match[0]

    for id, word in kept.items():
        yield Word(id, word, group)


def list_domains(host: str) -> list[str]:
    """A host and the domains that it is in, but for a top level one."""
    labels = host.split(".")[-4:]
    return [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]


def list_words(tokens: list[Token]) -> Iterator[Token]:
    """Yield tokens without the last character of a run that has bigrams."""
    end = -1

    for token in tokens:
        if token.end != end or not UNSPACED.match(token.text):
            yield token

        end = token.end


def spell_plain(word: str) -> str:
    """A word in ASCII's letters that has some of them, and others that look so."""
    plain = show_plain(word)
    is_mixed = plain.isascii() and any(character.isascii() for character in word)
    return plain if is_mixed else word


def blank_urls(text: str) -> str:
    """A text with spaces in place of the URLs in it."""
    pieces = []
    done = 0

    for start, end in find_urls(text):
        pieces += [text[done:start], " " * (end - start)]
        done = end

    return "".join((*pieces, text[done:]))


def find_script(tokens: list[Token]) -> str:
    """The script of most words, by the first word of its characters' names; the empty
    string without letters."""
    scripts: Counter[str] = Counter()

    for character, number in Counter(token.text[0] for token in tokens).items():
        scripts[name_script(character)] += number

    return max(scripts, key=lambda name: (name != "", scripts[name], name), default="")


def name_script(character: str) -> str:
    """The script of a character, ``KANA`` for both of them."""
    if not character.isalpha():
        return ""

    name = re.split("[ -]", unicodedata.name(character, ""))[0]
    return "KANA" if name in KANA else name
