#!/usr/bin/env python3
"""A publisher on loopback that does what a script tells it to: serves captured feeds, changes them, misbehaves.

    .ci/origin.py FOLDER [--port 0] [--max-age SECONDS]

Serves every file below FOLDER under its own path, with ETag, Last-Modified, Content-Type and 304, and prints one line,
its address ("http://127.0.0.1:40123"), as soon as it listens. Standard library only; the files are never written to.
It ends with SIGTERM, SIGINT, or the end of its standard input where `--until-eof` is given.

    GET  /_feeds            the paths served, as a JSON list
    GET  /_log              the requests so far (the newest 10,000), as JSON lines: at, method, path, status, headers
    POST /_control          one order, a JSON object: {"do": ORDER, "path": "a/feed.xml", ...}; answers 200 with what
                            was done, 400 for an order that makes no sense, 409 for one that this document does not allow

`path` may be "*": every feed that allows the order. What an order needs beside it, with its default:

    change    entry (0), title ("changed")   the words go to the end of that entry's title; new validators
    add       entry (0), title ("added")     a copy of that entry under new id and link, dated now, goes to the top
    remove    entry (0)                      takes that entry out
    restore                                  the file as it is on disk
    fail      status (500), times            answers this status and no more
    gone                                     410
    move      to, status (301), times        redirects
    limit     seconds (60), status (429)     with Retry-After; `times` as above
    hang      seconds (3600), times          accepts the request and says nothing for so long
    drip      seconds (0.1), times           the body, one byte every so many seconds
    cut       bytes (half), times            ends the connection in the middle of the body
    reset     times                          a TCP reset in place of an answer
    endless   times                          a body that never ends, chunked
    bomb      mebibytes (1024), times        gzip: small on the wire, this large when unpacked
    html      times                          a web page in place of the feed
    heal                                     ends any misbehavior

`times` is how many requests are treated so; without it, all until "heal". Orders are kept per path; a second one
replaces the first. change, add, remove and restore are about the document and go together with any of the others.

Entries are found as text (`<item`, `<entry`, JSON `items`), so that a document keeps every byte that no order touches;
encodings that are not ASCII-compatible (UTF-16) can be served, not changed.
"""

import argparse
import email.utils
import gzip
import hashlib
import json
import re
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ENTRY = re.compile(rb"<((?:\w+:)?(?:item|entry))\b[^>]*>.*?</\1\s*>", re.S | re.I)
TITLE = re.compile(rb"(<((?:\w+:)?title)\b[^>]*>.*?)(\s*(?:\]\]>)?\s*</\2\s*>)", re.S | re.I)
# What tells an entry from another, and where its own value ends.
MARKS = [
    re.compile(rb"(<(guid|id|link)\b[^>]*>[^<]*?(?:<!\[CDATA\[[^\]]*)?)()(\s*(?:\]\]>)?\s*</\2\s*>)", re.I),
    re.compile(rb"(<link\b[^>]*?\bhref\s*=\s*(\"|')[^\"'#]*)()(?=#|\2)", re.I),
    re.compile(rb"(<(?:\w+:)?(?:item)\b[^>]*?\babout\s*=\s*(\"|')[^\"'#]*)()(?=#|\2)", re.I),
]
RFC822 = re.compile(rb"(<pubDate>)[^<]*", re.I)
RFC3339 = re.compile(rb"(<((?:\w+:)?(?:published|updated|issued|modified|date))>)[^<]*", re.I)
BEHAVIORS = {"fail", "gone", "move", "limit", "hang", "drip", "cut", "reset", "endless", "bomb", "html"}
CHUNK = 64 * 1024


