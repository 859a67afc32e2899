"""How cost grows with size: row 14. Tables come from the generator through a pipe: no file as large as the input is needed."""
import os
import shutil
import subprocess

import bars
import measure

JOBS = ["import", "rank page", "rank domain", "diff every domain", "refdomains every domain"]


def compare(options):
    found = {}
    for rows in sorted(options.sizes):
        found[rows] = one(options, rows)
    write(options, found)
    sizes = sorted(found)
    base = max([size for size in sizes if size <= 20_000_000 and size != sizes[-1]], default=sizes[0])
    largest = sizes[-1]
    command = options.command("scales")
    result = []
    for job in JOBS:
        for what, place in (("CPU seconds", 0), ("wall seconds", 1), ("peak memory", 2)):
            ours, theirs = (found[size][job][place] / found[size]["links"] * 1e9 for size in (largest, base))
            unit = "bytes" if place == 2 else "ns"
            if place == 2:
                ours, theirs = ours * 2**20 / 1e9, theirs * 2**20 / 1e9
            result.append(bars.Row("14", f"{job}, {what} a link at {largest:,} rows against {base:,} ({unit})", ours, theirs, 1.3,
                                   None, command))
    return result


def one(options, rows):
    store = f"{options.work}/scale-store"
    shutil.rmtree(store, ignore_errors=True)
    strata = [options.strata, "--store", store]
    found = {}
    for month in range(2):
        figure = measure.Figure("import" if month == 0 else "import of the second month")
        generator = subprocess.Popen([options.bench, "generate", "links", "--rows", str(rows), "--month", str(month)],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        measure.process([*strata, "import", "csv", "-", "--date", f"2026-0{month + 1}-01"], figure, stdin=generator.stdout)
        generator.stdout.close()
        generator.wait()
        found[figure.name] = told(rows, figure)
    size = sum(os.path.getsize(f"{where}/{name}") for where, _, names in os.walk(f"{store}/snapshots/2026-01-01") for name in names)
    found["links"] = links(options, store)
    found["bytes a link"] = size / found["links"]
    # What a rank needs at least grows with the pairs of its level.
    memory = ["--memory", options.rank_memory] if options.rank_memory else []
    for job, command in {
        "rank page": ["rank", "--level", "page", "--snapshot", "2026-01-01", *memory],
        "rank domain": ["rank", "--level", "domain", "--snapshot", "2026-01-01", *memory],
        "diff every domain": ["diff", "2026-01-01", "2026-02-01", "--every", "domain"],
        "refdomains every domain": ["refdomains", "--every", "domain", "--snapshot", "2026-01-01"],
    }.items():
        figure = measure.Figure(job)
        measure.process([*strata, *command, "--format", "csv"], figure)
        found[job] = told(rows, figure)
    print(f"  {rows:,} rows: {found['links']:,} links, {found['bytes a link']:.2f} bytes a link", flush=True)
    shutil.rmtree(store)
    return found


def told(rows, figure):
    """Processor and wall seconds and MiB, said at once: the next job may fail, an hour on."""
    cpu, wall, peak = figure.facts["CPU s"], figure.median, figure.facts["MiB"]
    print(f"  {rows:,} rows, {figure.name}: {cpu:.2f} s CPU, {wall:.2f} s wall, {peak:.0f} MiB", flush=True)
    return cpu, wall, peak


def links(options, store):
    from tables import count

    return count(options, store, "2026-01-01")


def write(options, found):
    with open(f"{options.output}/scale.csv", "w") as text:
        text.write("rows,links,job,cpu_seconds,wall_seconds,peak_mib,bytes_a_link\n")
        for rows, figures in sorted(found.items()):
            for job in JOBS:
                cpu, wall, peak = figures[job]
                text.write(f"{rows},{figures['links']},{job},{cpu:.3f},{wall:.3f},{peak:.0f},{figures['bytes a link']:.3f}\n")
    import plot

    plot.scale(f"{options.output}/scale.csv", f"{options.output}/scale.svg")
