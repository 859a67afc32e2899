"""Strata beside DuckDB, Polars, networkit, igraph, GraphBLAS, scipy and GAPBS, in turn, on the same inputs.

Every contender runs once in each round, so that whatever else the machine does meets all of them; the first round warms up
and doesn't count. Tables' answers have to be equal before a time is shown; a rank of ours has to have the true error that was
asked for, the others' ranks are as good as their own stop makes them. tools/compare-peers installs and builds what is needed, and
starts this.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import argument
import bars
import graphs
import measure
import tables
import warm
import scales
import years

PROJECT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
# What a part can't do without: each says what is missing, or None.
NEEDED = {"graphs": graphs.missing, "warm": warm.missing}
PARTS = {"graphs": graphs.compare, "warm": warm.compare, "tables": tables.compare, "years": years.compare, "scales": scales.compare}


def arguments():
    rows = argument.number(1_000, 2_000_000_000)
    parser = argparse.ArgumentParser(prog="tools/compare-peers", description=__doc__, allow_abbrev=False)
    parser.add_argument("--strata", help=argparse.SUPPRESS)
    parser.add_argument("--bench", help=argparse.SUPPRESS)
    parser.add_argument("--check-arguments", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--work", default=f"{PROJECT}/.build/peers", help="where inputs and stores go (%(default)s)")
    parser.add_argument("--output", default=f"{PROJECT}/Benchmarks/results", help="where the figures go (%(default)s)")
    parser.add_argument("--data", type=argument.folder_with(),
                        help="a folder with cnr-2000.txt.gz and dated/ (see Benchmarks/README.md); what isn't there is left out "
                             "($STRATA_TEST_DATA, else ../shared/data)")
    parser.add_argument("--rows", type=rows, default=20_000_000, help="rows of the link table (%(default)s)")
    parser.add_argument("--tables", type=argument.folder_with("A.csv", "B.csv"),
                        help="a folder with tables of your own in place of generated ones: A.csv, B.csv (six columns), A-domains.csv, "
                             "B-domains.csv (ten)")
    parser.add_argument("--year-rows", type=rows, default=1_000_000, help="rows of each of the twelve monthly snapshots (%(default)s)")
    parser.add_argument("--scales", type=argument.numbers(2, 28, may_be_none=True), default="20,22",
                        help="Kronecker graphs of 2^scale nodes, beside cnr-2000 (%(default)s); '' for none")
    parser.add_argument("--sizes", type=argument.numbers(1_000, 2_000_000_000), default="1000000,5000000,20000000,100000000",
                        help="rows of the tables of the part scales (%(default)s); the largest is held against 20 M (or the one before)")
    parser.add_argument("--rank-memory", type=argument.size,
                        help="--memory of the ranks of the part scales, which needs 5G at 300 M rows")
    parser.add_argument("--runs", type=argument.number(1, 1_000), default=5, help="how many count, after one that warms up (%(default)s)")
    parser.add_argument("--threads", type=argument.number(1, 1_024), default=2, help="of every contender (%(default)s)")
    parser.add_argument("--gapbs", type=argument.folder_with("pr", "converter"),
                        help="a folder with the programs pr and converter of the GAP Benchmark Suite (see Benchmarks/README.md); our own "
                             "copy of its algorithm is the other side without them")
    parser.add_argument("--only", type=argument.some_of(PARTS), help=f"some of {', '.join(PARTS)}, with commas")
    options = parser.parse_args()
    options.data = options.data or os.environ.get("STRATA_TEST_DATA") or os.path.normpath(f"{PROJECT}/../shared/data")
    if options.tables and not os.path.exists(f"{options.tables}/prepared.json"):
        try:
            argument.folder_with("A-domains.csv", "B-domains.csv")(options.tables)
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument --tables: {error}")
    for part in options.only or []:
        missing = NEEDED[part](options) if part in NEEDED else None
        if missing:
            parser.error(f"the part {part} has nothing to measure: {missing}")
    if options.check_arguments:
        sys.exit(0)
    if not options.strata or not options.bench:
        parser.error("start it as tools/compare-peers, which builds what is measured")
    options.command = command
    return options


#: Options that change nothing about what is measured; --only is said by the part.
UNTOLD = ("--strata", "--bench", "--work", "--output", "--only")


def command(part):
    """What repeats a part: the words of this command that matter."""
    words = ["tools/compare-peers", "--only", part]
    rest = iter(sys.argv[1:])
    for word in rest:
        if word in UNTOLD:
            next(rest)
        elif not word.startswith(tuple(f"{name}=" for name in UNTOLD)):
            words.append(word)
    return shlex.join(words)


def main():
    options = arguments()
    os.makedirs(options.work, exist_ok=True)
    os.makedirs(options.output, exist_ok=True)
    version = subprocess.run([options.strata, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    headline = f"{version}; {measure.machine()}; {options.threads} threads; median of {options.runs}"
    print(headline, flush=True)
    rows = []
    for part in options.only or PARTS:
        missing = NEEDED[part](options) if part in NEEDED else None
        if missing:
            print(f"{part} is left out: {missing}", flush=True)
            continue
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
