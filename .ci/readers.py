"""Readers of a merged feed, each with `read()`: what it shows as unread, as (id, title, text), which is then marked read.

Needs newsboat and sfeed, and the Python packages reader and feedparser.
"""
import os
import sqlite3
import subprocess
import urllib.error
import urllib.request

import feedparser
import reader as reader_library


class Newsboat:
    name = "newsboat"

    def __init__(self, place, address):
        self.place = os.path.join(place, "newsboat")
        os.makedirs(self.place)
        self.address = address
        self.cache = os.path.join(self.place, "cache.db")
        for name, text in (("urls", address + "\n"), ("config", "")):
            open(os.path.join(self.place, name), "w").write(text)

    def read(self):
        path = lambda name: os.path.join(self.place, name)
        subprocess.run(["newsboat", "-u", path("urls"), "-c", self.cache, "-C", path("config"), "-x", "reload"],
                       check=True, capture_output=True, timeout=60, env={**os.environ, "HOME": self.place})
        with sqlite3.connect(self.cache) as db:
            unread = db.execute("SELECT guid, title, content FROM rss_item WHERE unread = 1 AND deleted = 0").fetchall()
            db.execute("UPDATE rss_item SET unread = 0")
        return unread


class Sfeed:
    """Its file has a line for each id, title and link that it ever saw: a new headline is a new line."""
    name = "sfeed"

    def __init__(self, place, address):
        self.place = os.path.join(place, "sfeed")
        os.makedirs(self.place)
        self.rc = os.path.join(self.place, "sfeedrc")
        open(self.rc, "w").write(f"sfeedpath='{self.place}'\nfeeds() {{\n\tfeed 'merged' '{address}'\n}}\n")
        self.seen = set()

    def read(self):
        subprocess.run(["sfeed_update", self.rc], check=True, capture_output=True, timeout=60)
        lines = [line.rstrip("\n").split("\t") for line in open(os.path.join(self.place, "merged"), encoding="utf-8")]
        unread = [(line[5], line[1], line[3]) for line in lines if line[5] not in self.seen]
        self.seen.update(line[5] for line in lines)
        return unread


class Reader:
    name = "reader"

    def __init__(self, place, address):
        self.reader = reader_library.make_reader(os.path.join(place, "reader.db"))
        self.address = address
        self.reader.add_feed(address)

    def read(self):
        self.reader.update_feed(self.address)
        unread = list(self.reader.get_entries(read=False))
        for entry in unread:
            self.reader.mark_entry_as_read(entry)
        return [(entry.id, entry.title, " ".join(content.value for content in entry.content) + (entry.summary or "")) for entry in unread]


class Feedparser:
    """Knows an entry by its id alone."""
    name = "feedparser"

    def __init__(self, place, address):
        self.address, self.known = address, set()

    def read(self):
        parsed = feedparser.parse(self.address)
        assert not parsed.bozo, parsed.bozo_exception
        unread = [shown(one) for one in parsed.entries if one.id not in self.known]
        self.known.update(one.id for one in parsed.entries)
        return unread


class Forgetful:
    """Forgets an entry a day after it left the document, as Thunderbird does: what comes back then is new to it.
    `now` is the time by which the daemon goes."""
    name = "one that forgets"
    DAY = 86_400

    def __init__(self, address, now):
        self.address, self.now, self.etag = address, now, None
        self.document = []  # ids
        self.last_seen = {}  # id -> when the document last had it

    def read(self):
        request = urllib.request.Request(self.address, headers={"If-None-Match": self.etag} if self.etag else {})
        entries = []
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                parsed = feedparser.parse(answer.read())
                self.etag = answer.headers["ETag"]
            assert not parsed.bozo, parsed.bozo_exception
            entries, self.document = parsed.entries, [entry.id for entry in parsed.entries]
        except urllib.error.HTTPError as answer:
            assert answer.code == 304, answer.code
        now = self.now()
        self.last_seen = {id: at for id, at in self.last_seen.items() if at > now - self.DAY}
        unread = [shown(entry) for entry in entries if entry.id not in self.last_seen]
        self.last_seen.update({id: now for id in self.document})
        return unread


def shown(entry):
    """Of an entry as feedparser has it."""
    return entry.id, entry.title, entry.get("summary", "") + "".join(part.value for part in entry.get("content", []))
