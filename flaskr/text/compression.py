"""Texts in few bytes: each with another one, which it is mostly like."""

import sys

if sys.version_info >= (3, 14):  # pragma: no cover
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

# Higher levels take ten times as long to save a fiftieth.
OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 9,
    # What was decompressed with another text than it was made with is no text.
    zstd.CompressionParameter.checksum_flag: 1,
}


class Damaged(ValueError):
    """What was stored, or the text that it needs, is not what it was."""


class TooLong(ValueError):
    """A few bytes that become very many."""


def make_dictionary(neighbor: str) -> zstd.ZstdDict | None:
    """A text as what another one is compressed with; one that is too short is none."""
    content = neighbor.encode()
    return zstd.ZstdDict(content, is_raw=True) if len(content) >= 8 else None


def compress(text: str, neighbor: str = "") -> bytes:
    """A text in few bytes.

    :param neighbor: a text that is mostly the same
    """
    dictionary = make_dictionary(neighbor)
    return zstd.compress(text.encode(), options=OPTIONS, zstd_dict=dictionary)


def decompress(content: bytes, neighbor: str = "") -> str:
    """The text of :func:`compress`, with the same neighbor.

    :raise Damaged: if that does not make it
    """
    try:
        whole = zstd.decompress(content, zstd_dict=make_dictionary(neighbor))
        return whole.decode()
    except (TypeError, UnicodeDecodeError, zstd.ZstdError) as e:
        raise Damaged(str(e)) from e


def decompress_bounded(content: bytes, neighbor: str, most: int) -> str:
    """As :func:`decompress`, of what somebody else compressed: a few bytes can be made
    to become very many.

    :raise Damaged: if that does not make it
    :raise TooLong: if it makes more than so many bytes
    """
    decompressor = zstd.ZstdDecompressor(zstd_dict=make_dictionary(neighbor))

    try:
        whole = decompressor.decompress(content, max_length=most + 1)

        if len(whole) > most or decompressor.unused_data:
            raise TooLong
        elif content and not decompressor.eof:
            raise Damaged("it was cut off")

        return whole.decode()
    except (UnicodeDecodeError, zstd.ZstdError) as e:
        raise Damaged(str(e)) from e
