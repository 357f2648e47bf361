"""WebKit, which Safari is made of, in its GTK port: driven by its own WebDriver with
messages in JSON over HTTP (w3.org/TR/webdriver), on a screen that nobody sees."""

import json
import os
import shutil
import subprocess
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

from .children import LIMIT

DRIVER = shutil.which("WebKitWebDriver")
SCREEN = shutil.which("Xvfb")
BROWSER = next(map(str, Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")), None)
PROGRAMS = (DRIVER, SCREEN, BROWSER)

# As WebDriver names them.
CONTROL, ENTER, ESCAPE, TAB = "\ue009", "\ue007", "\ue00c", "\ue004"


class Failed(Exception):
    """What WebKit says of a command that failed."""


class WebKit:
    """A browser with one window, and no profile."""

    def __init__(self, folder, port):
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            [SCREEN, "-displayfd", str(write), "-screen", "0", "1400x1000x24"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)

        # It says which number it has, once it is there.
        with os.fdopen(read) as file:
            display = f":{file.readline().strip()}"

        self.driver = subprocess.Popen(
            [DRIVER, f"--port={port}"],
            env={**os.environ, "DISPLAY": display, "HOME": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.port = port
        options = {"binary": BROWSER, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self.wait_for_driver()
        self.path = "/session"
        session = self.send("POST", "", capabilities=wanted)
        self.path = f"/session/{session['sessionId']}"

    def wait_for_driver(self):
        self.path = ""

        for _ in range(LIMIT * 10):
            with suppress(OSError):
                return self.send("GET", "/status")

            assert self.driver.poll() is None, "it has ended"
            time.sleep(0.1)

        raise TimeoutError

    def send(self, method, path, **parameters):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        body = json.dumps(parameters) if method == "POST" else None
        connection.request(method, self.path + path, body)
        response = connection.getresponse()
        value = json.loads(response.read())["value"]
        connection.close()

        if response.status != 200:
            raise Failed(value["message"])

        return value

    def open(self, url):
        self.send("POST", "/url", url=url)

    def run(self, script, *arguments):
        """What a script returns, which may use ``arguments``."""
        return self.send("POST", "/execute/sync", script=script, args=arguments)

    def find(self, selector):
        found = self.send("POST", "/element", using="css selector", value=selector)
        return next(iter(found.values()))

    def type(self, selector, text):
        self.send("POST", f"/element/{self.find(selector)}/value", text=text)

    def click(self, selector):
        self.send("POST", f"/element/{self.find(selector)}/click")

    def press(self, *keys):
        """Press keys at once, whatever has the focus."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        actions = [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]
        self.send("POST", "/actions", actions=actions)

    def resize(self, width, height):
        self.send("POST", "/window/rect", x=0, y=0, width=width, height=height)

    def close(self):
        with suppress(Failed, OSError):
            self.send("DELETE", "")

        for process in (self.driver, self.screen):
            process.terminate()
            process.wait(LIMIT)
