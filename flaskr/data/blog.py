"""What there is one of: the row of the blog itself."""

from uuid import UUID

from ..db import get_db
from ..db import Row


def find_blog_id() -> UUID:
    """What the ids are made of, so that they outlive a new title or address."""
    return UUID(get_db().execute("SELECT uuid FROM blog").fetchone()["uuid"])


def find_changes() -> Row:
    """When anything that feeds show of posts, or of comments, last changed, as
    ``changed`` and ``discussed``."""
    row: Row = get_db().execute("SELECT changed, discussed FROM blog").fetchone()
    return row
