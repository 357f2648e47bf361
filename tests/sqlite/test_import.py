"""Another blog, taken into an SQLite database."""

import os
import subprocess
import sys

from flaskr.db import get_db

from ..children import LIMIT
from ..importing.archives import item
from ..importing.archives import write_wxr


def test_a_full_disk_ends_an_import_with_one_sentence(app, tmp_path):
    body = "<p>" + "words of a text " * 500 + "</p>"
    path = write_wxr(tmp_path / "a.xml", *(item(n, body=body) for n in range(1, 121)))
    limited = ["sh", "-c", 'ulimit -f 2400; exec "$0" "$@"', sys.executable]
    environment = {
        **os.environ,
        "FLASKR_DATABASE": app.config["DATABASE"],
        "FLASKR_SECRET_KEY": "a key for tests, of many bytes",
    }
    done = subprocess.run(
        [*limited, "-m", "flask", "--app", "flaskr", "import", str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 1
    assert done.stderr.count("The database is not available") == 1
    assert "What was taken so far stays. Run this command again" in done.stderr
    again = app.test_cli_runner().invoke(args=["import", str(path)])
    assert again.exit_code == 0

    with app.app_context():
        (number,) = get_db().execute("SELECT count(*) FROM post").fetchone()

    assert number == 120
