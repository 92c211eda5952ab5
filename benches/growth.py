#!/usr/bin/env python3
"""How costs grow with feeds subscribed and articles kept: measures, prints a table, draws growth.svg.

usage: growth.py BINARY [FOLDER]        (HEADLINED_GROWTH_FEEDS="1000 10000", HEADLINED_GROWTH_ARTICLES="10000 100000 1000000")

The origin answers 304; the articles are written into the store as headlined would have kept them, each of some 200
bytes. CPU seconds are the kernel's, of the program alone. Standard library only; loopback only.
"""
import contextlib
import http.client
import json
import os
import re
import resource
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

FEEDS = [int(n) for n in os.environ.get("HEADLINED_GROWTH_FEEDS", "1000 10000").split()]
ARTICLES = [int(n) for n in os.environ.get("HEADLINED_GROWTH_ARTICLES", "10000 100000 1000000").split()]
OLD = 365 * 86_400  # seconds: none but what is to go is older
SURPLUS, STEP = 400, 200  # articles that are older; of these, what one step of retention takes
ITEM = "<item><guid isPermaLink='false'>{0}-{1}</guid><title>Feed {0} item {1}</title><link>https://f{0}.example/{1}</link></item>"


class Origin(socketserver.ThreadingTCPServer):
    """One entry a feed, and 304 for whoever knows it; `extra` entries in feed 0."""

    allow_reuse_address, daemon_threads, request_queue_size = True, True, 1024

    def __init__(self):
        self.extra = 0
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        feed = head.split(b" ", 2)[1][1:].decode()
        extra = self.server.extra if feed == "0" else 0
        tag = f'"{extra}"'
        if f"if-none-match: {tag}\r\n".encode() in head.lower():
            self.wfile.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n".encode())
            return
        items = "".join(ITEM.format(feed, n) for n in range(extra, -1, -1))
        body = f"<rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>".encode()
        self.wfile.write(f"HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


class Headlined:
    def __init__(self, folder, origin, feeds):
        self.config, self.store = os.path.join(folder, "headlined.toml"), os.path.join(folder, "headlined.db")
        for end in ("", "-wal", "-shm", ".lock"):
            if os.path.exists(self.store + end):
                os.unlink(self.store + end)
        with open(self.config, "w") as file:
            file.write(f'[server]\nlisten = "127.0.0.1:0"\n[store]\npath = "{self.store}"\nretention = "forever"\n'
                       '[fetch]\nallow_private_addresses = true\nper_host = 64\nhost_pause = "0s"\n')
            file.writelines(f'[[feed]]\nname = "f{n}"\nurl = "http://127.0.0.1:{origin.server_address[1]}/{n}"\n' for n in range(feeds))

    def cpu(self, *words):
        """CPU seconds of one command."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([BINARY, "--config", self.config, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    @contextlib.contextmanager
    def serving(self):
        """The service: its process number, and the port that it answers at."""
        process = subprocess.Popen([BINARY, "--config", self.config, "run"], stderr=subprocess.PIPE, text=True)
        try:
            yield process.pid, next(int(found.group(1)) for line in process.stderr if (found := re.search(r"front page http://127\.0\.0\.1:(\d+)", line)))
        finally:
            process.kill()
            process.wait()

    def first_answer(self):
        """Seconds from the start of the service to its first answer, the merged feed."""
        began = time.monotonic()
        with self.serving() as (_, port):
            self.get(port, "/feed.atom")
            return time.monotonic() - began

    def pages(self):
        """CPU seconds of an edition, made once the start is over; seconds of the front page then."""
        with self.serving() as (pid, port):
            before = self.when_quiet(pid)
            self.get(port, "/feed.atom")
            cpu = spent(pid) - before
            asked = time.monotonic()
            self.get(port, "/")
            return cpu, time.monotonic() - asked

    def asked(self):
        """CPU seconds that the service takes to choose and poll one of its feeds, which answers 304."""
        with self.serving() as (pid, _):
            before = self.when_quiet(pid)
            self.cpu("poll", "f1")
            return self.when_quiet(pid) - before

    @staticmethod
    def get(port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read(), path

    @staticmethod
    def when_quiet(pid):
        """What a process has spent once it spends no more."""
        now, before = spent(pid), -1.0
        while now - before > 0.001:
            time.sleep(0.2)  # the time over which it is held against itself
            now, before = spent(pid), now
        return now

    def retention(self):
        """CPU seconds of making tombstones of some of the oldest articles, as many as one step takes."""
        probe = os.path.join(os.path.dirname(BINARY), "examples", "retention_probe")
        if not os.path.exists(probe):
            return {}
        done = subprocess.run([probe, self.store, str(OLD), str(STEP)], check=True, stdout=subprocess.PIPE, text=True)
        pruned, cpu = done.stdout.split()
        assert pruned == str(STEP), pruned
        return {f"retention of {STEP}, CPU s": float(cpu)}

    def fill(self, articles):
        """Held articles of 200 bytes, copied from the one that was polled first; the newest thousand are in the feed, and the
        oldest are what retention is for."""
        with sqlite3.connect(self.store) as db:
            columns = [row[1] for row in db.execute("PRAGMA table_info(article)") if row[1] != "id"]
            values = {"published_id": "randomblob(16)", "title": "'Headline ' || value", "summary": "'Words of the story number ' || value || ', said twice or more.'",
                      "link": "'https://f0.example/kept/' || value", "link_key": "'f0.example/kept/' || value", "original_id": "'kept-' || value",
                      "published_at": f"published_at - {articles} + value", "first_seen_at": "first_seen_at - 600000"}
            first = db.execute("SELECT min(id), max(id) FROM article").fetchone()
            db.execute(f"""WITH RECURSIVE number(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < {articles + SURPLUS})
                INSERT INTO article ({', '.join(columns)}) SELECT {', '.join(values.get(column, column) for column in columns)}
                FROM number JOIN article AS old ON old.id = {first[0]}""")
            db.execute("UPDATE tally SET articles = articles + ? WHERE feed_id = (SELECT feed_id FROM article WHERE id = ?)", (articles + SURPLUS, first[0]))
            db.execute("""INSERT INTO ledger (output_id, sequence, entry_id, article_id, entered_at, also)
                SELECT output.id, 1000000 + row_number() OVER (ORDER BY article.id), article.published_id, article.id, published_at, '[]'
                FROM article JOIN output ON output.name = 'all' WHERE article.id > ? AND article.id > (SELECT max(id) - 1000 FROM article)""", (first[1] + SURPLUS,))
            db.execute("UPDATE article SET first_seen_at = ?2, published_at = ?2 WHERE id > ?1 AND id <= ?1 + ?3", (first[1], int(time.time()) - 2 * OLD, SURPLUS))
        db.close()


def spent(pid):
    """CPU seconds of a process and its threads, counted in nanoseconds: its own clock, as clock_getcpuclockid(3) names it."""
    return time.clock_gettime(~pid << 3 | 2)


def measured(what, sizes, one):
    rows = []
    for size in sizes:
        rows.append((size, one(size)))
        print(f"{what:>9} {size:>9}: " + ", ".join(f"{name} {value:.4f}" for name, value in rows[-1][1].items()), flush=True)
    return rows


def main():
    origin = Origin()
    with tempfile.TemporaryDirectory(prefix="headlined-growth-") as folder:
        def feeds(count):
            headlined = Headlined(folder, origin, count)
            headlined.cpu("poll", "--all")
            return {"304 poll, CPU ms a feed": 1e3 * min(headlined.cpu("poll", "--all") for _ in range(3)) / count,
                    "configuration read, none due, CPU ms a feed": 1e3 * min(headlined.cpu("poll") for _ in range(3)) / count,
                    "one feed chosen and polled by the service, CPU s": min(headlined.asked() for _ in range(3))}

        def articles(count):
            origin.extra = 0
            headlined = Headlined(folder, origin, 100)
            headlined.cpu("poll", "--all")
            headlined.fill(count)
            polls = []
            for _ in range(3):
                origin.extra += 1
                polls.append(headlined.cpu("poll", "--all"))
            starts, pages = [headlined.first_answer() for _ in range(5)], [headlined.pages() for _ in range(5)]
            return {"poll with one new article, CPU s": min(polls), "start to first answer, s": min(starts),
                    "edition of 1,000, CPU s": min(page[0] for page in pages),
                    "front page, s": min(page[1] for page in pages), **headlined.retention()}

        rows = {"feeds": measured("feeds", FEEDS, feeds), "articles": measured("articles", ARTICLES, articles)}
    path = os.path.join(FOLDER, "growth.svg")
    with open(path, "w") as file:
        file.write(drawn(rows))
    print(json.dumps(rows))
    print(f"drawn: {path}")


def drawn(rows):
    """Each figure over its size, both relative to the smallest size: what is flat stays at 1."""
    width, height, plots = 420, 300, []
    for place, (what, sizes) in enumerate(rows.items()):
        left, lines = 60 + place * (width + 60), []
        most = max([2.0] + [figures[name] / (sizes[0][1][name] or 1e-9) for _, figures in sizes for name in figures])
        for number, name in enumerate(sizes[0][1]):
            points = []
            for at, (size, figures) in enumerate(sizes):
                ratio = figures[name] / (sizes[0][1][name] or 1e-9)
                points.append((left + at * width / max(1, len(sizes) - 1), 40 + height - ratio / most * height))
            color = ["#1f6feb", "#b35900", "#1a7f37", "#8250df", "#bf3989"][number % 5]
            lines.append(f'<polyline fill="none" stroke="{color}" stroke-width="2" points="' + " ".join(f"{x:.0f},{y:.0f}" for x, y in points) + '"/>')
            lines.append(f'<text x="{left}" y="{height + 90 + 18 * number}" fill="{color}">{name}</text>')
        labels = "".join(f'<text x="{left + at * width / max(1, len(sizes) - 1):.0f}" y="{height + 60}" text-anchor="middle">{size:,}</text>' for at, (size, _) in enumerate(sizes))
        flat = 40 + height - 1 / most * height
        plots.append(f'<text x="{left}" y="24" font-weight="bold">cost over {what}, relative to {sizes[0][0]:,}</text><path d="M{left} 40V{40 + height}H{left + width}" fill="none" stroke="#888"/>'
                     f'<path d="M{left} {flat:.0f}H{left + width}" stroke="#bbb" stroke-dasharray="4"/><text x="{left - 8}" y="{flat + 4:.0f}" text-anchor="end">1</text>'
                     f'<text x="{left - 8}" y="44" text-anchor="end">{most:.1f}</text>{labels}{"".join(lines)}')
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * width + 180}" height="{height + 170}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>{"".join(plots)}</svg>\n'


BINARY = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
FOLDER = sys.argv[2] if len(sys.argv) > 2 else "target"
os.makedirs(FOLDER, exist_ok=True)  # before minutes of measuring
main()
