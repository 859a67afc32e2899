"""Whole processes and persistent helpers, timed in turn."""
import json
import os
import resource
import statistics
import subprocess
import sys
import time


class Figure:
    """Seconds of several runs of one contender, with what else is known of them."""

    def __init__(self, name):
        self.name = name
        self.seconds = []
        self.facts = {}
        # What a helper said of each run.
        self.runs = []

    def end_warm_up(self):
        """The first run doesn't count. Of what a helper said of the others the medians are kept, as of the seconds."""
        del self.seconds[0]
        if self.runs:
            del self.runs[0]
            self.facts.update({name: statistics.median(run[name] for run in self.runs) for name in self.runs[0]})

    @property
    def median(self):
        return statistics.median(self.seconds)

    def text(self):
        return f"{duration(self.median)} ({duration(min(self.seconds))}–{duration(max(self.seconds))})"


def duration(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def process(command, figure, stdout=subprocess.DEVNULL, stdin=None):
    """Runs a command; adds its wall time, and the largest resident memory and least processor time of all runs."""
    began = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], stdout=stdout, stdin=stdin, stderr=subprocess.PIPE)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {child.returncode}\n{errors.decode()}")
    figure.seconds.append(seconds)
    figure.facts["MiB"] = max(figure.facts.get("MiB", 0), usage.ru_maxrss / 1024)
    figure.facts["CPU s"] = min(figure.facts.get("CPU s", 1e9), usage.ru_utime + usage.ru_stime)
    return seconds


class Helper:
    """A process that loads something once, says "ready", and then does one run for each line it is sent."""

    def __init__(self, command, environment=None):
        self.command = [str(part) for part in command]
        self.child = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        if self.child.stdout.readline().strip() != "ready":
            sys.exit(f"{' '.join(self.command)} did not start")

    def run(self, name, figure=None):
        """What it printed, a JSON object with "seconds"."""
        self.child.stdin.write(name + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.command)}: {name} failed")
        found = json.loads(line)
        if figure is not None:
            figure.seconds.append(found.pop("seconds"))
            figure.runs.append(found)
        return found

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def answer(contenders):
    """The helper's side: contenders is a dict of name to a function that returns a dict; its time is taken here unless
    it has "seconds"."""
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        found = contenders[line.strip()]() or {}
        found.setdefault("seconds", time.perf_counter() - began)
        print(json.dumps(found), flush=True)


def in_turn(runs, contenders):
    """contenders: list of functions that do one run each. One round warms up."""
    for _ in range(runs):
        for contender in contenders:
            contender()


def crawl(options):
    """The web graph cnr-2000 as an edge list, if it is there."""
    return f"{options.data}/cnr-2000.txt.gz"


def machine():
    try:
        with open("/proc/cpuinfo") as text:
            model = next(line.split(":")[1].strip() for line in text if line.startswith("model name"))
    except (OSError, StopIteration):
        model = "unknown processor"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB"


def peak_of_children():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
