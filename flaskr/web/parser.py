"""Requests that waitress knows no answer to; see :mod:`.channel`."""

import logging
from contextlib import suppress

from waitress.parser import HTTPRequestParser
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest
from waitress.utilities import Error
from waitress.utilities import RequestEntityTooLarge

logger = logging.getLogger(__name__)

# Bytes of a line with the size of a chunk, and of what follows the last chunk: waitress
# has no limit, and looks at all of it again with each packet.
MAX_CHUNK_LINE = 4096


class NoRoom(Error):  # type: ignore[misc]
    """The disk has no room for the body."""

    code = 503
    reason = "Service Unavailable"


# What a request is refused with whose sender may go on to send.
EARLY = (RequestEntityTooLarge, NoRoom)


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's, for requests that it knows no answer to."""

    def received(self, data: bytes) -> int:
        """As waitress's; what it can't read at all is refused, too."""
        try:
            read: int = super().received(data)
        except ValueError:
            # As of an address like "http://[", which would be a traceback in the log.
            return self.refuse(data, BadRequest("The request can't be read"))
        except OSError as e:
            logger.warning("The body of a request can't be written: %s.", e)
            return self.refuse(data, NoRoom("The server's disk is full"))

        body = self.body_rcv

        if isinstance(body, ChunkedReceiver) and not body.completed:
            if max(len(body.control_line), len(body.trailer)) > MAX_CHUNK_LINE:
                why = "The size of a chunk can't be read"
                return self.refuse(data, BadRequest(why))

        return read

    def refuse(self, data: bytes, error: Error) -> int:
        """End the request with an error, and read no more of it."""
        self.error = error
        self.completed = True
        return len(data)

    def close(self) -> None:
        """As waitress's; of what the disk has no room for, a part is not written."""
        with suppress(OSError):
            super().close()
