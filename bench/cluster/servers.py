"""Flaskr's processes, and nginx in front of them."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .processes import find_port
from .processes import Program

PROCESSES = 3

# One person may publish as much as the disk takes.
NO_LIMITS = dict.fromkeys(
    ("FLASKR_POSTS_PER_PERSON", "FLASKR_POSTS_PER_ADDRESS"), "1000000000"
)

# As docs/cluster.rst has it: an upstream of one, of two and of three, each without a
# cache and with README's.
NGINX = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_temp_path {folder}/proxy;
    proxy_cache_path {folder}/cache keys_zone=flaskr:10m;
    keepalive_requests 1000000;
    {servers}
}}
"""
UPSTREAM = """
    upstream {name} {{
        {servers}
    }}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port};

        location / {{
            proxy_pass http://{name};
            proxy_connect_timeout 2s;
            proxy_next_upstream error timeout;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            {cache}
        }}
    }}
"""
CACHE = """proxy_cache flaskr;
            proxy_cache_revalidate on;
            proxy_cache_use_stale error timeout http_503;
            open_file_cache max=200;"""

# Seconds for which that need not ask whether a page has changed. For 0, it keeps none.
SHARED_MAX_AGE = 1


class Flaskr(Program):
    """A process of the blog, as README starts it."""

    def __init__(self, name, folder, database, **environ):
        super().__init__(name, folder, find_port())
        self.instance = folder / f"{name}-instance"
        self.environ = {
            **os.environ,
            **NO_LIMITS,
            "FLASKR_INSTANCE_PATH": str(self.instance),
            "FLASKR_DATABASE": database,
            "FLASKR_TRUSTED_PROXIES": "127.0.0.1",
            "FLASKR_SHARED_MAX_AGE": str(SHARED_MAX_AGE),
            **environ,
        }

    def start(self):
        self.launch()
        self.wait()

    def launch(self):
        """Start it, and don't wait until it answers."""
        command = [Path(sys.executable).with_name("waitress-serve")]
        command += [f"--listen=127.0.0.1:{self.port}", "--call", "flaskr:create_app"]
        self.run(command, env=self.environ, cwd=self.folder)

    def init_db(self):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "flaskr", "init-db"],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def make_flaskrs(folder, primary, replica, has_replica):
    """Processes that find whichever of the two servers takes writes, and perhaps read
    from the second."""
    database = (
        f"postgresql://flaskr@127.0.0.1:{primary.port},127.0.0.1:{replica.port}/flaskr"
        "?target_session_attrs=read-write&connect_timeout=2"
    )
    environ = {"FLASKR_SECRET_KEY": "cluster" * 6, "PGPASSWORD": primary.password}

    if has_replica:
        environ["FLASKR_DATABASE_REPLICA"] = replica.url("flaskr", "flaskr")

    return [
        Flaskr(f"flaskr-{number}", folder, database, **environ)
        for number in range(1, PROCESSES + 1)
    ]


class Nginx(Program):
    """In front of some processes; ``ports`` has that of each upstream, by its name and
    whether it has a cache."""

    def __init__(self, folder, upstreams):
        if not shutil.which("nginx"):
            raise SystemExit("nginx is missing: apt install nginx-light")

        super().__init__("nginx", folder, 0)
        self.ports = {}
        servers = []

        for name, processes in upstreams.items():
            lines = [f"server 127.0.0.1:{process.port};" for process in processes]
            word = name.replace(" ", "-")
            servers.append(UPSTREAM.format(name=word, servers="\n        ".join(lines)))

            for cache in ("", CACHE):
                self.port = self.ports[name, bool(cache)] = find_port()
                servers.append(SERVER.format(port=self.port, name=word, cache=cache))

        text = NGINX.format(
            # Its worker would be somebody else, who can't read the folder.
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            servers="".join(servers),
        )
        (folder / "nginx.conf").write_text(text)

    def start(self):
        command = ["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"]
        self.run(command)
        self.wait()
        time.sleep(0.1)
