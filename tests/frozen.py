"""A frozen blog, as tests make and read one: its links, each of which has to lead to a
file."""

import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote
from urllib.parse import urljoin
from xml.etree import ElementTree

from flaskr.freezing.folder import STATE

URL = "https://frozen.example/x"


def freeze(app, folder, *options, url=URL):
    """What the command says."""
    options = [*options, *(["--url", url] if url else [])]
    return app.test_cli_runner().invoke(args=["freeze", *options, str(folder)])


def freeze_well(app, folder, *options, url=URL):
    result = freeze(app, folder, *options, url=url)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def refuse(app, folder, *options, url=URL):
    """The sentence with which it is refused."""
    result = freeze(app, folder, *options, url=url)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    return result.stderr


def list_files(folder):
    """The names of the files that a server shows, sorted."""
    names = [p.relative_to(folder) for p in folder.rglob("*") if p.is_file()]
    return sorted(name.as_posix() for name in names if name.parts[0] != STATE)


class Page(HTMLParser):
    """The links of a page, by what has them, and the ids of its elements."""

    def __init__(self, text):
        super().__init__()
        self.links = []
        self.ids = set()
        self.tags = []
        self.is_json = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self.ids |= {found["id"]} if "id" in found else set()
        self.is_json = found.get("type") == "application/ld+json"
        self.links += [found[name] for name in ("href", "src") if name in found]

        if "srcset" in found:
            self.links += [part.split()[0] for part in found["srcset"].split(", ")]

        if found.get("property") in ("og:url", "og:image", "article:author"):
            self.links.append(found["content"])

        if found.get("http-equiv") == "refresh":
            self.links.append(found["content"].partition("url=")[2])

    def handle_data(self, data):
        if self.is_json:
            self.links += re.findall(r'"(https://frozen[^"]*)"', data)


def find_links(path):
    """The links of a file, whatever it is."""
    kind = path.suffix

    if kind == ".html":
        return Page(path.read_text("utf-8")).links
    elif kind in (".atom", ".rss", ".xml"):
        return list(find_in_xml(ElementTree.parse(path)))
    elif kind == ".json":
        feed = json.loads(path.read_text("utf-8"))
        names = ("home_page_url", "feed_url", "next_url")
        found = [feed[name] for name in names if name in feed]

        for item in feed["items"]:
            found += [item["url"], item["authors"][0]["url"]]
            found += Page(item["content_html"]).links

        return found
    elif kind == ".webmanifest":
        manifest = json.loads(path.read_text("utf-8"))
        return [manifest["start_url"], *(icon["src"] for icon in manifest["icons"])]
    elif kind == ".css":
        return re.findall(r"url\([\"']?([^)\"']+)", path.read_text("utf-8"))
    elif path.name == "robots.txt":
        return re.findall("Sitemap: (.*)", path.read_text("utf-8"))

    return []


def find_in_xml(tree):
    """The links of a feed or a sitemap, and of the HTML that is in it."""
    for element in tree.iter():
        name = element.tag.rpartition("}")[2]
        yield from [element.attrib["href"]] if "href" in element.attrib else []

        if name in ("uri", "loc") or (name == "link" and element.text):
            yield element.text
        elif name in ("content", "encoded"):
            yield from Page(element.text).links


def find_ids(path):
    """The ids of the elements of a page; with ``None``, if it only leads on."""
    page = Page(path.read_text("utf-8")) if path.suffix == ".html" else Page("")
    leads_on = any(found.get("http-equiv") == "refresh" for _, found in page.tags)
    return page.ids | {None} if leads_on else page.ids


def find_file(folder, link, name, url=URL):
    """The file that a link in another one leads to, and the fragment; ``None`` if it is
    elsewhere."""
    # As servers show it.
    here = f"{url}/{re.sub('index.html$', '', name)}"
    there, _, fragment = urljoin(here, html.unescape(link)).partition("#")

    if not f"{there}/".startswith(f"{url}/"):
        return None

    assert "?" not in there, there
    path = folder / unquote(there.removeprefix(url).lstrip("/"))
    return path / "index.html" if path.is_dir() else path, unquote(fragment)


def check_links(folder, url=URL):
    """Look whether each link leads to a file, and to an element in it; return how many
    there are."""
    number, ids = 0, {}

    for name in list_files(folder):
        for link in find_links(folder / name):
            found = find_file(folder, link, name, url)

            if found is None:
                assert link.startswith(("https://", "http://")), (name, link)
                continue

            number += 1
            path, fragment = found
            assert path.is_file(), (name, link)

            if path not in ids:
                ids[path] = find_ids(path)

            is_there = not fragment or not {fragment, None}.isdisjoint(ids[path])
            assert is_there, (name, link)

    return number
