#!/usr/bin/env python3
"""Times the main job on a folder of data, each command as a whole process, and prints Markdown tables.

usage: Benchmarks/measure.py BINARY DATA [--runs N]

DATA holds dated/snapshot-*.csv.gz, cnr-2000.txt.gz and wiki-Vote.txt.gz (what isn't there is left out). Each command runs N
times (default 5; imports into a fresh store each time); the tables show median, fastest and slowest seconds and the
largest resident memory of any run. A result is checked before its time is shown.
"""
import argparse
import csv
import glob
import gzip
import io
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "peers"))
import argument  # noqa: E402

GRAPHS = ("wiki-Vote", "cnr-2000")


def timed(command, repeat, before, check):
    seconds, memory = [], 0
    for _ in range(repeat):
        before()
        with tempfile.TemporaryFile() as captured:
            began = time.perf_counter()
            process = subprocess.Popen(command, stdout=captured, stderr=subprocess.PIPE)
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            seconds.append(time.perf_counter() - began)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{errors.decode()}")
            memory = max(memory, usage.ru_maxrss)
            captured.seek(0)
            check(captured)
    return seconds, memory / 1024


def cpu_name():
    try:
        with open("/proc/cpuinfo") as text:
            return next(line.split(":")[1].strip() for line in text if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=argument.file)
    parser.add_argument("data", type=argument.folder_with())
    parser.add_argument("--runs", type=argument.number(1, 1_000), default=5)
    options = parser.parse_args()
    dated = sorted(glob.glob(f"{options.data}/dated/snapshot-*.csv.gz"))
    graphs = [name for name in GRAPHS if os.path.exists(f"{options.data}/{name}.txt.gz")]
    if len(dated) < 2 and not graphs:
        parser.error(f"{options.data} holds neither two dated/snapshot-*.csv.gz nor {' or '.join(f'{name}.txt.gz' for name in GRAPHS)}")
    version = subprocess.run([options.binary, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{version}; {cpu_name()}, {os.cpu_count()} processors; median of {options.runs} (fastest–slowest)\n")
    print("| job | seconds | rate | peak memory |\n|---|---|---|---|")

    def row(job, command, amount=None, unit="", before=lambda: None, check=lambda output: None):
        seconds, memory = timed([options.binary, *command], options.runs, before, check)
        median = statistics.median(seconds)
        rate = f"{amount / median / 1e6:.2f} M {unit}/s" if amount else ""
        print(f"| {job} | {median:.3f} ({min(seconds):.3f}–{max(seconds):.3f}) | {rate} | {memory:.0f} MiB |", flush=True)

    def sums_to_one(output):
        # read as a stream: what this process holds would count as the next child's memory
        lines = csv.DictReader(io.TextIOWrapper(output, encoding="utf-8", newline=""))
        total = math.fsum(float(line["pagerank"]) for line in lines)
        if abs(total - 1) > 1e-9:
            sys.exit(f"the ranks sum to {total}")

    with tempfile.TemporaryDirectory(prefix="strata-measure-") as scratch:
        store = ["--store", f"{scratch}/store"]
        fresh = ["--store", f"{scratch}/fresh"]
        drop = lambda: shutil.rmtree(fresh[1], ignore_errors=True)
        if len(dated) > 1:
            date = lambda file: os.path.basename(file)[9:19]
            for file in dated:
                subprocess.run([options.binary, "import", "csv", file, "--date", date(file), "--max-bad", "5%", *store],
                               check=True, capture_output=True)
            newest, older = date(dated[-1]), date(dated[-2])
            with gzip.open(dated[-1], "rt", encoding="utf-8", newline="") as text:
                rows = sum(1 for _ in csv.reader(text)) - 1
            row(f"import csv {newest} (gzip)", ["import", "csv", dated[-1], "--date", newest, "--max-bad", "5%", *fresh], rows, "rows", drop)
            row("rank, domain, stored, all printed", ["rank", "--all", "--format", "csv", "--damping", "0.85", *store], check=sums_to_one)
            row("refdomains --every domain", ["refdomains", "--every", "domain", "--format", "csv", *store], rows, "links")
            row(f"diff {older} {newest}", ["diff", older, newest, "--format", "csv", *store], rows, "links")
            row(f"diff {older} {newest} --every domain", ["diff", older, newest, "--every", "domain", "--format", "csv", *store], rows, "links")
            row("metrics github.com", ["metrics", "github.com", "--format", "csv", *store])
            row("backlinks github.com --limit 100", ["backlinks", "github.com", "--format", "csv", *store])
            row("history github.com", ["history", "github.com", "--format", "csv", *store])
            row("verify (all snapshots)", ["verify", *store])
        for name in graphs:
            file = f"{options.data}/{name}.txt.gz"
            with gzip.open(file, "rt") as text:
                arcs = sum(1 for line in text if not line.startswith("#"))
            graph = ["--store", f"{scratch}/{name}"]
            row(f"import edges {name} (gzip)", ["import", "edges", file, "--date", "2000-01-01", *fresh], arcs, "arcs", drop)
            subprocess.run([options.binary, "import", "edges", file, "--date", "2000-01-01", *graph], check=True, capture_output=True)
            def forget():
                shutil.rmtree(graph[1])
                subprocess.run([options.binary, "import", "edges", file, "--date", "2000-01-01", *graph], check=True, capture_output=True)
            row(f"rank {name}, 1e-9, first time, all printed", ["rank", "--all", "--format", "csv", *graph], before=forget, check=sums_to_one)
            row(f"rank {name}, stored, top 20", ["rank", "--format", "csv", *graph])


if __name__ == "__main__":
    main()
