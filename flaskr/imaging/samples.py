"""What a palette looks like: a small page, as SVG."""

from html import escape

WIDTH, HEIGHT = 320, 176

# As the pages have it.
FONT = "system-ui, sans-serif"


def draw_sample(scheme: dict[str, str], title: str, text: str, button: str) -> str:
    """A page in the colors of light or of dark pages: the band with a title, a line of
    text, one that is a link, and a button."""
    title, text, button = (escape(part, quote=False) for part in (title, text, button))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" font-size="15">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{scheme["paper"]}"/>'
        f'<rect width="{WIDTH}" height="52" fill="{scheme["tint"]}"/>'
        f'<rect width="48" height="4" fill="{scheme["bar"]}"/>'
        f'<text x="20" y="33" font-size="19" font-weight="650"'
        f' fill="{scheme["link"]}">{title}</text>'
        f'<text x="20" y="82" fill="{scheme["ink"]}">{text}</text>'
        f'<text x="20" y="108" fill="{scheme["link"]}"'
        f' text-decoration="underline">{text}</text>'
        f'<rect x="20" y="124" width="110" height="36" rx="4" fill="{scheme["fill"]}"/>'
        f'<text x="75" y="147" text-anchor="middle" font-weight="600"'
        f' fill="{scheme["on-fill"]}">{button}</text>'
        f'<rect x="146.5" y="124.5" width="153" height="35" rx="4"'
        f' fill="{scheme["paper"]}" stroke="{scheme["border"]}"/>'
        "</svg>"
    )
