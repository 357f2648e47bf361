"""What a reader takes for one letter or one sign, though it is several characters."""

from unicodedata import category


def is_joined(pair: str) -> bool:
    """Whether two characters are one to a reader, as an "e" and its accent, or the
    people of a family in emoji."""
    return (
        category(pair[1])[0] == "M"
        or "\u200d" in pair
        or "\U0001f3fb" <= pair[1] <= "\U0001f3ff"  # colors of skin
    )
