#!/usr/bin/env python3
"""Compares Strata's answers with other programs': DuckDB, scipy, a second reader of the file format, pandas; and has the
vendor's own client ask `strata serve`.

usage: tools/compare/run.py --strata BINARY [--data FOLDER] [--only WORDS] [--every-date] [--jobs 2]

Real data is looked for in --data, $STRATA_TEST_DATA or ../shared/data beside the project; what needs it is skipped with
a message when it isn't there. Of the dated snapshots the newest few are compared, with --every-date all of them by SQL. Each comparison
runs in a process of its own, --jobs of them at once. Exit status 1 when any fails. The last line counts them.
"""
import argparse
import concurrent.futures
import multiprocessing
import os
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compacted_by_answers
import dataforseo_by_client
import rank_by_scipy
import reader_by_format
import sql_by_duckdb
import tables_in_pandas
from program import Program

PROJECT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


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


def run(name, options):
    """How the comparison ended, and a line that says so."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="strata-compare-") as scratch:
        try:
            said = comparisons(options)[name](Program(os.path.abspath(options.strata), scratch))
            return "passed", f"ok       {name}: {said} ({time.monotonic() - began:.1f} s)"
        except Skip as reason:
            return "skipped", f"skipped  {name}: {reason}"
        except Exception:
            return "failed", f"FAILED   {name}\n{traceback.format_exc()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strata", required=True)
    parser.add_argument("--data", default=os.environ.get("STRATA_TEST_DATA", os.path.join(PROJECT, "..", "shared", "data")))
    parser.add_argument("--only", default="", help="run the comparisons with these words in their name")
    parser.add_argument("--every-date", action="store_true", help="compare all dated snapshots by SQL, which takes minutes")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    names = [name for name in comparisons(options) if options.only in name]
    count = dict.fromkeys(("passed", "failed", "skipped"), 0)
    with concurrent.futures.ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as processes:
        for found in concurrent.futures.as_completed([processes.submit(run, name, options) for name in names]):
            outcome, line = found.result()
            count[outcome] += 1
            print(line, flush=True)
    print("comparisons: " + ", ".join(f"{number} {outcome}" for outcome, number in count.items()))
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
