#!/usr/bin/env python3
"""Prints every link of a snapshot, or its stored ranks, as CSV: a second reader, written from docs/FileFormat.md alone.

    strata_reader.py STORE SNAPSHOT [--internal]

Needs numpy and lz4; checksums are verified when xxhash can be imported. --internal prints links inside one registrable
domain too.
"""
import argparse
import csv
import datetime
import json
import os
import sys

import lz4.block
import numpy

try:
    from xxhash import xxh64_intdigest as checksum
except ImportError:
    checksum = None

NODES = {"page": "pages.keys", "host": "hosts.keys", "domain": "domains.keys"}
KINDS = {"adjacency": 1, "integers": 2, "keys": 3, "doubles": 4}
LINK_TYPES = ["href", "redirect", "canonical", "frame", "form", "other"]


def require(condition, path, what):
    if not condition:
        sys.exit(f"{path}: {what}")


def verify(data, expected, path, what):
    require(checksum is None or checksum(data) == expected, path, f"{what}: wrong checksum")


def integer(data, offset, size):
    return int.from_bytes(data[offset:offset + size], "little")


def read_json(path):
    with open(path, "rb") as file:
        data = file.read()
    digits = len(data) - 20
    require(data[:digits].endswith(b',\n  "xxh64" : "') and data.endswith(b'"\n}\n'), path, "no checksum at the end")
    verify(data[:digits], int(data[digits:digits + 16], 16), path, "file")
    value = json.loads(data)
    require(value["formatVersion"] <= 2, path, f"format version {value['formatVersion']}")
    return value


class Column:
    """A column file: `entries` is its index, raw(entry) a block's bytes before LZ4."""

    def __init__(self, directory, summary):
        self.path = path = os.path.join(directory, summary["file"])
        self.data = data = numpy.memmap(path, dtype=numpy.uint8, mode="r")
        size = len(data)
        require(size == summary["byteCount"] and size >= 104, path, "wrong size")
        header, trailer = data[:64].tobytes(), data[-40:].tobytes()
        require(header[:8] == b"STRATA\r\n" and trailer[24:32] == b"\n\rATARTS", path, "not a strata column")
        verify(header[:56], integer(header, 56, 8), path, "header")
        verify(trailer[:32], integer(trailer, 32, 8), path, "trailer")
        require(integer(header, 8, 2) == 1, path, "format version")
        require(integer(header, 12, 4) == KINDS[summary["kind"]], path, "wrong kind")
        footer_offset, footer_size = integer(trailer, 0, 8), integer(trailer, 8, 8)
        require(footer_offset + footer_size + 40 == size, path, "wrong footer")
        footer = data[footer_offset:footer_offset + footer_size].tobytes()
        verify(footer, integer(trailer, 16, 8), path, "footer")
        verify(header + footer + trailer, int(summary["xxh64"], 16), path, "digest")
        entry = numpy.dtype([("offset", "<u8"), ("stored", "<u4"), ("raw", "<u4"), ("count", "<u4"), ("codec", "u1"),
                             ("zeros", "u1", 3), ("first", "<u8"), ("last", "<u8"), ("checksum", "<u8")])
        self.entries = numpy.frombuffer(footer, dtype=entry, count=integer(header, 24, 8))
        self.count = integer(header, 16, 8)
        require(int(self.entries["count"].sum()) == self.count == summary["valueCount"], path, "wrong counts")

    def raw(self, entry):
        start = int(entry["offset"])
        payload = self.data[start:start + int(entry["stored"])].tobytes()
        verify(payload, int(entry["checksum"]), self.path, f"block at {start}")
        if entry["codec"] in (1, 4, 6, 8, 10, 12, 14):
            return lz4.block.decompress(payload, uncompressed_size=int(entry["raw"]))
        return payload

    def integers(self):
        blocks = [self.integer_block(entry) for entry in self.entries]
        return numpy.concatenate(blocks) if blocks else numpy.zeros(0, dtype=numpy.uint32)

    def integer_block(self, entry):
        count, codec, raw = int(entry["count"]), int(entry["codec"]), self.raw(entry)
        if codec == 2:
            return numpy.full(count, int(entry["first"]), dtype=numpy.uint32)
        if codec in (13, 14):
            values = recent_values(raw, count)
        elif codec in (3, 4, 7, 8):
            values = patched_frames(raw, count)[0]
        else:
            values = stream_vbyte(raw, 0, count)[0]
        if codec in (7, 8, 9, 10):
            values = numpy.cumsum(unzigzag(values), dtype=numpy.uint32)
        require(values.min() == entry["first"] and values.max() == entry["last"], self.path, "wrong values")
        return values

    def doubles(self):
        return numpy.frombuffer(b"".join(self.raw(entry) for entry in self.entries), "<f8")

    def keys(self):
        keys = []
        for entry in self.entries:
            raw, offset, key = self.raw(entry), 0, b""
            for _ in range(int(entry["count"])):
                shared, offset = varint(raw, offset)
                added, offset = varint(raw, offset)
                key = key[:shared] + raw[offset:offset + added]
                offset += added
                keys.append(key)
            require(offset == len(raw), self.path, "wrong keys")
        return keys

    def links(self):
        """Targets and sources of all links."""
        targets, sources = [numpy.zeros(0, numpy.uint32)], [numpy.zeros(0, numpy.uint32)]
        for entry in self.entries:
            raw, count = self.raw(entry), int(entry["count"])
            distinct = integer(raw, 0, 4)
            gaps, offset = stream_vbyte(raw, 4, distinct)
            counts, offset = stream_vbyte(raw, offset, distinct)
            apart = entry["codec"] >= 11
            if apart:
                first_steps, offset = stream_vbyte(raw, offset, distinct)
            steps, offset = stream_vbyte(raw, offset, count - distinct if apart else count)
            target = numpy.cumsum(gaps, dtype=numpy.uint32)
            require(offset == len(raw) and int(counts.sum()) == count, self.path, "wrong links")
            # Sums that begin anew at each target: subtract the running sum before its first link.
            first = numpy.cumsum(counts, dtype=numpy.int64) - counts
            if apart:
                is_first = numpy.zeros(count, bool)
                is_first[first] = True
                rest, steps = steps, numpy.zeros(count, numpy.uint32)
                steps[~is_first] = rest
                steps[first] = numpy.cumsum(unzigzag(first_steps), dtype=numpy.uint32)
            else:
                steps[first] = unzigzag(steps[first]) + target
            sums = numpy.cumsum(steps, dtype=numpy.uint32)
            before = (sums - steps)[first]
            targets.append(numpy.repeat(target, counts))
            sources.append(sums - numpy.repeat(before, counts))
        return numpy.concatenate(targets), numpy.concatenate(sources)


