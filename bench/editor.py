"""Measure what a key costs in the editor: ``python -m bench.editor``. It needs Chromium
(``apt install chromium``).

For texts of some sizes, keys are pressed at the beginning, in the middle and at the
end, in the editor with its preview and in a page that has nothing but a ``textarea``
that is as high as its text. The work of the page is counted by the browser: scripts,
styles, layout and painting, also what follows in pauses.

2026-11-29, two cores, Chromium 156, one round, on a machine half as fast as before::

    characters  place      ms a key, editor ÷ bare   longest task, ms
         2,000  middle        6.4 ÷  3.9 =  1.6             0, bare    0
        50,000  middle       12.2 ÷  8.8 =  1.4             0, bare    0
       199,000  beginning    21.2 ÷ 18.0 =  1.2            67, bare    0
       199,000  middle       26.5 ÷ 19.6 =  1.4            95, bare    0
       199,000  end          22.6 ÷ 17.8 =  1.3            71, bare    0

Where it goes, by Chromium's own trace, 199,000 characters: layout and one frame are the
text's, and cost as much in the bare page; so does looking for what is below the mouse.
The editor has 1.4 frames a key, since Chromium looks after a layout which links are in
view; its scripts take about 2 ms, of which 0.4 is the copy that is kept after a pause.
No animation frame is asked for with a key, and no attribute is set to what it is, nor
taken away and put back: each has the browser draw the page once more.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright

from flaskr import create_app
from tests.browsers import CHROMIUM
from tests.browsers import cookies_of
from tests.browsers import make_blog
from tests.browsers import serve

KEYS = 40
SIZES = (2_000, 50_000, 199_000)
PLACES = ("beginning", "middle", "end")
# The link, since Chromium looks after each layout which ones are in view.
BARE = """<!doctype html><style>textarea {
    field-sizing: content; box-sizing: border-box; width: 36rem; border: 0;
    font: 1.0625rem/1.7 monospace; resize: none }</style>
    <a href="/">Blog</a><textarea id="body"></textarea>"""
PARAGRAPH = (
    "Some *words* of a paragraph that is as long as people write them, with `code`"
    " and a [link](https://example.com/), and then some more of them until it fills"
    " three or four lines.\n\n"
)


def make_text(size: int) -> str:
    """A text of paragraphs and headings, of about so many characters."""
    parts = []

    while sum(map(len, parts)) < size:
        parts.append(f"## Part {len(parts)}\n\n" + PARAGRAPH * 4)

    return "".join(parts)[:size]


def measure(page: Page, text: str, place: str) -> tuple[float, float]:
    """Milliseconds of work a key, and of the longest task."""
    field = page.locator("#body")
    field.evaluate(
        """(field, [text, place]) => {
          field.value = text;
          field.dispatchEvent(new InputEvent("input", {bubbles: true}));
          const at = {beginning: 0, middle: text.length / 2, end: text.length}[place];
          field.focus();
          field.setSelectionRange(at, at);
          window.tasks = [0];
          window.observer ??= new PerformanceObserver(list =>
            tasks.push(...list.getEntries().map(entry => entry.duration)));
          observer.observe({type: "longtask"});
        }""",
        [text, place],
    )
    page.wait_for_timeout(2500)
    page.evaluate("window.tasks = [0]")
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    before = count_work(client)
    page.keyboard.type("word " * (KEYS // 5), delay=30)
    work = count_work(client) - before
    # What waits for a pause, too.
    page.wait_for_timeout(2500)
    return 1000 * work / KEYS, max(page.evaluate("tasks"))


def count_work(client: object) -> float:
    """Seconds of work of the page so far."""
    metrics = client.send("Performance.getMetrics")["metrics"]  # type: ignore[attr-defined]
    return next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def run(browser: Browser, rounds: int) -> None:
    """Print what keys cost."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "blog.sqlite")
        app = create_app({"DATABASE": database, "SECRET_KEY": "bench" * 4})
        app.test_cli_runner().invoke(args=["init-db"])
        app = make_blog(database)

        with serve(app) as url:
            state = cookies_of(browser, url)
            print("characters  place      ms a key, editor ÷ bare   longest task, ms")

            for size in SIZES:
                for place in PLACES:
                    compare(browser, url, state, make_text(size), place, rounds)


def compare(
    browser: Browser, url: str, state: object, text: str, place: str, rounds: int
) -> None:
    """Print one line: the medians of some rounds, one page after the other."""
    found: dict[str, list[tuple[float, float]]] = {"editor": [], "bare": []}

    for _ in range(rounds):
        for kind, results in found.items():
            options = {"base_url": url, "storage_state": state}

            with browser.new_context(**options) as context:  # type: ignore[arg-type]
                page = context.new_page()
                page.set_viewport_size({"width": 1280, "height": 900})

                page.goto("/create?new" if kind == "editor" else "/hello")

                if kind == "bare":
                    page.set_content(BARE)

                # Over the text, as people have it: it is looked for after each key.
                page.mouse.move(640, 450)
                results.append(measure(page, text, place))

    editor, bare = (
        statistics.median(key for key, _task in results) for results in found.values()
    )
    longest = [max(task for _key, task in results) for results in found.values()]
    print(
        f"{len(text):10,}  {place:9}  "
        f"{editor:6.1f} ÷ {bare:4.1f} = {editor / bare:4.1f}"
        f"        {longest[0]:6.0f}, bare {longest[1]:4.0f}",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        run(chromium, arguments.rounds)
        chromium.close()
