"""Import, comparison, aggregation and single answers: rows 7 and 9 to 13."""
import csv
import json
import os
import shutil
import subprocess
import sys

import bars
import measure

HERE = os.path.dirname(os.path.abspath(__file__))


def inputs(options):
    if options.tables:
        return options.tables
    folder = f"{options.work}/tables-{options.rows}"
    os.makedirs(folder, exist_ok=True)
    for month, table in enumerate("AB"):
        for suffix, extra in (("", []), ("-domains", ["--domains"])):
            path = f"{folder}/{table}{suffix}.csv"
            if not os.path.exists(path) and not (suffix and os.path.exists(f"{folder}/links.duckdb")):
                subprocess.run([options.bench, "generate", "links", "--rows", str(options.rows), "--month", str(month),
                                "--output", path + ".part", *extra], check=True)
                os.rename(path + ".part", path)
    return folder


def prepared(options, folder, duckdb):
    """Both tables in DuckDB's own file, made once."""
    path = f"{folder}/prepared.json"
    if not os.path.exists(path):
        facts = duckdb.run("prepare")
        with open(path, "w") as text:
            json.dump(facts, text)
        if not options.tables:
            for table in "AB":
                os.remove(f"{folder}/{table}-domains.csv")
    with open(path) as text:
        return json.load(text)


def compare(options):
    folder = inputs(options)
    duckdb = measure.Helper([sys.executable, f"{HERE}/table_peer.py", "duckdb", folder, options.threads])
    polars = measure.Helper([sys.executable, f"{HERE}/table_peer.py", "polars", folder, options.threads])
    facts = prepared(options, folder, duckdb)
    rows = imports(options, folder, duckdb, polars, facts)
    store = f"{options.work}/tables-store"
    strata = [options.strata, "--store", store]
    rows += answers(options, folder, strata, duckdb)
    rows += points(options, strata, facts["point"])
    duckdb.close()
    polars.close()
    return rows


def imports(options, folder, duckdb, polars, facts):
    store = f"{options.work}/tables-store"
    ours = measure.Figure("strata import csv")
    theirs = [measure.Figure("DuckDB into its own file"), measure.Figure("Polars into Parquet (zstd)")]

    def own():
        shutil.rmtree(store, ignore_errors=True)
        measure.process([options.strata, "--store", store, "import", "csv", f"{folder}/A.csv", "--date", "2026-01-01",
                         "--threads", options.threads], ours)

    measure.in_turn(options.runs + 1, [own, lambda: duckdb.run("import", theirs[0]), lambda: polars.run("import", theirs[1])])
    for figure in [ours] + theirs:
        figure.end_warm_up()
        print(f"  import: {figure.name} {figure.text()} {figure.facts}", flush=True)
    measure.process([options.strata, "--store", store, "import", "csv", f"{folder}/B.csv", "--date", "2026-02-01"],
                    measure.Figure("B"))
    links = count(options, store, "2026-01-01")
    if links != facts["rows"][0]:
        sys.exit(f"Strata has {links} links, DuckDB {facts['rows'][0]} rows")
    size = folder_size(f"{store}/snapshots/2026-01-01") / links
    parquet = theirs[1].facts["bytes"] / facts["rows"][0]
    command = options.command("tables")
    rows = [
        bars.Row("7", f"bytes a link, {links:,} links as imported; Parquet (zstd) of the same six columns", size, parquet, 0.6, 0.45,
                 command),
        bars.Row("9", f"CSV of {facts['rows'][0]:,} rows into the store", ours, min(theirs, key=lambda f: f.median), 1.5, 1.0,
                 command, "import", theirs),
        bars.Row("13", "import, peak memory in MiB", ours.facts["MiB"], None, 2048, None, command),
    ]
    compacted = f"{options.work}/compacted-store"
    shutil.rmtree(compacted, ignore_errors=True)
    shutil.copytree(store, compacted)
    measure.process([options.strata, "--store", compacted, "compact", "2026-01-01"], measure.Figure("compact"))
    rows.insert(1, bars.Row("7", "the same after strata compact", folder_size(f"{compacted}/snapshots/2026-01-01") / links,
                            parquet, 0.6, 0.45, command))
    shutil.rmtree(compacted)
    return rows


