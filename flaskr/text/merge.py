"""What two people made of one text, in one: by lines, as version control has it."""

from .differences import Budget
from .differences import find_hunks
from .differences import split_lines
from .names import name_key


class Side:
    """The lines that somebody made of others, read from the beginning to the end."""

    def __init__(self, base: list[str], made: str) -> None:
        self.lines = split_lines(made)
        self.hunks = find_hunks(base, self.lines, Budget())
        # The hunks that were read, and by how much they moved what comes after them.
        self.number = 0
        self.shift = 0

    def read(self, start: int, end: int) -> list[str]:
        """What became of the lines of a region, which comes after those before."""
        first = start + self.shift

        while self.number < len(self.hunks) and self.hunks[self.number].a_end <= end:
            hunk = self.hunks[self.number]
            self.shift = hunk.b_end - hunk.a_end
            self.number += 1

        return self.lines[first : end + self.shift]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """A text with the changes of both; ``None`` if some are of the same lines, or of
    lines that follow each other, and differ."""
    if mine in (base, theirs):
        return theirs
    elif theirs == base:
        return mine

    lines = split_lines(base)
    sides = [Side(lines, mine), Side(lines, theirs)]
    merged: list[str] = []
    at = 0

    for start, end in find_regions(sides):
        versions = [side.read(start, end) for side in sides]
        changed = [v for v in versions if v != lines[start:end]] or versions

        if changed[0] != changed[-1]:
            return None

        merged += lines[at:start] + changed[0]
        at = end

    return "".join(merged + lines[at:])


def find_regions(sides: list[Side]) -> list[tuple[int, int]]:
    """The parts of the base that somebody changed; what overlaps or touches is one."""
    regions: list[tuple[int, int]] = []

    for hunk in sorted(hunk for side in sides for hunk in side.hunks):
        if regions and hunk.a_start <= regions[-1][1]:
            start, end = regions.pop()
            regions.append((start, max(end, hunk.a_end)))
        else:
            regions.append((hunk.a_start, hunk.a_end))

    return regions


def merge_line(base: str, mine: str, theirs: str) -> str | None:
    """One line, such as a title, as whoever changed it has it; ``None`` if both did,
    and not alike."""
    if mine in (base, theirs):
        return theirs

    return mine if theirs == base else None


def merge_tags(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Tags with those that either added, without those that either removed, in the
    order of whoever changed it: nobody's change gets in the way of another's."""
    keys = [[name_key(name) for name in tags] for tags in (base, mine, theirs)]

    if keys[1] in (keys[0], keys[2]):
        return theirs
    elif keys[2] == keys[0]:
        return mine

    before, wanted, _ = map(set, keys)
    removed = before - wanted
    kept = [name for name in theirs if name_key(name) not in removed]
    known = before | set(keys[2])
    return kept + [name for name in mine if name_key(name) not in known]
