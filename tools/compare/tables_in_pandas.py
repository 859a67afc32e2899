"""The CSV files go into pandas as they are, and add up there."""
import io

import pandas


def frame(program, store, *arguments, **options):
    return pandas.read_csv(io.BytesIO(program.run(*arguments, "--format", "csv", store=store)), **options)


def compare(program, folder):
    store, files = program.store_of(folder, "links-")
    dates = sorted(files)
    old, new = dates[0], dates[-1]
    path = f"{program.scratch}/all.csv.gz"
    program.run("refdomains", "--every", "domain", "--output", path, store=store)
    every = pandas.read_csv(path, keep_default_na=False)
    assert (every.backlinks == every.dofollow_backlinks + every.nofollow_backlinks).all()
    assert (every.backlinks >= every.referring_pages).all()
    assert (every.referring_pages >= every.referring_domains).all()
    assert (every.referring_domains >= every.referring_main_domains).all()

    totals = frame(program, store, "diff", old, new)
    assert (totals.new_count == totals.old_count + totals.new - totals.lost).all()
    links = totals[totals.level == "backlinks"].iloc[0]
    assert links.new_count == every.backlinks.sum()
    changes = frame(program, store, "diff", old, new, "--every", "domain")
    assert changes.new_backlinks.sum() == links.new and changes.lost_backlinks.sum() == links.lost
    rows = frame(program, store, "diff", old, new, "--rows", parse_dates=["new_lost_date", "first_seen"])
    assert (rows.new_lost_type == "new").sum() == links.new and (rows.new_lost_type == "lost").sum() == links.lost
    assert set(rows.reason_lost[rows.new_lost_type == "lost"]) <= {"link_removed", "page_dropped", "other"}

    ranks = frame(program, store, "rank", "--all", float_precision="round_trip")
    assert abs(ranks.pagerank.sum() - 1) < 1e-12 and ranks.score.between(0, 100).all()
    assert list(ranks.position) == list(range(1, len(ranks) + 1)) and ranks.pagerank.is_monotonic_decreasing
    as_lines = pandas.read_json(io.BytesIO(program.run("rank", "--all", "--format", "jsonl", store=store)), lines=True,
                                precise_float=True)
    assert list(as_lines.node) == list(ranks.node)

    top = every.sort_values(["backlinks", "target"], ascending=[False, True]).iloc[0]
    listed = frame(program, store, "backlinks", top.target, "--all", keep_default_na=False)
    assert len(listed) == top.backlinks and listed.url_from.nunique() == top.referring_pages
    per_day = frame(program, store, "new-lost", "backlinks", top.target, "--from", "2026-07-02", "--to", new, "--count")
    single = frame(program, store, "new-lost", "backlinks", top.target, "--from", "2026-07-02", "--to", new, "--all")
    assert per_day.new.sum() == (single.new_lost_type == "new").sum()
    assert per_day.lost.sum() == (single.new_lost_type == "lost").sum()
    months = frame(program, store, "history", top.target)
    assert len(months) == len(dates) and months.backlinks.iloc[-1] == top.backlinks
    return f"{len(every)} domains, {len(rows)} changed links, {len(ranks)} ranks, {len(months)} months add up"
