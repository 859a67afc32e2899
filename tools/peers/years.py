"""A year of monthly snapshots as deltas: row 8."""
import os
import shutil
import subprocess

import bars
import measure
from tables import folder_size


def compare(options):
    store = f"{options.work}/year-store"
    shutil.rmtree(store, ignore_errors=True)
    strata = [options.strata, "--store", store]
    path = f"{options.work}/month.csv"
    for month in range(12):
        subprocess.run([options.bench, "generate", "links", "--rows", str(options.year_rows), "--month", str(month),
                        "--output", path], check=True, stderr=subprocess.DEVNULL)
        date = f"2026-{month + 1:02}-01"
        measure.process([*strata, "import", "csv", path, "--date", date], measure.Figure("import"))
        before = f"2026-{month:02}-01"
        measure.process([*strata, "compact", date, *(["--against", before] if month else [])], measure.Figure("compact"))
    os.remove(path)
    sizes = [folder_size(f"{store}/snapshots/2026-{month + 1:02}-01") for month in range(12)]
    print("  bytes of twelve months:", sizes, flush=True)
    return [bars.Row("8", f"bytes of 12 monthly snapshots of {options.year_rows:,} rows against the first alone", sum(sizes),
                     sizes[0], 2.5, 1.8, options.command("years"))]
