"""Makes posts of texts with front matter, whatever program it is for."""

import re
import typing as t
from datetime import datetime
from datetime import tzinfo
from datetime import UTC
from functools import partial

from ..records import Author
from ..records import OF_ITS_FILE
from ..records import Post
from ..records import State
from ..written_dates import parse_date
from .blogs import Blog
from .blogs import Program
from .code_in_markdown import set_code_aside
from .formats import lower
from .front_matter import as_bool
from .front_matter import as_list
from .front_matter import as_text
from .front_matter import Front
from .html_in_markdown import replace_html
from .lists import find_lists
from .permalinks import find_addresses
from .permalinks import find_own
from .permalinks import make_address
from .references import References
from .tags_in_text import replace_tags
from .texts import split_date
from .texts import Text

Values = dict[str, t.Any]

CREATED = (
    *("date", "publishdate", "pubdate", "publish_date", "published_date", "published"),
    *("published_at", "created", "created_at"),
)
UPDATED = ("lastmod", "updated", "modified", "last_modified_at", "updated_at")
COVERS = ("cover", "image", "featured_image", "feature_image", "thumbnail", "banner")

# What YAML has as a time in Ruby, which is in UTC; others are in the zone of the blog.
TIME = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt]|\s+)\d\d?:\d\d:\d\d(?:\.\d*)?")

TITLE = re.compile(r"\s*(?:# +(?P<hash>[^\n]+)|(?P<line>[^\n]+)\n=+ *)(?:\n|$)")
# Obsidian's and Bear's, which is no heading and no number.
HASHTAG = re.compile(r"(?<![\w/#&\[(\"'=])#(?=[\w/-]*[^\W\d_])(\w[\w/-]{0,60})")
# Kramdown's attributes, and where it or Python-Markdown puts a table of contents.
ATTRIBUTES = re.compile(
    r"(?m)^(?:[*-] TOC\n)?\{:[^{}\n]{0,300}\}\n?|\{:[^{}\n]{0,300}\}"
)
CONTENTS = re.compile(r"(?m)^\[TOC\][ \t]*\n?")

# What of a front matter says that some only saw a text.
HIDDEN = ("hidden", "private", "unlisted", "password", "secret")
STATUS = {
    **dict.fromkeys(("draft", "pending", "skip"), State.DRAFT),
    **dict.fromkeys(("hidden", "private", "unlisted"), State.PRIVATE),
}
# Tags that are none in texts of other programs.
TAGS = {
    Program.JEKYLL: ("liquid",),
    Program.HEXO: ("liquid",),
    Program.HUGO: ("shortcode",),
}


def find_created(blog: Blog, text: Text, values: Values) -> datetime | None:
    """When a text was published, as its front matter or its name says."""
    found = [
        parse_date(date := as_date(values.get(key)), find_zone(blog, date))
        for key in CREATED
    ]
    dates = [moment for moment in found if moment]
    later = parse_date(as_date(values.get("publishdate")), blog.zone)

    if later and later > datetime.now(UTC):
        return later

    written = dates[0] if dates else parse_date(text.date, blog.zone)
    return written or find_updated(blog, values)


def find_zone(blog: Blog, date: t.Any) -> tzinfo:
    """The zone of a date that says none."""
    is_time = blog.program is Program.JEKYLL and TIME.fullmatch(str(date))
    return UTC if is_time else blog.zone


def as_date(value: t.Any) -> t.Any:
    """A date of TOML, or a text; no number, which may be a year."""
    return value if hasattr(value, "year") else as_text(value)


def find_state(text: Text, blog: Blog, front: Front) -> tuple[State, tuple[str, ...]]:
    """Who saw a text, and a sentence about it if that is not plain."""
    values = front.values
    build = lower(values.get("build") or values.get("_build"))
    status = STATUS.get(as_text(values.get("status")).lower())
    until = parse_date(as_date(values.get("expirydate")), blog.zone)
    hidden = [key for key in HIDDEN if is_set(values.get(key))]

    if (
        text.kind == "draft"
        or status is State.DRAFT
        or as_bool(values.get("draft"))
        or as_bool(values.get("headless"))
        or not as_bool(values.get("published"), True)
        or not as_bool(values.get("publish"), True)
        or as_text(build.get("render")).lower() in ("never", "false")
    ):
        return State.DRAFT, ()
    elif hidden or status is State.PRIVATE:
        key = hidden[0] if hidden else "status"
        return State.PRIVATE, (f"It was not shown to all: its front matter has {key}.",)
    elif until and until < datetime.now(UTC):
        return State.PRIVATE, (f"It was shown until {until:%Y-%m-%d} only.",)
    elif blog.program is Program.PLAIN and not is_published(blog, text, values):
        # Notes, which nobody else has seen.
        return State.DRAFT, ()

    return State.PUBLIC, ()


def is_set(value: t.Any) -> bool:
    """Whether a front matter says something with a value."""
    return as_text(value).lower() not in ("", "false", "no", "off", "0")


def is_published(blog: Blog, text: Text, values: Values) -> bool:
    """Whether a text of a folder that no program is known for was on the web."""
    is_marked = as_bool(values.get("publish")) or as_bool(values.get("published"))
    has_names = any(values.get(key) for key in ("title", "link", "slug", "permalink"))
    return is_marked or (has_names and find_created(blog, text, values) is not None)


