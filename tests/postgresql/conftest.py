from pathlib import Path

import pytest

from ..databases import SERVER


def pytest_collection_modifyitems(items):
    if not SERVER:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                reason = "FLASKR_TEST_POSTGRESQL names no server"
                item.add_marker(pytest.mark.skip(reason=reason))
