"""What a disk holds after a power cut, from a record of what was done (recorder.c).

The strictest disk that fsync allows: a file's bytes are what they were at its last fsync (none, when it never had one), a folder's
names are what they were at the folder's. Others kept more, for disks write in any order: a lucky one some of the later names and bytes, by
chance; one kept everything but the changes of the one file or folder that was about to be synced. The last shows what the strictest can't:
a name that was put in its place before what it leads to was synced. There the strictest has lost both.
"""
import hashlib
import os
import random

#: Bytes that a disk writes at once.
BLOCK = 512


def operations(log):
    """Of each recorded operation its letter, what it names, and the bytes that it wrote. The last one may be missing in part: a process
    that was killed wrote it down."""
    place = 0
    while (end := log.find(b"\n", place)) >= 0:
        letter, rest = chr(log[place]), os.fsdecode(log[place + 2:end])
        place = end + 1
        count = int(rest.split()[2]) if letter == "W" else 0
        if place + count > len(log):
            return
        yield letter, rest, log[place:place + count]
        place += count


class File:
    def __init__(self, data=b""):
        self.now, self.synced = bytearray(data), bytes(data)

    def sync(self):
        self.synced = bytes(self.now)

    def some(self, choose):
        """Of what was written since, nothing, all, or the first blocks; of the others the length may be kept, as zeros."""
        if self.now == self.synced:
            return self.synced
        kept = choose.choice([0, len(self.now), choose.randrange(len(self.now) + 1) // BLOCK * BLOCK])
        if kept == 0 and choose.random() < 0.5:
            return self.synced
        return self.now[:kept] + bytes(len(self.now) - kept if choose.random() < 0.5 else 0)


class Folder:
    def __init__(self):
        self.now, self.synced = {}, {}

    def sync(self):
        self.synced = dict(self.now)

    def some(self, choose):
        """Of the names that were made, changed or removed since, each by chance."""
        found = {}
        for name in sorted(self.now.keys() | self.synced.keys()):
            kept = (self.now if choose.random() < 0.5 else self.synced).get(name)
            if kept:
                found[name] = kept
        return found


class Disk:
    def __init__(self, root):
        """Takes the folder as it is, all of it on the disk."""
        self.root = os.path.abspath(root)
        self.inodes = {}
        self.top = self.take(self.root)

    def take(self, path):
        if os.path.isdir(path):
            node = Folder()
            node.now = {name: self.take(f"{path}/{name}") for name in os.listdir(path)}
        else:
            with open(path, "rb") as file:
                node = File(file.read())
        node.sync()
        self.inodes[os.stat(path).st_ino] = node
        return node

    def folder(self, path):
        """The folder that a path is in, and its name there."""
        node = self.top
        parts = os.path.relpath(path, self.root).split(os.sep)
        for part in parts[:-1]:
            node = node.now[part]
        return node, parts[-1]

    def replay(self, log):
        """Does all that was recorded."""
        for operation in operations(log):
            self.do(operation)

    def do(self, operation):
        letter, rest, written = operation
        if letter == "W":
            inode, offset, _ = map(int, rest.split())
            data = self.inodes[inode].now
            data.extend(bytes(max(0, offset - len(data))))
            data[offset:offset + len(written)] = written
        elif letter == "?":
            raise SystemExit(f"a call was made that can't be replayed: {rest}")
        else:
            getattr(self, f"do_{letter}")(rest)

    def synced_by(self, operation):
        """The file or folder that is synced by the operation, None when it is another one."""
        letter, rest, _ = operation
        return self.inodes[int(rest)] if letter == "S" else None

    def do_O(self, rest):
        inode, path = rest.split(" ", 1)
        folder, name = self.folder(path)
        if name not in folder.now:
            folder.now[name] = File()
        self.inodes[int(inode)] = folder.now[name]

    def do_D(self, rest):
        inode, path = rest.split(" ", 1)
        folder, name = self.folder(path)
        folder.now[name] = self.inodes[int(inode)] = Folder()

    def do_T(self, rest):
        inode, size = map(int, rest.split())
        data = self.inodes[inode].now
        data.extend(bytes(max(0, size - len(data))))
        del data[size:]

    def do_S(self, rest):
        self.inodes[int(rest)].sync()

    def do_R(self, rest):
        (old, old_name), (new, new_name) = map(self.folder, rest.split("\t"))
        new.now[new_name] = old.now.pop(old_name)

    def do_X(self, rest):
        (left, left_name), (right, right_name) = map(self.folder, rest.split("\t"))
        left.now[left_name], right.now[right_name] = right.now[right_name], left.now[left_name]

    def do_U(self, rest):
        folder, name = self.folder(rest)
        del folder.now[name]

    def strictest(self):
        """What is found after the cut: a folder's names and what they lead to, or a file's bytes."""
        return tree(self.top, lambda node: node.synced)

    def all_but(self, lost):
        """The same where everything was kept but what this file or folder has become since it was synced last."""
        return tree(self.top, lambda node: node.synced if node is lost else node.now)

    def lucky(self, seed):
        """The same where some was kept by chance: in one half of the cases all of a file or folder or nothing, else some names and bytes."""
        choose = random.Random(seed)

        def whole(node):
            return node.now if choose.random() < 0.5 else node.synced

        def some(node):
            return node.some(choose)

        return tree(self.top, choose.choice([whole, some]))


def tree(node, kept):
    found = kept(node)
    if isinstance(node, File):
        return bytes(found)
    return {name: tree(child, kept) for name, child in sorted(found.items())}


def write(found, path):
    """Makes the folder that is found after the cut."""
    if isinstance(found, bytes):
        with open(path, "wb") as file:
            file.write(found)
        return
    os.mkdir(path)
    for name, child in found.items():
        write(child, f"{path}/{name}")


def digest(found):
    """Two that are found alike have the same one."""
    if isinstance(found, bytes):
        return hashlib.sha256(b"file" + found).digest()
    names = b"".join(hashlib.sha256(os.fsencode(name)).digest() + digest(child) for name, child in found.items())
    return hashlib.sha256(b"folder" + names).digest()


def named(record, inode):
    """A file or folder as the record first has it."""
    paths = [rest.split(" ", 1)[1] for letter, rest, _ in record if letter in "OD" and rest.split(" ", 1)[0] == inode]
    return os.sep.join(paths[0].split(os.sep)[-3:]) if paths else "a folder that was there"


def never_synced(record, inode):
    """The record without fsyncs of one file or folder: often one is repeated, in case that who made it died before."""
    return [operation for operation in record if operation[:2] != ("S", inode)]


def synced_late(record, inode):
    """The record with one fsync of a file or folder, right behind the last renaming, and which operation that is; None where no renaming is
    behind any."""
    last = max((place for place, (letter, *_) in enumerate(record) if letter in "RX"), default=-1)
    synced = [place for place, operation in enumerate(record[:last + 1]) if operation[:2] == ("S", inode)]
    if not synced:
        return None
    before = never_synced(record[:last + 1], inode)
    return [*before, record[synced[0]], *record[last + 1:]], len(before) + 1