def find_authors(blog: Blog, values: Values) -> list[Author]:
    """Who wrote a text, by their names."""
    authors = []

    for key in ("author", "authors"):
        value = values.get(key)
        some = value if isinstance(value, list) else [value]

        for one in some:
            if isinstance(one, dict):
                email = as_text(lower(one).get("email"))
                authors.append(Author(as_text(lower(one)), as_text(lower(one)), email))
            else:
                # Pelican's are "Last, First; Last, First", or with commas alone.
                text = as_text(one)
                has_commas = blog.program is Program.PELICAN and ";" not in text
                names = as_list(text, "," if has_commas else ";")
                authors += [Author(name, name) for name in names]

    return list({author.key: author for author in authors if author.key}.values())


def find_tags(blog: Blog, text: Text, values: Values, body: str) -> tuple[str, ...]:
    """The tags and the categories of a text, which are tags here."""
    values = lower(values.get("taxonomies")) | values
    is_jekyll = blog.program is Program.JEKYLL
    several = r"\s+" if is_jekyll else ","
    found = list(text.sections) if is_jekyll else []

    for key in ("category", "categories", "tag", "tags"):
        is_one = is_jekyll and key in ("category", "tag")
        value = values.get(key)
        has_commas = isinstance(value, str) and "," in value
        found += as_list(value, "," if is_one or has_commas else several)

    if blog.program is Program.PELICAN and "category" not in values:
        is_folder = blog.options["use_folder_as_category"] != "False"
        found += text.sections[-1:] if is_folder else ()
    elif blog.program is Program.PLAIN:
        found += HASHTAG.findall(set_code_aside(body).text)

    return tuple(dict.fromkeys(tag.strip("#").strip() for tag in found))


def split_title(values: Values, text: Text, body: str) -> tuple[str, str]:
    """The title of a text, and the text without it: a heading at its beginning, if the
    front matter has none or the same; else the name of its file."""
    title = " ".join(as_text(values.get("title")).split())
    match = None if text.is_html else TITLE.match(body)
    heading = ""

    if match:
        heading = (close_heading(match["hash"] or "") or match["line"] or "").strip()

    if match and title in ("", heading):
        return heading, body[match.end() :].lstrip("\n")

    name = text.slug.rpartition("/")[2] or "index"
    name = split_date(name)[1] or name
    is_slug = " " not in name
    made = re.sub("[-_]+", " ", name).strip() if is_slug else name
    return title or f"{made[:1].upper()}{made[1:]}", body


def write_body(
    blog: Blog, text: Text, body: str, own: str, references: References
) -> tuple[str, tuple[str, ...]]:
    """A text as Markdown or HTML that the web has, and what could not be taken."""
    find = partial(references.find_text, name=text.name)
    tagged = replace_tags(body, find, TAGS.get(blog.program, ()))

    if text.is_html:
        html = references.replace_in_html(tagged.text, text.name, own)
        return html, tagged.warnings

    aside = set_code_aside(tagged.text)
    markdown = aside.text

    if blog.program is Program.JEKYLL:
        markdown = ATTRIBUTES.sub("", markdown)

    written = replace_html(CONTENTS.sub("", markdown))
    is_wiki = blog.program is Program.PLAIN
    markdown = references.replace_wiki_links(written.text, is_wiki)
    markdown = references.replace_in_markdown(markdown, text.name, own)
    return aside.restore(markdown).strip("\n"), tagged.warnings + written.warnings


def make_post(
    blog: Blog, text: Text, front: Front, references: References, modified: datetime
) -> Post:
    """The post of a text.

    :param modified: when its file was changed, for those without a date
    """
    values = front.values
    found = find_created(blog, text, values)
    created = found or modified
    state, warnings = find_state(text, blog, front)
    # Nobody has seen it anywhere, and its date is a guess.
    is_guess = state is State.DRAFT and not found and blog.program is not Program.PLAIN
    addresses = [] if is_guess else find_addresses(blog, text, values, created)
    own = find_own(blog, text, values, created) or make_address(blog, "")
    title, body = split_title(values, text, front.body)
    tags = find_tags(blog, text, values, front.body)
    written, lost = write_body(blog, text, body, own, references)

    if not found and state is State.PUBLIC:
        warnings += (OF_ITS_FILE,)

    return Post(
        key=text.name,
        title=title,
        state=state,
        created=created,
        updated=find_updated(blog, values),
        is_page=text.kind == "page" or is_page(values),
        authors=tuple(author.key for author in find_authors(blog, values)),
        tags=tags,
        lists=find_lists(blog, text, values, tags),
        html=written if text.is_html else "",
        markdown="" if text.is_html else written,
        addresses=tuple(addresses),
        cover=find_cover(values, text, own, references),
        cover_alt=as_text(values.get("image_alt") or values.get("cover_alt")),
        warnings=(*front.warnings, *warnings, *lost),
    )


def find_cover(values: Values, text: Text, own: str, references: References) -> str:
    """What leads to the image of a text, or the empty string."""
    found = (as_text(values.get(key)) for key in COVERS)
    cover = next(filter(None, found), "")
    return cover and references.resolve(cover, text.name, own)


def find_updated(blog: Blog, values: Values) -> datetime | None:
    """When a text was changed, if its front matter says it."""
    dates = (parse_date(as_date(values.get(key)), blog.zone) for key in UPDATED)
    return next(filter(None, dates), None)


def is_page(values: Values) -> bool:
    """Whether a front matter says that a text is a page."""
    kinds = (as_text(values.get(key)).lower() for key in ("layout", "type"))
    return "page" in kinds or as_bool(values.get("is_page"))


def close_heading(text: str) -> str:
    """A heading without the number signs at its end."""
    start = text.rstrip().rstrip("#")
    return start if start.endswith(" ") else text
