"""How people are shown beside what they wrote: in the same rows, so that no list asks
for each of them."""


def columns(user: str) -> str:
    """The columns ``username``, ``display_name``, which is the username where somebody
    has no other, and ``picture``, which may be ``NULL``.

    :param user: the alias of the table of users
    """
    return (
        f"CAST({user}.username AS TEXT) AS username,"
        f" CAST(coalesce(nullif(f.display_name, ''), {user}.username) AS TEXT)"
        " AS display_name, CAST(f.picture AS TEXT) AS picture"
    )


def join(user: str) -> str:
    """What :func:`columns` needs after that table."""
    return f"LEFT JOIN profile f ON f.user_id = {user}.id"
