"""The cases that strata-bench does in one process: this starts it, and starts it again behind a case that it doesn't outlive."""
import json
import os
import shutil
import subprocess
import time

import program
from ending import children

#: Seconds; a case takes milliseconds.
PATIENCE = 60
#: Cases of one process: so many counts at most are lost when a run is stopped.
ROUND = 5_000


def run(bench, store, options, table):
    kinds = [("flips", options.flips), ("cuts", 1 << 40), ("blocks", 1 << 40)]
    if options.every_byte:
        kinds.append(("every-byte", 1 << 40))
    for kind, count in kinds:
        run_kind(os.path.abspath(bench), store, kind, count, options, table[f"{kind}, in process"])


def run_kind(bench, store, kind, count, options, row):
    work, progress = f"{store}.damaged", f"{store}.progress"
    first = 0
    while first < count:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(store, work)
        command = [bench, "damage", work, "--kind", kind, "--first", str(first), "--count", str(min(ROUND, count - first)), "--seed",
                   str(options.seed), "--questions", str(options.asked), "--progress", progress, "--memory",
                   str(options.memory)]
        if os.path.exists(progress):
            os.remove(progress)
        with open(f"{store}.out", "w+b") as out:
            child = children.start(command, stdout=out, stderr=subprocess.PIPE, env={**os.environ, **program.PLAIN})
            try:
                ended = wait(child, progress)
                message = child.stderr.read().decode(errors="replace")[-500:]
            finally:
                children.kill(child)
            out.seek(0)
            lines = out.read().decode(errors="replace").splitlines()
        total, begun = count, first
        for line in lines:
            found = json.loads(line)
            if "cases" not in found:
                print(f"{kind}: {found['file']}, {found['edit']}: {found['question']}: {found['problem']}", flush=True)
                continue
            row["cases"] += found["cases"]
            first += found["cases"]
            total = found.get("caseCount", count)
            row["asked"] += found["refused"] + found["right"] + found["wrong"]
            for name in ("refused", "right", "wrong"):
                row[name] += found[name]
        if ended == 0:
            if not lines:
                raise SystemExit("strata-bench damage ended without counts")
            count = min(count, total)
            # It would be started without end.
            if first == begun < count:
                raise SystemExit(f"strata-bench damage ended well, and did none of the {count - first} cases of {kind} from {first} on")
            continue
        # Its counts are gone with it; the cases before are known to be done.
        case = open(progress).read().strip() if os.path.exists(progress) else ""
        if not case[:1].isdigit():
            raise SystemExit(f"strata-bench damage: {ended} {message}")
        print(f"{kind}: {case}: {ended} {message}", flush=True)
        row["hang" if ended == "hang" else "crash"] += 1
        done = int(case.split()[0]) + 1
        row["cases"] += done - first
        first = done
    for path in (work, progress, f"{store}.out"):
        shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)


def wait(child, progress):
    """The exit status, or "hang" when the case at hand stays the same for too long."""
    last, since = None, time.time()
    while True:
        try:
            return child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            now = open(progress).read() if os.path.exists(progress) else ""
            if now != last:
                last, since = now, time.time()
            elif time.time() - since > PATIENCE:
                child.kill()
                child.wait()
                return "hang"
