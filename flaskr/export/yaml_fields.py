"""The fields of a post that another editor wrote anew: any YAML that says no more than
JSON does, and nothing that one program reads so and another one otherwise."""

import re
import typing as t

from .errors import at
from .errors import NotReadable
from .values import read_json
from .values import WrongValue

# Characters of all fields: a name of YAML may stand for many.
MAX_HEAD = 200_000

TAG = "tag:yaml.org,2002:"
TEXTS = ("str", "timestamp")
KINDS = (*TEXTS, "int", "float")
BOOLEANS = {"true": True, "false": False}
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# YAML 1.1 ends a line there, and YAML 1.2 does not.
ENDS = re.compile("[\r\x85\u2028\u2029]")

Fields = dict[str, t.Any]


def read(name: str, head: str) -> tuple[Fields, dict[str, int]]:
    """The fields of a file, from its second line on, and in which line each is.

    :raise NotReadable: if they say something else, or may be read in two ways
    """
    if len(head) > MAX_HEAD:
        raise at(name, 2, f"Its fields have more than {MAX_HEAD:,} characters.")
    elif found := ENDS.search(head):
        code = f"\\u{ord(found[0]):04x}"
        line = head.count("\n", 0, found.start()) + 2
        raise at(name, line, f"Write this character as {code}, in double quotes.")

    try:
        pairs = compose(name, head)
        reader = Reader(name)
        fields = reader.read_pairs(pairs)
    except RecursionError:
        raise at(name, 2, "Its fields are too deep.") from None

    return fields, {key.value: key.start_mark.line + 2 for key, _ in pairs}


def compose(name: str, head: str) -> list[tuple[t.Any, t.Any]]:
    """The nodes of all fields; those of aliases are the same ones.

    :raise NotReadable: if it is no YAML
    """
    # Most exports come back as they were.
    import yaml

    try:
        root = yaml.compose(head, yaml.SafeLoader)
    except yaml.MarkedYAMLError as e:
        # What is not closed goes on to the end.
        is_open = e.context_mark and e.problem_mark.index >= len(head)
        mark = e.context_mark if is_open else e.problem_mark
        raise at(name, mark.line + 2, f"It is no YAML: {e.problem}.") from None
    except yaml.reader.ReaderError as e:
        line = head.count("\n", 0, e.position) + 2
        raise at(name, line, f"It is no YAML: {e.reason}.") from None
    except (ValueError, OverflowError) as e:
        # A number in it is too large for what it is.
        raise at(name, 2, f"It is no YAML: {e}.") from None

    if not isinstance(root, yaml.MappingNode):
        raise at(name, 2, "It should be names, each with a colon and a value.")

    return t.cast(list[tuple[t.Any, t.Any]], root.value)


class Reader:
    """Makes values of nodes, of each one once: a few aliases of aliases would be more
    than any memory has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: set[int] = set()

    def wrong(self, node: t.Any, what: str) -> NotReadable:
        """What to raise for a node."""
        return at(self.name, node.start_mark.line + 2, what)

    def read_pairs(self, pairs: list[tuple[t.Any, t.Any]]) -> Fields:
        """The values of fields by their names.

        :raise NotReadable: if there are two of one name, or something is wrong
        """
        fields: Fields = {}

        for key, value in pairs:
            if not isinstance(self.read(key), (str, int, float, type(None))):
                raise self.wrong(key, "It should be a name, a colon and a value.")
            elif key.value in fields:
                raise self.wrong(key, f"It has {key.value} twice.")

            fields[key.value] = self.read(value)

        return fields

    def read(self, node: t.Any) -> t.Any:
        """What a node says.

        :raise NotReadable: if it is another one's, too, or has a type of its own
        """
        if id(node) in self.seen:
            raise self.wrong(
                node, "An alias stands for this. Write the value there instead."
            )

        self.seen.add(id(node))
        kind = node.tag.removeprefix(TAG)

        if (node.id, kind) == ("mapping", "map"):
            return self.read_pairs(node.value)
        elif (node.id, kind) == ("sequence", "seq"):
            return [self.read(item) for item in node.value]
        elif node.id != "scalar" or node.style and kind not in TEXTS:
            raise self.wrong(node, f"Import does not know the type {node.tag}.")

        return node.value if node.style else self.read_plain(node, kind)

    def read_plain(self, node: t.Any, kind: str) -> t.Any:
        """What a word says that is in no quotes.

        :raise NotReadable: if not all programs agree on it
        """
        text = node.value

        if kind in TEXTS and NUMBER.fullmatch(text) and "e" not in text.lower():
            # Somebody says so: else, it would be a number.
            return text
        elif kind in KINDS and NUMBER.fullmatch(text):
            try:
                return read_json(text)
            except WrongValue as e:
                raise self.wrong(node, f"It {e}.") from None
        elif kind == "null":
            return None
        elif kind in ("int", "float"):
            raise self.wrong(node, f"{text} is no number to all. Put it in quotes.")
        elif kind == "bool":
            # Some take "no" for one.
            return BOOLEANS.get(text.lower(), text)
        elif kind not in (*TEXTS, "merge", "value"):
            raise self.wrong(node, f"Import does not know the type {node.tag}.")

        return text
