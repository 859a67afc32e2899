"""Rank of a real quarter, begun from the one before: row 5, and the size of compacted links, row 6."""
import json
import os
import re
import shutil
import subprocess
import sys

import bars
import measure

DATES = ("2026-04-01", "2026-07-01")


def dated(options):
    return [f"{options.data}/dated/snapshot-{date}.csv.gz" for date in DATES]


def missing(options):
    files = dated(options)
    if os.path.exists(measure.crawl(options)) or all(map(os.path.exists, files)):
        return None
    return f"there is no {measure.crawl(options)}, nor {' and '.join(files)}; --data says where they are"


def compare(options):
    rows = adjacency(options)
    files = dated(options)
    absent = [file for file in files if not os.path.exists(file)]
    if absent:
        print(f"no {', no '.join(absent)}: row 5 is left out", flush=True)
        return rows
    store = f"{options.work}/warm-store"
    shutil.rmtree(store, ignore_errors=True)
    strata = [options.strata, "--store", store]
    for date, file in zip(DATES, files):
        measure.process([*strata, "import", "csv", file, "--date", date], measure.Figure("import"))
    for level in ("page", "host", "domain"):
        for tolerance in ("1e-6", "1e-9"):
            rank = [*strata, "rank", "--level", level, "--tolerance", tolerance, "--top", "1"]
            measure.process([*rank, "--snapshot", DATES[0]], measure.Figure("before"))
            measure.process([*rank, "--snapshot", DATES[1]], measure.Figure("cold"))
            measure.process([*rank, "--snapshot", DATES[1], "--warm-start", "auto"], measure.Figure("warm"))
            cold, warm = (iterations(store, level, tolerance, is_warm) for is_warm in (False, True))
            rows.append(bars.Row("5", f"iterations of a warm start, {level}, to {tolerance}", warm, cold, 0.6, 0.4,
                                 options.command("warm")))
    return rows


def iterations(store, level, tolerance, is_warm):
    with open(f"{store}/snapshots/{DATES[1]}/manifest.json") as text:
        for derived in json.load(text)["derived"]:
            found = derived["parameters"]
            if (found["level"], float(found["tolerance"]), "warm_start" in found) == (level, float(tolerance), is_warm):
                return int(found["iterations"])
    sys.exit(f"no rank of {level} to {tolerance}")


def adjacency(options):
    """cnr-2000, compacted: bits a link, and links decoded a second on one core."""
    edges = measure.crawl(options)
    if not os.path.exists(edges):
        print(f"no {edges}: row 6 is left out", flush=True)
        return []
    store = f"{options.work}/adjacency-store"
    shutil.rmtree(store, ignore_errors=True)
    strata = [options.strata, "--store", store]
    measure.process([*strata, "import", "edges", edges, "--date", "2026-01-01"], measure.Figure("import"))
    measure.process([*strata, "compact", "2026-01-01"], measure.Figure("compact"))
    output = subprocess.run([options.bench, "adjacency", store, "--runs", str(max(options.runs, 5))], check=True, text=True,
                            capture_output=True).stdout
    bits = float(re.search(r"bits a link, links.adjacency ([0-9.]+)", output)[1])
    speed = float(re.search(r"links/s ([0-9.e+]+)", output)[1])
    command = options.command("warm")
    print(output, flush=True)
    return [bars.Row("6", "adjacency of cnr-2000, compacted, bits a link", bits, None, 3.0, 2.7, command),
            bars.Row("6", "decoding it on one core, ns a link (400 M links/s are 2.5)", 1e9 / speed, None, 2.5, None, command)]
