"""Captured feeds merged, and texts that break documents: every output is valid Atom, RSS and JSON Feed.

usage: e2e_validity.py [FEEDS [CODE]...]     (600; CODE: show what was found under it)     needs html5lib (PyPI) and the corpus; `HEADLINED_CORPUS` names it

Valid is what `validity` says: no error of the W3C's feed validator, and no warning but those in HELPLESS, which stand for
what publishers wrote and we do not change.
"""
import collections
import html
import os
import re
import sys
import urllib.parse
import urllib.request

import validity
from harness import Daemon, Headlined, Origin, corpus, folder, main, passed

FEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 600
IN_A_GROUP = 6
CAUGHT = 550
FOLDERS = ("kagi-benchmark", "feedreader", "rbren", "picofeed", "node-feedparser", "netnewswire", "winds", "gofeed", "rome", "miniflux",
           "simplepie", "feed-rs", "venus", "feedparser", "w3c")
OUTPUTS = """limit = 500
[[output]]
name = "stories"
title = "A & <b> ]]>"
description = "Told \\"twice\\" & more"
dedup = "stories"
[[output]]
name = "short"
content = "summary"
icon = "https://news.example.org/icon.png"
[[output]]
name = "titles"
content = "headline"
file = "nowhere/titles.atom"
"""
# What the publisher gave and we keep.
HELPLESS = {
    "UnknownNamespace": "our own elements, and tombstones (RFC 6721), which the validator does not know",
    "DuplicateUpdated": "two publishers print one moment",
    "ImplausibleDate": "a publisher's date of before 1990",
    "NonCanonicalURI": "an id is kept as it was given (RFC 4287 §4.2.6.1)",
    "SecurityRisk": "films of hosts that are known are shown in frames",
    "ForeignMarkup": "drawings and formulas (SVG, MathML), which the validator calls no HTML",
    "ContainsUndeclaredHTML": "a headline about markup",
    "ContainsHTML": "the same in RSS",
}
NASTY = {
    "section end": "a ]]> b ]]&gt; c",
    "ampersands": "AT&T, R&D; &amp; &amp;amp; &#38; &nbsp; a&b=c",
    "control characters": "a\x00b\x08c\x0bd\x1fe\x7ff\x85g\ufffeh\uffffi",
    "four bytes": "🗞🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝔊𝔬𝔱𝔥𝔦𝔠 𠜎",
    "right to left": "خبر \u202eעברית\u202c with English",
    "markup": "<b>bold</b> <script>x</script> </title></item> <!-- --> <![CDATA[x]]>",
    "quotes": "\"double\" 'single' `back` „low“",
    "white space": "a\tb\r\nc\u2028d\u00a0e\u200bf",
    "half an emoji": "a\udc00b",
    "long": "wörd 🗞 " * 35_000,
}


def nasty():
    """RSS in which the texts stand wherever a publisher can put one, as markup and as text."""
    items = ""
    for name, text in NASTY.items():
        text = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
        for n, words in enumerate((html.escape(text), html.escape(html.escape(text)))):
            short = words[:300].rsplit("&", 1)[0] if len(words) > 300 else words
            items += (f"<item><guid isPermaLink='false'>{name} {n}</guid><link>https://nasty.example/{urllib.parse.quote(name)}/{n}?a=b&amp;c</link>"
                      f"<title>{n} {short}</title><description>{words}</description><dc:creator>{short}</dc:creator><category domain='x y'>{short}</category>"
                      f"<media:content url='https://nasty.example/{n}.jpg' medium='image'><media:description>{short}</media:description>"
                      f"<media:credit>{short}</media:credit></media:content></item>")
    return ("<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'><channel>"
            f"<title>Nasty &amp; ]]&gt;</title><link>https://nasty.example/</link>{items}</channel></rss>").encode()


