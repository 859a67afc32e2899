"""A compacted store, and one whose snapshots are stored against each other, answer every command byte for byte as before,
and the second reader reads the same rows from each."""
import os
import shutil
import subprocess
import sys


def compare(program, folder, prefix, project, newest=None):
    """newest: take so many snapshots only, and have the second reader, which is slow, read the last of them."""
    store, files = program.store_of(folder, prefix, newest)
    dates = sorted(files)
    work = os.path.join(program.scratch, f"compacted-{prefix}")
    shutil.copytree(store, work)
    readable = dates[-1:] if newest else dates
    before = answers(program, work, dates, readable, project)
    sizes = [size(work)]
    program.run("compact", *dates, store=work)
    check(before, answers(program, work, dates, readable, project), "compacted")
    sizes.append(size(work))
    program.run("compact", "--delta", *dates[1:], store=work)
    check(before, answers(program, work, dates, readable, project), "against each other")
    sizes.append(size(work))
    program.run("compact", "--whole", *dates, store=work)
    check(before, answers(program, work, dates, readable, project), "whole again")
    return (f"{len(dates)} snapshots, {len(before)} answers; {sizes[0]:,} bytes imported, {sizes[1]:,} compacted, "
            f"{sizes[2]:,} as differences")


def answers(program, store, dates, readable, project):
    found = {"verify": b"\n".join(
        line.rsplit(b",", 1)[-1] for line in program.run("verify", "--format", "csv", store=store).splitlines())}

    def ask(*arguments):
        found[" ".join(arguments)] = program.run(*arguments, "--format", "csv", store=store)

    for date in dates:
        ask("rank", "--snapshot", date, "--all")
        ask("rank", "--snapshot", date, "--level", "page", "--top", "500")
        ask("refdomains", "--every", "domain", "--snapshot", date)
        ask("refdomains", "--every", "host", "--include-internal", "--snapshot", date)
        target = max(program.rows("refdomains", "--every", "domain", "--snapshot", date, store=store),
                     key=lambda row: int(row["backlinks"]))["target"]
        ask("backlinks", target, "--all", "--snapshot", date)
        ask("refdomains", target, "--all", "--snapshot", date)
        ask("metrics", target, "--snapshot", date)
        ask("history", target)
        if date not in readable:
            continue
        done = subprocess.run([sys.executable, f"{project}/tools/strata_reader.py", store, date, "--internal"],
                              capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        found[f"second reader {date}"] = done.stdout
    for old, new in zip(dates, dates[1:]):
        ask("diff", old, new)
        ask("diff", old, new, "--every", "domain")
        ask("diff", old, new, "--rows")
    return found


def check(before, after, what):
    for question, answer in before.items():
        if after[question] != answer:
            theirs, ours = answer.splitlines(), after[question].splitlines()
            line = next((i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
            raise AssertionError(f"{what}: {question}: line {line + 1}: {theirs[line:line + 1]}, now {ours[line:line + 1]}")


def size(store):
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(f"{store}/snapshots")
               for name in names if os.path.basename(root) != "ranks")
