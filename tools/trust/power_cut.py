"""What a disk holds after a power cut, from a record of what was done (recorder.c).

The strictest disk that fsync allows: a file's bytes are what they were at its last fsync (none, when it never had one), a folder's
names are what they were at the folder's. `lucky` lets each of the later changes to a file, or to a folder, survive by chance:
disks write in any order.
"""
import os
import random


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


class Folder:
    def __init__(self):
        self.now, self.synced = {}, {}

    def sync(self):
        self.synced = dict(self.now)


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
        """Does what was recorded, one operation after another; a step after each."""
        for letter, rest, written in operations(log):
            if letter == "W":
                inode, offset, _ = map(int, rest.split())
                data = self.inodes[inode].now
                data.extend(bytes(max(0, offset - len(data))))
                data[offset:offset + len(written)] = written
            else:
                getattr(self, f"do_{letter}")(rest)
            yield

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

    def write(self, path, lucky=None):
        """Makes the folder that is found after the cut. lucky: a seed, None for the strictest disk."""
        choose = random.Random(lucky)

        def put(node, path):
            found = node.now if lucky is not None and choose.random() < 0.5 else node.synced
            if isinstance(node, File):
                with open(path, "wb") as file:
                    file.write(found)
                return
            os.mkdir(path)
            for name, child in sorted(found.items()):
                put(child, f"{path}/{name}")

        put(self.top, path)
