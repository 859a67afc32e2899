"""Signals, a closed pipe, a clock that goes wrong, and odd names of stores. Each function yields problems, and returns how many commands
it has run."""
import os
import random
import shutil
import signal
import subprocess

import program
import state

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds since 1970, and the clock's step at each look.
CLOCKS = ((2_000_000_000, -86_400), (1_000, -86_400), (-10, -1), (253_402_300_790, 1), (1_790_000_000, 0))
NAMES = ("with space", "new\nline", "café 中文 \U0001f4c8", "-dash", "--store", "'quoted' \"twice\"", "%s%n{}", "\\", "~", "a" * 255, "é" * 127)

#: Names that aren't UTF-8, which the system takes as any others.
OTHER_BYTES = tuple(map(os.fsdecode, (b"caf\xe9", b"\xff\xfe", b"\xc3\xa9\xc3", b"\xed\xa0\x80")))


class Interruptions:
    def __init__(self, strata, folder, before, aftermath, most, seed):
        self.strata, self.folder, self.before, self.aftermath, self.most = strata, folder, before, aftermath, most
        self.killer, self.clock = (program.library(name, os.path.dirname(folder)) for name in ("killer", "clock"))
        self.work = f"{folder}/interrupted"
        self.choose = random.Random(seed)
        self.state_before = state.of_store(before)

    def fresh(self):
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.before, self.work)

    def run(self, scenario, **environment):
        named = {f"STRATA_KILL_{name.upper()}": str(value) for name, value in environment.items()}
        return self.strata.run(*program.words(scenario.command, self.work), environment={"LD_PRELOAD": self.killer, **named})

    def signals(self, writers):
        """SIGINT, SIGTERM and SIGHUP at the calls that change files. They end the command as such signals do (a shell shows 130, 143, 129);
        nothing but a fetch, which goes on later, leaves anything. A second one ends it at once, and the next writer clears up."""
        count = 0
        for scenario in writers:
            self.fresh()
            log = f"{self.folder}/calls"
            if self.run(scenario, log=log).status != 0:
                raise SystemExit(f"{scenario.name} doesn't run")
            after, calls = state.of_store(self.work), len(state.read(log))
            instants = [(place, number, twice) for place in range(1, calls + 1) for number in SIGNALS for twice in (False, True)]
            if len(instants) > self.most:
                instants = sorted(self.choose.sample(instants, self.most))
            stopped = 0
            for place, number, twice in instants:
                self.fresh()
                ended = self.run(scenario, at=place, **{"with": int(number)}, **({"stays": 1} if twice else {}))
                count += 1
                stopped += ended.status == -number
                where = f"{scenario.name}, {number.name} at call {place}{', again and again' if twice else ''}"
                if ended.status not in (0, -number):
                    yield f"{where}: {program.name(ended.status)} {ended.err.decode(errors='replace')}"
                # A fetch is kept; one that is done is deleted by the next writer, when it couldn't end that itself.
                left = [name for name in state.leftovers(self.work) if not name.startswith(("fetch-", "finished-fetch-"))]
                if left and not twice:
                    yield f"{where}: left in staging: {left}"
                if len([line for line in ended.err.splitlines() if b"can't" in line]) > 0:
                    yield f"{where}: speaks of an error: {ended.err.decode(errors='replace')}"
                problems, _ = self.aftermath.look(self.work, scenario.command, scenario.done, (self.state_before, after), after,
                                                  scenario.goes_on)
                for problem in problems:
                    yield f"{where}: {problem.strip()}"
            if stopped < len(instants) // 3:
                yield f"{scenario.name}: {stopped} of {len(instants)} signals stopped it"
        return count

    def closed_pipe(self, readers):
        """Nobody reads the answer: a success, without a word, as `| head` needs it."""
        for scenario in readers:
            near, far = os.pipe()
            os.close(near)
            ended = subprocess.run([self.strata.binary, "--store", self.before, *scenario.command], stdout=far, stderr=subprocess.PIPE,
                                   stdin=subprocess.DEVNULL, timeout=self.strata.seconds)
            os.close(far)
            if ended.returncode != 0 or b"pipe" in ended.stderr.lower():
                yield f"{scenario.name}, closed pipe: {program.name(ended.returncode)} {ended.stderr.decode(errors='replace')}"
        return len(readers)

    def clocks(self, writers):
        """Times only say when something was done: with a wrong clock a store says the same of links."""
        count = 0
        for scenario in writers:
            self.fresh()
            self.strata.must(*program.words(scenario.command, self.work))
            after = state.of_store(self.work)
            for start, step in CLOCKS:
                self.fresh()
                ended = self.strata.run(*program.words(scenario.command, self.work), environment={
                    "LD_PRELOAD": self.clock, "STRATA_CLOCK_START": str(start), "STRATA_CLOCK_STEP": str(step)})
                count += 1
                where = f"{scenario.name}, a clock from {start} by {step}"
                if ended.status != 0:
                    yield f"{where}: {program.name(ended.status)} {ended.err.decode(errors='replace')}"
                    continue
                checked = self.strata.run("--store", self.work, "verify")
                if checked.status != 0 or state.of_store(self.work) != after:
                    yield f"{where}: {program.name(checked.status)} {state.differences(state.of_store(self.work), after)}"
        return count

    def names(self, writers, readers):
        """The same commands on stores with odd names, relative ones among them."""
        place, count = f"{self.folder}/names", 0
        os.makedirs(place)
        self.fresh()
        for scenario in writers:
            self.strata.must("--store", self.work, *scenario.command)
        after = state.of_store(self.work)
        expected = [self.strata.must("--store", self.work, *scenario.command) for scenario in readers]
        for name in NAMES:
            shutil.copytree(self.before, f"{place}/{name}")
            for form in (f"{place}/{name}", f"./{name}", f"./{name}//", f"../names/{name}", name):
                count += 1
                # An option's value may begin with a dash behind an equals sign.
                for scenario in readers:
                    ended = self.strata.run(f"--store={form}", *scenario.command, folder=place)
                    if ended.status != 0:
                        yield f"{scenario.name}, store {form!r}: {program.name(ended.status)} {ended.err.decode(errors='replace')}"
            store = f"{place}/{name}"
            for scenario in writers:
                count += 1
                ended = self.strata.run(f"--store=./{name}", *scenario.command, folder=place)
                if ended.status != 0:
                    yield f"{scenario.name}, store {name!r}: {program.name(ended.status)} {ended.err.decode(errors='replace')}"
            # Who has asked before has left ranks, whose bytes `verify` counts.
            if state.without_ranks(state.of_store(store)) != state.without_ranks(after):
                yield f"store {name!r}: {state.differences(state.of_store(store), after)}"
            for scenario, answer in zip(readers, expected):
                if scenario.name != "verify" and self.strata.run(f"--store=./{name}", *scenario.command, folder=place).out != answer:
                    yield f"{scenario.name}, store {name!r}: another answer"
        return count

    def other_bytes(self, writers, readers):
        """Stores and answers whose names aren't UTF-8: they work, or are refused (64, and it says why). Nothing of another name is made."""
        place, count = f"{self.folder}/bytes", 0

        def asked(scenario, name, *arguments):
            """The status, None when the command is refused as it should be; and what it said."""
            ended = self.strata.run(*arguments, folder=place)
            where = f"{scenario.name}, {name!r}"
            others = set(os.listdir(place)) - {name}
            for other in others:
                problems.append(f"{where}: {program.name(ended.status)}, and there is {other!r} now")
                shutil.rmtree(f"{place}/{other}") if os.path.isdir(f"{place}/{other}") else os.remove(f"{place}/{other}")
            if ended.status == 64 and b"UTF-8" in ended.err:
                return None, ended
            if ended.status != 0:
                problems.append(f"{where}: {program.name(ended.status)} {ended.err.decode(errors='replace')}")
            return ended.status, ended

        self.fresh()
        expected = [self.strata.must("--store", self.work, *scenario.command) for scenario in readers]
        for name in OTHER_BYTES:
            problems = []
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(self.before, f"{place}/{name}")
            for scenario, answer in zip(readers, expected):
                count += 1
                status, ended = asked(scenario, name, f"--store=./{name}", *scenario.command)
                # Who has asked before has left ranks, whose bytes `verify` counts.
                if status == 0 and ended.out != answer and scenario.name != "verify":
                    problems.append(f"{scenario.name}, {name!r}: another answer")
            for scenario in writers:
                count += 1
                asked(scenario, name, *program.words(scenario.command, f"{place}/{name}"))
            # A store that isn't there yet, and a file with an answer.
            for scenario, arguments in ((writers[0], ["--store", f"{place}/{name}", *writers[0].command]),
                                        (readers[0], ["--store", self.before, *readers[0].command, "--output", f"{place}/{name}"])):
                count += 1
                shutil.rmtree(place)
                os.mkdir(place)
                status, _ = asked(scenario, name, *arguments)
                if (status == 0) != os.path.exists(f"{place}/{name}"):
                    problems.append(f"{scenario.name}, new, {name!r}: {status}, and it is {'there' if status != 0 else 'missing'}")
            yield from problems
        shutil.rmtree(place, ignore_errors=True)
        return count
