"""What a damaged store is asked, and what counts as an answer."""
import csv
import io
import re

import state
from program import HANG, name

REFUSALS = (65, 74)


def most_linked(strata, store):
    """The registrable domain with the most backlinks."""
    rows = strata.must("--store", store, "refdomains", "--every", "domain", "--format", "csv").decode()
    return max(csv.DictReader(io.StringIO(rows)), key=lambda row: int(row["backlinks"]))["target"]


class Questions:
    """The reading commands, and what they answer to the sound store."""

    def __init__(self, strata, store, ids):
        self.strata = strata
        self.ids = ids
        oldest, newest = ids[0], ids[-1]
        target = most_linked(strata, store)
        self.commands = [
            ["metrics", target, "never.example"],
            ["backlinks", target, "--limit", "30"],
            ["backlinks", target, "--order-by", "inlink_rank", "--limit", "30", "--per-domain", "1"],
            ["refdomains", target],
            ["refdomains", "--every", "host", "--snapshot", oldest],
            ["inlink-rank", target],
            ["rank", "--top", "20"],
            ["rank", "--level", "domain", "--top", "20", "--snapshot", oldest],
            # A rank that isn't stored: it is computed from what is damaged.
            ["rank", "--top", "20", "--damping", "0.5"],
            ["diff", oldest, newest, target],
            ["diff", oldest, newest, "--every", "domain"],
            ["diff", oldest, newest, target, "--rows"],
            ["new-lost", "backlinks", target, "--from", oldest, "--to", newest],
            ["history", target],
            ["history", target, "--compare"],
            ["snapshots"],
            ["show", ids[len(ids) // 2]],
        ]
        #: The one that reads figures.
        self.of_figures = next(place for place, command in enumerate(self.commands) if "--compare" in command)
        self.expected = [self.ask(store, command) for command in self.commands]
        for command, answer in zip(self.commands, self.expected):
            if answer.status != 0:
                raise SystemExit(f"{' '.join(command)}: {name(answer.status)}\n{answer.err.decode(errors='replace')}")
        self.sound = self.ask(store, ["verify"])

    def ask(self, store, command):
        formatted = [] if command[0] == "show" else ["--format", "csv"]
        return self.strata.run("--store", store, *command, *formatted)

    def verify(self, store, case, without=None):
        """What is wrong with what `verify` says of a damaged store; None when nothing is. without: a store that never had what is gone; what
        that one says is right, too."""
        found = self.ask(store, ["verify"])
        if without and found == self.ask(without, ["verify"]):
            return None, "right"
        if case.harmless and found.status == 0 and found.out == self.sound.out:
            return None, "right"
        return self.refusal(found, case, b"not noticed")

    def check(self, store, number, case, without=None):
        """The same for a question."""
        found, expected = self.ask(store, self.commands[number]), self.expected[number]
        if without and found.status != HANG and found[:2] == self.ask(without, self.commands[number])[:2]:
            return None, "right"
        if found.status == expected.status and found.out == expected.out:
            return None, "right"
        return self.refusal(found, case, b"another answer:\n" + found.out[:400])

    def write(self, store, command):
        """The same for a command that changes the store, which the damage must not keep from it."""
        found = self.strata.run("--store", store, *command)
        if found.status == 0 and not state.leftovers(store):
            return None, "right"
        if found.status == 0:
            return f"left in staging: {state.leftovers(store)!r}", "wrong"
        outcome = "hang" if found.status == HANG else "crash" if found.status < 0 else "status"
        return f"{name(found.status)} {found.err[-300:].decode(errors='replace')}", outcome

    @staticmethod
    def refusal(found, case, otherwise):
        if found.status == HANG:
            return "hang", "hang"
        if found.status < 0:
            return f"{name(found.status)} {found.err[-300:].decode(errors='replace')}", "crash"
        text = (found.err + found.out).decode(errors="replace")
        if found.status == 0:
            return otherwise.decode(errors="replace"), "wrong"
        if found.status not in REFUSALS and not (case.missing and found.status == 66):
            return f"{name(found.status)}: {text}", "status"
        if not any(path in text for path in case.names):
            return f"doesn't name {' or '.join(case.names)}: {text}", "unnamed"
        if case.places and not re.search(r", byte \d+: ", text):
            return f"doesn't say where: {text}", "unnamed"
        return None, "refused"
