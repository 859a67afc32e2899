"""The Swift suite under sanitizers, and the tools' C: tools/test --sanitize [address|thread|undefined ...] [-- swift test's arguments]

address    Reads and writes outside of memory, or of what was freed or returned from; with it, what C leaves undefined, in the C targets.
thread     Data races, locks in the wrong order, what a signal handler may not do. What the sanitizer can't see of Swift's Mutex it is told by
           mutex_edges.c; whether that holds is tried first: counting.swift must be reported without a lock, and not with one. What isn't to be
           reported is in thread_suppressions.txt, with the reason.
undefined  What C leaves undefined: tools/trust/*.c while tools/kill-test and tools/fault-test use them, and, unless address is run too, the
           tests of the modules that stand on a C target. Swift code has no such sanitizer on Linux (swiftc 6.3 refuses the option): its
           overflows, bounds and casts trap in every build.

All three unless some are named. Each has a build folder of its own (.build-address, .build-thread), so that the usual one stays as it is. The tests
run module by module (with arguments for swift test: at once); what can't run is named, with the reason. Reports, also those of the
programs that tests start, are files in BUILD-FOLDER/reports; the output is in BUILD-FOLDER/logs. Exit status 1 when there was a report, a
failed test, or nothing that ran.
"""
import collections
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

import ending
from ending import children

TRUST = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.abspath(os.path.join(TRUST, "..", ".."))
#: Of Swift's build; the sanitizer's own options; C that is linked into every program; what is left out: pattern of tests → reason.
Kind = collections.namedtuple("Kind", "flags options linked left_out")
UNDEFINED_IN_C = ["-fsanitize=undefined", "-fno-sanitize-recover=all"]
#: A library that is loaded before others has nobody to report to: it traps.
UNDEFINED_IN_TOOLS = "-g -fsanitize=undefined -fsanitize-trap=undefined"
#: Loops of Swift that isn't optimised take ten times as long once more under a sanitizer; assertions stay.
SWIFT = ["-Xswiftc", "-O", "-Xswiftc", "-assert-config", "-Xswiftc", "Debug"]
LEFT_OUT = {
    "MemoryTests/filesStream": "measures memory, and the sanitizer keeps what is freed for a while",
    "MemoryAllowanceTests/(aSmallAllowanceIsEnoughForASmallStore|anAbortLeavesNoHalfOfAnAnswer|countedAddressesMakeNoDifference)":
        "limit the address space, of which the sanitizer takes terabytes",
}
#: It writes a file before the program's first line.
NO_FILE = {"FaultCommandTests/aFileThatMayNotGrowIsSaid": "lets no file grow, and the sanitizer begins by writing one"}
KINDS = {
    "address": Kind(
        ["--sanitize", "address", *SWIFT, *(word for flag in UNDEFINED_IN_C for word in ("-Xcc", flag))],
        # Swift's runtime and test library keep what they make at the start; leaks of ours are the leak tests' matter.
        "detect_leaks=0:detect_stack_use_after_return=1:strict_string_checks=1", ["sanitizer_options"], LEFT_OUT),
    "thread": Kind(
        ["--sanitize", "thread", *SWIFT],
        # It goes on after a report, so that one run shows them all; the exit status tells.
        f"halt_on_error=0:exitcode=66:second_deadlock_stack=1:history_size=4:atexit_sleep_ms=0:suppressions='{TRUST}/thread_suppressions.txt'",
        ["sanitizer_options", "mutex_edges"], LEFT_OUT | NO_FILE),
}
#: Test modules that stand on a C target → which. (CPublicSuffixList returns the address of a constant: nothing in it is checked.)
C_TESTS = {"SnapshotStoreTests": "CFileExchange", "BacklinkClientTests": "CCurl"}
REPORT = re.compile(r"^SUMMARY: \w+Sanitizer: (.*)$|^(.*: runtime error: .*)$", re.MULTILINE)
PLAIN = {"SWIFT_BACKTRACE": "enable=no"}


