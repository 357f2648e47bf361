"""The footnotes of a tree of :mod:`.commonmark`, as comrak has them."""

import typing as t
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import SubElement


def collect_notes(tree: Element) -> None:
    """Put the footnotes last, by their numbers, with ways back. One that is defined
    twice says both, and one that nothing refers to stays where it is."""
    for parent in list(tree.iter()):
        for link in parent.findall("a[@class='footnote-backref']"):
            replace(parent, link, [])

    references: dict[str, list[Element]] = {}

    for sup in tree.findall(".//sup[a]"):
        references.setdefault(sup[0].get("href", "")[1:], []).append(sup)

    notes = take_notes(tree, references)

    if not notes:
        return

    ol = SubElement(SubElement(tree, "section"), "ol")

    # comrak has counted those in notes that are not shown.
    for id in sorted(notes, key=lambda id: int(references[id][0][0].text or 0)):
        ol.append(notes[id])
        number = str(len(ol))
        add_backrefs(notes[id], number, len(references[id]))

        for sup in references[id]:
            sup[:] = []
            sup.text = number


def take_notes(tree: Element, references: t.Container[str]) -> dict[str, Element]:
    """Take the footnotes that something refers to out of a tree, by their ids."""
    parents = {child: parent for parent in tree.iter() for child in parent}
    notes: dict[str, Element] = {}

    for item in [li for li in tree.iter("li") if li.get("id")]:
        id = item.attrib.pop("id")
        children = list(item)

        if id in references:
            replace(parents[item], item, [])
            place = notes.setdefault(id, Element("li"))
            place.extend(children)
        else:
            replace(parents[item], item, children)
            place = parents[item]

        # One definition may be within another one.
        parents |= dict.fromkeys(children, place)

    return notes


def replace(parent: Element, child: Element, others: list[Element]) -> None:
    """Put other elements in the place of one; the text after it stays."""
    place = list(parent).index(child)
    tail = child.tail if child.tail and child.tail.strip() else ""
    parent[place : place + 1] = others

    if before := parent[: place + len(others)]:
        before[-1].tail = (before[-1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def add_backrefs(note: Element, number: str, count: int) -> None:
    """Put the ways back from a footnote at the end of its last paragraph; after a list,
    a quotation or code, in one of their own."""
    if not len(note) or note[-1].tag != "p":
        SubElement(note, "p")

    for block in note:
        block.tail = "\n"

    note.text = "\n"
    paragraph = note[-1]

    if len(paragraph):
        paragraph[-1].tail = f"{(paragraph[-1].tail or '').rstrip()} "
    elif paragraph.text:
        paragraph.text = f"{paragraph.text.rstrip()} "

    for times in range(1, count + 1):
        id = number if times == 1 else f"{number}-{times}"
        link = SubElement(paragraph, "a", {"class": "footnote-backref", "id": id})
        link.text = "↩"

        if times > 1:
            paragraph[-2].tail = " "
            SubElement(link, "sup").text = str(times)