class Snapshot:
    """The columns of a snapshot as arrays, also of one that is stored as its differences from another."""

    def __init__(self, store, name, contents=None):
        directory = os.path.join(store, "snapshots", name)
        self.manifest = manifest = read_json(os.path.join(directory, "manifest.json"))
        require(contents is None or self.contents() in (None, contents), directory, "not the contents that a delta was stored against")
        columns = {summary["file"]: Column(directory, summary) for summary in manifest["columns"]}
        base = manifest.get("base")
        if base:
            require(base["id"] < name, directory, "a base that isn't older")
            base = Snapshot(store, base["id"], base["contents"])
        self.keys, self.maps = {}, {}
        for file in ("pages.keys", "strings.text", "hosts.keys", "domains.keys"):
            self.keys[file] = columns[file].keys()
            if base:
                inserted, removed = (positions(columns[f"{file}.{part}"].integers()) for part in ("inserted", "removed"))
                kept = numpy.delete(numpy.arange(len(base.keys[file])), removed)
                is_new = numpy.zeros(len(kept) + len(inserted), bool)
                is_new[inserted] = True
                self.maps[file] = numpy.zeros(len(base.keys[file]), numpy.uint32)
                self.maps[file][kept] = numpy.flatnonzero(~is_new)
                keys = numpy.empty(len(is_new), object)
                keys[is_new] = self.keys[file]
                keys[~is_new] = [base.keys[file][position] for position in kept]
                self.keys[file] = list(keys)
        self.ranks = {rank["parameters"]["level"]: Column(directory, rank["columns"][0]).doubles() for rank in manifest["derived"]}
        self.integers = {file: columns[file].integers() for file in ("hosts.domain", "hosts.first_page")}
        targets, sources = columns["links.adjacency"].links()
        self.links = {"target": targets, "source": sources}
        for file, column in columns.items():
            if file.startswith("links.") and file.count(".") == 1 and file[6:] not in (
                    "adjacency", "blocks", "inserted", "removed"):
                self.links[file[6:]] = column.integers()
        if base:
            self.merge_links(base, columns)
        if "last_visited_lag" in self.links:
            is_source = columns["pages.is_source"].integers()
            days = numpy.zeros(len(is_source), numpy.uint32)
            days[is_source == 1] = columns["pages.last_visited"].integers()
            self.links["last_visited"] = numpy.maximum(
                days[self.links["source"]], self.links["first_seen"]) - unzigzag(self.links.pop("last_visited_lag"))

    def contents(self):
        lines = sorted((column["file"], column["xxh64"]) for column in self.manifest["columns"])
        text = "".join(f"{file} {digits}\n" for file, digits in lines)
        return self.manifest.get("contents") or (f"{checksum(text.encode()):016x}" if checksum else None)

    def merge_links(self, base, columns):
        """Puts the base's rows between the inserted ones."""
        rows = self.manifest["counts"]["links"]
        blocks = (rows + 32767) // 32768
        numbers = columns["links.blocks"].integers().reshape(9, blocks).astype(numpy.int64)

        def by_block(file, counts, starts):
            gaps = columns[file].integers() if file in columns else numpy.zeros(0, numpy.uint32)
            ends = numpy.cumsum(counts)
            pieces = [positions(gaps[end - count:end]) + start for end, count, start in zip(ends, counts, starts)]
            return numpy.concatenate(pieces) if pieces else numpy.zeros(0, numpy.int64)

        starts = numpy.arange(blocks) * 32768
        kept_counts = numpy.minimum(32768, rows - starts) - numbers[0]
        base_ends = numpy.cumsum(kept_counts + numbers[1])
        inserted = by_block("links.inserted", numbers[0], starts)
        removed = by_block("links.removed", numbers[1], base_ends - kept_counts - numbers[1])
        is_new = numpy.zeros(rows, bool)
        is_new[inserted] = True
        has_lags = "last_visited_lag" in self.links
        if has_lags:
            base.links["last_visited_lag"] = numpy.zeros(len(base.links["source"]), numpy.uint32)
            del base.links["last_visited"]
        changeable = ["first_seen", "last_visited_lag" if has_lags else "last_visited", "title", "inlink_rank",
                      "domain_inlink_rank"]
        for name in sorted(set(self.links) | set(base.links) | {c for c in changeable if f"links.{c}.changed" in columns}):
            kept = numpy.delete(base.links.get(name, numpy.zeros(len(base.links["source"]), numpy.uint32)), removed)
            if name in ("target", "source"):
                kept = self.maps["pages.keys"][kept]
            elif name in ("anchor", "title", "image_source"):
                text = numpy.concatenate([[0], self.maps["strings.text"] + 1]).astype(numpy.uint32)
                kept = text[kept]
            merged = numpy.zeros(rows, numpy.uint32)
            merged[~is_new] = kept
            merged[is_new] = self.links.get(name, 0)
            if f"links.{name}.changed" in columns:
                changed = by_block(f"links.{name}.changed", numbers[4 + changeable.index(name)], starts)
                merged[changed] = columns[f"links.{name}.values"].integers()
            self.links[name] = merged


