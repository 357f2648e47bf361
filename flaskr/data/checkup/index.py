"""The search: whether it has all that the public sees, and nothing else."""

from collections.abc import Iterator

from ...db import get_db
from ...db import get_engine
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from .. import posts
from .. import search

# Posts whose words are made again and compared, evenly chosen: of a longer blog, all
# would take minutes.
SAMPLE = 2000


def check() -> Iterator[Finding]:
    """Compare the index with the posts."""
    db, index = get_db(), get_engine().index_check
    public = find_ids(f"SELECT p.id FROM {posts.PUBLIC}")
    waiting = find_ids("SELECT post_id AS id FROM search_queue")
    indexed, halves = index.find_indexed(db)
    chosen = choose(sorted((public & indexed) - waiting))
    stale = [id for id in chosen if is_stale(id)]
    found = [
        ("Not in the search", public - indexed - waiting - halves),
        ("In the search, and not public", indexed - public - waiting),
        ("Half in the search", halves - waiting),
        ("In the search with other words than they have", set(stale)),
    ]
    problems = [
        broken(f"{what}: {len(ids):,}. {name_some('post', sorted(ids))}.")
        for what, ids in found
        if ids
    ]

    if damage := index.find_damage(db):
        problems.append(broken(f"The index is damaged: {damage}."))

    yield from problems

    if not problems:
        waits = f" {len(waiting):,} wait to be indexed." if waiting else ""
        yield ok(
            f"{len(indexed):,} posts indexed, the words of {len(chosen):,} compared."
            f"{waits}"
        )


def find_ids(sql: str) -> set[int]:
    """The ids that a query gives."""
    return {row["id"] for row in get_db().execute(sql).fetchall()}


def choose(ids: list[int]) -> list[int]:
    """So many of some ids, or all of a few."""
    return ids[:: max(1, len(ids) // SAMPLE)]


def is_stale(post_id: int) -> bool:
    """Whether a post was indexed with other words than it has now."""
    document, _ = search.read_document(post_id)
    index = get_engine().index_check
    return document is not None and not index.is_same(get_db(), post_id, document)


def repair() -> None:
    """Index all posts anew. What waits is found when it is done."""
    with transaction() as db:
        get_engine().index_check.empty(db)
        db.execute("DELETE FROM search_queue")
        db.execute("INSERT INTO search_queue (post_id) SELECT id FROM post")

    search.index_all()
