"""Reads the tokens of HTML, one after the other, as blocks. What is within each other
is kept in a list, so that neither its depth nor its mistakes do harm."""

from collections import Counter

from . import quirks
from .blocks import Document
from .blocks import HEADINGS
from .builder import Builder
from .elements import BLOCKS
from .elements import CELLS
from .elements import Element
from .elements import Placer
from .elements import SKIPPED
from .elements import VOID
from .styles import change
from .styles import Declarations
from .styles import Format
from .styles import Rules
from .styles import TAGS
from .tags import Comment
from .tags import End
from .tags import Start
from .tags import StyleSheet
from .tags import tokenize

# Elements that are open.
MAX_OPEN = 500
MAX_ELEMENTS = 100_000
# Elements in a line that are left open by the one around them.
MAX_CROSSED = 50

# What the start of an element ends, and where that does not reach.
IMPLIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "li": (("li",), ("ol", "ul", "table")),
    "td": (CELLS, ("table", "tr")),
    "th": (CELLS, ("table", "tr")),
    "tr": (("tr",), ("table",)),
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "p": (("p",), tuple(BLOCKS - {"p"})),
}
MAX_IMPLIED = 20


class Reader:
    """Reads one document."""

    def __init__(self) -> None:
        self.document = Document([], {}, {}, set())
        self.placer = Placer(self.document)
        self.builder = Builder(self.document)
        self.rules = Rules()
        self.stack = [Element("", Format())]
        self.counts: Counter[str] = Counter()
        self.not_opened: Counter[str] = Counter()
        self.elements = 0
        self.has_begun = False
        self.has_tex = False

    def read(self, source: str) -> Document:
        """What HTML says, between the comments that enclose a fragment if there are
        any; for one call."""
        self.has_tex = quirks.TEX in source

        for token in tokenize(source):
            if isinstance(token, str):
                self.builder.add_text(self.stack[-1], token)
            elif isinstance(token, Start):
                self.start(token)
            elif isinstance(token, End):
                self.end(token.name)
            elif isinstance(token, StyleSheet):
                self.rules.read(token.css)
            elif self.is_end(token):
                break

        while len(self.stack) > 1:
            self.pop()

        self.builder.end_block(self.stack[-1])
        return self.document

    def is_end(self, comment: Comment) -> bool:
        """Whether a comment ends the fragment; one that begins it drops what was before
        it."""
        if comment.text == "StartFragment" and not self.has_begun:
            self.has_begun = True
            self.document.blocks.clear()
            self.document.left_out = 0
            self.builder.begin_block()

        return comment.text == "EndFragment" and self.has_begun

    def start(self, token: Start) -> None:
        """Open an element, or add one that holds nothing."""
        name = token.name

        if name in VOID:
            self.add_void(token)
            return

        is_block = name in BLOCKS
        is_full = len(self.stack) > MAX_OPEN or self.elements > MAX_ELEMENTS

        if not is_full:
            self.end_implied(name)

        if is_block:
            self.builder.end_block(self.stack[-1])

        if is_full:
            self.not_opened[name] += 1
            return

        in_code = self.stack[-1].tag == "pre"
        self.stack.append(self.open_in_code(token) if in_code else self.open(token))
        self.counts[name] += 1
        self.elements += 1

    def open_in_code(self, token: Start) -> Element:
        """An element within code, of which only the text is of interest."""
        name, attributes = token
        parent = self.stack[-1]

        if name == "code":
            self.builder.begin_code(quirks.find_language(attributes))

        is_beside = name in SKIPPED or quirks.is_gutter(attributes)
        is_skipped = parent.is_skipped or is_beside
        return parent._replace(name=name, opens_code=False, is_skipped=is_skipped)

    def open(self, token: Start) -> Element:
        """An element with its style and its place."""
        name, attributes = token
        element = self.stack[-1]._replace(name=name, opens_code=False)
        declarations = self.find_declarations(token)
        element = self.style(element, attributes, declarations)

        if name in BLOCKS:
            element = self.placer.place(element, attributes, declarations)
            self.builder.language = element.language

        return element

    def find_declarations(self, token: Start) -> Declarations:
        """The style of an element."""
        name, attributes = token
        classes, style = attributes.get("class", ""), attributes.get("style", "")
        found = self.rules.find(name, classes, style)
        face = attributes.get("face")
        return {"font-family": face, **found} if face else found

    def style(
        self, element: Element, attributes: dict[str, str], declarations: Declarations
    ) -> Element:
        """An element that looks as its tag and its style say."""
        name, id = element.name, attributes.get("id", "")
        self.document.sizes |= id.startswith("docs-internal-guid")

        if declarations or name in TAGS:
            format = element.format._replace(**TAGS.get(name, {}))
            element = element._replace(format=change(format, declarations))

        if quirks.is_formula(name, attributes):
            return element._replace(format=element.format._replace(is_code=True))
        elif self.skips(name) or quirks.is_hidden(attributes, declarations):
            return element._replace(is_skipped=True)
        elif declarations.get("mso-list") == "ignore":
            return element._replace(is_marker=True)
        elif name == "a" or quirks.is_anchor(attributes):
            return self.open_link(element, attributes)

        return element

    def skips(self, name: str) -> bool:
        """Whether nothing in an element is text, or there is TeX that says it."""
        return name in SKIPPED or (self.has_tex and name in quirks.MATH)

    def open_link(self, element: Element, attributes: dict[str, str]) -> Element:
        """A link, to a footnote or elsewhere."""
        href = attributes.get("href", "")
        reference = quirks.find_reference(href)

        if quirks.is_anchor(attributes):
            return element._replace(is_skipped=True)
        elif reference and reference.is_back:
            id = attributes.get("id") or attributes.get("name", "")
            self.builder.note = quirks.find_note(id)
            return element._replace(is_skipped=True)

        # On a page, a heading may be a link to itself.
        is_own = "anchor" in attributes.get("class", "").split()
        url = "" if is_own else quirks.clean_url(href)
        is_fragment = element.tag in HEADINGS and "#" in href
        element = element._replace(url=url, is_fragment=is_fragment)
        return element._replace(note=reference.name if reference else "")

    def end_implied(self, name: str) -> None:
        """Close what the start of an element closes, where end tags are left out."""
        closed, bounds = IMPLIED.get(name, ((), ()))

        if not closed or not any(self.counts[other] for other in closed):
            return

        for back in range(1, min(len(self.stack), MAX_IMPLIED)):
            found = self.stack[-back].name

            if found in bounds:
                return
            elif found in closed:
                for _ in range(back):
                    self.pop()

                return

    def end(self, name: str) -> None:
        """Close an element, and those in it that are still open."""
        if self.not_opened[name]:
            self.not_opened[name] -= 1

            if name in BLOCKS:
                self.builder.end_block(self.stack[-1])
        elif self.counts[name]:
            for _ in range(self.count_closed(name)):
                self.pop()

    def count_closed(self, name: str) -> int:
        """How many elements the end of an open one closes; 0: it crosses a block."""
        back = 1

        while (found := self.stack[-back].name) != name:
            if name not in BLOCKS and (back > MAX_CROSSED or found in BLOCKS):
                return 0

            back += 1

        return back

    def pop(self) -> None:
        """Close the last element."""
        element = self.stack[-1]

        if element.opens_code:
            self.builder.end_code(element)
        elif element.name == "code" and element.tag == "pre":
            self.builder.end_part()
        elif element.name in BLOCKS:
            self.builder.end_block(element)

        if element.name in CELLS:
            self.builder.add_cell(element)

        self.stack.pop()
        self.counts[element.name] -= 1

    def add_void(self, token: Start) -> None:
        """Add what an element without an end is."""
        name, attributes = token
        element = self.stack[-1]
        item = element.find_item()

        if name == "meta" and attributes.get("name", "").lower() == "generator":
            generator = attributes.get("content", "")
            self.document.sizes |= generator.startswith("Cocoa HTML Writer")
            self.builder.has_lines = generator.startswith("LibreOffice")
        elif element.is_skipped:
            return
        elif name == "br":
            self.builder.add_break(element)
        elif name == "hr":
            self.builder.add_rule(element)
        elif name == "input" and item and attributes.get("type") == "checkbox":
            self.document.tasks[item.key] = "checked" in attributes
        elif name == "img" and element.tag != "pre":
            self.builder.add_image(element, attributes)
