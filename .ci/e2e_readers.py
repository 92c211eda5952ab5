"""Real readers subscribed to the merged feed over a scripted day: each shows every article once, nothing twice or again.

usage: e2e_readers.py     (needs newsboat and sfeed; the Python packages reader and feedparser)

Every step is an hour: outlets publish, revise headlines and texts, print copies late and under headlines of their own;
the daemon is restarted and its configuration changed. After each step every reader reads, and what it shows as unread is
marked read. Not here: entries that leave the document, which takes a day.
"""
import os
import random
import re
import sqlite3
import subprocess
import time

import feedparser
import reader as reader_library

from harness import Daemon, Headlined, Origin, folder, main, passed

STEPS = 40
OUTLETS = 6
LISTED = 12  # entries that an outlet's document lists
START = int(time.time()) - STEPS * 3600
WORDS = [a + b for a in "ba de fi go lu ma ne po ra si tu va".split() for b in "bon dar fel gim lor mas nit pol rus tam".split()]


def text_of(token, much=70):
    dice = random.Random(token)
    return f"{token} " + " ".join(dice.choice(WORDS) for _ in range(much))


class Outlet:
    def __init__(self, number):
        self.number, self.items = number, []

    def publish(self, token, title, step):
        self.items.insert(0, {"token": token, "title": title, "text": text_of(token), "at": START + step * 3600,
                              "n": f"{self.number}-{token}"})

    def document(self):
        date = lambda at: time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at))
        items = "".join(
            f"<item><guid isPermaLink='false'>{one['n']}</guid><link>https://outlet{self.number}.example/{one['n']}</link>"
            f"<title>{one['title']}</title><pubDate>{date(one['at'])}</pubDate><description>{one['text']}</description></item>"
            for one in self.items[:LISTED])
        return (f"<?xml version='1.0'?><rss version='2.0'><channel><title>Outlet {self.number}</title>"
                f"<link>https://outlet{self.number}.example/</link>{items}</channel></rss>").encode()


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
        unread = [(one.id, one.title, one.get("summary", "") + "".join(c.value for c in one.get("content", [])))
                  for one in parsed.entries if one.id not in self.known]
        self.known.update(one.id for one in parsed.entries)
        return unread


class Desk:
    """What the readers showed, and what they must show."""

    def __init__(self):
        self.shown = {}  # reader -> token -> step
        self.ids = {}  # reader -> ids
        self.published = {}  # token -> step

    def read(self, step, readers):
        for one in readers:
            shown, ids = self.shown.setdefault(one.name, {}), self.ids.setdefault(one.name, set())
            for id, title, text in one.read():
                token = re.search(r"token\d+", text + title)
                assert token, f"{one.name}: an entry without its text: {title}"
                token = token.group()
                assert id not in ids, f"{one.name}, step {step}: {title} came back as unread"
                assert token not in shown, f"{one.name}, step {step}: {title} was shown in step {shown.get(token)} already"
                ids.add(id)
                shown[token] = step

    def check(self):
        for name, shown in self.shown.items():
            missing = sorted(set(self.published) - set(shown))
            assert not missing, f"{name} never showed {missing[:5]}"


def publish(outlets, desk, step, dice):
    for outlet in outlets:
        if dice.random() < 0.6:
            token = f"token{step}0{outlet.number}"
            outlet.publish(token, f"Outlet {outlet.number} reports {token} from {dice.choice(WORDS)}", step)
            desk.published[token] = step
    # One wire each step, in half of the outlets at once, and late in one more.
    wire = f"token{step}9"
    for outlet in dice.sample(outlets, len(outlets) // 2):
        outlet.publish(wire, f"{dice.choice(WORDS).title()} and {wire} in {dice.choice(WORDS)}", step)
    desk.published[wire] = step
    if step > 3:
        late = f"token{step - 3}9"
        have = [outlet for outlet in outlets if all(item["token"] != late for item in outlet.items)]
        dice.choice(have).publish(late, f"Late: {dice.choice(WORDS)} {late}", step)
    # A headline and a text are revised.
    revised = dice.choice([outlet for outlet in outlets if outlet.items])
    item = dice.choice(revised.items[:LISTED])
    item["title"] = f"{item['token']} now {dice.choice(WORDS)} {dice.choice(WORDS)}"
    item["text"] += f" It was added that {dice.choice(WORDS)}."


def day():
    dice = random.Random(20261124)
    outlets, desk = [Outlet(number) for number in range(OUTLETS)], Desk()
    origin = Origin({})
    serve = lambda: origin.documents.update({f"/{one.number}": (one.document(), "application/rss+xml") for one in outlets})
    feeds = [(f"Outlet {number}", f"{origin.base}/{number}") for number in range(OUTLETS)]
    with folder() as place:
        port = free_port()  # an address that outlives restarts
        # All outlets are on one host here; to min_sources they are publishers of their own.
        configured = lambda feeds, output="": Headlined(
            place, feeds, output=output, port=port, keys=lambda name: f'publisher = "{name}"')
        headlined = configured(feeds[:-1])
        # The last outlet is not configured yet: what it alone reports is not asked for.
        publish(outlets[:-1], desk, 0, dice)
        serve()
        daemon = Daemon(headlined)
        headlined.poll()
        address = f"http://127.0.0.1:{port}/feed.atom"
        readers = [Newsboat(place, address), Sfeed(place, address), Reader(place, address),
                   Feedparser(place, address)]
        desk.read(0, readers)
        for step in range(1, STEPS):
            next_second()
            publish(outlets[:-1] if step < 20 else outlets, desk, step, dice)
            serve()
            if step in (10, 25):
                daemon.stop()
                daemon = Daemon(headlined)
            if step == 19:  # a feed more, another output
                daemon.stop()
                headlined = configured(feeds, '[[output]]\nname = "wide"\nmin_sources = 2\n')
                daemon = Daemon(headlined)
            headlined.poll()
            desk.read(step, readers)
        desk.check()
        wide = feedparser.parse(f"http://127.0.0.1:{port}/o/wide.atom")
        assert wide.entries, "nothing was reported by two publishers"
        daemon.stop()
        headlined.check_store()
    passed(f"{len(desk.published)} articles over {STEPS} steps: {', '.join(sorted(desk.shown))} showed each once")


def next_second():
    """Last-Modified counts seconds: what changes twice within one is not told apart by those who ask by it alone."""
    second = int(time.time())
    while int(time.time()) <= second + 1:
        time.sleep(0.05)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main(day)
