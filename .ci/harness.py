"""What the end-to-end scripts share: an origin on loopback, the built binary, a store to look into.

Standard library only. Everything lives in a temporary folder and ends with the script.
"""
import atexit
import hashlib
import http.server
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.environ.get("HEADLINED_BINARY") or os.path.join(ROOT, "target", "release", "headlined")
EXAMPLES = os.environ.get("HEADLINED_EXAMPLES") or os.path.join(ROOT, "target", "release", "examples")


class Origin:
    """Serves documents by path, like a well-behaved publisher: strong ETag, 304."""

    def __init__(self, documents):
        self.documents = dict(documents)  # path -> (bytes, content type)
        self.requests = []  # (path, status)
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body, kind = origin.documents.get(self.path, (None, None))
                if body is None:
                    return self.answer(404, b"", {})
                tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
                headers = {"ETag": tag, "Content-Type": kind}
                if self.headers.get("If-None-Match") == tag:
                    return self.answer(304, b"", headers)
                self.answer(200, body, headers)

            def answer(self, status, body, headers):
                origin.requests.append((self.path, status))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass  # a client that was killed is what these scripts are about

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take_requests(self):
        taken, self.requests = self.requests, []
        return taken


class Headlined:
    """The built binary on a store of its own. `server`, `store`, `fetch` and `output` are more keys of these sections; `keys` gives
    those of a feed by its name."""

    def __init__(self, folder, feeds, output="", server="", port=0, fetch='per_host = 64\nhost_pause = "0s"', keys=None, store='retention = "forever"'):
        self.folder = folder
        self.config = os.path.join(folder, "headlined.toml")
        self.store = os.path.join(folder, "headlined.db")
        lines = [
            f'[server]\nlisten = "127.0.0.1:{port}"\n{server}\n',
            f'[store]\npath = "{self.store}"\n{store}\n',
            f"[fetch]\nallow_private_addresses = true\n{fetch}\n",
            f'[[output]]\nname = "all"\nedition_interval = "0s"\n{output}\n',
        ]
        keys = keys or (lambda name: "")
        lines += [f'[[feed]]\nname = "{name}"\nurl = "{url}"\n{keys(name)}\n' for name, url in feeds]
        with open(self.config, "w") as file:
            file.write("\n".join(lines))

    def command(self, *words):
        return [BINARY, "--config", self.config, *words]

    def run(self, *words, expect=0):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=300)
        assert done.returncode == expect, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def poll(self, *words):
        return json.loads(self.run("poll", "--json", *(words or ("--all",))))

    def query(self, sql):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def check_store(self):
        assert self.query("PRAGMA integrity_check") == [("ok",)], "the store is damaged"


class Clock:
    """What a program takes for the time, which it is told by its environment."""

    def __init__(self, place, at=None):
        library, self.file = os.path.join(place, "shifted_clock.so"), os.path.join(place, "clock")
        source = os.path.join(ROOT, ".ci", "shifted_clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
        self.environment = {"LD_PRELOAD": library, "SHIFTED_CLOCK": self.file}
        self.set_to(at or int(time.time()))

    def set_to(self, at):
        self.shift = at - int(time.time())
        with open(self.file + ".new", "w") as file:
            file.write(str(self.shift))
        os.rename(self.file + ".new", self.file)

    def now(self):
        return int(time.time()) + self.shift


class Daemon:
    """A running daemon; `address` is where it serves."""

    def __init__(self, headlined, environment=None):
        self.log = []
        environment = {**os.environ, **(environment or {})}
        self.process = subprocess.Popen(headlined.command("run"), stderr=subprocess.PIPE, text=True, env=environment)
        atexit.register(self.process.kill)  # also where a check fails: it holds our output open
        self.address = None
        found = threading.Event()

        def read():
            for line in self.process.stderr:
                self.log.append(line)
                seen = re.search(r"front page (http://\S+)", line)
                if seen:
                    self.address = seen.group(1)
                    found.set()
            found.set()

        threading.Thread(target=read, daemon=True).start()
        found.wait(30)
        assert self.address, "the daemon did not start:\n" + "".join(self.log)

    def stop(self):
        self.process.terminate()
        began = time.monotonic()
        code = self.process.wait(30)
        took = time.monotonic() - began
        assert code == 0, f"exit {code}\n" + "".join(self.log)
        assert took < 5, f"stopping took {took:.1f} s"


def folder():
    return tempfile.TemporaryDirectory(prefix="headlined-ci-")


def corpus():
    """The folder of captured feeds, or None where it is absent (a public clone)."""
    path = os.environ.get("HEADLINED_CORPUS") or os.path.join(ROOT, "..", "shared", "corpus")
    return path if os.path.isdir(path) else None


def passed(words):
    print(f"ok: {words}", flush=True)


def main(*checks):
    for check in checks:
        check()
    sys.stdout.flush()
