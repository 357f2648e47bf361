"""Posts by their words: the queue of those to index, and what a query finds."""

from ..db import get_db
from ..db import get_fulltext
from ..db import transaction
from ..text import markdown
from ..text.query import parse
from ..text.query import Query
from ..text.ranking import Document
from ..text.tokens import tokenize
from ..writers import WRITE_WAIT
from . import posts
from . import tags
from . import users
from .cursor import Cursor
from .posts import Filter

# Posts and characters that are indexed in one transaction, during which nobody
# else can write: a fifth of a second.
MAX_BATCH = 200
MAX_BATCH_LENGTH = 200_000

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
    # Between two tags, what no phrase can cross.
    names = " ^ ".join(join_tokens(name) for _, name in labels)
    keys = [f"u{author_id}", *(f"t{id}" for id, _ in labels)]
    text = join_tokens(markdown.plain(body))
    return Document(join_tokens(title), names, text, keys), len(body)


def join_tokens(text: str) -> str:
    """The tokens of a text with spaces between them, as the index takes them."""
    return " ".join(token.text for token in tokenize(text))


def matching(query: str, cursor: Cursor | None = None) -> Filter:
    """The posts that match what somebody typed, the best first."""
    scores = find(parse(query), cursor)
    join, parameters = get_fulltext().join_scores(scores, bool(cursor and cursor.back))
    return Filter(join, parameters=parameters, sort=("s.score", "s.id"))


def find(query: Query, cursor: Cursor | None = None) -> dict[int, float]:
    """The scores of posts by their ids, the best the greatest: of all that match, or of
    many next to the cursor. None matches a tag or an author that is unknown."""
    keys = []

    for letter, names in (("t", query.tags), ("u", query.authors)):
        for typed in names:
            name = typed.encode("utf-8", "replace").decode()
            row = (
                tags.find_public(name)
                if letter == "t"
                else users.find(name, include_closed=True)
            )

            if row is None:
                return {}

            keys.append(f"{letter}{row['id']}")

    if not (query.phrases or keys):
        return {}

    scores: dict[int, float] = get_fulltext().find(
        get_db(), query.phrases, keys, cursor
    )
    return scores


def index_all() -> None:
    """Index every post that is waiting; ``init-db`` does."""
    while index_pending():
        pass
