"""Colors as WCAG 2 compares them."""

import re


def channels(color):
    assert re.fullmatch("#[0-9a-f]{6}", color)
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def luminance(color):
    """As WCAG 2 has it."""
    values = [channel / 255 for channel in channels(color)]
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)
