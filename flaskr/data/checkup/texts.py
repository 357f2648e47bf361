"""What is kept of texts and names, and made of them: renderings, and what names look
like."""

from collections.abc import Iterator

from ...db import get_db
from ...db import Row
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import untidy
from ...text.markdown import VERSION
from .. import former_names
from .. import name_skeletons
from .. import renderings
from ..renderings import COMMENT
from ..renderings import Kind
from ..renderings import POST
from .batches import count
from .batches import FIRST
from .batches import LAST
from .batches import walk

# Texts that are rendered again and compared, evenly chosen.
SAMPLE = 500


def check_renderings() -> Iterator[Finding]:
    """Read the facts of all renderings, and render some texts again."""
    is_wrong = False

    for kind in (POST, COMMENT):
        if ids := find_damaged(kind):
            is_wrong = True
            yield broken(
                f"Kept with other HTML than the text has: {len(ids):,}."
                f" {name_some(kind.table, ids)}."
            )

    if not is_wrong:
        numbers = [count(kind.renderings) for kind in (POST, COMMENT)]
        yield ok(f"{sum(numbers):,} renderings, of which some were made again.")


def find_damaged(kind: Kind) -> list[int]:
    """The ids of texts whose rendering is not theirs, as far as the sample tells."""
    step = max(1, count(kind.renderings) // SAMPLE)
    rows = walk(
        f"SELECT t.{kind.key} AS id, CAST(t.facts AS TEXT) AS facts"
        f" FROM (SELECT {kind.key}, {kind.key} AS id, facts, version"
        f" FROM {kind.renderings}) t WHERE t.version = ? AND",
        VERSION,
    )
    return [
        row["id"]
        for number, row in enumerate(rows)
        if not is_readable(row) or number % step == 0 and is_stale(kind, row["id"])
    ]


def is_readable(row: Row) -> bool:
    """Whether the facts of a rendering can be shown."""
    return bool(renderings.load(dict(html="", facts=row["facts"])))


def is_stale(kind: Kind, id: int) -> bool:
    """Whether a text would become another rendering now."""
    row = (
        get_db()
        .execute(
            f"SELECT CAST(s.body AS TEXT) AS body, CAST(r.html AS TEXT) AS html"
            f" FROM {kind.table} s JOIN {kind.renderings} r ON r.{kind.key} = s.id"
            " WHERE s.id = ?",
            (id,),
        )
        .fetchone()
    )
    return row is not None and renderings.make(kind, row["body"]).html != row["html"]


def repair_renderings() -> None:
    """Render these texts anew; of a long blog, all, since only some were compared."""
    for kind in (POST, COMMENT):
        if find_damaged(kind):
            with transaction() as db:
                db.execute(f"DELETE FROM {kind.renderings}")

    renderings.render_all()


def check_names() -> Iterator[Finding]:
    """Compare what names look like, and find those that two people share."""
    wanted, number = set(), 0
    former = former_names.find_between(FIRST, LAST)

    for user in walk(f"SELECT t.* FROM ({name_skeletons.NAMES}) t WHERE"):
        number += 1
        wanted |= name_skeletons.make_rows(user, former.get(user["id"], ()))

    noted = get_db().execute(
        "SELECT CAST(skeleton AS TEXT) AS skeleton, is_ascii, user_id"
        " FROM name_skeleton"
    )
    different = {row[2] for row in wanted ^ {tuple(row) for row in noted.fetchall()}}

    if different:
        yield untidy(
            f"Noted otherwise than they look: {len(different):,}."
            f" {name_some('user', sorted(different))}."
        )
    else:
        yield ok(f"{number:,} names.")
