#!/usr/bin/env python3
"""PageRank by another library: damping 0.85, the library's own stop at 1e-6 (L1), two threads; loading isn't counted.

usage: rank_peer.py LIBRARY EDGES THREADS      LIBRARY: networkit | igraph | scipy | graphblas

A helper of tools/compare-peers: prints "ready", then one JSON line for each line of standard input.
"""
import os
import sys

os.environ["OMP_NUM_THREADS"] = sys.argv[3]
import time

import numpy as np
import polars as pl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure

DAMPING, TOLERANCE = 0.85, 1e-6
library, path = sys.argv[1], sys.argv[2]
table = pl.read_csv(path, separator="\t", has_header=False, new_columns=["s", "d"], schema_overrides=[pl.Int64, pl.Int64])
table = table.filter(pl.col("s") != pl.col("d")).unique()
source, target = table["s"].to_numpy(), table["d"].to_numpy()
count = int(max(source.max(), target.max())) + 1
del table


def networkit():
    import networkit as nk

    nk.setNumberOfThreads(int(sys.argv[3]))
    graph = nk.GraphFromCoo((source.astype(np.uint64), target.astype(np.uint64)), count, directed=True, weighted=False)

    def run():
        rank = nk.centrality.PageRank(
            graph, DAMPING, TOLERANCE, distributeSinks=nk.centrality.SinkHandling.NO_SINK_HANDLING)
        rank.norm = nk.centrality.Norm.L1_NORM
        rank.maxIterations = 500
        rank.run()
        return {"iterations": rank.numberOfIterations()}

    return run


def igraph():
    import igraph as ig

    graph = ig.Graph(count, np.column_stack([source, target]), directed=True)

    def run():
        graph.pagerank(damping=DAMPING, implementation="prpack")

    return run


def by_scipy():
    import scipy.sparse as sparse

    degrees = np.bincount(source, minlength=count).astype(np.float32)
    weights = np.where(degrees > 0, DAMPING / np.maximum(degrees, 1), 0).astype(np.float32)
    matrix = sparse.csr_matrix((np.ones(len(source), np.float32), (target, source)), (count, count))
    dangling = degrees == 0

    def run():
        rank = np.full(count, 1 / count, np.float32)
        for iteration in range(1, 500):
            new = matrix @ (rank * weights) + np.float32((1 - DAMPING + DAMPING * rank[dangling].sum()) / count)
            change = np.abs(new - rank).sum()
            rank = new
            if change < TOLERANCE:
                break
        return {"iterations": iteration}

    return run


def graphblas():
    import graphblas as gb
    from graphblas import Matrix, Vector, binary, monoid, semiring, unary

    gb.ss.config["nthreads"] = int(sys.argv[3])
    matrix = Matrix.from_coo(
        target.astype(np.uint64), source.astype(np.uint64), True, nrows=count, ncols=count, dtype=bool)
    matrix.wait("materialize")
    degrees = np.bincount(source, minlength=count).astype(np.float32)
    weights = Vector.from_dense(np.where(degrees > 0, DAMPING / np.maximum(degrees, 1), 0).astype(np.float32))
    sinks = Vector.from_coo(np.nonzero(degrees == 0)[0].astype(np.uint64), np.float32(1), size=count, dtype="FP32")
    pull = semiring.plus_second["FP32"]

    def run():
        rank = Vector("FP32", count)
        rank << np.float32(1 / count)
        for iteration in range(1, 500):
            lost = rank.ewise_mult(sinks, binary.first).reduce(monoid.plus).get(0)
            shares = rank.ewise_mult(weights, binary.times).new()
            new = Vector("FP32", count)
            new << np.float32((1 - DAMPING + DAMPING * lost) / count)
            new(binary.plus) << matrix.mxv(shares, pull)
            change = rank.ewise_mult(new, binary.minus).new()
            change << change.apply(unary.abs)
            rank = new
            if change.reduce(monoid.plus).get(0) < TOLERANCE:
                break
        return {"iterations": iteration}

    return run


made = {"networkit": networkit, "igraph": igraph, "scipy": by_scipy, "graphblas": graphblas}[library]()


def timed():
    began = time.perf_counter()
    found = made() or {}
    found["seconds"] = time.perf_counter() - began
    return found


measure.answer({"run": timed})
