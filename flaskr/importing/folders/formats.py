"""YAML, TOML and JSON, as the programs that make blogs of folders read them."""

import json
import re
import tomllib
import typing as t

# A text in quotes, or a tab.
TAB = re.compile(
    r"(?<![^\s:,\[{])(?:\"(?:[^\"\\]|\\.)*\"|'[^']*')|(?P<tab>\t)", re.DOTALL
)


class BrokenFront(ValueError):
    """What is wrong with a front matter, and the line of the file, from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def lower(values: t.Any) -> dict[str, t.Any]:
    """Keys in lower case, as some programs take them; of what has none, nothing."""
    if not isinstance(values, dict):
        return {}

    return {str(key).strip().lower(): value for key, value in values.items()}


def read_json(text: str) -> t.Any:
    """What JSON after the first line of a file says.

    :raise BrokenFront: if it is none
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as e:
        line = getattr(e, "lineno", 1) + 1
        raise BrokenFront(f"the front matter is no JSON: {e}", line) from e


def read_toml(text: str) -> dict[str, t.Any]:
    """What TOML after the first line of a file says.

    :raise BrokenFront: if it is none
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as e:
        match = re.search(r"at line (\d+)", str(e))
        line = int(match[1]) + 1 if match else 2
        raise BrokenFront(f"the front matter is no TOML: {e}", line) from e


def parse_yaml(text: str) -> t.Any:
    """What YAML says: texts, lists and mappings. No word is a boolean and no number a
    date, and nothing is merged, which bombs do. Tabs may stand for spaces, as other
    readers of YAML have it.

    :raise BrokenFront: if it is none
    """
    try:
        return load_yaml(text)
    except BrokenFront as e:
        spaced = TAB.sub(lambda match: " " if match["tab"] else match[0], text)

        try:
            return load_yaml(spaced)
        except BrokenFront:
            raise e from None


def load_yaml(text: str) -> t.Any:
    """What YAML in its strict form says.

    :raise BrokenFront: if it is none
    """
    # A command in a thousand reads YAML.
    import yaml

    try:
        return yaml.load(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark
        line = mark.line + 2 if mark else 2
        raise BrokenFront(f"this is no YAML: {e.problem}", line) from e
    except RecursionError as e:
        raise BrokenFront("this is no YAML: it is too deep", 2) from e
    except (yaml.YAMLError, ValueError, OverflowError) as e:
        what = getattr(e, "reason", "") or e
        raise BrokenFront(f"this is no YAML: {what}", 2) from e
