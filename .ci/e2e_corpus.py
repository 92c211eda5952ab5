"""Captured feeds end to end: cold pass, all 304, one change and one new entry, a new process, the merged feed.

Needs `feedparser` (PyPI) and the corpus; `HEADLINED_CORPUS` names it.
"""
import os
import re
import subprocess
import sys
import urllib.request

import feedparser

from harness import EXAMPLES, ROOT, Daemon, Headlined, Origin, corpus, folder, main, passed

FOLDERS = ("kagi-benchmark", "feedreader", "rbren", "picofeed", "node-feedparser", "netnewswire", "winds")


def captured():
    found = []
    for name in FOLDERS:
        for where, _, files in os.walk(os.path.join(corpus(), name)):
            found += [os.path.join(where, file) for file in files if not file.startswith("LICENSE")]
    return sorted(found)


def plain_feed_rs(paths):
    tool = os.path.join(EXAMPLES, "plain_feed_rs")
    done = subprocess.run([tool], input="\n".join(paths) + "\n", capture_output=True, text=True, check=True)
    return dict(line.rsplit("\t", 1) for line in done.stdout.splitlines())


CHANGING = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Changing</title>
<link>https://changing.example.org/</link>%s</channel></rss>"""


def items(*numbers, edited=None):
    item = ("<item><guid>https://changing.example.org/%d</guid><link>https://changing.example.org/%d</link>"
            "<title>%s</title><pubDate>Mon, 23 Nov 2026 %02d:00:00 GMT</pubDate><description>Text %d</description></item>")
    return CHANGING % "".join(
        item % (n, n, "Edited headline" if n == edited else f"Headline {n}", n, n) for n in numbers)


def passes():
    paths = captured()
    readable = plain_feed_rs(paths)
    names = {path: f"feed {number}" for number, path in enumerate(paths)}
    documents = {f"/{number}": (open(path, "rb").read(), "application/xml") for number, path in enumerate(paths)}
    documents["/changing"] = (items(1, 2, 3).encode(), "application/rss+xml")
    origin = Origin(documents)
    feeds = [(names[path], f"{origin.base}/{number}") for number, path in enumerate(paths)] + [("changing", f"{origin.base}/changing")]
    with folder() as where:
        headlined = Headlined(where, feeds)
        cold = headlined.poll()
        failed = {failure["feed"]: failure["reason"] for failure in cold["failures"]}
        lost = [path for path in readable if names[path] in failed]
        assert not lost, f"plain feed-rs reads these, headlined does not: {[(path, failed[names[path]]) for path in lost]}"
        assert cold["feeds"] == len(feeds), cold
        held = {name: count for name, count in headlined.query("SELECT name, count(article.id) FROM feed LEFT JOIN article ON feed_id = feed.id GROUP BY name")}
        fewer = [(path, int(count), held[names[path]]) for path, count in readable.items() if held[names[path]] == 0 < int(count)]
        assert not fewer, f"nothing was kept of {fewer}"
        passed(f"cold pass: {cold['fetched']} of {len(feeds)} feeds read ({len(readable)} by plain feed-rs), {cold['entries']} entries, {cold['new_articles']} articles")

        origin.take_requests()
        before = headlined.query("SELECT count(*), max(revised_at), sum(text_hash % 1000) FROM article")
        again = headlined.poll()
        statuses = dict(origin.take_requests())
        read = [f"/{number}" for number, path in enumerate(paths) if names[path] not in failed] + ["/changing"]
        assert all(statuses[path] == 304 for path in read), [path for path in read if statuses[path] != 304]
        assert (again["new_articles"], again["updated_articles"]) == (0, 0), again
        assert headlined.query("SELECT count(*), max(revised_at), sum(text_hash % 1000) FROM article") == before
        passed(f"second pass: {again['not_modified']} answered 304, nothing stored")

        origin.documents["/changing"] = (items(4, 3, 2, 1, edited=2).encode(), "application/rss+xml")
        third = headlined.poll()
        assert (third["new_articles"], third["updated_articles"]) == (1, 1), third
        passed("third pass: one update, one new article")

        ids = dict(headlined.query("SELECT hex(published_id), coalesce(link, '') || title FROM article"))
        merged_feed(headlined)
        with folder() as other:
            fresh = Headlined(other, feeds)
            fresh.poll()
            again = dict(fresh.query("SELECT hex(published_id), coalesce(link, '') || title FROM article"))
            assert set(again) == set(ids), f"{len(set(again) ^ set(ids))} ids differ between two stores"
        passed(f"a new store agrees about all {len(ids)} ids")


def merged_feed(headlined):
    daemon = Daemon(headlined)
    try:
        with urllib.request.urlopen(daemon.address + "feed.atom") as answer:
            body, tag = answer.read(), answer.headers["ETag"]
        merged = feedparser.parse(body)
        assert not merged.bozo, merged.bozo_exception
        assert len(merged.entries) >= 50, len(merged.entries)
        held = {
            "urn:uuid:" + re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", id.lower()): (link or "", title)
            for id, link, title in headlined.query("SELECT hex(entry_id), link, title FROM ledger JOIN article ON article.id = article_id")
        }
        for entry in merged.entries:
            link, title = held[entry.id]
            assert squeeze(entry.title) == squeeze(title) or not title, (entry.title, title)
            if link.startswith("http"):  # what is no web address is not offered as one
                assert entry.get("link", "") == link, (entry.get("link"), link)
        request = urllib.request.Request(daemon.address + "feed.atom", headers={"If-None-Match": tag})
        try:
            urllib.request.urlopen(request)
            raise AssertionError("a matching If-None-Match was not answered 304")
        except urllib.error.HTTPError as answer:
            assert answer.code == 304, answer.code
        with urllib.request.urlopen(daemon.address) as page:
            assert b"<title>" in page.read()
    finally:
        daemon.stop()
    passed(f"merged feed: {len(merged.entries)} entries without bozo, ids, links and titles are those of the store, 304")


def squeeze(text):
    """feedparser reads a text title as it stands; entities that look like markup are compared by their letters."""
    return re.sub(r"[^\w]", "", text)


if corpus() is None:
    print("SKIPPED: no corpus (set HEADLINED_CORPUS)")
    sys.exit(0)
main(passes)
