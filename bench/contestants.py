"""The servers that are measured, each a process of its own."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from urllib.parse import urlencode

from . import blogs

HERE = Path(__file__).parent
LANGUAGE = ("Accept-Language", "en")


def find_ports():
    """Ports that nobody listens on."""
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        yield port


class Server:
    """A contestant in a process of its own."""

    first_path = "/hello"

    def __init__(self, port, kind, argument, folder):
        self.port = port
        self.kind = kind
        self.folder = folder
        self.argument = argument
        self.start()

    def start(self):
        command = [sys.executable, HERE / "serve.py", self.kind, str(self.port)]
        command.append(str(self.argument))
        self.log = open(self.folder / f"{self.kind}-{self.port}.log", "a")
        self.process = subprocess.Popen(command, stderr=self.log, cwd=self.folder)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self):
        for _ in range(300):
            try:
                return self.fetch(self.first_path)
            except OSError:
                time.sleep(0.1)

        raise RuntimeError(f"{self.kind} did not start; see {self.log.name}")

    def fetch(self, path, headers=(), method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        # wrk asks for no encoding, either: a proxy's cache tells them apart.
        connection.putrequest(method, path, skip_accept_encoding=True)

        for name, value in headers:
            connection.putheader(name, value)

        if body is not None:
            connection.putheader("Content-Length", str(len(body)))

        connection.endheaders(body and body.encode())
        response = connection.getresponse()
        return response, response.read()

    def cookie(self):
        """The cookie of an author who is logged in."""
        form = urlencode({"username": "author1", "password": blogs.PASSWORD})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        response, _body = self.fetch("/auth/login", kind.items(), "POST", form)
        assert response.status == 302, response.status
        cookies = [
            value.partition(";")[0]
            for name, value in response.getheaders()
            if name.lower() == "set-cookie"
        ]
        return ("Cookie", "; ".join(cookies))

    def find_pid(self):
        """The process that answers."""
        return self.process.pid

    def memory(self):
        """Resident megabytes now, where the system says it."""
        status = Path(f"/proc/{self.find_pid()}/status")
        found = re.search(r"VmRSS:\s+(\d+)", status.read_text("ascii"))
        return int(found[1]) / 1000

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


class Granian(Server):
    """A contestant under granian, with the threads that README says and one worker:
    the other processor has the load."""

    def start(self):
        command = [sys.executable, "-m", "granian", "--interface=wsgi", "--factory"]
        command += ["--no-log", "--workers=1", "--blocking-threads=4"]
        command += ["--host=127.0.0.1", f"--port={self.port}", "serve:make"]
        self.log = open(self.folder / f"granian-{self.kind}-{self.port}.log", "a")
        self.process = subprocess.Popen(
            command,
            stderr=self.log,
            stdout=self.log,
            cwd=HERE,
            env={**os.environ, "KIND": self.kind, "ARGUMENT": str(self.argument)},
        )

    def find_pid(self):
        """The worker."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return Path(path).read_text("ascii").split()[-1]


# Its worker would be somebody else, who can't read the folder.
USER = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""

