"""What rows of the search's table of tokens have, as SQL."""

import typing as t

from ..text.ranking import LAST
from ..text.ranking import WEIGHTS

TEXT = ("title", "tags", "body")


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

    def condition(self) -> Condition:
        """That a row has it: first what the index knows."""
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
        sql = " + ".join(
            f"{weight} * ((length({column}) - length(replace({column}, ?, '')))"
            " / length(?))"
            for column, weight in zip(TEXT, WEIGHTS, strict=True)
        )
        return Condition(f"({sql})", [self.part, self.part] * len(TEXT))


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
