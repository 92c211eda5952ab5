"""What nspawn.sh asks from outside of the container: the served feed, the store, documents to poll.

usage: nspawn_read.py get PATH | hammer STOP-FILE | articles STORE | feed NAME NEWEST
"""
import http.client
import os
import sqlite3
import sys
import threading
import time

ADDRESS = ("127.0.0.1", 8080)


def get(path):
    connection = http.client.HTTPConnection(*ADDRESS, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}\n{body}")
    return body


def hammer(stop):
    """Readers that each ask on a new connection, until the file is there: every one of them must be answered. After the
    first answers there is a file `stop`.begun."""
    counts, lost = [0] * 4, []

    def read(reader):
        while not os.path.exists(stop):
            try:
                get("/healthz")
                counts[reader] += 1
                if sum(counts) >= 20 and not os.path.exists(stop + ".begun"):
                    open(stop + ".begun", "w").close()
            except (OSError, http.client.HTTPException) as error:
                lost.append(repr(error))
            time.sleep(0.005)

    readers = [threading.Thread(target=read, args=(reader,)) for reader in range(len(counts))]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if lost:
        raise SystemExit(f"{len(lost)} of {sum(counts) + len(lost)} requests lost: {sorted(set(lost))[:3]}")
    print(f"{sum(counts)} requests, none lost")


def articles(store):
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
            (damage,) = db.execute("PRAGMA integrity_check").fetchone()
            assert damage == "ok", damage
            doubled = db.execute("SELECT title FROM article GROUP BY feed_id, title HAVING count(*) > 1").fetchall()
            assert not doubled, doubled
            print(db.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.OperationalError:
        print(0)  # not there yet


def feed(name, newest):
    newest = int(newest)
    now = time.time()
    print(f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title><link>https://{name}.example.org/</link>")
    for number in range(newest, newest - 20, -1):
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now - (newest - number) * 60))
        words = " ".join(f"{name}{number}word{word}" for word in range(400))
        print(f"<item><guid isPermaLink='false'>{name}-{number}</guid><title>{name} headline {number}</title><pubDate>{date}</pubDate>"
              f"<link>https://{name}.example.org/{number}</link><description>{words}</description></item>")
    print("</channel></rss>")


verb, *words = sys.argv[1:]
if verb == "get":
    print(get(*words))
else:
    {"hammer": hammer, "articles": articles, "feed": feed}[verb](*words)
