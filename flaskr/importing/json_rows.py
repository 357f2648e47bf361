"""Reads the rows of a large JSON file one after the other, in bounded memory."""

import codecs
import json
import typing as t
from collections.abc import Iterator

from .records import NotReadable

CHUNK = 1_000_000
# Characters of a row, such as a post with all its forms.
MAX_VALUE = 50_000_000
MAX_SIZE = 4_000_000_000
# Characters before the end of what was read, within which an error may be that end.
NEAR = 20


class JsonReader:
    """A JSON file that is read from its beginning to its end.

    :param description: of it, for people
    """

    def __init__(self, file: t.BinaryIO, description: str) -> None:
        self.file = file
        self.description = description
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.json = json.JSONDecoder(strict=False)
        self.buffer = ""
        self.at = 0
        # Lines before the buffer, and bytes in all.
        self.lines = 0
        self.size = 0
        self.has_ended = False

    def fail(self, message: str, at: int | None = None) -> NotReadable:
        """What to raise for a mistake, with its line."""
        place = self.at if at is None else at
        line = self.lines + self.buffer.count("\n", 0, place) + 1
        return NotReadable(f"{self.description}, line {line}: {message}.")

    def fill(self) -> None:
        """Read more; twice as much, if one value has not been enough.

        :raise NotReadable: if it is too much, or no text
        """
        self.lines += self.buffer.count("\n", 0, self.at)
        self.buffer = self.buffer[self.at :]
        self.at = 0
        data = self.file.read(max(CHUNK, len(self.buffer)))
        self.size += len(data)
        self.has_ended = not data

        if self.size > MAX_SIZE:
            raise self.fail("the file is larger than any export")

        try:
            self.buffer += self.decoder.decode(data, not data)
        except UnicodeDecodeError as e:
            raise self.fail("this is not UTF-8") from e

    def peek(self) -> str:
        """The next character that is no space; the empty string at the end."""
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at] not in " \t\r\n":
                    return self.buffer[self.at]

                self.at += 1

            if self.has_ended:
                return ""

            self.fill()

    def take(self, character: str) -> bool:
        """Go past a character, if it is the next one."""
        is_next = self.peek() == character
        self.at += is_next
        return is_next

    def expect(self, character: str) -> None:
        """Go past a character.

        :raise NotReadable: if it is another one
        """
        if not self.take(character):
            what = repr(self.peek()) if self.peek() else "the end of the file"
            raise self.fail(f"{what} stands where {character!r} should")

    def read_value(self) -> t.Any:
        """The next value, whatever it is.

        :raise NotReadable: if it is none
        """
        self.peek()

        while True:
            try:
                value, end = self.json.raw_decode(self.buffer, self.at)
            except RecursionError as e:
                raise self.fail("values are too deep within each other") from e
            except ValueError as e:
                if not self.may_go_on(e):
                    place = getattr(e, "pos", self.at)
                    message = getattr(e, "msg", "a number is too long")
                    raise self.fail(f"this is no JSON ({message})", place) from e
            else:
                # A number may go on.
                if end < len(self.buffer) or self.has_ended:
                    self.at = end
                    return value

            self.fill()

    def may_go_on(self, error: ValueError) -> bool:
        """Whether an error may be that a value has not been read to its end.

        :raise NotReadable: if it is too long
        """
        if len(self.buffer) - self.at > MAX_VALUE:
            raise self.fail("a value is longer than any post")

        is_open = str(error).startswith(("Unterminated", "Invalid \\"))
        is_near = getattr(error, "pos", 0) > len(self.buffer) - NEAR
        return not self.has_ended and (is_open or is_near)

    def read_keys(self) -> Iterator[str]:
        """The keys of an object, after each of which its value must be read."""
        self.expect("{")

        if self.take("}"):
            return

        while True:
            if self.peek() != '"':
                self.expect('"')

            key = self.read_value()
            self.expect(":")
            yield key

            if not self.take(","):
                break

        self.expect("}")

    def read_elements(self) -> Iterator[None]:
        """An element of an array, which must be read, after the other."""
        self.expect("[")

        if self.take("]"):
            return

        while True:
            yield

            if not self.take(","):
                break

        self.expect("]")


def read_rows(reader: JsonReader, depth: int = 0) -> Iterator[tuple[str, t.Any]]:
    """The rows of all tables of a Ghost export, each with the name of its table.

    :raise NotReadable: if it is broken
    """
    for key in reader.read_keys():
        if key == "db" and not depth and reader.peek() == "[":
            for _ in reader.read_elements():
                yield from read_rows(reader, depth + 1)
        elif key == "data" and depth < 2 and reader.peek() == "{":
            yield from read_tables(reader)
        else:
            reader.read_value()


def read_tables(reader: JsonReader) -> Iterator[tuple[str, t.Any]]:
    """The rows of the tables of an object, each with the name of its table."""
    for table in reader.read_keys():
        if reader.peek() != "[":
            reader.read_value()
            continue

        for _ in reader.read_elements():
            yield table, reader.read_value()
