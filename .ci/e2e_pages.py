"""The pages in a real browser: markup attacks from feeds run nothing, axe finds no violation, nothing is too wide.

usage: e2e_pages.py NODE_MODULES [OUT]     (needs Chromium; puppeteer-core and axe-core in NODE_MODULES)

Screenshots at 360 and 1280 pixels in both color schemes are left in OUT (target/ci-pages), to be looked at.
"""
import html
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request

from harness import ROOT, Daemon, Headlined, Origin, folder, main, passed

MODULES = os.path.abspath(sys.argv[1])
OUT = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else os.path.join(ROOT, "target", "ci-pages")
PICTURES = "https://pictures.example/"
FRONT_PAGE_BYTES = 60_000
GROUP = "world <b>news & more"

RUN = "window.attacked='{n}'"
# Ways in; each is tried in text of a field as it is, escaped, and twice escaped.
WAYS = [
    "<script>{run}</script>",
    "<scr<script>ipt>{run}</scr</script>ipt>",
    "<img src=x onerror=\"{run}\">",
    "<img src='https://evil.example/{n}.png'>",
    "<svg onload=\"{run}\"></svg>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin=\"{run}\" attributeName=x dur=1s></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={run}&gt;\">",
    "<iframe src=\"javascript:parent.{run}\"></iframe>",
    "<iframe srcdoc=\"&lt;script&gt;parent.{run}&lt;/script&gt;\"></iframe>",
    "<object data=\"data:text/html,<script>{run}</script>\"></object>",
    "<embed src=\"https://evil.example/{n}\">",
    "<link rel=stylesheet href=\"https://evil.example/{n}.css\">",
    "<style>@import 'https://evil.example/{n}.css';*{{background:url(https://evil.example/{n})}}</style>",
    "<body onload=\"{run}\">",
    "<a href=\"javascript:{run}\" autofocus onfocus=\"{run}\">x</a>",
    "<input autofocus onfocus=\"{run}\">",
    "<details open ontoggle=\"{run}\">x</details>",
    "<video autoplay src=\"https://evil.example/{n}.mp4\" onloadstart=\"{run}\"></video>",
    "<audio src=\"https://evil.example/{n}.mp3\" autoplay></audio>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/{n}\">",
    "<base href=\"https://evil.example/{n}/\">",
    "<form action=\"https://evil.example/{n}\"><button autofocus>x</button></form>",
    "<template><script>{run}</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror={run}>\">",
    "\"><script>{run}</script>",
    "' onmouseover='{run}' style='position:fixed;inset:0' x='",
    "</title></style></textarea></script><script>{run}</script>",
    "<!--><script>{run}</script>-->",
    "<![CDATA[<script>{run}</script>]]>",
    "<p style=\"background:url(https://evil.example/{n});position:fixed;inset:0\">x</p>",
    "<xmp><p title=\"</xmp><img src=x onerror={run}>\">",
    "<plaintext><script>{run}</script>",
    "<marquee onstart=\"{run}\">x</marquee>",
    "<select><noembed></select><script>{run}</script></noembed></select>",
    "<isindex type=image src=x onerror=\"{run}\">",
    "<x contenteditable onblur=\"{run}\" tabindex=1 id=x>x</x>",
    "<img srcset=\"https://evil.example/{n}.png 1x\" src=\"https://evil.example/{n}.gif\">",
    "<picture><source srcset=\"https://evil.example/{n}.webp\"><img src=x></picture>",
    "\u202e<b>{run}</b>\u0000\u0001",
]
FIELDS = ["title", "description", "author", "media:description", "media:credit", "category", "channel"]


def attacks():
    """120 and more: every way in as it is, escaped once and twice."""
    number = 0
    for way in WAYS:
        for times in (1, 2, 3):
            number += 1
            text = way.format(n=number, run=RUN.format(n=number)).replace("\x00", "&#0;").replace("\x01", "&#1;")
            for _ in range(times):
                text = html.escape(text)
            yield number, text


def documents():
    """Each feed puts the attacks into one field; its other fields are harmless."""
    made = {}
    for field in FIELDS:
        items = []
        for number, attack in attacks():
            part = lambda name, words: f"<{name}>{attack if field == name else words}</{name}>"
            items.append(
                f"<item><guid isPermaLink='false'>{field}-{number}</guid><link>https://{field.replace(':', '-')}.example/{number}</link>"
                + part("title", f"Headline {number} in {field}") + part("description", f"A text about {field} number {number}.")
                + part("author", f"{field}@example.org (Writer)") + part("category", "World")
                + f"<media:content url='{PICTURES}{field}{number}.jpg' medium='image' type='image/jpeg'>"
                + part("media:description", "A boat") + part("media:credit", "Agency") + "</media:content></item>")
        name = next(attacks())[1] if field == "channel" else f"Feed of {field}"
        # Few entries of each: the front page shows forty.
        made[f"/{field.replace(':', '-')}"] = (
            "<?xml version='1.0'?><rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel>"
            f"<title>{name}</title><link>https://{field.replace(':', '-')}.example/</link>{''.join(items)}</channel></rss>").encode()
    return {path: (text, "application/rss+xml") for path, text in made.items()}


def look(addresses, own):
    os.makedirs(OUT, exist_ok=True)
    asked = {"pages": addresses, "own": own, "pictures": [PICTURES], "out": OUT}
    done = subprocess.run(["node", os.path.join(ROOT, ".ci", "pages.mjs")], input=json.dumps(asked), capture_output=True,
                          text=True, timeout=500, env={**os.environ, "NODE_MODULES": MODULES})
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def pages():
    origin = Origin(documents())
    feeds = [(path.strip("/") + " <b>feed</b>", origin.base + path) for path in origin.documents]
    feeds.append(("broken <script>window.attacked=1</script>", origin.base + "/nowhere"))
    with folder() as place:
        headlined = Headlined(place, feeds, output="limit = 1000", server='pictures = "show"',
                              keys=lambda name: f'group = "{GROUP}"\nlanguage = "{"fa" if "author" in name else "en"}"')
        headlined.poll()
        daemon = Daemon(headlined)
        base = daemon.address.rstrip("/")
        listed = json.loads(get(base + "/feed.json"))["items"]
        assert len(listed) >= 700, f"only {len(listed)} entries"
        addresses = {"front": base + "/", "group": base + "/group/" + urllib.parse.quote(GROUP), "language": base + "/lang/fa",
                     "status": base + "/status", "missing": base + "/nothing/here"}
        for name in ("front", "group", "language"):
            size = len(get(addresses[name]))
            assert size < FRONT_PAGE_BYTES, f"the page {name} has {size} bytes"
        for n in range(0, len(listed), 120):
            addresses[f"story{n}"] = base + "/story/" + listed[n]["id"].removeprefix("urn:uuid:")
        found = look(addresses, base)
        daemon.stop()
    for what in ("foreign", "dialogs", "errors", "ran", "overflowing", "violations"):
        assert not found[what], f"{what}:\n" + "\n".join(found[what][:20])
    assert min(found["withoutScripts"].values()) > 500, found["withoutScripts"]
    passed(f"{len(addresses)} pages with {len(WAYS) * 3 * len(FIELDS)} attacks: nothing ran, nothing foreign, axe is content")


if __name__ == "__main__":
    main(pages)
