"""Whether the machine and the settings are fit to run the blog; ``check`` asks."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from ..data.posts import MAX_BODY
from ..db import get_engine
from ..findings import broken
from ..findings import Finding
from ..findings import ok
from ..findings import unknown
from ..findings import warning
from ..findings import wrong
from .proxies import Addresses
from .waitress import MAX_CONNECTIONS
from .waitress import OTHER_DESCRIPTORS
from .waitress import WANTED_DESCRIPTORS

# Bytes that a disk should always have free, and below which nobody can write for long.
FEW_BYTES = 100_000_000

# Bytes of the longest post as a browser sends it: three for each that it writes as %XX.
LONGEST_TEXT = 3 * MAX_BODY

# What others may not do with the blog's files, with settings that are no secret, and
# with folders. A group may read, as in a system where root owns the settings.
OF_OTHERS = stat.S_IRWXO | stat.S_IWGRP
WRITE_OF_OTHERS = stat.S_IWOTH | stat.S_IWGRP
WRITE_OF_ALL = stat.S_IWOTH

# Networks with a shorter prefix are more than the largest proxies of the internet have,
# by the version of IP.
WIDE = {4: 12, 6: 28}

# What in the settings is secret.
SECRET = "SECRET_KEY"


def check_configuration() -> Iterator[Finding]:
    """Settings that are possible, and seldom meant. Others end the start."""
    site = current_app.config["SITE_URL"] or "SITE_URL is not set"
    follows = {
        "TRUSTED_PROXIES": "whoever is there can pretend to be anybody",
        "METRICS_FROM": "whoever is there reads /metrics",
    }
    problems = [*find_unlikely(), *find_small()]

    for name, sentence in follows.items():
        problems += find_wide(name, sentence)

    yield from problems or [ok(f"The settings make sense. {site}.")]


def find_unlikely() -> Iterator[Finding]:
    """Settings that are seldom meant, alone or together."""
    proxies = current_app.config["TRUSTED_PROXIES"]
    site = current_app.config["SITE_URL"] or ""

    if current_app.config["DEBUG"]:
        yield warning(
            "Debug mode is on: whoever sees an error can run code.",
            "Start the server without --debug and FLASK_DEBUG.",
        )

    if proxies and not site:
        yield warning(
            "There is a proxy in front, and no SITE_URL: any host name is accepted,"
            " and cookies are not Secure.",
            'Set SITE_URL = "https://…" in config.py.',
        )
    elif site.lower().startswith("http:"):
        yield warning(
            f"SITE_URL is {site}: passwords and cookies cross the net unencrypted.",
            "Get a certificate, as README says, and set SITE_URL to https://….",
        )
    elif site and not proxies:
        yield warning(
            "SITE_URL is public, and TRUSTED_PROXIES is empty: behind a proxy, all"
            " readers have one address, and share its limits.",
            'Set TRUSTED_PROXIES = ["127.0.0.1"], or where the proxy is.',
        )


def find_small() -> Iterator[Finding]:
    """Limits below what people send."""
    most = current_app.config["MAX_CONTENT_LENGTH"]
    text = current_app.config["MAX_FORM_MEMORY_SIZE"]

    if text < LONGEST_TEXT:
        yield warning(
            f"MAX_FORM_MEMORY_SIZE is {text:,}: long posts are refused.",
            "Set it to 2,000,000, or leave it out.",
        )

    if most < text:
        yield warning(
            f"MAX_CONTENT_LENGTH is {most:,}: long posts, and images, are refused.",
            f"Set it to {text:,} or more; images of 25 MB need 26,000,000.",
        )


def find_wide(name: str, follows: str) -> Iterator[Finding]:
    """Networks of the internet in a setting that are larger than anybody has."""
    for network in Addresses(current_app.config[name] or ()).networks:
        if network.prefixlen < WIDE[network.version] and not network.is_private:
            yield warning(
                f"{name} has {network}, {network.num_addresses:,} addresses of the"
                f" internet: {follows}.",
                f"Name in {name} no more than the networks that are meant.",
            )


def find_files() -> list[Path]:
    """The files that nobody else should read: those that are there."""
    database = os.path.realpath(current_app.config["DATABASE"])
    folder = Path(current_app.instance_path)
    paths = [folder / "config.py", folder / "secret_key"]

    if get_engine().checkup.measure(database) is not None:
        paths += [Path(database + suffix) for suffix in ("", "-wal", "-shm")]

    return [path for path in paths if path.is_file()]


def list_open() -> list[tuple[Path, int]]:
    """The files and folders that are open to others: the path, and the bits to take."""
    files = find_files()
    folders = sorted({Path(current_app.instance_path), *(p.parent for p in files)})
    forbidden = {path: OF_OTHERS for path in files}
    forbidden |= {folder: WRITE_OF_ALL for folder in folders}
    settings = Path(current_app.instance_path, "config.py")

    if settings in forbidden and not has_secret(settings):
        forbidden[settings] = WRITE_OF_OTHERS

    return [(path, bits) for path, bits in forbidden.items() if get_mode(path) & bits]


def has_secret(path: Path) -> bool:
    """Whether settings have something that nobody else should know."""
    return SECRET in path.read_text("utf-8", "replace")


def get_mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def check_files() -> Iterator[Finding]:
    """Whether others can read or replace the blog's files, and whose they are."""
    found = [f"{path} (mode {get_mode(path):04o})" for path, _ in list_open()]
    problems = [broken(f"Open to others: {', '.join(found)}.")] if found else []
    problems += find_foreign() or find_read_only()
    yield from problems or [ok(f"{len(find_files())} files that nobody else can read.")]


