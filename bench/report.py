"""What was found, as a table and beside what the design asks for."""

import os
import platform
import statistics
from datetime import date


def show(sizes, found, rounds):
    """Print everything; return the figures."""
    print(
        f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()},"
    )
    print(f"{rounds}; medians (least–most)\n")
    table(found)
    print("\nMegabytes after the run:")
    print(", ".join(f"{name} {size:.0f}" for name, size in found.memory.items()))
    print(f"\nOne index of {sizes[-1]} posts from the tutorial: {found.largest}")
    print("\nPosts created by 16 writers:")

    for kind, values in found.writes.items():
        print(f"{kind}:", ", ".join(f"{k} {v:.1f}" for k, v in values.items()))

    print("\nSeconds to the first answer, with imports and from create_app():")

    for name, (with_imports, alone) in found.starts.items():
        print(f"{name}: {with_imports:.3f} {alone:.4f}")

    print()
    listed = list(figures(sizes, found))

    for name, wanted, value in listed:
        is_most = "at most" in name
        good = value <= wanted if is_most else value >= wanted
        print(f"{'ok  ' if good else 'MISS'} {value:6.3f}  ({wanted})  {name}")

    return listed


def table(found):
    heads = ("", "requests/s", "p50 ms", "p99 ms", "bytes", "beside", "ratio", "")
    rows = [heads]

    for measure in found.listed:
        loads = found.loads[measure.name]

        if not loads:
            continue

        medians = map(statistics.median, zip(*loads, strict=True))
        rate, p50, p99, size, _errors = medians
        ratio = ("", "", "")

        if measure.beside:
            median, least, most = compare(measure.name, measure.beside, found)
            ratio = (measure.beside, f"{median:.3f}", f"({least:.3f}–{most:.3f})")

        rows.append(
            (measure.name, f"{rate:.0f}", f"{p50:.2f}", f"{p99:.1f}", f"{size:.0f}")
            + ratio
        )

    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def figures(sizes, found):
    """What the design asks for: a name, the least, or the most, and what was found."""
    first, last = sizes[0], sizes[-1]
    tutorial, its_author = f"tutorial index {first}", f"tutorial logged in {first}"

    def ratio(name, beside):
        return compare(name, beside, found)[0]

    for page in ("index", "post", "tag", "feed"):
        for size in sizes:
            value = ratio(f"warm {page} {size}", f"constant {page} {size}")
            yield f"warm {page} ÷ constant, {size} posts", 0.95, value

    for size in (first, last):
        value = ratio(f"granian, warm index {size}", f"granian, constant index {size}")
        yield f"under granian: warm index ÷ constant, {size} posts", 0.8, value

    if "nginx, cached index" in found.loads:
        static = "nginx, static index"
        value = ratio(f"granian beside nginx, index {first}", static)
        yield "under granian: warm index ÷ nginx's static file", 0.45, value
        value = ratio("nginx, cached index", static)
        yield "nginx with README's cache ÷ nginx's static file", 0.85, value

    for page in ("index", "post", "tag"):
        value = ratio(f"warm {page} {last}", f"warm {page} {first}")
        yield f"warm {page}, {last} posts ÷ {first}", 0.95, value

    for page in ("index", "post", "tag", "feed"):
        for size in sizes:
            if f"miss {page} {size}" in found.loads:
                name = f"miss, {page} of {size} posts ÷ tutorial's index of {first}"
                yield name, 1.0, ratio(f"miss {page} {size}", tutorial)

    for size in sizes:
        name = f"logged in, index of {size} posts ÷ tutorial's of {first}"
        yield name, 1.5, ratio(f"logged in index {size}", its_author)

    value = ratio(f"logged in index {last}", f"logged in index {first}")
    yield f"logged in, index of {last} posts ÷ {first}", 0.9, value

    if len(sizes) > 2:
        value = ratio(f"search {last}", f"search {sizes[1]}")
        yield f"search in {last} posts ÷ {sizes[1]}", 0.5, value

    yield "304 ÷ constant 304", 0.90, ratio("304 index", "constant 304 index")

    ours, theirs = (found.writes[kind] for kind in ("flaskr", "tutorial"))
    value = ours["posts a second"] / theirs["posts a second"]
    yield "16 writers ÷ tutorial's", 1.0, value

    most = max(found.memory[f"flaskr-{size}"] for size in sizes)
    yield "memory ÷ Flask hello's (at most)", 2.0, most / found.memory["hello"]

    for path in ("/hello", "/"):
        for column, since in enumerate(("with imports", "from create_app()")):
            ours, theirs = found.starts[f"flaskr {path}"], found.starts["Flask hello"]
            name = f"first answer of {path} ÷ Flask hello's, {since} (at most)"
            yield name, 2.0, ours[column] / theirs[column]


def compare(name, beside, found):
    """The median, the least and the most of the quotients of rates."""
    quotients = found.ratios[f"{name} ÷ {beside}"]
    return statistics.median(quotients), min(quotients), max(quotients)
