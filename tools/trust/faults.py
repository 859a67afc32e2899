"""Calls of the operating system that fail, one at a time or from one on (faulty.c), and what must come of it."""
import collections
import errno
import os
import random
import re
import shutil

import program
import state

#: name; errno, -1 for half of what was asked for; letters of faulty.c; whether all later ones fail too.
Fault = collections.namedtuple("Fault", "name code kinds stays")
FAULTS = [
    Fault("no room", errno.ENOSPC, "cwsdn", False),
    Fault("no room any more", errno.ENOSPC, "cwdn", True),
    Fault("quota", errno.EDQUOT, "cwdn", True),
    Fault("file too large", errno.EFBIG, "w", False),
    Fault("disk", errno.EIO, "cowrsndutmlexi", False),
    Fault("disk, for good", errno.EIO, "wrs", True),
    Fault("read-only", errno.EROFS, "cdnu", True),
    Fault("no rights", errno.EACCES, "codnuli", False),
    Fault("open files", errno.EMFILE, "col", False),
    Fault("all programs' open files", errno.ENFILE, "col", True),
    Fault("memory", errno.ENOMEM, "mcol", False),
    Fault("locks", errno.ENOLCK, "f", False),
    Fault("a thread", errno.EAGAIN, "p", False),
    Fault("all threads", errno.EAGAIN, "p", True),
    Fault("a signal", errno.EINTR, "cowrstfx", False),
    Fault("half", -1, "wr", False),
    Fault("always half", -1, "wr", True),
]
#: The letters of faulty.c.
KINDS = {"c": "open to write", "o": "open to read", "w": "write", "r": "read", "s": "fsync", "n": "rename", "d": "mkdir", "u": "unlink",
         "t": "ftruncate", "m": "mmap", "l": "opendir", "e": "readdir", "x": "close", "f": "flock", "i": "stat", "p": "pthread_create"}
#: Nothing that a user should notice.
HARMLESS = (errno.EAGAIN, errno.EINTR, -1)
REFUSALS = (errno.EACCES, errno.EROFS)
#: Commands that list what is wrong as their answer.
LISTS = ("verify", "snapshots", "history")
COLUMNS = ("calls", "cases", "missed", "done", "refused", "as before", "as after", "faults")


