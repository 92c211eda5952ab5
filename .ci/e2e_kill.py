"""kill -9 at random moments of polls of a changing origin: nothing settled is lost or doubled.

usage: e2e_kill.py [KILLS]     (50)
"""
import os
import random
import sqlite3
import subprocess
import sys
import time

from harness import Headlined, Origin, folder, main, passed

FEEDS = 30
KEPT = 40  # entries that a document lists
KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 50


def document(feed, version):
    """Every version brings one new entry and edits an older one; a document lists the last KEPT."""
    def item(n):
        edits = version - n if 0 < version - n <= 1 else 0
        title = f"Feed {feed} headline {n}" + (" edited" if n < version and n % 3 == 0 and (edits or version > n) else "")
        return (f"<item><guid isPermaLink='false'>{feed}-{n}</guid><link>https://f{feed}.example.org/story/{n}</link><title>{title}</title>"
                f"<pubDate>{date(n)}</pubDate><description>{'Words of the story. ' * 40}{feed} {n}</description></item>")
    newest = [item(n) for n in range(version, max(-1, version - KEPT), -1)]
    return (f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {feed}</title><link>https://f{feed}.example.org/</link>"
            + "".join(newest) + "</channel></rss>").encode()


def date(n):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(1_795_000_000 + n * 600))


def publish(origin, version):
    for feed in range(FEEDS):
        origin.documents[f"/{feed}"] = (document(feed, version), "application/rss+xml")


def merged(headlined):
    return sorted(headlined.query("SELECT hex(published_id), title, link FROM article"))


def kills():
    random.seed(20261124)
    origin = Origin({})
    feeds = [(f"feed {n}", f"{origin.base}/{n}") for n in range(FEEDS)]
    with folder() as disturbed, folder() as quiet:
        headlined, calm = Headlined(disturbed, feeds), Headlined(quiet, feeds)
        publish(origin, 0)
        began = time.monotonic()
        headlined.poll()
        whole = time.monotonic() - began
        calm.poll()
        version, settled = 0, set()
        for kill in range(KILLS):
            if kill % 2 == 0 and version < KEPT - 2:
                version += 1
                publish(origin, version)
            process = subprocess.Popen(headlined.command("poll", "--all", "--json"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0, whole * 1.1))
            process.kill()
            process.wait()
            headlined.check_store()
            now = {id for id, _, _ in merged(headlined)}
            assert settled <= now, f"kill {kill}: {len(settled - now)} settled articles are gone"
            doubled = headlined.query("SELECT feed_id, original_id, count(*) FROM article GROUP BY 1, 2 HAVING count(*) > 1")
            assert not doubled, f"kill {kill}: doubled {doubled[:3]}"
            settled = now
        headlined.poll()
        for step in range(1, version + 1):
            publish(origin, step)
            calm.poll()
        assert merged(headlined) == merged(calm), "ids, titles or links differ from an undisturbed run"
        entries = "SELECT hex(entry_id) FROM ledger ORDER BY 1"
        assert headlined.query(entries) == calm.query(entries), "the merged feed's entries differ from an undisturbed run"
    passed(f"{KILLS} kills: the store opens, nothing settled is lost or doubled, ids, titles and links as in an undisturbed run")


def busy():
    """A daemon that polls, settles and serves while a backup is made, both killed: the store opens, every whole backup is one."""
    random.seed(20261125)
    origin = Origin({})
    feeds = [(f"feed {n}", f'{origin.base}/{n}"\ninterval = "1s') for n in range(FEEDS)]
    times = max(KILLS // 5, 5)
    with folder() as place:
        headlined = Headlined(place, feeds)
        publish(origin, 0)
        headlined.poll()
        settled, whole = set(), 0
        for kill in range(times):
            publish(origin, kill % KEPT + 1)
            backup = os.path.join(place, f"backup-{kill}.db")
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            daemon = subprocess.Popen(headlined.command("run"), **quiet)
            time.sleep(random.uniform(0, 1.5))
            copying = subprocess.Popen(headlined.command("backup", backup), **quiet)
            time.sleep(random.uniform(0, 0.3))
            for process in random.sample([daemon, copying], 2):
                process.kill()
            daemon.wait()
            headlined.check_store()
            if copying.wait() == 0:
                whole += 1
                with sqlite3.connect(f"file:{backup}?mode=ro", uri=True) as db:
                    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "a backup that was made is damaged"
            now = {id for id, _, _ in merged(headlined)}
            assert settled <= now, f"kill {kill}: {len(settled - now)} settled articles are gone"
            doubled = headlined.query("SELECT feed_id, original_id, count(*) FROM article GROUP BY 1, 2 HAVING count(*) > 1")
            assert not doubled, f"kill {kill}: doubled {doubled[:3]}"
            settled = now
    passed(f"{times} kills of a daemon and its backup: the store opens, nothing is lost or doubled, {whole} backups were whole")


main(kills, busy)
