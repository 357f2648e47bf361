"""Load from ``wrk``, and what it says."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 16

# wrk counts as an error what is 400 or more.
SCRIPT = """
done = function(summary, latency, requests)
  io.write(string.format(
    "RESULT {\\"requests\\": %d, \\"microseconds\\": %d, \\"bytes\\": %d,"
    .. " \\"errors\\": %d, \\"p50\\": %f, \\"p99\\": %f}\\n",
    summary.requests, summary.duration, summary.bytes,
    summary.errors.status + summary.errors.timeout + summary.errors.read
      + summary.errors.connect + summary.errors.write,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""

POSTS = """
local number = 0
request = function()
  number = number + 1
  return wrk.format("POST", "/create", {
    ["Cookie"] = "%s",
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }, "title=Post+" .. number .. "&body=" .. string.rep("word+", 200))
end
"""


class Load(NamedTuple):
    """What one run of load found; times in milliseconds."""

    rate: float
    p50: float
    p99: float
    bytes: float  # of an answer with its headers
    errors: int


def load(url, seconds, headers=(), script=""):
    """Load a URL for some seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(script + SCRIPT)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
        command += ["--timeout", "60s", "-s", file.name]

        for name, value in headers:
            command += ["-H", f"{name}: {value}"]

        done = subprocess.run([*command, url], capture_output=True, text=True)

    line = next(x for x in done.stdout.splitlines() if x.startswith("RESULT "))
    found = json.loads(line.removeprefix("RESULT "))
    return Load(
        found["requests"] / found["microseconds"] * 1e6,
        found["p50"],
        found["p99"],
        found["bytes"] / max(found["requests"], 1),
        found["errors"],
    )