class Refused(Exception):
    """An order that cannot be carried out; the status to answer with, and why."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class Document:
    """One feed: its bytes now, its validators, and how it is to misbehave."""

    def __init__(self, file):
        self.file = file
        self.behavior = {}
        self.additions = 0
        self.restore()

    def restore(self):
        self.replace(self.file.read_bytes(), int(self.file.stat().st_mtime))

    def replace(self, body, modified_at=None):
        self.body = body
        self.etag = '"%s"' % hashlib.sha256(body).hexdigest()[:20]
        self.modified_at = int(time.time()) if modified_at is None else modified_at

    def media_type(self):
        head = self.body[:2000].lower()
        if self.body.lstrip()[:1] == b"{":
            return "application/feed+json"
        if b"<feed" in head:
            return "application/atom+xml"
        return "application/rss+xml" if b"<rss" in head or b"<rdf" in head else "application/xml"

    def is_json(self):
        return self.media_type() == "application/feed+json"

    def entry(self, number):
        found = list(ENTRY.finditer(self.body))
        if not -len(found) <= number < len(found):
            raise Refused(409, f"{len(found)} entries can be found in it, number {number} cannot")
        return found[number]

    def change(self, number, words):
        if self.is_json():
            return self.edit_json(lambda items: items[number].update(title=f"{items[number].get('title', '')} {words}"))
        entry = self.entry(number)
        text = with_words(entry.group(), words)
        if text == entry.group():
            raise Refused(409, "that entry has no title")
        self.replace(self.body[: entry.start()] + text + self.body[entry.end() :])

    def add(self, number, words):
        self.additions += 1
        mark = "-added-%d" % self.additions
        if self.is_json():
            return self.edit_json(lambda items: items.insert(0, added_item(items[number], mark, words)))
        text = self.entry(number).group()
        for pattern in MARKS:
            text = pattern.sub(lambda found: found[1] + mark.encode() + (found[4] if pattern.groups > 3 else b""), text)
        text = with_words(text, words)
        now = datetime.now(timezone.utc)
        text = RFC822.sub(rb"\g<1>" + email.utils.format_datetime(now).encode(), text)
        text = RFC3339.sub(rb"\g<1>" + now.isoformat(timespec="seconds").encode(), text)
        top = self.entry(0).start()
        self.replace(self.body[:top] + text + b"\n" + self.body[top:])

    def remove(self, number):
        if self.is_json():
            return self.edit_json(lambda items: items.pop(number))
        entry = self.entry(number)
        self.replace(self.body[: entry.start()] + self.body[entry.end() :])

    def edit_json(self, edit):
        document = json.loads(self.body)
        try:
            edit(document["items"])
        except (IndexError, KeyError) as missing:
            raise Refused(409, f"no such entry: {missing}") from missing
        self.replace(json.dumps(document, ensure_ascii=False, indent=1).encode())

    def take_behavior(self):
        """How this request is to be treated; counts it."""
        behavior = self.behavior
        if "times" in behavior:
            behavior["times"] -= 1
            if behavior["times"] <= 0:
                self.behavior = {}
        return behavior


def with_words(entry, words):
    """The entry with these words at the end of its title, escaped unless the title is CDATA."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")

    def longer(title):
        fitting = words if b"]]>" in title[3] else escaped
        return title[1] + b" " + fitting.encode("ascii", "xmlcharrefreplace") + title[3]

    return TITLE.sub(longer, entry, count=1)


def added_item(item, mark, words):
    copy = dict(item, title=f"{item.get('title', '')} {words}", date_published=datetime.now(timezone.utc).isoformat())
    return copy | {key: str(item[key]) + mark for key in ("id", "url") if key in item}


