"""The demo under a subscriber, and interrupted at random moments.

usage: e2e_demo.py [SECONDS]     (40)

A subscriber (feedparser) reads the merged feed every two seconds; beside it the outlets' own feeds are read, which say
what there is to publish. Every article comes once, none comes back, `updated` moves only with a change, memory stays
flat. Then fresh demos are interrupted: each ends within a second and leaves no file.
"""
import calendar
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

import feedparser

from harness import BINARY, folder, main, passed

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
READ_EVERY = 2
SEEN_WITHIN = 20  # from an outlet's feed to the subscriber: two polls, an edition, a reading, on a busy machine
GROWTH = 1.25  # of memory, from the end of the warm-up to the end
WARM_UP = max(16, SECONDS // 5)
INTERRUPTS = 20
RUNS_FOR = 5  # seconds after which a demo is interrupted at the latest


class Demo:
    """A running demo with a TMPDIR of its own."""

    def __init__(self, temporary):
        self.temporary = temporary
        environment = {"TMPDIR": temporary, "HEADLINED_LISTEN": "127.0.0.1:0"}
        self.process = subprocess.Popen([BINARY, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.address = None
        self.greeted = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            seen = re.search(r"front page\s+(http://\S+)", line)
            if seen:
                self.address = seen.group(1)
                self.greeted.set()

    def status(self, field):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(line.split()[1] for line in status if line.startswith(field + ":"))

    def wait_until_it_heeds_signals(self):
        bit = 1 << (signal.SIGINT - 1)
        while not int(self.status("SigCgt"), 16) & bit:
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.002)

    def memory(self):
        return int(self.status("VmRSS"))

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read()

    def interrupt(self):
        """Ctrl-C; gives how long it took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        took = time.monotonic() - began
        said = self.process.stderr.read()
        assert code == 0, f"exit {code}\n{said}"
        left = os.listdir(self.temporary)
        assert not left, f"it left {left}"
        return took, said


class Outlets:
    """What the demo's outlets print: page -> its headlines with when each was last seen, and when it first was."""

    def __init__(self, demo):
        outlines = ElementTree.fromstring(demo.get("opml.xml")).iter("outline")
        self.feeds = sorted({outline.get("xmlUrl") for outline in outlines} - {None})
        assert len(self.feeds) >= 8, self.feeds
        self.first_seen, self.headlines = {}, {}

    def read(self):
        for address in self.feeds:
            with urllib.request.urlopen(address, timeout=30) as answer:
                body = answer.read()
            now = time.monotonic()
            for link, title in entries(body):
                self.first_seen.setdefault(page(link), now)
                self.headlines.setdefault(page(link), {})[words(title)] = now


def entries(body):
    if body.lstrip().startswith(b"{"):
        return [(item["url"], item["title"]) for item in json.loads(body)["items"]]
    return [(entry.link, entry.title) for entry in feedparser.parse(body).entries]


def page(link):
    """An article's page: the link without what is tracking or a place within it."""
    return re.sub(r"[?#].*", "", link)


def words(title):
    return " ".join(re.sub(r"<[^>]*>", "", title).split())


class Subscriber:
    """A reader of the merged feed that remembers everything."""

    def __init__(self, address):
        self.address = address
        self.etag = None
        self.entries = {}  # id -> as last read
        self.listed, self.gone = set(), set()
        self.readings = self.unchanged = self.moved = 0

    def read(self):
        document = feedparser.parse(self.address, etag=self.etag)
        self.readings += 1
        if document.status == 304:
            self.unchanged += 1
            return
        # feedparser sends A-IM: feed. A 226 has what is new or changed; absence from it means nothing (RFC 3229).
        assert document.status in (200, 226) and not document.bozo, (document.status, document.get("bozo_exception"))
        is_partial = document.status == 226
        self.etag = document.etag
        ids = [entry.id for entry in document.entries]
        assert len(ids) == len(set(ids)), "two entries with one id"
        back = self.gone.intersection(ids)
        assert not back, f"came back: {back}"
        if not is_partial:
            self.gone |= self.listed.difference(ids)
        old = [id for id in ids if id in self.listed]
        new = [id for id in ids if id not in self.listed]
        assert not self.listed or ids == new + old, "what is new is not on top"
        self.listed = self.listed.union(ids) if is_partial else set(ids)
        for entry in document.entries:
            self.take(entry)

    def take(self, entry):
        pages = [page(link.href) for link in entry.links if link.rel in ("alternate", "related")]
        assert len(pages) == len(set(pages)), f"{entry.id} names a page twice: {pages}"
        now = {"title": entry.title, "text": text(entry), "updated": calendar.timegm(entry.updated_parsed),
               "published": entry.published, "link": page(entry.link), "pages": pages}
        known = self.entries.setdefault(entry.id, now)
        assert now["link"] == known["link"], f"{entry.id} is about another page now: {known['link']} {now['link']}"
        assert now["published"] == known["published"], f"{entry.id}: its date changed"
        assert now["updated"] >= known["updated"], f"{entry.id}: updated went back"
        if now["updated"] > known["updated"]:
            self.moved += 1
            assert (now["title"], now["text"]) != (known["title"], known["text"]), f"{entry.id}: updated moved, and nothing else"
        self.entries[entry.id] = now


def text(entry):
    return "".join(content.value for content in entry.get("content", [])) + entry.get("summary", "")


def subscription():
    with folder() as temporary:
        demo = Demo(temporary)
        assert demo.greeted.wait(30), "the demo says no address"
        outlets, subscriber, memory = Outlets(demo), Subscriber(demo.address + "feed.atom"), []
        began = time.monotonic()
        while time.monotonic() < began + SECONDS:
            outlets.read()
            subscriber.read()
            memory.append((time.monotonic() - began, demo.memory()))
            time.sleep(READ_EVERY)
        ended = time.monotonic()
        told = check_articles(outlets, subscriber, ended)
        memory_told = check_memory(memory)
        took, said = demo.interrupt()
        assert not said, f"the demo had something to say:\n{said}"
        assert took < 1, f"ending took {took:.2f} s"
    passed(f"demo for {SECONDS} s: {told}; {memory_told}; ended in {took:.2f} s")


def check_articles(outlets, subscriber, ended):
    due = {where for where, at in outlets.first_seen.items() if at < ended - SEEN_WITHIN}
    shown_by = {}
    for id, entry in subscriber.entries.items():
        for where in entry["pages"]:
            shown_by.setdefault(where, set()).add(id)
    missing = due - shown_by.keys()
    assert not missing, f"never shown: {sorted(missing)}"
    twice = {where: ids for where, ids in shown_by.items() if len(ids) > 1}
    assert not twice, f"shown by two entries: {twice}"
    unknown = shown_by.keys() - outlets.first_seen.keys()
    assert not unknown, f"printed by nobody: {sorted(unknown)}"
    for entry in subscriber.entries.values():
        current = {title for title, at in outlets.headlines[entry["link"]].items() if at > ended - SEEN_WITHIN}
        assert not current or words(entry["title"]) in current, f"{entry['link']} reads {entry['title']!r}, its outlet has {current}"
    corrected = sum(len(titles) > 1 for titles in outlets.headlines.values())
    return (f"{len(outlets.first_seen)} pages in {len(subscriber.entries)} entries, each once; {len(subscriber.gone)} left, none came back; "
            f"{corrected} headlines changed, {subscriber.moved} updates; {subscriber.readings} readings, {subscriber.unchanged} of them 304")


def check_memory(samples):
    warm = [kib for at, kib in samples if at >= WARM_UP]
    edge = max(1, len(warm) // 4)
    begin, end = statistics.median(warm[:edge]), statistics.median(warm[-edge:])
    assert end <= begin * GROWTH, f"memory grew from {begin} to {end} KiB: {samples}"
    return f"memory {begin / 1024:.1f} MiB after the warm-up, {end / 1024:.1f} MiB at the end"


def interrupts():
    random.seed(20261124)
    slowest = 0
    for number in range(INTERRUPTS):
        with folder() as temporary:
            demo = Demo(temporary)
            demo.wait_until_it_heeds_signals()
            time.sleep(random.uniform(0, RUNS_FOR) if number else 0)
            took, _ = demo.interrupt()
            assert took < 1, f"interrupt {number}: ending took {took:.2f} s"
            slowest = max(slowest, took)
    passed(f"{INTERRUPTS} demos interrupted: status 0, no file left, the slowest ended in {slowest:.2f} s")


main(subscription, interrupts)
