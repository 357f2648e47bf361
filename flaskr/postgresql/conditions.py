"""What rows of the search's table of tokens have, as SQL."""

import re
import typing as t

from ..text.ranking import LAST
from ..text.ranking import WEIGHTS

TEXT = ("title", "tags", "body")

# What of ASCII is in a token. FTS5 has the same.
TOKEN = re.compile("[0-9A-Za-z+#=^\u0080-\U0010ffff]+")


def split_tokens(text: str) -> list[str]:
    """The tokens of a text that has spaces between them, and other ASCII in what became
    of ⑴ and ﷺ."""
    return TOKEN.findall(text)


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

        whole = list(self.tokens[:-1] if self.is_prefix else self.tokens)
        sql, parameters = ["tokens @> ?::text[]"], [t.cast(object, whole)]

        if self.is_prefix:
            sql.append(
                "tokens && ARRAY(SELECT token FROM search_token"
                " WHERE token >= ? AND token < ?)"
            )
            parameters += [self.tokens[-1], self.tokens[-1] + LAST]

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


def match_all(groups: list[Forms], keys: list[str]) -> Condition:
    """That a row has one form of each group, and all keys."""
    sql, parameters = ["tokens @> ?::text[]"], [t.cast(object, [f"={k}" for k in keys])]

    for forms in groups:
        conditions = [form.condition() for form in forms]
        sql.append("(" + " OR ".join(f"({c.sql})" for c in conditions) + ")")
        parameters += [p for c in conditions for p in c.parameters]

    return Condition(" AND ".join(sql), parameters)
