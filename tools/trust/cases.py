"""Ways to damage a store, one case each."""
import os
import random
import shutil
import struct

PIECE = 512


class Case:
    """One damage: `apply` does it to the store in a folder.

    names: one of these paths (below the store) must be named by a refusal. places: the refusal also says which byte. harmless: the
    bytes are still there, the right answer is right. missing: "there is no such store or snapshot" is a refusal too. every: all questions are
    asked, not some. writes: commands that must go through afterwards, one after another. without: makes of a sound copy a store that never
    had what is gone, for where that can't be told; what it says is right, too.
    """

    def __init__(self, kind, text, apply, names, places=True, harmless=False, missing=False, every=False, writes=(), without=None):
        self.kind, self.text, self.apply, self.names = kind, text, apply, names
        self.places, self.harmless, self.missing, self.every, self.writes = places, harmless, missing, every, writes
        self.without = without


def files(store):
    """What a store consists of, as paths below it."""
    found = []
    for folder, _, names in os.walk(store):
        below = os.path.relpath(folder, store)
        for file in names:
            path = os.path.normpath(os.path.join(below, file))
            if path.split(os.sep)[0] in ("store.json", "snapshots", "figures"):
                found.append(path)
    return sorted(found)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def blocks(data):
    """Where the payloads of a column file are, by its index (docs/FileFormat.md)."""
    if not data.startswith(b"STRATA\r\n"):
        return []
    footer = struct.unpack_from("<Q", data, len(data) - 40)[0]
    count = struct.unpack_from("<Q", data, 24)[0]
    return [struct.unpack_from("<QI", data, footer + 48 * block) for block in range(count)]


def is_figures(name):
    return name.startswith("figures/")


def flip(kind, name, offset, mask):
    def apply(work):
        data = bytearray(read(f"{work}/{name}"))
        data[offset] ^= mask
        write(f"{work}/{name}", data)

    return Case(kind, f"{name}, byte {offset} ^ {mask}", apply, [name])


def cut(kind, name, size):
    return Case(kind, f"{name} to {size} bytes", lambda work: os.truncate(f"{work}/{name}", size), [name])


def swap(kind, left, right, **how):
    def apply(work):
        os.rename(f"{work}/{left}", f"{work}/swap")
        os.rename(f"{work}/{right}", f"{work}/{left}")
        os.rename(f"{work}/swap", f"{work}/{right}")

    return Case(kind, f"{left} and {right}", apply, [left, right], **how)


def random_flips(store, count, seed):
    choose = random.Random(seed)
    names = files(store)
    for _ in range(count):
        name = choose.choice(names)
        yield flip("flip", name, choose.randrange(os.path.getsize(f"{store}/{name}")), choose.randrange(1, 256))


def cuts(store, count, seed):
    """At multiples of 512 bytes: `count` of them at random, 0 for all."""
    places = [(name, size) for name in files(store) for size in range(0, os.path.getsize(f"{store}/{name}"), PIECE)]
    if 0 < count < len(places):
        places = random.Random(seed).sample(places, count)
    for name, size in places:
        yield cut("cut", name, size)


def swapped_blocks(store):
    for name in files(store):
        data = read(f"{store}/{name}")
        found = blocks(data)
        for first, second in zip(found, found[1:]):
            if data[first[0]:sum(first)] == data[second[0]:sum(second)]:
                continue

            def apply(work, name=name, first=first, second=second):
                data = read(f"{work}/{name}")
                write(f"{work}/{name}", data[:first[0]] + data[second[0]:sum(second)] + data[first[0]:sum(first)]
                      + data[sum(second):])

            yield Case("swap blocks", f"{name}, blocks at {first[0]} and {second[0]}", apply, [name])


def swapped_files(store, ids):
    """Files of one name between snapshots, and files of one snapshot with each other."""
    pairs = []
    for left, right in zip(ids, ids[1:]):
        here = [name for name in files(store) if name.startswith(f"snapshots/{left}/")]
        pairs += [(name, name.replace(left, right)) for name in here]
        columns = [name for name in here if not name.endswith("manifest.json")]
        pairs += list(zip(columns, columns[1:]))
    for left, right in pairs:
        if not os.path.exists(f"{store}/{right}") or read(f"{store}/{left}") == read(f"{store}/{right}"):
            continue
        yield swap("swap files", left, right)


def deleted_figures(store, name):
    """The last file of figures leaves no gap behind it: the store says what it said before there was that file."""
    def without(work):
        os.remove(f"{work}/{name}")
        for number, left in enumerate(sorted(os.listdir(f"{work}/figures")), 1):
            os.rename(f"{work}/figures/{left}", f"{work}/figures/{number:08}.json")

    yield Case("delete figures", name, lambda work: os.remove(f"{work}/{name}"), [name, "figures"], places=False, without=without)


