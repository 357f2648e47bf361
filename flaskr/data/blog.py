"""What there is one of: the row of the blog itself."""

from uuid import UUID

from ..db import get_db
from ..db import Row


def find_blog_id() -> UUID:
    """What the ids are made of, so that they outlive a new title or address."""
    row = get_db().execute("SELECT CAST(uuid AS TEXT) AS uuid FROM blog").fetchone()

    try:
        return UUID(row["uuid"])
    except (TypeError, ValueError):
        # Somebody emptied the table. The ids of a blog without a row are the same at
        # least as long as there is none.
        return UUID(int=0)


def find_changes() -> Row | None:
    """When anything that feeds show of posts, or of comments, last changed, as
    ``changed`` and ``discussed``."""
    row: Row | None = get_db().execute("SELECT changed, discussed FROM blog").fetchone()
    return row