class Laboratory:
    """One store, and copies of it to fail on. Everything that commands touch is below `folder`."""

    def __init__(self, strata, folder, before, aftermath, most, seed):
        self.strata, self.folder, self.before, self.aftermath, self.most = strata, folder, before, aftermath, most
        self.work, self.answer, self.log = f"{folder}/work", f"{folder}/answer.csv", f"{folder}.log"
        self.faulty = program.library("faulty", os.path.dirname(folder))
        self.choose = random.Random(seed)
        #: By letter: calls of the commands that nothing hindered, and cases in which one failed.
        self.seen, self.hits = collections.Counter(), collections.Counter()
        self.state_before = state.of_store(before)

    def fresh(self):
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.before, self.work)
        for name in os.listdir(self.folder):
            if name.startswith(os.path.basename(self.answer)):
                os.remove(f"{self.folder}/{name}")

    def run(self, scenario, fault, at):
        # Of the threads that nobody may miss, there are to be some.
        threads = ["--threads", "4"] if fault.kinds == "p" else []
        ended = self.strata.run(*program.words(scenario.command, self.work), *threads, environment={
            "LD_PRELOAD": self.faulty, "STRATA_FAULT_ROOT": self.folder, "STRATA_FAULT_KINDS": fault.kinds, "STRATA_FAULT_AT": str(at),
            "STRATA_FAULT_CODE": str(fault.code), "STRATA_FAULT_LOG": self.log, **({"STRATA_FAULT_STAYS": "1"} if fault.stays else {})})
        lines = state.read(self.log).decode(errors="replace").splitlines()
        # A process that is killed doesn't say which calls there were.
        letters = lines[-2] if len(lines) > 1 and lines[-1].isdigit() else ""
        return ended, [line.split(" ", 1) for line in lines if " " in line], letters

    def answered(self):
        return state.read(self.answer) if os.path.exists(self.answer) else None

    def test(self, scenario, fault, row):
        """The command with the fault at each of its calls, or at `most` of them by chance."""
        self.fresh()
        ended, _, letters = self.run(scenario, fault, 0)
        count = len(letters)
        if ended.status != 0:
            raise SystemExit(f"{scenario.name}: {program.name(ended.status)}\n{ended.err.decode(errors='replace')}")
        after, answer = state.of_store(self.work), (ended.out, self.answered())
        self.seen.update(letters)
        row["calls"] += count
        places = self.places(letters)
        for place in places:
            self.fresh()
            ended, hits, _ = self.run(scenario, fault, place)
            # Threads take turns by chance: the last calls aren't always there.
            if not hits:
                row["missed"] += 1
                continue
            row["cases"] += 1
            self.hits.update({kind for kind, _ in hits})
            row["done" if ended.status == 0 else "refused"] += 1
            for problem in self.judge(scenario, fault, ended, hits, after, answer, row):
                row["faults"] += 1
                print(f"{scenario.name}, {fault.name}: call {place} of {count}, {hits[0][0]} {hits[0][1]}: {problem.strip()}", flush=True)

    def places(self, letters):
        """All calls, or `most` of them by chance: kinds that have failed least often come first, so that a few cases are of many kinds."""
        places = list(range(1, len(letters) + 1))
        if len(places) <= self.most:
            return places
        self.choose.shuffle(places)
        rounds, chances = collections.Counter(), {}
        for place in places:
            kind = letters[place - 1]
            chances[place] = self.hits[kind] + rounds[kind]
            rounds[kind] += 1
        return sorted(sorted(places, key=chances.get)[:self.most])

    def without_hits(self):
        """Names of the kinds of calls of which none has failed: the program makes them by a name that faulty.c doesn't know, or no more."""
        return [name for kind, name in KINDS.items() if not self.hits[kind]]

    def judge(self, scenario, fault, ended, hits, after, answer, row):
        text = ended.err.decode(errors="replace")
        if scenario.name in LISTS:
            text += (self.answered() or b"").decode(errors="replace")
        if ended.status == program.HANG or ended.status < 0:
            yield f"{program.name(ended.status)} {text[-300:]}"
        harmless = fault.code in HARMLESS
        if ended.status == 0:
            if (ended.out, self.answered()) != answer:
                yield f"another answer: {ended.out[-300:].decode(errors='replace')}"
            unkept = scenario.may_not_keep and "isn't kept" in text
            if not scenario.changes or harmless:
                unkept = False
        else:
            if harmless:
                yield f"{program.name(ended.status)}: {text}"
            else:
                yield from self.refusal(ended.status, fault, text, hits, scenario)
            unkept = False
            # The last step is to sync the folder: the answer is there and whole by then, and the message says so.
            if self.answered() is not None and scenario.name not in LISTS and "is whole, but whether it outlives" not in text:
                yield "it failed and left an answer"
        if [name for name in os.listdir(self.folder) if name.endswith(".partial")] and "u" not in {kind for kind, _ in hits}:
            yield "it left an unfinished answer"
        if not scenario.changes:
            if state.without_ranks(state.of_store(self.work)) != state.without_ranks(self.state_before):
                yield "it changed the store"
            return
        allowed = (after,) if ended.status == 0 and not unkept else (self.state_before, after)
        problems, found = self.aftermath.look(
            self.work, scenario.command, scenario.done, allowed, after, scenario.goes_on)
        row["as before"] += found == self.state_before
        row["as after"] += found == after
        yield from problems

    def refusal(self, status, fault, text, hits, scenario):
        """The documented status, the file, what the system said of it, and what to do."""
        expected = {77 if fault.code in REFUSALS else 74}
        if any(path.startswith(self.answer) for _, path in hits):
            expected.add(73)
        if status not in expected:
            yield f"{program.name(status)} instead of {sorted(expected)}: {text}"
        names = {name for _, path in hits for name in (os.path.basename(path), os.path.basename(os.path.dirname(path)))}
        if not any(name in text for name in names):
            yield f"names none of {sorted(names)}: {text}"
        if not re.search(re.escape(os.strerror(fault.code)) + r"\. \w.{14,}", text):
            yield f"doesn't say \"{os.strerror(fault.code)}\" and what to do: {text}"
