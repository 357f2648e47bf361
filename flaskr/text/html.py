"""The HTML of a tree of :mod:`.commonmark`, not yet sanitized; for markdown.py."""

import typing as t
from collections import Counter
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from markupsafe import escape

from .extract import extract_text
from .headings import find_headings
from .headings import Heading
from .headings import Outline
from .headings import TAGS as HEADINGS
from .highlight import Highlighter
from .highlight import LANGUAGES
from .highlight import NAMES
from .image_tags import ABOVE_FOLD
from .image_tags import describe_files
from .image_tags import label
from .image_tags import size_figure
from .links import ABSOLUTE
from .links import is_allowed_url
from .links import match_own_image
from .marks import PAGE
from .marks import PREFIX
from .marks import RELATIVE
from .marks import ROOT
from .tags import find_only_image
from .tags import has_content
from .tags import join_attributes
from .tags import VOID


class Writer:
    """Writes the HTML of one text."""

    def __init__(self, tree: Element, highest: int, highlighter: Highlighter) -> None:
        """:param highest: the level of the highest heading; 0: headings are
        paragraphs and images are links, as in a comment
        """
        self.tree = tree
        self.highest = highest
        self.highlighter = highlighter
        self.outline = Outline(highest)
        self.headings: dict[Element, Heading] = {}
        self.reference_counts: Counter[str] = Counter()
        self.length = 0  # of what is written
        self.is_in_link = False

    def write_blocks(self) -> list[str]:
        """The HTML of each child of the tree, with what follows it; for one call."""
        for element in find_headings(self.tree) if self.highest else ():
            if has_content(element):
                text = " ".join(extract_text(element).split())
                self.headings[element] = self.outline.add(element.tag, text)

        for number in range(1, len(self.tree.findall("section/ol/li")) + 1):
            self.outline.ids.setdefault(f"fn-{number}", f"fn-{number}")

        # Before the first block is no text.
        return self.write_pieces(self.tree)[1:]

    def write_children(self, element: Element) -> str:
        """What is within an element."""
        return "".join(self.write_pieces(element))

    def write_pieces(self, element: Element) -> list[str]:
        """The text that an element begins with, and each child with its tail."""
        pieces: list[str] = [escape(element.text or "")]
        self.length += len(pieces[0])

        for child in element:
            written = self.write_element(child)
            # A line break after what is not shown would be an empty line.
            tail = child.tail or ""
            after = escape(tail if written else tail.removeprefix("\n"))
            pieces.append(f"{written}{after}")
            self.length += len(after)

        return pieces

    def write_element(self, element: Element) -> str:
        """An element with all that is in it."""
        tag = str(element.tag)
        write = self.WRITERS.get(tag)
        written = write(self, element) if write else self.write_tag(element)
        self.length += len(written) if tag == "img" else len(tag)
        return written

    def write_tag(self, element: Element, **attributes: str | None) -> str:
        """A start tag, what is within, and an end tag."""
        tag = str(element.tag)
        attributes["dir"] = element.get("dir")
        start = f"<{tag}{join_attributes(attributes)}>"
        end = "" if tag in VOID else f"{self.write_children(element)}</{tag}>"
        return f"{start}{end}"

    def write_heading(self, element: Element) -> str:
        """A heading that is a link to itself, unless one is in it; bold text if there
        are no levels, nothing if it is empty."""
        if not has_content(element):
            return ""

        html = self.write_children(element)

        if not self.highest:
            attributes = {"dir": element.get("dir")}
            return f"<p{join_attributes(attributes)}><strong>{html}</strong></p>"

        heading = self.headings[element]
        attributes = {"id": f"{PREFIX}{heading.id}", "dir": element.get("dir")}

        if not any(child.tag in ("a", "sup") for child in element.iter()):
            address = f"{PAGE}#{PREFIX}{heading.id}"
            html = f'<a class="anchor" href="{escape(address)}">{html}</a>'

        return (
            f"<h{heading.level}{join_attributes(attributes)}>{html}</h{heading.level}>"
        )

    def write_link(self, element: Element) -> str:
        """A link, to the prefixed id if its URL is a fragment of this text; only its
        text if the URL is not allowed, nothing if there is no text."""
        if element.get("class") == "footnote-backref":
            return self.write_backref(element)

        url = element.get("href", "")
        is_allowed = is_allowed_url(url)
        # A link in a link would be two.
        self.is_in_link = is_allowed
        text = self.write_children(element)
        self.is_in_link = False

        if not has_content(element):
            return ""
        elif not is_allowed:
            return text

        attributes = {
            "href": self.find_address(url),
            "title": element.get("title"),
            "dir": element.get("dir"),
        }
        return f"<a{join_attributes(attributes)}>{text}</a>"

    def find_address(self, url: str) -> str:
        """A URL, marked if it depends on the place."""
        if url.startswith("#"):
            id = self.outline.find_id(unquote(url[1:]))
            return f"{PAGE}#{PREFIX}{id}" if id else f"{PAGE}{url}"
        elif match_own_image(url):
            return f"{ROOT}{url}"
        else:
            return url if ABSOLUTE.match(url) else f"{url}{RELATIVE}"

    def write_backref(self, element: Element) -> str:
        """The link from a footnote back to one of its references."""
        attributes = {
            "class": "footnote-backref",
            "role": "doc-backlink",
            "href": f"{PAGE}#{PREFIX}fnref-{element.get('id')}",
        }
        return f"<a{join_attributes(attributes)}>{self.write_children(element)}</a>"

    def write_reference(self, element: Element) -> str:
        """A footnote reference with an id: ``fnref-1`` for the first one to footnote 1,
        ``fnref-1-2`` for the second one; in a link, it is none."""
        if element.get("class") != "footnote-ref":
            return self.write_tag(element)

        number = element.text or ""
        self.reference_counts[number] += 1
        times = self.reference_counts[number]
        id = f"{PREFIX}fnref-{number}" + (f"-{times}" if times > 1 else "")
        link = {"role": "doc-noteref", "href": f"{PAGE}#{PREFIX}fn-{number}"}
        shown = (
            number
            if self.is_in_link
            else f"<a{join_attributes(link)}>{escape(number)}</a>"
        )
        return f'<sup class="footnote-ref" id="{id}">{shown}</sup>'

    def write_notes(self, element: Element) -> str:
        """The footnotes, each with the id ``fn-1`` and so on."""
        items = []

        for number, item in enumerate(element[0], 1):
            item.set("id", f"fn-{number}")
            items.append(f"{self.write_element(item)}\n")

        html = "".join(items)
        attributes = {"dir": element[0].get("dir")}
        return (
            '<div class="footnotes" role="doc-endnotes">\n'
            f"<ol{join_attributes(attributes)}>\n{html}</ol>\n</div>"
        )

    def write_item(self, element: Element) -> str:
        """An item of a list; of the footnotes, with its id."""
        id = element.get("id")
        attributes = {"class": element.get("class"), "id": id and f"{PREFIX}{id}"}
        return self.write_tag(element, **attributes)

    def write_list(self, element: Element) -> str:
        """A list that is numbered, from where it starts."""
        return self.write_tag(element, start=element.get("start"))

    def write_cell(self, element: Element) -> str:
        """A cell of a table, with its side as a class."""
        return self.write_tag(element, **{"class": element.get("align")})

    def write_table(self, element: Element) -> str:
        """A table, in what scrolls."""
        box = {"class": "wide", "dir": element.get("dir"), "role": "group"}
        box["aria-labelledby"] = "table-label"
        return f"<div{join_attributes(box)}>{self.write_tag(element)}</div>"

    def write_span(self, element: Element) -> str:
        """The box of a task."""
        return self.write_tag(element, **{"class": element.get("class")})

    def write_image(self, element: Element) -> str:
        """An image: of ours, with its size and narrower files; of another site, loaded
        late and without referrer; the alternative text if the URL is not allowed. In
        a comment, a link to it."""
        url = element.get("src", "")
        alt = element.get("alt", "")

        if not is_allowed_url(url):
            return escape(alt)
        elif self.is_in_link and not self.highest:
            return escape(label(element))
        elif not self.highest:
            address = escape(self.find_address(url))
            return f'<a href="{address}">{escape(label(element))}</a>'

        attributes = {
            "src": self.find_address(url),
            "alt": alt,
            "title": element.get("title"),
        }

        if own := match_own_image(url):
            if self.length >= ABOVE_FOLD:
                attributes["loading"] = "lazy"

            attributes |= describe_files(own, ROOT, element.get("sizes"))
        else:
            attributes |= {"loading": "lazy", "referrerpolicy": "no-referrer"}

        return f"<img{join_attributes(attributes)}>"

    def write_paragraph(self, element: Element) -> str:
        """A paragraph; one that is an image only is a figure, with the title of the
        image as its caption, and as wide as its address says."""
        image = find_only_image(element) if self.highest else None

        if image is None or not is_allowed_url(image.get("src", "")):
            return self.write_tag(element)

        caption = Element("figcaption")
        caption.text = image.attrib.pop("title", "").strip()
        shown = self.write_tag(caption) if caption.text else ""
        start = f"<figure{join_attributes({'class': size_figure(image)})}>"
        return f"{start}{self.write_children(element)}{shown}</figure>"

    def write_code(self, element: Element) -> str:
        """A block of code, highlighted if its language is one of :data:`LANGUAGES` and
        the highlighter has not spent its tokens."""
        code = element[0]
        text = "".join(code.itertext())
        language = code.get("class", "").removeprefix("language-").lower()
        name = LANGUAGES.get(language)
        html = self.highlighter.highlight(text, name) if name else None
        css = f' class="language-{name}"' if html is not None else ""
        shown = escape(text) if html is None else html
        self.length += len(text)
        attributes = {
            "dir": element.get("dir"),
            "role": "group",
            "aria-labelledby": "code-label",
            "data-language": NAMES.get(name, name.title()) if name else None,
        }
        return f"<pre{join_attributes(attributes)}><code{css}>{shown}</code></pre>"

    WRITERS: t.ClassVar[dict[str, t.Callable[..., str]]] = {
        **dict.fromkeys(HEADINGS, write_heading),
        **dict.fromkeys(("td", "th"), write_cell),
        "a": write_link,
        "img": write_image,
        "li": write_item,
        "ol": write_list,
        "p": write_paragraph,
        "pre": write_code,
        "section": write_notes,
        "span": write_span,
        "sup": write_reference,
        "table": write_table,
    }
