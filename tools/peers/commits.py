"""Two builds of strata-bench, in turn. usage: commits.py OLD NEW [--runs 7] [--edges FILE]

Times count when the medians differ by 10 % and the new build's fastest run is slower than the old one's median; a second look with twice
the runs has to say the same. Counters (sizes, iterations, allocations) are the same each time: 2 % larger is enough.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import argument

SLOWER, LARGER = 1.10, 1.02


def run(bench, arguments):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        done = subprocess.run([bench, *arguments, "--runs", "1", "--json", report.name], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{bench} {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
        return {found["name"]: found["seconds"][0] for found in json.load(report)["measurements"]}


def times(benches, jobs, runs):
    found = [{}, {}]
    for _ in range(runs):
        for place, bench in enumerate(benches):
            for job in jobs:
                for name, seconds in run(bench, job).items():
                    found[place].setdefault(f"{job[0]}: {name}", []).append(seconds)
    return found


def slower(found, names):
    flagged = []
    for name in names:
        if name not in found[0] or name not in found[1]:
            continue
        old, new = found[0][name], found[1][name]
        ratio = statistics.median(new) / statistics.median(old)
        if ratio >= SLOWER and min(new) > statistics.median(old):
            flagged.append((name, ratio))
    return flagged


def main():
    parser = argparse.ArgumentParser(prog="tools/compare-commits", allow_abbrev=False)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--runs", type=argument.number(1, 1_000), default=7)
    parser.add_argument("--edges", type=argument.file, help="an edge list to rank; a Kronecker graph of 2^16 nodes otherwise")
    parser.add_argument("--check-arguments", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check_arguments:
        return 0
    benches = [os.path.abspath(options.old), os.path.abspath(options.new)]
    with tempfile.TemporaryDirectory() as scratch:
        edges = options.edges or f"{scratch}/graph.el"
        if not options.edges:
            subprocess.run([benches[1], "generate", "rmat", "--scale", "16", "--output", edges], check=True,
                           stderr=subprocess.DEVNULL)
        jobs = [["kernels"], ["rank", edges]]
        found = times(benches, jobs, options.runs)
        names = sorted(set(found[0]) & set(found[1]))
        for name in names:
            old, new = (statistics.median(side[name]) for side in found)
            print(f"{new / old:6.3f}  {name}: {old * 1e3:.4g} ms, now {new * 1e3:.4g} ms")
        flagged = slower(found, names)
        if flagged:
            print(f"{len(flagged)} look slower: a second look")
            again = times(benches, [job for job in jobs if any(name.startswith(job[0]) for name, _ in flagged)], 2 * options.runs)
            flagged = slower(again, [name for name, _ in flagged])
    counters = [json.loads(subprocess.run([bench, "counters"], check=True, capture_output=True, text=True).stdout) for bench in benches]
    for name in sorted(set(counters[0]) & set(counters[1])):
        old, new = counters[0][name], counters[1][name]
        if new > old * LARGER:
            flagged.append((name, new / old if old else float("inf")))
    for name, ratio in flagged:
        print(f"WORSE  {name}: × {ratio:.3f}")
    print(f"{len(names)} times and {len(counters[1])} counters compared, {len(flagged)} worse")
    return 1 if flagged else 0


sys.exit(main())
