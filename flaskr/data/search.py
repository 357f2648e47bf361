"""Posts by their words: the queue of those to index, and what a query finds."""

from collections.abc import Iterable
from itertools import chain
from itertools import islice

from ..db import get_db
from ..db import get_fulltext
from ..db import Row
from ..db import transaction
from ..text import markdown
from ..text.compounds import find_compounds
from ..text.names import name_key
from ..text.query import join_words
from ..text.query import Phrase
from ..text.query import Query
from ..text.query import Terms
from ..text.ranking import Document
from ..text.spellings import fold_spelling
from ..text.spellings import list_spellings
from ..text.tokens import tokenize
from ..writers import SHORT_WAIT
from ..writers import WRITE_WAIT
from . import former_names
from . import posts
from . import tags
from . import users
from .cursor import Cursor
from .posts import Filter

# Posts and characters that are indexed in one transaction, during which nobody
# else can write: a fifth of a second.
MAX_BATCH = 200
MAX_BATCH_LENGTH = 200_000

# Pages of the index that are merged in one transaction: a tenth of a second.
MAX_PAGES = 1000

# Between two texts, what no phrase can cross.
SEPARATOR = " ^ "

# Words in parts that a text has as one, too; no page has so many.
MAX_COMPOUNDS = 1000

# Names for which authors are looked up, with other spellings of them.
MAX_NAMES = 1000

# Posts of a kilobyte, or as much of longer ones, that one search indexes before it
# looks: half a second, after an upgrade.
MAX_PER_SEARCH = 500
KILOBYTE = 1000


def index_pending(limit: int = MAX_PER_SEARCH, seconds: float = WRITE_WAIT) -> int:
    """Index posts that changed, and wait for others who write for so many seconds;
    return how many are left."""
    while limit > 0 and has_pending():
        limit -= index_batch(min(limit, MAX_BATCH), seconds)

    row = get_db().execute("SELECT count(*) AS number FROM search_queue").fetchone()
    left: int = row["number"]
    return left


def has_pending() -> bool:
    """Whether a post waits to be indexed, and a search may miss it."""
    query = "SELECT post_id FROM search_queue LIMIT 1"
    return get_db().execute(query).fetchone() is not None


def forget_deleted() -> None:
    """Drop the words of posts that were deleted, even if nobody searches: so many of
    them, and so much of the index, at a time."""
    query = (
        "SELECT 1 FROM search_queue q WHERE NOT EXISTS"
        " (SELECT 1 FROM post p WHERE p.id = q.post_id) LIMIT 1"
    )

    if get_db().execute(query).fetchone():
        index_pending(MAX_BATCH, SHORT_WAIT)
        drop_removed(SHORT_WAIT)


def drop_removed(seconds: float = WRITE_WAIT) -> bool:
    """Take what was removed out of some of the index; return whether there is more."""
    with transaction(is_aside=True, seconds=seconds) as db:
        return bool(get_fulltext().drop_removed(db, MAX_PAGES))


def count_pending(most: int) -> int:
    """How many posts wait to be indexed, up to a bound."""
    query = (
        "SELECT count(*) AS number FROM (SELECT post_id FROM search_queue LIMIT ?) q"
    )
    row = get_db().execute(query, (most,)).fetchone()
    number: int = row["number"]
    return number


