from pathlib import Path

import pytest

from ..databases import SERVER


def pytest_collection_modifyitems(items):
    if SERVER:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="the engine is another one"))
