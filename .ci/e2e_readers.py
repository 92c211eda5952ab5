"""Real readers subscribed to merged feeds over two and a half scripted days: each shows every article once, and nothing
again.

usage: e2e_readers.py     (needs newsboat and sfeed, the Python packages reader and feedparser, and a C compiler)

Every step is an hour of the daemon's wall clock. Outlets publish, revise headlines and texts, print copies late and under
headlines of their own, list old entries again; articles are withdrawn; entries leave the document after a day and the store
after nearly two; the daemon is restarted and its configuration changed. After each step every reader reads, and what it
shows as unread is marked read.
"""
import os
import random
import re
import signal
import socket
import subprocess
import time
import urllib.request

import feedparser

from harness import Clock, Daemon, Headlined, Origin, folder, main, passed
from readers import Feedparser, Forgetful, Newsboat, Reader, Sfeed

STEPS = 60
HOUR = 3600
OUTLETS = 6
LISTED = 12  # entries that an outlet's document lists
RETENTION = 44  # hours that a text is kept; what its outlet lists again later is known by its key
LIMIT = 20  # entries that the merged feed has at least; the last day's if they are more
START = int(time.time()) - STEPS * HOUR
WORDS = [a + b for a in "ba de fi go lu ma ne po ra si tu va".split() for b in "bon dar fel gim lor mas nit pol rus tam".split()]


class Outlet:
    def __init__(self, number):
        self.number, self.items, self.pinned = number, [], []

    def publish(self, token, title, step):
        dice = random.Random(token)
        text = f"{token} " + " ".join(dice.choice(WORDS) for _ in range(70))
        self.items.insert(0, {"token": token, "title": title, "text": text, "at": START + step * HOUR, "n": f"{self.number}-{token}"})

    def link(self, item):
        return f"https://outlet{self.number}.example/{item['n']}"

    def document(self):
        date = lambda at: time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at))
        items = "".join(
            f"<item><guid isPermaLink='false'>{one['n']}</guid><link>{self.link(one)}</link>"
            f"<title>{one['title']}</title><pubDate>{date(one['at'])}</pubDate><description>{one['text']}</description></item>"
            for one in self.pinned + self.items[:LISTED])
        return (f"<?xml version='1.0'?><rss version='2.0'><channel><title>Outlet {self.number}</title>"
                f"<link>https://outlet{self.number}.example/</link>{items}</channel></rss>").encode()


class Desk:
    """What the readers of one merged feed showed, and what they must show."""

    def __init__(self, place, path, port, clock):
        os.makedirs(place)
        self.address = f"http://127.0.0.1:{port}/{path}"
        self.readers = [kind(place, self.address) for kind in (Newsboat, Sfeed, Reader, Feedparser)]
        self.readers.append(Forgetful(self.address, clock.now))
        self.shown = {one.name: {} for one in self.readers}  # reader -> token -> step
        self.ids = {one.name: set() for one in self.readers}

    def read(self, step):
        for one in self.readers:
            shown, ids = self.shown[one.name], self.ids[one.name]
            for id, title, text in one.read():
                token = re.search(r"token\d+", text + title)
                assert token, f"{one.name}: an entry without its text: {title}"
                token = token.group()
                assert id not in ids, f"{one.name}, step {step}: {title} came back as unread"
                assert token not in shown, f"{one.name}, step {step}: {title} was shown in step {shown.get(token)} already"
                ids.add(id)
                shown[token] = step

    def check(self, expected):
        for name, shown in self.shown.items():
            missing, extra = sorted(expected - set(shown)), sorted(set(shown) - expected)
            assert not missing and not extra, f"{name} of {self.address} never showed {missing[:5]}, should not have shown {extra[:5]}"

    def entries(self):
        return feedparser.parse(urllib.request.urlopen(self.address).read()).entries

    def text(self):
        return urllib.request.urlopen(self.address).read().decode()


