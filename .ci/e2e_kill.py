"""kill -9 at random moments of polls of a changing origin: nothing settled is lost or doubled.

usage: e2e_kill.py [KILLS]     (50)
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time

from harness import ROOT, Clock, Daemon, Headlined, Origin, folder, main, passed

FEEDS = 30
KEPT = 40  # entries that a document lists
KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 50


def document(feed, version):
    """Every version brings one new entry and edits an older one; a document lists the last KEPT."""
    def item(n):
        edits = version - n if 0 < version - n <= 1 else 0
        title = f"Feed {feed} headline {n}" + (" edited" if n < version and n % 3 == 0 and (edits or version > n) else "")
        return (f"<item><guid isPermaLink='false'>{feed}-{n}</guid><link>https://f{feed}.example.org/story/{n}</link><title>{title}</title>"
                f"<pubDate>{date(1_795_000_000 + n * 600)}</pubDate><description>{'Words of the story. ' * 40}{feed} {n}</description></item>")
    return channel(feed, (item(n) for n in range(version, max(-1, version - KEPT), -1)))


def fresh(feed, batch, now):
    """KEPT entries that no other batch has."""
    return channel(feed, (
        f"<item><guid isPermaLink='false'>{feed}-{batch}-{n}</guid><link>https://f{feed}.example.org/{batch}/{n}</link>"
        f"<title>Feed {feed} batch {batch} item {n}</title><pubDate>{date(now - n * 30)}</pubDate>"
        f"<description>{'Words of the story. ' * 40}</description></item>" for n in range(KEPT)))


def channel(feed, items):
    return (f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {feed}</title><link>https://f{feed}.example.org/</link>"
            + "".join(items) + "</channel></rss>").encode()


def date(at):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at))


def publish(origin, version):
    for feed in range(FEEDS):
        origin.documents[f"/{feed}"] = (document(feed, version), "application/rss+xml")


def merged(headlined):
    return sorted(headlined.query("SELECT hex(published_id), title, link FROM article"))


def survived(headlined, kill, settled):
    """The store is whole, and holds what was settled before the kill, once; gives what it holds now."""
    headlined.check_store()
    now = {id for id, _, _ in merged(headlined)}
    assert settled <= now, f"kill {kill}: {len(settled - now)} settled articles are gone"
    doubled = headlined.query("SELECT feed_id, original_id, count(*) FROM article GROUP BY 1, 2 HAVING count(*) > 1")
    assert not doubled, f"kill {kill}: doubled {doubled[:3]}"
    return now


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
            settled = survived(headlined, kill, settled)
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
            settled = survived(headlined, kill, settled)
            if copying.wait() == 0:
                whole += 1
                with sqlite3.connect(f"file:{backup}?mode=ro", uri=True) as db:
                    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "a backup that was made is damaged"
    passed(f"{times} kills of a daemon and its backup: the store opens, nothing is lost or doubled, {whole} backups were whole")


def pruning():
    """A daemon whose retention comes due while it polls, killed: what it knew it knows, as text or as a tombstone."""
    random.seed(20261126)
    origin = Origin({})
    feeds = [(f"feed {n}", f"{origin.base}/{n}") for n in range(FEEDS)]
    times = max(KILLS // 10, 3)
    with folder() as place:
        headlined = Headlined(place, feeds, store='retention = "1h"')
        hour = int(time.time()) // 3600 * 3600
        clock = Clock(place)
        environment = {**os.environ, **clock.environment}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
        known, interrupted = set(), 0
        for kill in range(times):
            clock.set_to(hour + kill * 3 * 3600)
            for feed in range(FEEDS):
                origin.documents[f"/{feed}"] = (fresh(feed, kill, clock.now()), "application/rss+xml")
            subprocess.run(headlined.command("poll", "--all"), check=True, **quiet)
            # Retention comes at 17 minutes past the hour: a second from then on, however long the start took.
            clock.set_to(hour + kill * 3 * 3600 + 2 * 3600)
            daemon = Daemon(headlined, clock.environment).process
            clock.set_to(hour + kill * 3 * 3600 + 2 * 3600 + 16 * 60 + 59)
            time.sleep(1 - time.time() % 1 + random.uniform(0, 0.7))
            daemon.kill()
            daemon.wait()
            headlined.check_store()
            held, gone = (headlined.query(f"SELECT count(*) FROM article WHERE state = {state}")[0][0] for state in (0, 1))
            interrupted += held > 0 and gone % (FEEDS * KEPT) > 0
            now = {id for id, _, _ in merged(headlined)}
            assert known <= now and len(now) == (kill + 1) * FEEDS * KEPT, f"kill {kill}: {len(known - now)} are forgotten, {len(now)} known"
            known = now
        clock.set_to(hour + times * 3 * 3600)
        daemon = Daemon(headlined, clock.environment).process
        clock.set_to(hour + times * 3 * 3600 + 16 * 60 + 59)
        until = time.monotonic() + 30
        while headlined.query("SELECT count(*) FROM article WHERE state = 0") != [(0,)]:
            assert time.monotonic() < until, "retention did not go on after the kills"
            time.sleep(0.1)
        daemon.kill()
        daemon.wait()
        headlined.check_store()
    passed(f"{times} kills while retention was due ({interrupted} of them in the middle of it): nothing is forgotten, and it goes on")


def migrating():
    """A store of the first version, killed while it is brought to this one: it is the old, or a later one, and whole."""
    random.seed(20261127)
    articles, times = 60_000, max(KILLS // 10, 5)
    with folder() as place:
        origin = Origin({"/a": (b"<rss version='2.0'><channel><title>A</title></channel></rss>", "application/rss+xml")})
        headlined = Headlined(place, [("a", f"{origin.base}/a")])
        old = os.path.join(place, "old.db")
        with open(os.path.join(ROOT, "src", "store", "schema", "0001.sql")) as file:
            schema = file.read()
        headlined.poll()
        newest, application = headlined.query("PRAGMA user_version")[0][0], headlined.query("PRAGMA application_id")[0][0]
        meta = headlined.query("SELECT key, value FROM meta")
        with sqlite3.connect(old) as db:
            db.executescript(f"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA application_id = {application}; {schema}; PRAGMA user_version = 1;")
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta)
            db.execute("INSERT INTO feed (id, name, url, seed) VALUES (1, 'a', ?1, ?1)", [f"{origin.base}/a"])
            db.executemany(
                "INSERT INTO article (id, feed_id, published_id, state, title, fields, published_at, updated_at, first_seen_at, revised_at, text_hash,"
                " listed, noindex, publisher, source_updated_at, summary) VALUES (?, 1, ?, 0, ?, '{}', ?, 0, ?, 0, 0, 1, 0, 'a.example', 0, ?)",
                ((n, n.to_bytes(16, "big"), f"Headline {n}", n, n, "Words of the story. " * 20) for n in range(1, articles + 1)))
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        versions, whole = [], None
        for kill in range(-1, times):
            for end in ("", "-wal", "-shm"):
                if os.path.exists(headlined.store + end):
                    os.unlink(headlined.store + end)
            shutil.copy(old, headlined.store)
            began = time.monotonic()
            process = subprocess.Popen(headlined.command("poll"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if whole is None:  # how long it takes undisturbed
                process.wait()
                whole = time.monotonic() - began
                continue
            time.sleep(random.uniform(0, whole))
            process.kill()
            process.wait()
            headlined.check_store()
            versions.append(headlined.query("PRAGMA user_version")[0][0])
            headlined.poll()
            assert headlined.query("PRAGMA user_version") == [(newest,)], "the migration did not go on"
            assert headlined.query("SELECT count(*), count(DISTINCT published_id) FROM article") == [(articles, articles)]
    passed(f"{times} kills of a migration (at versions {sorted(set(versions))}): the store is whole, and the next start ends it")


main(kills, busy, pruning, migrating)