def read(path):
    with open(path, errors="replace") as file:
        return file.read()


def scratch_of(name):
    return os.path.join(PROJECT, f".build-{name}")


def compiled(name, kind):
    """The C files that every program is linked with. The name of an object tells its contents, for nobody looks whether it has changed."""
    # One folder for all processes' reports; a report is a file REPORTS/report.PROCESS.
    options = f"{kind.options}:log_path='{scratch_of(name)}/reports/report'"
    made = []
    for part in kind.linked:
        source = os.path.join(TRUST, f"{part}.c")
        state = hashlib.sha256(f"{options}{read(source)}".encode()).hexdigest()[:12]
        made.append(f"{scratch_of(name)}/{part}-{state}.o")
        subprocess.run(["clang", "-O1", "-g", "-Wall", "-Werror", "-c", f"-DOPTIONS={json.dumps(options)}", "-o", made[-1], source], check=True)
    return made


def proof(name, objects):
    """Whether the thread sanitizer reports what a lock should guard, and only when it doesn't; a text when not."""
    program = f"{scratch_of(name)}/counting"
    # As the suite is built.
    options = [word for word in SWIFT if word != "-Xswiftc"]
    subprocess.run(["swiftc", *options, "-sanitize=thread", "-parse-as-library", f"{TRUST}/counting.swift", *objects, "-o", program], check=True)
    said = {}
    for way, expected in (("bare", 66), ("guarded", 0)):
        ended = subprocess.run([program, way], capture_output=True, text=True, env={**os.environ, **PLAIN, "TSAN_OPTIONS": "log_path=stderr"})
        said[way] = ended.returncode == expected and ("WARNING: ThreadSanitizer" in ended.stderr) == (expected != 0)
        if not said[way]:
            print(ended.stderr)
    if not said["bare"]:
        return "a count without a lock isn't reported: the sanitizer sees nothing"
    if not said["guarded"]:
        return "a count under a Mutex is reported: mutex_edges.c doesn't fit this Swift"
    print("   four threads that count: reported without a lock, not reported with one", flush=True)
    return None


def uninstrumented(name):
    """The C targets that have no object with a check of the undefined sanitizer."""
    def is_checked(target):
        objects = glob.glob(f"{scratch_of(name)}/debug/{target}.build/**/*.o", recursive=True)
        return any(b"__ubsan_handle" in open(path, "rb").read() for path in objects)
    bare = [target for target in C_TESTS.values() if not is_checked(target)]
    print(f"   C targets with checks: {', '.join(target for target in C_TESTS.values() if target not in bare)}", flush=True)
    return bare


def modules():
    return re.findall(r'testTarget\(\s*name: "(\w+)"', read(f"{PROJECT}/Package.swift"))


def reports_of(name):
    """Text of a report → how often, from all processes since the last look."""
    found = collections.Counter()
    for path in glob.glob(f"{scratch_of(name)}/reports/*"):
        text = read(path)
        # One that ended in the middle is a report, too.
        found.update(["".join(groups) for groups in REPORT.findall(text)] or [f"no summary: {text.strip()[:200]}"] if text.strip() else [])
        os.rename(path, f"{scratch_of(name)}/told/{os.path.basename(path)}")
    return found


def test(name, flags, what, arguments):
    """One run of swift test; the number of tests, and whether all is well."""
    start, log = time.time(), f"{scratch_of(name)}/logs/{what}.log"
    skips = [word for pattern in KINDS[name].left_out for word in ("--skip", pattern)]
    with open(log, "wb") as output:
        status, _, _ = children.run(["swift", "test", "--skip-build", *flags, *skips, *arguments], cwd=PROJECT, stdout=output,
                                    stderr=subprocess.STDOUT, env={**os.environ, **PLAIN})
    text = read(log)
    reports = reports_of(name)
    count = sum(int(number) for number in re.findall(r"Test run with (\d+) tests? ", text)[-1:])
    is_well = status == 0 and not reports and count > 0
    ending = "" if status == 0 else f", exit status {status}: {log}"
    print(f"   {what}: {count} tests, {sum(reports.values()) or 'no'} reports, {time.time() - start:.0f} s{ending}", flush=True)
    for report, times in reports.most_common(30):
        print(f"      {times} times: {report}")
    for line in list(dict.fromkeys(re.findall(r"^.*(?:✘|error:).*$", text, re.MULTILINE)))[:20]:
        print(f"      {line}")
    return count, is_well


