"""Messages of the next page that have a button, or links."""

import typing as t

from flask import flash

# The category of a message about a post that was saved, with links to it.
SAVED = "saved"


def flash_with_button(text: str, label: str, url: str) -> None:
    """Have the next page show a text, and a button that sends a POST to an address.
    ``base.html`` knows it by being no string."""
    message = {"text": text, "label": label, "url": url}
    # Flask keeps in the session whatever JSON can have.
    flash(t.cast(str, message))
