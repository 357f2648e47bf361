"""Exports of what only SQLite holds."""

from ..conftest import rows
from ..conftest import write
from ..test_export import export_well
from ..test_export import read_post


def test_texts_that_others_wrote_are_shown_as_the_blog_shows_them(
    app, alice, folder, execute
):
    write(alice)
    execute(
        app, "UPDATE post SET title = CAST(x'41ff' AS TEXT), body = CAST('5' AS BLOB)"
    )
    told = export_well(app, folder / "blog")
    assert "In 1 rows, bytes that are not UTF-8 became \ufffd" in told
    fields, body = read_post(folder)
    assert fields["title"] == "A\ufffd" and body == "5\n"
    assert fields["flaskr"]["body"] == {"blob": "NQ=="}
    assert rows(app, "SELECT typeof(body) AS kind FROM post") == [{"kind": "blob"}]