def index_batch(limit: int, seconds: float = WRITE_WAIT) -> int:
    """Index some posts; return how many of a kilobyte they would be."""
    length = 0

    with transaction(is_aside=True, seconds=seconds) as db:
        # In this order, pages are filled and words are kept in memory: half the time
        # and the space.
        rows = db.execute(
            "SELECT post_id FROM search_queue ORDER BY post_id LIMIT ?", (limit,)
        ).fetchall()

        documents = {}

        for row in rows:
            if length < MAX_BATCH_LENGTH:
                document, size = read_document(row["post_id"])
                documents[row["post_id"]] = document
                length += size

        get_fulltext().write(db, documents)

        for post_id in documents:
            db.execute("DELETE FROM search_queue WHERE post_id = ?", (post_id,))

    # Another process may have been quicker.
    return max(len(documents), length // KILOBYTE, 1)


def read_document(post_id: int) -> tuple[Document | None, int]:
    """What is indexed of a post as it is now, ``None`` if the public does not see it;
    and the length of its body in characters."""
    db, fulltext = get_db(), get_fulltext()
    post = fulltext.read(db, posts.PUBLIC, post_id)

    if post is None:
        return None, 0

    author_id, title, body = post
    labels = fulltext.read_tags(db, post_id)
    names = SEPARATOR.join(join_tokens(name) for _, name in labels)
    keys = [f"u{author_id}", *(f"t{id}" for id, _ in labels)]
    text = join_tokens(markdown.plain(body))
    return Document(join_tokens(title), names, text, keys), len(body)


def join_tokens(text: str) -> str:
    """The tokens of a text with spaces between them, as the index takes them, and at
    the end, words in parts as one."""
    tokens = list(tokenize(text))
    compounds = dict.fromkeys(word.text for word in find_compounds(text, tokens))
    return SEPARATOR.join(
        [" ".join(token.text for token in tokens), *islice(compounds, MAX_COMPOUNDS)]
    )


def list_best(scores: dict[int, float], cursor: Cursor | None) -> Filter:
    """Posts by their scores, the best first."""
    join, parameters = get_fulltext().join_scores(scores, bool(cursor and cursor.back))
    return Filter(
        join, parameters=parameters, sort=("s.score", "s.id"), source=posts.PUBLIC
    )


def find(query: Query, cursor: Cursor | None = None) -> dict[int, float]:
    """The scores of posts by their ids, the best the greatest: of all that match, or of
    many next to the cursor."""
    conditions = make_conditions(query)

    if conditions is None:
        return {}

    scores: dict[int, float] = get_fulltext().find(get_db(), *conditions, cursor)
    return scores


def count(query: Query) -> int:
    """How many posts a query finds, up to :data:`MAX_RANKED`."""
    conditions = make_conditions(query)

    if conditions is None:
        return 0

    number: int = get_fulltext().count_matches(get_db(), *conditions)
    return number


def make_conditions(
    query: Query,
) -> tuple[list[Phrase], list[list[str]], list[Phrase]] | None:
    """The phrases that a post must have, the keys of which it must have one each, and
    what it must not have; ``None`` if no post can be found, as of a tag or an author
    that is unknown."""
    keys = find_keys(query.wanted)
    phrases = add_authors(query)

    if not all(keys) or not (phrases or keys):
        return None

    unwanted = [
        Phrase((f"={key}",))
        for key in (*chain(*find_keys(query.unwanted)), *find_unwanted_authors(query))
    ]
    return phrases, keys, [*query.unwanted.phrases, *unwanted]


def find_keys(terms: Terms) -> list[list[str]]:
    """The keys of each tag and each author: none for one that is unknown, and several
    for one who is spelled otherwise."""
    found = [[f"t{row['id']}" for row in find_tags(name)] for name in terms.tags]
    return found + [
        [f"u{row['id']}" for row in find_users(name)] for name in terms.authors
    ]


def find_tags(name: str) -> list[Row]:
    """A tag as it was typed, or else those that are spelled otherwise."""
    tag = tags.find_public(encodable(name))
    return [tag] if tag else tags.find_all_public(spell([name]))


def find_users(name: str) -> list[Row]:
    """A user as the name was typed, or else the authors who are spelled otherwise."""
    user = users.find_shown(encodable(name))
    return [user] if user else users.find_authors([encodable(name)], spell([name]))


def spell(names: Iterable[str]) -> list[str]:
    """The keys of names as they may have been typed otherwise, too."""
    keys = [name_key(encodable(name)) for name in names]
    others = chain.from_iterable(map(list_spellings, keys))
    return list(dict.fromkeys(islice(chain(keys, others), MAX_NAMES)))


def encodable(typed: str) -> str:
    """A name that a database takes."""
    return typed.encode("utf-8", "replace").decode()


def find_named(query: Query) -> list[Row]:
    """The authors of posts whose whole names are among the words of a query."""
    names = [encodable(name) for name, _ in join_words(query)]
    return users.find_authors(names, spell(names)) if names else []


def find_unwanted_authors(query: Query) -> list[str]:
    """The keys of authors whose whole names are left out."""
    names = [part.typed for part in query.parts if part.is_left_out and not part.field]
    typed = list(map(encodable, names))
    authors = users.find_authors(typed, spell(typed)) if typed else []
    return [f"u{author['id']}" for author in authors]


def add_authors(query: Query) -> list[Phrase]:
    """The phrases that a post must have; its author's name will do for the words in
    it."""
    phrases = list(query.wanted.phrases)
    authors = [
        (author["id"], fold_name(name))
        for author in find_named(query)
        for name in find_names(author)
    ]

    for name, numbers in join_words(query) if authors else ():
        keys = [f"u{id}" for id, folded in authors if folded == fold_name(name)]

        for number in numbers:
            phrase = phrases[number]
            known = dict.fromkeys((*phrase.keys, *keys))
            phrases[number] = phrase._replace(keys=tuple(known))

    return phrases


def find_names(author: Row) -> list[str]:
    """All names by which somebody is, or was, known."""
    former = (row["name"] for row in former_names.find_all(author["id"]))
    return [author["username"], author["display_name"], *former]


def fold_name(name: str) -> str:
    """What two names share by which the same author is found."""
    return fold_spelling(name_key(name))


def index_all() -> None:
    """Index every post that is waiting; ``init-db`` does."""
    while index_pending():
        pass
