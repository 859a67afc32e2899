"""Runs strata within limits, and says how it ended."""
import collections
import os
import re
import resource
import shlex
import signal
import subprocess

import ending
from ending import children

Ended = collections.namedtuple("Ended", "status out err")
HANG = "hang"
#: Stands in a command for the store that it changes, where that isn't the one of --store.
CHANGED = "STORE"
#: A crash ends a process at once.
PLAIN = {"SWIFT_BACKTRACE": "enable=no"}


class Program:
    def __init__(self, binary, seconds=30, memory=1 << 30):
        self.binary = os.path.abspath(binary)
        self.seconds = seconds
        self.memory = memory

    def run(self, *arguments, environment=None, limits=None, user=None, folder=None):
        """status: the exit status, minus the signal, or HANG. limits: more of them (resource.RLIMIT_… → value); user: whose rights it has."""
        def limit():
            # Whoever started this may have had some ignored (nohup, a shell's background), which strata would leave so.
            for each in ending.SIGNALS:
                signal.signal(each, signal.SIG_DFL)
            self.limit()
            for kind, value in (limits or {}).items():
                resource.setrlimit(kind, (value, value))
        status, out, err = children.run(
            [self.binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=self.seconds,
            preexec_fn=limit, env={**os.environ, **PLAIN, **(environment or {})}, cwd=folder, user=user, group=user,
            extra_groups=None if user is None else [])
        return Ended(HANG if status is None else status, out, err)

    def must(self, *arguments):
        ended = self.run(*arguments)
        if ended.status != 0:
            raise SystemExit(f"strata {' '.join(arguments)}: {ended.status}\n{ended.err.decode(errors='replace')}")
        return ended.out

    def limit(self):
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def library(name, folder):
    """Compiles tools/trust/NAME.c ($CC, $CFLAGS: tools/test --sanitize undefined); the path of what LD_PRELOAD takes."""
    source, made = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.c"), f"{folder}/{name}.so"
    compiler, flags = (shlex.split(os.environ.get(*variable)) for variable in (("CC", "cc"), ("CFLAGS", "")))
    subprocess.run([*compiler, "-O2", *flags, "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)
    return made


def serve(strata, store):
    """The process of a server on a free port, and its URL."""
    server = children.start([strata.binary, "--store", store, "serve", "--port", "0", "--quiet"], stderr=subprocess.PIPE)
    for line in server.stderr:
        found = re.search(rb"listening on (http:[^ \n]*[^ .\n])", line)
        if found:
            return server, found.group(1).decode()
    raise SystemExit("strata serve didn't start")


def words(command, store):
    """The words of a command that changes the store, or reads it."""
    if CHANGED in command:
        return [store if word == CHANGED else word for word in command]
    return ["--store", store, *command]


def name(status):
    if status == HANG:
        return "hang"
    if status < 0:
        return signal.Signals(-status).name
    return f"exit {status}"


def make_store(strata, store, files, plain=False):
    """Imports dated CSV files. Unless they are to stay as imported, one snapshot is compacted, the newest is a delta of the one before."""
    ids = []
    for path in files:
        date = re.search(r"\d{4}-\d\d-\d\d", os.path.basename(path))
        if not date:
            raise SystemExit(f"{path}: no date in the name")
        strata.must("--store", store, "import", "csv", path, "--date", date.group())
        ids.append(date.group())
    for level in ("page", "domain"):
        for snapshot in ids:
            strata.must("--store", store, "rank", "--level", level, "--snapshot", snapshot, "--top", "1")
    if len(ids) > 1 and not plain:
        strata.must("--store", store, "compact", ids[-2])
        strata.must("--store", store, "compact", ids[-1], "--delta")
    strata.must("--store", store, "verify")
    return ids


def keep_figures(strata, store, ids, target):
    """Two files of a provider's figures, those that the store gives of itself; both of them speak of the same months, and each of a change that
    the other doesn't have."""
    server, url = serve(strata, store)
    try:
        for date in ids[-2:]:
            # Before the first snapshot nothing has changed.
            what = ["history,new-lost-backlinks", "--from", ids[0]] if date > ids[0] else ["history"]
            strata.must("--store", store, "fetch", "dataforseo", target, "--date", date, "--base-url", url, "--figures", *what)
    finally:
        children.kill(server)