def answers(options, folder, strata, duckdb):
    output = {name: f"{folder}/strata-{name}.csv" for name in ("diff", "aggregate")}
    diff, aggregate = measure.Figure("strata diff"), measure.Figure("strata refdomains")
    duck_diff, duck_aggregate = measure.Figure("DuckDB"), measure.Figure("DuckDB")
    threads = ["--threads", str(options.threads), "--format", "csv", "--output"]
    measure.in_turn(options.runs + 1, [
        lambda: measure.process(
            [*strata, "diff", "2026-01-01", "2026-02-01", "--every", "domain", *threads, output["diff"]], diff),
        lambda: duckdb.run("diff", duck_diff),
        lambda: measure.process(
            [*strata, "refdomains", "--snapshot", "2026-01-01", "--every", "domain", *threads, output["aggregate"]], aggregate),
        lambda: duckdb.run("aggregate", duck_aggregate)])
    check(output["diff"], f"{folder}/duckdb-diff.csv", {"new": "new_backlinks", "lost": "lost_backlinks"})
    check(output["aggregate"], f"{folder}/duckdb-aggregate.csv", {
        "n": "backlinks", "h": "referring_domains", "d": "referring_main_domains", "nf": "nofollow_backlinks"})
    for figure in (diff, duck_diff, aggregate, duck_aggregate):
        figure.end_warm_up()
        print(f"  {figure.name} {figure.text()} {figure.facts}", flush=True)
    command = options.command("tables")
    return [
        bars.Row("10", "new and lost for every domain, as CSV", diff, duck_diff, 0.1, 0.03, command),
        bars.Row("11", "referring domains of every domain, as CSV", aggregate, duck_aggregate, 0.15, 0.05, command),
        bars.Row("13", "diff, peak memory in MiB", diff.facts["MiB"], None, 512, None, command),
        bars.Row("13", "aggregation, peak memory in MiB", aggregate.facts["MiB"], None, 512, None, command),
    ]


def points(options, strata, domain):
    figures = [measure.Figure("metrics"), measure.Figure("backlinks")]
    commands = [["metrics", domain], ["backlinks", domain, "--limit", "100"]]
    last = ["--snapshot", "2026-01-01", "--format", "csv"]
    measure.in_turn(20 + 1, [lambda c=command, f=figure: measure.process([*strata, *c, *last], f)
                             for command, figure in zip(commands, figures)])
    rows = []
    for figure, command in zip(figures, commands):
        figure.end_warm_up()
        rows.append(bars.Row("12", f"strata {' '.join(command)}, whole process, in ms", figure.median * 1e3, None, 30, 10,
                             options.command("tables")))
    return rows


def check(ours, theirs, names):
    """Every group of theirs with the same figures in ours, and no further group in ours that isn't all zero.

    Domain columns that were made by hand take a public suffix (ru.net) for a registrable domain; each name below it is one. Such
    groups are left out and named, and where they link to, ours may count as many more domains ("d") as there are such names.
    """
    found, differing = {}, []
    with open(ours, newline="") as text:
        for line in csv.DictReader(text):
            values = [int(line[name]) for name in names.values()]
            if any(values):
                found[line["target"]] = values
    with open(theirs, newline="") as text:
        reader = csv.reader(text)
        header = next(reader)
        places = [header.index(name) for name in names]
        for line in reader:
            values = [int(line[place]) for place in places]
            same = found.pop(line[0], None)
            if any(values) and same != values:
                differing.append((line[0], same, values))
    suffixes, name_count = [], 0
    for name, _, _ in differing:
        below = [other for other in found if other.endswith(f".{name}")]
        if below:
            suffixes.append(name)
            name_count += len(below)
        for other in below:
            del found[other]
    if suffixes:
        print(f"  not compared, as they are public suffixes: {', '.join(suffixes)}", flush=True)
    loose = list(names).index("d") if "d" in names else None
    looser = 0
    for name, same, values in differing:
        if name in suffixes:
            continue
        gaps = [a - b for a, b in zip(same or [0] * len(values), values)]
        if loose is None or not 0 <= gaps[loose] <= name_count or any(gap for place, gap in enumerate(gaps) if place != loose):
            sys.exit(f"{ours}: {name} differs from {theirs}: {same}, {values}")
        looser += 1
    if looser:
        print(f"  {looser} groups count more domains, as names below those are domains", flush=True)
    if found:
        sys.exit(f"{ours}: {len(found)} domains that {theirs} doesn't have, {next(iter(found))} among them")


def count(options, store, snapshot):
    output = subprocess.run([options.strata, "--store", store, "snapshots", "--format", "json"], check=True,
                            capture_output=True, text=True).stdout
    return next(line["links"] for line in json.loads(output) if line["id"] == snapshot)


def folder_size(path):
    return sum(os.path.getsize(f"{where}/{name}") for where, _, names in os.walk(path) for name in names)