def positions(gaps):
    return numpy.cumsum(gaps.astype(numpy.int64) + 1) - 1


def varint(data, offset):
    value = shift = 0
    while True:
        byte = data[offset]
        offset += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, offset
        shift += 7


def unzigzag(values):
    return (values >> numpy.uint32(1)) ^ (numpy.uint32(0) - (values & numpy.uint32(1)))


def stream_vbyte(raw, offset, count):
    control_size = (count + 3) // 4
    control = numpy.frombuffer(raw, numpy.uint8, control_size, offset)
    codes = ((control[:, None] >> numpy.array([0, 2, 4, 6], numpy.uint8)) & 3).reshape(-1)[:count].astype(numpy.int64)
    ends = numpy.cumsum(codes + 1)
    size = int(ends[-1]) if count else 0
    start = offset + control_size
    data = numpy.frombuffer(raw[start:start + size] + b"\0\0\0", numpy.uint8)
    starts = ends - codes - 1
    values = numpy.zeros(count, numpy.uint32)
    for byte in range(4):
        values |= numpy.where(codes >= byte, data[numpy.minimum(starts + byte, len(data) - 1)].astype(numpy.uint32),
                              numpy.uint32(0)) << numpy.uint32(8 * byte)
    return values, start + size


def recent_values(raw, count):
    codes, offset = patched_frames(raw, count)
    literals = iter(patched_frames(raw, int((codes == 0).sum()), offset)[0])
    recent, values = [0] * 15, numpy.zeros(count, numpy.uint32)
    for row, code in enumerate(codes):
        if code:
            value = recent.pop(code - 1)
        else:
            value = next(literals)
            recent.pop()
        recent.insert(0, value)
        values[row] = value
    return values


