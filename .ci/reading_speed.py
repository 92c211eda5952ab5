"""What reading costs beside plain feed-rs and beside feedparser, on captured feeds. Prints; judges nothing.

usage: reading_speed.py     (needs feedparser; HEADLINED_CORPUS)
"""
import os
import re
import subprocess
import time

import feedparser

from harness import ROOT

# The ratios of a build for tests say little: it is run so that the bench stays alive.
PROFILE = os.environ.get("HEADLINED_PROFILE", "release")


def bench(*options):
    command = ["cargo", "bench", "--quiet", "--locked", "--profile", PROFILE, "--bench", "parse", "--", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


print(f"profile {PROFILE}")
table = bench("--short")
print(table, end="")
ours = float(re.search(r"^parse to articles +([\d.]+) ms", table, re.M).group(1))
bodies = [open(path, "rb").read() for path in bench("--files").split("\n") if path]
start = time.process_time()
for body in bodies:
    feedparser.parse(body)
theirs = (time.process_time() - start) * 1000
print(f"feedparser {feedparser.__version__:23} {theirs:7.2f} ms  {theirs / ours:.1f} times parse to articles")
