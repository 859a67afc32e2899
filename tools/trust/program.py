"""Runs strata within limits, and says how it ended."""
import collections
import os
import re
import resource
import signal
import subprocess

Ended = collections.namedtuple("Ended", "status out err")
HANG = "hang"
#: A crash ends a process at once.
PLAIN = {"SWIFT_BACKTRACE": "enable=no"}


class Program:
    def __init__(self, binary, seconds=30, memory=1 << 30):
        self.binary = os.path.abspath(binary)
        self.seconds = seconds
        self.memory = memory

    def run(self, *arguments, environment=None):
        """status: the exit status, minus the signal, or HANG."""
        try:
            ended = subprocess.run([self.binary, *arguments], capture_output=True, timeout=self.seconds, preexec_fn=self.limit,
                                   stdin=subprocess.DEVNULL, env={**os.environ, **PLAIN, **(environment or {})})
        except subprocess.TimeoutExpired:
            return Ended(HANG, b"", b"")
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def must(self, *arguments):
        ended = self.run(*arguments)
        if ended.status != 0:
            raise SystemExit(f"strata {' '.join(arguments)}: {ended.status}\n{ended.err.decode(errors='replace')}")
        return ended.out

    def limit(self):
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
