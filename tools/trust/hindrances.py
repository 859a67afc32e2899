"""Real disks without room, folders without rights, and limits of the shell: what commands make of them. Each function yields problems, and
returns how many commands it has run; what the machine doesn't allow raises Skipped."""
import os
import re
import resource
import shutil
import subprocess

import program
import state


class Skipped(Exception):
    pass


NOBODY = 65534


def said(ended):
    return f"{program.name(ended.status)}: {(ended.err or ended.out)[-400:].decode(errors='replace').strip()}"


#: Why nothing can be mounted here; None when it can, for this tool and its commands alone (private_mounts.py).
unmountable = "mounting needs root"


def mount(*arguments):
    if unmountable:
        raise Skipped(unmountable)
    ended = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if ended.returncode != 0:
        raise Skipped(f"mounting isn't possible here: {ended.stderr.strip()}")


class Hindrances:
    def __init__(self, strata, folder, before, writers, readers):
        """writers, readers: scenarios; the writers find their inputs outside of the store."""
        self.strata, self.folder, self.before = strata, folder, before
        self.writers, self.readers = writers, readers
        self.state_before = state.of_store(before)
        # Where nothing stands in its way: what each command prints, and the store after it.
        self.printed, self.after = {}, {}
        for scenario in writers + readers:
            store = self.copy(f"{folder}/undisturbed")
            self.printed[scenario.name] = self.plain(strata.must(*program.words(scenario.command, store)), store)
            self.after[scenario.name] = state.of_store(store)

    @staticmethod
    def plain(out, store):
        return out.replace(store.encode(), b"STORE")

    def half_done(self, scenario, found):
        """What a refused command has made of the store that it may not have; empty when that is nothing."""
        if scenario.goes_on and state.is_piecewise(found, (self.state_before, self.after[scenario.name])):
            return ""
        return state.differences(found, self.state_before)

    def untrue(self, scenario, ended, store, where):
        """Yields what is wrong with an answer under status 0."""
        if ended.status == 0 and self.plain(ended.out, store) != self.printed[scenario.name]:
            yield f"{where}: status 0, and another answer than undisturbed: {ended.out[-400:].decode(errors='replace')}"

    def copy(self, place):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.before, place)
        return place

    def full_disk(self, step):
        """Each writer on a disk that is full after `step` more bytes each time, until it has enough."""
        place, count = f"{self.folder}/disk", 0
        os.makedirs(place)
        used = sum((os.path.getsize(f"{top}/{name}") + 4095) // 4096 * 4096 for top, _, names in os.walk(self.before) for name in names)
        for scenario in self.writers:
            size = used + 65_536
            while True:
                mount("-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", place)
                try:
                    try:
                        store = self.copy(f"{place}/store")
                    except (shutil.Error, OSError):
                        size += step
                        continue
                    ended = self.strata.run(*program.words(scenario.command, store))
                    count += 1
                    found = state.of_store(store)
                    where = f"{scenario.name}, a disk of {size} bytes"
                    yield from self.untrue(scenario, ended, store, where)
                    if ended.status == 0 and (found != self.state_before or "isn't kept" not in ended.err.decode()):
                        if found != self.after[scenario.name]:
                            yield f"{where}: done, and {state.differences(found, self.after[scenario.name])}"
                        break
                    if ended.status not in (0, 74) or b"No space left on device. " not in ended.err:
                        yield f"{where}: {said(ended)}"
                    if self.half_done(scenario, found):
                        yield f"{where}: {self.half_done(scenario, found)}"
                    checked = self.strata.run("--store", store, "verify")
                    if checked.status != 0:
                        yield f"{where}: verify {said(checked)}"
                    # Who has no room must be able to make some.
                    removed = self.strata.run("--store", store, "remove", state.snapshots(found)[-1])
                    if removed.status != 0:
                        yield f"{where}: remove {said(removed)}"
                finally:
                    subprocess.run(["umount", "-l", place], check=True)
                size += step
        return count

    def read_only(self):
        """A store on a file system that is mounted read-only answers as before; a rank that can't be kept is told all the same."""
        store, place = self.copy(f"{self.folder}/readonly-store"), f"{self.folder}/readonly"
        os.makedirs(place)
        # Some of them store ranks.
        for scenario in self.readers:
            self.strata.must("--store", store, *scenario.command)
        before = state.of_store(store)
        mount("--bind", store, place)
        count = 0
        try:
            mount("-o", "remount,ro,bind", place)
            for scenario in self.readers:
                count += 1
                ended = self.strata.run("--store", place, *scenario.command)
                if ended.status != 0 or scenario.name != "verify" and self.plain(ended.out, place) != self.printed[scenario.name]:
                    yield f"{scenario.name}, read-only: {said(ended)}"
            for scenario in self.writers:
                count += 1
                ended = self.strata.run(*program.words(scenario.command, place))
                if scenario.may_not_keep:
                    if ended.status != 0 or b"isn't kept" not in ended.err or not ended.out:
                        yield f"{scenario.name}, read-only: {said(ended)}"
                elif ended.status != 77 or b"Read-only file system. " not in ended.err:
                    yield f"{scenario.name}, read-only: {said(ended)}"
        finally:
            subprocess.run(["umount", "-l", place], check=True)
        if state.of_store(store) != before:
            yield "a store that is mounted read-only was changed"
        return count

    def no_rights(self):
        """Another user, who may not open, search or change one file or folder of the store."""
        if os.geteuid() != 0:
            raise Skipped("running as another user needs root")
        # The program, where another user may read it.
        place = f"{self.folder}/rights"
        os.makedirs(place)
        binary = shutil.copy(self.strata.binary, f"{place}/strata")
        other = program.Program(binary, self.strata.seconds, self.strata.memory)
        if other.run("--version", user=NOBODY).status != 0:
            raise Skipped(f"another user can't run programs below {place}")
        newest = state.snapshots(self.state_before)[-1]
        count = 0
        for name, mode in (("", 0), ("", 0o444), ("store.json", 0), ("snapshots", 0), ("snapshots", 0o444), (f"snapshots/{newest}", 0),
                           (f"snapshots/{newest}/manifest.json", 0), (f"snapshots/{newest}/links.adjacency", 0)):
            store = self.copy(f"{place}/store")
            subprocess.run(["chown", "-R", str(NOBODY), store], check=True)
            os.chmod(os.path.normpath(f"{store}/{name}"), mode)
            for scenario in self.readers:
                # `show` and others need not look at every file.
                count += 1
                ended = other.run("--store", store, *scenario.command, user=NOBODY)
                fine = ended.status == 77 and b"Permission denied. " in ended.err + ended.out
                # Some have no need of it.
                where = f"{scenario.name}, {name or 'store'} with mode {mode:o}"
                if not fine and ended.status != 0:
                    yield f"{where}: {said(ended)}"
                yield from self.untrue(scenario, ended, store, where)
        for name, mode in (("", 0o555), ("staging", 0o555), ("snapshots", 0o555), ("writer.lock", 0o444)):
            for scenario in self.writers:
                store = self.copy(f"{place}/store")
                subprocess.run(["chown", "-R", str(NOBODY), store], check=True)
                os.chmod(f"{store}/{name}", mode)
                count += 1
                ended = other.run(*program.words(scenario.command, store), user=NOBODY)
                where = f"{scenario.name}, {name or 'store'} with mode {mode:o}"
                if ended.status not in (0, 77):
                    yield f"{where}: {said(ended)}"
                if ended.status == 77 and self.half_done(scenario, state.of_store(store)):
                    yield f"{where}: it was refused, and changed the store: {self.half_done(scenario, state.of_store(store))}"
                yield from self.untrue(scenario, ended, store, where)
        for target, status in (("input", 77), ("output", 73)):
            store = self.copy(f"{place}/store")
            subprocess.run(["chown", "-R", str(NOBODY), store], check=True)
            locked = f"{place}/locked.csv"
            with open(locked, "w") as table:
                table.write("url_from,url_to\nhttps://a.example/,https://b.example/\n")
            os.chmod(locked, 0)
            command = (["import", "csv", locked, "--date", "1999-01-01"] if target == "input"
                       else ["snapshots", "--output", locked])
            ended = other.run("--store", store, *command, user=NOBODY)
            count += 1
            if ended.status != status or b"locked.csv" not in ended.err:
                yield f"{target} without rights: {said(ended)}"
            os.remove(locked)
        return count

    def limits(self):
        """Few open files, and files that may not grow: done, or refused with the limit's name, never a crash."""
        count = 0
        cases = [(resource.RLIMIT_NOFILE, value, b"ulimit -n") for value in (4, 8, 16, 32, 64, 127, 128, 160)]
        cases += [(resource.RLIMIT_FSIZE, value, b"ulimit -f") for value in (0, 16, 1024, 4096, 16_384, 65_536)]
        for kind, value, words in cases:
            for scenario in self.writers + self.readers:
                store = self.copy(f"{self.folder}/limited")
                ended = self.strata.run(*program.words(scenario.command, store), limits={kind: value})
                count += 1
                where = f"{scenario.name}, {words.decode()} {value}"
                # The loader of libraries comes before the program.
                if ended.status == 127 and b"shared librar" in ended.err:
                    continue
                if ended.status not in (0, 74) or ended.status == 74 and words not in ended.err:
                    yield f"{where}: {said(ended)}"
                # Who reads may have stored a rank before.
                found = state.of_store(store) if scenario.changes else self.state_before
                if ended.status != 0 and self.half_done(scenario, found):
                    yield f"{where}: {self.half_done(scenario, found)}"
                yield from self.untrue(scenario, ended, store, where)
                if ended.status == 0 and scenario.changes and found != self.after[scenario.name] and b"isn't kept" not in ended.err:
                    yield f"{where}: done, and {state.differences(found, self.after[scenario.name])}"
        return count