NGINX = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type text/html;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_temp_path {folder}/proxy;
    proxy_cache_path {folder}/cache keys_zone=flaskr:10m;
    server {{
        listen 127.0.0.1:{port};
        keepalive_requests 1000000;
        location / {{
            {location}
        }}
    }}
}}
"""

# As README has it; a CDN would have SHARED_MAX_AGE, too.
CACHED = """proxy_pass http://127.0.0.1:{port};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_cache flaskr;
            proxy_cache_revalidate on;
            open_file_cache max=200;"""


class Nginx(Server):
    """Files from nginx, or another contestant through its cache."""

    first_path = "/"

    def start(self):
        folder = self.folder / f"nginx-{self.port}"
        folder.mkdir(exist_ok=True)
        config = folder / "nginx.conf"
        text = NGINX.format(
            user=USER, folder=folder, port=self.port, location=self.argument
        )
        config.write_text(text, "utf-8")
        self.log = open(folder / "log", "a")
        self.process = subprocess.Popen(
            ["nginx", "-p", folder, "-c", config], stderr=self.log
        )


def start_faster(sizes, folder, servers):
    """Start what a busy blog is served with: granian, and nginx if it is there."""
    answers = folder / "answers.json"
    ports = find_ports()
    started = {"granian-constant": Granian(next(ports), "constant", answers, folder)}

    for size in sizes:
        path = folder / str(size) / "flaskr.sqlite"
        started[f"granian-flaskr-{size}"] = Granian(next(ports), "flaskr", path, folder)

    if shutil.which("nginx"):
        page = json.loads(answers.read_text("utf-8"))[f"/{sizes[0]}/"]["page"]
        files = folder / "files"
        files.mkdir()
        (files / "index.html").write_bytes(page[2].encode("latin-1"))
        started["nginx-static"] = Nginx(next(ports), "nginx", f"root {files};", folder)
        cached = CACHED.format(port=servers[f"long-{sizes[0]}"].port)
        started["nginx-cache"] = Nginx(next(ports), "nginx", cached, folder)

    servers |= started

    for server in started.values():
        server.wait()


def start(sizes, folder, servers):
    """Start all contestants; return the pages that are asked of each size."""
    schema = tutorial(folder)
    paths = {}

    for size in sizes:
        print(f"Building a blog of {size} posts …", file=sys.stderr)
        ours = folder / str(size) / "flaskr.sqlite"
        theirs = folder / str(size) / "tutorial.sqlite"
        ours.parent.mkdir()
        blogs.index(blogs.build(os.fspath(ours), size), size)
        blogs.build_tutorial(os.fspath(theirs), schema, size)
        paths[size] = paths_of(ours)

    ports = find_ports()
    servers["hello"] = Server(next(ports), "hello", "", folder)

    for size in sizes:
        for kind in ("flaskr", "miss", "tutorial"):
            database = "tutorial" if kind == "tutorial" else "flaskr"
            path = folder / str(size) / f"{database}.sqlite"
            servers[f"{kind}-{size}"] = Server(next(ports), kind, path, folder)

    for server in servers.values():
        server.wait()

    pages = [(size, path) for size in sizes for path in paths[size].values()]
    answers = folder / "answers.json"
    answers.write_text(json.dumps(kept_answers(servers, pages)), "utf-8")

    for kind in ("constant", "flask"):
        servers[kind] = Server(next(ports), kind, answers, folder)

    path = folder / str(sizes[0]) / "flaskr.sqlite"
    servers[f"long-{sizes[0]}"] = Server(next(ports), "long", path, folder)

    for kind in ("constant", "flask", f"long-{sizes[0]}"):
        servers[kind].wait()

    start_faster(sizes, folder, servers)
    return paths


def tutorial(folder):
    """The tutorial's Flaskr, from Flask's source distribution."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        + ["--no-binary", "flask", "--dest", folder, "flask==3.1.3"],
        check=True,
    )

    with tarfile.open(next(folder.glob("flask-*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")

    source = next(folder.glob("flask-*/examples/tutorial"))
    source.rename(folder / "tutorial")
    return folder / "tutorial/flaskr/schema.sql"


def paths_of(database):
    """The pages of a blog that are measured, by name."""
    app = blogs.create_app({"TESTING": True, "DATABASE": os.fspath(database)})
    response = app.test_client().get("/1")
    app.extensions["flaskr.db"].shutdown()
    return {
        "index": "/",
        "post": response.location,
        "tag": "/tag/tag1",
        "feed": "/feed.atom",
    }


def kept_answers(servers, pages):
    """What is answered to a reader, and to one who has the page already."""
    answers = {}

    for size, path in pages:
        server = servers[f"flaskr-{size}"]
        response, body = server.fetch(path, [LANGUAGE])
        assert response.getheader("ETag"), (path, response.status)
        etag = response.getheader("ETag")
        not_modified, _empty = server.fetch(path, [LANGUAGE, ("If-None-Match", etag)])
        answers[f"/{size}{path}"] = {
            "page": answer(response, body),
            "if_none_match": answer(not_modified, b""),
        }

    return answers


def answer(response, body):
    # What waitress adds by itself.
    own = ("Date", "Server", "Connection")
    headers = [header for header in response.getheaders() if header[0] not in own]
    return f"{response.status} {response.reason}", headers, body.decode("latin-1")