def suite(name, runs):
    """runs: what → arguments of swift test. A text when something is wrong."""
    kind, start = KINDS[name], time.time()
    for folder in ("reports", "told", "logs"):
        shutil.rmtree(f"{scratch_of(name)}/{folder}", ignore_errors=True)
        os.makedirs(f"{scratch_of(name)}/{folder}")
    objects = compiled(name, kind)
    if name == "thread" and (problem := proof(name, objects)):
        return f"{name}: {problem}"
    flags = [*kind.flags, "--scratch-path", scratch_of(name), *(word for path in objects for word in ("-Xlinker", path))]
    status, said, _ = children.run(["swift", "build", "--build-tests", *flags], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if status != 0:
        # Of the sanitizer's own names the linker warns by the hundred.
        print("".join(line for line in said.splitlines(keepends=True) if "warning: Cannot export" not in line))
        return f"{name}: the build failed"
    print(f"   built in {time.time() - start:.0f} s", flush=True)
    if name == "address" and (bare := uninstrumented(name)):
        return f"{name}: without the undefined sanitizer: {', '.join(bare)}"
    for pattern, reason in kind.left_out.items():
        print(f"   left out: {pattern}: {reason}", flush=True)
    start, found = time.time(), [test(name, flags, what, arguments) for what, arguments in runs.items()]
    total, bad = sum(count for count, _ in found), [what for what, (_, is_well) in zip(runs, found) if not is_well]
    print(f"   {total} tests, {time.time() - start:.0f} s", flush=True)
    return f"{name}: {', '.join(bad)}" if bad else None


def tools():
    """The C of the other tools, while they use it. A trap ends a command by a signal, which they call a fault."""
    if children.run(["swift", "build", "-c", "release", "--product", "strata"], cwd=PROJECT, stdout=subprocess.DEVNULL)[0] != 0:
        return "undefined: the build failed"
    environment = {**os.environ, "CC": "clang", "CFLAGS": UNDEFINED_IN_TOOLS}
    for command in (["tools/kill-test", "--most", "4", "--again", "4"], ["tools/fault-test", "--most", "1", "--step", "262144"]):
        start = time.time()
        status, said, _ = children.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        last = said.strip().split("\n")[-1]
        print(f"   {' '.join(command)}: {last} ({time.time() - start:.0f} s)", flush=True)
        if status != 0:
            print(said)
            return f"undefined: {command[0]}: exit status {status}"
    return None


def main():
    given = sys.argv[1:]
    split = given.index("--") if "--" in given else len(given)
    names, arguments = given[:split], given[split + 1:]
    if any(name in ("-h", "--help") for name in names):
        print(__doc__.strip())
        return
    everything = [*KINDS, "undefined"]
    chosen = names or everything
    if unknown := [name for name in chosen if name not in everything]:
        sys.exit(f"tools/test --sanitize: no sanitizer {', '.join(unknown)}; there are {', '.join(everything)}")
    by_module = {module: ["--filter", f"^{module}\\."] for module in modules()}
    runs = {"chosen": arguments} if arguments else by_module
    problems = []
    # What is running ends when this is told to; tools have tools of their own to end.
    ending.GRACE *= 3
    with ending.work("strata-sanitize-"):
        for name in chosen:
            print(f"== {name}", flush=True)
            if name in KINDS:
                problems.append(suite(name, runs))
            else:
                if "address" not in chosen:
                    problems.append(suite("address", {module: by_module[module] for module in C_TESTS}))
                problems.append(tools())
    problems = [problem for problem in problems if problem]
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
