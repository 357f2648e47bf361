"""The editor of a blog, open in a browser."""

import pytest

from ..browsers import make_blog
from ..browsers import serve_writer


@pytest.fixture(scope="module")
def visitors(browser, databases):
    with serve_writer(browser, make_blog(databases.make())) as visitors:
        yield visitors


@pytest.fixture
def page(open_browser):
    """The editor, with scripts."""
    page = open_browser("writer", java_script_enabled=True)
    page.goto("/create?new")
    return page


@pytest.fixture
def text(page):
    return page.get_by_label("Text", exact=True)


@pytest.fixture(scope="module")
def desk(browser, visitors):
    """One editor for all the tests that only change its fields."""
    with browser.new_context(**visitors["writer"]) as context:
        page = context.new_page()
        page.goto("/create")
        yield page


@pytest.fixture
def desk_text(desk):
    return desk.get_by_label("Text")
