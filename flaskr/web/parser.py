"""Requests that waitress knows no answer to; see :mod:`.channel`."""

from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest

# Bytes of a line with the size of a chunk, and of what follows the last chunk: waitress
# has no limit, and looks at all of it again with each packet.
MAX_CHUNK_LINE = 4096


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's, for requests that it knows no answer to."""

    def received(self, data: bytes) -> int:
        """As waitress's; what it can't read at all is refused, too."""
        try:
            read: int = super().received(data)
        except ValueError:
            # As of an address like "http://[", which would be a traceback in the log.
            return self.refuse(data, "The request can't be read")

        body = self.body_rcv

        if isinstance(body, ChunkedReceiver) and not body.completed:
            if max(len(body.control_line), len(body.trailer)) > MAX_CHUNK_LINE:
                return self.refuse(data, "The size of a chunk can't be read")

        return read

    def refuse(self, data: bytes, why: str) -> int:
        """End the request with a 400, and read no more of it."""
        self.error = BadRequest(why)
        self.completed = True
        return len(data)
