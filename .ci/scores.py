"""The scoreboards: how well feeds are read, and how well copies and stories are told apart. Fails below the bars.

usage: scores.py reading|stories     (needs html5lib for reading; HEADLINED_CORPUS, HEADLINED_DEDUP)
"""
import json
import os
import re
import subprocess
import sys

from harness import EXAMPLES, ROOT, passed


def folder(variable, name):
    return os.environ.get(variable) or os.path.join(ROOT, "..", "shared", name)


def reading():
    corpus = folder("HEADLINED_CORPUS", "corpus")
    command = [sys.executable, os.path.join(corpus, "score.py"), "--only-core", "--", os.path.join(EXAMPLES, "parse_probe")]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print("\n".join(line for line in table.splitlines() if line.startswith(("corpus", "ALL", "documents with every core check met: ALL"))))
    rate = float(re.search(r"^ALL\s+core .*?([\d.]+)%", table, re.M).group(1))
    whole, of = map(int, re.search(r"met: ALL: (\d+) of (\d+)", table).groups())
    at_least(rate, 98.5, "% of the core checks")
    at_least(whole, 775, f"of {of} documents with every core check met")


BARS = {
    ("og2021-dev", "story"): {"attach_precision": 0.96, "attach_recall": 0.63, "b3_precision": 0.94},
    ("uci-dev", "story"): {"pair_precision": 0.985, "attach_recall": 0.56},
    ("copies-dev", "copy"): {"pair_precision": 0.99, "pair_recall": 0.975},
}


def stories():
    dedup = folder("HEADLINED_DEDUP", "dedup")
    probe = os.path.join(EXAMPLES, "story_probe")
    for (name, level), bars in BARS.items():
        labels, articles = (os.path.join(dedup, f"{name}.{kind}.jsonl") for kind in ("labels", "articles"))
        first, second = (subprocess.run([probe], stdin=open(articles), capture_output=True, check=True).stdout for _ in range(2))
        assert first == second, f"{name}: two runs differ"
        restarts_change_nothing(probe, articles, first, name)
        command = [sys.executable, os.path.join(dedup, "score.py"), "--json", "--level", level, labels, articles]
        score = json.loads(subprocess.run(command, input=first, capture_output=True, check=True).stdout)
        for figure, bar in bars.items():
            at_least(score[figure], bar, f"{figure} of {name} ({level})")
        if "series_wrongly_merged" in score:
            assert int(score["series_wrongly_merged"].split("/")[0]) <= 1, f"bulletins merged: {score['series_wrongly_merged']}"
            passed(f"bulletins wrongly merged: {score['series_wrongly_merged']}")


def restarts_change_nothing(probe, articles, expected, name):
    """The index is thrown away and filled again from the store's bytes: before every article of the first few hundred,
    and now and then in all of them."""
    lines = open(articles, "rb").read().splitlines(keepends=True)
    for every, part in ((1, lines[:400]), (199, lines)):
        again = subprocess.run([probe, "--restart", str(every)], input=b"".join(part), capture_output=True, check=True).stdout
        assert expected.startswith(again), f"{name}: a restart every {every} articles changes what follows"
    passed(f"{name}: restarts between any two articles change nothing")


def at_least(value, bar, what):
    assert value >= bar, f"{value} {what}: {bar} is asked"
    passed(f"{value} {what} ({bar} asked)")


{"reading": reading, "stories": stories}[sys.argv[1]]()
