"""Short names for what texts are, to see whether they have changed."""

import hashlib


def make_fingerprint(*texts: str) -> str:
    """A hash of some texts in their order."""
    content = "\0".join(texts).encode("utf-8", "replace")
    return hashlib.sha256(content).hexdigest()[:16]
