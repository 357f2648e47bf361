"""What a writer sent who is not logged in any more: given back in the answer, and kept
nowhere else. Only who opened the form can read it there.

The next person at the computer may log in on that page, or read its source: to sign the
text, as itsdangerous does, is not enough. The standard library can't encrypt, and a
cipher put together from its hashes would be one that nobody has reviewed. libsodium's
takes a key and a text, and no decision: the nonce is random and long, and what was
changed is refused. The key is that of the app, the person and the form, so that no text
is of use in another form, either. (PyNaCl is a third of the size of cryptography, whose
OpenSSL nothing else here needs.)
"""

import hmac
import json
import typing as t
import zlib
from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from contextlib import suppress

from flask import request
from flask import url_for

from .error_pages import submitted_text
from .features import find_form
from .forms import find_keys
from .forms import find_sent_token
from .forms import FormToken
from .forms import make_token
from .forms import parse_token
from .urls import find_path
from .urls import is_page

# The field with a sealed form, and what is between its token and the rest.
FIELD = "sealed"
SEPARATOR = ":"


class Submission(t.NamedTuple):
    """The page that has the form of some texts, the texts, and what else the form
    sends along, by name."""

    page: str
    texts: dict[str, str]
    hidden: dict[str, str]


class Sealed(t.NamedTuple):
    """A submission, encrypted for who opened its form, as a page has it."""

    token: FormToken
    content: str

    def __str__(self) -> str:
        """As the field has it."""
        return f"{self.token.signed}{SEPARATOR}{self.content}"


def read_submission() -> Submission | None:
    """What this request has of a form, if it has a text."""
    texts = submitted_text()

    if not texts:
        return None

    path = find_path()
    hidden = find_form(texts).hidden
    return Submission(
        path if is_page(path) else url_for("blog.create"),
        texts,
        {k: v for k, v in request.form.items() if k in hidden},
    )


def seal_submission() -> Sealed | None:
    """What this request has of a form, for who opened it; for anybody, if the form does
    not say who did."""
    submission = read_submission()
    return submission and seal(submission, find_sent_token() or make_token(0))


def seal(submission: Submission, token: FormToken) -> Sealed:
    """Encrypt a submission for who opened its form."""
    text = zlib.compress(json.dumps(submission).encode())
    box = open_box(find_keys()[-1], token)
    return Sealed(token, urlsafe_b64encode(box.encrypt(text)).decode())


def open_box(key: bytes, token: FormToken) -> t.Any:
    """What encrypts and decrypts the texts of one form with XChaCha20-Poly1305; each
    nonce is random, and long enough for that."""
    # Takes 16 ms, which few processes need to spend.
    from nacl.secret import Aead

    purpose = f"flaskr sealed form {token.user_id} {token.id}"
    return Aead(hmac.digest(key, purpose.encode(), "sha256"))


def find_sealed() -> Sealed | None:
    """The sealed form that came with this request, if one did."""
    signed, _, content = request.form.get(FIELD, "").partition(SEPARATOR)
    token = parse_token(signed)
    return Sealed(token, content) if token else None


def unseal(sealed: Sealed) -> Submission | None:
    """A submission, for who may read it; ``None`` if it was damaged."""
    from nacl.exceptions import CryptoError

    for key in reversed(find_keys()):
        # Not base64, or cut off.
        with suppress(CryptoError, ValueError):
            text = open_box(key, sealed.token).decrypt(
                urlsafe_b64decode(sealed.content)
            )
            return Submission(*json.loads(zlib.decompress(text)))

    return None
