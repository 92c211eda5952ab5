"""What reading costs beside plain feed-rs and beside feedparser, on captured feeds. Prints; judges nothing.

usage: reading_speed.py     (needs feedparser; HEADLINED_CORPUS)
"""
import re
import subprocess
import time

import feedparser

from harness import ROOT


def bench(*options):
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "parse", "--", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


table = bench("--short")
print(table, end="")
ours = float(re.search(r"^parse to articles +([\d.]+) ms", table, re.M).group(1))
bodies = [open(path, "rb").read() for path in bench("--files").split("\n") if path]
start = time.process_time()
for body in bodies:
    feedparser.parse(body)
theirs = (time.process_time() - start) * 1000
print(f"feedparser {feedparser.__version__:23} {theirs:7.2f} ms  {theirs / ours:.1f} times parse to articles")
