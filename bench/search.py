"""Measure the search on blogs of 1,000 and of 100,000 posts of 1 kB:
``python -m bench.search``.

2026-11-22, two cores, Python 3.11, SQLite 3.40.1, whole requests to ``/search``::

    100000 posts: indexed in 70.0 s; 1720 bytes a post, 4395 with the search
    milliseconds: median, p99             1000          100000
    rare word                     8.30   57.59    9.45   44.11   x 1.14
    common word                   9.23   11.32    8.90    9.41   x 0.96
    two common words             11.78   12.72   12.40   13.56   x 1.05
    phrase                        8.80    9.74   13.53   33.01   x 1.54
    Chinese, two characters       8.98   33.68    9.10   10.36   x 1.01
    Chinese, four characters      8.92    9.67   11.05   13.89   x 1.24
    Chinese, one character       10.41   11.79   22.42   24.78   x 2.15
    tag and common word           3.65    4.03   11.73   13.79   x 3.22
    author and common word        8.60    9.95   10.11   10.78   x 1.18
    beginning of a word           9.07   10.54    9.94   32.90   x 1.10
    no match                      1.67    2.44    1.70    2.08   x 1.01

With a tag, a small blog has five posts to show, and a large one more than ten.
"""

import os
import statistics
import sys
import tempfile
import time

from flaskr import create_app

from . import blogs
from .blogs import CHINESE
from .blogs import ENGLISH
from .serve import keep_no_page

SIZES = [int(size) for size in sys.argv[1:]] or [1000, 100_000]
TIMES = 50

QUERIES = {
    "rare word": ENGLISH.words[-100],
    "common word": ENGLISH.words[0],
    "two common words": " ".join(ENGLISH.words[0:2]),
    "phrase": '"' + " ".join(ENGLISH.words[1:3]) + '"',
    "Chinese, two characters": CHINESE.words[5],
    "Chinese, four characters": CHINESE.words[1] + CHINESE.words[2],
    "Chinese, one character": CHINESE.words[0][0],
    "tag and common word": f"tag:tag7 {ENGLISH.words[0]}",
    "author and common word": f"author:author7 {ENGLISH.words[0]}",
    "common without common": f"{ENGLISH.words[0]} -{ENGLISH.words[1]}",
    "common without itself": f"{ENGLISH.words[0]} -{ENGLISH.words[0]}",
    "name of an author": "author7",
    "beginning of a word": ENGLISH.words[30][:3],
    "no match": "xyzzy",
    "misspelled, two words": " ".join(
        word[:3] + "x" + word[3:] for word in (ENGLISH.words[9], ENGLISH.words[99])
    ),
    "six rare words": " ".join(ENGLISH.words[2000:2006]),
    "five words and another": " ".join(ENGLISH.words[40:45]) + " xyzzy",
    "Chinese, no match": "".join(CHINESE.words[2000:2008]),
}


def build(path, size):
    """Write the posts, index them, and say how long that took."""
    app = blogs.build(path, size)
    app.extensions["flaskr.db"].checkpoint()
    bare = os.path.getsize(path)
    began = time.perf_counter()
    blogs.index(app, size)
    return time.perf_counter() - began, bare, os.path.getsize(path)


def measure(app, query):
    """The median and the 99th percentile, in milliseconds."""
    times = []

    for _ in range(TIMES):
        began = time.perf_counter()
        response = app.test_client().get("/search", query_string={"q": query})
        assert response.status_code == 200
        times.append((time.perf_counter() - began) * 1000)

    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main():
    results = []

    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "blog.sqlite")
            seconds, bare, whole = build(path, size)
            app = keep_no_page(create_app({"TESTING": True, "DATABASE": path}))
            print(
                f"{size} posts: indexed in {seconds:.1f} s; {bare / size:.0f} bytes a"
                f" post, {whole / size:.0f} with the search"
            )
            results.append([measure(app, query) for query in QUERIES.values()])
            app.extensions["flaskr.db"].shutdown()

    print(f"{'milliseconds: median, p99':26}", *(f"{size:>15}" for size in SIZES))

    for name, *times in zip(QUERIES, *results, strict=True):
        cells = (f"{median:7.2f} {p99:7.2f}" for median, p99 in times)
        print(f"{name:26}", *cells, f"  x {times[-1][0] / times[0][0]:.2f}")


if __name__ == "__main__":
    main()
