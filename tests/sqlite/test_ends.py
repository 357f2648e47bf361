"""A process of the blog ends while others write: what was acknowledged stays.
``python -m bench.ends`` does the same for long."""

import sys
from importlib.util import find_spec

import pytest

from ..children import long
from ..ends import Blog
from ..ends import ENDS
from ..ends import play


@long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_lost_when_a_process_ends(tmp_path, end):
    if end == "recycled":
        assert find_spec("gunicorn"), "pip install -e '.[test]' brings it"

    written, missing = play(Blog(tmp_path), end, pages=10, rest=0.02)
    assert len(written.posts) > 5
    # The program that commits without a pause may not let them for five seconds.
    assert set(written.others) <= {503}
    assert not missing
