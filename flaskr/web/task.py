"""Answers of waitress, in fewer packets, and with the connection kept where it may be;
see :mod:`.channel`."""

from waitress.task import WSGITask


class Task(WSGITask):  # type: ignore[misc]
    """Waitress's, which closes the connection after each answer without a length. A
    304 has none, and needs none (RFC 9112, section 6.3)."""

    def set_close_on_finish(self) -> None:
        """As waitress's."""
        wants_close = self.request.headers.get("CONNECTION", "").lower() == "close"

        if self.has_body or wants_close or self.version != "1.1":
            super().set_close_on_finish()

    def build_response_header(self) -> bytes:
        """As waitress's, which would send it on its own."""
        self.channel.head = super().build_response_header()
        return b""

    def finish(self) -> None:
        """As waitress's, for an answer that is nothing but a head, too."""
        super().finish()
        self.channel.send_head()