def find_foreign() -> list[Finding]:
    """Files of another user than this one; for root, than the folder's."""
    user = getattr(os, "geteuid", lambda: None)()
    owner = user or os.stat(current_app.instance_path).st_uid
    others = [str(p) for p in find_files() if owner != p.stat().st_uid]

    if user is None or not others:
        return []

    return [
        warning(
            f"Files of another user: {', '.join(others)}.",
            "Run this, and the server, as the user who owns them, or give them to that"
            " user: chown USER FILE",
        )
    ]


def find_read_only() -> list[Finding]:
    """The database, and its folder, to which this user can't write."""
    database = Path(os.path.realpath(current_app.config["DATABASE"]))
    places = [p for p in find_files() if p.name.startswith(database.name)]
    places += [database.parent] if places else []
    denied = [str(place) for place in places if not os.access(place, os.W_OK)]

    if not denied:
        return []

    return [
        wrong(
            f"Nobody can write: read-only are {', '.join(denied)}.",
            "Make them writable: chmod u+w FILE; if it is the disk, mount it so.",
        )
    ]


def repair_files() -> None:
    """Let nobody else read or replace them."""
    for path, forbidden in list_open():
        path.chmod(get_mode(path) & ~forbidden)


def check_disk() -> Iterator[Finding]:
    """Whether there is room for what comes, and for an upgrade."""
    database = os.path.realpath(current_app.config["DATABASE"])
    size = get_engine().checkup.measure(database)

    if size is None:
        yield unknown(
            "The disk of the PostgreSQL server.", "Look there: df -h, as its user."
        )
        return

    folder = Path(database).parent

    if not folder.is_dir():
        yield wrong(
            f"There is no folder {folder}, where the database should be.",
            "Make it, mount its disk, or set DATABASE in config.py.",
        )
        return

    free = shutil.disk_usage(folder).free
    found = f"{free / 1e6:,.0f} MB free, and the database has {size / 1e6:,.0f} MB."

    if free < FEW_BYTES:
        yield wrong(found, "Make room: soon nobody can write.")
    elif free < 3 * size:
        yield warning(found, "Make room: an upgrade needs three times as much.")
    else:
        yield ok(found)


def check_limits() -> Iterator[Finding]:
    """Whether the server may have as many files open as it has connections."""
    try:
        import resource
    except ImportError:  # pragma: no cover  # Windows
        yield unknown("How many files a process may have open.")
        return

    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    enough = allowed == resource.RLIM_INFINITY or allowed >= WANTED_DESCRIPTORS

    if enough:
        yield ok(f"{MAX_CONNECTIONS:,} connections at once.")
        return

    connections = max(100, (allowed - OTHER_DESCRIPTORS) * 4 // 5)
    yield warning(
        f"A process may have {allowed:,} files open: {connections:,} connections.",
        f"Set LimitNOFILE={WANTED_DESCRIPTORS} in the service, or ulimit -n.",
    )
