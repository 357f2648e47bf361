"""By what a text or a person of another blog is known again."""

import hashlib
import json


def make_digest(*parts: str) -> str:
    """160 bits of the SHA-256 of some texts, in hexadecimal: with which blog, and
    what is the same in each of its exports."""
    text = json.dumps(parts).encode()
    return hashlib.sha256(text).hexdigest()[:40]
