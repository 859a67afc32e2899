"""tools/strata_reader.py, written from docs/FileFormat.md alone, finds the links that `strata backlinks --all` prints."""
import csv
import io
import os
import subprocess
import sys

SHARED = ["url_from", "url_to", "title", "anchor", "nofollow", "image", "image_source", "first_seen", "last_visited"]


def read(project, store, snapshot, *arguments):
    done = subprocess.run([sys.executable, f"{project}/tools/strata_reader.py", store, snapshot, *arguments],
                          capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"strata_reader.py: exit {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def rows(*arguments):
    return list(csv.DictReader(io.StringIO(read(*arguments).decode("utf-8"), newline="")))


def compare_kept(project):
    """Stores that earlier versions wrote say what they said then."""
    fixtures, compared = f"{project}/Tests/Fixtures", 0
    for name in sorted(os.listdir(f"{fixtures}/store-v2-expected")):
        snapshot, _, level = name[:-len(".csv")].replace("-ranks", "").partition(".")
        arguments = ["--ranks", level] if level else ["--internal"]
        with open(f"{fixtures}/store-v2-expected/{name}", newline="") as file:
            expected, found = file.read().splitlines(), read(project, f"{fixtures}/store-v2", snapshot, *arguments)
        found = found.decode().splitlines()
        # Ranks were written down in the order of a table.
        if (sorted(found) if level else found) != (sorted(expected) if level else expected):
            raise AssertionError(f"store-v2, {name}: other rows")
        compared += 1
    if len(rows(project, f"{fixtures}/store-v1", "2026-11-01-v1", "--internal")) != 5 or compared != 11:
        raise AssertionError(f"store-v1, or {compared} tables of store-v2")
    return f"{compared + 1} tables of links and ranks are as they were"


def compare(program, folder, project):
    store, files = program.store_of(folder, "links-")
    compared = 0
    for date in sorted(files):
        for internal in ([], ["--internal"]):
            theirs = sorted(tuple(row[c] for c in SHARED) for row in rows(project, store, date, *internal))
            targets = sorted({row["target"] for row in program.rows(
                "refdomains", "--every", "domain", "--snapshot", date,
                *(["--include-internal"] if internal else []), store=store)})
            ours = set()
            for start in range(0, len(targets), 20):
                for target in targets[start:start + 20]:
                    for row in program.rows("backlinks", target, "--all", "--snapshot", date,
                                            *(["--include-internal"] if internal else []), store=store):
                        ours.add(tuple(row[c] for c in SHARED))
                if date != max(files):
                    break
            if date == max(files):
                if sorted(ours) != sorted(set(theirs)):
                    missing, extra = set(theirs) - ours, ours - set(theirs)
                    raise AssertionError(f"{date}: only the second reader: {sorted(missing)[:3]}; only strata: {sorted(extra)[:3]}")
            elif not ours <= set(theirs):
                raise AssertionError(f"{date}: only strata: {sorted(ours - set(theirs))[:3]}")
            compared += len(ours)
    return f"{compared} links are equal"
