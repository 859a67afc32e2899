"""PageRank: rows 1 to 4, and 13."""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import bars
import measure

LIBRARIES = ["graphblas", "scipy", "networkit", "igraph"]
# graph: (bar, stretch) of row 1
BARS = {"cnr-2000": (0.8, 0.5), "kron-20": (0.25, 0.15), "kron-22": (0.2, 0.12)}
HERE = os.path.dirname(os.path.abspath(__file__))


def missing(options):
    if options.scales or os.path.exists(measure.crawl(options)):
        return None
    return f"there is no {measure.crawl(options)}, and --scales names no graph"


def inputs(options):
    found = []
    packed = measure.crawl(options)
    if os.path.exists(packed):
        path = f"{options.work}/cnr-2000.el"
        if not os.path.exists(path):
            with gzip.open(packed) as source, open(path, "wb") as copy:
                shutil.copyfileobj(source, copy)
        found.append(("cnr-2000", path))
    else:
        print(f"no {packed}: cnr-2000 is left out", flush=True)
    for scale in options.scales:
        path = f"{options.work}/kron-{scale}.el"
        if not os.path.exists(path):
            subprocess.run([options.bench, "generate", "rmat", "--scale", str(scale), "--output", path], check=True)
        found.append((f"kron-{scale}", path))
    return found


class Suite:
    """The GAP Benchmark Suite's own program."""

    def __init__(self, folder, path):
        self.program = f"{folder}/pr"
        self.graph = path.removesuffix(".el") + ".sg"
        if not os.path.exists(self.graph):
            subprocess.run([f"{folder}/converter", "-f", path, "-b", self.graph], check=True, stdout=subprocess.DEVNULL)

    def run(self, threads, figure):
        output = subprocess.run([self.program, "-f", self.graph, "-i", "500", "-t", "1e-6", "-n", "1"], check=True, text=True,
                                capture_output=True, env={**os.environ, "OMP_NUM_THREADS": str(threads)}).stdout
        figure.seconds.append(float(re.search(r"Trial Time:\s+([0-9.]+)", output)[1]))


def compare(options):
    rows = []
    for name, path in inputs(options):
        rows += one(options, name, path)
    return rows


def one(options, name, path):
    work = f"{options.work}/{name}"
    os.makedirs(work, exist_ok=True)
    ours = measure.Helper([options.bench, "rank", path, "--work", work, "--interactive", "--threads", options.threads])
    single, double = measure.Figure("Strata to 1e-6"), measure.Figure("Strata to 1e-9")
    packed, stored = measure.Figure("Strata, packed rows"), measure.Figure("Strata, rows from the store")
    baseline = measure.Figure("GAPBS's algorithm in Swift (baseline)")
    contenders = [lambda f=single: ours.run("strata 1e-06", f), lambda f=double: ours.run("strata 1e-09", f),
                  lambda f=baseline: ours.run("baseline: GAPBS's algorithm", f),
                  lambda f=packed: ours.run("strata, packed rows", f),
                  lambda f=stored: ours.run("strata, rows from the store", f)]
    suite = None
    if options.gapbs:
        suite = measure.Figure("GAPBS pr")
        program = Suite(options.gapbs, path)
        contenders.append(lambda: program.run(options.threads, suite))
    others, helpers = [], []
    # kron-22 and larger: only what row 1 asks for.
    if not re.fullmatch(r"kron-(2[2-9])", name):
        for library in LIBRARIES:
            helper = measure.Helper([sys.executable, f"{HERE}/rank_peer.py", library, path, options.threads])
            figure = measure.Figure(library)
            helpers.append(helper)
            others.append(figure)
            contenders.append(lambda h=helper, f=figure: h.run("run", f))
    measure.in_turn(options.runs + 1, contenders)
    figures = [single, double, baseline, packed, stored] + ([suite] if suite else []) + others
    for figure in figures:
        figure.end_warm_up()
        print(f"  {name}: {figure.name} {figure.text()} {figure.facts}", flush=True)
    for helper in [ours] + helpers:
        helper.close()
    bar, stretch = BARS.get(name, (0.25, 0.15))
    command = options.command("graphs")
    group = f"PageRank of {name}"
    rows = [bars.Row("1", f"PageRank of {name} to a true error below 1e-6", single, suite or baseline, bar, stretch, command,
                     group, figures)]
    if suite:
        rows.append(bars.Row("1", f"the same against our copy of that algorithm, {name}", single, baseline, bar, stretch, command,
                             group))
    if others:
        rows.append(bars.Row("2", f"the same against the fastest library, {name}", single,
                             min(others, key=lambda figure: figure.median), 0.35, 0.2, command, group))
    # A small graph's pairs fit the least memory that a rank takes.
    if name != "cnr-2000":
        rows.append(bars.Row("13", f"rank, resident bytes a node but for the store's files, {name}", bytes_a_node(options, work),
                             None, 24, 16, command))
    sweeps = [sweep(figure) for figure in (single, packed, stored)]
    for sweeps_of, what in zip(sweeps[1:], ("rows packed, decoded in the cache", "decoded from the store's columns")):
        rows.append(bars.Row("4", f"a sweep with {what}, against rows as they are, {name}", sweeps_of, sweeps[0], 1.3, 1.0, command,
                             f"sweep {name}"))
    rows.append(bars.Row("3", f"to 1e-9 against to 1e-6, {name}", double, single, 2.5, 1.8, command, group))
    return rows


def sweep(figure):
    """Seconds of one sweep, as each run said: of an iteration, but for the last, the sweep and the acceleration's passes."""
    found = measure.Figure(figure.name)
    found.seconds = [run["ms a sweep"] / 1e3 for run in figure.runs]
    return found


def bytes_a_node(options, work):
    """A rank of a whole process with as little memory as it can do with, less what a process takes that ranks nothing."""
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        store = f"{folder}/store"
        shutil.copytree(f"{work}/store", store)
        snapshot = os.listdir(f"{store}/snapshots")[0]
        files = f"{store}/snapshots/{snapshot}"
        with open(f"{files}/manifest.json") as text:
            nodes = json.load(text)["counts"]["pages"]
        # What is mapped is resident too: the files that a rank reads.
        mapped = sum(os.path.getsize(f"{files}/{name}") for name in os.listdir(files) if name.startswith("links.adj") or
                     name in ("pages.out_links", "pages.same_links") or name.startswith("rank."))
        idle, ranking = measure.Figure("snapshots"), measure.Figure("rank")
        measure.process([options.strata, "--store", store, "snapshots"], idle)
        measure.process([options.strata, "--store", store, "rank", "--level", "node", "--tolerance", "1e-9", "--memory", "64M",
                         "--top", "1", "--threads", options.threads], ranking)
        return ((ranking.facts["MiB"] - idle.facts["MiB"]) * 2**20 - mapped) / nodes
