"""The comparison itself; tools/compare-peers installs and builds what it needs, and starts it.

Every contender runs once in each round, so that whatever else the machine does meets all of them; the first round warms up
and doesn't count. A time is shown only when the answers were equal.
"""
import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bars
import graphs
import measure
import tables
import warm
import scales
import years

PROJECT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PARTS = {"graphs": graphs.compare, "warm": warm.compare, "tables": tables.compare, "years": years.compare, "scales": scales.compare}


def arguments():
    parser = argparse.ArgumentParser(prog="tools/compare-peers", description=__doc__)
    parser.add_argument("--strata", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--bench", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", default=f"{PROJECT}/.build/peers", help="where inputs and stores go")
    parser.add_argument("--output", default=f"{PROJECT}/Benchmarks/results", help="where the figures go")
    parser.add_argument("--data", default=os.environ.get("STRATA_TEST_DATA", f"{PROJECT}/../shared/data"),
                        help="holds cnr-2000.txt.gz and dated/, if there; $STRATA_TEST_DATA")
    parser.add_argument("--rows", type=int, default=20_000_000, help="rows of the link table")
    parser.add_argument("--tables", help="a folder with A.csv, B.csv (six columns), A-domains.csv, B-domains.csv (ten)")
    parser.add_argument("--year-rows", type=int, default=2_000_000, help="rows of each of the twelve monthly snapshots")
    parser.add_argument("--scales", default="20,22", help="Kronecker graphs of 2^scale nodes")
    parser.add_argument("--sizes", default="1000000,5000000,20000000,100000000",
                        help="rows of the tables of the part scales; the largest is held against 20 M (or the one before)")
    parser.add_argument("--rank-memory", help="--memory of the ranks of the part scales, which needs 5G at 300 M rows")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gapbs", help="a folder with the programs pr and converter of the GAP Benchmark Suite")
    parser.add_argument("--only", help=f"some of {', '.join(PARTS)}, with commas")
    return parser.parse_args()


def main():
    options = arguments()
    options.sizes = [int(size) for size in options.sizes.split(",")]
    options.scales = [int(scale) for scale in options.scales.split(",") if scale]
    os.makedirs(options.work, exist_ok=True)
    os.makedirs(options.output, exist_ok=True)
    version = subprocess.run([options.strata, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    headline = f"{version}; {measure.machine()}; {options.threads} threads; median of {options.runs}"
    print(headline, flush=True)
    rows = []
    for part in options.only.split(",") if options.only else PARTS:
        found = PARTS[part](options)
        rows += found
        print(bars.markdown(found), flush=True)
        save(options, part, headline, found)
    missed = [row for row in rows if row.verdict.startswith("**")]
    print(f"{len(rows)} figures, {len(rows) - len(missed)} within their bar")


def save(options, part, headline, rows):
    with open(f"{options.output}/{part}.md", "w") as text:
        text.write(headline + "\n\n" + bars.markdown(rows))
    with open(f"{options.output}/{part}.csv", "w") as text:
        text.write("job,contender,run,seconds\n")
        written = set()
        for row in rows:
            for side in row.figures:
                if not hasattr(side, "seconds") or (row.group, side.name) in written:
                    continue
                written.add((row.group, side.name))
                for run, seconds in enumerate(side.seconds, start=1):
                    text.write(f'"{row.group}","{side.name}",{run},{seconds}\n')
    with open(f"{options.output}/{part}.json", "w") as text:
        json.dump([{"row": row.number, "job": row.job, "value": row.value, "bar": row.bar, "stretch": row.stretch,
                    "ours": getattr(row.ours, "facts", {}), "theirs": getattr(row.theirs, "facts", {})} for row in rows],
                  text, indent=1)


main()
