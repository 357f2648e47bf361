"""Firefox, driven by what it has itself for that: Marionette, messages in JSON over a
socket (firefox-source-docs.mozilla.org/testing/marionette)."""

import json
import shutil
import socket
import subprocess
import time
from contextlib import suppress

from .children import end
from .children import LIMIT

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


class Failed(Exception):
    """What Firefox says of a command that failed."""


class Firefox:
    """A browser with one window, and a profile in a folder that outlives it."""

    def __init__(self, folder, port):
        folder.mkdir(exist_ok=True)
        preferences = {
            "marionette.port": port,
            # Scripts may put something on the clipboard, which is its own.
            "dom.events.testing.asyncClipboard": True,
        }
        (folder / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                for name, value in preferences.items()
            )
        )
        self.process = subprocess.Popen(
            [FIREFOX, "--headless", "--marionette", "--profile", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.connection = self.connect(port)
        self.file = self.connection.makefile("rwb")
        self.number = 0
        self.receive()
        self.send("WebDriver:NewSession", capabilities={"alwaysMatch": {}})

    def connect(self, port):
        for _ in range(LIMIT * 10):
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), LIMIT)

            assert self.process.poll() is None, "it has ended"
            time.sleep(0.1)

        raise TimeoutError

    def receive(self):
        length = b""

        while (character := self.file.read(1)) != b":":
            assert character, "it has ended"
            length += character

        return json.loads(self.file.read(int(length)))

    def send(self, command, **parameters):
        self.number += 1
        message = json.dumps([0, self.number, command, parameters]).encode()
        self.file.write(b"%d:%s" % (len(message), message))
        self.file.flush()
        _, _, error, result = self.receive()

        if error:
            raise Failed(error["message"])

        return result.get("value", result) if isinstance(result, dict) else result

    def open(self, url):
        self.send("WebDriver:Navigate", url=url)

    def run(self, script, *arguments):
        """What a script returns, which may use ``arguments``."""
        return self.send("WebDriver:ExecuteScript", script=script, args=arguments)

    def find(self, selector):
        found = self.send("WebDriver:FindElement", using="css selector", value=selector)
        return next(iter(found.values()))

    def type(self, selector, text):
        self.send("WebDriver:ElementSendKeys", id=self.find(selector), text=text)

    def click(self, selector):
        self.send("WebDriver:ElementClick", id=self.find(selector))

    def back(self):
        self.send("WebDriver:Back")

    def close(self, how):
        """End it with a signal."""
        for file in (self.file, self.connection):
            with suppress(OSError):
                file.close()

        end(self.process, how)
