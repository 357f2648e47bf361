"""Texts without versions: what they were when a form with them was opened."""

from ..text.fingerprints import make_fingerprint


class Changed(Exception):
    """Somebody has changed texts since they were opened; ``newest`` are what they are
    now. Nothing was saved."""

    def __init__(self, *newest: str) -> None:
        super().__init__()
        self.newest = newest


def refuse_changed(
    opened: str | None, typed: tuple[str, ...], newest: tuple[str, ...]
) -> None:
    """Refuse to overwrite what nobody has read, in the transaction of the caller.

    :param opened: the fingerprint of what was opened; ``None`` for the newest
    :raise Changed: if that is not the newest, nor what is saved
    """
    if opened and typed != newest and opened != make_fingerprint(*newest):
        raise Changed(*newest)
