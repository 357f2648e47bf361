"""The schema is told twice: what both engines say of theirs is the same."""

import re

import pytest

from ..databases import Files
from ..databases import Servers
from .rows import given_up

KINDS = {
    **{"INTEGER": "integer", "TEXT": "text", "TIMESTAMP": "text", "BLOB": "blob"},
    **{"REAL": "real", "bigint": "integer", "text": "text", "bytea": "blob"},
    "double precision": "real",
}
ACTIONS = {"a": "NO ACTION", "c": "CASCADE", "n": "SET NULL"}

# What differs, and must: what SQLite says, what PostgreSQL says, and why.
DIFFERENCES = {
    "column rate_limit.key": (
        ("text", "NULL", None, None),
        ("text", "NOT NULL", None, None),
        "SQLite takes NULL in a primary key that is no number; nobody writes it there",
    ),
    "index session_user": (
        ("session", False, ("user_id",), None),
        None,
        "SESSION_USER is a word of PostgreSQL's",
    ),
    "index session_user_id": (
        None,
        ("session", False, ("user_id",), None),
        "see session_user",
    ),
    "reference comment.author_id": (
        ("user.id", "NO ACTION", "NO ACTION", False),
        ("user.id", "NO ACTION", "NO ACTION", True),
        "the person's comments go after the person: SQLite looks for references at the"
        " end of the statement with its triggers, PostgreSQL before them",
    ),
}

# Its rows are what each engine's index is made of; only the key is the same.
OF_AN_ENGINE = {"search_text"}


@pytest.fixture(scope="module")
def schemas(connections):
    """What each engine says of its schema, SQLite's first."""
    file, server = connections
    return describe_file(file), describe_server(server)


def describe_file(db):
    found = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    tables = {r["name"]: r["sql"] for r in found if r["name"] not in Files.TABLES}
    schema = {}

    for table, sql in tables.items():
        schema |= describe_file_columns(db, table, sql)
        schema |= describe_file_indexes(db, table)

        for number, check in enumerate(re.findall(r"CHECK \((.*)\)\n", sql, re.DOTALL)):
            schema[f"check {table} {number}"] = simplify(check)

        for row in db.execute(f'PRAGMA foreign_key_list("{table}")'):
            schema[f"reference {table}.{row['from']}"] = (
                f"{row['table']}.{row['to']}",
                row["on_update"],
                row["on_delete"],
                "DEFERRABLE" in sql,
            )

    return schema


def describe_file_columns(db, table, sql):
    rows = db.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    keys = sorted((row["pk"], row["name"]) for row in rows if row["pk"])
    described = {f"key {table}": tuple(name for _, name in keys)}

    if "AUTOINCREMENT" in sql:
        described[f"ids {table}"] = "never given again"

    for row in rows:
        is_rowid = row["pk"] and row["type"] == "INTEGER"
        generated = re.search(rf"\b{row['name']} .*GENERATED ALWAYS AS \((.*?)\) ", sql)
        described[f"column {table}.{row['name']}"] = (
            KINDS[row["type"]],
            "NOT NULL" if row["notnull"] or is_rowid else "NULL",
            {"CURRENT_TIMESTAMP": "now"}.get(row["dflt_value"], row["dflt_value"]),
            simplify(generated[1]) if generated and row["hidden"] else None,
        )

    return described


def describe_file_indexes(db, table):
    described = {}

    for row in db.execute(f'PRAGMA index_list("{table}")').fetchall():
        columns = [
            (column["name"], column["desc"], column["coll"])
            for column in db.execute(f"PRAGMA index_xinfo({row['name']})")
            if column["key"]
        ]
        # From the least to the greatest, by their bytes.
        assert {column[1:] for column in columns} == {(0, "BINARY")}
        names = tuple(name for name, _, _ in columns)
        sql = db.execute(
            "SELECT sql FROM sqlite_schema WHERE name = ?", (row["name"],)
        ).fetchone()["sql"]
        where = re.search("WHERE (.*)", sql or "")

        if row["origin"] == "u":
            described[f"unique {table} {names}"] = True
        elif row["origin"] == "c":
            described[f"index {row['name']}"] = (
                table,
                bool(row["unique"]),
                names,
                simplify(where[1]) if where else None,
            )

    return described


COLUMNS = """
    SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type,
      a.attnotnull AS is_needed, a.attidentity <> '' AS is_identity, a.attgenerated,
      pg_get_expr(d.adbin, d.adrelid) AS value, coll.collname AS collation
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      LEFT JOIN pg_collation coll ON coll.oid = a.attcollation
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
"""
INDEXES = """
    SELECT c.relname AS table, i.relname AS name, indisunique, indisprimary,
      con.oid IS NOT NULL AS is_constraint, indoption::text AS orders,
      pg_get_expr(indpred, indrelid) AS condition, indimmediate AND indisvalid AS is_so,
      ARRAY(SELECT a.attname::text
        FROM unnest(indkey::int[]) WITH ORDINALITY AS k (n, at)
        JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = n ORDER BY at)
        AS columns
    FROM pg_index JOIN pg_class c ON c.oid = indrelid
      JOIN pg_class i ON i.oid = indexrelid
      LEFT JOIN pg_constraint con ON con.conindid = i.oid AND con.contype IN ('p', 'u')
    WHERE c.relnamespace = current_schema()::regnamespace
"""
CONSTRAINTS = """
    SELECT c.relname AS table, contype, confupdtype, confdeltype, condeferred,
      convalidated, f.relname AS other, pg_get_expr(conbin, conrelid) AS condition,
      (SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid
        AND attnum = conkey[1]) AS from_column,
      (SELECT attname::text FROM pg_attribute WHERE attrelid = confrelid
        AND attnum = confkey[1]) AS to_column
    FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
      LEFT JOIN pg_class f ON f.oid = confrelid
    WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace
"""


