"""PageRank by scipy's sparse product, written from docs/rank.md: power iteration until nothing moves."""
import csv
import gzip
import os
import re
import zlib

import numpy as np
import reader_by_format
import scipy.sparse as sparse
import scipy.sparse.linalg
import sql_by_duckdb

DAMPING = 0.85


def pagerank(sources, targets, count):
    """Distinct arcs without self-links; dangling mass spread evenly; iterated to the last bits of a double."""
    arcs = np.unique(np.stack([targets, sources])[:, sources != targets], axis=1)
    out = np.bincount(arcs[1], minlength=count)
    matrix = sparse.csr_matrix((1.0 / out[arcs[1]], (arcs[0], arcs[1])), shape=(count, count))
    dangling = out == 0
    x = np.full(count, 1.0 / count)
    for _ in range(1000):
        y = (1 - DAMPING) / count + DAMPING * (matrix @ x + x[dangling].sum() / count)
        moved = np.abs(y - x).sum()
        x = y / y.sum()
        if moved < 1e-15:
            break
    return x, matrix.nnz


def expect_close(ours, theirs, what):
    if abs(ours.sum() - 1) > 1e-12:
        raise AssertionError(f"{what}: the ranks sum to {ours.sum()!r}")
    worst = np.max(np.abs(ours - theirs) / theirs)
    if not worst <= 1e-8:
        raise AssertionError(f"{what}: the greatest relative difference is {worst}")
    return worst


def compare(program, file):
    store = f"{program.scratch}/store-{abs(hash(file))}"
    program.run("import", "edges", file, "--date", "2026-01-01", store=store)
    with gzip.open(file) as text:
        arcs = np.loadtxt(text, dtype=np.int64, comments="#")
    ids, positions = np.unique(arcs, return_inverse=True)
    positions = positions.reshape(arcs.shape)
    theirs, arc_count = pagerank(positions[:, 0], positions[:, 1], len(ids))
    ours = np.full(len(ids), np.nan)
    for row in program.rows("rank", "--level", "node", "--all", "--tolerance", "1e-12", store=store):
        ours[np.searchsorted(ids, int(row["node"]))] = float(row["pagerank"])
    worst = expect_close(ours, theirs, file)
    default = {row["node"]: float(row["pagerank"]) for row in program.rows("rank", "--all", store=store)}
    loose = np.array([default[str(i)] for i in ids])
    error = np.abs(loose - theirs).sum()
    if not error <= 1e-9:
        raise AssertionError(f"{file}: the default tolerance promises an L1 error of 1e-9; it is {error}")
    return (f"{len(ids)} nodes, {arc_count} arcs, greatest relative difference {worst:.1e}; "
            f"at the default tolerance the L1 error is {error:.1e}")


def compare_levels(program, sample, project):
    """Page, host and domain level of the newest sample snapshot, from the links as the second reader finds them."""
    store, files = program.store_of(sample, "links-")
    suffixes = sql_by_duckdb.suffix_list(project)
    host = lambda url: re.match(r"https?://(\[[^\]]*\]|[^/:]*)", url)[1]
    name_of = {"page": lambda url: url, "host": host,
               "domain": lambda url: sql_by_duckdb.registrable_domain(suffixes, host(url))}
    links = [(row["url_from"], row["url_to"], row["nofollow"] == "true")
             for row in reader_by_format.rows(project, store, max(files), "--internal")]
    said = []
    for level, name in name_of.items():
        pairs = [(name(a), name(b), nofollow) for a, b, nofollow in links]
        names = sorted({end for pair in pairs for end in pair[:2]})
        position = {text: i for i, text in enumerate(names)}
        counted = np.array([[position[a], position[b]] for a, b, nofollow in pairs if not nofollow])
        theirs, arc_count = pagerank(counted[:, 0], counted[:, 1], len(names))
        ranked = program.rows("rank", "--level", level, "--all", "--tolerance", "1e-12", store=store)
        if {row["node"] for row in ranked} != set(names):
            raise AssertionError(f"{level}: other nodes than the second reader finds")
        ours = np.zeros(len(names))
        for row in ranked:
            ours[position[row["node"]]] = float(row["pagerank"])
        said.append(f"{level} {len(names)} nodes {arc_count} arcs {expect_close(ours, theirs, level):.1e}")
    return "; ".join(said)


def compare_boundary(program, sample, project):
    """--boundary provider on the newest sample with made-up ranks, one site's links covered: a direct sparse solution."""
    suffixes = sql_by_duckdb.suffix_list(project)
    host = lambda url: re.match(r"https?://(\[[^\]]*\]|[^/:]*)", url)[1]
    domain = lambda url: sql_by_duckdb.registrable_domain(suffixes, host(url))
    _, files = program.store_of(sample, "links-")
    with gzip.open(files[max(files)], "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    path = os.path.join(program.scratch, "ranked.csv")
    with open(path, "w", encoding="utf-8", newline="") as text:
        output = csv.DictWriter(text, list(rows[0]) + ["inlink_rank", "domain_inlink_rank"])
        output.writeheader()
        for number, row in enumerate(rows):
            number = zlib.crc32(b"%d" % number)
            ranks = {"inlink_rank": number % 120 - 19, "domain_inlink_rank": number // 120 % 120 - 19}
            output.writerow(row | {name: rank if rank >= -1 else "" for name, rank in ranks.items()})
    store = os.path.join(program.scratch, "store-ranked")
    covered = "braqua.net"
    program.run("import", "csv", path, "--date", "2026-11-01", "--max-bad", "5%", "--covers", covered, store=store)
    rows = reader_by_format.rows(project, store, "2026-11-01", "--internal")
    is_covered = lambda url: ("." + host(url)).endswith("." + covered)
    said = []
    for level, name, column, reference in [("page", lambda url: url, "provider_inlink_rank", 1e8),
                                           ("domain", domain, "provider_domain_inlink_rank", 1e7)]:
        ends = [(name(row["url_from"]), name(row["url_to"])) for row in rows]
        names = sorted({end for pair in ends for end in pair})
        position = {text: i for i, text in enumerate(names)}
        given = {}
        for row, (source, _) in zip(rows, ends):
            if row[column] and not is_covered(row["url_from"]):
                given[position[source]] = max(given.get(position[source], 0), int(row[column]))
        arcs = np.array([[position[b], position[a]] for row, (a, b) in zip(rows, ends) if row["nofollow"] != "true"])
        arcs = np.unique(arcs[arcs[:, 0] != arcs[:, 1]], axis=0)
        out = np.bincount(arcs[:, 1], minlength=len(names))
        matrix = sparse.csr_matrix((DAMPING / out[arcs[:, 1]], (arcs[:, 0], arcs[:, 1])), shape=(len(names),) * 2)
        free = np.ones(len(names))
        free[list(given)] = 0
        values = np.ones(len(names))
        for node, rank in given.items():
            values[node] = reference ** (rank / 100)
        system = sparse.identity(len(names)) - sparse.diags(free) @ matrix
        theirs = scipy.sparse.linalg.spsolve(system.tocsc(), values)
        ours = np.zeros(len(names))
        for row in program.rows("rank", "--level", level, "--boundary", "provider", "--all", "--tolerance", "1e-12",
                                store=store):
            ours[position[row["node"]]] = float(row["floor_ratio"])
        worst = np.max(np.abs(ours - theirs) / theirs)
        if not worst <= 1e-9:
            raise AssertionError(f"{level}: the greatest relative difference is {worst}")
        said.append(f"{level} {len(names)} nodes, {len(given)} of them given: {worst:.1e}")
    return "; ".join(said)