def patched_frames(raw, count, offset=0):
    """The values, and where their bytes end."""
    blocks = [numpy.zeros(0, numpy.uint32)]
    for first in range(0, count, 1024):
        n = min(1024, count - first)
        reference, width, patch_size = integer(raw, offset, 4), raw[offset + 4], raw[offset + 5]
        exceptions = integer(raw, offset + 6, 2)
        packed_size = (n * width + 7) // 8
        bits = numpy.unpackbits(numpy.frombuffer(raw, numpy.uint8, packed_size, offset + 8), bitorder="little")
        if n == 1024:  # word j of lane l at word 32 j + l: bring each lane's words together, then back to value order
            bits = bits.reshape(width, 32, 32).transpose(1, 0, 2).reshape(32, 32, width).transpose(1, 0, 2)
        bits = bits.reshape(-1)[:n * width].reshape(n, width).astype(numpy.uint64)
        values = (bits << numpy.arange(width, dtype=numpy.uint64)).sum(axis=1, dtype=numpy.uint64)
        values += numpy.uint64(reference)
        offset += 8 + packed_size
        positions = numpy.frombuffer(raw, "<u2", exceptions, offset)
        offset += 2 * exceptions
        for position in positions:
            values[position] += numpy.uint64(integer(raw, offset, patch_size) << width)
            offset += patch_size
        blocks.append(values.astype(numpy.uint32))
    return numpy.concatenate(blocks), offset


def url(key, node_kind):
    if node_kind == "number":
        return key[1:].decode()
    host, _, rest = key.partition(b")")
    name = b".".join(reversed(host.split(b","))).decode()
    if node_kind != "page":
        return name
    return ("http://" if rest.endswith(b"\t") else "https://") + name + rest[:-1].decode()


def day(stored):
    return datetime.date.fromordinal(int(stored)).isoformat() if stored else ""


def print_ranks(snapshot, level):
    output = csv.writer(open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False))
    output.writerow(["node", "pagerank"])
    keys, values = snapshot.keys[NODES[level]], snapshot.ranks[level].tolist()
    require(len(keys) == len(values), level, "other numbers of nodes and ranks")
    kind = snapshot.manifest["nodeKind"] if level == "page" else level
    output.writerows(zip((url(key, kind) for key in keys), values))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("snapshot")
    parser.add_argument("--internal", action="store_true", help="print links inside one registrable domain too")
    parser.add_argument("--ranks", choices=NODES, help="print the stored ranks of this level instead")
    options = parser.parse_args()
    require(read_json(os.path.join(options.store, "store.json"))["kind"] == "strata-store", options.store, "no store")
    snapshot = Snapshot(options.store, options.snapshot)
    manifest, link = snapshot.manifest, snapshot.links
    if options.ranks:
        return print_ranks(snapshot, options.ranks)
    pages = [url(key, manifest["nodeKind"]) for key in snapshot.keys["pages.keys"]]
    texts = [""] + [text.decode() for text in snapshot.keys["strings.text"]]
    targets, sources = link["target"], link["source"]
    keep = numpy.ones(len(targets), bool)
    if not options.internal and manifest["nodeKind"] != "number":
        domains, firsts = snapshot.integers["hosts.domain"], snapshot.integers["hosts.first_page"]
        page_domain = numpy.repeat(domains, numpy.diff(firsts.astype(numpy.int64)))
        keep = page_domain[targets] != page_domain[sources]
    output = csv.writer(open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False))
    output.writerow(["url_from", "url_to", "title", "anchor", "nofollow", "image", "image_source", "first_seen",
                     "last_visited", "link_type", "provider_inlink_rank", "provider_domain_inlink_rank"])
    unknown = numpy.zeros(len(targets), numpy.uint32)
    ranks = [link.get("inlink_rank", unknown), link.get("domain_inlink_rank", unknown)]
    for row in numpy.flatnonzero(keep):
        flags = int(link["flags"][row])
        output.writerow([
            pages[sources[row]], pages[targets[row]], texts[link["title"][row]], texts[link["anchor"][row]],
            "true" if flags & 1 else "false", "true" if flags & 8 else "false", texts[link["image_source"][row]],
            day(link["first_seen"][row]), day(link["last_visited"][row]), LINK_TYPES[link["type"][row]],
            *(int(rank[row]) - 1 if rank[row] else "" for rank in ranks)])


if __name__ == "__main__":
    main()
