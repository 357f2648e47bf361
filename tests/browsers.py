"""What the tests in Chromium share: a blog that is served, and what people do there."""

import os
import shutil
import threading
from contextlib import contextmanager
from contextlib import suppress

import pytest
import waitress
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.base import AxeResults
from playwright.sync_api import expect
from waitress import wasyncore

from flaskr import create_app

from .children import LIMIT
from .conftest import PASSWORD

# The same without its windows, which takes half of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="needs Chromium: apt-get install chromium-headless-shell",
)

# The widest that anybody may have.
NAME = "W" * 32
TITLE = "M" * 200

POEM = "春眠不覺曉，\n處處聞啼鳥。\n\n　　夜來風雨聲，\n花落知多少。"

# What axe looks for, by the colors of the screen: most of it isn't another in the dark.
AXE_RUNS = {
    "light": "axe.run({resultTypes: ['violations']})",
    "dark": "axe.run({resultTypes: ['violations'],"
    " runOnly: ['color-contrast', 'link-in-text-block']})",
}


def make_blog(database):
    """An app as it is installed, in which the writer is registered."""
    app = create_app({"DATABASE": database, "SECRET_KEY": "no secret"})
    app.test_client().post(
        "/auth/register", data={"username": NAME, "password": PASSWORD}
    )
    return app


@contextmanager
def serve(app, **options):
    """Run a WSGI app in waitress, as an installed blog does; the value is its URL."""
    sockets = {}
    options = {"host": "127.0.0.1", "port": 0, **options}
    server = waitress.create_server(app, map=sockets, **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # A thread that has just answered still has something to tell the server.
        server.task_dispatcher.shutdown()
        # Closed in its own thread: another one would close what it waits for. Woken by
        # another pull, it may have done so before it is woken by this one.
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))

        thread.join(LIMIT)
        assert not thread.is_alive()


def cookies_of(browser, url):
    """The cookies of a browser in which the writer is logged in."""
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        log_in(page)
        return context.storage_state()


@contextmanager
def serve_writer(browser, app):
    """Serve a blog of :func:`make_blog`; the value is the ``visitors`` of a module:
    the writer, who is logged in."""
    with serve(app) as url:
        state = cookies_of(browser, url)
        yield {"writer": {"base_url": url, "storage_state": state}}


def register(page, name):
    page.goto("/auth/register")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Register")


def log_in(page, name=NAME):
    page.goto("/auth/login")
    fill_in_login(page, name)
    expect(page.locator(f".account[title='{name}']")).to_be_visible()


def fill_in_login(page, name=NAME, password=PASSWORD):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    press(page, "Log In")


def fill_in_post(page, title, body):
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill(body)


def press(page, button):
    page.get_by_role("main").get_by_role("button", name=button).click()


def expect_heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    # The styles decide what is visible.
    page.wait_for_load_state()


def expect_message(page, text):
    expect(page.locator(".flash", has_text=text)).to_be_visible()


def forbid_storage(page, error="SecurityError"):
    """Have the browser keep nothing of the pages that are opened from here on."""
    failure = f"() => {{ throw new DOMException('no', '{error}'); }}"
    page.add_init_script(
        f"Object.defineProperty(window, 'localStorage', {{get: {failure}}})"
        if error == "SecurityError"
        else f"Storage.prototype.setItem = {failure}"
    )


def axe_violations(page):
    """What axe finds, by the width and the colors of the screen."""
    page.evaluate(AXE_SCRIPT)
    violations = {}

    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        # Scripts are told of that with the next frame.
        page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
        )

        for color_scheme, run in AXE_RUNS.items():
            page.emulate_media(color_scheme=color_scheme)
            results = AxeResults(page.evaluate(run))

            if results.violations_count:
                violations[width, color_scheme] = results.generate_report()

    return violations
