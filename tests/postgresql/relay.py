"""A relay in front of the server, which can answer in its place."""

import socket
import struct
import threading
from contextlib import contextmanager
from contextlib import suppress

import pytest

from ..databases import SERVER

psycopg = pytest.importorskip("psycopg")


class Relay:
    """Passes on what clients and the server say. ``answer`` is asked about each
    message of a client: bytes are sent back, and the connection ends with them."""

    def __init__(self):
        self.server = psycopg.conninfo.conninfo_to_dict(SERVER)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.answer = lambda message: None

    def url(self, database):
        """The URL of a database of the server, through the relay."""
        name = database.rpartition("/")[2]
        return (
            f"postgresql://{self.server['user']}@127.0.0.1:{self.port}/{name}"
            "?sslmode=disable&gssencmode=disable"
        )

    def connect(self):
        host, port = self.server["host"], int(self.server.get("port", 5432))

        if not host.startswith("/"):
            return socket.create_connection((host, port))

        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{host}/.s.PGSQL.{port}")
        return connection

    def serve(self):
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = self.connect()

                for pump in (self.pump_requests, self.pump_replies):
                    threading.Thread(target=pump, args=(client, server)).start()

    def pump_requests(self, client, server):
        with suppress(OSError), client, server:
            while message := client.recv(65536):
                answer = self.answer(message)

                if answer is not None:
                    client.sendall(answer)
                    break

                server.sendall(message)

            # Wakes the thread that waits for replies.
            server.shutdown(socket.SHUT_RDWR)
            client.shutdown(socket.SHUT_RDWR)

    def pump_replies(self, client, server):
        with suppress(OSError):
            while message := server.recv(65536):
                client.sendall(message)

            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def open_relay():
    relay = Relay()
    threading.Thread(target=relay.serve).start()
    yield relay
    # close() alone would leave accept() waiting.
    relay.listener.shutdown(socket.SHUT_RDWR)
    relay.listener.close()


def message(kind, content):
    """A message of the server, by the first letter of its name."""
    return kind + struct.pack("!I", len(content) + 4) + content


def fatal(sqlstate, text):
    """The message with which the server ends a connection."""
    fields = ("SFATAL", "VFATAL", f"C{sqlstate}", f"M{text}", "")
    return message(b"E", "\0".join(fields).encode() + b"\0")