class Origin:
    """All documents of a folder and the log of requests. One lock: orders and requests take turns."""

    def __init__(self, folder, max_age):
        files = (file for file in sorted(Path(folder).rglob("*")) if file.is_file())
        self.documents = {file.relative_to(folder).as_posix(): Document(file) for file in files}
        self.max_age = max_age
        self.log = deque(maxlen=10_000)
        self.lock = threading.Lock()

    def obey(self, order):
        verb, path = order.get("do"), order.get("path", "*")
        chosen = self.documents if path == "*" else {path: self.documents.get(path)}
        if None in chosen.values():
            raise Refused(400, f"nothing is served under {path!r}")
        if verb == "move" and "to" not in order:
            raise Refused(400, "where to?")
        done = 0
        with self.lock:
            for document in chosen.values():
                try:
                    self.carry_out(verb, document, order)
                    done += 1
                except Refused as refused:
                    if path != "*" or refused.status == 400:
                        raise
        return {"done": verb, "documents": done}

    def carry_out(self, verb, document, order):
        number = int(order.get("entry", 0))
        if verb in BEHAVIORS:
            document.behavior = dict(order)
        elif verb == "heal":
            document.behavior = {}
        elif verb == "change":
            document.change(number, order.get("title", "changed"))
        elif verb == "add":
            document.add(number, order.get("title", "added"))
        elif verb == "remove":
            document.remove(number)
        elif verb == "restore":
            document.restore()
        else:
            raise Refused(400, f"no such order: {verb!r}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    origin = None  # set by main

    def do_GET(self):
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if path == "_feeds":
            return self.send_json(200, sorted(self.origin.documents))
        if path == "_log":
            return self.send(200, "\n".join(map(json.dumps, list(self.origin.log))).encode(), "application/jsonl")
        with self.origin.lock:
            document = self.origin.documents.get(path)
            behavior = document.take_behavior() if document else {"do": "fail", "status": 404}
        getattr(self, "answer_" + behavior.get("do", "well"))(document, behavior)

    do_HEAD = do_GET

    def do_POST(self):
        try:
            order = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_json(200, self.origin.obey(order))
        except Refused as refused:
            self.send_json(refused.status, {"refused": str(refused)})
        except (ValueError, AttributeError, TypeError) as error:
            self.send_json(400, {"refused": str(error)})

    # Answers: one for each way to behave.

    def answer_well(self, document, _):
        with self.origin.lock:
            body, etag, modified_at, media_type = document.body, document.etag, document.modified_at, document.media_type()
        modified = email.utils.formatdate(modified_at, usegmt=True)
        validators = {"ETag": etag, "Last-Modified": modified, "Cache-Control": f"max-age={self.origin.max_age}"}
        if self.knows(etag, modified_at):
            return self.send(304, None, None, validators)
        self.send(200, body, media_type, validators)

    def knows(self, etag, modified_at):
        """If-None-Match decides alone where both are sent (RFC 9110 section 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and email.utils.parsedate_to_datetime(since).timestamp() >= modified_at
        except ValueError:
            return False

    def answer_fail(self, _, behavior):
        self.send(int(behavior.get("status", 500)), b"out of order\n", "text/plain")

    def answer_gone(self, _, __):
        self.send(410, b"gone\n", "text/plain")

    def answer_move(self, _, behavior):
        self.send(int(behavior.get("status", 301)), b"", "text/plain", {"Location": behavior["to"]})

    def answer_limit(self, _, behavior):
        headers = {"Retry-After": str(behavior.get("seconds", 60))}
        self.send(int(behavior.get("status", 429)), b"too many requests\n", "text/plain", headers)

    def answer_html(self, _, __):
        self.send(200, b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hello</body></html>", "text/html")

    def answer_hang(self, document, behavior):
        self.note(0)
        time.sleep(float(behavior.get("seconds", 3600)))
        self.answer_well(document, behavior)

    def answer_reset(self, _, __):
        self.note(0)
        # Linger for no time: closing sends RST in place of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def answer_drip(self, document, behavior):
        self.head(200, document.media_type(), {"Content-Length": str(len(document.body))})
        for byte in document.body:
            self.wfile.write(bytes([byte]))
            time.sleep(float(behavior.get("seconds", 0.1)))

    def answer_cut(self, document, behavior):
        self.head(200, document.media_type(), {"Content-Length": str(len(document.body))})
        self.wfile.write(document.body[: int(behavior.get("bytes", len(document.body) // 2))])
        self.close_connection = True

    def answer_endless(self, document, _):
        self.head(200, document.media_type(), {"Transfer-Encoding": "chunked"})
        first = self.endless_beginning(document)
        filler = b"<!-- and so on -->" * (CHUNK // 18)
        while True:  # until the client has had enough: writing fails then
            chunk, first = first or filler, b""
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def endless_beginning(self, document):
        found = ENTRY.search(document.body)
        return document.body[: found.end()] if found else document.body

    def answer_bomb(self, document, behavior):
        self.head(200, document.media_type(), {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"})
        # Gzip members in a row unpack to their texts in a row: one mebibyte packed once serves for all.
        first, filler = gzip.compress(self.endless_beginning(document)), gzip.compress(b" " * (1 << 20))
        for chunk in [first] + [filler] * int(behavior.get("mebibytes", 1024)):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    # Writing.

    def send_json(self, status, value):
        self.send(status, json.dumps(value).encode() + b"\n", "application/json")

    def send(self, status, body, media_type, headers=None):
        length = {} if body is None else {"Content-Length": str(len(body))}
        self.head(status, media_type, length | (headers or {}))
        if body and self.command != "HEAD":
            self.wfile.write(body)

    def head(self, status, media_type, headers):
        self.note(status)
        self.send_response(status)
        described = {"Content-Type": media_type} if media_type else {}
        for name, value in (described | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def note(self, status):
        if not self.path.startswith("/_"):
            line = {"at": time.time(), "method": self.command, "path": self.path, "status": status}
            self.origin.log.append(line | {"headers": {name.lower(): value for name, value in self.headers.items()}})

    def log_message(self, *_):
        pass  # the log is asked for, not printed

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # the client went away, as it should from an endless body


class Server(ThreadingHTTPServer):
    daemon_threads = True  # a hanging answer must not keep the process
    request_queue_size = 256

    def shutdown_request(self, request):
        self.close_request(request)  # no FIN of its own before a reset


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--max-age", type=int, default=0)
    parser.add_argument("--until-eof", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    Handler.origin = Origin(options.folder, options.max_age)
    server = Server(("127.0.0.1", options.port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    if options.until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
