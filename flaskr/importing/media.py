"""Images of texts, from where they are to the blog."""

import errno
import os
import sys
import typing as t
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from pathlib import PurePosixPath
from urllib.parse import unquote
from urllib.parse import urlsplit

from .. import db
from ..data import image_files
from ..data import images
from ..imaging import process
from ..imaging.formats import BadImage
from ..imaging.formats import MAX_BYTES
from .fetching import Fetcher
from .fetching import NotFetched
from .links import NOWHERE
from .pages import SCALED
from .records import Archive
from .records import NotReadable
from .report import Report

# Folders of an address that a folder of media may have, too.
MAX_PARTS = 12

# Bytes that stay free for those who write to the blog meanwhile.
RESERVE = 100_000_000

# A second run changes no text that was taken.
NOT_HERE = (
    "it was not in what was given; --media DIR or --fetch may find it, before its text"
    " is taken"
)
# What the Content-Security-Policy refuses.
UNSHOWN = "; no page shows it from its http: address"


class Media:
    """Finds each image once."""

    def __init__(
        self,
        archive: Archive,
        folder: Path | None,
        fetcher: Fetcher | None,
        report: Report,
        is_dry: bool,
    ) -> None:
        self.archive = archive
        self.folder = folder and folder.resolve()
        self.fetcher = fetcher
        self.report = report
        self.is_dry = is_dry
        self.found: dict[str, str | None] = {}
        self.kept: set[str] = set()

    def find(self, reference: str, url: str, owner_id: int) -> str | None:
        """The new address of an image; ``None`` if it is not to be had, which is in the
        report then.

        :param reference: as in the text
        :param url: the same, absolute
        :param owner_id: whose it is here
        """
        if url not in self.found:
            self.found[url] = self.take(reference, url, owner_id)

        return self.found[url]

    def take(self, reference: str, url: str, owner_id: int) -> str | None:
        """As :meth:`find`, of one that was not asked for before."""
        try:
            content = self.read(reference, url)

            if content is None:
                self.leave(url, NOT_HERE)
                return None

            processed = process.read(BytesIO(content))
        except (BadImage, NotFetched, NotReadable) as e:
            self.leave(url, str(e))
            return None

        address = self.add(content, processed, owner_id)

        # Texts may show some of its sizes.
        if address and address not in self.kept:
            self.kept.add(address)
            self.report.take("image")

        return address

    def add(
        self, content: bytes, processed: process.ProcessedImage, owner_id: int
    ) -> str | None:
        """The address of an image that is kept, or would be."""
        if self.is_dry:
            return image_files.image_url(describe(processed))

        require_room(len(content))
        image = images.add(owner_id, processed, "", sys.maxsize)
        return image_files.image_url(image) if image else None

    def leave(self, url: str, why: str) -> None:
        """Say why an image keeps its address, and if no page shows it then."""
        is_to_come = self.is_dry and self.fetcher
        is_unshown = url.startswith("http:") and not is_to_come
        self.report.leave("image", url, why + UNSHOWN * is_unshown)

    def read(self, reference: str, url: str) -> bytes | None:
        """The content of an image, as large as there is one; ``None`` if it is nowhere.

        :raise NotFetched: if it should be on the web
        """
        for name in dict.fromkeys((reference, url)):
            for larger in dict.fromkeys((SCALED.sub("", name), name)):
                content = self.read_from_archive(larger) or self.read_from_folder(
                    larger
                )

                if content:
                    return content

        return self.fetch(url) if self.fetcher else None

    def read_from_archive(self, reference: str) -> bytes | None:
        """What the archive has under a reference."""
        file = self.archive.open_media(reference)

        if file is None:
            return None

        with file:
            return file.read(MAX_BYTES + 1)

    def read_from_folder(self, reference: str) -> bytes | None:
        """What the folder of media has where the end of an address leads; nothing that
        is outside of it."""
        if self.folder is None:
            return None

        with suppress(ValueError, OSError):
            for file in find_files(self.folder, reference):
                with open(file, "rb") as stream:
                    return stream.read(MAX_BYTES + 1)

        return None

    def fetch(self, url: str) -> bytes | None:
        """What is on the web; a trial run looks at nothing there.

        :raise NotFetched:
        """
        if url.startswith(NOWHERE):
            raise NotFetched("nobody knows where that is; --address URL says it")
        elif self.is_dry:
            raise NotFetched("it is fetched when this is no trial run")

        fetcher = t.cast(Fetcher, self.fetcher)
        larger = SCALED.sub("", url)

        if larger != url:
            with suppress(NotFetched):
                return fetcher.fetch(larger)

        return fetcher.fetch(url)


def find_files(folder: Path, reference: str) -> t.Iterator[Path]:
    """The files of a folder to which the end of an address may lead, the longest end
    first; none that is outside of it."""
    path = unquote(urlsplit(reference).path)
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", "..")]

    for start in range(max(0, len(parts) - MAX_PARTS), len(parts)):
        file = folder.joinpath(*parts[start:]).resolve()

        if file.is_relative_to(folder) and file.is_file():
            yield file


def describe(processed: process.ProcessedImage) -> dict[str, object]:
    """What the row of an image would have."""
    return {
        "hash": image_files.compute_hash(processed)[: image_files.SHORT],
        "width": processed.width,
        "height": processed.height,
        "extension": processed.extension,
    }


def require_room(size: int) -> None:
    """Do nothing if the database has room for so many bytes, and those of others.

    :raise OSError: otherwise
    """
    free = db.find_free_space()

    if free is not None and free < size + RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
