#!/usr/bin/env python3
"""Compares Strata's answers with other programs': DuckDB, scipy, a second reader of the file format, pandas; and has the
vendor's own client ask `strata serve`.

usage: tools/compare/run.py --strata BINARY [--data FOLDER] [--only WORDS] [--every-date] [--jobs N]

Real data is looked for in --data, $STRATA_TEST_DATA or ../shared/data beside the project; what needs it is skipped with
a message when it isn't there. Of the dated snapshots the newest few are compared, with --every-date all of them by SQL. Each comparison
runs in a process of its own, --jobs (2, or as many as there are processors) of them at once. Exit status 1 when any fails. The last line counts them.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "trust")]
import compacted_by_answers
import dataforseo_by_client
import ending
import rank_by_scipy
import reader_by_format
import sql_by_duckdb
import tables_in_pandas
from program import Program

PROJECT = os.path.abspath(os.path.join(HERE, "..", ".."))
OUTCOMES = ("passed", "failed", "skipped")


class Skip(Exception):
    pass


def comparisons(options):
    """name → what does it with a program, the slow ones first. Each returns what it says."""
    sample = os.path.join(PROJECT, "data", "sample")

    def real(*names):
        path = os.path.join(options.data, *names)
        if not os.path.exists(path):
            raise Skip(f"{path} is not here")
        return path

    return {
        "compacted dated snapshots":
            lambda program: compacted_by_answers.compare(program, real("dated"), "snapshot-", PROJECT, newest=3),
        "dated snapshots against DuckDB":
            lambda program: sql_by_duckdb.compare(program, real("dated"), "snapshot-", PROJECT, None if options.every_date else 4),
        "cnr-2000 against scipy": lambda program: rank_by_scipy.compare(program, real("cnr-2000.txt.gz")),
        "sample against the second reader": lambda program: reader_by_format.compare(program, sample, PROJECT),
        "compacted sample": lambda program: compacted_by_answers.compare(program, sample, "links-", PROJECT),
        "served to DataForSEO's client": lambda program: dataforseo_by_client.compare(program, sample),
        "sample against DuckDB": lambda program: sql_by_duckdb.compare(program, sample, "links-", PROJECT),
        "ranks with a boundary against scipy": lambda program: rank_by_scipy.compare_boundary(program, sample, PROJECT),
        "stores of earlier versions against the second reader": lambda program: reader_by_format.compare_kept(PROJECT),
        "sample ranks against scipy": lambda program: rank_by_scipy.compare_levels(program, sample, PROJECT),
        "wiki-Vote against scipy": lambda program: rank_by_scipy.compare(program, real("wiki-Vote.txt.gz")),
        "tables in pandas": lambda program: tables_in_pandas.compare(program, sample),
    }


def run(name, options, scratch):
    """How the comparison ended, and a line that says so."""
    began = time.monotonic()
    try:
        said = comparisons(options)[name](Program(os.path.abspath(options.strata), scratch))
        return "passed", f"ok       {name}: {said} ({time.monotonic() - began:.1f} s)"
    except Skip as reason:
        return "skipped", f"skipped  {name}: {reason}"
    except Exception:
        return "failed", f"FAILED   {name}\n{traceback.format_exc()}"


def run_apart(name, options, scratch):
    """The same in a process of its own, which ends when this one is told to."""
    folder = os.path.join(scratch, name.replace(" ", "-"))
    os.mkdir(folder)
    every_date = ["--every-date"] if options.every_date else []
    status, said, _ = ending.children.run(
        [sys.executable, os.path.abspath(__file__), "--strata", options.strata, "--data", options.data, "--alone", name, "--scratch", folder,
         *every_date], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if status not in range(len(OUTCOMES)) or not said:
        return "failed", f"FAILED   {name}: exit status {status}\n{said}"
    return OUTCOMES[status], said.rstrip("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strata", required=True)
    parser.add_argument("--data", default=os.environ.get("STRATA_TEST_DATA", os.path.join(PROJECT, "..", "shared", "data")))
    parser.add_argument("--only", default="", help="run the comparisons with these words in their name")
    parser.add_argument("--every-date", action="store_true", help="compare all dated snapshots by SQL, which takes minutes")
    parser.add_argument("--jobs", type=int, default=min(2, len(os.sched_getaffinity(0))))
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    parser.add_argument("--scratch", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        outcome, line = run(options.alone, options, options.scratch)
        print(line)
        return OUTCOMES.index(outcome)
    if options.jobs < 1:
        parser.error(f"--jobs takes 1 or more, not {options.jobs}")
    names = [name for name in comparisons(options) if options.only in name]
    count = dict.fromkeys(OUTCOMES, 0)
    with ending.work("strata-compare-") as scratch, concurrent.futures.ThreadPoolExecutor(options.jobs) as waiters:
        try:
            for found in concurrent.futures.as_completed([waiters.submit(run_apart, name, options, scratch) for name in names]):
                outcome, line = found.result()
                count[outcome] += 1
                print(line, flush=True)
        except BaseException:
            # Those that run end, those that wait don't begin.
            ending.children.end()
            raise
    print("comparisons: " + ", ".join(f"{number} {outcome}" for outcome, number in count.items()))
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