def figures(store, count, seed):
    """Figures are few among a store's files: flips and cuts of their own, `count` of each file, and other files in their place."""
    choose = random.Random(seed)
    names = [name for name in files(store) if is_figures(name)]
    for name in names:
        size = os.path.getsize(f"{store}/{name}")
        for _ in range(count):
            yield flip("flip figures", name, choose.randrange(size), choose.randrange(1, 256))
            yield cut("cut figures", name, choose.randrange(size))
    for left, right in zip(names, names[1:]):
        # Which of them is older says no answer here: they hold the same of the same subjects.
        yield swap("swap figures", left, right, harmless=True, places=False)
    for kind, make in (("file for the figures", lambda path: write(path, b"other bytes")), ("fifo for the figures", os.mkfifo),
                       ("link to nothing for the figures", lambda path: os.symlink("nowhere", path))):
        def replaced(work, make=make):
            shutil.rmtree(f"{work}/figures")
            make(f"{work}/figures")

        # No folder of figures is no figures; one that can't be one isn't to be passed over.
        yield Case(kind, "figures", replaced, ["figures"], places=False, every=True)
    for name in names[:1]:
        # Of a file of another kind it may say that its version is unknown.
        yield swap("swap figures", name, next(file for file in files(store) if file.endswith("/manifest.json")), places=False)


def longer_and_shorter(store):
    for name in files(store):
        for extra in (b"\0", b"x" * 4096, b"STRATA\r\n" * 1000):
            yield Case("extend", f"{name} by {len(extra)} bytes",
                       lambda work, n=name, e=extra: write(f"{work}/{n}", read(f"{work}/{n}") + e), [name])
        yield Case("empty", name, lambda work, n=name: write(f"{work}/{n}", b""), [name])
        if is_figures(name):
            yield from deleted_figures(store, name)
            continue
        # Without its description there is no store, which is said of the folder.
        yield Case("delete", name, lambda work, n=name: os.remove(f"{work}/{n}"), [name] if name != "store.json" else [""],
                   places=False, missing=name == "store.json")


def other_things(store):
    """Something that isn't a regular file, or isn't the store's own."""
    outside = f"{store}.outside"

    def replaced(make):
        def apply(work, name):
            data = read(f"{work}/{name}")
            os.remove(f"{work}/{name}")
            make(f"{work}/{name}", data)
        return apply

    def linked(text):
        def make(path, data):
            write(outside, text if text is not None else data)
            os.symlink(outside, path)
        return make

    ways = [
        ("directory", replaced(lambda path, data: os.mkdir(path)), {"places": False}),
        ("fifo", replaced(lambda path, data: os.mkfifo(path)), {"places": False}),
        ("link to other bytes", replaced(linked(b"other bytes" * 1000)), {}),
        ("link to the same bytes", replaced(linked(None)), {"harmless": True}),
        ("link to /dev/zero", replaced(lambda path, data: os.symlink("/dev/zero", path)), {"places": False}),
        ("link to nothing", replaced(lambda path, data: os.symlink("nowhere", path)), {"places": False}),
        ("link to itself", replaced(lambda path, data: os.symlink(os.path.basename(path), path)), {"places": False}),
    ]
    for name in files(store):
        for kind, apply, how in ways:
            yield Case(kind, name, lambda work, a=apply, n=name: a(work, n), [name], **how)


def folders(store, ids):
    """A snapshot's folder under another's name, and something else in its place."""
    for left, right in zip(ids, ids[1:]):
        def apply(work, left=left, right=right):
            os.rename(f"{work}/snapshots/{left}", f"{work}/swap")
            os.rename(f"{work}/snapshots/{right}", f"{work}/snapshots/{left}")
            os.rename(f"{work}/swap", f"{work}/snapshots/{right}")

        yield Case("swap folders", f"{left} and {right}", apply, [f"snapshots/{left}", f"snapshots/{right}"])
    for folder in [f"snapshots/{snapshot}/ranks" for snapshot in ids]:
        def emptied(work, folder=folder):
            shutil.rmtree(f"{work}/{folder}")

        def fifo(work, folder=folder):
            shutil.rmtree(f"{work}/{folder}")
            os.mkfifo(f"{work}/{folder}")

        if os.path.isdir(f"{store}/{folder}"):
            yield Case("no folder", folder, emptied, [folder], places=False)
            yield Case("fifo for a folder", folder, fifo, [folder], places=False)
    for folder in [f"snapshots/{snapshot}" for snapshot in ids]:
        for kind, make in (("file for a snapshot", lambda path: write(path, b"other bytes")), ("fifo for a snapshot", os.mkfifo),
                           ("link to nothing for a snapshot", lambda path: os.symlink("nowhere", path))):
            def replaced(work, folder=folder, make=make):
                shutil.rmtree(f"{work}/{folder}")
                make(f"{work}/{folder}")

            # A snapshot that isn't there is no damage; one that can't be one isn't to be passed over.
            yield Case(kind, folder, replaced, [folder], places=False, every=True)


def odd_names(ids, table):
    """A file whose name isn't UTF-8 beside a snapshot's own. `table` is imported afterwards."""
    name = os.fsdecode(b"caf\xe9")
    newer = [["import", "csv", table, "--date", "2099-01-01"], ["verify"]]
    # The newest may be stored as what differs from the one before.
    for snapshot, writes in ((ids[0], [["compact", ids[0]], *newer]), (ids[-1], [["remove", ids[-1]], *newer])):
        yield Case("name that isn't UTF-8", f"snapshots/{snapshot}, {' '.join(writes[0])}",
                   lambda work, s=snapshot: write(f"{work}/snapshots/{s}/{name}", b"x"), [f"snapshots/{snapshot}/caf"], places=False,
                   harmless=True, writes=writes)
