#!/usr/bin/env python3
"""Compares Strata's answers with other programs': DuckDB, scipy, a second reader of the file format, pandas; and has the
vendor's own client ask `strata serve`.

usage: tools/compare/run.py --strata BINARY [--data FOLDER] [--only WORDS]

Real data is looked for in --data, $STRATA_TEST_DATA or ../shared/data beside the project; what needs it is skipped with
a message when it isn't there. Exit status 1 when any comparison fails. The last line counts them.
"""
import argparse
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--strata", required=True)
    parser.add_argument("--data", default=os.environ.get("STRATA_TEST_DATA", os.path.join(PROJECT, "..", "shared", "data")))
    parser.add_argument("--only", default="", help="run the comparisons with these words in their name")
    options = parser.parse_args()
    sample = os.path.join(PROJECT, "data", "sample")

    def real(*names):
        path = os.path.join(options.data, *names)
        if not os.path.exists(path):
            raise Skip(f"{path} is not here")
        return path

    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="strata-compare-") as scratch:
        program = Program(os.path.abspath(options.strata), scratch)
        for name, check in [
            ("sample against DuckDB", lambda: sql_by_duckdb.compare(program, sample, "links-", PROJECT)),
            ("dated snapshots against DuckDB", lambda: sql_by_duckdb.compare(program, real("dated"), "snapshot-", PROJECT)),
            ("sample ranks against scipy", lambda: rank_by_scipy.compare_levels(program, sample, PROJECT)),
            ("ranks with a boundary against scipy", lambda: rank_by_scipy.compare_boundary(program, sample, PROJECT)),
            ("cnr-2000 against scipy", lambda: rank_by_scipy.compare(program, real("cnr-2000.txt.gz"))),
            ("wiki-Vote against scipy", lambda: rank_by_scipy.compare(program, real("wiki-Vote.txt.gz"))),
            ("sample against the second reader", lambda: reader_by_format.compare(program, sample, PROJECT)),
            ("stores of earlier versions against the second reader", lambda: reader_by_format.compare_kept(PROJECT)),
            ("compacted sample", lambda: compacted_by_answers.compare(program, sample, "links-", PROJECT)),
            ("compacted dated snapshots",
             lambda: compacted_by_answers.compare(program, real("dated"), "snapshot-", PROJECT, newest=3)),
            ("tables in pandas", lambda: tables_in_pandas.compare(program, sample)),
            ("served to DataForSEO's client", lambda: dataforseo_by_client.compare(program, sample)),
        ]:
            if options.only not in name:
                continue
            began = time.monotonic()
            try:
                said = check()
                passed += 1
                print(f"ok       {name}: {said} ({time.monotonic() - began:.1f} s)", flush=True)
            except Skip as reason:
                skipped += 1
                print(f"skipped  {name}: {reason}", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED   {name}", flush=True)
                traceback.print_exc(file=sys.stdout)
    print(f"comparisons: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
