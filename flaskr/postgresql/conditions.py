"""What rows of the search's table of tokens have, as SQL."""

import re
import typing as t

from ..text.query import Phrase
from ..text.ranking import WEIGHTS
from ..text.tokens import UNSPACED

TEXT = ("title", "tags", "body")

# What of ASCII is in a token. FTS5 has the same.
TOKEN = re.compile("[0-9A-Za-z+#=^\u0080-\U0010ffff]+")


def split_tokens(text: str) -> list[str]:
    """The tokens of a text that has spaces between them, and other ASCII in what became
    of ⑴ and ﷺ."""
    return TOKEN.findall(text)


# What the index knows of a row.
TOKENS = "search_tokens(tokens)"


# Ends, in the index, the beginning of a longer token. Thousands of bigrams begin with
# a character: to look for all of them takes a second among 100,000 posts.
BEGINNING = "*"

# Characters of such a beginning, with vowels and accents.
MAX_BEGINNING = 8


def find_beginnings(token: str) -> t.Iterator[str]:
    """Yield the beginnings by which a token of a script without spaces is found."""
    first = len(token) - len(token.lstrip("^"))

    if UNSPACED.match(token, first):
        for end in range(first + 1, min(len(token), first + MAX_BEGINNING + 1)):
            yield token[:end] + BEGINNING


class Condition(t.NamedTuple):
    """SQL that is true of some rows of ``search_text``, and its parameters."""

    sql: str
    parameters: list[object]


class Form(t.NamedTuple):
    """Tokens to be found one after the other in some columns; ``is_prefix``: the last
    one is the beginning of one."""

    tokens: tuple[str, ...]
    is_prefix: bool
    columns: tuple[str, ...]

    @property
    def part(self) -> str:
        """The part of a column that it is."""
        text = "".join(f" {token} " for token in self.tokens)
        return text[:-1] if self.is_prefix else text

    @property
    def whole(self) -> tuple[str, ...]:
        """The tokens of which it has not only the beginning."""
        return self.tokens[:-1] if self.is_prefix else self.tokens

    @property
    def is_word(self) -> bool:
        """Whether it is one whole token."""
        return len(self.whole) == len(self.tokens) == 1

    @property
    def can_overlap(self) -> bool:
        """Whether one may begin within another, as in "so so so"."""
        first, *others = self.tokens
        return first in others or (
            self.is_prefix and len(others) > 0 and first.startswith(others[-1])
        )

    def condition(self) -> Condition:
        """That a row has it: first what the index knows."""
        if not self.tokens:
            return Condition("FALSE", [])

        sql, parameters = [], []

        if self.whole:
            sql.append(f"{TOKENS} @> ?::text[]")
            parameters.append(t.cast(object, list(self.whole)))

        if self.is_prefix:
            last = self.tokens[-1]
            sql.append(f"{TOKENS} && ?::text[]")
            parameters.append([last, last + BEGINNING])

        if len(self.tokens) > 1:
            found = [f"strpos({column}, ?) > 0" for column in self.columns]
            sql.append(f"({' OR '.join(found)})")
            parameters += [self.part] * len(found)

        return Condition(" AND ".join(sql), parameters)

    def weighted_count(self) -> Condition:
        """How often a row has it, by the weights of its columns."""
        if not self.tokens:
            return Condition("0", [])

        counts = [self.count_in(column) for column in TEXT]
        sql = " + ".join(
            f"{weight} * {count.sql}"
            for weight, count in zip(WEIGHTS, counts, strict=True)
        )
        return Condition(f"({sql})", [p for c in counts for p in c.parameters])

    def count_in(self, column: str) -> Condition:
        """How often a column has it."""
        if self.can_overlap:
            # Of what is found, nothing is used up.
            pattern = re.sub("[+#=^]", r"\\\g<0>", self.part)
            return Condition(
                f"(SELECT count(*) FROM regexp_matches({column}, ?, 'g'))",
                [f"(?={pattern})"],
            )

        return Condition(
            f"((length({column}) - length(replace({column}, ?, ''))) / length(?))",
            [self.part, self.part],
        )


# Any of some forms is a match.
Forms = list[Form]


def match_all(groups: list[Forms], keys: list[list[str]]) -> Condition:
    """That a row has one form of each group, and one key of each list."""
    needed: list[str] = []
    conditions = []
    alternatives = [[Form((f"={key}",), False, ("keys",)) for key in k] for k in keys]

    for forms in alternatives + groups:
        if len(forms) == 1 and forms[0].is_word:
            needed += forms[0].tokens
        else:
            conditions.append(match_any(forms))

    if needed:
        conditions.insert(0, Condition(f"{TOKENS} @> ?::text[]", [needed]))

    return Condition(
        " AND ".join(c.sql for c in conditions),
        [p for c in conditions for p in c.parameters],
    )


def match_any(forms: Forms) -> Condition:
    """That a row has one of some forms."""
    words = [form.tokens[0] for form in forms if form.is_word]
    conditions = [form.condition() for form in forms if not form.is_word]

    if words:
        conditions.append(Condition(f"{TOKENS} && ?::text[]", [words]))

    return Condition(
        "(" + " OR ".join(f"({c.sql})" for c in conditions) + ")",
        [p for c in conditions for p in c.parameters],
    )


def make_forms(phrase: Phrase, longer: tuple[str, ...] = (), mark: str = "") -> Forms:
    """A phrase, or what else will do; ``mark`` begins each word of title and tags."""
    columns = ("keys",) if mark else TEXT
    forms = [
        (phrase.tokens, phrase.is_character),
        *(((other,), False) for other in (*phrase.others, *longer)),
    ]
    found = [
        Form(tuple(split_tokens(mark_words(words, mark))), is_prefix, columns)
        for words, is_prefix in forms
    ]

    # No title has an author.
    if not mark:
        found += [Form((f"={key}",), False, ("keys",)) for key in phrase.keys]

    return found


def make_without(left_out: list[Phrase]) -> list[Condition]:
    """What a row must not have."""
    return [match_any(make_forms(phrase)) for phrase in left_out]


def mark_words(words: t.Iterable[str], mark: str) -> str:
    """Words with spaces between them and a mark before each."""
    return " ".join(mark + word for word in words)