def captured():
    found = []
    for name in FOLDERS:
        for where, _, files in os.walk(os.path.join(corpus(), name)):
            found += [os.path.join(where, file) for file in files if not file.startswith(("LICENSE", "README"))]
    found.sort(key=lambda path: (FOLDERS.index(os.path.relpath(path, corpus()).split(os.sep)[0]), path))
    step = max(1, len(found) // FEEDS)
    captures = [path for path in found if not os.path.relpath(path, corpus()).startswith(("feedparser", "w3c"))]
    rest = [path for path in found if path not in set(captures)]
    return captures + rest[::max(1, step)]


def get(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


def rules():
    """The rules find what the validator's own cases are about; what they miss is about elements that we never write."""
    caught = missed = 0
    for kind, check in (("atom", validity.atom), ("rss20", validity.rss)):
        for where, _, files in os.walk(os.path.join(corpus(), "w3c", "testcases", kind)):
            for file in files:
                document = open(os.path.join(where, file), "rb").read()
                expected = re.search(rb"Expect:\s*([A-Z]\w+)", document)
                if expected and not expected.group(1).startswith(b"Valid"):
                    always = {"UnknownNamespace", "MissingSelf", "MissingAtomSelfLink", "CDATA"}
                    is_caught = any(code not in always for code, _ in check(document))
                    caught, missed = caught + is_caught, missed + (not is_caught)
    assert caught >= CAUGHT, f"{caught} caught, {missed} missed"
    passed(f"the rules find {caught} of {caught + missed} faults in the validator's own cases")


def outputs():
    paths = captured()
    documents = {f"/{n}": (open(path, "rb").read(), "application/xml") for n, path in enumerate(paths)}
    documents["/nasty"] = (nasty(), "application/rss+xml")
    origin = Origin(documents)
    feeds = [(f"feed {path.strip('/')}", origin.base + path) for path in documents]
    groups = {name: f"group {n // IN_A_GROUP}" for n, (name, _) in enumerate(feeds)} | {"feed nasty": "nasty & <text>"}
    with folder() as place:
        headlined = Headlined(place, feeds, keys=lambda name: f'group = "{groups[name]}"', output=OUTPUTS,
                              server='base_url = "https://news.example.org/"\nhub = "https://hub.example.org/"')
        polled = headlined.poll()
        daemon = Daemon(headlined)
        found, seen = collections.Counter(), {}
        stems = ["feed", "o/stories", "o/short", "o/titles"] + [f"group/{urllib.parse.quote(group)}" for group in sorted(set(groups.values()))]
        entries = bytes_ = 0
        for stem in stems:
            for extension, check in (("atom", validity.atom), ("rss", validity.rss), ("json", validity.json_feed)):
                body = get(f"{daemon.address}{stem}.{extension}")
                bytes_ += len(body)
                entries += body.count(b"<entry")
                for code, what in check(body):
                    found[code] += 1
                    seen.setdefault(code, []).append(f"{stem}.{extension}: {what}")
        notices = get(f"{daemon.address}notices.atom")
        assert b"The file of titles cannot be written" in notices
        for code, what in validity.atom(notices):
            found[code] += 1
            seen.setdefault(code, []).append(f"notices.atom: {what}")
        daemon.stop()
    for code, count in found.most_common():
        kind = "warning" if code in validity.WARNINGS else "ERROR"
        print(f"{count:6} {kind} {code}{' (' + HELPLESS[code] + ')' if code in HELPLESS else ''}")
    for code in sys.argv[2:]:
        print("\n".join(seen.get(code, [])))
    wrong = [code for code in found if code not in HELPLESS]
    assert not wrong, "\n".join(f"{code}: {what}" for code in wrong for what in seen[code][:6])
    assert polled["fetched"] >= FEEDS * 2 // 3 and entries > FEEDS, polled
    passed(f"{len(stems)} outputs of {polled['fetched']} feeds, {entries} entries, {bytes_ >> 20} MiB: valid Atom, RSS and JSON Feed")


if __name__ == "__main__":
    if corpus() is None:
        print("SKIPPED: no corpus (set HEADLINED_CORPUS)")
        sys.exit(0)
    main(rules, outputs)