def describe_server(db):
    def ask(query):
        return [row for row in db.execute(query) if row["table"] not in Servers.TABLES]

    schema = {f"key {row['table']}": () for row in ask(COLUMNS)}

    for row in ask(COLUMNS):
        schema |= describe_server_column(row)

    for row in ask(INDEXES):
        schema |= describe_server_index(row)

    for row in ask(CONSTRAINTS):
        assert row["convalidated"]

        if row["contype"] == "c":
            schema[f"check {row['table']} 0"] = simplify(row["condition"])
        else:
            schema[f"reference {row['table']}.{row['from_column']}"] = (
                f"{row['other']}.{row['to_column']}",
                ACTIONS[row["confupdtype"]],
                ACTIONS[row["confdeltype"]],
                row["condeferred"],
            )

    return schema


def describe_server_column(row):
    # By their bytes.
    assert row["collation"] in ("C", None), row
    place = f"{row['table']}.{row['name']}"
    value = row["value"] and row["value"].removesuffix("::text")
    described = {}

    if row["is_identity"]:
        described[f"ids {row['table']}"] = "never given again"

    described[f"column {place}"] = (
        KINDS.get(row["type"], row["type"]),
        "NOT NULL" if row["is_needed"] else "NULL",
        None if row["attgenerated"] else {"utc_now()": "now"}.get(value, value),
        simplify(row["value"]) if row["attgenerated"] else None,
    )
    return described


def describe_server_index(row):
    assert row["is_so"]
    table, columns = row["table"], tuple(row["columns"])
    condition = row["condition"] and simplify(row["condition"])

    if row["indisprimary"]:
        return {f"key {table}": columns}
    elif row["is_constraint"]:
        return {f"unique {table} {columns}": True}

    assert set(row["orders"].split()) == {"0"} or table in OF_AN_ENGINE
    return {f"index {row['name']}": (table, row["indisunique"], columns, condition)}


def simplify(expression):
    """An expression without what engines add to it."""
    return re.sub(r"[()\s]|::text", "", expression).lower()


def shared(schema):
    """What is not one engine's own."""
    return {
        key: value
        for key, value in schema.items()
        if not any(
            re.search(rf"\b{t}(_tokens|\.(?!post_id))", key) for t in OF_AN_ENGINE
        )
    }


def test_both_engines_have_the_same_schema(schemas):
    file, server = map(shared, schemas)
    keys = file.keys() | server.keys()
    differing = {k: (file.get(k), server.get(k)) for k in keys}
    differing = {k: both for k, both in differing.items() if both[0] != both[1]}

    assert differing == {key: found[:2] for key, found in DIFFERENCES.items()}
    assert len(keys) > 100


@pytest.mark.parametrize(
    "kind", ["key", "ids", "column", "unique", "index", "check", "reference"]
)
def test_schemas_are_read_in_all_their_kinds(schemas, kind):
    for schema in schemas:
        assert [key for key in schema if key.split(" ")[0] == kind]


# What a new row of each table that gives ids must have.
NEW = {
    "user": ("username, password", "'new', ''"),
    "post": ("author_id, title, body", "1, '', ''"),
    "tag": ("key, name", "'new', ''"),
    "post_tag": ("post_id, tag_id, created", "3, 1, ''"),
    "comment": ("post_id, author_id, body", "1, 1, ''"),
    "image": ("hash, extension, width, height, size", "'new', '', 1, 1, 1"),
    "image_upload": ("image_id, user_id, alt", "1, 3, ''"),
    "binned_post": (
        "post_id, author_id, created, title, body",
        "1, 1, '', '', ''",
    ),
    "one_time_link": ("token_hash, role, expires", "'new', 'author', ''"),
    "notice": ("user_id, kind, post_id, text", "1, 'comment', 1, ''"),
    "notice_feed": ("user_id", "5"),
    "session": ("token_hash, user_id, address, user_agent", "'new', 1, '', ''"),
    "application": ("user_id, reason", "1, 'why'"),
    "waiting_comment": ("post_id, author_id, body, why", "1, 1, 'text', 'new'"),
    "report": ("reporter_id, post_id, reason", "1, 1, 'why'"),
    "moderation": ("action", "'post.delete'"),
    "cleanup": ("moderator_id", "1"),
}


def test_every_table_that_gives_ids_has_a_new_row(schemas):
    for schema in schemas:
        giving = {key for key in schema if key.startswith("ids ")}
        assert giving == {f"ids {table}" for table in NEW}


@pytest.mark.parametrize("table", NEW)
def test_ids_go_on_after_the_greatest_one_and_none_is_given_again(connections, table):
    for db in connections:
        with given_up(db):
            row = db.execute(f'SELECT max(id) AS id FROM "{table}"').fetchone()
            assert give_id(db, table) > row["id"]
            first, second = give_id(db, table), give_id(db, table)
            assert second == first + 1
            assert give_id(db, table, second + 10) == second + 10
            assert give_id(db, table, second + 5) == second + 5
            assert give_id(db, table) == second + 11


def give_id(db, table, id=None):
    """The id of a row that is written and deleted."""
    names, values = NEW[table]

    if id is not None:
        names, values = f"id, {names}", f"{id}, {values}"

    row = db.execute(
        f'INSERT INTO "{table}" ({names}) VALUES ({values}) RETURNING id'
    ).fetchone()
    db.execute(f'DELETE FROM "{table}" WHERE id = ?', (row["id"],))
    return row["id"]
