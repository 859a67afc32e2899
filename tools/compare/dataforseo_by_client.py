"""The vendor's own Python client asks `strata serve`; its typed answers equal what `strata diff` and `history` print."""
import csv
import gzip
import json
import re
import time

from dataforseo_client import api_client, configuration
from dataforseo_client.api.backlinks_api import BacklinksApi
from dataforseo_client.models.backlinks_bulk_new_lost_backlinks_live_request_info import (
    BacklinksBulkNewLostBacklinksLiveRequestInfo)
from dataforseo_client.models.backlinks_bulk_new_lost_referring_domains_live_request_info import (
    BacklinksBulkNewLostReferringDomainsLiveRequestInfo)
from dataforseo_client.models.backlinks_history_live_request_info import BacklinksHistoryLiveRequestInfo

from served_program import served

TARGETS = 1000


def compare(program, folder):
    store, files = program.store_of(folder, "links-")
    dates = sorted(files)
    targets = some_targets(files[dates[-1]])
    # DataForSEO's own base, and AIsa's as its users reach it with this client.
    with served(program, store) as address:
        said = [check(program, store, dates, targets, address + prefix) for prefix in ["", "/apis/v1/dataforseo"]]
    assert said[0][:2] == said[1][:2]
    changed, points, seconds = said[0]
    return (f"{TARGETS} targets ({changed} changed) of 2 × 2 bulk calls in at most {max(s[2] for s in said):.2f} s each, "
            f"{points} points of history, at both bases")


def some_targets(path):
    """Domains, hosts, pages and unknown ones, a thousand of them, each once."""
    domains, hosts, pages = {}, {}, {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for url in [row["url_to"], row["url_from"]]:
                found = re.match(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)/", url)
                if found:
                    hosts[found[1]] = None
                    domains[".".join(found[1].split(".")[-2:])] = None
                    pages[url] = None
    unknown = [f"never-seen-{number}.example" for number in range(40)]
    unknown += [f"https://never-seen-{number}.example/page?x={number}" for number in range(40)]
    names = dict.fromkeys([*list(domains)[:300], *list(hosts)[:400]])
    targets = [*names, *unknown]
    for page in pages:
        if len(targets) == TARGETS:
            break
        targets.append(page)
    assert len(set(targets)) == TARGETS, len(set(targets))
    return targets


def check(program, store, dates, targets, base):
    """Returns how many targets changed, how many points of history were compared, and the slowest bulk call."""
    newest = dates[-1]
    slowest = 0
    changed = 0
    settings = configuration.Configuration(host=base, username="login", password="password")
    with api_client.ApiClient(settings) as client:
        api = BacklinksApi(client)
        for baseline in [dates[0], dates[-2]]:
            lines = {}
            listed = f"{program.scratch}/dataforseo-targets.txt"
            with open(listed, "w", encoding="utf-8") as file:
                file.write("\n".join(targets) + "\n")
            for row in program.rows("diff", baseline, newest, f"@{listed}", store=store):
                lines[row["target"], row["level"]] = (int(row["new"]), int(row["lost"]))
            began = time.monotonic()
            answer = api.bulk_new_lost_backlinks_live(
                [BacklinksBulkNewLostBacklinksLiveRequestInfo(targets=targets, date_from=baseline, tag="compare")])
            slowest = max(slowest, time.monotonic() - began)
            for target, item in zip(targets, items(answer), strict=True):
                assert item.target == target
                assert (item.new_backlinks, item.lost_backlinks) == lines[target, "backlinks"], item
                changed += item.new_backlinks + item.lost_backlinks > 0
            began = time.monotonic()
            answer = api.bulk_new_lost_referring_domains_live(
                [BacklinksBulkNewLostReferringDomainsLiveRequestInfo(targets=targets, date_from=baseline)])
            slowest = max(slowest, time.monotonic() - began)
            for target, item in zip(targets, items(answer), strict=True):
                assert item.target == target
                assert (item.new_referring_domains, item.lost_referring_domains) == lines[target, "referring_domains"]
                assert ((item.new_referring_main_domains, item.lost_referring_main_domains)
                        == lines[target, "referring_main_domains"]), item
        points = sum(check_history(program, store, api, target) for target in targets[:5] + ["never-seen-0.example"])
        refused = api.history_live([BacklinksHistoryLiveRequestInfo(target="https://braqua.net/")])
        assert refused.tasks[0].status_code == 40501 and refused.tasks[0].result is None
    assert changed > 100
    return changed, points, slowest


def items(answer):
    assert answer.status_code == 20000 and answer.tasks_error == 0, answer
    task, = answer.tasks
    assert task.status_code == 20000 and task.result_count == 1, task.status_message
    result, = task.result
    assert result.items_count == len(result.items)
    return result.items


def check_history(program, store, api, target):
    """Every field that strata prints, by its own name."""
    found = items(api.history_live([BacklinksHistoryLiveRequestInfo(target=target, date_from="2026-01-01")]))
    rows = program.rows("history", target, "--from", "2026-01-01", store=store)
    assert len(found) == len(rows)
    for item, row in zip(found, rows):
        assert item.type == "backlinks_history"
        fields = item.to_dict()
        for name, text in row.items():
            expected = None if text == "" else text
            if text.startswith("{"):
                expected = json.loads(text)
            elif text.isdigit():
                expected = int(text)
            assert fields.get(name) == expected, (target, name, fields.get(name), expected)
    return len(rows)
