#!/usr/bin/env python3
"""Link tables in DuckDB or Polars: a helper of tools/compare-peers, one run for each line of standard input.

usage: table_peer.py duckdb FOLDER THREADS | table_peer.py polars FOLDER THREADS

FOLDER holds A.csv and B.csv (six columns) and gets links.duckdb, which `prepare` makes from A-domains.csv and B-domains.csv (ten
columns: hosts and domains are precomputed for DuckDB, which could not derive them by the public suffix list).
Backlinks are links between different registrable domains, as Strata counts them.
"""
import os
import sys

engine, folder, threads = sys.argv[1:4]
for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = threads
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure

SIX = ("{'url_from': 'VARCHAR', 'url_to': 'VARCHAR', 'anchor': 'VARCHAR', 'nofollow': 'TINYINT', 'first_seen': 'DATE', "
       "'last_visited': 'DATE'}")
AGGREGATE = ("SELECT domain_to, count(*) n, count(DISTINCT host_from) h, count(DISTINCT domain_from) d, sum(nofollow) nf "
             "FROM A WHERE domain_from <> domain_to GROUP BY 1")


def size(path):
    return os.path.getsize(path)


def duckdb_contenders():
    import duckdb

    database = f"{folder}/links.duckdb"

    def connect(path, read_only=False):
        connection = duckdb.connect(path, read_only=read_only)
        connection.execute(f"SET threads={threads}; SET memory_limit='18GB'; SET temp_directory='{folder}/tmp'")
        connection.execute("SET preserve_insertion_order=false")
        return connection

    def prepare():
        if os.path.exists(database):
            os.remove(database)
        connection = connect(database)
        for table in "AB":
            connection.execute(f"CREATE TABLE {table} AS FROM read_csv('{folder}/{table}-domains.csv', header=true)")
        domain = connection.execute(
            "SELECT domain_to FROM A WHERE domain_from <> domain_to GROUP BY 1 ORDER BY abs(count(*) - 2000), 1 LIMIT 1")
        found = {"point": domain.fetchone()[0]}
        found["rows"] = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in "AB"]
        connection.close()
        return found

    def load():
        path = f"{folder}/import.duckdb"
        if os.path.exists(path):
            os.remove(path)
        connection = connect(path)
        connection.execute(f"CREATE TABLE A AS FROM read_csv('{folder}/A.csv', header=true, columns={SIX})")
        connection.close()
        found = {"bytes": size(path)}
        os.remove(path)
        return found

    def query(sql, output):
        connection = connect(database, read_only=True)
        connection.execute(f"COPY ({sql}) TO '{folder}/{output}' (HEADER)")
        connection.close()

    def difference():
        def side(here, there, name):
            return (f"{name} AS (SELECT domain_to, count(*) c FROM {here} x ANTI JOIN {there} y USING (url_from, url_to) "
                    "WHERE x.domain_from <> x.domain_to GROUP BY 1)")

        query(f"WITH {side('B', 'A', 'n')}, {side('A', 'B', 'l')} SELECT coalesce(n.domain_to, l.domain_to) target, "
              "coalesce(n.c, 0) new, coalesce(l.c, 0) lost FROM n FULL JOIN l ON n.domain_to = l.domain_to",
              "duckdb-diff.csv")

    return {"prepare": prepare, "import": load, "diff": difference,
            "aggregate": lambda: query(AGGREGATE, "duckdb-aggregate.csv")}


def polars_contenders():
    import polars as pl

    types = {"url_from": pl.Utf8, "url_to": pl.Utf8, "anchor": pl.Utf8, "nofollow": pl.Int8, "first_seen": pl.Date,
             "last_visited": pl.Date}

    def load():
        path = f"{folder}/import.parquet"
        pl.scan_csv(f"{folder}/A.csv", schema=types).sink_parquet(path, compression="zstd")
        found = {"bytes": size(path)}
        os.remove(path)
        return found

    return {"import": load}


measure.answer(duckdb_contenders() if engine == "duckdb" else polars_contenders())