class Press:
    """Six outlets and what they do in each hour."""

    def __init__(self, origin):
        self.dice = random.Random(20261124)
        self.outlets = [Outlet(number) for number in range(OUTLETS)]
        self.origin = origin
        self.carriers = {}  # token -> numbers of outlets

    def print(self, outlet, token, title, step):
        outlet.publish(token, title, step)
        self.carriers.setdefault(token, set()).add(outlet.number)

    def hour(self, step, outlets):
        dice, word = self.dice, lambda: self.dice.choice(WORDS)
        for outlet in outlets:
            if dice.random() < 0.6:
                token = f"token{step}0{outlet.number}"
                self.print(outlet, token, f"Outlet {outlet.number} reports {token} from {word()}", step)
        # One wire each step, in half of the outlets at once, and late in one more.
        for outlet in dice.sample(outlets, len(outlets) // 2):
            self.print(outlet, f"token{step}9", f"{word().title()} and token{step}9 in {word()}", step)
        if step > 3:
            late = f"token{step - 3}9"
            have = [outlet for outlet in outlets if outlet.number not in self.carriers[late]]
            self.print(dice.choice(have), late, f"Late: {word()} {late}", step)
        # A headline and a text are revised.
        item = dice.choice(dice.choice([outlet for outlet in outlets if outlet.items]).items[:LISTED])
        item["title"] = f"{item['token']} now {word()} {word()}"
        item["text"] += f" It was added that {word()}."

    def lonely(self, step):
        """The newest report of that hour that nobody else has, with its outlet."""
        found = [(outlet, item) for outlet in self.outlets for item in outlet.items
                 if item["token"] in self.carriers and self.carriers[item["token"]] == {outlet.number}
                 and item["at"] == START + step * HOUR]
        return found[0]

    def serve(self):
        for one in self.outlets:
            self.origin.documents[f"/{one.number}"] = (one.document(), "application/rss+xml")


def days():
    press = Press(Origin({}))
    outlets, feeds = press.outlets, [(f"Outlet {number}", f"{press.origin.base}/{number}") for number in range(OUTLETS)]
    withdrawn = []
    with folder() as place:
        clock, port = Clock(place, START), free_port()  # an address that outlives restarts
        # All outlets are on one host here; to min_sources they are publishers of their own.
        configured = lambda feeds, output="", server="": Headlined(
            place, feeds, port=port, server=server, store=f'retention = "{RETENTION}h"', keys=lambda name: f'publisher = "{name}"',
            output=f'limit = {LIMIT}\n[[output]]\nname = "wide"\nmin_sources = 2\nedition_interval = "0s"\n{output}')
        start = lambda: Daemon(headlined, clock.environment)
        headlined = configured(feeds[:-1])
        # The last outlet is not configured yet: what it alone reports is not asked for.
        press.hour(0, outlets[:-1])
        press.serve()
        daemon = start()
        headlined.poll()
        everything = Desk(os.path.join(place, "all"), "feed.atom", port, clock)
        wide = Desk(os.path.join(place, "wide"), "o/wide.atom", port, clock)
        for desk in (everything, wide):
            desk.read(0)
        for step in range(1, STEPS):
            clock.set_to(START + step * HOUR)
            press.hour(step, outlets[:-1] if step < 20 else outlets)
            if step in (10, 33):
                daemon.stop()
                daemon = start()
            if step == 19:  # a feed more, an output more
                daemon.stop()
                headlined = configured(feeds, '[[output]]\nname = "narrow"\nmin_sources = 4\n')
                daemon = start()
            if step == 27:  # reloaded: other titles, addresses, texts
                headlined = configured(feeds, server='title = "Other"\nbase_url = "https://news.example.org/"')
                reload(daemon)
            if step == 30:  # gone from the middle of its document: withdrawn by its outlet an hour later
                outlet, item = press.lonely(28)
                outlet.items.remove(item)
                withdrawn.append(item["token"])
            if step == 45:  # reported by one, a day ago: now by two
                outlet, item = press.lonely(18)
                second = outlets[(outlet.number + 1) % 5]
                press.print(second, item["token"], f"Now here too: {item['token']}", step)
            if step == 48:  # an outlet lists again what left its document, and ours, long ago
                for outlet in outlets:
                    outlet.pinned = outlet.items[-2:]
            press.serve()
            headlined.poll()
            if step == 22:  # withdrawn by the operator, while its outlet still lists it
                outlet, item = press.lonely(21)
                headlined.run("withdraw", outlet.link(item))
                withdrawn.append(item["token"])
            for desk in (everything, wide):
                desk.read(step)
        check(press, everything, wide, withdrawn)
        check_window(headlined, everything)
        forgotten, = headlined.query("SELECT count(*) FROM article WHERE state = 1")[0]
        assert forgotten > len(press.carriers) / 8, f"retention took {forgotten} texts"
        daemon.stop()
        headlined.check_store()
    passed(f"{len(press.carriers)} articles over {STEPS} hours: {', '.join(everything.shown)} showed each once, "
           f"and {len(set(wide.shown['newsboat']))} in the feed of what two report")


def check(press, everything, wide, withdrawn):
    everything.check(set(press.carriers))
    wide.check({token for token, numbers in press.carriers.items() if len(numbers) > 1})
    for token in withdrawn:
        assert token not in everything.text(), f"{token} was withdrawn and is there"
    assert everything.text().count("<at:deleted-entry ") == len(withdrawn), "tombstones"


def check_window(headlined, desk):
    """The document has what entered within a day of the newest, and no more where that is enough."""
    rows = headlined.query("SELECT entered_at FROM ledger JOIN output ON output.id = output_id JOIN article ON article.id = article_id "
                           "WHERE name = 'all' AND article.state = 0 ORDER BY sequence DESC")
    recent = sum(at > rows[0][0] - 24 * HOUR for (at,) in rows)
    assert LIMIT < recent < len(rows) and len(desk.entries()) == recent, (len(desk.entries()), recent, len(rows))


def reload(daemon):
    told = len(daemon.log)
    daemon.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 30
    while not any("was reloaded" in line for line in daemon.log[told:]):
        assert time.monotonic() < until, "".join(daemon.log[told:])
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main(days)
